//! Purpose: editing the bot's own messages.
//!
//! Invariant: an edit that would change nothing is refused, as Telegram does.

use serde_json::Value;

use crate::sandbox::entities::Styled;
use crate::sandbox::ids::{ChatId, PersonId};
use crate::sandbox::media::{Media, MediaKind};
use crate::sandbox::message::{Content, Message};
use crate::sandbox::world::World;

use super::target::{caption, markup, message_text};
use super::{Answer, ApiError, Call};

const NOT_MODIFIED: &str = "message is not modified: specified new message content and reply markup are exactly \
                            the same as a current content and reply markup of the message";

/// What an edit changes.
enum Change {
    Text(Styled),
    Caption(Styled),
    Media(Media),
    MarkupOnly,
}

impl World {
    pub(super) fn edit_text(&mut self, call: &Call) -> Answer {
        let change = Change::Text(message_text(call)?);
        self.edit(call, change)
    }

    pub(super) fn edit_caption(&mut self, call: &Call) -> Answer {
        let change = Change::Caption(caption(call)?);
        self.edit(call, change)
    }

    pub(super) fn edit_media(&mut self, call: &Call) -> Answer {
        let new = call.get("media").cloned().unwrap_or_default();
        let media = self.input_media(&new, &call.files)?;
        self.edit(call, Change::Media(media))
    }

    pub(super) fn edit_markup(&mut self, call: &Call) -> Answer {
        self.edit(call, Change::MarkupOnly)
    }

    pub(super) fn edit_ephemeral_text(&mut self, call: &Call) -> Answer {
        let change = Change::Text(message_text(call)?);
        self.edit_ephemeral(call, change)
    }

    pub(super) fn edit_ephemeral_caption(&mut self, call: &Call) -> Answer {
        let change = Change::Caption(caption(call)?);
        self.edit_ephemeral(call, change)
    }

    pub(super) fn edit_ephemeral_markup(&mut self, call: &Call) -> Answer {
        self.edit_ephemeral(call, Change::MarkupOnly)
    }

    fn edit(&mut self, call: &Call, change: Change) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let id = call.need_int("message_id")?;
        let bot = self.bot;
        let message = self.chat(chat).and_then(|place| place.message(id));
        let message = message.ok_or_else(|| ApiError::bad("message to edit not found"))?;
        if message.from != bot || message.origin.is_some() {
            return Err(ApiError::bad("message can't be edited"));
        }
        let new = changed(message, change, markup(call)?)?;
        Ok(self.replace(chat, id, false, new))
    }

    fn edit_ephemeral(&mut self, call: &Call, change: Change) -> Answer {
        let (chat, id) = self.ephemeral_target(call, "message to edit not found")?;
        let message = self.chat(chat).and_then(|place| place.ephemeral(id));
        let message = message.ok_or_else(|| ApiError::bad("message to edit not found"))?;
        let new = changed(message, change, markup(call)?)?;
        self.replace(chat, id, true, new);
        Ok(Value::Bool(true))
    }

    /// The bot's ephemeral message a request names.
    pub(super) fn ephemeral_target(&self, call: &Call, words: &str) -> Result<(ChatId, i64), ApiError> {
        let chat = self.reachable(call, "chat_id")?;
        let receiver = PersonId(call.need_int("receiver_user_id")?);
        let id = call.need_int("ephemeral_message_id")?;
        let found = self.chat(chat).and_then(|place| place.ephemeral(id));
        match found {
            Some(message) if message.receiver == Some(receiver) || message.from == receiver => Ok((chat, id)),
            _ => Err(ApiError::bad(words)),
        }
    }

    fn replace(&mut self, chat: ChatId, id: i64, ephemeral: bool, new: Message) -> Value {
        let now = self.now();
        let revision = self.touch();
        let Some(place) = self.chats.get_mut(&chat) else { return Value::Null };
        let history = if ephemeral { &mut place.ephemerals } else { &mut place.history };
        let Some(message) = history.get_mut(id) else { return Value::Null };
        let old_content = std::mem::replace(&mut message.content, new.content);
        message.markup = new.markup;
        message.revision = revision;
        if old_content != message.content {
            message.edited = Some(now);
        }
        let message = message.clone();
        self.message_json(chat, &message)
    }
}

/// The message with the change, or the refusal if nothing would change.
fn changed(message: &Message, change: Change, markup: Option<Value>) -> Result<Message, ApiError> {
    let mut new = message.clone();
    match (change, &mut new.content) {
        (Change::Text(text), Content::Text(old)) => *old = text,
        (Change::Text(_), _) => return Err(ApiError::bad("there is no text in the message to edit")),
        (Change::Caption(text), Content::Media(media)) if media.kind.has_caption() => media.caption = text,
        (Change::Media(file), Content::Text(_)) => new.content = Content::Media(file),
        (Change::Media(file), Content::Media(media)) => {
            let stays_in_album = media.album.is_none() || media.kind.goes_with(file.kind);
            let is_fixed = matches!(media.kind, MediaKind::Voice | MediaKind::VideoNote | MediaKind::Sticker);
            if is_fixed || !stays_in_album {
                return Err(ApiError::bad("message can't be edited"));
            }
            *media = Media { album: media.album.take(), ..file };
        }
        (Change::Media(_), _) => return Err(ApiError::bad("message can't be edited")),
        (Change::Caption(_), _) => return Err(ApiError::bad("there is no caption in the message to edit")),
        (Change::MarkupOnly, _) => {}
    }
    new.markup = markup;
    if new.content == message.content && new.markup == message.markup {
        return Err(ApiError::bad(NOT_MODIFIED));
    }
    Ok(new)
}
