//! Purpose: sendMessage and its relatives, ephemeral messages included.
//!
//! Invariant: what is sent is in the chat's history before the answer is given.

use serde_json::{Map, Value, json};

use crate::sandbox::files::StoredFile;
use crate::sandbox::ids::{ChatId, PersonId};
use crate::sandbox::message::{Content, Media, MediaKind, Message};
use crate::sandbox::standing::Permissions;
use crate::sandbox::world::World;

use super::target::{caption, markup, message_text};
use super::{Answer, ApiError, Call};

/// Bytes a bot may upload at once.
pub(in crate::sandbox) const UPLOAD_MAX: usize = 50 << 20;

impl World {
    pub(super) fn send_message(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let text = message_text(call)?;
        self.send(call, chat, Content::Text(text), Permissions::TEXT)
    }

    pub(super) fn send_media(&mut self, method: &str, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let (field, kind) = match method {
            "sendPhoto" => ("photo", MediaKind::Photo),
            "sendVideo" => ("video", MediaKind::Video),
            "sendVoice" => ("voice", MediaKind::Voice),
            "sendAudio" => ("audio", MediaKind::Audio),
            _ => ("document", MediaKind::Document),
        };
        let caption = caption(call)?;
        let mut media = self.media(call, kind, call.need_text(field)?)?;
        media.caption = caption;
        let need = if kind == MediaKind::Photo { Permissions::PHOTOS } else { Permissions::DOCUMENTS };
        self.send(call, chat, Content::Media(media), need)
    }

    pub(super) fn send_media_group(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let items = call.list("media");
        if !(2..=10).contains(&items.len()) {
            return Err(ApiError::bad("wrong number of messages in a media group: 2–10 needed"));
        }
        let mut parts = Vec::with_capacity(items.len());
        for item in items {
            let kind = match item.get("type").and_then(Value::as_str) {
                Some("photo") => MediaKind::Photo,
                Some("video") => MediaKind::Video,
                Some("audio") => MediaKind::Audio,
                _ => MediaKind::Document,
            };
            let inner = Call { fields: item.as_object().cloned().unwrap_or_default(), ..Call::default() };
            let text = caption(&inner)?;
            let mut media = self.media(call, kind, inner.need_text("media")?)?;
            media.caption = text;
            parts.push(media);
        }
        let album = format!("album-{}", self.next_number());
        let mut sent = Vec::with_capacity(parts.len());
        for mut media in parts {
            media.album = Some(album.clone());
            sent.push(self.send(call, chat, Content::Media(media), Permissions::DOCUMENTS)?);
        }
        Ok(Value::Array(sent))
    }

    pub(super) fn send_location(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let place = pick(call, &["latitude", "longitude", "horizontal_accuracy", "live_period"]);
        self.send(call, chat, Content::Location(place), Permissions::TEXT)
    }

    pub(super) fn send_contact(&mut self, call: &Call) -> Answer {
        let chat = self.reachable(call, "chat_id")?;
        let contact = pick(call, &["phone_number", "first_name", "last_name", "vcard"]);
        self.send(call, chat, Content::Contact(contact), Permissions::TEXT)
    }

