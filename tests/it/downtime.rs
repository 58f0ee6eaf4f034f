//! Purpose: lessons that were skipped because the program was off are told to the staff: in one message, in their language, not
//! at night, and only where something was missed; and how late a lesson may be is each schedule's own.
//!
//! Invariant: the clock moves only while the program is off, or to when it is told.

use std::sync::Arc;
use std::time::Duration;

use homeroom::i18n::Language;
use homeroom::ids::Native;
use homeroom::lessons::schedule::Schedule;
use homeroom::sandbox::PersonId;
use homeroom::timetable::Timing;

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways};

on_both!(
    the_staff_are_told_once_of_all_that_was_skipped_in_a_downtime,
    a_director_who_reads_english_is_told_in_english,
    back_at_night_the_staff_are_told_in_the_morning,
    who_opens_a_private_chat_later_is_told_within_the_hour,
    what_would_have_brought_nothing_is_not_told,
    how_late_a_lesson_may_be_is_its_schedules_own,
    of_very_many_schedules_some_are_named_and_the_others_counted,
);

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// So long after a downtime it is told what was skipped.
const MINUTES: Duration = Duration::from_mins(2);

/// A class whose teacher is the school's staff, with a private chat open, at 18:00 on a Monday.
async fn with_staff(fresh: Fresh, ways: Ways) -> School {
    let mut school = School::ready_with(fresh, ways).await;
    Arc::make_mut(&mut school.config).school.staff = vec![Native::from(school.class.teacher.0)];
    school.bot().configure(Arc::clone(&school.config));
    school.starts(school.class.teacher).await;
    school.starts(school.class.parents[0]).await;
    school
}

/// A schedule of these lessons at 19:30 every day.
fn daily(name: &str, lessons: &[&str]) -> Schedule {
    let pattern = Ways::default().config.schedules.remove(0);
    Schedule {
        name: name.to_owned(),
        timing: Timing::parse("30 19 * * *").unwrap(),
        stage: None,
        lessons: lessons.iter().map(|id| (*id).to_owned()).collect(),
        ..pattern
    }
}

fn with(schedules: Vec<Schedule>) -> Ways {
    let mut ways = Ways::default();
    ways.config.schedules = schedules;
    ways
}

/// What somebody was told of skipped lessons.
fn told(school: &School, person: PersonId) -> Vec<String> {
    let said = school.bot_says(person, person.private_chat()).into_iter().map(|said| said.text);
    said.filter(|text| text.contains("次小课没推") || text.contains("of lessons w")).collect()
}

fn cards(school: &School) -> usize {
    let said = school.bot_says(school.class.teacher, school.class.group);
    said.iter().filter(|said| said.text.contains("📖")).count()
}

async fn the_staff_are_told_once_of_all_that_was_skipped_in_a_downtime(fresh: Fresh) {
    let mut school = with_staff(fresh, Ways::default()).await;
    let teacher = school.class.teacher;
    // To Sunday, 12:00: three evenings and the Saturday, all too late.
    school.is_off(5 * DAY + 18 * HOUR).await;
    assert_eq!((told(&school, teacher).len(), cards(&school)), (0, 0));
    school.later(MINUTES).await;
    let all = "我停了一阵，有 4 次小课没推：\n\
               · “junior-saturday”：2026年9月12日 星期六 10:00\n\
               · “primary-evening”：3 次，从 2026年9月7日 星期一 19:30 到 2026年9月11日 星期五 19:30\n\
               课不会丢，下次推送接着推。";
    assert_eq!(told(&school, teacher), [all]);
    assert_eq!(told(&school, school.class.parents[0]), [] as [&str; 0]);
    school.is_off(MINUTES).await;
    school.later(HOUR).await;
    assert_eq!(told(&school, teacher).len(), 1);
    school.close().await;
}

async fn a_director_who_reads_english_is_told_in_english(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let mut school = with_staff(fresh, ways).await;
    // To Tuesday, 12:00.
    school.is_off(18 * HOUR).await;
    school.later(MINUTES).await;
    let one = "I was off for a while, and 1 push of lessons was skipped:\n\
               · “primary-evening”: Monday 7 September 2026, 19:30\n\
               No lesson is lost: each group goes on where it stood.";
    assert_eq!(told(&school, school.class.teacher), [one]);
    school.close().await;
}

