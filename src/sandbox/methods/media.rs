//! Purpose: sending and exchanging files, one by one and as albums.
//!
//! Invariant: a `file_id` the world doesn't know is refused before anything is sent; an album is sent whole or not at
//! all.

use std::collections::HashMap;

use bytes::Bytes;
use serde_json::Value;

use crate::sandbox::files::StoredFile;
use crate::sandbox::media::{Media, MediaKind};
use crate::sandbox::message::Content;
use crate::sandbox::world::World;

use super::target::caption;
use super::{Answer, ApiError, Call, Upload};

/// Bytes a bot may upload at once.
const UPLOAD_MAX: usize = 50 << 20;
/// Items of an album.
const ALBUM: std::ops::RangeInclusive<usize> = 2..=10;

impl World {
    pub(super) fn send_media(&mut self, method: &str, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let kind = match method {
            "sendPhoto" => MediaKind::Photo,
            "sendVideo" => MediaKind::Video,
            "sendVoice" => MediaKind::Voice,
            "sendAudio" => MediaKind::Audio,
            "sendAnimation" => MediaKind::Animation,
            "sendVideoNote" => MediaKind::VideoNote,
            "sendSticker" => MediaKind::Sticker,
            _ => MediaKind::Document,
        };
        let media = self.media((call, &call.files), kind, call.need_text(kind.word())?)?;
        self.send(call, chat, Content::Media(media), kind.permission())
    }

    pub(super) fn send_media_group(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let items = call.list("media");
        if items.len() > *ALBUM.end() {
            return Err(ApiError::bad("too many messages to send as an album"));
        }
        if items.len() < *ALBUM.start() {
            return Err(ApiError::bad("there must be at least two messages to send as an album"));
        }
        let album = format!("album-{}", self.next_number());
        let mut drafts = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let media = self.input_media(item, &call.files);
            let mut media = media.map_err(|error| in_album(error, index))?;
            if drafts.first().is_some_and(|(kind, _): &(MediaKind, _)| !kind.goes_with(media.kind)) {
                return Err(ApiError::bad(format!(
                    "{} can't be mixed with other media types",
                    media.kind.title()
                )));
            }
            media.album = Some(album.clone());
            let kind = media.kind;
            drafts.push((kind, self.prepare(call, chat, Content::Media(media), kind.permission())?));
        }
        Ok(Value::Array(drafts.into_iter().map(|(_, draft)| self.post(chat, draft)).collect()))
    }

    /// Reads an `InputMedia` object.
    pub(super) fn input_media(
        &mut self,
        item: &Value,
        files: &HashMap<String, Upload>,
    ) -> Result<Media, ApiError> {
        let kind = match item.get("type").and_then(Value::as_str) {
            Some("photo") => MediaKind::Photo,
            Some("video") => MediaKind::Video,
            Some("audio") => MediaKind::Audio,
            Some("animation") => MediaKind::Animation,
            Some("document") => MediaKind::Document,
            _ => return Err(ApiError::bad("can't parse InputMedia: type must be one the sandbox plays")),
        };
        let inner = Call { fields: item.as_object().cloned().unwrap_or_default(), ..Call::default() };
        self.media((&inner, files), kind, inner.need_text("media")?)
    }

    /// Finds or stores the file a request names: a known `file_id`, a link, or an uploaded part.
    fn media(
        &mut self,
        (call, files): (&Call, &HashMap<String, Upload>),
        kind: MediaKind,
        named: &str,
    ) -> Result<Media, ApiError> {
        let upload = named.strip_prefix("attach://").map(|part| files.get(part));
        let (file, stored) = match upload {
            Some(Some(upload)) => {
                if upload.bytes.len() > UPLOAD_MAX {
                    return Err(ApiError::of(413, "Request Entity Too Large".to_owned()));
                }
                if upload.bytes.is_empty() {
                    return Err(ApiError::bad("file must be non-empty"));
                }
                let stored = StoredFile {
                    name: upload.name.clone(),
                    mime: upload.mime.clone(),
                    bytes: upload.bytes.clone(),
                    kind: Some(kind),
                };
                (self.files.add(stored.clone()), stored)
            }
            Some(None) => return Err(ApiError::bad("there is no file with the attached name")),
            None => match self.files.get(named) {
                Some(stored) => {
                    check_kind(stored.kind, kind)?;
                    (named.to_owned(), stored.clone())
                }
                None if named.starts_with("https://") || named.starts_with("http://") => {
                    let stored = StoredFile { name: None, mime: None, bytes: Bytes::new(), kind: None };
                    (self.files.add(stored.clone()), stored)
                }
                None => return Err(ApiError::bad("wrong file identifier/HTTP URL specified")),
            },
        };
        Ok(Media {
            kind,
            file,
            name: stored.name,
            mime: stored.mime,
            size: stored.bytes.len(),
            caption: caption(call)?,
            album: None,
            spoiler: call.flag("has_spoiler"),
        })
    }
}

/// As Telegram words a refusal that is about one item of an album.
fn in_album(mut error: ApiError, index: usize) -> ApiError {
    let words = error.description.trim_start_matches("Bad Request: ");
    let words = format!("failed to send message #{} with the error message \"{words}\"", index + 1);
    error.description = format!("Bad Request: {words}");
    error
}

/// A picture is a picture and a file a file; the kinds of files may stand for each other.
fn check_kind(stored: Option<MediaKind>, wanted: MediaKind) -> Result<(), ApiError> {
    match stored {
        Some(stored) if (stored == MediaKind::Photo) != (wanted == MediaKind::Photo) => {
            Err(ApiError::bad(format!("can't use file of type {} as {}", stored.title(), wanted.title())))
        }
        _ => Ok(()),
    }
}
