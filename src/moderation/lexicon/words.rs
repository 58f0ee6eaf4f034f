//! Purpose: finds keywords in the collapsed form, all of them in one pass.
//!
//! Invariant: each candidate is checked in bounded time and each keyword is reported at most once per text (its first
//! place that no exception excuses), so the work is linear in the text.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::gaps::{Gap, Gaps, is_oddly_written, letter_before};
use super::problem::Reason;
use crate::moderation::normalise::{Kind, Normalised, Unit, normalise};

/// Letters of a keyword.
pub const KEYWORD_LETTERS_MAX: usize = 64;

/// What a word belongs to: rules first, signals after them, by position.
pub(super) type Owner = u16;

/// A found word: whose it is and which units it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) owner: Owner,
    pub(super) units: Range<usize>,
}

struct Word {
    owner: Owner,
    letters: usize,
    /// Bit k: the keyword itself has a separator before its letter k, so anything may stand there.
    own_gaps: u64,
    only_disguised: bool,
}

impl Word {
    /// The units this word covers if its last letter is `units[last]`.
    fn place(&self, units: &[Unit], last: usize) -> Option<Range<usize>> {
        let mut gaps = Gaps::default();
        let mut start = last;
        for letter in (1..self.letters).rev() {
            let (index, gap) = letter_before(units, start, Kind::is_letter)?;
            let is_own_gap = self.own_gaps >> letter & 1 == 1;
            gaps.note(if is_own_gap { Gap::Own } else { gap });
            start = index;
        }
        let end = last + 1;
        let counts = !self.only_disguised || gaps.hide_it() || is_oddly_written(units, start, end);
        (counts && gaps.make_a_word(units, start, end)).then_some(start..end)
    }
}

/// A list of keywords with their owners.
#[derive(Default)]
pub(super) struct WordsBuilder {
    texts: Vec<String>,
    words: Vec<Word>,
}

impl WordsBuilder {
    /// Adds a keyword. With `only_disguised` it counts only where somebody hid it.
    pub(super) fn add(&mut self, owner: Owner, keyword: &str, only_disguised: bool) -> Result<(), Reason> {
        let text = normalise(keyword);
        let letters = check_length(&text, keyword)?;
        let mut own_gaps = 0;
        let mut letter = 0;
        for (index, unit) in text.units().iter().enumerate() {
            if unit.kind.is_letter() {
                let after_gap = index > 0 && !text.units()[index - 1].kind.is_letter();
                own_gaps |= u64::from(after_gap && letter > 0) << letter;
                letter += 1;
            }
        }
        self.texts.push(text.collapsed().to_owned());
        self.words.push(Word { owner, letters, own_gaps, only_disguised });
        Ok(())
    }

    /// Compiles the list.
    pub(super) fn build(self) -> Result<Words, Reason> {
        Ok(Words { search: automaton(&self.texts)?, words: self.words })
    }
}

/// The letters of a keyword, if it is neither too short nor too long.
pub(super) fn check_length(text: &Normalised, keyword: &str) -> Result<usize, Reason> {
    match text.units().iter().filter(|unit| unit.kind.is_letter()).count() {
        0 | 1 => Err(Reason::TooShort(keyword.to_owned())),
        length @ 2..=KEYWORD_LETTERS_MAX => Ok(length),
        length => Err(Reason::TooLong { length, max: KEYWORD_LETTERS_MAX }),
    }
}

/// One automaton for all texts; `None` for no texts.
pub(super) fn automaton(texts: &[String]) -> Result<Option<AhoCorasick>, Reason> {
    if texts.is_empty() {
        return Ok(None);
    }
    // Overlapping search, because one keyword may lie inside another; only this kind of match allows it.
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(texts)
        .map(Some)
        .map_err(|error| Reason::Syntax(error.to_string()))
}

/// A compiled list of keywords.
pub(super) struct Words {
    search: Option<AhoCorasick>,
    words: Vec<Word>,
}

impl Words {
    /// Calls `seen` with the number of the keyword and its place for every candidate that is one word; counts all
    /// candidates in `candidates`. Places come in the order of their ends.
    fn each(&self, text: &Normalised, candidates: &mut u64, mut seen: impl FnMut(usize, Found)) {
        let Some(search) = &self.search else { return };
        let mut ends = LetterEnds::new(text.units(), |unit| match unit.kind {
            Kind::Plus => '加'.len_utf8(),
            kind if kind.is_letter() => unit.ch.len_utf8(),
            _ => 0,
        });
        for candidate in search.find_overlapping_iter(text.collapsed()) {
            *candidates += 1;
            let number = candidate.pattern().as_usize();
            let Some(word) = self.words.get(number) else { continue };
            let Some(last) = ends.unit_ending_at(candidate.end()) else { continue };
            if let Some(units) = word.place(text.units(), last) {
                seen(number, Found { owner: word.owner, units });
            }
        }
    }

    /// Each keyword's first place that is not excused.
    pub(super) fn find(&self, text: &Normalised, excuses: &Excuses<'_>, candidates: &mut u64) -> Vec<Found> {
        let mut found = Vec::new();
        let mut reported = BTreeSet::new();
        self.each(text, candidates, |number, place| {
            if !reported.contains(&number) && !excuses.cover(&place) {
                reported.insert(number);
                found.push(place);
            }
        });
        found
    }
}

/// Maps byte ends in a searched string to units, for ends that come in ascending order.
pub(super) struct LetterEnds<'a, W: Fn(&Unit) -> usize> {
    units: &'a [Unit],
    width: W,
    next: usize,
    bytes: usize,
}

impl<'a, W: Fn(&Unit) -> usize> LetterEnds<'a, W> {
    /// `width` says how many bytes of the searched string a unit takes.
    pub(super) fn new(units: &'a [Unit], width: W) -> Self {
        Self { units, width, next: 0, bytes: 0 }
    }

    /// The unit whose bytes end exactly there.
    pub(super) fn unit_ending_at(&mut self, end: usize) -> Option<usize> {
        while self.bytes < end {
            self.bytes += (self.width)(self.units.get(self.next)?);
            self.next += 1;
        }
        // Separators take no bytes, so step back to the letter itself.
        let mut last = self.next.checked_sub(1)?;
        while (self.width)(self.units.get(last)?) == 0 {
            last = last.checked_sub(1)?;
        }
        (self.bytes == end).then_some(last)
    }
}

/// The places of exceptions in one text, looked for only when something matched.
pub(super) struct Excuses<'a> {
    phrases: &'a Words,
    text: &'a Normalised,
    places: OnceCell<Vec<Found>>,
}

impl<'a> Excuses<'a> {
    /// No search yet.
    pub(super) fn new(phrases: &'a Words, text: &'a Normalised) -> Self {
        Self { phrases, text, places: OnceCell::new() }
    }

    /// True if an exception of the same owner covers the whole place.
    pub(super) fn cover(&self, place: &Found) -> bool {
        let places = self.places.get_or_init(|| {
            let mut places = Vec::new();
            self.phrases.each(self.text, &mut 0, |_, phrase| places.push(phrase));
            places
        });
        let from = places.partition_point(|phrase| phrase.units.end < place.units.end);
        // A phrase that covers the place starts before it, so it ends within its own longest length.
        let reach = place.units.start + KEYWORD_LETTERS_MAX * 17;
        places[from..]
            .iter()
            .take_while(|phrase| phrase.units.end <= reach)
            .any(|phrase| phrase.owner == place.owner && phrase.units.start <= place.units.start)
    }
}
