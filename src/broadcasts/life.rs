//! Purpose: what people decide about a broadcast before it goes out: another time, a pause, giving it up, a yes or a no.
//!
//! Invariant: each decision needs an [`Authority`](super::authority::Authority), is kept in the audit, and is possible only
//! where [`rules::after`](super::rules::after) allows it.

use super::approval::{self, question, writer};
use super::authority;
use super::check;
use super::dialogue;
use super::digest;
use super::overdue;
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

/// Gives a broadcast that has not gone out another time; none is now. One that needs a yes is asked about anew.
///
/// # Errors
/// Refused if the time is over, if it comes more often than the school allows, if it has gone out, or if nobody can be asked.
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
    let asks = found.state == State::AwaitingApproval || approval::is_needed(work, actor, &found.draft);
    if asks {
        found.draft.moves += 1;
        found.approved_by = None;
        change(work, &mut found, Event::Move { approved: true }).await?;
        // Where it can't be moved at all, that is said first.
        check::may_come(work, &found.draft)?;
    } else {
        begin(work, &mut found, Event::Move { approved: false }).await?;
    }
    audit(work, authority.actor(), "broadcast.move", &found).await?;
    let asked = if asks { approval::ask_anew(work, actor, &mut found).await? } else { 0 };
    published(work, &found, &authority, asked).await
}

/// Holds a broadcast that has not gone out.
pub async fn pause(work: &mut Work<'_>, actor: &Person, broadcast: BroadcastId) -> Outcome<Text> {
    keep_back(work, actor, broadcast, Event::Pause, "broadcast.pause").await?;
    Ok(say::broadcast_paused())
}

/// Lets a broadcast go on that was held. What would have run meanwhile doesn't. The yes it had still holds.
///
/// # Errors
/// Refused if its only time is over, and with what the check stops by now.
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

/// Somebody else says yes to a broadcast, as the question with this number has shown it to them. Returns what they are told.
/// One whose time has passed meanwhile goes out at once, if it isn't too late for that.
///
/// # Errors
/// Refused for whoever wrote it, for whoever doesn't look after every group, if it was changed since, and with what the
/// check stops by now.
pub async fn approve(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    number: i64,
) -> Outcome<Text> {
    let (mut found, authority) = asked(work, actor, broadcast, number).await?;
    if is_late(work, &found)? {
        found.draft.when = None;
    }
    found.approved_by = Some(authority.actor());
    begin(work, &mut found, Event::Approve).await?;
    audit_answer(work, authority.actor(), "broadcast.approve", &found).await?;
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

/// Whether its time has passed while it waited, but not so long ago that it is too late to go out.
///
/// # Errors
/// Refused if it is too late.
fn is_late(work: &Work<'_>, found: &Broadcast) -> Outcome<bool> {
    if overdue::is_over(found, work.now) {
        return Err(Failure::Refused(say::broadcast_approve_late()));
    }
    let Some(recurrence) = when(&found.draft)? else { return Ok(false) };
    let (late_max, time) = (work.config.broadcasts.late_max, work.config.school_time());
    if recurrence.next_run(work.now, time).is_some() {
        return Ok(false);
    }
    let late_max_ms = i64::try_from(late_max.as_millis()).unwrap_or(i64::MAX);
    match recurrence.next_run(work.now.plus_ms(-late_max_ms), time) {
        Some(_) => Ok(true),
        None => Err(Failure::Refused(say::broadcast_approve_late())),
    }
}

/// Somebody else says no to a broadcast.
///
/// # Errors
/// As [`approve`].
pub async fn decline(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    number: i64,
) -> Outcome<Text> {
    let (mut found, authority) = asked(work, actor, broadcast, number).await?;
    change(work, &mut found, Event::Decline).await?;
    audit_answer(work, authority.actor(), "broadcast.decline", &found).await?;
    let name = actor.name.as_str();
    let of_author = if found.draft.is_fee {
        say::broadcast_declined_author_fee(name)
    } else {
        say::broadcast_declined_author(name)
    };
    tell_writer(work, &found, "declined", &of_author).await?;
    Ok(say::broadcast_declined())
}

async fn asked(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    number: i64,
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
    if question(&found) != number {
        return Err(Failure::Refused(say::broadcast_changed_since()));
    }
    if found.state != State::AwaitingApproval {
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

/// Keeps a yes or a no with the version it was given to: `12/3` is the third question about broadcast 12.
async fn audit_answer(
    work: &mut Work<'_>,
    actor: PersonId,
    action: &str,
    broadcast: &Broadcast,
) -> Outcome<()> {
    let object = format!("{}/{}", broadcast.id, question(broadcast));
    Ok(roster::audit(work, actor, action, &object).await?)
}

/// Tells whoever wrote the words what became of the question about them.
async fn tell_writer(work: &mut Work<'_>, broadcast: &Broadcast, what: &str, words: &Text) -> Outcome<()> {
    let occasion = format!("{what}/{}", question(broadcast));
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

/// Tells somebody something as [`tell_author`] tells the author.
pub(super) async fn tell(
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
