//! Purpose: cuts what somebody says about time into numbers, known words and unknown rest.
//!
//! Invariant: every character belongs to exactly one token or is a blank, so that the rest can be quoted as written.

use std::ops::Range;

use chrono::Weekday;

use super::english_words::NUMBERS;
use crate::timetable::{DayRule, Span};

/// A part of the day that says how an hour is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// 凌晨: after midnight, of the day that begins.
    BeforeDawn,
    /// 早上, morning.
    Morning,
    /// 中午, noon.
    Noon,
    /// 下午, afternoon.
    Afternoon,
    /// 晚上, evening, night.
    Evening,
    /// am, which also has a 12.
    Am,
    /// pm.
    Pm,
}

/// What a word means; the same in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Now,
    /// Days from today.
    Day(i64),
    /// Days from today, with the part of the day: tonight.
    DayPart(i64, Part),
    This,
    Next,
    /// 上, last: the one before, or the last of several.
    Last,
    Weekday(Weekday),
    Weekend,
    MonthName(u32),
    Part(Part),
    /// 点, o'clock.
    OClock,
    /// 分 of a clock time.
    MinuteMark,
    Half,
    Quarter,
    Sharp,
    Past,
    /// The whole day of 24 hours is over: midnight.
    Midnight,
    /// 12:00 without a number.
    NoonTime,
    /// 号, 日 after a number.
    DayMark,
    Days,
    Weeks,
    Months,
    Years,
    Hours,
    Minutes,
    Term,
    /// 个, which only counts.
    Measure,
    In,
    After,
    Every,
    /// 隔, every other.
    EveryOther,
    Workday,
    MondayToFriday,
    SchoolDay,
    /// The n-th of several.
    Nth(u32),
    /// 第, before a number.
    Ordinal,
    LastOf,
    FirstDay,
    LastDay,
    MonthEnd,
    And,
    /// 到, to, -.
    Range,
    Until,
    Of,
    On,
    At,
    Rule(DayRule),
    /// Says nothing about time and changes nothing.
    Filler,
    Colon,
    Dash,
    Slash,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number; `single` if it is one Chinese digit, which may be one of a list (一三五); `ordinal` for 3rd.
    Number { value: u32, single: bool, ordinal: bool },
    /// A word of the table.
    Word(Word),
    /// Anything else.
    Unknown,
}

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// Which characters.
    pub(super) place: Range<usize>,
}

/// A text with its characters made alike: half width, small letters, simplified.
pub(super) struct Folded {
    written: Vec<char>,
    /// Half width and simplified.
    half: Vec<char>,
    /// In small letters too.
    small: Vec<char>,
}

impl Folded {
    /// The text in half width, capitals as they were written.
    pub(super) fn half(&self) -> String {
        self.half.iter().collect()
    }

    /// Whether it is Chinese. Numbers alone are: 12/3 is the third of December.
    pub(super) fn is_chinese(&self) -> bool {
        self.small.iter().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(letter))
            || !self.small.iter().any(char::is_ascii_lowercase)
    }

    /// Characters as they were written.
    pub(super) fn quote(&self, place: Range<usize>) -> String {
        self.written.get(place).unwrap_or_default().iter().collect::<String>().trim().to_owned()
    }
}

/// Characters that stand for others. Each is replaced by exactly one.
const ALIKE: [(char, char); 30] = [
    ('週', '周'),
    ('點', '点'),
    ('後', '后'),
    ('兩', '两'),
    ('個', '个'),
    ('時', '时'),
    ('鐘', '钟'),
    ('鍾', '钟'),
    ('號', '号'),
    ('禮', '礼'),
    ('現', '现'),
    ('學', '学'),
    ('課', '课'),
    ('節', '节'),
    ('順', '顺'),
    ('這', '这'),
    ('馬', '马'),
    ('發', '发'),
    ('間', '间'),
    ('裡', '里'),
    ('過', '过'),
    ('從', '从'),
    ('開', '开'),
    ('請', '请'),
    ('遲', '迟'),
    ('。', '.'),
    ('、', ','),
    ('–', '-'),
    ('—', '-'),
    ('’', '\''),
];

/// Makes the characters of a text alike.
pub(super) fn fold(text: &str) -> Folded {
    let written: Vec<char> = text.trim().chars().collect();
    let alike = |letter: char| {
        let half = match letter {
            '\u{ff01}'..='\u{ff5e}' => u32::from(letter).checked_sub(0xfee0).and_then(char::from_u32),
            letter if letter.is_whitespace() || letter == '\u{200b}' => Some(' '),
            letter => ALIKE.iter().find(|(from, _)| *from == letter).map(|(_, to)| *to),
        };
        half.unwrap_or(letter)
    };
    let half: Vec<char> = written.iter().map(|letter| alike(*letter)).collect();
    Folded { small: half.iter().map(char::to_ascii_lowercase).collect(), half, written }
}

