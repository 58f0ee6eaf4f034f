//! Purpose: the school's staff hear which pushes of lessons were skipped because the program was off, and what could not be sent
//! in time.
//!
//! Invariants: all that was skipped in one downtime is told in one message, not in the quiet hours, and each push once: once
//! somebody was told, none of it is left to tell. While nobody has an open private chat it is tried again every hour, for
//! a week. A run of whose lessons none was sent counts as skipped from then on.

use super::store::{self, Occurrences, pushes};
use super::unsent::kept_under;
use crate::clock::{DAY_MS, HOUR_MS, Millis};
use crate::failure::Outcome;
use crate::i18n::{Text, say};
use crate::staff_news;
use crate::timetable::{phrase, wall};
use crate::work::Work;

/// Of the schedules, so many are named, and of the runs of which something could not be sent; the others are counted.
const NAMED_MAX: usize = 8;
/// While nobody can be told, it is tried again after this.
const AGAIN_MS: i64 = HOUR_MS;
/// What nobody could be told for so long after the last of it is told no more.
const TOLD_WITHIN_MS: i64 = 7 * DAY_MS;

/// Tells the staff if it is time; returns when the next telling is due.
///
/// # Errors
/// Broken if the database is.
pub async fn tell_skipped(work: &mut Work<'_>) -> Outcome<Option<Millis>> {
    match store::next_telling(work).await? {
        Some(at) if at <= work.now => {}
        next => return Ok(next),
    }
    let (skipped, ran) = store::to_tell(work).await?;
    let count: usize = skipped.values().chain(ran.values()).map(Vec::len).sum();
    let newest = skipped.values().chain(ran.values()).flatten().max().copied().unwrap_or(work.now);
    let parts = [words_of_skipped(work, &skipped), words_of_unsent(work, &ran).await?];
    let Some(words) = parts.into_iter().flatten().reduce(say::missed_next) else {
        store::tell_again(work, None).await?;
        return Ok(None);
    };
    let words = say::missed_next(words, say::lessons_skipped_kept());
    let told = staff_news::tell(work, &format!("lessons-skipped/{}", work.now.0), &words).await?;
    // Whoever opens a private chat meanwhile hears of it.
    let is_tried_again = told == 0 && work.now.since_ms(newest) < TOLD_WITHIN_MS;
    let again = is_tried_again.then(|| work.now.plus_ms(AGAIN_MS));
    store::tell_again(work, again).await?;
    tracing::warn!(count, told, "pushes of lessons were skipped or could not be sent in time");
    Ok(again)
}

/// What was skipped because the program was off.
fn words_of_skipped(work: &Work<'_>, skipped: &Occurrences) -> Option<Text> {
    let lines = skipped.iter().take(NAMED_MAX).filter_map(|(name, times)| line(work, name, times));
    let lines: Vec<Text> = lines.collect();
    let list = lines.into_iter().reduce(say::missed_next)?;
    let words = say::lessons_skipped(skipped.values().map(Vec::len).sum::<usize>(), list);
    Some(match skipped.len() {
        ..=NAMED_MAX => words,
        many => say::missed_next(words, say::lessons_skipped_more(many - NAMED_MAX)),
    })
}

/// What was skipped of a schedule: when, or from when until when.
fn line(work: &Work<'_>, schedule: &str, times: &[Millis]) -> Option<Text> {
    let moment = |at: &Millis| phrase::moment(wall::shown(*at, work.config.school.zone));
    let (first, last) = (times.first()?, times.last()?);
    let says = match times.len() {
        1 => say::lessons_skipped_once(moment(first), schedule),
        count => say::lessons_skipped_times(count, moment(first), schedule, moment(last)),
    };
    Some(say::list_line(says))
}

/// What could not be sent of runs that were made.
async fn words_of_unsent(work: &mut Work<'_>, ran: &Occurrences) -> Outcome<Option<Text>> {
    let mut lines = Vec::new();
    for (schedule, times) in ran {
        for at in times {
            let pushes::Unsent { lessons, quizzes } = pushes::unsent(work, schedule, kept_under(*at)).await?;
            if lessons > 0 && !pushes::has_reached(work, schedule, kept_under(*at)).await? {
                store::skip_unsent(work, schedule, *at).await?;
            }
            let moment = || phrase::moment(wall::shown(*at, work.config.school.zone));
            if lessons > 0 {
                lines.push(say::list_line(say::lessons_unsent_lesson(moment(), lessons, schedule)));
            }
            if quizzes > 0 {
                lines.push(say::list_line(say::lessons_unsent_quiz(moment(), quizzes, schedule)));
            }
        }
    }
    let more = lines.len().saturating_sub(NAMED_MAX);
    lines.truncate(NAMED_MAX);
    let Some(list) = lines.into_iter().reduce(say::missed_next) else { return Ok(None) };
    let words = say::lessons_unsent(list);
    Ok(Some(if more > 0 { say::missed_next(words, say::missed_more(more)) } else { words }))
}

#[cfg(test)]
mod tests;
