//! Purpose: the people of the world and the chats they meet in.
//!
//! Invariant: a member who left keeps their entry, so that a restriction survives leaving and coming back.

use std::collections::{BTreeMap, HashMap};

use super::history::History;
use super::ids::{ChatId, PersonId};
use super::message::Message;
use super::standing::{Permissions, Standing};

/// A person or bot.
#[derive(Clone, Debug)]
pub struct Person {
    /// Identifier.
    pub id: PersonId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: Option<String>,
    /// Username without `@`.
    pub username: Option<String>,
    /// IETF language tag of the person's client.
    pub language: Option<String>,
    /// Whether this is a bot.
    pub is_bot: bool,
    /// Whether the person opened the private chat with the bot.
    pub started: bool,
    /// Whether the person blocked the bot.
    pub blocked: bool,
    /// Whether the account was deleted.
    pub deactivated: bool,
    /// Profile photo, a file of the file store.
    pub photo: Option<String>,
    /// What part the person plays, for the page: `teacher`, `admin`, `parent`, `advertiser`, or empty.
    pub role_hint: String,
}

impl Person {
    /// First and last name.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.clone(),
        }
    }
}

/// Kind of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatKind {
    /// A person with the bot.
    Private,
    /// A basic group.
    Group,
    /// A supergroup.
    Supergroup,
    /// A channel; the bot sees it only as a sender.
    Channel,
}

impl ChatKind {
    /// Telegram's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Group => "group",
            Self::Supergroup => "supergroup",
            Self::Channel => "channel",
        }
    }
}

/// A member's entry in a chat, kept when they leave.
#[derive(Clone, Debug)]
pub struct Member {
    /// What the person is here; see [`Standing::at`].
    pub standing: Standing,
    /// The visible tag.
    pub tag: Option<String>,
}

/// A topic of a forum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its title.
    pub title: String,
    /// Whether only those who manage topics may write in it.
    pub closed: bool,
}

/// A chat.
pub struct Chat {
    /// Identifier.
    pub id: ChatId,
    /// Kind.
    pub kind: ChatKind,
    /// Title; empty for private chats.
    pub title: String,
    /// Everybody who is or was in it.
    pub members: HashMap<PersonId, Member>,
    /// What ordinary members may send.
    pub permissions: Permissions,
    /// For a basic group: the supergroup it became.
    pub migrated_to: Option<ChatId>,
    /// The pinned message.
    pub pinned: Option<i64>,
    /// People who asked to join.
    pub join_requests: Vec<PersonId>,
    /// Channels that may not write here.
    pub banned_senders: Vec<ChatId>,
    /// Whether the group was deleted.
    pub gone: bool,
    /// The topics of a forum by their numbers, the general one left out; none in a group that is no forum.
    pub topics: BTreeMap<i64, Topic>,
    pub(super) history: History,
    pub(super) ephemerals: History,
}

impl Chat {
    /// A message that exists and is not deleted.
    #[must_use]
    pub fn message(&self, id: i64) -> Option<&Message> {
        self.history.get(id).filter(|message| message.deleted.is_none())
    }

    /// An ephemeral message that exists and is not deleted.
    #[must_use]
    pub fn ephemeral(&self, id: i64) -> Option<&Message> {
        self.ephemerals.get(id).filter(|message| message.deleted.is_none())
    }

    /// Every message kept, deleted and ephemeral ones included, oldest first.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        let mut all: Vec<&Message> = self.history.iter().chain(self.ephemerals.iter()).collect();
        all.sort_by_key(|message| message.seq);
        all.into_iter()
    }

    /// Whether this is a group or supergroup.
    #[must_use]
    pub fn is_group(&self) -> bool {
        matches!(self.kind, ChatKind::Group | ChatKind::Supergroup)
    }
}

pub(super) fn new_person(id: PersonId, first_name: &str) -> Person {
    Person {
        id,
        first_name: first_name.to_owned(),
        last_name: None,
        username: None,
        language: None,
        is_bot: false,
        started: false,
        blocked: false,
        deactivated: false,
        photo: None,
        role_hint: String::new(),
    }
}
