# 小测结束后只告诉本人的话。
quiz-result-paid = 《{ $title }》的小题做完了,{ $questions } 题对了 { $right } 题,+{ $paid } 分。
quiz-result = 《{ $title }》的小题做完了,{ $questions } 题对了 { $right } 题。每道题的解析都可以点开看看。
