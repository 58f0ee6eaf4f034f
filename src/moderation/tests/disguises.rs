//! Purpose: every word of the starter pack under twelve disguises.
//!
//! Invariant: a disguise that doesn't change a word is not counted, so recall can't be inflated.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Lexicon, Pack, Part, PartKind, STARTER};
use crate::moderation::normalise::{is_everyday, normalise, sound};
use crate::moderation::pack::{Rule, Signal};
use crate::moderation::rules::RuleId;

/// How a disguise writes one character of a word.
struct Disguise {
    name: &'static str,
    /// Works only for words that are searched by sound.
    by_sound: bool,
    /// Goes between two characters.
    between: &'static str,
    write: fn(char) -> String,
}

const fn between(name: &'static str, between: &'static str) -> Disguise {
    Disguise { name, by_sound: false, between, write: |c| c.to_string() }
}

const fn letters(name: &'static str, write: fn(char) -> String) -> Disguise {
    Disguise { name, by_sound: false, between: "", write }
}

const fn sounds(name: &'static str, write: fn(char) -> String) -> Disguise {
    Disguise { name, by_sound: true, between: "", write }
}

const DISGUISES: [Disguise; 12] = [
    between("zero width", "\u{200B}\u{2060}"),
    letters("full width", |c| if c.is_ascii_graphic() { moved(c, '!', '！', '~') } else { c.to_string() }),
    letters("circled", |c| moved(c, 'a', 'ⓐ', 'z')),
    letters("mathematical", |c| moved(c, 'a', '𝖆', 'z')),
    letters("traditional", traditional),
    between("symbols", "."),
    between("blanks", " "),
    letters("Cyrillic", |c| {
        "аbсdеfgһіјklmnорqrѕtuvwхуz"
            .chars()
            .nth(u32::from(c).wrapping_sub(97) as usize)
            .map_or(c.to_string(), String::from)
    }),
    letters("variation selectors", |c| format!("{c}\u{FE0F}\u{E0101}")),
    letters("combining marks", |c| format!("{c}\u{0336}\u{20DD}")),
    sounds("hearts", |c| if c == '信' { "❤️".to_owned() } else { c.to_string() }),
    sounds("same sound", same_sound),
];

fn moved(c: char, first: char, to: char, last: char) -> String {
    let shifted = u32::from(c).wrapping_sub(u32::from(first)).wrapping_add(u32::from(to));
    if (first..=last).contains(&c) { char::from_u32(shifted).unwrap().to_string() } else { c.to_string() }
}

/// Another character that is simplified to this one.
fn traditional(c: char) -> String {
    thread_local!(static TRADITIONAL: BTreeMap<char, char> = ('\u{4E00}'..='\u{9FFF}')
        .filter_map(|c| Some((normalise(&c.to_string()).collapsed().chars().next()?, c)))
        .filter(|(simplified, c)| simplified != c)
        .collect());
    TRADITIONAL.with(|map| map.get(&c).copied().unwrap_or(c)).to_string()
}

/// A rare character that sounds the same.
fn same_sound(c: char) -> String {
    let stands_in = |other: &char| {
        sound(*other) == sound(c) && *other != c && !is_everyday(*other) && traditional_of_nothing(*other)
    };
    let rare = ('\u{4E00}'..='\u{9FFF}').filter(|_| sound(c).is_some()).find(stands_in);
    rare.unwrap_or(c).to_string()
}

/// True if folding leaves the character alone.
fn traditional_of_nothing(c: char) -> bool {
    normalise(&c.to_string()).collapsed().chars().eq([c])
}

impl Disguise {
    /// The disguised word, or `None` if it would be the word itself.
    fn disguise(&self, word: &str) -> Option<String> {
        let written: Vec<String> = word.chars().map(self.write).collect();
        let text = written.join(self.between);
        (text != word).then_some(text)
    }
}

