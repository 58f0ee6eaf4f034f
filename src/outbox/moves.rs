//! Purpose: what becomes of rows when their target turns out to be another, or none.
//!
//! Invariant: only open rows change; what has ended stays as it was.

use super::store::json;
use super::{About, Target};
use crate::clock::Millis;
use crate::ids::{GroupId, OutboxId, TenantId};
use crate::storage::{Result, Tx};

/// Of two rows of a group that turned out to be one: everything open for `from` is for `to` from now on.
pub async fn readdress(tx: &mut Tx, tenant: TenantId, from: GroupId, to: GroupId) -> Result<()> {
    let rows = tx
        .rows(
            "SELECT id, about FROM outbox WHERE tenant = $1 AND state IN ('ready', 'sending') \
                 AND to_kind = 'group' AND to_id = $2",
            &[tenant.into(), from.into()],
        )
        .await?;
    for row in &rows {
        let (id, about): (OutboxId, Option<String>) = (row.get(0)?, row.get(1)?);
        let known = about.as_deref().and_then(|text| serde_json::from_str::<About>(text).ok());
        let about = match known {
            Some(about) => Some(json(&about.readdressed(from, to))?),
            None => about,
        };
        let sql = "UPDATE outbox SET to_id = $1, about = $2 WHERE id = $3";
        tx.run(sql, &[to.into(), about.as_deref().into(), id.into()]).await?;
    }
    tx.run(
        "INSERT INTO outbox_waits (tenant, to_kind, to_id, until) \
         SELECT tenant, to_kind, $3, until FROM outbox_waits \
             WHERE tenant = $1 AND to_kind = 'group' AND to_id = $2 \
         ON CONFLICT (tenant, to_kind, to_id) DO UPDATE SET until = excluded.until \
             WHERE outbox_waits.until < excluded.until",
        &[tenant.into(), from.into(), to.into()],
    )
    .await?;
    let sql = "DELETE FROM outbox_waits WHERE tenant = $1 AND to_kind = 'group' AND to_id = $2";
    tx.run(sql, &[tenant.into(), from.into()]).await?;
    Ok(())
}

/// Ends what waits for a target that can't be reached any more; returns what it was about.
pub(super) async fn give_up(
    tx: &mut Tx,
    tenant: TenantId,
    target: Target,
    reason: &str,
    now: Millis,
) -> Result<Vec<About>> {
    let (to_kind, to_id) = target.columns();
    let rows = tx
        .rows(
            "UPDATE outbox SET state = 'failed', ended_at = $4, error = $5 \
             WHERE tenant = $1 AND to_kind = $2 AND to_id = $3 AND state IN ('ready', 'sending') \
                 AND state = 'ready' RETURNING about",
            &[tenant.into(), to_kind.into(), to_id.into(), now.into(), reason.into()],
        )
        .await?;
    let abouts = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<Option<String>>>>()?;
    Ok(abouts.into_iter().flatten().filter_map(|about| serde_json::from_str(&about).ok()).collect())
}
