//! Purpose: whether somebody asks to choose the language, or the stage of a group's children.
//!
//! Invariant: pure. In a group only the command asks for the language; the bare words may be part of a conversation there.

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

/// Commands and words that ask to choose the stage, without a slash.
const STAGE_COMMANDS: [&str; 3] = ["stage", "stages", "学段"];
const STAGE_PHRASES: [&str; 8] = [
    "选择学段",
    "选学段",
    "设置学段",
    "選擇學段",
    "設置學段",
    "choose stage",
    "choose the stage",
    "set stage",
];

/// True if a message asks to choose the stage of a group's children.
#[must_use]
pub fn asks_for_stage(phrase: &Phrase, in_private: bool) -> bool {
    phrase.command().is_some_and(|name| STAGE_COMMANDS.contains(&name))
        || STAGE_PHRASES.contains(&phrase.plain())
        || (in_private && STAGE_COMMANDS.contains(&phrase.plain()))
}

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
    fn the_stage_is_asked_for_by_command_and_by_words_nobody_says_otherwise() {
        let asks = |text: &str, in_private: bool| {
            Phrase::read(text, "HomeroomBot").is_some_and(|phrase| asks_for_stage(&phrase, in_private))
        };
        for text in ["/stage", "/stage@homeroombot", "/学段", "选择学段", "Choose the stage!", "设置学段。"]
        {
            assert!(asks(text, true) && asks(text, false), "{text}");
        }
        for text in ["学段", "stage"] {
            assert!(asks(text, true) && !asks(text, false), "{text}");
        }
        for text in ["这个学段的孩子", "on stage", "/stage@other_bot", ""] {
            assert!(!asks(text, true), "{text}");
        }
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
