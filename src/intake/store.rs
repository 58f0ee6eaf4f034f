//! Purpose: the SQL of update numbers and parked updates.

use std::collections::HashSet;

use crate::broadcasts::dialogue;
use crate::burden;
use crate::clock::{DAY_MS, Millis};
use crate::ids::{TenantId, UpdateId};
use crate::moderation;
use crate::quizzes;
use crate::storage::{Arg, Error, Result, Statement, Tx};
use crate::work::{Insert, Reading, Value, Work};

/// Update numbers are kept this long; the channel delivers none later than 24 hours.
const HANDLED_KEPT_DAYS: i64 = 2;
/// Rows of a table forgotten in one transaction, so that nobody waits long for it.
pub const FORGOTTEN_MAX: i64 = 5_000;
/// Parked updates are kept this long for the operator.
pub const PARKED_KEPT_DAYS: i64 = 30;
/// A draft that nobody has gone on with is kept this long.
const DRAFTS_KEPT_DAYS: i64 = 30;
/// Numbers that lie no further apart are looked for in one stretch.
const STRETCH_MAX: i64 = 1_000;
/// Of a parked update, this many bytes are kept.
const RAW_BYTES_MAX: usize = 64 * 1024;

/// Asks which of these updates were handled before, and adds them to `known`.
pub(super) fn handled<'a>(
    tenant: TenantId,
    updates: &[UpdateId],
    known: &'a mut HashSet<UpdateId>,
) -> Reading<'a> {
    let bounds = updates.iter().min().zip(updates.iter().max());
    let statement = match bounds {
        // A batch has neighbouring numbers: one stretch of the key is read instead of a place for each.
        Some((first, last)) if last.0.saturating_sub(first.0) <= STRETCH_MAX => Statement::new(
            "SELECT update_id FROM handled WHERE tenant = $1 AND update_id BETWEEN $2 AND $3",
            &[tenant.into(), (*first).into(), (*last).into()],
        ),
        _ => Statement::with_list(
            "SELECT update_id FROM handled WHERE tenant = $1 AND update_id IN",
            &[tenant.into()],
            updates.iter().map(|update| Arg::from(*update)).collect(),
        ),
    };
    Reading::new(statement, |_, rows| {
        rows.iter().try_for_each(|row| {
            known.insert(row.get(0)?);
            Ok(())
        })
    })
}

const HANDLED: Insert = Insert {
    head: "INSERT INTO handled (tenant, update_id, at) VALUES",
    width: 3,
    tail: "ON CONFLICT (tenant, update_id) DO NOTHING",
};

/// Marks updates as handled, at the end of the batch.
pub(super) fn stage_marks(work: &mut Work<'_>, updates: &[UpdateId]) {
    let (tenant, now) = (work.tenant.0.into(), work.now.0.into());
    for update in updates {
        work.insert_later(&HANDLED, vec![Value::clone(&tenant), update.0.into(), Value::clone(&now)]);
    }
}

/// Marks an update as handled.
pub(super) async fn mark(tx: &mut Tx, tenant: TenantId, update: UpdateId, now: Millis) -> Result<()> {
    let args = [tenant.into(), update.into(), now.into()];
    tx.insert_rows(HANDLED.head, HANDLED.width, &args, HANDLED.tail).await?;
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

/// Forgets update numbers and parked updates that are old enough, `FORGOTTEN_MAX` of each, and what features have that is.
/// Returns how many rows went.
pub async fn forget_old(tx: &mut Tx, now: Millis) -> Result<u64> {
    let numbers = now.plus_ms(-HANDLED_KEPT_DAYS * DAY_MS);
    let parked = now.plus_ms(-PARKED_KEPT_DAYS * DAY_MS);
    let sql = "DELETE FROM handled WHERE (tenant, update_id) IN
         (SELECT tenant, update_id FROM handled WHERE at < $1 LIMIT $2)";
    let mut gone = tx.run(sql, &[numbers.into(), FORGOTTEN_MAX.into()]).await?;
    let sql = "DELETE FROM parked WHERE id IN (SELECT id FROM parked WHERE at < $1 LIMIT $2)";
    gone += tx.run(sql, &[parked.into(), FORGOTTEN_MAX.into()]).await?;
    let drafts = now.plus_ms(-DRAFTS_KEPT_DAYS * DAY_MS);
    gone += dialogue::forget_abandoned(tx, drafts, FORGOTTEN_MAX).await?;
    gone += quizzes::forget_strays(tx, numbers).await?;
    gone += moderation::forget_evidence(tx, now, FORGOTTEN_MAX).await?;
    gone += moderation::forget_albums(tx, now).await?;
    gone += burden::forget(tx, now).await?;
    Ok(gone)
}
