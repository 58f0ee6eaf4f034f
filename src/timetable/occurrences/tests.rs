//! Purpose: what becomes of planned times, by example: China's holidays, clock changes, leap days.

use chrono_tz::Tz;

use super::*;
use crate::timetable::testing::{at, china, date, school, wall};
use crate::timetable::{Days, SchoolCalendar, Span, Timing, Weekdays};

const SHANGHAI: Tz = chrono_tz::Asia::Shanghai;

/// Occurrences after a point in time, one line each.
fn lines(
    recurrence: &Recurrence,
    after: &str,
    zone: Tz,
    calendar: &SchoolCalendar,
    count: usize,
) -> Vec<String> {
    let time = SchoolTime { zone, calendar };
    recurrence.occurrences(at(after), time).take(count).map(|occurrence| line(&occurrence, zone)).collect()
}

fn line(occurrence: &Occurrence, zone: Tz) -> String {
    let short = |at: NaiveDateTime| at.format("%m-%d %H:%M").to_string();
    let planned = short(occurrence.planned);
    match &occurrence.fate {
        Fate::Runs => short(wall::shown(occurrence.at, zone)),
        Fate::MovedTo { to, why } => {
            assert_eq!(wall::point(*to, zone), Some(occurrence.at));
            format!("{planned} -> {} {}", short(*to), day_text(why))
        }
        Fate::Skipped { why } => format!("{planned} skipped {}", why.to_text()),
    }
}

fn cron(spec: &str, rule: DayRule) -> Recurrence {
    Recurrence::cron(Timing::parse(spec).unwrap()).with(rule)
}

fn days(on: Days, at: &str) -> Recurrence {
    Recurrence::days(on, at.parse().unwrap())
}

#[test]
fn a_weekly_run_skips_a_holiday_and_says_which() {
    let rule = cron("30 19 * * Wed,Thu", DayRule::SkipNonSchool);
    assert_eq!(
        lines(&rule, "2026-09-25T00:00:00Z", SHANGHAI, &china(), 5),
        [
            "09-30 19:30",
            "10-01 19:30 skipped holiday:国庆节",
            "10-07 19:30 skipped holiday:国庆节",
            "10-08 19:30",
            "10-14 19:30"
        ]
    );
    assert_eq!(
        lines(&rule.with(DayRule::OnlySchoolDays), "2026-09-25T00:00:00Z", SHANGHAI, &china(), 3),
        ["09-30 19:30", "10-08 19:30", "10-14 19:30"]
    );
}

#[test]
fn what_moves_to_a_run_that_is_planned_anyway_falls_together_with_it() {
    let rule = cron("30 19 * * Thu", DayRule::MoveToNextSchoolDay);
    assert_eq!(
        lines(&rule, "2026-09-25T00:00:00Z", SHANGHAI, &china(), 2),
        ["10-01 19:30 skipped falls-together 2026-10-08T19:30:00 holiday:国庆节", "10-08 19:30"]
    );
    let rule = cron("30 19 * * Mon", DayRule::MoveToNextSchoolDay);
    assert_eq!(
        lines(&rule, "2026-09-29T00:00:00Z", SHANGHAI, &china(), 2),
        ["10-05 19:30 -> 10-08 19:30 holiday:国庆节", "10-12 19:30"]
    );
}

