//! Purpose: the decisions about broadcasts, tried in many ways: states (`states`), and planning that is repeated and broken off.

mod approvers;
mod changing;
mod coming;
mod large;
mod moved;
mod overtaken;
mod states;
mod told;

use proptest::prelude::*;

use super::*;
use crate::channel::{Content, Styled};
use crate::clock::{DAY_MS, Millis};
use crate::config::Config;
use crate::ids::Native;
use crate::roster::{self, Person};
use crate::storage::testing::{TestSchool, commit};
use crate::storage::{Arg, Database};
use crate::work::Work;

/// Wednesday, 9 September 2026, 12:00 in Shanghai.
const NOON: Millis = Millis(1_788_926_400_000);

/// A school with so many more groups that its first person looks after.
async fn school(groups: i64) -> TestSchool {
    let school = TestSchool::open(1, Config::for_tests()).await;
    let mut tx = school.database.write().await.unwrap();
    let (tenant, person) = (school.setting.tenant, school.people[0]);
    let natives: Vec<Native> = (0..groups).map(|number| Native::from(-100 - number)).collect();
    let args: Vec<Arg<'_>> = natives
        .iter()
        .flat_map(|native| {
            let what: [Arg<'_>; 5] =
                ["class".into(), "group".into(), "active".into(), "administrator".into(), "{}".into()];
            [tenant.into(), native.into()].into_iter().chain(what).chain([0_i64.into()])
        })
        .collect();
    let head =
        "INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, created_at) VALUES";
    tx.insert_rows(head, 8, &args, "").await.unwrap();
    let sql = "INSERT INTO members (tenant, group_id, person, role, since) \
               SELECT tenant, id, $1, 'owner', 0 FROM groups WHERE tenant = $2 AND title = 'class'";
    tx.run(sql, &[person.into(), tenant.into()]).await.unwrap();
    tx.commit().await.unwrap();
    school
}

async fn author(work: &mut Work<'_>, school: &TestSchool) -> Person {
    roster::person_by_id(work, school.people[0]).await.unwrap().unwrap()
}

fn draft() -> Draft {
    let text = |words: &str| Content::Text { body: Styled::from(words.to_owned()) };
    Draft { contents: vec![text("明天 8 点到校"), text("请带水杯")], ..Draft::default() }
}

async fn published(school: &TestSchool) -> Published {
    published_as(school, draft()).await
}

async fn published_as(school: &TestSchool, draft: Draft) -> Published {
    let mut batch = school.batch(NOON).await;
    let mut work = batch.work();
    let author = author(&mut work, school).await;
    let published = publish(&mut work, &author, draft).await.unwrap_or_else(|failure| panic!("{failure:?}"));
    work.keep().await.unwrap();
    commit(batch).await;
    published
}

/// Rows of a stretch here, so that few groups are several.
const STRETCH: usize = 100;

/// Carries out what is due now, runs in stretches of so many rows, and says when there is more.
async fn carry_out_all(work: &mut Work<'_>) -> Option<Millis> {
    let Ok(due) = duties(work).await else { panic!("refused") };
    for duty in due {
        let done = match duty {
            Duty::Plan(run) => plan::go_on(work, run, STRETCH).await,
            Duty::Change(run) => amending::go_on(work, run, STRETCH).await,
            other => carry_out(work, other).await,
        };
        assert!(done.is_ok(), "{duty:?}");
    }
    next(work).await.unwrap_or(None)
}

/// One turn of the timer; undone at the end unless `kept`. True if there is more to do.
async fn turn(school: &TestSchool, kept: bool) -> bool {
    let mut batch = school.batch(NOON).await;
    let mut work = batch.work();
    let next = carry_out_all(&mut work).await;
    if kept {
        work.keep().await.unwrap();
        commit(batch).await;
    }
    next.is_some_and(|next| next <= NOON)
}

async fn count(school: &TestSchool, sql: &'static str) -> i64 {
    let mut tx = school.database.read().await.unwrap();
    tx.one(sql, &[]).await.unwrap().unwrap().get(0).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn planning_broken_off_anywhere_writes_everything_once(
        groups in 0_i64..200,
        kept in proptest::collection::vec(any::<bool>(), 0..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (posts, rows, open) = runtime.block_on(async {
            let school = school(groups).await;
            published(&school).await;
            let mut kept = kept.into_iter();
            while turn(&school, kept.next().unwrap_or(true)).await {}
            // What was broken off last is done now, and once more changes nothing.
            turn(&school, true).await;
            turn(&school, true).await;
            (
                count(&school, "SELECT COUNT(*) FROM broadcast_posts WHERE state = 'planned'").await,
                count(&school, "SELECT COUNT(*) FROM outbox").await,
                count(&school, "SELECT COUNT(*) FROM broadcast_runs WHERE state <> 'sending'").await,
            )
        });
        prop_assert_eq!((posts, rows, open), (2 * (groups + 1), 2 * (groups + 1), 0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn however_planning_is_broken_off_a_group_gets_two_at_once_and_the_rest_waits(
        groups in 0_i64..100,
        broadcasts in 1_i64..5,
        kept in proptest::collection::vec(any::<bool>(), 0..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (rows, waiting, counted) = runtime.block_on(async {
            let school = school(groups).await;
            for _ in 0..broadcasts {
                published(&school).await;
            }
            let mut kept = kept.into_iter();
            while turn(&school, kept.next().unwrap_or(true)).await {}
            for _ in 0..8 {
                turn(&school, true).await;
            }
            (
                count(&school, "SELECT COUNT(*) FROM outbox").await,
                count(&school, "SELECT COUNT(*) FROM digest_items").await,
                count(&school, "SELECT COUNT(*) FROM burdens").await,
            )
        });
        let (at_once, chats) = (broadcasts.min(2), groups + 1);
        prop_assert_eq!((rows, waiting), (2 * at_once * chats, 2 * (broadcasts - at_once) * chats));
        prop_assert_eq!(counted, at_once * chats);
    }
}

#[tokio::test]
async fn many_groups_get_their_digests_in_several_turns_each_its_own() {
    let school = school(45).await;
    for _ in 0..3 {
        published(&school).await;
        while turn(&school, true).await {}
    }
    let evening = NOON.plus_ms(DAY_MS / 4);
    let mut turns = 0;
    loop {
        let mut batch = school.batch(evening).await;
        let mut work = batch.work();
        let next = carry_out_all(&mut work).await;
        work.keep().await.unwrap();
        commit(batch).await;
        turns += 1;
        let Some(next) = next else { break };
        assert!(next <= evening && turns < 10, "the rest is due at once");
    }
    assert_eq!(turns, 3);
    assert_eq!(count(&school, "SELECT COUNT(*) FROM digests").await, 46);
    assert_eq!(count(&school, "SELECT COUNT(DISTINCT group_id) FROM digests").await, 46);
}

#[tokio::test]
async fn planning_the_same_stretch_again_writes_it_once() {
    let school = school(10).await;
    published(&school).await;
    while turn(&school, true).await {}
    let mut tx = school.database.write().await.unwrap();
    tx.run("UPDATE broadcast_runs SET state = 'planning', planned_until = 0", &[]).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!turn(&school, true).await);
    assert_eq!(count(&school, "SELECT COUNT(*) FROM outbox").await, 22);
    assert_eq!(count(&school, "SELECT COUNT(*) FROM broadcast_posts").await, 22);
}

#[tokio::test]
async fn of_a_large_run_no_transaction_writes_more_than_a_stretch() {
    let school = school(120).await;
    published(&school).await;
    let mut before = 0;
    loop {
        let more = turn(&school, true).await;
        let now = count(&school, "SELECT COUNT(*) FROM outbox").await;
        assert!(now - before <= i64::try_from(STRETCH).unwrap(), "{}", now - before);
        before = now;
        if !more {
            break;
        }
    }
    assert_eq!(before, 242);
}

#[tokio::test]
async fn ten_thousand_rows_are_planned_in_one_transaction_on_sqlite_and_what_is_beyond_in_the_next() {
    let school = school(5_000).await;
    published(&school).await;
    let (mut rows, mut most) = (Vec::new(), 0);
    while rows.last() != Some(&10_002) {
        let mut batch = school.batch(NOON).await;
        let mut work = batch.work();
        most = plan::rows_max(&mut work);
        let Ok(due) = duties(&mut work).await else { panic!("refused") };
        for duty in due {
            assert!(carry_out(&mut work, duty).await.is_ok(), "{duty:?}");
        }
        work.keep().await.unwrap();
        let (tx, written) = batch.finish().await.unwrap();
        tx.commit().await.unwrap();
        let in_order = written.windows(2).all(|two| two[0].id < two[1].id);
        assert!(in_order, "what is handed to the sender keeps its order");
        rows.push(rows.last().unwrap_or(&0) + written.len());
    }
    let is_sqlite = matches!(school.database, Database::Sqlite { .. });
    assert_eq!(most, if is_sqlite { 10_000 } else { 2_500 });
    let stretches: Vec<usize> = (1..=10_000 / most).map(|stretch| stretch * most).chain([10_002]).collect();
    assert_eq!(rows, stretches);
    let as_planned = "SELECT COUNT(*) FROM outbox o JOIN broadcast_posts p ON o.dedup_key = 'broadcast/' || p.id \
                      WHERE o.to_kind = p.to_kind AND o.to_id = p.to_id AND o.share = p.run \
                      AND o.payload LIKE CASE p.part WHEN 0 THEN '%明天%' ELSE '%水杯%' END";
    assert_eq!(count(&school, as_planned).await, 10_002);
}

#[tokio::test]
async fn who_lost_a_group_since_posts_there_no_more() {
    let school = school(1).await;
    let mut batch = school.batch(NOON).await;
    let mut work = batch.work();
    let author = author(&mut work, &school).await;
    let when = Some("always - - daily 10:00:00".to_owned());
    let chosen = Groups::Chosen(vec![(school.group, None)]);
    let draft = Draft { groups: chosen, when, ..draft() };
    assert!(publish(&mut work, &author, draft).await.is_ok());
    work.keep().await.unwrap();
    commit(batch).await;
    let mut tx = school.database.write().await.unwrap();
    tx.run("UPDATE members SET role = 'member'", &[]).await.unwrap();
    tx.commit().await.unwrap();
    let mut batch = school.batch(NOON.plus_ms(DAY_MS)).await;
    let mut work = batch.work();
    while carry_out_all(&mut work).await.is_some_and(|next| next <= work.now) {}
    work.keep().await.unwrap();
    commit(batch).await;
    assert_eq!(count(&school, "SELECT COUNT(*) FROM outbox").await, 0);
    assert_eq!(count(&school, "SELECT COUNT(*) FROM broadcast_posts WHERE reason = 'not-yours'").await, 2);
}

/// A school with so many readers in its first group, and a topic that they get in private.
async fn school_with_readers(people: i64) -> TestSchool {
    let mut config = Config::for_tests();
    config.broadcasts.topics = vec![crate::config::Topic::for_tests("storm", "暴雨", true)];
    let school = TestSchool::open(1, config).await;
    let mut tx = school.database.write().await.unwrap();
    let (tenant, author) = (school.setting.tenant, school.people[0]);
    let sql = "UPDATE members SET role = 'owner' WHERE person = $1";
    tx.run(sql, &[author.into()]).await.unwrap();
    for number in 0..people {
        let native = Native::from(9_000 + number);
        let sql = "INSERT INTO people (tenant, native, name, private_chat, created_at) \
                   VALUES ($1, $2, 'reader', 'open', 0) RETURNING id";
        let row = tx.one(sql, &[tenant.into(), (&native).into()]).await.unwrap().unwrap();
        let person: crate::ids::PersonId = row.get(0).unwrap();
        let sql =
            "INSERT INTO members (tenant, group_id, person, role, since) VALUES ($1, $2, $3, 'member', 0)";
        tx.run(sql, &[tenant.into(), school.group.into(), person.into()]).await.unwrap();
    }
    tx.commit().await.unwrap();
    school
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn planning_copies_broken_off_anywhere_writes_each_once(
        people in 0_i64..700,
        kept in proptest::collection::vec(any::<bool>(), 0..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (groups, copies, rows, open) = runtime.block_on(async {
            let school = school_with_readers(people).await;
            published_as(&school, Draft { topic: Topic("storm".into()), ..draft() }).await;
            let mut kept = kept.into_iter();
            let mut before = 0;
            while turn(&school, kept.next().unwrap_or(true)).await {
                let now = count(&school, "SELECT COUNT(*) FROM outbox").await;
                assert!(now - before <= i64::try_from(copies::COPIES_MAX).unwrap(), "{}", now - before);
                before = now;
            }
            turn(&school, true).await;
            turn(&school, true).await;
            (
                count(&school, "SELECT COUNT(*) FROM broadcast_posts WHERE to_kind = 'group'").await,
                count(&school, "SELECT COUNT(*) FROM broadcast_posts WHERE to_kind = 'person'").await,
                count(&school, "SELECT COUNT(*) FROM outbox").await,
                count(&school, "SELECT COUNT(*) FROM broadcast_runs WHERE state <> 'sending'").await,
            )
        });
        prop_assert_eq!((groups, copies, rows, open), (2, 2 * people, 2 + 2 * people, 0));
    }
}

#[tokio::test]
async fn copies_wait_behind_what_goes_to_the_groups() {
    let school = school_with_readers(3).await;
    published_as(&school, Draft { topic: Topic("storm".into()), ..draft() }).await;
    while turn(&school, true).await {}
    let first_copy = "SELECT MIN(priority) FROM outbox WHERE to_kind = 'person'";
    let last_post = "SELECT MAX(priority) FROM outbox WHERE to_kind = 'group'";
    assert!(count(&school, first_copy).await > count(&school, last_post).await);
    let shares = "SELECT COUNT(*) FROM outbox o WHERE o.share = (SELECT MAX(id) FROM broadcast_runs)";
    assert_eq!(count(&school, shares).await, 8, "copies and posts of a run have one share");
}

#[tokio::test]
async fn copies_of_a_large_run_hold_up_no_other_run() {
    let school = school_with_readers(600).await;
    published_as(&school, Draft { topic: Topic("storm".into()), ..draft() }).await;
    turn(&school, true).await;
    published(&school).await;
    turn(&school, true).await;
    let posts = "SELECT COUNT(*) FROM broadcast_posts WHERE to_kind = 'group'";
    let copies = "SELECT COUNT(*) FROM broadcast_posts WHERE to_kind = 'person'";
    assert_eq!((count(&school, posts).await, count(&school, copies).await), (4, 0));
    while turn(&school, true).await {}
    assert_eq!(count(&school, copies).await, 1_200);
}
