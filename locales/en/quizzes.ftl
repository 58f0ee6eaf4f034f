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
# Quizzes: the card in the group, the questions one by one in private, the summary at the end.
quiz-card-private =
    📝 Quiz: { $title }
    { $questions } questions, no hurry. Press the button to answer; only you see what you choose and how you did.
    Open until { $until }
quiz-card-open =
    📝 Quiz: { $title }
    { $questions } questions, just below. Please note: everybody in this group sees who chose what.
    Open until { $until }
quiz-card-button = ✍️ Take the quiz
quiz-here = Here it is; only you see it.
quiz-private-first = The quiz is taken in private. Please tap my picture, press “Start”, then come back and press this button again.
quiz-private-card = The quiz is taken in private. Please tap my picture, press “Start”, then press “Take the quiz” again.
quiz-over = This quiz is over. You are welcome to the one of the next lesson.
quiz-finished = You have finished this quiz: { $right } of { $questions } right.
quiz-question = { $title }: question { $place } of { $questions }
quiz-right = ✅ Right! { $explanation }
quiz-wrong = 💡 The right answer is “{ $right }”. { $explanation }
quiz-result-private =
    { $title }
    Quiz finished: { $right } of { $questions } right.
quiz-tries-left =
    { $left ->
        [one] You may take it once more if you like; the best time counts.
       *[other] You may take it { $left } more times if you like; the best one counts.
    }
quiz-again-button = 🔁 Take it again
quiz-summary = 📊 Quiz results: { $title }
quiz-summary-people = { $people } parents answered. All together:
quiz-summary-question = { $number }. { $question } ({ $percent }% right)
quiz-summary-hardest = Question { $number } was the hardest. This is what was chosen:
quiz-summary-right = ✅ { $percent }% { $option }
quiz-summary-option = ▫️ { $percent }% { $option }
quiz-summary-all-right = Everybody had every question right. Well done!
