# What only the person is told after a quiz.
quiz-result-paid = You've finished the questions on "{ $title }": { $right } of { $questions } right, +{ $paid } points.
quiz-result = You've finished the questions on "{ $title }": { $right } of { $questions } right. Each question's explanation is there to read.
