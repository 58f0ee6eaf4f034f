//! Purpose: what is made up for, by example, and the promise of schedules as a property: whatever the clock does, each
//! occurrence runs once or is skipped for a reason.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use proptest::prelude::*;

use super::*;
use crate::clock::{DAY_MS, HOUR_MS};
use crate::timetable::testing::chance::{
    CALENDARS, CLOCK_CHANGES, RULES, ZONES, cases, expected, planned, rules, starts, steps,
};
use crate::timetable::testing::{at, china, date};
use crate::timetable::{
    CalendarWarning, DayKind, DayRule, OfficialDay, Rule, SchoolCalendar, Timing, YearStatus,
};

const LATE_MAX: Duration = Duration::from_hours(3);

fn decided(due: &Due) -> Vec<String> {
    due.decisions
        .iter()
        .map(|decision| {
            let skipped = decision.skipped.as_ref().map_or_else(|| "runs".to_owned(), Skip::to_text);
            format!("{} {skipped}", decision.occurrence.planned.format("%dT%H:%M"))
        })
        .collect()
}

#[test]
fn of_several_missed_runs_the_latest_is_made_if_it_is_not_too_late() {
    let calendar = china();
    let time = SchoolTime { zone: chrono_tz::UTC, calendar: &calendar };
    let rule = Recurrence::cron(Timing::parse("0 8 * * *").unwrap()).with(DayRule::SkipNonSchool);
    let missed = |now| rule.missed(at("2026-10-06T12:00:00Z"), at(now), LATE_MAX, 100, time);
    let due = missed("2026-10-09T11:00:00Z");
    assert_eq!(decided(&due), ["07T08:00 holiday:国庆节", "08T08:00 superseded", "09T08:00 runs"]);
    assert_eq!((due.done_until, due.next), (at("2026-10-09T08:00:00Z"), Some(at("2026-10-10T08:00:00Z"))));
    assert_eq!(decided(&missed("2026-10-09T11:00:01Z"))[2], "09T08:00 late");
    let nothing = missed("2026-10-05T00:00:00Z");
    assert_eq!((nothing.decisions.len(), nothing.done_until), (0, at("2026-10-06T12:00:00Z")));
}

#[test]
fn a_run_is_superseded_by_one_that_the_next_call_decides_about() {
    let calendar = SchoolCalendar::default();
    let time = SchoolTime { zone: chrono_tz::UTC, calendar: &calendar };
    let rule = Recurrence::cron(Timing::parse("0 * * * *").unwrap());
    let now = at("2026-07-06T05:30:00Z");
    let first = rule.missed(at("2026-07-06T00:30:00Z"), now, LATE_MAX, 3, time);
    assert_eq!(decided(&first), ["06T01:00 superseded", "06T02:00 superseded", "06T03:00 superseded"]);
    let second = rule.missed(first.done_until, now, LATE_MAX, 3, time);
    assert_eq!(decided(&second), ["06T04:00 superseded", "06T05:00 runs"]);
}