#[test]
fn of_several_that_move_to_the_same_day_the_first_runs() {
    let rule = cron("0 8 1-5 10 *", DayRule::MoveToNextSchoolDay);
    assert_eq!(
        lines(&rule, "2026-09-29T00:00:00Z", SHANGHAI, &china(), 5),
        [
            "10-02 08:00 skipped falls-together 2026-10-01T08:00:00 holiday:国庆节",
            "10-03 08:00 skipped falls-together 2026-10-01T08:00:00 holiday:国庆节",
            "10-04 08:00 skipped falls-together 2026-10-01T08:00:00 holiday:国庆节",
            "10-05 08:00 skipped falls-together 2026-10-01T08:00:00 holiday:国庆节",
            "10-01 08:00 -> 10-08 08:00 holiday:国庆节",
        ]
    );
    // Asked in the middle of the holidays, the same.
    assert_eq!(
        lines(&rule, "2026-10-04T12:00:00Z", SHANGHAI, &china(), 2),
        [
            "10-05 08:00 skipped falls-together 2026-10-01T08:00:00 holiday:国庆节",
            "10-01 08:00 -> 10-08 08:00 holiday:国庆节",
        ]
    );
    assert_eq!(
        lines(&rule, "2026-10-07T23:00:00Z", SHANGHAI, &china(), 1),
        ["10-01 08:00 -> 10-08 08:00 holiday:国庆节"]
    );
}

#[test]
fn make_up_workdays_are_days_to_move_to_and_to_run_on() {
    let daily = days(Days::Daily, "07:00");
    let rule = daily.clone().with(DayRule::OnlySchoolDays);
    assert_eq!(
        lines(&rule, "2026-10-07T00:00:00Z", SHANGHAI, &china(), 4),
        ["10-08 07:00", "10-09 07:00", "10-10 07:00", "10-12 07:00"]
    );
    // The Saturday before the Spring Festival's Sunday is a school day.
    let sunday = cron("0 8 * * Fri", DayRule::MoveToNextSchoolDay);
    assert_eq!(
        lines(&sunday, "2026-02-19T00:00:00Z", SHANGHAI, &china(), 2),
        ["02-20 08:00 -> 02-24 08:00 holiday:春节", "02-27 08:00"]
    );
    let workdays = days(Days::Workdays, "07:00");
    assert_eq!(
        lines(&workdays, "2026-07-24T00:00:00Z", SHANGHAI, &school(), 1),
        ["07-27 07:00"],
        "people work in the school's holidays"
    );
}

#[test]
fn first_and_last_school_days_follow_the_calendar() {
    let calendar = school();
    let of = |on, count| lines(&days(on, "08:00"), "2026-08-01T00:00:00Z", SHANGHAI, &calendar, count);
    assert_eq!(of(Days::FirstSchoolDay(Span::Month), 3), ["09-01 08:00", "10-08 08:00", "11-02 08:00"]);
    assert_eq!(of(Days::LastSchoolDay(Span::Month), 3), ["09-30 08:00", "10-30 08:00", "11-30 08:00"]);
    // The Friday of the sports day has no school, so Thursday is the week's last school day.
    assert_eq!(of(Days::LastSchoolDay(Span::Week), 8)[6..], ["10-16 08:00", "10-22 08:00"]);
    assert_eq!(of(Days::FirstSchoolDay(Span::Week), 6)[4..], ["09-28 08:00", "10-08 08:00"]);
    assert_eq!(of(Days::FirstSchoolDay(Span::Term), 3), ["09-01 08:00"], "no later term is known");
    assert_eq!(of(Days::LastSchoolDay(Span::Term), 3), ["01-22 08:00"]);
    let no_terms = lines(
        &days(Days::FirstSchoolDay(Span::Term), "08:00"),
        "2026-08-01T00:00:00Z",
        SHANGHAI,
        &china(),
        1,
    );
    assert_eq!(no_terms, [] as [&str; 0]);
}

