//! Purpose: a recurring push of lessons, as configured.
//!
//! Invariant: when it runs is the business of [`crate::timetable`] alone.

use std::time::Duration;

use crate::lessons::catalogue::Stage;
use crate::timetable::Timing;

/// A recurring push of lessons.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Its name in the configuration; occurrences are kept under it.
    pub name: String,
    /// When.
    pub timing: Timing,
    /// Which lessons, in order of their ids: those of this stage; all if absent.
    pub stage: Option<Stage>,
    /// Lessons by id, in this order, instead of a stage's.
    pub lessons: Vec<String>,
    /// An occurrence found later than this after its time is skipped.
    pub late_max: Duration,
    /// How long the quiz of a lesson stays open.
    pub quiz_open: Duration,
}
