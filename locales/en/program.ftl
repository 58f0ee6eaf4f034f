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
program-token-refused = Telegram doesn't know this token. Ask @BotFather for the current one: /token
program-webhook-refused = Telegram refuses the webhook's address: { $error }. Check url under [updates] in bot.toml.
program-cant-listen = The program can't listen on { $at }: { $error }. Is another program using the port, or is the address not one of this machine's?
program-part-ended = A part of the program has ended by itself: { $part }. The log says why.
database-unknown-kind = DATABASE_URL must begin with sqlite: or postgres://, such as sqlite:homeroom.db
database-address = DATABASE_URL can't be understood: { $error }. It is written postgres://USER:PASSWORD@HOST/DATABASE or sqlite:FILE
database-absent = There is no homeroom database at DATABASE_URL. Check the address, or make one: homeroom migrate
database-newer = The database is at version { $found }, and this homeroom knows only { $known }. Run a newer homeroom, or restore a backup from before.
database-older = The database is at version { $found }, and this homeroom needs { $known }. Bring it up to date: homeroom migrate
database-unreachable = The database can't be reached: { $error }. Is its server running, and is DATABASE_URL right?
database-denied = The database server doesn't let homeroom in: { $error }. Check user and password in DATABASE_URL.
database-no-such = The database server is there, but this database isn't: { $error }. Make it with CREATE DATABASE, or correct DATABASE_URL.
database-file = The file in DATABASE_URL can't be used as a database: { $error }. Its folder must exist, and the user who runs this must be allowed to write there.
database-busy = The database doesn't answer as it should: { $error }. Another process may be holding it, or disk or memory be full. Try again later.
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
