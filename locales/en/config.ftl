# Problems of configuration files: what is wrong and what to write. Read by the school's IT person.

# Files
config-folder-missing = This configuration folder doesn't exist. Check the path, or copy the program's own bot-config and edit that.
config-file-missing = This file is missing. You can copy it from the program's own bot-config and edit it.
config-unreadable = This file can't be read ({ $reason }). Check its permissions.
config-not-utf8 = From here on the file isn't UTF-8. Use "Save as" in your editor and choose UTF-8.
config-file-too-large = The file is too large; at most { $max } KiB are read. Is it the right file?
config-too-many-files = There are too many files in this folder; at most { $max } are read.
config-too-deep = Folders are nested too deeply; lessons can lie at most { $max } folders deep.

# TOML
config-syntax = This isn't valid TOML ({ $reason }). A missing quote, bracket or equals sign is the usual cause.
config-chinese-punctuation = There is Chinese punctuation here. Quotes, equals signs, commas and brackets must be ASCII: " = , [ ]
config-duplicate-key = "{ $key }" is set twice here. Remove one of the two.
config-not-as-expected = This doesn't fit here ({ $reason }).
config-unknown-key = There is no setting "{ $key }". Known here: { $known }.
config-unknown-key-near = There is no setting "{ $key }". Did you mean "{ $meant }"?
config-missing-key = The setting "{ $key }" is missing. Please add it.
config-wrong-kind = "{ $key }" must be { $expected }.
config-kind-text = a text in quotes, such as "text"
config-kind-integer = a whole number without quotes, such as 20
config-kind-number = a number without quotes, such as 29.5
config-kind-list = a list in square brackets, such as ["a", "b"]
config-kind-table = a section of its own that begins with [{ $key }] (or [[{ $key }]] where there can be several)
config-out-of-range = "{ $key }" must be between { $min } and { $max }, not { $found }.
config-list-length = "{ $key }" must have { $min } to { $max } entries, not { $found }.
config-empty = "{ $key }" is empty. Please fill it in.
config-too-long = "{ $key }" is too long: { $length } characters, at most { $max } are possible.
config-topic-id = "{ $written }" can't be a topic's id. Use lower-case letters, digits and "-", such as "homework".
config-twice = { $written } was there before and can't be repeated.
config-unknown-word = "{ $key }" can't be "{ $written }". Possible: { $known }.
config-unknown-word-near = "{ $key }" can't be "{ $written }". Did you mean "{ $meant }"?
config-time = "{ $key }" must be a time of day in 24 hours, such as "21:00". Midnight is "00:00".
config-socket = "{ $key }" must be an IP address with a port, such as "127.0.0.1:8088", not "{ $written }".

# school.toml
config-time-zone = There is no time zone "{ $written }". Mainland China is "Asia/Shanghai".
config-time-zone-near = There is no time zone "{ $written }". Did you mean "{ $meant }"?
config-id-of-group = { $id } is the id of a group. Write the teacher's own Telegram id, a positive number.
config-id-of-nobody = { $id } is no Telegram id. Please check it.

# bot.toml
config-only-with-webhook = "{ $key }" is only used with mode = "webhook". Remove it, or switch to webhook.
config-webhook-url = "{ $written }" can't be a webhook address. Write the school's public https address, such as "https://bot.example.edu/telegram".
config-secret-missing = There is no file { $file }. Put a secret into it: openssl rand -hex 32 > { $file }
config-secret-unreadable = The secret in { $file } can't be read: { $error }. The user who runs the bot must be allowed to read it.
config-secret-shape = What is in { $file } can't be a webhook's secret: that is 16 to 256 letters (A-Z, a-z), digits, _ and -, and nothing else. Make a new one: openssl rand -hex 32 > { $file }
config-webhook-port = Telegram doesn't post to port { $port }. Use 443, 80, 88 or 8443.

