//! Purpose: a recurring push of lessons, as configured.
//!
//! Invariant: when it runs is the business of [`crate::timetable`] alone.

use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;

use crate::clock::Millis;
use crate::course::{Catalogue, Lesson, Stage};
use crate::ids::Native;
use crate::timetable::{DayRule, Occurrence, Recurrence, SchoolTime, Term, Timing, wall};

/// The most runs of a term that are told or counted: every hour of four months.
pub const TERM_RUNS_MAX: usize = 3_000;

/// What a group gets that came while a course over a term was under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CatchUp {
    /// The lessons from then on.
    None,
    /// With each run one more of those it missed, until it has all.
    #[default]
    OneMore,
}

impl CatchUp {
    /// Each by the name it is configured with.
    pub const NAMED: [(&str, Self); 2] = [("none", Self::None), ("one-more", Self::OneMore)];
}

/// A recurring push of lessons.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Its name in the configuration; occurrences are kept under it.
    pub name: String,
    /// When.
    pub timing: Timing,
    /// What days without school do to it.
    pub school_days: DayRule,
    /// Which lessons, in order of their ids: those of this stage; all if absent.
    pub stage: Option<Stage>,
    /// Lessons by id, in this order, instead of a stage's.
    pub lessons: Vec<String>,
    /// The groups it is for, by the channel's ids; every group if empty.
    pub groups: Vec<Native>,
    /// The term the course is laid over: its nth run brings every group the nth lesson. Without one each group goes
    /// through the course from its own beginning.
    pub term: Option<Term>,
    /// What a group gets that comes in the middle of the term.
    pub catch_up: CatchUp,
    /// An occurrence found later than this after its time is skipped.
    pub late_max: Duration,
    /// How long the quiz of a lesson stays open.
    pub quiz_open: Duration,
}

impl Schedule {
    /// When it runs.
    #[must_use]
    pub fn recurrence(&self) -> Recurrence {
        Recurrence::cron(self.timing.clone()).with(self.school_days)
    }

    /// Whether it is for a group, by the channel's id of it and by the stage its staff have chosen. A group that has
    /// chosen none gets the lessons of every stage; one that has gets none of another's.
    #[must_use]
    pub fn is_for(&self, group: &Native, stage: Option<Stage>) -> bool {
        let is_named = self.groups.is_empty() || self.groups.contains(group);
        let fits = self.stage.is_none_or(|of| stage.is_none_or(|stage| stage == of));
        is_named && fits
    }

    /// The lessons it goes through, in order.
    #[must_use]
    pub fn course<'c>(&self, catalogue: &'c Catalogue) -> Vec<&'c Lesson> {
        if self.lessons.is_empty() {
            let all = catalogue.lessons.values();
            return all.filter(|lesson| self.stage.is_none_or(|stage| lesson.stage == stage)).collect();
        }
        self.lessons.iter().filter_map(|id| catalogue.lessons.get(id)).collect()
    }

    /// The first point in time of its term and the first after it, as the school's wall clock goes; none without a term.
    #[must_use]
    pub fn term_bounds(&self, zone: Tz) -> Option<(Millis, Millis)> {
        let term = self.term.as_ref()?;
        let begins = |date: NaiveDate| wall::point(date.and_time(NaiveTime::MIN), zone);
        Some((begins(term.from)?, begins(term.until.succ_opt()?)?))
    }

    /// Every run planned for its term, from the term's first day on, [`TERM_RUNS_MAX`] at most; none without a term.
    #[must_use]
    pub fn term_runs(&self, time: SchoolTime<'_>) -> Vec<Millis> {
        let Some((from, until)) = self.term_bounds(time.zone) else { return Vec::new() };
        let recurrence = self.recurrence();
        recurrence
            .occurrences(from.plus_ms(-1), time)
            .take_while(|occurrence| occurrence.at < until)
            .filter(Occurrence::runs)
            .map(|occurrence| occurrence.at)
            .take(TERM_RUNS_MAX)
            .collect()
    }

    /// The text that its place in time is kept with; another text starts afresh.
    #[must_use]
    pub fn spec(&self) -> String {
        match self.school_days {
            DayRule::Always => self.timing.spec.clone(),
            _ => self.recurrence().to_text(),
        }
    }
}
