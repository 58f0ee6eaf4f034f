//! Purpose: what the author of a removed message and the staff can do about it: ask why, appeal, undo.
//!
//! Invariants: who presses a button learns only about a message of their own. An appeal counts as made only if somebody
//! who can undo the act was told of it. Undoing takes a permit, happens once, and the author hears of it.

use super::commands::rule_name_of;
use super::store::{self, Act, Done};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card, Outgoing, Role};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, say};
use crate::ids::{ActId, Address};
use crate::outbox::{NewRow, Priority, Target};
use crate::private;
use crate::roster::{self, Group, Person};
use crate::work::Work;

/// Shows the author of a deleted message why; the button stands in the group, so anybody may press it.
pub async fn why(work: &mut Work<'_>, person: &Person, act: ActId) -> Outcome<Text> {
    let Some(act) = store::act(work, act).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    let Some(own) = store::latest(work, act.group, person.id).await? else {
        return Ok(say::act_not_yours());
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
    let chat = if staff.private_chat_open {
        Address::Person(staff.id)
    } else if work.capabilities.whisper && role.is_some_and(Role::is_present) {
        Address::Group(group.id)
    } else {
        return false;
    };
    let language = roster::language(work, Some(staff), Some(group));
    let words = language.render(&say::act_appeal_to_staff(
        group.title.as_str(),
        act.matched.as_str(),
        author.name.as_str(),
        rule_name_of(&act.rule),
    ));
    let token = work.button_key().token(Button::Undo(act.id), work.tenant, chat, Some(staff.id), work.now);
    let undo = CardButton { label: language.render(&say::act_undo_button()), does: ButtonLook::Token(token) };
    let card = Card { buttons: vec![vec![undo]], ..Card::plain(words) };
    let what = match chat {
        Address::Person(_) => Outgoing::Say { card },
        Address::Group(_) => Outgoing::Whisper { to: staff.native.clone(), card, fallback: None },
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
    private::tell_if_possible(work, format!("undone/{}", act.id), &author, group.id, words);
    Ok(say::act_undone())
}

/// The message could not be removed after all, because a right is gone or it is too old. Then the act is only a note:
/// its warning doesn't count, a mute ends, and the author is told.
pub async fn not_removed(work: &mut Work<'_>, act: ActId) -> Outcome<()> {
    let Some(act) = store::act(work, act).await? else { return Ok(()) };
    store::set_observed(work, act.id).await?;
    let (Some(author), Some(group)) =
        (roster::person_by_id(work, act.person).await?, roster::group_by_id(work, act.group).await?)
    else {
        return Ok(());
    };
    if act.done == Done::Muted {
        unmute(work, &group, &author, act.id);
    }
    let language: Language = roster::language(work, Some(&author), Some(&group));
    let words = language.render(&say::act_not_removed(group.title.as_str()));
    private::tell_if_possible(work, format!("not-removed/{}", act.id), &author, group.id, words);
    Ok(())
}

fn unmute(work: &mut Work<'_>, group: &Group, person: &Person, act: ActId) {
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
