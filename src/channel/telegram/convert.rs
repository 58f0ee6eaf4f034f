//! Purpose: an update's text in the product's own words.
//!
//! Invariant: pure, and never panics, whatever the text. Who wrote is decided by ids and by how Telegram marks the
//! message, never by a name; the well-known ids 777000, 1087968824 and 136817688 prove nothing by themselves.

use super::envelope::{Body, Numbered, Update};
use super::native;
use super::parts::{self, Content};
use super::publishable;
use super::wire::{self, Words};
use crate::channel::{
    BadUpdate, ButtonPress, Chat, ChatKind, Event, Incoming, Message, Parsed, PollVote, Rights, Role,
    RoleChange, Sender, SenderKind, TopicChange,
};
use crate::clock::{Millis, SECOND_MS};
use crate::i18n::Language;
use crate::ids::{Native, UpdateId};

/// Understands one update. At most 128 levels deep; time and memory are linear in its length.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    match serde_json::from_str::<Update<'_>>(text) {
        Ok(update) => {
            let number = UpdateId(update.update_id);
            let incoming = event(update.body, text).map(|event| Incoming { update: number, event });
            Parsed { update: Some(number), incoming }
        }
        Err(error) => Parsed {
            update: update_number(text).map(UpdateId),
            incoming: Err(BadUpdate { reason: without_words(&error) }),
        },
    }
}

/// The update's number, also of a text that can't be understood otherwise.
pub(super) fn update_number(text: &str) -> Option<i64> {
    const NAME: &str = "\"update_id\":";
    // Telegram writes the number first and without blanks; everything else takes the slow way.
    let first = text.strip_prefix('{').and_then(|rest| rest.strip_prefix(NAME)).and_then(leading_number);
    if first.is_some() {
        return first;
    }
    if let Ok(numbered) = serde_json::from_str::<Numbered>(text) {
        return Some(numbered.update_id);
    }
    let place = text.find(NAME)?;
    leading_number(text.get(place + NAME.len()..)?.trim_start())
}

fn leading_number(text: &str) -> Option<i64> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// What is wrong, without the words of the update that serde would quote.
fn without_words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let place = format!("at line {} column {}", error.line(), error.column());
    if said.starts_with("missing field") || said.starts_with("duplicate field") {
        return said;
    }
    match error.classify() {
        serde_json::error::Category::Data => format!("a field has an unexpected type {place}"),
        serde_json::error::Category::Eof => format!("the text ends too early {place}"),
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
            format!("the text is no JSON {place}")
        }
    }
}

fn bad(reason: &str) -> BadUpdate {
    BadUpdate { reason: reason.to_owned() }
}

fn event(body: Body<'_>, whole: &str) -> Result<Event, BadUpdate> {
    match body {
        Body::Message(message) => message_event(message, false, whole),
        Body::EditedMessage(message) => message_event(message, true, whole),
        Body::CallbackQuery(query) => press(*query),
        Body::PollAnswer(answer) => Ok(Event::Vote(vote(answer))),
        Body::Poll(poll) => Ok(Event::Poll {
            poll: Native(poll.id.into_string()),
            question: poll.question.into_string(),
            options: poll.options.into_iter().map(|option| option.text.into_string()).collect(),
            closed: poll.is_closed,
        }),
        Body::MyChatMember(change) => Ok(Event::BotRole(role_change(*change)?)),
        Body::ChatMember(change) => Ok(Event::MemberRole(role_change(*change)?)),
        Body::Ignored(kind) => Ok(Event::Ignored { kind }),
    }
}

