//! Purpose: what is counted of receipts of several groups and several versions of the words.

use super::*;
use crate::broadcasts::store::reminders;
use crate::config::Config;
use crate::storage::testing::TestSchool;

/// A run that went to the school's group and not to another one the first person administers too.
async fn run_in_one_of_two_groups(work: &mut Work<'_>, school: &TestSchool) -> RunId {
    let (tenant, people) = (work.tenant, &school.people);
    let tx = work.writing().await.unwrap();
    let sql = "INSERT INTO broadcasts (tenant, author, state, draft, version, done_until, created_at) \
               VALUES ($1, $2, 'sent', '{}', 2, 0, 0) RETURNING id";
    let broadcast: i64 =
        tx.one(sql, &[tenant.into(), people[0].into()]).await.unwrap().unwrap().get(0).unwrap();
    let sql = "INSERT INTO broadcast_runs (tenant, broadcast, occurrence, state, start_at, planned_until) \
               VALUES ($1, $2, 0, 'sent', 0, 0) RETURNING id";
    let run: RunId = tx.one(sql, &[tenant.into(), broadcast.into()]).await.unwrap().unwrap().get(0).unwrap();
    let sql = "INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, created_at) \
               VALUES ($1, '-2', '', 'group', 'active', 'administrator', '{}', 0) RETURNING id";
    let other: GroupId = tx.one(sql, &[tenant.into()]).await.unwrap().unwrap().get(0).unwrap();
    let sql = "INSERT INTO members (tenant, group_id, person, role, since) VALUES ($1, $2, $3, 'owner', 0)";
    tx.run(sql, &[tenant.into(), other.into(), people[0].into()]).await.unwrap();
    let sql = "INSERT INTO broadcast_posts (tenant, run, to_kind, to_id, part, version, state) \
               VALUES ($1, $2, 'group', $3, 0, 2, 'sent'), ($1, $2, 'group', $3, 1, 2, 'sent'), \
                   ($1, $2, 'group', $4, 0, 1, 'failed')";
    tx.run(sql, &[tenant.into(), run.into(), school.group.into(), other.into()]).await.unwrap();
    run
}

#[tokio::test]
async fn each_reader_is_tallied_once_by_what_they_confirmed_of_the_words_as_they_are() {
    let school = TestSchool::open(5, Config::for_tests()).await;
    let [teacher, earlier, anew, asked, _silent] = school.people[..] else { panic!("five people") };
    let mut batch = school.batch(Millis(9)).await;
    let mut work = batch.work();
    let run = run_in_one_of_two_groups(&mut work, &school).await;
    for (person, version, step) in [
        (earlier, 1, Step::Signed),
        (anew, 1, Step::Signed),
        (anew, 2, Step::Signed),
        (asked, 1, Step::Asked),
        (asked, 2, Step::Asked),
        (teacher, 1, Step::Signed),
    ] {
        set(&mut work, run, person, version, step).await.unwrap();
    }
    let tallied = tallies(&mut work, run, 2, Step::Signed, teacher).await.unwrap();
    let one = Tally { readers: 4, read: 1, signed: 1, earlier: 1 };
    assert_eq!(tallied, HashMap::from([(school.group, (one, true))]), "the other group has nothing of it");
    let tallied = tallies(&mut work, run, 2, Step::Signed, anew).await.unwrap();
    assert_eq!(tallied[&school.group], (one, false));
    assert_eq!(total(&mut work, run, 2, Step::Signed).await.unwrap(), one, "the teacher is no reader");
    let to_remind = reminders::missing(&mut work, (run, 2), 0, 1, 9).await.unwrap().len();
    let others = reminders::others(&mut work, (run, 2), 0, 1).await.unwrap();
    let missing = i64::try_from(to_remind).unwrap() + others.unreachable;
    assert_eq!(missing, 3, "whoever has not confirmed these words");
}

#[tokio::test]
async fn what_was_signed_stays_signed_whatever_comes_later() {
    let school = TestSchool::open(2, Config::for_tests()).await;
    let person = school.people[1];
    let mut batch = school.batch(Millis(9)).await;
    let mut work = batch.work();
    let run = run_in_one_of_two_groups(&mut work, &school).await;
    for next in [Step::Asked, Step::Signed, Step::Asked, Step::Read] {
        set(&mut work, run, person, 2, next).await.unwrap();
    }
    assert_eq!(step(&mut work, run, person, 2).await.unwrap(), Some(Step::Signed));
    assert_eq!(step(&mut work, run, person, 3).await.unwrap(), None);
    assert!(knows_earlier(&mut work, run, person, 3).await.unwrap());
    assert!(!knows_earlier(&mut work, run, person, 2).await.unwrap());
}
