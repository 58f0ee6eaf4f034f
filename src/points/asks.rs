//! Purpose: whether somebody asks for their points in so many words.
//!
//! Invariant: pure. Only the words alone count, whatever their width, case, spaces and punctuation; a sentence that
//! merely mentions points is a conversation and never answered.

use crate::phrase::Phrase;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The balance.
    Balance,
    /// The last entries.
    Why,
}

/// Commands, without their slash.
const COMMANDS: [&str; 2] = ["points", "jifen"];
/// What after a command asks for the last entries.
const WHY_WORDS: [&str; 5] = ["why", "为什么", "明细", "積分明細", "記錄"];
const BALANCE_PHRASES: [&str; 9] =
    ["积分", "查积分", "我的积分", "積分", "查積分", "我的積分", "points", "my points", "jifen"];
const WHY_PHRASES: [&str; 6] =
    ["积分明细", "积分记录", "我的积分明细", "積分明細", "points why", "my points why"];

/// What a message asks for. Words after a command don't matter, but for those that ask why.
#[must_use]
pub fn asks_for_points(phrase: &Phrase) -> Option<Ask> {
    if phrase.command().is_some_and(|name| COMMANDS.contains(&name)) {
        return Some(if WHY_WORDS.contains(&phrase.about()) { Ask::Why } else { Ask::Balance });
    }
    if BALANCE_PHRASES.contains(&phrase.plain()) {
        Some(Ask::Balance)
    } else if WHY_PHRASES.contains(&phrase.plain()) {
        Some(Ask::Why)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str) -> Option<Ask> {
        asks_for_points(&Phrase::read(text, "HomeroomBot")?)
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
