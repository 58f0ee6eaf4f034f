//! Purpose: telling one person something that came up in a group, so that nobody else reads it.
//!
//! Inside the group where only they see it, if the channel can; else in their private chat, if they opened one; else a
//! button in the group that shows it to whoever it belongs to. Never as a message that all can read.

use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card, Outgoing};
use crate::clock::{DAY_MS, MINUTE_MS};
use crate::i18n::{Language, Text};
use crate::ids::{Address, GroupId, Native};
use crate::outbox::{About, NewRow, Priority, Target};
use crate::roster::{Group, Person};
use crate::work::Work;

/// One button card of a kind in this time and group is enough: everybody who presses it sees their own.
const CARD_EVERY_MS: i64 = 10 * MINUTE_MS;

/// The button that shows the same on demand.
pub(crate) struct Fallback {
    /// What stands above the button, for all to read.
    pub(crate) words: Text,
    /// What stands on the button.
    pub(crate) label: Text,
    /// What the button does.
    pub(crate) button: Button,
    /// Cards with the same kind are not repeated within ten minutes.
    pub(crate) kind: &'static str,
}

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
    /// What to do where nothing private is possible.
    pub(crate) fallback: Fallback,
    /// The group's or person's language, for the card that all can read.
    pub(crate) language: Language,
    /// True if the private chat is tried before the button.
    pub(crate) private_chat_first: bool,
}

/// Tells it.
pub(crate) fn tell(work: &mut Work<'_>, notice: Notice<'_>) {
    let group = Address::Group(notice.group.id);
    let button = button_card(work, &notice);
    if work.capabilities.whisper {
        let what = Outgoing::Whisper {
            to: notice.person.native.clone(),
            card: notice.card,
            fallback: Some(Box::new(Outgoing::Say { card: button })),
        };
        return stage(work, notice.key, group, what, notice.about);
    }
    if notice.private_chat_first && notice.person.private_chat_open {
        let what = Outgoing::Say { card: notice.card };
        return stage(work, notice.key, Address::Person(notice.person.id), what, notice.about);
    }
    let period = work.now.0 / CARD_EVERY_MS;
    let key = format!("{}-card/{}/{period}", notice.fallback.kind, notice.group.id);
    stage(work, key, group, Outgoing::Say { card: button }, None);
}

/// A short answer in a private chat.
pub(crate) fn say_in_private(work: &mut Work<'_>, key: String, person: &Person, words: String) {
    let what = Outgoing::Say { card: Card::plain(words) };
    stage(work, key, Address::Person(person.id), what, None);
}

/// Tells somebody something that nobody waits for: in the group where only they see it, or in their private chat; not
/// at all if neither is possible.
pub(crate) fn tell_if_possible(
    work: &mut Work<'_>,
    key: String,
    person: &Person,
    group: GroupId,
    words: String,
) {
    let card = Card::plain(words);
    if work.capabilities.whisper {
        let what = Outgoing::Whisper { to: person.native.clone(), card, fallback: None };
        stage(work, key, Address::Group(group), what, None);
    } else if person.private_chat_open {
        stage(work, key, Address::Person(person.id), Outgoing::Say { card }, None);
    }
}

fn button_card(work: &Work<'_>, notice: &Notice<'_>) -> Card {
    let chat = Address::Group(notice.group.id);
    let token = work.button_key().token(notice.fallback.button, work.tenant, chat, None, work.now);
    let button =
        CardButton { label: notice.language.render(&notice.fallback.label), does: ButtonLook::Token(token) };
    Card {
        body: notice.language.render(&notice.fallback.words).into(),
        buttons: vec![vec![button]],
        silent: true,
        ..Card::default()
    }
}

fn stage(work: &mut Work<'_>, key: String, to: Address, what: Outgoing, about: Option<About>) {
    work.send(NewRow {
        key,
        to: Target::Chat(to),
        priority: Priority::Answer,
        what,
        about,
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(DAY_MS)),
    });
}

/// The answer to a button press, which only the presser sees.
pub(crate) fn answer_press(work: &mut Work<'_>, press: &Native, to: Address, words: String, alert: bool) {
    /// Telegram forgets a press after this.
    const PRESS_VALID_MS: i64 = 150_000;
    work.send(NewRow {
        key: format!("press/{press}"),
        to: Target::Chat(to),
        priority: Priority::Guard,
        what: Outgoing::AnswerPress { press: press.clone(), text: Some(words), alert },
        about: None,
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(PRESS_VALID_MS)),
    });
}
