# 小课卡片和“我学完了”按钮。
lesson-minutes = 约 { $minutes } 分钟
lesson-try-at-home = 回家试一试：
lesson-sources = 依据：{ $sources }
lesson-done-button = ✅ 我学完了
lesson-read-first = 这一课大约要读 { $minutes } 分钟，不着急。再过 { $left } 分钟来点“我学完了”就好。
lesson-done = 学完啦！{ $award }
lesson-done-before = 这一课您之前学过了，只记一次，不重复加分。
lesson-catch-up = 🔁 补课：前面的第 { $number } 课，有空再看。
# 学段
stage-pregnancy = 孕期
stage-age-0-3 = 0–3 岁
stage-age-3-6 = 3–6 岁
stage-primary = 小学
stage-junior = 初中
stage-senior = 高中
