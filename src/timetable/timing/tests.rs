//! Purpose: what schedules promise, by example and by property.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::clock::DAY_MS;
use crate::timetable::wall;

/// Zones with clock changes on both halves of the earth, with a half-hour change, without any, and with a day skipped.
const ZONES: [Tz; 6] = [
    chrono_tz::Asia::Shanghai,
    chrono_tz::Europe::Berlin,
    chrono_tz::America::New_York,
    chrono_tz::Australia::Lord_Howe,
    chrono_tz::America::Santiago,
    chrono_tz::Pacific::Apia,
];

fn at(text: &str) -> Millis {
    Millis::from_utc(text.parse().unwrap())
}

/// The next `count` occurrences after a point in time, as UTC.
fn runs(spec: &str, zone: Tz, after: &str, count: usize) -> Vec<String> {
    let timing = Timing::parse(spec).unwrap();
    let mut after = at(after);
    let mut runs = Vec::new();
    for _ in 0..count {
        let Some(next) = timing.next(after, zone) else { break };
        runs.push(next.to_utc().format("%Y-%m-%dT%H:%M:%S").to_string());
        after = next;
    }
    runs
}

#[test]
fn five_fields_mean_unix_weekdays_on_the_schools_clock() {
    assert_eq!(
        runs("30 19 * * 1,3,5", chrono_tz::Asia::Shanghai, "2026-07-05T00:00:00Z", 4),
        ["2026-07-06T11:30:00", "2026-07-08T11:30:00", "2026-07-10T11:30:00", "2026-07-13T11:30:00"]
    );
    assert_eq!(runs("0 10 * * 0", chrono_tz::UTC, "2026-07-06T00:00:00Z", 1), ["2026-07-12T10:00:00"]);
}

#[test]
fn six_fields_begin_with_seconds() {
    assert_eq!(
        runs("*/20 0 10 * * Sat", chrono_tz::UTC, "2026-07-06T00:00:00Z", 4),
        ["2026-07-11T10:00:00", "2026-07-11T10:00:20", "2026-07-11T10:00:40", "2026-07-18T10:00:00"]
    );
}

#[test]
fn a_run_in_a_gap_is_at_its_end_and_only_once() {
    assert_eq!(
        runs("0,20,40 2 * * *", chrono_tz::Europe::Berlin, "2026-03-28T12:00:00Z", 2),
        ["2026-03-29T01:00:00", "2026-03-30T00:00:00"]
    );
}

#[test]
fn a_run_that_the_clock_shows_twice_runs_once() {
    assert_eq!(
        runs("30 2 * * *", chrono_tz::Europe::Berlin, "2026-10-24T12:00:00Z", 2),
        ["2026-10-25T00:30:00", "2026-10-26T01:30:00"]
    );
    // Asked in the middle of the second showing, the runs of the first are over.
    assert_eq!(
        runs("45 2 * * *", chrono_tz::Europe::Berlin, "2026-10-25T01:15:00Z", 1),
        ["2026-10-26T01:45:00"]
    );
}

#[test]
fn leap_day_comes_every_fourth_year() {
    assert_eq!(
        runs("0 8 29 2 *", chrono_tz::Asia::Shanghai, "2026-01-01T00:00:00Z", 2),
        ["2028-02-29T00:00:00", "2032-02-29T00:00:00"]
    );
    assert_eq!(runs("0 8 29 2 *", chrono_tz::UTC, "2096-03-01T00:00:00Z", 1), [] as [&str; 0]);
}

/// The dates of the next `count` runs after the beginning of 2026.
fn dates(spec: &str, count: usize) -> Vec<String> {
    let runs = runs(spec, chrono_tz::UTC, "2026-01-01T00:00:00Z", count);
    runs.iter().map(|run| run[..10].to_owned()).collect()
}

