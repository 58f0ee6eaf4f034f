//! Purpose: which lessons come to which group on which day, and that a schedule that fails keeps no other from its time.

use std::sync::Arc;
use std::time::Duration;

use homeroom::clock::Millis;
use homeroom::i18n::say;
use homeroom::lessons::schedule::{CatchUp, Schedule};
use homeroom::sandbox::{ChatId, DemoClass};
use homeroom::timetable::{DayRule, LocalDay, Term, Timing};

use crate::databases::{Fresh, on_both};
use crate::school::{MONDAY_EVENING, School, Ways, zh};

on_both!(
    a_schedule_that_fails_keeps_no_other_from_its_time,
    what_cant_be_written_together_is_written_apart,
    on_one_day_all_groups_have_the_same_lesson_and_who_came_late_catches_up,
    who_came_after_the_last_lesson_gets_one_with_each_run_left,
    without_catching_up_a_late_group_has_the_lessons_from_then_on,
    a_run_that_was_missed_takes_no_lesson_with_it,
    a_day_without_school_takes_no_lesson_with_it,
    after_the_term_nothing_comes_and_the_next_begins_anew_if_a_schedule_says_so,
);

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// From Monday 18:00 until after the evening's lesson.
const TO_LESSON: Duration = Duration::from_mins(90);

