# The conversation in which teachers publish something. Short, warm, and clear about what can be done at each step.

# What
dialogue-introduction = For teachers: to publish something, just send it to me, or send “/announce”; “/schedule” shows what is coming.
dialogue-offer = { $count ->
        [1] Shall I publish this in your parent groups?
       *[other] Shall I publish these { $count } messages in your parent groups? Just send me more if there are any.
    }
dialogue-what =
    What would you like to publish? Just send it to me: text, pictures, files, voice, video, a poll or a place, your own or forwarded.
    You can send several messages; they go out together.
dialogue-what-more =
    { $count ->
        [1] Got it.
       *[other] Got it, { $count } messages so far.
    }
    Send me more, or press “That's all”.
dialogue-what-anew = Please send me the new text; it takes the place of what there is.
dialogue-what-first = There is nothing to publish yet. Please send it to me first.
dialogue-not-publishable = I can't post this kind of message in a group. Text, pictures, files, voice, video, polls and places all work; please try one of those.
dialogue-too-many = I can publish { $most } messages at a time, so this one is left out. Put some of them together, or publish the rest afterwards.
dialogue-album-full = An album has { $most } pictures at most, so the rest is left out. You can send me the others as a second album.
dialogue-file-too-large = This file has more than { $megabytes } MB, which is hard to open on many phones. Please make it smaller, or share a link to it.
dialogue-text-too-long = This text is too long: { $found } characters, and { $most } is the most. Please split it in two or shorten it.
dialogue-last-removed = The last message is taken out.
dialogue-first-step = This is the first step already.

# To whom
dialogue-groups = Which groups should get it? Tap to tick or untick, or type a part of a group's name.
dialogue-groups-found = { $count } groups have “{ $search }” in their name. Tap to tick:
dialogue-groups-how = Please tap a group, or type a part of its name.
dialogue-groups-first = No group is ticked yet. Please tick at least one.
dialogue-no-such-group = I found no group with “{ $search }” in its name. I list the groups that you administer and that I'm in; please try other words, or tap one below.
dialogue-group-ticked = Ticked: { $title }
dialogue-groups-lost = These groups can't be reached any more and are taken out: { $groups }. Either I was removed from them or you no longer administer them; add me again and set me up there to reach them.
dialogue-ticked = ✅ { $title }
dialogue-unticked = ▫️ { $title }
dialogue-forum = “{ $group }” has topics. Which one should it go to?
dialogue-forum-general = General
dialogue-forum-shut = The topic chosen was closed or deleted meanwhile; General takes its place. You can choose another below.
dialogue-in-topic = { $group } · { $topic }

# How
dialogue-options = Should parents confirm it? Is it urgent? Mostly it is fine as it is: press “Next”.
dialogue-taken = ✅ { $choice }
dialogue-untaken = { $choice }
dialogue-confirmation-none = No confirmation
dialogue-confirmation-read = An “I've read it” button
dialogue-confirmation-signed = Signed confirmation
dialogue-urgency-normal = Not urgent
dialogue-urgency-urgent = Urgent
dialogue-topic-none = No topic
dialogue-topic = { $topic }
dialogue-use-buttons = Please use the buttons here. Write “back” for the step before, or “cancel” to drop it.
dialogue-choose-first = Please choose here first, then we go on.

# When
dialogue-when =
    When should it go out? Tap one, or write a time, such as:
    tomorrow 19:30, next Monday 8am, every Wednesday 7:50, first school day of each month 8:00
dialogue-when-how = Please tap a time or write one, such as “tomorrow 19:30”.
dialogue-time-unknown = a time I can't read: { $written }
dialogue-reading = I understand: { $time }
dialogue-coming-runs = The next times:
dialogue-no-school-that-day = Please note: there is no school that day ({ $day }).
dialogue-day-rule = And when there is no school?
dialogue-rule-always = Send all the same
dialogue-rule-skip = Skip it
dialogue-rule-next = Move to the next school day
dialogue-rule-only = Count school days only

# A last look
dialogue-preview = This is how it will look:
dialogue-sample = This is the preview; parents can press it once it is in the group.
dialogue-summary = Please have a last look:
dialogue-summary-edit = The text will change to what you see above.
dialogue-summary-move = The time will change to this:
dialogue-summary-group = To: { $group }
dialogue-summary-groups = To { $count } groups:
dialogue-summary-groups-more = and { $count } more
dialogue-summary-all-mine = To: all groups you administer ({ $count } now)
dialogue-summary-when = When: { $time }
dialogue-summary-topic = Topic: { $topic }
dialogue-summary-copies = Parents who have opened a private chat with me get it there too, one copy each.
dialogue-summary-confirmation = Confirmation: { $confirmation }
dialogue-summary-urgent = Urgent: goes out also at night, once another teacher or an administrator agrees.
dialogue-summary-urgent-own = Urgent: goes out also at night.
dialogue-held = Please note: families are left in peace in quiet hours and on days without school, so it waits until { $moment }.
dialogue-digested = Please note: { $of ->
        [one] this group has
       *[other] { $groups } of the { $of } groups have
    } had { $limit } { $limit ->
        [one] message
       *[other] messages
    } from me that day, so there it comes in the digest on { $at }. If it can't wait, make it urgent.
