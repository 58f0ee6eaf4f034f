//! Purpose: the yes of a second person: what needs one, who is asked, and what they are shown.
//!
//! Invariants: what asks for money goes out only after somebody of the staff who has not written it has said yes, whoever
//! wrote it: an account may be in a stranger's hands. What is urgent needs it too, unless the school's own staff wrote it. A yes
//! is to what was shown: other words, files, groups or times ask anew.

use super::after::is_more_to_come;
use super::authority::{self, Authority, chosen};
use super::draft::{Draft, Groups, Urgency};
use super::heading;
use super::overdue;
use super::publish::{change, timing};
use super::rules::{Event, State};
use super::store::{self, Broadcast, runs};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card, Content, Outgoing, Post};
use crate::clock::DAY_MS;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, listed, say};
use crate::ids::{Address, GroupId, PersonId};
use crate::outbox::{NewRow, Priority, Target};
use crate::private::say_in_private;
use crate::roster::{self, GroupState, Person};
use crate::text::{cut, units};
use crate::work::Work;

/// People who are asked for their yes at most.
const ASKED_MAX: usize = 20;
/// Of the words, this much is repeated to whoever is asked, in UTF-16 units.
const SHOWN_UNITS_MAX: usize = 1_000;
/// Titles of groups that are shown to whoever is asked.
const TITLES_SHOWN_MAX: usize = 3;

/// Whether somebody else has to say yes to a draft before it goes out, if this person publishes or changes it.
pub(super) fn is_needed(work: &Work<'_>, actor: &Person, draft: &Draft) -> bool {
    let is_urgent = draft.urgency == Urgency::Urgent;
    draft.is_fee || (is_urgent && !roster::is_configured_staff(work, &actor.native))
}

/// Whether new words for a broadcast go out only after a yes: those that need one while more is to come. What already waits
/// for a yes waits for one to the new words.
///
/// # Errors
/// Refused where words that need a yes would stand in place of what has gone out: nobody else would have seen them. While a run
/// is going out it would go on with them, or stop half way.
pub(super) async fn is_needed_to_edit(
    work: &mut Work<'_>,
    actor: &Person,
    old: &Broadcast,
    new: &Draft,
) -> Outcome<bool> {
    if old.state == State::AwaitingApproval {
        return Ok(true);
    }
    if !is_needed(work, actor, new) {
        return Ok(false);
    }
    match old.state {
        State::Draft | State::Scheduled | State::Paused => Ok(true),
        State::Sending | State::Sent if new.is_fee => Err(Failure::Refused(say::broadcast_edit_fee())),
        State::Sending if is_more_to_come(work, old).await? => {
            Err(Failure::Refused(say::broadcast_edit_urgent_sending()))
        }
        _ => Ok(false),
    }
}

/// Who wrote the words as they are.
pub(super) fn writer(broadcast: &Broadcast) -> PersonId {
    broadcast.draft.words_by.unwrap_or(broadcast.author)
}

/// The number of the newest question about a broadcast: each is about other words or another time.
pub(super) fn question(broadcast: &Broadcast) -> i64 {
    broadcast.version + broadcast.draft.moves
}

/// What whoever publishes is told when so many people were asked.
pub(super) fn awaits(draft: &Draft, asked: usize) -> Text {
    match (draft.is_fee, draft.urgency) {
        (true, _) => say::broadcast_awaits_fee(asked),
        (false, Urgency::Urgent) => say::broadcast_awaits(asked),
        (false, Urgency::Normal) => say::broadcast_awaits_changed(asked),
    }
}

/// That nobody can be asked, and what to do about it.
pub(super) fn nobody(draft: &Draft) -> Text {
    if draft.is_fee { say::broadcast_fee_nobody() } else { say::broadcast_nobody_to_approve() }
}

/// Asks for the yes of somebody who has not written these words; returns how many were asked. What asks for money goes
/// to the groups of this moment: a yes is to no others.
///
/// # Errors
/// Refused if nobody can be asked.
pub(super) async fn ask_others(
    work: &mut Work<'_>,
    writer: &Person,
    authority: &Authority,
    broadcast: &mut Broadcast,
) -> Outcome<usize> {
    let approvers = approvers(work, writer, authority).await?;
    if approvers.is_empty() {
        return Err(Failure::Refused(nobody(&broadcast.draft)));
    }
    if broadcast.draft.is_fee && broadcast.draft.groups == Groups::AllMine {
        let now = authority.reachable_ids().into_iter().map(|group| (group, None));
        broadcast.draft.groups = Groups::Chosen(now.collect());
        store::update(work, broadcast.state, broadcast).await?;
    }
    if broadcast.state == State::Draft {
        change(work, broadcast, Event::AskApproval).await?;
    }
    overdue::wait(work, broadcast).await?;
    for approver in &approvers {
        ask(work, approver, writer, authority, broadcast)?;
    }
    Ok(approvers.len())
}

/// Asks anew about a broadcast that `actor`, who may, has changed; returns how many were asked.
///
/// # Errors
/// Refused if nobody can be asked.
pub(super) async fn ask_anew(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: &mut Broadcast,
) -> Outcome<usize> {
    runs::cancel_waiting(work, broadcast.id).await?;
    let unknown = || Failure::Refused(say::broadcast_unknown());
    let writer = roster::person_by_id(work, writer(broadcast)).await?.ok_or_else(unknown)?;
    // All groups of the author's are not all of whoever changes it.
    let author = roster::person_by_id(work, broadcast.author).await?.ok_or_else(unknown)?;
    let whose = if chosen(&broadcast.draft).is_some() { actor } else { &author };
    let authority = authority::for_draft(work, whose, &broadcast.draft).await?;
    ask_others(work, &writer, &authority, broadcast).await
}

