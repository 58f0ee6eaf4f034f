//! Purpose: lessons that somebody has missed: the list, and reading one where only they see it.
//!
//! Invariant: everybody sees their own list only: what came to their groups and they have not finished.

use std::collections::HashSet;

use super::rules;
use super::store::pushes;
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card};
use crate::course;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, GroupId, PushId};
use crate::private::{self, Notice, say_in_private, tell};
use crate::roster::{self, Group, Person};
use crate::text::cut;
use crate::work::Work;

/// Lessons listed at a time; more follow as these are finished.
const LISTED_MAX: usize = 8;
/// A button's words, in UTF-16 units; more would not be shown on a phone.
const TITLE_UNITS_MAX: usize = 64;

/// What somebody has missed of the lessons that came to a group, or to any group of theirs, the earliest first; with a button
/// for each, which works only for them in `chat`.
pub async fn missed_card(
    work: &mut Work<'_>,
    person: &Person,
    group: Option<GroupId>,
    chat: Address,
    language: Language,
) -> Outcome<Card> {
    let config = std::sync::Arc::clone(&work.config);
    let groups = match group {
        Some(group) => vec![group],
        None => roster::groups_of(work, person.id).await?,
    };
    let finished = course::finished(work, person.id).await?;
    let mut listed: HashSet<String> = HashSet::new();
    let mut buttons = Vec::new();
    for (push, id) in pushes::shown_in(work, &groups).await? {
        let text = config.lessons.lessons.get(&id).and_then(|lesson| lesson.text(language));
        let Some(text) = text.filter(|_| !finished.contains(&id)) else { continue };
        if buttons.len() < LISTED_MAX && listed.insert(id) {
            let does = Button::ReadLesson(push);
            let token = work.button_key().token(does, work.tenant, chat, Some(person.id), work.now);
            let label = cut(&text.title, TITLE_UNITS_MAX);
            buttons.push(vec![CardButton { label, does: ButtonLook::Token(token) }]);
        }
    }
    let words = match buttons.first() {
        Some(_) => say::lessons_missed(),
        None if groups.is_empty() => say::lessons_missed_where(),
        None => say::lessons_missed_none(),
    };
    Ok(Card { buttons, ..Card::plain(language.render(&words)) })
}

/// What stands in the group where nobody can be told alone.
#[must_use]
pub fn missed_elsewhere(work: &Work<'_>, group: &Group) -> Card {
    let language = roster::language(work, None, Some(group));
    Card::plain(language.render(&say::lessons_missed_in_private()))
}

/// Somebody wants to read a lesson from their list: they get its card where they asked. Returns what they are told.
pub async fn read(
    work: &mut Work<'_>,
    person: &Person,
    group: Option<&Group>,
    push: PushId,
) -> Outcome<Text> {
    let config = std::sync::Arc::clone(&work.config);
    let push =
        pushes::push(work, push).await?.ok_or_else(|| Failure::Refused(say::refused_button_unknown()))?;
    let language = roster::language(work, Some(person), group);
    let lesson = config.lessons.lessons.get(&push.lesson);
    let Some((lesson, text)) = lesson.and_then(|lesson| Some((lesson, lesson.text(language)?))) else {
        return Err(Failure::Refused(say::refused_lesson_gone()));
    };
    let chat = group.map_or(Address::Person(person.id), |group| private::place(work, group.id, person));
    let does = Button::LessonDone(push.id);
    let token = work.button_key().token(does, work.tenant, chat, Some(person.id), work.now);
    let button =
        CardButton { label: language.render(&say::lesson_done_button()), does: ButtonLook::Token(token) };
    let body = rules::card(lesson, text, language);
    let card = Card { body, buttons: vec![vec![button]], ..Card::default() };
    let key = format!("lesson-again/{}/{}/{}", person.id, push.id, work.now.0);
    match group {
        None => say_in_private(work, key, person, card),
        Some(group) => {
            let fallback = missed_elsewhere(work, group);
            tell(work, Notice { key, person, group, card, about: None, fallback, private_first: true });
        }
    }
    Ok(say::lessons_missed_here())
}
