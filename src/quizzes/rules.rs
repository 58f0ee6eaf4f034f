//! Purpose: what a score is worth.

/// A quiz is passed with this share of right answers (learning.md).
const PASS_PERCENT: u32 = 60;

/// How a person stands in a lesson's quiz.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Score {
    /// Questions of the quiz.
    pub(super) questions: u32,
    /// Questions answered.
    pub(super) answered: u32,
    /// Of these, right ones.
    pub(super) right: u32,
}

/// What a score means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grade {
    /// Questions are still open.
    Unfinished,
    /// Too few right answers.
    NotPassed,
    /// Enough right answers.
    Passed,
    /// All right.
    Full,
}

/// The grade of a score.
pub(super) fn grade(score: Score) -> Grade {
    if score.questions == 0 || score.answered < score.questions {
        Grade::Unfinished
    } else if score.right >= score.questions {
        Grade::Full
    } else if score.right * 100 >= score.questions * PASS_PERCENT {
        Grade::Passed
    } else {
        Grade::NotPassed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(questions: u32, answered: u32, right: u32) -> Grade {
        grade(Score { questions, answered, right })
    }

    #[test]
    fn three_of_five_pass_and_two_of_four_do_not() {
        assert_eq!(of(5, 5, 3), Grade::Passed);
        assert_eq!(of(4, 4, 2), Grade::NotPassed);
        assert_eq!(of(4, 4, 4), Grade::Full);
    }

    #[test]
    fn nothing_is_graded_before_the_last_question() {
        assert_eq!(of(4, 3, 3), Grade::Unfinished);
        assert_eq!(of(0, 0, 0), Grade::Unfinished);
    }
}
