//! Purpose: what people do in the simulated world: the Rust side of playing parent, teacher or advertiser.
//!
//! Invariant: a person can do only what a real client would let them do, everything else is [`CannotDo`]; each
//! action queues exactly the updates Telegram would send.

mod membership;
mod pieces;
mod presses;
mod speech;
mod topics;

pub use speech::Speech;

use bytes::Bytes;

use super::Sandbox;
use super::files::StoredFile;
use super::ids::{CannotDo, ChatId, PersonId};
use super::media::MediaKind;
use super::population::{ChatKind, Member, Person, new_person};
use super::standing::Standing;
use super::world::World;

impl Sandbox {
    /// A new person with this first name and an English client.
    #[must_use]
    pub fn add_person(&self, first_name: &str) -> PersonId {
        self.act(|world| {
            let id = PersonId(100_000_000 + world.next_number());
            let mut person = new_person(id, first_name);
            person.language = Some("en".to_owned());
            world.people.insert(id, person);
            world.touch();
            id
        })
    }

    /// Changes a person's record without any update to the bot: language, username, role hint, a deleted account …
    /// Returns `None` for an unknown person.
    pub fn edit_person<R>(&self, person: PersonId, change: impl FnOnce(&mut Person) -> R) -> Option<R> {
        self.act(|world| {
            world.touch();
            world.people.get_mut(&person).map(change)
        })
    }

    /// Gives a person a profile photo.
    pub fn set_profile_photo(&self, person: PersonId, picture: Bytes) {
        self.act(|world| {
            let stored = StoredFile {
                name: None,
                mime: Some("image/jpeg".to_owned()),
                bytes: picture,
                kind: Some(MediaKind::Photo),
            };
            let id = world.files.add(stored);
            if let Some(person) = world.people.get_mut(&person) {
                person.photo = Some(id);
            }
            world.touch();
        });
    }

    /// A new basic group with its creator. The bot is not in it.
    #[must_use]
    pub fn add_group(&self, title: &str, creator: PersonId) -> ChatId {
        self.add_chat(ChatKind::Group, title, Some(creator))
    }

    /// A new supergroup with its creator. The bot is not in it.
    #[must_use]
    pub fn add_supergroup(&self, title: &str, creator: PersonId) -> ChatId {
        self.add_chat(ChatKind::Supergroup, title, Some(creator))
    }

    /// A new channel, to be a sender of messages; the bot never acts in it.
    #[must_use]
    pub fn add_channel(&self, title: &str) -> ChatId {
        self.add_chat(ChatKind::Channel, title, None)
    }

    fn add_chat(&self, kind: ChatKind, title: &str, creator: Option<PersonId>) -> ChatId {
        self.act(|world| {
            let number = world.next_number();
            let id = match kind {
                ChatKind::Group => ChatId(-(4_000_000 + number)),
                _ => ChatId(-1_002_000_000_000 - number),
            };
            let chat = world.insert_chat(id, kind, title);
            if let Some(creator) = creator {
                chat.members.insert(creator, Member { standing: Standing::Creator, tag: None });
            }
            world.touch();
            id
        })
    }

    /// Puts somebody into a chat with a standing, silently: no service message, no update. For setting the scene.
    pub fn seat(&self, chat: ChatId, person: PersonId, standing: Standing) {
        self.act(|world| {
            if let Some(place) = world.chats.get_mut(&chat) {
                place.members.insert(person, Member { standing, tag: None });
            }
            world.touch();
        });
    }

    /// Delivers an update once more: one that waits, or one of the last 1,000 confirmed. `false` if unknown.
    #[must_use]
    pub fn deliver_again(&self, update_id: i64) -> bool {
        self.act(|world| world.updates.again(update_id))
    }

    /// Goes on with another `update_id`, higher or lower, as Telegram does after a week without updates. `false` if
    /// updates wait: nothing changes then.
    #[must_use]
    pub fn renumber(&self, next_update_id: i64) -> bool {
        self.act(|world| world.updates.renumber(next_update_id))
    }

    /// Queues an update given as JSON text of an object *without* `update_id`, such as
    /// `{"message":{…}}`; unchecked. Returns the id it got.
    pub fn inject(&self, update: impl Into<Bytes>) -> i64 {
        self.act(|world| {
            let now = world.now();
            world.updates.push(0, update.into(), now)
        })
    }

    /// Queues a text exactly as it is, for broken updates. `update_id` is what confirms it.
    pub fn inject_whole(&self, update_id: i64, text: impl Into<Bytes>) {
        self.act(|world| {
            let now = world.now();
            world.updates.push_whole(update_id, 0, text.into(), now);
        });
    }
}

impl World {
    fn need_person(&self, person: PersonId) -> Result<&Person, CannotDo> {
        match self.person(person) {
            Some(known) => Ok(known),
            None => CannotDo::because("nobody has this number"),
        }
    }

    /// The one who owns a chat; people who act without a name act as the owner.
    fn owner(&self, chat: ChatId) -> Option<PersonId> {
        let members = &self.chat(chat)?.members;
        members.iter().find(|(_, member)| member.standing == Standing::Creator).map(|(person, _)| *person)
    }
}
