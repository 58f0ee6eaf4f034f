//! Purpose: which messages belong to one album, kept for a day.
//!
//! Invariant: an album is one act, in whatever pieces it arrives and wherever in it the words stand. So a message of an
//! album that stays is remembered, until the album is removed after all or old.

use crate::channel::Message;
use crate::clock::{DAY_MS, Millis};
use crate::ids::{GroupId, Native};
use crate::storage::{Result, Tx};
use crate::work::{Insert, Work};

/// An album arrives within seconds. A day also covers updates that waited while the bot was off.
const KEPT_MS: i64 = DAY_MS;

const ALBUMS: Insert = Insert {
    head: "INSERT INTO albums (group_id, album, message, at) VALUES",
    width: 4,
    tail: "ON CONFLICT DO NOTHING",
};

/// Remembers a message of an album.
pub(in crate::moderation) fn remember(work: &mut Work<'_>, group: GroupId, message: &Message) {
    if let Some(album) = &message.album {
        let now = work.now.0;
        let values = vec![group.0.into(), album.as_str().into(), message.id.as_str().into(), now.into()];
        work.insert_later(&ALBUMS, values);
    }
}

/// The message and all of its album that came before it and stayed.
pub(in crate::moderation) async fn together(
    work: &mut Work<'_>,
    group: GroupId,
    message: &Message,
) -> Result<Vec<Native>> {
    let Some(album) = &message.album else { return Ok(vec![message.id.clone()]) };
    let sql = "SELECT message FROM albums WHERE group_id = $1 AND album = $2 AND message <> $3 ORDER BY at";
    let args = [group.into(), album.into(), (&message.id).into()];
    work.write_staged().await?;
    let rows = work.reading().rows(sql, &args).await?;
    let mut messages = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<Native>>>()?;
    messages.push(message.id.clone());
    Ok(messages)
}

/// Forgets albums that are old enough. Returns how many messages.
pub async fn forget_albums(tx: &mut Tx, now: Millis) -> Result<u64> {
    tx.run("DELETE FROM albums WHERE at < $1", &[now.plus_ms(-KEPT_MS).into()]).await
}
