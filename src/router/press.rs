//! Purpose: what a pressed button does.
//!
//! Invariant: every press is answered, within the press, whatever became of it.

use crate::access::{Button, Pressed};
use crate::broadcasts;
use crate::channel::{ButtonPress, Chat, ChatKind};
use crate::clock::DAY_MS;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::Address;
use crate::lessons;
use crate::moderation;
use crate::points;
use crate::private::answer_press;
use crate::quizzes;
use crate::roster::{self, Group, Person};
use crate::text::cut;
use crate::work::Work;

/// How long a button works. Lessons are read weeks later; older cards are history.
const VALID_MS: i64 = 180 * DAY_MS;

pub(super) async fn pressed(work: &mut Work<'_>, press: &ButtonPress) -> Outcome<()> {
    let person = roster::person(work, &press.sender).await?;
    let (chat, group) = place(work, press.chat.as_ref(), &person).await?;
    let believed = work
        .button_key()
        .read(&press.token, work.tenant, chat, person.id, work.now, VALID_MS)
        .map_err(super::button_refusal)?;
    if let Some(group) = &group {
        meet(work, group, &person, believed.button).await?;
    }
    let language = roster::language(work, Some(&person), group.as_ref());
    let words = match believed.button {
        Button::SetUp(group) => {
            let permit = roster::permit(work, person.id, group).await?;
            let told = roster::set_up(work, permit).await?;
            super::menus::group_changed(work, group, &format!("press/{}", press.id)).await?;
            language.render(&told)
        }
        Button::LessonDone(push) => language.render(&lessons::done(work, person.id, push).await?),
        Button::ReadLesson(push) => {
            language.render(&lessons::read(work, &person, group.as_ref(), push).await?)
        }
        Button::Quiz(push) => language.render(&quizzes::take(work, &person, group.as_ref(), push).await?),
        Button::MyPoints(_) => points::balance_short(work, person.id, language).await?,
        Button::WhyDeleted(_)
        | Button::Appeal(_)
        | Button::Undo(_)
        | Button::LeaveAct { .. }
        | Button::Appeals(_) => language.render(&about_removal(work, &person, chat, believed).await?),
        Button::Dispute(of) => language.render(&points::dispute(work, &person, of).await?),
        Button::TakeBack { dispute, entry, reason } => {
            language.render(&points::take_back(work, &person, dispute, entry, reason, chat).await?)
        }
        Button::Confirm { run, version } => {
            language.render(&broadcasts::confirm(work, &person, chat, run, version).await?)
        }
        Button::Approve(broadcast, version) => {
            language.render(&broadcasts::approve(work, &person, broadcast, version).await?)
        }
        Button::Decline(broadcast, version) => {
            language.render(&broadcasts::decline(work, &person, broadcast, version).await?)
        }
        Button::LeavePoints(dispute) => language.render(&points::leave(work, &person, dispute).await?),
        Button::Language(choice) => {
            let (person, told) = roster::choose_language(work, person, choice).await?;
            roster::language(work, Some(&person), group.as_ref()).render(&told)
        }
        Button::GroupLanguage(group, choice) => {
            let permit = roster::permit(work, person.id, group).await?;
            language.render(&roster::choose_group_language(work, permit, choice).await?)
        }
        Button::GroupStage { group, choice } => {
            let permit = roster::permit(work, person.id, group).await?;
            language.render(&roster::press_stage(work, permit, choice).await?)
        }
        card @ (Button::Dialogue { .. }
        | Button::QuizAnswer { .. }
        | Button::QuizAgain(_)
        | Button::Broadcast { .. }
        | Button::Coming { .. }
        | Button::Topic { .. }) => match in_conversation(work, &person, group.as_ref(), press, card).await? {
            Some(words) => words,
            None => return Ok(()),
        },
    };
    stage(work, press, chat, &words);
    Ok(())
}

/// Whoever presses is there: what came to the group is theirs to read in private, too. A quiz pays only members, and an open
/// group's cards can be pressed from outside: it asks who is one.
async fn meet(work: &mut Work<'_>, group: &Group, person: &Person, button: Button) -> Outcome<()> {
    if matches!(button, Button::Quiz(_) | Button::QuizAnswer { .. } | Button::QuizAgain(_)) {
        return Ok(());
    }
    Ok(roster::pressed_in(work, group.id, person.id).await?)
}

