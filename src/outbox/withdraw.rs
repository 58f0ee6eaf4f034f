//! Purpose: taking rows out of the outbox that nobody wants to be sent any more.
//!
//! Invariant: only what has not begun is taken out; a sender that holds such a row in memory finds it ended when it marks it.

use std::collections::HashSet;

use crate::clock::Millis;
use crate::ids::TenantId;
use crate::storage::{Arg, Result, Tx};

/// Ends rows that are ready; returns the keys of those. What is being sent, or has been, stays.
pub async fn withdraw(
    tx: &mut Tx,
    tenant: TenantId,
    keys: &[String],
    now: Millis,
) -> Result<HashSet<String>> {
    let args: Vec<Arg<'_>> =
        keys.iter().flat_map(|key| [Arg::from(key), tenant.into(), now.into()]).collect();
    let rows = tx
        .insert_rows(
            "UPDATE outbox SET state = 'expired', ended_at = named.column3, error = 'taken back' FROM (VALUES",
            3,
            &args,
            ") AS named WHERE outbox.tenant = named.column2 AND outbox.dedup_key = named.column1 \
             AND outbox.state = 'ready' RETURNING outbox.dedup_key",
        )
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}
