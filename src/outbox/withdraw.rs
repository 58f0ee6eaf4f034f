//! Purpose: taking rows out of the outbox that nobody wants to be sent any more.
//!
//! Invariant: only what has not begun is taken out; a sender that holds such a row in memory finds it ended when it marks it.

use std::collections::HashSet;

use crate::clock::Millis;
use crate::ids::TenantId;
use crate::storage::{Arg, Result, Tx};

/// Keys of one statement: as many as one text holds, so that it is prepared once and kept.
pub(super) const KEYS_AT_ONCE: usize = 128;

/// Ends rows that are ready; returns the keys of those. What is being sent, or has been, stays.
pub async fn withdraw(
    tx: &mut Tx,
    tenant: TenantId,
    keys: &[String],
    now: Millis,
) -> Result<HashSet<String>> {
    let mut withdrawn = HashSet::new();
    for keys in keys.chunks(KEYS_AT_ONCE) {
        let args: Vec<Arg<'_>> =
            keys.iter().flat_map(|key| [Arg::from(key), tenant.into(), now.into()]).collect();
        for row in tx.insert_rows(HEAD, 3, &args, TAIL).await? {
            withdrawn.insert(row.get(0)?);
        }
    }
    Ok(withdrawn)
}

const HEAD: &str =
    "UPDATE outbox SET state = 'expired', ended_at = named.column3, error = 'taken back' FROM (VALUES";
const TAIL: &str = ") AS named WHERE outbox.tenant = named.column2 AND outbox.dedup_key = named.column1 \
    AND outbox.state = 'ready' RETURNING outbox.dedup_key";
