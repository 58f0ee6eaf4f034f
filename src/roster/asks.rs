//! Purpose: whether somebody asks to choose the language.
//!
//! Invariant: pure. In a group only the command asks; the bare words may be part of a conversation there.

use crate::phrase::Phrase;

/// Commands, without their slash.
const COMMANDS: [&str; 2] = ["language", "lang"];
const PHRASES: [&str; 11] = [
    "语言",
    "切换语言",
    "換語言",
    "語言",
    "切換語言",
    "换语言",
    "中文",
    "英文",
    "language",
    "english",
    "chinese",
];

/// True if a message asks to choose the language.
#[must_use]
pub fn asks_for_language(phrase: &Phrase, in_private: bool) -> bool {
    phrase.command().is_some_and(|name| COMMANDS.contains(&name))
        || (in_private && PHRASES.contains(&phrase.plain()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(text: &str, in_private: bool) -> bool {
        Phrase::read(text, "HomeroomBot").is_some_and(|phrase| asks_for_language(&phrase, in_private))
    }

    #[test]
    fn the_words_alone_ask_in_private_and_the_command_everywhere() {
        for text in ["语言", "切换语言!", " 中文。", "Language", "ENGLISH", "/语言"] {
            assert!(asks(text, true) && !asks(text, false), "{text}");
        }
        for text in ["/language", "/language@homeroombot", "／language"] {
            assert!(asks(text, true) && asks(text, false), "{text}");
        }
        for text in ["语言能力", "英文作业", "I speak English", "/language@other_bot", "language!english", ""]
        {
            assert!(!asks(text, true), "{text}");
        }
    }
}
