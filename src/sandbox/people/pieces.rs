//! Purpose: what a person's message can be made of: text, files, albums, polls, places, forwards.
//!
//! Invariant: a piece only becomes part of the world when its message is sent.

use bytes::Bytes;
use serde_json::json;

use crate::sandbox::Sandbox;
use crate::sandbox::entities::{Styled, utf16_len};
use crate::sandbox::files::StoredFile;
use crate::sandbox::ids::{CannotDo, ChatId};
use crate::sandbox::media::{Media, MediaKind};
use crate::sandbox::message::Content;
use crate::sandbox::poll::Poll;
use crate::sandbox::world::World;

use super::speech::Speech;

/// Units of a caption.
const CAPTION_MAX: usize = 1_024;

/// What the message is made of.
pub(super) enum Piece {
    Text,
    File(File),
    Contact { phone: String, name: String },
    Poll { question: String, options: Vec<String>, multiple: bool, anonymous: bool },
    Place { latitude: f64, longitude: f64, named: Option<(String, String)> },
    Forward(ChatId, i64),
}

/// A file to be sent.
pub(super) struct File {
    pub(super) kind: MediaKind,
    name: Option<String>,
    mime: Option<String>,
    bytes: Bytes,
    album: Option<String>,
    spoiler: bool,
}

impl Sandbox {
    /// A name for an album that no other has; see [`Speech::in_album`].
    #[must_use]
    pub fn new_album(&self) -> String {
        format!("album-{}", self.act(World::next_number))
    }
}

impl Speech {
    /// A picture.
    pub fn photo(self, bytes: impl Into<Bytes>) -> Self {
        self.file(MediaKind::Photo, None, Some("image/jpeg"), bytes.into())
    }

    /// A file with its name and MIME type.
    pub fn document(self, name: &str, mime: &str, bytes: impl Into<Bytes>) -> Self {
        self.file(MediaKind::Document, Some(name), Some(mime), bytes.into())
    }

    /// A video.
    pub fn video(self, name: &str, bytes: impl Into<Bytes>) -> Self {
        self.file(MediaKind::Video, Some(name), Some("video/mp4"), bytes.into())
    }

    /// A short video without sound.
    pub fn animation(self, name: &str, bytes: impl Into<Bytes>) -> Self {
        self.file(MediaKind::Animation, Some(name), Some("video/mp4"), bytes.into())
    }

    /// A piece of music.
    pub fn audio(self, name: &str, bytes: impl Into<Bytes>) -> Self {
        self.file(MediaKind::Audio, Some(name), Some("audio/mpeg"), bytes.into())
    }

    /// A voice message.
    pub fn voice(self, bytes: impl Into<Bytes>) -> Self {
        self.file(MediaKind::Voice, None, Some("audio/ogg"), bytes.into())
    }

    /// A round video message.
    pub fn video_note(self, bytes: impl Into<Bytes>) -> Self {
        self.file(MediaKind::VideoNote, None, None, bytes.into())
    }

    /// A sticker.
    pub fn sticker(self, bytes: impl Into<Bytes>) -> Self {
        self.file(MediaKind::Sticker, None, None, bytes.into())
    }

    fn file(mut self, kind: MediaKind, name: Option<&str>, mime: Option<&str>, bytes: Bytes) -> Self {
        let (name, mime) = (name.map(str::to_owned), mime.map(str::to_owned));
        self.piece = Piece::File(File { kind, name, mime, bytes, album: None, spoiler: false });
        self
    }

    /// Puts the file into an album, which is all files with the same name of it.
    pub fn in_album(mut self, name: &str) -> Self {
        if let Piece::File(file) = &mut self.piece {
            file.album = Some(name.to_owned());
        }
        self
    }

    /// Covers the picture or video until somebody taps it.
    pub fn covered(mut self) -> Self {
        if let Piece::File(file) = &mut self.piece {
            file.spoiler = true;
        }
        self
    }

    /// A contact card.
    pub fn contact(mut self, phone: &str, name: &str) -> Self {
        self.piece = Piece::Contact { phone: phone.to_owned(), name: name.to_owned() };
        self
    }

    /// A poll by this person with one answer, whose voters everybody sees; the bot sees it, but not its votes.
    pub fn poll(self, question: &str, options: &[&str]) -> Self {
        self.poll_with(question, options, false, false)
    }

    /// As [`Self::poll`], with several answers, or without a way to see who voted.
    pub fn poll_with(mut self, question: &str, options: &[&str], multiple: bool, anonymous: bool) -> Self {
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        self.piece = Piece::Poll { question: question.to_owned(), options, multiple, anonymous };
        self
    }

    /// A place on the map, in degrees north and east.
    pub fn location(mut self, latitude: f64, longitude: f64) -> Self {
        self.piece = Piece::Place { latitude, longitude, named: None };
        self
    }

    /// A place on the map with its name and address.
    pub fn venue(mut self, (latitude, longitude): (f64, f64), title: &str, address: &str) -> Self {
        let named = Some((title.to_owned(), address.to_owned()));
        self.piece = Piece::Place { latitude, longitude, named };
        self
    }
}

impl World {
    pub(super) fn content_of(&mut self, piece: Piece, text: Styled) -> Result<Content, CannotDo> {
        Ok(match piece {
            Piece::Contact { phone, name } => {
                Content::Contact(json!({"phone_number": phone, "first_name": name}))
            }
            Piece::Poll { question, options, multiple, anonymous } => {
                let id = format!("{}", 6_000_000_000_000_000_000 + self.next_number());
                let poll = Poll::by_person(id.clone(), question, options);
                self.add_poll(Poll { anonymous, multiple, ..poll });
                Content::Poll(id)
            }
            Piece::Place { latitude, longitude, named } => {
                let place = json!({"latitude": latitude, "longitude": longitude});
                match named {
                    Some((title, address)) => {
                        Content::Venue(json!({"location": place, "title": title, "address": address}))
                    }
                    None => Content::Location(place),
                }
            }
            Piece::File(file) => Content::Media(self.keep(file, text)?),
            Piece::Text | Piece::Forward(..) => {
                if text.text.trim().is_empty() {
                    return CannotDo::because("there is nothing to send");
                }
                Content::Text(text)
            }
        })
    }

    fn keep(&mut self, file: File, caption: Styled) -> Result<Media, CannotDo> {
        let File { kind, name, mime, bytes, album, spoiler } = file;
        if utf16_len(&caption.text) > CAPTION_MAX {
            return CannotDo::because("the caption is too long");
        }
        if !kind.has_caption() && !caption.text.is_empty() {
            return CannotDo::because("nothing can be written under it");
        }
        let size = bytes.len();
        let stored = StoredFile { name: name.clone(), mime: mime.clone(), bytes, kind: Some(kind) };
        let file = self.files.add(stored);
        Ok(Media { kind, file, name, mime, size, caption, album, spoiler })
    }
}
