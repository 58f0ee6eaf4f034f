//! Purpose: coming, going and changing places: joins, leaves, promotions, the bot's own membership, upgrades.
//!
//! Invariant: every change of a standing goes through [`World::set_standing`], so the bot hears of each.

use serde_json::json;

use crate::clock::SECOND_MS;
use crate::sandbox::Sandbox;
use crate::sandbox::ids::{CannotDo, ChatId, PersonId};
use crate::sandbox::population::ChatKind;
use crate::sandbox::standing::{Permissions, Rights, Standing};
use crate::sandbox::world::World;

impl Sandbox {
    /// A person joins a group.
    pub fn joins(&self, person: PersonId, chat: ChatId) -> Result<(), CannotDo> {
        self.act(|world| world.enter(chat, person, person))
    }

    /// `inviter` brings somebody into a group.
    pub fn invites(&self, inviter: PersonId, person: PersonId, chat: ChatId) -> Result<(), CannotDo> {
        self.act(|world| {
            world.need_present(chat, inviter)?;
            world.enter(chat, person, inviter)
        })
    }

    /// A person asks to join a group that lets people in on request.
    pub fn asks_to_join(&self, person: PersonId, chat: ChatId) -> Result<(), CannotDo> {
        self.act(|world| {
            if world.standing(chat, person).is_some_and(Standing::is_present) {
                return CannotDo::because("already in this group");
            }
            let now = world.now();
            let Some(place) = world.chats.get_mut(&chat) else {
                return CannotDo::because("there is no such group");
            };
            place.join_requests.push(person);
            world.touch();
            if world.bot_has(chat, Rights::INVITE) {
                let update = json!({
                    "chat": world.chat_json(chat), "from": world.user_json(person),
                    "user_chat_id": person.0, "date": now.0.div_euclid(SECOND_MS),
                });
                world.announce("chat_join_request", chat.0, update);
            }
            Ok(())
        })
    }

    /// A person leaves a group.
    pub fn leaves(&self, person: PersonId, chat: ChatId) -> Result<(), CannotDo> {
        self.act(|world| {
            world.need_present(chat, person)?;
            world.go(chat, person, person, Standing::Left);
            Ok(())
        })
    }

    /// An administrator removes and bans somebody.
    pub fn removes(&self, admin: PersonId, person: PersonId, chat: ChatId) -> Result<(), CannotDo> {
        self.act(|world| {
            if !world.standing(chat, admin).is_some_and(|standing| standing.has(Rights::RESTRICT)) {
                return CannotDo::because("only an administrator can remove members");
            }
            world.need_present(chat, person)?;
            world.go(chat, person, admin, Standing::Kicked { until: None });
            Ok(())
        })
    }

    /// The owner makes a member (or the bot) administrator with these rights, or changes the rights.
    pub fn promotes(&self, person: PersonId, chat: ChatId, rights: Rights) -> Result<(), CannotDo> {
        self.act(|world| {
            world.need_present(chat, person)?;
            let owner = world.owner(chat).unwrap_or(person);
            world.set_standing(chat, person, owner, Standing::Administrator(rights));
            Ok(())
        })
    }

    /// The owner makes an administrator an ordinary member again.
    pub fn demotes(&self, person: PersonId, chat: ChatId) -> Result<(), CannotDo> {
        self.act(|world| {
            world.need_present(chat, person)?;
            let owner = world.owner(chat).unwrap_or(person);
            if owner == person {
                return CannotDo::because("the owner stays the owner");
            }
            world.set_standing(chat, person, owner, Standing::Member);
            Ok(())
        })
    }

    /// The owner decides what ordinary members may do.
    pub fn allows(&self, chat: ChatId, permissions: Permissions) -> Result<(), CannotDo> {
        self.act(|world| match world.chats.get_mut(&chat) {
            Some(place) => {
                place.permissions = permissions;
                Ok(())
            }
            None => CannotDo::because("there is no such group"),
        })
    }

    /// Somebody adds the bot to a group as an ordinary member; promote it with [`Self::promotes`].
    pub fn adds_bot(&self, person: PersonId, chat: ChatId) -> Result<(), CannotDo> {
        self.act(|world| {
            world.need_present(chat, person)?;
            let bot = world.bot;
            world.enter(chat, bot, person)
        })
    }

    /// Somebody removes the bot from a group (it is kicked).
    pub fn removes_bot(&self, person: PersonId, chat: ChatId) -> Result<(), CannotDo> {
        self.act(|world| {
            let bot = world.bot;
            world.need_present(chat, bot)?;
            world.go(chat, bot, person, Standing::Kicked { until: None });
            Ok(())
        })
    }

