//! Purpose: who may say yes to what needs it: whoever looks after every group too, and has not written it.

use super::*;
use crate::ids::{GroupId, PersonId};

/// A fee notice for all groups of the author's.
fn fee() -> Draft {
    let words =
        Content::Text { body: Styled::from("校服费每套 150 元，请用微信支付".to_owned()) };
    Draft { contents: vec![words], ..Draft::default() }
}

/// Somebody who administers the groups numbered so, among all of the school's in the order of their numbers.
async fn administrator(school: &TestSchool, native: i64, chat: &str, of: std::ops::Range<usize>) -> PersonId {
    let mut tx = school.database.write().await.unwrap();
    let (tenant, native) = (school.setting.tenant, Native::from(native));
    let sql = "INSERT INTO people (tenant, native, name, private_chat, created_at) VALUES ($1, $2, '李主任', $3, 0) \
               RETURNING id";
    let row = tx.one(sql, &[tenant.into(), (&native).into(), chat.into()]).await.unwrap().unwrap();
    let person: PersonId = row.get(0).unwrap();
    let rows =
        tx.rows("SELECT id FROM groups WHERE tenant = $1 ORDER BY id", &[tenant.into()]).await.unwrap();
    let groups: Vec<GroupId> = rows.iter().map(|row| row.get(0).unwrap()).collect();
    let args: Vec<Arg<'_>> = groups[of]
        .iter()
        .flat_map(|group| {
            [tenant.into(), (*group).into(), person.into(), "administrator".into(), 0_i64.into()]
        })
        .collect();
    let head = "INSERT INTO members (tenant, group_id, person, role, since) VALUES";
    tx.insert_rows(head, 5, &args, "").await.unwrap();
    tx.commit().await.unwrap();
    person
}

/// Who is asked about a fee notice of the first person's.
async fn asked(school: &TestSchool) -> Vec<PersonId> {
    let mut batch = school.batch(NOON).await;
    let mut work = batch.work();
    let author = author(&mut work, school).await;
    let Ok(authority) = authority::for_draft(&mut work, &author, &fee()).await else { panic!("refused") };
    let Ok(found) = approval::approvers(&mut work, &author, &authority).await else { panic!("broken") };
    found.into_iter().map(|person| person.id).collect()
}

#[tokio::test]
async fn only_who_looks_after_every_group_and_can_be_reached_is_asked() {
    let school = school(300).await;
    assert_eq!(asked(&school).await, [], "not whoever wrote it");
    administrator(&school, 71, "open", 1..301).await;
    administrator(&school, 72, "open", 0..300).await;
    administrator(&school, 73, "blocked", 0..301).await;
    assert_eq!(asked(&school).await, []);
    let of_all = administrator(&school, 74, "open", 0..301).await;
    assert_eq!(asked(&school).await, [of_all]);
    let mut tx = school.database.write().await.unwrap();
    let sql = "UPDATE members SET role = 'member' WHERE person = $1 AND group_id = $2";
    tx.run(sql, &[of_all.into(), school.group.into()]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(asked(&school).await, [], "an administrator of one group no more");
}

#[tokio::test]
async fn the_schools_staff_are_asked_wherever_they_are() {
    let mut school = school(2).await;
    let head = administrator(&school, 75, "open", 0..0).await;
    let both = administrator(&school, 76, "open", 0..3).await;
    assert_eq!(asked(&school).await, [both]);
    let mut config = Config::for_tests();
    config.school.staff = vec![Native::from(75_i64), Native::from(76_i64), Native::from(0_i64)];
    school.setting.config = std::sync::Arc::new(config);
    let mut asked = asked(&school).await;
    asked.sort_unstable();
    assert_eq!(asked, [head, both], "each once, and not the author, who is of the staff too");
}

#[tokio::test]
async fn nobody_of_another_school_is_asked() {
    let school = school(0).await;
    let (tenant, _, strangers) = school.strangers(1).await;
    let mut tx = school.database.write().await.unwrap();
    tx.run("UPDATE people SET private_chat = 'open' WHERE tenant = $1", &[tenant.into()]).await.unwrap();
    let sql = "INSERT INTO members (tenant, group_id, person, role, since) VALUES ($1, $2, $3, 'owner', 0)";
    tx.run(sql, &[tenant.into(), school.group.into(), strangers[0].into()]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(asked(&school).await, []);
}

#[tokio::test]
async fn a_yes_is_for_the_groups_it_was_asked_for() {
    let school = school(2).await;
    administrator(&school, 77, "open", 0..3).await;
    let published = published_as(&school, fee()).await;
    assert_eq!((published.asked, published.state), (1, State::AwaitingApproval));
    let mut batch = school.batch(NOON).await;
    let mut work = batch.work();
    let kept = store::broadcast(&mut work, published.broadcast).await.unwrap().unwrap();
    let Groups::Chosen(chosen) = kept.draft.groups else { panic!("all of the author's") };
    assert_eq!((chosen.len(), kept.draft.is_fee, kept.approved_by), (3, true, None));
}

#[tokio::test]
async fn nobody_calls_a_draft_a_fee_or_none_but_its_words() {
    let marked = check::marked(Draft { is_fee: true, ..draft() });
    assert!(!marked.is_fee);
    assert!(check::marked(fee()).is_fee);
}