/// Lets the clock make these steps, each followed by a turn of the timer that begins afresh, as after a restart, and holds
/// what is decided to what must become of everything planned.
fn holds(
    rule: &Recurrence,
    time: SchoolTime<'_>,
    start: Millis,
    steps: &[i64],
    count_max: usize,
) -> Result<(), TestCaseError> {
    let (mut done_until, mut now, mut latest) = (start, start, start);
    let mut seen: BTreeMap<NaiveDateTime, (Millis, bool)> = BTreeMap::new();
    let mut run_at = BTreeSet::new();
    for step in steps {
        now = now.plus_ms(*step);
        latest = latest.max(now);
        let mut made = 0;
        loop {
            let due = rule.missed(done_until, now, LATE_MAX, count_max, time);
            done_until = due.done_until;
            let is_more = due.next.is_some_and(|next| next <= now);
            for Decision { occurrence, skipped } in due.decisions {
                prop_assert!(occurrence.at <= now);
                match (&skipped, &occurrence.fate) {
                    (None, _) => {
                        made += 1;
                        prop_assert!(occurrence.runs() && now.since_ms(occurrence.at) <= 3 * HOUR_MS);
                        prop_assert!(run_at.insert(occurrence.at), "two runs at {:?}", occurrence.at);
                    }
                    (Some(_), Fate::Skipped { why }) => prop_assert_eq!(skipped.as_ref(), Some(why)),
                    (Some(why), _) => {
                        prop_assert!(why.is_missed(), "{why:?}");
                        let is_late = now.since_ms(occurrence.at) > 3 * HOUR_MS;
                        prop_assert!(*why == Skip::Superseded || is_late, "skipped in time");
                    }
                }
                let end = (occurrence.at, occurrence.runs());
                prop_assert_eq!(
                    seen.insert(occurrence.planned, end),
                    None,
                    "{} came twice",
                    occurrence.planned
                );
            }
            if !is_more {
                break;
            }
        }
        prop_assert!(made <= 1, "{made} runs at once");
    }
    let planned = planned(rule, start, latest, time);
    let mut expected = expected(rule, &planned, time);
    expected.retain(|_, (at, _)| *at > start && *at <= latest);
    prop_assert_eq!(seen, expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn whatever_the_clock_does_each_occurrence_runs_once_or_is_skipped_for_a_reason(
        rule in rules(),
        zone in 0..ZONES.len(),
        calendar in 0..CALENDARS.len(),
        start in starts(),
        steps in steps(),
        count_max in prop_oneof![1 => Just(2usize), 4 => Just(500)],
    ) {
        let time = SchoolTime { zone: ZONES[zone], calendar: &CALENDARS[calendar] };
        holds(&rule, time, start, &steps, count_max)?;
    }

    #[test]
    fn whichever_years_are_known_each_that_is_not_is_warned_of_in_time_and_has_free_weekends_alone(
        known in proptest::collection::btree_map(2025..2032i32, any::<bool>(), 0..6),
        day in 0..365 * 6u64,
    ) {
        let mut calendar = SchoolCalendar::default();
        for (year, is_guess) in &known {
            let status = if *is_guess { YearStatus::Estimated } else { YearStatus::Official };
            let off = OfficialDay { date: date(&format!("{year}-05-01")), name: "off".into(), is_off: true };
            calendar.set_year(*year, status, vec![off]);
        }
        let today = date("2026-01-01") + chrono::Days::new(day);
        let year: i32 = today.format("%Y").to_string().parse().unwrap();
        let is_november = today.format("%m").to_string().as_str() >= "11";
        let expected: Vec<CalendarWarning> = [Some(year), is_november.then_some(year + 1)]
            .into_iter()
            .flatten()
            .filter_map(|year| match known.get(&year) {
                None => Some(CalendarWarning::YearMissing(year)),
                Some(true) => Some(CalendarWarning::YearEstimated(year)),
                Some(false) => None,
            })
            .collect();
        prop_assert_eq!(calendar.year_warnings(today), expected.clone());
        prop_assert_eq!(calendar.warnings(today), expected, "at the start and in check");
        if !known.contains_key(&year) {
            let is_weekend = ["Sat", "Sun"].contains(&today.format("%a").to_string().as_str());
            prop_assert_eq!(calendar.kind(today) == DayKind::Weekend, is_weekend);
            prop_assert_eq!(calendar.is_school_day(today), !is_weekend);
        }
    }
}

/// Ways for the clock to go over a day: in short turns, with an hour back in between, with a day back, at once, and in leaps
/// that stop in the middle of it.
fn ways() -> [Vec<i64>; 5] {
    [
        vec![6 * HOUR_MS; 12],
        [19 * HOUR_MS, -HOUR_MS].repeat(4),
        vec![36 * HOUR_MS, -DAY_MS, 2 * DAY_MS, -HOUR_MS, DAY_MS],
        vec![4 * DAY_MS],
        vec![37 * HOUR_MS + 1, 30 * HOUR_MS, 9 * HOUR_MS],
    ]
}

/// Holds rules, each with every rule for days without school, to their promise around a day.
fn hold_around<'r>(day: &str, rules: impl Iterator<Item = &'r Recurrence>, time: SchoolTime<'_>) {
    let start = at(&format!("{day}T00:00:00Z")).plus_ms(-36 * HOUR_MS);
    for rule in rules {
        for (name, day_rule) in DayRule::NAMED {
            let rule = rule.clone().with(day_rule);
            for (way, steps) in ways().iter().enumerate() {
                if let Err(problem) = holds(&rule, time, start, steps, 500) {
                    panic!("{} {day} {name} way {way} {}: {problem}", time.zone, rule.to_text());
                }
            }
        }
    }
}

/// Rules at times that clock changes skip or show twice.
fn in_the_night() -> impl Iterator<Item = &'static Recurrence> {
    RULES.iter().filter(|rule| !is_in_the_evening(rule))
}

fn in_the_evening() -> impl Iterator<Item = &'static Recurrence> {
    RULES.iter().filter(|rule| is_in_the_evening(rule))
}

fn is_in_the_evening(rule: &Recurrence) -> bool {
    matches!(rule.rule, Rule::Days { at, .. } if at.format("%H").to_string() == "19")
}

#[test]
fn around_both_clock_changes_of_six_zones_every_rule_keeps_its_promise() {
    for (zone, skipped, twice) in CLOCK_CHANGES {
        for day in [skipped, twice] {
            let time = SchoolTime { zone, calendar: &CALENDARS[3] };
            let length = |day: &str| {
                let midnight =
                    |day| crate::timetable::wall::point(date(day).and_hms_opt(0, 0, 0).unwrap(), zone);
                let next = (date(day) + chrono::Days::new(1)).to_string();
                midnight(&next).unwrap().since_ms(midnight(day).unwrap())
            };
            assert_ne!(length(day), DAY_MS, "{zone} changes its clock on {day}");
            hold_around(day, in_the_night(), time);
        }
    }
}

#[test]
fn around_every_shifted_day_of_chinas_2026_every_rule_keeps_its_promise() {
    let calendar = china();
    let weekday = |day: &chrono::NaiveDate| !["Sat", "Sun"].contains(&day.format("%a").to_string().as_str());
    let days = date("2026-01-01").iter_days().take(365);
    let shifted: Vec<_> = days.filter(|day| calendar.is_school_day(*day) != weekday(day)).collect();
    let (off, made_up): (Vec<&_>, Vec<&_>) = shifted.iter().partition(|day| weekday(day));
    assert_eq!((off.len(), made_up.len()), (19, 6), "13 holidays, and six that are made up for");
    let time = SchoolTime { zone: chrono_tz::Asia::Shanghai, calendar: &calendar };
    for day in shifted {
        hold_around(&day.to_string(), in_the_evening(), time);
    }
}

#[test]
fn around_the_29_february_every_rule_keeps_its_promise() {
    for zone in [chrono_tz::Asia::Shanghai, chrono_tz::America::New_York] {
        // A school day, and one on which the school is closed.
        for calendar in [&CALENDARS[0], &CALENDARS[3]] {
            hold_around("2028-02-29", in_the_evening(), SchoolTime { zone, calendar });
        }
    }
}
