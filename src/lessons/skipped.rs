//! Purpose: the school's staff hear which pushes of lessons were skipped because the program was off.
//!
//! Invariants: all that was skipped in one downtime is told in one message, not in the quiet hours, and each push once: once
//! somebody was told, none of it is left to tell. While nobody has an open private chat it is tried again every hour, for
//! a week.

use super::store;
use crate::clock::{DAY_MS, HOUR_MS, Millis};
use crate::failure::Outcome;
use crate::i18n::{Text, say};
use crate::staff_news;
use crate::timetable::{phrase, wall};
use crate::work::Work;

/// Of the schedules, so many are named; the others are counted.
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
    let skipped = store::skipped_to_tell(work).await?;
    let count: usize = skipped.values().map(Vec::len).sum();
    let lines = skipped.iter().take(NAMED_MAX).filter_map(|(name, times)| line(work, name, times));
    let lines: Vec<Text> = lines.collect();
    let Some(list) = lines.into_iter().reduce(say::missed_next) else { return Ok(None) };
    let mut words = say::lessons_skipped(count, list);
    if skipped.len() > NAMED_MAX {
        words = say::missed_next(words, say::lessons_skipped_more(skipped.len() - NAMED_MAX));
    }
    let words = say::missed_next(words, say::lessons_skipped_kept());
    let told = staff_news::tell(work, &format!("lessons-skipped/{}", work.now.0), &words).await?;
    let newest = skipped.values().flatten().max().copied().unwrap_or(work.now);
    // Whoever opens a private chat meanwhile hears of it.
    let is_tried_again = told == 0 && work.now.since_ms(newest) < TOLD_WITHIN_MS;
    let again = is_tried_again.then(|| work.now.plus_ms(AGAIN_MS));
    store::tell_again(work, again).await?;
    tracing::warn!(count, told, "pushes of lessons were skipped because the program was off");
    Ok(again)
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

#[cfg(test)]
mod tests;
