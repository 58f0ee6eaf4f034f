//! Purpose: how many announcements are read to list what is coming.

use crate::broadcasts::store::{self, Page, Whose};
use crate::clock::Millis;
use crate::config::Config;
use crate::ids::PersonId;
use crate::storage::testing::TestSchool;
use crate::work::Work;

/// Coming announcements of another group's teacher.
const OF_OTHERS: i64 = 2_000;

/// Somebody who administers a group of their own and is in no other.
async fn another_teacher(work: &mut Work<'_>) -> PersonId {
    let tenant = work.tenant;
    let tx = work.writing().await.unwrap();
    let sql = "INSERT INTO people (tenant, native, name, created_at) VALUES ($1, '77', '', 0) RETURNING id";
    let person: PersonId = tx.one(sql, &[tenant.into()]).await.unwrap().unwrap().get(0).unwrap();
    let sql = "INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, created_at) \
               VALUES ($1, '-77', '', 'group', 'active', 'administrator', '{}', 0)";
    tx.run(sql, &[tenant.into()]).await.unwrap();
    let sql = "INSERT INTO members (tenant, group_id, person, role, since) \
               SELECT tenant, id, $1, 'owner', 0 FROM groups WHERE tenant = $2 AND native = '-77'";
    tx.run(sql, &[person.into(), tenant.into()]).await.unwrap();
    person
}

async fn announce(work: &mut Work<'_>, author: PersonId, times: i64) {
    let tenant = work.tenant;
    let sql = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < $3) \
               INSERT INTO broadcasts (tenant, author, state, draft, version, done_until, next_at, created_at) \
               SELECT $1, $2, 'scheduled', '{\"contents\":[]}', 1, 0, n, 0 FROM numbers";
    work.writing().await.unwrap().run(sql, &[tenant.into(), author.into(), times.into()]).await.unwrap();
}

/// How many are read for somebody.
async fn read(work: &mut Work<'_>, person: PersonId, whose: Whose, staff: &str) -> usize {
    let mut count = 0;
    for page in 0.. {
        let page = Page { whose, staff, after: page * 200, count_max: 200 };
        let Some(seen) = store::coming(work, person, page).await.unwrap() else { break };
        count += seen.len();
    }
    count
}

#[tokio::test]
async fn of_two_thousand_announcements_of_others_groups_none_is_read() {
    let school = TestSchool::open(3, Config::for_tests()).await;
    let [teacher, parent, head] = school.people[..] else { panic!("three people") };
    let mut batch = school.batch(Millis(9)).await;
    let mut work = batch.work();
    let other = another_teacher(&mut work).await;
    announce(&mut work, other, OF_OTHERS).await;
    announce(&mut work, teacher, 3).await;
    let theirs = Whose::OthersInTheirGroups;
    assert_eq!(read(&mut work, teacher, Whose::Own, ",").await, 3);
    assert_eq!(read(&mut work, teacher, theirs, ",").await, 0);
    assert_eq!(read(&mut work, parent, theirs, ",").await, 0, "a parent administers no group");
    assert_eq!(read(&mut work, other, Whose::Own, ",").await, 2_000);
    // Whoever looks after no group publishes for the school, and so do those whom the configuration names.
    announce(&mut work, head, 5).await;
    assert_eq!(read(&mut work, teacher, theirs, ",").await, 5);
    let staff = format!(",{other},");
    assert_eq!(read(&mut work, teacher, theirs, &staff).await, 2_005);
    assert_eq!(read(&mut work, teacher, Whose::Others, ",").await, 2_005);
}
