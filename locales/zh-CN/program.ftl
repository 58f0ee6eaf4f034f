# 命令运行后的输出。
program-failed = 出错了：{ $error }
program-migrated = { $steps ->
    [0] 数据库已经是最新版本，无需升级。
   *[other] 数据库已升级，执行了 { $steps } 个步骤。
}
program-token-missing = 缺少机器人令牌。请把 @BotFather 给的令牌放进环境变量 TELOXIDE_TOKEN，或存成文件并用 TELOXIDE_TOKEN_FILE 指向它。只想试用的话：homeroom sandbox
program-token-file = 读不了令牌文件 { $file }：{ $error }
program-token-shape = 令牌的样子不对。@BotFather 给的令牌是一串数字、一个冒号，再加一串字母和数字。
program-token-variable = 缺少机器人令牌：bot.toml 的 [token] 指定了环境变量 { $name }，可它是空的或没有设置。请把 @BotFather 给的令牌放进去。
program-token-same = { $first } 和 { $second } 用的是同一个机器人。每所学校要有自己的机器人，请找 @BotFather 再建一个。
program-of-school = { $school }：{ $text }
program-school = — { $school } —
program-schools-none = { $folder } 里没有学校：没有哪个子文件夹带 school.toml。
program-schools-unreadable = 读不了文件夹 { $folder }：{ $error }
program-school-twice = 文件夹 { $folder } 写了两次，每所学校写一次就够了。
program-sandbox =
    试用页面准备好了，请在浏览器打开：{ $url }
    按 Ctrl+C 结束，数据随之清空。
outbox-none = 没有需要您决定的消息。
outbox-head = 不知道这些消息有没有送到。请先到群里看一看，再运行 homeroom outbox release 编号（重发）或 homeroom outbox drop 编号（不发了）
outbox-line = { $id }  { $kind }，发给{ $to }，写于 { $written }，停发于 { $ended }：{ $reason }
outbox-group = 群 { $id }
outbox-person = 成员 { $id }
outbox-bot = 机器人账号
outbox-of-bot = { $to }（机器人 { $bot }）
outbox-released = 消息 { $id } 会重新发出；机器人在运行的话，几秒内就发。
outbox-dropped = 消息 { $id } 不再发送。
outbox-not-quarantined = 没有编号为 { $id }、等您决定的消息。
ledger-whose = 账户 { $person } 属于机器人 { $bot }