#[test]
fn l_w_and_hash_name_days_by_the_month() {
    assert_eq!(dates("0 8 L * *", 3), ["2026-01-31", "2026-02-28", "2026-03-31"]);
    // 31 January is a Saturday, 28 February too, 31 May a Sunday.
    assert_eq!(dates("0 8 LW 1,2,5 *", 3), ["2026-01-30", "2026-02-27", "2026-05-29"]);
    // 1 February and 1 March are Sundays, 1 August a Saturday.
    assert_eq!(dates("0 8 1W 2,3,8 *", 3), ["2026-02-02", "2026-03-02", "2026-08-03"]);
    assert_eq!(dates("0 8 15w 2,3,8 *", 3), ["2026-02-16", "2026-03-16", "2026-08-14"]);
    assert_eq!(dates("0 8 31W * *", 3), ["2026-01-30", "2026-03-31", "2026-05-29"]);
    assert_eq!(dates("0 8 1,L 2 *", 3), ["2026-02-01", "2026-02-28", "2027-02-01"]);
    assert_eq!(dates("0 8 * * Tue#2", 3), ["2026-01-13", "2026-02-10", "2026-03-10"]);
    assert_eq!(dates("0 8 ? * 5L", 3), ["2026-01-30", "2026-02-27", "2026-03-27"]);
    assert_eq!(dates("0 8 * * Mon#5", 2), ["2026-03-30", "2026-06-29"]);
    assert_eq!(
        dates("0 8 * 2 Sun,Mon#1", 6)[..5],
        ["2026-02-01", "2026-02-02", "2026-02-08", "2026-02-15", "2026-02-22"]
    );
    assert_eq!(dates("* * L * *", 2), ["2026-01-31", "2026-01-31"]);
}

#[test]
fn wrong_expressions_name_the_field() {
    let field = |field, written: &str| TimingProblem::Field { field, written: written.into() };
    for (spec, problem) in [
        ("", TimingProblem::Fields { found: 0 }),
        (" ".repeat(400).as_str(), TimingProblem::TooLong),
        ("@daily", TimingProblem::Fields { found: 1 }),
        ("0 0 19 * * * 2026", TimingProblem::Fields { found: 7 }),
        ("60 19 * * *", field(CronField::Minute, "60")),
        ("30 24 * * *", field(CronField::Hour, "24")),
        ("30 22-2 * * *", field(CronField::Hour, "22-2")),
        ("*/0 19 * * *", field(CronField::Minute, "*/0")),
        ("1,2/ 19 * * *", field(CronField::Minute, "1,2/")),
        ("30 19 32W * *", field(CronField::DayOfMonth, "32W")),
        ("30 19 1,W * *", field(CronField::DayOfMonth, "1,W")),
        ("30 19 L-40 * *", field(CronField::DayOfMonth, "L-40")),
        ("30 19 * * Mon#6", field(CronField::Weekday, "Mon#6")),
        ("30 19 * * L", field(CronField::Weekday, "L")),
        ("30 19 * * #2", field(CronField::Weekday, "#2")),
        ("0 30 19 * * 1#2", TimingProblem::WeekdayNumber),
        ("30 19 L * FriL", TimingProblem::TwoDays),
        ("30 19 31W 2,4 *", TimingProblem::Never),
        ("30 19 32 * *", field(CronField::DayOfMonth, "32")),
        ("30 19 * 13 *", field(CronField::Month, "13")),
        ("61 30 19 * * *", field(CronField::Second, "61")),
        ("30 19 * * 8", field(CronField::Weekday, "8")),
        ("30 19 * * Mon;Tue", field(CronField::Weekday, "Mon;Tue")),
        ("0 30 19 * * 1", TimingProblem::WeekdayNumber),
        ("30 19 1 * Mon", TimingProblem::TwoDays),
        ("0 8 30 2 *", TimingProblem::Never),
        ("0 8 31 4,6,9,11 *", TimingProblem::Never),
    ] {
        assert_eq!(Timing::parse(spec).map(|timing| timing.spec), Err(problem), "{spec}");
    }
}

