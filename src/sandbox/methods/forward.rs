//! Purpose: copyMessage and forwardMessage, and what a forwarded message says about its origin.
//!
//! Invariant: a forward keeps the origin of the first author; a forwarded poll stays the same poll.

use serde_json::{Value, json};

use crate::clock::SECOND_MS;
use crate::sandbox::ids::ChatId;
use crate::sandbox::message::{Content, Message};
use crate::sandbox::standing::Permissions;
use crate::sandbox::world::World;

use super::target::caption;
use super::{Answer, ApiError, Call};

impl World {
    pub(super) fn copy_message(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let source = self.source(call, "message to copy not found")?;
        let mut content = source.content;
        if matches!(content, Content::Poll(_) | Content::Service(_)) {
            return Err(ApiError::bad("message can't be copied"));
        }
        if let (Some(_), Content::Media(media)) = (call.get("caption"), &mut content) {
            media.caption = caption(call)?;
        }
        let sent = self.send(call, chat, content, Permissions::TEXT)?;
        Ok(json!({"message_id": sent.get("message_id").cloned().unwrap_or(Value::Null)}))
    }

    pub(super) fn forward_message(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let source = self.source(call, "message to forward not found")?;
        if matches!(source.content, Content::Service(_)) {
            return Err(ApiError::bad("message can't be forwarded"));
        }
        let origin = self.origin_json(&source);
        let mut draft = self.prepare(call, chat, source.content, Permissions::TEXT)?;
        draft.origin = Some(origin);
        Ok(self.post(chat, draft))
    }

    fn source(&self, call: &Call, words: &str) -> Result<Message, ApiError> {
        let from = self.reachable(call, "from_chat_id")?;
        let id = call.need_int("message_id")?;
        let found: Option<&Message> = self.chat(from).and_then(|place| place.message(id));
        found.cloned().ok_or_else(|| ApiError::bad(words))
    }

    /// The `MessageOrigin` object of a forward of this message.
    pub(in crate::sandbox) fn origin_json(&self, message: &Message) -> Value {
        if let Some(origin) = &message.origin {
            return origin.clone();
        }
        let date = message.date.0.div_euclid(SECOND_MS);
        match message.sender_chat {
            Some(ChatId(id)) => {
                json!({"type": "chat", "date": date, "sender_chat": self.chat_json(ChatId(id))})
            }
            None => json!({"type": "user", "date": date, "sender_user": self.user_json(message.from)}),
        }
    }
}
