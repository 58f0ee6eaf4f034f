//! Purpose: carrying out schedules: which occurrences are due, and what becomes of each.
//!
//! Invariants: an occurrence is decided in the transaction that plans it or begins to, so a crash leaves it done, under way or
//! due. Of several that came due while the program was off, only the latest runs; a group is never flooded. One that is under
//! way is planned to its end before another is decided.

use super::course::brings_anything;
use super::plan;
use super::schedule::Schedule;
use super::store::{self, Run, Standing};
use crate::clock::Millis;
use crate::failure::Outcome;
use crate::ids::GroupId;
use crate::timetable::missed::tell_at;
use crate::timetable::{DayKind, Decision, Skip};
use crate::work::Work;

/// Occurrences dealt with in one transaction; more wait for the next.
const OCCURRENCES_MAX: usize = 500;

/// Deals with every occurrence of a schedule that is due, or plans more of one that is under way; returns when there is something
/// to do next: now, if not all groups are planned yet.
pub async fn run_due(work: &mut Work<'_>, schedule: &Schedule) -> Outcome<Option<Millis>> {
    let rows_max = plan::rows_max(work);
    run_due_within(work, schedule, rows_max).await
}

/// The same with `rows_max` rows at most in this transaction.
pub(super) async fn run_due_within(
    work: &mut Work<'_>,
    schedule: &Schedule,
    rows_max: usize,
) -> Outcome<Option<Millis>> {
    let config = std::sync::Arc::clone(&work.config);
    let Standing { done_until, run } = store::standing(work, &schedule.name, &schedule.spec()).await?;
    if let Some(run) = run
        && !plan::go_on(work, schedule, run, rows_max).await?
    {
        return Ok(Some(work.now));
    }
    let recurrence = schedule.recurrence();
    let term = schedule.term_bounds(config.school.zone);
    let due =
        recurrence.missed(done_until, work.now, schedule.late_max, OCCURRENCES_MAX, config.school_time());
    let is_in_term = |at: Millis| term.is_none_or(|(from, until)| from <= at && at < until);
    let is_missed = |decision: &Decision| {
        decision.skipped.as_ref().is_some_and(Skip::is_missed) && is_in_term(decision.occurrence.at)
    };
    let last_missed = due.decisions.iter().rfind(|decision| is_missed(decision));
    let tell_at = match last_missed {
        // Nobody misses a run that would have brought nothing.
        Some(missed) if brings_anything(work, schedule, missed.occurrence.at).await? => {
            Some(tell_at(work.now, config.school.quiet, config.school.zone))
        }
        _ => None,
    };
    let mut next = due.next;
    for decision in &due.decisions {
        let Decision { occurrence, skipped } = decision;
        let out_of_term = (!is_in_term(occurrence.at)).then_some(Skip::NoSchool(DayKind::OutOfTerm));
        let reason = skipped.as_ref().or(out_of_term.as_ref()).map(Skip::to_text);
        let tell_at = tell_at.filter(|_| is_missed(decision));
        if reason.is_some() {
            store::occurrence(work, &schedule.name, occurrence.at, reason.as_deref(), tell_at).await?;
        } else if !store::is_decided(work, &schedule.name, occurrence.at).await? {
            let run = Run { at: occurrence.at, began: work.now, planned_until: GroupId(0) };
            if !plan::go_on(work, schedule, run, rows_max).await? {
                next = Some(work.now);
            }
        }
    }
    if due.done_until > done_until {
        store::set_done_until(work, &schedule.name, due.done_until).await?;
    }
    Ok(next)
}
