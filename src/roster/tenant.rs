//! Purpose: the row of the bot account that runs: the tenant that every other row belongs to.

use crate::access::ButtonKey;
use crate::clock::Millis;
use crate::ids::{Native, TenantId};
use crate::random::Random;
use crate::storage::{Database, Error, Result};

/// The tenant of a bot account, made with a fresh secret for its buttons if it is new.
pub async fn tenant_of_bot(
    database: &Database,
    channel: &str,
    bot: &Native,
    random: &Random,
    now: Millis,
) -> Result<(TenantId, ButtonKey)> {
    let key: [u8; 32] = random.bytes();
    let mut tx = database.write().await?;
    let rows = tx
        .rows(
            "INSERT INTO tenants (channel, native, button_key, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (channel, native) DO UPDATE SET channel = excluded.channel RETURNING id, button_key",
            &[channel.into(), bot.into(), key.as_slice().into(), now.into()],
        )
        .await?;
    let row = rows.first().ok_or(Error::NoRow)?;
    let found = (row.get(0)?, ButtonKey::new(&row.get::<Vec<u8>>(1)?));
    tx.commit().await?;
    Ok(found)
}
