//! Purpose: what meets a digest while it is on its way: it is changed, taken back, refused, or its group turns out to be
//! another's new place.

use crate::broadcasts::{self, Draft, Groups};
use crate::channel::{Answer, Content, Styled};
use crate::clock::{HOUR_MS, Millis};
use crate::config::Config;
use crate::failure::Outcome;
use crate::ids::{BroadcastId, DigestId, GroupId, Native, RunId};
use crate::outbox::End;
use crate::roster::{self, Person};
use crate::storage::testing::{TestSchool, commit};
use crate::work::Work;

/// Wednesday, 9 September 2026, 12:00 in Shanghai; the digest is due at 18:00.
const NOON: Millis = Millis(1_788_926_400_000);
const EVENING: Millis = Millis(NOON.0 + 6 * HOUR_MS);

/// A school whose groups get one announcement a day at once; its group has had it.
async fn school() -> TestSchool {
    let mut config = Config::for_tests();
    config.school.burden.pushes_per_day = 1;
    let school = TestSchool::open(1, config).await;
    announce(&school, &["第一条"], Groups::AllMine).await;
    school
}

async fn done<T>(school: &TestSchool, at: Millis, piece: impl AsyncFnOnce(&mut Work<'_>) -> Outcome<T>) -> T {
    let mut batch = school.batch(at).await;
    let mut work = batch.work();
    let Ok(done) = piece(&mut work).await else { panic!("refused") };
    work.keep().await.unwrap();
    commit(batch).await;
    done
}

/// Carries out everything that is due.
async fn carry_out(work: &mut Work<'_>) -> Outcome<()> {
    for duty in broadcasts::duties(work).await? {
        broadcasts::carry_out(work, duty).await?;
    }
    Ok(())
}

async fn put_together(work: &mut Work<'_>) -> Outcome<()> {
    for group in super::super::due(work).await? {
        super::super::put_together(work, group).await?;
    }
    Ok(())
}

async fn author(work: &mut Work<'_>) -> Person {
    roster::known_person(work, &Native::from("0")).await.unwrap().unwrap()
}

fn texts(words: &[&str]) -> Vec<Content> {
    let text = |words: &&str| Content::Text { body: Styled::from((*words).to_owned()) };
    words.iter().map(text).collect()
}

/// Publishes something at noon and plans it.
async fn announce(school: &TestSchool, words: &[&str], groups: Groups) -> BroadcastId {
    let draft = Draft { contents: texts(words), groups, ..Draft::default() };
    let published = done(school, NOON, async |work| {
        let author = author(work).await;
        broadcasts::publish(work, &author, draft).await
    });
    let id = published.await.broadcast;
    done(school, NOON, carry_out).await;
    id
}

/// Puts the digest together and has it sent: from here on it can't be taken out of the outbox.
async fn on_its_way(school: &TestSchool) -> DigestId {
    done(school, EVENING, put_together).await;
    alter(school, "UPDATE outbox SET state = 'sending' WHERE dedup_key LIKE 'digest/%'").await;
    DigestId(count(school, "SELECT MAX(id) FROM digests").await)
}

async fn arrives(school: &TestSchool, digest: DigestId, end: End) {
    done(school, EVENING, async |work| super::super::ended(work, digest, &end).await).await;
}

fn sent() -> End {
    End::Done(Answer::Sent { message: Native::from("77"), poll: None })
}

async fn alter(school: &TestSchool, sql: &'static str) {
    let mut tx = school.database.write().await.unwrap();
    tx.run(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn count(school: &TestSchool, sql: &'static str) -> i64 {
    let mut tx = school.database.read().await.unwrap();
    tx.one(sql, &[]).await.unwrap().unwrap().get(0).unwrap()
}

/// What was staged about digests last.
async fn newest(school: &TestSchool) -> String {
    let mut tx = school.database.read().await.unwrap();
    let sql = "SELECT payload FROM outbox WHERE dedup_key LIKE 'digest/%' ORDER BY id DESC LIMIT 1";
    tx.one(sql, &[]).await.unwrap().unwrap().get(0).unwrap()
}

/// How many posts stand so.
async fn posts(school: &TestSchool, state: &str) -> i64 {
    let mut tx = school.database.read().await.unwrap();
    let sql =
        "SELECT COUNT(*) FROM broadcast_posts p JOIN digest_items i ON i.post = p.id WHERE p.state = $1";
    tx.one(sql, &[state.into()]).await.unwrap().unwrap().get(0).unwrap()
}

async fn edit(school: &TestSchool, broadcast: BroadcastId, words: &[&str]) {
    done(school, EVENING, async |work| {
        let author = author(work).await;
        broadcasts::edit(work, &author, broadcast, texts(words)).await
    })
    .await;
}

async fn recall(school: &TestSchool, broadcast: BroadcastId) {
    done(school, EVENING, async |work| {
        let author = author(work).await;
        broadcasts::recall(work, &author, broadcast).await
    })
    .await;
}

#[tokio::test]
async fn changed_while_it_is_sent_the_digest_is_put_right_when_it_has_arrived() {
    let school = school().await;
    let id = announce(&school, &["请带水杯"], Groups::AllMine).await;
    let digest = on_its_way(&school).await;
    edit(&school, id, &["请带雨衣"]).await;
    assert!(newest(&school).await.starts_with("{\"do\":\"say\""), "nothing can be put right yet");
    arrives(&school, digest, sent()).await;
    let written = newest(&school).await;
    assert!(written.starts_with("{\"do\":\"edit\"") && written.contains("请带雨衣"), "{written}");
    let rows = count(&school, "SELECT COUNT(*) FROM outbox").await;
    // The same news again does nothing.
    arrives(&school, digest, sent()).await;
    assert_eq!(count(&school, "SELECT COUNT(*) FROM outbox").await, rows);
    assert_eq!(posts(&school, "sent").await, 1);
}

#[tokio::test]
async fn taken_back_while_it_is_sent_it_is_taken_out_when_it_has_arrived() {
    let school = school().await;
    let long = "长".repeat(1_100);
    let first = announce(&school, &["请带水杯", long.as_str()], Groups::AllMine).await;
    announce(&school, &["周五春游"], Groups::AllMine).await;
    let digest = on_its_way(&school).await;
    recall(&school, first).await;
    arrives(&school, digest, sent()).await;
    let written = newest(&school).await;
    assert!(written.starts_with("{\"do\":\"edit\"") && !written.contains("请带水杯"), "{written}");
    // What was to follow doesn't, and what stood in it is gone once the edit is done.
    assert_eq!((posts(&school, "withdrawn").await, posts(&school, "sent").await), (1, 2));
    let run = RunId(count(&school, "SELECT MAX(id) FROM broadcast_runs WHERE state = 'recalled'").await);
    let gone = End::Done(Answer::Done);
    done(&school, EVENING, async |work| super::super::recall_ended(work, digest, run, &gone).await).await;
    assert_eq!((posts(&school, "deleted").await, posts(&school, "sent").await), (1, 1));
}

#[tokio::test]
async fn a_digest_that_is_refused_fails_with_all_that_is_in_it() {
    let school = school().await;
    let long = "长".repeat(1_100);
    announce(&school, &["请带水杯", long.as_str()], Groups::AllMine).await;
    announce(&school, &["周五春游"], Groups::AllMine).await;
    let digest = on_its_way(&school).await;
    arrives(&school, digest, End::Gone("kicked".into())).await;
    assert_eq!(posts(&school, "failed").await, 3);
    assert_eq!(count(&school, "SELECT COUNT(*) FROM broadcast_posts WHERE reason = 'gone'").await, 3);
    assert_eq!(count(&school, "SELECT COUNT(*) FROM broadcast_runs WHERE state = 'sent'").await, 2);
    assert_eq!(count(&school, "SELECT COUNT(*) FROM digests WHERE state = 'failed'").await, 1);
}

#[tokio::test]
async fn a_digest_broken_off_leaves_everything_due_and_each_topic_has_its_own() {
    let school = school().await;
    let group = school.group;
    for topic in [None, Some(Native::from("7")), None] {
        announce(&school, &["请带水杯"], Groups::Chosen(vec![(group, topic)])).await;
    }
    // As a crash would, before the commit.
    let mut batch = school.batch(EVENING).await;
    let mut work = batch.work();
    let Ok(()) = put_together(&mut work).await else { panic!("refused") };
    drop(batch);
    assert_eq!(count(&school, "SELECT COUNT(*) FROM digests").await, 0);
    on_its_way(&school).await;
    on_its_way(&school).await;
    assert_eq!(count(&school, "SELECT COUNT(*) FROM digests").await, 2);
    assert_eq!(count(&school, "SELECT COUNT(*) FROM digest_items WHERE digest IS NOT NULL").await, 3);
    assert_eq!(
        count(
            &school,
            "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'digest/%' AND payload LIKE '%\"topic\":\"7\"%'"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn two_rows_that_turn_out_to_be_one_group_get_one_digest_and_one_count() {
    let school = school().await;
    let sql = "INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, created_at) \
               SELECT tenant, '-2', '', kind, state, bot_role, bot_rights, 0 FROM groups";
    alter(&school, sql).await;
    alter(
        &school,
        "INSERT INTO members (tenant, group_id, person, role, since) \
        SELECT tenant, (SELECT MAX(id) FROM groups), person, role, since FROM members",
    )
    .await;
    let met = GroupId(count(&school, "SELECT MAX(id) FROM groups").await);
    let to = |group| Groups::Chosen(vec![(group, None)]);
    announce(&school, &["新群的第一条"], to(met)).await;
    announce(&school, &["两边都有"], Groups::AllMine).await;
    announce(&school, &["只在新群"], to(met)).await;
    let (kept, tenant) = (school.group, school.setting.tenant);
    let mut tx = school.database.write().await.unwrap();
    assert!(roster::moved(&mut tx, tenant, kept, &Native::from("-2"), NOON).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(count(&school, "SELECT COUNT(*) FROM burdens WHERE group_id = 1").await, 2);
    on_its_way(&school).await;
    assert_eq!(count(&school, "SELECT COUNT(*) FROM digests").await, 1);
    let written = newest(&school).await;
    assert!(written.matches("两边都有").count() == 1 && written.contains("只在新群"), "{written}");
    assert_eq!(count(&school, "SELECT COUNT(*) FROM broadcast_posts WHERE reason = 'gone'").await, 1);
}
