//! Purpose: deleting messages.
//!
//! Invariant: a deleted message keeps its place and its text for the page and the tests, but no method finds it.

use serde_json::{Value, json};

use crate::clock::{HOUR_MS, Millis};
use crate::sandbox::ids::ChatId;
use crate::sandbox::message::Message;
use crate::sandbox::population::ChatKind;
use crate::sandbox::standing::Rights;
use crate::sandbox::world::{Deletion, World};

use super::{Answer, ApiError, Call};

/// A message can be deleted for this long.
const DELETABLE_MS: i64 = 48 * HOUR_MS;

impl World {
    pub(super) fn delete_message(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let id = call.need_int("message_id")?;
        let message = self.chat(chat).and_then(|place| place.message(id));
        let message = message.ok_or_else(|| ApiError::bad("message to delete not found"))?;
        self.check_deletable(chat, message)?;
        self.erase(chat, id, false);
        Ok(json!(true))
    }

    pub(super) fn delete_messages(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let ids: Vec<i64> = call.list("message_ids").iter().filter_map(Value::as_i64).collect();
        if ids.is_empty() || ids.len() > 100 {
            return Err(ApiError::bad("wrong number of message identifiers: 1–100 needed"));
        }
        for id in ids {
            let message = self.chat(chat).and_then(|place| place.message(id));
            if message.is_some_and(|message| self.check_deletable(chat, message).is_ok()) {
                self.erase(chat, id, false);
            }
        }
        Ok(json!(true))
    }

    pub(super) fn delete_ephemeral(&mut self, call: &Call) -> Answer {
        let (chat, id) = self.ephemeral_target(call, "message to delete not found")?;
        self.erase(chat, id, true);
        Ok(json!(true))
    }

    fn check_deletable(&self, chat: ChatId, message: &Message) -> Result<(), ApiError> {
        let private = self.chat(chat).is_some_and(|place| place.kind == ChatKind::Private);
        let own = message.from == self.bot;
        if !own && !private && !self.bot_has(chat, Rights::DELETE) {
            return Err(ApiError::bad("message can't be deleted"));
        }
        let age_ms = self.now().since_ms(message.date);
        if age_ms >= DELETABLE_MS {
            return Err(ApiError::bad("message can't be deleted for everyone"));
        }
        Ok(())
    }

    fn erase(&mut self, chat: ChatId, id: i64, ephemeral: bool) {
        let now = self.now();
        self.mark_deleted(chat, id, ephemeral, now);
        self.note_deletion(Deletion { chat, message: id, ephemeral, at: now });
    }

    /// Marks a message as gone, whoever deleted it.
    pub(in crate::sandbox) fn mark_deleted(&mut self, chat: ChatId, id: i64, ephemeral: bool, at: Millis) {
        let revision = self.touch();
        let Some(place) = self.chats.get_mut(&chat) else { return };
        let history = if ephemeral { &mut place.ephemerals } else { &mut place.history };
        if let Some(message) = history.get_mut(id) {
            message.deleted = Some(at);
            message.revision = revision;
        }
    }
}
