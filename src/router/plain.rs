//! Purpose: messages that people write: a question for their points, a command, or talk that the rules look at.
//!
//! Invariant: a plain message that no rule touches in a group that is set up asks the database nothing, but for the first
//! two of somebody whom nobody has told of, and the first two in a topic of a forum.

use super::menus;
use super::prepare::{Asked, Prepared};
use crate::broadcasts::{self, dialogue};
use crate::channel::{Card, ChatKind, Message, SenderKind};
use crate::clock::MINUTE_MS;
use crate::failure::Outcome;
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, UpdateId};
use crate::lessons;
use crate::moderation;
use crate::points;
use crate::private::{self, Notice, points_card, say_in_private, tell};
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
    let chat = Address::Person(person.id);
    // Whoever asks what there is, or for what only staff can do, gets the menu that is theirs.
    let asks_menu = matches!(prepared.asked, Some(Asked::Broadcast(_)));
    if asks_menu || message.words().starts_with("/start") || message.words().starts_with("/help") {
        let is_staff = dialogue::is_staff_somewhere(work, &person).await?;
        if is_staff || asks_menu {
            menus::stage_for(work, &person, is_staff);
        }
    }
    let is_taken = match prepared.asked {
        Some(Asked::Broadcast(ask)) => {
            dialogue::asked(work, &person, ask, &format!("update/{update}")).await?
        }
        None => dialogue::wrote(work, &person, message, &format!("update/{update}")).await?,
        Some(
            Asked::Points
            | Asked::PointsWhy
            | Asked::Lessons
            | Asked::Language
            | Asked::Stage
            | Asked::Observed
            | Asked::Topics,
        ) => false,
    };
    if is_taken {
        return Ok(());
    }
    let card = match prepared.asked {
        Some(Asked::Points) => Card::plain(points::balance_text(work, person.id, language).await?),
        Some(Asked::PointsWhy) => {
            let group = roster::group_of(work, person.id).await?;
            points::why_card(work, person.id, group, chat, language).await?
        }
        Some(Asked::Lessons) => lessons::missed_card(work, &person, None, chat, language).await?,
        Some(Asked::Language) => roster::own_language_card(work, language, chat, Some(person.id)),
        Some(Asked::Stage) => Card::plain(language.render(&say::group_stage_in_group())),
        Some(Asked::Observed) => Card::plain(language.render(&say::observed_in_group())),
        Some(Asked::Topics) => broadcasts::topics_card(work, &person).await?,
        Some(Asked::Broadcast(_)) | None => introduction(work, &person, language).await?,
    };
    // Whoever asks is answered. Talk and ten pictures in a row bring one word on what the bot is.
    let key = if prepared.asked.is_some() || message.words().starts_with('/') {
        format!("answer/{update}")
    } else {
        format!("help/{}/{}", person.id, work.now.0 / MINUTE_MS)
    };
    say_in_private(work, key, &person, card);
    Ok(())
}

/// What the bot is and can do for this person.
async fn introduction(work: &mut Work<'_>, person: &Person, language: Language) -> Outcome<Card> {
    let mut words = roster::help(work, language);
    if let Some(more) = dialogue::introduction(work, person).await? {
        words.push_str("\n\n");
        words.push_str(&language.render(&more));
    }
    Ok(Card::plain(words))
}

