//! Purpose: the groups the bot is in and the people it has met.
//!
//! Invariant: identity is the channel's id, never a name.

use crate::failure::Outcome;
use crate::ids::{GroupId, Native, PersonId, TenantId};
use crate::storage::{self, Tx};
use crate::work::Work;

/// Whether the person is on the group's staff.
pub async fn is_staff(work: &mut Work<'_>, group: GroupId, person: PersonId) -> Outcome<bool> {
    let row = work.reading().one("SELECT 1 FROM members WHERE group_id = $1 AND person = $2 AND role IN ('owner', 'administrator')", &[group.into(), person.into()]).await?;
    Ok(row.is_some())
}

/// Gives a group its new native id, when the channel has moved it; nothing else of the group changes. A group that
/// was met under the new id before this was known is left behind, so that the id belongs to the moved one. Returns
/// false if the tenant has no such group.
pub async fn moved(tx: &mut Tx, tenant: TenantId, group: GroupId, to: &Native) -> storage::Result<bool> {
    tx.run(
        "UPDATE groups SET native = native || ' before ' || CAST(id AS TEXT), state = 'left' \
         WHERE tenant = $1 AND native = $2 AND id <> $3",
        &[tenant.into(), to.into(), group.into()],
    )
    .await?;
    let changed = tx
        .run(
            "UPDATE groups SET native = $2, kind = 'group' WHERE tenant = $1 AND id = $3",
            &[tenant.into(), to.into(), group.into()],
        )
        .await?;
    Ok(changed == 1)
}