fn message_event(mut message: wire::Message<'_>, edited: bool, whole: &str) -> Result<Event, BadUpdate> {
    let chat_number = message.chat.id;
    if let Some(to) = message.migrate_to_chat_id {
        return Ok(Event::Migrated { from: chat_number.into(), to: to.into() });
    }
    if let Some(from) = message.migrate_from_chat_id {
        return Ok(Event::Migrated { from: from.into(), to: chat_number.into() });
    }
    let topic_change = topic_change(&message);
    let parts =
        match parts::take(&mut message, whole).map_err(|_| bad("content that is nested too deeply"))? {
            Content::Parts(parts) => parts,
            Content::Service if topic_change.is_some() => Vec::new(),
            Content::Service => return Ok(Event::Ignored { kind: "service" }),
        };
    let from = message.from.as_ref().map(|user| user.id);
    let sender = message_sender(message.from, message.sender_chat, chat_number, message.is_automatic_forward)
        .ok_or_else(|| bad("a message without a sender"))?;
    let topic = message.message_thread_id.filter(|_| message.is_topic_message);
    // In a forum every message "answers" the one that opened its topic.
    let (opener, answered) = match message.reply_to_message {
        Some(answered) if topic == Some(answered.message_id) => (Some(answered), None),
        answered => (None, answered),
    };
    let topic_title = opener.and_then(|opener| opener.forum_topic_created?.name).map(Words::into_string);
    let id = match message.ephemeral_message_id {
        // What a member writes is received by the bot; what the bot wrote, by the member.
        Some(number) if sender.kind == SenderKind::Person => {
            native::ephemeral(from.unwrap_or_default(), number)
        }
        Some(number) => {
            native::ephemeral(message.receiver_user.map(|user| user.id).unwrap_or_default(), number)
        }
        None => message.message_id.into(),
    };
    let chat = chat(message.chat)?;
    Ok(Event::Message(Box::new(Message {
        id,
        sender,
        at: Millis(message.date.saturating_mul(SECOND_MS)),
        edited,
        album: message.media_group_id.map(|album| Native(album.into_string())),
        content: if chat.kind == ChatKind::Private { publishable::read(whole) } else { None },
        chat,
        parts,
        reply_to: answered.as_deref().map(answered_id),
        reply_to_sender: answered.and_then(|answered| {
            answered.sender_chat.map(|chat| chat.id.into()).or(answered.from.map(|user| user.id.into()))
        }),
        ephemeral: message.ephemeral_message_id.is_some(),
        topic: topic.map(Native::from),
        topic_title,
        topic_change,
    })))
}

/// What a notice tells of a forum topic. Of the general one nothing is told apart.
fn topic_change(message: &wire::Message<'_>) -> Option<TopicChange> {
    let title = |topic: &wire::ForumTopic<'_>| topic.name.as_ref().map(|name| name.0.clone().into_owned());
    let change = if let Some(created) = &message.forum_topic_created {
        TopicChange { title: title(created), closed: Some(false) }
    } else if let Some(edited) = &message.forum_topic_edited {
        TopicChange { title: title(edited), closed: None }
    } else if message.forum_topic_closed.is_some() {
        TopicChange { title: None, closed: Some(true) }
    } else if message.forum_topic_reopened.is_some() {
        TopicChange { title: None, closed: Some(false) }
    } else {
        return None;
    };
    (message.is_topic_message && message.message_thread_id.is_some()).then_some(change)
}

fn answered_id(answered: &wire::Answered<'_>) -> Native {
    let Some(number) = answered.ephemeral_message_id else { return answered.message_id.into() };
    let people = [answered.from.as_ref(), answered.receiver_user.as_ref()];
    let member = people.into_iter().flatten().find(|user| !user.is_bot).map(|user| user.id);
    native::ephemeral(member.unwrap_or_default(), number)
}

fn chat(chat: wire::Chat<'_>) -> Result<Chat, BadUpdate> {
    let kind = match chat.kind.0.as_ref() {
        "private" => ChatKind::Private,
        "group" => ChatKind::BasicGroup,
        "supergroup" => ChatKind::Group,
        "channel" => ChatKind::Broadcast,
        _ => return Err(bad("a chat of an unknown type")),
    };
    let title = if kind == ChatKind::Private { None } else { chat.title };
    Ok(Chat { id: chat.id.into(), kind, title: title.map(Words::into_string).unwrap_or_default() })
}

