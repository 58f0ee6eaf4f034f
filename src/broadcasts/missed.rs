//! Purpose: the author of something that comes again hears which of its runs were missed while the program was off, and which were
//! held, over a holiday or a night, until a newer one took their place.
//!
//! Invariants: the runs missed in one downtime are told in one message, not in the quiet hours, and each once: telling takes
//! them. Those that were held are told when the newer one begins. What had one time only is held and told at once, see `plan`.

use super::coming::first_words;
use super::life::tell_author;
use super::outlook;
use super::rules::State;
use super::store::runs::{self, RunState};
use super::store::{self, Broadcast};
use crate::clock::Millis;
use crate::failure::Outcome;
use crate::i18n::{Text, say};
use crate::ids::BroadcastId;
use crate::roster;
use crate::timetable::{Skip, missed, phrase, wall};
use crate::work::Work;

/// Of the missed runs, so many are named; the others are counted.
const NAMED_MAX: usize = 5;

/// When the author is to hear of what is noticed now.
pub(super) fn tell_at(work: &Work<'_>) -> Millis {
    missed::tell_at(work.now, work.config.school.quiet, work.config.school.zone)
}

/// Has the author hear of the runs missed after `after` and up to `until`.
pub(super) async fn note(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
    after: Millis,
    until: Millis,
) -> Outcome<()> {
    let at = tell_at(work);
    Ok(runs::note_missed(work, broadcast, after, until, at).await?)
}

/// Tells the author.
pub(super) async fn tell(work: &mut Work<'_>, broadcast: BroadcastId) -> Outcome<()> {
    let Some(broadcast) = store::broadcast(work, broadcast).await? else { return Ok(()) };
    let taken = runs::take_missed(work, broadcast.id).await?;
    let Some((last, _)) = taken.last() else { return Ok(()) };
    let author = roster::person_by_id(work, broadcast.author).await?;
    let first_words = first_words(work, &broadcast, roster::language(work, author.as_ref(), None));
    let (held, missed): (Vec<_>, Vec<_>) = taken.iter().partition(|(_, reason)| reason == runs::HELD);
    let times = |of: &[&(Millis, String)]| of.iter().map(|(at, _)| *at).collect::<Vec<_>>();
    let mut lines = Vec::new();
    if let Some(list) = list(work, &times(&missed)) {
        lines.push(say::broadcast_skipped(missed.len(), list, &first_words));
        lines.extend(more(missed.len()));
        // Of several that were missed the latest is made if it isn't too late.
        if missed.last().is_some_and(|(_, reason)| *reason == Skip::Superseded.to_text()) {
            lines.push(say::broadcast_skipped_made());
        }
    }
    if let (Some(list), Some((newest, _))) = (list(work, &times(&held)), held.last()) {
        lines.push(say::broadcast_overtaken(held.len(), list, &first_words));
        lines.extend(more(held.len()));
        let instead = begun_after(work, &broadcast, *newest).await?;
        lines.extend(instead.map(|at| say::broadcast_overtaken_latest(moment(work, at))));
    }
    // What is held says so itself when it is opened.
    if matches!(broadcast.state, State::Scheduled | State::Sending | State::Sent) {
        let outlook = outlook::of_draft(work, &broadcast.draft, 1)?;
        let next = outlook.and_then(|outlook| outlook.first().map(|run| run.starts_at));
        lines.push(next.map_or_else(say::broadcast_skipped_none_coming, |next| {
            say::broadcast_skipped_coming(moment(work, next))
        }));
    }
    let Some(words) = lines.into_iter().reduce(say::missed_next) else { return Ok(()) };
    tell_author(work, &broadcast, &format!("skipped/{}", last.0), &words).await
}

fn moment(work: &Work<'_>, at: Millis) -> Text {
    phrase::moment(wall::shown(at, work.config.school.zone))
}

/// The first of these times, a line each; none if there are none.
fn list(work: &Work<'_>, times: &[Millis]) -> Option<Text> {
    let lines = times.iter().take(NAMED_MAX).map(|at| say::list_line(moment(work, *at)));
    lines.reduce(say::missed_next)
}

/// How many of so many are not named, if any.
fn more(count: usize) -> Option<Text> {
    count.checked_sub(NAMED_MAX).filter(|more| *more > 0).map(say::missed_more)
}

/// When the newest run after an occurrence began; none if it has not.
async fn begun_after(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    occurrence: Millis,
) -> Outcome<Option<Millis>> {
    let runs = runs::of_broadcast(work, broadcast.id).await?;
    let newest = runs.iter().find(|run| run.state != RunState::Waiting && run.occurrence > occurrence);
    Ok(newest.map(|run| run.start_at))
}
