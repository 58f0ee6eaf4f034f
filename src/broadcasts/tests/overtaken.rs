//! Purpose: what people decide between a duty's being found and its being carried out.
//!
//! Invariant: the duty is found before the decision and carried out after it, as another transaction would.

use super::*;
use crate::ids::BroadcastId;
use crate::timetable::Recurrence;

#[tokio::test]
async fn a_run_that_was_given_up_after_it_was_found_due_does_not_go_out() {
    let school = school(0).await;
    let id = published(&school).await.broadcast;
    let mut batch = school.batch(NOON).await;
    let mut work = batch.work();
    let Ok(due) = duties(&mut work).await else { panic!("refused") };
    assert!(matches!(due[..], [Duty::Plan(_)]), "{due:?}");
    let author = author(&mut work, &school).await;
    let tomorrow = Recurrence::once("2026-09-10T10:00:00".parse().unwrap());
    assert!(move_to(&mut work, &author, id, Some(&tomorrow)).await.is_ok());
    assert!(carry_out(&mut work, due[0]).await.is_ok());
    work.keep().await.unwrap();
    commit(batch).await;
    assert_eq!(count(&school, "SELECT COUNT(*) FROM broadcast_posts").await, 0);
    assert_eq!(count(&school, "SELECT COUNT(*) FROM broadcast_runs WHERE state = 'cancelled'").await, 1);
}

/// Something that comes daily is found due, and is decided about before anything is decided of its occurrence. Returns its next
/// time after that.
async fn decided_meanwhile(how: impl AsyncFnOnce(&mut Work<'_>, &Person, BroadcastId)) -> Option<Millis> {
    let school = school(0).await;
    let daily = Draft { when: Some("always - - daily 10:00:00".to_owned()), ..draft() };
    let id = published_as(&school, daily).await.broadcast;
    let mut batch = school.batch(NOON.plus_ms(DAY_MS)).await;
    let mut work = batch.work();
    let Ok(due) = duties(&mut work).await else { panic!("refused") };
    assert_eq!(due, [Duty::Decide(id)]);
    let author = author(&mut work, &school).await;
    how(&mut work, &author, id).await;
    assert!(carry_out(&mut work, due[0]).await.is_ok());
    let next = store::broadcast(&mut work, id).await.unwrap().unwrap().next_at;
    work.keep().await.unwrap();
    commit(batch).await;
    assert_eq!(count(&school, "SELECT COUNT(*) FROM broadcast_runs").await, 0);
    next
}

#[tokio::test]
async fn what_was_given_up_after_it_was_found_due_is_not_decided_about_any_more() {
    let next = decided_meanwhile(async |work, author, id| {
        assert!(cancel(work, author, id).await.is_ok());
    });
    assert_eq!(next.await, None);
}

#[tokio::test]
async fn what_was_held_after_it_was_found_due_is_not_decided_about_before_it_goes_on() {
    let next = decided_meanwhile(async |work, author, id| {
        assert!(pause(work, author, id).await.is_ok());
    });
    assert_eq!(next.await, None);
}

#[tokio::test]
async fn what_was_moved_after_it_was_found_due_waits_for_its_new_time() {
    let later = Recurrence::once("2026-09-11T10:00:00".parse().unwrap());
    let next = decided_meanwhile(async |work, author, id| {
        assert!(move_to(work, author, id, Some(&later)).await.is_ok());
    });
    assert_eq!(next.await, Some(NOON.plus_ms(2 * DAY_MS - DAY_MS / 12)));
}
