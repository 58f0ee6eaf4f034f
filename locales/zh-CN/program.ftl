# 命令运行后的输出。
program-failed = 出错了：{ $error }
program-migrated = { $steps ->
    [0] 数据库已经是最新版本，无需升级。
   *[other] 数据库已升级，执行了 { $steps } 个步骤。
}
program-token-missing = 缺少机器人令牌。请把 @BotFather 给的令牌放进环境变量 TELOXIDE_TOKEN，或存成文件并用 TELOXIDE_TOKEN_FILE 指向它。只想试用的话：homeroom sandbox
program-token-file = 读不了令牌文件 { $file }：{ $error }
program-token-shape = 令牌的样子不对。@BotFather 给的令牌是一串数字、一个冒号，再加一串字母和数字。
program-sandbox =
    试用页面准备好了，请在浏览器打开：{ $url }
    按 Ctrl+C 结束，数据随之清空。
