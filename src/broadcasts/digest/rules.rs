//! Purpose: what a digest says: what is shown of each announcement, how many messages it takes, and their words.
//!
//! Invariants: pure. Every message fits into the channel's. Nothing is lost: what isn't shown whole follows whole.

use std::ops::Range;

use chrono::NaiveDate;

use crate::broadcasts::draft::{Confirmation, Draft, Urgency};
use crate::burden::rules::Kind;
use crate::channel::{Content, Style, Styled, TEXT_UNITS_MAX};
use crate::i18n::{Language, Text, say};
use crate::ids::RunId;
use crate::text::{cut, units};
use crate::timetable::phrase;

/// A text of at most so many UTF-16 units stands whole in a digest; of a longer one its beginning, and the whole follows.
/// Three of the longest fit into one message.
pub(super) const WHOLE_UNITS_MAX: usize = 1_000;
/// So much is shown of what follows.
const BEGINNING_UNITS_MAX: usize = 120;
/// What stands before the announcements: the date, which part it is, why they come together. A test holds it.
pub(super) const HEADING_UNITS_MAX: usize = 250;
/// What stands before each: an empty line and its number, which has at most three digits.
const NUMBER_UNITS_MAX: usize = 8;

/// What is shown of a part of an announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The words.
    pub(super) body: Styled,
    /// True if the whole follows as a message of its own.
    pub(super) follows: bool,
}

/// What it is about a draft that matters to the burden limit.
pub(super) fn kind(draft: &Draft) -> Kind {
    match (draft.urgency, draft.confirmation) {
        (Urgency::Urgent, _) => Kind::Urgent,
        (Urgency::Normal, Confirmation::None) => Kind::Plain,
        (Urgency::Normal, Confirmation::Read | Confirmation::Signed) => Kind::Asking,
    }
}

/// What a digest shows of a part.
pub(super) fn shown(content: &Content, language: Language) -> Shown {
    match content {
        Content::Text { body } if units(&body.text) <= WHOLE_UNITS_MAX => {
            Shown { body: body.clone(), follows: false }
        }
        _ => Shown { body: beginning(content, language), follows: true },
    }
}

/// What a digest shows of a part that follows it whole.
pub(super) fn beginning(content: &Content, language: Language) -> Styled {
    let below = match content {
        Content::Text { .. } => say::digest_text_below(),
        Content::Media { .. } | Content::Album { .. } => say::digest_file_below(),
        Content::Poll { .. } => say::digest_poll_below(),
        Content::Place { .. } => say::digest_place_below(),
    };
    let mut body = Styled::default();
    let words = cut(content.words(), BEGINNING_UNITS_MAX);
    if !words.is_empty() {
        body.push(&words);
        body.push("\n");
    }
    body.push_in(&language.render(&below), Style::Italic);
    body
}

/// Which of the parts, given by their lengths in UTF-16 units, come into which message: each as many as fit, in order.
pub(super) fn packed(lengths: &[usize]) -> Vec<Range<usize>> {
    let room = TEXT_UNITS_MAX - HEADING_UNITS_MAX;
    let (mut packed, mut from, mut used) = (Vec::new(), 0, 0);
    for (place, length) in lengths.iter().enumerate() {
        let needs = length + NUMBER_UNITS_MAX;
        if place > from && used + needs > room {
            packed.push(from..place);
            (from, used) = (place, 0);
        }
        used += needs;
    }
    if from < lengths.len() {
        packed.push(from..lengths.len());
    }
    packed
}

/// Which message of a digest it is: its day, its place from 1 on, and of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    /// The day.
    pub(super) date: NaiveDate,
    /// Its place.
    pub(super) part: i64,
    /// Of how many.
    pub(super) parts: i64,
}

/// The words of a message. Parts of one run stand under one number.
pub(super) fn body(sheet: Sheet, shown: &[(RunId, Styled)], language: Language) -> Styled {
    let mut body = Styled::default();
    body.push_in(&language.render(&heading(sheet)), Style::Bold);
    let announcements = shown.chunk_by(|one, other| one.0 == other.0).count();
    body.push("\n");
    body.push(&language.render(&say::digest_why(announcements)));
    for (number, parts) in (1..).zip(shown.chunk_by(|one, other| one.0 == other.0)) {
        body.push("\n\n");
        if announcements > 1 {
            body.push_in(&format!("{number}. "), Style::Bold);
        }
        for (place, (_, part)) in parts.iter().enumerate() {
            if place > 0 {
                body.push("\n");
            }
            body.push_styled(part);
        }
    }
    body
}

fn heading(sheet: Sheet) -> Text {
    let date = phrase::short_date(sheet.date);
    if sheet.parts > 1 {
        say::digest_heading_part(date, sheet.part, sheet.parts)
    } else {
        say::digest_heading(date)
    }
}

/// Whether a message's words fit into one.
pub(super) fn fits(body: &Styled) -> bool {
    units(&body.text) <= TEXT_UNITS_MAX
}
