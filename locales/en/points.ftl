# Points: what parents read.

points-act =
    { $act ->
        [bind-identity] Confirmed who you are
        [video] Watched a video
        [finish-lesson] Finished a lesson
        [article] Read an article
        [quiz-pass] Passed a quiz
        [quiz-perfect] All answers right in a quiz
        [live] Joined a live lesson
        [on-site] Took part at school
        [practice-base] Visited a practice base
        [reflection] Wrote a reflection
        [accepted-answer] Answer accepted
        [adopted-idea] Idea taken up
        [survey] Answered a survey
        [final-test] Passed the final test
       *[other] { $act }
    }
points-date =
    { $month ->
        [1] { $day } Jan
        [2] { $day } Feb
        [3] { $day } Mar
        [4] { $day } Apr
        [5] { $day } May
        [6] { $day } Jun
        [7] { $day } Jul
        [8] { $day } Aug
        [9] { $day } Sep
        [10] { $day } Oct
        [11] { $day } Nov
       *[12] { $day } Dec
    }

# The balance
points-balance =
    { $star ->
        [0] Points: { $points }. Your first star is on its way.
        [1] Points: { $points }. You have one star ★
        [2] Points: { $points }. You have two stars ★★
        [3] Points: { $points }. You have three stars ★★★
        [4] Points: { $points }. You have four stars ★★★★
       *[5] Points: { $points }. You have five stars ★★★★★
    }
points-short-balance = Points: { $points } { $stars }
points-room = You can still earn { $day } today, { $week } this week.
points-room-tomorrow = That's all for today; { $week } more this week.
points-room-monday = That's all for this week, go on next Monday.
points-next =
    { $star ->
        [1] To the first star: { $missing }
        [2] To the second star: { $missing }
        [3] To the third star: { $missing }
        [4] To the fourth star: { $missing }
       *[5] To the fifth star: { $missing }
    }
points-missing-points =
    { $points ->
        [one] { $points } point
       *[other] { $points } points
    }
points-missing-quizzes =
    { $quizzes ->
        [one] { $quizzes } quiz
       *[other] { $quizzes } quizzes
    }
points-missing-minutes = { $minutes } min of lessons
points-missing-on-site =
    { $times ->
        [one] { $times } visit
       *[other] { $times } visits
    }
points-missing-final-test = final test
points-missing-comma = { ", " }
points-top = You have the highest star. Thank you for all your care.
points-promise = Points are about your own learning only. They never change how your child is treated.
points-ask-why = Write “points why” to see where each point came from.

# When points are earned
points-award-paid =
    { $points ->
        [one] +{ $points } point, { $balance } in all.
       *[other] +{ $points } points, { $balance } in all.
    }
points-award-cut =
    { $points ->
        [one] +{ $points } point, { $balance } in all. { $cap }
       *[other] +{ $points } points, { $balance } in all. { $cap }
    }
points-award-capped = Noted, without points this time. { $cap }
points-award-recorded = Noted.
points-award-again = This was counted before; it counts once.
points-cap-reached =
    { $cap ->
        [act-day] You've reached today's limit for this. More tomorrow.
        [day] You've reached today's limit. More tomorrow.
        [act-week] You've reached this week's limit for this. More from Monday.
        [week] You've reached this week's limit. More from Monday.
       *[act-month] You've reached this month's limit for this. More next month.
    }

# The entries
points-why-title =
    { $count ->
        [one] Your last entry:
       *[other] Your last { $count } entries:
    }
points-why-none = No points yet. Finish a lesson or take a quiz, and the first ones are yours.
points-why-entry = #{ $number } { $date }: { $act }, +{ $points }
points-why-capped = #{ $number } { $date }: { $act }, +{ $points } ({ $cap })
points-why-reversal = #{ $number } { $date }: #{ $entry } “{ $act }” taken back, −{ $points } ({ $reason })
points-why-dispute = Does one look wrong? Press “{ $button }” below, and an administrator will look.
points-why-dispute-in-group = Does one look wrong? Write “points why” in the group, then press “{ $button }” there.
points-cap-then =
    { $cap ->
        [act-day] daily limit for this reached
        [day] daily limit reached
        [act-week] weekly limit for this reached
        [week] weekly limit reached
       *[act-month] monthly limit for this reached
    }
