//! Purpose: the daily hours in which nothing is sent that can wait.
//!
//! Invariant: the first moment after quiet hours is never quiet, whatever the clock did in between.

use chrono::{Days, NaiveTime};
use chrono_tz::Tz;

use super::{SchoolTime, wall};
use crate::clock::Millis;

/// The daily hours in which nothing is sent that can wait. May run over midnight; equal times mean none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// When they begin.
    pub from: NaiveTime,
    /// When they end.
    pub until: NaiveTime,
}

impl Default for QuietHours {
    /// 21:00 to 07:00, the hours that the rules of schools usually keep free.
    fn default() -> Self {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self { from: hour(21), until: hour(7) }
    }
}

impl QuietHours {
    /// Whether a time of day is in the quiet hours. Their beginning is, their end isn't.
    #[must_use]
    pub fn contains(&self, time: NaiveTime) -> bool {
        if self.from <= self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }

    /// When something may be sent that is ready `now`: at once, or at the next end of the quiet hours.
    #[must_use]
    pub fn next_allowed(&self, now: Millis, zone: Tz) -> Millis {
        let shown = wall::shown(now, zone);
        if !self.contains(shown.time()) {
            return now;
        }
        // Today's end may be over, or be shown a second time, or fall into a skipped day: three days have one for sure.
        (0..3)
            .filter_map(|days| shown.date().checked_add_days(Days::new(days)))
            .flat_map(|date| wall::showings(date.and_time(self.until), zone))
            .filter(|end| *end > now && !self.contains(wall::shown(*end, zone).time()))
            .min()
            .unwrap_or(now)
    }

    /// When something may be sent that is ready `now` and is for school days only: as [`Self::next_allowed`], and not on a
    /// day without school. Where no school day to come is known, days without school don't hold it back.
    #[must_use]
    pub fn next_allowed_on_a_school_day(&self, now: Millis, time: SchoolTime<'_>) -> Millis {
        let allowed = self.next_allowed(now, time.zone);
        let date = wall::shown(allowed, time.zone).date();
        match time.calendar.school_day_from(date) {
            Some(day) if day > date => wall::point(day.and_time(NaiveTime::MIN), time.zone)
                .map_or(allowed, |midnight| self.next_allowed(midnight, time.zone)),
            _ => allowed,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::{DAY_MS, HOUR_MS, MINUTE_MS};

    fn hours(from: (u32, u32), until: (u32, u32)) -> QuietHours {
        let time = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        QuietHours { from: time(from), until: time(until) }
    }

    fn allowed(quiet: QuietHours, now: &str, zone: Tz) -> String {
        let now = Millis::from_utc(now.parse().unwrap());
        quiet.next_allowed(now, zone).to_utc().format("%m-%dT%H:%M").to_string()
    }

    #[test]
    fn quiet_hours_may_run_over_midnight() {
        let night = QuietHours::default();
        let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 59).unwrap();
        assert!(night.contains(time(21, 0)) && night.contains(time(0, 0)) && night.contains(time(6, 59)));
        assert!(!night.contains(time(7, 0)) && !night.contains(time(20, 59)));
        let noon = hours((12, 0), (14, 0));
        assert!(noon.contains(time(13, 59)) && !noon.contains(time(14, 0)) && !noon.contains(time(11, 59)));
        assert!(!hours((8, 0), (8, 0)).contains(time(8, 0)));
    }

    #[test]
    fn what_comes_in_the_night_waits_for_the_morning() {
        let shanghai = chrono_tz::Asia::Shanghai;
        let night = QuietHours::default();
        assert_eq!(allowed(night, "2026-07-06T11:30:00Z", shanghai), "07-06T11:30");
        assert_eq!(allowed(night, "2026-07-06T13:00:00Z", shanghai), "07-06T23:00");
        assert_eq!(allowed(night, "2026-07-06T17:00:00Z", shanghai), "07-06T23:00");
        assert_eq!(allowed(night, "2026-07-06T23:00:00Z", shanghai), "07-06T23:00");
    }

    #[test]
    fn clock_changes_move_the_morning_with_the_wall_clock() {
        let berlin = chrono_tz::Europe::Berlin;
        assert_eq!(allowed(QuietHours::default(), "2026-03-28T23:00:00Z", berlin), "03-29T05:00");
        // The end is skipped: the end of the gap instead.
        assert_eq!(allowed(hours((22, 0), (2, 30)), "2026-03-28T23:00:00Z", berlin), "03-29T01:00");
        // The end is shown twice, and the quiet hours before it too.
        assert_eq!(allowed(hours((22, 0), (2, 30)), "2026-10-25T00:10:00Z", berlin), "10-25T00:30");
        assert_eq!(allowed(hours((22, 0), (2, 30)), "2026-10-25T01:10:00Z", berlin), "10-25T01:30");
        // Samoa had no 30 December 2011 and so no morning on it.
        let apia = chrono_tz::Pacific::Apia;
        assert_eq!(allowed(QuietHours::default(), "2011-12-30T09:30:00Z", apia), "12-30T17:00");
    }

    #[test]
    fn what_is_for_school_days_waits_for_the_morning_of_one() {
        let calendar = crate::timetable::testing::school();
        let time = SchoolTime { zone: chrono_tz::Asia::Shanghai, calendar: &calendar };
        let allowed = |now: &str| {
            let now = Millis::from_utc(now.parse().unwrap());
            let at = QuietHours::default().next_allowed_on_a_school_day(now, time);
            wall::shown(at, time.zone).to_string()
        };
        assert_eq!(allowed("2026-10-08T04:00:00Z"), "2026-10-08 12:00:00");
        assert_eq!(allowed("2026-09-30T04:00:00Z"), "2026-09-30 12:00:00");
        assert_eq!(allowed("2026-09-30T13:30:00Z"), "2026-10-08 07:00:00", "the holidays begin in the night");
        assert_eq!(
            allowed("2026-10-10T04:00:00Z"),
            "2026-10-10 12:00:00",
            "work is made up on this Saturday"
        );
        assert_eq!(allowed("2027-03-01T04:00:00Z"), "2027-03-01 12:00:00", "no term to come is known");
    }

    proptest! {
        #[test]
        fn the_moment_found_is_never_quiet_and_never_more_than_a_day_off(
            from in 0i64..1_440, until in 0i64..1_440, now in 1_700_000_000_000i64..2_000_000_000_000,
        ) {
            let time = |minutes: i64| NaiveTime::MIN + chrono::Duration::milliseconds(minutes * MINUTE_MS);
            let quiet = QuietHours { from: time(from), until: time(until) };
            for zone in [chrono_tz::Asia::Shanghai, chrono_tz::America::New_York, chrono_tz::Australia::Lord_Howe] {
                let found = quiet.next_allowed(Millis(now), zone);
                prop_assert!(found >= Millis(now) && found.since_ms(Millis(now)) <= DAY_MS + HOUR_MS);
                prop_assert!(!quiet.contains(wall::shown(found, zone).time()));
            }
        }
    }
}
