//! Purpose: the end of a quiz: its card becomes a summary of what the group answered together.
//!
//! Invariant: one summary a quiz, without names, of questions that enough people answered; it is an edit, so it disturbs nobody
//! and takes no place of the day's pushes.

use super::rules::{Tally, hardest, told};
use super::store;
use crate::channel::{Card, Outgoing, Style, Styled};
use crate::course::{LessonText, Question};
use crate::failure::Outcome;
use crate::i18n::{Language, say};
use crate::ids::{Address, PushId, QuizPostId};
use crate::outbox::{NewRow, Priority, Target};
use crate::roster;
use crate::work::Work;

/// A poll is closed; perhaps it was the last of its quiz.
pub(super) async fn end_of_post(work: &mut Work<'_>, post: QuizPostId) -> Outcome<()> {
    match store::post(work, post).await? {
        Some(post) => ended(work, post.push, true).await,
        None => Ok(()),
    }
}

/// A quiz is over, as soon as none of its polls is open. Its card can be changed only if it `is_there`.
pub async fn ended(work: &mut Work<'_>, push: PushId, is_there: bool) -> Outcome<()> {
    let Some(quiz) = store::end(work, push).await? else { return Ok(()) };
    let Some(message) = quiz.message.filter(|_| is_there) else { return Ok(()) };
    let (people, tallies) = store::tallies(work, push).await?;
    let tallies = told(tallies);
    let Some(group) = roster::group_by_id(work, quiz.group).await? else { return Ok(()) };
    let language = roster::language(work, None, Some(&group));
    let config = std::sync::Arc::clone(&work.config);
    let lesson = config.lessons.lessons.get(&quiz.lesson);
    let Some(text) = lesson.and_then(|lesson| lesson.text(language)).filter(|_| !tallies.is_empty()) else {
        return Ok(());
    };
    let card = Card { body: summary(text, people, &tallies, language), ..Card::default() };
    work.send(NewRow {
        key: format!("quiz-summary/{push}"),
        to: Target::Chat(Address::Group(quiz.group)),
        priority: Priority::Digest,
        what: Outgoing::Edit { message, card },
        about: None,
        not_before: work.now,
        expires_at: None,
    });
    Ok(())
}

/// How many took part, how many of a hundred had each question right, and of the hardest what was chosen and why that is so.
fn summary(text: &LessonText, people: u32, tallies: &[Tally], language: Language) -> Styled {
    let mut body = Styled::default();
    body.push_in(&language.render(&say::quiz_summary(text.title.as_str())), Style::Bold);
    body.push("\n");
    body.push(&language.render(&say::quiz_summary_people(people)));
    for tally in tallies {
        let Some(question) = question(text, tally) else { continue };
        body.push("\n");
        let line = say::quiz_summary_question(tally.question + 1, tally.right(), question.question.as_str());
        body.push(&language.render(&line));
    }
    body.push("\n\n");
    let Some((tally, question)) = hardest(tallies).and_then(|tally| Some((tally, question(text, tally)?)))
    else {
        body.push(&language.render(&say::quiz_summary_all_right()));
        return body;
    };
    body.push_in(&language.render(&say::quiz_summary_hardest(tally.question + 1)), Style::Bold);
    for (number, option) in (0..).zip(&question.options) {
        body.push("\n");
        let (percent, option) = (tally.percent(number), option.as_str());
        let line = if number == tally.correct {
            say::quiz_summary_right(option, percent)
        } else {
            say::quiz_summary_option(option, percent)
        };
        body.push(&language.render(&line));
    }
    body.push("\n");
    body.push(&question.explanation);
    body
}

fn question<'t>(text: &'t LessonText, tally: &Tally) -> Option<&'t Question> {
    text.quiz.get(usize::try_from(tally.question).ok()?)
}
