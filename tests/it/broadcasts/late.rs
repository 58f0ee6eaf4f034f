//! Purpose: announcements whose time passes while the program is off: none comes at night, and none too late.
//!
//! Invariant: the clock moves only while the program is off, so each is first looked at when it is back.

use std::time::Duration;

use homeroom::broadcasts;

use super::{at, draft};
use crate::databases::{Fresh, on_both};
use crate::school::School;

on_both!(
    back_at_night_it_comes_in_the_morning,
    held_and_back_too_late_it_is_paused_and_the_author_told,
    one_of_many_that_was_held_and_is_too_late_is_skipped,
);

const WORDS: &str = "明天 8 点到校，请带水杯。";
const HOUR: Duration = Duration::from_hours(1);

impl School {
    /// The program is off for so long.
    async fn is_off(&mut self, span: Duration) {
        self.stop_bot().await;
        self.clock.advance(span);
        self.start_bot().await;
        self.later(Duration::ZERO).await;
    }
}

async fn back_at_night_it_comes_in_the_morning(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, at("always - - once 2026-09-07T20:45:00")).await.unwrap().broadcast;
    // From 18:00 to 22:00: late, but not too late.
    school.is_off(4 * HOUR).await;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (0, "scheduled".to_owned()));
    school.later(9 * HOUR).await;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (1, "sent".to_owned()));
    school.close().await;
}

async fn held_and_back_too_late_it_is_paused_and_the_author_told(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    school.later(4 * HOUR).await;
    let published = school.publishes(teacher, draft(WORDS)).await.unwrap();
    assert!(published.held_until.is_some());
    // From 22:00 to 10:00 and a second; it was to come at 7:00.
    school.is_off(12 * HOUR + Duration::from_secs(1)).await;
    let id = published.broadcast;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (0, "paused".to_owned()));
    let told = school.told(teacher).text;
    assert!(told.contains("7:00") && told.contains("现在已经太晚"), "{told}");
    let moved = school.decides(teacher, async |work, actor| broadcasts::move_to(work, actor, id, None).await);
    moved.await.unwrap();
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (1, "sent".to_owned()));
    school.close().await;
}

async fn one_of_many_that_was_held_and_is_too_late_is_skipped(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, at("always - - daily 22:00:00")).await.unwrap().broadcast;
    school.later(4 * HOUR).await;
    // From 22:00 to 11:00; it was to come at 7:00.
    school.is_off(13 * HOUR).await;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (0, "scheduled".to_owned()));
    let skipped = "SELECT COUNT(*) FROM broadcast_runs WHERE state = 'skipped' AND reason = 'late'";
    assert_eq!(school.number(skipped, &[]).await, 1);
    // To the morning after the next evening.
    school.later(11 * HOUR).await;
    school.later(9 * HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}
