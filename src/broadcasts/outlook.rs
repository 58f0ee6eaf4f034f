//! Purpose: when something that is to be published really begins, for everybody who tells of it.
//!
//! Invariant: it goes by what holds a run back when it is planned ([`super::publish::starts_at`]), so that what is told is what
//! happens.

use super::draft::Draft;
use super::publish::when;
use super::rules::{self, State};
use super::store::Broadcast;
use super::store::runs;
use crate::clock::Millis;
use crate::failure::Outcome;
use crate::timetable::{Hold, Outlook, Recurrence};
use crate::work::Work;

/// What holds the runs of a draft back.
pub(super) fn hold(work: &Work<'_>, draft: &Draft) -> Hold {
    let recurrence = draft.when.as_deref().and_then(|when| Recurrence::parse(when).ok());
    rules::hold(draft.urgency, recurrence.map(|recurrence| recurrence.day_rule), work.config.school.quiet)
}

/// The runs of a draft that are planned after now, so many; none if it goes out now.
///
/// # Errors
/// Refused if what is kept of its time can't be understood.
pub(super) fn of_draft(work: &Work<'_>, draft: &Draft, runs: usize) -> Outcome<Option<Outlook>> {
    let (hold, time) = (hold(work, draft), work.config.school_time());
    Ok(when(draft)?.map(|recurrence| recurrence.outlook(work.now, runs, hold, time)))
}

/// When the next run of something scheduled begins: one that is held, or the next planned. None if nothing is to come, or if
/// that isn't known as long as it waits for somebody.
pub(super) async fn next_start(work: &mut Work<'_>, broadcast: &Broadcast) -> Outcome<Option<Millis>> {
    if broadcast.state != State::Scheduled {
        return Ok(None);
    }
    if let Some(held) = runs::waits_until(work, broadcast.id).await? {
        return Ok(Some(held));
    }
    let outlook = of_draft(work, &broadcast.draft, 1)?;
    Ok(outlook.and_then(|outlook| outlook.first().map(|run| run.starts_at)))
}
