//! Purpose: which star somebody has, and exactly what is missing for the next.
//!
//! Invariant: pure. A star is held only with every star before it; as long as there is a next star, something is
//! missing for it.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::rules::{Act, RuleSet};
use crate::course::{Lesson, Stage};
use crate::i18n::{Language, say};

/// Minutes of a lesson-hour.
pub const LESSON_HOUR_MINUTES: u32 = 40;

/// What a star takes. A requirement that is left out is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Star {
    /// Points in all.
    pub points: u32,
    /// Quizzes passed.
    #[serde(default)]
    pub quizzes: u32,
    /// Finished lessons, in lesson-hours of [`LESSON_HOUR_MINUTES`].
    #[serde(default)]
    pub lesson_hours: u32,
    /// Times on site.
    #[serde(default)]
    pub on_site: u32,
    /// The final test passed.
    #[serde(default)]
    pub final_test: bool,
}

/// Who is excused from which requirement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waivers {
    /// Whoever has finished lessons of these stages only needs no visits on site.
    #[serde(default)]
    pub on_site: BTreeSet<Stage>,
}

/// What counts for the stars.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The balance.
    pub points: i64,
    /// Quizzes passed.
    pub quizzes: u32,
    /// Minutes of finished lessons.
    pub minutes: u32,
    /// Times on site.
    pub on_site: u32,
    /// Whether the final test is passed.
    pub final_test: bool,
    /// The stages of the finished lessons.
    pub stages: BTreeSet<Stage>,
}

/// What is missing for a star; zero and false where nothing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The star, counted from 1.
    pub star: u32,
    /// Points.
    pub points: i64,
    /// Quizzes to pass.
    pub quizzes: u32,
    /// Minutes of lessons.
    pub minutes: u32,
    /// Visits on site.
    pub on_site: u32,
    /// The final test.
    pub final_test: bool,
}

impl Missing {
    /// What is missing for a star, in a few words.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let mut parts = Vec::new();
        if self.points > 0 {
            parts.push(say::points_missing_points(self.points));
        }
        if self.quizzes > 0 {
            parts.push(say::points_missing_quizzes(self.quizzes));
        }
        if self.minutes > 0 {
            parts.push(say::points_missing_minutes(self.minutes));
        }
        if self.on_site > 0 {
            parts.push(say::points_missing_on_site(self.on_site));
        }
        if self.final_test {
            parts.push(say::points_missing_final_test());
        }
        let parts: Vec<String> = parts.iter().map(|part| language.render(part)).collect();
        parts.join(&language.render(&say::points_missing_comma()))
    }

    fn is_nothing(&self) -> bool {
        self.points == 0 && self.quizzes == 0 && self.minutes == 0 && self.on_site == 0 && !self.final_test
    }
}

/// What there is to learn for somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// How many lessons, each with its quiz.
    pub lessons: u32,
    /// Their minutes.
    pub minutes: u32,
    /// The stages they are of.
    pub stages: BTreeSet<Stage>,
}

impl Course {
    /// The course of these lessons.
    pub fn of<'l>(lessons: impl Iterator<Item = &'l Lesson>) -> Self {
        lessons.fold(Self::default(), |mut course, lesson| {
            course.lessons = course.lessons.saturating_add(1);
            course.minutes = course.minutes.saturating_add(lesson.minutes);
            course.stages.insert(lesson.stage);
            course
        })
    }
}

/// Whether the next star can be reached with what there is to learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// It can, or there is none.
    Open,
    /// Everything is learnt; more has to come.
    Learnt,
    /// Not even with everything that there is.
    Short,
}

/// Which star somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// The highest star held; 0 before the first.
    pub star: u32,
    /// What is missing for the next; none at the last star.
    pub next: Option<Missing>,
}

impl RuleSet {
    /// The star of somebody of whom these facts are known.
    #[must_use]
    pub fn level(&self, facts: &Facts) -> Level {
        let mut held = 0;
        for star in &self.stars {
            let missing = self.missing(held + 1, star, facts);
            if !missing.is_nothing() {
                return Level { star: held, next: Some(missing) };
            }
            held += 1;
        }
        Level { star: held, next: None }
    }

    /// How far somebody of whom these facts are known gets by finishing a whole course with every quiz right. Visits and the
    /// final test can't be earned by lessons.
    #[must_use]
    pub fn reach(&self, course: &Course, facts: &Facts) -> Level {
        let quizzes = if self.acts.contains_key(&Act::QuizPass) { course.lessons } else { 0 };
        self.level(&Facts {
            points: facts.points.max(self.of_lessons(course.lessons)),
            quizzes: facts.quizzes.max(quizzes),
            minutes: facts.minutes.max(course.minutes),
            stages: facts.stages.union(&course.stages).copied().collect(),
            ..facts.clone()
        })
    }

    /// Whether there is a way to the next star. A school without a course has other ways in mind.
    #[must_use]
    pub fn outlook(&self, course: &Course, facts: &Facts) -> Outlook {
        let level = self.level(facts);
        if level.next.is_none() || course.lessons == 0 {
            Outlook::Open
        } else if self.reach(course, facts).star <= level.star {
            Outlook::Short
        } else if facts.minutes >= course.minutes && facts.quizzes >= course.lessons {
            Outlook::Learnt
        } else {
            Outlook::Open
        }
    }

    fn missing(&self, number: u32, star: &Star, facts: &Facts) -> Missing {
        let waived = !facts.stages.is_empty() && facts.stages.is_subset(&self.waivers.on_site);
        Missing {
            star: number,
            points: i64::from(star.points).saturating_sub(facts.points).max(0),
            quizzes: star.quizzes.saturating_sub(facts.quizzes),
            minutes: star.lesson_hours.saturating_mul(LESSON_HOUR_MINUTES).saturating_sub(facts.minutes),
            on_site: if waived { 0 } else { star.on_site.saturating_sub(facts.on_site) },
            final_test: star.final_test && !facts.final_test,
        }
    }
}
