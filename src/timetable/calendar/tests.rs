//! Purpose: the school calendar, day by day.

use super::*;
use crate::timetable::testing::{china, date, school};

/// The days off of 2026 as published, one by one, by the name of the holiday.
const OFF: [(&str, &str, &str); 7] = [
    ("元旦", "2026-01-01", "2026-01-03"),
    ("春节", "2026-02-15", "2026-02-23"),
    ("清明节", "2026-04-04", "2026-04-06"),
    ("劳动节", "2026-05-01", "2026-05-05"),
    ("端午节", "2026-06-19", "2026-06-21"),
    ("中秋节", "2026-09-25", "2026-09-27"),
    ("国庆节", "2026-10-01", "2026-10-07"),
];

/// The make-up workdays of 2026 as published.
const WORK: [(&str, &str); 6] = [
    ("元旦", "2026-01-04"),
    ("春节", "2026-02-14"),
    ("春节", "2026-02-28"),
    ("劳动节", "2026-05-09"),
    ("国庆节", "2026-09-20"),
    ("国庆节", "2026-10-10"),
];

fn days_off() -> Vec<(NaiveDate, &'static str)> {
    OFF.iter()
        .flat_map(|(name, from, until)| {
            let until = date(until);
            date(from).iter_days().take_while(move |day| *day <= until).map(|day| (day, *name))
        })
        .collect()
}

#[test]
fn each_day_off_of_2026_is_a_holiday_by_its_name() {
    let calendar = china();
    assert_eq!(days_off().len(), 33);
    for (day, name) in days_off() {
        assert_eq!(calendar.kind(day), DayKind::Holiday { name: name.into() }, "{day}");
        assert!(!calendar.is_workday(day));
    }
}

#[test]
fn each_make_up_workday_of_2026_is_a_school_day_on_a_weekend() {
    let calendar = china();
    for (name, day) in WORK {
        let day = date(day);
        assert!(is_weekend(day));
        assert_eq!(calendar.kind(day), DayKind::MakeUp { name: name.into() }, "{day}");
        assert!(calendar.is_school_day(day) && calendar.is_workday(day));
    }
}

#[test]
fn every_other_day_of_2026_is_what_the_week_says() {
    let calendar = china();
    let shifted: Vec<NaiveDate> =
        days_off().into_iter().map(|(day, _)| day).chain(WORK.map(|(_, day)| date(day))).collect();
    let mut others = 0;
    for day in date("2026-01-01").iter_days().take(365).filter(|day| !shifted.contains(day)) {
        let kind = if is_weekend(day) { DayKind::Weekend } else { DayKind::SchoolDay };
        assert_eq!(calendar.kind(day), kind, "{day}");
        others += 1;
    }
    assert_eq!(others, 365 - 33 - 6);
}

#[test]
fn a_local_day_outweighs_everything_and_a_holiday_the_end_of_term() {
    let mut calendar = school();
    assert_eq!(calendar.kind(date("2026-10-23")), DayKind::LocalOff { name: "sports day".into() });
    assert_eq!(calendar.kind(date("2026-11-14")), DayKind::LocalSchool { name: "open day".into() });
    assert_eq!(calendar.kind(date("2026-07-20")), DayKind::OutOfTerm);
    assert_eq!(calendar.kind(date("2026-02-17")), DayKind::Holiday { name: "春节".into() });
    // Work is made up, but not at school: the holidays have begun.
    assert_eq!(calendar.kind(date("2026-02-14")), DayKind::OutOfTerm);
    assert!(calendar.is_workday(date("2026-02-14")));
    let open = LocalDay { name: "camp".into(), is_school: true };
    calendar.set_local(date("2026-10-01"), open);
    assert!(calendar.is_school_day(date("2026-10-01")));
}

