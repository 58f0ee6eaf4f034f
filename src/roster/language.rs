//! Purpose: who reads which language, and how it is chosen.
//!
//! Invariant: what a person chose holds for everything only they read, what staff chose for everything a whole group
//! reads. Choosing again is the way back.

use super::{Group, GroupAffairs, Permit, Person, commands, store};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card};
use crate::failure::Outcome;
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, GroupId, PersonId};
use crate::work::Work;

/// The language for a reader: what the person chose, else what their client uses, else the group's, else the school's.
#[must_use]
pub fn language(work: &Work<'_>, person: Option<&Person>, group: Option<&Group>) -> Language {
    person
        .and_then(|person| person.chosen.or(person.language))
        .or_else(|| group.and_then(|group| group.language))
        .unwrap_or(work.config.school.language)
}

/// The card with which people choose their own language. Whoever finds themselves in the wrong one reads it in each.
/// With an owner only they can use it.
#[must_use]
pub fn own_language_card(work: &Work<'_>, reader: Language, chat: Address, owner: Option<PersonId>) -> Card {
    let words = Language::ALL.map(|language| language.render(&say::language_card())).join("\n");
    let mut buttons = languages(work, chat, owner, |choice| Button::Language(Some(choice)));
    let as_in_app = reader.render(&say::language_as_in_app());
    buttons.push(vec![button(work, as_in_app, Button::Language(None), chat, owner)]);
    Card { buttons, ..Card::plain(words) }
}

/// The card with which staff choose a group's language.
#[must_use]
pub fn group_language_card(
    work: &Work<'_>,
    reader: Language,
    group: GroupId,
    chat: Address,
    owner: Option<PersonId>,
) -> Card {
    let mut buttons = group_languages(work, group, chat, owner);
    let as_school = reader.render(&say::group_language_as_school());
    buttons.push(vec![button(work, as_school, Button::GroupLanguage(group, None), chat, owner)]);
    Card { buttons, ..Card::plain(reader.render(&say::group_language_card())) }
}

/// A row of buttons with which staff choose a group's language.
pub(super) fn group_languages(
    work: &Work<'_>,
    group: GroupId,
    chat: Address,
    owner: Option<PersonId>,
) -> Vec<Vec<CardButton>> {
    languages(work, chat, owner, |choice| Button::GroupLanguage(group, Some(choice)))
}

/// A row of buttons, each named in its own language.
fn languages(
    work: &Work<'_>,
    chat: Address,
    owner: Option<PersonId>,
    does: impl Fn(Language) -> Button,
) -> Vec<Vec<CardButton>> {
    let named = |language: Language| {
        button(work, language.render(&say::language_name()), does(language), chat, owner)
    };
    vec![Language::ALL.map(named).into()]
}

fn button(
    work: &Work<'_>,
    label: String,
    does: Button,
    chat: Address,
    owner: Option<PersonId>,
) -> CardButton {
    let token = work.button_key().token(does, work.tenant, chat, owner, work.now);
    CardButton { label, does: ButtonLook::Token(token) }
}

/// Somebody chose the language they read; none is that of their client. Returns them as they are now, and what they
/// are told.
pub async fn choose_language(
    work: &mut Work<'_>,
    person: Person,
    choice: Option<Language>,
) -> Outcome<(Person, Text)> {
    store::set_chosen(work, &person, choice).await?;
    let told = if choice.is_some() { say::language_chosen() } else { say::language_follows() };
    Ok((Person { chosen: choice, ..person }, told))
}

/// Staff chose the language of what a whole group reads; none is the school's. Returns what the one who chose is told.
pub async fn choose_group_language(
    work: &mut Work<'_>,
    permit: Permit<GroupAffairs>,
    choice: Option<Language>,
) -> Outcome<Text> {
    let language = choice.unwrap_or(work.config.school.language);
    let told = say::group_language_chosen(language.render(&say::language_name()));
    let Some(group) = store::group_by_id(work, permit.group()).await? else {
        return Ok(say::refused_button_unknown());
    };
    if group.language == choice {
        return Ok(told);
    }
    store::set_group_language(work, group.id, choice).await?;
    let object = format!("{} {}", group.id, choice.map_or("school", Language::tag));
    store::audit(work, permit.actor(), "group.language", &object).await?;
    let group = Group { language: choice, ..group };
    commands::refresh_greeting(work, &group, &format!("language/{}", work.now.0));
    Ok(told)
}
