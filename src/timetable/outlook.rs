//! Purpose: when runs really begin: after the nights and the days without school that hold them back.
//!
//! Invariants: pure. What is told here is what is done: whoever plans a run asks [`Hold::starts_at`], and a run that is still
//! held when the next one's time comes gives way to it. So no two runs begin at the same point in time.

use super::occurrences::PREVIEW_MAX;
use super::{DayKind, Fate, Occurrence, QuietHours, Recurrence, SchoolTime, wall};
use crate::clock::Millis;

/// Occurrences looked through for one outlook at most; in the longest holidays one of every ten minutes has as many.
const SEEN_MAX: usize = 10_000;

/// What holds back something whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Nothing.
    Nothing,
    /// The quiet hours of every day.
    Nights(QuietHours),
    /// The quiet hours, and days without school.
    NightsAndDays(QuietHours),
}

impl Hold {
    /// When something may begin whose time is `at`: then, or later.
    #[must_use]
    pub fn starts_at(self, at: Millis, time: SchoolTime<'_>) -> Millis {
        match self {
            Self::Nothing => at,
            Self::Nights(quiet) => quiet.next_allowed(at, time.zone),
            Self::NightsAndDays(quiet) => quiet.next_allowed_on_a_school_day(at, time),
        }
    }

    /// The day without school that holds something back whose time is `at`; none if only the night does, or nothing.
    fn day(self, at: Millis, time: SchoolTime<'_>) -> Option<DayKind> {
        let Self::NightsAndDays(quiet) = self else { return None };
        let morning = quiet.next_allowed(at, time.zone);
        let is_newest = self.starts_at(at, time) > morning;
        is_newest.then(|| time.calendar.kind(wall::shown(morning, time.zone).date()))
    }
}

/// An occurrence, and when it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    /// What was planned, and what becomes of it.
    pub occurrence: Occurrence,
    /// When it begins if it runs: its time, or when nothing holds it back any more.
    pub starts_at: Millis,
    /// The day without school that holds it back, if one does.
    pub day: Option<DayKind>,
    /// How many runs before it gave way to it, because they were held until its time.
    pub replaces: usize,
}

impl Coming {
    fn of(occurrence: Occurrence, replaces: usize, hold: Hold, time: SchoolTime<'_>) -> Self {
        let (starts_at, day) = (hold.starts_at(occurrence.at, time), hold.day(occurrence.at, time));
        Self { occurrence, starts_at, day, replaces }
    }

    /// Whether it begins later than it was planned for.
    #[must_use]
    pub fn is_later(&self) -> bool {
        self.starts_at > self.occurrence.at || matches!(self.occurrence.fate, Fate::MovedTo { .. })
    }
}

/// What is coming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// The next runs by when they begin, and what is skipped before and between them.
    pub coming: Vec<Coming>,
    /// True if after these nothing runs before the year 2101.
    pub ends: bool,
}

impl Outlook {
    /// The first run.
    #[must_use]
    pub fn first(&self) -> Option<&Coming> {
        self.coming.iter().find(|coming| coming.occurrence.runs())
    }
}

impl Recurrence {
    /// The next `runs` runs planned after `now` and what is skipped before and between them; [`PREVIEW_MAX`] at most.
    #[must_use]
    pub fn outlook(&self, now: Millis, runs: usize, hold: Hold, time: SchoolTime<'_>) -> Outlook {
        let mut coming: Vec<Coming> = Vec::new();
        // The newest run, and what is skipped while it is held: a later run may still take its place.
        let mut newest: Option<Coming> = None;
        let mut skipped: Vec<Coming> = Vec::new();
        let (mut left, mut seen) = (runs, 0);
        for occurrence in self.occurrences(now, time).take(SEEN_MAX) {
            seen += 1;
            if let Some(run) = newest.take_if(|run| run.starts_at < occurrence.at) {
                coming.push(run);
                coming.append(&mut skipped);
                left = left.saturating_sub(1);
            }
            if left == 0 || coming.len() + skipped.len() >= PREVIEW_MAX {
                return Outlook { coming, ends: false };
            }
            if occurrence.runs() {
                let replaces = newest.take().map_or(0, |run| run.replaces + 1);
                coming.append(&mut skipped);
                newest = Some(Coming::of(occurrence, replaces, hold, time));
            } else {
                skipped.push(Coming::of(occurrence, 0, hold, time));
            }
        }
        let ends = seen < SEEN_MAX;
        coming.extend(newest.filter(|_| ends));
        coming.append(&mut skipped);
        Outlook { coming, ends }
    }
}

#[cfg(test)]
mod tests;
