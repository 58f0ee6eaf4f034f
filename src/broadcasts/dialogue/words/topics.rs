//! Purpose: the card that asks for the topic of a forum, and how it is named later.

use super::Pen;
use crate::broadcasts::dialogue::choice::Choice;
use crate::broadcasts::dialogue::forum;
use crate::broadcasts::dialogue::state::Dialogue;
use crate::i18n::say;
use crate::ids::GroupId;

/// Asks in which topic of this group it is published.
pub(super) fn forum(pen: &mut Pen<'_>, dialogue: &Dialogue, group: GroupId) {
    let title = pen.facts.groups.iter().find(|(id, _)| *id == group).map(|(_, title)| title.as_str());
    pen.line(&say::dialogue_forum(title.unwrap_or_default()));
    let taken = forum::chosen(dialogue, group);
    let general = Pen::marked(taken.is_none(), say::dialogue_forum_general());
    pen.row(&[(general, Choice::Thread(0))]);
    let facts = pen.facts;
    for (place, topic) in (1..).zip(forum::of(facts, group)) {
        let text = Pen::marked(taken == Some(&topic.topic), say::dialogue_topic(topic.title.as_str()));
        pen.row(&[(text, Choice::Thread(place))]);
    }
    pen.back_and_cancel();
}

/// A group with the topic chosen for it.
pub(super) fn place(pen: &Pen<'_>, dialogue: &Dialogue, group: GroupId, title: &str) -> String {
    match forum::title(dialogue, pen.facts, group) {
        Some(topic) => pen.language.render(&say::dialogue_in_topic(title, topic)),
        None => title.to_owned(),
    }
}
