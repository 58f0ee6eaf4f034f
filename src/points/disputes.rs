//! Purpose: a parent says that an entry is wrong, and the group's staff look at it.
//!
//! Invariants: staff take an entry back or leave it, by a permit and with a reason, and the parent is told of either. One
//! dispute of a person is open at a time. It counts as made only if somebody of the staff could be told of it.

use super::commands::entry_lines;
use super::ledger::{Reason, reverse};
use super::store::disputes::Dispute;
use super::store::{self, Entry};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card, Outgoing};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, say};
use crate::ids::{Address, DisputeId, GroupId, PersonId};
use crate::outbox::{NewRow, Priority, Target};
use crate::private;
use crate::roster::{self, Group, GroupAffairs, Permit, Person};
use crate::work::Work;

/// Entries shown to staff: those a person sees when they ask.
const ENTRIES_SHOWN: i64 = 10;
/// Buttons in a row.
const ROW: usize = 3;

/// The answer to a question for entries, with the button that disputes them. Where there is no group whose staff could
/// look, it says where the button is; where there is no entry yet, nothing.
pub async fn why_card(
    work: &mut Work<'_>,
    person: PersonId,
    group: Option<GroupId>,
    chat: Address,
    language: Language,
) -> Outcome<Card> {
    let mut words = super::why_text(work, person, language).await?;
    let tenant = work.tenant;
    if store::last_entries(work.reading(), tenant, person, 1).await?.is_empty() {
        return Ok(Card::plain(words));
    }
    words.push('\n');
    let Some(group) = group else {
        words.push_str(&language.render(&say::points_why_dispute_in_group(say::dispute_button())));
        return Ok(Card::plain(words));
    };
    words.push_str(&language.render(&say::points_why_dispute(say::dispute_button())));
    let label = language.render(&say::dispute_button());
    let dispute = button(work, label, Button::Dispute(group), chat, person);
    Ok(Card { buttons: vec![vec![dispute]], ..Card::plain(words) })
}

fn button(work: &Work<'_>, label: String, does: Button, chat: Address, owner: PersonId) -> CardButton {
    let token = work.button_key().token(does, work.tenant, chat, Some(owner), work.now);
    CardButton { label, does: ButtonLook::Token(token) }
}

/// A parent says that their entries are wrong: the staff of the group are asked to look. Returns what the parent is told.
pub async fn dispute(work: &mut Work<'_>, person: &Person, group: GroupId) -> Outcome<Text> {
    let Some(group) = roster::group_by_id(work, group).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    if store::disputes::is_open(work, person.id).await? {
        return Ok(say::dispute_already());
    }
    let id = store::disputes::open(work, person.id, group.id).await?;
    if !ask_staff(work, id, &group, person).await? {
        // Nothing of it is kept, so that it can be said again.
        return Err(Failure::Refused(say::act_appeal_unheard()));
    }
    roster::audit(work, person.id, "points.dispute", &id.to_string()).await?;
    Ok(say::dispute_noted())
}

/// Asks each of the staff where only they read it. False if nobody can be asked.
async fn ask_staff(work: &mut Work<'_>, id: DisputeId, group: &Group, person: &Person) -> Outcome<bool> {
    let tenant = work.tenant;
    let entries = store::last_entries(work.reading(), tenant, person.id, ENTRIES_SHOWN).await?;
    let mut asked = false;
    for staff in roster::staff(work, group.id).await? {
        let role = roster::role(work, group.id, staff.id).await?;
        let Some(chat) = private::staff_chat(work, group, &staff, role) else { continue };
        let card = staff_card(work, id, group, person, &staff, chat, &entries);
        stage(work, format!("dispute/{id}/{}", staff.id), group, &staff, chat, card);
        asked = true;
    }
    Ok(asked)
}

fn staff_card(
    work: &Work<'_>,
    id: DisputeId,
    group: &Group,
    person: &Person,
    staff: &Person,
    chat: Address,
    entries: &[Entry],
) -> Card {
    let language = roster::language(work, Some(staff), Some(group));
    let mut lines = vec![language.render(&say::dispute_to_staff(group.title.as_str(), person.name.as_str()))];
    lines.extend(entry_lines(work, entries, language));
    let reversed: Vec<&str> =
        entries.iter().filter(|entry| entry.is_reversal()).map(|entry| entry.source_id.as_str()).collect();
    let can_go =
        |entry: &&Entry| !entry.is_reversal() && !reversed.contains(&entry.number.to_string().as_str());
    let take_back: Vec<CardButton> = entries
        .iter()
        .filter(can_go)
        .map(|entry| {
            let label = language.render(&say::dispute_take_back_button(entry.number));
            let does = Button::TakeBack { dispute: id, entry: entry.number, reason: 0 };
            button(work, label, does, chat, staff.id)
        })
        .collect();
    let mut buttons: Vec<Vec<CardButton>> = take_back.chunks(ROW).map(<[CardButton]>::to_vec).collect();
    let leave = language.render(&say::dispute_leave_button());
    buttons.push(vec![button(work, leave, Button::LeavePoints(id), chat, staff.id)]);
    Card { buttons, ..Card::plain(lines.join("\n")) }
}

