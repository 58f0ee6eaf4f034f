//! Purpose: brings a text into the one form that words are looked for in, whatever it was disguised with.
//!
//! Invariant: every unit of the result knows the bytes of the original it came from, so whatever matches can be shown
//! as it was written. The keyword goes through the same function as the text, so both always meet.
//!
//! Each character is folded on its own (compatibility form, lower case, simplified Chinese, look-alikes to ASCII, noise
//! dropped) through a table that is computed once per 256 characters. Marks are dropped, so composing across characters
//! is not needed; only conjoining Hangul letters stay apart, in texts and keywords alike.

mod fold;
mod lookalikes;
mod numerals;
mod sound;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use fold::Kind;
pub use sound::{is_everyday, sound};

/// Bytes of a text that are looked at; what follows is ignored. A platform message has at most 4,096 UTF-16 units
/// (≤ 12,288 bytes), so only forged input comes near.
pub const TEXT_BYTES_MAX: usize = 128 * 1024;

/// Symbols in a row between two letters that still count as "written inside the word".
pub const TIGHT_RUN_MAX: usize = 2;

/// One folded character and where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The folded character. A plus sign stays `+` here and reads as 加 in [`Normalised::collapsed`].
    pub ch: char,
    /// What it is for matching.
    pub kind: Kind,
    /// True if nobody types the original by accident: a circled, mathematical, foreign look-alike. Letter case, full
    /// width and traditional Chinese are ordinary.
    pub odd: bool,
    at: u32,
    len: u8,
}

impl Unit {
    /// The bytes of the original character. Several units share them when one character unfolds into several.
    #[must_use]
    pub fn origin(&self) -> Range<usize> {
        let at = self.at as usize;
        at..at + usize::from(self.len)
    }
}

/// A text in the forms that are searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalised {
    units: Vec<Unit>,
    collapsed: String,
    plain: String,
}

impl Normalised {
    /// All units, separators included, in the order of the text.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Letters and digits only: 加 . 微 - 信 reads 加微信. Keywords are searched here; [`Unit::kind`] of what stood
    /// between the letters decides whether that was one word.
    #[must_use]
    pub fn collapsed(&self) -> &str {
        &self.collapsed
    }

    /// The folded text with its separators: white space is one blank, symbols inside a Chinese word are gone. Patterns
    /// and links are searched here.
    #[must_use]
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// The units behind a byte range of [`Self::plain`], or `None` if the range is empty or outside.
    #[must_use]
    pub fn plain_units(&self, bytes: &Range<usize>) -> Option<Range<usize>> {
        let mut at = 0;
        let mut found: Option<Range<usize>> = None;
        each_plain(&self.units, |index, ch| {
            if at < bytes.end && at + ch.len_utf8() > bytes.start {
                let start = found.as_ref().map_or(index, |units| units.start);
                found = Some(start..index + 1);
            }
            at += ch.len_utf8();
        });
        found
    }

    /// The bytes of the original text behind a range of units; empty for an empty or foreign range.
    #[must_use]
    pub fn origin(&self, units: &Range<usize>) -> Range<usize> {
        match self.units.get(units.clone()) {
            Some([first, .., last]) => first.origin().start..last.origin().end,
            Some([only]) => only.origin(),
            _ => 0..0,
        }
    }
}

/// Folds `text` for matching. Never fails; linear in the text; looks at the first [`TEXT_BYTES_MAX`] bytes.
#[must_use]
pub fn normalise(text: &str) -> Normalised {
    let text = &text[..text.floor_char_boundary(TEXT_BYTES_MAX)];
    let mut units = Vec::with_capacity(text.len() / 2 + 8);
    let mut has_numerals = false;
    for (at, original) in text.char_indices() {
        let place = Place { at: u32::try_from(at).unwrap_or(u32::MAX), len: original.len_utf8() };
        fold::each(original, |folded| {
            has_numerals |= folded.is_numeral();
            units.push(place.unit(folded));
        });
    }
    if has_numerals {
        numerals::read_as_digits(&mut units);
    }
    let mut collapsed = String::with_capacity(text.len());
    for unit in units.iter().filter(|unit| unit.kind.is_letter()) {
        collapsed.push(if unit.kind == Kind::Plus { '加' } else { unit.ch });
    }
    let mut plain = String::with_capacity(text.len());
    each_plain(&units, |_, ch| plain.push(ch));
    Normalised { units, collapsed, plain }
}

struct Place {
    at: u32,
    len: usize,
}

impl Place {
    fn unit(&self, folded: fold::Folded) -> Unit {
        let len = u8::try_from(self.len).unwrap_or(u8::MAX);
        Unit { ch: folded.ch(), kind: folded.kind(), odd: folded.is_odd(), at: self.at, len }
    }
}

/// Hands over the characters of the plain form with the index of the unit each comes from.
fn each_plain(units: &[Unit], mut emit: impl FnMut(usize, char)) {
    let mut index = 0;
    let mut before_is_han = false;
    let mut after_blank = false;
    while let Some(unit) = units.get(index) {
        if unit.kind == Kind::Tight && before_is_han {
            let run = units[index..]
                .iter()
                .take(TIGHT_RUN_MAX + 1)
                .take_while(|unit| unit.kind == Kind::Tight)
                .count();
            let joins = units.get(index + run).is_some_and(|next| next.kind == Kind::Han);
            if run <= TIGHT_RUN_MAX && joins {
                index += run;
                continue;
            }
        }
        let blank = unit.ch.is_whitespace() && unit.ch != '\n';
        if !(blank && after_blank) {
            emit(index, if blank { ' ' } else { unit.ch });
        }
        after_blank = unit.ch.is_whitespace();
        before_is_han = unit.kind == Kind::Han;
        index += 1;
    }
}
