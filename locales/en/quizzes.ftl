# What only the person is told after a quiz.
quiz-result-paid =
    { $paid ->
        [one]
            { $title }
            Quiz finished: { $right } of { $questions } right, +{ $paid } point.
       *[other]
            { $title }
            Quiz finished: { $right } of { $questions } right, +{ $paid } points.
    }
quiz-result =
    { $title }
    Quiz finished: { $right } of { $questions } right. Each question has an explanation you can open.
