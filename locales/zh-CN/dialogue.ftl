# 老师在私聊里发通知的对话。读的人是老师：说话简短、客气，每一步都说清楚能做什么。

# 发什么
dialogue-introduction = 老师发通知：把要发的内容直接发给我，或者发“/announce”；发“/schedule”看待发的。
dialogue-offer = { $count ->
        [1] 这条要发到家长群吗？
       *[other] 这 { $count } 条要发到家长群吗？还有的话接着发给我就行。
    }
dialogue-what =
    要发什么？直接发给我就行：文字、图片、文件、语音、视频、投票、位置都可以，转发过来也可以。
    可以连着发几条，最后一起发出去。
dialogue-what-more =
    收到，一共 { $count } 条。
    还有就接着发，没有了就点“就这些”。
dialogue-what-anew = 请把新的内容发给我，会换掉原来的。
dialogue-what-first = 还没有内容。请先把要发的发给我。
dialogue-not-publishable = 这一种我没法转发到群里。文字、图片、文件、语音、视频、投票、位置都可以，换一种发给我吧。
dialogue-too-many = 一次最多发 { $most } 条，这条没有加进去。可以合并几条，或者分两次发。
dialogue-album-full = 一组最多 { $most } 张，多出来的没有加进去，可以另外再发给我一组。
dialogue-file-too-large = 这个文件超过 { $megabytes } MB 了，家长那边不好打开。请压缩一下，或者放到网盘发链接。
dialogue-text-too-long = 文字太长了：有 { $found } 个字，最多 { $most } 个。请分成两条，或者精简一下。
dialogue-last-removed = 最后一条去掉了。
dialogue-first-step = 已经是第一步了。

# 发给谁
dialogue-groups = 发到哪些群？点一下选上，再点一下去掉；也可以直接打群名来找。
dialogue-groups-found = 名字里有“{ $search }”的群有 { $count } 个，点一下选上：
dialogue-groups-how = 请点群名，或者打群名里的几个字。
dialogue-groups-first = 还没有选群，请至少选一个。
dialogue-no-such-group = 没找到名字里有“{ $search }”的群。只列出您管理、并且我在里面的群；请换个说法，或者直接点下面的按钮。
dialogue-group-ticked = 选上了：{ $title }
dialogue-groups-lost = 这些群现在发不了，已经去掉：{ $groups }。可能是我被移出了群，或者您不再管理它；把我重新请进群、再启用一次就好。
dialogue-ticked = ✅ { $title }
dialogue-unticked = ▫️ { $title }
dialogue-forum = “{ $group }”分了话题，发到哪一个？
dialogue-forum-general = 不分话题（General）
dialogue-forum-shut = 选的话题刚刚关闭或者删掉了，已经改成不分话题。要换请点“改群”或“改话题”。
dialogue-in-topic = { $group } · { $topic }

# 怎么发
dialogue-options = 要家长确认吗？急不急？一般照现在这样就好，点“下一步”。
dialogue-taken = ✅ { $choice }
dialogue-untaken = { $choice }
dialogue-confirmation-none = 不用确认
dialogue-confirmation-read = 看完点“我看过了”
dialogue-confirmation-signed = 签字确认
dialogue-urgency-normal = 不急
dialogue-urgency-urgent = 紧急
dialogue-topic-none = 不分类
dialogue-topic = { $topic }
dialogue-use-buttons = 这一步请点下面的按钮；写“返回”回上一步，写“取消”就不发了。
dialogue-choose-first = 先选一下这个，再往下走。

# 什么时候发
dialogue-when =
    什么时候发？点一个，或者直接写，例如：
    明天 19:30、下周一早上8点、每周三 7:50、每月第一个上课日 8:00
dialogue-when-how = 请点一个时间，或者直接写，例如“明天 19:30”。
dialogue-time-unknown = 看不懂的时间：{ $written }
dialogue-reading = 我的理解是：{ $time }
dialogue-coming-runs = 接下来几次：
dialogue-no-school-that-day = 请留意，这一天不上课（{ $day }）。
dialogue-day-rule = 遇到不上课的日子怎么办？
dialogue-rule-always = 照发
dialogue-rule-skip = 跳过
dialogue-rule-next = 顺延到下一个上课日
dialogue-rule-only = 只算上课日

# 最后看一眼
dialogue-preview = 发出去就是这个样子：
dialogue-sample = 这是预览，发到群里以后家长才能点。
dialogue-summary = 请再看一眼：
dialogue-summary-edit = 内容会改成上面这样。
dialogue-summary-move = 发送时间会改成这样：
dialogue-summary-group = 发到：{ $group }
dialogue-summary-groups = 发到 { $count } 个群：
dialogue-summary-groups-more = 还有 { $count } 个
dialogue-summary-all-mine = 发到：我管理的全部群（现在 { $count } 个）
dialogue-summary-when = 时间：{ $time }
dialogue-summary-topic = 分类：{ $topic }
dialogue-summary-copies = 这一类也会私聊发给开过私聊的家长，每位一份。
dialogue-summary-confirmation = 确认：{ $confirmation }
dialogue-summary-urgent = 紧急：夜里也照发，需要另一位老师或管理员同意。
dialogue-summary-urgent-own = 紧急：夜里也照发。
dialogue-held = 请留意：安静时段和不上课的日子不打扰家长，会等到 { $moment } 再发。
dialogue-digested = 请留意：{ $of ->
        [1] 这个群
       *[other] { $of } 个群里有 { $groups } 个
    }当天已经推送过 { $limit } 次，那里会放进 { $at } 的汇总。等不及的话，请改成紧急。
