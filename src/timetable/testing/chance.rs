//! Purpose: random schedules and movements of the clock, and what must become of each planned time.
//!
//! Invariant: [`expected`] doesn't walk through time as the product does, but groups everything planned by where it ends up.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Days as DayCount, NaiveDateTime, NaiveTime, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{at, china, date, school};
use crate::clock::{DAY_MS, HOUR_MS, MINUTE_MS, Millis};
use crate::timetable::{
    DayRule, Days, LocalDay, OfficialDay, Recurrence, SchoolCalendar, SchoolTime, Span, Timing, Weekdays,
    YearStatus, wall,
};

/// Zones with clock changes on both halves of the earth, with a half-hour change, at midnight, and one without any.
pub(crate) const ZONES: [Tz; 7] = [
    chrono_tz::Asia::Shanghai,
    chrono_tz::Europe::Berlin,
    chrono_tz::Europe::London,
    chrono_tz::America::New_York,
    chrono_tz::Australia::Lord_Howe,
    chrono_tz::America::Santiago,
    chrono_tz::Pacific::Auckland,
];

/// Without anything, China's 2026, a school's, and one with breaks and school days where the clocks change.
pub(crate) static CALENDARS: LazyLock<[SchoolCalendar; 4]> = LazyLock::new(|| {
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

/// Cron expressions; reading them is slow, so they are read once.
pub(crate) static CRONS: LazyLock<Vec<Timing>> = LazyLock::new(|| {
    let specs = [
        "30 2 * * *",
        "0,40 2,3 * * Sat,Sun",
        "0 8 L * *",
        "15 7 * * Mon,Wed,Fri",
        "30 19 29 2 *",
        "0 */5 * * *",
    ];
    specs.map(|spec| Timing::parse(spec).unwrap()).to_vec()
});

/// Days a recurrence may name.
static DAYS: LazyLock<Vec<Days>> = LazyLock::new(|| {
    vec![
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
    ]
});

/// Every sort of days at three times, of which clock changes skip one and show it twice, and some cron expressions.
pub(crate) static RULES: LazyLock<Vec<Recurrence>> = LazyLock::new(|| {
    let times = ["00:00:00", "02:30:00", "19:30:00"].map(|time| time.parse().unwrap());
    let days = DAYS.iter().flat_map(|on| times.map(|time| Recurrence::days(on.clone(), time)));
    CRONS.iter().take(3).cloned().map(Recurrence::cron).chain(days).collect()
});

/// How many random schedules are tried: `HOMEROOM_SCHEDULES`, else 20,000.
pub(crate) fn cases() -> u32 {
    std::env::var("HOMEROOM_SCHEDULES").map_or(20_000, |count| count.parse().unwrap())
}

/// Any days at any time, or a cron expression; with any rule for days without school, and sometimes with bounds.
pub(crate) fn rules() -> impl Strategy<Value = Recurrence> {
    let time = prop_oneof![
        1 => Just((0, 0)),
        1 => Just((2, 30)),
        2 => (1..4u32, 0..60u32),
        4 => (0..24u32, 0..60u32),
    ];
    let days = (0..DAYS.len(), time).prop_map(|(on, (hour, minute))| {
        Recurrence::days(DAYS[on].clone(), NaiveTime::from_hms_opt(hour, minute, 0).unwrap())
    });
    let cron = (0..CRONS.len()).prop_map(|spec| Recurrence::cron(CRONS[spec].clone()));
    let day = (0..800u64).prop_map(|day| date("2026-01-01") + DayCount::new(day));
    let bound = || prop_oneof![6 => Just(None), 1 => day.clone().prop_map(Some)];
    let rule = prop_oneof![1 => cron, 24 => days];
    (rule, 0..DayRule::NAMED.len(), bound(), bound()).prop_map(|(rule, day_rule, from, until)| Recurrence {
        day_rule: DayRule::NAMED[day_rule].1,
        from,
        until,
        ..rule
    })
}

/// Zones, the days of 2026 on which their clocks skip some time, and those on which they show it twice.
pub(crate) const CLOCK_CHANGES: [(Tz, &str, &str); 6] = [
    (chrono_tz::Europe::Berlin, "2026-03-29", "2026-10-25"),
    (chrono_tz::Europe::London, "2026-03-29", "2026-10-25"),
    (chrono_tz::America::New_York, "2026-03-08", "2026-11-01"),
    (chrono_tz::America::Santiago, "2026-09-06", "2026-04-04"),
    (chrono_tz::Australia::Lord_Howe, "2026-10-04", "2026-04-05"),
    (chrono_tz::Pacific::Auckland, "2026-09-27", "2026-04-05"),
];

/// What is planned around the window, on the wall clock.
pub(crate) fn planned(
    rule: &Recurrence,
    from: Millis,
    until: Millis,
    time: SchoolTime<'_>,
) -> Vec<NaiveDateTime> {
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
pub(crate) fn expected(
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
pub(crate) fn steps() -> impl Strategy<Value = Vec<i64>> {
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
pub(crate) fn starts() -> impl Strategy<Value = Millis> {
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
