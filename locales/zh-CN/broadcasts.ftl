# 发通知：安排、发出、确认、撤回、统计。
broadcast-goes-out = 好的，马上发到 { $groups } 个群。
broadcast-scheduled = 安排好了：{ $at } 发到 { $groups } 个群。
broadcast-held = 安排好了。这段时间不打扰家长，{ $at } 再发到 { $groups } 个群。
broadcast-digested =
    { $says }
    其中 { $groups } 个群当天已经推送过 { $limit } 次，为了少打扰家长，那里会放进 { $at } 的汇总。
broadcast-digested-all = 安排好了。{ $groups ->
        [1] 这个群
       *[other] 这 { $groups } 个群
    }当天已经推送过 { $limit } 次，为了少打扰家长，这条会放进 { $at } 的汇总。
broadcast-in-digest = 这条等着放进 { $at } 的汇总。在那之前可以改内容、改时间、暂停或取消。
broadcast-awaits = 紧急通知要再有一位老师或管理员同意，已经私下问了 { $people } 位，有人同意就发。
broadcast-awaits-fee = 收钱的通知要再有一位老师或管理员同意，已经私下问了 { $people } 位，有人同意就发。
broadcast-awaits-changed = 这条通知在等人同意，改过的内容又私下问了 { $people } 位，有人同意就发。
broadcast-nobody-to-approve = 紧急通知要再有一位老师或管理员同意，可眼下没有人能收到我的询问。请让同一批群的另一位管理员先私聊我点“开始”，或者改成普通通知。
broadcast-fee-nobody = 收钱的通知要再有一位老师或管理员同意，可眼下没有人能收到我的询问。请让同一批群的另一位管理员先私聊我点“开始”；没有别的管理员，就请学校在配置里再登记一位老师。
broadcast-approval-asked = { $author }老师想发一条紧急通知，夜里也照发。您同意吗？
broadcast-approval-asked-fee =
    { $author }想发一条收钱的通知，要您同意才能发。账号可能被盗，请先当面或打电话问一声：是不是本人发的？收什么、收多少、交到哪里？
    都对得上，您再同意。
broadcast-approval-asked-fee-urgent =
    { $author }想发一条收钱的通知，还是紧急的，夜里也照发，要您同意才能发。账号可能被盗，请先当面或打电话问一声：是不是本人发的？收什么、收多少、交到哪里？
    都对得上，您再同意。
broadcast-approval-asked-changed = 等您同意的那条通知，{ $author }改过了。现在是下面这样，您同意吗？
broadcast-approval-groups = 发到：{ $groups }{ $more ->
        [0] {""}
       *[other] ，另外还有 { $more } 个群
    }
