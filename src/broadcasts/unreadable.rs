//! Purpose: a broadcast of which what is stored can't be read: its author hears of it, kindly and once, and what to do.
//!
//! Invariant: nothing of the words is read here, so this works for every broadcast.

use super::store::{self, runs};
use crate::channel::{Card, Outgoing};
use crate::failure::Outcome;
use crate::i18n::{Text, say};
use crate::ids::{Address, BroadcastId, RunId};
use crate::outbox::{NewRow, Priority, Target};
use crate::roster;
use crate::timetable::{phrase, wall};
use crate::work::Work;

/// What was due of a broadcast failed. If it can't be read, its author is told that it can't go out; it is tried again all the
/// same, because somebody may mend it.
pub(super) async fn held(work: &mut Work<'_>, broadcast: BroadcastId) -> Outcome<()> {
    match store::broadcast(work, broadcast).await {
        Err(error) if error.is_unreadable() => {
            let Some(at) = store::created_at(work, broadcast).await? else { return Ok(()) };
            let time = work.config.school_time();
            let at = phrase::date(wall::shown(at, time.zone).date());
            tell(work, broadcast, "unreadable", &say::broadcast_unreadable(at)).await
        }
        _ => Ok(()),
    }
}

/// The same of the broadcast of a run.
pub(super) async fn run_held(work: &mut Work<'_>, run: RunId) -> Outcome<()> {
    match runs::run(work, run).await? {
        Some(run) => held(work, run.broadcast).await,
        None => Ok(()),
    }
}

/// A run of a broadcast that can't be read has gone out as `how_it_went` says; `is_lacking` if somebody lacks something of it.
pub(super) async fn ended(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
    run: RunId,
    how_it_went: Text,
    is_lacking: bool,
) -> Outcome<()> {
    store::finish_unread(work, broadcast).await?;
    let words = if is_lacking { say::broadcast_unreadable_partly(how_it_went) } else { how_it_went };
    tell(work, broadcast, &format!("done/{run}"), &words).await
}

/// Tells the author in their private chat, if they opened one. The row is kept for long, so that they hear of it once.
async fn tell(work: &mut Work<'_>, broadcast: BroadcastId, occasion: &str, words: &Text) -> Outcome<()> {
    let Some(author) = store::author(work, broadcast).await? else { return Ok(()) };
    let author = roster::person_by_id(work, author).await?;
    let Some(author) = author.filter(|author| author.private_chat_open) else { return Ok(()) };
    let language = roster::language(work, Some(&author), None);
    work.send(NewRow {
        key: format!("broadcast-news/{broadcast}/{occasion}"),
        to: Target::Chat(Address::Person(author.id)),
        priority: Priority::Announcement,
        what: Outgoing::Say { card: Card::plain(language.render(words)) },
        about: None,
        not_before: work.now,
        expires_at: None,
    });
    Ok(())
}
