# 命令运行后的输出。
program-failed = 出错了：{ $error }
program-migrated = { $steps ->
    [0] 数据库已经是最新版本，无需升级。
   *[other] 数据库已升级，执行了 { $steps } 个步骤。
}
program-token-missing = 缺少机器人令牌。请把 @BotFather 给的令牌放进环境变量 TELOXIDE_TOKEN，或存成文件并用 TELOXIDE_TOKEN_FILE 指向它。只想试用的话：homeroom sandbox
program-token-file = 读不了令牌文件 { $file }：{ $error }
program-token-shape = 令牌的样子不对。@BotFather 给的令牌是一串数字、一个冒号，再加一串字母和数字。
program-token-refused = Telegram 不认识这个令牌。请向 @BotFather 要现在有效的令牌：/token
program-webhook-refused = Telegram 不接受这个 webhook 地址：{ $error }。请检查 bot.toml 里 [updates] 的 url。
program-cant-listen = 程序没法在 { $at } 上监听：{ $error }。看看端口是不是被别的程序占了，地址是不是这台机器的。
program-part-ended = 程序有一部分自己停了：{ $part }。原因请看日志。
database-unknown-kind = DATABASE_URL 要以 sqlite: 或 postgres:// 开头，例如 sqlite:homeroom.db
database-address = 看不懂 DATABASE_URL：{ $error }。写法是 postgres://USER:PASSWORD@HOST/DATABASE 或 sqlite:文件
database-absent = DATABASE_URL 指向的地方没有 homeroom 的数据库。请检查地址；要新建的话：homeroom migrate
database-newer = 数据库已经是版本 { $found }，这个 homeroom 最多只认识 { $known }。请换用新版 homeroom，或者恢复升级前的备份。
database-older = 数据库还是版本 { $found }，这个 homeroom 需要 { $known }。请先升级：homeroom migrate
database-unreachable = 连不上数据库：{ $error }。请看看数据库服务启动了没有，DATABASE_URL 写得对不对。
database-denied = 数据库服务不让登录：{ $error }。请检查 DATABASE_URL 里的用户名和密码。
database-no-such = 数据库服务连上了，可是没有这个数据库：{ $error }。请用 CREATE DATABASE 建好，或者改正 DATABASE_URL。
database-file = DATABASE_URL 里的文件不能当数据库用：{ $error }。它所在的文件夹要先建好，运行程序的用户还要能往里写。
database-busy = 数据库没有正常回应：{ $error }。可能是别的进程占着它，也可能是磁盘或内存满了。请过一会儿再试。
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
