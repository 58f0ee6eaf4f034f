# The lesson card and its “I've finished” button.
lesson-minutes = about { $minutes } min
lesson-try-at-home = Try at home:{" "}
lesson-sources = Based on: { $sources }
lesson-sources-comma = { "; " }
lesson-done-button = ✅ I've finished
lesson-read-first = This lesson takes about { $minutes } minutes, no rush. Press again in { $left } { $left ->
    [one] minute
   *[other] minutes
}.
lesson-done = Well done! { $award }
lesson-done-before = You finished this lesson before; it counts once.
lesson-catch-up = 🔁 Catching up: lesson { $number }, whenever you have time.
# Lessons somebody has missed
lessons-missed = You haven't finished these lessons yet; press one to read it:
lessons-missed-none = You have finished every lesson that came to the group.
lessons-missed-where = I don't know yet which parent group you are in. Please write /lessons once in the group; only you will see the answer.
lessons-missed-here = Here it is; only you see it.
lessons-missed-in-private = To catch up with lessons you missed, write “lessons” to me in private.
# Stages
stage-pregnancy = Pregnancy
stage-age-0-3 = Age 0–3
stage-age-3-6 = Age 3–6
stage-primary = Primary school
stage-junior = Junior high school
stage-senior = Senior high school