broadcast-approval-attached = 附带：图片或文件 { $files } 个，投票 { $polls } 个，位置 { $places } 个
broadcast-approval-until = { $hours } 小时内没有人同意，就不发了。
broadcast-approval-at-once = 过了这个时间才同意，就马上发出；过了 { $hours } 小时还没人同意，就不发了。
broadcast-unanswered = “{ $words }”一直没有人同意，现在已经太晚，就没有发。还想发的话请改个时间，我会重新去问；不用了就取消它。
broadcast-unanswered-asked = 之前请您同意的“{ $words }”已经过了时间，不用再点了，我也告诉写通知的老师了。
broadcast-approve-button = ✅ 同意发出
broadcast-decline-button = ✖ 先不发
broadcast-approved = 好的，这就发出去。
broadcast-approved-later = 好的，到时候就发出去：{ $time }。
broadcast-declined = 好的，不发了，已经告诉写通知的老师。
broadcast-approve-late = 原定的时间已经过去太久了。请写通知的老师先改个时间，改好我再来问您。
broadcast-approved-author = { $name }同意了，通知已经安排发出。
broadcast-approved-author-later = { $name }同意了，通知会按时发出：{ $time }。
broadcast-declined-author = { $name }觉得这条先不发。您可以跟对方商量一下，或者改成普通通知再发。
broadcast-declined-author-fee = { $name }觉得这条先不发。收什么、怎么收，您可以跟对方商量好了再重新发。
broadcast-not-by-yourself = 这一步要请另一位老师来点。
broadcast-changed-since = 这条通知后来改过了，请看最新的那条询问。
broadcast-unknown = 找不到这条通知，也许已经删掉了。
broadcast-not-yours = 这条通知是另一位老师发给自己所有群的，请找那位老师处理。
broadcast-not-your-group = 您不是“{ $group }”的管理员，不能往那里发通知。请去掉这个群，或者请群主把您设为管理员。
broadcast-no-groups = 还没有可以发的群。请先把我加进群、设为管理员并点“启用”。
broadcast-group-left = 我已经不在“{ $group }”里了。请把我重新加进群，或者去掉这个群。
broadcast-group-not-set-up = “{ $group }”还没有启用。请在群里点“启用”，或者去掉这个群。
broadcast-group-mute = 我在“{ $group }”里没有发言权限。请群主给我发言权限，或者去掉这个群。
broadcast-nothing = 还没有内容，请先把要发的话或文件发给我。
broadcast-too-many = 一条通知最多 { $allowed } 段内容，现在有 { $has } 段，请合并一下或者分两次发。
broadcast-text-long = 文字太长：现在 { $has } 个字，最多 { $max } 个。请删短一些，或者分成两段。
broadcast-caption-long = 图片或文件下面的文字太长：现在 { $has } 个字，最多 { $max } 个。请删短，或者把文字单独发一段。
broadcast-album = 一组图片要有 2 到 { $max } 张，现在是 { $has } 张，请分成几组。
broadcast-file-large = 文件太大：“{ $name }”有 { $has } MB，最多 { $allowed } MB。请压缩一下，或者发一个下载链接。
broadcast-scores = 这里像是成绩或名次：“{ $words }”。学生的成绩不能发到群里，请私下告诉每位家长。
broadcast-scores-file = 文件名“{ $name }”里有“{ $word }”，看着像成绩单。成绩单不能发到群里；如果不是，请改个文件名再发。
broadcast-fee = 这里像是在收钱：“{ $words }”。为了防骗，收钱的通知要再有一位老师或管理员同意才能发，我会私下去问。请写清收什么、收多少，走学校公布的缴费渠道。
broadcast-fee-words = 收钱的通知请至少写一段文字，写明收什么、收多少、怎么交：核准的标记要写在文字前面。
broadcast-fee-mark = ✅ 学校已核准的收费通知，两位老师核对过。这样的通知只由我来发；别人来收钱，请先打电话问老师。
broadcast-payment-code = 这里有私人收款码的链接：“{ $link }”，谁同意都不能发。收费请走学校公布的缴费渠道。
broadcast-words-stop = “{ $words }”不能发（{ $rule }），请删掉再发。
broadcast-words = 请再看一眼“{ $words }”（{ $rule }）：家长发这样的话会被删掉。您确定要发也可以。
broadcast-past = { $at } 已经过了，请换一个以后的时间。
broadcast-never = 这个时间以后不会再来了，请换一个。
broadcast-too-often = 这样发得太密，家长会被打扰：两次之间至少要隔{ $minutes ->
        [60] 一小时
       *[other] {" "}{ $minutes } 分钟
    }。请换个时间，比如“每天 19:30”，或者五段写法“30 19 * * Mon-Fri”。
