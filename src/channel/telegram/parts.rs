//! Purpose: every piece of text that a reader of a message could see.
//!
//! Invariant: words in content that this version doesn't know by name are found too, so that a new kind of message is
//! no way around moderation. The search is bounded: at most 200 pieces and 65,536 bytes of one message.

use std::collections::HashMap;

use serde_json::Value;
use serde_json::value::RawValue;

use super::convert::{full_name, origin_name};
use super::envelope::RawMessage;
use super::wire::{Contact, File, Link, Markup, Message, Poll, Words};
use crate::channel::{Part, PartKind};

/// Pieces taken from unknown content at most.
const FOUND_PIECES_MAX: usize = 200;
/// Bytes taken from unknown content at most.
const FOUND_BYTES_MAX: usize = 65_536;

/// Fields that hold words people read, or where a link leads. A field that ends in `_text` is one of them too.
const WORDING: [&str; 14] = [
    "text",
    "caption",
    "title",
    "subtitle",
    "question",
    "label",
    "name",
    "file_name",
    "description",
    "explanation",
    "credit",
    "url",
    "address",
    "phone_number",
];

/// Fields of a message that say who, where and in answer to what, and those that are read elsewhere.
const NOT_CONTENT: [&str; 14] = [
    "chat",
    "from",
    "sender_chat",
    "receiver_user",
    "sender_business_bot",
    "reply_to_message",
    "external_reply",
    "quote",
    "forward_origin",
    "via_bot",
    "reply_markup",
    "poll_message",
    "pinned_message",
    "link_preview_options",
];

/// Fields that make a message a notice by Telegram itself, with no words of the sender.
const SERVICE: [&str; 22] = [
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "message_auto_delete_timer_changed",
    "pinned_message",
    "chat_owner_left",
    "chat_owner_changed",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_participants_invited",
    "boost_added",
    "chat_background_set",
];

/// What a message holds.
pub(super) enum Content {
    /// Words, none for a picture without a caption.
    Parts(Vec<Part>),
    /// A notice by Telegram itself.
    Service,
}

/// Takes the words out of a message; `whole` is the update's text, read again only for content that isn't known.
///
/// # Errors
/// Content that isn't known by name is nested deeper than the parser's limit of 128 levels.
pub(super) fn take(message: &mut Message<'_>, whole: &str) -> serde_json::Result<Content> {
    let mut parts = Parts(Vec::new());
    parts.add(PartKind::ForwardOrigin, message.forward_origin.take().and_then(|origin| origin_name(*origin)));
    let reply = message.external_reply.take().and_then(|reply| reply.origin);
    parts.add(PartKind::ForwardOrigin, reply.and_then(origin_name));
    parts.words(PartKind::Other, message.quote.take().map(|quote| quote.text));
    let mut known = parts.own_words(message);
    known |= parts.attachments(message);
    if let Some(rich) = message.rich_message.take() {
        parts.search(rich.get(), &[])?;
        known = true;
    }
    if !known && parts.unknown(whole)? {
        return Ok(Content::Service);
    }
    let via = message.via_bot.take();
    parts.add(
        PartKind::Other,
        via.map(|bot| {
            bot.username.map_or_else(|| full_name(bot.first_name, bot.last_name), Words::into_string)
        }),
    );
    parts.buttons(message.reply_markup.take());
    Ok(Content::Parts(parts.0))
}

struct Parts(Vec<Part>);