/// Who wrote: a chat in whose name it was written goes before the person (or stand-in) Telegram names beside it.
fn message_sender(
    from: Option<wire::User<'_>>,
    sender_chat: Option<wire::Chat<'_>>,
    chat: i64,
    is_automatic_forward: bool,
) -> Option<Sender> {
    let Some(writer) = sender_chat else { return from.map(person) };
    let kind = if is_automatic_forward {
        SenderKind::LinkedChannel
    } else if writer.id == chat {
        SenderKind::AnonymousAdmin
    } else {
        SenderKind::OtherChat
    };
    let name = writer.title.or(writer.first_name).map(Words::into_string).unwrap_or_default();
    Some(Sender { kind, id: writer.id.into(), name, language: None })
}

pub(super) fn person(user: wire::User<'_>) -> Sender {
    Sender {
        kind: if user.is_bot { SenderKind::Bot } else { SenderKind::Person },
        id: user.id.into(),
        language: user.language_code.and_then(|code| Language::of_code(&code.0)),
        name: full_name(user.first_name, user.last_name),
    }
}

/// The name as Telegram's clients show it.
pub(super) fn full_name(first: Option<Words<'_>>, last: Option<Words<'_>>) -> String {
    let mut name = first.map(Words::into_string).unwrap_or_default();
    if let Some(last) = last.filter(|last| !last.0.is_empty()) {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(&last.0);
    }
    name
}

/// What is shown as the place a message was forwarded from.
pub(super) fn origin_name(origin: wire::Origin<'_>) -> Option<String> {
    let mut name = origin
        .sender_user
        .map(|user| full_name(user.first_name, user.last_name))
        .or(origin.sender_user_name.map(Words::into_string))
        .or(origin.sender_chat.or(origin.chat).and_then(|chat| chat.title).map(Words::into_string))?;
    if let Some(signature) = origin.author_signature {
        name.push_str(" · ");
        name.push_str(&signature.0);
    }
    Some(name)
}

fn press(query: wire::CallbackQuery<'_>) -> Result<Event, BadUpdate> {
    let Some(token) = query.data else { return Ok(Event::Ignored { kind: "game_query" }) };
    let member = query.from.id;
    let (place, message) = match query.message {
        None => (None, None),
        Some(pressed) => {
            let message = match pressed.ephemeral_message_id {
                Some(number) => native::ephemeral(member, number),
                None => pressed.message_id.into(),
            };
            (Some(chat(pressed.chat)?), Some(message))
        }
    };
    Ok(Event::Press(ButtonPress {
        id: Native(query.id.into_string()),
        sender: person(query.from),
        chat: place,
        message,
        token: token.into_string(),
    }))
}

fn vote(answer: wire::PollAnswer<'_>) -> PollVote {
    // Beside a chat that votes, older servers name a stand-in user.
    let voter = if answer.voter_chat.is_some() { None } else { answer.user };
    PollVote {
        poll: Native(answer.poll_id.into_string()),
        voter: voter.map(person),
        options: answer.option_ids,
    }
}

fn role_change(change: wire::ChatMemberUpdated<'_>) -> Result<RoleChange, BadUpdate> {
    let (before, _) =
        standing(&change.old_chat_member).ok_or_else(|| bad("a member of an unknown status"))?;
    let (after, rights) =
        standing(&change.new_chat_member).ok_or_else(|| bad("a member of an unknown status"))?;
    Ok(RoleChange {
        chat: chat(change.chat)?,
        who: person(change.new_chat_member.user),
        by: person(change.from),
        before,
        after,
        rights,
        at: Millis(change.date.saturating_mul(SECOND_MS)),
    })
}

/// A member's standing and rights, if the status is one this version knows.
pub(super) fn standing(member: &wire::ChatMember<'_>) -> Option<(Role, Rights)> {
    let all = Rights { write: true, delete: true, restrict: true };
    Some(match member.status.0.as_ref() {
        "creator" => (Role::Owner, all),
        "administrator" => (
            Role::Administrator,
            Rights { write: true, delete: member.can_delete_messages, restrict: member.can_restrict_members },
        ),
        "member" => (Role::Member, Rights { write: true, ..Rights::default() }),
        "restricted" if member.is_member => {
            (Role::Restricted, Rights { write: member.can_send_messages, ..Rights::default() })
        }
        "restricted" | "left" | "kicked" => (Role::Absent, Rights::default()),
        _ => return None,
    })
}
