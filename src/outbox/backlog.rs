//! Purpose: how much waits to be sent and who sends it, for those who run the bot.
//!
//! Invariant: counts only, and each is bounded: looking never costs more than a walk over [`COUNTED_MAX`] index entries.

use super::Priority;
use super::deliver::lease_name;
use crate::clock::Millis;
use crate::ids::TenantId;
use crate::storage::{Error, Result, Tx, lease};

/// Rows are counted up to this many; a count that reaches it means "so many or more".
pub const COUNTED_MAX: i64 = 100_000;

/// What waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Rows not yet sent, those for later included, by their place in the order. Classes without any are left out.
    pub waiting: Vec<(Priority, i64)>,
    /// Since when the oldest row that is due has been due; nothing if none is.
    pub due_since: Option<Millis>,
    /// Rows given up because nobody knows whether they arrived, until the operator decides about them.
    pub quarantined: i64,
}

/// Counts what waits at `now`.
pub async fn backlog(tx: &mut Tx, tenant: TenantId, now: Millis) -> Result<Backlog> {
    let rows = tx
        .rows(
            "SELECT priority, COUNT(*), MIN(not_before) FROM (SELECT priority, not_before FROM outbox \
                 WHERE tenant = $1 AND state IN ('ready', 'sending') ORDER BY not_before, id LIMIT $2) AS open \
             GROUP BY priority ORDER BY priority",
            &[tenant.into(), COUNTED_MAX.into()],
        )
        .await?;
    let mut backlog = Backlog::default();
    for row in &rows {
        let earliest: Millis = row.get(2)?;
        backlog.waiting.push((Priority::of(row.get(0)?), row.get(1)?));
        if earliest <= now {
            backlog.due_since = Some(backlog.due_since.map_or(earliest, |since| since.min(earliest)));
        }
    }
    let quarantined = "SELECT COUNT(*) FROM (SELECT id FROM outbox \
                           WHERE tenant = $1 AND state = 'quarantined' LIMIT $2) AS counted";
    let row = tx.one(quarantined, &[tenant.into(), COUNTED_MAX.into()]).await?;
    backlog.quarantined = row.ok_or(Error::NoRow)?.get(0)?;
    Ok(backlog)
}

/// Who sends, and until when it surely does so without a renewal; nothing if nobody ever did.
pub async fn sender(tx: &mut Tx, tenant: TenantId) -> Result<Option<(String, Millis)>> {
    lease::standing(tx, &lease_name(tenant)).await
}
