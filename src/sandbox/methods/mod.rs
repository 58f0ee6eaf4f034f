//! Purpose: plays the Bot API's methods on the world.
//!
//! Invariant: a method that is refused has changed nothing; every refusal has Telegram's own words.

mod callbacks;
mod chats;
mod commands;
mod delete;
mod edit;
mod forward;
mod media;
mod members;
mod moderate;
mod polls;
mod send;
mod target;

use std::collections::HashMap;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::ids::ChatId;
use super::world::World;

/// A refusal: HTTP status, description, and `parameters`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ApiError {
    pub(super) code: u16,
    pub(super) description: String,
    pub(super) parameters: Option<Value>,
}

impl ApiError {
    /// 400 with `Bad Request: ` before the text.
    pub(super) fn bad(text: impl AsRef<str>) -> Self {
        Self::of(400, format!("Bad Request: {}", text.as_ref()))
    }

    /// 403 with `Forbidden: ` before the text.
    pub(super) fn forbidden(text: &str) -> Self {
        Self::of(403, format!("Forbidden: {text}"))
    }

    pub(super) fn of(code: u16, description: String) -> Self {
        Self { code, description, parameters: None }
    }

    /// 429 with `retry_after`.
    pub(super) fn flood(seconds: i64) -> Self {
        Self {
            code: 429,
            description: format!("Too Many Requests: retry after {seconds}"),
            parameters: Some(json!({"retry_after": seconds})),
        }
    }

    /// The answer's body.
    pub(super) fn body(&self) -> Bytes {
        let mut body = json!({"ok": false, "error_code": self.code, "description": self.description});
        if let Some(parameters) = &self.parameters {
            body["parameters"] = parameters.clone();
        }
        Bytes::from(body.to_string())
    }
}

pub(super) type Answer = Result<Value, ApiError>;

/// A file that came with a request.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) name: Option<String>,
    pub(super) mime: Option<String>,
    pub(super) bytes: Bytes,
}

/// A request: its fields and the files sent with it, by part name.
#[derive(Default)]
pub(super) struct Call {
    pub(super) fields: Map<String, Value>,
    pub(super) files: HashMap<String, Upload>,
}

impl Call {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn int(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    pub(super) fn list(&self, name: &str) -> &[Value] {
        self.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    pub(super) fn need_int(&self, name: &str) -> Result<i64, ApiError> {
        self.int(name).ok_or_else(|| ApiError::bad(format!("parameter \"{name}\" is required")))
    }

    pub(super) fn need_text(&self, name: &str) -> Result<&str, ApiError> {
        self.text(name).ok_or_else(|| ApiError::bad(format!("parameter \"{name}\" is required")))
    }

    /// A chat id, given as a number or as digits. `@names` belong to no chat here.
    pub(super) fn chat(&self, name: &str) -> Option<ChatId> {
        let value = self.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok()).map(ChatId)
    }

    /// How many messages the request sends to count against the limits; 0 = none.
    fn weight(&self, method: &str) -> usize {
        match method {
            "sendChatAction" => 0,
            "sendMediaGroup" => self.list("media").len().max(1),
            "copyMessage" | "forwardMessage" => 1,
            _ => usize::from(method.starts_with("send")),
        }
    }
}

impl World {
    /// Plays a method whose fields were checked.
    pub(super) fn call(&mut self, method: &str, call: &Call) -> Answer {
        self.close_due_polls();
        self.check_limits(method, call)?;
        match method {
            "getMe" => Ok(self.me_json()),
            "sendMessage" => self.send_message(call),
            "sendPhoto" | "sendDocument" | "sendVideo" | "sendVoice" | "sendAudio" | "sendAnimation"
            | "sendVideoNote" | "sendSticker" => self.send_media(method, call),
            "sendMediaGroup" => self.send_media_group(call),
            "sendLocation" => self.send_location(call),
            "sendVenue" => self.send_venue(call),
            "sendContact" => self.send_contact(call),
            "sendPoll" => self.send_poll(call),
            "stopPoll" => self.stop_poll(call),
            "copyMessage" => self.copy_message(call),
            "forwardMessage" => self.forward_message(call),
            "editMessageText" => self.edit_text(call),
            "editMessageCaption" => self.edit_caption(call),
            "editMessageMedia" => self.edit_media(call),
            "editMessageReplyMarkup" => self.edit_markup(call),
            "editEphemeralMessageText" => self.edit_ephemeral_text(call),
            "editEphemeralMessageCaption" => self.edit_ephemeral_caption(call),
            "editEphemeralMessageReplyMarkup" => self.edit_ephemeral_markup(call),
            "deleteMessage" => self.delete_message(call),
            "deleteMessages" => self.delete_messages(call),
            "deleteEphemeralMessage" => self.delete_ephemeral(call),
            "answerCallbackQuery" => self.answer_callback(call),
            "setMyCommands" => self.set_commands(call),
            "getMyCommands" => Ok(self.get_commands(call)),
            "deleteMyCommands" => Ok(self.delete_commands(call)),
            _ => self.call_about_chats(method, call),
        }
    }