fn stage(work: &mut Work<'_>, key: String, group: &Group, staff: &Person, chat: Address, card: Card) {
    let what = match chat {
        Address::Person(_) => Outgoing::Say { card },
        Address::Group(_) => {
            // Names nobody, so that all may read it.
            let of_group = roster::language(work, None, Some(group));
            private::whisper(staff, card, Card::plain(of_group.render(&say::dispute_card())))
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

async fn load(work: &mut Work<'_>, id: DisputeId) -> Outcome<Dispute> {
    let dispute = store::disputes::by_id(work, id).await?;
    dispute.ok_or_else(|| Failure::Refused(say::refused_button_unknown()))
}

/// Whoever of the staff answers a dispute must be allowed to in its group, which may have moved since.
async fn permit(work: &mut Work<'_>, staff: PersonId, dispute: Dispute) -> Outcome<Permit<GroupAffairs>> {
    let group = roster::current(work, dispute.group).await?;
    roster::permit(work, staff, group).await
}

/// Staff press "take back": without a reason (0) they are asked for one, in the same place; with one it is done. Returns
/// what they are told.
pub async fn take_back(
    work: &mut Work<'_>,
    staff: &Person,
    id: DisputeId,
    entry: i64,
    reason: u8,
    chat: Address,
) -> Outcome<Text> {
    let dispute = load(work, id).await?;
    let permit = permit(work, staff.id, dispute).await?;
    let Some(group) = roster::group_by_id(work, permit.group()).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    let reason = usize::from(reason).checked_sub(1).and_then(|place| Reason::ALL.get(place));
    let Some((reason, name)) = reason else {
        ask_reason(work, staff, dispute, &group, entry, chat);
        return Ok(say::dispute_choose_reason(entry));
    };
    let reversed = reverse(work, permit, dispute.person, entry, *reason).await?;
    store::disputes::close(work, dispute.id, staff.id).await?;
    let told = say::dispute_taken_back(reversed.balance, entry, reversed.points, say::points_reason(*name));
    tell(work, dispute, &group, &format!("dispute/{id}/taken-back/{entry}"), &told).await?;
    Ok(say::dispute_done(entry, reversed.points))
}

fn ask_reason(
    work: &mut Work<'_>,
    staff: &Person,
    dispute: Dispute,
    group: &Group,
    entry: i64,
    chat: Address,
) {
    let language = roster::language(work, Some(staff), Some(group));
    let buttons = (1..).zip(Reason::ALL).map(|(number, (_, name))| {
        let does = Button::TakeBack { dispute: dispute.id, entry, reason: number };
        vec![button(work, language.render(&say::points_reason(name)), does, chat, staff.id)]
    });
    let card = Card {
        buttons: buttons.collect(),
        ..Card::plain(language.render(&say::dispute_choose_reason(entry)))
    };
    stage(work, format!("dispute/{}/reason/{entry}/{}", dispute.id, staff.id), group, staff, chat, card);
}

/// Staff have looked and leave everything as it is. Returns what they are told.
pub async fn leave(work: &mut Work<'_>, staff: &Person, id: DisputeId) -> Outcome<Text> {
    let dispute = load(work, id).await?;
    let permit = permit(work, staff.id, dispute).await?;
    if dispute.is_closed {
        return Ok(say::dispute_closed_already());
    }
    let Some(group) = roster::group_by_id(work, permit.group()).await? else {
        return Err(Failure::Refused(say::refused_button_unknown()));
    };
    store::disputes::close(work, dispute.id, staff.id).await?;
    roster::audit(work, staff.id, "points.dispute-left", &id.to_string()).await?;
    tell(work, dispute, &group, &format!("dispute/{id}/left"), &say::dispute_left()).await?;
    Ok(say::dispute_left_done())
}

/// Tells the parent what came of it.
async fn tell(work: &mut Work<'_>, dispute: Dispute, group: &Group, key: &str, what: &Text) -> Outcome<()> {
    let Some(person) = roster::person_by_id(work, dispute.person).await? else { return Ok(()) };
    let words = roster::language(work, Some(&person), Some(group)).render(what);
    let fallback = private::points_card(work, group);
    private::tell_if_possible(work, key.to_owned(), &person, group, words, fallback);
    Ok(())
}
