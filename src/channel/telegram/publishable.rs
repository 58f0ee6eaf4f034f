//! Purpose: a message as content that the bot can post again.
//!
//! Invariant: read from the update's text a second time and only in private chats, so that a group's messages cost
//! nothing more. What can't be posted so that it is the same (a contact, a die, a quiz, a live place, a picture in a
//! poll, anything of a later version) is nothing; so is what has an unexpected shape.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::envelope::RawMessage;
use super::wire::{Wording, Words};
use crate::channel::{Content, Degrees, Media, MediaKind, Span, Style, Styled};
use crate::ids::Native;
use crate::text::units;

/// Styled stretches of one text at most (Telegram sends 100).
const SPANS_MAX: usize = 100;
/// Units of [`Degrees`] in a degree.
const UNITS_PER_DEGREE: f64 = 1e7;

#[derive(Deserialize)]
struct Shown<'a> {
    #[serde(borrow)]
    text: Option<Words<'a>>,
    #[serde(borrow, default)]
    entities: Vec<Entity<'a>>,
    #[serde(borrow)]
    caption: Option<Words<'a>>,
    #[serde(borrow, default)]
    caption_entities: Vec<Entity<'a>>,
    #[serde(default)]
    has_media_spoiler: bool,
    #[serde(borrow, default)]
    photo: Vec<Stored<'a>>,
    #[serde(borrow)]
    animation: Option<Stored<'a>>,
    #[serde(borrow)]
    document: Option<Stored<'a>>,
    #[serde(borrow)]
    video: Option<Stored<'a>>,
    #[serde(borrow)]
    audio: Option<Stored<'a>>,
    #[serde(borrow)]
    voice: Option<Stored<'a>>,
    #[serde(borrow)]
    video_note: Option<Stored<'a>>,
    #[serde(borrow)]
    sticker: Option<Stored<'a>>,
    #[serde(borrow)]
    poll: Option<Poll<'a>>,
    location: Option<Location>,
    #[serde(borrow)]
    venue: Option<Venue<'a>>,
    // These come together with a field from above that is only a stand-in.
    game: Option<IgnoredAny>,
    paid_media: Option<IgnoredAny>,
    story: Option<IgnoredAny>,
    live_photo: Option<IgnoredAny>,
    #[serde(borrow)]
    rich_message: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entity<'a> {
    #[serde(borrow, rename = "type")]
    kind: Words<'a>,
    offset: usize,
    length: usize,
    #[serde(borrow)]
    url: Option<Words<'a>>,
}

#[derive(Deserialize)]
struct Stored<'a> {
    #[serde(borrow)]
    file_id: Words<'a>,
    #[serde(borrow)]
    file_name: Option<Words<'a>>,
    file_size: Option<u64>,
    #[serde(default)]
    width: u32,
    #[serde(default)]
    height: u32,
}

#[derive(Deserialize)]
struct Poll<'a> {
    #[serde(borrow, rename = "type")]
    kind: Words<'a>,
    #[serde(borrow)]
    question: Words<'a>,
    #[serde(borrow)]
    options: Vec<Wording<'a>>,
    #[serde(default)]
    allows_multiple_answers: bool,
    #[serde(default)]
    is_anonymous: bool,
    media: Option<IgnoredAny>,
    description: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Location {
    latitude: f64,
    longitude: f64,
    live_period: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Venue<'a> {
    location: Location,
    #[serde(borrow)]
    title: Words<'a>,
    #[serde(borrow)]
    address: Words<'a>,
}

/// What the message of this update shows, if the bot can post the same.
pub(super) fn read(update: &str) -> Option<Content> {
    let message = serde_json::from_str::<RawMessage<'_>>(update).ok()?.message.get();
    content(serde_json::from_str(message).ok()?)
}

