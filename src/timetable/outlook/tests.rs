//! Purpose: what is told of runs that are held back, example by example; `broadcasts/tests/told.rs` holds it to the timer.

use chrono_tz::Asia::Shanghai;
use proptest::prelude::*;

use super::*;
use crate::i18n::Language;
use crate::timetable::testing::chance::{CALENDARS, ZONES, rules, starts};
use crate::timetable::testing::{at, school};
use crate::timetable::{DayRule, phrase, words};

/// Thursday, 10 September 2026, 18:00 in Shanghai.
const THURSDAY: &str = "2026-09-10T10:00:00Z";

/// The lines told of something as it was written, with a rule for days without school.
fn told(written: &str, rule: DayRule, hold: Hold) -> Vec<String> {
    let calendar = school();
    let time = SchoolTime { zone: Shanghai, calendar: &calendar };
    let read = words::read(written, at(THURSDAY), time).unwrap().reading;
    let words::Reading::Recurring(recurrence) = read else { panic!("{written} comes once") };
    let outlook = recurrence.with(rule).outlook(at(THURSDAY), 3, hold, time);
    outlook.coming.iter().map(|coming| Language::English.render(&phrase::coming(coming, Shanghai))).collect()
}

fn nights() -> Hold {
    Hold::Nights(QuietHours::default())
}

fn nights_and_days() -> Hold {
    Hold::NightsAndDays(QuietHours::default())
}

#[test]
fn on_saturdays_all_the_same_it_begins_on_saturdays() {
    assert_eq!(
        told("every Saturday at 9:00", DayRule::Always, nights()),
        [
            "Saturday 12 September 2026, 09:00",
            "Saturday 19 September 2026, 09:00",
            "Saturday 26 September 2026, 09:00",
        ]
    );
}

#[test]
fn what_the_night_before_a_weekend_holds_begins_on_monday() {
    assert_eq!(
        told("every Friday at 22:00", DayRule::MoveToNextSchoolDay, nights_and_days())[0],
        "Monday 14 September 2026, 07:00 (planned for Friday 11 September 2026, 22:00; families are left in peace: weekend)"
    );
    assert_eq!(
        told("every Friday at 22:00", DayRule::Always, nights())[0],
        "Saturday 12 September 2026, 07:00 (planned for Friday 11 September 2026, 22:00; families are left in peace at night)"
    );
}

#[test]
fn a_run_that_is_still_held_when_the_next_is_due_gives_way_to_it() {
    assert_eq!(
        told("0 20-22 * * *", DayRule::OnlySchoolDays, nights_and_days()),
        [
            "Thursday 10 September 2026, 20:00",
            "Friday 11 September 2026, 07:00 (planned for Thursday 10 September 2026, 22:00; families are left in peace \
             at night), in place of 1 earlier",
            "Friday 11 September 2026, 20:00",
        ]
    );
    assert_eq!(told("0 3,7 * * *", DayRule::Always, nights())[0], {
        "Friday 11 September 2026, 07:00, in place of 1 earlier"
    });
}

#[test]
fn one_that_nothing_holds_begins_at_its_time_in_the_night_of_a_holiday() {
    let held = told("every Sunday at 23:30", DayRule::Always, Hold::Nothing);
    assert_eq!(held[0], "Sunday 13 September 2026, 23:30");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn each_run_told_begins_when_it_may_and_after_the_one_before(
        rule in rules(),
        zone in 0..ZONES.len(),
        calendar in 0..CALENDARS.len(),
        now in starts(),
        hold in 0..3usize,
    ) {
        let hold = [Hold::Nothing, nights(), nights_and_days()][hold];
        let time = SchoolTime { zone: ZONES[zone], calendar: &CALENDARS[calendar] };
        let outlook = rule.outlook(now, 5, hold, time);
        let runs: Vec<&Coming> = outlook.coming.iter().filter(|coming| coming.occurrence.runs()).collect();
        prop_assert!(runs.len() <= 5);
        prop_assert_eq!(outlook.first(), runs.first().copied());
        prop_assert!(runs.windows(2).all(|pair| pair[0].starts_at < pair[1].occurrence.at));
        for run in runs {
            prop_assert!(run.occurrence.at > now && run.starts_at >= run.occurrence.at);
            prop_assert_eq!(hold.starts_at(run.starts_at, time), run.starts_at, "it is held anew");
        }
    }
}
