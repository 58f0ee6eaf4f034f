//! Purpose: the SQL of who is in which group.

use super::{read_person, set_role};
use crate::channel::Role;
use crate::ids::{GroupId, PersonId};
use crate::roster::Person;
use crate::storage::{Arg, Result};
use crate::work::Work;

pub(in crate::roster) async fn has_been_in(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
) -> Result<bool> {
    let tenant = work.tenant;
    let sql = "SELECT 1 FROM members WHERE tenant = $1 AND group_id = $2 AND person = $3";
    let row = work.reading().one(sql, &[tenant.into(), group.into(), person.into()]).await?;
    Ok(row.is_some())
}

/// Administrators the channel no longer lists are members again.
pub(in crate::roster) async fn demote_all_but(
    work: &mut Work<'_>,
    group: GroupId,
    staff: &[PersonId],
) -> Result<()> {
    let sql = "SELECT person FROM members WHERE group_id = $1 AND role IN ('owner', 'administrator')";
    let rows = work.reading().rows(sql, &[group.into()]).await?;
    for row in rows {
        let person: PersonId = row.get(0)?;
        if !staff.contains(&person) {
            set_role(work, group, person, Role::Member).await?;
        }
    }
    Ok(())
}

pub(in crate::roster) async fn staff(work: &mut Work<'_>, group: GroupId) -> Result<Vec<Person>> {
    let rows = work
        .reading()
        .rows(
            "SELECT p.id, p.native, p.name, p.language, p.private_chat, p.chosen FROM members m JOIN people p ON p.id = m.person
             WHERE m.group_id = $1 AND m.role IN ('owner', 'administrator') ORDER BY p.id",
            &[group.into()],
        )
        .await?;
    rows.iter().map(read_person).collect()
}

/// These people, in no particular order.
pub(in crate::roster) async fn people(work: &mut Work<'_>, people: &[PersonId]) -> Result<Vec<Person>> {
    let tenant = work.tenant;
    let list: Vec<Arg<'_>> = people.iter().map(|person| (*person).into()).collect();
    let sql =
        "SELECT id, native, name, language, private_chat, chosen FROM people WHERE tenant = $1 AND id IN";
    work.reading().rows_in(sql, &[tenant.into()], &list).await?.iter().map(read_person).collect()
}

/// The group with the bot that the person came to last.
pub(in crate::roster) async fn group_of(work: &mut Work<'_>, person: PersonId) -> Result<Option<GroupId>> {
    let sql = "SELECT g.id FROM members m JOIN groups g ON g.id = m.group_id
         WHERE m.person = $1 AND m.role <> 'absent' AND g.state = 'active' ORDER BY m.since DESC, g.id LIMIT 1";
    work.reading().one(sql, &[person.into()]).await?.map(|row| row.get(0)).transpose()
}

/// Every group with the bot that the person is in.
pub(in crate::roster) async fn groups_of(work: &mut Work<'_>, person: PersonId) -> Result<Vec<GroupId>> {
    let sql = "SELECT g.id FROM members m JOIN groups g ON g.id = m.group_id
         WHERE m.person = $1 AND m.role <> 'absent' AND g.state = 'active' ORDER BY g.id";
    work.reading().rows(sql, &[person.into()]).await?.iter().map(|row| row.get(0)).collect()
}
