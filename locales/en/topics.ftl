# Topics: what parents get in private, and how they switch it.
topics-list = Announcements have topics. This is how you get each; the buttons switch the private copies:
topics-in-groups = { $topic }: in the group only
topics-in-private = { $topic }: in the group, and a copy for you here
topics-not-in-private = { $topic }: in the group; private copies are off
topics-no-choice = The school sends none of them in private; you find them all in the group.
topics-none = The school has no topics for its announcements; you find them all in the group.
topics-switch-off = 🔕 No “{ $topic }” here
topics-switch-on = 🔔 “{ $topic }” here too
topics-copy-off = 🔕 No more “{ $topic }” here
topics-copy-on = 🔔 “{ $topic }” here again
topics-unwanted = All right, no more private copies of “{ $topic }”; they are still in the group. Press again, or send /topics, if you change your mind.
topics-wanted = All right, you get a copy of “{ $topic }” here, besides the one in the group.
topics-gone = The school doesn't have this topic any more. Send /topics to see those it has.
topics-copy-poll = 📊 There is a poll in the group; please vote there: { $question }
topics-copy-above = Above is an announcement of your group; this copy is for you.