points-reason =
    { $reason ->
        [mistake] entered by mistake
        [not-done] turned out not done
        [duplicate] entered twice
       *[disputed] corrected at the parent's request
    }

# Taking back
points-refused-other-group = This parent isn't in this group. Do it in the group they are in, or ask that group's teacher.
points-refused-no-entry = There is no entry { $number }. “points why” shows the numbers.
points-refused-is-reversal = Entry { $number } is a correction itself and stays. I can't give points back yet, so please explain it to the parent.
points-refused-reversed = Entry { $number } was taken back before; there is nothing more to do.

# Verifying the ledger
points-verify-clean = The ledger is right: { $accounts } accounts, { $entries } entries; order, hash chain and balances agree.
points-verify-found = The ledger differs in { $found } places ({ $accounts } accounts, { $entries } entries):
points-verify-altered = account { $person }: entry { $number } was changed, or doesn't follow the one before it
points-verify-gap = account { $person }: entries are missing before entry { $number }
points-verify-balance = account { $person }: the balance is { $stored }, the entries add up to { $summed }
points-verify-end = account { $person }: the last entry isn't the one the account knows; entries may be missing at the end
points-verify-tenant = account { $person }: account and entries belong to different bots
points-verify-no-account = account { $person }: there are entries but no account
points-verify-more = { $more } more are not listed.
points-verify-next = Change nothing by hand. Back the database up and compare it with the last backup that was right.

# Problems in points.toml
points-problem-version = the version takes 1 to { $max } characters without spaces, such as "2026-1"
points-problem-range = this is { $value }; it can be { $min } to { $max }
points-problem-caps-order = the cap of the longer time ({ $longer }) can't be below that of the shorter ({ $shorter })
points-problem-cap-small = the cap of { $cap } is below the { $points } points for doing it once; raise the cap or lower the points
points-problem-shares-itself = counts_with names another act, not this one
points-problem-shares-missing = there is no [acts.{ $act }]; add it, or remove counts_with
points-problem-shares-chain = { $act } shares the caps of another act itself; name that one
points-problem-shares-own = the caps are shared with { $act }; remove this act's own day, week and month
points-problem-stars = there are 1 to { $max } stars, each beginning with [[stars]]
points-problem-stars-order = { $points } points is no more than the star before; write the stars from low to high
points-problem-star-act = this star needs [acts.{ $act }], which isn't there; add it, or remove the requirement

# The card all can see, where the bot can't whisper
points-card = Press to see your points. Only you will see them.
points-card-button = ⭐ My points

# When points seem wrong to somebody
dispute-button = An entry is wrong
dispute-noted = Noted. This group's administrators have been asked to look, and you will hear from me.
dispute-already = The administrators are still looking at what you said before; you will hear from me.
dispute-card = A parent has a question about their points. Administrators, please open our private chat: such messages will come there.
dispute-to-staff = { $name } in “{ $group }” says that these points are wrong. Please look:
dispute-take-back-button = Take back #{ $entry }
dispute-leave-button = It's correct, leave it
dispute-choose-reason = Why is #{ $entry } taken back? Please choose a reason below.
dispute-done = #{ $entry } is taken back (−{ $points }), and the parent has been told.
dispute-taken-back = An administrator has looked at your points: #{ $entry } was taken back, −{ $points } ({ $reason }). You have { $balance } now.
dispute-left = An administrator has looked at your points: they are right and stay as they are. If you still doubt them, please ask the class teacher.
dispute-left-done = All right, the points stay, and the parent has been told.
dispute-closed-already = This has been dealt with already.
