//! Purpose: what a test wants to know of the world: what was said, what is visible, what the bot asked for.
//!
//! Invariant: reading changes nothing; deleted messages are reported as deleted, never hidden from a test.

use super::ids::{ChatId, PersonId};
use super::message::{Button, Content, Message};
use super::requests::Request;
use super::standing::Standing;
use super::world::{Deletion, World};

/// A message as a test reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Its number; an ephemeral message's own kind of number.
    pub id: i64,
    /// Who wrote it.
    pub from: PersonId,
    /// Text or caption.
    pub text: String,
    /// The inline buttons.
    pub buttons: Vec<Vec<Button>>,
    /// For an ephemeral message: who alone sees it.
    pub only_for: Option<PersonId>,
    /// The poll it shows.
    pub poll: Option<String>,
    /// The file it shows.
    pub file: Option<String>,
    /// The message it answers.
    pub reply_to: Option<i64>,
    /// The forum topic it stands in.
    pub thread: Option<i64>,
    /// Whether it was edited.
    pub edited: bool,
    /// Whether it was deleted.
    pub deleted: bool,
}

impl Said {
    fn of(message: &Message) -> Self {
        Self {
            id: message.id,
            from: message.from,
            text: message.text().to_owned(),
            buttons: message.buttons(),
            only_for: message.receiver,
            poll: match &message.content {
                Content::Poll(id) => Some(id.clone()),
                _ => None,
            },
            file: match &message.content {
                Content::Media(media) => Some(media.file.clone()),
                _ => None,
            },
            reply_to: message.reply_to,
            thread: message.thread,
            edited: message.edited.is_some(),
            deleted: message.deleted.is_some(),
        }
    }
}

impl World {
    /// Everything the bot said in a chat that is not deleted, oldest first, ephemeral messages included.
    #[must_use]
    pub fn said(&self, chat: ChatId) -> impl DoubleEndedIterator<Item = Said> {
        let bot = self.bot;
        self.all_messages(chat).filter(move |said| said.from == bot && !said.deleted)
    }

    /// Every message of a chat but service messages, deleted and ephemeral ones included, oldest first.
    pub fn all_messages(&self, chat: ChatId) -> impl DoubleEndedIterator<Item = Said> {
        let found: Vec<Said> = self.chat(chat).map_or_else(Vec::new, |chat| {
            chat.messages()
                .filter(|message| !matches!(message.content, Content::Service(_)))
                .map(Said::of)
                .collect()
        });
        found.into_iter()
    }

    /// What a person sees in a chat: nothing deleted, and ephemeral messages only if they are theirs.
    #[must_use]
    pub fn visible(&self, person: PersonId, chat: ChatId) -> Vec<Said> {
        self.chat(chat).map_or_else(Vec::new, |place| {
            place
                .messages()
                .filter(|message| message.deleted.is_none() && self.sees(person, chat, message))
                .filter(|message| !matches!(message.content, Content::Service(_)))
                .map(Said::of)
                .collect()
        })
    }

    /// One message, deleted or not.
    #[must_use]
    pub fn find(&self, chat: ChatId, message: i64) -> Option<Said> {
        self.chat(chat)?.history.get(message).map(Said::of)
    }

    /// Whether a message was deleted.
    #[must_use]
    pub fn is_deleted(&self, chat: ChatId, message: i64) -> bool {
        self.find(chat, message).is_some_and(|said| said.deleted)
    }

    /// Whether a person may write text in a group at present.
    #[must_use]
    pub fn can_write(&self, chat: ChatId, person: PersonId) -> bool {
        let Some(place) = self.chat(chat) else { return false };
        if !place.is_group() {
            return chat == person.private_chat();
        }
        let standing = self.standing(chat, person).unwrap_or(Standing::Left);
        standing.permissions(place.permissions).allow(super::standing::Permissions::TEXT)
    }

    /// What the bot deleted, oldest first; the last 10,000.
    #[must_use]
    pub fn deletions(&self) -> impl DoubleEndedIterator<Item = &Deletion> {
        self.deletions.iter()
    }

    /// What the bot asked for, oldest first, getUpdates not included; bounded by `request_log_limit`.
    #[must_use]
    pub fn requests(&self) -> impl DoubleEndedIterator<Item = &Request> {
        self.log.requests()
    }

    /// How often a method was called, refused calls included.
    #[must_use]
    pub fn calls_of(&self, method: &str) -> u64 {
        self.log.count(method)
    }

    /// Requests that broke the Bot API's rules; tests assert that there are none. At most 1,000.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.log.violations().cloned().collect()
    }

    /// Calls the bot made although an earlier `retry_after` had not passed.
    #[must_use]
    pub fn impatient_calls(&self) -> u64 {
        self.limits.impatient
    }

    /// 429 answers given, planned faults included.
    #[must_use]
    pub fn flood_answers(&self) -> u64 {
        self.limits.refused
    }

    /// Updates the bot has not confirmed.
    #[must_use]
    pub fn pending_updates(&self) -> usize {
        self.updates.pending()
    }

    /// The highest `update_id` the bot confirmed; 0 at first.
    #[must_use]
    pub fn confirmed_update(&self) -> i64 {
        self.updates.confirmed()
    }

    /// The newest `update_id`; 0 at first.
    #[must_use]
    pub fn last_update(&self) -> i64 {
        self.updates.next_id() - 1
    }

    /// The bytes of a file sent in the world.
    #[must_use]
    pub fn file(&self, id: &str) -> Option<&super::files::StoredFile> {
        self.files.get(id)
    }
}
