//! Purpose: changes and recalls of very many posts: what the press makes of them, what the timer, and what their author is told.
//!
//! Invariant: everything was sent before; how the edits and removals ended is said here.

use super::*;
use crate::channel::Answer;
use crate::i18n::{Text, say};
use crate::ids::{BroadcastId, PostId};
use crate::outbox::End;

/// A school with so many groups in which everything was sent, each part as its own message.
async fn sent(groups: i64) -> (TestSchool, BroadcastId) {
    let school = school(groups - 1).await;
    let id = published(&school).await.broadcast;
    while turn(&school, true).await {}
    alter(&school, "UPDATE outbox SET state = 'sent'").await;
    alter(&school, "UPDATE broadcast_posts SET state = 'sent', messages = '[\"' || id || '\"]'").await;
    alter(&school, "UPDATE broadcast_runs SET state = 'sent'").await;
    alter(&school, "UPDATE broadcasts SET state = 'sent'").await;
    alter(&school, "UPDATE people SET private_chat = 'open'").await;
    (school, id)
}

/// What was sent to the author last.
async fn last_told(school: &TestSchool) -> String {
    let mut tx = school.database.read().await.unwrap();
    let sql = "SELECT payload FROM outbox WHERE dedup_key LIKE 'broadcast-news/%' ORDER BY id DESC LIMIT 1";
    tx.one(sql, &[]).await.unwrap().unwrap().get(0).unwrap()
}

async fn alter(school: &TestSchool, sql: &'static str) {
    let mut tx = school.database.write().await.unwrap();
    tx.run(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn decided(
    school: &TestSchool,
    piece: impl AsyncFnOnce(&mut Work<'_>, &Person) -> crate::failure::Outcome<Text>,
) -> Text {
    let mut batch = school.batch(NOON).await;
    let mut work = batch.work();
    let actor = author(&mut work, school).await;
    let Ok(told) = piece(&mut work, &actor).await else { panic!("refused") };
    work.keep().await.unwrap();
    commit(batch).await;
    told
}

/// How often the author was told what came of a change.
const NEWS: &str = "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'broadcast-news/%/changed/%'";

#[tokio::test]
async fn of_a_large_change_the_press_makes_the_beginning_and_its_end_is_told_with_what_failed() {
    let (school, id) = sent(301).await;
    let edit =
        async |work: &mut Work<'_>, actor: &Person| edit(work, actor, id, vec![text("甲"), text("乙")]).await;
    assert_eq!(decided(&school, edit).await, say::broadcast_edited_going_on(602_i64));
    let edits = "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'broadcast-edit/%'";
    assert_eq!(count(&school, edits).await, 500);
    assert!(turn(&school, true).await);
    assert_eq!(count(&school, edits).await, 600, "a stretch at a time");
    while turn(&school, true).await {}
    assert_eq!(count(&school, edits).await, 602);
    // All but the last group's have ended.
    let last = count(&school, "SELECT MAX(id) FROM broadcast_posts").await;
    let one_before = count(&school, "SELECT id FROM broadcast_posts ORDER BY id DESC LIMIT 1 OFFSET 1").await;
    alter(
        &school,
        "UPDATE broadcast_posts SET amend = NULL WHERE to_id < (SELECT MAX(to_id) FROM broadcast_posts)",
    )
    .await;
    assert_eq!(count(&school, NEWS).await, 0);
    for (post, end) in [(one_before, End::Done(Answer::Done)), (last, End::Gone("kicked".into()))] {
        decided(&school, async |work, _| {
            amend_ended(work, PostId(post), (2, 1), &end).await?;
            Ok(say::broadcast_edited())
        })
        .await;
    }
    assert_eq!(count(&school, NEWS).await, 1);
    let told = last_told(&school).await;
    assert!(told.contains("300 个群换好了，1 个群没换成") && told.contains("1 个群：我不在群里了"), "{told}");
    assert_eq!(count(&school, "SELECT MIN(version) FROM broadcast_posts").await, 1, "it shows the old words");
}

#[tokio::test]
async fn of_a_large_recall_the_press_makes_the_beginning_and_its_end_is_told() {
    let (school, id) = sent(301).await;
    let recall = async |work: &mut Work<'_>, actor: &Person| recall(work, actor, id).await;
    assert_eq!(decided(&school, recall).await, say::broadcast_recalling_going_on(602_i64, 0_i64));
    let removals = "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'broadcast-recall/%'";
    assert_eq!(count(&school, removals).await, 500);
    // The end of the last removal so far comes before the last stretch.
    alter(
        &school,
        "UPDATE broadcast_posts SET state = 'deleted' WHERE id IN \
         (SELECT id FROM broadcast_posts ORDER BY id LIMIT 500)",
    )
    .await;
    while turn(&school, true).await {}
    assert_eq!(count(&school, removals).await, 602);
    let last = count(&school, "SELECT MAX(id) FROM broadcast_posts").await;
    alter(
        &school,
        "UPDATE broadcast_posts SET state = 'deleted' WHERE id < (SELECT MAX(id) FROM broadcast_posts)",
    )
    .await;
    decided(&school, async |work, _| {
        recall_ended(work, PostId(last), &End::Done(Answer::Done)).await?;
        Ok(say::broadcast_edited())
    })
    .await;
    let told = last_told(&school).await;
    assert!(told.contains("一共删除 602 条"), "{told}");
}

#[tokio::test]
async fn a_small_change_of_which_nothing_failed_is_told_with_the_press_alone() {
    let (school, id) = sent(2).await;
    let edit =
        async |work: &mut Work<'_>, actor: &Person| edit(work, actor, id, vec![text("甲"), text("乙")]).await;
    assert_eq!(decided(&school, edit).await, say::broadcast_edited_everywhere(4_i64));
    for post in 1..=4 {
        decided(&school, async |work, _| {
            amend_ended(work, PostId(post), (2, 1), &End::Done(Answer::Done)).await?;
            Ok(say::broadcast_edited())
        })
        .await;
    }
    assert_eq!(
        count(&school, "SELECT COUNT(*) FROM broadcast_posts WHERE amend IS NULL AND version = 2").await,
        4
    );
    assert_eq!(count(&school, NEWS).await, 0);
}

#[tokio::test]
async fn when_a_group_moves_while_its_posts_are_changed_the_change_ends_without_it() {
    let (school, id) = sent(2).await;
    let edit =
        async |work: &mut Work<'_>, actor: &Person| edit(work, actor, id, vec![text("甲"), text("乙")]).await;
    decided(&school, edit).await;
    let tenant = school.setting.tenant;
    let mut tx = school.database.write().await.unwrap();
    moved(&mut tx, tenant, school.group).await.unwrap();
    tx.commit().await.unwrap();
    for post in 3..=4 {
        decided(&school, async |work, _| {
            amend_ended(work, PostId(post), (2, 1), &End::Done(Answer::Done)).await?;
            Ok(say::broadcast_edited())
        })
        .await;
    }
    while turn(&school, true).await {}
    assert_eq!(
        count(&school, "SELECT COUNT(*) FROM broadcast_posts WHERE amend = 'failed' AND reason = 'moved'")
            .await,
        2
    );
    assert_eq!(count(&school, NEWS).await, 1, "the author hears of it");
}

fn text(words: &str) -> Content {
    Content::Text { body: Styled::from(words.to_owned()) }
}