impl Parts {
    fn add(&mut self, kind: PartKind, text: Option<String>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.0.push(Part { kind, text });
        }
    }

    fn words(&mut self, kind: PartKind, words: Option<Words<'_>>) {
        self.add(kind, words.map(Words::into_string));
    }

    fn links(&mut self, links: Vec<Link<'_>>) {
        for link in links {
            self.words(PartKind::LinkTarget, link.url);
        }
    }

    /// Text and caption with their links; true if there was any.
    fn own_words(&mut self, message: &mut Message<'_>) -> bool {
        let known = message.text.is_some() || message.caption.is_some();
        self.words(PartKind::Text, message.text.take());
        self.links(std::mem::take(&mut message.entities));
        self.words(PartKind::LinkTarget, message.link_preview_options.take().and_then(|link| link.url));
        self.words(PartKind::Caption, message.caption.take());
        self.links(std::mem::take(&mut message.caption_entities));
        known
    }

    /// Everything that isn't text; true if there was any.
    fn attachments(&mut self, message: &mut Message<'_>) -> bool {
        let mut known = message.photo.is_some()
            || message.voice.is_some()
            || message.video_note.is_some()
            || message.sticker.is_some()
            || message.location.is_some()
            || message.dice.is_some();
        let files = [&mut message.animation, &mut message.document, &mut message.audio, &mut message.video];
        for file in files.into_iter().filter_map(Option::take) {
            self.file(file);
            known = true;
        }
        if let Some(contact) = message.contact.take() {
            self.contact(contact);
            known = true;
        }
        if let Some(venue) = message.venue.take() {
            self.words(PartKind::Other, venue.title);
            self.words(PartKind::Other, venue.address);
            known = true;
        }
        if let Some(poll) = message.poll.take() {
            self.poll(poll);
            known = true;
        }
        known
    }

    fn file(&mut self, file: File<'_>) {
        self.words(PartKind::FileName, file.file_name);
        self.words(PartKind::FileName, file.title);
        self.words(PartKind::FileName, file.performer);
    }

    fn contact(&mut self, contact: Contact<'_>) {
        self.add(PartKind::ContactName, Some(full_name(contact.first_name, contact.last_name)));
        self.words(PartKind::Other, contact.phone_number);
        self.words(PartKind::Other, contact.vcard);
    }

    fn poll(&mut self, poll: Poll<'_>) {
        self.words(PartKind::PollQuestion, Some(poll.question));
        self.words(PartKind::PollQuestion, poll.description);
        for option in poll.options {
            self.words(PartKind::PollOption, Some(option.text));
        }
        self.words(PartKind::Other, poll.explanation);
    }

    fn buttons(&mut self, markup: Option<Markup<'_>>) {
        for button in markup.into_iter().flat_map(|markup| markup.inline_keyboard).flatten() {
            self.words(PartKind::ButtonLabel, Some(button.text));
            self.words(PartKind::LinkTarget, button.url);
            self.words(PartKind::LinkTarget, button.web_app.and_then(|link| link.url));
            self.words(PartKind::LinkTarget, button.login_url.and_then(|link| link.url));
            self.words(PartKind::Other, button.copy_text.map(|copied| copied.text));
        }
    }

    /// Looks through a message with no content that is known; true if it is a notice by Telegram itself.
    fn unknown(&mut self, whole: &str) -> serde_json::Result<bool> {
        let text = serde_json::from_str::<RawMessage<'_>>(whole)?.message.get();
        let fields = serde_json::from_str::<HashMap<Words<'_>, &RawValue>>(text)?;
        if fields.keys().any(|name| SERVICE.contains(&name.0.as_ref())) {
            return Ok(true);
        }
        self.search(text, &NOT_CONTENT)?;
        Ok(false)
    }

    /// Takes every text under a name of [`WORDING`], leaving out the outermost fields in `without`.
    fn search(&mut self, json: &str, without: &[&str]) -> serde_json::Result<()> {
        // The parser's own limit of 128 levels bounds the recursion below.
        let mut value = serde_json::from_str::<Value>(json)?;
        if let Value::Object(fields) = &mut value {
            fields.retain(|name, _| !without.contains(&name.as_str()));
        }
        let mut found = Found { parts: self, bytes_left: FOUND_BYTES_MAX, pieces_left: FOUND_PIECES_MAX };
        found.visit(value, false);
        Ok(())
    }
}

struct Found<'a> {
    parts: &'a mut Parts,
    bytes_left: usize,
    pieces_left: usize,
}

impl Found<'_> {
    fn visit(&mut self, value: Value, is_wording: bool) {
        match value {
            Value::String(text) if is_wording => self.take(text),
            Value::Array(values) => {
                for value in values {
                    self.visit(value, is_wording);
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.visit(value, WORDING.contains(&name.as_str()) || name.ends_with("_text"));
                }
            }
            _ => {}
        }
    }

    fn take(&mut self, mut text: String) {
        if self.pieces_left == 0 || self.bytes_left == 0 {
            return;
        }
        if text.len() > self.bytes_left {
            let end = (0..=self.bytes_left).rev().find(|end| text.is_char_boundary(*end));
            text.truncate(end.unwrap_or(0));
        }
        self.pieces_left -= 1;
        self.bytes_left -= text.len();
        self.parts.add(PartKind::Other, Some(text));
    }
}
