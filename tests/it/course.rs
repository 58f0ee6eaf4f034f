//! Purpose: which lessons come to which group on which day, and that a schedule that fails keeps no other from its time.

use std::time::Duration;

use homeroom::clock::Millis;
use homeroom::lessons::schedule::Schedule;
use homeroom::sandbox::{ChatId, DemoClass};
use homeroom::timetable::Timing;

use crate::databases::{Fresh, on_both};
use crate::school::{MONDAY_EVENING, School, Ways};

on_both!(
    a_schedule_that_fails_keeps_no_other_from_its_time,
    what_cant_be_written_together_is_written_apart,
);

const MINUTE: Duration = Duration::from_mins(1);
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