/// All words of the starter pack, and whether they are searched by sound.
fn words() -> Vec<(String, bool)> {
    let pack = Pack::parse(STARTER).unwrap();
    let lists = pack.rule.values().map(Rule::words).chain(pack.signal.values().cloned());
    let mut words: Vec<(String, bool)> = Vec::new();
    for Signal { keywords, pinyin_keywords, disguised_keywords, .. } in lists {
        words.extend(keywords.into_iter().map(|word| (word, false)));
        words.extend(pinyin_keywords.into_iter().chain(disguised_keywords).map(|word| (word, true)));
    }
    words
}

/// One rule for one word.
fn lexicon_for(word: &str, by_sound: bool) -> Lexicon {
    let mut rule = Rule::default();
    let by_sound = by_sound && word.chars().any(|c| sound(c).is_some());
    if by_sound { &mut rule.pinyin_keywords } else { &mut rule.keywords }.push(word.to_owned());
    let rule = BTreeMap::from([(RuleId::try_from("R3".to_owned()).unwrap(), rule)]);
    Lexicon::compile(&Pack { rule, ..Pack::default() }).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn finds(lexicon: &Lexicon, text: &str) -> bool {
    !lexicon.inspect(&[Part { kind: PartKind::Text, text }]).matches.is_empty()
}

#[test]
fn at_least_98_of_100_disguised_words_are_found() {
    let mut tried = 0_u32;
    let mut missed = Vec::new();
    for (word, by_sound) in words() {
        let lexicon = lexicon_for(&word, by_sound);
        for disguise in DISGUISES.iter().filter(|disguise| by_sound || !disguise.by_sound) {
            let Some(hidden) = disguise.disguise(&word) else { continue };
            for (before, after) in [("", ""), ("看这里：", "，谢谢"), ("在吗 ", " 哈")] {
                tried += 1;
                let message = format!("{before}{hidden}{after}");
                if !finds(&lexicon, &message) {
                    missed.push((disguise.name, message));
                }
            }
        }
    }
    let recall = 1.0 - f64::from(u32::try_from(missed.len()).unwrap()) / f64::from(tried);
    assert!(tried > 3_000, "{tried}");
    assert!(recall >= 0.98, "recall {recall} of {tried}: {missed:#?}");
}

#[test]
fn every_disguise_changes_some_word_of_the_pack() {
    for disguise in &DISGUISES {
        let changed = words()
            .iter()
            .any(|(word, by_sound)| (*by_sound || !disguise.by_sound) && disguise.disguise(word).is_some());
        assert!(changed, "{}", disguise.name);
    }
}

fn any_word() -> impl Strategy<Value = (String, usize)> {
    (prop::sample::select(words()).prop_map(|(word, _)| word), 0..10_usize)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_match_lies_on_character_boundaries_and_reads_as_the_keyword(
        (word, disguise) in any_word(),
        before in "[^\\p{L}\\p{N}\\p{M}\\p{S}]{0,8}",
        after in "[^\\p{L}\\p{N}\\p{M}\\p{S}]{0,8}",
    ) {
        let disguise = &DISGUISES[disguise];
        let hidden = disguise.disguise(&word).unwrap_or_else(|| word.clone());
        let message = format!("{before}，{hidden}，{after}");
        let findings = lexicon_for(&word, false).inspect(&[Part { kind: PartKind::Text, text: &message }]);
        let keyword = normalise(&word);
        prop_assert!(!findings.matches.is_empty(), "{} not found in {message:?}", word);
        for found in findings.matches {
            let written = message.get(found.span);
            prop_assert!(written.is_some());
            let read = normalise(written.unwrap_or_default());
            prop_assert_eq!(read.collapsed(), keyword.collapsed());
        }
    }

    #[test]
    fn arbitrary_text_never_panics_and_spans_stay_inside(text in any::<String>(), glue in "[加微信vx.❤ +@t/:a-z0-9一三〇\n]{0,40}") {
        let (_, lexicon) = &*super::STARTER_PACK;
        let message = format!("{glue}{text}{glue}");
        for kind in [PartKind::Text, PartKind::FileName] {
            for found in lexicon.inspect(&[Part { kind, text: &message }]).matches {
                prop_assert!(message.get(found.span).is_some_and(|written| !written.is_empty()));
            }
        }
    }
}
