//! Purpose: what goes to a group whose row has become a pointer to another.

use super::*;
use crate::ids::GroupId;

/// Publishes something for later to a pointer to a group that the author looks after, or to nobody's if `lost`.
async fn published_to_a_pointer(lost: bool) -> (TestSchool, crate::failure::Outcome<Published>) {
    let school = school(1).await;
    let of_author = GroupId(count(&school, "SELECT id FROM groups WHERE title = 'class'").await);
    let mut tx = school.database.write().await.unwrap();
    let sql = "INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, moved_to, created_at) \
               VALUES ($1, '-7 before 7', 'before', 'group', 'left', 'absent', '{}', $2, 0) RETURNING id";
    let row = tx.one(sql, &[school.setting.tenant.into(), of_author.into()]).await.unwrap().unwrap();
    let pointer: GroupId = row.get(0).unwrap();
    if lost {
        tx.run("UPDATE members SET role = 'member'", &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut batch = school.batch(NOON).await;
    let mut work = batch.work();
    let author = author(&mut work, &school).await;
    let when = Some("always - - daily 10:00:00".to_owned());
    let chosen = Groups::Chosen(vec![(pointer, None), (of_author, None)]);
    let done = publish(&mut work, &author, Draft { groups: chosen, when, ..draft() }).await;
    if let Ok(published) = &done {
        assert!(pause(&mut work, &author, published.broadcast).await.is_ok());
    }
    work.keep().await.unwrap();
    commit(batch).await;
    (school, done)
}

#[tokio::test]
async fn who_looks_after_the_group_that_a_chosen_one_has_become_decides_about_it() {
    let (school, done) = published_to_a_pointer(false).await;
    assert_eq!(done.ok().map(|published| published.groups), Some(1), "it is one group");
    assert_eq!(count(&school, "SELECT COUNT(*) FROM broadcasts WHERE state = 'paused'").await, 1);
}

#[tokio::test]
async fn who_doesnt_look_after_it_any_more_decides_nothing() {
    let (_, done) = published_to_a_pointer(true).await;
    assert!(matches!(done, Err(crate::failure::Failure::Refused(_))));
}
