//! Purpose: the SQL of the row of the bot account that runs.

use crate::clock::Millis;
use crate::ids::{Native, TenantId};
use crate::storage::{Error, Result, Tx};

/// The row of a bot account with the secret of its buttons, made if it is new.
pub(in crate::roster) async fn of_bot(
    tx: &mut Tx,
    channel: &str,
    bot: &Native,
    fresh_key: &[u8],
    now: Millis,
) -> Result<(TenantId, Vec<u8>)> {
    let row = tx
        .one(
            "INSERT INTO tenants (channel, native, button_key, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (channel, native) DO UPDATE SET channel = excluded.channel RETURNING id, button_key",
            &[channel.into(), bot.into(), fresh_key.into(), now.into()],
        )
        .await?
        .ok_or(Error::NoRow)?;
    Ok((row.get(0)?, row.get(1)?))
}
