# 配置文件里的问题：哪里不对，该怎么写。读的人是学校的信息老师。

# 文件
config-folder-missing = 找不到这个配置文件夹。请确认路径，或把程序自带的 bot-config 复制过来再改。
config-file-missing = 缺少这个文件。可以从程序自带的 bot-config 里复制一份再改。
config-unreadable = 这个文件读不了（{ $reason }）。请检查它的权限。
config-not-utf8 = 从这里开始不是 UTF-8 编码。请用编辑器“另存为”，编码选 UTF-8。
config-file-too-large = 文件太大了，最多 { $max } KiB。是不是放错了文件？
config-too-many-files = 这个文件夹里的文件太多了，最多读 { $max } 个。
config-too-deep = 文件夹套得太深了，课程最多放在 { $max } 层文件夹里。

# TOML 的写法
config-syntax = 这里不符合 TOML 的写法（{ $reason }）。常见原因：少了引号、括号或等号。
config-chinese-punctuation = 这里用了中文标点。引号、等号、逗号、方括号都要用英文的：" = , [ ]
config-duplicate-key = “{ $key }”在这里写了两遍，请删掉一个。
config-not-as-expected = 这里的内容不对（{ $reason }）。
config-unknown-key = 没有“{ $key }”这个设置。这里可以写：{ $known }。
config-unknown-key-near = 没有“{ $key }”这个设置，是不是想写“{ $meant }”？
config-missing-key = 缺少设置“{ $key }”，请补上。
config-wrong-kind = “{ $key }”要写成{ $expected }。
config-kind-text = 带英文引号的文字，例如 "文字"
config-kind-integer = 整数，不带引号和小数点，例如 20
config-kind-number = 数字，不带引号，例如 29.5
config-kind-list = 方括号里的列表，例如 ["甲", "乙"]
config-kind-table = 单独一节，以 [{ $key }] 开头（可以有多节的写 [[{ $key }]]）
config-out-of-range = “{ $key }”要在 { $min } 到 { $max } 之间，现在是 { $found }。
config-list-length = “{ $key }”要有 { $min } 到 { $max } 项，现在有 { $found } 项。
config-empty = “{ $key }”是空的，请写上内容。
config-too-long = “{ $key }”太长了：现在 { $length } 个字符，最多 { $max } 个。
config-topic-id = “{ $written }”不能当分类的编号。请用小写英文字母、数字和“-”，例如 "homework"。
config-twice = { $written } 前面已经有了，不能重复。
config-unknown-word = “{ $key }”不能是“{ $written }”，只能写：{ $known }。
config-unknown-word-near = “{ $key }”不能是“{ $written }”，是不是想写“{ $meant }”？
config-time = “{ $key }”要写成 24 小时制的时间，例如 "21:00"。半夜十二点写 "00:00"。
config-socket = “{ $key }”要写成 IP 地址加端口，例如 "127.0.0.1:8088"，现在是“{ $written }”。

# school.toml
config-time-zone = 没有“{ $written }”这个时区。中国大陆写 "Asia/Shanghai"。
config-time-zone-near = 没有“{ $written }”这个时区，是不是想写“{ $meant }”？
config-id-of-group = { $id } 是群的编号，这里要写老师本人的 Telegram 数字编号（正整数）。
config-id-of-nobody = { $id } 不是 Telegram 的数字编号，请核对。

# bot.toml
config-only-with-webhook = “{ $key }”只在 mode = "webhook" 时有用。请删掉它，或者改用 webhook。
config-webhook-url = “{ $written }”不能用作 webhook 地址。要写成学校对外的 https 地址，例如 "https://bot.example.edu/telegram"。
config-secret-missing = 没有 { $file } 这个文件。可以这样生成密钥：openssl rand -hex 32 > { $file }
config-secret-unreadable = 读不了密钥文件 { $file }：{ $error }。请让运行机器人的用户能读它。
config-secret-shape = { $file } 里的内容不能当 webhook 的密钥：密钥要有 16 到 256 个字符，只能是字母（A-Z、a-z）、数字、_ 和 -。可以重新生成：openssl rand -hex 32 > { $file }
config-webhook-port = Telegram 不会向 { $port } 端口推送，请改用 443、80、88 或 8443。

