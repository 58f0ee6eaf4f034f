//! Purpose: whether somebody asks which topics they get in private.
//!
//! Invariant: pure. Only the words alone count.

use crate::phrase::Phrase;

/// Commands, without their slash.
const COMMANDS: [&str; 2] = ["topics", "subscriptions"];
const PHRASES: [&str; 9] = [
    "订阅",
    "訂閱",
    "我的订阅",
    "通知设置",
    "通知設定",
    "topics",
    "subscriptions",
    "notifications",
    "notification settings",
];
/// True if a message in a private chat asks which topics one gets.
#[must_use]
pub fn asks_for_topics(phrase: &Phrase) -> bool {
    phrase.command().is_some_and(|name| COMMANDS.contains(&name)) || PHRASES.contains(&phrase.plain())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_and_its_words_alone_ask() {
        let asks = |text| Phrase::read(text, "HomeroomBot").is_some_and(|phrase| asks_for_topics(&phrase));
        for text in ["/topics", "/topics@homeroombot", "订阅", "通知设置。", "Subscriptions"] {
            assert!(asks(text), "{text}");
        }
        for text in ["/topics@other_bot", "订阅公众号", "topics of today", "通知", ""] {
            assert!(!asks(text), "{text}");
        }
    }
}
