//! Purpose: what a teacher sends to be published, one message after another.
//!
//! Invariant: a draft never has more contents than can be published at a time, and none that the channel would refuse for its size;
//! of what stands in groups, none that it can't become.

use super::state::{Dialogue, Facts, Reply, Show, Step};
use crate::broadcasts::rules;
use crate::channel::{ALBUM_MAX, CAPTION_UNITS_MAX, Content, Media, TEXT_UNITS_MAX};
use crate::i18n::{Text, say};
use crate::ids::Native;
use crate::text::units;

const MEGABYTE: u64 = 1_024 * 1_024;

/// Adds a message to what there is, if it can be published.
pub fn add(
    dialogue: &mut Dialogue,
    content: Option<Content>,
    album: Option<Native>,
    facts: &Facts<'_>,
) -> Reply {
    let settings = facts.settings;
    let Some(content) = content else { return Reply::note(say::dialogue_not_publishable(), Show::Card) };
    if let Some(trouble) = too_large(&content, settings.file_bytes_max) {
        return Reply::note(trouble, Show::Card);
    }
    let replaces = matches!(dialogue.step, Step::What { replaces: true });
    let belongs = album.is_some() && dialogue.album == album && !replaces;
    if belongs && let Some(last) = dialogue.draft.contents.last_mut() {
        return join(last, content);
    }
    let place = if replaces { 0 } else { dialogue.draft.contents.len() };
    if !facts.posted.is_empty() && !rules::can_stand_at(facts.posted, place, &content) {
        return Reply::note(say::broadcast_edit_other_kind(), Show::Card);
    }
    if replaces {
        dialogue.draft.contents.clear();
        dialogue.step = Step::What { replaces: false };
    }
    if dialogue.draft.contents.len() >= settings.parts_max {
        return Reply::note(say::dialogue_too_many(settings.parts_max), Show::Card);
    }
    dialogue.draft.contents.push(content);
    dialogue.album = album;
    Reply::show(Show::Card)
}

/// A further message of an album: the card was shown at its first.
fn join(last: &mut Content, content: Content) -> Reply {
    let (mut further, further_words) = match content {
        Content::Media { media, caption } => (vec![media], caption),
        Content::Album { items, caption } => (items, caption),
        Content::Text { .. } | Content::Poll { .. } | Content::Place { .. } => {
            return Reply::show(Show::Nothing);
        }
    };
    let (mut items, mut caption): (Vec<Media>, _) = match &*last {
        Content::Media { media, caption } => (vec![media.clone()], caption.clone()),
        Content::Album { items, caption } => (items.clone(), caption.clone()),
        Content::Text { .. } | Content::Poll { .. } | Content::Place { .. } => {
            return Reply::show(Show::Nothing);
        }
    };
    if items.len() + further.len() > ALBUM_MAX {
        return Reply::note(say::dialogue_album_full(ALBUM_MAX), Show::Card);
    }
    items.append(&mut further);
    // An album has one caption; the channel shows the first.
    if caption.text.is_empty() {
        caption = further_words;
    }
    *last = Content::Album { items, caption };
    Reply::show(Show::Nothing)
}

fn too_large(content: &Content, bytes_max: u64) -> Option<Text> {
    let files: &[Media] = match content {
        Content::Media { media, .. } => std::slice::from_ref(media),
        Content::Album { items, .. } => items,
        Content::Text { .. } | Content::Poll { .. } | Content::Place { .. } => &[],
    };
    if files.iter().filter_map(|file| file.bytes).any(|bytes| bytes > bytes_max) {
        return Some(say::dialogue_file_too_large(i64::try_from(bytes_max / MEGABYTE).unwrap_or(0)));
    }
    let (most, found) = match content {
        Content::Text { body } => (TEXT_UNITS_MAX, units(&body.text)),
        Content::Media { caption, .. } | Content::Album { caption, .. } => {
            (CAPTION_UNITS_MAX, units(&caption.text))
        }
        Content::Poll { .. } | Content::Place { .. } => return None,
    };
    (found > most).then(|| say::dialogue_text_too_long(found, most))
}
