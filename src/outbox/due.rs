//! Purpose: a row on its way out, and what it must not overtake.
//!
//! Invariant: whatever does not repeat safely is in [`Track::Talk`], of which one row of a chat is out at a time: so a
//! crash leaves at most one message of a chat of which nobody knows whether it arrived.

use super::pace::Cost;
use super::{About, Priority, Target};
use crate::channel::{CommandScope, Destination, Outgoing};
use crate::clock::Millis;
use crate::ids::OutboxId;

/// A row on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The row.
    pub id: OutboxId,
    /// Whom it is for.
    pub to: Target,
    /// Where that is.
    pub destination: Destination,
    /// Its place in the order.
    pub priority: Priority,
    /// What is sent.
    pub what: Outgoing,
    /// Who hears how it ended.
    pub about: Option<About>,
    /// Not sent before this.
    pub not_before: Millis,
    /// Not sent from this time on.
    pub expires_at: Option<Millis>,
    /// When it was written.
    pub created_at: Millis,
    /// Tries that failed for a reason that may pass.
    pub attempts: u32,
    /// Tries of which nobody knows whether they reached the reader.
    pub uncertain: u32,
}

impl Due {
    /// What sending it spends.
    #[must_use]
    pub fn cost(&self) -> Cost {
        cost(&self.what)
    }

    /// What it takes turns as.
    #[must_use]
    pub fn share(&self) -> Share {
        let named = self.about.as_ref().and_then(About::share);
        named.map_or(Share::Written(self.created_at), Share::Of)
    }

    /// True if it is too late to send it.
    #[must_use]
    pub fn is_expired(&self, now: Millis) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// The lane it stands in.
    #[must_use]
    pub fn lane(&self) -> Lane {
        Lane { to: self.to, track: Track::of(&self.what) }
    }

    /// True if an earlier try of it ended without success.
    #[must_use]
    pub fn was_tried(&self) -> bool {
        self.attempts > 0 || self.uncertain > 0
    }
}

/// What takes turns with others of its priority, row by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Share {
    /// See [`About::share`].
    Of(i64),
    /// Everything else that was written at a time.
    Written(Millis),
}

/// What sending it spends. An album is as many messages as it has items. The end of a quiz changes its message, and the
/// channel counts a change like a message.
#[must_use]
pub fn cost(what: &Outgoing) -> Cost {
    match what {
        Outgoing::Post(post) => Cost::Messages(u64::try_from(post.content.messages()).unwrap_or(1)),
        Outgoing::CloseQuiz { .. } => Cost::Messages(1),
        other if other.counts_as_message() => Cost::Messages(1),
        _ => Cost::Request,
    }
}

/// What must keep its order within a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Track {
    /// What people read, one after another. Everything that doesn't repeat safely is here.
    Talk,
    /// Who may write: a mute and its end must not overtake each other.
    Rights,
    /// What stands for itself; any number side by side.
    Loose,
}

impl Track {
    fn of(what: &Outgoing) -> Self {
        match what {
            Outgoing::Mute { .. } | Outgoing::Unmute { .. } => Self::Rights,
            Outgoing::Delete { .. }
            | Outgoing::AnswerPress { .. }
            | Outgoing::AskAdministrators
            | Outgoing::AskMember { .. }
            | Outgoing::SetCommands { scope: CommandScope::ThisChat, .. } => Self::Loose,
            Outgoing::Say { .. }
            | Outgoing::Whisper { .. }
            | Outgoing::Quiz(_)
            | Outgoing::CloseQuiz { .. }
            | Outgoing::Edit { .. }
            | Outgoing::SetCommands { .. }
            | Outgoing::Post(_)
            | Outgoing::Amend { .. }
            | Outgoing::Buttons { .. }
            | Outgoing::File { .. }
            | Outgoing::Leave => Self::Talk,
        }
    }
}

/// A chat and a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane {
    /// The chat.
    pub to: Target,
    /// The track.
    pub track: Track,
}