broadcast-time-unknown = 没看懂什么时候发，请重新选一次时间。
broadcast-is-waiting = 这条通知还在等另一位老师同意。
broadcast-is-unanswered = 这条通知没有等到另一位老师同意，现在已经太晚，没有发。可以改时间重新去问，或者取消。
broadcast-is-scheduled = 这条通知还没发出，可以改时间、暂停或取消。
broadcast-is-sending = 这条通知正在发，可以改内容，也可以撤回。
broadcast-is-sent = 这条通知已经发完了，可以改内容，也可以撤回。
broadcast-is-paused = 这条通知暂停着，可以继续、改时间或取消。
broadcast-is-cancelled = 这条通知已经取消了。想发的话请重新写一条。
broadcast-is-recalled = 这条通知已经撤回了。想发的话请重新写一条。
broadcast-paused = 暂停了。想接着发，点“继续”。
broadcast-cancelled = 取消了，不会发出。
broadcast-edited = 改好了，到时候发新的内容。
broadcast-edited-going-on = 改好了。已经发出的 { $messages } 条正在逐条更新，全部更新完我再告诉您。
broadcast-changing = 内容正在更新：{ $of } 个群里有 { $done } 个已经换成新的。
broadcast-change-done = 新内容都换好了，一共 { $groups } 个群。
broadcast-change-done-partly = 新内容更新完了：{ $done } 个群换好了，{ $failed } 个群没换成，那里还是原来的内容。
broadcast-change-why = { $before }
    { $groups } 个群：{ $reason }
broadcast-change-done-copies = { $done }
    有 { $copies } 条私聊没换成。
broadcast-edited-everywhere = 改好了，已经发出的 { $messages } 条也在逐条更新。
broadcast-edited-confirmed = { $done }之前有 { $people } 位确认过改之前的内容，对新内容不算数。请他们再点一次按钮，您也可以点“提醒没确认的”。
broadcast-edited-not-there = { $done }这几个群后来升级过，以前的消息改不了：{ $groups }。
broadcast-edit-other-kind = 已经发出的通知只能改文字，或者把一个文件换成另一个，不能换成别的样子。请撤回后重新发一条。
broadcast-edit-urgent-changing = 这条紧急通知上次改的内容还在逐群更新。请过几分钟更新完了再改。
broadcast-edit-urgent-sending = 这条紧急通知这一次正在发，以后还会再发。请过几分钟发完了再改，到时候请另一位老师看过新内容再同意。
broadcast-edit-fee = 收钱的内容要另一位老师看过才能发，不能直接改到已经发出的通知里。请重新发一条，我会去问；原来那条可以撤回。
broadcast-edit-digest-full = 这条已经进了“{ $group }”的汇总，那里放不下这么长的文字。请改短一些，或者撤回后重新发一条。
broadcast-recalling = 正在撤回：已发出的 { $sent } 条逐条删除，还没发的 { $unsent } 条不发了。
broadcast-recalling-going-on = 正在撤回：已发出的 { $sent } 条逐条删除，还没发的 { $unsent } 条不发了。群比较多，全部撤完我再告诉您。
broadcast-recalling-one = { $told }以后到时间照常发；不想再发了，就取消它。
broadcast-recall-nothing = 这条通知还没发出，取消它就行。
broadcast-recall-done = 撤回好了，一共删除 { $messages } 条。
broadcast-recall-stuck = 有几个群没能撤回，请到群里手动删除：{ $groups }。
broadcast-recall-stuck-copies = { $stuck }另外有 { $copies } 条私聊也没能撤回。
broadcast-recall-copies-stuck = 群里都撤回了，一共删除 { $messages } 条；有 { $copies } 条私聊没能撤回，太久以前发的删不掉。
broadcast-missed = 原定 { $at } 的通知没能按时发出，当时我没在运行，现在已经太晚，就没有发。请改一个时间，或者取消。
broadcast-done = 发完了，{ $groups } 个群都收到了。
broadcast-done-partly = 发完了：{ $sent } 个群收到了，{ $failed } 个没发成。原因请看统计。
broadcast-done-without = { $done }比上一次少了 { $groups }{ $more ->
        [0] {""}
       *[other] ，另外还有 { $more } 个群
    }：那里您不再是管理员，或者我已经不在群里了。
