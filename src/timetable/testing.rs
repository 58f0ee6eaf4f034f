//! Purpose: calendars and moments for tests of time.
//!
//! Invariant: China's 2026 is the file that ships with the program.

pub(crate) mod chance;

use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime};

use super::{LocalDay, SchoolCalendar, Term};
use crate::clock::Millis;
use crate::config::Config;

/// `2026-10-01`.
pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `2026-10-01T08:00:00`, on a wall clock.
pub(crate) fn wall(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// `2026-10-01T00:00:00Z`.
pub(crate) fn at(text: &str) -> Millis {
    Millis::from_utc(text.parse().unwrap())
}

/// The calendar that ships with the program: the official days of 2026, no terms, no local days.
pub(crate) fn china() -> SchoolCalendar {
    // Reading the whole starter configuration takes a moment.
    static READ: LazyLock<SchoolCalendar> = LazyLock::new(|| Config::starter().unwrap().calendar);
    READ.clone()
}

/// The same with the terms around the summer of 2026, a sports day and a Saturday of school.
pub(crate) fn school() -> SchoolCalendar {
    let mut calendar = china();
    let term = |name: &str, from, until| Term { name: name.into(), from: date(from), until: date(until) };
    calendar.set_terms(vec![
        term("autumn", "2026-09-01", "2027-01-22"),
        term("autumn before", "2025-09-01", "2026-01-30"),
        term("spring", "2026-03-02", "2026-07-03"),
    ]);
    let local = |name: &str, is_school| LocalDay { name: name.into(), is_school };
    calendar.set_local(date("2026-10-23"), local("sports day", false));
    calendar.set_local(date("2026-11-14"), local("open day", true));
    calendar
}
