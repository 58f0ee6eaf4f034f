//! Purpose: the `[[quiz]]` sections of a lesson.
//!
//! Invariant: the limits are those of Telegram's quiz polls (Bot API, `sendPoll`), so that no question is refused when it
//! is posted.

use std::ops::RangeInclusive;

use super::item::Item;
use super::lesson_files::Fact;
use super::reader::Table;
use crate::course::Question;
use crate::i18n::say;

/// Enough to know whether somebody has read the lesson, few enough to answer at once.
const QUESTIONS: RangeInclusive<usize> = 3..=5;
const QUESTION_UNITS_MAX: usize = 300;
const OPTIONS: RangeInclusive<usize> = 2..=10;
const OPTION_UNITS_MAX: usize = 100;
const EXPLANATION_UNITS_MAX: usize = 200;
const EXPLANATION_LINE_FEEDS_MAX: usize = 2;

/// Reads every question; none if one is wrong or there are too few or too many.
pub(super) fn read(root: &mut Table<'_>, facts: &mut Vec<Fact>) -> Option<Vec<Question>> {
    let item = root.need("quiz");
    let sections = item.as_ref().and_then(|item| item.list(QUESTIONS));
    let count = sections.as_ref().map(|sections| sections.len().to_string());
    facts.push(Fact::of("quiz", item.as_ref(), count));
    let questions: Vec<Option<Question>> =
        sections?.iter().filter_map(Item::table).map(|table| read_question(table, facts)).collect();
    questions.into_iter().collect()
}

fn read_question(mut table: Table<'_>, facts: &mut Vec<Fact>) -> Option<Question> {
    let question = table.need("question").and_then(|item| item.words(QUESTION_UNITS_MAX));
    let item = table.need("options");
    let options =
        item.as_ref().and_then(|item| item.distinct(OPTIONS, |option| option.words(OPTION_UNITS_MAX)));
    let count = options.as_ref().map(Vec::len);
    facts.push(Fact::of("options", item.as_ref(), count.map(|count| count.to_string())));
    let item = table.need("answer");
    let highest = i64::try_from(count.unwrap_or(*OPTIONS.end())).unwrap_or(i64::MAX);
    let answer = item.as_ref().and_then(|item| item.integer(1..=highest));
    facts.push(Fact::of("answer", item.as_ref(), answer.map(|answer| answer.to_string())));
    let explanation = table.need("explanation").and_then(|item| read_explanation(&item));
    table.finish();
    Some(Question {
        question: question?,
        options: options?,
        correct: usize::try_from(answer? - 1).ok()?,
        explanation: explanation?,
    })
}

fn read_explanation(item: &Item<'_>) -> Option<String> {
    let words = item.words(EXPLANATION_UNITS_MAX)?;
    let line_feeds = words.matches('\n').count();
    let few = line_feeds <= EXPLANATION_LINE_FEEDS_MAX;
    item.settle(
        few.then_some(words)
            .ok_or_else(|| say::config_line_feeds(line_feeds, item.key(), EXPLANATION_LINE_FEEDS_MAX)),
    )
}
