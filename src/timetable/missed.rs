//! Purpose: what is made up for after the program was off or the clock was moved.
//!
//! Invariant: of the runs that came due since the last turn at most one is made, the latest, and only if it isn't too
//! late; each other is skipped for a reason. A group is never flooded.

use std::time::Duration;

use chrono_tz::Tz;

use super::{Fate, Occurrence, QuietHours, Recurrence, SchoolTime, Skip};
use crate::clock::{MINUTE_MS, Millis};

/// However little late a run may be: so late still counts as on time. A restart or a step that fails once takes as long.
pub const LATE_MIN: Duration = Duration::from_mins(10);
/// What was missed in one downtime is noticed within this, also by what fails at first and is tried again a minute later.
const NOTICED_MS: i64 = 2 * MINUTE_MS;

/// When people are to be told of a run whose missing is noticed `now`: a little later, so that all of a downtime is told at
/// once, and not in the quiet hours.
#[must_use]
pub fn tell_at(now: Millis, quiet: QuietHours, zone: Tz) -> Millis {
    quiet.next_allowed(now.plus_ms(NOTICED_MS), zone)
}

/// What is to be done about an occurrence whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Which.
    pub occurrence: Occurrence,
    /// Why it doesn't run; none if it runs now.
    pub skipped: Option<Skip>,
}

/// What is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// In order of their time.
    pub decisions: Vec<Decision>,
    /// Every occurrence up to and including this point in time is decided.
    pub done_until: Millis,
    /// When the next occurrence will be, skipped or not; in the past if more are due than were asked for.
    pub next: Option<Millis>,
}

impl Recurrence {
    /// Decides about every occurrence after `done_until` up to `now`. One that runs may be late by `late_max`. About
    /// `count_max` at most are decided (more only where several have the same time); whoever gets so many asks again.
    #[must_use]
    pub fn missed(
        &self,
        done_until: Millis,
        now: Millis,
        late_max: Duration,
        count_max: usize,
        time: SchoolTime<'_>,
    ) -> Due {
        let mut occurrences = self.occurrences(done_until, time).peekable();
        let mut due = Due { decisions: Vec::new(), done_until, next: None };
        // The latest that runs, if nothing after it does.
        let mut running = None;
        while let Some(occurrence) = occurrences.next_if(|occurrence| {
            occurrence.at <= now && (due.decisions.len() < count_max || occurrence.at == due.done_until)
        }) {
            due.done_until = occurrence.at;
            let skipped = match &occurrence.fate {
                Fate::Skipped { why } => Some(why.clone()),
                Fate::Runs | Fate::MovedTo { .. } => {
                    running = Some(due.decisions.len());
                    Some(Skip::Superseded)
                }
            };
            due.decisions.push(Decision { occurrence, skipped });
        }
        due.next = occurrences.peek().map(|occurrence| occurrence.at);
        let is_superseded =
            occurrences.take_while(|occurrence| occurrence.at <= now).any(|occurrence| occurrence.runs());
        if let Some(decision) = running.and_then(|at| due.decisions.get_mut(at))
            && !is_superseded
        {
            let late_ms = now.since_ms(decision.occurrence.at);
            let is_late = late_ms > i64::try_from(late_max.as_millis()).unwrap_or(i64::MAX);
            decision.skipped = is_late.then_some(Skip::Late);
        }
        due
    }
}

#[cfg(test)]
mod tests;
