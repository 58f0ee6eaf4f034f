//! Purpose: what a person gets in private: all topics with a switch each, and the switch under each private copy.
//!
//! Invariants: whoever has chosen nothing gets the topics that the school sends in private. A press sets what its button
//! says, so pressing twice is the same as once, and the button then says the opposite.

mod asks;

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

pub use asks::asks_for_topics;

use super::store::topics;
use super::{confirm, post, store};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, ButtonPress, Card, Outgoing};
use crate::clock::DAY_MS;
use crate::config::Topic;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, PersonId, RunId};
use crate::outbox::{NewRow, Priority, Target};
use crate::private;
use crate::roster::{self, Person};
use crate::text::cut;
use crate::work::Work;

/// The run that buttons of the list name: none.
const LIST: RunId = RunId(0);

/// A topic's number in a button: it follows from the id alone, whatever other topics there are.
fn number(topic: &str) -> i64 {
    let digest = Sha256::digest(topic.as_bytes());
    digest.iter().take(7).fold(0, |number, byte| number * 256 + i64::from(*byte))
}

/// The switch of a topic; a press sets what it says: that the person wants it, or that they don't.
pub(super) fn switch(
    work: &Work<'_>,
    topic: &Topic,
    run: RunId,
    person: PersonId,
    language: Language,
    wanted: bool,
) -> CardButton {
    let name = topic.name(language);
    let label = match (run, wanted) {
        (LIST, false) => say::topics_switch_off(name),
        (LIST, true) => say::topics_switch_on(name),
        (_, false) => say::topics_copy_off(name),
        (_, true) => say::topics_copy_on(name),
    };
    let does = Button::Topic { topic: number(&topic.id), run, wanted };
    let token = work.button_key().token(does, work.tenant, Address::Person(person), Some(person), work.now);
    CardButton { label: language.render(&label), does: ButtonLook::Token(token) }
}

/// All topics, what the person gets of each, and a switch where there is a choice.
///
/// # Errors
/// Broken if the database is.
pub async fn topics_card(work: &mut Work<'_>, person: &Person) -> Outcome<Card> {
    let config = Arc::clone(&work.config);
    let language = roster::language(work, Some(person), None);
    let all = &config.broadcasts.topics;
    if all.is_empty() {
        return Ok(Card::plain(language.render(&say::topics_none())));
    }
    let choices = topics::choices(work, person.id).await?;
    let mut lines = vec![say::topics_list()];
    let mut buttons = Vec::new();
    for topic in all {
        let name = topic.name(language);
        let is_wanted = choices.get(&topic.id).copied().unwrap_or(true);
        lines.push(say::list_line(match (topic.private_copies, is_wanted) {
            (false, _) => say::topics_in_groups(name),
            (true, true) => say::topics_in_private(name),
            (true, false) => say::topics_not_in_private(name),
        }));
        if topic.private_copies {
            buttons.push(vec![switch(work, topic, LIST, person.id, language, !is_wanted)]);
        }
    }
    if buttons.is_empty() {
        lines.push(say::topics_no_choice());
    }
    let words: Vec<String> = lines.iter().map(|line| language.render(line)).collect();
    Ok(Card { buttons, ..Card::plain(words.join("\n")) })
}

/// Somebody pressed a switch. The press is answered here, and the switch turned.
///
/// # Errors
/// Refused if the school doesn't have the topic any more.
pub async fn choose_topic(
    work: &mut Work<'_>,
    person: &Person,
    press: &ButtonPress,
    topic: i64,
    run: RunId,
    wanted: bool,
) -> Outcome<()> {
    let config = Arc::clone(&work.config);
    let topic = config.broadcasts.topics.iter().find(|known| number(&known.id) == topic);
    let topic = topic.ok_or_else(|| Failure::Refused(say::topics_gone()))?;
    topics::choose(work, person.id, &topic.id, wanted).await?;
    let language = roster::language(work, Some(person), None);
    let told: Text = if wanted {
        say::topics_wanted(topic.name(language))
    } else {
        say::topics_unwanted(topic.name(language))
    };
    let words = cut(&language.render(&told), work.capabilities.alert_units_max);
    private::answer_press(work, &press.id, Address::Person(person.id), words, run != LIST);
    let Some(message) = press.message.clone() else { return Ok(()) };
    let what = if run == LIST {
        Outgoing::Edit { message, card: topics_card(work, person).await? }
    } else {
        let Some(found) = store::runs::run(work, run).await? else { return Ok(()) };
        let Some(broadcast) = store::broadcast(work, found.broadcast).await? else { return Ok(()) };
        let version = confirm::version_shown(work, run, &broadcast).await?;
        let buttons = post::copy_buttons(work, &broadcast, (run, version), person.id, language, !wanted);
        Outgoing::Buttons { message, buttons }
    };
    work.send(NewRow {
        key: format!("topics/{}", press.id),
        to: Target::Chat(Address::Person(person.id)),
        priority: Priority::Answer,
        what,
        about: None,
        not_before: work.now,
        expires_at: Some(work.now.plus_ms(DAY_MS)),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topics_number_is_its_own_and_fits_a_button() {
        assert_ne!(number("homework"), number("safety"));
        assert!((0..1 << 56).contains(&number("homework")));
        assert_eq!(number("homework"), number("homework"));
    }
}