    /// A person changes their name.
    pub fn renames(
        &self,
        person: PersonId,
        first_name: &str,
        last_name: Option<&str>,
    ) -> Result<(), CannotDo> {
        self.act(|world| {
            if first_name.trim().is_empty() || first_name.chars().count() > 64 {
                return CannotDo::because("a name has 1 to 64 characters");
            }
            let Some(known) = world.people.get_mut(&person) else {
                return CannotDo::because("nobody has this number");
            };
            first_name.clone_into(&mut known.first_name);
            known.last_name = last_name.map(str::to_owned);
            world.touch();
            Ok(())
        })
    }

    /// A person blocks the bot in their private chat.
    pub fn blocks_bot(&self, person: PersonId) -> Result<(), CannotDo> {
        self.act(|world| world.set_blocked(person, true))
    }

    /// A person unblocks the bot.
    pub fn unblocks_bot(&self, person: PersonId) -> Result<(), CannotDo> {
        self.act(|world| world.set_blocked(person, false))
    }

    /// Upgrades a basic group to a supergroup and returns the new chat: same members, new number, an empty
    /// history, service messages on both sides.
    pub fn upgrades(&self, group: ChatId) -> Result<ChatId, CannotDo> {
        self.act(|world| {
            let old =
                world.chat(group).filter(|chat| chat.kind == ChatKind::Group && chat.migrated_to.is_none());
            let Some(old) = old else { return CannotDo::because("only a basic group can be upgraded") };
            let (title, members) = (old.title.clone(), old.members.clone());
            let owner = world.owner(group).unwrap_or(world.bot);
            let new = ChatId(-1_002_000_000_000 - world.next_number());
            world.insert_chat(new, ChatKind::Supergroup, &title).members = members;
            world.post_service(group, owner, json!({"migrate_to_chat_id": new.0}));
            world.post_service(new, owner, json!({"migrate_from_chat_id": group.0}));
            if let Some(old) = world.chats.get_mut(&group) {
                old.migrated_to = Some(new);
            }
            Ok(new)
        })
    }
}

impl World {
    pub(super) fn need_present(&self, chat: ChatId, person: PersonId) -> Result<(), CannotDo> {
        self.need_person(person)?;
        match self.standing(chat, person) {
            Some(standing) if standing.is_present() => Ok(()),
            _ => CannotDo::because("not a member of this group"),
        }
    }

    fn enter(&mut self, chat: ChatId, person: PersonId, actor: PersonId) -> Result<(), CannotDo> {
        self.need_person(person)?;
        let Some(place) = self.chat(chat).filter(|place| place.is_group() && place.migrated_to.is_none())
        else {
            return CannotDo::because("there is no such group");
        };
        let kind = place.kind;
        let by_another = actor != person;
        let new = match self.standing(chat, person) {
            Some(Standing::Kicked { .. }) if !by_another => {
                return CannotDo::because("banned from this group");
            }
            Some(Standing::Restricted { allowed, until, present: false }) => {
                Standing::Restricted { allowed, until, present: true }
            }
            Some(standing) if standing.is_present() => return CannotDo::because("already in this group"),
            _ => Standing::Member,
        };
        self.set_standing(chat, person, actor, new);
        let fields = json!({"new_chat_members": [self.user_json(person)]});
        // A supergroup's service message comes from the one who joined or invited, as in a basic group.
        debug_assert!(kind != ChatKind::Channel);
        self.post_service(chat, actor, fields);
        Ok(())
    }

    fn go(&mut self, chat: ChatId, person: PersonId, actor: PersonId, new: Standing) {
        let new = match (self.standing(chat, person), new) {
            (Some(Standing::Restricted { allowed, until, .. }), Standing::Left) => {
                Standing::Restricted { allowed, until, present: false }
            }
            (_, new) => new,
        };
        self.set_standing(chat, person, actor, new);
        let fields = json!({"left_chat_member": self.user_json(person)});
        self.post_service(chat, actor, fields);
    }

    fn set_blocked(&mut self, person: PersonId, blocked: bool) -> Result<(), CannotDo> {
        let now = self.now();
        let Some(known) = self.people.get_mut(&person) else {
            return CannotDo::because("nobody has this number");
        };
        if !known.started || known.blocked == blocked {
            return CannotDo::because("nothing to change");
        }
        known.blocked = blocked;
        self.touch();
        let (old, new) = if blocked {
            (Standing::Member, Standing::Kicked { until: None })
        } else {
            (Standing::Kicked { until: None }, Standing::Member)
        };
        let bot = self.user_json(self.bot);
        let update = json!({
            "chat": self.chat_json(person.private_chat()), "from": self.user_json(person),
            "date": now.0.div_euclid(SECOND_MS),
            "old_chat_member": old.json(bot.clone(), None), "new_chat_member": new.json(bot, None),
        });
        self.announce("my_chat_member", person.0, update);
        Ok(())
    }
}
