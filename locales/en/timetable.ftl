# Time: when something is sent, what the calendar does to it, and what is said when it isn't understood.

# Dates and times
timetable-moment = { $weekday ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    } { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }, { $time }
timetable-date = { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }
timetable-short-date = { $weekday } { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    }
timetable-short-date-of-year = { $date } { $year }
timetable-short-moment = { $date } { $time }
timetable-weekday = { $weekday ->
        [1] Monday
        [2] Tuesday
        [3] Wednesday
        [4] Thursday
        [5] Friday
        [6] Saturday
       *[7] Sunday
    }
timetable-weekday-short = { $weekday ->
        [1] Mon
        [2] Tue
        [3] Wed
        [4] Thu
        [5] Fri
        [6] Sat
       *[7] Sun
    }
timetable-list = { $first }, { $rest }
timetable-list-end = { $first } and { $last }

# Rhythms
timetable-now = now
timetable-daily = every day at { $time }
timetable-school-days = every school day at { $time }
timetable-workdays = every workday at { $time }
timetable-weekly = every { $days } at { $time }
timetable-weeks = every { $every } weeks on { $days } at { $time }
timetable-month-day = on the { $day ->
        [1] 1st
        [2] 2nd
        [3] 3rd
        [21] 21st
        [22] 22nd
        [23] 23rd
        [31] 31st
       *[other] { $day }th
    } of every month at { $time }
timetable-month-end = on the last day of every month at { $time }
timetable-nth = on the { $nth ->
        [1] first
        [2] second
        [3] third
        [4] fourth
       *[5] fifth
    } { $weekday } of every month at { $time }
timetable-last = on the last { $weekday } of every month at { $time }
timetable-first-school-day = on the first school day of every { $span } at { $time }
timetable-last-school-day = on the last school day of every { $span } at { $time }
timetable-span-week = week
timetable-span-month = month
timetable-span-term = term
timetable-cron = cron: { $spec }
timetable-rule-skip = { $rhythm } (skipped if there is no school)
timetable-rule-next = { $rhythm } (moved to the next school day if there is no school)
timetable-rule-only = { $rhythm } (only on school days)
timetable-from = { $rhythm }, from { $date } on
timetable-until = { $rhythm }, until { $date }

# What the calendar does to it
timetable-moved = moved from { $from } ({ $why }) to { $to }, { $time }
timetable-skipped = { $moment }: skipped ({ $why })
timetable-held-day = { $start } (planned for { $planned }; families are left in peace: { $day })
timetable-held-night = { $start } (planned for { $planned }; families are left in peace at night)
timetable-replaces = { $told }, in place of { $count } earlier
timetable-ends = Nothing more comes before the end of { $year }.
timetable-weekend = weekend
timetable-out-of-term = outside term
timetable-school-day = school day
timetable-make-up = school day to make up for { $name }
timetable-no-school-day = { $why }, and no school day after it is known
timetable-falls-together = { $why }, falls together with the one of { $with }
timetable-superseded = several were missed, and only the latest is made up for
timetable-late = missed for too long
timetable-past-midnight = Please note: this is after midnight, so it is the day after.
timetable-new-year = New Year
timetable-spring-festival = Spring Festival
timetable-qingming = Qingming Festival
timetable-labour-day = Labour Day
timetable-dragon-boat = Dragon Boat Festival
timetable-mid-autumn = Mid-Autumn Festival
timetable-national-day = National Day
timetable-and-more = { $name } and others

# Reminders about the calendar
timetable-year-missing = The calendar has no official holidays for { $year }, so only weekends are free in it. Put { $year }.json into the calendar folder.
timetable-year-estimated = The official holidays of { $year } are still a guess. Once they are published, update calendar/{ $year }.json and remove its "status".
timetable-terms-end = The last term in the calendar ends on { $date }; after it no day counts as a school day. Add the terms to come to calendar/school.toml.

# What isn't understood
timetable-too-long = That is too long for a time; { $max } characters at most.
timetable-nothing = No time could be found in this. Write, for example: tomorrow 19:30, next Monday 8am, 3 December 8:00, every Monday 19:30, first school day of each month 8:00.
timetable-rest = "{ $rest }" was not understood. Please write only the time, such as "tomorrow 19:30".
timetable-too-much = This seems to name more than one time. Please write one.
timetable-time-missing = At what time on { $date }? Please add it, such as "19:30".
timetable-time-missing-rhythm = At what time? Please add it, such as "19:30".
timetable-day-missing = Which day? Please add it, such as "next Monday 8:00" or "every Wednesday 19:30".
timetable-past = { $moment } has already passed.
timetable-past-instead = { $moment } has already passed. Did you mean { $instead }?
timetable-no-such-date = There is no day "{ $written }". Please check the date.
timetable-no-such-time = There is no time "{ $written }". Please check it; 24 hours work too, such as 19:30.
timetable-other-weekday = { $date } is a { $weekday }, not a { $said }. Please check which is right.
timetable-ambiguous = This can mean several times. Please choose one.
timetable-rhythm = I can't repeat by "{ $written }" yet. You can use: every day, every school day, weekdays, days of the month, and cron expressions.
timetable-night-after = After midnight it isn't clear which day is meant. Write 23:59, or 0:00 of the next day.
timetable-no-term = The calendar has no term to come. Ask whoever looks after the bot to add it to calendar/school.toml.
timetable-never = There is no such time before the end of { $year }. Please check it.
