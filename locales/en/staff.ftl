# What the school's staff (school.toml) are told without asking.
staff-calendar-missing =
    My calendar has no official holidays and make-up workdays for { $year } yet.
    Until it does, only weekends are free in that year: holidays count as school days, so what should pause then still comes, and weekends on which work is made up count as free.
    Please put { $year }.json into the folder calendar of the configuration and have me read it again. China publishes its days in October or November.
staff-calendar-estimated =
    In my calendar the holidays and make-up workdays of { $year } are still a guess. I go by the guess, which may differ from what is published.
    Once they are published, please update calendar/{ $year }.json in the configuration, remove its "status", and have me read it again.
