# 分类：家长在私聊里收哪些通知，怎么开关。
topics-list = 群里的通知会分类发。下面列出每一类通知会发到哪里，点按钮可以开关私聊：
topics-in-groups = { $topic }：只发在群里
topics-in-private = { $topic }：发在群里，也私聊发给您一份
topics-not-in-private = { $topic }：只在群里看，私聊关了
topics-no-choice = 现在学校没有需要私聊发的分类，都在群里看就行。
topics-none = 学校还没有给通知分类，都在群里看就行。
topics-switch-off = 🔕 私聊不要“{ $topic }”
topics-switch-on = 🔔 私聊也要“{ $topic }”
topics-copy-off = 🔕 以后不用私聊发“{ $topic }”
topics-copy-on = 🔔 还是私聊发“{ $topic }”吧
topics-unwanted = 好的，“{ $topic }”以后不再私聊发给您，群里照常。想要的话再点一下，或者发“/topics”。
topics-wanted = 好的，“{ $topic }”会私聊发给您一份，群里照常。
topics-gone = 学校已经没有这个分类了。发“/topics”看看现在有哪些。
topics-copy-poll = 📊 群里有一个投票，请到群里选：{ $question }
topics-copy-above = 上面是群里的通知，私聊给您留一份。
