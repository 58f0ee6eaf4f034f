//! Purpose: a calendar that lacks a year is told: to the log each day, to the school's staff once.
//!
//! Invariant: what can't be told now is looked at again an hour later, and holds up nothing else of the timer.

use std::sync::Arc;

use chrono::NaiveDate;

use super::Turn;
use crate::clock::{HOUR_MS, Millis};
use crate::config::Config;
use crate::timetable::CalendarWarning;

/// When the calendar was last looked at, and when the log was told of it.
#[derive(Debug)]
pub(super) struct CalendarWatch {
    looked: Option<(Millis, Arc<Config>)>,
    logged_on: NaiveDate,
}

impl CalendarWatch {
    /// Begins; of `today` the program has told the log when it read the configuration.
    pub(super) fn since(today: NaiveDate) -> Self {
        Self { looked: None, logged_on: today }
    }

    /// Looks, once an hour and after each change of the configuration.
    pub(super) async fn look(&mut self, turn: &Turn<'_>) {
        let config = &turn.setting.config;
        if !self.is_time(turn.now, config) {
            return;
        }
        self.looked = Some((turn.now, Arc::clone(config)));
        let today = config.school_time().today(turn.now);
        for warning in self.for_log(today, config) {
            tracing::warn!(tenant = turn.setting.tenant.0, %warning, "the school's calendar needs care");
        }
        if config.calendar.year_warnings(today).is_empty() {
            return;
        }
        if let Err(error) = turn.tell_of_calendar().await {
            tracing::warn!(%error, "the staff can't be told of the calendar, trying again in an hour");
        }
    }

    fn is_time(&self, now: Millis, config: &Arc<Config>) -> bool {
        // A clock that was moved back counts as time that has passed.
        !self.looked.as_ref().is_some_and(|(looked_at, of)| {
            Arc::ptr_eq(of, config) && (0..HOUR_MS).contains(&now.since_ms(*looked_at))
        })
    }

    /// What the log is to be told today; nothing if it was told today.
    fn for_log(&mut self, today: NaiveDate, config: &Config) -> Vec<CalendarWarning> {
        if std::mem::replace(&mut self.logged_on, today) == today {
            return Vec::new();
        }
        config.calendar.warnings(today)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Millis = Millis(1_788_775_200_000);

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn config() -> Arc<Config> {
        Arc::new(Config::starter().unwrap())
    }

    #[test]
    fn the_log_is_told_once_a_day_for_as_long_as_the_year_is_missing() {
        let (mut watch, config) = (CalendarWatch::since(date("2026-10-30")), config());
        assert_eq!(watch.for_log(date("2026-10-31"), &config), []);
        for day in ["2026-11-01", "2026-11-02", "2026-12-31"] {
            assert_eq!(watch.for_log(date(day), &config), [CalendarWarning::YearMissing(2027)], "{day}");
            assert_eq!(watch.for_log(date(day), &config), [], "{day}, once more");
        }
    }

    #[test]
    fn it_is_looked_at_each_hour_and_after_a_change_and_when_the_clock_was_moved_back() {
        let config = config();
        let mut watch = CalendarWatch::since(date("2026-09-07"));
        assert!(watch.is_time(NOON, &config));
        watch.looked = Some((NOON, Arc::clone(&config)));
        assert!(!watch.is_time(NOON, &config) && !watch.is_time(NOON.plus_ms(HOUR_MS - 1), &config));
        assert!(watch.is_time(NOON.plus_ms(HOUR_MS), &config));
        assert!(watch.is_time(NOON.plus_ms(-1), &config));
        assert!(watch.is_time(NOON, &Arc::new(Config::clone(&config))));
    }
}