    fn call_about_chats(&mut self, method: &str, call: &Call) -> Answer {
        match method {
            "setMyDescription" | "setMyShortDescription" | "setMyName" => self.set_profile(method, call),
            "getMyDescription" | "getMyShortDescription" | "getMyName" => Ok(self.get_profile(method, call)),
            "restrictChatMember" => self.restrict(call),
            "banChatMember" => self.ban(call),
            "unbanChatMember" => self.unban(call),
            "setChatMemberTag" => self.set_tag(call),
            "setChatPermissions" => self.set_permissions(call),
            "banChatSenderChat" => self.ban_sender(call, true),
            "unbanChatSenderChat" => self.ban_sender(call, false),
            "approveChatJoinRequest" => self.decide_join(call, true),
            "declineChatJoinRequest" => self.decide_join(call, false),
            "getChat" => self.get_chat(call),
            "getChatMember" => self.get_member(call),
            "getChatAdministrators" => self.get_administrators(call),
            "getChatMemberCount" => self.get_member_count(call),
            "leaveChat" => self.leave(call),
            "pinChatMessage" => self.pin(call, true),
            "unpinChatMessage" => self.pin(call, false),
            "sendChatAction" => self.reachable(call, "chat_id").map(|_| json!(true)),
            "setMessageReaction" => self.set_reaction(call),
            "getFile" => self.get_file(call),
            "getUserProfilePhotos" => self.get_profile_photos(call),
            _ => Err(ApiError::of(501, "Bad Request: the sandbox does not play this method yet".to_owned())),
        }
    }

    fn check_limits(&mut self, method: &str, call: &Call) -> Result<(), ApiError> {
        let is_edit = method.starts_with("editMessage") || method == "stopPoll";
        let weight = call.weight(method);
        if weight == 0 && !is_edit {
            return Ok(());
        }
        let Some(chat) = call.chat("chat_id") else { return Ok(()) };
        let Some(is_group) = self.chats.get(&chat).map(super::population::Chat::is_group) else {
            return Ok(());
        };
        if is_edit && !is_group {
            return Ok(());
        }
        let now = self.now();
        let rules = self.config.rate_limits;
        self.limits.take(rules, chat, is_group, now, weight.max(1)).map_err(ApiError::flood)
    }

    fn me_json(&self) -> Value {
        let mut me = self.user_json(self.bot);
        let abilities = [
            ("can_join_groups", true),
            ("can_read_all_group_messages", !self.config.privacy_mode),
            ("supports_inline_queries", false),
            ("can_connect_to_business", false),
            ("has_main_web_app", false),
        ];
        for (name, value) in abilities {
            me[name] = json!(value);
        }
        me
    }
}
