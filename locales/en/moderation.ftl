# What only the author is told when a message is removed; appeals and undoing.
rule-r3 = advertising
rule-r4 = paid clicks, part-time job offers
rule-r5 = asking for votes, group buying
rule-r6 = tutoring advertisements, account sales
rule-r20 = illegal or harmful content
rule-r21 = invitations to other groups
rule-links = links that aren't allowed here
rule-other = not allowed by this group's rules
act-deleted = Your message in “{ $group }” was removed: it mentions “{ $matched }” ({ $rule }).
act-no-penalty = It was only removed; nothing else happens. If that's a mistake, press “Appeal” and an administrator will look again.
act-warned = Warning { $n } of { $of }. After warning { $of } you can't post for { $hours } { $hours ->
    [one] hour
   *[other] hours
}. If that's a mistake, press “Appeal” and an administrator will look again.
act-muted =
    { $hours ->
        [one] You can't post for an hour; then it ends by itself. If that's a mistake, press “Appeal” and an administrator will look again.
       *[other] You can't post for { $hours } hours; then it ends by itself. If that's a mistake, press “Appeal” and an administrator will look again.
    }
act-warned-last = That was the last warning: please don't post this again. If that's a mistake, press “Appeal” and an administrator will look again.
act-appeal-button = Appeal
act-card = A message that breaks the group's rules was removed.
act-card-button = Was it mine? Show why
act-not-yours = It wasn't your message that was removed.
act-why-deleted = Your message was removed: it mentions “{ $matched }” ({ $rule }). If that's a mistake, please ask an administrator.
act-why-warned = Your message was removed with a warning: it mentions “{ $matched }” ({ $rule }). If that's a mistake, please ask an administrator.
act-why-muted =
    { $hours ->
        [one] Your message was removed: it mentions “{ $matched }” ({ $rule }). You can't post for an hour after it. If that's a mistake, please ask an administrator.
       *[other] Your message was removed: it mentions “{ $matched }” ({ $rule }). You can't post for { $hours } hours after it. If that's a mistake, please ask an administrator.
    }
act-why-old = Your message was removed ({ $rule }). Its words are kept for { $days } days only, and are gone by now.
act-appealed = Your appeal is noted; an administrator will look again. If it's urgent, write to an administrator yourself.
act-appealed-already = You have appealed already; an administrator will look again. If it's urgent, write to an administrator yourself.
act-appeal-unheard = None of this group's administrators can get my messages at present. Please write to one of them yourself.
act-appeal-to-staff = { $name } in “{ $group }” appeals: a message was removed because it mentions “{ $matched }” ({ $rule }). Please look: undo it if that was a mistake, else leave it as it is.
act-appeal-to-staff-old = { $name } in “{ $group }” appeals: a message was removed ({ $rule }). Please look: undo it if that was a mistake, else leave it as it is.
act-evidence = The message (only you see it; kept for { $days } days):
act-evidence-gone = The message was kept for { $days } days only and is gone by now.
act-not-removed = I couldn't remove your message in “{ $group }” after all, so it doesn't count as a warning. Please take it down yourself if it breaks the group's rules.
act-mute-refused-to-staff = { $name } in “{ $group }” should have been muted, but the server refused. Please check that I have the right to restrict members.
act-mute-failed-to-staff = { $name } in “{ $group }” should have been muted, but that didn't work. If they go on, please restrict them yourself.
act-undo-button = Undo
act-undone = Undone: the warning no longer counts, and any mute is over.
act-undone-already = This has been undone already.
act-undone-author = An administrator has looked: your message in “{ $group }” was fine, and everything is undone. Sorry for the trouble.
# An appeal was looked at, and everything stays as it is
act-leave-button = Leave it as it is
act-left-choose = To leave it as it is, please choose why, and I'll pass it on to the author. You needn't say.
act-left-why =
    { $why ->
        [rule] the group's rules don't allow this
        [private] this is better said in private
       *[doubtful] nobody can tell whether it can be trusted
    }
act-left-without-why = without a reason
act-left-author = An administrator has looked again at your message in “{ $group }”: it stays as it was decided. Thank you for asking. If you'd like to say more, please write to an administrator.
act-left-author-why = An administrator has looked again at your message in “{ $group }”: it stays as it was decided, because { $why }. Thank you for asking. If you'd like to say more, please write to an administrator.
act-left = All right, it stays as it is, and I'll tell the author.
act-left-already = An administrator has looked at this appeal already: it stays as it is.
act-left-before = An administrator has looked at your appeal already: it stays as it was decided. If you'd like to say more, please write to an administrator.
act-mute-refused-card = Administrators, please check that I have the right to restrict members.
# When an appeal can't be shown to staff alone in the group
appeals-card = An appeal waits for the administrators.
appeals-card-button = Show it (administrators)
appeals-none = No appeal is waiting at present.
appeals-private-first = An appeal is waiting for you. Please open our private chat, press “Start”, then press this button again.
appeals-sent =
    { $count ->
        [one] It is in our private chat now.
       *[other] They are in our private chat now: { $count } appeals.
    }
