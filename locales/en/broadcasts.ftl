# Announcements: arranging, sending, confirming, taking back, counting.
broadcast-goes-out = All right, it goes out to { $groups } { $groups ->
        [one] group
       *[other] groups
    } now.
broadcast-scheduled = Arranged: { $at }, to { $groups } { $groups ->
        [one] group
       *[other] groups
    }.
broadcast-held = Arranged. Parents are left in peace at that time, so it goes out on { $at }, to { $groups } { $groups ->
        [one] group
       *[other] groups
    }.
broadcast-digested =
    { $says }
    { $groups } of them { $groups ->
        [one] has
       *[other] have
    } had { $limit } { $limit ->
        [one] message
       *[other] messages
    } from me that day. So as not to disturb parents once more, it comes there in the digest on { $at }.
broadcast-digested-all = Arranged. { $groups ->
        [one] The group has
       *[other] All { $groups } groups have
    } had { $limit } { $limit ->
        [one] message
       *[other] messages
    } from me that day. So as not to disturb parents once more, it comes in the digest on { $at }.
broadcast-in-digest = This announcement waits for the digest on { $at }. Until then you can change, move, pause or cancel it.
broadcast-awaits = Something urgent needs the yes of another teacher or administrator. I have asked { $people } { $people ->
        [one] person
       *[other] people
    } in private; it goes out as soon as one agrees.
broadcast-awaits-fee = An announcement that asks for money needs the yes of another teacher or administrator. I have asked { $people } { $people ->
        [one] person
       *[other] people
    } in private; it goes out as soon as one agrees.
broadcast-awaits-changed = This announcement waits for a yes. I have asked { $people } { $people ->
        [one] person
       *[other] people
    } about it as it is now; it goes out as soon as one agrees.
broadcast-nobody-to-approve = Something urgent needs the yes of another teacher or administrator, and there is nobody I can ask now. Please have another administrator of the same groups open a private chat with me, or send it as an ordinary announcement.
broadcast-fee-nobody = An announcement that asks for money needs the yes of another teacher or administrator, and there is nobody I can ask now. Please have another administrator of the same groups open a private chat with me; if there is none, please have the school name another person in the configuration.
broadcast-approval-asked-fee =
    { $author } wants to send an announcement that asks for money, and it needs your yes. An account may be in a stranger's hands, so please ask first, face to face or by phone: did they write it? What is paid for, how much, and where to?
    Agree only if all of it is right.
broadcast-approval-asked-fee-urgent =
    { $author } wants to send an announcement that asks for money, urgently, also if it is night then, and it needs your yes. An account may be in a stranger's hands, so please ask first, face to face or by phone: did they write it? What is paid for, how much, and where to?
    Agree only if all of it is right.
