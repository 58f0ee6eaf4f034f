//! Purpose: telling one person something that came up in a group, so that nobody else reads it.
//!
//! An answer to what was asked in the group is given there: where only they see it, if the channel can; else by a button
//! that shows it to whoever it belongs to; else, if no button can show it, in their private chat. News that nobody asked
//! for goes to an open private chat before it takes a place in the group. Never as a message that all can read.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card, Outgoing, Role, TEXT_UNITS_MAX};
use crate::clock::{DAY_MS, MINUTE_MS};
use crate::failure::Outcome;
use crate::i18n::{Text, say};
use crate::ids::{Address, GroupId, Native};
use crate::outbox::{About, Due, NewRow, Priority, Target};
use crate::roster::{self, Group, Person};
use crate::work::Work;

/// One button card of a kind in this time and group is enough: everybody who presses it sees their own.
const CARD_EVERY_MS: i64 = 10 * MINUTE_MS;

/// What is to be told.
pub(crate) struct Notice<'a> {
    /// Makes it one thing; part of the row's key.
    pub(crate) key: String,
    /// To whom.
    pub(crate) person: &'a Person,
    /// In which group it came up.
    pub(crate) group: &'a Group,
    /// The card.
    pub(crate) card: Card,
    /// Who hears how it ended.
    pub(crate) about: Option<About>,
    /// What is shown to all where nothing private is possible: it must tell nothing by itself. One such card in ten
    /// minutes is enough for a group.
    pub(crate) fallback: Card,
    /// True if an open private chat is tried before the button, because nobody asked in the group or because the button
    /// can't show all of it.
    pub(crate) private_first: bool,
}

/// Tells it.
pub(crate) fn tell(work: &mut Work<'_>, notice: Notice<'_>) {
    let group = Address::Group(notice.group.id);
    if work.capabilities.whisper {
        let what = whisper_or(notice.person, notice.card, notice.fallback, notice.private_first);
        return stage(work, notice.key, group, what, notice.about);
    }
    let in_private = notice.private_first || !is_shown_by_button(work, &notice.fallback);
    if in_private && notice.person.private_chat_open {
        // What it replies to stands in the group.
        let what = Outgoing::Say { card: Card { reply_to: None, ..notice.card } };
        return stage(work, notice.key, Address::Person(notice.person.id), what, notice.about);
    }
    let key = card_key(work, notice.group.id, &notice.fallback);
    stage(work, key, group, Outgoing::Say { card: notice.fallback }, None);
}

/// Cards with the same words are one and the same for ten minutes.
fn card_key(work: &Work<'_>, group: GroupId, card: &Card) -> String {
    let digest = Sha256::digest(card.body.text.as_bytes());
    let print = URL_SAFE_NO_PAD.encode(digest.get(..8).unwrap_or_default());
    format!("card/{group}/{print}/{}", work.now.0 / CARD_EVERY_MS)
}

/// Where a [`Notice`] to the person goes that is told in private where whispering is impossible; buttons on it work
/// only there.
pub(crate) fn place(work: &Work<'_>, group: GroupId, person: &Person) -> Address {
    if work.capabilities.whisper { Address::Group(group) } else { Address::Person(person.id) }
}

/// A short answer in a private chat.
pub(crate) fn say_in_private(work: &mut Work<'_>, key: String, person: &Person, card: Card) {
    stage(work, key, Address::Person(person.id), Outgoing::Say { card }, None);
}

/// Tells somebody something that nobody waits for: in the group where only they see it, or in their private chat; not
/// at all if neither is possible. The fallback is for a whisper that is refused.
pub(crate) fn tell_if_possible(
    work: &mut Work<'_>,
    key: String,
    person: &Person,
    group: &Group,
    words: String,
    fallback: Card,
) {
    let card = Card::plain(words);
    if work.capabilities.whisper {
        let what = whisper(person, card, fallback);
        stage(work, key, Address::Group(group.id), what, None);
    } else if person.private_chat_open {
        stage(work, key, Address::Person(person.id), Outgoing::Say { card }, None);
    }
}

/// A card for one member of a group, and what all of the group see in its place if it is refused and the member has no
/// private chat.
pub(crate) fn whisper(person: &Person, card: Card, fallback: Card) -> Outgoing {
    whisper_or(person, card, fallback, true)
}

fn whisper_or(person: &Person, card: Card, fallback: Card, private_first: bool) -> Outgoing {
    let fallback = Some(Box::new(Outgoing::Say { card: fallback }));
    Outgoing::Whisper { to: person.native.clone(), card, fallback, private_first }
}

/// True if whoever presses the card's button sees what is theirs.
fn is_shown_by_button(work: &Work<'_>, card: &Card) -> bool {
    work.capabilities.buttons && !card.buttons.is_empty()
}

/// A whisper was refused: it goes where it would have gone had that been known, the fallback as one card in ten minutes.
pub(crate) async fn unwhispered(work: &mut Work<'_>, row: &Due) -> Outcome<()> {
    let (Target::Chat(Address::Group(group)), Outgoing::Whisper { to, card, fallback, private_first }) =
        (row.to, &row.what)
    else {
        return Ok(());
    };
    let is_shown =
        matches!(fallback.as_deref(), Some(Outgoing::Say { card }) if is_shown_by_button(work, card));
    let person = roster::known_person(work, to).await?;
    let reachable = person.filter(|person| person.private_chat_open);
    if let Some(person) = reachable.filter(|_| *private_first || !is_shown) {
        let what = Outgoing::Say { card: in_private(work, group, &person, card) };
        let key = format!("unwhispered/{}", row.id);
        stage(work, key, Address::Person(person.id), what, row.about.clone());
    } else if let Some(Outgoing::Say { card }) = fallback.as_deref() {
        let key = card_key(work, group, card);
        stage(work, key, Address::Group(group), Outgoing::Say { card: card.clone() }, None);
    }
    Ok(())
}

