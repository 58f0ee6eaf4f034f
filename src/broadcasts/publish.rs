//! Purpose: from a draft to something that goes out by itself.
//!
//! Invariants: nothing is published that the draft check stops, nor to a group the author doesn't look after. What needs
//! the yes of a second person (see `approval`) is asked about instead. Whatever is to come again from now on, because it was
//! moved, let go on or agreed to, goes through [`begin`], which checks what publishing checks.

use std::sync::Arc;

use super::approval;
use super::authority::{self, Authority};
use super::check;
use super::digest::{self, Forecast};
use super::draft::Draft;
use super::outlook;
use super::rules::{self, Event, State};
use super::store::{self, Broadcast, runs};
use crate::clock::Millis;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::BroadcastId;
use crate::roster::{self, Person};
use crate::timetable::words::Reading;
use crate::timetable::{Coming, Recurrence, phrase, wall};
use crate::work::Work;

/// How many runs are told.
pub const RUNS_TOLD: usize = 5;

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
/// yes to what needs one.
pub async fn publish(work: &mut Work<'_>, author: &Person, draft: Draft) -> Outcome<Published> {
    let draft = check::marked(draft);
    let authority = authority::for_draft(work, author, &draft).await?;
    let troubles = check::check_for(work, &draft, &authority);
    if let Some(trouble) = troubles.into_iter().find(|trouble| trouble.stops) {
        return Err(Failure::Refused(trouble.says));
    }
    let mut broadcast = store::insert(work, author.id, draft).await?;
    roster::audit(work, author.id, "broadcast.publish", &broadcast.id.to_string()).await?;
    let asked = if approval::is_needed(work, author, &broadcast.draft) {
        approval::ask_others(work, author, &authority, &mut broadcast).await?
    } else {
        begin_checked(work, &mut broadcast, Event::Confirm).await?;
        0
    };
    published(work, &broadcast, &authority, asked).await
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

/// Has it go out from now on, after the check that [`publish`] makes too.
///
/// # Errors
/// Refused where that is impossible now, and with what the check stops.
pub(super) async fn begin(work: &mut Work<'_>, broadcast: &mut Broadcast, event: Event) -> Outcome<()> {
    rules::after(broadcast.state, event).ok_or_else(|| Failure::Refused(impossible(broadcast.state)))?;
    check::may_come(work, &broadcast.draft)?;
    begin_checked(work, broadcast, event).await
}

/// Its next occurrence is set, or a run of now is written.
async fn begin_checked(work: &mut Work<'_>, broadcast: &mut Broadcast, event: Event) -> Outcome<()> {
    let config = Arc::clone(&work.config);
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
            Some(next.ok_or_else(|| Failure::Refused(say::broadcast_never()))?)
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
        (1.., _, _) => approval::awaits(&broadcast.draft, asked),
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
