//! Purpose: the conversation in which a teacher publishes something, in the private chat with the bot.
//!
//! Invariants: what follows from what is decided in `steps`, which is pure; here the database is asked and what is said
//! is staged. A conversation is one row, so a restart in the middle changes nothing. Whoever isn't staff of any group
//! never gets into one.

mod asks;
mod choice;
mod desk;
mod forum;
mod gather;
mod known;
mod listing;
mod state;
mod steps;
mod store;
mod summary;
#[cfg(test)]
mod tests;
mod times;
mod upcoming;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::draft::{Confirmation, Groups};
use super::{heading, rules};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, ButtonPress, Card, Content, Message, Outgoing, Post};
use crate::clock::DAY_MS;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, BroadcastId, GroupId, Native};
use crate::outbox::{NewRow, Priority, Target};
use crate::private;
use crate::roster::{self, Person};
use crate::work::Work;

pub use asks::{Ask, asks, asks_in_group};
use choice::Choice;
use known::Known;
use listing::Shown;
pub use listing::{in_group, in_group_short};
use state::{Dialogue, Input, Reply, Show, State};
pub use store::forget_abandoned;
use upcoming::Deed;
pub(super) use upcoming::open_button;

/// More groups than any bot account can be in.
const GROUPS_MAX: i64 = 1_000_000;

/// Where a conversation goes on: the person, what names the occasion, and the card that was pressed.
struct Place<'a> {
    person: &'a Person,
    language: Language,
    /// Unique for each update.
    occasion: String,
    /// The card whose button was pressed; it is changed in place.
    card: Option<Native>,
}

/// Somebody asked for something by a command or its words. False if it is nothing of this conversation's.
///
/// # Errors
/// Broken if the database is.
pub async fn asked(work: &mut Work<'_>, person: &Person, ask: Ask, occasion: &str) -> Outcome<bool> {
    let input = match ask {
        Ask::Announce => Input::Announce,
        Ask::AnnouncePerhaps if is_staff_somewhere(work, person).await? => Input::Announce,
        Ask::Cancel => Input::Cancel,
        Ask::AnnouncePerhaps => return Ok(false),
        Ask::Schedule => {
            let language = roster::language(work, Some(person), None);
            let place = Place { person, language, occasion: occasion.to_owned(), card: None };
            let card = if is_staff_somewhere(work, person).await? {
                listing::card(work, &place, Shown::All).await?
            } else {
                Card::plain(language.render(&say::dialogue_not_staff()))
            };
            show(work, &place, card, "schedule");
            return Ok(true);
        }
    };
    heard(work, person, input, occasion).await
}

/// Somebody wrote something that no other feature takes. False if it is nothing of this conversation's.
///
/// # Errors
/// Broken if the database is.
pub async fn wrote(work: &mut Work<'_>, person: &Person, message: &Message, occasion: &str) -> Outcome<bool> {
    if message.words().starts_with('/') {
        return Ok(false);
    }
    let input = Input::Wrote {
        content: message.content.clone(),
        words: message.words().to_owned(),
        album: message.album.clone(),
    };
    heard(work, person, input, occasion).await
}

/// Somebody pressed a button of the conversation. The press is answered here.
///
/// # Errors
/// Refused if the button's step is over, or if what was confirmed can't be done.
pub async fn pressed(
    work: &mut Work<'_>,
    person: &Person,
    press: &ButtonPress,
    serial: i64,
    choice: i64,
) -> Outcome<()> {
    let choice = Choice::of_number(choice).ok_or_else(|| Failure::Refused(say::dialogue_step_over()))?;
    if choice == Choice::Sample {
        return Err(Failure::Refused(say::dialogue_sample()));
    }
    let place = place_of(work, person, press);
    go_on(work, &place, Input::Pressed { serial, choice }).await?;
    private::take_press(work, &press.id, Address::Person(person.id));
    Ok(())
}

/// Somebody pressed a button under something published or to be published. The press is answered here.
///
/// # Errors
/// Refused with the reason if it can't be done.
pub async fn pressed_coming(
    work: &mut Work<'_>,
    person: &Person,
    press: &ButtonPress,
    broadcast: BroadcastId,
    deed: i64,
) -> Outcome<()> {
    let deed = Deed::of_number(deed).ok_or_else(|| Failure::Refused(say::refused_button_unknown()))?;
    let place = place_of(work, person, press);
    if let Some(card) = upcoming::done(work, &place, broadcast, deed).await? {
        show(work, &place, card, "schedule");
    }
    private::take_press(work, &press.id, Address::Person(person.id));
    Ok(())
}

