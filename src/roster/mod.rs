//! Purpose: the groups the bot is in and the people it has met.
//!
//! Invariant: identity is the channel's id, never a name.

use crate::failure::Outcome;
use crate::ids::{GroupId, PersonId};
use crate::work::Work;

/// Whether the person is on the group's staff.
pub async fn is_staff(work: &mut Work<'_>, group: GroupId, person: PersonId) -> Outcome<bool> {
    let row = work.reading().one("SELECT 1 FROM members WHERE group_id = $1 AND person = $2 AND role IN ('owner', 'administrator')", &[group.into(), person.into()]).await?;
    Ok(row.is_some())
}

/// Whether the person is a member of the group, or was one.
pub async fn has_been_in(work: &mut Work<'_>, group: GroupId, person: PersonId) -> Outcome<bool> {
    let tenant = work.tenant;
    let sql = "SELECT 1 FROM members WHERE tenant = $1 AND group_id = $2 AND person = $3";
    let row = work.reading().one(sql, &[tenant.into(), group.into(), person.into()]).await?;
    Ok(row.is_some())
}
