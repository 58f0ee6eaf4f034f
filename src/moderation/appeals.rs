//! Purpose: what the author of a removed message and the staff can do about it: ask why, appeal, undo.
//!
//! Invariants: who presses a button learns only about a message of their own. An appeal counts as made only if somebody
//! who can undo the act was told of it. Undoing takes a permit, happens once, and the author hears of it.

use super::commands::rule_name_of;
use super::store::{self, Act, Done};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card, Outgoing, Role};
use crate::clock::{DAY_MS, MINUTE_MS};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, say};
use crate::ids::{ActId, Address};
use crate::outbox::{NewRow, Priority, Target};
use crate::private;
use crate::roster::{self, Group, GroupAffairs, Permit, Person};
use crate::work::Work;

/// Appeals older than this are not shown any more.
const APPEALS_SHOWN_MS: i64 = 30 * DAY_MS;

/// Shows the author of a deleted message why; the button stands in the group, so anybody may press it.
pub async fn why(work: &mut Work<'_>, person: &Person, act: ActId) -> Outcome<Text> {
    let Some(act) = store::act(work, act).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    let Some(own) = store::latest(work, act.group, person.id).await? else {
        let stayed = act.person == person.id && act.done == Done::Observed;
        let group = roster::group_by_id(work, act.group).await?.filter(|_| stayed);
        return Ok(group.map_or_else(say::act_not_yours, |group| say::act_not_removed(group.title)));
    };
    if own.undone_at.is_some() {
        return Ok(say::act_undone_already());
    }
    let rule = rule_name_of(&own.rule);
    Ok(match own.done {
        Done::Muted => say::act_why_muted(own.matched, rule),
        Done::Warned => say::act_why_warned(own.matched, rule),
        Done::Deleted | Done::Observed => say::act_why_deleted(own.matched, rule),
    })
}

/// The author asks the staff to look again.
pub async fn appeal(work: &mut Work<'_>, person: &Person, act: ActId) -> Outcome<Text> {
    let act = own_act(work, person, act).await?;
    if act.undone_at.is_some() {
        return Ok(say::act_undone_already());
    }
    if act.appealed_at.is_some() {
        return Ok(say::act_appealed_already());
    }
    let Some(group) = roster::group_by_id(work, act.group).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    let mut asked = false;
    for member in roster::staff(work, act.group).await? {
        let role = roster::role(work, act.group, member.id).await?;
        asked |= ask_staff(work, &group, &member, role, person, &act);
    }
    if !asked {
        return Ok(say::act_appeal_unheard());
    }
    store::set_appealed(work, act.id).await?;
    Ok(say::act_appealed())
}

async fn own_act(work: &mut Work<'_>, person: &Person, act: ActId) -> Outcome<Act> {
    match store::act(work, act).await? {
        Some(act) if act.person == person.id => Ok(act),
        Some(_) => Err(Failure::Refused(say::refused_button_of_another())),
        None => Err(Failure::Refused(say::refused_button_unknown())),
    }
}

/// Asks one of the staff, in their private chat or where only they see it in the group. False if neither is possible.
fn ask_staff(
    work: &mut Work<'_>,
    group: &Group,
    staff: &Person,
    role: Option<Role>,
    author: &Person,
    act: &Act,
) -> bool {
    let Some(chat) = private::staff_chat(work, group, staff, role) else { return false };
    let card = appeal_card(work, group, staff, chat, author, act);
    let what = match chat {
        Address::Person(_) => Outgoing::Say { card },
        Address::Group(_) => {
            let (words, label) = (say::appeals_card(), say::appeals_card_button());
            let fallback = private::button_card(work, group, &words, &label, Button::Appeals(group.id));
            private::whisper(staff, card, fallback)
        }
    };
    work.send(NewRow {
        key: format!("appeal/{}/{}", act.id, staff.id),
        to: Target::Chat(chat),
        priority: Priority::Answer,
        what,
        about: None,
        not_before: work.now,
        expires_at: None,
    });
    true
}

/// Staff undo an act: the warning no longer counts, the mute ends, the author is told.
pub async fn undo(work: &mut Work<'_>, staff: &Person, act: ActId) -> Outcome<Text> {
    let Some(act) = store::act(work, act).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    let permit = roster::permit(work, staff.id, act.group).await?;
    if act.undone_at.is_some() {
        return Ok(say::act_undone_already());
    }
    store::set_undone(work, act.id, permit.actor()).await?;
    roster::audit(work, permit.actor(), "moderation.undo", &act.id.to_string()).await?;
    let (Some(author), Some(group)) =
        (roster::person_by_id(work, act.person).await?, roster::group_by_id(work, act.group).await?)
    else {
        return Ok(say::act_undone());
    };
    if act.done == Done::Muted {
        unmute(work, &group, &author, act.id);
    }
    let language: Language = roster::language(work, Some(&author), Some(&group));
    let words = language.render(&say::act_undone_author(group.title.as_str()));
    let fallback = why_card(work, &group, act.id);
    private::tell_if_possible(work, format!("undone/{}", act.id), &author, &group, words, fallback);
    Ok(say::act_undone())
}

/// What one of the staff reads of an appeal, with the button to undo the act.
fn appeal_card(
    work: &Work<'_>,
    group: &Group,
    staff: &Person,
    chat: Address,
    author: &Person,
    act: &Act,
) -> Card {
    let language = roster::language(work, Some(staff), Some(group));
    let words = language.render(&say::act_appeal_to_staff(
        group.title.as_str(),
        act.matched.as_str(),
        author.name.as_str(),
        rule_name_of(&act.rule),
    ));
    let token = work.button_key().token(Button::Undo(act.id), work.tenant, chat, Some(staff.id), work.now);
    let undo = CardButton { label: language.render(&say::act_undo_button()), does: ButtonLook::Token(token) };
    Card { buttons: vec![vec![undo]], ..Card::plain(words) }
}

/// Staff ask for the appeals that wait, because nothing could be shown to them alone in the group: they come to the
/// private chat. Returns what the one who asked is told.
pub async fn open_appeals(
    work: &mut Work<'_>,
    staff: &Person,
    permit: Permit<GroupAffairs>,
) -> Outcome<Text> {
    let Some(group) = roster::group_by_id(work, permit.group()).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    let acts = store::open_appeals(work, group.id, work.now.plus_ms(-APPEALS_SHOWN_MS)).await?;
    if acts.is_empty() {
        return Ok(say::appeals_none());
    }
    if !staff.private_chat_open {
        return Ok(say::appeals_private_first());
    }
    for act in &acts {
        let Some(author) = roster::person_by_id(work, act.person).await? else { continue };
        let chat = Address::Person(staff.id);
        let card = appeal_card(work, &group, staff, chat, &author, act);
        let key = format!("appeal/{}/{}/{}", act.id, staff.id, work.now.0 / MINUTE_MS);
        private::say_in_private(work, key, staff, card);
    }
    Ok(say::appeals_sent(acts.len()))
}

/// For all to read: a button that tells authors about their own message.
pub(super) fn why_card(work: &Work<'_>, group: &Group, act: ActId) -> Card {
    private::button_card(work, group, &say::act_card(), &say::act_card_button(), Button::WhyDeleted(act))
}

pub(super) fn unmute(work: &mut Work<'_>, group: &Group, person: &Person, act: ActId) {
    work.send(NewRow {
        key: format!("unmute/{act}"),
        to: Target::Chat(Address::Group(group.id)),
        priority: Priority::Guard,
        what: Outgoing::Unmute { person: person.native.clone() },
        about: None,
        not_before: work.now,
        expires_at: None,
    });
}
