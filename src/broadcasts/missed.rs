//! Purpose: the author of something that comes again hears which of its runs were missed while the program was off.
//!
//! Invariants: the runs missed in one downtime are told in one message, not in the quiet hours, and each once: telling takes
//! them. What had one time only is held and told at once, see `plan`.

use super::coming::first_words;
use super::life::tell_author;
use super::outlook;
use super::rules::State;
use super::store::{self, runs};
use crate::clock::Millis;
use crate::failure::Outcome;
use crate::i18n::{Text, say};
use crate::ids::BroadcastId;
use crate::roster;
use crate::timetable::missed::tell_at;
use crate::timetable::{Skip, phrase, wall};
use crate::work::Work;

/// Of the missed runs, so many are named; the others are counted.
const NAMED_MAX: usize = 5;

/// Has the author hear of the runs missed after `after` and up to `until`.
pub(super) async fn note(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
    after: Millis,
    until: Millis,
) -> Outcome<()> {
    let at = tell_at(work.now, work.config.school.quiet, work.config.school.zone);
    Ok(runs::note_missed(work, broadcast, after, until, at).await?)
}

/// Tells the author.
pub(super) async fn tell(work: &mut Work<'_>, broadcast: BroadcastId) -> Outcome<()> {
    let Some(broadcast) = store::broadcast(work, broadcast).await? else { return Ok(()) };
    let missed = runs::take_missed(work, broadcast.id).await?;
    let (Some((first, _)), Some((last, reason))) = (missed.first(), missed.last()) else { return Ok(()) };
    let zone = work.config.school.zone;
    let moment = |at: Millis| phrase::moment(wall::shown(at, zone));
    let named = missed.iter().skip(1).take(NAMED_MAX - 1);
    let times = named.fold(line(moment(*first)), |list, (at, _)| say::missed_next(list, line(moment(*at))));
    let author = roster::person_by_id(work, broadcast.author).await?;
    let first_words = first_words(work, &broadcast, roster::language(work, author.as_ref(), None));
    let mut words = say::broadcast_skipped(missed.len(), times, first_words);
    if missed.len() > NAMED_MAX {
        words = say::missed_next(words, say::missed_more(missed.len() - NAMED_MAX));
    }
    // Of several that were missed the latest is made if it isn't too late.
    if *reason == Skip::Superseded.to_text() {
        words = say::missed_next(words, say::broadcast_skipped_made());
    }
    // What is held says so itself when it is opened.
    if matches!(broadcast.state, State::Scheduled | State::Sending | State::Sent) {
        let outlook = outlook::of_draft(work, &broadcast.draft, 1)?;
        let next = outlook.and_then(|outlook| outlook.first().map(|run| run.starts_at));
        let coming = next.map_or_else(say::broadcast_skipped_none_coming, |next| {
            say::broadcast_skipped_coming(moment(next))
        });
        words = say::missed_next(words, coming);
    }
    tell_author(work, &broadcast, &format!("skipped/{}", last.0), &words).await
}

fn line(item: Text) -> Text {
    say::list_line(item)
}
