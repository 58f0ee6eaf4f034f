//! Purpose: what every feature relies on in `storage`, held against both databases.
//!
//! Invariant: a feature that is right on one database is right on the other, because both pass the same tests.

mod failures;
mod lists;
mod members;
mod migrations;
mod schema;
mod transactions;
mod values;

use homeroom::ids::TenantId;
use homeroom::storage::{Arg, Database, Result, Tx};

/// A tenant to hang rows on. Its `created_at` is 0.
async fn tenant(database: &Database) -> TenantId {
    let mut tx = database.write().await.unwrap();
    let tenant = add_tenant(&mut tx, "1").await.unwrap();
    tx.commit().await.unwrap();
    tenant
}

async fn add_tenant(tx: &mut Tx, native: &str) -> Result<TenantId> {
    let sql = "INSERT INTO tenants (channel, native, button_key, created_at) VALUES ('telegram', $1, $2, 0) RETURNING id";
    tx.one(sql, &[native.into(), Arg::Bytes(b"key")]).await?.unwrap().get(0)
}

async fn offset(tx: &mut Tx, tenant: TenantId) -> i64 {
    let sql = "SELECT created_at FROM tenants WHERE id = $1";
    tx.one(sql, &[tenant.into()]).await.unwrap().unwrap().get(0).unwrap()
}

async fn set_offset(tx: &mut Tx, tenant: TenantId, offset: i64) -> Result<u64> {
    tx.run("UPDATE tenants SET created_at = $2 WHERE id = $1", &[tenant.into(), offset.into()]).await
}

/// What is committed, as a new transaction sees it.
async fn committed_offset(database: &Database, tenant: TenantId) -> i64 {
    offset(&mut database.read().await.unwrap(), tenant).await
}
