//! Purpose: finds Chinese keywords written with characters of the same sound, a heart for 信, or pinyin letters.
//!
//! Invariant: a match ends and begins at whole syllables, and each syllable is the keyword's own character, a rare
//! character of the same sound, or the syllable spelled out. A wei that ends inside the wei of weixing is no match.

use std::collections::BTreeSet;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::gaps::{Gap, Gaps, is_oddly_written, letter_before};
use super::problem::Reason;
use super::words::{Excuses, Found, LetterEnds, Owner, automaton, check_length};
use crate::moderation::normalise::{Kind, Normalised, Unit, is_everyday, normalise, sound};

struct Syllable {
    own: char,
    /// The syllable, or the character itself if it has none.
    sound: String,
}

struct Spoken {
    owner: Owner,
    syllables: Vec<Syllable>,
    only_disguised: bool,
}

/// How one syllable was written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Own,
    StandIn,
    Spelled,
}

impl Spoken {
    /// The units this keyword covers if its last syllable ends with `units[last]`.
    fn place(&self, units: &[Unit], last: usize) -> Option<Range<usize>> {
        let mut gaps = Gaps::default();
        let mut start = last;
        let mut stood_in = false;
        let mut spelled_after = false;
        for (number, syllable) in self.syllables.iter().rev().enumerate() {
            let gap = if number == 0 {
                Gap::None
            } else {
                let (index, gap) = letter_before(units, start, is_heard)?;
                start = index;
                gap
            };
            let (begin, writing) = syllable.written_up_to(units, start)?;
            let spelled = writing == Writing::Spelled;
            if number > 0 {
                // "wei xin" is how pinyin is written, not a word hidden by a blank.
                gaps.note(if spelled && spelled_after { Gap::Own } else { gap });
            }
            stood_in |= writing == Writing::StandIn;
            spelled_after = spelled;
            start = begin;
        }
        let end = last + 1;
        let hidden = || stood_in || gaps.hide_it() || is_oddly_written(units, start, end);
        ((!self.only_disguised || hidden()) && gaps.make_a_word(units, start, end)).then_some(start..end)
    }
}

impl Syllable {
    /// Where this syllable begins if it ends with `units[last]`, and how it was written.
    fn written_up_to(&self, units: &[Unit], last: usize) -> Option<(usize, Writing)> {
        let unit = units.get(last)?;
        match unit.kind {
            Kind::Heart => (self.sound == HEART).then_some((last, Writing::StandIn)),
            Kind::Plus => (self.own == '加').then_some((last, Writing::Own)),
            _ if unit.ch == self.own => Some((last, Writing::Own)),
            Kind::Han => {
                let same = sound(unit.ch).is_some_and(|heard| heard == self.sound) && !is_everyday(unit.ch);
                same.then_some((last, Writing::StandIn))
            }
            Kind::Latin => Some((self.spelled_up_to(units, last)?, Writing::Spelled)),
            _ => None,
        }
    }

    fn spelled_up_to(&self, units: &[Unit], last: usize) -> Option<usize> {
        let mut start = last;
        for (number, letter) in self.sound.chars().rev().enumerate() {
            if number > 0 {
                let (index, gap) = letter_before(units, start, is_heard)?;
                start = (gap != Gap::Loose).then_some(index)?;
            }
            (units.get(start)?.ch == letter).then_some(())?;
        }
        Some(start)
    }
}

/// What a heart is heard as: 心.
const HEART: &str = "xin";

fn is_heard(kind: Kind) -> bool {
    kind.is_letter() || kind == Kind::Heart
}

/// The bytes a unit takes in the string of sounds, after handing it over.
fn hear(unit: &Unit, mut emit: impl FnMut(&str)) {
    match unit.kind {
        Kind::Han => match sound(unit.ch) {
            Some(syllable) => emit(syllable),
            None => emit(unit.ch.encode_utf8(&mut [0; 4])),
        },
        Kind::Heart => emit(HEART),
        Kind::Plus => emit("jia"),
        kind if kind.is_letter() => emit(unit.ch.encode_utf8(&mut [0; 4])),
        _ => {}
    }
}

/// A list of keywords to be found by sound.
#[derive(Default)]
pub(super) struct SoundsBuilder {
    texts: Vec<String>,
    spoken: Vec<Spoken>,
}

impl SoundsBuilder {
    /// Adds a keyword, which needs at least one Chinese character. With `only_disguised` it counts only where it is
    /// not written plainly; spelled in pinyin letters is plain.
    pub(super) fn add(&mut self, owner: Owner, keyword: &str, only_disguised: bool) -> Result<(), Reason> {
        let text = normalise(keyword);
        check_length(&text, keyword)?;
        let letters = || text.units().iter().filter(|unit| unit.kind.is_letter());
        if !letters().any(|unit| unit.kind == Kind::Han) {
            return Err(Reason::NoSound(keyword.to_owned()));
        }
        let mut syllables = Vec::new();
        for unit in letters() {
            let mut syllable = String::new();
            hear(unit, |heard| syllable.push_str(heard));
            syllables.push(Syllable {
                own: if unit.kind == Kind::Plus { '加' } else { unit.ch },
                sound: syllable,
            });
        }
        self.texts.push(syllables.iter().map(|syllable| syllable.sound.as_str()).collect());
        self.spoken.push(Spoken { owner, syllables, only_disguised });
        Ok(())
    }

    /// Compiles the list.
    pub(super) fn build(self) -> Result<Sounds, Reason> {
        Ok(Sounds { search: automaton(&self.texts)?, spoken: self.spoken })
    }
}

/// A compiled list of keywords to be found by sound.
pub(super) struct Sounds {
    search: Option<AhoCorasick>,
    spoken: Vec<Spoken>,
}

impl Sounds {
    /// Each keyword's first place that is not excused.
    pub(super) fn find(&self, text: &Normalised, excuses: &Excuses<'_>, candidates: &mut u64) -> Vec<Found> {
        let mut found = Vec::new();
        let Some(search) = &self.search else { return found };
        let mut heard = String::with_capacity(text.collapsed().len() * 2);
        for unit in text.units() {
            hear(unit, |syllable| heard.push_str(syllable));
        }
        let mut ends = LetterEnds::new(text.units(), |unit| {
            let mut bytes = 0;
            hear(unit, |syllable| bytes = syllable.len());
            bytes
        });
        let mut reported = BTreeSet::new();
        for candidate in search.find_overlapping_iter(&heard) {
            *candidates += 1;
            let number = candidate.pattern().as_usize();
            let Some(spoken) = self.spoken.get(number).filter(|_| !reported.contains(&number)) else {
                continue;
            };
            let Some(last) = ends.unit_ending_at(candidate.end()) else { continue };
            let Some(units) = spoken.place(text.units(), last) else { continue };
            let place = Found { owner: spoken.owner, units };
            if !excuses.cover(&place) {
                reported.insert(number);
                found.push(place);
            }
        }
        found
    }
}
