//! Purpose: from a draft to something that goes out by itself.
//!
//! Invariants: nothing is published that the draft check stops, nor to a group the author doesn't look after. What is
//! urgent goes out only after somebody of the staff who has not written it has said yes, unless whoever wrote it is of the
//! school's own staff.

use std::sync::Arc;

use super::authority::{self, Authority};
use super::check;
use super::digest::{self, Forecast};
use super::draft::{Draft, Urgency};
use super::outlook;
use super::rules::{self, Event, State};
use super::store::{self, Broadcast, runs};
use crate::access::Button;
use crate::channel::{Button as CardButton, ButtonLook, Card, Content};
use crate::clock::Millis;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, Text, listed, say};
use crate::ids::{Address, BroadcastId};
use crate::private::say_in_private;
use crate::roster::{self, GroupState, Person};
use crate::text::cut;
use crate::timetable::words::Reading;
use crate::timetable::{Coming, Recurrence, phrase, wall};
use crate::work::Work;

/// How many runs are told.
pub const RUNS_TOLD: usize = 5;
/// People who are asked for their yes at most.
const ASKED_MAX: usize = 20;
/// Of the words, this much is repeated to whoever is asked, in UTF-16 units.
const SHOWN_UNITS_MAX: usize = 1_000;

/// Titles of groups that are shown to whoever is asked.
const TITLES_SHOWN_MAX: usize = 3;

/// What was published.
#[derive(Clone, Debug)]
pub struct Published {
    /// Its row.
    pub broadcast: BroadcastId,
    /// Where it stands now: scheduled, or awaiting approval.
    pub state: State,
    /// The next [`RUNS_TOLD`] runs and what is skipped between them; none if it goes out now.
    pub coming: Vec<Coming>,
    /// True if nothing comes after these.
    pub ends: bool,
    /// Until when quiet hours or days without school hold the first run.
    pub held_until: Option<Millis>,
    /// To how many groups it goes.
    pub groups: usize,
    /// To how many of them the first run would come in a digest, as things are now.
    pub forecast: Option<Forecast>,
    /// How many people were asked for their yes.
    pub asked: usize,
    /// All of this in words.
    pub says: Text,
}

/// Reads when a draft is to run; none for now.
///
/// # Errors
/// Refused if what is kept can't be understood.
pub(super) fn when(draft: &Draft) -> Outcome<Option<Recurrence>> {
    let read = draft.when.as_deref().map(Recurrence::parse).transpose();
    read.map_err(|_| Failure::Refused(say::broadcast_time_unknown()))
}

/// Publishes a draft.
///
/// # Errors
/// Refused with the first thing the check stops, the name of a group that isn't the author's, or because nobody can say
/// yes to something urgent.
pub async fn publish(work: &mut Work<'_>, author: &Person, draft: Draft) -> Outcome<Published> {
    let authority = authority::for_draft(work, author, &draft).await?;
    let troubles = check::check_for(work, &draft, &authority);
    if let Some(trouble) = troubles.into_iter().find(|trouble| trouble.stops) {
        return Err(Failure::Refused(trouble.says));
    }
    let mut broadcast = store::insert(work, author.id, draft).await?;
    roster::audit(work, author.id, "broadcast.publish", &broadcast.id.to_string()).await?;
    let asked = ask_if_urgent(work, author, &authority, &mut broadcast).await?;
    if asked == 0 {
        begin(work, &mut broadcast, Event::Confirm).await?;
    }
    published(work, &broadcast, &authority, asked).await
}

/// Asks for the yes of others where one is needed; returns how many were asked.
async fn ask_if_urgent(
    work: &mut Work<'_>,
    author: &Person,
    authority: &Authority,
    broadcast: &mut Broadcast,
) -> Outcome<usize> {
    if broadcast.draft.urgency != Urgency::Urgent || roster::is_configured_staff(work, &author.native) {
        return Ok(0);
    }
    ask_others(work, author, authority, broadcast).await
}

