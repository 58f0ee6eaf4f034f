//! Purpose: what the product asks a channel to do, and how that can end.
//!
//! Invariant: everything here is plain data that survives in the outbox as JSON across restarts and versions: fields
//! are only ever added, with a default.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::content::Content;
use super::incoming::{Rights, Role};
use super::styled::Styled;
use crate::clock::Millis;
use crate::ids::Native;

/// One request to the channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Outgoing {
    /// Shows a card to everybody in the chat.
    Say {
        /// What it says.
        card: Card,
    },
    /// Shows a card inside the group to one member only. Where the channel can't, the fallback is sent instead; a
    /// card for one person is never shown to all.
    Whisper {
        /// The one who sees it.
        to: Native,
        /// What it says.
        card: Card,
        /// What is sent where whispering turns out to be impossible; nothing if absent.
        fallback: Option<Box<Outgoing>>,
        /// Whether it goes to an open private chat before the fallback is thought of.
        #[serde(default)]
        private_first: bool,
    },
    /// Posts what somebody wrote to be published.
    Post(Post),
    /// Replaces the words, the file or the buttons of something posted. Of an album, the words of its first message.
    Amend {
        /// The message.
        message: Native,
        /// What it is now.
        post: Post,
    },
    /// Replaces the buttons under a message of the bot, and nothing else.
    Buttons {
        /// The message.
        message: Native,
        /// Rows of buttons.
        buttons: Vec<Vec<Button>>,
    },
    /// Sends a text as a file.
    File {
        /// The file's name.
        name: String,
        /// What is in it.
        text: String,
        /// The words under it.
        #[serde(default)]
        caption: Styled,
    },
    /// Posts a quiz question that everybody in the group can answer.
    Quiz(Quiz),
    /// Ends a quiz question; later answers are not taken.
    CloseQuiz {
        /// The message with the question.
        message: Native,
    },
    /// Replaces a message of the bot.
    Edit {
        /// The message.
        message: Native,
        /// What it says now.
        card: Card,
    },
    /// Removes messages, 1–100 of them. Those that are gone already count as removed.
    Delete {
        /// The messages.
        messages: Vec<Native>,
    },
    /// Takes a member's right to write.
    Mute {
        /// The member.
        person: Native,
        /// Until when.
        until: Millis,
    },
    /// Gives the right to write back.
    Unmute {
        /// The member.
        person: Native,
    },
    /// Answers a button press; the words are seen only by the one who pressed.
    AnswerPress {
        /// The press.
        press: Native,
        /// The words, at most 200 UTF-16 units; none only stops the button's waiting sign.
        text: Option<String>,
        /// True to show the words in a box that must be closed.
        alert: bool,
    },
    /// Asks who administers the group.
    AskAdministrators,
    /// Asks for one member's standing in the group.
    AskMember {
        /// The person.
        person: Native,
    },
    /// Sets the command menu.
    SetCommands {
        /// Who sees the menu.
        scope: CommandScope,
        /// The language it is for; none is the menu for everybody else.
        language: Option<String>,
        /// The commands.
        commands: Vec<Command>,
    },
    /// Leaves the chat.
    Leave,
}

impl Outgoing {
    /// True if doing it twice is the same as doing it once, so that an uncertain one is simply repeated.
    #[must_use]
    pub fn repeats_safely(&self) -> bool {
        match self {
            Self::Say { .. } | Self::Whisper { .. } | Self::Post(_) | Self::File { .. } | Self::Quiz(_) => {
                false
            }
            Self::CloseQuiz { .. }
            | Self::Amend { .. }
            | Self::Buttons { .. }
            | Self::Edit { .. }
            | Self::Delete { .. }
            | Self::Mute { .. }
            | Self::Unmute { .. }
            | Self::AnswerPress { .. }
            | Self::AskAdministrators
            | Self::AskMember { .. }
            | Self::SetCommands { .. }
            | Self::Leave => true,
        }
    }

    /// True if it is about messages that are there already. Their ids mean nothing where a group has moved to.
    #[must_use]
    pub fn names_messages(&self) -> bool {
        matches!(
            self,
            Self::CloseQuiz { .. }
                | Self::Amend { .. }
                | Self::Buttons { .. }
                | Self::Edit { .. }
                | Self::Delete { .. }
        )
    }

    /// True if the channel counts it as a message of the chat, so that the chat's pace limits hold for it.
    #[must_use]
    pub fn counts_as_message(&self) -> bool {
        matches!(
            self,
            Self::Say { .. }
                | Self::Whisper { .. }
                | Self::Post(_)
                | Self::File { .. }
                | Self::Quiz(_)
                | Self::Amend { .. }
                | Self::Buttons { .. }
                | Self::Edit { .. }
        )
    }
}

