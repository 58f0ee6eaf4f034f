//! Purpose: whether somebody asks what the rules that observe have noted.
//!
//! Invariant: pure. In a group only what nobody says otherwise asks: a pupil's notes on a plant are 观察记录 too.

use crate::phrase::Phrase;

/// Commands, without their slash.
const COMMANDS: [&str; 2] = ["observed", "观察记录"];
/// Words that may be part of a conversation in a group.
const PRIVATE_PHRASES: [&str; 3] = ["观察记录", "觀察記錄", "observed"];

/// True if a message asks what the rules that observe have noted in a group.
#[must_use]
pub fn asks_for_observed(phrase: &Phrase, in_private: bool) -> bool {
    phrase.command().is_some_and(|name| COMMANDS.contains(&name))
        || (in_private && PRIVATE_PHRASES.contains(&phrase.plain()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_asks_everywhere_and_the_bare_words_in_private() {
        let asks = |text: &str, in_private: bool| {
            Phrase::read(text, "HomeroomBot").is_some_and(|phrase| asks_for_observed(&phrase, in_private))
        };
        for text in ["/observed", "/observed@homeroombot", "/观察记录"] {
            assert!(asks(text, true) && asks(text, false), "{text}");
        }
        for text in ["观察记录", "Observed."] {
            assert!(asks(text, true) && !asks(text, false), "{text}");
        }
        for text in ["种子观察记录明天交", "/observed@other_bot", ""] {
            assert!(!asks(text, true), "{text}");
        }
    }
}
