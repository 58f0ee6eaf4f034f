//! Purpose: a cron expression, read on the school's wall clock.
//!
//! The `cron` crate knows neither `L`, `W` nor `#`. A day field with one of them is given to it as `*`, and `days`
//! says which of the days hold.
//!
//! Invariant: each occurrence is one point in time. One that falls into the hour a clock change skips is at the end of
//! the gap; one that the clock shows twice is at the first of the two.

mod apart;
mod days;
mod weekdays;

use chrono::{Datelike, Duration, NaiveDateTime, NaiveTime};

use self::days::DayFilter;
use super::{YEAR_MAX, wall};
use crate::clock::Millis;

/// The longest cron expression, in bytes. Each minute of an hour listed takes 169.
pub const SPEC_BYTES_MAX: usize = 300;

/// A cron expression read on the school's wall clock.
#[derive(Clone, Debug)]
pub struct Timing {
    /// As configured.
    pub spec: String,
    plan: cron::Schedule,
    /// Which days hold, where the plan takes them all.
    days: Option<DayFilter>,
}

/// The text decides everything else.
impl PartialEq for Timing {
    fn eq(&self, other: &Self) -> bool {
        self.spec == other.spec
    }
}

impl Eq for Timing {}

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
    /// field takes `*`, numbers, lists, ranges and steps; months and weekdays also English names. A day of month may
    /// also be `L` (the last), `LW` (the last from Monday to Friday) or `15W` (the one from Monday to Friday nearest to
    /// the 15th, within its month); a weekday `Mon#2` (the second of the month) or `FriL` (the last).
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
            (4, CronField::Month, month),
        ] {
            check_field(place, field, written)?;
        }
        let (day, special_days) = days::of_month(day)?;
        let (weekday, special_weekdays) = days::of_week(weekday, fields.len() == 5)?;
        if (day != "*" || special_days.is_some()) && (weekday != "*" || special_weekdays.is_some()) {
            return Err(TimingProblem::TwoDays);
        }
        let plan = format!("{second} {minute} {hour} {day} {month} {weekday}")
            .parse::<cron::Schedule>()
            .map_err(|_| TimingProblem::Field { field: CronField::Weekday, written: weekday })?;
        let timing = Self { spec: spec.to_owned(), plan, days: special_days.or(special_weekdays) };
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
        self.walls_after(wall::shown(after, zone))
            .filter_map(|shown| wall::point(shown, zone))
            .find(|at| *at > after)
    }

    /// The wall-clock times after `wall` that the expression names, in order, up to the year 2100.
    pub fn walls_after(&self, wall: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> + '_ {
        std::iter::successors(self.wall_after(wall), |wall| self.wall_after(*wall))
    }

    fn wall_after(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        let mut cursor = wall;
        loop {
            let next = self.plan.after(&cursor.and_utc()).next()?.naive_utc();
            let Some(days) = self.days.as_ref().filter(|days| !days.has(next.date())) else {
                return Some(next);
            };
            // Jumping to the day spares the plan every minute of the days between.
            let later = next.date().iter_days().skip(1).take_while(|date| date.year() <= YEAR_MAX);
            let day = later.into_iter().find(|date| days.has(*date))?;
            cursor = day.and_time(NaiveTime::MIN).checked_sub_signed(Duration::seconds(1))?;
        }
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
