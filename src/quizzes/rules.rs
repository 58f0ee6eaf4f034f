//! Purpose: how a quiz is taken, what a score is worth, until when it may be posted, and what a group may be told of everybody's.
//!
//! Invariant: pure. The same person always gets the same order in the same try, so that a quiz can be left and gone on with.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

/// A quiz is passed with this share of right answers (learning.md).
const PASS_PERCENT: u32 = 60;
/// How often a quiz may be taken in private (learning.md: best of three).
pub(super) const TRIES_MAX: u32 = 3;
/// A group is told nothing of what fewer people answered (privacy.md: cells under five are hidden).
pub(super) const ANSWERED_MIN: u32 = 5;

/// A quiz that is open for a day must have so much of it left when it is posted, so that parents who are at work can answer.
const LEFT_MIN: Duration = Duration::from_hours(2);

/// How much of the time that a quiz is open must be left when it is posted; half of a short one.
pub(super) fn left_min(open_for: Duration) -> Duration {
    LEFT_MIN.min(open_for / 2)
}

/// How the quizzes of a school are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// A poll in the group for each question. Everybody in the group can see who chose what.
    Open,
    /// A card in the group with a button; everybody is asked alone.
    #[default]
    Private,
}

impl Form {
    /// Each by the name it is configured with, which the database keeps too.
    pub const NAMED: [(&str, Self); 2] = [("open", Self::Open), ("private", Self::Private)];

    /// The name it is configured with.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::NAMED.iter().find(|(_, form)| *form == self).map_or("", |(word, _)| *word)
    }
}

/// How a person stands in one try at a lesson's quiz.
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

/// The best of finished tries; none if none is.
pub(super) fn best(tries: &[Score]) -> Option<Score> {
    let finished = tries.iter().filter(|score| grade(**score) != Grade::Unfinished);
    finished.max_by_key(|score| score.right).copied()
}

/// An answer in a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Given {
    /// The try, from 1 on.
    pub(super) number: u32,
    /// Zero-based question.
    pub(super) question: u32,
    /// Zero-based option.
    pub(super) option: u32,
    /// Whether that is right.
    pub(super) correct: bool,
    /// False for what somebody answered who wasn't in the group.
    pub(super) counts: bool,
}

/// What comes next for somebody who takes a quiz in private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A question.
    Ask {
        /// In which try.
        number: u32,
        /// Which.
        question: u32,
        /// The how many-th of this try it is, from 1 on.
        place: u32,
    },
    /// The newest try is finished.
    Finished {
        /// How it ended.
        score: Score,
        /// How many more tries there may be; none once everything was right.
        left: u32,
    },
}

/// What comes next after these answers. With `again` a finished try is followed by the next, as long as one is left.
pub(super) fn next(seed: &str, questions: u32, given: &[Given], again: bool) -> Next {
    let newest = given.iter().map(|answer| answer.number).max().unwrap_or(1);
    let score = score_of(questions, given, newest);
    if score.answered < questions {
        return ask(seed, questions, given, newest, score.answered + 1);
    }
    let is_of_member = given.iter().filter(|answer| answer.number == newest).all(|answer| answer.counts);
    let is_full = is_of_member && score.right >= questions;
    let left = if is_full { 0 } else { TRIES_MAX.saturating_sub(newest) };
    if again && left > 0 {
        return ask(seed, questions, &[], newest + 1, 1);
    }
    Next::Finished { score, left }
}

/// How a try stands.
pub(super) fn score_of(questions: u32, given: &[Given], number: u32) -> Score {
    let of_try = given.iter().filter(|answer| answer.number == number);
    let (mut answered, mut right) = (0, 0);
    for answer in of_try {
        answered += 1;
        right += u32::from(answer.correct);
    }
    Score { questions, answered, right }
}

fn ask(seed: &str, questions: u32, given: &[Given], number: u32, place: u32) -> Next {
    let is_open =
        |question: &u32| !given.iter().any(|answer| answer.number == number && answer.question == *question);
    let question = order(&format!("{seed}/{number}"), questions).into_iter().find(is_open).unwrap_or(0);
    Next::Ask { number, question, place }
}

/// The numbers below `count` in an order that looks like chance and is always the same for a seed.
pub(super) fn order(seed: &str, count: u32) -> Vec<u32> {
    let mut numbers: Vec<u32> = (0..count).collect();
    numbers.sort_by_cached_key(|number| Sha256::digest(format!("{seed}/{number}")).to_vec());
    numbers
}

/// What a group's members answered to a question: how many chose each option, in the order of the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    /// Zero-based question.
    pub(super) question: u32,
    /// Zero-based right option.
    pub(super) correct: u32,
    /// How many chose each.
    pub(super) chosen: Vec<u32>,
}

impl Tally {
    /// How many answered.
    pub(super) fn answered(&self) -> u32 {
        self.chosen.iter().sum()
    }

    /// How many of a hundred chose an option, to the nearest whole number; 0 if nobody answered.
    pub(super) fn percent(&self, option: u32) -> u32 {
        let chosen = usize::try_from(option).ok().and_then(|option| self.chosen.get(option)).copied();
        let all = self.answered();
        (chosen.unwrap_or(0) * 100 + all / 2).checked_div(all).unwrap_or(0)
    }

    /// How many of a hundred were right.
    pub(super) fn right(&self) -> u32 {
        self.percent(self.correct)
    }
}

/// The questions that a group may be told about, because enough answered.
pub(super) fn told(tallies: Vec<Tally>) -> Vec<Tally> {
    tallies.into_iter().filter(|tally| tally.answered() >= ANSWERED_MIN).collect()
}

/// The question that the fewest had right, the first of several; none if everybody had everything right.
pub(super) fn hardest(tallies: &[Tally]) -> Option<&Tally> {
    let missed = |tally: &&Tally| tally.right() < 100;
    tallies.iter().filter(missed).min_by_key(|tally| tally.right())
}

#[cfg(test)]
mod tests;