#[test]
fn days_are_named_by_month_and_by_every_other_week() {
    let of = |on| lines(&days(on, "08:00"), "2026-01-01T00:00:00Z", chrono_tz::UTC, &china(), 3);
    assert_eq!(of(Days::DayOfMonth(31)), ["01-31 08:00", "03-31 08:00", "05-31 08:00"]);
    assert_eq!(of(Days::LastDayOfMonth), ["01-31 08:00", "02-28 08:00", "03-31 08:00"]);
    assert_eq!(of(Days::NthWeekday(2, chrono::Weekday::Tue)), ["01-13 08:00", "02-10 08:00", "03-10 08:00"]);
    assert_eq!(of(Days::LastWeekday(chrono::Weekday::Fri)), ["01-30 08:00", "02-27 08:00", "03-27 08:00"]);
    assert_eq!(of(Days::Weekly(Weekdays::WEEKEND)), ["01-03 08:00", "01-04 08:00", "01-10 08:00"]);
    let on = [chrono::Weekday::Mon].into_iter().collect();
    let fortnightly = Days::EveryWeeks { every: 2, on, first: date("2026-01-14") };
    assert_eq!(of(fortnightly), ["01-12 08:00", "01-26 08:00", "02-09 08:00"]);
}

#[test]
fn bounds_hold_for_what_is_planned_not_for_where_it_moves() {
    let rule = Recurrence {
        from: Some(date("2026-09-30")),
        until: Some(date("2026-10-02")),
        ..days(Days::Daily, "08:00").with(DayRule::MoveToNextSchoolDay)
    };
    assert_eq!(
        lines(&rule, "2026-01-01T00:00:00Z", SHANGHAI, &china(), 9),
        [
            "09-30 08:00",
            "10-02 08:00 skipped falls-together 2026-10-01T08:00:00 holiday:国庆节",
            "10-01 08:00 -> 10-08 08:00 holiday:国庆节",
        ]
    );
}

#[test]
fn without_a_school_day_ahead_it_is_skipped_with_that_reason() {
    let rule = days(Days::Daily, "08:00").with(DayRule::MoveToNextSchoolDay);
    assert_eq!(
        lines(&rule, "2027-01-22T12:00:00Z", SHANGHAI, &school(), 1),
        ["01-23 08:00 skipped no-school-day-ahead out-of-term"]
    );
}

#[test]
fn clock_changes_run_a_moved_time_once_at_the_end_of_the_gap() {
    let mut calendar = SchoolCalendar::default();
    let off = |name: &str| super::super::LocalDay { name: name.into(), is_school: true };
    // The clocks change on Sundays, so these Sundays have school.
    calendar.set_local(date("2026-03-29"), off("open"));
    calendar.set_local(date("2026-10-25"), off("open"));
    let berlin = chrono_tz::Europe::Berlin;
    let rule = cron("30 2 * * Sat", DayRule::MoveToNextSchoolDay);
    let found: Vec<String> = ["2026-03-27T12:00:00Z", "2026-10-23T12:00:00Z"]
        .into_iter()
        .map(|after| {
            let time = SchoolTime { zone: berlin, calendar: &calendar };
            rule.occurrences(at(after), time).next().unwrap().at.to_utc().to_rfc3339()
        })
        .collect();
    assert_eq!(found, ["2026-03-29T01:00:00+00:00", "2026-10-25T00:30:00+00:00"]);
    // Two times of which one is skipped by the clock and moves there too: still one run.
    let rule = cron("0,30 2,3 * * Sat,Sun", DayRule::MoveToNextSchoolDay);
    let time = SchoolTime { zone: berlin, calendar: &calendar };
    let runs: Vec<Millis> = rule
        .occurrences(at("2026-03-27T12:00:00Z"), time)
        .take_while(|occurrence| occurrence.at < at("2026-03-30T12:00:00Z"))
        .filter(Occurrence::runs)
        .map(|occurrence| occurrence.at)
        .collect();
    assert_eq!(runs[..2], [at("2026-03-29T01:00:00Z"), at("2026-03-29T01:30:00Z")]);
    assert!(runs.is_sorted_by(|one, other| one < other), "{runs:?}");
}

