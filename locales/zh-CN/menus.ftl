# 输入“/”时看到的命令说明。
menu-announce = 发通知到家长群
menu-schedule = 待发和已安排的通知
menu-points = 看我的积分（只有自己看得到）
menu-topics = 哪些通知也私聊发给我
menu-help = 我能做什么
menu-language = 选择语言（Language）
menu-stage = 选择这个群的学段（管理员）
menu-lessons = 补学错过的小课（只有自己看得到）
menu-observed = 还在观察的规则记下了什么（管理员）
