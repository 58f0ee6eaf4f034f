# 积分：家长看到的话。

points-act =
    { $act ->
        [bind-identity] 绑定身份
        [video] 看视频
        [finish-lesson] 学完一课
        [article] 读文章
        [quiz-pass] 小测合格
        [quiz-perfect] 小测全对
        [live] 看直播
        [on-site] 到校参加活动
        [practice-base] 去实践基地
        [reflection] 写学习心得
        [accepted-answer] 回答被采纳
        [adopted-idea] 建议被采用
        [survey] 填问卷
        [final-test] 结业测试合格
       *[other] { $act }
    }
points-date = { $month }月{ $day }日

# 余额
points-balance =
    { $star ->
        [0] 您现在有 { $points } 分，正在攒第一颗星。
        [1] 您现在有 { $points } 分，是一星家长 ★
        [2] 您现在有 { $points } 分，是二星家长 ★★
        [3] 您现在有 { $points } 分，是三星家长 ★★★
        [4] 您现在有 { $points } 分，是四星家长 ★★★★
       *[5] 您现在有 { $points } 分，是五星家长 ★★★★★
    }
points-short-balance = 您有 { $points } 分 { $stars }
points-room = 今天还能得 { $day } 分，这周还能得 { $week } 分。
points-room-tomorrow = 今天的分拿满了，明天继续；这周还能得 { $week } 分。
points-room-monday = 这周的分拿满了，下周一继续。
points-next =
    { $star ->
        [1] 离一星还差：{ $missing }
        [2] 离二星还差：{ $missing }
        [3] 离三星还差：{ $missing }
        [4] 离四星还差：{ $missing }
       *[5] 离五星还差：{ $missing }
    }
points-missing-points = { $points } 分
points-missing-quizzes = 小测合格 { $quizzes } 次
points-missing-minutes = 课程 { $minutes } 分钟
points-missing-on-site = 到校 { $times } 次
points-missing-final-test = 结业测试合格
points-missing-comma = 、
points-top = 最高的星级已经到手，谢谢您一路用心。
points-promise = 积分只记录您自己的学习，和孩子在校的评价没有关系。
points-ask-why = 想看每一笔怎么来的，发“积分明细”。

# 得分时
points-award-paid = +{ $points } 分，一共 { $balance } 分了。
points-award-cut = +{ $points } 分，一共 { $balance } 分了。{ $cap }
points-award-capped = 已经记下了，这次不加分。{ $cap }
points-award-recorded = 已经记下了。
points-award-again = 这个之前记过了，不重复加分。
points-cap-reached =
    { $cap ->
        [act-day] 这一项今天拿满了，明天继续。
        [day] 今天的分拿满了，明天继续。
        [act-week] 这一项这周拿满了，下周一继续。
        [week] 这周的分拿满了，下周一继续。
       *[act-month] 这一项这个月拿满了，下个月继续。
    }

# 明细
points-why-title = 最近 { $count } 笔：
points-why-none = 还没有积分。学完一课、做一次小测，就有第一笔了。
points-why-entry = #{ $number } { $date } { $act } +{ $points }
points-why-capped = #{ $number } { $date } { $act } +{ $points }（{ $cap }）
points-why-reversal = #{ $number } { $date } 撤回 #{ $entry }“{ $act }” −{ $points }（{ $reason }）
points-why-dispute = 哪一笔不对，点下面的“{ $button }”，管理员会来核对。
points-why-dispute-in-group = 哪一笔不对，请到群里发“积分明细”，再点“{ $button }”。
points-cap-then =
    { $cap ->
        [act-day] 这一项当天已满
        [day] 当天已满
        [act-week] 这一项当周已满
        [week] 当周已满
       *[act-month] 这一项当月已满
    }
points-reason =
    { $reason ->
        [mistake] 登记有误
        [not-done] 核实后没有参加
        [duplicate] 重复登记
       *[disputed] 按家长反映更正
    }

