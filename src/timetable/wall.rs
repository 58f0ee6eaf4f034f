//! Purpose: from a point in time to what the school's wall clock shows then, and back.
//!
//! Invariant: a wall-clock time is exactly one point in time. One that a clock change skips is the end of the gap; one
//! that the clock shows twice is the first of the two. A later wall-clock time is never an earlier point in time.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

use crate::clock::Millis;

/// 9999-12-31T00:00:00Z, and as far to the other side: calendar arithmetic beyond it could overflow.
const FAR_MS: i64 = 253_402_214_400_000;

/// What the wall clock shows at a point in time. Times beyond the year 9999 show as its end.
#[must_use]
pub fn shown(at: Millis, zone: Tz) -> NaiveDateTime {
    let at = Millis(at.0.clamp(-FAR_MS, FAR_MS)).to_utc();
    zone.from_utc_datetime(&at.naive_utc()).naive_local()
}

/// The point in time that a wall-clock time is; none only where the zone's rules are not known so far.
#[must_use]
pub fn point(wall: NaiveDateTime, zone: Tz) -> Option<Millis> {
    showings(wall, zone).next()
}

/// Every point in time at which the wall clock shows `wall`, in order: one, or two where the clock is set back. For a
/// time that is skipped, the end of the gap.
pub fn showings(wall: NaiveDateTime, zone: Tz) -> impl Iterator<Item = Millis> {
    let (first, second): (Option<DateTime<Tz>>, _) = match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) => (Some(at), None),
        LocalResult::Ambiguous(first, second) => (Some(first), Some(second)),
        LocalResult::None => (GapInfo::new(&wall, &zone).and_then(|gap| gap.end), None),
    };
    first.into_iter().chain(second).map(|at| Millis::from_utc(at.with_timezone(&Utc)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn wall(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn point_of(text: &str, zone: Tz) -> String {
        point(wall(text), zone).unwrap().to_utc().to_rfc3339()
    }

    #[test]
    fn a_time_in_a_gap_is_the_end_of_the_gap() {
        let berlin = chrono_tz::Europe::Berlin;
        assert_eq!(point_of("2026-03-29T02:30:00", berlin), "2026-03-29T01:00:00+00:00");
        assert_eq!(point_of("2026-03-29T03:00:00", berlin), "2026-03-29T01:00:00+00:00");
        // Samoa skipped a whole day when it moved across the date line.
        let apia = chrono_tz::Pacific::Apia;
        assert_eq!(point_of("2011-12-30T12:00:00", apia), "2011-12-30T10:00:00+00:00");
    }

    #[test]
    fn a_time_shown_twice_is_the_first_of_the_two() {
        let berlin = chrono_tz::Europe::Berlin;
        assert_eq!(point_of("2026-10-25T02:30:00", berlin), "2026-10-25T00:30:00+00:00");
        assert_eq!(point_of("2026-10-25T03:00:00", berlin), "2026-10-25T02:00:00+00:00");
    }

    #[test]
    fn the_ends_of_time_are_shown_without_a_panic() {
        let zone = chrono_tz::Pacific::Kiritimati;
        assert_eq!(shown(Millis(i64::MAX), zone).date(), NaiveDate::from_ymd_opt(9999, 12, 31).unwrap());
        assert!(shown(Millis(i64::MIN), zone).date() < NaiveDate::from_ymd_opt(-5000, 1, 1).unwrap());
    }
}
