//! Purpose: the card that asks how something is published: confirmation, urgency and topic.

use super::Pen;
use crate::broadcasts::dialogue::choice::Choice;
use crate::broadcasts::dialogue::state::Dialogue;
use crate::broadcasts::{Confirmation, Urgency};
use crate::config::Topic;
use crate::i18n::{Text, say};

pub(super) fn options(pen: &mut Pen<'_>, dialogue: &Dialogue) {
    let draft = &dialogue.draft;
    pen.line(&say::dialogue_options());
    for confirmation in [Confirmation::None, Confirmation::Read, Confirmation::Signed] {
        let text = Pen::marked(draft.confirmation == confirmation, confirmation_words(confirmation));
        pen.row(&[(text, Choice::Confirmation(confirmation))]);
    }
    let urgencies = [Urgency::Normal, Urgency::Urgent].map(|urgency| {
        (Pen::marked(draft.urgency == urgency, urgency_words(urgency)), Choice::Urgency(urgency))
    });
    pen.row(&urgencies);
    topics(pen, dialogue);
    pen.row(&[(say::dialogue_button_next(), Choice::Done)]);
    pen.back_and_cancel();
}

/// What readers are asked for, in words.
pub(super) fn confirmation_words(confirmation: Confirmation) -> Text {
    match confirmation {
        Confirmation::None => say::dialogue_confirmation_none(),
        Confirmation::Read => say::dialogue_confirmation_read(),
        Confirmation::Signed => say::dialogue_confirmation_signed(),
    }
}

fn urgency_words(urgency: Urgency) -> Text {
    match urgency {
        Urgency::Normal => say::dialogue_urgency_normal(),
        Urgency::Urgent => say::dialogue_urgency_urgent(),
    }
}

/// The topics there are, two in a row; nothing if the school has none.
fn topics(pen: &mut Pen<'_>, dialogue: &Dialogue) {
    let topics = &pen.facts.settings.topics;
    if topics.is_empty() {
        return;
    }
    let taken = &dialogue.draft.topic.0;
    let button = |(place, topic): (u32, &Topic)| {
        let text = say::dialogue_topic(topic.name(pen.language));
        (Pen::marked(*taken == topic.id, text), Choice::Topic(place))
    };
    let buttons: Vec<_> = (1..).zip(topics).map(button).collect();
    let is_none = pen.facts.settings.topic(taken).is_none();
    pen.row(&[(Pen::marked(is_none, say::dialogue_topic_none()), Choice::Topic(0))]);
    for pair in buttons.chunks(2) {
        pen.row(pair);
    }
}
