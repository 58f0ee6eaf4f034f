//! Purpose: the bot's command lists and its descriptions, per scope and language.
//!
//! Invariant: a list is found only under exactly the scope and language it was set for; what a person sees is the
//! narrowest list that fits.

use serde_json::{Value, json};

use crate::sandbox::ids::{ChatId, PersonId};
use crate::sandbox::world::World;

use super::{Answer, ApiError, Call};

impl World {
    pub(super) fn set_commands(&mut self, call: &Call) -> Answer {
        let commands = call.list("commands");
        if commands.len() > 100 {
            return Err(ApiError::bad("BOT_COMMANDS_TOO_MUCH"));
        }
        for command in commands {
            let field = |name: &str| command.get(name).and_then(Value::as_str).unwrap_or_default();
            let name = field("command").trim_start_matches('/');
            let valid = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            if !(1..=32).contains(&name.len()) || !name.bytes().all(valid) {
                return Err(ApiError::bad("BOT_COMMAND_INVALID"));
            }
            if !(1..=256).contains(&field("description").chars().count()) {
                return Err(ApiError::bad("BOT_COMMAND_DESCRIPTION_INVALID"));
            }
        }
        if let Some(chat) = call.get("scope").and_then(|scope| scope.get("chat_id")?.as_i64())
            && self.chat(ChatId(chat)).is_none()
        {
            return Err(ApiError::bad("chat not found"));
        }
        self.settings.insert(commands_key(call), json!(commands));
        self.touch();
        Ok(json!(true))
    }

    pub(super) fn get_commands(&self, call: &Call) -> Value {
        self.settings.get(&commands_key(call)).cloned().unwrap_or_else(|| json!([]))
    }

    pub(super) fn delete_commands(&mut self, call: &Call) -> Value {
        self.settings.remove(&commands_key(call));
        json!(true)
    }

    /// The commands a person is offered in a chat: the narrowest list set, their language before the general one.
    #[must_use]
    pub fn commands_for(&self, person: PersonId, chat: ChatId) -> Vec<Value> {
        let place = self.chat(chat);
        let group = place.is_some_and(crate::sandbox::population::Chat::is_group);
        let staff = self.standing(chat, person).is_some_and(crate::sandbox::standing::Standing::is_staff);
        let mut scopes = Vec::new();
        if group {
            scopes.push(format!("chat_member:{chat}:{person}"));
            if staff {
                scopes.push(format!("chat_administrators:{chat}:"));
            }
        }
        scopes.push(format!("chat:{chat}:"));
        if group {
            if staff {
                scopes.push("all_chat_administrators::".to_owned());
            }
            scopes.push("all_group_chats::".to_owned());
        } else {
            scopes.push("all_private_chats::".to_owned());
        }
        scopes.push("default::".to_owned());
        let language = self.person(person).and_then(|person| person.language.as_deref()).unwrap_or_default();
        let short = language.split('-').next().unwrap_or_default();
        for scope in scopes {
            for language in [short, ""] {
                let found = self.settings.get(&format!("commands:{scope}:{language}"));
                if let Some(list) = found.and_then(Value::as_array) {
                    return list.clone();
                }
            }
        }
        Vec::new()
    }

    pub(super) fn set_profile(&mut self, method: &str, call: &Call) -> Answer {
        let (field, limit) = profile_field(method);
        let text = call.text(field).unwrap_or_default();
        if text.chars().count() > limit {
            return Err(ApiError::bad(format!("{field} is too long")));
        }
        self.settings.insert(profile_key(field, call), json!(text));
        self.touch();
        Ok(json!(true))
    }

    pub(super) fn get_profile(&self, method: &str, call: &Call) -> Value {
        let (field, _) = profile_field(method);
        let own = self.settings.get(&profile_key(field, call)).cloned();
        let general = || self.settings.get(&format!("{field}:")).cloned();
        let initial = if field == "name" { self.config.bot_name.as_str() } else { "" };
        json!({field: own.or_else(general).unwrap_or_else(|| json!(initial))})
    }
}

fn commands_key(call: &Call) -> String {
    let scope = call.get("scope");
    let part = |name: &str| {
        let value = scope.and_then(|scope| scope.get(name));
        value.map_or_else(String::new, |value| value.to_string().trim_matches('"').to_owned())
    };
    let kind = if scope.is_some() { part("type") } else { "default".to_owned() };
    let language = call.text("language_code").unwrap_or_default();
    format!("commands:{kind}:{}:{}:{language}", part("chat_id"), part("user_id"))
}

fn profile_field(method: &str) -> (&'static str, usize) {
    if method.ends_with("ShortDescription") {
        ("short_description", 120)
    } else if method.ends_with("Description") {
        ("description", 512)
    } else {
        ("name", 64)
    }
}

fn profile_key(field: &str, call: &Call) -> String {
    format!("{field}:{}", call.text("language_code").unwrap_or_default())
}
