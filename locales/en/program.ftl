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
program-token-variable = The bot's token is missing: [token] in bot.toml names the environment variable { $name }, and it is empty or not set. Put the token from @BotFather into it.
program-token-same = { $first } and { $second } have the same bot. Each school needs a bot of its own; @BotFather makes another one.
program-of-school = { $school }: { $text }
program-school = — { $school } —
program-schools-none = There is no school in { $folder }: no folder in it has a school.toml.
program-schools-unreadable = The folder { $folder } can't be read: { $error }
program-school-twice = The folder { $folder } is named twice. Name each school once.
program-sandbox =
    The sandbox is ready. Open it in your browser: { $url }
    Ctrl+C ends it and deletes its data.
outbox-none = No message is waiting for your decision.
outbox-head = Nobody knows whether these messages arrived. Look into the chat, then: homeroom outbox release NUMBER, or homeroom outbox drop NUMBER
outbox-line = { $id }  { $kind } to { $to }, written { $written }, given up { $ended }: { $reason }
outbox-group = group { $id }
outbox-person = person { $id }
outbox-bot = the bot's account
outbox-of-bot = { $to } (bot { $bot })
outbox-released = Message { $id } is sent again within seconds, if the bot is running.
outbox-dropped = Message { $id } stays unsent.
outbox-not-quarantined = No message with the number { $id } is waiting for a decision.
ledger-whose = account { $person } belongs to the bot { $bot }
