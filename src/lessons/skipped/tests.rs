//! Purpose: how long the telling of skipped lessons is tried.

use super::*;
use crate::config::Config;
use crate::ids::Native;
use crate::outbox::{Target, Written};
use crate::storage::testing::{TestSchool, commit};

/// What was skipped first and last, and when it is told first.
const FIRST: Millis = Millis(1_790_000_000_000);
const LAST: Millis = Millis(FIRST.0 + DAY_MS);
const TOLD_AT: Millis = Millis(LAST.0 + HOUR_MS);

/// A school with one person as staff, of whose lessons two were skipped.
async fn school() -> TestSchool {
    let mut config = Config::for_tests();
    config.school.staff = vec![Native::from("0")];
    let school = TestSchool::open(1, config).await;
    let mut batch = school.batch(TOLD_AT).await;
    let mut work = batch.work();
    for at in [FIRST, LAST] {
        assert!(store::occurrence(&mut work, "evening", at, Some("late"), Some(TOLD_AT)).await.unwrap());
    }
    work.keep().await.unwrap();
    commit(batch).await;
    school
}

async fn opens_private_chat(school: &TestSchool) {
    let mut tx = school.database.write().await.unwrap();
    let opened = tx.run("UPDATE people SET private_chat = 'open'", &[]).await.unwrap();
    assert_eq!(opened, 1);
    tx.commit().await.unwrap();
}

/// The timer's turn: when the next is due, and what is to be sent.
async fn turn(school: &TestSchool, now: Millis) -> (Option<Millis>, Vec<Written>) {
    let mut batch = school.batch(now).await;
    let mut work = batch.work();
    let next = tell_skipped(&mut work).await.unwrap();
    work.keep().await.unwrap();
    let (tx, written) = batch.finish().await.unwrap();
    tx.commit().await.unwrap();
    (next, written)
}

#[tokio::test]
async fn while_nobody_can_be_told_it_is_tried_each_hour_for_a_week_after_the_last_and_then_no_more() {
    let school = school().await;
    assert_eq!(turn(&school, TOLD_AT.plus_ms(-1)).await, (Some(TOLD_AT), Vec::new()));
    let again = TOLD_AT.plus_ms(HOUR_MS);
    assert_eq!(turn(&school, TOLD_AT).await, (Some(again), Vec::new()));
    assert_eq!(turn(&school, again.plus_ms(-1)).await, (Some(again), Vec::new()));
    let week = LAST.plus_ms(7 * DAY_MS);
    let before = week.plus_ms(-1);
    assert_eq!(turn(&school, before).await, (Some(before.plus_ms(HOUR_MS)), Vec::new()));
    assert_eq!(turn(&school, before.plus_ms(HOUR_MS)).await, (None, Vec::new()));
    opens_private_chat(&school).await;
    assert_eq!(turn(&school, week.plus_ms(DAY_MS)).await, (None, Vec::new()), "the news are too old");
}

#[tokio::test]
async fn exactly_a_week_after_the_last_it_is_tried_for_the_last_time() {
    let school = school().await;
    assert_eq!(turn(&school, LAST.plus_ms(7 * DAY_MS)).await, (None, Vec::new()));
}

#[tokio::test]
async fn who_can_be_told_within_the_week_is_told_once_and_not_when_a_week_more_has_passed() {
    let school = school().await;
    turn(&school, TOLD_AT).await;
    opens_private_chat(&school).await;
    let at = TOLD_AT.plus_ms(HOUR_MS);
    let (next, written) = turn(&school, at).await;
    let [told] = written.as_slice() else { panic!("{written:?}") };
    assert_eq!((next, told.row.not_before), (None, at));
    assert_eq!(told.row.to, Target::Chat(crate::ids::Address::Person(school.people[0])));
    assert_eq!(told.row.expires_at, Some(at.plus_ms(7 * DAY_MS)), "an outage longer than that ends it");
    assert_eq!(turn(&school, at.plus_ms(HOUR_MS)).await, (None, Vec::new()));
}
