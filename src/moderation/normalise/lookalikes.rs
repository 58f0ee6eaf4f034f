//! Purpose: characters that a reader takes for other ones, beyond what Unicode's compatibility form knows.
//!
//! Invariant: only data and its plain reading; nothing here depends on neighbours.

/// Letters drawn inside a shape or as a flag half, which have no compatibility form: first, last, what the first reads as.
/// Blocks: Enclosed Alphanumeric Supplement and Dingbats of Unicode 16.
const ENCLOSED_LETTERS: [(u32, u32); 3] = [(0x1_F150, 0x1_F169), (0x1_F170, 0x1_F189), (0x1_F1E6, 0x1_F1FF)];

/// Numbers drawn inside a shape without a compatibility form: first, last, the number the first shows.
const ENCLOSED_NUMBERS: [(u32, u32, u32); 7] = [
    (0x2776, 0x277F, 1),
    (0x2780, 0x2789, 1),
    (0x278A, 0x2793, 1),
    (0x24EB, 0x24F4, 11),
    (0x24F5, 0x24FE, 1),
    (0x24FF, 0x24FF, 0),
    (0x1_F10B, 0x1_F10C, 0),
];

/// Small capitals and other phonetic letters: what is drawn, then what it reads as.
const SMALL_CAPITALS: &str = "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpꞯqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz√v∨v";

/// What an enclosed letter or number reads as, in lower case.
pub(super) fn enclosed(c: char) -> Option<String> {
    let code = u32::from(c);
    if code == 0x1_F51F {
        return Some("10".to_owned());
    }
    for (first, last) in ENCLOSED_LETTERS {
        if (first..=last).contains(&code) {
            return char::from_u32(u32::from('a') + code - first).map(String::from);
        }
    }
    ENCLOSED_NUMBERS
        .iter()
        .find(|(first, last, _)| (*first..=*last).contains(&code))
        .map(|(first, _, number)| (number + code - first).to_string())
}

/// True in the blocks whose characters are a letter with a frame: only the letter counts.
pub(super) fn is_framed(c: char) -> bool {
    matches!(u32::from(c), 0x2460..=0x24FF | 0x3200..=0x33FF | 0x1_F100..=0x1_F2FF)
}

/// Hearts of all kinds stand for 心 and so for 信: they are heard as "xin".
pub(super) fn is_heart(c: char) -> bool {
    matches!(
        u32::from(c),
        0x2661 | 0x2665 | 0x2763..=0x2765 | 0x1_F493..=0x1_F49F | 0x1_F5A4 | 0x1_F90D | 0x1_F90E | 0x1_F9E1 | 0x1_FA75..=0x1_FA77
    )
}

/// What is dropped without a trace: default-ignorable code points (zero width, bidirectional, variation selectors,
/// tags, fillers), combining marks used on any letter, controls.
pub(super) fn is_noise(c: char) -> bool {
    if c.is_control() {
        return !c.is_whitespace();
    }
    matches!(
        u32::from(c),
        0x00AD
            | 0x034F
            | 0x061C
            | 0x115F..=0x1160
            | 0x17B4..=0x17B5
            | 0x180B..=0x180F
            | 0x200B..=0x200F
            | 0x202A..=0x202E
            | 0x2060..=0x206F
            | 0x3164
            | 0xFE00..=0xFE0F
            | 0xFEFF
            | 0xFFA0
            | 0xFFF0..=0xFFFB
            | 0x1_BCA0..=0x1_BCA3
            | 0x1_D173..=0x1_D17A
            | 0xE_0000..=0xE_0FFF
    ) || is_mark(c)
}

/// The combining blocks that belong to no script, plus Cyrillic's and the kana voice marks.
fn is_mark(c: char) -> bool {
    matches!(
        u32::from(c),
        0x0300..=0x036F
            | 0x0483..=0x0489
            | 0x1AB0..=0x1AFF
            | 0x1DC0..=0x1DFF
            | 0x20D0..=0x20FF
            | 0x302A..=0x302F
            | 0x3099..=0x309A
            | 0xFE20..=0xFE2F
    )
}

/// The ASCII letter or digit that a Latin, Greek, Cyrillic, Armenian or Cherokee letter looks like, in lower case.
/// Source: small capitals above, then Unicode's confusables (of the letter, else of its other case).
pub(super) fn ascii_lookalike(c: char) -> Option<char> {
    let mut pairs = SMALL_CAPITALS.chars();
    while let (Some(drawn), Some(read)) = (pairs.next(), pairs.next()) {
        if drawn == c {
            return Some(read);
        }
    }
    if !has_confusable_letters(c) {
        return None;
    }
    let cased = c.to_uppercase().chain(c.to_lowercase());
    std::iter::once(c).chain(cased).find_map(single_ascii_skeleton)
}

fn has_confusable_letters(c: char) -> bool {
    matches!(
        u32::from(c),
        0x00A1..=0x058F
            | 0x13A0..=0x13FF
            | 0x1C80..=0x1C8F
            | 0x1D00..=0x1DBF
            | 0x1E00..=0x1FFF
            | 0x2C60..=0x2C7F
            | 0x2DE0..=0x2DFF
            | 0xA4D0..=0xA4FF
            | 0xA640..=0xA69F
            | 0xA720..=0xA7FF
            | 0xAB30..=0xABBF
    )
}

fn single_ascii_skeleton(c: char) -> Option<char> {
    let mut buffer = [0; 4];
    let mut letters = unicode_security::skeleton(c.encode_utf8(&mut buffer)).filter(|read| !is_noise(*read));
    match (letters.next(), letters.next()) {
        (Some(read), None) if read.is_ascii_alphanumeric() => Some(read.to_ascii_lowercase()),
        _ => None,
    }
}