fn content(shown: Shown<'_>) -> Option<Content> {
    let stand_in = shown.game.is_some()
        || shown.paid_media.is_some()
        || shown.story.is_some()
        || shown.live_photo.is_some()
        || shown.rich_message.is_some();
    if stand_in {
        return None;
    }
    if let Some(text) = shown.text {
        return Some(Content::Text { body: styled(text, shown.entities) });
    }
    if let Some(poll) = shown.poll {
        return regular(poll);
    }
    if let Some(venue) = shown.venue {
        let (title, address) = (venue.title.into_string(), venue.address.into_string());
        return place(&venue.location, Some((title, address)));
    }
    if let Some(location) = shown.location {
        return place(&location, None);
    }
    let largest = shown.photo.into_iter().max_by_key(|size| u64::from(size.width) * u64::from(size.height));
    // Beside an animation there is the same file as a document, for old clients.
    let files = [
        (MediaKind::Picture, largest),
        (MediaKind::Animation, shown.animation),
        (MediaKind::File, shown.document),
        (MediaKind::Video, shown.video),
        (MediaKind::Audio, shown.audio),
        (MediaKind::Voice, shown.voice),
        (MediaKind::VideoNote, shown.video_note),
        (MediaKind::Sticker, shown.sticker),
    ];
    let (kind, file) = files.into_iter().find_map(|(kind, file)| Some((kind, file?)))?;
    let media = Media {
        kind,
        file: Native(file.file_id.into_string()),
        name: file.file_name.map(Words::into_string),
        bytes: file.file_size,
        spoiler: shown.has_media_spoiler,
    };
    let caption = shown.caption.map(|caption| styled(caption, shown.caption_entities)).unwrap_or_default();
    Some(Content::Media { media, caption })
}

fn regular(poll: Poll<'_>) -> Option<Content> {
    if poll.kind.0 != "regular" || poll.media.is_some() || poll.description.is_some() {
        return None;
    }
    Some(Content::Poll {
        question: poll.question.into_string(),
        options: poll.options.into_iter().map(|option| option.text.into_string()).collect(),
        multiple: poll.allows_multiple_answers,
        anonymous: poll.is_anonymous,
    })
}

fn place(location: &Location, named: Option<(String, String)>) -> Option<Content> {
    let Location { latitude, longitude, live_period } = location;
    if live_period.is_some() || !(latitude.abs() <= 90.0 && longitude.abs() <= 180.0) {
        return None;
    }
    let (title, address) = named.unzip();
    Some(Content::Place { latitude: degrees(*latitude), longitude: degrees(*longitude), title, address })
}

#[expect(clippy::cast_possible_truncation, reason = "an angle of at most 180 degrees is far from the bounds")]
fn degrees(angle: f64) -> Degrees {
    Degrees((angle * UNITS_PER_DEGREE).round() as i64)
}

/// The words with the styles the product knows. What Telegram finds by itself (addresses, mentions, hashtags) it
/// finds again.
fn styled(text: Words<'_>, entities: Vec<Entity<'_>>) -> Styled {
    let text = text.into_string();
    if entities.is_empty() {
        return Styled::from(text);
    }
    let end = units(&text);
    let inside =
        |span: &Span| span.length > 0 && span.start.checked_add(span.length).is_some_and(|at| at <= end);
    let spans = entities.into_iter().filter_map(span).filter(inside).take(SPANS_MAX).collect();
    Styled { text, spans }
}

fn span(entity: Entity<'_>) -> Option<Span> {
    let style = match entity.kind.0.as_ref() {
        "bold" => Some(Style::Bold),
        "italic" => Some(Style::Italic),
        "underline" => Some(Style::Underline),
        "strikethrough" => Some(Style::Strike),
        "spoiler" => Some(Style::Spoiler),
        "code" => Some(Style::Code),
        "pre" => Some(Style::Pre),
        "blockquote" | "expandable_blockquote" => Some(Style::Quote),
        "text_link" => None,
        _ => return None,
    };
    let link = entity.url.map(Words::into_string).filter(|_| style.is_none());
    if style.is_none() && link.is_none() {
        return None;
    }
    Some(Span { start: entity.offset, length: entity.length, style, link })
}