async fn back_at_night_the_staff_are_told_in_the_morning(fresh: Fresh) {
    let mut school = with_staff(fresh, Ways::default()).await;
    let teacher = school.class.teacher;
    // To 23:00.
    school.is_off(5 * HOUR).await;
    school.later(Duration::from_secs(8 * 3_600 - 1)).await;
    assert_eq!(told(&school, teacher).len(), 0);
    school.later(Duration::from_secs(1)).await;
    assert_eq!(told(&school, teacher).len(), 1);
    school.close().await;
}

/// A school whose only staff has no private chat open, after a downtime to Sunday, 12:00.
async fn with_unreachable_staff(fresh: Fresh) -> School {
    let mut school = School::ready(fresh).await;
    Arc::make_mut(&mut school.config).school.staff = vec![Native::from(school.class.teacher.0)];
    school.bot().configure(Arc::clone(&school.config));
    school.is_off(5 * DAY + 18 * HOUR).await;
    school.later(MINUTES).await;
    assert!(told(&school, school.class.teacher).is_empty());
    school
}

async fn who_opens_a_private_chat_later_is_told_within_the_hour(fresh: Fresh) {
    let school = with_unreachable_staff(fresh).await;
    let teacher = school.class.teacher;
    for _ in 0..2 {
        school.later(DAY).await;
    }
    school.starts(teacher).await;
    school.later(HOUR).await;
    assert_eq!(told(&school, teacher).len(), 1);
    school.later(DAY).await;
    assert_eq!(told(&school, teacher).len(), 1);
    school.close().await;
}

async fn what_would_have_brought_nothing_is_not_told(fresh: Fresh) {
    let mut school = with_staff(fresh, with(vec![daily("short", &["primary-sleep"])])).await;
    school.later(2 * HOUR).await;
    assert_eq!(cards(&school), 1);
    school.is_off(3 * DAY).await;
    school.later(DAY).await;
    let skipped = "SELECT COUNT(*) FROM occurrences WHERE outcome = 'skipped'";
    assert!(school.number(skipped, &[]).await > 1);
    assert_eq!(told(&school, school.class.teacher).len(), 0, "the course was over");
    school.close().await;
}

async fn how_late_a_lesson_may_be_is_its_schedules_own(fresh: Fresh) {
    let late = |name: &str, lesson: &str, late_max| Schedule { late_max, ..daily(name, &[lesson]) };
    let schedules = vec![
        late("patient", "primary-sleep", 20 * HOUR),
        late("punctual", "junior-privacy", Duration::from_mins(10)),
    ];
    let mut school = with_staff(fresh, with(schedules)).await;
    // To 9:30 of the next day, 14 hours late.
    school.is_off(15 * HOUR + Duration::from_mins(30)).await;
    assert_eq!(cards(&school), 1);
    school.later(MINUTES).await;
    let told = told(&school, school.class.teacher);
    assert!(told[0].contains("punctual") && !told[0].contains("patient"), "{told:?}");
    // To 19:39 of the evening: a restart is not late.
    school.is_off(10 * HOUR + Duration::from_mins(7)).await;
    assert_eq!(cards(&school), 2);
    school.close().await;
}

async fn of_very_many_schedules_some_are_named_and_the_others_counted(fresh: Fresh) {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let schedules = names.map(|name| daily(name, &["primary-sleep", "primary-chores"]));
    let mut school = with_staff(fresh, with(schedules.to_vec())).await;
    school.is_off(18 * HOUR).await;
    school.later(MINUTES).await;
    let told = told(&school, school.class.teacher).remove(0);
    assert!(told.contains("有 10 次小课没推") && told.contains("\n· 另外还有 2 个计划\n"), "{told}");
    assert_eq!(told.lines().filter(|line| line.starts_with("· “")).count(), 8);
    school.close().await;
}