# Tokens, and several schools in one program
config-token-once = The token can be in one place only: set "file" or "variable", not both.
config-token-variable = "variable" must be the name of an environment variable, such as TELOXIDE_TOKEN_NORTH, and not the token itself.
config-token-itself = This is the token itself. Put it into a file that only the service can read, and write that file's name here.
config-together-token = { $first } and { $second } take the bot's token from the same place. Each school needs a bot of its own: say in its bot.toml under [token] where that bot's token is.
config-together-url = { $first } and { $second } have the same webhook address { $url }. Give each its own, for instance with another path.
config-together-listen = { $first } and { $second } listen on the same address { $address }. Give one of them another port.
config-together-observe = { $first } and { $second } want health and metrics at different addresses, and there is one for all schools. Write the same in both, or keep [observe] in one of them only.

# schedules.toml
config-stage-or-lessons = Only one of "stage" and "lessons" can be set: push a whole stage, or list the lessons.
config-stage-without-lessons = Stage "{ $stage }" has no lessons yet. Add some to the lessons folder first, or choose another stage.
config-no-lessons = The lessons folder is empty, so this schedule has nothing to push.
config-unknown-lesson = There is no lesson with the id "{ $id }". The id is the first part of a lesson's file name.
config-unknown-lesson-near = There is no lesson with the id "{ $id }". Did you mean "{ $meant }"?
config-group-id = { $id } is no id of a group. Those are negative numbers, such as -1001234567890.
config-unknown-term = calendar/school.toml has no term "{ $name }". Write it there as a [[term]] first.
config-unknown-term-near = calendar/school.toml has no term "{ $name }". Did you mean "{ $meant }"?
config-only-with-term = "{ $key }" is only used with a term. Remove it, or name a term.
config-cron-too-long = The cron expression is too long; at most { $max } characters. Ranges and steps such as 8-18/2 make it shorter.
config-cron-fields = A cron expression has 5 fields: minute, hour, day, month, weekday, such as "30 19 * * Mon,Wed,Fri". Here are { $found }.
config-cron-field = "{ $written }" can't be { $field }.
config-cron-second = a second (0–59)
config-cron-minute = a minute (0–59)
config-cron-hour = an hour (0–23)
config-cron-day = a day of the month (1–31, also L for the last, LW for the last from Monday to Friday, 15W for the one from Monday to Friday nearest to the 15th)
config-cron-month = a month (1–12 or Jan–Dec)
config-cron-weekday = a weekday (Mon–Sun, or 0–7 where 0 and 7 are Sunday; also Mon#2 for the second Monday, FriL for the last Friday)
config-cron-two-days = Only one of day and weekday can be restricted; write * for the other. If you want both, make two schedules.
config-cron-weekday-number = With 6 fields, write weekdays as Mon Tue Wed Thu Fri Sat Sun: programs disagree on what their numbers mean.
config-cron-never = This time never comes. Check day and month: February, for example, has no 30th.

# calendar
config-calendar-file-name = Name calendar files by their year, such as 2026.json. The school's own calendar is school.toml.
config-json-syntax = This is not valid JSON ({ $reason }). Common reasons: a missing comma, quote or bracket, or a comma after the last element.
config-kind-flag = true or false, without quotes
config-calendar-year = The year differs from the file's name. Write { $year }.
config-calendar-date = "{ $key }" must be a day that exists, written as year-month-day, such as 2026-09-01.
config-calendar-other-year = { $date } is no day of { $year }. Put it into the file of its year.
config-calendar-order = The end can't be before the beginning ({ $from }).
config-calendar-span = One span has at most { $max } days. Split it, or make it a term.
config-calendar-overlap = This term overlaps with "{ $other }". Check the dates.

# lessons
config-lesson-file-name = Name lesson files ID.LANGUAGE.md, such as primary-sleep.zh-CN.md. The id has small letters, digits and hyphens; the language is zh-CN or en.
config-lesson-twice = This lesson exists in this language already, in { $other }. Remove one of the two.
config-lesson-head = A lesson file begins with a line of +++, then its title and other settings, then another line of +++, then the text.
config-lesson-id = "id" must be the same as in the file's name. Write "{ $id }".
config-lesson-empty = The text is empty. Please write something.
config-lesson-too-long = The lesson doesn't fit on one card: title, text, "try at home" and sources have { $length } characters together, at most { $max } are possible.
config-lesson-differs = All languages of a lesson must agree: "{ $key }" is { $here } here but { $there } in { $other }.
config-line-feeds = "{ $key }" can have at most { $max } line breaks, not { $found }.
config-markdown-heading = Chats can't show headings. Make it a paragraph; **bold** can make it stand out.
config-markdown-picture = Pictures can't stand in the text. Remove it, or make it a link.
config-markdown-table = Chats can't show tables. Make it a list.
config-markdown-html = HTML isn't possible here. For an angle bracket, write a backslash before it: \<
config-markdown-code-block = Chats can't show code blocks. If it should only be indented, remove the blanks at the beginning of the line.
config-markdown-quotation = Quotations (a line that begins with >) aren't possible. Make it a paragraph.
config-markdown-rule = Horizontal rules aren't possible. Use empty lines between paragraphs.
config-markdown-nested-list = A list can't stand within a list. Make it one list.
config-markdown-other = This kind of formatting isn't possible. There are paragraphs, **bold**, *italic*, links and lists.
config-markdown-link = Write the link's whole address, beginning with https://.
config-markdown-stars = These ** have no effect, so parents would see the stars. Move quotes and full stops outside of the **, and remove blanks next to the words inside.

# The report of homeroom check
config-problems = { $count ->
        [one] One thing must be changed. Until then the bot won't use this configuration.
       *[other] { $count } things must be changed. Until then the bot won't use this configuration.
    }
config-right = The configuration is fine.
config-school = School: { $name }, time zone { $zone }
config-quiet = Quiet hours: { $from } to { $until }
config-quiet-never = Quiet hours: none
config-burden = Pushes a day in each group: { $limit }; what comes after is in the digest at { $at }
config-burden-never = Pushes a day in each group: no limit
config-staff = Registered staff: { $count }
config-lessons = Lessons: { $count }
config-stage-lessons = { $stage }: { $count }
config-schedules = Schedules: { $count }
config-schedule = "{ $name }" will next push:
config-schedule-term = "{ $name }" goes by the term "{ $term }": { $lessons } lessons, { $runs } runs:
config-term-lesson = { $when }: { $lesson }
config-odd = { $count ->
        [one] One thing to look at (the configuration can be used):
       *[other] { $count } things to look at (the configuration can be used):
    }
config-odd-staff = school.toml lists no staff, so only the groups' administrators count as staff.
config-odd-lessons = The lessons folder has no lessons yet.
config-odd-unscheduled = These lessons are in no schedule and will not be pushed: { $lessons }
config-odd-chinese = These lessons have no Chinese text, so readers of Chinese see English: { $lessons }
config-odd-english = These lessons have no English text, so readers of English see Chinese: { $lessons }
config-odd-often = Schedule "{ $name }" pushes more than { $max } times a day, which parents may find too much.
config-odd-term-short = Schedule "{ $name }" has only { $runs } runs in the term "{ $term }" but { $lessons } lessons, so the last { $left } will not come. Add days to push on, or take lessons out.
config-odd-digest = The daily digest falls into the quiet hours and will wait until { $until }.
config-odd-quiet = Some runs of schedule "{ $name }" fall into the quiet hours and will wait until { $until }.
config-odd-seconds = With at_most_every_minutes = 0 an announcement may come as often as each second.
config-odd-ignored = { $file } was not read: the bot doesn't know this name or place.

# moderation.toml
config-rule-short = "{ $word }" is too short and would hit many harmless messages. Use at least two letters.
config-rule-no-sound = "{ $word }" has no Chinese character whose sound could be compared. Put it into keywords.
config-rule-pattern = This is no regular expression ({ $reason }).
config-rule-wide = The repetitions of this pattern add up to { $width }; at most { $max } are possible. Make the numbers in {"{m,n}"} smaller.
config-rule-large = This pattern is too complicated. Split it into several.
config-rule-everything = This pattern matches even an empty message, so every message would break the rule. Make it more exact.
config-rule-never = "{ $written }" never occurs in the text that patterns see. Write "{ $folded }".
config-rule-signal = There is no signal "{ $name }". Define it as [signal.{ $name }] first.
config-rule-reserved = "{ $name }" is a built-in name. Choose another.
config-rule-empty-set = An empty set of signals would hit every message. Remove it, or add signals.
config-rule-domain = "{ $written }" is no domain name. Write it as example.com, without https:// and slashes.
config-rule-name = "{ $written }" is no Telegram name. Those have 4 to 32 letters, digits or underscores; leave out the @.