broadcast-approval-asked-changed = { $author } has changed the announcement that waits for your yes. This is how it is now. Do you agree?
broadcast-approval-asked = { $author } wants to send something urgent, also if it is night then. Do you agree?
broadcast-approval-groups = To: { $groups }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }
broadcast-approval-attached = Attached: pictures or files { $files }, polls { $polls }, places { $places }
broadcast-approval-until = Without a yes within { $hours } hours it doesn't go out.
broadcast-approval-at-once = A yes after that time sends it at once; { $hours } hours after it, it doesn't go out any more.
broadcast-unanswered = Nobody has agreed to “{ $words }”, and now it is too late, so it hasn't gone out. To send it all the same, choose another time and I will ask again; or cancel it.
broadcast-unanswered-asked = “{ $words }”, which I asked you about, is past its time. You needn't answer any more; I have told its author.
broadcast-approve-button = ✅ Let it go out
broadcast-decline-button = ✖ Not now
broadcast-approved = All right, it goes out.
broadcast-approved-later = All right, it goes out then: { $time }.
broadcast-declined = All right, it doesn't go out. I have told the author.
broadcast-approve-late = Its time passed too long ago. Please have the author choose another; I will ask you again then.
broadcast-approved-author = { $name } agreed; your announcement is on its way.
broadcast-approved-author-later = { $name } agreed; your announcement goes out at its time: { $time }.
broadcast-declined-author = { $name } would rather not send this. You could talk it over, or send it as an ordinary announcement.
broadcast-declined-author-fee = { $name } would rather not send this. Please talk over what is paid for and how, then send it anew.
broadcast-not-by-yourself = This has to be pressed by another teacher.
broadcast-changed-since = This announcement was changed since. Please look at the newest question about it.
broadcast-unknown = I can't find this announcement; perhaps it is gone.
broadcast-not-yours = Another teacher sends this to all of their own groups. Please ask that teacher.
broadcast-not-your-group = You don't administer “{ $group }”, so you can't publish there. Please leave it out, or ask its owner to make you an administrator.
broadcast-no-groups = There is no group to publish to yet. Please add me to your group, make me an administrator and press “Set up”.
broadcast-group-left = I am no longer in “{ $group }”. Please add me again, or leave this group out.
broadcast-group-not-set-up = “{ $group }” isn't set up yet. Please press “Set up” there, or leave this group out.
broadcast-group-mute = I may not write in “{ $group }”. Please give me that right, or leave this group out.
broadcast-nothing = There is nothing to publish yet. Please send me the words or the file first.
broadcast-too-many = An announcement has { $allowed } parts at most, this one has { $has }. Please join some, or send it in two.
broadcast-text-long = The text is too long: { $has } characters, { $max } at most. Please shorten it, or make it two parts.
broadcast-caption-long = The words under the picture or file are too long: { $has } characters, { $max } at most. Please shorten them, or send them as a part of their own.
broadcast-album = An album has 2 to { $max } pictures, this one has { $has }. Please split it.
broadcast-file-large = The file is too large: “{ $name }” has { $has } MB, { $allowed } MB at most. Please make it smaller, or send a link to it.
broadcast-scores = This looks like scores or ranks: “{ $words }”. They must not stand in a group; please tell each parent in private.
broadcast-scores-file = The name of the file “{ $name }” says “{ $word }”, so it looks like a list of scores. It must not stand in a group. If it is none, please give the file another name.
broadcast-fee = This looks like asking for money: “{ $words }”. Against fraud it needs the yes of another teacher or administrator; I will ask in private. Please say what is paid for and how much, and use the way of paying that the school has published.
broadcast-fee-words = An announcement that asks for money needs some text of its own that says what is paid for, how much and how: that it was approved stands before the text.
broadcast-fee-mark = ✅ Fee notice approved by the school, checked by two of its staff. Only I send these; if anybody else asks for money, phone your teacher first.
broadcast-payment-code = This is the link of a private payment code: “{ $link }”. It can't be published, whoever agrees. Please use the way of paying that the school has published.
broadcast-words-stop = “{ $words }” can't be published ({ $rule }). Please take it out.
broadcast-words = Please look at “{ $words }” again ({ $rule }): from a parent it would be removed. You may publish it if you mean to.
broadcast-past = { $at } is over. Please choose a time to come.
broadcast-never = This time never comes again. Please choose another.
broadcast-too-often = That would come too often for parents: there must be { $minutes ->
        [60] an hour
        [1] a minute
       *[other] { $minutes } minutes
    } or more from one time to the next. Please write other times, such as “every day 19:30” or, in five fields, “30 19 * * Mon-Fri”.
