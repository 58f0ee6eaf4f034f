//! Purpose: messages that people write: a question for their points, a command, or talk that the rules look at.
//!
//! Invariant: a plain message that no rule touches in a group that is set up writes nothing.

use super::prepare::{Asked, Prepared};
use crate::access::Button;
use crate::channel::{Card, ChatKind, Message, SenderKind};
use crate::clock::MINUTE_MS;
use crate::failure::Outcome;
use crate::i18n::{Text, say};
use crate::ids::UpdateId;
use crate::moderation;
use crate::points;
use crate::private::{Fallback, Notice, say_in_private, tell};
use crate::roster::{self, Group, GroupState, Person};
use crate::work::Work;

pub(super) async fn message(
    work: &mut Work<'_>,
    update: UpdateId,
    message: &Message,
    prepared: &Prepared,
) -> Outcome<()> {
    match message.chat.kind {
        ChatKind::Private => in_private(work, update, message, prepared).await,
        ChatKind::Group | ChatKind::BasicGroup => in_group(work, update, message, prepared).await,
        ChatKind::Broadcast => Ok(()),
    }
}

async fn in_private(
    work: &mut Work<'_>,
    update: UpdateId,
    message: &Message,
    prepared: &Prepared,
) -> Outcome<()> {
    if message.sender.kind != SenderKind::Person || message.edited {
        return Ok(());
    }
    let person = roster::person(work, &message.sender).await?;
    roster::private_chat_opened(work, &person).await?;
    let language = roster::language(work, Some(&person), None);
    let words = match prepared.asked {
        Some(Asked::Points) => points::balance_text(work, person.id, language).await?,
        Some(Asked::PointsWhy) => points::why_text(work, person.id, language).await?,
        None => roster::help(work, language),
    };
    // Whoever asks is answered. Talk and ten pictures in a row bring one word on what the bot is.
    let key = if prepared.asked.is_some() || message.words().starts_with('/') {
        format!("answer/{update}")
    } else {
        format!("help/{}/{}", person.id, work.now.0 / MINUTE_MS)
    };
    say_in_private(work, key, &person, words);
    Ok(())
}

async fn in_group(
    work: &mut Work<'_>,
    update: UpdateId,
    message: &Message,
    prepared: &Prepared,
) -> Outcome<()> {
    if prepared.is_mere_talk() {
        return Ok(());
    }
    let group = roster::group(work, &message.chat).await?;
    if group.state != GroupState::Active {
        return Ok(());
    }
    if !prepared.findings.is_empty() || message.album.is_some() {
        moderation::check(work, &group, message, &prepared.findings).await?;
    }
    if let (true, Some(asked), SenderKind::Person, false) =
        (prepared.findings.is_empty(), prepared.asked, message.sender.kind, message.edited)
    {
        return answer_asked(work, update, message, &group, asked).await;
    }
    Ok(())
}

async fn answer_asked(
    work: &mut Work<'_>,
    update: UpdateId,
    message: &Message,
    group: &Group,
    asked: Asked,
) -> Outcome<()> {
    let person = roster::person(work, &message.sender).await?;
    let language = roster::language(work, Some(&person), Some(group));
    let words = match asked {
        Asked::Points => points::balance_text(work, person.id, language).await?,
        Asked::PointsWhy => points::why_text(work, person.id, language).await?,
    };
    let card = Card { reply_to: (!message.ephemeral).then(|| message.id.clone()), ..Card::plain(words) };
    tell(
        work,
        Notice {
            key: format!("answer/{update}"),
            person: &person,
            group,
            card,
            about: None,
            fallback: Fallback {
                words: say::points_card(),
                label: say::points_card_button(),
                button: Button::MyPoints(group.id),
                kind: "points",
            },
            language: roster::language(work, None, Some(group)),
            private_chat_first: false,
        },
    );
    Ok(())
}

/// Answers a message that was refused.
pub(super) async fn reply(
    work: &mut Work<'_>,
    update: UpdateId,
    message: &Message,
    why: &Text,
) -> Outcome<()> {
    if message.chat.kind != ChatKind::Private {
        return Ok(());
    }
    let person: Person = roster::person(work, &message.sender).await?;
    let language = roster::language(work, Some(&person), None);
    say_in_private(work, format!("refusal/{update}"), &person, language.render(why));
    Ok(())
}
