//! Purpose: the database's form of a recurrence, in both directions.

use super::*;
use crate::timetable::testing::{date, wall};
use crate::timetable::{Span, Weekdays};

#[test]
fn each_form_is_read_as_it_was_written() {
    let at = "19:30:00".parse().unwrap();
    let week = [chrono::Weekday::Mon, chrono::Weekday::Wed].into_iter().collect();
    let days = [
        (Days::Daily, "daily"),
        (Days::Workdays, "workdays"),
        (Days::Weekly(week), "weekly mon,wed"),
        (Days::Weekly(Weekdays::WEEKEND), "weekly sat,sun"),
        (Days::EveryWeeks { every: 2, on: week, first: date("2026-11-23") }, "weeks 2 mon,wed 2026-11-23"),
        (Days::DayOfMonth(3), "month-day 3"),
        (Days::LastDayOfMonth, "month-end"),
        (Days::NthWeekday(2, chrono::Weekday::Tue), "nth 2 tue"),
        (Days::LastWeekday(chrono::Weekday::Fri), "last fri"),
        (Days::FirstSchoolDay(Span::Month), "first-school-day month"),
        (Days::LastSchoolDay(Span::Term), "last-school-day term"),
    ];
    let mut all: Vec<(Recurrence, String)> = days
        .into_iter()
        .map(|(on, text)| (Recurrence::days(on, at), format!("always - - {text} 19:30:00")))
        .collect();
    all.push((Recurrence::once(wall("2026-12-03T08:00:00")), "always - - once 2026-12-03T08:00:00".into()));
    let cron = Recurrence::cron(Timing::parse("30 19 L * *").unwrap()).with(DayRule::MoveToNextSchoolDay);
    all.push((cron.clone(), "next - - cron 30 19 L * *".into()));
    let bounded = Recurrence { from: Some(date("2026-09-01")), until: Some(date("2027-01-22")), ..cron };
    all.push((bounded, "next 2026-09-01 2027-01-22 cron 30 19 L * *".into()));
    for (recurrence, text) in all {
        assert_eq!(recurrence.to_text(), text);
        assert_eq!(Recurrence::parse(&text), Ok(recurrence), "{text}");
    }
}

#[test]
fn what_was_never_written_is_refused() {
    for text in [
        "",
        "always",
        "always - - ",
        "never - - daily 19:30:00",
        "always - - daily",
        "always - - daily 25:00:00",
        "always - soon daily 19:30:00",
        "always - - weekly 19:30:00",
        "always - - weekly mo 19:30:00",
        "always - - weeks 1 mon 2026-11-23 19:30:00",
        "always - - month-day 32 19:30:00",
        "always - - nth 6 tue 19:30:00",
        "always - - cron 61 * * * *",
    ] {
        assert_eq!(Recurrence::parse(text), Err(UnknownText(text.into())));
    }
}
