//! Purpose: giving rows that wait other words.
//!
//! Invariant: only what has not begun is changed. A sender that holds such a row in memory, because it is due, may still send what it
//! said before; so this is for what nobody is misled by, such as a reminder whose button knows its words.

use super::store::json;
use crate::channel::Outgoing;
use crate::ids::TenantId;
use crate::storage::{Arg, Result, Tx};

/// Has rows that are ready, by their keys, say something else of the same kind.
pub async fn rewrite(tx: &mut Tx, tenant: TenantId, rows: &[(String, Outgoing)]) -> Result<()> {
    let texts = rows.iter().map(|(_, what)| json(what)).collect::<Result<Vec<String>>>()?;
    let args: Vec<Arg<'_>> = rows
        .iter()
        .zip(&texts)
        .flat_map(|((key, _), text)| [Arg::from(key), tenant.into(), text.into()])
        .collect();
    tx.insert_rows(
        "UPDATE outbox SET payload = named.column3 FROM (VALUES",
        3,
        &args,
        ") AS named WHERE outbox.tenant = named.column2 AND outbox.dedup_key = named.column1 \
         AND outbox.state = 'ready'",
    )
    .await?;
    Ok(())
}
