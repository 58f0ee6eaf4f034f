//! Purpose: lessons come at their time, once, to each group in its own order, whatever happens in between.

use std::sync::Arc;
use std::time::Duration;

use homeroom::clock::Millis;
use homeroom::sandbox::{ChatId, DemoClass};
use homeroom::timetable::{DayRule, LocalDay, QuietHours, Timing, wall};

use crate::databases::{Fresh, on_both};
use crate::school::{MONDAY_EVENING, School, Ways};

on_both!(
    each_evening_has_the_next_lesson,
    an_occurrence_missed_by_too_much_is_skipped_with_the_reason,
    a_little_late_is_not_too_late,
    of_several_missed_occurrences_only_the_latest_runs,
    quiet_hours_hold_a_late_lesson_until_the_morning,
    a_restart_between_planning_and_sending_loses_nothing,
    two_groups_go_through_the_course_side_by_side,
    at_the_end_of_the_course_nothing_more_comes,
    a_changed_timing_holds_from_the_change_on,
    a_day_without_school_moves_the_lesson_to_the_next_school_day,
    a_day_without_school_skips_the_lesson_with_the_reason,
    a_lesson_taken_out_of_the_course_says_so,
    a_group_without_the_bot_gets_nothing,
);

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// From Monday 18:00 until after the evening's lesson.
const TO_LESSON: Duration = Duration::from_mins(90);

/// The titles of the lessons shown in a chat, oldest first.
fn titles(school: &School, chat: ChatId) -> Vec<String> {
    let said = school.bot_says(school.class.teacher, chat);
    let lessons = said.into_iter().filter(|said| said.text.starts_with("📖"));
    lessons.map(|said| said.text.lines().next().unwrap().trim_start_matches("📖 ").to_owned()).collect()
}

/// The titles of the course for this stage, in order.
fn course(school: &School, stage: &str) -> Vec<String> {
    let lessons = school.config.lessons.lessons.values().filter(|lesson| lesson.id.starts_with(stage));
    lessons.map(|lesson| lesson.text(homeroom::i18n::Language::Chinese).unwrap().title.clone()).collect()
}

async fn skipped(school: &School, reason: &'static str) -> i64 {
    let sql = "SELECT COUNT(*) FROM occurrences WHERE outcome = 'skipped' AND reason = $1";
    school.number(sql, &[reason.into()]).await
}

async fn each_evening_has_the_next_lesson(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let group = school.class.group;
    let course = course(&school, "primary-");
    school.later(TO_LESSON).await;
    assert_eq!(titles(&school, group), course[..1]);
    school.later(DAY).await;
    assert_eq!(titles(&school, group), course[..1], "there is none on Tuesday");
    school.later(DAY).await;
    assert_eq!(titles(&school, group), course[..2]);
    school.later(2 * DAY).await;
    assert_eq!(titles(&school, group), course[..3]);
    school.close().await;
}

async fn an_occurrence_missed_by_too_much_is_skipped_with_the_reason(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let group = school.class.group;
    school.stop_bot().await;
    school.clock.advance(TO_LESSON + 3 * HOUR + Duration::from_mins(1));
    school.start_bot().await;
    school.later(Duration::ZERO).await;
    assert_eq!(titles(&school, group), Vec::<String>::new());
    assert_eq!(skipped(&school, "late").await, 1);
    // The lesson isn't lost: it comes at the next time.
    school.later(Duration::from_hours(45)).await;
    assert_eq!(titles(&school, group), course(&school, "primary-")[..1]);
    school.close().await;
}

async fn a_little_late_is_not_too_late(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    school.stop_bot().await;
    school.clock.advance(TO_LESSON + HOUR);
    school.start_bot().await;
    school.later(Duration::ZERO).await;
    assert_eq!(titles(&school, school.class.group).len(), 1);
    school.close().await;
}

async fn of_several_missed_occurrences_only_the_latest_runs(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    school.stop_bot().await;
    // Monday's and Wednesday's are missed, Friday's is an hour late.
    school.clock.advance(4 * DAY + TO_LESSON + HOUR);
    school.start_bot().await;
    school.later(Duration::ZERO).await;
    assert_eq!(titles(&school, school.class.group), course(&school, "primary-")[..1]);
    assert_eq!(skipped(&school, "superseded").await, 2);
    assert_eq!(skipped(&school, "late").await, 0);
    school.close().await;
}

async fn quiet_hours_hold_a_late_lesson_until_the_morning(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let group = school.class.group;
    school.stop_bot().await;
    school.clock.advance(4 * HOUR); // 22:00, which is quiet
    school.start_bot().await;
    school.later(Duration::ZERO).await;
    assert_eq!(titles(&school, group).len(), 0);
    school.later(Duration::from_secs(9 * 3_600 - 1)).await;
    assert_eq!(titles(&school, group).len(), 0, "it is not yet seven");
    school.later(Duration::from_secs(1)).await;
    assert_eq!(titles(&school, group).len(), 1);
    assert!(!school.polls().is_empty());
    // The quiz is open for its whole time from then on.
    school.later(23 * HOUR).await;
    school.answers(school.class.parents[0], group, true);
    school.settle().await;
    assert_eq!(school.balance(school.class.parents[0]).await, 3);
    school.close().await;
}

