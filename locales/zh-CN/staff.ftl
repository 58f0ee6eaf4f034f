# 主动告诉学校老师（school.toml 的 staff）的事。
staff-calendar-missing =
    校历里还没有 { $year } 年的法定节假日和调休安排。
    补上之前，这一年我只知道周末放假：节假日会当成上课日，该停的课程和通知还会照发；调休上课的周末又会当成休息日。
    请把 { $year }.json 放进配置文件夹的 calendar 里，再让我重新读一遍配置。放假安排一般在 11 月由国务院办公厅公布。
staff-calendar-estimated =
    校历里 { $year } 年的节假日和调休还是估计的，我先按估计的来，可能和公布的不一样。
    公布以后，请更新配置文件夹里的 calendar/{ $year }.json，去掉 status 那一行，再让我重新读一遍配置。

# 停过机，没发成、没推的
missed-next =
    { $before }
    { $item }
missed-more = · 另外还有 { $count } 次
broadcast-skipped =
    “{ $words }”有 { $count } 次没按时发，当时我没在运行：
    { $list }
broadcast-skipped-made = 再后面的一次补发了。
broadcast-skipped-coming = 下一次照常：{ $at }。
broadcast-skipped-none-coming = 后面没有别的了。
broadcast-overtaken =
    “{ $words }”有 { $count } 次正赶上放假或者休息时间，先留着没发：
    { $list }
broadcast-overtaken-latest = 到 { $at } 只发了最近的一次，免得家长一下收到好几条。
lessons-skipped =
    我停了一阵，有 { $count } 次小课没推：
    { $list }
lessons-skipped-once = “{ $schedule }”：{ $at }
lessons-skipped-times = “{ $schedule }”：{ $count } 次，从 { $from } 到 { $until }
lessons-skipped-more = · 另外还有 { $count } 个计划
lessons-skipped-kept = 课不会丢，下次推送接着推。
lessons-unsent =
    有的小课到时间没发出去，再补就太晚了，所以没有补：
    { $list }
lessons-unsent-lesson = “{ $schedule }”：{ $at }，{ $groups } 个群没收到
lessons-unsent-quiz = “{ $schedule }”：{ $at }，{ $groups } 个群收到了课，没收到小测
