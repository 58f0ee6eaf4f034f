//! Purpose: what a person sends to the bot to be published, and what the bot posts for them: any kind of message.
//!
//! Invariants: plain data that survives in the database as JSON: fields are only ever added, with a default. A file is
//! named as the channel names it for this bot account; nothing is downloaded.

use serde::{Deserialize, Serialize};

use super::styled::Styled;
use crate::ids::Native;

/// The pictures, videos and files of one album at most (Telegram: 2–10).
pub const ALBUM_MAX: usize = 10;
/// A text at most, in UTF-16 units (Telegram).
pub const TEXT_UNITS_MAX: usize = 4_096;
/// A caption at most, in UTF-16 units (Telegram).
pub const CAPTION_UNITS_MAX: usize = 1_024;

/// The content of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Content {
    /// Words.
    Text {
        /// The words with their styles.
        body: Styled,
    },
    /// A picture, video, voice message or file.
    Media {
        /// Which.
        media: Media,
        /// The words under it.
        #[serde(default)]
        caption: Styled,
    },
    /// Several pictures, videos or files that belong together, 2–[`ALBUM_MAX`].
    Album {
        /// Which, in order.
        items: Vec<Media>,
        /// The words under them.
        #[serde(default)]
        caption: Styled,
    },
    /// A question with options that people vote on.
    Poll {
        /// The question, at most 300 UTF-16 units.
        question: String,
        /// 2–12 options of at most 100 UTF-16 units.
        options: Vec<String>,
        /// True if several options may be chosen.
        multiple: bool,
        /// True if nobody sees who voted for what.
        anonymous: bool,
    },
    /// A place on the map.
    Place {
        /// Degrees north.
        latitude: Degrees,
        /// Degrees east.
        longitude: Degrees,
        /// What is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// Its address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
    },
}

impl Content {
    /// How many messages of the chat it is.
    #[must_use]
    pub fn messages(&self) -> usize {
        if let Self::Album { items, .. } = self { items.len().max(1) } else { 1 }
    }

    /// The words people read in it: text, caption, a poll's question, a place's title.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Text { body } => &body.text,
            Self::Media { caption, .. } | Self::Album { caption, .. } => &caption.text,
            Self::Poll { question, .. } => question,
            Self::Place { title, .. } => title.as_deref().unwrap_or_default(),
        }
    }
}

/// What sort of file it is, which decides how it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MediaKind {
    /// A picture.
    Picture,
    /// A video.
    Video,
    /// A short video without sound that repeats.
    Animation,
    /// Any file.
    File,
    /// Music or a recording with a title.
    Audio,
    /// A voice message.
    Voice,
    /// A round video message; has no caption.
    VideoNote,
    /// A sticker; has no caption.
    Sticker,
}

/// A file the channel keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Its sort.
    pub kind: MediaKind,
    /// The channel's name of it, which this bot account may send again.
    pub file: Native,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its size, if the channel tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// True if it is covered until somebody taps it.
    #[serde(default)]
    pub spoiler: bool,
}

/// An angle in 10⁻⁷ degrees, about a centimetre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Degrees(pub i64);
