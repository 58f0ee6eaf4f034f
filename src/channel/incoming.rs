//! Purpose: an update in the product's own words.
//!
//! Invariant: a converter fills these from whatever the channel delivers; unknown content becomes an event with all
//! the text that could be found, never nothing.

use serde::{Deserialize, Serialize};

use super::content::Content;
use crate::clock::Millis;
use crate::i18n::Language;
use crate::ids::{Native, UpdateId};

/// One update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// The channel's number of the update.
    pub update: UpdateId,
    /// What happened.
    pub event: Event,
}

/// What an update reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody wrote something, or changed what they wrote.
    Message(Box<Message>),
    /// Somebody pressed a button of the bot.
    Press(ButtonPress),
    /// Somebody answered or retracted an answer to a poll of the bot.
    Vote(PollVote),
    /// A poll's state: its question, and whether it is closed. Lets a poll whose id was never learnt be recognised.
    Poll {
        /// The poll's own id.
        poll: Native,
        /// Its question as sent.
        question: String,
        /// Its options as sent.
        options: Vec<String>,
        /// True once no more votes are taken.
        closed: bool,
    },
    /// The bot's own standing in a chat changed.
    BotRole(RoleChange),
    /// A member's standing in a chat changed: joined, left, was promoted, was restricted.
    MemberRole(RoleChange),
    /// A group got a new native id; everything of the old one belongs to the new one.
    Migrated {
        /// The id until now.
        from: Native,
        /// The id from now on.
        to: Native,
    },
    /// Nothing the product acts on. The kind is for the metrics.
    Ignored {
        /// The channel's word for it.
        kind: &'static str,
    },
}

/// What sort of chat it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChatKind {
    /// One person and the bot.
    Private,
    /// A group whose native id may still change (a basic group on Telegram). Fewer rights can be used.
    BasicGroup,
    /// A group.
    Group,
    /// A broadcast channel. The product ignores it.
    Broadcast,
}

/// A chat as an update names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Its own id.
    pub id: Native,
    /// Its sort.
    pub kind: ChatKind,
    /// Its title; empty for private chats.
    pub title: String,
}

/// Who wrote: a person, or something that writes in a person's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderKind {
    /// A person.
    Person,
    /// Another bot.
    Bot,
    /// An administrator who writes in this very group's name.
    AnonymousAdmin,
    /// The linked channel's post, forwarded by the channel itself.
    LinkedChannel,
    /// Another chat in whose name a person writes.
    OtherChat,
}

/// The sender of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// What it is. Identity is this and the id, never the name.
    pub kind: SenderKind,
    /// The person's id, or the chat's for senders that are chats.
    pub id: Native,
    /// The name shown.
    pub name: String,
    /// The language of the person's client, if the product speaks it.
    pub language: Option<Language>,
}

/// Where in a message a piece of text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// The message's own words.
    Text,
    /// Words under a picture or file.
    Caption,
    /// A poll's question.
    PollQuestion,
    /// One of a poll's options.
    PollOption,
    /// A file's name.
    FileName,
    /// The name in a shared contact.
    ContactName,
    /// Where a link behind words leads.
    LinkTarget,
    /// Words on a button.
    ButtonLabel,
    /// The name of where it was forwarded from.
    ForwardOrigin,
    /// Words found in content that the converter doesn't know by name.
    Other,
}

/// A piece of text in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where it stands.
    pub kind: PartKind,
    /// The words, as they came.
    pub text: String,
}

/// A message, new or edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Where it was written.
    pub chat: Chat,
    /// Its own id within the chat.
    pub id: Native,
    /// Who wrote it.
    pub sender: Sender,
    /// When it was written (not when it was edited).
    pub at: Millis,
    /// True if this is a later version of a message.
    pub edited: bool,
    /// The album it belongs to; an album is one act.
    pub album: Option<Native>,
    /// Every piece of text a reader could see in it, in reading order.
    pub parts: Vec<Part>,
    /// What it is, so that the bot can post the same; nothing if that isn't possible. Of an album each message has its
    /// own file. Only read in private chats, where messages are written to be published.
    pub content: Option<Content>,
    /// The message it answers.
    pub reply_to: Option<Native>,
    /// The author of the message it answers.
    pub reply_to_sender: Option<Native>,
    /// True if only the sender and the bot see it.
    pub ephemeral: bool,
    /// The forum topic it was written in, if the group has topics.
    pub topic: Option<Native>,
    /// The title that topic was opened with, if the message tells it; it may have another one by now.
    pub topic_title: Option<String>,
    /// What it tells of that topic, if it is the channel's notice about it.
    pub topic_change: Option<TopicChange>,
}

/// What became of a forum topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicChange {
    /// Its title from now on, if that was told.
    pub title: Option<String>,
    /// Whether it is closed from now on, if that was told.
    pub closed: Option<bool>,
}

impl Message {
    /// The message's own words: text, else caption, else nothing.
    #[must_use]
    pub fn words(&self) -> &str {
        self.parts
            .iter()
            .find(|part| matches!(part.kind, PartKind::Text | PartKind::Caption))
            .map_or("", |part| part.text.as_str())
    }
}

/// A press of a button under one of the bot's messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonPress {
    /// The press's own id, needed to answer it.
    pub id: Native,
    /// Who pressed.
    pub sender: Sender,
    /// The chat of the message; absent when the message is too old to be named.
    pub chat: Option<Chat>,
    /// The message with the button.
    pub message: Option<Native>,
    /// The button's token, as it came back. Not trusted.
    pub token: String,
}

/// An answer to a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollVote {
    /// The poll's own id.
    pub poll: Native,
    /// Who voted; absent for votes in a chat's name.
    pub voter: Option<Sender>,
    /// Zero-based options chosen; empty if the vote was retracted.
    pub options: Vec<usize>,
}

/// A standing in a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Made the group.
    Owner,
    /// Administers it.
    Administrator,
    /// An ordinary member.
    Member,
    /// A member who may not write.
    Restricted,
    /// Not there.
    Absent,
}

impl Role {
    /// True for everybody who is in the chat.
    #[must_use]
    pub fn is_present(self) -> bool {
        self != Self::Absent
    }

    /// True for those who administer the chat.
    #[must_use]
    pub fn administers(self) -> bool {
        matches!(self, Self::Owner | Self::Administrator)
    }
}

/// What a member may do, as far as the product cares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// May write messages.
    pub write: bool,
    /// May delete other people's messages.
    pub delete: bool,
    /// May mute members.
    pub restrict: bool,
}

/// A change of somebody's standing in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleChange {
    /// Where.
    pub chat: Chat,
    /// Whose standing changed.
    pub who: Sender,
    /// Who changed it.
    pub by: Sender,
    /// The standing before.
    pub before: Role,
    /// The standing now.
    pub after: Role,
    /// What they may do now.
    pub rights: Rights,
    /// When.
    pub at: Millis,
}