/// Somebody pressed a button of the list of what is coming: all of it, that of a group, or a page of groups. The press is
/// answered here.
///
/// # Errors
/// Refused for who isn't staff of any group any more.
pub async fn pressed_list(
    work: &mut Work<'_>,
    person: &Person,
    press: &ButtonPress,
    group: GroupId,
    page: i64,
) -> Outcome<()> {
    if !is_staff_somewhere(work, person).await? {
        return Err(Failure::Refused(say::dialogue_not_staff()));
    }
    let place = place_of(work, person, press);
    let card = listing::card(work, &place, Shown::of_button(group, page)).await?;
    show(work, &place, card, "schedule");
    private::take_press(work, &press.id, Address::Person(person.id));
    Ok(())
}

fn place_of<'a>(work: &Work<'_>, person: &'a Person, press: &ButtonPress) -> Place<'a> {
    Place {
        person,
        language: roster::language(work, Some(person), None),
        occasion: format!("press/{}", press.id),
        card: press.message.clone(),
    }
}

async fn heard(work: &mut Work<'_>, person: &Person, input: Input, occasion: &str) -> Outcome<bool> {
    let language = roster::language(work, Some(person), None);
    let place = Place { person, language, occasion: occasion.to_owned(), card: None };
    go_on(work, &place, input).await
}

/// What whoever publishes can do here, for the bot's introduction; nothing for others.
///
/// # Errors
/// Broken if the database is.
pub async fn introduction(work: &mut Work<'_>, person: &Person) -> Outcome<Option<Text>> {
    Ok(if is_staff_somewhere(work, person).await? { Some(say::dialogue_introduction()) } else { None })
}

/// Whether somebody may publish to any group.
///
/// # Errors
/// Broken if the database is.
pub async fn is_staff_somewhere(work: &mut Work<'_>, person: &Person) -> Outcome<bool> {
    Ok(!roster::permits_after(work, person, GroupId(0), 1).await?.is_empty())
}

/// The conversation goes on. False if what came in is not for it.
async fn go_on(work: &mut Work<'_>, place: &Place<'_>, input: Input) -> Outcome<bool> {
    let mut state = store::load(work, place.person.id).await?;
    if let Some(dialogue) = &mut state.open {
        follow_moves(work, dialogue).await?;
    }
    if state.open.is_none()
        && matches!(input, Input::Wrote { .. })
        && !is_staff_somewhere(work, place.person).await?
    {
        return Ok(false);
    }
    let known = Known::read(work, place.person, state.open.as_ref()).await?;
    let config = Arc::clone(&work.config);
    let facts = known.facts(work, &config);
    let (state, reply) = steps::next(state, input, &facts);
    match reply.show {
        Show::NotMine => return Ok(false),
        Show::Over => return Err(Failure::Refused(say::dialogue_step_over())),
        Show::Card | Show::Changed | Show::Notes | Show::Nothing => {}
    }
    store::keep(work, place.person.id, &state).await?;
    answer(work, place, &state, reply).await?;
    Ok(true)
}

/// A chosen group may have turned out to be another's new place.
async fn follow_moves(work: &mut Work<'_>, dialogue: &mut Dialogue) -> Outcome<()> {
    let Groups::Chosen(chosen) = &mut dialogue.draft.groups else { return Ok(()) };
    for (group, _) in chosen.iter_mut() {
        *group = roster::current(work, *group).await?;
    }
    let mut seen = BTreeSet::new();
    chosen.retain(|(group, _)| seen.insert(*group));
    Ok(())
}