async fn in_group(
    work: &mut Work<'_>,
    update: UpdateId,
    message: &Message,
    prepared: &Prepared,
) -> Outcome<()> {
    if let (Some(topic), Some(title)) = (&message.topic, &message.topic_title) {
        roster::topic_met(work, &message.chat, topic, title).await?;
    }
    if prepared.is_mere_talk() {
        let is_somebody = message.sender.kind == SenderKind::Person && !message.edited;
        if is_somebody && !work.seen().has(&message.chat.id, &message.sender.id) {
            roster::met_in(work, &message.chat, &message.sender).await?;
        }
        return Ok(());
    }
    let group = roster::group(work, &message.chat).await?;
    if let (Some(topic), Some(change)) = (&message.topic, &message.topic_change) {
        roster::topic_changed(work, group.id, topic, change).await?;
    }
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
    let (card, fallback) = match asked {
        Asked::Points => {
            let words = points::balance_text(work, person.id, language).await?;
            (Card::plain(words), points_card(work, group))
        }
        Asked::PointsWhy => {
            let chat = private::place(work, group.id, &person);
            let card = points::why_card(work, person.id, Some(group.id), chat, language).await?;
            (card, points_card(work, group))
        }
        Asked::Lessons => {
            // Whoever asks in a group is there: what came to it is theirs to read in private, too.
            roster::pressed_in(work, group.id, person.id).await?;
            let chat = private::place(work, group.id, &person);
            let card = lessons::missed_card(work, &person, Some(group.id), chat, language).await?;
            (card, lessons::missed_elsewhere(work, group))
        }
        Asked::Language => language_cards(work, group, &person, language).await?,
        Asked::Stage => stage_cards(work, group, &person, language).await?,
        Asked::Observed => observed_cards(work, group, &person, language).await?,
        Asked::Broadcast(dialogue::Ask::Schedule) => dialogue::in_group(work, &person, group).await?,
        // Asked in private only.
        Asked::Broadcast(_) | Asked::Topics => return Ok(()),
    };
    let card = Card { reply_to: (!message.ephemeral).then(|| message.id.clone()), ..card };
    tell(
        work,
        Notice {
            key: format!("answer/{update}"),
            person: &person,
            group,
            card,
            about: None,
            fallback,
            // A box shows a balance and what comes next, but neither where points come from nor buttons.
            private_first: !matches!(asked, Asked::Points | Asked::Broadcast(_)),
        },
    );
    Ok(())
}

/// The card to choose a language with, and one that serves everybody: staff choose the group's, others their own.
async fn language_cards(
    work: &mut Work<'_>,
    group: &Group,
    person: &Person,
    language: Language,
) -> Outcome<(Card, Card)> {
    let (chat, all) = (private::place(work, group.id, person), Address::Group(group.id));
    let of_group = roster::language(work, None, Some(group));
    if roster::is_staff(work, group.id, person.id).await? {
        let card = roster::group_language_card(work, language, group.id, chat, Some(person.id));
        return Ok((card, roster::group_language_card(work, of_group, group.id, all, None)));
    }
    let card = roster::own_language_card(work, language, chat, Some(person.id));
    Ok((card, roster::own_language_card(work, of_group, all, None)))
}

/// The card to choose a group's stage with, and one that serves all its staff.
async fn stage_cards(
    work: &mut Work<'_>,
    group: &Group,
    person: &Person,
    language: Language,
) -> Outcome<(Card, Card)> {
    let (chat, all) = (private::place(work, group.id, person), Address::Group(group.id));
    let of_group = roster::language(work, None, Some(group));
    let for_all = roster::stage_card(work, of_group, group, all, None);
    if roster::is_staff(work, group.id, person.id).await? {
        return Ok((roster::stage_card(work, language, group, chat, Some(person.id)), for_all));
    }
    // They may have become an administrator without the bot hearing of it.
    roster::ask_who_administers(work, group);
    Ok((Card::plain(language.render(&say::refused_not_staff())), for_all))
}

/// What the rules that observe have noted, and what all read where it can't be shown to one of the staff alone.
async fn observed_cards(
    work: &mut Work<'_>,
    group: &Group,
    person: &Person,
    language: Language,
) -> Outcome<(Card, Card)> {
    let of_group = roster::language(work, None, Some(group));
    let for_all = Card::plain(of_group.render(&say::observed_card()));
    if roster::is_staff(work, group.id, person.id).await? {
        let permit = roster::permit(work, person.id, group.id).await?;
        return Ok((moderation::observed_card(work, permit, language).await?, for_all));
    }
    // They may have become an administrator without the bot hearing of it.
    roster::ask_who_administers(work, group);
    Ok((Card::plain(language.render(&say::refused_not_staff())), for_all))
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
    let words = language.render(why);
    say_in_private(work, format!("refusal/{update}"), &person, Card::plain(words));
    Ok(())
}
