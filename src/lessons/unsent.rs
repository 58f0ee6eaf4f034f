//! Purpose: lessons and questions that could not be sent in time: the network was away, or the school asleep until it was too
//! late.
//!
//! Invariants: a lesson that wasn't sent takes its questions with it, and its group goes on as if it had never been pushed. The
//! staff are told, see `skipped`.

use super::store;
use super::store::pushes::{self, OfRun};
use crate::clock::{Millis, SECOND_MS};
use crate::failure::Outcome;
use crate::ids::PushId;
use crate::quizzes;
use crate::timetable::missed::tell_at;
use crate::work::Work;

/// Between which times the pushes of an occurrence are kept: runs are at whole seconds.
pub(super) fn kept_under(occurrence: Millis) -> (Millis, Millis) {
    (occurrence, occurrence.plus_ms(SECOND_MS))
}

/// A lesson's card could not be sent in time.
///
/// # Errors
/// Broken if the database is.
pub async fn lesson_not_sent(work: &mut Work<'_>, push: PushId) -> Outcome<()> {
    let Some(run) = pushes::set_lesson_unsent(work, push).await? else { return Ok(()) };
    quizzes::withdraw(work, push).await?;
    note(work, run).await
}

/// A question of a lesson could not be posted in time, though its card was.
///
/// # Errors
/// Broken if the database is.
pub async fn question_not_sent(work: &mut Work<'_>, push: PushId) -> Outcome<()> {
    match pushes::set_quiz_unsent(work, push).await? {
        Some(run) => note(work, run).await,
        None => Ok(()),
    }
}

/// Has the staff hear of it.
async fn note(work: &mut Work<'_>, (schedule, kept_under): OfRun) -> Outcome<()> {
    let occurrence = Millis(kept_under.0 - kept_under.0.rem_euclid(SECOND_MS));
    let at = tell_at(work.now, work.config.school.quiet, work.config.school.zone);
    store::tell_of(work, &schedule, occurrence, at).await?;
    work.ring();
    Ok(())
}
