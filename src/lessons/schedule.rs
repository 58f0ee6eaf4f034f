//! Purpose: when a lesson is pushed, in the school's wall-clock time.
//!
//! Invariant: each occurrence is one point in time. One that falls into the hour a clock change skips is at the end of
//! the gap; one that the clock shows twice is at the first of the two.

use std::time::Duration;

use super::{wall, weekdays};
use crate::clock::Millis;
use crate::course::Stage;

/// The longest cron expression, in bytes. Each minute of an hour listed takes 169.
pub const SPEC_BYTES_MAX: usize = 300;

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
    plan: cron::Schedule,
}

/// A field of a cron expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CronField {
    /// 0–59.
    Second,
    /// 0–59.
    Minute,
    /// 0–23.
    Hour,
    /// 1–31.
    DayOfMonth,
    /// 1–12, or names.
    Month,
    /// 0–7 with five fields, or names.
    Weekday,
}

/// Why a cron expression is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimingProblem {
    /// It has more than [`SPEC_BYTES_MAX`] bytes.
    #[error("longer than {SPEC_BYTES_MAX} bytes")]
    TooLong,
    /// It has another number of fields than five or six.
    #[error("five fields (minute hour day month weekday) or six (second first) are needed, not {found}")]
    Fields {
        /// How many there are.
        found: usize,
    },
    /// A field says something that its kind doesn't have.
    #[error("`{written}` is not understood as {field:?}")]
    Field {
        /// Which.
        field: CronField,
        /// What it says.
        written: String,
    },
    /// Day of month and weekday are both restricted. Some programs read that as "or", some as "and".
    #[error("day of month and weekday can't both be restricted")]
    TwoDays,
    /// A weekday is a number although there are six fields, where programs disagree on what it means.
    #[error("with six fields weekdays are written as names")]
    WeekdayNumber,
    /// It never comes: 30 February.
    #[error("there is no such time")]
    Never,
}

impl Timing {
    /// Reads a cron expression of five fields (minute, hour, day of month, month, weekday) or six (second first). Each
    /// field takes `*`, numbers, lists, ranges and steps; months and weekdays also English names.
    ///
    /// # Errors
    /// What is wrong, see [`TimingProblem`].
    pub fn parse(spec: &str) -> Result<Self, TimingProblem> {
        if spec.len() > SPEC_BYTES_MAX {
            return Err(TimingProblem::TooLong);
        }
        let fields: Vec<&str> = spec.split_whitespace().collect();
        let (second, rest) = match fields.as_slice() {
            rest @ [_, _, _, _, _] => ("0", rest),
            [second, rest @ ..] if rest.len() == 5 => (*second, rest),
            _ => return Err(TimingProblem::Fields { found: fields.len() }),
        };
        let &[minute, hour, day, month, weekday] = rest else {
            return Err(TimingProblem::Fields { found: fields.len() });
        };
        for (place, field, written) in [
            (0, CronField::Second, second),
            (1, CronField::Minute, minute),
            (2, CronField::Hour, hour),
            (3, CronField::DayOfMonth, day),
            (4, CronField::Month, month),
        ] {
            check_field(place, field, written)?;
        }
        let weekday = weekdays::named(weekday, fields.len() == 5)?;
        if !matches!(day, "*" | "?") && weekday != "*" {
            return Err(TimingProblem::TwoDays);
        }
        let plan = format!("{second} {minute} {hour} {day} {month} {weekday}")
            .parse::<cron::Schedule>()
            .map_err(|_| TimingProblem::Field { field: CronField::Weekday, written: weekday })?;
        let timing = Self { spec: spec.to_owned(), plan };
        match timing.next(Millis(0), chrono_tz::UTC) {
            Some(_) => Ok(timing),
            None => Err(TimingProblem::Never),
        }
    }

    /// The first occurrence after `after`, in the zone; none if there is none before the year 2101. Bounded: at most
    /// one look at each day of those years, or at each second of an hour that the clock shows twice.
    #[must_use]
    pub fn next(&self, after: Millis, zone: chrono_tz::Tz) -> Option<Millis> {
        // The expression is asked about wall-clock times as if they were UTC, which has no gaps and repeats nothing.
        // Resolving can move a time back before `after` (the second showing of an hour) but never out of order.
        self.plan
            .after(&wall::shown(after, zone).and_utc())
            .filter_map(|shown| wall::point(shown.naive_utc(), zone))
            .find(|at| *at > after)
    }
}

/// Whether the field alone is right, with every other field free, so that the wrong one can be named.
fn check_field(place: usize, field: CronField, written: &str) -> Result<(), TimingProblem> {
    let wrong = || TimingProblem::Field { field, written: written.to_owned() };
    // A step of zero would never get anywhere.
    let step_is_zero = written
        .split(',')
        .filter_map(|part| part.split_once('/'))
        .any(|(_, step)| step.bytes().all(|digit| digit == b'0'));
    if step_is_zero {
        return Err(wrong());
    }
    let mut fields = ["*"; 6];
    if let Some(at) = fields.get_mut(place) {
        *at = written;
    }
    fields.join(" ").parse::<cron::Schedule>().map(|_| ()).map_err(|_| wrong())
}

#[cfg(test)]
mod tests;
