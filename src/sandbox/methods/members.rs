//! Purpose: questions about chats and their members.
//!
//! Invariant: nothing here changes the world; ended restrictions and bans are never reported.

use serde_json::{Value, json};

use crate::sandbox::ids::PersonId;
use crate::sandbox::population::ChatKind;
use crate::sandbox::standing::Standing;
use crate::sandbox::world::World;

use super::{Answer, ApiError, Call};

impl World {
    pub(super) fn get_chat(&self, call: &Call) -> Answer {
        let id = self.reachable(call, "chat_id")?;
        let mut out = self.chat_json(id);
        out["accent_color_id"] = json!(0);
        out["max_reaction_count"] = json!(11);
        out["accepted_gift_types"] = json!({
            "unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false,
            "premium_subscription": false, "gifts_from_channels": false,
        });
        let Some(chat) = self.chat(id) else { return Ok(out) };
        if chat.is_group() {
            let mut permissions = serde_json::Map::new();
            chat.permissions.write(&mut permissions);
            out["permissions"] = Value::Object(permissions);
        }
        if let Some(pinned) = chat.pinned.and_then(|pinned| chat.message(pinned)) {
            out["pinned_message"] = self.message_json(id, pinned);
        }
        Ok(out)
    }

    pub(super) fn get_member(&self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let person = self.user(call)?;
        let standing = match self.chat(chat).map(|chat| chat.kind) {
            Some(ChatKind::Private) if person.0 == chat.0 || person == self.bot => Standing::Member,
            Some(ChatKind::Private) => return Err(ApiError::bad("user not found")),
            _ => self.standing(chat, person).unwrap_or(Standing::Left),
        };
        Ok(standing.json(self.user_json(person), self.tag(chat, person)))
    }

    pub(super) fn get_administrators(&self, call: &Call) -> Answer {
        let id = self.reachable(call, "chat_id")?;
        let Some(chat) = self.chat(id).filter(|chat| chat.is_group()) else {
            return Err(ApiError::bad("there are no administrators in the private chat"));
        };
        let mut staff: Vec<(&PersonId, Standing)> = chat
            .members
            .iter()
            .map(|(person, member)| (person, member.standing.at(self.now())))
            .filter(|(person, standing)| {
                let other_bot =
                    **person != self.bot && self.person(**person).is_some_and(|known| known.is_bot);
                standing.is_staff() && !other_bot
            })
            .collect();
        staff.sort_by_key(|(person, _)| **person);
        let list: Vec<Value> = staff
            .into_iter()
            .map(|(person, standing)| standing.json(self.user_json(*person), None))
            .collect();
        Ok(json!(list))
    }

    pub(super) fn get_member_count(&self, call: &Call) -> Answer {
        let id = self.reachable(call, "chat_id")?;
        let now = self.now();
        let count = self.chat(id).map_or(0, |chat| match chat.kind {
            ChatKind::Private => 2,
            _ => chat.members.values().filter(|member| member.standing.at(now).is_present()).count(),
        });
        Ok(json!(count))
    }

    pub(super) fn get_file(&self, call: &Call) -> Answer {
        const DOWNLOAD_MAX: usize = 20 << 20;
        let id = call.need_text("file_id")?;
        let Some(file) = self.files.get(id) else {
            return Err(ApiError::bad("wrong file_id or the file is temporarily unavailable"));
        };
        if file.bytes.len() > DOWNLOAD_MAX {
            return Err(ApiError::bad("file is too big"));
        }
        Ok(json!({
            "file_id": id, "file_unique_id": format!("u{id}"),
            "file_size": file.bytes.len(), "file_path": format!("files/{id}"),
        }))
    }

    pub(super) fn get_profile_photos(&self, call: &Call) -> Answer {
        let person = self.user(call)?;
        let photo = self.person(person).and_then(|person| person.photo.as_ref());
        let sizes: Vec<Value> = photo
            .and_then(|id| Some((id, self.files.get(id)?)))
            .map(|(id, file)| {
                json!([{"file_id": id, "file_unique_id": format!("u{id}"), "width": 640, "height": 640,
                        "file_size": file.bytes.len()}])
            })
            .into_iter()
            .collect();
        Ok(json!({"total_count": sizes.len(), "photos": sizes}))
    }
}
