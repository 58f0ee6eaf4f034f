//! Purpose: the SQL of the row of the bot account that runs.

use crate::clock::Millis;
use crate::ids::{Native, PersonId, TenantId};
use crate::storage::{Arg, Error, Result, Tx};

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

/// See `roster::bots`.
pub(in crate::roster) async fn bots(tx: &mut Tx) -> Result<Vec<(TenantId, Native)>> {
    let rows = tx.rows("SELECT id, native FROM tenants ORDER BY id", &[]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// See `roster::bots_of`.
pub(in crate::roster) async fn bots_of(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<(PersonId, Native)>> {
    let list: Vec<Arg<'_>> = people.iter().map(|person| (*person).into()).collect();
    let sql = "SELECT p.id, t.native FROM people p JOIN tenants t ON t.id = p.tenant WHERE p.id IN";
    let rows = tx.rows_in(sql, &[], &list).await?;
    let mut found = rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<Vec<_>>>()?;
    found.sort_by_key(|(person, _): &(PersonId, Native)| *person);
    Ok(found)
}
