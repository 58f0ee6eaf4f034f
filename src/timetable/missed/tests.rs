//! Purpose: what is made up for, by example, and the promise of schedules as a property: whatever the clock does, each
//! occurrence runs once or is skipped for a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Days as DayCount, NaiveDateTime, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::clock::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::timetable::testing::{at, china, date, school};
use crate::timetable::{
    DayRule, Days, LocalDay, OfficialDay, SchoolCalendar, Span, Timing, Weekdays, YearStatus, wall,
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

/// Zones with clock changes on both halves of the earth, with a half-hour change, at midnight, and without any.
const ZONES: [Tz; 6] = [
    chrono_tz::Asia::Shanghai,
    chrono_tz::Europe::Berlin,
    chrono_tz::America::New_York,
    chrono_tz::Australia::Lord_Howe,
    chrono_tz::America::Santiago,
    chrono_tz::Pacific::Auckland,
];

/// Without anything, China's 2026, a school's, and one with breaks and school days where the clocks change.
static CALENDARS: LazyLock<[SchoolCalendar; 4]> = LazyLock::new(|| {
    let mut odd = SchoolCalendar::default();
    for (day, is_school) in [
        ("2026-03-08", true),
        ("2026-03-28", false),
        ("2026-03-29", true),
        ("2026-04-05", true),
        ("2026-04-06", false),
        ("2026-09-06", true),
        ("2026-09-27", true),
        ("2026-10-04", true),
        ("2026-10-24", false),
        ("2026-10-25", true),
        ("2026-10-26", false),
        ("2026-11-01", true),
        ("2028-02-29", false),
    ] {
        odd.set_local(date(day), LocalDay { name: "local".into(), is_school });
    }
    let off = OfficialDay { date: date("2026-01-01"), name: "break".into(), is_off: true };
    odd.set_year(2026, YearStatus::Estimated, vec![off]);
    [SchoolCalendar::default(), china(), school(), odd]
});

/// Reading cron is slow, so it is read once.
static RULES: LazyLock<Vec<Recurrence>> = LazyLock::new(|| {
    let specs = ["30 2 * * *", "0,40 2,3 * * Sat,Sun", "0 8 L * *"];
    let crons = specs.map(|spec| Recurrence::cron(Timing::parse(spec).unwrap()));
    let days = [
        Days::Daily,
        Days::Workdays,
        Days::Weekly(Weekdays::MONDAY_TO_FRIDAY),
        Days::Weekly([Weekday::Thu, Weekday::Sun].into_iter().collect()),
        Days::EveryWeeks { every: 2, on: Weekdays::WEEKEND, first: date("2026-01-01") },
        Days::DayOfMonth(1),
        Days::LastDayOfMonth,
        Days::NthWeekday(2, Weekday::Sun),
        Days::LastWeekday(Weekday::Sun),
        Days::FirstSchoolDay(Span::Month),
        Days::LastSchoolDay(Span::Week),
    ];
    let times = ["00:00:00", "02:30:00", "19:30:00"].map(|time| time.parse().unwrap());
    let days = days.into_iter().flat_map(|on| times.map(|time| Recurrence::days(on.clone(), time)));
    crons.into_iter().chain(days).collect()
});

/// What is planned around the window, on the wall clock.
fn planned(rule: &Recurrence, from: Millis, until: Millis, time: SchoolTime<'_>) -> Vec<NaiveDateTime> {
    // What moves comes from, and goes, as far as the longest holidays of the calendar, in a school's the summer.
    let days = match rule.day_rule {
        DayRule::MoveToNextSchoolDay if time.calendar.terms().is_empty() => 14,
        DayRule::MoveToNextSchoolDay => 70,
        _ => 2,
    };
    let (from, until) = (from.plus_ms(-days * DAY_MS), until.plus_ms(days * DAY_MS));
    let (from, until) = (wall::shown(from, time.zone), wall::shown(until, time.zone));
    let is_only = rule.day_rule == DayRule::OnlySchoolDays;
    let walls = rule.walls_after(from, time.calendar).take_while(|wall| *wall < until);
    walls.filter(|wall| !is_only || time.calendar.is_school_day(wall.date())).collect()
}

/// What must become of everything planned: by what was planned, when and whether it runs. Found by grouping all of it by
/// where it ends up.
fn expected(
    rule: &Recurrence,
    planned: &[NaiveDateTime],
    time: SchoolTime<'_>,
) -> BTreeMap<NaiveDateTime, (Millis, bool)> {
    let is_school = |wall: NaiveDateTime| time.calendar.is_school_day(wall.date());
    // Times that a clock change skips are one if they end up at the same point.
    let mut distinct: BTreeMap<Millis, (NaiveDateTime, bool)> = BTreeMap::new();
    for wall in planned {
        let point = wall::point(*wall, time.zone).unwrap();
        distinct.entry(point).or_insert_with(|| (*wall, is_school(*wall)));
    }
    let mut groups: BTreeMap<Millis, Vec<(NaiveDateTime, Millis)>> = BTreeMap::new();
    let mut result = BTreeMap::new();
    for (point, (wall, is_school_day)) in &distinct {
        if *is_school_day || matches!(rule.day_rule, DayRule::Always | DayRule::OnlySchoolDays) {
            result.insert(*wall, (*point, true));
        } else if rule.day_rule == DayRule::SkipNonSchool {
            result.insert(*wall, (*point, false));
        } else if let Some(next) =
            (1..=200).map(|days| *wall + DayCount::new(days)).find(|next| is_school(*next))
        {
            let target = wall::point(next, time.zone).unwrap();
            groups.entry(target).or_default().push((*wall, *point));
        } else {
            result.insert(*wall, (*point, false));
        }
    }
    for (target, walls) in groups {
        let is_taken = distinct.get(&target).is_some_and(|(_, is_school_day)| *is_school_day);
        for (place, (wall, point)) in walls.into_iter().enumerate() {
            let runs = place == 0 && !is_taken;
            result.insert(wall, (if runs { target } else { point }, runs));
        }
    }
    result
}

/// One movement of the clock between two turns of the timer; each turn begins afresh, as after a restart.
fn steps() -> impl Strategy<Value = Vec<i64>> {
    let step = prop_oneof![
        4 => 0..12 * HOUR_MS,
        1 => Just(MINUTE_MS),
        1 => Just(HOUR_MS),
        1 => Just(-HOUR_MS),
        1 => Just(DAY_MS),
        1 => Just(-DAY_MS),
        1 => 0..4 * DAY_MS,
    ];
    proptest::collection::vec(step, 1..5)
}

/// Half of the time anywhere in 2026, else around a day on which something changes: clocks, holidays, February.
fn starts() -> impl Strategy<Value = Millis> {
    let changes =
        ["2026-03-07", "2026-03-28", "2026-04-04", "2026-09-05", "2026-09-26", "2026-09-30", "2026-10-03"];
    let more =
        ["2026-10-24", "2026-10-31", "2026-02-13", "2026-05-01", "2028-02-28", "2026-08-30", "2026-01-22"];
    let days: Vec<i64> =
        changes.into_iter().chain(more).map(|day| at(&format!("{day}T00:00:00Z")).0).collect();
    let year = at("2026-01-01T00:00:00Z").0;
    prop_oneof![
        (year..year + 365 * DAY_MS).prop_map(Millis),
        (proptest::sample::select(days), -DAY_MS..2 * DAY_MS).prop_map(|(day, shift)| Millis(day + shift)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn whatever_the_clock_does_each_occurrence_runs_once_or_is_skipped_for_a_reason(
        rule in prop_oneof![1 => 0..3usize, 24 => 3..RULES.len()],
        day_rule in 0..DayRule::NAMED.len(),
        zone in 0..ZONES.len(),
        calendar in 0..4usize,
        start in starts(),
        steps in steps(),
        count_max in prop_oneof![1 => Just(2usize), 4 => Just(500)],
    ) {
        let rule = RULES[rule].clone().with(DayRule::NAMED[day_rule].1);
        let time = SchoolTime { zone: ZONES[zone], calendar: &CALENDARS[calendar] };
        let (mut done_until, mut now, mut latest) = (start, start, start);
        let mut seen: BTreeMap<NaiveDateTime, (Millis, bool)> = BTreeMap::new();
        let mut run_at = BTreeSet::new();
        for step in steps {
            now = now.plus_ms(step);
            latest = latest.max(now);
            let mut made = 0;
            loop {
                let due = rule.missed(done_until, now, LATE_MAX, count_max, time);
                done_until = due.done_until;
                let is_more = due.next.is_some_and(|next| next <= now);
                for Decision { occurrence, skipped } in due.decisions {
                    prop_assert!(occurrence.at <= now);
                    if skipped.is_none() {
                        made += 1;
                        prop_assert!(occurrence.runs() && now.since_ms(occurrence.at) <= 3 * HOUR_MS);
                        prop_assert!(run_at.insert(occurrence.at), "two runs at {:?}", occurrence.at);
                    } else if let Fate::Skipped { why } = &occurrence.fate {
                        prop_assert_eq!(skipped.as_ref(), Some(why));
                    }
                    let end = (occurrence.at, occurrence.runs());
                    prop_assert_eq!(seen.insert(occurrence.planned, end), None, "{} came twice", occurrence.planned);
                }
                if !is_more {
                    break;
                }
            }
            prop_assert!(made <= 1, "{made} runs at once");
        }
        let planned = planned(&rule, start, latest, time);
        let mut expected = expected(&rule, &planned, time);
        expected.retain(|_, (at, _)| *at > start && *at <= latest);
        prop_assert_eq!(seen, expected);
    }
}