broadcast-no-group-left = “{ $words }”这次没有发：您名下已经没有我能发的群了。这条先暂停，等有了群点“继续”就接着发，不用了就取消它。
broadcast-unreadable = 抱歉，您{ $date }写的一条通知存坏了，内容读不出来，没法发。请发“/announce”重新写一条，也请告诉信息老师一声，免得修好以后旧的那条再发一遍。
broadcast-unreadable-partly = { $now }抱歉，这条通知存坏了，内容读不出来，剩下的没法发。请发“/announce”给没收到的群重新写一条，也请告诉信息老师一声。
broadcast-after-all = “{ $group }”后来还是收到了。{ $now }
broadcast-after-all-copy = 有一份没送到的私聊，后来送到了。{ $now }
broadcast-heading = 【{ $topic }】
broadcast-heading-copy = 【{ $topic }】{ $groups }
broadcast-heading-groups = { $title }等 { $count } 个群
broadcast-done-copies = { $done }另外私聊送到 { $sent } 位家长，{ $failed } 位没送到。
broadcast-confirm-above = 请看完上面的内容，在这里确认。
broadcast-read-button = ✅ 我看过了
broadcast-read-count = ✅ 我看过了 · { $read }/{ $of }
broadcast-sign-button = ✍️ 签字确认
broadcast-sign-count = ✍️ 签字确认 · { $signed }/{ $of }
broadcast-read-thanks = 收到，谢谢您。
broadcast-read-before = 您已经确认过了，谢谢。
broadcast-sign-first = { $name }，您要签的是：“{ $words }”。看清楚了，再点一次就算签字。
broadcast-sign-anew = { $name }，内容改过了，现在要签的是：“{ $words }”。看清楚了，再点一次就算签字。
broadcast-sign-above = { $name }，您要签的就是上面这条通知。看清楚了，再点一次就算签字。
broadcast-signed-thanks = 签好了，谢谢您。
broadcast-signed-before = 您已经签过了，谢谢。
broadcast-reworded-in-group = 这条通知的内容后来改过了。请到群里看一下新的内容，再按那里的按钮。
broadcast-reworded-in-private = 这条通知的内容后来改过了。新的内容我发在这里了，请看过以后按它下面的按钮。
broadcast-reworded =
    “{ $group }”的这条通知改过了，现在的内容是：

    { $words }
broadcast-confirm-recalled = 这条通知已经撤回，不用确认了。
broadcast-reminder =
    “{ $group }”有一条通知等您确认：

    { $words }