/// Asks for the yes of somebody who has not written these words; returns how many were asked.
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
        return Err(Failure::Refused(say::broadcast_nobody_to_approve()));
    }
    if broadcast.state == State::Draft {
        change(work, broadcast, Event::AskApproval).await?;
    }
    for approver in &approvers {
        ask(work, approver, writer, authority, broadcast)?;
    }
    Ok(approvers.len())
}

/// Who can say yes: whoever looks after every group too, and can be asked in private.
async fn approvers(work: &mut Work<'_>, writer: &Person, authority: &Authority) -> Outcome<Vec<Person>> {
    let mut common: Option<Vec<Person>> = None;
    for group in &authority.groups {
        let staff = roster::staff(work, group.id).await?;
        let left = match common {
            None => staff,
            Some(before) => {
                before.into_iter().filter(|one| staff.iter().any(|other| other.id == one.id)).collect()
            }
        };
        if left.is_empty() {
            return Ok(left);
        }
        common = Some(left);
    }
    let mut approvers = common.unwrap_or_default();
    approvers.retain(|person| person.id != writer.id && person.private_chat_open);
    approvers.truncate(ASKED_MAX);
    Ok(approvers)
}

fn ask(
    work: &mut Work<'_>,
    approver: &Person,
    writer: &Person,
    authority: &Authority,
    broadcast: &Broadcast,
) -> Outcome<()> {
    let language = roster::language(work, Some(approver), None);
    let chat = Address::Person(approver.id);
    let asks = asked(&broadcast.draft, writer, authority, language)?;
    let button = |label: &Text, does: Button| {
        let token = work.button_key().token(does, work.tenant, chat, Some(approver.id), work.now);
        CardButton { label: language.render(label), does: ButtonLook::Token(token) }
    };
    let version = broadcast.version;
    let buttons = vec![vec![
        button(&say::broadcast_approve_button(), Button::Approve(broadcast.id, version)),
        button(&say::broadcast_decline_button(), Button::Decline(broadcast.id, version)),
    ]];
    let card = Card { buttons, ..Card::plain(asks) };
    let key = format!("broadcast-approval/{}/{version}/{}", broadcast.id, approver.id);
    say_in_private(work, key, approver, card);
    Ok(())
}

