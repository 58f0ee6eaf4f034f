//! Purpose: what somebody wrote to be published, as requests of the Bot API.
//!
//! Invariants: words go out with entities beside them and never with a parse mode; files go out by the server's name of
//! them, nothing is downloaded. What Telegram has no way to show is refused here, and no part of it is left out.

use std::collections::BTreeMap;

use reqwest::multipart::{Form, Part};
use serde::Serialize;
use teloxide::payloads::{
    EditMessageCaption, EditMessageText, SendLocation, SendMessage, SendPoll, SendVenue,
};
use teloxide::types::{
    ChatId, InlineKeyboardMarkup, InputPollOption, MessageEntity, MessageId, ReplyMarkup, ReplyParameters,
    ThreadId,
};

use super::requests::{Built, Unsendable, answered, entities, keyboard, topic};
use crate::channel::{ALBUM_MAX, Degrees, Media, MediaKind, Post, Styled};

/// Bytes of a file that a bot sends at most.
const FILE_BYTES_MAX: usize = 50 * 1024 * 1024;
/// Says at the beginning of a table that it is UTF-8. Excel takes it for the machine's own encoding without.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// Units of [`Degrees`] in a degree.
const UNITS_PER_DEGREE: f64 = 1e7;

/// Where something is posted and how, for the requests that teloxide can't write as JSON.
#[derive(Serialize)]
struct Frame {
    chat_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_thread_id: Option<ThreadId>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    disable_notification: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_parameters: Option<ReplyParameters>,
}

/// A file with its words. It is named by the field of its kind.
#[derive(Serialize)]
pub(super) struct SendMedia {
    #[serde(flatten)]
    frame: Frame,
    #[serde(flatten)]
    file: BTreeMap<&'static str, String>,
    #[serde(flatten)]
    caption: Caption,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_spoiler: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_markup: Option<InlineKeyboardMarkup>,
}

/// `sendMediaGroup`; it takes no buttons.
#[derive(Serialize)]
pub(super) struct SendAlbum {
    #[serde(flatten)]
    frame: Frame,
    media: Vec<InputMedia>,
}

/// `editMessageMedia`.
#[derive(Serialize)]
pub(super) struct EditMedia {
    chat_id: i64,
    message_id: i32,
    media: InputMedia,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_markup: Option<InlineKeyboardMarkup>,
}

#[derive(Serialize)]
struct InputMedia {
    #[serde(rename = "type")]
    kind: &'static str,
    media: String,
    #[serde(flatten)]
    caption: Caption,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_spoiler: bool,
}

#[derive(Default, Serialize)]
struct Caption {
    #[serde(skip_serializing_if = "Option::is_none")]
    caption: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caption_entities: Option<Vec<MessageEntity>>,
}

impl Caption {
    fn of(words: &Styled) -> Self {
        let caption = Some(words.text.clone()).filter(|text| !text.is_empty());
        Self { caption_entities: entities(words).filter(|_| caption.is_some()), caption }
    }
}

/// Telegram's words for a kind of file: the method that sends it and the field that names it.
fn words(kind: MediaKind) -> (&'static str, &'static str) {
    match kind {
        MediaKind::Picture => ("sendPhoto", "photo"),
        MediaKind::Video => ("sendVideo", "video"),
        MediaKind::Animation => ("sendAnimation", "animation"),
        MediaKind::File => ("sendDocument", "document"),
        MediaKind::Audio => ("sendAudio", "audio"),
        MediaKind::Voice => ("sendVoice", "voice"),
        MediaKind::VideoNote => ("sendVideoNote", "video_note"),
        MediaKind::Sticker => ("sendSticker", "sticker"),
    }
}

fn covered(media: &Media) -> bool {
    media.spoiler && matches!(media.kind, MediaKind::Picture | MediaKind::Video | MediaKind::Animation)
}

fn unsendable<T>(reason: &str) -> Built<T> {
    Err(Unsendable(reason.to_owned()))
}

fn frame(chat: i64, post: &Post) -> Built<Frame> {
    Ok(Frame {
        chat_id: chat,
        message_thread_id: post.topic.as_ref().map(topic).transpose()?,
        disable_notification: post.silent,
        reply_parameters: answered(post.reply_to.as_ref()),
    })
}

/// Writes a frame and the buttons into one of teloxide's requests.
macro_rules! framed {
    ($request:ident, $chat:expr, $post:expr) => {{
        let frame = frame($chat, $post)?;
        $request.message_thread_id = frame.message_thread_id;
        $request.disable_notification = frame.disable_notification.then_some(true);
        $request.reply_parameters = frame.reply_parameters;
        $request.reply_markup = keyboard(&$post.buttons)?.map(ReplyMarkup::InlineKeyboard);
        Ok($request)
    }};
}

/// A preview of a link in it is shown, as its author saw it.
pub(super) fn text(chat: i64, post: &Post, body: &Styled) -> Built<SendMessage> {
    let mut request = SendMessage::new(ChatId(chat), body.text.clone());
    request.entities = entities(body);
    framed!(request, chat, post)
}

/// The method and its fields.
pub(super) fn media(
    chat: i64,
    post: &Post,
    media: &Media,
    caption: &Styled,
) -> Built<(&'static str, SendMedia)> {
    let (method, field) = words(media.kind);
    if !caption.text.is_empty() && matches!(media.kind, MediaKind::VideoNote | MediaKind::Sticker) {
        return unsendable("a round video and a sticker have no words under them");
    }
    let fields = SendMedia {
        frame: frame(chat, post)?,
        file: BTreeMap::from([(field, media.file.as_str().to_owned())]),
        caption: Caption::of(caption),
        has_spoiler: covered(media),
        reply_markup: keyboard(&post.buttons)?,
    };
    Ok((method, fields))
}