#[test]
fn how_close_its_times_are_is_seen_however_it_is_written() {
    let (second, minute, hour) = (1, 60, 3_600);
    for (spec, apart_s) in [
        ("* * * * * *", second),
        ("*/10 30 19 * * Mon", 10),
        ("0,59 8 1 1 *", 59 * minute),
        ("0,1 8 * * *", minute),
        ("59,0 8,9 * * *", minute),
        ("*/5 * 29 2 *", 5 * minute),
        ("30 59 8 L * *", 24 * hour),
        ("0 8-18 * * *", hour),
        ("30 7,8,16 * * 1-5", hour),
        ("0 0,23 * * *", hour),
        ("0 0,23 * * Mon", 23 * hour),
        ("0 0,23 29,1 2,3 *", hour),
        ("0 0,23 1,L 2,3 *", hour),
        ("0 0,20 * * Mon,Wed", 20 * hour),
        ("30 19 * * *", 24 * hour),
        ("0 8 1 1 *", 24 * hour),
    ] {
        let apart = Timing::parse(spec).unwrap().apart_min();
        assert_eq!(apart, std::time::Duration::from_secs(apart_s), "{spec}");
    }
}

/// Field texts with the numbers they mean, so that an occurrence can be checked without reading cron again.
fn minutes() -> impl Strategy<Value = (String, Vec<u32>)> {
    prop_oneof![
        (0u32..60).prop_map(|minute| (minute.to_string(), vec![minute])),
        Just(("*/15".to_owned(), vec![0, 15, 30, 45])),
        Just(("0,30".to_owned(), vec![0, 30])),
    ]
}

fn hours() -> impl Strategy<Value = (String, Vec<u32>)> {
    prop_oneof![
        (0u32..24).prop_map(|hour| (hour.to_string(), vec![hour])),
        Just(("0-4".to_owned(), (0..=4).collect())),
        Just(("*".to_owned(), (0..24).collect())),
    ]
}

/// (day of month, month, weekday) and whether a date fits.
fn days() -> impl Strategy<Value = (&'static str, fn(NaiveDate) -> bool)> {
    let every: fn(NaiveDate) -> bool = |_| true;
    let school_days: fn(NaiveDate) -> bool = |date| date.weekday().num_days_from_monday() < 5;
    let sundays: fn(NaiveDate) -> bool = |date| date.weekday() == chrono::Weekday::Sun;
    let firsts: fn(NaiveDate) -> bool = |date| date.day() == 1;
    let last: fn(NaiveDate) -> bool = |date| date.day() == 31;
    let leap: fn(NaiveDate) -> bool = |date| date.month() == 2 && date.day() == 29;
    proptest::sample::select(vec![
        ("* * *", every),
        ("* * 1-5", school_days),
        ("* * 7", sundays),
        ("1 * ?", firsts),
        ("31 * *", last),
        ("29 2 *", leap),
    ])
}

/// From 1995 to 2060: clock changes of the past, and those the rules foresee.
fn moments() -> impl Strategy<Value = Millis> {
    (788_918_400_000i64..2_840_140_800_000).prop_map(Millis)
}

/// A zone and a moment; half of the moments are in the two days before a clock change.
fn zoned_moments() -> impl Strategy<Value = (Tz, Millis)> {
    (proptest::sample::select(ZONES.to_vec()), moments(), proptest::option::of(0..2 * DAY_MS)).prop_map(
        |(zone, at, ahead_ms)| {
            let offset_ms = |at: Millis| wall::shown(at, zone).and_utc().timestamp_millis() - at.0;
            let change =
                (0..400).map(|days| at.plus_ms(days * DAY_MS)).find(|day| offset_ms(*day) != offset_ms(at));
            match (change, ahead_ms) {
                (Some(change), Some(ahead_ms)) => (zone, change.plus_ms(-ahead_ms)),
                _ => (zone, at),
            }
        },
    )
}

/// Whether a clock change skips over `wall`.
fn is_in_gap(wall: NaiveDateTime, zone: Tz) -> bool {
    wall::point(wall, zone).is_some_and(|at| wall::shown(at, zone) != wall)
}

