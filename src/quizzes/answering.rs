//! Purpose: taking a quiz in private: one question after another, where only the one who answers sees it.
//!
//! Invariants: what comes next follows from what is in the database alone, so a card that was lost, is old or is pressed twice only
//! shows where somebody stands. An answer counts if it is handled before the quiz is over: a press tells no time of its own.

use std::sync::Arc;

use super::commands::ask_member;
use super::reward::pay;
use super::rules::{Given, Next, TRIES_MAX, next, order, score_of};
use super::store::{self, Post, Quiz};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, ButtonPress, Card, Outgoing, Role, Style, Styled};
use crate::clock::DAY_MS;
use crate::course::{LessonText, Question};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, Native, PushId, QuizPostId};
use crate::outbox::{NewRow, Priority, Target};
use crate::private::{self, Notice};
use crate::roster::{self, Group, Person};
use crate::work::Work;

/// What options are called; no question has more.
const LETTERS: [&str; 10] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
/// Buttons side by side: more would be too narrow on a phone.
const IN_A_ROW: usize = 5;

/// A quiz that somebody takes.
struct Taking<'a> {
    person: &'a Person,
    quiz: Quiz,
    posts: Vec<Post>,
    text: LessonText,
    language: Language,
    /// Where its buttons are pressed.
    chat: Address,
}

impl<'a> Taking<'a> {
    /// Of the quiz of a push, as long as it can be answered.
    async fn of(
        work: &mut Work<'_>,
        person: &'a Person,
        group: Option<&Group>,
        chat: Address,
        push: PushId,
    ) -> Outcome<Self> {
        let quiz = store::quiz(work, push).await?.filter(|quiz| quiz.is_private);
        let quiz = quiz.ok_or_else(|| Failure::Refused(say::refused_button_unknown()))?;
        if work.now >= quiz.closes_at {
            return Err(Failure::Refused(say::quiz_over()));
        }
        let posts = store::questions(work, push).await?;
        let language = roster::language(work, Some(person), group);
        let config = Arc::clone(&work.config);
        let text = config.lessons.lessons.get(&quiz.lesson).and_then(|lesson| lesson.text(language));
        // A lesson that was changed since may ask something else.
        let text = text.filter(|text| !posts.is_empty() && text.quiz.len() == posts.len());
        let text = text.cloned().ok_or_else(|| Failure::Refused(say::refused_lesson_gone()))?;
        Ok(Self { person, quiz, posts, text, language, chat })
    }

    fn questions(&self) -> u32 {
        u32::try_from(self.posts.len()).unwrap_or(0)
    }

    /// What this person's orders follow from.
    fn seed(&self) -> String {
        format!("{}/{}", self.person.id, self.quiz.lesson)
    }

    async fn given(&self, work: &mut Work<'_>) -> Outcome<Vec<Given>> {
        Ok(store::given(work, self.person.id, &self.quiz.lesson).await?)
    }

    fn question(&self, number: u32) -> Option<(&Post, &Question)> {
        let index = usize::try_from(number).ok()?;
        Some((self.posts.get(index)?, self.text.quiz.get(index)?))
    }

    fn button(&self, work: &Work<'_>, label: String, does: Button) -> CardButton {
        let token = work.button_key().token(does, work.tenant, self.chat, Some(self.person.id), work.now);
        CardButton { label, does: ButtonLook::Token(token) }
    }

    /// A question, its options in this person's order.
    fn question_card(&self, work: &Work<'_>, lead: &str, try_number: u32, number: u32, place: u32) -> Card {
        let Some((post, question)) = self.question(number) else { return Card::plain(lead) };
        let mut body = Styled::from(lead.to_owned());
        let head = say::quiz_question(place, self.questions(), self.text.title.as_str());
        body.push_in(&self.language.render(&head), Style::Italic);
        body.push("\n\n");
        body.push_in(&question.question, Style::Bold);
        body.push("\n");
        let options = u32::try_from(question.options.len()).unwrap_or(0);
        let shown = order(&format!("{}/{try_number}/{number}", self.seed()), options);
        let mut buttons = Vec::new();
        for (letter, option) in LETTERS.into_iter().zip(shown) {
            let words = usize::try_from(option).ok().and_then(|option| question.options.get(option));
            body.push(&format!("\n{letter}. {}", words.map_or("", String::as_str)));
            let does = Button::QuizAnswer { post: post.id, number: try_number, option };
            buttons.push(self.button(work, letter.to_owned(), does));
        }
        let buttons = buttons.chunks(IN_A_ROW).map(<[CardButton]>::to_vec).collect();
        Card { body, buttons, ..Card::default() }
    }

    /// How it ended, with the way to another try if there is one.
    fn result_card(&self, work: &Work<'_>, lead: &str, right: u32, left: u32, paid: u32) -> Card {
        let title = self.text.title.as_str();
        let result = if paid > 0 {
            say::quiz_result_paid(paid, self.questions(), right, title)
        } else {
            say::quiz_result_private(self.questions(), right, title)
        };
        let mut body = Styled::from(lead.to_owned());
        body.push(&self.language.render(&result));
        if left == 0 {
            return Card { body, ..Card::default() };
        }
        body.push("\n");
        body.push(&self.language.render(&say::quiz_tries_left(left)));
        let label = self.language.render(&say::quiz_again_button());
        let again = self.button(work, label, Button::QuizAgain(self.quiz.push));
        Card { body, buttons: vec![vec![again]], ..Card::default() }
    }