/// Buttons about a message that was removed.
async fn about_removal(
    work: &mut Work<'_>,
    person: &Person,
    chat: Address,
    pressed: Pressed,
) -> Outcome<Text> {
    match pressed.button {
        Button::WhyDeleted(act) => moderation::why(work, person, act, pressed.made_at).await,
        Button::Appeal(act) => moderation::appeal(work, person, act).await,
        Button::Undo(act) => moderation::undo(work, person, act).await,
        Button::LeaveAct { act, reason } => moderation::leave(work, person, act, reason, chat).await,
        Button::Appeals(group) => {
            let permit = roster::permit(work, person.id, group).await?;
            moderation::open_appeals(work, person, permit).await
        }
        _ => Err(Failure::Refused(say::refused_button_unknown())),
    }
}

/// Buttons whose press changes the card they are on, and is answered with it: nothing is left to be said then.
async fn in_conversation(
    work: &mut Work<'_>,
    person: &Person,
    group: Option<&Group>,
    press: &ButtonPress,
    button: Button,
) -> Outcome<Option<String>> {
    match (button, group) {
        (Button::QuizAnswer { post, number, option }, _) => {
            quizzes::answer(work, person, group, press, (post, number, option)).await?;
        }
        (Button::QuizAgain(push), _) => quizzes::again(work, person, group, press, push).await?,
        (Button::Dialogue { serial, choice }, _) => {
            broadcasts::dialogue::pressed(work, person, press, serial, choice).await?;
        }
        (Button::Broadcast { broadcast, deed }, _) => {
            broadcasts::dialogue::pressed_coming(work, person, press, broadcast, deed).await?;
        }
        (Button::Topic { topic, run, wanted }, _) => {
            broadcasts::choose_topic(work, person, press, topic, run, wanted).await?;
        }
        (Button::Coming { .. }, Some(group)) => {
            return broadcasts::dialogue::in_group_short(work, person, group).await.map(Some);
        }
        (Button::Coming { group, page }, None) => {
            broadcasts::dialogue::pressed_list(work, person, press, group, page).await?;
        }
        _ => return Err(Failure::Refused(say::refused_button_unknown())),
    }
    Ok(None)
}

/// The address of the chat a press came from, and the group if it is one.
async fn place(
    work: &mut Work<'_>,
    chat: Option<&Chat>,
    person: &Person,
) -> Outcome<(Address, Option<Group>)> {
    match chat {
        Some(chat) if chat.kind != ChatKind::Private => {
            let group = roster::known_group(work, &chat.id)
                .await?
                .ok_or_else(|| Failure::Refused(say::refused_button_unknown()))?;
            Ok((Address::Group(group.id), Some(group)))
        }
        Some(_) => Ok((Address::Person(person.id), None)),
        None => Err(Failure::Refused(say::refused_button_expired())),
    }
}

/// Answers a refused press in the presser's language.
pub(super) async fn refused(work: &mut Work<'_>, press: &ButtonPress, why: &Text) -> Outcome<()> {
    let person = roster::person(work, &press.sender).await?;
    let group = match &press.chat {
        Some(chat) if chat.kind != ChatKind::Private => roster::known_group(work, &chat.id).await?,
        _ => None,
    };
    if let Some(group) = group.as_ref().filter(|_| *why == say::refused_not_staff()) {
        // They may have become an administrator without the bot hearing of it: the next press will know.
        roster::ask_who_administers(work, group);
    }
    let language = roster::language(work, Some(&person), group.as_ref());
    let to = group.map_or(Address::Person(person.id), |group| Address::Group(group.id));
    stage(work, press, to, &language.render(why));
    Ok(())
}

/// The answer to a press, in a box that must be closed: what is said there matters.
fn stage(work: &mut Work<'_>, press: &ButtonPress, to: Address, words: &str) {
    let words = cut(words, work.capabilities.alert_units_max);
    answer_press(work, &press.id, to, words, true);
}
