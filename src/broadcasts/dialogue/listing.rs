//! Purpose: the list of what is coming: in private, of all groups or of one, with a button to open each; in a group, of that
//! group, for the one who asked.
//!
//! Invariant: who isn't staff sees nothing of what is coming, and nobody what others sent only to others' groups.

use super::upcoming::{Deed, labelled};
use super::words::LABEL_LETTERS_MAX;
use super::{GROUPS_MAX, Place, steps};
use crate::access::Button;
use crate::broadcasts::{self, Coming};
use crate::channel::{Button as CardButton, ButtonLook, Card};
use crate::failure::Outcome;
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, GroupId};
use crate::private;
use crate::roster::{self, Group, Person};
use crate::text::cut;
use crate::work::Work;

/// So many can be opened from the list, or are listed in a group.
const LISTED_MAX: usize = 20;
/// So many are told in the box of a press, which has room for few words.
const TOLD_MAX: usize = 4;

/// What the list in a private chat shows; its buttons carry it as a group and a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// What is coming in all groups.
    All,
    /// What is coming in one.
    Of(GroupId),
    /// The groups to choose one from, by the page; from 1 on.
    Groups(i64),
}

impl Shown {
    /// What a button with these numbers shows.
    pub(super) fn of_button(group: GroupId, page: i64) -> Self {
        match (group, page) {
            (GroupId(0), 0) => Self::All,
            (GroupId(0), page) => Self::Groups(page),
            (group, _) => Self::Of(group),
        }
    }

    fn button(self) -> Button {
        match self {
            Self::All => Button::Coming { group: GroupId(0), page: 0 },
            Self::Of(group) => Button::Coming { group, page: 0 },
            Self::Groups(page) => Button::Coming { group: GroupId(0), page },
        }
    }
}

/// The list, or the choice of a group.
pub(super) async fn card(work: &mut Work<'_>, place: &Place<'_>, shown: Shown) -> Outcome<Card> {
    match shown {
        Shown::All => all(work, place).await,
        Shown::Of(group) => of_group(work, place, group).await,
        Shown::Groups(page) => choice(work, place, page).await,
    }
}

/// What is coming, and below it what was sent lately, each with a button to open it.
async fn all(work: &mut Work<'_>, place: &Place<'_>) -> Outcome<Card> {
    let coming = broadcasts::list_coming(work, place.person, None).await?;
    let sent = broadcasts::list_sent(work, place.person).await?;
    let mut buttons = opening(work, place, &coming);
    for one in &sent {
        let label = place.language.render(&one.says);
        buttons.push(vec![labelled(work, place.person, one.broadcast, Deed::Open, &label)]);
    }
    if roster::permits_after(work, place.person, GroupId(0), 2).await?.len() > 1 {
        buttons.push(vec![button(work, place, &say::schedule_button_one_group(), Shown::Groups(1))]);
    }
    let head = if coming.is_empty() { say::schedule_empty() } else { say::schedule_list(coming.len()) };
    let mut body = place.language.render(&head);
    push_more(&mut body, place.language, coming.len(), LISTED_MAX);
    if !sent.is_empty() {
        body.push_str("\n\n");
        body.push_str(&place.language.render(&say::schedule_sent(broadcasts::SENT_DAYS)));
    }
    Ok(Card { buttons, ..Card::plain(body) })
}

/// What is coming in one group.
async fn of_group(work: &mut Work<'_>, place: &Place<'_>, group: GroupId) -> Outcome<Card> {
    let coming = broadcasts::list_coming(work, place.person, Some(group)).await?;
    let title = roster::group_by_id(work, group).await?.map(|group| group.title).unwrap_or_default();
    let mut body = place.language.render(&say::schedule_of_group(coming.len(), title));
    push_more(&mut body, place.language, coming.len(), LISTED_MAX);
    let mut buttons = opening(work, place, &coming);
    buttons.push(vec![
        button(work, place, &say::schedule_button_other_group(), Shown::Groups(1)),
        button(work, place, &say::schedule_button_list(), Shown::All),
    ]);
    Ok(Card { buttons, ..Card::plain(body) })
}

