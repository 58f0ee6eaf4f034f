//! Purpose: what a teacher asks for in so many words: to publish something, to see what is coming, to go back.
//!
//! Invariant: pure. Only the words alone count; a sentence that merely mentions them is something to be published.

use crate::phrase::Phrase;

/// What is asked for in a private chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// To publish something.
    Announce,
    /// The same by a word that parents use too, so that only staff are understood by it.
    AnnouncePerhaps,
    /// To see what is coming.
    Schedule,
    /// To drop what was begun.
    Cancel,
}

/// What a teacher steers the conversation with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// To the step before.
    Back,
    /// Drop it.
    Cancel,
    /// On to the next step.
    Done,
    /// Every group.
    All,
}

const ANNOUNCE: [&str; 5] = ["发通知", "发公告", "發通知", "發公告", "announce"];
const ANNOUNCE_PERHAPS: [&str; 3] = ["通知", "公告", "announcement"];
const SCHEDULE: [&str; 8] =
    ["待发通知", "待发", "待發", "定时通知", "发送计划", "日程", "日程安排", "schedule"];
/// Of these, what nobody says in a group to somebody else.
const SCHEDULE_IN_GROUP: [&str; 4] = ["待发通知", "定时通知", "发送计划", "日程"];

const BACK: [&str; 5] = ["返回", "上一步", "后退", "back", "go back"];
const CANCEL: [&str; 7] = ["取消", "不发了", "算了", "不發了", "cancel", "never mind", "stop"];
const DONE: [&str; 9] =
    ["好了", "就这些", "就這些", "完了", "下一步", "done", "thats all", "that's all", "next"];
const ALL: [&str; 7] = ["全部", "所有群", "所有", "全部的群", "all", "all mine", "all groups"];

/// What a message in a private chat asks for.
#[must_use]
pub fn asks(phrase: &Phrase) -> Option<Ask> {
    let plain = phrase.plain();
    match phrase.command() {
        Some("announce") => Some(Ask::Announce),
        Some("schedule") => Some(Ask::Schedule),
        Some("cancel") => Some(Ask::Cancel),
        _ if ANNOUNCE.contains(&plain) => Some(Ask::Announce),
        _ if ANNOUNCE_PERHAPS.contains(&plain) => Some(Ask::AnnouncePerhaps),
        _ if SCHEDULE.contains(&plain) => Some(Ask::Schedule),
        _ => None,
    }
}

/// True if a message in a group asks for what is coming there.
#[must_use]
pub fn asks_in_group(phrase: &Phrase) -> bool {
    phrase.command() == Some("schedule") || SCHEDULE_IN_GROUP.contains(&phrase.plain())
}

/// How the words of a message steer the conversation, if they do.
#[must_use]
pub fn control(words: &str) -> Option<Control> {
    // Commands to other bots are no concern here, so the bot's own name doesn't matter.
    let phrase = Phrase::read(words, "")?;
    let is_one_of = |known: &[&str]| known.contains(&phrase.plain());
    if is_one_of(&BACK) {
        Some(Control::Back)
    } else if is_one_of(&CANCEL) {
        Some(Control::Cancel)
    } else if is_one_of(&DONE) {
        Some(Control::Done)
    } else {
        is_one_of(&ALL).then_some(Control::All)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str) -> Option<Ask> {
        asks(&Phrase::read(text, "HomeroomBot")?)
    }

    #[test]
    fn commands_and_their_words_ask() {
        for text in ["/announce", "/announce@homeroombot", "发通知", "发公告。", "Announce", "/发通知"]
        {
            assert_eq!(ask(text), Some(Ask::Announce), "{text}");
        }
        assert_eq!(ask("通知"), Some(Ask::AnnouncePerhaps));
        assert_eq!(ask("/schedule"), Some(Ask::Schedule));
        assert_eq!(ask("/cancel"), Some(Ask::Cancel));
        for text in ["发通知给家长", "明天的通知", "/announce@other_bot", "I announce", ""] {
            assert_eq!(ask(text), None, "{text}");
        }
    }

    #[test]
    fn in_a_group_only_words_that_are_said_to_the_bot_ask() {
        let asks =
            |text: &str| Phrase::read(text, "HomeroomBot").is_some_and(|phrase| asks_in_group(&phrase));
        for text in ["/schedule", "/schedule@homeroombot", "日程", "日程。", "待发通知"] {
            assert!(asks(text) && ask(text) == Some(Ask::Schedule), "{text}");
        }
        for text in
            ["待发", "schedule", "明天的日程", "/announce", "/cancel", "通知", "/schedule@other_bot", ""]
        {
            assert!(!asks(text), "{text}");
        }
    }

    #[test]
    fn only_the_words_alone_steer() {
        assert_eq!(control("取消"), Some(Control::Cancel));
        assert_eq!(control(" Back! "), Some(Control::Back));
        assert_eq!(control("That's all."), Some(Control::Done));
        assert_eq!(control("全部"), Some(Control::All));
        for text in ["明天的课取消", "back to school", "all parents are invited", ""] {
            assert_eq!(control(text), None, "{text}");
        }
    }
}