dialogue-move-asks = 改了时间，要重新请另一位老师或管理员同意。
dialogue-hint = ⚠️ { $hint }
dialogue-troubles = 现在还不能发，请先改一下：
dialogue-summary-only-buttons = 要改哪一项，请点下面的按钮；没问题就点发送。没点之前不会发出去。

# 中断和回来
dialogue-stale = 这份草稿是{ $date }写的，放了两天多，还要发吗？
dialogue-again = 还有一份没发的草稿（{ $count } 条）。接着写，还是重新开始？
dialogue-finish-first = 还有一份没写完的，请先发出去，或者发“/cancel”清掉。
dialogue-cancelled = 好的，不发了，草稿已经清掉。
dialogue-nothing-to-cancel = 现在没有正在写的通知。已经定好时间的，请发“/schedule”去取消。
dialogue-step-over = 这一步已经过去了，请用最新的那条消息里的按钮；要重新开始就发“/announce”。
dialogue-not-staff = 只有群管理员和登记过的老师能发通知。您要发的话，请班主任在群里把您设为管理员，或者请信息老师登记。

# 按钮
dialogue-button-publish-this = 发到群里
dialogue-button-no = 不用
dialogue-button-back = ‹ 返回
dialogue-button-cancel = 取消
dialogue-button-thats-all = 就这些
dialogue-button-remove-last = 去掉最后一条
dialogue-button-page-before = ‹
dialogue-button-page-after = ›
dialogue-button-page-of = { $page } / { $pages }
dialogue-button-all-mine = 我管理的全部群（{ $count } 个）
dialogue-button-groups-done = 选好了（{ $count } 个）
dialogue-button-next = 下一步
dialogue-button-now = 现在
dialogue-button-tonight = 今晚 19:30
dialogue-button-tomorrow = 明早 7:30
dialogue-button-every-monday = 每周一…
dialogue-button-time-right = 对，就这样
dialogue-button-other-time = 换个时间
dialogue-button-send-now = 现在发送
dialogue-button-send-then = 确认，到时间发送
dialogue-button-confirm-change = 确认修改
dialogue-button-change-what = 改内容
dialogue-button-change-groups = 改群
dialogue-button-change-forum = 改话题
dialogue-button-change-when = 改时间
dialogue-button-change-options = 改选项
dialogue-button-go-on = 接着写
dialogue-button-anew = 重新开始

# 待发的通知
schedule-empty = 现在没有待发的通知。要发就发“/announce”。
schedule-list = { $count ->
        [1] 待发的通知有一条，点开可以改时间、暂停或取消：
       *[other] 待发的通知有 { $count } 条，点开可以改时间、暂停或取消：
    }
schedule-more = 只列出最近的，后面还有 { $count } 条。
schedule-sent = 最近 { $days } 天发过的也列在后面，点开可以看统计、提醒、改内容或撤回。
schedule-of-group = { $count ->
        [0] “{ $group }”现在没有待发的通知。
       *[other] “{ $group }”待发的通知有 { $count } 条，点开可以改时间、暂停或取消：
    }
schedule-group = { $title }
schedule-which-group = 看哪个群的？
schedule-in-group = { $count ->
        [0] 这个群现在没有待发的通知。
       *[other] 这个群待发的通知有 { $count } 条：
    }
schedule-in-group-how = 要发通知、改时间、暂停或取消，请私聊我发“/announce”或“/schedule”。
schedule-in-group-card = 这个群待发的通知，老师请点这里看：
schedule-in-group-button = 🗓 看待发的通知
schedule-for-staff = 这是老师安排通知用的，您什么都不用做：有了通知，会直接发到群里。
schedule-words = “{ $words }”
schedule-next = 下一次发出：{ $at }
schedule-cancel-sure = 真的取消吗？取消后就不会再发了。“{ $words }”
schedule-recall-sure = 真的撤回吗？已经发到群里的都会删掉。“{ $words }”
schedule-recall-one-sure = 真的撤回最近这一次吗？已经发到群里的都会删掉，以后到时间照常发。“{ $words }”
schedule-button-list = 看全部待发
schedule-button-one-group = 只看一个群…
schedule-button-other-group = 换一个群
schedule-button-open = 查看和管理
schedule-button-move = 改时间
schedule-button-pause = 暂停
schedule-button-resume = 继续
schedule-button-edit = 改内容
schedule-button-cancel = 取消它
schedule-button-cancel-surely = 确定取消
schedule-button-recall = 撤回
schedule-button-recall-surely = 确定撤回
schedule-button-report = 看统计
schedule-button-table = 要一份表格
schedule-button-remind = 提醒没确认的
schedule-button-late = 停机时怎么办
schedule-button-late-skip = 跳过，不补发
schedule-button-late-hours = 晚 { $hours } 小时内补发
schedule-button-late-school = 按学校的规定
schedule-late-which =
    到时间我要是正好停机了，这一次怎么办？

    现在是：{ $now }
schedule-late-skip = 到时间我要是停机了，这一次就跳过，不补发。
schedule-late-hours = 到时间我要是停机了，晚 { $hours } 小时以内还补发，再晚就跳过。
schedule-late-once = 只发一次的不用选：要是错过了，我会先停下来，等老师决定。
