//! Purpose: planning the quizzes of pushed lessons: their cards, and where the school wants polls, the polls.
//!
//! Invariant: everything about a quiz is written in the transaction that pushes its lesson.

use std::time::Duration;

use super::commands::row_key;
use super::rules::Form;
use super::store::{self, NewPost, NewQuiz};
use crate::access::Button;
use crate::channel::{Card, Outgoing, Quiz};
use crate::clock::Millis;
use crate::course::{Lesson, LessonText};
use crate::failure::Outcome;
use crate::i18n::say;
use crate::ids::{Address, Native, PushId, QuizPostId};
use crate::outbox::{About, NewRow, Priority, Target};
use crate::private;
use crate::roster::{self, Group};
use crate::timetable::{phrase, wall};
use crate::work::Work;

/// Plans the quizzes of pushed lessons, to come after their cards.
pub async fn plan(
    work: &mut Work<'_>,
    pushed: &[(PushId, &Group, &Lesson)],
    not_before: Millis,
    open_for: Duration,
) -> Outcome<()> {
    let form = work.config.school.quiz;
    let closes_at = not_before.plus(open_for);
    let (mut quizzes, mut posts) = (Vec::new(), Vec::new());
    for (push, group, lesson) in pushed {
        let Some(text) = lesson.text(roster::language(work, None, Some(group))) else { continue };
        quizzes.push(NewQuiz { push: *push, group: group.id, lesson: &lesson.id, form, closes_at });
        let questions = u32::try_from(text.quiz.len()).unwrap_or(0);
        posts.extend((0..questions).zip(&text.quiz).map(|(number, question)| NewPost {
            group: group.id,
            push: *push,
            lesson: &lesson.id,
            question: number,
            questions,
            correct: u32::try_from(question.correct).unwrap_or(u32::MAX),
            // Only a poll is ever looked for by its words.
            words: if form == Form::Open { &question.question } else { "" },
            closes_at,
        }));
    }
    store::insert_quizzes(work, &quizzes).await?;
    let written = store::insert_posts(work, &posts).await?;
    for (push, group, lesson) in pushed {
        if let Some(text) = lesson.text(roster::language(work, None, Some(group))) {
            stage_card(work, *push, group, text, form, not_before, closes_at);
        }
        if form == Form::Private {
            continue;
        }
        for (post, _, number) in written.iter().filter(|(_, of, _)| of == push) {
            stage_poll(work, *post, *number, group, lesson, not_before, closes_at);
        }
    }
    Ok(())
}

/// Stages the card that says what comes and who will see the answers; if nobody, with the button to begin.
fn stage_card(
    work: &mut Work<'_>,
    push: PushId,
    group: &Group,
    text: &LessonText,
    form: Form,
    not_before: Millis,
    closes_at: Millis,
) {
    let language = roster::language(work, None, Some(group));
    let until = phrase::moment(wall::shown(closes_at, work.config.school.zone));
    let (questions, title) = (text.quiz.len(), text.title.as_str());
    let card = match form {
        Form::Open => Card::plain(language.render(&say::quiz_card_open(questions, title, until))),
        Form::Private => {
            let words = say::quiz_card_private(questions, title, until);
            private::button_card(work, group, &words, &say::quiz_card_button(), Button::Quiz(push))
        }
    };
    work.send(NewRow {
        key: format!("quiz-card/{push}"),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Lesson,
        what: Outgoing::Say { card: Card { silent: true, ..card } },
        about: Some(About::QuizCard { push }),
        not_before,
        expires_at: Some(closes_at),
    });
}

fn stage_poll(
    work: &mut Work<'_>,
    post: QuizPostId,
    number: u32,
    group: &Group,
    lesson: &Lesson,
    not_before: Millis,
    closes_at: Millis,
) {
    let text = lesson.text(roster::language(work, None, Some(group)));
    let question = text.and_then(|text| text.quiz.get(usize::try_from(number).ok()?));
    let Some(question) = question else { return };
    work.send(NewRow {
        key: row_key(post),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Lesson,
        what: Outgoing::Quiz(Quiz {
            question: question.question.clone(),
            options: question.options.clone(),
            correct: question.correct,
            explanation: question.explanation.clone(),
            closes_at: Some(closes_at),
            topic: None,
        }),
        about: Some(About::QuizQuestion { post }),
        not_before,
        expires_at: Some(closes_at),
    });
}

/// A quiz's card is in the group. One that is answered in private ends by losing its button.
pub async fn card_sent(work: &mut Work<'_>, push: PushId, message: &Native) -> Outcome<()> {
    let Some(quiz) = store::set_card(work, push, message).await? else { return Ok(()) };
    if quiz.is_private {
        work.send(NewRow {
            key: format!("quiz-end/{push}"),
            to: Target::Chat(Address::Group(quiz.group)),
            priority: Priority::Digest,
            what: Outgoing::Buttons { message: message.clone(), buttons: Vec::new() },
            about: Some(About::QuizEnd { push }),
            not_before: quiz.closes_at,
            expires_at: None,
        });
    }
    Ok(())
}