    /// Finds or stores the file a request names: a known `file_id`, a link, or an uploaded part.
    fn media(&mut self, call: &Call, kind: MediaKind, named: &str) -> Result<Media, ApiError> {
        let upload = named.strip_prefix("attach://").map(|part| call.files.get(part));
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
                };
                (self.files.add(stored.clone()), stored)
            }
            Some(None) => return Err(ApiError::bad("there is no file with the attached name")),
            None => match self.files.get(named) {
                Some(stored) => (named.to_owned(), stored.clone()),
                None if named.starts_with("https://") || named.starts_with("http://") => {
                    let stored = StoredFile { name: None, mime: None, bytes: bytes::Bytes::new() };
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
            caption: crate::sandbox::entities::Styled::default(),
            album: None,
        })
    }

    /// Puts a message of the bot into a chat and answers with it.
    pub(super) fn send(&mut self, call: &Call, chat: ChatId, content: Content, need: Permissions) -> Answer {
        let draft = self.prepare(call, chat, content, need)?;
        Ok(self.post(chat, draft))
    }

    /// A message of the bot, checked but not yet in the chat.
    pub(super) fn prepare(
        &self,
        call: &Call,
        chat: ChatId,
        content: Content,
        need: Permissions,
    ) -> Result<Message, ApiError> {
        self.check_may_send(chat, need)?;
        let mut draft = self.draft(self.bot, content);
        draft.markup = markup(call)?;
        draft.reply_to = self.reply_target(call, chat)?;
        draft.receiver = self.ephemeral_receiver(call, chat)?;
        draft.thread = call.int("message_thread_id");
        draft.silent = call.flag("disable_notification");
        Ok(draft)
    }

    /// Adds a prepared message and gives it as a `Message` object.
    pub(super) fn post(&mut self, chat: ChatId, draft: Message) -> Value {
        let ephemeral = draft.is_ephemeral();
        let id = self.add_message(chat, draft);
        let place = self.chat(chat);
        let sent = place.and_then(|place| if ephemeral { place.ephemeral(id) } else { place.message(id) });
        sent.map_or(Value::Null, |message| self.message_json(chat, message))
    }

    fn check_may_send(&self, chat: ChatId, need: Permissions) -> Result<(), ApiError> {
        let Some(place) = self.chat(chat).filter(|place| place.is_group()) else { return Ok(()) };
        let allowed = self
            .standing(chat, self.bot)
            .is_some_and(|standing| standing.permissions(place.permissions).allow(need));
        if allowed {
            return Ok(());
        }
        let what = match need {
            Permissions::PHOTOS => "photos",
            Permissions::DOCUMENTS => "documents",
            Permissions::POLLS => "polls",
            _ => "text messages",
        };
        Err(ApiError::bad(format!("not enough rights to send {what} to the chat")))
    }

    /// The message a request answers. A missing one is refused unless the request allows that.
    fn reply_target(&self, call: &Call, chat: ChatId) -> Result<Option<i64>, ApiError> {
        let parameters = call.get("reply_parameters");
        let number = |name: &str| parameters.and_then(|all| all.get(name)?.as_i64());
        let elsewhere = number("chat_id").is_some_and(|other| other != chat.0);
        if elsewhere || number("ephemeral_message_id").is_some() {
            return Ok(None);
        }
        let Some(wanted) = number("message_id").or_else(|| call.int("reply_to_message_id")) else {
            return Ok(None);
        };
        if self.chat(chat).is_some_and(|place| place.message(wanted).is_some()) {
            return Ok(Some(wanted));
        }
        let lenient = parameters
            .and_then(|all| all.get("allow_sending_without_reply")?.as_bool())
            .unwrap_or_else(|| call.flag("allow_sending_without_reply"));
        if lenient { Ok(None) } else { Err(ApiError::bad("message to be replied not found")) }
    }

    /// Who alone shall see the message; an older server ignores the field.
    fn ephemeral_receiver(&self, call: &Call, chat: ChatId) -> Result<Option<PersonId>, ApiError> {
        let Some(parameters) = call.get("ephemeral_message_parameters") else { return Ok(None) };
        if !self.config.supports_ephemeral {
            return Ok(None);
        }
        if self.chat(chat).is_none_or(|place| !place.is_group()) {
            return Err(ApiError::bad("ephemeral messages can be sent only to groups and supergroups"));
        }
        let receiver = PersonId(parameters.get("receiver_user_id").and_then(Value::as_i64).unwrap_or(0));
        let present =
            self.standing(chat, receiver).is_some_and(crate::sandbox::standing::Standing::is_present);
        if present { Ok(Some(receiver)) } else { Err(ApiError::bad("USER_NOT_PARTICIPANT")) }
    }
}

fn pick(call: &Call, names: &[&str]) -> Value {
    let found = names.iter().filter_map(|name| Some(((*name).to_owned(), call.get(name)?.clone())));
    let fields: Map<String, Value> = found.collect();
    json!(fields)
}
