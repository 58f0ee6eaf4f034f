//! Purpose: a recurring push of lessons, as configured.
//!
//! Invariant: when it runs is the business of [`crate::timetable`] alone.

use std::time::Duration;

use crate::course::Stage;
use crate::timetable::{DayRule, Recurrence, Timing};

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

    /// The text that its place in time is kept with; another text starts afresh.
    #[must_use]
    pub fn spec(&self) -> String {
        match self.school_days {
            DayRule::Always => self.timing.spec.clone(),
            _ => self.recurrence().to_text(),
        }
    }
}
