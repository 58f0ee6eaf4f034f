//! Purpose: what the author of a removed message and the staff can do about it: appeal, undo, leave it as it is.
//!
//! Invariants: an appeal counts as made only if somebody who can undo the act was told of it. Undoing and leaving take a
//! permit, happen once, and the author hears of either. What was left may still be undone; what was undone stays so.

use super::cards::{self, WHY_LEFT};
use super::store::{self, Act, Done};
use super::why::why_card;
use crate::channel::{Outgoing, Role};
use crate::clock::{DAY_MS, MINUTE_MS};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::{ActId, Address};
use crate::outbox::{NewRow, Priority, Target};
use crate::private;
use crate::roster::{self, Group, GroupAffairs, Permit, Person};
use crate::work::Work;

/// Appeals older than this are not shown any more.
const APPEALS_SHOWN_MS: i64 = 30 * DAY_MS;

/// The author asks the staff to look again.
pub async fn appeal(work: &mut Work<'_>, person: &Person, act: ActId) -> Outcome<Text> {
    let act = own_act(work, person, act).await?;
    if act.undone_at.is_some() {
        return Ok(say::act_undone_already());
    }
    if act.left_at.is_some() {
        return Ok(say::act_left_before());
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
    let card = cards::of_appeal(work, group, staff, chat, author, act);
    // The time, because an act that was undone may be done again, and appealed against anew.
    let key = format!("appeal/{}/{}/{}", act.id, act.at.0, staff.id);
    cards::stage(work, key, group, staff, chat, card);
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
    let told = say::act_undone_author(group.title.as_str());
    tell(work, format!("undone/{}", act.id), &group, &author, act.id, &told);
    Ok(say::act_undone())
}

/// Staff have looked at an appeal and leave the act as it is. Without a word of why (0) they are asked for one, in the
/// same place; with one it is done, and the author is told. Returns what they are told.
pub async fn leave(
    work: &mut Work<'_>,
    staff: &Person,
    act: ActId,
    reason: u8,
    chat: Address,
) -> Outcome<Text> {
    let Some(act) = store::act(work, act).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    let permit = roster::permit(work, staff.id, act.group).await?;
    if act.undone_at.is_some() {
        return Ok(say::act_undone_already());
    }
    if act.left_at.is_some() {
        return Ok(say::act_left_already());
    }
    let group = roster::group_by_id(work, act.group).await?;
    // Its appeal was about what was done before, and undone.
    let (Some(group), Some(_)) = (group, act.appealed_at) else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    let reason = usize::from(reason).checked_sub(1).and_then(|place| WHY_LEFT.get(place));
    let Some(reason) = reason else {
        let card = cards::of_reasons(work, &group, staff, chat, act.id);
        let key = format!("appeal/{}/{}/reason/{}", act.id, act.at.0, staff.id);
        cards::stage(work, key, &group, staff, chat, card);
        return Ok(say::act_left_choose());
    };
    store::set_left(work, act.id, permit.actor(), *reason).await?;
    roster::audit(work, permit.actor(), "moderation.leave", &act.id.to_string()).await?;
    if let Some(author) = roster::person_by_id(work, act.person).await? {
        let title = group.title.as_str();
        let told = match *reason {
            Some(why) => say::act_left_author_why(title, say::act_left_why(why)),
            None => say::act_left_author(title),
        };
        tell(work, format!("left/{}/{}", act.id, act.at.0), &group, &author, act.id, &told);
    }
    Ok(say::act_left())
}

/// Tells the author what came of it.
fn tell(work: &mut Work<'_>, key: String, group: &Group, author: &Person, act: ActId, what: &Text) {
    let words = roster::language(work, Some(author), Some(group)).render(what);
    let fallback = why_card(work, group, act);
    private::tell_if_possible(work, key, author, group, words, fallback);
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
        let card = cards::of_appeal(work, &group, staff, chat, &author, act);
        let key = format!("appeals/{}/{}/{}", act.id, staff.id, work.now.0 / MINUTE_MS);
        private::say_in_private(work, key, staff, card);
    }
    Ok(say::appeals_sent(acts.len()))
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
