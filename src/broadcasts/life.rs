//! Purpose: what people decide about a broadcast before it goes out: another time, a pause, giving it up, a yes or a no.
//!
//! Invariant: each decision needs an [`Authority`](super::authority::Authority), is kept in the audit, and is possible only
//! where [`rules::after`](super::rules::after) allows it.

use super::authority;
use super::check;
use super::dialogue;
use super::digest;
use super::draft::Urgency;
use super::publish::{self, Published, begin, change, published, when};
use super::remind;
use super::rules::{Event, State};
use super::store::{self, Broadcast, runs};
use crate::channel::Card;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::{BroadcastId, PersonId};
use crate::private::say_in_private;
use crate::roster::{self, Person};
use crate::timetable::Recurrence;
use crate::work::Work;

/// Gives a broadcast that has not gone out another time; none is now.
///
/// # Errors
/// Refused if the time is over, if it comes more often than the school allows, or if it has gone out.
pub async fn move_to(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    to: Option<&Recurrence>,
) -> Outcome<Published> {
    let (mut found, authority) = authority::over(work, actor, broadcast).await?;
    digest::reclaim(work, &mut found).await?;
    found.draft.when = to.map(Recurrence::to_text);
    runs::cancel_waiting(work, found.id).await?;
    if found.state == State::AwaitingApproval {
        if let Some(to) = to {
            check::may_come(work, to)?;
        }
        if to.is_some_and(|to| to.next_run(work.now, work.config.school_time()).is_none()) {
            return Err(Failure::Refused(say::broadcast_time_over()));
        }
        change(work, &mut found, Event::Move).await?;
    } else {
        begin(work, &mut found, Event::Move).await?;
    }
    audit(work, authority.actor(), "broadcast.move", &found).await?;
    published(work, &found, &authority, 0).await
}

/// Holds a broadcast that has not gone out.
pub async fn pause(work: &mut Work<'_>, actor: &Person, broadcast: BroadcastId) -> Outcome<Text> {
    keep_back(work, actor, broadcast, Event::Pause, "broadcast.pause").await?;
    Ok(say::broadcast_paused())
}

/// Lets a broadcast go on that was held. What would have run meanwhile doesn't.
///
/// # Errors
/// Refused if its only time is over, or if it comes more often than the school allows by now.
pub async fn resume(work: &mut Work<'_>, actor: &Person, broadcast: BroadcastId) -> Outcome<Published> {
    let (mut found, authority) = authority::over(work, actor, broadcast).await?;
    begin(work, &mut found, Event::Resume).await?;
    audit(work, authority.actor(), "broadcast.resume", &found).await?;
    published(work, &found, &authority, 0).await
}

/// Gives a broadcast up before it goes out.
pub async fn cancel(work: &mut Work<'_>, actor: &Person, broadcast: BroadcastId) -> Outcome<Text> {
    keep_back(work, actor, broadcast, Event::Cancel, "broadcast.cancel").await?;
    remind::withdraw_all(work, broadcast).await?;
    Ok(say::broadcast_cancelled())
}

/// Has nothing of a broadcast go out that has not gone out yet.
async fn keep_back(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    event: Event,
    action: &'static str,
) -> Outcome<()> {
    let (mut found, authority) = authority::over(work, actor, broadcast).await?;
    digest::reclaim(work, &mut found).await?;
    change(work, &mut found, event).await?;
    runs::cancel_waiting(work, found.id).await?;
    audit(work, authority.actor(), action, &found).await
}

