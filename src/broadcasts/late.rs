//! Purpose: how late a run of something that comes again is still made after a downtime: as the school has it, or as its author
//! has chosen.
//!
//! Invariant: what comes once has no choice: if it is found too late it is held, and its author decides.

use std::time::Duration;

use super::authority;
use super::draft::Draft;
use super::life::audit;
use super::publish::{impossible, when};
use super::store;
use crate::clock::HOUR_MS;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::BroadcastId;
use crate::roster::Person;
use crate::timetable::Rule;
use crate::timetable::missed::LATE_MIN;
use crate::work::Work;

/// What can be chosen, in hours: not at all, the same part of the day, a whole day.
pub(super) const CHOICES_HOURS: [u32; 3] = [0, 3, 24];

/// True if it comes again.
pub(super) fn is_series(draft: &Draft) -> bool {
    matches!(when(draft), Ok(Some(recurrence)) if !matches!(recurrence.rule, Rule::Once(_)))
}

/// How late a run of it may begin.
pub(super) fn late_max(work: &Work<'_>, draft: &Draft) -> Duration {
    match draft.late_hours {
        Some(hours) if is_series(draft) => Duration::from_hours(u64::from(hours)).max(LATE_MIN),
        _ => work.config.broadcasts.late_max,
    }
}

/// What becomes of a run that is missed, in words.
pub(super) fn told(work: &Work<'_>, draft: &Draft) -> Text {
    let late_max_ms = i64::try_from(late_max(work, draft).as_millis()).unwrap_or(i64::MAX);
    match late_max_ms / HOUR_MS {
        0 => say::schedule_late_skip(),
        hours => say::schedule_late_hours(hours),
    }
}

/// Sets how many hours late a run may be; none for as many as the school has it. Returns what becomes of a missed run then.
///
/// # Errors
/// Refused for what comes once or not any more, and to whoever doesn't look after it.
pub async fn set_late(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
    hours: Option<u32>,
) -> Outcome<Text> {
    let (mut found, authority) = authority::over(work, actor, broadcast).await?;
    if !is_series(&found.draft) {
        return Err(Failure::Refused(say::schedule_late_once()));
    }
    if !found.state.is_coming() {
        return Err(Failure::Refused(impossible(found.state)));
    }
    found.draft.late_hours = hours;
    store::update(work, found.state, &found).await?;
    audit(work, authority.actor(), "broadcast.late", &found).await?;
    Ok(told(work, &found.draft))
}
