//! Purpose: whether letters with something between them were written as one word.
//!
//! Invariant: a walk over one candidate is bounded, whatever the text: at most [`SEPARATORS_MAX`] units per gap.
//!
//! 加.微-信 and 加 微 信 are disguises of one word; "3月1日 结束" must not read 日结, nor "this exam" a word across the
//! blank. So symbols may stand anywhere in a word, while blanks, commas and line ends only in a word that is spelled
//! out, each letter apart from the next.

use crate::moderation::normalise::{Kind, TIGHT_RUN_MAX, Unit};

/// Separators between two letters that are walked over; more of them end every word.
const SEPARATORS_MAX: usize = 16;

/// What stands between two neighbouring letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    None,
    Tight,
    Loose,
    /// The keyword has a gap there itself, so whatever stands there means nothing.
    Own,
}

/// The nearest unit before `before` that `is_letter` accepts, and what stands between. `None` at the start of the
/// text or if too much stands between.
pub(super) fn letter_before(
    units: &[Unit],
    before: usize,
    is_letter: impl Fn(Kind) -> bool,
) -> Option<(usize, Gap)> {
    let mut gap = Gap::None;
    for separators in 0..=SEPARATORS_MAX {
        let index = before.checked_sub(separators + 1)?;
        let unit = units.get(index)?;
        if is_letter(unit.kind) {
            let in_number =
                unit.kind == Kind::Digit && units.get(before).is_some_and(|unit| unit.kind == Kind::Digit);
            let loose = gap != Gap::None && (in_number || separators > TIGHT_RUN_MAX);
            return Some((index, if loose { Gap::Loose } else { gap }));
        }
        let ends_words = matches!(unit.kind, Kind::Loose | Kind::Heart);
        gap = if ends_words || gap == Gap::Loose { Gap::Loose } else { Gap::Tight };
    }
    None
}

/// What the gaps of one candidate add up to.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    letters: usize,
    any_closed: bool,
    any_tight: bool,
    any_loose: bool,
}

impl Gaps {
    /// Notes the gap before a further letter.
    pub(super) fn note(&mut self, gap: Gap) {
        self.letters += 1;
        match gap {
            Gap::None => self.any_closed = true,
            Gap::Tight => self.any_tight = true,
            Gap::Loose => self.any_loose = true,
            Gap::Own => {}
        }
    }

    /// True if the letters at `units[start..end]` with these gaps are one word.
    pub(super) fn make_a_word(&self, units: &[Unit], start: usize, end: usize) -> bool {
        if cuts_a_word(units, start, end) {
            return false;
        }
        let spelled_out = !self.any_closed && (self.letters >= 2 || stands_alone(units, start, end));
        !self.any_loose || spelled_out
    }

    /// True if somebody wrote something into the word that doesn't belong there.
    pub(super) fn hide_it(&self) -> bool {
        self.any_tight || (self.any_loose && !self.any_closed && self.letters >= 2)
    }
}

/// True if the neighbours belong to the same alphabetic word or number, as the "sex" in "sextant".
fn cuts_a_word(units: &[Unit], start: usize, end: usize) -> bool {
    let runs_on = |a: Option<&Unit>, b: Option<&Unit>| match (a, b) {
        (Some(a), Some(b)) => {
            (is_wordy(a) && is_wordy(b)) || (a.kind == Kind::Digit && b.kind == Kind::Digit)
        }
        _ => false,
    };
    let before = start.checked_sub(1).and_then(|index| units.get(index));
    let last = end.checked_sub(1).and_then(|index| units.get(index));
    runs_on(before, units.get(start)) || runs_on(last, units.get(end))
}

fn is_wordy(unit: &Unit) -> bool {
    unit.kind == Kind::Latin || (unit.kind == Kind::Other && unit.ch.is_lowercase())
}

fn stands_alone(units: &[Unit], start: usize, end: usize) -> bool {
    let is_letter = |index: usize| units.get(index).is_some_and(|unit| unit.kind.is_letter());
    !start.checked_sub(1).is_some_and(is_letter) && !is_letter(end)
}

/// True if a letter in `units[start..end]` is an odd look-alike or has invisible noise right behind it.
pub(super) fn is_oddly_written(units: &[Unit], start: usize, end: usize) -> bool {
    let inside = units.get(start..end).unwrap_or_default();
    let noise_between = |pair: &[Unit]| {
        let (from, to) = (pair[0].origin(), pair[1].origin());
        pair[0].kind.is_letter() && to.start != from.end && to.start != from.start
    };
    inside.iter().any(|unit| unit.odd) || inside.windows(2).any(noise_between)
}