# 令牌，以及几所学校放在一个程序里
config-token-once = 令牌只能放在一个地方：“file”和“variable”只写一个。
config-token-variable = “variable”要写环境变量的名字，例如 TELOXIDE_TOKEN_NORTH，不要写令牌本身。
config-token-itself = 这里写的是令牌本身。请把令牌存进只有服务能读的文件，这里写文件名。
config-together-token = { $first } 和 { $second } 的令牌放在同一个地方。每所学校要有自己的机器人：请在各自 bot.toml 的 [token] 里写明令牌在哪里。
config-together-url = { $first } 和 { $second } 的 webhook 地址相同：{ $url }。请各用各的，比如换一个路径。
config-together-listen = { $first } 和 { $second } 监听同一个地址 { $address }。请给其中一个换个端口。
config-together-observe = { $first } 和 { $second } 给监控写了不同的地址，而所有学校共用一个。请写成一样的，或者只在一个里保留 [observe]。

# schedules.toml
config-stage-or-lessons = “stage”和“lessons”只能写一个：要么按学段推，要么列出课。
config-stage-without-lessons = 学段“{ $stage }”还没有课。请先在 lessons 文件夹里加课，或者换一个学段。
config-no-lessons = lessons 文件夹里还没有课，这个计划没有东西可推。
config-unknown-lesson = 没有编号是“{ $id }”的课。编号就是课程文件名的第一段。
config-unknown-lesson-near = 没有编号是“{ $id }”的课，是不是想写“{ $meant }”？
config-group-id = { $id } 不是群的编号。群的编号是负数，例如 -1001234567890。
config-unknown-term = 校历 calendar/school.toml 里没有叫“{ $name }”的学期，请先用 [[term]] 写好。
config-unknown-term-near = 校历 calendar/school.toml 里没有叫“{ $name }”的学期，是不是想写“{ $meant }”？
config-only-with-term = “{ $key }”只在写了 term 时有用。请删掉它，或者写上学期。
config-cron-too-long = 时间表达式太长了，最多 { $max } 个字符。可以用范围和步长来写，例如 8-18/2。
config-cron-fields = 时间表达式要有 5 段：分 时 日 月 星期，例如 "30 19 * * Mon,Wed,Fri"。现在有 { $found } 段。
config-cron-field = “{ $written }”不能写在“{ $field }”这一段。
config-cron-second = 秒（0–59）
config-cron-minute = 分（0–59）
config-cron-hour = 时（0–23）
config-cron-day = 日（1–31，也可以写 L 最后一天、LW 最后一个工作日、15W 离 15 日最近的工作日）
config-cron-month = 月（1–12 或 Jan–Dec）
config-cron-weekday = 星期（Mon–Sun，或 0–7，0 和 7 都是星期日；也可以写 Mon#2 第二个星期一、FriL 最后一个星期五）
config-cron-two-days = “日”和“星期”只能限定一个，另一个写 *。两个都要的话，请分成两个计划。
config-cron-weekday-number = 写 6 段时，星期请用英文缩写：Mon Tue Wed Thu Fri Sat Sun。因为各种软件里数字的含义不一样。
config-cron-never = 这个时间永远不会到，请检查日和月，例如 2 月没有 30 日。

# calendar
config-calendar-file-name = 校历文件名要写成四位年份，例如 2026.json。学校自己的校历写在 school.toml。
config-json-syntax = 这里不符合 JSON 的写法（{ $reason }）。常见原因：少了逗号、引号或括号，多了最后一个逗号，或用了中文标点。
config-kind-flag = true（是）或 false（否），不带引号
config-calendar-year = 年份和文件名不一致，这里应写 { $year }。
config-calendar-date = “{ $key }”要写成年-月-日，例如 2026-09-01，而且要真有这一天。
config-calendar-other-year = { $date } 不是 { $year } 年的日子，请放到那一年的文件里。
config-calendar-order = 结束不能早于开始（{ $from }）。
config-calendar-span = 一段最多 { $max } 天，再长请分成几段，或者写成学期。
config-calendar-overlap = 这个学期和“{ $other }”有重叠，请检查日期。

