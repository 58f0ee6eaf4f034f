# 小课卡片和“我学完了”按钮。
lesson-minutes = 约 { $minutes } 分钟
lesson-try-at-home = 回家试一试：
lesson-sources = 依据：{ $sources }
lesson-sources-comma = ；
lesson-done-button = ✅ 我学完了
lesson-read-first = 这一课大约要读 { $minutes } 分钟，不着急。再过 { $left } 分钟来点“我学完了”就好。
lesson-done = 学完啦！{ $award }
lesson-done-before = 这一课您之前学过了，只记一次，不重复加分。
lesson-catch-up = 🔁 补课：前面的第 { $number } 课，有空再看。
# 补学错过的小课
lessons-missed = 这些小课您还没学完，点一下就能看：
lessons-missed-none = 发到群里的小课您都学完了。
lessons-missed-where = 我还不知道您在哪个家长群。请先到群里发一次 /lessons，只有您看得到。
lessons-missed-here = 小课发给您了，只有您看得到。
lessons-missed-in-private = 想补学错过的小课，请私聊我，发“课程”就行。
# 学段
stage-pregnancy = 孕期
stage-age-0-3 = 0–3 岁
stage-age-3-6 = 3–6 岁
stage-primary = 小学
stage-junior = 初中
stage-senior = 高中