/// The ids of the lessons shown in a chat, oldest first.
fn lessons(school: &School, chat: ChatId) -> Vec<String> {
    let titles = |id: &str| {
        school.config.lessons.lessons[id].texts.values().map(|text| text.title.clone()).collect::<Vec<_>>()
    };
    let said = school.bot_says(school.class.teacher, chat);
    let cards = said.iter().filter(|said| said.text.contains("📖"));
    let id_of = |text: &str| {
        let mut ids = school.config.lessons.lessons.keys();
        ids.find(|id| titles(id).iter().any(|title| text.contains(title.as_str()))).unwrap().clone()
    };
    cards.map(|card| id_of(&card.text)).collect()
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

async fn with(fresh: Fresh, schedules: Vec<Schedule>) -> School {
    let mut ways = Ways::default();
    ways.config.schedules = schedules;
    School::ready_with(fresh, ways).await
}

async fn a_schedule_that_fails_keeps_no_other_from_its_time(fresh: Fresh) {
    let schedules = vec![daily("poisoned", &["primary-sleep"]), daily("healthy", &["junior-privacy"])];
    let school = with(fresh, schedules).await;
    let DemoClass { teacher, group, .. } = school.class;
    let other = school.sandbox.add_supergroup("三年级三班家长群", teacher);
    school.sets_up(teacher, other).await;
    // Two groups can't be given the same lesson by it.
    school.alters("CREATE UNIQUE INDEX poison ON pushes (lesson) WHERE schedule = 'poisoned'").await;
    school.later(TO_LESSON).await;
    assert_eq!(lessons(&school, group), ["junior-privacy"]);
    assert_eq!(lessons(&school, other), ["junior-privacy"]);
    assert_eq!(*school.bot().next_due().borrow(), Some(Millis(MONDAY_EVENING.0 + 91 * 60_000)));
    let poisoned = "SELECT COUNT(*) FROM occurrences WHERE schedule = 'poisoned'";
    assert_eq!(school.number(poisoned, &[]).await, 0, "nothing of it is left");
    school.later(MINUTE).await;
    assert_eq!(lessons(&school, group).len(), 1);
    school.alters("DROP INDEX poison").await;
    school.later(MINUTE).await;
    assert_eq!(lessons(&school, group), ["junior-privacy", "primary-sleep"]);
    assert_eq!(lessons(&school, other).len(), 2);
    assert_eq!(school.number(poisoned, &[]).await, 1);
    school.close().await;
}

async fn what_cant_be_written_together_is_written_apart(fresh: Fresh) {
    let school = with(fresh, vec![daily("one", &["primary-sleep"]), daily("two", &["junior-privacy"])]).await;
    let group = school.class.group;
    // No two lessons can wait to be sent: what is staged by both can't be written at the end.
    school
        .alters(
            "CREATE UNIQUE INDEX poison ON outbox (substr(dedup_key, 1, 7)) WHERE substr(dedup_key, 1, 7) = 'lesson/'",
        )
        .await;
    school.later(TO_LESSON).await;
    assert_eq!(lessons(&school, group), ["primary-sleep"]);
    school.alters("DROP INDEX poison").await;
    school.later(MINUTE).await;
    assert_eq!(lessons(&school, group), ["primary-sleep", "junior-privacy"]);
    school.close().await;
}

/// The first four lessons for primary schools.
const FOUR: [&str; 4] =
    ["primary-chores", "primary-eyes-outdoors", "primary-fraud-in-groups", "primary-homework-calm"];

/// A course of four lessons over the term that is under way.
fn over_term(catch_up: CatchUp) -> Schedule {
    let date = |text: &str| text.parse().unwrap();
    let term = Term { name: "autumn".into(), from: date("2026-09-01"), until: date("2026-09-18") };
    Schedule { term: Some(term), catch_up, ..daily("term", &FOUR) }
}

/// Another class of the same teacher, set up.
async fn another_class(school: &School) -> ChatId {
    let teacher = school.class.teacher;
    let other = school.sandbox.add_supergroup("三年级三班家长群", teacher);
    school.sets_up(teacher, other).await;
    other
}

async fn on_one_day_all_groups_have_the_same_lesson_and_who_came_late_catches_up(fresh: Fresh) {
    let school = with(fresh, vec![over_term(CatchUp::OneMore)]).await;
    let group = school.class.group;
    school.later(TO_LESSON).await;
    school.later(2 * DAY).await;
    assert_eq!(lessons(&school, group), FOUR[..2], "of two that were due after each other, the later ran");
    let other = another_class(&school).await;
    school.later(DAY).await;
    assert_eq!(lessons(&school, group), FOUR[..3]);
    assert_eq!(lessons(&school, other), [FOUR[2]], "the same for both");
    school.later(59 * MINUTE).await;
    assert_eq!(lessons(&school, other), [FOUR[2]]);
    school.later(MINUTE).await;
    assert_eq!(lessons(&school, other), [FOUR[2], FOUR[0]], "an hour later one it has missed");
    let card = school.last_card(other);
    assert!(card.starts_with(&zh(&say::lesson_catch_up(1_usize))), "{card}");
    assert_eq!(lessons(&school, group), FOUR[..3], "who has missed nothing gets nothing more");
    school.later(23 * HOUR).await;
    school.later(HOUR).await;
    assert_eq!(lessons(&school, other), [FOUR[2], FOUR[0], FOUR[3], FOUR[1]]);
    assert_eq!(lessons(&school, group), FOUR);
    school.later(DAY).await;
    assert_eq!((lessons(&school, group).len(), lessons(&school, other).len()), (4, 4), "the course is over");
    school.close().await;
}

async fn who_came_after_the_last_lesson_gets_one_with_each_run_left(fresh: Fresh) {
    let school = with(fresh, vec![over_term(CatchUp::OneMore)]).await;
    school.later(TO_LESSON).await;
    for _ in 0..3 {
        school.later(DAY).await;
    }
    let other = another_class(&school).await;
    school.later(HOUR).await;
    for count in 1..=4 {
        school.later(23 * HOUR).await;
        assert_eq!(lessons(&school, other).len(), count - 1);
        school.later(HOUR).await;
        assert_eq!(lessons(&school, other), FOUR[..count]);
    }
    school.later(2 * DAY).await;
    assert_eq!(lessons(&school, other).len(), 4);
    school.close().await;
}

async fn without_catching_up_a_late_group_has_the_lessons_from_then_on(fresh: Fresh) {
    let school = with(fresh, vec![over_term(CatchUp::None)]).await;
    school.later(TO_LESSON).await;
    let other = another_class(&school).await;
    for _ in 0..4 {
        school.later(DAY).await;
    }
    assert_eq!(lessons(&school, other), FOUR[1..]);
    school.close().await;
}

async fn a_run_that_was_missed_takes_no_lesson_with_it(fresh: Fresh) {
    let mut school = with(fresh, vec![over_term(CatchUp::OneMore)]).await;
    let group = school.class.group;
    school.later(TO_LESSON).await;
    school.stop_bot().await;
    school.clock.advance(DAY + 5 * HOUR);
    school.start_bot().await;
    school.later(Duration::ZERO).await;
    assert_eq!(lessons(&school, group), FOUR[..1], "too late by two hours");
    school.later(19 * HOUR).await;
    assert_eq!(lessons(&school, group), FOUR[..2]);
    school.later(DAY).await;
    assert_eq!(lessons(&school, group), FOUR[..3]);
    school.close().await;
}

async fn a_day_without_school_takes_no_lesson_with_it(fresh: Fresh) {
    let mut ways = Ways::default();
    let closed = LocalDay { name: "运动会".into(), is_school: false };
    ways.config.calendar.set_local("2026-09-08".parse().unwrap(), closed);
    let school_days = DayRule::SkipNonSchool;
    ways.config.schedules = vec![Schedule { school_days, ..over_term(CatchUp::OneMore) }];
    let school = School::ready_with(fresh, ways).await;
    let group = school.class.group;
    school.later(TO_LESSON).await;
    school.later(DAY).await;
    assert_eq!(lessons(&school, group), FOUR[..1]);
    school.later(DAY).await;
    assert_eq!(lessons(&school, group), FOUR[..2], "Wednesday has what Tuesday would have had");
    school.close().await;
}

async fn after_the_term_nothing_comes_and_the_next_begins_anew_if_a_schedule_says_so(fresh: Fresh) {
    let mut school = with(fresh, vec![over_term(CatchUp::OneMore)]).await;
    let group = school.class.group;
    school.later(10 * DAY + TO_LESSON).await;
    assert_eq!(lessons(&school, group).len(), 1, "of those that were missed the latest is made");
    school.later(DAY).await;
    school.later(DAY).await;
    assert_eq!(lessons(&school, group), FOUR[..2], "19 September is after the term");
    let out = "SELECT COUNT(*) FROM occurrences WHERE outcome = 'skipped' AND reason = 'out-of-term'";
    assert_eq!(school.number(out, &[]).await, 1);
    let config = Arc::make_mut(&mut school.config);
    let mut next = over_term(CatchUp::OneMore);
    let date = |text: &str| text.parse().unwrap();
    next.term = Some(Term { name: "winter".into(), from: date("2026-09-20"), until: date("2026-09-30") });
    config.schedules = vec![next];
    school.bot().configure(Arc::clone(&school.config));
    school.later(DAY).await;
    assert_eq!(lessons(&school, group), [FOUR[0], FOUR[1], FOUR[0]]);
    school.close().await;
}

/// Only for this file: what the newest lesson's card says.
impl School {
    fn last_card(&self, chat: ChatId) -> String {
        let said = self.bot_says(self.class.teacher, chat);
        said.into_iter().map(|said| said.text).rfind(|text| text.contains("📖")).unwrap()
    }
}
