//! Purpose: sendMessage and its relatives, ephemeral messages included.
//!
//! Invariant: what is sent is in the chat's history before the answer is given.

use serde_json::{Map, Value, json};

use crate::sandbox::ids::{ChatId, PersonId};
use crate::sandbox::message::{Content, Message};
use crate::sandbox::standing::{Permissions, Rights};
use crate::sandbox::world::World;

use super::target::{markup, message_text};
use super::{Answer, ApiError, Call};

impl World {
    pub(super) fn send_message(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let text = message_text(call)?;
        self.send(call, chat, Content::Text(text), Permissions::TEXT)
    }

    pub(super) fn send_location(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let place = pick(call, &["latitude", "longitude", "horizontal_accuracy", "live_period"]);
        check_place(call)?;
        self.send(call, chat, Content::Location(place), Permissions::TEXT)
    }

    pub(super) fn send_venue(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let mut venue = pick(call, &["title", "address", "foursquare_id", "google_place_id"]);
        venue["location"] = pick(call, &["latitude", "longitude"]);
        check_place(call)?;
        if call.need_text("title")?.trim().is_empty() {
            return Err(ApiError::bad("venue title must be non-empty"));
        }
        self.send(call, chat, Content::Venue(venue), Permissions::TEXT)
    }

    pub(super) fn send_contact(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let contact = pick(call, &["phone_number", "first_name", "last_name", "vcard"]);
        self.send(call, chat, Content::Contact(contact), Permissions::TEXT)
    }

    /// Puts a message of the bot into a chat and answers with it.
    pub(super) fn send(&mut self, call: &Call, chat: ChatId, content: Content, need: Permissions) -> Answer {
        let draft = self.prepare(call, chat, content, need)?;
        Ok(self.post(chat, draft))
    }

    /// A message of the bot, checked but not yet in the chat.
    pub(super) fn prepare(
        &self,
        call: &Call,
        chat: ChatId,
        content: Content,
        need: Permissions,
    ) -> Result<Message, ApiError> {
        self.check_may_send(chat, need)?;
        let mut draft = self.draft(self.bot, content);
        draft.markup = markup(call)?;
        draft.reply_to = self.reply_target(call, chat)?;
        draft.receiver = self.ephemeral_receiver(call, chat)?;
        draft.thread = self.thread(call, chat)?;
        draft.silent = call.flag("disable_notification");
        Ok(draft)
    }

    /// Adds a prepared message and gives it as a `Message` object.
    pub(super) fn post(&mut self, chat: ChatId, draft: Message) -> Value {
        let ephemeral = draft.is_ephemeral();
        let id = self.add_message(chat, draft);
        let place = self.chat(chat);
        let sent = place.and_then(|place| if ephemeral { place.ephemeral(id) } else { place.message(id) });
        sent.map_or(Value::Null, |message| self.message_json(chat, message))
    }

    /// The topic a request names, if the bot may write there. A group that is no forum has none.
    fn thread(&self, call: &Call, chat: ChatId) -> Result<Option<i64>, ApiError> {
        let place = self.chat(chat).filter(|place| place.is_group());
        let (Some(thread), Some(place)) = (call.int("message_thread_id"), place) else { return Ok(None) };
        match place.topics.get(&thread) {
            None => Err(ApiError::bad("message thread not found")),
            Some(topic) if topic.closed && !self.bot_has(chat, Rights::TOPICS) => {
                Err(ApiError::bad("TOPIC_CLOSED"))
            }
            Some(_) => Ok(Some(thread)),
        }
    }

    fn check_may_send(&self, chat: ChatId, need: Permissions) -> Result<(), ApiError> {
        let Some(place) = self.chat(chat).filter(|place| place.is_group()) else { return Ok(()) };
        let allowed = self
            .standing(chat, self.bot)
            .is_some_and(|standing| standing.permissions(place.permissions).allow(need));
        if allowed {
            return Ok(());
        }
        let what = match need {
            Permissions::PHOTOS => "photos",
            Permissions::DOCUMENTS => "documents",
            Permissions::POLLS => "polls",
            Permissions::AUDIOS => "music",
            Permissions::VIDEOS => "videos",
            Permissions::VIDEO_NOTES => "video notes",
            Permissions::VOICES => "voice notes",
            Permissions::OTHER => "animations and stickers",
            _ => "text messages",
        };
        Err(ApiError::bad(format!("not enough rights to send {what} to the chat")))
    }

    /// The message a request answers. A missing one is refused unless the request allows that.
    fn reply_target(&self, call: &Call, chat: ChatId) -> Result<Option<i64>, ApiError> {
        let parameters = call.get("reply_parameters");
        let number = |name: &str| parameters.and_then(|all| all.get(name)?.as_i64());
        let elsewhere = number("chat_id").is_some_and(|other| other != chat.0);
        if elsewhere || number("ephemeral_message_id").is_some() {
            return Ok(None);
        }
        let Some(wanted) = number("message_id").or_else(|| call.int("reply_to_message_id")) else {
            return Ok(None);
        };
        if self.chat(chat).is_some_and(|place| place.message(wanted).is_some()) {
            return Ok(Some(wanted));
        }
        let lenient = parameters
            .and_then(|all| all.get("allow_sending_without_reply")?.as_bool())
            .unwrap_or_else(|| call.flag("allow_sending_without_reply"));
        if lenient { Ok(None) } else { Err(ApiError::bad("message to be replied not found")) }
    }

    /// Who alone shall see the message; an older server ignores the field.
    fn ephemeral_receiver(&self, call: &Call, chat: ChatId) -> Result<Option<PersonId>, ApiError> {
        let Some(parameters) = call.get("ephemeral_message_parameters") else { return Ok(None) };
        if !self.config.supports_ephemeral {
            return Ok(None);
        }
        if self.chat(chat).is_none_or(|place| !place.is_group()) {
            return Err(ApiError::bad("ephemeral messages can be sent only to groups and supergroups"));
        }
        let receiver = PersonId(parameters.get("receiver_user_id").and_then(Value::as_i64).unwrap_or(0));
        let present =
            self.standing(chat, receiver).is_some_and(crate::sandbox::standing::Standing::is_present);
        if present { Ok(Some(receiver)) } else { Err(ApiError::bad("USER_NOT_PARTICIPANT")) }
    }
}

fn check_place(call: &Call) -> Result<(), ApiError> {
    let angle = |name: &str| call.get(name).and_then(Value::as_f64);
    let is_there = angle("latitude").is_some_and(|angle| angle.abs() <= 90.0)
        && angle("longitude").is_some_and(|angle| angle.abs() <= 180.0);
    if is_there { Ok(()) } else { Err(ApiError::bad("wrong latitude or longitude specified")) }
}

fn pick(call: &Call, names: &[&str]) -> Value {
    let found = names.iter().filter_map(|name| Some(((*name).to_owned(), call.get(name)?.clone())));
    let fields: Map<String, Value> = found.collect();
    json!(fields)
}