# 撤回时
points-refused-other-group = 这位家长不在这个群里。请到家长所在的群里操作，或者找那个群的班主任。
points-refused-no-entry = 没有找到第 { $number } 笔。发“积分明细”可以看到每一笔的编号。
points-refused-is-reversal = 第 { $number } 笔本身就是撤回记录，不能再撤回。撤回的分我现在还补不回来，请和家长说明一下。
points-refused-reversed = 第 { $number } 笔已经撤回过了，不用再操作。

# 核对账本
points-verify-clean = 账本无误：{ $accounts } 个账户、{ $entries } 笔积分，次序、校验链和余额都对得上。
points-verify-found = 账本有 { $found } 处对不上（共 { $accounts } 个账户、{ $entries } 笔积分）：
points-verify-altered = 账户 { $person }：第 { $number } 笔被改过，或者和前一笔接不上
points-verify-gap = 账户 { $person }：第 { $number } 笔之前有缺失
points-verify-balance = 账户 { $person }：余额是 { $stored }，各笔相加是 { $summed }
points-verify-end = 账户 { $person }：最后一笔和账户里记的不一致，末尾可能有缺失
points-verify-tenant = 账户 { $person }：账户和积分不属于同一个机器人
points-verify-no-account = 账户 { $person }：有积分记录，但没有账户
points-verify-more = 另外还有 { $more } 处没有列出。
points-verify-next = 请不要手工改动。先备份数据库，再和最近一次无误的备份对照。

# points.toml 里的问题
points-problem-version = 版本号要写 1 到 { $max } 个字符，中间不能有空格，比如 "2026-1"
points-problem-range = 这里是 { $value }，只能写 { $min } 到 { $max }
points-problem-caps-order = 长的时段上限（{ $longer }）不能比短的时段上限（{ $shorter }）小
points-problem-cap-small = 上限 { $cap } 比做一次的 { $points } 分还小，谁也拿不满；请调高上限或调低分数
points-problem-shares-itself = counts_with 要写另一项，不能写自己
points-problem-shares-missing = 没有 [acts.{ $act }] 这一项；请加上它，或者删掉 counts_with
points-problem-shares-chain = { $act } 的上限又算在别的项目里；请直接写那个项目
points-problem-shares-own = 上限已经和 { $act } 合在一起算，请删掉这一项自己的 day、week、month
points-problem-stars = 星级要写 1 到 { $max } 个，每个以 [[stars]] 开头
points-problem-stars-order = { $points } 分不比前一星多；星级要从低到高写
points-problem-star-act = 这一星要用到 [acts.{ $act }]，但没有这一项；请加上它，或者删掉这个条件

# 群里不能悄悄说时，大家都看得到的那张卡片
points-card = 点一下，看看自己的积分，只有您自己看得到。
points-card-button = ⭐ 我的积分

# 对积分有疑问
dispute-button = 有一笔不对
dispute-noted = 记下了，已经请这个群的管理员核对，有结果会告诉您。
dispute-already = 您提的疑问管理员还在看，有结果会告诉您。
dispute-card = 有家长对自己的积分有疑问。请管理员打开和我的私聊，以后这类消息会发到那里。
dispute-to-staff = “{ $group }”里的{ $name }说积分记得不对，请核对：
dispute-take-back-button = 撤回 #{ $entry }
dispute-leave-button = 没有错，不改
dispute-choose-reason = 为什么撤回 #{ $entry }？请在下面选一个原因。
dispute-done = #{ $entry } 已撤回（−{ $points }），也已经告诉家长。
dispute-taken-back = 管理员核对了您的积分：#{ $entry } 已撤回，−{ $points }（{ $reason }）。现在共 { $balance } 分。
dispute-left = 管理员核对了您的积分：记录没有错，积分不变。还有疑问的话，请直接联系班主任。
dispute-left-done = 好的，积分不变，已经告诉家长。
dispute-closed-already = 这件事已经处理过了。
