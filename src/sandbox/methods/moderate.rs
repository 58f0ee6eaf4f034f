//! Purpose: restricting, banning, tagging and letting in members.
//!
//! Invariant: the bot changes only members below it, and only with the right for it.

use serde_json::{Map, Value, json};

use crate::sandbox::entities::utf16_len;
use crate::sandbox::ids::{ChatId, PersonId};
use crate::sandbox::population::{ChatKind, Member};
use crate::sandbox::standing::{Permissions, Rights, Standing, until_date};
use crate::sandbox::world::World;

use super::{Answer, ApiError, Call};

const NO_RIGHT: &str = "not enough rights to restrict/unrestrict chat member";

impl World {
    pub(super) fn restrict(&mut self, call: &Call) -> Answer {
        let chat = self.supergroup(call)?;
        let person = self.user(call)?;
        self.check_below(chat, person)?;
        let now = self.now();
        let empty = Map::new();
        let fields = call.get("permissions").and_then(Value::as_object).unwrap_or(&empty);
        let allowed = Permissions::read(fields, call.flag("use_independent_chat_permissions"));
        let old = self.standing(chat, person).unwrap_or(Standing::Left);
        let present = old.is_present();
        let until = until_date(call.int("until_date"), now);
        let everything = allowed.allow(Permissions::USUAL);
        let new = match (everything, present) {
            (true, true) => Standing::Member,
            (true, false) => Standing::Left,
            (false, _) => Standing::Restricted { allowed, until, present },
        };
        self.set_standing(chat, person, self.bot, new);
        Ok(json!(true))
    }

    pub(super) fn ban(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let person = self.user(call)?;
        self.check_below(chat, person)?;
        let now = self.now();
        let was_present = self.standing(chat, person).is_some_and(Standing::is_present);
        let kind = self.chat(chat).map(|place| place.kind);
        let until = until_date(call.int("until_date"), now).filter(|_| kind == Some(ChatKind::Supergroup));
        self.set_standing(chat, person, self.bot, Standing::Kicked { until });
        if call.flag("revoke_messages") {
            let ids: Vec<i64> = self
                .chat(chat)
                .map(|place| {
                    place.history.iter().filter(|message| message.from == person).map(|m| m.id).collect()
                })
                .unwrap_or_default();
            for id in ids {
                self.mark_deleted(chat, id, false, now);
            }
        }
        if was_present {
            let fields = json!({"left_chat_member": self.user_json(person)});
            self.post_service(chat, self.bot, fields);
        }
        Ok(json!(true))
    }

    pub(super) fn unban(&mut self, call: &Call) -> Answer {
        let chat = self.supergroup(call)?;
        let person = self.user(call)?;
        self.check_below(chat, person)?;
        let old = self.standing(chat, person).unwrap_or(Standing::Left);
        // Without only_if_banned this also removes a present member, as Telegram documents.
        let changes = match old {
            Standing::Kicked { .. } => true,
            other => other.is_present() && !call.flag("only_if_banned"),
        };
        if changes {
            self.set_standing(chat, person, self.bot, Standing::Left);
        }
        Ok(json!(true))
    }

    fn check_below(&self, chat: ChatId, person: PersonId) -> Result<(), ApiError> {
        if person == self.bot {
            return Err(ApiError::bad("can't restrict self"));
        }
        self.require(chat, Rights::RESTRICT, NO_RIGHT)?;
        match self.standing(chat, person) {
            Some(Standing::Creator) => Err(ApiError::bad("can't remove chat owner")),
            Some(Standing::Administrator(_)) => Err(ApiError::bad("user is an administrator of the chat")),
            _ => Ok(()),
        }
    }

    pub(super) fn set_tag(&mut self, call: &Call) -> Answer {
        let chat = self.supergroup(call)?;
        let person = self.user(call)?;
        self.require(chat, Rights::TAGS, "CHAT_ADMIN_REQUIRED")?;
        let tag = call.text("tag").filter(|tag| !tag.is_empty());
        if tag.is_some_and(|tag| utf16_len(tag) > 16) {
            return Err(ApiError::bad("tag is too long"));
        }
        if !self.standing(chat, person).is_some_and(Standing::is_present) {
            return Err(ApiError::bad("USER_NOT_PARTICIPANT"));
        }
        let tag = tag.map(str::to_owned);
        if let Some(member) = self.member_mut(chat, person) {
            member.tag = tag;
        }
        self.touch();
        Ok(json!(true))
    }

    fn member_mut(&mut self, chat: ChatId, person: PersonId) -> Option<&mut Member> {
        self.chats.get_mut(&chat)?.members.get_mut(&person)
    }

    pub(super) fn set_permissions(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        self.require(chat, Rights::RESTRICT, "not enough rights to change chat permissions")?;
        let empty = Map::new();
        let fields = call.get("permissions").and_then(Value::as_object).unwrap_or(&empty);
        let permissions = Permissions::read(fields, call.flag("use_independent_chat_permissions"));
        if let Some(place) = self.chats.get_mut(&chat) {
            place.permissions = permissions;
        }
        self.touch();
        Ok(json!(true))
    }

    pub(super) fn ban_sender(&mut self, call: &Call, ban: bool) -> Answer {
        let chat = self.supergroup(call)?;
        self.require(chat, Rights::RESTRICT, NO_RIGHT)?;
        let sender = ChatId(call.need_int("sender_chat_id")?);
        if self.chat(sender).is_none() {
            return Err(ApiError::bad("chat not found"));
        }
        if let Some(place) = self.chats.get_mut(&chat) {
            place.banned_senders.retain(|other| *other != sender);
            if ban {
                place.banned_senders.push(sender);
            }
        }
        self.touch();
        Ok(json!(true))
    }

    pub(super) fn decide_join(&mut self, call: &Call, approve: bool) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let person = self.user(call)?;
        self.require(chat, Rights::INVITE, "CHAT_ADMIN_REQUIRED")?;
        if self.standing(chat, person).is_some_and(Standing::is_present) {
            return Err(ApiError::bad("USER_ALREADY_PARTICIPANT"));
        }
        let Some(place) = self.chats.get_mut(&chat) else { return Err(ApiError::bad("chat not found")) };
        let before = place.join_requests.len();
        place.join_requests.retain(|other| *other != person);
        if place.join_requests.len() == before {
            return Err(ApiError::bad("HIDE_REQUESTER_MISSING"));
        }
        if approve {
            self.set_standing(chat, person, self.bot, Standing::Member);
            let fields = json!({"new_chat_members": [self.user_json(person)]});
            self.post_service(chat, person, fields);
        }
        self.touch();
        Ok(json!(true))
    }
}
