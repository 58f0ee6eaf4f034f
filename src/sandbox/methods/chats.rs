//! Purpose: the bot leaving a chat, pinning messages and reacting to them.
//!
//! Invariant: pinning needs the right to pin, except in private chats.

use serde_json::{Map, Value, json};

use crate::sandbox::ids::{ChatId, PersonId};
use crate::sandbox::message::Content;
use crate::sandbox::standing::{Rights, Standing};
use crate::sandbox::world::World;

use super::{Answer, ApiError, Call};

impl World {
    pub(super) fn leave(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        if self.chat(chat).is_none_or(|place| !place.is_group()) {
            return Err(ApiError::bad("chat can't be left"));
        }
        self.set_standing(chat, self.bot, self.bot, Standing::Left);
        Ok(json!(true))
    }

    pub(super) fn pin(&mut self, call: &Call, pin: bool) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let group = self.chat(chat).is_some_and(crate::sandbox::population::Chat::is_group);
        if group {
            self.require(chat, Rights::PIN, "not enough rights to manage pinned messages in the chat")?;
        }
        let id = call.int("message_id");
        let exists = |id: i64| self.chat(chat).is_some_and(|place| place.message(id).is_some());
        if id.is_some_and(|id| !exists(id)) {
            let words = if pin { "message to pin not found" } else { "message to unpin not found" };
            return Err(ApiError::bad(words));
        }
        if let Some(place) = self.chats.get_mut(&chat) {
            place.pinned = if pin { id } else { None };
        }
        self.touch();
        if let (true, Some(id)) = (pin, id) {
            let message = self.chat(chat).and_then(|place| place.message(id));
            let pinned = message.map_or(Value::Null, |message| self.message_json(chat, message));
            self.post_service(chat, self.bot, json!({"pinned_message": pinned}));
        }
        Ok(json!(true))
    }

    pub(super) fn set_reaction(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let id = call.need_int("message_id")?;
        let emoji = call.list("reaction").first().and_then(|reaction| reaction.get("emoji")?.as_str());
        let emoji = emoji.map(str::to_owned);
        let bot = self.bot;
        let revision = self.touch();
        let message = self.chats.get_mut(&chat).and_then(|place| place.history.get_mut(id));
        let Some(message) = message.filter(|message| message.deleted.is_none()) else {
            return Err(ApiError::bad("message to react not found"));
        };
        message.reactions.retain(|(who, _)| *who != bot);
        message.reactions.extend(emoji.map(|emoji| (bot, emoji)));
        message.revision = revision;
        Ok(json!(true))
    }

    /// Adds a service message with these fields and announces it to the bot if it is in the chat.
    pub(in crate::sandbox) fn post_service(&mut self, chat: ChatId, actor: PersonId, fields: Value) -> i64 {
        let fields: Map<String, Value> = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        let draft = self.draft(actor, Content::Service(fields));
        let id = self.add_message(chat, draft);
        self.announce_message("message", chat, id, false);
        id
    }

    /// Announces a message to the bot if it may see it.
    pub(in crate::sandbox) fn announce_message(
        &mut self,
        kind: &str,
        chat: ChatId,
        id: i64,
        ephemeral: bool,
    ) -> Option<i64> {
        let place = self.chat(chat)?;
        let message = if ephemeral { place.ephemeral(id) } else { place.message(id) }?;
        if place.is_group() {
            let standing = self.standing(chat, self.bot).filter(|standing| standing.is_present())?;
            let sees_all = standing.is_staff() || !self.config.privacy_mode || ephemeral;
            if !sees_all && !is_for_bot(self, chat, message) {
                return None;
            }
        }
        let object = self.message_json(chat, message);
        self.announce(kind, chat.0, object)
    }
}

/// What a bot in privacy mode still sees: commands, answers to it, and service messages.
fn is_for_bot(world: &World, chat: ChatId, message: &crate::sandbox::message::Message) -> bool {
    let answers_bot = || {
        let replied = message.reply_to.and_then(|id| world.chat(chat)?.message(id));
        replied.is_some_and(|replied| replied.from == world.bot)
    };
    matches!(message.content, Content::Service(_)) || message.text().starts_with('/') || answers_bot()
}
