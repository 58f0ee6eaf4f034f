//! Purpose: identities as types, so that a person can't be passed where a group is meant.
//!
//! Invariant: ids of this file are the project's own row numbers. What a channel calls a chat or a person is a
//! [`Native`] text and is known only to `roster` and `channel`; when a group moves to a new native id (a Telegram
//! supergroup migration), nothing but its roster row changes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares a newtype over `i64` that displays as its number.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }
    };
}

id! {
    /// One bot account on one channel, and so one school: the tenant every row belongs to.
    TenantId
}
id! {
    /// A person, whatever they are called on the channel.
    PersonId
}
id! {
    /// A group of people on a channel.
    GroupId
}
id! {
    /// A row of the outbox.
    OutboxId
}
id! {
    /// One lesson pushed to one group.
    PushId
}
id! {
    /// One quiz question posted in one group.
    QuizPostId
}
id! {
    /// One act of moderation.
    ActId
}
id! {
    /// A dispute of points.
    DisputeId
}
id! {
    /// Something published to groups, once or again and again.
    BroadcastId
}
id! {
    /// One run of a broadcast: what goes out to its groups at one time.
    RunId
}
id! {
    /// One message, or one album, of a run in one chat.
    PostId
}
id! {
    /// A message that holds several announcements of a group.
    DigestId
}
id! {
    /// An update as its channel numbers it; unique per tenant.
    UpdateId
}

/// A channel's own name for a chat, a person, a message or a poll. Telegram's are numbers written as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Native(pub String);

impl Native {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<i64> for Native {
    fn from(number: i64) -> Self {
        Self(number.to_string())
    }
}

impl From<&str> for Native {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Native {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// Whom something is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Address {
    /// Everybody in a group.
    Group(GroupId),
    /// One person, in their private chat with the bot.
    Person(PersonId),
}
