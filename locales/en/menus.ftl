# What people read when they type a slash.
menu-points = My points (only you see them)
menu-help = What I can do
menu-language = Choose the language (选择语言)
menu-stage = Choose this group's stage (administrators)
menu-lessons = Lessons I missed (only you see them)