/// Says what there is to say, and does what was confirmed.
async fn answer(work: &mut Work<'_>, place: &Place<'_>, state: &State, reply: Reply) -> Outcome<()> {
    let notes = reply.notes;
    if let Some(act) = reply.act {
        let (told, broadcast) = desk::carry_out(work, place.person, act).await?;
        let buttons = vec![vec![upcoming::button(work, place, broadcast, Deed::Open)]];
        show(work, place, Card { buttons, ..Card::plain(place.language.render(&told)) }, "done");
        return Ok(());
    }
    let Some(dialogue) = state.open.as_ref().filter(|_| reply.show != Show::Notes) else {
        if !notes.is_empty() {
            let words = rendered(place.language, &notes);
            show(work, place, Card::plain(words), "end");
        }
        return Ok(());
    };
    if reply.show == Show::Nothing {
        return Ok(());
    }
    let known = Known::read(work, place.person, Some(dialogue)).await?;
    let config = Arc::clone(&work.config);
    let facts = known.facts(work, &config);
    let sketch = words::card(dialogue, &facts, place.language);
    let card = signed(work, place.person, state.serial, sketch, &rendered(place.language, &notes));
    if dialogue.step == state::Step::Summary && reply.show == Show::Card {
        previewed(work, place, dialogue, state.serial);
        say_in_chat(work, place, card, "summary");
    } else {
        show(work, place, card, "card");
    }
    Ok(())
}

fn rendered(language: Language, notes: &[Text]) -> String {
    notes.iter().map(|note| language.render(note)).collect::<Vec<_>>().join("\n")
}

/// The sketch with signed buttons, under what is noted.
fn signed(work: &Work<'_>, person: &Person, serial: i64, sketch: words::Sketch, notes: &str) -> Card {
    let button = |label| signed_button(work, person, serial, label);
    let buttons = sketch.rows.into_iter().map(|row| row.into_iter().map(button).collect()).collect();
    let words = if notes.is_empty() { sketch.words } else { format!("{notes}\n\n{}", sketch.words) };
    Card { buttons, ..Card::plain(words) }
}

fn signed_button(
    work: &Work<'_>,
    person: &Person,
    serial: i64,
    (label, choice): (String, Choice),
) -> CardButton {
    let does = Button::Dialogue { serial, choice: choice.number() };
    let chat = Address::Person(person.id);
    let token = work.button_key().token(does, work.tenant, chat, Some(person.id), work.now);
    CardButton { label, does: ButtonLook::Token(token) }
}

/// Posts the contents as they will look, and takes the buttons off the card that led here.
fn previewed(work: &mut Work<'_>, place: &Place<'_>, dialogue: &Dialogue, serial: i64) {
    let words = place.language.render(&say::dialogue_preview());
    show(work, place, Card::plain(words), "preview");
    let draft = &dialogue.draft;
    let sample = match draft.confirmation {
        Confirmation::None => None,
        Confirmation::Read => Some(say::broadcast_read_button()),
        Confirmation::Signed => Some(say::broadcast_sign_button()),
    };
    let mut contents: Vec<Content> = (0..draft.contents.len())
        .filter_map(|part| heading::headed(&work.config, draft, part, place.language, ""))
        .collect();
    let button_part = rules::button_part(draft);
    if sample.is_some() && button_part == contents.len() {
        let body = place.language.render(&say::broadcast_confirm_above()).into();
        contents.push(Content::Text { body });
    }
    for (number, content) in contents.into_iter().enumerate() {
        let label = sample.as_ref().filter(|_| number == button_part);
        let row = label.map(|label| {
            let sketch = (place.language.render(label), Choice::Sample);
            vec![signed_button(work, place.person, serial, sketch)]
        });
        let post =
            Post { content, buttons: row.into_iter().collect(), topic: None, reply_to: None, silent: true };
        send(work, place, Outgoing::Post(post), &format!("preview/{number}"));
    }
}

/// Shows a card in the place of the one that was pressed, or as a new message.
fn show(work: &mut Work<'_>, place: &Place<'_>, card: Card, what: &str) {
    match &place.card {
        Some(message) => send(work, place, Outgoing::Edit { message: message.clone(), card }, what),
        None => say_in_chat(work, place, card, what),
    }
}

fn say_in_chat(work: &mut Work<'_>, place: &Place<'_>, card: Card, what: &str) {
    send(work, place, Outgoing::Say { card }, what);
}

fn send(work: &mut Work<'_>, place: &Place<'_>, what: Outgoing, part: &str) {
    work.send(NewRow {
        key: format!("dialogue/{}/{part}", place.occasion),
        to: Target::Chat(Address::Person(place.person.id)),
        priority: Priority::Answer,
        what: private::fitted(what),
        about: None,
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(DAY_MS)),
    });
}
