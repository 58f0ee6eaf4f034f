# What the command line says, for a school's IT person.
cli-about = A bot for parent groups: lessons, quizzes, points, and order in the group. Try "homeroom sandbox" first; it needs no token and no network.
cli-environment =
    Environment:
      TELOXIDE_TOKEN        the bot's token (or TELOXIDE_TOKEN_FILE: a file that holds it)
      TELOXIDE_API_URL      another Bot API server, for instance your own; default https://api.telegram.org
      DATABASE_URL          sqlite:FILE or postgres://…; default sqlite:homeroom.db
      RUST_LOG              how much is logged, for instance homeroom=debug
    Exit codes: 0 all is well; 1 something failed while running; 2 the command line, the environment or the configuration is wrong, and the output says where and what to write instead.
cli-config = the folder with the configuration
cli-config-each = the folder of a school's configuration; bot-config if none is given. Repeat it for several schools, each with a bot of its own
cli-configs = a folder of schools: each folder in it that has a school.toml is one
cli-run = run the bot
cli-sandbox = try the bot in a web page: a simulated parent group where you play parent, teacher and administrator; no token, no network
cli-port = the page's port; 0 takes a free one
cli-language = the language people in the simulated group speak: zh-CN or en
cli-unknown-language = write zh-CN or en
cli-check = check the configuration and say every problem at once: file, line, and what to write instead
cli-migrate = bring the database up to this version
cli-ledger = the ledger of points
cli-ledger-verify = prove the ledger: each balance equals its entries, and no entry was changed
cli-outbox = messages that were given up because nobody knows whether they arrived
cli-outbox-quarantined = list them: number, kind, for whom, when and why, without their words
cli-outbox-release = send one after all; its reader may see it twice
cli-outbox-drop = leave one unsent for good
cli-outbox-id = the number from the list
