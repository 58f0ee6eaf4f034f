//! Purpose: the SQL of update numbers and parked updates.

use std::collections::HashSet;

use crate::clock::{DAY_MS, Millis};
use crate::ids::{TenantId, UpdateId};
use crate::moderation;
use crate::quizzes;
use crate::storage::{Arg, Error, Result, Tx};

/// Update numbers are kept this long; the channel delivers none later than 24 hours.
const HANDLED_KEPT_DAYS: i64 = 2;
/// Parked updates are kept this long for the operator.
pub const PARKED_KEPT_DAYS: i64 = 30;
/// Of a parked update, this many bytes are kept.
const RAW_BYTES_MAX: usize = 64 * 1024;

/// Which of these updates were handled before.
pub(super) async fn handled(
    tx: &mut Tx,
    tenant: TenantId,
    updates: &[UpdateId],
) -> Result<HashSet<UpdateId>> {
    let list: Vec<Arg<'_>> = updates.iter().map(|update| Arg::from(*update)).collect();
    let sql = "SELECT update_id FROM handled WHERE tenant = $1 AND update_id IN";
    tx.rows_in(sql, &[tenant.into()], &list).await?.iter().map(|row| row.get(0)).collect()
}

/// Marks updates as handled.
pub(super) async fn mark(tx: &mut Tx, tenant: TenantId, updates: &[UpdateId], now: Millis) -> Result<()> {
    let args: Vec<Arg<'_>> =
        updates.iter().flat_map(|update| [tenant.into(), Arg::from(*update), now.into()]).collect();
    tx.insert_rows(
        "INSERT INTO handled (tenant, update_id, at) VALUES",
        3,
        &args,
        "ON CONFLICT (tenant, update_id) DO NOTHING",
    )
    .await?;
    Ok(())
}

/// Parks an update with the reason.
pub(super) async fn park(
    tx: &mut Tx,
    tenant: TenantId,
    update: Option<UpdateId>,
    reason: &str,
    raw: &str,
    now: Millis,
) -> Result<()> {
    let mut end = raw.len().min(RAW_BYTES_MAX);
    while !raw.is_char_boundary(end) {
        end -= 1;
    }
    // PostgreSQL's texts can't hold the character 0.
    let kept = raw[..end].replace('\0', "\u{fffd}");
    let reason = reason.replace('\0', "\u{fffd}");
    tx.run(
        "INSERT INTO parked (tenant, update_id, reason, raw, at) VALUES ($1, $2, $3, $4, $5)",
        &[tenant.into(), update.into(), (&reason).into(), (&kept).into(), now.into()],
    )
    .await?;
    Ok(())
}

/// How many updates are parked, counted up to `count_max`.
pub async fn parked(tx: &mut Tx, tenant: TenantId, count_max: i64) -> Result<i64> {
    let sql =
        "SELECT COUNT(*) FROM (SELECT at FROM parked WHERE tenant = $1 ORDER BY at LIMIT $2) AS counted";
    tx.one(sql, &[tenant.into(), count_max.into()]).await?.ok_or(Error::NoRow)?.get(0)
}

/// Forgets update numbers and parked updates that are old enough. Returns how many rows went.
pub async fn forget_old(tx: &mut Tx, now: Millis) -> Result<u64> {
    let numbers = now.plus_ms(-HANDLED_KEPT_DAYS * DAY_MS);
    let parked = now.plus_ms(-PARKED_KEPT_DAYS * DAY_MS);
    let mut gone = tx.run("DELETE FROM handled WHERE at < $1", &[numbers.into()]).await?;
    gone += tx.run("DELETE FROM parked WHERE at < $1", &[parked.into()]).await?;
    gone += quizzes::forget_strays(tx, numbers).await?;
    gone += moderation::forget_evidence(tx, now).await?;
    Ok(gone)
}
