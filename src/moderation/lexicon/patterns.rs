//! Purpose: regular expressions written by a school, bounded before they are accepted.
//!
//! Invariant: no accepted pattern can make a message slow. The `regex` crate never backtracks; its worst case is text
//! length × the places a pattern can be in at once, so that product's second factor is limited when a pack is saved.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};

use super::problem::Reason;
use super::words::{Excuses, Found, Owner};
use crate::moderation::normalise::{Normalised, normalise};

/// Characters of a pattern.
pub const PATTERN_CHARS_MAX: usize = 512;
/// Places a pattern may be in at once: character classes (three for one beyond ASCII, as `.`), times the counts of the
/// repetitions around them. Of 5,000 random patterns those within this limit took at most 1.2 ms on 4 KiB of hostile text.
pub const PATTERN_WIDTH_MAX: u64 = 64;
/// What a class with characters beyond ASCII counts: each takes up to three bytes, each byte a place of its own.
const WIDE_CLASS: u64 = 3;
/// Bytes of a compiled pattern.
pub const PATTERN_BYTES_MAX: usize = 256 * 1024;
/// Bytes of a pattern's cache per thread. Measured: with 512 KiB hostile texts took up to 8 ms, because the cache is
/// filled in vain; with 64 KiB ordinary patterns beyond ASCII no longer fit.
const CACHE_BYTES_MAX: usize = 128 * 1024;
/// Excused matches of one pattern in one text after which it is given up: each further search may read the whole rest.
const EXCUSED_MAX: usize = 16;

/// Patterns with their owners.
#[derive(Default)]
pub(super) struct Patterns(Vec<(Owner, Regex)>);

impl Patterns {
    /// Adds a pattern if it is within the limits.
    pub(super) fn add(&mut self, owner: Owner, pattern: &str) -> Result<(), Reason> {
        self.0.push((owner, compile(pattern)?));
        Ok(())
    }

    /// Each pattern's first match that is not excused.
    pub(super) fn find(&self, text: &Normalised, excuses: &Excuses<'_>) -> Vec<Found> {
        self.0.iter().filter_map(|(owner, pattern)| first(pattern, *owner, text, excuses)).collect()
    }
}

fn first(pattern: &Regex, owner: Owner, text: &Normalised, excuses: &Excuses<'_>) -> Option<Found> {
    pattern
        .find_iter(text.plain())
        .take(EXCUSED_MAX)
        .filter_map(|found| Some(Found { owner, units: text.plain_units(&found.range())? }))
        .find(|place| !excuses.cover(place))
}

fn compile(pattern: &str) -> Result<Regex, Reason> {
    let length = pattern.chars().count();
    if length > PATTERN_CHARS_MAX {
        return Err(Reason::TooLong { length, max: PATTERN_CHARS_MAX });
    }
    let hir = regex_syntax::parse(pattern).map_err(|error| Reason::Syntax(error.to_string()))?;
    check_letters(&hir)?;
    let width = width(&hir, false);
    if width > PATTERN_WIDTH_MAX {
        return Err(Reason::TooWide { width, max: PATTERN_WIDTH_MAX });
    }
    let compiled = RegexBuilder::new(pattern)
        .size_limit(PATTERN_BYTES_MAX)
        .dfa_size_limit(CACHE_BYTES_MAX)
        .build()
        .map_err(|_| Reason::TooLarge { bytes_max: PATTERN_BYTES_MAX })?;
    if compiled.is_match("") {
        return Err(Reason::MatchesEverything);
    }
    Ok(compiled)
}

/// Places the expression can be in at once. A literal outside counted repetitions is one path and costs nothing.
fn width(hir: &Hir, counted: bool) -> u64 {
    match hir.kind() {
        HirKind::Literal(literal) if counted => literal.0.len() as u64,
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) => 0,
        HirKind::Class(Class::Unicode(class)) if !class.is_ascii() => WIDE_CLASS,
        HirKind::Class(_) => 1,
        HirKind::Repetition(repetition) => {
            let times = u64::from(repetition.max.unwrap_or(repetition.min).max(1));
            width(&repetition.sub, counted || times > 1).saturating_mul(times)
        }
        HirKind::Capture(capture) => width(&capture.sub, counted),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(0, |sum, part| sum.saturating_add(width(part, counted)))
        }
    }
}

/// Refuses letters that folding removes from every text, such as capitals and traditional characters.
fn check_letters(hir: &Hir) -> Result<(), Reason> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            for written in String::from_utf8_lossy(&literal.0).chars().filter(|c| c.is_alphanumeric()) {
                let folded = normalise(written.encode_utf8(&mut [0; 4])).plain().to_owned();
                if !folded.chars().eq([written]) {
                    return Err(Reason::NeverOccurs { written, folded });
                }
            }
            Ok(())
        }
        HirKind::Repetition(repetition) => check_letters(&repetition.sub),
        HirKind::Capture(capture) => check_letters(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().try_for_each(check_letters),
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => Ok(()),
    }
}