/// Who can say yes: whoever looks after every group too, has not written the words, and can be asked in private.
pub(super) async fn approvers(
    work: &mut Work<'_>,
    writer: &Person,
    authority: &Authority,
) -> Outcome<Vec<Person>> {
    let groups: Vec<GroupId> = authority.groups.iter().map(|group| group.id).collect();
    let mut approvers = roster::staff_of_all(work, &groups).await?;
    approvers.retain(|person| person.id != writer.id && person.private_chat_open);
    approvers.truncate(ASKED_MAX);
    Ok(approvers)
}

/// Asks one person: what the card can't show whole stands before it as readers will see it.
fn ask(
    work: &mut Work<'_>,
    approver: &Person,
    writer: &Person,
    authority: &Authority,
    broadcast: &Broadcast,
) -> Outcome<()> {
    let language = roster::language(work, Some(approver), None);
    let chat = Address::Person(approver.id);
    let late = overdue::says(work, &broadcast.draft)?;
    let asks = card_words(&broadcast.draft, writer, authority, late, language)?;
    let question = question(broadcast);
    let button = |label: &Text, does: Button| {
        let token = work.button_key().token(does, work.tenant, chat, Some(approver.id), work.now);
        CardButton { label: language.render(label), does: ButtonLook::Token(token) }
    };
    let buttons = vec![vec![
        button(&say::broadcast_approve_button(), Button::Approve(broadcast.id, question)),
        button(&say::broadcast_decline_button(), Button::Decline(broadcast.id, question)),
    ]];
    let key = format!("broadcast-approval/{}/{question}/{}", broadcast.id, approver.id);
    if !is_shown_whole(&broadcast.draft) {
        show(work, approver, &broadcast.draft, language, &key);
    }
    say_in_private(work, key, approver, Card { buttons, ..Card::plain(asks) });
    Ok(())
}

/// Whether the card repeats all that readers will see.
fn is_shown_whole(draft: &Draft) -> bool {
    let is_text = |content: &Content| matches!(content, Content::Text { body } if body.spans.is_empty());
    draft.contents.iter().all(is_text) && units(&words(draft)) <= SHOWN_UNITS_MAX
}

fn words(draft: &Draft) -> String {
    draft.contents.iter().map(Content::words).collect::<Vec<_>>().join("\n")
}

fn show(work: &mut Work<'_>, approver: &Person, draft: &Draft, language: Language, key: &str) {
    for part in 0..draft.contents.len() {
        let Some(content) = heading::headed(&work.config, draft, part, language, "") else { continue };
        let post = Post { content, buttons: Vec::new(), topic: None, reply_to: None, silent: true };
        work.send(NewRow {
            key: format!("{key}/{part}"),
            to: Target::Chat(Address::Person(approver.id)),
            priority: Priority::Answer,
            what: Outgoing::Post(post),
            about: None,
            not_before: work.now,
            expires_at: Some(work.now.plus_ms(DAY_MS)),
        });
    }
}

/// What whoever is asked for their yes has to know: why they are asked, when it goes out, where, what is attached, and the words.
fn card_words(
    draft: &Draft,
    writer: &Person,
    authority: &Authority,
    late: Option<Text>,
    language: Language,
) -> Outcome<String> {
    let reachable = authority.groups.iter().filter(|group| group.state == GroupState::Active);
    let titles: Vec<&str> = reachable.map(|group| group.title.as_str()).take(TITLES_SHOWN_MAX).collect();
    let more = authority.reachable().saturating_sub(titles.len());
    let name = writer.name.as_str();
    let mut lines = vec![
        match (draft.is_fee, draft.urgency) {
            (true, Urgency::Normal) => say::broadcast_approval_asked_fee(name),
            (true, Urgency::Urgent) => say::broadcast_approval_asked_fee_urgent(name),
            (false, Urgency::Urgent) => say::broadcast_approval_asked(name),
            (false, Urgency::Normal) => say::broadcast_approval_asked_changed(name),
        },
        say::dialogue_summary_when(timing(draft)?),
        say::broadcast_approval_groups(listed(&titles), i64::try_from(more).unwrap_or(i64::MAX)),
    ];
    let (mut files, mut polls, mut places) = (0_i64, 0_i64, 0_i64);
    for content in &draft.contents {
        match content {
            Content::Text { .. } => {}
            Content::Media { .. } | Content::Album { .. } => {
                files += i64::try_from(content.messages()).unwrap_or(i64::MAX);
            }
            Content::Poll { .. } => polls += 1,
            Content::Place { .. } => places += 1,
        }
    }
    if files + polls + places > 0 {
        lines.push(say::broadcast_approval_attached(files, places, polls));
    }
    lines.extend(late);
    let mut asked: Vec<String> = lines.iter().map(|line| language.render(line)).collect();
    asked.push(String::new());
    asked.push(cut(&words(draft), SHOWN_UNITS_MAX));
    Ok(asked.join("\n"))
}
