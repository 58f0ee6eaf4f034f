//! Purpose: which chat a method is about and whether the bot can act there; styled text and buttons of requests.
//!
//! Invariant: nothing here changes the world.

use serde_json::Value;

use crate::sandbox::entities::{Styled, html, utf16_len, with_entities};
use crate::sandbox::ids::{ChatId, PersonId};
use crate::sandbox::population::{Chat, ChatKind};
use crate::sandbox::standing::{Rights, Standing};
use crate::sandbox::world::World;

use super::{ApiError, Call};

/// Bytes of `callback_data`.
const CALLBACK_DATA_MAX: usize = 64;

impl World {
    /// The chat named by a field, if the bot can act in it.
    pub(super) fn reachable(&self, call: &Call, field: &str) -> Result<ChatId, ApiError> {
        let not_found = || ApiError::bad("chat not found");
        let id = call.chat(field).ok_or_else(not_found)?;
        let person = self.person(PersonId(id.0)).filter(|person| !person.is_bot);
        if let Some(person) = person {
            if person.deactivated {
                return Err(ApiError::forbidden("user is deactivated"));
            }
            if !person.started {
                return Err(ApiError::forbidden("bot can't initiate conversation with a user"));
            }
            if person.blocked {
                return Err(ApiError::forbidden("bot was blocked by the user"));
            }
            return Ok(id);
        }
        let chat = self.chat(id).ok_or_else(not_found)?;
        self.check_group(chat)?;
        Ok(id)
    }

    fn check_group(&self, chat: &Chat) -> Result<(), ApiError> {
        if let Some(new) = chat.migrated_to {
            let mut error = ApiError::bad("group chat was upgraded to a supergroup chat");
            error.parameters = Some(serde_json::json!({"migrate_to_chat_id": new.0}));
            return Err(error);
        }
        if chat.gone {
            return Err(ApiError::forbidden("the group chat was deleted"));
        }
        let kind = chat.kind.word();
        match self.standing(chat.id, self.bot) {
            None => Err(ApiError::bad("chat not found")),
            Some(Standing::Left) if chat.kind == ChatKind::Supergroup => {
                Err(ApiError::forbidden("bot is not a member of the supergroup chat"))
            }
            Some(Standing::Kicked { .. } | Standing::Left) => {
                Err(ApiError::forbidden(&format!("bot was kicked from the {kind} chat")))
            }
            Some(_) => Ok(()),
        }
    }

    /// A supergroup the bot can act in.
    pub(super) fn supergroup(&self, call: &Call) -> Result<ChatId, ApiError> {
        let id = self.reachable(call, "chat_id")?;
        match self.chat(id).map(|chat| chat.kind) {
            Some(ChatKind::Supergroup) => Ok(id),
            _ => Err(ApiError::bad("method is available only for supergroups")),
        }
    }

    /// The person named by `user_id`.
    pub(super) fn user(&self, call: &Call) -> Result<PersonId, ApiError> {
        let id = PersonId(call.need_int("user_id")?);
        if self.person(id).is_some() { Ok(id) } else { Err(ApiError::bad("user not found")) }
    }

    /// Refuses unless the bot administers the chat with these rights.
    pub(super) fn require(&self, chat: ChatId, rights: Rights, words: &str) -> Result<(), ApiError> {
        if self.bot_has(chat, rights) { Ok(()) } else { Err(ApiError::bad(words)) }
    }
}

/// Reads a text field with its entities or `parse_mode`.
pub(super) fn styled(call: &Call, text: &str, entities: &str, mode: &str) -> Result<Styled, ApiError> {
    let source = call.text(text).unwrap_or_default();
    let given = call.list(entities);
    let mode = call.text(mode).filter(|_| given.is_empty());
    let read = match mode {
        None | Some("") => with_entities(source.to_owned(), given),
        Some(mode) if mode.eq_ignore_ascii_case("html") => html(source),
        Some(_) => Err("unsupported parse_mode: the sandbox reads HTML".to_owned()),
    };
    read.map_err(ApiError::bad)
}

/// Reads the text of a message: 1–4096 UTF-16 units.
pub(super) fn message_text(call: &Call) -> Result<Styled, ApiError> {
    let styled = styled(call, "text", "entities", "parse_mode")?;
    if styled.text.trim().is_empty() {
        return Err(ApiError::bad("message text is empty"));
    }
    if utf16_len(&styled.text) > 4096 {
        return Err(ApiError::bad("message is too long"));
    }
    Ok(styled)
}

/// Reads a caption: 0–1024 UTF-16 units.
pub(super) fn caption(call: &Call) -> Result<Styled, ApiError> {
    let styled = styled(call, "caption", "caption_entities", "parse_mode")?;
    if utf16_len(&styled.text) > 1024 {
        return Err(ApiError::bad("message caption is too long"));
    }
    Ok(styled)
}

/// Reads `reply_markup` and checks its inline buttons. An inline keyboard without buttons is none.
pub(super) fn markup(call: &Call) -> Result<Option<Value>, ApiError> {
    let Some(markup) = call.get("reply_markup") else { return Ok(None) };
    let Some(rows) = markup.get("inline_keyboard").and_then(Value::as_array) else {
        return Ok(Some(markup.clone()));
    };
    let mut count = 0;
    for button in rows.iter().filter_map(Value::as_array).flatten() {
        count += 1;
        check_button(button)?;
    }
    if count > 100 {
        return Err(ApiError::bad("REPLY_MARKUP_TOO_LONG"));
    }
    Ok((count > 0).then(|| markup.clone()))
}

fn check_button(button: &Value) -> Result<(), ApiError> {
    let field = |name: &str| button.get(name).and_then(Value::as_str);
    if field("text").unwrap_or_default().trim().is_empty() {
        return Err(ApiError::bad(
            "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard",
        ));
    }
    if let Some(data) = field("callback_data") {
        if data.is_empty() || data.len() > CALLBACK_DATA_MAX {
            return Err(ApiError::bad("BUTTON_DATA_INVALID"));
        }
    } else if button.as_object().is_some_and(|fields| {
        !fields.keys().any(|name| !matches!(name.as_str(), "text" | "style" | "icon_custom_emoji_id"))
    }) {
        return Err(ApiError::bad(
            "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard",
        ));
    }
    Ok(())
}
