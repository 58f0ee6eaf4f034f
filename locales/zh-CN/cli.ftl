# 命令行的说明，给学校的信息老师看。
cli-about = 家长群助手：推送小课、出小测、记积分、维护群规。先试试“homeroom sandbox”，不用令牌也不用联网。
cli-environment =
    环境变量：
      TELOXIDE_TOKEN        机器人令牌（或用 TELOXIDE_TOKEN_FILE 指向存放令牌的文件）
      TELOXIDE_API_URL      其他的 Bot API 服务器，比如自建的；默认 https://api.telegram.org
      DATABASE_URL          sqlite:文件 或 postgres://…；默认 sqlite:homeroom.db
      RUST_LOG              日志写多细，比如 homeroom=debug
    退出码：0 正常；1 运行出错；2 命令、环境变量或配置有问题，输出里写明在哪里、该怎么改。
cli-config = 配置所在的文件夹
cli-config-each = 一所学校的配置文件夹，不写就是 bot-config。有几所学校就写几次，每所学校用自己的机器人
cli-configs = 放着几所学校的文件夹：里面每个带 school.toml 的文件夹就是一所学校
cli-run = 运行机器人
cli-sandbox = 在网页里试用：模拟一个家长群，扮演家长、老师、管理员，不需要令牌和网络
cli-port = 网页的端口；0 表示随便找一个空的
cli-language = 模拟群里的人说哪种语言：zh-CN 或 en
cli-unknown-language = 请写 zh-CN 或 en
cli-check = 检查配置，一次说清所有问题：哪个文件、哪一行、该怎么写
cli-migrate = 把数据库升级到这个版本
cli-ledger = 积分账本
cli-ledger-verify = 核对账本：每个账户的余额和明细一致，没有被改动过
cli-outbox = 不知道有没有送到、已停止发送的消息
cli-outbox-quarantined = 列出这些消息：编号、种类、发给谁、时间和原因，不显示内容
cli-outbox-release = 重新发出一条；对方可能会看到两次
cli-outbox-drop = 这条不再发了
cli-outbox-id = 列表里的编号