/// The words stand under the first, where clients show them for the whole album.
pub(super) fn album(chat: i64, post: &Post, items: &[Media], caption: &Styled) -> Built<SendAlbum> {
    if !(2..=ALBUM_MAX).contains(&items.len()) {
        return unsendable("an album has 2 to 10 pictures, videos or files");
    }
    if !post.buttons.is_empty() {
        return unsendable("an album has no buttons");
    }
    let all = |kinds: &[MediaKind]| items.iter().all(|item| kinds.contains(&item.kind));
    let goes_together =
        all(&[MediaKind::Picture, MediaKind::Video]) || all(&[MediaKind::File]) || all(&[MediaKind::Audio]);
    if !goes_together {
        return unsendable("an album is of pictures and videos, or of files, or of music");
    }
    let mut media: Vec<InputMedia> = items.iter().map(|item| input(item, Caption::default())).collect();
    if let Some(first) = media.first_mut() {
        first.caption = Caption::of(caption);
    }
    Ok(SendAlbum { frame: frame(chat, post)?, media })
}

fn input(media: &Media, caption: Caption) -> InputMedia {
    InputMedia {
        kind: words(media.kind).1,
        media: media.file.as_str().to_owned(),
        caption,
        has_spoiler: covered(media),
    }
}

pub(super) fn poll(
    chat: i64,
    post: &Post,
    (question, options): (&str, &[String]),
    (multiple, anonymous): (bool, bool),
) -> Built<SendPoll> {
    let options = options.iter().map(InputPollOption::new::<&String>);
    let mut request = SendPoll::new(ChatId(chat), question, options);
    request.is_anonymous = Some(anonymous);
    request.allows_multiple_answers = multiple.then_some(true);
    framed!(request, chat, post)
}

pub(super) fn location(chat: i64, post: &Post, (north, east): (Degrees, Degrees)) -> Built<SendLocation> {
    let mut request = SendLocation::new(ChatId(chat), degrees(north, 90)?, degrees(east, 180)?);
    framed!(request, chat, post)
}

pub(super) fn venue(
    chat: i64,
    post: &Post,
    (north, east): (Degrees, Degrees),
    (title, address): (&str, &str),
) -> Built<SendVenue> {
    let (north, east) = (degrees(north, 90)?, degrees(east, 180)?);
    let mut request = SendVenue::new(ChatId(chat), north, east, title, address);
    framed!(request, chat, post)
}

/// An angle of at most so many degrees either way.
fn degrees(Degrees(angle): Degrees, most: u16) -> Built<f64> {
    let degrees = i32::try_from(angle).map(|angle| f64::from(angle) / UNITS_PER_DEGREE);
    match degrees {
        Ok(degrees) if degrees.abs() <= f64::from(most) => Ok(degrees),
        _ => unsendable("there is no such place on the map"),
    }
}

pub(super) fn edit_text(chat: i64, message: i32, post: &Post, body: &Styled) -> Built<EditMessageText> {
    let mut request = EditMessageText::new(ChatId(chat), MessageId(message), body.text.clone());
    request.entities = entities(body);
    request.reply_markup = keyboard(&post.buttons)?;
    Ok(request)
}

pub(super) fn edit_caption(
    chat: i64,
    message: i32,
    post: &Post,
    caption: &Styled,
) -> Built<EditMessageCaption> {
    let mut request = EditMessageCaption::new(ChatId(chat), MessageId(message));
    let Caption { caption, caption_entities } = Caption::of(caption);
    request.caption = caption;
    request.caption_entities = caption_entities;
    request.reply_markup = keyboard(&post.buttons)?;
    Ok(request)
}

pub(super) fn edit_media(
    chat: i64,
    message: i32,
    post: &Post,
    media: &Media,
    caption: &Styled,
) -> Built<EditMedia> {
    let media = input(media, Caption::of(caption));
    Ok(EditMedia { chat_id: chat, message_id: message, media, reply_markup: keyboard(&post.buttons)? })
}

/// A text as a file. A table begins with a mark that tells its encoding.
pub(super) fn file(chat: i64, name: &str, text: &str, caption: &Styled) -> Built<Form> {
    let is_table = name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("csv"));
    let mark = if is_table && !text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { "" };
    let bytes = [mark.as_bytes(), text.as_bytes()].concat();
    if text.is_empty() {
        return unsendable("the file is empty");
    }
    if bytes.len() > FILE_BYTES_MAX {
        return unsendable("the file is larger than 50 MB");
    }
    let kind = if is_table { "text/csv; charset=utf-8" } else { "text/plain; charset=utf-8" };
    let name: String = name.chars().filter(|letter| !letter.is_control() && *letter != '"').collect();
    let part = Part::bytes(bytes).file_name(name).mime_str(kind);
    let part = part.map_err(|error| Unsendable(error.to_string()))?;
    let mut form = Form::new().text("chat_id", chat.to_string()).part("document", part);
    let Caption { caption, caption_entities } = Caption::of(caption);
    if let Some(words) = caption {
        form = form.text("caption", words);
    }
    if let Some(entities) = caption_entities {
        let entities = serde_json::to_string(&entities).map_err(|error| Unsendable(error.to_string()))?;
        form = form.text("caption_entities", entities);
    }
    Ok(form)
}