/// Cuts a text. In Chinese words stand without blanks; elsewhere a word ends where its letters do.
pub(super) fn tokens(text: &Folded, table: &[(&'static str, Word)], is_chinese: bool) -> Vec<Token> {
    let letters = &text.small;
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        if *letter == ' ' {
            at += 1;
            continue;
        }
        let (length, kind) = known_word(&letters[at..], table, is_chinese)
            .or_else(|| number(&letters[at..]))
            .or_else(
                || if is_chinese { chinese_number(&letters[at..]) } else { english_number(&letters[at..]) },
            )
            .unwrap_or_else(|| (unknown(&letters[at..], is_chinese), Kind::Unknown));
        tokens.push(Token { kind, place: at..at + length });
        at += length;
    }
    tokens
}

/// The longest word of the table at the beginning. The table has one blank where the text may have several.
fn known_word(letters: &[char], table: &[(&'static str, Word)], is_chinese: bool) -> Option<(usize, Kind)> {
    let candidates = table.iter().filter_map(|(word, meaning)| {
        let length = begins_with(letters, word)?;
        let ends = is_chinese
            || !word.ends_with(|last: char| last.is_ascii_alphanumeric())
            || !letters.get(length).is_some_and(char::is_ascii_alphanumeric);
        ends.then_some((length, Kind::Word(*meaning)))
    });
    candidates.max_by_key(|(length, _)| *length)
}

fn begins_with(letters: &[char], word: &str) -> Option<usize> {
    let mut at = 0;
    for expected in word.chars() {
        if letters.get(at) != Some(&expected) {
            return None;
        }
        at += 1;
        while expected == ' ' && letters.get(at) == Some(&' ') {
            at += 1;
        }
    }
    Some(at)
}

/// Digits, with 3rd and the like.
fn number(letters: &[char]) -> Option<(usize, Kind)> {
    let digits: String = letters.iter().take_while(|letter| letter.is_ascii_digit()).collect();
    // More than nine digits are no number of this world.
    let value = digits.parse().ok().filter(|_| digits.len() <= 9)?;
    let suffix: String =
        letters.iter().skip(digits.len()).take_while(|letter| letter.is_ascii_lowercase()).collect();
    let ordinal = ["st", "nd", "rd", "th"].contains(&suffix.as_str());
    let length = digits.len() + if ordinal { suffix.len() } else { 0 };
    Some((length, Kind::Number { value, single: false, ordinal }))
}

const DIGITS: [(char, u32); 14] = [
    ('零', 0),
    ('〇', 0),
    ('一', 1),
    ('二', 2),
    ('两', 2),
    ('三', 3),
    ('四', 4),
    ('五', 5),
    ('六', 6),
    ('七', 7),
    ('八', 8),
    ('九', 9),
    ('廿', 20),
    ('卅', 30),
];

/// 三, 十五, 二十三. Digits without 十 between them stay apart: 一三五 are three numbers.
fn chinese_number(letters: &[char]) -> Option<(usize, Kind)> {
    let digit = |at: usize| {
        let letter = letters.get(at)?;
        DIGITS.iter().find(|(known, _)| known == letter).map(|(_, value)| *value).filter(|value| *value < 10)
    };
    let is_ten = |at: usize| letters.get(at) == Some(&'十');
    let of = |value, single| Kind::Number { value, single, ordinal: false };
    match (digit(0), is_ten(0)) {
        (None, true) => match digit(1) {
            Some(ones) => Some((2, of(10 + ones, false))),
            None => Some((1, of(10, false))),
        },
        (Some(tens), _) if is_ten(1) && tens > 0 => match digit(2) {
            Some(ones) => Some((3, of(tens * 10 + ones, false))),
            None => Some((2, of(tens * 10, false))),
        },
        // 零五分
        (Some(0), _) if digit(1).is_some_and(|ones| ones > 0) && digit(2).is_none() => {
            Some((2, of(digit(1).unwrap_or(0), false)))
        }
        (Some(value), _) => Some((1, of(value, true))),
        (None, false) => None,
    }
}

/// three, an.
fn english_number(letters: &[char]) -> Option<(usize, Kind)> {
    let word: String = letters.iter().take_while(|letter| letter.is_ascii_alphanumeric()).collect();
    let (_, value) = NUMBERS.into_iter().find(|(known, _)| *known == word)?;
    Some((word.len(), Kind::Number { value, single: false, ordinal: false }))
}

/// How long what nobody knows is: one Chinese character, or a word of letters.
fn unknown(letters: &[char], is_chinese: bool) -> usize {
    let is_letter = |letter: &char| letter.is_alphanumeric() && (!is_chinese || letter.is_ascii());
    letters.iter().take_while(|letter| is_letter(letter)).count().max(1)
}

/// The stretches that have a first and a last school day, by their word.
pub(super) fn span_of(word: Word) -> Option<Span> {
    match word {
        Word::Weeks => Some(Span::Week),
        Word::Months => Some(Span::Month),
        Word::Term => Some(Span::Term),
        _ => None,
    }
}