    /// What is said to an answer: whether it was right, and why.
    fn feedback(&self, answer: Given) -> String {
        let Some((post, question)) = self.question(answer.question) else { return String::new() };
        let right = usize::try_from(post.correct).ok().and_then(|right| question.options.get(right));
        let explanation = question.explanation.as_str();
        let said = if answer.correct {
            say::quiz_right(explanation)
        } else {
            say::quiz_wrong(explanation, right.map_or("", String::as_str))
        };
        format!("{}\n\n", self.language.render(&said))
    }

    /// Changes the card that was pressed into another.
    fn show(&self, work: &mut Work<'_>, press: &ButtonPress, message: &Native, card: Card) {
        work.send(NewRow {
            key: format!("quiz-step/{}", press.id),
            to: Target::Chat(self.chat),
            priority: Priority::Answer,
            what: Outgoing::Edit { message: message.clone(), card },
            about: None,
            not_before: work.now,
            expires_at: Some(work.now.plus_ms(DAY_MS)),
        });
        private::take_press(work, &press.id, self.chat);
    }
}

/// Somebody wants to take a quiz, or to go on with it: they get the question where they stand. Returns what they are told.
pub async fn take(
    work: &mut Work<'_>,
    person: &Person,
    group: Option<&Group>,
    push: PushId,
) -> Outcome<Text> {
    let group = group.ok_or_else(|| Failure::Refused(say::refused_button_unknown()))?;
    let chat = private::place(work, group.id, person);
    let taking = Taking::of(work, person, Some(group), chat, push).await?;
    let given = taking.given(work).await?;
    let (number, question, place) = match next(&taking.seed(), taking.questions(), &given, true) {
        Next::Ask { number, question, place } => (number, question, place),
        Next::Finished { .. } => {
            let scores = (1..=TRIES_MAX).map(|number| score_of(taking.questions(), &given, number).right);
            return Ok(say::quiz_finished(taking.questions(), scores.max().unwrap_or(0)));
        }
    };
    if !work.capabilities.whisper && !person.private_chat_open {
        return Ok(say::quiz_private_first());
    }
    let card = taking.question_card(work, "", number, question, place);
    let key = format!("quiz-ask/{}/{push}/{}", person.id, work.now.0);
    let all = roster::language(work, None, Some(group));
    let fallback = Card::plain(all.render(&say::quiz_private_card()));
    private::tell(work, Notice { key, person, group, card, about: None, fallback, private_first: true });
    Ok(say::quiz_here())
}

/// Somebody chose an option: they see whether it was right, and what comes next.
pub async fn answer(
    work: &mut Work<'_>,
    person: &Person,
    group: Option<&Group>,
    press: &ButtonPress,
    (post, number, option): (QuizPostId, u32, u32),
) -> Outcome<()> {
    let message = pressed_card(press)?;
    let post = store::post(work, post).await?;
    let post = post.ok_or_else(|| Failure::Refused(say::refused_button_unknown()))?;
    let chat = group.map_or(Address::Person(person.id), |group| Address::Group(group.id));
    let taking = Taking::of(work, person, group, chat, post.push).await?;
    let (seed, questions) = (taking.seed(), taking.questions());
    let before = taking.given(work).await?;
    let is_asked =
        matches!(next(&seed, questions, &before, true), Next::Ask { number: now, .. } if now == number);
    let is_this = |answer: &&Given| answer.number == number && answer.question == post.question;
    let is_new = is_asked && !before.iter().any(|answer| is_this(&answer));
    if is_new {
        let role = roster::role(work, post.group, person.id).await?;
        let is_member = role.is_some_and(Role::is_present);
        let state = if is_member { "counted" } else { "waiting" };
        store::insert_answer(work, &post, person.id, number, option, state).await?;
        if !is_member {
            // Whoever looks at a group from outside can press too.
            ask_member(work, &post, person.id, work.now).await?;
        }
    }
    let given = taking.given(work).await?;
    let lead = given.iter().find(is_this).map(|answer| taking.feedback(*answer)).unwrap_or_default();
    let card = match next(&seed, questions, &given, false) {
        Next::Ask { number, question, place } => taking.question_card(work, &lead, number, question, place),
        Next::Finished { score, left } => {
            let paid = if is_new { pay(work, person.id, &post.lesson).await? } else { None };
            taking.result_card(work, &lead, score.right, left, paid.map_or(0, |(_, paid)| paid))
        }
    };
    taking.show(work, press, &message, card);
    Ok(())
}

/// Somebody wants to try once more: the card with their result becomes the first question.
pub async fn again(
    work: &mut Work<'_>,
    person: &Person,
    group: Option<&Group>,
    press: &ButtonPress,
    push: PushId,
) -> Outcome<()> {
    let message = pressed_card(press)?;
    let chat = group.map_or(Address::Person(person.id), |group| Address::Group(group.id));
    let taking = Taking::of(work, person, group, chat, push).await?;
    let given = taking.given(work).await?;
    let card = match next(&taking.seed(), taking.questions(), &given, true) {
        Next::Ask { number, question, place } => taking.question_card(work, "", number, question, place),
        Next::Finished { score, left } => taking.result_card(work, "", score.right, left, 0),
    };
    taking.show(work, press, &message, card);
    Ok(())
}

fn pressed_card(press: &ButtonPress) -> Outcome<Native> {
    press.message.clone().ok_or_else(|| Failure::Refused(say::refused_button_expired()))
}
