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
