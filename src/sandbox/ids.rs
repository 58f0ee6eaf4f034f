//! Purpose: the identifiers of the simulated world, and why a person may be unable to do something.
//!
//! Invariant: numbers have Telegram's shapes: people and bots are positive, basic groups negative, supergroups
//! and channels start at −100…; a private chat has the number of its person.

use std::fmt;

/// A person or bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub i64);

impl PersonId {
    /// The private chat of this person with the bot.
    #[must_use]
    pub fn private_chat(self) -> ChatId {
        ChatId(self.0)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// A private chat, group, supergroup or channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChatId(pub i64);

impl fmt::Display for ChatId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// Why a person's client would not let them do this. The text is for whoever plays, in plain English.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotDo(pub String);

impl CannotDo {
    /// A refusal with this text.
    pub(super) fn because<T>(text: impl Into<String>) -> Result<T, Self> {
        Err(Self(text.into()))
    }
}

/// "Anonymous group administrator": the sender of what an administrator writes as the group.
pub const ANONYMOUS_ADMIN: PersonId = PersonId(1_087_968_824);
/// "Channel": the sender of what somebody writes as a channel.
pub const CHANNEL_BOT: PersonId = PersonId(136_817_688);
/// "Telegram": the sender of posts forwarded from the linked channel.
pub const TELEGRAM: PersonId = PersonId(777_000);