/// Somebody else says yes to an urgent broadcast, in the version they were shown. Returns what they are told.
///
/// # Errors
/// Refused for whoever wrote it, for whoever doesn't look after every group, if it was changed since, and if it comes more often
/// than the school allows by now.
pub async fn approve(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    version: i64,
) -> Outcome<Text> {
    let (mut found, authority) = asked(work, actor, broadcast, version).await?;
    // Its time may have passed while it waited.
    if let Some(recurrence) = when(&found.draft)?
        && recurrence.next_run(work.now, work.config.school_time()).is_none()
    {
        found.draft.when = None;
    }
    found.approved_by = Some(authority.actor());
    begin(work, &mut found, Event::Approve).await?;
    audit(work, authority.actor(), "broadcast.approve", &found).await?;
    let name = actor.name.as_str();
    let (of_author, of_approver) = if found.draft.when.is_none() {
        (say::broadcast_approved_author(name), say::broadcast_approved())
    } else {
        let time = publish::timing(&found.draft)?;
        (say::broadcast_approved_author_later(name, time.clone()), say::broadcast_approved_later(time))
    };
    tell_writer(work, &found, "approved", &of_author).await?;
    Ok(of_approver)
}

/// Somebody else says no to an urgent broadcast.
pub async fn decline(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    version: i64,
) -> Outcome<Text> {
    let (mut found, authority) = asked(work, actor, broadcast, version).await?;
    change(work, &mut found, Event::Decline).await?;
    audit(work, authority.actor(), "broadcast.decline", &found).await?;
    tell_writer(work, &found, "declined", &say::broadcast_declined_author(actor.name.as_str())).await?;
    Ok(say::broadcast_declined())
}

async fn asked(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    version: i64,
) -> Outcome<(Broadcast, authority::Authority)> {
    let found = store::broadcast(work, broadcast).await?;
    let found = found.ok_or_else(|| Failure::Refused(say::broadcast_unknown()))?;
    if writer(&found) == actor.id {
        return Err(Failure::Refused(say::broadcast_not_by_yourself()));
    }
    // All groups of the author's: those who were asked look after each of them.
    let author = roster::person_by_id(work, found.author).await?;
    let author = author.ok_or_else(|| Failure::Refused(say::broadcast_unknown()))?;
    let of_author = authority::for_draft(work, &author, &found.draft).await?;
    let authority = authority::of_groups(work, actor, &of_author).await?;
    if found.version != version {
        return Err(Failure::Refused(say::broadcast_changed_since()));
    }
    if found.state != State::AwaitingApproval || found.draft.urgency != Urgency::Urgent {
        return Err(Failure::Refused(publish::impossible(found.state)));
    }
    Ok((found, authority))
}

pub(super) async fn audit(
    work: &mut Work<'_>,
    actor: PersonId,
    action: &str,
    broadcast: &Broadcast,
) -> Outcome<()> {
    Ok(roster::audit(work, actor, action, &broadcast.id.to_string()).await?)
}

/// Who wrote the words as they are.
fn writer(broadcast: &Broadcast) -> PersonId {
    broadcast.draft.words_by.unwrap_or(broadcast.author)
}

/// Tells whoever wrote the words what became of the question about them.
async fn tell_writer(work: &mut Work<'_>, broadcast: &Broadcast, what: &str, words: &Text) -> Outcome<()> {
    let occasion = format!("{what}/{}", broadcast.version);
    tell(work, broadcast, writer(broadcast), &occasion, words).await
}

/// Tells the author something in their private chat, if they opened one; once for each occasion. Under it the broadcast can
/// be opened, unless nothing can be done about it any more.
pub(super) async fn tell_author(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    occasion: &str,
    words: &Text,
) -> Outcome<()> {
    tell(work, broadcast, broadcast.author, occasion, words).await
}

async fn tell(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    person: PersonId,
    occasion: &str,
    words: &Text,
) -> Outcome<()> {
    let person = roster::person_by_id(work, person).await?;
    if let Some(person) = person.filter(|person| person.private_chat_open) {
        let language = roster::language(work, Some(&person), None);
        let key = format!("broadcast-news/{}/{occasion}", broadcast.id);
        let is_over = matches!(broadcast.state, State::Cancelled | State::Recalled);
        let button = (!is_over).then(|| dialogue::open_button(work, &person, language, broadcast.id));
        let buttons = button.into_iter().map(|button| vec![button]).collect();
        say_in_private(work, key, &person, Card { buttons, ..Card::plain(language.render(words)) });
    }
    Ok(())
}
