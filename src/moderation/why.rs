//! Purpose: the card that says a message was removed, and what its author reads who presses it.
//!
//! Invariant: who presses learns only about a message of their own, and only about one that was removed around the time
//! the card is about: an older one would be another matter.

use super::commands::rule_name_of;
use super::store::{self, Act, Done, EVIDENCE_KEPT_DAYS};
use crate::access::Button;
use crate::channel::Card;
use crate::clock::{MINUTE_MS, Millis};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::ActId;
use crate::private::{self, CARD_EVERY_MS};
use crate::roster::{self, Group, Person};
use crate::work::Work;

/// For all to read: a button that tells authors about their own message.
pub(super) fn why_card(work: &Work<'_>, group: &Group, act: ActId) -> Card {
    private::button_card(work, group, &say::act_card(), &say::act_card_button(), Button::WhyDeleted(act))
}

/// Shows the author of a deleted message why; the button stands in the group, so anybody may press it. `made_at` is when
/// the card was made, to the minute.
pub async fn why(work: &mut Work<'_>, person: &Person, act: ActId, made_at: Millis) -> Outcome<Text> {
    let Some(act) = store::act(work, act).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    // One card stands for all messages that were removed in its time, so the one who presses may mean another of them.
    let around_act = (act.at.plus_ms(-CARD_EVERY_MS), act.at.plus_ms(CARD_EVERY_MS));
    // A card may be late: its whispers were refused only then, or the act was undone. Its minute is rounded down.
    let around_card = (made_at.plus_ms(-CARD_EVERY_MS), made_at.plus_ms(CARD_EVERY_MS + MINUTE_MS));
    let near = [around_act, around_card];
    let Some(own) = store::latest_near(work, act.group, person.id, near).await? else {
        let stayed = act.person == person.id && act.done == Done::Observed;
        let group = roster::group_by_id(work, act.group).await?.filter(|_| stayed);
        return Ok(group.map_or_else(say::act_not_yours, |group| say::act_not_removed(group.title)));
    };
    if own.undone_at.is_some() {
        return Ok(say::act_undone_already());
    }
    Ok(reason(work, own))
}

/// Why a message was removed, in words for its author.
fn reason(work: &Work<'_>, own: Act) -> Text {
    let rule = rule_name_of(&own.rule);
    if own.matched.is_empty() {
        return say::act_why_old(EVIDENCE_KEPT_DAYS, rule);
    }
    match own.done {
        Done::Muted => say::act_why_muted(work.config.moderation.pack().ladder.mute_hours, own.matched, rule),
        Done::Warned => say::act_why_warned(own.matched, rule),
        Done::Deleted | Done::Observed => say::act_why_deleted(own.matched, rule),
    }
}
