//! Purpose: a compiled rule pack, and what it finds in the parts of a message.
//!
//! Invariants:
//! - A pack compiles as a whole or is refused with all its problems; a compiled pack can't fail and can't be slow.
//! - Findings name rules and places in the original text; they never change anything.

mod compile;
mod gaps;
mod patterns;
mod problem;
mod sounds;
#[cfg(test)]
mod tests;
mod words;

use crate::channel::PartKind;
use std::ops::Range;

use super::links::{self, Links, Standing, Target};
use super::normalise::{Normalised, normalise};
use super::rules::{Part, RuleId};
use words::{Excuses, Owner};

pub use patterns::{PATTERN_BYTES_MAX, PATTERN_CHARS_MAX, PATTERN_WIDTH_MAX};
pub use problem::{Problem, Reason};
pub use words::KEYWORD_LETTERS_MAX;

/// Rules of a pack.
pub const RULES_MAX: usize = 200;
/// Signals of a pack.
pub const SIGNALS_MAX: usize = 100;
/// Keywords and exceptions of a pack, all lists together.
pub const KEYWORDS_MAX: usize = 5_000;
/// Patterns of a pack.
pub const PATTERNS_MAX: usize = 200;
/// Sets of signals of a rule, and signals of a set.
pub const SETS_MAX: usize = 50;
/// Parts of one act that are looked at. An album of ten with a hundred buttons stays below.
pub const PARTS_MAX: usize = 256;
/// Matches reported for one act; what exceeds it would only repeat the evidence.
pub const MATCHES_MAX: usize = 32;

/// How a place was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A keyword, however disguised.
    Keyword,
    /// A keyword by its sound.
    Sound,
    /// A pattern.
    Pattern,
    /// A link or a name.
    Link,
}

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The rule.
    pub rule: RuleId,
    /// The position of the part in the act.
    pub part: usize,
    /// The bytes of the part's original text, on character boundaries.
    pub span: Range<usize>,
    /// How it was found.
    pub cause: Cause,
}

/// What a pack finds in one act.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The places, by rule in the order of ids; at most [`MATCHES_MAX`].
    pub matches: Vec<Match>,
    /// Places that the passes stopped at to look closer: a measure of work, linear in the text.
    pub candidates: u64,
}

/// A compiled rule pack. Cheap to share, safe to use from many threads.
pub struct Lexicon {
    rules: Vec<Rule>,
    words: words::Words,
    exceptions: words::Words,
    sounds: sounds::Sounds,
    patterns: patterns::Patterns,
    links: Option<LinkOwners>,
}

struct Rule {
    id: RuleId,
    owner: Owner,
    together: Vec<Vec<Owner>>,
    unless: Vec<Owner>,
}

struct LinkOwners {
    links: Links,
    rule: Owner,
    link_signal: Owner,
    name_signal: Owner,
}

/// A place that belongs to a rule or a signal.
struct Hit {
    owner: Owner,
    part: usize,
    span: Range<usize>,
    cause: Cause,
}

impl Lexicon {
    /// Looks for everything in all parts of one act. Signals combine across parts, so a word in a caption and a contact
    /// on a button belong together.
    #[must_use]
    pub fn inspect(&self, parts: &[Part<'_>]) -> Findings {
        let mut findings = Findings::default();
        let mut hits = Vec::new();
        for (index, part) in
            parts.iter().enumerate().take(PARTS_MAX).filter(|(_, part)| !part.text.is_empty())
        {
            let text = normalise(part.text);
            self.search(index, &text, &mut hits, &mut findings.candidates);
            self.follow(index, part, &text, &mut hits);
        }
        if !hits.is_empty() {
            findings.matches =
                self.rules.iter().flat_map(|rule| rule.matches(&hits)).take(MATCHES_MAX).collect();
        }
        findings
    }

    fn search(&self, part: usize, text: &Normalised, hits: &mut Vec<Hit>, candidates: &mut u64) {
        let excuses = Excuses::new(&self.exceptions, text);
        let mut add = |places: Vec<words::Found>, cause| {
            hits.extend(places.into_iter().map(|place| Hit {
                owner: place.owner,
                part,
                span: text.origin(&place.units),
                cause,
            }));
        };
        add(self.words.find(text, &excuses, candidates), Cause::Keyword);
        add(self.sounds.find(text, &excuses, candidates), Cause::Sound);
        add(self.patterns.find(text, &excuses), Cause::Pattern);
    }

    fn follow(&self, part: usize, looked_at: &Part<'_>, text: &Normalised, hits: &mut Vec<Hit>) {
        let Some(owners) = &self.links else { return };
        for found in links::find(looked_at.text, text, looked_at.kind != PartKind::FileName) {
            let standing = owners.links.standing(&found.target);
            let signal = match found.target {
                Target::Name { .. } => owners.name_signal,
                _ => owners.link_signal,
            };
            let owned_by = match standing {
                Standing::Allowed => continue,
                Standing::Tolerated => [Some(signal), None],
                Standing::Denied => [Some(signal), Some(owners.rule)],
            };
            let span = text.origin(&found.units);
            hits.extend(owned_by.into_iter().flatten().map(|owner| Hit {
                owner,
                part,
                span: span.clone(),
                cause: Cause::Link,
            }));
        }
    }
}

impl Rule {
    fn matches<'a>(&'a self, hits: &'a [Hit]) -> impl Iterator<Item = Match> + 'a {
        let is_excused = hits.iter().any(|hit| self.unless.contains(&hit.owner));
        let hits = if is_excused { &[] } else { hits };
        let own = hits.iter().filter(|hit| hit.owner == self.owner);
        let first = |owner: &Owner| hits.iter().find(|hit| hit.owner == *owner);
        let together = self
            .together
            .iter()
            .filter_map(move |set| set.iter().map(first).collect::<Option<Vec<_>>>())
            .flatten();
        own.chain(together).map(|hit| Match {
            rule: self.id.clone(),
            part: hit.part,
            span: hit.span.clone(),
            cause: hit.cause,
        })
    }
}
