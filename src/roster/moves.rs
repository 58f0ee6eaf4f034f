//! Purpose: what happens when the channel gives a group a new native id.
//!
//! Invariant: nothing of a group is lost by its move.

use super::store;
use crate::clock::Millis;
use crate::ids::{GroupId, Native, TenantId};
use crate::outbox;
use crate::storage::{Result, Tx};
use crate::work::Work;

/// Gives a group its new native id, when the channel has moved it; all else of the group stays, but for its greeting
/// and what waits to be done about messages, which stay behind. A group that was met under the new id before this was
/// known (both service messages of a migration can come in either order) is left behind too, so that the id belongs to
/// the moved one. False if this is no news, or the tenant has no such group.
pub async fn moved(tx: &mut Tx, tenant: TenantId, group: GroupId, to: &Native, now: Millis) -> Result<bool> {
    let sql = "SELECT 1 FROM groups WHERE tenant = $1 AND id = $2 AND native <> $3";
    if tx.one(sql, &[tenant.into(), group.into(), to.into()]).await?.is_none() {
        return Ok(false);
    }
    outbox::forget_messages(tx, tenant, group, now).await?;
    tx.run(
        "UPDATE groups SET native = native || ' before ' || CAST(id AS TEXT), state = 'left'
         WHERE tenant = $1 AND native = $2 AND id <> $3",
        &[tenant.into(), to.into(), group.into()],
    )
    .await?;
    let sql = "UPDATE groups SET native = $1, kind = 'group', greeting = NULL WHERE tenant = $2 AND id = $3";
    Ok(tx.run(sql, &[to.into(), tenant.into(), group.into()]).await? == 1)
}

/// As [`moved`], for a group known by its native id until now. An id that is unknown (moved before) changes nothing.
pub(super) async fn moved_from(work: &mut Work<'_>, from: &Native, to: &Native) -> Result<()> {
    let Some(group) = store::group_by_native(work, from).await? else { return Ok(()) };
    let (tenant, now) = (work.tenant, work.now);
    moved(work.writing().await?, tenant, group.id, to, now).await?;
    store::forget_groups(work);
    Ok(())
}