/// What whoever is asked for their yes has to know: when it goes out, where, what is attached, and the words.
fn asked(draft: &Draft, writer: &Person, authority: &Authority, language: Language) -> Outcome<String> {
    let reachable = authority.groups.iter().filter(|group| group.state == GroupState::Active);
    let titles: Vec<&str> = reachable.map(|group| group.title.as_str()).take(TITLES_SHOWN_MAX).collect();
    let more = authority.reachable().saturating_sub(titles.len());
    let mut lines = vec![
        say::broadcast_approval_asked(writer.name.as_str()),
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
    let mut asked: Vec<String> = lines.iter().map(|line| language.render(line)).collect();
    let words: Vec<&str> = draft.contents.iter().map(Content::words).collect();
    asked.push(String::new());
    asked.push(cut(&words.join("\n"), SHOWN_UNITS_MAX));
    Ok(asked.join("\n"))
}

/// When a draft is to run, in words.
pub(super) fn timing(draft: &Draft) -> Outcome<Text> {
    Ok(match when(draft)? {
        None => phrase::reading(&Reading::Now),
        Some(recurrence) => phrase::recurrence(&recurrence),
    })
}

/// Changes the state as an event says, and writes the broadcast.
///
/// # Errors
/// Refused where that is impossible now.
pub(super) async fn change(work: &mut Work<'_>, broadcast: &mut Broadcast, event: Event) -> Outcome<()> {
    let seen = broadcast.state;
    let after = rules::after(seen, event);
    broadcast.state = after.ok_or_else(|| Failure::Refused(impossible(seen)))?;
    if !matches!(broadcast.state, State::Scheduled | State::Sending) {
        broadcast.next_at = None;
    }
    store::update(work, seen, broadcast).await?;
    work.ring();
    Ok(())
}

/// Why nothing can be done about it now.
pub(super) fn impossible(state: State) -> Text {
    match state {
        State::Draft | State::AwaitingApproval => say::broadcast_is_waiting(),
        State::Scheduled => say::broadcast_is_scheduled(),
        State::Sending => say::broadcast_is_sending(),
        State::Sent => say::broadcast_is_sent(),
        State::Paused => say::broadcast_is_paused(),
        State::Cancelled => say::broadcast_is_cancelled(),
        State::Recalled => say::broadcast_is_recalled(),
    }
}

/// Has it go out from now on: its next occurrence is set, or a run of now is written.
pub(super) async fn begin(work: &mut Work<'_>, broadcast: &mut Broadcast, event: Event) -> Outcome<()> {
    let config = Arc::clone(&work.config);
    rules::after(broadcast.state, event).ok_or_else(|| Failure::Refused(impossible(broadcast.state)))?;
    broadcast.done_until = work.now;
    broadcast.next_at = match when(&broadcast.draft)? {
        None => {
            let start_at = starts_at(work, &broadcast.draft, work.now);
            runs::insert(work, broadcast.id, work.now, start_at, None).await?;
            None
        }
        Some(recurrence) => {
            let mut coming = recurrence.occurrences(work.now, config.school_time());
            let next = coming.next().map(|occurrence| occurrence.at);
            Some(next.ok_or_else(|| Failure::Refused(say::broadcast_time_over()))?)
        }
    };
    change(work, broadcast, event).await
}

/// When a run that is due at `at` may begin, see [`rules::hold`].
pub(super) fn starts_at(work: &Work<'_>, draft: &Draft, at: Millis) -> Millis {
    outlook::hold(work, draft).starts_at(at, work.config.school_time())
}

/// What is told of a broadcast that has just been published or given a time.
pub(super) async fn published(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    authority: &Authority,
    asked: usize,
) -> Outcome<Published> {
    let groups = authority.reachable();
    let forecast = digest::forecast(work, &broadcast.draft, &authority.reachable_ids()).await?;
    let zone = work.config.school.zone;
    let outlook = outlook::of_draft(work, &broadcast.draft, RUNS_TOLD)?;
    let is_later = outlook.is_some();
    let (first, is_held) = if let Some(outlook) = &outlook {
        let run = outlook.first();
        (run.map(|run| run.starts_at), run.is_some_and(Coming::is_later))
    } else {
        let starts_at = starts_at(work, &broadcast.draft, work.now);
        (Some(starts_at), starts_at > work.now)
    };
    let held_until = first.filter(|_| is_held);
    let (coming, ends) = outlook.map_or((Vec::new(), true), |outlook| (outlook.coming, outlook.ends));
    let moment = |at: Millis| phrase::moment(wall::shown(at, zone));
    let count = i64::try_from(groups).unwrap_or(i64::MAX);
    let says = match (asked, held_until, first) {
        (1.., _, _) => say::broadcast_awaits(i64::try_from(asked).unwrap_or(i64::MAX)),
        (0, Some(held), _) => say::broadcast_held(moment(held), count),
        (0, None, Some(first)) if is_later => say::broadcast_scheduled(moment(first), count),
        _ => say::broadcast_goes_out(count),
    };
    let says = match forecast.filter(|_| asked == 0) {
        Some(Forecast { groups, of, limit, at }) if groups == of => {
            say::broadcast_digested_all(moment(at), groups, limit)
        }
        Some(Forecast { groups, limit, at, .. }) => say::broadcast_digested(moment(at), groups, limit, says),
        None => says,
    };
    let (broadcast, state) = (broadcast.id, broadcast.state);
    Ok(Published { broadcast, state, coming, ends, held_until, groups, forecast, asked, says })
}
