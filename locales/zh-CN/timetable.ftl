# 时间：什么时候发、校历怎么影响、听不懂时怎么说。读的人是老师和信息老师。

# 日期和时间
timetable-moment = { $year }年{ $month }月{ $day }日 { $weekday ->
        [1] 星期一
        [2] 星期二
        [3] 星期三
        [4] 星期四
        [5] 星期五
        [6] 星期六
       *[7] 星期日
    } { $time }
timetable-date = { $year }年{ $month }月{ $day }日
timetable-short-date = { $month }月{ $day }日{ $weekday }
timetable-short-date-of-year = { $year }年{ $date }
timetable-short-moment = { $date } { $time }
timetable-weekday = { $weekday ->
        [1] 周一
        [2] 周二
        [3] 周三
        [4] 周四
        [5] 周五
        [6] 周六
       *[7] 周日
    }
timetable-weekday-short = { $weekday ->
        [1] 周一
        [2] 周二
        [3] 周三
        [4] 周四
        [5] 周五
        [6] 周六
       *[7] 周日
    }
timetable-list = { $first }、{ $rest }
timetable-list-end = { $first }、{ $last }

# 重复的规律
timetable-now = 现在
timetable-daily = 每天 { $time }
timetable-school-days = 每个上课日 { $time }
timetable-workdays = 每个工作日 { $time }
timetable-weekly = 每{ $days } { $time }
timetable-weeks = { $every ->
        [2] 隔周的
       *[other] 每 { $every } 周的
    }{ $days } { $time }
timetable-month-day = 每月{ $day }日 { $time }
timetable-month-end = 每月最后一天 { $time }
timetable-nth = 每月第{ $nth ->
        [1] 一
        [2] 二
        [3] 三
        [4] 四
       *[5] 五
    }个{ $weekday } { $time }
timetable-last = 每月最后一个{ $weekday } { $time }
timetable-first-school-day = 每{ $span }第一个上课日 { $time }
timetable-last-school-day = 每{ $span }最后一个上课日 { $time }
timetable-span-week = 周
timetable-span-month = 月
timetable-span-term = 学期
timetable-cron = cron：{ $spec }
timetable-rule-skip = { $rhythm }（放假跳过）
timetable-rule-next = { $rhythm }（放假顺延到下一个上课日）
timetable-rule-only = { $rhythm }（只在上课日）
timetable-from = { $rhythm }，从{ $date }开始
timetable-until = { $rhythm }，到{ $date }为止

# 校历对它做了什么
timetable-moved = 从{ $from }（{ $why }）顺延到{ $to } { $time }
timetable-skipped = { $moment } 跳过（{ $why }）
timetable-ends = 之后到 { $year } 年底都不会再有。
timetable-weekend = 周末
timetable-out-of-term = 不在学期内
timetable-school-day = 上课日
timetable-make-up = { $name }调休上课
timetable-no-school-day = { $why }，之后没有已知的上课日
timetable-falls-together = { $why }，和{ $with }的那次合并
timetable-superseded = 错过了好几次，只补最近一次
timetable-late = 错过太久，不再补
timetable-past-midnight = 请留意：这个时间过了半夜十二点，已经是第二天了。
timetable-new-year = 元旦
timetable-spring-festival = 春节
timetable-qingming = 清明节
timetable-labour-day = 劳动节
timetable-dragon-boat = 端午节
timetable-mid-autumn = 中秋节
timetable-national-day = 国庆节
timetable-and-more = { $name }等假期

# 校历的提醒
timetable-year-missing = 校历里没有 { $year } 年的法定节假日，这一年只按周末放假。请把 { $year }.json 放进 calendar 文件夹。
timetable-year-estimated = { $year } 年的法定节假日还是估计的。公布后请更新 calendar/{ $year }.json，并去掉 status 一行。
timetable-terms-end = 校历里最后一个学期到{ $date }为止，之后都不算上课日。请在 calendar/school.toml 里补上后面的学期。

# 听不懂的时候
timetable-too-long = 时间写得太长了，最多 { $max } 个字。
timetable-nothing = 没看出是什么时间。可以这样写：明天 19:30、下周一早上8点、12月3日 8:00、每周一三五 7:50、每月第一个上课日 8:00。
timetable-rest = 没看懂“{ $rest }”。请只写时间，例如“明天 19:30”。
timetable-too-much = 这里好像写了不止一个时间，请一次只写一个。
timetable-time-missing = { $date }几点？请补上时间，例如“19:30”。
timetable-time-missing-rhythm = 几点？请补上时间，例如“19:30”。
timetable-day-missing = 还差星期几或几号，例如“下周一 8:00”“每周三 19:30”。
timetable-past = { $moment } 已经过去了。
timetable-past-instead = { $moment } 已经过去了。是不是想说 { $instead }？
timetable-no-such-date = 没有“{ $written }”这一天，请检查日期。
timetable-no-such-time = 没有“{ $written }”这个时间，请检查一下。可以用 24 小时制，例如 19:30。
timetable-other-weekday = { $date }是{ $weekday }，不是{ $said }。请看看哪个是对的。
timetable-ambiguous = 这有几种可能，请选一个。
timetable-rhythm = 还不会按“{ $written }”重复。可以写每天、每个上课日、每周几、每月几号，或者 cron 表达式。
timetable-night-after = 半夜十二点以后算哪一天说不准。请写 23:59，或者写第二天的 0:00。
timetable-no-term = 校历里没有接下来的学期。请让信息老师在 calendar/school.toml 里补上。
timetable-never = 到 { $year } 年底都没有这样的时间，请检查一下。