proptest! {
    #[test]
    fn occurrences_rise_and_each_shows_a_time_that_was_asked_for(
        (minute_text, minutes) in minutes(),
        (hour_text, hours) in hours(),
        (day_text, fits) in days(),
        (zone, start) in zoned_moments(),
    ) {
        let timing = Timing::parse(&format!("{minute_text} {hour_text} {day_text}")).unwrap();
        let asked = |shown: NaiveDateTime| {
            fits(shown.date()) && hours.contains(&shown.hour()) && minutes.contains(&shown.minute())
                && shown.second() == 0
        };
        let mut after = start;
        for _ in 0..6 {
            let next = timing.next(after, zone).unwrap();
            prop_assert!(next > after, "{next:?} is not after {after:?}");
            let shown = wall::shown(next, zone);
            if !asked(shown) {
                // Then it stands for a skipped time, and the clock jumped right here.
                let before = wall::shown(next.plus_ms(-1_000), zone);
                let skipped = std::iter::successors(Some(before), |at| {
                    Some(*at + chrono::Duration::seconds(1)).filter(|at| *at < shown)
                });
                prop_assert!(skipped.skip(1).any(asked), "{shown} was not asked for");
            }
            after = next;
        }
    }

    #[test]
    fn its_times_are_as_close_as_it_says_and_no_closer(
        (minute_text, _) in minutes(),
        (hour_text, _) in hours(),
        day_text in proptest::sample::select(vec!["* * *", "* * 1-5", "* * 7", "1 * ?", "L * *"]),
    ) {
        let timing = Timing::parse(&format!("{minute_text} {hour_text} {day_text}")).unwrap();
        let until: NaiveDateTime = "2026-03-01T00:00:00".parse().unwrap();
        let walls = timing.walls_after("2025-12-31T23:59:59".parse().unwrap());
        let walls: Vec<NaiveDateTime> = walls.take_while(|wall| *wall < until).collect();
        let apart = walls.windows(2).map(|pair| (pair[1] - pair[0]).to_std().unwrap()).min();
        let day = std::time::Duration::from_hours(24);
        prop_assert_eq!(apart.unwrap_or(day).min(day), timing.apart_min());
    }

    #[test]
    fn no_time_asked_for_is_left_out(
        (minute_text, minutes) in minutes(),
        (hour_text, hours) in hours(),
        (zone, start) in zoned_moments(),
    ) {
        let timing = Timing::parse(&format!("{minute_text} {hour_text} * * *")).unwrap();
        let until = start.plus_ms(3 * DAY_MS);
        let mut found = std::collections::BTreeSet::new();
        let mut after = start;
        while let Some(next) = timing.next(after, zone).filter(|next| *next <= until) {
            found.insert(next);
            after = next;
        }
        let first = wall::shown(start, zone).date() - chrono::Days::new(1);
        let expected: std::collections::BTreeSet<Millis> = first
            .iter_days()
            .take(7)
            .flat_map(|date| hours.iter().map(move |hour| (date, *hour)))
            .flat_map(|(date, hour)| minutes.iter().map(move |minute| (date, hour, *minute)))
            .filter_map(|(date, hour, minute)| wall::point(date.and_hms_opt(hour, minute, 0)?, zone))
            .filter(|at| *at > start && *at <= until)
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_wall_clock_time_outside_gaps_is_shown_at_its_point(
        (zone, at) in zoned_moments(),
        shift_s in 0i64..7_200,
    ) {
        let wall = wall::shown(at, zone) + chrono::Duration::seconds(shift_s);
        let later = wall + chrono::Duration::seconds(1);
        prop_assert!(wall::point(wall, zone) <= wall::point(later, zone));
        if !is_in_gap(wall, zone) {
            prop_assert_eq!(wall::point(wall, zone).map(|at| wall::shown(at, zone)), Some(wall));
        }
    }
}
