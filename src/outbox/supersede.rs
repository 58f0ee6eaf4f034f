//! Purpose: taking rows out of the outbox so that others take their place, under the same keys.
//!
//! Invariants: only what was never tried is taken out: of anything else nobody may know whether it arrived, and a new row would be
//! tried as often again. Only for what does not repeat safely: a sender that holds such a row in memory finds it ended when it
//! marks it, and one that repeats safely is sent without a mark.

use super::Priority;
use super::store::read_json;
use super::withdraw::KEYS_AT_ONCE;
use crate::channel::Outgoing;
use crate::clock::Millis;
use crate::ids::TenantId;
use crate::storage::{Arg, Result, Row, Tx};

/// A row that was taken out; its key is free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Superseded {
    /// Its key until now.
    pub key: String,
    /// Its place in the order.
    pub priority: Priority,
    /// What would have been sent.
    pub what: Outgoing,
    /// Not before this.
    pub not_before: Millis,
    /// Not after this.
    pub expires_at: Option<Millis>,
}

/// Ends rows that are ready and were never tried, and frees their keys. What is being sent, or was tried, stays and is left out of
/// what is returned.
pub async fn supersede(
    tx: &mut Tx,
    tenant: TenantId,
    keys: &[String],
    now: Millis,
) -> Result<Vec<Superseded>> {
    let mut superseded = Vec::new();
    for keys in keys.chunks(KEYS_AT_ONCE) {
        let args: Vec<Arg<'_>> =
            keys.iter().flat_map(|key| [Arg::from(key), tenant.into(), now.into()]).collect();
        let rows = tx.insert_rows(HEAD, 3, &args, TAIL).await?;
        for row in &rows {
            superseded.push(read(row)?);
        }
    }
    Ok(superseded)
}

const HEAD: &str = "UPDATE outbox SET state = 'expired', ended_at = named.column3, error = 'reworded', \
    dedup_key = outbox.dedup_key || '/' || outbox.id FROM (VALUES";
const TAIL: &str = ") AS named WHERE outbox.tenant = named.column2 AND outbox.dedup_key = named.column1 \
    AND outbox.state = 'ready' AND outbox.attempts = 0 AND outbox.uncertain = 0 \
    RETURNING outbox.dedup_key, outbox.priority, outbox.payload, outbox.not_before, outbox.expires_at";

fn read(row: &Row) -> Result<Superseded> {
    let (key, payload): (String, String) = (row.get(0)?, row.get(2)?);
    Ok(Superseded {
        key: key.rsplit_once('/').map_or(key.as_str(), |(before, _)| before).to_owned(),
        priority: Priority::of(row.get(1)?),
        what: read_json(&payload)?,
        not_before: row.get(3)?,
        expires_at: row.get(4)?,
    })
}
