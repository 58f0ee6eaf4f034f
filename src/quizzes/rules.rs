//! Purpose: what a score is worth, and until when a question may be posted.

use std::time::Duration;

/// A quiz is passed with this share of right answers (learning.md).
const PASS_PERCENT: u32 = 60;

/// A question that is open for a day must have so much of it left when it is posted, so that parents who are at work can answer.
const LEFT_MIN: Duration = Duration::from_hours(2);

/// How much of the time that a question is open must be left when it is posted; half of a short one.
pub(super) fn left_min(open_for: Duration) -> Duration {
    LEFT_MIN.min(open_for / 2)
}

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
    fn a_question_has_two_hours_left_or_half_of_its_time() {
        let hours = Duration::from_hours;
        assert_eq!(
            (left_min(hours(24)), left_min(hours(4)), left_min(hours(1))),
            (hours(2), hours(2), hours(1) / 2)
        );
    }

    #[test]
    fn nothing_is_graded_before_the_last_question() {
        assert_eq!(of(4, 3, 3), Grade::Unfinished);
        assert_eq!(of(0, 0, 0), Grade::Unfinished);
    }
}
