//! Purpose: which feature an update belongs to.
//!
//! Invariants: routing has two halves. [`prepare()`] is pure and may run anywhere: it reads the words and matches the
//! rules. [`handle`] runs within the batch's transaction and does no I/O but the database's. Whatever is refused is
//! told to the person who asked, in private where the channel can.

pub mod menus;
mod plain;
mod prepare;
mod press;
mod settled;
mod store;

use crate::channel::{ChatKind, Event, RoleChange};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::UpdateId;
use crate::quizzes;
use crate::roster;
use crate::work::Work;

pub use prepare::{Prepared, prepare};
pub use settled::Settled;

/// Handles one update. Refusals are not answered yet: see [`refuse`].
pub async fn handle(work: &mut Work<'_>, update: UpdateId, prepared: &Prepared) -> Outcome<()> {
    match &prepared.event {
        Event::Message(message) => plain::message(work, update, message, prepared).await,
        Event::Press(press) => press::pressed(work, press).await,
        Event::Vote(vote) => quizzes::voted(work, update, vote).await,
        Event::Poll { poll, question, closed, .. } => {
            quizzes::poll_seen(work, update, poll, question, *closed).await
        }
        Event::BotRole(change) => bot_role_changed(work, update, change).await,
        Event::MemberRole(change) => {
            roster::member_role_changed(work, change).await?;
            if change.before.administers() == change.after.administers() {
                return Ok(());
            }
            match roster::known_person(work, &change.who.id).await? {
                Some(person) => menus::rights_changed(work, &person, &format!("update/{update}")).await,
                None => Ok(()),
            }
        }
        Event::Migrated { from, to } => Ok(settled::migrated(work, from, to).await?),
        Event::Ignored { .. } => Ok(()),
    }
}

/// Where the bot is no more, nobody has anything to look after.
async fn bot_role_changed(work: &mut Work<'_>, update: UpdateId, change: &RoleChange) -> Outcome<()> {
    roster::bot_role_changed(work, update, change).await?;
    if change.chat.kind == ChatKind::Private || change.after.is_present() {
        return Ok(());
    }
    match roster::known_group(work, &change.chat.id).await? {
        Some(group) => menus::group_changed(work, group.id, &format!("update/{update}")).await,
        None => Ok(()),
    }
}

/// Tells the person behind an update why it was refused. Nothing of the update itself is kept.
pub async fn refuse(work: &mut Work<'_>, update: UpdateId, event: &Event, why: &Text) -> Outcome<()> {
    match event {
        Event::Press(press) => press::refused(work, press, why).await,
        Event::Message(message) => plain::reply(work, update, message, why).await,
        Event::Vote(_)
        | Event::Poll { .. }
        | Event::BotRole(_)
        | Event::MemberRole(_)
        | Event::Migrated { .. }
        | Event::Ignored { .. } => Ok(()),
    }
}

/// For a button whose token isn't believed.
fn button_refusal(problem: crate::access::TokenProblem) -> Failure {
    use crate::access::TokenProblem;
    Failure::Refused(match problem {
        TokenProblem::Forged => say::refused_button_unknown(),
        TokenProblem::OfAnother => say::refused_button_of_another(),
        TokenProblem::Expired => say::refused_button_expired(),
    })
}
