//! Purpose: the calendar's files: what is taken, and each mistake at its place.

use super::{load, problems};
use crate::timetable::{DayKind, DayRule, YearStatus};

const YEAR: &str = r#"{"year": 2027, "papers": [], "days": [
  {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
  {"name": "元旦", "date": "2026-12-27", "isOffDay": false}
]}"#;

#[test]
fn a_file_of_the_public_data_is_taken_as_it_is() {
    let year = YEAR.replacen('{', r#"{"$schema": "s", "$id": "i", "#, 1);
    let config = load(&[("calendar/2027.json", &year)]).unwrap();
    let calendar = config.calendar;
    assert_eq!(calendar.status(2027), YearStatus::Official);
    let kind = |date: &str| calendar.kind(date.parse().unwrap());
    assert_eq!(kind("2027-01-01"), DayKind::Holiday { name: "元旦".into() });
    assert_eq!(kind("2026-12-27"), DayKind::MakeUp { name: "元旦".into() });
    let guess = YEAR.replacen('{', r#"{"status": "estimated", "#, 1);
    let config = load(&[("calendar/2027.json", &guess)]).unwrap();
    assert_eq!(config.calendar.status(2027), YearStatus::Estimated);
    let empty = r#"{"year": 2027, "papers": [], "days": []}"#;
    let config = load(&[("calendar/2027.json", empty)]).unwrap();
    assert_eq!(config.calendar.status(2027), YearStatus::Missing);
}

#[test]
fn terms_and_own_days_are_taken() {
    let text = r#"
[[term]]
name = "autumn"
from = 2026-09-01
until = "2027-01-22"
[[day]]
name = "sports"
from = 2026-10-22
until = 2026-10-23
school = false
[[day]]
name = "open day"
from = 2026-11-14
school = true
"#;
    let calendar = load(&[("calendar/school.toml", text)]).unwrap().calendar;
    let kind = |date: &str| calendar.kind(date.parse().unwrap());
    assert_eq!(kind("2026-08-31"), DayKind::OutOfTerm);
    assert_eq!(kind("2026-09-01"), DayKind::SchoolDay);
    assert_eq!(kind("2026-10-23"), DayKind::LocalOff { name: "sports".into() });
    assert_eq!(kind("2026-11-14"), DayKind::LocalSchool { name: "open day".into() });
}

#[test]
fn every_mistake_of_a_year_is_found_at_its_place() {
    let year = r#"{"year": 2026, "papers": "none", "days": [
  {"name": "a", "date": "2027-02-29", "isOffDay": true},
  {"name": "", "date": "2027-01-01", "isOffDay": true},
  {"name": "b", "date": "2027-01-02", "isOffDay": true},
  {"name": "b", "date": "2027-01-02", "isOffDay": false},
  {"name": "c", "date": "2024-01-02", "isOffDay": true},
  {"name": "d", "date": "2027-01-03", "isOff": true}
]}"#;
    assert_eq!(
        problems(&[("calendar/2027.json", year)]),
        [
            "calendar/2027.json:1:10: config-calendar-year",
            "calendar/2027.json:1:31: config-not-as-expected",
            "calendar/2027.json:2:3: config-calendar-date",
            "calendar/2027.json:3:3: config-empty",
            "calendar/2027.json:5:3: config-twice",
            "calendar/2027.json:6:3: config-calendar-other-year",
            "calendar/2027.json:7:45: config-unknown-key-near",
        ]
    );
    assert_eq!(
        problems(&[("calendar/next.json", YEAR)]),
        ["calendar/next.json:1:1: config-calendar-file-name"]
    );
    assert_eq!(
        problems(&[("calendar/2027.json", "{\n  \"year\": 2027,\n  “days”: []\n}")]),
        ["calendar/2027.json:3:3: config-json-syntax"]
    );
    assert_eq!(
        problems(&[("calendar/2027.json", "{\"year\": 2027, \"papers\": [], \"days\": [], \"note\": 1}")]),
        ["calendar/2027.json:1:47: config-unknown-key"]
    );
}

#[test]
fn every_mistake_of_the_schools_own_days_is_found_at_its_place() {
    let text = r#"
[[term]]
name = "autumn"
from = 2026-09-01
until = 2026-08-01
[[term]]
name = "one"
from = 2026-09-01
until = 2027-01-22
[[term]]
name = "two"
from = 2027-01-22
until = 2027-07-01
[[day]]
name = "x"
from = 2026-02-30
school = "no"
[[day]]
name = "y"
from = 2026-10-01
until = 2027-10-01
school = true
weather = "fine"
[[day]]
name = "z"
from = 2026-10-08
school = true
[[day]]
name = "z"
from = 2026-10-08
school = false
"#;
    let mut found = problems(&[("calendar/school.toml", text)]);
    found.retain(|problem| !problem.contains(":16:") || problem.contains("config-syntax"));
    assert!(found.contains(&"calendar/school.toml:5:9: config-calendar-order".to_owned()), "{found:#?}");
    assert!(
        found.iter().any(|problem| problem.contains(":10:") && problem.ends_with("config-calendar-overlap")),
        "{found:#?}"
    );
    assert!(found.iter().any(|problem| problem.ends_with(":17:10: config-wrong-kind")), "{found:#?}");
    assert!(found.iter().any(|problem| problem.ends_with(":21:9: config-calendar-span")), "{found:#?}");
    assert!(found.iter().any(|problem| problem.contains(":23:1: config-unknown-key")), "{found:#?}");
    assert!(
        found.iter().any(|problem| problem.contains(":28:") && problem.ends_with("config-twice")),
        "{found:#?}"
    );
}

#[test]
fn a_schedule_says_what_days_without_school_do() {
    let lesson = include_str!("../../../bot-config/lessons/primary/primary-sleep.zh-CN.md");
    let schedule = |rule: &str| format!("[[schedule]]\nname = \"a\"\ncron = \"0 8 * * *\"\n{rule}");
    let with = |rule: &str| {
        load(&[("lessons/primary-sleep.zh-CN.md", lesson), ("schedules.toml", &schedule(rule))])
            .map(|config| config.schedules[0].school_days)
    };
    assert_eq!(with("").unwrap(), DayRule::Always);
    assert_eq!(with("school_days = \"skip\"").unwrap(), DayRule::SkipNonSchool);
    assert_eq!(with("school_days = \"next\"").unwrap(), DayRule::MoveToNextSchoolDay);
    assert_eq!(with("school_days = \"only\"").unwrap(), DayRule::OnlySchoolDays);
    assert_eq!(with("school_days = \"onyl\"").unwrap_err()[0].text.key(), "config-unknown-word-near");
}