dialogue-move-asks = With another time, another teacher or administrator has to agree anew.
dialogue-hint = ⚠️ { $hint }
dialogue-troubles = It can't go out yet. Please change this first:
dialogue-summary-only-buttons = To change something, use the buttons; if all is well, press send. Nothing goes out before.

# Interrupted, and back
dialogue-stale = This draft is from { $date }, more than two days old. Is it still meant to go out?
dialogue-again = { $count ->
        [1] There is a draft that hasn't gone out. Go on with it, or start anew?
       *[other] There is a draft of { $count } messages that hasn't gone out. Go on with it, or start anew?
    }
dialogue-finish-first = There is a draft you haven't finished. Please send it first, or drop it with “/cancel”.
dialogue-cancelled = All right, nothing goes out. The draft is gone.
dialogue-nothing-to-cancel = You aren't writing an announcement at the moment. To cancel one that is scheduled, send “/schedule”.
dialogue-step-over = This step is over. Please use the buttons of the newest message, or send “/announce” to start anew.
dialogue-not-staff = Only administrators of a group and registered teachers can publish announcements. If you need to, ask the class teacher to make you an administrator of the group, or ask whoever looks after the bot to register you.

# Buttons
dialogue-button-publish-this = Publish
dialogue-button-no = No, thanks
dialogue-button-back = ‹ Back
dialogue-button-cancel = Cancel
dialogue-button-thats-all = That's all
dialogue-button-remove-last = Take out the last
dialogue-button-page-before = ‹
dialogue-button-page-after = ›
dialogue-button-page-of = { $page } / { $pages }
dialogue-button-all-mine = All my groups ({ $count })
dialogue-button-groups-done = Done ({ $count })
dialogue-button-next = Next
dialogue-button-now = Now
dialogue-button-tonight = Tonight 19:30
dialogue-button-tomorrow = Tomorrow 7:30
dialogue-button-every-monday = Every Monday…
dialogue-button-time-right = Yes, that's it
dialogue-button-other-time = Another time
dialogue-button-send-now = Send now
dialogue-button-send-then = Confirm, send at that time
dialogue-button-confirm-change = Confirm the change
dialogue-button-change-what = Change the text
dialogue-button-change-groups = Change groups
dialogue-button-change-forum = Change topic
dialogue-button-change-when = Change the time
dialogue-button-change-options = Change options
dialogue-button-go-on = Go on
dialogue-button-anew = Start anew

# What is coming
schedule-empty = Nothing is scheduled. To publish something, send “/announce”.
schedule-list = { $count ->
        [1] One announcement is coming. Open it to move, pause or cancel it:
       *[other] { $count } announcements are coming. Open one to move, pause or cancel it:
    }
schedule-more = These are the next ones; { $count } more come later.
schedule-sent = Below is also what was sent in the last { $days } days. Open one to see how it went, remind, change it or take it back.
schedule-of-group = { $count ->
        [0] Nothing is scheduled for “{ $group }”.
        [one] One announcement is coming in “{ $group }”. Open it to move, pause or cancel it:
       *[other] { $count } announcements are coming in “{ $group }”. Open one to move, pause or cancel it:
    }
schedule-group = { $title }
schedule-which-group = Of which group?
schedule-in-group = { $count ->
        [0] Nothing is scheduled for this group.
        [one] One announcement is coming in this group:
       *[other] { $count } announcements are coming in this group:
    }
schedule-in-group-how = To publish, move, pause or cancel something, send “/schedule” or “/announce” to me in private.
schedule-in-group-card = What is coming in this group, for its teachers:
schedule-in-group-button = 🗓 What is coming
schedule-for-staff = This is for the group's teachers, to look after what they are about to send. You needn't do anything: announcements come here by themselves.
schedule-words = “{ $words }”
schedule-next = Next: { $at }
schedule-cancel-sure = Really cancel it? It will not go out then. “{ $words }”
schedule-recall-sure = Really take it back? It is deleted from every group. “{ $words }”
schedule-recall-one-sure = Really take back the last time? It is deleted from every group; the next ones still come. “{ $words }”
schedule-button-list = All that is coming
schedule-button-one-group = Only one group…
schedule-button-other-group = Another group
schedule-button-open = Look at it
schedule-button-move = Move
schedule-button-pause = Pause
schedule-button-resume = Go on
schedule-button-edit = Change the text
schedule-button-cancel = Cancel it
schedule-button-cancel-surely = Yes, cancel it
schedule-button-recall = Take it back
schedule-button-recall-surely = Yes, take it back
schedule-button-report = How it went
schedule-button-table = As a table
schedule-button-remind = Remind the others
schedule-button-late = If I'm off then
schedule-button-late-skip = Skip it
schedule-button-late-hours = Up to { $hours } hours late
schedule-button-late-school = As the school has it
schedule-late-which =
    What if I happen to be off when it is due?

    As it is now: { $now }
schedule-late-skip = If I'm off when it is due, that one is skipped.
schedule-late-hours =
    If I'm off when it is due, it is still sent up to { $hours } { $hours ->
        [one] hour
       *[other] hours
    } late, and skipped after that.
schedule-late-once = What comes once needs no choice: if it is missed, I hold it and you decide.