/// Zone, a time its clocks skip in 2026 and where that is, a time they show twice and its first showing.
const CHANGES: [(Tz, &str, &str, &str, &str); 6] = [
    (chrono_tz::Europe::Berlin, "2026-03-29T02:30:00", "01:00", "2026-10-25T02:30:00", "00:30"),
    (chrono_tz::Europe::London, "2026-03-29T01:30:00", "01:00", "2026-10-25T01:30:00", "00:30"),
    (chrono_tz::America::New_York, "2026-03-08T02:30:00", "07:00", "2026-11-01T01:30:00", "05:30"),
    (chrono_tz::America::Santiago, "2026-09-06T00:30:00", "04:00", "2026-04-04T23:30:00", "02:30"),
    (chrono_tz::Australia::Lord_Howe, "2026-10-04T02:15:00", "15:30", "2026-04-05T01:45:00", "14:45"),
    (chrono_tz::Pacific::Auckland, "2026-09-27T02:30:00", "14:00", "2026-04-05T02:30:00", "13:30"),
];

#[test]
fn in_six_zones_a_skipped_time_runs_at_the_end_of_the_gap_and_one_shown_twice_once() {
    let calendar = SchoolCalendar::default();
    for (zone, skipped, skipped_at, twice, twice_at) in CHANGES {
        for (planned, expected) in [(skipped, skipped_at), (twice, twice_at)] {
            let planned = wall(planned);
            let rule = Recurrence::days(Days::Daily, planned.time());
            let before = wall::point(planned - chrono::Days::new(1), zone).unwrap();
            let time = SchoolTime { zone, calendar: &calendar };
            let runs: Vec<Occurrence> = rule.occurrences(before, time).take(2).collect();
            assert_eq!(runs[0].planned, planned, "{zone}");
            assert_eq!(runs[0].at.to_utc().format("%H:%M").to_string(), expected, "{zone}");
            assert_eq!(runs[1].planned, planned + chrono::Days::new(1), "{zone}: once only");
        }
    }
}

#[test]
fn the_29_february_moves_like_any_day() {
    // In 2032 it is a Sunday.
    let rule = cron("0 8 29 2 *", DayRule::MoveToNextSchoolDay);
    assert_eq!(
        lines(&rule, "2027-01-01T00:00:00Z", SHANGHAI, &china(), 2),
        ["02-29 08:00", "02-29 08:00 -> 03-01 08:00 weekend"]
    );
}

#[test]
fn once_is_once_and_has_a_clear_end() {
    let calendar = china();
    let time = SchoolTime { zone: SHANGHAI, calendar: &calendar };
    let once = Recurrence::once(wall("2026-10-01T08:00:00"));
    let preview = once.preview(at("2026-09-01T00:00:00Z"), 5, time);
    assert!(preview.ends && preview.occurrences.len() == 1);
    assert_eq!(once.next_run(at("2026-10-01T00:00:00Z"), time), None);
    let moved = once.with(DayRule::MoveToNextSchoolDay);
    assert_eq!(moved.next_run(at("2026-10-05T00:00:00Z"), time), Some(at("2026-10-08T00:00:00Z")));
    let last = days(Days::Daily, "08:00").preview(at("2100-12-30T12:00:00Z"), 5, time);
    assert!(last.ends && last.occurrences.len() == 1, "nothing runs after 2100");
}

#[test]
fn a_preview_counts_runs_and_shows_what_is_skipped_between() {
    let calendar = china();
    let time = SchoolTime { zone: SHANGHAI, calendar: &calendar };
    let rule = cron("0 8 * * Thu", DayRule::SkipNonSchool);
    let preview = rule.preview(at("2026-09-20T00:00:00Z"), 5, time);
    assert_eq!(preview.occurrences.iter().filter(|occurrence| occurrence.runs()).count(), 5);
    assert_eq!(preview.occurrences.len(), 6);
    assert!(!preview.ends);
    let none = cron("0 8 1 10 *", DayRule::OnlySchoolDays).preview(at("2026-01-01T00:00:00Z"), 0, time);
    assert!(none.occurrences.is_empty());
}
