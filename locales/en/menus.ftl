# What people read when they type a slash.
menu-announce = Publish to your groups
menu-schedule = What is coming, to change or stop
menu-points = My points (only you see them)
menu-topics = Which announcements I get here too
menu-help = What I can do
menu-language = Choose the language (选择语言)
menu-stage = Choose this group's stage (administrators)
menu-lessons = Lessons I missed (only you see them)
menu-observed = What observing rules have noted (administrators)
