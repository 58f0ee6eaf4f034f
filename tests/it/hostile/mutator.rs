//! Purpose: damaging updates in every way we could think of.
//!
//! Invariant: the same seed and text give the same damage.

use homeroom::random::Random;

/// Values put where others belong.
const ODD: &[&str] = &[
    "null",
    "true",
    "-1",
    "0",
    "1e400",
    "-0.0",
    "99999999999999999999999999",
    "9223372036854775807",
    "-9223372036854775808",
    "\"\"",
    "[]",
    "{}",
    "[[[\"x\"]]]",
    "{\"\":{}}",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\u0000\"",
    "\"a\\u0000b\"",
    "\"\u{202e}\u{200b}\u{feff}\"",
    "\"加\\ud83d微信\"",
    "[null]",
    "\"11\"",
    "1.5",
];
/// Words put into texts.
const WORDS: &[&str] = &[
    "\\u0000",
    "\\ud800",
    "\\udfff",
    "\\n\\n\\n",
    "\u{202e}",
    "\u{200d}",
    "加微信 abc12345",
    "积分",
    "/points@",
];

/// Damages texts.
pub struct Mutator {
    random: Random,
}

impl Mutator {
    pub fn new(seed: u64) -> Self {
        Self { random: Random::seeded(seed) }
    }

    pub fn below(&self, count: usize) -> usize {
        usize::try_from(self.random.below(u64::try_from(count).unwrap())).unwrap()
    }

    /// One to three damages at places from `start` on.
    pub fn damage(&self, text: &str, start: usize) -> String {
        let mut text = text.to_owned();
        for _ in 0..=self.below(3) {
            text = self.once(&text, start);
        }
        text
    }

    fn once(&self, text: &str, start: usize) -> String {
        match self.below(100) {
            0..8 => self.flip(text, start),
            8..11 => text[..self.place(text, start)].to_owned(),
            11..45 => self.swap_value(text, start),
            45..57 => self.double_key(text, start),
            57..61 => self.cut_out(text, start),
            61..80 => self.insert_words(text, start),
            80..99 => self.change_number(text, start),
            _ => self.nest(text, start),
        }
    }

    /// A place between two characters.
    fn place(&self, text: &str, start: usize) -> usize {
        let mut place = start + self.below(text.len().saturating_sub(start).max(1));
        while !text.is_char_boundary(place.min(text.len())) {
            place += 1;
        }
        place.min(text.len())
    }

    /// The next occurrence of a character after some place; none if there is none.
    fn find(&self, text: &str, start: usize, wanted: &[char]) -> Option<usize> {
        let from = self.place(text, start);
        text[from..].find(wanted).map(|at| from + at)
    }

    fn flip(&self, text: &str, start: usize) -> String {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=self.below(3) {
            let place = start + self.below(bytes.len().saturating_sub(start).max(1));
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << self.below(8);
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn value_at(&self, text: &str, start: usize) -> Option<(usize, usize)> {
        let colon = self.find(text, start, &[':'])? + 1;
        // Nested values end sooner than they should, which is damage too.
        let end = text[colon..].find([',', '}', ']']).map_or(text.len(), |end| colon + end);
        Some((colon, end))
    }

    fn swap_value(&self, text: &str, start: usize) -> String {
        let Some((from, to)) = self.value_at(text, start) else { return text.to_owned() };
        format!("{}{}{}", &text[..from], ODD[self.below(ODD.len())], &text[to..])
    }

    fn double_key(&self, text: &str, start: usize) -> String {
        let Some((colon, _)) = self.value_at(text, start) else { return text.to_owned() };
        let key = text[..colon].rfind('"').and_then(|end| text[..end].rfind('"'));
        let Some(key) = key else { return text.to_owned() };
        let pair = format!("{}{}", &text[key..colon], ODD[self.below(ODD.len())]);
        format!("{}{pair},{}", &text[..key], &text[key..])
    }

    fn cut_out(&self, text: &str, start: usize) -> String {
        let (one, other) = (self.place(text, start), self.place(text, start));
        format!("{}{}", &text[..one.min(other)], &text[one.max(other)..])
    }

    fn insert_words(&self, text: &str, start: usize) -> String {
        let Some(quote) = self.find(text, start, &['"']) else { return text.to_owned() };
        let words = if self.below(50) == 0 {
            "加 微 信 ".repeat(1_000)
        } else {
            WORDS[self.below(WORDS.len())].to_owned()
        };
        format!("{}{words}{}", &text[..=quote], &text[quote + 1..])
    }

    fn change_number(&self, text: &str, start: usize) -> String {
        let digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
        let Some(from) = self.find(text, start, &digits) else { return text.to_owned() };
        let to =
            text[from..].find(|letter: char| !letter.is_ascii_digit()).map_or(text.len(), |end| from + end);
        let number = self.random.below(u64::MAX) >> self.below(64);
        format!("{}{number}{}", &text[..from], &text[to..])
    }

    fn nest(&self, text: &str, start: usize) -> String {
        let Some((from, to)) = self.value_at(text, start) else { return text.to_owned() };
        let depth = [60, 130, 2_000][self.below(3)];
        let (open, close) = [("[", "]"), ("{\"text\":", "}")][self.below(2)];
        format!("{}{}1{}{}", &text[..from], open.repeat(depth), close.repeat(depth), &text[to..])
    }
}
