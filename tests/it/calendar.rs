//! Purpose: the staff hear that the calendar lacks a year: those who can be told, once, in their language, not at night.
//!
//! Invariant: the clock moves far only while the program is off, so each day is met by a first turn of the timer.

use std::sync::Arc;
use std::time::Duration;

use homeroom::clock::{DAY_MS, Millis};
use homeroom::i18n::{Language, Text, say};
use homeroom::ids::Native;
use homeroom::sandbox::PersonId;
use homeroom::timetable::{OfficialDay, YearStatus};

use crate::databases::{Fresh, on_both};
use crate::school::{MONDAY_EVENING, School, Ways, en, zh};

on_both!(
    from_november_on_the_staff_hear_once_in_the_morning_that_the_next_year_is_missing,
    a_director_who_reads_english_is_told_in_english,
    who_opens_the_private_chat_later_is_told_then_and_nobody_else_is,
    a_guessed_year_is_told_as_a_guess,
    a_known_year_is_not_told,
    this_year_is_told_at_any_time_of_the_year_and_again_when_the_next_has_begun,
);

fn missing(year: i64) -> Text {
    say::staff_calendar_missing(year)
}

/// A class whose teacher and director are the school's staff, both with a private chat open.
async fn with_staff(fresh: Fresh, change: impl FnOnce(&mut Ways)) -> School {
    let mut ways = Ways::default();
    change(&mut ways);
    let mut school = School::ready_with(fresh, ways).await;
    let staff = [school.class.teacher, school.class.admin].map(|person| Native::from(person.0));
    Arc::make_mut(&mut school.config).school.staff = staff.to_vec();
    school.bot().configure(Arc::clone(&school.config));
    school
}

impl School {
    /// The program is off until this day and hour of the school's wall clock.
    async fn is_off_until(&mut self, days: i64, hour: i64) {
        self.stop_bot().await;
        // The clock begins at 18:00.
        self.clock.advance_to(Millis(MONDAY_EVENING.0 + days * DAY_MS).plus_ms((hour - 18) * 3_600_000));
        self.start_bot().await;
        self.settle().await;
    }

    /// How often somebody was told something.
    fn heard(&self, person: PersonId, text: &Text) -> usize {
        let said = self.bot_says(person, person.private_chat());
        said.iter().filter(|said| said.text == zh(text) || said.text == en(text)).count()
    }
}

/// From 7 September to these days of the year.
const TO_31_OCTOBER: i64 = 54;
const TO_1_NOVEMBER: i64 = 55;
const TO_1_JANUARY: i64 = 116;

async fn from_november_on_the_staff_hear_once_in_the_morning_that_the_next_year_is_missing(fresh: Fresh) {
    let mut school = with_staff(fresh, |_| {}).await;
    let (teacher, parent) = (school.class.teacher, school.class.parents[0]);
    school.starts(teacher).await;
    school.starts(parent).await;
    school.is_off_until(TO_31_OCTOBER, 12).await;
    assert_eq!(school.heard(teacher, &missing(2027)), 0);
    // Midnight of 1 November is in the quiet hours.
    school.is_off_until(TO_1_NOVEMBER, 0).await;
    school.later(Duration::from_secs(7 * 3_600 - 1)).await;
    assert_eq!(school.heard(teacher, &missing(2027)), 0);
    school.later(Duration::from_secs(1)).await;
    assert_eq!(school.heard(teacher, &missing(2027)), 1);
    let said = school.bot_says(teacher, teacher.private_chat());
    let told = said.iter().find(|said| said.text.contains("2027.json")).unwrap();
    assert!(told.text.contains("只知道周末放假"), "{}", told.text);
    for day in 1..4 {
        school.is_off_until(TO_1_NOVEMBER + day, 12).await;
    }
    assert_eq!(school.heard(teacher, &missing(2027)), 1);
    assert_eq!(school.heard(parent, &missing(2027)), 0, "no parent hears of it");
    school.close().await;
}

async fn a_director_who_reads_english_is_told_in_english(fresh: Fresh) {
    let change = |ways: &mut Ways| {
        ways.language = "en";
        ways.config.school.language = Language::English;
    };
    let mut school = with_staff(fresh, change).await;
    let admin = school.class.admin;
    school.starts(admin).await;
    school.is_off_until(TO_1_NOVEMBER, 12).await;
    let told = school.told(admin).text;
    assert_eq!(told, en(&missing(2027)));
    assert!(told.contains("only weekends are free") && told.contains("2027.json"), "{told}");
    school.close().await;
}

async fn who_opens_the_private_chat_later_is_told_then_and_nobody_else_is(fresh: Fresh) {
    let mut school = with_staff(fresh, |_| {}).await;
    let (teacher, admin) = (school.class.teacher, school.class.admin);
    school.starts(teacher).await;
    school.is_off_until(TO_1_NOVEMBER, 12).await;
    assert_eq!((school.heard(teacher, &missing(2027)), school.heard(admin, &missing(2027))), (1, 0));
    school.starts(admin).await;
    school.is_off_until(TO_1_NOVEMBER + 20, 12).await;
    assert_eq!((school.heard(teacher, &missing(2027)), school.heard(admin, &missing(2027))), (1, 1));
    school.close().await;
}

/// A school that has days for the next year; what its teacher hears of it in November: missing, guessed.
async fn heard_of_a_year(fresh: Fresh, status: YearStatus) -> (usize, usize) {
    let day = OfficialDay { date: "2027-01-01".parse().unwrap(), name: "元旦".into(), is_off: true };
    let mut school = with_staff(fresh, |ways| ways.config.calendar.set_year(2027, status, vec![day])).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    school.is_off_until(TO_1_NOVEMBER, 12).await;
    let guessed = say::staff_calendar_estimated(2027_i64);
    let heard = (school.heard(teacher, &missing(2027)), school.heard(teacher, &guessed));
    school.close().await;
    heard
}

async fn a_guessed_year_is_told_as_a_guess(fresh: Fresh) {
    assert_eq!(heard_of_a_year(fresh, YearStatus::Estimated).await, (0, 1));
}

async fn a_known_year_is_not_told(fresh: Fresh) {
    assert_eq!(heard_of_a_year(fresh, YearStatus::Official).await, (0, 0));
}

async fn this_year_is_told_at_any_time_of_the_year_and_again_when_the_next_has_begun(fresh: Fresh) {
    let mut school = with_staff(fresh, |ways| ways.config.calendar = <_>::default()).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    school.is_off_until(1, 12).await;
    assert_eq!((school.heard(teacher, &missing(2026)), school.heard(teacher, &missing(2027))), (1, 0));
    school.is_off_until(TO_1_NOVEMBER, 12).await;
    assert_eq!((school.heard(teacher, &missing(2026)), school.heard(teacher, &missing(2027))), (1, 1));
    school.is_off_until(TO_1_JANUARY, 12).await;
    assert_eq!((school.heard(teacher, &missing(2026)), school.heard(teacher, &missing(2027))), (1, 2));
    school.close().await;
}
