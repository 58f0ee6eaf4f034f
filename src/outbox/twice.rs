//! Purpose: which rows may have come to their reader twice.
//!
//! Invariant: what is counted is what may be, not what is: whether a try arrived whose answer was lost, nobody knows.

use std::collections::HashSet;

use crate::ids::TenantId;
use crate::storage::{Arg, Result, Tx};

/// Those of these keys whose row was sent once more after a try of which nobody knows whether it arrived: they were sent in the
/// end, or given up after two such tries. Known as long as the row is kept, see [`super::upkeep::OTHERS_KEPT_MS`].
pub async fn perhaps_twice(tx: &mut Tx, tenant: TenantId, keys: &[String]) -> Result<HashSet<String>> {
    let list: Vec<Arg<'_>> = keys.iter().map(Arg::from).collect();
    let sql = "SELECT dedup_key FROM outbox WHERE tenant = $1 AND uncertain > 0 AND (state = 'sent' OR uncertain > 1)
               AND dedup_key IN";
    let rows = tx.rows_in(sql, &[tenant.into()], &list).await?;
    rows.iter().map(|row| row.get(0)).collect()
}