broadcast-time-unknown = I can't tell when this is to go out. Please choose the time again.
broadcast-is-waiting = This announcement waits for another teacher's yes.
broadcast-is-unanswered = Nobody agreed to this announcement in time, so it hasn't gone out. You can choose another time, so that I ask again, or cancel it.
broadcast-is-scheduled = This announcement hasn't gone out yet. You can move, pause or cancel it.
broadcast-is-sending = This announcement is going out now. You can change its words or take it back.
broadcast-is-sent = This announcement has gone out. You can change its words or take it back.
broadcast-is-paused = This announcement is paused. You can let it go on, move or cancel it.
broadcast-is-cancelled = This announcement was cancelled. Please write a new one.
broadcast-is-recalled = This announcement was taken back. Please write a new one.
broadcast-paused = Paused. Press “Go on” when it may go out.
broadcast-cancelled = Cancelled; it won't go out.
broadcast-edited = Changed; the new words go out.
broadcast-edited-going-on = Changed; { $messages } messages that were sent are being changed one by one. I'll tell you when all are done.
broadcast-changing = The words are being changed; done in { $done } of { $of } groups.
broadcast-change-done = The new words are in place in all { $groups } groups.
broadcast-change-done-partly = The change is done. New words: { $done } groups; the words from before stay in { $failed }.
broadcast-change-why = { $before }
    In { $groups }: { $reason }
broadcast-change-done-copies = { $done }
    Private copies that couldn't be changed: { $copies }.
broadcast-edited-everywhere = Changed; { $messages } { $messages ->
        [one] message that was
       *[other] messages that were
    } sent are being changed too.
broadcast-edited-confirmed = { $done } Confirmed the earlier wording: { $people }. That doesn't count for the new words; the button takes their confirmation anew, and “Remind the others” asks them for it.
broadcast-edited-not-there = { $done } In these groups the old message stays as it is, because they were upgraded since: { $groups }.
broadcast-edit-other-kind = What has been sent can get other words or another file of its sort, but can't become something else. Please take it back and send a new one.
broadcast-edit-urgent-changing = The last change of this urgent announcement is still being carried out in its groups. Please change it again in a few minutes.
broadcast-edit-urgent-sending = This urgent announcement is going out right now and comes again. Please change it in a few minutes, when it has gone out: then another teacher can agree to the new words.
broadcast-edit-fee = Words that ask for money need the eyes of another teacher first, so they can't be put into an announcement that has gone out. Please send a new one, and I will ask about it; the old one can be taken back.
broadcast-edit-digest-full = This announcement stands in a digest in “{ $group }”, where there is no room for so many words. Please shorten them, or take it back and send a new one.
broadcast-recalling = Taking it back: { $sent } sent are being deleted, { $unsent } on their way won't be sent.
broadcast-recalling-going-on = Taking it back: { $sent } sent are being deleted, { $unsent } on their way won't be sent. There are many; I'll tell you when all is done.
broadcast-recalling-one = { $told } The next ones still come; to stop those too, cancel it.
broadcast-recall-nothing = This announcement hasn't gone out. Cancelling it is enough.
broadcast-recall-done = Taken back: { $messages } { $messages ->
        [one] message
       *[other] messages
    } deleted.
broadcast-recall-stuck = In some groups it couldn't be removed; please delete it there by hand: { $groups }.
broadcast-recall-stuck-copies = { $stuck } Private copies that couldn't be removed either: { $copies }.
broadcast-recall-copies-stuck = Taken back in the groups, { $messages } deleted; { $copies } private copies couldn't be removed: they are too old.
broadcast-missed = The announcement for { $at } didn't go out in time because I wasn't running, and now it is too late. Please choose another time, or cancel it.
broadcast-done = It has gone out to { $groups } { $groups ->
        [one] group
       *[other] groups
    }.
broadcast-done-partly = It has gone out: { $sent } arrived, { $failed } failed. The report says why.
broadcast-done-without = { $done } Unlike last time, it didn't go to { $groups }{ $more ->
        [0] {""}
       *[other] {" "}and { $more } more
    }: you are no administrator there any more, or I am not in the group.
