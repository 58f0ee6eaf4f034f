//! Purpose: what a broadcast is about, in a line before its words: “【作业】”, “Homework:”; and under it, where it asks for
//! money, that it was approved.
//!
//! Invariant: the lines stand once, before the first part that has words at all; the check has left room for them in
//! every language. A topic the school no longer has is not named.

use super::draft::Draft;
use super::rules::units_max;
use crate::channel::{Content, Media, MediaKind, Style, Styled};
use crate::config::Config;
use crate::i18n::{Language, say};
use crate::text::units;

/// The part the line stands before.
fn place(contents: &[Content]) -> Option<usize> {
    contents.iter().position(|content| match content {
        Content::Text { .. } | Content::Album { .. } => true,
        Content::Media { media: Media { kind, .. }, .. } => {
            !matches!(kind, MediaKind::VideoNote | MediaKind::Sticker)
        }
        Content::Poll { .. } | Content::Place { .. } => false,
    })
}

/// Whether there is a part the lines can stand before.
pub(super) fn has_place(draft: &Draft) -> bool {
    place(&draft.contents).is_some()
}

/// That what asks for money was approved; none for anything else. No name belongs here: names are what attackers copy.
pub(super) fn mark(draft: &Draft, language: Language) -> Option<String> {
    draft.is_fee.then(|| language.render(&say::broadcast_fee_mark()))
}

/// The lines in a language, without the last line feed.
fn line(config: &Config, draft: &Draft, language: Language, groups: &str) -> Option<String> {
    let topic = config.broadcasts.topic(&draft.topic.0).map(|topic| {
        let name = topic.name(language);
        language.render(&if groups.is_empty() {
            say::broadcast_heading(name)
        } else {
            say::broadcast_heading_copy(groups, name)
        })
    });
    match (topic, mark(draft, language)) {
        (Some(topic), Some(mark)) => Some(format!("{topic}\n{mark}")),
        (topic, mark) => topic.or(mark),
    }
}

/// How many UTF-16 units a part must leave for the line, in the language that needs most.
pub(super) fn room(config: &Config, draft: &Draft, part: usize) -> usize {
    if place(&draft.contents) != Some(part) {
        return 0;
    }
    let of = |language| line(config, draft, language, "").map_or(0, |line| units(&line) + 1);
    Language::ALL.into_iter().map(of).max().unwrap_or(0)
}

/// A part of a broadcast as readers see it; none if there is no such part. The line also names `groups`, if it is not empty
/// and there is room.
pub(super) fn headed(
    config: &Config,
    draft: &Draft,
    part: usize,
    language: Language,
    groups: &str,
) -> Option<Content> {
    let mut content = draft.contents.get(part).cloned()?;
    if place(&draft.contents) != Some(part) {
        return Some(content);
    }
    let fits = |line: &String| units(line) + 1 + units(content.words()) <= units_max(&content);
    let with_groups = line(config, draft, language, groups).filter(fits);
    let line = with_groups.or_else(|| line(config, draft, language, ""));
    if let (
        Some(line),
        Content::Text { body } | Content::Media { caption: body, .. } | Content::Album { caption: body, .. },
    ) = (line, &mut content)
    {
        let mut words = Styled::default();
        words.push_in(&line, Style::Bold);
        if !body.text.is_empty() {
            words.push("\n");
            words.push_styled(body);
        }
        *body = words;
    }
    Some(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broadcasts::Topic;
    use crate::channel::{Span, TEXT_UNITS_MAX};
    use crate::config;

    fn config() -> Config {
        let mut config = Config::for_tests();
        config.broadcasts.topics = vec![config::Topic::for_tests("lunch", "午餐", false)];
        config
    }

    fn draft(contents: Vec<Content>) -> Draft {
        Draft { contents, topic: Topic("lunch".into()), ..Draft::default() }
    }

    fn text(words: &str) -> Content {
        Content::Text { body: Styled::from(words.to_owned()) }
    }

    fn sticker() -> Content {
        let media =
            Media { kind: MediaKind::Sticker, file: "s".into(), name: None, bytes: None, spoiler: false };
        Content::Media { media, caption: Styled::default() }
    }

    #[test]
    fn the_line_stands_once_before_the_first_words_and_styles_move_along() {
        let mut body = Styled::from("面条".to_owned());
        body.spans.push(Span { start: 0, length: 2, style: Some(Style::Italic), link: None });
        let draft = draft(vec![sticker(), Content::Text { body }, text("汤")]);
        let config = config();
        let shown: Vec<Content> =
            (0..3).filter_map(|part| headed(&config, &draft, part, Language::Chinese, "")).collect();
        assert_eq!(shown.iter().map(Content::words).collect::<Vec<_>>(), ["", "【午餐】\n面条", "汤"]);
        let Content::Text { body } = &shown[1] else { panic!("{shown:?}") };
        assert_eq!((body.spans[1].start, body.spans[1].length), (5, 2));
        assert_eq!(headed(&config, &draft, 3, Language::Chinese, ""), None);
    }

    #[test]
    fn room_is_left_for_the_longest_line_where_it_stands() {
        let (config, draft) = (config(), draft(vec![sticker(), text("面条")]));
        let longest = Language::ALL.map(|language| {
            headed(&config, &draft, 1, language, "").map_or(0, |shown| units(shown.words())) - units("面条")
        });
        assert_eq!(room(&config, &draft, 1), longest.into_iter().max().unwrap());
        assert_eq!(room(&config, &draft, 0), 0);
    }

    #[test]
    fn groups_are_named_where_there_is_room() {
        let config = config();
        let shown = |words: &str| {
            let shown = headed(&config, &draft(vec![text(words)]), 0, Language::Chinese, "三班家长群");
            shown.map(|content| content.words().to_owned()).unwrap_or_default()
        };
        assert_eq!(shown("面条"), "【午餐】三班家长群\n面条");
        let long = "长".repeat(TEXT_UNITS_MAX - 9);
        assert_eq!(shown(&long), format!("【午餐】\n{long}"));
        assert_eq!(units(&shown(&long[3..])), TEXT_UNITS_MAX);
    }

    #[test]
    fn what_asks_for_money_says_under_its_topic_that_it_was_approved_and_room_is_left_for_that() {
        let (config, fee) = (config(), Draft { is_fee: true, ..draft(vec![text("每人 88 元")]) });
        for language in Language::ALL {
            let (mark, topic) = (mark(&fee, language).unwrap(), line(&config, &fee, language, "").unwrap());
            assert!(topic.ends_with(&format!("\n{mark}")), "{topic}");
            let shown = headed(&config, &fee, 0, language, "").unwrap();
            assert_eq!(shown.words(), format!("{topic}\n每人 88 元"));
            assert!(room(&config, &fee, 0) > units(&topic));
            let alone = headed(&Config::for_tests(), &fee, 0, language, "").unwrap();
            assert_eq!(alone.words(), format!("{mark}\n每人 88 元"));
        }
    }

    #[test]
    fn a_topic_that_is_gone_is_not_named_and_takes_no_room() {
        let (config, draft) = (Config::for_tests(), draft(vec![text("面条")]));
        assert_eq!(headed(&config, &draft, 0, Language::English, "三班"), Some(text("面条")));
        assert_eq!(room(&config, &draft, 0), 0);
    }
}
