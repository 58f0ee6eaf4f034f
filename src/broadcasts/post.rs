//! Purpose: what is posted: a part of a broadcast in one chat, or its private copy, with the buttons that belong under it.
//!
//! Invariants: a post shows nobody's name. A button to confirm carries the version of the words it stands under.

use super::draft::Confirmation;
use super::heading;
use super::rules::button_part;
use super::store::Broadcast;
use super::topics;
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Content, Post};
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, Native, PersonId, RunId};
use crate::work::Work;

/// The numbers of the parts a broadcast has, the one that only carries the buttons included.
pub(super) fn parts(broadcast: &Broadcast) -> std::ops::Range<usize> {
    let with_buttons = match broadcast.draft.confirmation {
        Confirmation::None => 0,
        Confirmation::Read | Confirmation::Signed => button_part(&broadcast.draft) + 1,
    };
    0..broadcast.draft.contents.len().max(with_buttons)
}

/// The numbers of the parts a private copy has: there always is one with buttons.
pub(super) fn copied_parts(broadcast: &Broadcast) -> std::ops::Range<usize> {
    0..broadcast.draft.contents.len().max(button_part(&broadcast.draft) + 1)
}

/// A part as it is posted in a group.
pub(super) fn post(
    work: &Work<'_>,
    broadcast: &Broadcast,
    run: RunId,
    part: usize,
    to: Address,
    language: Language,
    topic: Option<Native>,
) -> Post {
    Wording::of(work, broadcast, part, language).post(work, run, to, topic)
}

/// What a part says to groups that read one language. It is worded once for all of them: that takes longer than the rest of
/// planning a group.
pub(super) struct Wording {
    content: Content,
    button: Option<String>,
    version: i64,
}

impl Wording {
    /// Words a part.
    pub(super) fn of(work: &Work<'_>, broadcast: &Broadcast, part: usize, language: Language) -> Self {
        let content =
            heading::headed(&work.config, &broadcast.draft, part, language, "").unwrap_or_else(|| {
                Content::Text { body: language.render(&say::broadcast_confirm_above()).into() }
            });
        let has_button = part == button_part(&broadcast.draft);
        let button = if has_button { label(broadcast, None) } else { None };
        Self { content, button: button.map(|label| language.render(&label)), version: broadcast.version }
    }

    /// The post in a group, with a button of its own.
    pub(super) fn post(&self, work: &Work<'_>, run: RunId, to: Address, topic: Option<Native>) -> Post {
        let of = (run, self.version);
        let buttons = self.button.iter().map(|label| vec![button(work, of, to, label.clone())]).collect();
        Post { content: self.content.clone(), buttons, topic, reply_to: None, silent: false }
    }
}

/// A part as it is copied to somebody's private chat; `groups` names the groups they read it in, if anything. Votes belong
/// together, so the poll itself stands in the group alone.
pub(super) fn copy(
    work: &Work<'_>,
    broadcast: &Broadcast,
    run: RunId,
    part: usize,
    person: PersonId,
    language: Language,
    groups: &str,
) -> Post {
    let draft = &broadcast.draft;
    let words = |text: &Text| Content::Text { body: language.render(text).into() };
    let content = match heading::headed(&work.config, draft, part, language, groups) {
        Some(Content::Poll { question, .. }) => words(&say::topics_copy_poll(question)),
        Some(content) => content,
        None if draft.confirmation == Confirmation::None => words(&say::topics_copy_above()),
        None => words(&say::broadcast_confirm_above()),
    };
    let buttons = if part == button_part(draft) {
        copy_buttons(work, broadcast, (run, broadcast.version), person, language, false)
    } else {
        Vec::new()
    };
    Post { content, buttons, topic: None, reply_to: None, silent: false }
}

/// The buttons under a private copy of a run in a version of the words: to confirm with, and the switch of its topic, which sets
/// `wanted`.
pub(super) fn copy_buttons(
    work: &Work<'_>,
    broadcast: &Broadcast,
    (run, version): (RunId, i64),
    person: PersonId,
    language: Language,
    wanted: bool,
) -> Vec<Vec<CardButton>> {
    let mut rows = buttons(work, broadcast, (run, version), Address::Person(person), language, None);
    if let Some(topic) = work.config.broadcasts.topic(&broadcast.draft.topic.0) {
        rows.push(vec![topics::switch(work, topic, run, person, language, wanted)]);
    }
    rows
}

/// The buttons to confirm a run with under a version of its words; `count` is how many of how many have.
pub(super) fn buttons(
    work: &Work<'_>,
    broadcast: &Broadcast,
    of: (RunId, i64),
    to: Address,
    language: Language,
    count: Option<(i64, i64)>,
) -> Vec<Vec<CardButton>> {
    let Some(label) = label(broadcast, count) else { return Vec::new() };
    vec![vec![button(work, of, to, language.render(&label))]]
}

fn label(broadcast: &Broadcast, count: Option<(i64, i64)>) -> Option<Text> {
    Some(match (broadcast.draft.confirmation, count) {
        (Confirmation::None, _) => return None,
        (Confirmation::Read, None) => say::broadcast_read_button(),
        (Confirmation::Read, Some((read, of))) => say::broadcast_read_count(of, read),
        (Confirmation::Signed, None) => say::broadcast_sign_button(),
        (Confirmation::Signed, Some((signed, of))) => say::broadcast_sign_count(of, signed),
    })
}

fn button(work: &Work<'_>, (run, version): (RunId, i64), to: Address, label: String) -> CardButton {
    let owner = match to {
        Address::Person(person) => Some(person),
        Address::Group(_) => None,
    };
    let does = Button::Confirm { run, version };
    let token = work.button_key().token(does, work.tenant, to, owner, work.now);
    CardButton { label, does: ButtonLook::Token(token) }
}