broadcast-no-group-left = “{ $words }” didn't go out this time: there is no group left that you administer and I can post to. It is paused. Press “Go on” once there is one again, or cancel it.
broadcast-unreadable = I am sorry: your announcement of { $date } can't go out, because what I had stored of it can't be read any more. Please write it to me anew with “/announce”, and tell whoever looks after me, so that the old one isn't sent as well once it is mended.
broadcast-unreadable-partly = { $now } I am sorry: what I had stored of it can't be read any more, so I can't send the rest. Please write it anew with “/announce” for those who lack it, and tell whoever looks after me.
broadcast-after-all = “{ $group }” has got it after all. { $now }
broadcast-after-all-copy = A private copy that seemed lost has arrived after all. { $now }
broadcast-heading = { $topic }:
broadcast-heading-copy = { $topic } · { $groups }:
broadcast-heading-groups = { $title } … ({ $count } groups)
broadcast-done-copies = { $done } Private copies: { $sent } sent, { $failed } failed.
broadcast-confirm-above = Please read what is above, then confirm here.
broadcast-read-button = ✅ I've read it
broadcast-read-count = ✅ I've read it · { $read }/{ $of }
broadcast-sign-button = ✍️ Sign
broadcast-sign-count = ✍️ Sign · { $signed }/{ $of }
broadcast-read-thanks = Noted, thank you.
broadcast-read-before = You have confirmed it already, thank you.
broadcast-sign-first = { $name }, you are about to sign: “{ $words }”. If you agree, press once more.
broadcast-sign-anew = { $name }, the words have changed. You are about to sign: “{ $words }”. If you agree, press once more.
broadcast-sign-above = { $name }, you are about to sign what you read above. If you agree, press once more.
broadcast-signed-thanks = Signed, thank you.
broadcast-signed-before = You have signed it already, thank you.
broadcast-reworded-in-group = The words have changed since. Please read them in the group as they are now, then press the button there.
broadcast-reworded-in-private = The words have changed since. I have sent you the new ones here; please read them, then press the button under them.
broadcast-reworded =
    The announcement in “{ $group }” was changed. It now says:

    { $words }
broadcast-confirm-recalled = This announcement was taken back; you needn't confirm it.
broadcast-reminder =
    An announcement in “{ $group }” waits for you to confirm it:

    { $words }
broadcast-reminded = Reminded in private: { $now }. Reminded earlier today: { $before }. Never wrote to me, so I can't remind them: { $unreachable }.
broadcast-reminded-later = It's quiet hours now, so they get it in private on { $at }: { $now }. Reminded for that day already: { $before }. Never wrote to me, so I can't remind them: { $unreachable }.
broadcast-remind-nothing = There is nothing to confirm, or it hasn't gone out yet.
broadcast-remind-reworded = What stands in the groups still has the earlier words, so I don't remind anybody of it now.
broadcast-private-first = Please open a private chat with me first, so that I can send you the table.
broadcast-csv-sent = The table is in your private chat.
broadcast-report-not-yet = It hasn't gone out, so there is nothing to report.
broadcast-report-sent = Planned for { $planned }, arrived in { $sent }.
broadcast-report-failed = Failed in { $chats }: { $reason }
broadcast-report-unchanged = Still the words from before in { $chats }: { $reason }
broadcast-report-digested = Came in a digest: { $chats }
broadcast-report-waiting = Wait for a digest: { $chats }
broadcast-report-copies = Private copies: { $sent } sent, { $failed } failed, of { $planned } planned. Opted out: { $out }
broadcast-report-copies-lacking = Of these { $people }: { $reason }
broadcast-report-copies-twice = They may have arrived twice for { $people } { $people ->
        [one] person
       *[other] people
    }, because the network failed.
broadcast-report-twice = It may have arrived twice in { $groups } { $groups ->
        [one] group
       *[other] groups
    }, because the network failed.
