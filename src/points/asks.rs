//! Purpose: whether somebody asks for their points in so many words.
//!
//! Invariant: pure. Only the words alone count, whatever their width, case, spaces and punctuation; a sentence that
//! merely mentions points is a conversation and never answered.

use unicode_normalization::UnicodeNormalization as _;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The balance.
    Balance,
    /// The last entries.
    Why,
}

/// No phrase is longer, however it is spaced and punctuated; longer messages aren't looked at.
const PHRASE_BYTES_MAX: usize = 96;
/// Commands, without their slash.
const COMMANDS: [&str; 2] = ["points", "jifen"];
/// What after a command asks for the last entries.
const WHY_WORDS: [&str; 5] = ["why", "为什么", "明细", "積分明細", "記錄"];
const BALANCE_PHRASES: [&str; 9] =
    ["积分", "查积分", "我的积分", "積分", "查積分", "我的積分", "points", "my points", "jifen"];
const WHY_PHRASES: [&str; 6] =
    ["积分明细", "积分记录", "我的积分明细", "積分明細", "points why", "my points why"];

/// What a message asks for. `bot_username` is the bot's own, without `@`; a command to another bot asks for nothing.
#[must_use]
pub fn asks_for_points(text: &str, bot_username: &str) -> Option<Ask> {
    let text = text.trim();
    if let Some(command) = text.strip_prefix(['/', '\u{ff0f}'])
        && let Some(ask) = command_asks(command, bot_username)
    {
        return Some(ask);
    }
    if text.len() > PHRASE_BYTES_MAX {
        return None;
    }
    let phrase = plain(text.strip_prefix(['/', '\u{ff0f}']).unwrap_or(text));
    if BALANCE_PHRASES.contains(&phrase.as_str()) {
        Some(Ask::Balance)
    } else if WHY_PHRASES.contains(&phrase.as_str()) {
        Some(Ask::Why)
    } else {
        None
    }
}

/// `points@my_bot why`: the command, whom it is for, and what about it. Other words after it don't matter.
fn command_asks(command: &str, bot_username: &str) -> Option<Ask> {
    let (head, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    if head.len() > PHRASE_BYTES_MAX {
        return None;
    }
    let head: String = head.nfkc().collect::<String>().to_lowercase();
    let (name, bot) = head.split_once('@').unwrap_or((&head, ""));
    if !COMMANDS.contains(&name) || !(bot.is_empty() || bot.eq_ignore_ascii_case(bot_username)) {
        return None;
    }
    let is_why = rest.len() <= PHRASE_BYTES_MAX && WHY_WORDS.contains(&plain(rest).as_str());
    Some(if is_why { Ask::Why } else { Ask::Balance })
}

/// The words in their usual width and in small letters, without punctuation around them; spaces stay, as one each,
/// only between Latin letters.
fn plain(text: &str) -> String {
    let folded: String = text.nfkc().collect::<String>().to_lowercase();
    let words: Vec<&str> = folded
        .trim_matches(|letter: char| letter.is_whitespace() || is_punctuation(letter))
        .split(|letter: char| letter.is_whitespace() || is_invisible(letter))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(if folded.is_ascii() { " " } else { "" })
}

/// Punctuation that people put around a word. `@`, `#` and `_` make it something else: a mention, a topic, a name.
fn is_punctuation(letter: char) -> bool {
    matches!(letter, '。' | '、' | '·' | '—' | '–' | '…' | '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』')
        || matches!(letter, '《' | '》' | '〈' | '〉' | '【' | '】' | '〔' | '〕')
        || is_invisible(letter)
        || (letter.is_ascii_punctuation() && !matches!(letter, '@' | '#' | '_' | '/' | '$' | '+' | '%'))
}

/// Letters of no width that keyboards and copying leave behind.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fe0e}' | '\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str) -> Option<Ask> {
        asks_for_points(text, "HomeroomBot")
    }

    /// The letters as a Chinese keyboard in its wide mode writes them.
    fn wide(text: &str) -> String {
        text.chars()
            .map(|letter| match letter {
                ' ' => '\u{3000}',
                '!'..='~' => char::from_u32(u32::from(letter) + 0xfee0).unwrap(),
                _ => letter,
            })
            .collect()
    }

    #[test]
    fn the_words_alone_ask_for_the_balance() {
        for text in [
            "积分",
            "查积分",
            "我的积分",
            "積分",
            "points",
            "my points",
            "/points",
            "/jifen",
            "积分?",
            " 积分。\n",
            "我的 积分!",
            "Points!",
            "My  Points",
            "/积分",
            "「积分」",
            "/points@homeroombot",
            "/POINTS@HomeroomBot",
            "/points please",
            "\u{200b}积分\u{feff}",
            "查积分~",
            "jifen",
            "(积分)",
        ] {
            assert_eq!(ask(text), Some(Ask::Balance), "{text}");
            assert_eq!(ask(&wide(text)), Some(Ask::Balance), "{}", wide(text));
        }
    }

    #[test]
    fn the_words_for_entries_ask_why() {
        for text in
            ["/points why", "/points@HomeroomBot  Why?", "/jifen 明细", "积分明细", "points why", "积分记录!"]
        {
            assert_eq!(ask(text), Some(Ask::Why), "{text}");
        }
    }

    #[test]
    fn a_conversation_about_points_asks_for_nothing() {
        for text in [
            "我的积分怎么少了",
            "积分有什么用",
            "good points",
            "points of view",
            "积分积分",
            "po ints",
            "@points",
            "#积分",
            "积分👍",
            "+积分",
            "",
            " ",
            "。",
            "/",
            "//points",
            "/pointsx",
            "/points@other_bot",
            "my points are gone",
            "查一下积分",
            "points_why",
            "https://example.com/points",
            "积分/points",
        ] {
            assert_eq!(ask(text), None, "{text}");
        }
    }

    #[test]
    fn a_long_message_is_not_looked_at() {
        assert_eq!(ask(&format!("积分{}", "!".repeat(4_000))), None);
        assert_eq!(ask(&format!("/points {}", "x".repeat(4_000))), Some(Ask::Balance));
    }
}
