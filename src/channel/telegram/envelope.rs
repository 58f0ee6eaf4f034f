//! Purpose: an update as Telegram writes it: its number and the one thing it is about.
//!
//! Invariant: a kind or a field of a later version never hides what this version knows. teloxide's own types are not
//! used for updates: they panic on a poll answer without a voter, lose newer content, and are several times slower.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::wire::{CallbackQuery, ChatMemberUpdated, Message, Poll, PollAnswer, Words};

/// What an update is about.
#[derive(Debug)]
pub(super) enum Body<'a> {
    Message(Message<'a>),
    EditedMessage(Message<'a>),
    CallbackQuery(Box<CallbackQuery<'a>>),
    PollAnswer(PollAnswer<'a>),
    Poll(Poll<'a>),
    MyChatMember(Box<ChatMemberUpdated<'a>>),
    ChatMember(Box<ChatMemberUpdated<'a>>),
    Ignored(&'static str),
}

/// An update: its number and the one thing it is about.
#[derive(Debug)]
pub(super) struct Update<'a> {
    pub(super) update_id: i64,
    pub(super) body: Body<'a>,
}

/// Kinds of updates that are let pass by, by Telegram's names.
const IGNORED: [&str; 20] = [
    "channel_post",
    "edited_channel_post",
    "message_reaction",
    "message_reaction_count",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "inline_query",
    "chosen_inline_result",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "managed_bot",
    "subscription",
    "stopped_message_generation",
];

impl<'de: 'a, 'a> Deserialize<'de> for Update<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Update<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an update")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut update_id = None;
                let mut body = None;
                while let Some(Words(key)) = map.next_key()? {
                    let found = match key.as_ref() {
                        "update_id" => {
                            update_id = Some(map.next_value()?);
                            continue;
                        }
                        "message" => Body::Message(map.next_value()?),
                        "edited_message" => Body::EditedMessage(map.next_value()?),
                        "callback_query" => Body::CallbackQuery(map.next_value()?),
                        "poll_answer" => Body::PollAnswer(map.next_value()?),
                        "poll" => Body::Poll(map.next_value()?),
                        "my_chat_member" => Body::MyChatMember(map.next_value()?),
                        "chat_member" => Body::ChatMember(map.next_value()?),
                        other => {
                            map.next_value::<IgnoredAny>()?;
                            let known = IGNORED.iter().find(|kind| **kind == other);
                            Body::Ignored(known.copied().unwrap_or("unknown"))
                        }
                    };
                    if matches!(body, None | Some(Body::Ignored(_))) {
                        body = Some(found);
                    }
                }
                Ok(Update {
                    update_id: update_id.ok_or_else(|| serde::de::Error::missing_field("update_id"))?,
                    body: body.unwrap_or(Body::Ignored("empty")),
                })
            }
        }

        from.deserialize_map(Fields)
    }
}

/// Only the number, for an update that can't be understood.
#[derive(Deserialize)]
pub(super) struct Numbered {
    pub(super) update_id: i64,
}

/// A message's own text, for content that isn't known by name.
#[derive(Deserialize)]
pub(super) struct RawMessage<'a> {
    #[serde(borrow, alias = "edited_message")]
    pub(super) message: &'a RawValue,
}
