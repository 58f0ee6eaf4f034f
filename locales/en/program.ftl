# What commands print.
program-failed = Something went wrong: { $error }
program-migrated = { $steps ->
    [0] The database is up to date already.
    [one] The database is up to date now; one step was run.
   *[other] The database is up to date now; { $steps } steps were run.
}
program-token-missing = The bot's token is missing. Put the token from @BotFather into the environment variable TELOXIDE_TOKEN, or into a file that TELOXIDE_TOKEN_FILE names. Only trying it out? homeroom sandbox
program-token-file = The token file { $file } can't be read: { $error }
program-token-shape = This doesn't look like a token. A token from @BotFather is a number, a colon, and letters and digits.
program-sandbox =
    The sandbox is ready. Open it in your browser: { $url }
    Ctrl+C ends it and deletes its data.
outbox-none = No message is waiting for your decision.
outbox-head = Nobody knows whether these messages arrived. Look into the chat, then: homeroom outbox release NUMBER, or homeroom outbox drop NUMBER
outbox-line = { $id }  { $kind } to { $to }, written { $written }, given up { $ended }: { $reason }
outbox-group = group { $id }
outbox-person = person { $id }
outbox-bot = the bot's account
outbox-released = Message { $id } is sent again within seconds, if the bot is running.
outbox-dropped = Message { $id } stays unsent.
outbox-not-quarantined = No message with the number { $id } is waiting for a decision.
