//! Purpose: the row of the bot account that runs: the tenant that every other row belongs to.

use super::store;
use crate::access::ButtonKey;
use crate::clock::Millis;
use crate::ids::{Native, PersonId, TenantId};
use crate::random::Random;
use crate::storage::{Database, Result, Tx};

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
    let (tenant, key) = store::tenant::of_bot(&mut tx, channel, bot, &key, now).await?;
    tx.commit().await?;
    Ok((tenant, ButtonKey::new(&key)))
}

/// The bots that have ever run on the database, each with its tenant, in the order in which they came.
pub async fn bots(tx: &mut Tx) -> Result<Vec<(TenantId, Native)>> {
    store::tenant::bots(tx).await
}

/// Which bot each of these people is known to, in the order of the people's numbers.
pub async fn bots_of(tx: &mut Tx, people: &[PersonId]) -> Result<Vec<(PersonId, Native)>> {
    store::tenant::bots_of(tx, people).await
}