broadcast-report-read = Read by { $read }; parents in the groups: { $readers }
broadcast-report-signed = Signed by { $signed }; parents in the groups: { $readers }
broadcast-report-read-only = Have seen what they are to sign, not signed yet: { $read }
broadcast-report-signed-earlier = Signed the earlier wording, not this one: { $people }
broadcast-report-read-earlier = Read the earlier wording, not confirmed since: { $people }
broadcast-report-missing = Not confirmed in { $title }: { $names }
broadcast-report-missing-more = Not confirmed in { $title }: { $names } and { $more } more (see the table)
broadcast-report-groups-more = { $groups } more { $groups ->
        [one] group has
       *[other] groups have
    } people who haven't confirmed; they are in the table.
broadcast-reason-gone = I am not in the group any more
broadcast-reason-blocked = they have closed their private chat with me
broadcast-reason-forbidden = I may not write there
broadcast-reason-not-yours = you don't administer that group any more
broadcast-reason-topic = the topic chosen in the forum is closed or deleted; please choose another and send again
broadcast-reason-unknown = the network failed, nobody knows whether it arrived
broadcast-reason-digest-full = the digest there has no room for so many words
broadcast-reason-unreadable = what is stored of it can't be read; please send it again
broadcast-reason-moved = the group was upgraded since, I can't reach the old message
broadcast-reason-lost = the group has moved, and I don't know where to
broadcast-reason-long = the text is too long for the platform; please shorten it and send it again
broadcast-reason-file = the file is gone or can't be read; please send it again
broadcast-reason-refused = the platform refused it; the reason is in the log, where whoever runs me can look it up
broadcast-csv-group = Group
broadcast-csv-state = State
broadcast-csv-reason = Reason
broadcast-csv-digest = In the digest
broadcast-csv-twice = Perhaps twice
broadcast-csv-read = Read
broadcast-csv-signed = Signed
broadcast-csv-earlier = Earlier wording only
broadcast-csv-signed-earlier = Signed the earlier wording
broadcast-csv-read-earlier = Read the earlier wording
broadcast-csv-readers = Readers
broadcast-csv-missing = Not confirmed
broadcast-csv-yes = yes
broadcast-csv-waits = waits for it
broadcast-csv-maybe = maybe
broadcast-csv-total = Total
broadcast-csv-total-people = Total (each parent once)
broadcast-csv-arrived = { $sent } of { $planned }
broadcast-csv-copies = Private copies
broadcast-csv-planned = Planned
broadcast-csv-sent-copies = Sent
broadcast-csv-failed = Failed
broadcast-csv-opted-out = Opted out
broadcast-csv-name = Name
broadcast-csv-confirmed = Read or signed
broadcast-csv-at = When
broadcast-state-sent = sent
broadcast-state-planned = on its way
broadcast-state-failed = failed
broadcast-state-withdrawn = not sent, taken back
broadcast-state-deleted = taken back
broadcast-state-changing = sent, being changed
broadcast-state-unchanged = sent, not changed
broadcast-state-stuck = couldn't be taken back
broadcast-line-topic = { $topic }: { $words }
broadcast-line-next = { $at } · { $words }
broadcast-line-digest = Digest { $at } · { $words }
broadcast-line-now = Going out · { $words }
broadcast-line-sent = Sent { $at } · { $words }
broadcast-line-paused = Paused · { $words }
broadcast-line-waiting = Waits for a yes · { $words }
broadcast-line-unanswered = No yes in time · { $words }

# The daily digest: beyond so many pushes a day, announcements come in one message.
digest-heading = 📮 { $date } · Daily digest
digest-heading-part = 📮 { $date } · Daily digest ({ $part }/{ $parts })
digest-why = { $items ->
        [one] So as not to disturb you once more, this announcement waited until now.
       *[other] So as not to disturb you each time, here are { $items } announcements together.
    }
digest-text-below = 👇 All of it is below
digest-file-below = 👇 The picture or file is below
digest-poll-below = 👇 The poll is below
digest-place-below = 👇 The place is below