# lessons
config-lesson-file-name = 课程文件名要写成 编号.语言.md，例如 primary-sleep.zh-CN.md。编号用小写英文字母、数字和连字符；语言写 zh-CN 或 en。
config-lesson-twice = 这一课这种语言已经有了，在 { $other }。请删掉一个。
config-lesson-head = 课程文件要以一行 +++ 开头，接着写标题等设置，再用一行 +++ 结束，然后才是正文。
config-lesson-id = “id”要和文件名一样，这里应写 "{ $id }"。
config-lesson-empty = 正文是空的，请写上内容。
config-lesson-too-long = 这一课太长，一张卡片放不下：标题、正文、回家试一试和依据一共 { $length } 个字符，最多 { $max } 个。
config-lesson-differs = 同一课的各语言要一致：“{ $key }”在这里是 { $here }，在 { $other } 里是 { $there }。
config-line-feeds = “{ $key }”最多换行 { $max } 次，现在有 { $found } 次。
config-markdown-heading = 群消息显示不了标题。请改成一段话，要突出就用 **加粗**。
config-markdown-picture = 正文里放不了图片，请删掉，或改成链接。
config-markdown-table = 群消息显示不了表格，请改成列表。
config-markdown-html = 正文里不能用 HTML。要写尖括号，请在前面加反斜杠：\<
config-markdown-code-block = 群消息显示不了代码块。如果只是想缩进，请去掉行首的空格。
config-markdown-quotation = 正文里不能用引用（行首的 >），请改成普通段落。
config-markdown-rule = 正文里不能用分隔线，请用空行分段。
config-markdown-nested-list = 列表里不能再套列表，请写成一层。
config-markdown-other = 正文里不能用这种格式。可以用段落、**加粗**、*斜体*、链接和列表。
config-markdown-link = 链接要写完整的网址，以 https:// 开头。
config-markdown-stars = 这里的 ** 没有生效，家长会看到星号。请把引号、句号等标点移到 ** 外面，并去掉 ** 内侧的空格。

# homeroom check 的报告
config-problems = 共有 { $count } 处要改。改好之前，机器人不会使用这份配置。
config-right = 配置没有问题，可以使用。
config-school = 学校：{ $name }，时区 { $zone }
config-quiet = 免打扰：{ $from } 到 { $until }
config-quiet-never = 免打扰：没有设置
config-burden = 每个群每天最多推送 { $limit } 次，超过的放进 { $at } 的汇总
config-burden-never = 每个群每天的推送次数：没有限制
config-staff = 登记的老师：{ $count } 位
config-lessons = 课程：{ $count } 课
config-stage-lessons = { $stage }：{ $count } 课
config-schedules = 推送计划：{ $count } 个
config-schedule = “{ $name }”接下来的推送：
config-schedule-term = “{ $name }”按学期“{ $term }”推送：{ $lessons } 课，排了 { $runs } 次：
config-term-lesson = { $when } { $lesson }
config-odd = 有 { $count } 点请留意（不影响使用）：
config-odd-staff = school.toml 里没有登记老师，现在只有群管理员算老师。
config-odd-lessons = lessons 文件夹里还没有课。
config-odd-unscheduled = 这些课不在任何推送计划里，不会推送：{ $lessons }
config-odd-chinese = 这些课没有中文版，看中文的家长会看到英文：{ $lessons }
config-odd-english = 这些课没有英文版，看英文的家长会看到中文：{ $lessons }
config-odd-often = 计划“{ $name }”一天推送超过 { $max } 次，家长可能会嫌多。
config-odd-term-short = 计划“{ $name }”在学期“{ $term }”里只排了 { $runs } 次，课有 { $lessons } 课，最后 { $left } 课发不到。请加推送的日子，或者减少课。
config-odd-digest = 每日汇总的时间落在免打扰时段，会等到 { $until } 再发。
config-odd-quiet = 计划“{ $name }”有的推送落在免打扰时段，会等到 { $until } 再发。
config-odd-seconds = at_most_every_minutes = 0：反复发的通知没有间隔限制，最密可以每秒发一次。
config-odd-ignored = 没有读取 { $file }：名字或位置不是机器人认识的。

# moderation.toml
config-rule-short = “{ $word }”太短了，会误伤很多消息。至少要两个字。
config-rule-no-sound = “{ $word }”里没有汉字，没法按读音找。请放到 keywords 里。
config-rule-pattern = 这不是正确的正则表达式（{ $reason }）。
config-rule-wide = 这个正则表达式的重复次数合计 { $width }，最多 { $max }。请把 {"{m,n}"} 里的数字改小。
config-rule-large = 这个正则表达式太复杂了，请拆成几个。
config-rule-everything = 这个正则表达式连空消息也会命中，等于每条消息都违规。请写得具体些。
config-rule-never = 还原后的文字里不会出现“{ $written }”，请改写成“{ $folded }”。
config-rule-signal = 没有叫“{ $name }”的信号。请先用 [signal.{ $name }] 写出来。
config-rule-reserved = “{ $name }”是程序自带的名字，请换一个。
config-rule-empty-set = 空的信号组合会命中每条消息，请删掉或补上信号。
config-rule-domain = “{ $written }”不是域名。要写成 example.com 这样，不带 https:// 和斜杠。
config-rule-name = “{ $written }”不是 Telegram 用户名。用户名是 4 到 32 个英文字母、数字或下划线，前面不写 @。
