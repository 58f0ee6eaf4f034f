# The lesson card and its "done" button.
lesson-minutes = about { $minutes } min
lesson-try-at-home = Try at home:{" "}
lesson-sources = Based on: { $sources }
lesson-done-button = ✅ I've finished
lesson-read-first = This lesson takes about { $minutes } minutes, no rush. Press again in { $left } { $left ->
    [one] minute
   *[other] minutes
} and the points are yours.
lesson-done-paid = Well done, +{ $points } points! You now have { $balance }.
lesson-done-before = You finished this lesson before; the points are already yours.
lesson-done-capped = Well done, it's noted. You have reached today's limit of points; more tomorrow.