/// The card as it stands in the private chat, where buttons of the group would not be believed.
fn in_private(work: &Work<'_>, group: GroupId, person: &Person, card: &Card) -> Card {
    let (from, to) = (Address::Group(group), Address::Person(person.id));
    let key = work.button_key();
    let again = |button: &CardButton| {
        let ButtonLook::Token(token) = &button.does else { return Some(button.clone()) };
        let read = key.read(token, work.tenant, from, person.id, work.now, i64::MAX).ok()?;
        let token = key.token(read.button, work.tenant, to, Some(person.id), work.now);
        Some(CardButton { does: ButtonLook::Token(token), ..button.clone() })
    };
    let buttons = card.buttons.iter().map(|row| row.iter().filter_map(again).collect()).collect();
    Card { body: card.body.clone(), buttons, ..Card::default() }
}

/// A card for all to read, with a button that shows whoever presses it what is theirs.
pub(crate) fn button_card(
    work: &Work<'_>,
    group: &Group,
    words: &Text,
    label: &Text,
    button: Button,
) -> Card {
    let language = roster::language(work, None, Some(group));
    let chat = Address::Group(group.id);
    let token = work.button_key().token(button, work.tenant, chat, None, work.now);
    let button = CardButton { label: language.render(label), does: ButtonLook::Token(token) };
    Card { buttons: vec![vec![button]], silent: true, ..Card::plain(language.render(words)) }
}

/// A card for all to read, with a button that shows whoever presses it their own points.
pub(crate) fn points_card(work: &Work<'_>, group: &Group) -> Card {
    let button = Button::MyPoints(group.id);
    button_card(work, group, &say::points_card(), &say::points_card_button(), button)
}

/// Where one of the staff alone reads something: in their private chat, else in the group. Nothing if neither is possible.
pub(crate) fn staff_chat(
    work: &Work<'_>,
    group: &Group,
    staff: &Person,
    role: Option<Role>,
) -> Option<Address> {
    if staff.private_chat_open {
        Some(Address::Person(staff.id))
    } else if work.capabilities.whisper && role.is_some_and(Role::is_present) {
        Some(Address::Group(group.id))
    } else {
        None
    }
}

/// An answer as one message has room for it: a longer one would be refused by the channel, and whoever asked would hear nothing.
/// It ends with a whole line.
pub(crate) fn fitted(what: Outgoing) -> Outgoing {
    let fit = |card: Card| Card { body: card.body.cut_at_line(TEXT_UNITS_MAX), ..card };
    match what {
        Outgoing::Say { card } => Outgoing::Say { card: fit(card) },
        Outgoing::Edit { message, card } => Outgoing::Edit { message, card: fit(card) },
        Outgoing::Whisper { to, card, fallback, private_first } => {
            Outgoing::Whisper { to, card: fit(card), fallback, private_first }
        }
        short => short,
    }
}

fn stage(work: &mut Work<'_>, key: String, to: Address, what: Outgoing, about: Option<About>) {
    work.send(NewRow {
        key,
        to: Target::Chat(to),
        priority: Priority::Answer,
        what: fitted(what),
        about,
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(DAY_MS)),
    });
}

/// The answer to a button press, which only the presser sees.
pub(crate) fn answer_press(work: &mut Work<'_>, press: &Native, to: Address, words: String, alert: bool) {
    end_press(work, press, to, Some(words), alert);
}

/// Ends a button's waiting sign without a word: what it did is seen in the chat.
pub(crate) fn take_press(work: &mut Work<'_>, press: &Native, to: Address) {
    end_press(work, press, to, None, false);
}

fn end_press(work: &mut Work<'_>, press: &Native, to: Address, text: Option<String>, alert: bool) {
    /// Telegram forgets a press after this.
    const PRESS_VALID_MS: i64 = 150_000;
    work.send(NewRow {
        key: format!("press/{press}"),
        to: Target::Chat(to),
        priority: Priority::Guard,
        what: Outgoing::AnswerPress { press: press.clone(), text, alert },
        about: None,
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(PRESS_VALID_MS)),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_answer_never_has_more_than_a_message_holds() {
        let long = "一行名单\n".repeat(1_000);
        let card = || Card::plain(long.clone());
        let (to, message) = (Native::from(1), Native::from(2));
        for what in [
            Outgoing::Say { card: card() },
            Outgoing::Edit { message, card: card() },
            Outgoing::Whisper { to, card: card(), fallback: None, private_first: true },
        ] {
            let (Outgoing::Say { card } | Outgoing::Edit { card, .. } | Outgoing::Whisper { card, .. }) =
                fitted(what)
            else {
                panic!("it became something else");
            };
            let units = card.body.text.encode_utf16().count();
            assert!((TEXT_UNITS_MAX - 10..=TEXT_UNITS_MAX).contains(&units), "{units}");
            assert!(card.body.text.ends_with("一行名单\n…"));
        }
    }
}
