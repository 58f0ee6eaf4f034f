//! Purpose: the school's days, weeks and months, as the caps count them.
//!
//! Invariant: pure. A day is a date on the school's wall clock, whether it has 23, 24 or 25 hours; its number is the
//! count of days since 1970-01-01.

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use crate::clock::Millis;

/// 1970-01-01 in chrono's count of days from the common era.
const EPOCH_FROM_CE: i32 = 719_163;

/// The days from which the caps count at one point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Today's number.
    pub today: i64,
    /// The number of this week's Monday.
    pub monday: i64,
    /// The number of the first of this month.
    pub first: i64,
}

impl Calendar {
    /// The days at `now` in a zone.
    #[must_use]
    pub fn at(now: Millis, zone: Tz) -> Self {
        let date = local_date(now, zone);
        let today = i64::from(date.num_days_from_ce() - EPOCH_FROM_CE);
        Self {
            today,
            monday: today - i64::from(date.weekday().num_days_from_monday()),
            first: today - i64::from(date.day0()),
        }
    }

    /// The earliest day any cap looks at.
    #[must_use]
    pub fn since(self) -> i64 {
        self.monday.min(self.first)
    }
}

/// The date on the wall clock of a zone.
#[must_use]
pub fn local_date(at: Millis, zone: Tz) -> NaiveDate {
    at.to_utc().with_timezone(&zone).date_naive()
}
