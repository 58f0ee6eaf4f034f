//! Purpose: the SQL of what the router remembers: which command menus were staged last.

use crate::ids::TenantId;
use crate::storage::{Error, Result, Tx};

/// The mark of the menus staged last, if any were.
pub(super) async fn menus_staged(tx: &mut Tx, tenant: TenantId) -> Result<Option<String>> {
    tx.one("SELECT menus FROM tenants WHERE id = $1", &[tenant.into()]).await?.ok_or(Error::NoRow)?.get(0)
}

/// Remembers the mark of the menus staged now.
pub(super) async fn set_menus_staged(tx: &mut Tx, tenant: TenantId, mark: &str) -> Result<()> {
    tx.run("UPDATE tenants SET menus = $1 WHERE id = $2", &[mark.into(), tenant.into()]).await?;
    Ok(())
}
