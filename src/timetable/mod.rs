//! Purpose: everything about time in schedules.
//!
//! Invariant: nothing here asks a clock, a database or the channel: `now` is an argument.

pub mod calendar;
pub mod days;
pub mod missed;
pub mod occurrences;
pub mod outlook;
pub mod phrase;
pub mod quiet;
pub mod recurrence;
#[cfg(test)]
pub(crate) mod testing;
pub mod timing;
pub mod wall;
pub mod words;

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;

use crate::clock::Millis;

pub use calendar::{CalendarWarning, DayKind, LocalDay, OfficialDay, SchoolCalendar, Term, YearStatus};
pub use days::{Days, Span, Weekdays};
pub use missed::{Decision, Due};
pub use occurrences::{Fate, Occurrence, Preview, Skip};
pub use outlook::{Coming, Hold, Outlook};
pub use quiet::QuietHours;
pub use recurrence::{DayRule, Recurrence, Rule};
pub use timing::{CronField, SPEC_BYTES_MAX, Timing, TimingProblem};

/// The time a school lives in: its zone and its calendar.
#[derive(Clone, Copy, Debug)]
pub struct SchoolTime<'c> {
    /// The zone of its wall clock.
    pub zone: Tz,
    /// Its school days.
    pub calendar: &'c SchoolCalendar,
}

impl SchoolTime<'_> {
    /// The date the school's wall clock shows.
    #[must_use]
    pub fn today(&self, now: Millis) -> NaiveDate {
        wall::shown(now, self.zone).date()
    }

    /// The end of the last year of which the calendar has official days, guessed ones included; none if it has none.
    #[must_use]
    pub fn days_known_until(&self) -> Option<Millis> {
        let after = self.calendar.last_year_known()?.checked_add(1)?;
        wall::point(NaiveDate::from_ymd_opt(after, 1, 1)?.and_time(NaiveTime::MIN), self.zone)
    }
}

/// Nothing is sought after this year; the `cron` crate knows no later one.
pub const YEAR_MAX: i32 = 2100;
