//! Purpose: what the operator does about messages that were given up, because nobody knows whether they arrived.
//!
//! Invariants: what is listed says nothing of what a message says, only what kind of thing it is, for which row, and
//! why it was given up. A row leaves the quarantine once: sent again, or dropped.

use super::Target;
use crate::clock::Millis;
use crate::ids::{OutboxId, TenantId};
use crate::storage::{Result, Tx};

/// Rows listed at a time; more than anybody decides about in one sitting.
pub const LISTED_MAX: i64 = 1_000;

/// A row that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// Its number, unique in the database.
    pub id: OutboxId,
    /// Whose bot it is of.
    pub tenant: TenantId,
    /// Whom it is for.
    pub to: Target,
    /// What is sent, in the outbox's words, such as `say` or `quiz`.
    pub kind: String,
    /// When it was written.
    pub created_at: Millis,
    /// When it was given up.
    pub ended_at: Option<Millis>,
    /// Why.
    pub reason: Option<String>,
}

/// What was given up, of all tenants, oldest first; at most 1,000.
pub async fn quarantined(tx: &mut Tx) -> Result<Vec<Quarantined>> {
    let rows = tx
        .rows(
            "SELECT id, tenant, to_kind, to_id, payload, created_at, ended_at, error FROM outbox \
             WHERE state = 'quarantined' ORDER BY tenant, id LIMIT $1",
            &[LISTED_MAX.into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Quarantined {
                id: row.get(0)?,
                tenant: row.get(1)?,
                to: Target::read(row, 2)?,
                kind: kind(&row.get::<String>(4)?),
                created_at: row.get(5)?,
                ended_at: row.get(6)?,
                reason: row.get(7)?,
            })
        })
        .collect()
}

/// The word by which a payload says what it does. Whatever else it says stays here.
fn kind(payload: &str) -> String {
    let payload: Option<serde_json::Value> = serde_json::from_str(payload).ok();
    let word = payload.as_ref().and_then(|payload| payload.get("do")?.as_str());
    word.unwrap_or("?").to_owned()
}

/// Has a row sent after all, whatever became of it before: its reader may see it once more. It is as due as it was. Should
/// its end be unknown again, it is given up again at once. False if no such row is in quarantine.
pub async fn release(tx: &mut Tx, id: OutboxId) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE outbox SET state = 'ready', expires_at = NULL, attempts = 0, uncertain = 1, ended_at = NULL \
             WHERE id = $1 AND state = 'quarantined'",
            &[id.into()],
        )
        .await?;
    Ok(changed == 1)
}

/// Lets a row rest: it counts as failed from now on. False if no such row is in quarantine.
pub async fn drop_row(tx: &mut Tx, id: OutboxId) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE outbox SET state = 'failed', error = 'dropped by the operator' \
             WHERE id = $1 AND state = 'quarantined'",
            &[id.into()],
        )
        .await?;
    Ok(changed == 1)
}
