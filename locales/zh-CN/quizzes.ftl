# 小测结束后只告诉本人的话。
quiz-result-paid = 《{ $title }》的小测做完了：{ $questions } 题对了 { $right } 题，+{ $paid } 分。
quiz-result = 《{ $title }》的小测做完了：{ $questions } 题对了 { $right } 题。每道题都有解析，可以点开看看。