async fn a_restart_between_planning_and_sending_loses_nothing(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let group = school.class.group;
    school.stop_bot().await;
    school.clock.advance(4 * HOUR);
    school.start_bot().await;
    school.later(Duration::ZERO).await;
    school.stop_bot().await;
    school.clock.advance(10 * HOUR);
    school.start_bot().await;
    school.later(Duration::ZERO).await;
    assert_eq!(titles(&school, group).len(), 1);
    school.stop_bot().await;
    school.start_bot().await;
    school.later(HOUR).await;
    assert_eq!(titles(&school, group).len(), 1, "and nothing comes twice");
    school.close().await;
}

async fn two_groups_go_through_the_course_side_by_side(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    let course = course(&school, "primary-");
    school.later(TO_LESSON).await;
    let other = school.sandbox.add_supergroup("三年级三班家长群", teacher);
    school.sets_up(teacher, other).await;
    school.later(2 * DAY).await;
    assert_eq!(titles(&school, group), course[..2]);
    assert_eq!(titles(&school, other), course[..1], "who comes later starts with the first");
    school.later(2 * DAY).await;
    assert_eq!(titles(&school, group), course[..3]);
    assert_eq!(titles(&school, other), course[..2]);
    school.close().await;
}

async fn at_the_end_of_the_course_nothing_more_comes(fresh: Fresh) {
    let mut ways = Ways::default();
    ways.config.schedules.truncate(1);
    ways.config.schedules[0].lessons = vec!["primary-sleep".to_owned(), "primary-chores".to_owned()];
    let school = School::ready_with(fresh, ways).await;
    for days in [0, 2, 2, 3, 2] {
        school.later(days * DAY + if days == 0 { TO_LESSON } else { Duration::ZERO }).await;
    }
    assert_eq!(titles(&school, school.class.group).len(), 2);
    assert_eq!(school.number("SELECT COUNT(*) FROM occurrences WHERE outcome = 'ran'", &[]).await, 5);
    school.writes(school.class.parents[0], "积分").await;
    school.close().await;
}

async fn a_changed_timing_holds_from_the_change_on(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let group = school.class.group;
    school.later(HOUR).await;
    let config = Arc::make_mut(&mut school.config);
    config.schedules[0].timing = Timing::parse("15 20 * * *").unwrap();
    config.school.quiet = QuietHours::default();
    school.bot().configure(Arc::clone(&school.config));
    let due = Millis(MONDAY_EVENING.0 + 135 * 60_000);
    school.due_at(due).await;
    school.later(HOUR).await;
    assert_eq!(titles(&school, group).len(), 0, "19:30 holds no more");
    school.later(Duration::from_mins(15)).await;
    assert_eq!(titles(&school, group).len(), 1);
    // Going back doesn't bring what was between.
    let config = Arc::make_mut(&mut school.config);
    config.schedules[0].timing = Timing::parse("0 20 * * *").unwrap();
    school.bot().configure(Arc::clone(&school.config));
    school.due_at(Millis(MONDAY_EVENING.0 + 26 * 3_600_000)).await;
    school.later(HOUR).await;
    assert_eq!(titles(&school, group).len(), 1);
    school.close().await;
}

/// There is no school on Monday; pushes are planned for 20:15 and treat such days by `rule`.
fn close_on_monday(school: &mut School, rule: DayRule) {
    let config = Arc::make_mut(&mut school.config);
    let monday = wall::shown(MONDAY_EVENING, config.school.zone).date();
    config.calendar.set_local(monday, LocalDay { name: "trip".into(), is_school: false });
    config.schedules[0].timing = Timing::parse("15 20 * * Mon,Wed").unwrap();
    config.schedules[0].school_days = rule;
    school.bot().configure(Arc::clone(&school.config));
}

async fn a_day_without_school_moves_the_lesson_to_the_next_school_day(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let group = school.class.group;
    close_on_monday(&mut school, DayRule::MoveToNextSchoolDay);
    school.due_at(Millis(MONDAY_EVENING.0 + (24 * 60 + 135) * 60_000)).await;
    school.later(Duration::from_mins(150)).await;
    assert_eq!(titles(&school, group).len(), 0);
    school.later(DAY).await;
    assert_eq!(titles(&school, group).len(), 1, "Tuesday has Monday's");
    school.later(DAY).await;
    assert_eq!(titles(&school, group).len(), 2, "Wednesday has its own");
    school.close().await;
}

async fn a_day_without_school_skips_the_lesson_with_the_reason(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let group = school.class.group;
    close_on_monday(&mut school, DayRule::SkipNonSchool);
    school.due_at(Millis(MONDAY_EVENING.0 + 135 * 60_000)).await;
    school.later(Duration::from_mins(150)).await;
    assert_eq!(titles(&school, group).len(), 0);
    assert_eq!(skipped(&school, "local-off:trip").await, 1);
    school.later(2 * DAY).await;
    assert_eq!(titles(&school, group).len(), 1);
    school.close().await;
}

async fn a_lesson_taken_out_of_the_course_says_so(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.later(TO_LESSON + HOUR).await;
    Arc::make_mut(&mut school.config).lessons.lessons.clear();
    school.bot().configure(Arc::clone(&school.config));
    let answer = school.presses(mother, group, "学完", "finished").await;
    assert_eq!(answer, crate::school::zh(&homeroom::i18n::say::refused_lesson_gone()));
    assert_eq!(school.balance(mother).await, 0);
    school.close().await;
}

async fn a_group_without_the_bot_gets_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    school.sandbox.removes_bot(teacher, group).unwrap();
    school.settle().await;
    school.later(TO_LESSON).await;
    assert_eq!(titles(&school, group).len(), 0);
    assert_eq!(school.number("SELECT COUNT(*) FROM pushes", &[]).await, 0);
    school.close().await;
}
