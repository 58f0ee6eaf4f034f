//! Purpose: files as messages show them.
//!
//! Invariant: what a file's kind is stands in its message; the store knows with which kind it first came.

use serde_json::{Map, Value, json};

use super::entities::Styled;
use super::files::SMALLER;
use super::standing::Permissions;

/// What kind of file a message shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// A picture.
    Photo,
    /// Any file.
    Document,
    /// A video.
    Video,
    /// A voice message.
    Voice,
    /// A piece of music.
    Audio,
    /// A short video without sound.
    Animation,
    /// A round video message.
    VideoNote,
    /// A sticker.
    Sticker,
}

impl MediaKind {
    /// Telegram's field name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Document => "document",
            Self::Video => "video",
            Self::Voice => "voice",
            Self::Audio => "audio",
            Self::Animation => "animation",
            Self::VideoNote => "video_note",
            Self::Sticker => "sticker",
        }
    }

    /// Telegram's name of it in refusals.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Photo => "Photo",
            Self::Document => "Document",
            Self::Video => "Video",
            Self::Voice => "VoiceNote",
            Self::Audio => "Audio",
            Self::Animation => "Animation",
            Self::VideoNote => "VideoNote",
            Self::Sticker => "Sticker",
        }
    }

    /// Whether words can stand under it.
    pub(super) fn has_caption(self) -> bool {
        !matches!(self, Self::VideoNote | Self::Sticker)
    }

    /// What one needs in a group to send it.
    pub(super) fn permission(self) -> Permissions {
        match self {
            Self::Photo => Permissions::PHOTOS,
            Self::Document => Permissions::DOCUMENTS,
            Self::Video => Permissions::VIDEOS,
            Self::Voice => Permissions::VOICES,
            Self::Audio => Permissions::AUDIOS,
            Self::VideoNote => Permissions::VIDEO_NOTES,
            Self::Animation | Self::Sticker => Permissions::OTHER,
        }
    }

    /// Whether files of both kinds may stand in one album.
    pub(super) fn goes_with(self, other: Self) -> bool {
        let is_sight = |kind| matches!(kind, Self::Photo | Self::Video);
        (is_sight(self) && is_sight(other)) || (self == other && matches!(self, Self::Document | Self::Audio))
    }
}

/// A file shown by a message. Its bytes are in the world's file store.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    /// What it is.
    pub kind: MediaKind,
    /// Identifier in the file store, the Bot API's `file_id`.
    pub file: String,
    /// File name, if the sender gave one.
    pub name: Option<String>,
    /// MIME type, if known.
    pub mime: Option<String>,
    /// Size in bytes.
    pub size: usize,
    /// The text below it.
    pub caption: Styled,
    /// Shared by the messages of one album.
    pub album: Option<String>,
    /// Whether it is covered until somebody taps it.
    pub spoiler: bool,
}

impl Media {
    /// Writes the file into a message, under the name of its kind.
    pub(super) fn write(&self, out: &mut Map<String, Value>) {
        let object = self.object();
        if self.kind == MediaKind::Animation {
            // As Telegram does for clients that know no animations.
            out.insert("document".to_owned(), object.clone());
        }
        if self.spoiler {
            out.insert("has_media_spoiler".to_owned(), json!(true));
        }
        out.insert(self.kind.word().to_owned(), object);
    }

    fn object(&self) -> Value {
        let unique = format!("u{}", self.file);
        let mut out = json!({"file_id": self.file, "file_unique_id": unique, "file_size": self.size});
        let size = |out: &mut Value, width: u32, height: u32| {
            out["width"] = json!(width);
            out["height"] = json!(height);
        };
        match self.kind {
            MediaKind::Photo => {
                let mut small = json!({
                    "file_id": format!("{}{SMALLER}", self.file), "file_unique_id": format!("{unique}s"), "file_size": 900,
                });
                size(&mut small, 90, 67);
                size(&mut out, 800, 600);
                return json!([small, out]);
            }
            MediaKind::Video | MediaKind::Animation => {
                size(&mut out, 800, 600);
                out["duration"] = json!(1);
            }
            MediaKind::VideoNote => {
                out["length"] = json!(240);
                out["duration"] = json!(1);
                return out;
            }
            MediaKind::Sticker => {
                size(&mut out, 512, 512);
                for (name, value) in
                    [("is_animated", json!(false)), ("is_video", json!(false)), ("type", json!("regular"))]
                {
                    out[name] = value;
                }
                return out;
            }
            MediaKind::Voice | MediaKind::Audio => out["duration"] = json!(1),
            MediaKind::Document => {}
        }
        if let (Some(name), true) = (&self.name, self.kind != MediaKind::Voice) {
            out["file_name"] = json!(name);
        }
        if let Some(mime) = &self.mime {
            out["mime_type"] = json!(mime);
        }
        out
    }
}