/// The groups to choose one from.
async fn choice(work: &mut Work<'_>, place: &Place<'_>, page: i64) -> Outcome<Card> {
    let permits = roster::permits_after(work, place.person, GroupId(0), GROUPS_MAX).await?;
    let mut groups: Vec<Group> = permits.into_iter().map(|(group, _)| group).collect();
    groups.sort_by(|one, other| (&one.title, one.id).cmp(&(&other.title, other.id)));
    let pages = groups.len().div_ceil(steps::PAGE_GROUPS).max(1);
    let page = usize::try_from(page).unwrap_or(1).clamp(1, pages);
    let shown = groups.iter().skip((page - 1) * steps::PAGE_GROUPS).take(steps::PAGE_GROUPS);
    let mut buttons: Vec<Vec<CardButton>> = shown
        .map(|group| {
            vec![button(work, place, &say::schedule_group(group.title.as_str()), Shown::Of(group.id))]
        })
        .collect();
    if pages > 1 {
        // Before the first comes the last, and after the last the first.
        let number = |page: usize| Shown::Groups(i64::try_from(page).unwrap_or(1));
        let (before, after) = (if page == 1 { pages } else { page - 1 }, page % pages + 1);
        buttons.push(vec![
            button(work, place, &say::dialogue_button_page_before(), number(before)),
            button(work, place, &say::dialogue_button_page_of(page, pages), number(page)),
            button(work, place, &say::dialogue_button_page_after(), number(after)),
        ]);
    }
    buttons.push(vec![button(work, place, &say::schedule_button_list(), Shown::All)]);
    Ok(Card { buttons, ..Card::plain(place.language.render(&say::schedule_which_group())) })
}

/// A button for each that can be opened.
fn opening(work: &Work<'_>, place: &Place<'_>, coming: &[Coming]) -> Vec<Vec<CardButton>> {
    let row = |one: &Coming| {
        let label = place.language.render(&one.says);
        vec![labelled(work, place.person, one.broadcast, Deed::Open, &label)]
    };
    coming.iter().take(LISTED_MAX).map(row).collect()
}

fn button(work: &Work<'_>, place: &Place<'_>, label: &Text, shown: Shown) -> CardButton {
    let (chat, owner) = (Address::Person(place.person.id), Some(place.person.id));
    let token = work.button_key().token(shown.button(), work.tenant, chat, owner, work.now);
    let label = cut(&place.language.render(label), LABEL_LETTERS_MAX);
    CardButton { label, does: ButtonLook::Token(token) }
}

fn push_more(body: &mut String, language: Language, listed: usize, most: usize) {
    if listed > most {
        body.push('\n');
        body.push_str(&language.render(&say::schedule_more(listed - most)));
    }
}

/// Somebody asked in a group for what is coming: what only they read, and what stands in the group where nobody can be told
/// alone. Who isn't staff reads whom this is for.
///
/// # Errors
/// Broken if the database is.
pub async fn in_group(work: &mut Work<'_>, person: &Person, group: &Group) -> Outcome<(Card, Card)> {
    let language = roster::language(work, Some(person), Some(group));
    let words = match staffs(work, person, group).await? {
        Some(coming) => {
            let mut words = told(&coming, language, LISTED_MAX);
            words.push_str("\n\n");
            words.push_str(&language.render(&say::schedule_in_group_how()));
            words
        }
        None => language.render(&say::schedule_for_staff()),
    };
    let (card, label) = (say::schedule_in_group_card(), say::schedule_in_group_button());
    let does = Button::Coming { group: group.id, page: 0 };
    Ok((Card::plain(words), private::button_card(work, group, &card, &label, does)))
}

/// The same, as short as the box of a press needs it.
///
/// # Errors
/// Broken if the database is.
pub async fn in_group_short(work: &mut Work<'_>, person: &Person, group: &Group) -> Outcome<String> {
    let language = roster::language(work, Some(person), Some(group));
    Ok(match staffs(work, person, group).await? {
        Some(coming) => told(&coming, language, TOLD_MAX),
        None => language.render(&say::schedule_for_staff()),
    })
}

/// What is coming in the group; none for who isn't staff.
async fn staffs(work: &mut Work<'_>, person: &Person, group: &Group) -> Outcome<Option<Vec<Coming>>> {
    if roster::is_staff(work, group.id, person.id).await? {
        return Ok(Some(broadcasts::list_coming(work, person, Some(group.id)).await?));
    }
    // They may have become an administrator without the bot hearing of it.
    roster::ask_who_administers(work, group);
    Ok(None)
}

fn told(coming: &[Coming], language: Language, most: usize) -> String {
    let mut words = language.render(&say::schedule_in_group(coming.len()));
    for one in coming.iter().take(most) {
        words.push('\n');
        words.push_str(&language.render(&say::list_line(one.says.clone())));
    }
    push_more(&mut words, language, coming.len(), most);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_shows_what_it_was_made_for() {
        for shown in [Shown::All, Shown::Of(GroupId(7)), Shown::Groups(1), Shown::Groups(9)] {
            let Button::Coming { group, page } = shown.button() else { panic!("{shown:?}") };
            assert_eq!(Shown::of_button(group, page), shown);
        }
    }
}
