//! Purpose: the SQL of conversations.
//!
//! Invariant: a person's serial only grows, also between conversations.

use super::state::State;
use crate::clock::Millis;
use crate::ids::PersonId;
use crate::storage::{Result, Tx};
use crate::work::Work;

/// Where a person's conversation stands. One that can't be read any more counts as none.
pub(super) async fn load(work: &mut Work<'_>, person: PersonId) -> Result<State> {
    let tenant = work.tenant;
    let sql = "SELECT serial, open FROM dialogues WHERE tenant = $1 AND person = $2";
    let Some(row) = work.reading().one(sql, &[tenant.into(), person.into()]).await? else {
        return Ok(State::default());
    };
    let open: Option<String> = row.get(1)?;
    let open = open.and_then(|text| match serde_json::from_str(&text) {
        Ok(dialogue) => Some(dialogue),
        Err(error) => {
            tracing::warn!(%error, person = person.0, "a conversation could not be read and is dropped");
            None
        }
    });
    Ok(State { serial: row.get(0)?, open })
}

/// Drops conversations that nobody has gone on with since `before`, `count_max` at most. The person's serial stays, so that
/// buttons of their old cards do nothing. Returns how many.
pub async fn forget_abandoned(tx: &mut Tx, before: Millis, count_max: i64) -> Result<u64> {
    let sql = "UPDATE dialogues SET open = NULL WHERE person IN \
               (SELECT person FROM dialogues WHERE open IS NOT NULL AND changed_at < $1 LIMIT $2)";
    tx.run(sql, &[before.into(), count_max.into()]).await
}

/// Keeps where it stands now.
pub(super) async fn keep(work: &mut Work<'_>, person: PersonId, state: &State) -> Result<()> {
    let (tenant, now) = (work.tenant, work.now);
    let open = state.open.as_ref().map(|open| serde_json::to_string(open).unwrap_or_default());
    work.writing()
        .await?
        .run(
            "INSERT INTO dialogues (tenant, person, serial, open, changed_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (person) DO UPDATE SET serial = excluded.serial, open = excluded.open,
                 changed_at = excluded.changed_at",
            &[tenant.into(), person.into(), state.serial.into(), open.as_deref().into(), now.into()],
        )
        .await?;
    Ok(())
}
