# What the school's staff (school.toml) are told without asking.
staff-calendar-missing =
    My calendar has no official holidays and make-up workdays for { $year } yet.
    Until it does, only weekends are free in that year: holidays count as school days, so what should pause then still comes, and weekends on which work is made up count as free.
    Please put { $year }.json into the folder calendar of the configuration and have me read it again. China publishes its days in October or November.
staff-calendar-estimated =
    In my calendar the holidays and make-up workdays of { $year } are still a guess. I go by the guess, which may differ from what is published.
    Once they are published, please update calendar/{ $year }.json in the configuration, remove its "status", and have me read it again.

# What was missed while the program was off
missed-next =
    { $before }
    { $item }
missed-more = · and { $count } more
broadcast-skipped =
    I wasn't running when “{ $words }” was to go out; { $count } { $count ->
        [one] time was
       *[other] times were
    } missed:
    { $list }
broadcast-skipped-made = The one after that was sent late.
broadcast-skipped-coming = The next one comes as usual: { $at }.
broadcast-skipped-none-coming = There are no more to come.
broadcast-overtaken =
    “{ $words }” was held back { $count } { $count ->
        [one] time
       *[other] times
    } because of days without school or quiet hours:
    { $list }
broadcast-overtaken-latest = Only the latest was sent, on { $at }, so that families don't get several at once.
lessons-skipped =
    I was off for a while, and { $count } { $count ->
        [one] push of lessons was
       *[other] pushes of lessons were
    } skipped:
    { $list }
lessons-skipped-once = “{ $schedule }”: { $at }
lessons-skipped-times = “{ $schedule }”: { $count } times, from { $from } to { $until }
lessons-skipped-more = · and { $count } more schedules
lessons-skipped-kept = No lesson is lost: each group goes on where it stood.
lessons-unsent =
    These lessons couldn't be sent in time, and after that it would have been too late:
    { $list }
lessons-unsent-lesson =
    “{ $schedule }”: { $at }, for { $groups } { $groups ->
        [one] group
       *[other] groups
    }
lessons-unsent-quiz =
    “{ $schedule }”: { $at }, the quiz alone, for { $groups } { $groups ->
        [one] group
       *[other] groups
    }
