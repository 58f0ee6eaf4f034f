//! Purpose: what staff read of an appeal, and the buttons to answer it with.
//!
//! Invariant: the removed message is shown to one of the staff alone, and only as long as it is kept as evidence.

use super::commands::rule_name_of;
use super::store::{Act, EVIDENCE_KEPT_DAYS};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card, Outgoing, Style, Styled};
use crate::i18n::{Language, Text, say};
use crate::ids::{ActId, Address};
use crate::outbox::{NewRow, Priority, Target};
use crate::private;
use crate::roster::{self, Group, Person};
use crate::text::cut;
use crate::work::Work;

/// Of the removed message, this much is shown to staff, in UTF-16 units: enough to judge by, and a card that is read at
/// a glance.
const SHOWN_UNITS_MAX: usize = 600;

/// Why staff leave an act as it is, as locales name it; the last says nothing. Buttons number them from 1 on, so new ones
/// stand at the end.
pub(super) const WHY_LEFT: [Option<&str>; 4] = [Some("rule"), Some("private"), Some("doubtful"), None];

/// An appeal: who, about what, the message, and the buttons to undo the act or to leave it.
pub(super) fn of_appeal(
    work: &Work<'_>,
    group: &Group,
    staff: &Person,
    chat: Address,
    author: &Person,
    act: &Act,
) -> Card {
    let language = roster::language(work, Some(staff), Some(group));
    let (title, name, rule) = (group.title.as_str(), author.name.as_str(), rule_name_of(&act.rule));
    let head = if act.matched.is_empty() {
        say::act_appeal_to_staff_old(title, name, rule)
    } else {
        say::act_appeal_to_staff(title, act.matched.as_str(), name, rule)
    };
    let mut body = Styled::from(language.render(&head));
    body.push("\n\n");
    let evidence = cut(act.evidence.trim(), SHOWN_UNITS_MAX);
    if evidence.is_empty() {
        body.push(&language.render(&say::act_evidence_gone(EVIDENCE_KEPT_DAYS)));
    } else {
        body.push(&language.render(&say::act_evidence(EVIDENCE_KEPT_DAYS)));
        body.push("\n");
        body.push_in(&evidence, Style::Quote);
    }
    let undo = button(work, language, &say::act_undo_button(), Button::Undo(act.id), chat, staff);
    let does = Button::LeaveAct { act: act.id, reason: 0 };
    let leave = button(work, language, &say::act_leave_button(), does, chat, staff);
    Card { body, buttons: vec![vec![undo, leave]], ..Card::default() }
}

/// Asks why an act is left as it is.
pub(super) fn of_reasons(work: &Work<'_>, group: &Group, staff: &Person, chat: Address, act: ActId) -> Card {
    let language = roster::language(work, Some(staff), Some(group));
    let buttons = (1..).zip(WHY_LEFT).map(|(reason, why)| {
        let label = why.map_or_else(say::act_left_without_why, say::act_left_why);
        vec![button(work, language, &label, Button::LeaveAct { act, reason }, chat, staff)]
    });
    Card { buttons: buttons.collect(), ..Card::plain(language.render(&say::act_left_choose())) }
}

fn button(
    work: &Work<'_>,
    language: Language,
    label: &Text,
    does: Button,
    chat: Address,
    owner: &Person,
) -> CardButton {
    let token = work.button_key().token(does, work.tenant, chat, Some(owner.id), work.now);
    CardButton { label: language.render(label), does: ButtonLook::Token(token) }
}

/// Sends a card to one of the staff, in their private chat or where only they see it in the group.
pub(super) fn stage(
    work: &mut Work<'_>,
    key: String,
    group: &Group,
    staff: &Person,
    chat: Address,
    card: Card,
) {
    let what = match chat {
        Address::Person(_) => Outgoing::Say { card },
        Address::Group(_) => {
            let (words, label) = (say::appeals_card(), say::appeals_card_button());
            let fallback = private::button_card(work, group, &words, &label, Button::Appeals(group.id));
            private::whisper(staff, card, fallback)
        }
    };
    work.send(NewRow {
        key,
        to: Target::Chat(chat),
        priority: Priority::Answer,
        what,
        about: None,
        not_before: work.now,
        expires_at: None,
    });
}