/// A message of the bot.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The words.
    pub body: Styled,
    /// Rows of buttons under it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// The message it answers; if that is gone, the card is sent all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Native>,
    /// The forum topic it goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Native>,
    /// True to make no sound.
    #[serde(default)]
    pub silent: bool,
}

impl Card {
    /// A card of plain words.
    #[must_use]
    pub fn plain(words: impl Into<String>) -> Self {
        Self { body: Styled::from(words.into()), ..Self::default() }
    }
}

/// What somebody wrote to be published, as it is posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// What it is.
    pub content: Content,
    /// Rows of buttons under it. An album has none: they go to a message of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// The forum topic it goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Native>,
    /// The message it answers; if that is gone, it is sent all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Native>,
    /// True to make no sound.
    #[serde(default)]
    pub silent: bool,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ButtonLook {
    /// Sends this token back to the bot, at most 64 bytes.
    Token(String),
    /// Opens this address.
    Link(String),
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// The words on it.
    pub label: String,
    /// What it does.
    pub does: ButtonLook,
}

/// A quiz question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiz {
    /// The question, at most 300 UTF-16 units.
    pub question: String,
    /// 2–10 options of at most 100 UTF-16 units.
    pub options: Vec<String>,
    /// Zero-based right option.
    pub correct: usize,
    /// Shown after answering; at most 200 UTF-16 units and two line feeds.
    pub explanation: String,
    /// When the channel ends it by itself, if it can so far ahead. What is told to end it then finds it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<Millis>,
    /// The forum topic it goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Native>,
}

/// Who sees a command menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandScope {
    /// People in private chats.
    Private,
    /// Members of groups.
    Groups,
    /// Administrators of groups.
    GroupAdministrators,
    /// Whoever is in the chat that the row goes to, instead of what the others say.
    ThisChat,
}

/// An entry of a command menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The command without its slash.
    pub name: String,
    /// What it does, in the menu's language.
    pub description: String,
    /// True if command and answer are seen only by the one who typed it.
    #[serde(default)]
    pub ephemeral: bool,
}

/// A member as the channel lists them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Their id.
    pub id: Native,
    /// The name shown.
    pub name: String,
    /// True for bots.
    pub is_bot: bool,
    /// Their standing.
    pub role: Role,
    /// What they may do.
    pub rights: Rights,
}

/// What the channel gave back for something done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing of use.
    Done,
    /// The message that was made, and the poll in it if it is one.
    Sent {
        /// The message's id within its chat.
        message: Native,
        /// The poll's id.
        poll: Option<Native>,
    },
    /// The messages of an album were made.
    Album {
        /// Their ids within the chat, in order.
        messages: Vec<Native>,
    },
    /// A quiz was closed: votes per option.
    Tally(Vec<u32>),
    /// The group's administrators.
    Administrators(Vec<Member>),
    /// One member, possibly absent.
    Member(Member),
}

/// For whom a wait asked by the channel holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitScope {
    /// Only this chat.
    Chat,
    /// The whole bot.
    Bot,
}

/// How one request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// It surely happened (or had happened before: a message already gone, a text already so).
    Done(Answer),
    /// It surely did not happen; the channel asks to wait.
    Wait {
        /// How long.
        wait: Duration,
        /// For whom.
        scope: WaitScope,
    },
    /// It surely did not happen; trying again may help.
    Retry {
        /// What the channel or the network said, for the log.
        reason: String,
    },
    /// It surely did not happen, and nothing else would: the server can't be reached, or refuses the bot itself.
    Down {
        /// What the network or the channel said, for the log.
        reason: String,
    },
    /// Nobody knows whether it happened: the answer was lost.
    Uncertain {
        /// What the network said, for the log.
        reason: String,
    },
    /// It did not happen: the group has a new id. Trying again there will help.
    Migrated {
        /// The new id.
        to: Native,
    },
    /// It did not happen and won't: the target can't be reached any more (blocked, removed, deleted).
    Gone {
        /// The channel's words, for the log and the report.
        reason: String,
    },
    /// It did not happen: the bot lacks a right. Trying again won't help until somebody gives it.
    Forbidden {
        /// The channel's words.
        reason: String,
    },
    /// It did not happen and won't: the content is refused.
    Content {
        /// The channel's words.
        reason: String,
    },
    /// It did not happen: whispering is impossible here. The fallback is to be sent.
    NoWhisper,
}