#[test]
fn the_next_school_day_is_found_behind_holidays_or_not_at_all() {
    let calendar = school();
    assert_eq!(calendar.school_day_from(date("2026-10-01")), Some(date("2026-10-08")));
    assert_eq!(calendar.school_day_from(date("2026-10-09")), Some(date("2026-10-09")));
    assert_eq!(calendar.school_day_from(date("2026-07-04")), Some(date("2026-09-01")));
    assert_eq!(calendar.school_day_from(date("2027-01-23")), None, "no later term is known");
    assert_eq!(calendar.school_day_from(NaiveDate::MAX), None);
}

#[test]
fn a_year_without_days_is_missing_and_falls_back_to_weekends() {
    let mut calendar = china();
    assert_eq!(calendar.status(2026), YearStatus::Official);
    assert_eq!(calendar.status(2027), YearStatus::Missing);
    assert!(calendar.is_school_day(date("2027-10-01")) && !calendar.is_school_day(date("2027-10-02")));
    // The public data has files of years to come without any days.
    calendar.set_year(2027, YearStatus::Official, Vec::new());
    assert_eq!(calendar.status(2027), YearStatus::Missing);
}

#[test]
fn a_missing_year_warns_loudly_and_the_next_one_from_november_on() {
    use CalendarWarning::{YearEstimated, YearMissing};
    let mut calendar = china();
    assert_eq!(calendar.warnings(date("2026-10-31")), []);
    assert_eq!(calendar.warnings(date("2026-11-01")), [YearMissing(2027)]);
    assert_eq!(calendar.year_warnings(date("2026-10-31")), []);
    assert_eq!(calendar.year_warnings(date("2026-12-31")), [YearMissing(2027)]);
    assert_eq!(calendar.warnings(date("2027-01-01")), [YearMissing(2027)]);
    assert_eq!(calendar.year_warnings(date("2027-11-01")), [YearMissing(2027), YearMissing(2028)]);
    let guess = OfficialDay { date: date("2027-01-01"), name: "元旦".into(), is_off: true };
    calendar.set_year(2027, YearStatus::Estimated, vec![guess.clone()]);
    assert_eq!(calendar.warnings(date("2026-11-01")), [YearEstimated(2027)]);
    calendar.set_year(2027, YearStatus::Official, vec![guess]);
    assert_eq!(calendar.warnings(date("2026-12-31")), []);
}

#[test]
fn after_the_last_year_no_other_is_missed() {
    let calendar = china();
    assert_eq!(calendar.year_warnings(date("2100-12-01")), [CalendarWarning::YearMissing(2100)]);
}

#[test]
fn terms_that_run_out_are_told_a_month_ahead() {
    let calendar = school();
    let ends = CalendarWarning::TermsEnd(date("2027-01-22"));
    assert!(!calendar.warnings(date("2026-12-22")).contains(&ends));
    assert!(calendar.warnings(date("2026-12-23")).contains(&ends));
    assert!(calendar.warnings(date("2027-06-01")).contains(&ends));
}

#[test]
fn days_are_known_until_the_end_of_the_last_year_that_has_some_on_the_schools_clock() {
    let known = |calendar: &SchoolCalendar| {
        let time = crate::timetable::SchoolTime { zone: chrono_tz::Asia::Shanghai, calendar };
        time.days_known_until().map(|at| at.to_utc().to_string())
    };
    assert_eq!(known(&SchoolCalendar::default()), None);
    let mut calendar = china();
    assert_eq!(known(&calendar).as_deref(), Some("2026-12-31 16:00:00 UTC"));
    calendar.set_year(2027, YearStatus::Official, Vec::new());
    assert_eq!(known(&calendar).as_deref(), Some("2026-12-31 16:00:00 UTC"), "2027 has no days");
    let guess = OfficialDay { date: date("2027-01-01"), name: "元旦".into(), is_off: true };
    calendar.set_year(2027, YearStatus::Estimated, vec![guess]);
    assert_eq!(known(&calendar).as_deref(), Some("2027-12-31 16:00:00 UTC"));
}
