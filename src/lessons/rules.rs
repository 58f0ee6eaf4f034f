//! Purpose: what a lesson's card says, and whether it can have been read.

use crate::channel::{Style, Styled};
use crate::clock::{MINUTE_MS, Millis};
use crate::course::{Lesson, LessonText};
use crate::i18n::{Language, say};

/// A lesson counts as read after this share of its minutes (learning.md: at least 80 %).
const READ_SHARE_PERCENT: i64 = 80;

/// How long it still takes until a lesson that was shown at `shown_at` can have been read; nothing if it can.
pub(super) fn reading_left_ms(minutes: u32, shown_at: Millis, now: Millis) -> Option<i64> {
    let needed_ms = i64::from(minutes) * MINUTE_MS * READ_SHARE_PERCENT / 100;
    let left_ms = needed_ms - now.since_ms(shown_at);
    (left_ms > 0).then_some(left_ms)
}

/// What a lesson's card says.
#[must_use]
pub fn card(lesson: &Lesson, text: &LessonText, language: Language) -> Styled {
    let mut card = Styled::default();
    card.push("📖 ");
    card.push_in(&text.title, Style::Bold);
    card.push("\n");
    card.push_in(&language.render(&say::lesson_minutes(lesson.minutes)), Style::Italic);
    card.push("\n\n");
    card.push_styled(&text.body);
    card.push("\n\n🏠 ");
    card.push_in(&language.render(&say::lesson_try_at_home()), Style::Bold);
    card.push(&text.try_at_home);
    if !text.sources.is_empty() {
        let sources = text.sources.join(&language.render(&say::lesson_sources_comma()));
        card.push("\n\n");
        card.push_in(&language.render(&say::lesson_sources(sources)), Style::Italic);
    }
    card
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::course::{CourseClass, Stage};

    #[test]
    fn sources_are_separated_as_the_language_separates() {
        let text = LessonText {
            title: "甲".to_owned(),
            body: Styled::default(),
            sources: vec!["甲".to_owned(), "乙".to_owned()],
            try_at_home: String::new(),
            quiz: Vec::new(),
        };
        let lesson = Lesson {
            id: "a".to_owned(),
            stage: Stage::Primary,
            class: CourseClass::General,
            minutes: 5,
            texts: BTreeMap::new(),
        };
        for (language, sources) in
            [(Language::Chinese, "依据：甲；乙"), (Language::English, "Based on: 甲; 乙")]
        {
            let card = card(&lesson, &text, language);
            assert!(card.text.ends_with(sources), "{}", card.text);
        }
    }

    #[test]
    fn a_lesson_can_be_read_after_four_fifths_of_its_minutes() {
        let shown = Millis(1_000_000);
        assert_eq!(reading_left_ms(5, shown, shown.plus_ms(4 * MINUTE_MS - 1)), Some(1));
        assert_eq!(reading_left_ms(5, shown, shown.plus_ms(4 * MINUTE_MS)), None);
    }
}
