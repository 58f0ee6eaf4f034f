//! Purpose: messages as the world keeps them, and as the bot sees them.
//!
//! Invariant: a message's JSON depends only on the message, its chat, the people and its poll; an ephemeral
//! message always has `message_id` 0 and its own `ephemeral_message_id`.

use serde_json::{Map, Value, json};

use crate::clock::{Millis, SECOND_MS};

use super::entities::Styled;
use super::ids::{ChatId, PersonId};
use super::media::Media;
use super::world::World;

/// What a message shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Text.
    Text(Styled),
    /// A file with an optional caption.
    Media(Media),
    /// A poll, by its identifier.
    Poll(String),
    /// A contact, as a `Contact` object.
    Contact(Value),
    /// A place, as a `Location` object.
    Location(Value),
    /// A place with a name, as a `Venue` object.
    Venue(Value),
    /// A service message: its fields, such as `new_chat_members`.
    Service(Map<String, Value>),
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its number in the chat; for an ephemeral message its own kind of number.
    pub id: i64,
    /// Order of creation over the whole world.
    pub seq: u64,
    /// The world's revision at the last change.
    pub revision: u64,
    /// For an ephemeral message: the one member who sees it besides its sender.
    pub receiver: Option<PersonId>,
    /// Who wrote it.
    pub from: PersonId,
    /// The chat it was written as: a channel, or the group itself for an anonymous administrator.
    pub sender_chat: Option<ChatId>,
    /// When it was written.
    pub date: Millis,
    /// When it was last edited.
    pub edited: Option<Millis>,
    /// What it shows.
    pub content: Content,
    /// The message it answers, in the same chat.
    pub reply_to: Option<i64>,
    /// Topic.
    pub thread: Option<i64>,
    /// `reply_markup` as it was sent.
    pub markup: Option<Value>,
    /// Where it was forwarded from: a `MessageOrigin` object.
    pub origin: Option<Value>,
    /// Whether the linked channel's post was forwarded here by Telegram.
    pub automatic: bool,
    /// Whether it was sent without sound.
    pub silent: bool,
    /// When it was deleted. A deleted message stays here, but no method finds it.
    pub deleted: Option<Millis>,
    /// Reactions, as pairs of who and which emoji.
    pub reactions: Vec<(PersonId, String)>,
}

impl Message {
    /// Its text or caption; empty for what has none.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.content {
            Content::Text(styled) => &styled.text,
            Content::Media(media) => &media.caption.text,
            _ => "",
        }
    }

    /// The inline buttons, row by row.
    #[must_use]
    pub fn buttons(&self) -> Vec<Vec<Button>> {
        let rows = self.markup.as_ref().and_then(|markup| markup.get("inline_keyboard")?.as_array());
        let text = |button: &Value, name: &str| Some(button.get(name)?.as_str()?.to_owned());
        rows.map_or_else(Vec::new, |rows| {
            rows.iter()
                .map(|row| {
                    row.as_array().map_or_else(Vec::new, |row| {
                        row.iter()
                            .map(|button| Button {
                                text: text(button, "text").unwrap_or_default(),
                                data: text(button, "callback_data"),
                                url: text(button, "url"),
                            })
                            .collect()
                    })
                })
                .collect()
        })
    }

    /// Whether only one member and the bot see it.
    #[must_use]
    pub fn is_ephemeral(&self) -> bool {
        self.receiver.is_some()
    }
}

/// An inline button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// Its label.
    pub text: String,
    /// Its `callback_data`.
    pub data: Option<String>,
    /// Its link.
    pub url: Option<String>,
}

impl World {
    /// A message as the bot sees it.
    pub(super) fn message_json(&self, chat: ChatId, message: &Message) -> Value {
        self.message_json_with(chat, message, true)
    }

    fn message_json_with(&self, chat: ChatId, message: &Message, with_reply: bool) -> Value {
        let mut out = Map::new();
        let mut put = |name: &str, value: Value| {
            out.insert(name.to_owned(), value);
        };
        put("message_id", json!(if message.is_ephemeral() { 0 } else { message.id }));
        put("date", json!(message.date.0.div_euclid(SECOND_MS)));
        put("chat", self.chat_json(chat));
        put("from", self.user_json(message.from));
        if let Some(receiver) = message.receiver {
            put("ephemeral_message_id", json!(message.id));
            put("receiver_user", self.user_json(receiver));
        }
        if let Some(sender) = message.sender_chat {
            put("sender_chat", self.chat_json(sender));
        }
        if let Some(tag) = self.tag(chat, message.from) {
            put("sender_tag", json!(tag));
        }
        if let Some(edited) = message.edited {
            put("edit_date", json!(edited.0.div_euclid(SECOND_MS)));
        }
        if let Some(thread) = message.thread {
            put("message_thread_id", json!(thread));
            if self.chat(chat).is_some_and(|place| place.topics.contains_key(&thread)) {
                put("is_topic_message", json!(true));
            }
        }
        if message.automatic {
            put("is_automatic_forward", json!(true));
        }
        if let Some(origin) = &message.origin {
            put("forward_origin", origin.clone());
        }
        // Only inline keyboards come back in a Message object.
        if let Some(markup) = message.markup.as_ref().filter(|markup| markup.get("inline_keyboard").is_some())
        {
            put("reply_markup", markup.clone());
        }
        // In a forum what answers nothing else answers what opened its topic.
        let place = self.chat(chat);
        let opener = message.thread.filter(|thread| {
            *thread != message.id && place.is_some_and(|place| place.topics.contains_key(thread))
        });
        if let (true, Some(reply)) = (with_reply, message.reply_to.or(opener)) {
            let replied = place.and_then(|chat| chat.message(reply));
            if let Some(replied) = replied {
                put("reply_to_message", self.message_json_with(chat, replied, false));
            }
        }
        self.write_content(&message.content, message.origin.is_none(), &mut out);
        Value::Object(out)
    }

    fn write_content(&self, content: &Content, original: bool, out: &mut Map<String, Value>) {
        match content {
            Content::Text(styled) => {
                out.insert("text".to_owned(), json!(styled.text));
                if !styled.entities.is_empty() {
                    out.insert("entities".to_owned(), json!(styled.entities));
                }
            }
            Content::Media(media) => {
                media.write(out);
                if let Some(album) = &media.album {
                    out.insert("media_group_id".to_owned(), json!(album));
                }
                if !media.caption.text.is_empty() {
                    out.insert("caption".to_owned(), json!(media.caption.text));
                }
                if !media.caption.entities.is_empty() {
                    out.insert("caption_entities".to_owned(), json!(media.caption.entities));
                }
            }
            Content::Poll(id) => {
                if let Some(poll) = self.poll(id) {
                    out.insert("poll".to_owned(), poll.json(original));
                }
            }
            Content::Contact(contact) => {
                out.insert("contact".to_owned(), contact.clone());
            }
            Content::Location(place) => {
                out.insert("location".to_owned(), place.clone());
            }
            Content::Venue(venue) => {
                // The place stands beside it too, for clients that know no venues.
                out.insert("location".to_owned(), venue.get("location").cloned().unwrap_or_default());
                out.insert("venue".to_owned(), venue.clone());
            }
            Content::Service(fields) => {
                out.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
        }
    }
}
