//! Purpose: what the product knows of a chat channel: what comes in, what goes out, and how sending can end.
//!
//! Invariant: nothing here or above names a particular channel. A channel says what it can do in
//! [`Capabilities`]; features choose by that and degrade openly.

mod contact;
mod content;
mod incoming;
mod outgoing;
mod posting;
mod source;
mod styled;
pub mod telegram;

use std::future::Future;

use crate::ids::Native;

pub use contact::Contact;
pub use content::{ALBUM_MAX, CAPTION_UNITS_MAX, Content, Degrees, Media, MediaKind, TEXT_UNITS_MAX};
pub use incoming::{
    ButtonPress, Chat, ChatKind, Event, Incoming, Message, Part, PartKind, PollVote, Rights, Role,
    RoleChange, Sender, SenderKind, TopicChange,
};
pub use outgoing::{
    Answer, Button, ButtonLook, Card, Command, CommandScope, Member, Outgoing, Post, Quiz, SendOutcome,
    WaitScope,
};
pub use posting::{Posting, Posts};
pub use source::{BadUpdate, Batch, Parsed, RawUpdate, Receipt, Source, SourceProblem};
pub use styled::{Span, Style, Styled};

/// Why a post was refused: the forum topic it goes to is closed or deleted.
pub const TOPIC_SHUT: &str = "the topic is closed or deleted";

/// Why something was refused: the channel takes no text as long as that. The channel's own words follow, after a colon.
pub const TOO_LONG: &str = "the words are too long";

/// Why something was refused: the channel has lost the file, or can't read it. The channel's own words follow, after a colon.
pub const FILE_UNUSABLE: &str = "the file can't be used";

/// What a channel can do. Features ask this instead of asking which channel it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// A message inside the group that only one member sees.
    pub whisper: bool,
    /// Buttons under messages.
    pub buttons: bool,
    /// Deleting other people's messages.
    pub delete_others: bool,
    /// Muting members.
    pub mute: bool,
    /// Quiz polls in a group.
    pub quiz_polls: bool,
    /// The longest message, in UTF-16 units.
    pub text_units_max: usize,
    /// The longest answer to a button press, in UTF-16 units.
    pub alert_units_max: usize,
}

/// Where something is delivered: the native id of the chat, and of the person if only they shall see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The chat's own id on the channel.
    pub chat: Native,
    /// True if the chat is a group (its pace limits differ).
    pub is_group: bool,
}

/// A way to send. One call is one request to the channel; nothing is retried inside.
pub trait Channel: Send + Sync + 'static {
    /// What the channel can do, as far as is known now: what turns out to be impossible is left from then on.
    fn capabilities(&self) -> Capabilities;

    /// Sends one thing. Bounded in time; the outcome says whether it surely happened, surely did not, or is unknown.
    fn send(&self, to: &Destination, what: &Outgoing) -> impl Future<Output = SendOutcome> + Send;
}
