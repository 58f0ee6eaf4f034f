# 小测结束后只告诉本人的话。
quiz-result-paid = 《{ $title }》的小测做完了：{ $questions } 题对了 { $right } 题，+{ $paid } 分。
quiz-result = 《{ $title }》的小测做完了：{ $questions } 题对了 { $right } 题。每道题都有解析，可以点开看看。
# 小测：群里的卡片，一题一题私下作答，截止后的汇总。
quiz-card-private =
    📝 小测：《{ $title }》
    { $questions } 题，不计时。点下面的按钮作答，您选了什么、答得怎么样，只有您自己看得到。
    截止：{ $until }
quiz-card-open =
    📝 小测：《{ $title }》
    { $questions } 题，就在下面。请留意：谁选了什么，全群都看得到。
    截止：{ $until }
quiz-card-button = ✍️ 做小测
quiz-here = 题目发给您了，只有您看得到。
quiz-private-first = 小测要在私聊里做。请点我的头像，按“开始”，再回来点一次这个按钮。
quiz-private-card = 小测要在私聊里做。请点我的头像，按“开始”，再点一次“做小测”。
quiz-over = 这次小测已经截止了，下一课的小测欢迎您来。
quiz-finished = 这份小测您已经做完了：{ $questions } 题对了 { $right } 题。
quiz-question = 《{ $title }》第 { $place } 题，共 { $questions } 题
quiz-right = ✅ 答对了！{ $explanation }
quiz-wrong = 💡 正确答案是“{ $right }”。{ $explanation }
quiz-result-private = 《{ $title }》的小测做完了：{ $questions } 题对了 { $right } 题。
quiz-tries-left = 想再巩固一下，还可以做 { $left } 遍，按最好的一次算。
quiz-again-button = 🔁 再做一遍
quiz-summary = 📊 小测结果：《{ $title }》
quiz-summary-people = 有 { $people } 位家长答了题，合在一起看：
quiz-summary-question = { $number }. { $question }（{ $percent }% 答对）
quiz-summary-hardest = 最容易答错的是第 { $number } 题，大家这样选：
quiz-summary-right = ✅ { $percent }%　{ $option }
quiz-summary-option = ▫️ { $percent }%　{ $option }
quiz-summary-all-right = 每一题大家都答对了，真好！
