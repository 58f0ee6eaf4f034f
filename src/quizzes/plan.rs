//! Purpose: planning the quizzes of pushed lessons: their cards, and where the school wants polls, the polls.
//!
//! Invariant: everything about a quiz is written in the transaction that pushes its lesson.

use std::time::Duration;

use super::commands::{not_posted, row_key};
use super::rules::{Form, left_min};
use super::store::{self, NewPost, NewQuiz};
use crate::access::Button;
use crate::channel::{Card, Outgoing, Quiz};
use crate::clock::Millis;
use crate::course::{Lesson, LessonText};
use crate::failure::Outcome;
use crate::i18n::say;
use crate::ids::{Address, Native, PushId, QuizPostId};
use crate::outbox::{self, About, NewRow, Priority, Target};
use crate::private;
use crate::roster::{self, Group};
use crate::timetable::{phrase, wall};
use crate::work::Work;

/// When a quiz is to come, until when at the latest, and when it ends.
#[derive(Clone, Copy)]
struct Times {
    not_before: Millis,
    expires_at: Millis,
    closes_at: Millis,
}

/// The key of the card's row in the outbox.
fn card_key(push: PushId) -> String {
    format!("quiz-card/{push}")
}

/// Plans the quizzes of pushed lessons, to come after their cards.
pub async fn plan(
    work: &mut Work<'_>,
    pushed: &[(PushId, &Group, &Lesson)],
    not_before: Millis,
    open_for: Duration,
) -> Outcome<()> {
    let form = work.config.school.quiz;
    let closes_at = not_before.plus(open_for);
    let times = Times {
        not_before,
        expires_at: not_before.plus(open_for.saturating_sub(left_min(open_for))),
        closes_at,
    };
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
            stage_card(work, *push, group, text, form, times);
        }
        if form == Form::Private {
            continue;
        }
        for (post, _, number) in written.iter().filter(|(_, of, _)| of == push) {
            stage_poll(work, *post, *number, group, lesson, times);
        }
    }
    Ok(())
}

/// Stages the card that says what comes and who will see the answers; if nobody, with the button to begin.
fn stage_card(work: &mut Work<'_>, push: PushId, group: &Group, text: &LessonText, form: Form, times: Times) {
    let language = roster::language(work, None, Some(group));
    let until = phrase::moment(wall::shown(times.closes_at, work.config.school.zone));
    let (questions, title) = (text.quiz.len(), text.title.as_str());
    let card = match form {
        Form::Open => Card::plain(language.render(&say::quiz_card_open(questions, title, until))),
        Form::Private => {
            let words = say::quiz_card_private(questions, title, until);
            private::button_card(work, group, &words, &say::quiz_card_button(), Button::Quiz(push))
        }
    };
    work.send(NewRow {
        key: card_key(push),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Lesson,
        what: Outgoing::Say { card: Card { silent: true, ..card } },
        about: Some(About::QuizCard { push }),
        not_before: times.not_before,
        expires_at: Some(times.expires_at),
    });
}

fn stage_poll(
    work: &mut Work<'_>,
    post: QuizPostId,
    number: u32,
    group: &Group,
    lesson: &Lesson,
    times: Times,
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
            closes_at: Some(times.closes_at),
            topic: None,
        }),
        about: Some(About::QuizQuestion { post }),
        not_before: times.not_before,
        expires_at: Some(times.expires_at),
    });
}

/// The quiz of a lesson that will not be shown is not posted either.
pub async fn withdraw(work: &mut Work<'_>, push: PushId) -> Outcome<()> {
    let planned = store::pushed::planned_of(work, push).await?;
    let keys: Vec<String> = planned.iter().copied().map(row_key).chain([card_key(push)]).collect();
    let (tenant, now) = (work.tenant, work.now);
    let withdrawn = outbox::withdraw(work.writing().await?, tenant, &keys, now).await?;
    for post in planned.into_iter().filter(|post| withdrawn.contains(&row_key(*post))) {
        store::set_closed(work, post).await?;
        not_posted(work, post).await?;
    }
    store::end(work, push).await?;
    Ok(())
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