broadcast-reminded = 私下提醒了 { $now } 位。今天已经提醒过的 { $before } 位不再打扰，还有 { $unreachable } 位没和我私聊过，我没法提醒。
broadcast-reminded-later = 现在是安静时段，先不打扰大家：{ $at } 再私下提醒 { $now } 位。那天已经安排过的 { $before } 位不再多提醒，还有 { $unreachable } 位没和我私聊过，我没法提醒。
broadcast-remind-nothing = 这条通知没有要确认的，或者还没发出。
broadcast-remind-reworded = 群里的通知还是改之前的内容，现在提醒会对不上，先不提醒了。
broadcast-private-first = 请先私聊我点“开始”，我才能把表格发给您。
broadcast-csv-sent = 表格已经发到您的私聊里。
broadcast-report-not-yet = 还没有发出，没有统计。
broadcast-report-sent = 计划发 { $planned } 个群，发到了 { $sent } 个。
broadcast-report-failed = 没发成 { $chats } 个：{ $reason }
broadcast-report-unchanged = 还是原来内容的 { $chats } 个群：{ $reason }
broadcast-report-digested = 其中 { $chats } 个群是随汇总发到的。
broadcast-report-waiting = 还有 { $chats } 个群等着随汇总发。
broadcast-report-copies = 私聊送到 { $sent } 位，没送到 { $failed } 位，一共安排了 { $planned } 位；选了不收的有 { $out } 位。
broadcast-report-copies-lacking = 其中 { $people } 位：{ $reason }
broadcast-report-copies-twice = 私聊里有 { $people } 位可能收到两遍，当时网络断了。
broadcast-report-twice = 有 { $groups } 个群里可能收到两遍，当时网络断了。
broadcast-report-read = 看过的 { $read } 位，群里共有 { $readers } 位家长。
broadcast-report-signed = 签字的 { $signed } 位，群里共有 { $readers } 位家长。
broadcast-report-read-only = 另有 { $read } 位看过要签的内容，还没签。
broadcast-report-signed-earlier = 内容改过：有 { $people } 位签的是改之前的，还没重新签。
broadcast-report-read-earlier = 内容改过：有 { $people } 位看的是改之前的，还没重新确认。
broadcast-report-missing = { $title }还没确认：{ $names }
broadcast-report-missing-more = { $title }还没确认：{ $names }，还有 { $more } 位（见表格）
broadcast-report-groups-more = 还有 { $groups } 个群也有没确认的，名单都在表格里。
broadcast-reason-gone = 我不在群里了
broadcast-reason-blocked = 关掉了和我的私聊
broadcast-reason-forbidden = 我没有发言权限
broadcast-reason-not-yours = 您已不是那个群的管理员
broadcast-reason-topic = 选的话题已经关闭或者删掉了，请换一个话题再发
broadcast-reason-unknown = 断网了，不知道发到了没有
broadcast-reason-digest-full = 那里的汇总放不下这么长的文字
broadcast-reason-unreadable = 存下来的内容读不出来了，请重新发一条
broadcast-reason-moved = 群后来升级过，以前的消息我够不到了
broadcast-reason-lost = 群换了地址，我找不到新的群
broadcast-reason-long = 文字太长，平台不收，请改短一些重新发
broadcast-reason-file = 文件失效了，或者平台读不出来，请重新发一次文件
broadcast-reason-refused = 平台没有接受，原因记在后台日志里，可以请管理员看一下
broadcast-csv-group = 群
broadcast-csv-state = 状态
broadcast-csv-reason = 原因
broadcast-csv-digest = 随汇总发
broadcast-csv-twice = 可能重复
broadcast-csv-read = 看过
broadcast-csv-signed = 签字
broadcast-csv-earlier = 只确认过改前内容
broadcast-csv-signed-earlier = 签字（改前内容）
broadcast-csv-read-earlier = 看过（改前内容）
broadcast-csv-readers = 应确认
broadcast-csv-missing = 未确认
broadcast-csv-yes = 是
broadcast-csv-waits = 等汇总
broadcast-csv-maybe = 可能
broadcast-csv-total = 合计
broadcast-csv-total-people = 合计（每位家长只算一次）
broadcast-csv-arrived = { $sent }/{ $planned } 发到
broadcast-csv-copies = 私聊
broadcast-csv-planned = 应发
broadcast-csv-sent-copies = 送到
broadcast-csv-failed = 没送到
broadcast-csv-opted-out = 选了不收
broadcast-csv-name = 姓名
broadcast-csv-confirmed = 看过或签字
broadcast-csv-at = 时间
broadcast-state-sent = 已发
broadcast-state-planned = 待发
broadcast-state-failed = 没发成
broadcast-state-withdrawn = 没发，已撤回
broadcast-state-deleted = 已撤回
broadcast-state-changing = 已发，内容正在更新
broadcast-state-unchanged = 已发，内容没改成
broadcast-state-stuck = 没能撤回
broadcast-line-topic = 【{ $topic }】{ $words }
broadcast-line-next = { $at } · { $words }
broadcast-line-digest = 等 { $at } 的汇总 · { $words }
broadcast-line-now = 正在发 · { $words }
broadcast-line-sent = 已发 { $at } · { $words }
broadcast-line-paused = 暂停中 · { $words }
broadcast-line-waiting = 等人同意 · { $words }
broadcast-line-unanswered = 没等到同意 · { $words }

# 每日汇总：一天里推送多了，后面的通知合成一条发。
digest-heading = 📮 { $date } · 每日汇总
digest-heading-part = 📮 { $date } · 每日汇总（{ $part }/{ $parts }）
digest-why = { $items ->
        [1] 为了少打扰您，这条通知留到现在才发。
       *[other] 为了少打扰您，这 { $items } 条通知合在一起发。
    }
digest-text-below = 👇 全文在下面
digest-file-below = 👇 图片或文件在下面
digest-poll-below = 👇 投票在下面
digest-place-below = 👇 地点在下面
