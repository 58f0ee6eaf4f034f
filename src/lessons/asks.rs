//! Purpose: whether somebody asks for the lessons they have missed.
//!
//! Invariant: pure. In a group only what nobody says otherwise asks; bare words may be part of a conversation there.

use crate::phrase::Phrase;

/// Commands, without their slash.
const COMMANDS: [&str; 3] = ["lessons", "lesson", "课程"];
const PHRASES: [&str; 4] = ["我的课程", "我的小课", "我的課程", "my lessons"];
/// Words that may be part of a conversation in a group.
const PRIVATE_PHRASES: [&str; 5] = ["课程", "小课", "補課", "补课", "lessons"];

/// True if a message asks for the lessons its author has missed.
#[must_use]
pub fn asks_for_lessons(phrase: &Phrase, in_private: bool) -> bool {
    phrase.command().is_some_and(|name| COMMANDS.contains(&name))
        || PHRASES.contains(&phrase.plain())
        || (in_private && PRIVATE_PHRASES.contains(&phrase.plain()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missed_lessons_are_asked_for_by_command_and_by_words_nobody_says_otherwise() {
        let asks = |text: &str, in_private: bool| {
            Phrase::read(text, "HomeroomBot").is_some_and(|phrase| asks_for_lessons(&phrase, in_private))
        };
        for text in ["/lessons", "/lessons@homeroombot", "/课程", "我的课程", "My lessons!"] {
            assert!(asks(text, true) && asks(text, false), "{text}");
        }
        for text in ["课程", "补课。", "lessons"] {
            assert!(asks(text, true) && !asks(text, false), "{text}");
        }
        for text in ["今天补课吗", "课程表", "/lessons@other_bot", ""] {
            assert!(!asks(text, true), "{text}");
        }
    }
}
