//! Purpose: what is posted: a part of a broadcast in one chat, with the buttons that belong under it.
//!
//! Invariant: a post shows nobody's name.

use super::draft::Confirmation;
use super::heading;
use super::rules::button_part;
use super::store::Broadcast;
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Content, Post};
use crate::i18n::{Language, say};
use crate::ids::{Address, Native, RunId};
use crate::work::Work;

/// The numbers of the parts a broadcast has, the one that only carries the buttons included.
pub(super) fn parts(broadcast: &Broadcast) -> std::ops::Range<usize> {
    let with_buttons = match broadcast.draft.confirmation {
        Confirmation::None => 0,
        Confirmation::Read | Confirmation::Signed => button_part(&broadcast.draft) + 1,
    };
    0..broadcast.draft.contents.len().max(with_buttons)
}

/// A part as it is posted in a chat.
pub(super) fn post(
    work: &Work<'_>,
    broadcast: &Broadcast,
    run: RunId,
    part: usize,
    to: Address,
    language: Language,
    topic: Option<Native>,
) -> Post {
    let content = heading::headed(&work.config, &broadcast.draft, part, language)
        .unwrap_or_else(|| Content::Text { body: language.render(&say::broadcast_confirm_above()).into() });
    let has_buttons = part == button_part(&broadcast.draft);
    let buttons = if has_buttons { buttons(work, broadcast, run, to, language, None) } else { Vec::new() };
    Post { content, buttons, topic, reply_to: None, silent: false }
}

/// The buttons to confirm with; `count` is how many of how many have.
pub(super) fn buttons(
    work: &Work<'_>,
    broadcast: &Broadcast,
    run: RunId,
    to: Address,
    language: Language,
    count: Option<(i64, i64)>,
) -> Vec<Vec<CardButton>> {
    let label = match (broadcast.draft.confirmation, count) {
        (Confirmation::None, _) => return Vec::new(),
        (Confirmation::Read, None) => say::broadcast_read_button(),
        (Confirmation::Read, Some((read, of))) => say::broadcast_read_count(of, read),
        (Confirmation::Signed, None) => say::broadcast_sign_button(),
        (Confirmation::Signed, Some((signed, of))) => say::broadcast_sign_count(of, signed),
    };
    let owner = match to {
        Address::Person(person) => Some(person),
        Address::Group(_) => None,
    };
    let token = work.button_key().token(Button::Confirm(run), work.tenant, to, owner, work.now);
    vec![vec![CardButton { label: language.render(&label), does: ButtonLook::Token(token) }]]
}
