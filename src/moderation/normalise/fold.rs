//! Purpose: what one character becomes, from a table that fills itself page by page.
//!
//! Invariant: folding is idempotent (what comes out folds to itself) and knows no neighbours. A page is computed
//! once per process; 4,352 pages of about 1 KiB exist, so even a text of every character stays under 6 MiB.

use std::sync::{LazyLock, OnceLock};

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use unicode_normalization::UnicodeNormalization;

use super::lookalikes::{ascii_lookalike, enclosed, is_framed, is_heart, is_noise};
use super::numerals::digit_of;

/// What a folded character is for matching.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A Chinese character, simplified.
    Han,
    /// `a` to `z`.
    Latin,
    /// `0` to `9`.
    Digit,
    /// A letter or digit of another script.
    Other,
    /// A plus sign, which people read as 加.
    Plus,
    /// A heart: a separator in the collapsed form, the syllable "xin" by sound.
    Heart,
    /// A symbol that disguises write inside a word: `.`, `-`, `*`, `·`.
    Tight,
    /// What ends a word: white space, commas, brackets, full stops, and emoji, which people use like commas.
    Loose,
}

const KINDS: [Kind; 8] =
    [Kind::Han, Kind::Latin, Kind::Digit, Kind::Other, Kind::Plus, Kind::Heart, Kind::Tight, Kind::Loose];

impl Kind {
    /// True if it is part of the collapsed form.
    #[must_use]
    pub fn is_letter(self) -> bool {
        matches!(self, Kind::Han | Kind::Latin | Kind::Digit | Kind::Other | Kind::Plus)
    }
}

/// A folded character packed into 32 bits: 21 for the character, 3 for the kind, then the flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Folded(u32);

const CHAR_BITS: u32 = 0x1F_FFFF;
const KIND_SHIFT: u32 = 21;
const ODD: u32 = 1 << 24;
const NUMERAL: u32 = 1 << 25;
/// The character unfolds into several (or none); the low bits index [`Page::several`].
const SEVERAL: u32 = 1 << 26;

impl Folded {
    fn new(ch: char, odd: bool) -> Self {
        let kind = kind_of(ch);
        let odd = if odd && kind.is_letter() { ODD } else { 0 };
        let numeral = if digit_of(ch).is_some() { NUMERAL } else { 0 };
        Self(u32::from(ch) | (kind as u32) << KIND_SHIFT | odd | numeral)
    }

    pub(super) fn ch(self) -> char {
        char::from_u32(self.0 & CHAR_BITS).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    pub(super) fn kind(self) -> Kind {
        KINDS[(self.0 >> KIND_SHIFT & 7) as usize]
    }

    pub(super) fn is_odd(self) -> bool {
        self.0 & ODD != 0
    }

    pub(super) fn is_numeral(self) -> bool {
        self.0 & NUMERAL != 0
    }
}

struct Page {
    single: [Folded; 256],
    several: Vec<Box<[Folded]>>,
}

static PAGES: [OnceLock<Box<Page>>; 0x1100] = [const { OnceLock::new() }; 0x1100];

/// Hands over what `c` folds to: nothing for noise, one character for most, several for a few.
pub(super) fn each(c: char, mut emit: impl FnMut(Folded)) {
    let code = u32::from(c);
    let page = PAGES[(code >> 8) as usize].get_or_init(|| Page::compute(code >> 8));
    let folded = page.single[(code & 0xFF) as usize];
    if folded.0 & SEVERAL == 0 {
        emit(folded);
    } else if let Some(several) = page.several.get((folded.0 & CHAR_BITS) as usize) {
        several.iter().copied().for_each(emit);
    }
}

impl Page {
    fn compute(number: u32) -> Box<Self> {
        let mut page = Box::new(Self { single: [Folded(0); 256], several: vec![Box::default()] });
        for (low, slot) in (0_u32..).zip(page.single.iter_mut()) {
            // A surrogate is no character; its slot is never read.
            let Some(c) = char::from_u32(number << 8 | low) else { continue };
            let folded = fold(c);
            *slot = match folded[..] {
                [one] => one,
                [] => Folded(SEVERAL),
                _ => {
                    page.several.push(folded.into_boxed_slice());
                    Folded(SEVERAL | u32::try_from(page.several.len() - 1).unwrap_or(0))
                }
            };
        }
        page
    }
}

fn fold(c: char) -> Vec<Folded> {
    if is_noise(c) {
        return Vec::new();
    }
    if let Some(read) = enclosed(c) {
        return read.chars().map(|ch| Folded::new(ch, true)).collect();
    }
    // Its compatibility form is three dots, which would no longer end a word.
    if is_heart(c) || c == '…' {
        return vec![Folded::new(if c == '…' { c } else { '❤' }, false)];
    }
    let usual = ordinary(c);
    let mut folded = Vec::new();
    for d in compatible(c) {
        if is_noise(d) || (is_framed(c) && !d.is_alphanumeric()) {
            continue;
        }
        for e in ascii_lookalike(d).map_or_else(|| d.to_lowercase().collect(), |read| vec![read]) {
            if !is_noise(e) {
                let e = simplified(ascii_lookalike(e).unwrap_or(e));
                folded.push(Folded::new(e, e != usual));
            }
        }
    }
    if folded.is_empty() { vec![Folded::new('\u{FFFD}', false)] } else { folded }
}

/// Decomposed for the alphabets that look like ASCII, so that marks can be dropped; composed elsewhere, so that kana
/// and Hangul stay whole.
fn compatible(c: char) -> Vec<char> {
    c.nfkc()
        .flat_map(|d| match u32::from(d) {
            0..0x0590 | 0x1E00..0x2000 => d.nfkd().collect(),
            _ => vec![d],
        })
        .collect()
}

/// What `c` becomes when typed in good faith: other case, other width, traditional Chinese.
fn ordinary(c: char) -> char {
    let narrow = match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    simplified(narrow.to_lowercase().next().unwrap_or(narrow))
}

/// The embedded dictionary always loads (a test holds it); without it traditional characters would stay as they are.
static TO_SIMPLIFIED: LazyLock<Option<OpenCC>> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

/// Follows the dictionary to its end: 薴 is 苧 there, and 苧 is 苎.
fn simplified(c: char) -> char {
    let Some(dictionary) = TO_SIMPLIFIED.as_ref().filter(|_| is_han(c)) else { return c };
    let step = |c: &char| dictionary.convert(c.encode_utf8(&mut [0; 4])).chars().next();
    std::iter::successors(Some(c), |c| step(c).filter(|next| next != c)).take(4).last().unwrap_or(c)
}

/// The ideographs of all extensions, 〇 and the repetition mark.
fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3005 | 0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

/// Punctuation that ends a word, beyond white space and what isn't a sign of writing at all.
const ENDS_WORDS: &str = ",;:!?()[]{}<>\"'。、《》〈〉「」『』【】〔〕“”‘’…—–―";

fn kind_of(c: char) -> Kind {
    match c {
        'a'..='z' => Kind::Latin,
        '0'..='9' => Kind::Digit,
        '+' | '➕' => Kind::Plus,
        '❤' => Kind::Heart,
        _ if is_han(c) => Kind::Han,
        _ if c.is_alphanumeric() => Kind::Other,
        _ if c.is_whitespace() || ENDS_WORDS.contains(c) => Kind::Loose,
        // Signs up to the general punctuation block, and those of Chinese and Japanese. What is left are pictures.
        '!'..'\u{2190}' | '\u{3000}'..='\u{303F}' | '・' => Kind::Tight,
        _ => Kind::Loose,
    }
}
