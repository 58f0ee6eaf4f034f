//! Purpose: what waits for somebody's yes and gets none in time.
//!
//! Invariants: what waits and comes only once has in `next_at` (the column `answer_until`) the time after which a yes is too late. At that time the timer has
//! the author told, and those who were asked, once; from then on a yes is refused. Another time asks anew.

use super::approval;
use super::authority;
use super::coming::first_words;
use super::draft::Draft;
use super::life::{tell, tell_author};
use super::publish::when;
use super::rules::State;
use super::store::{self, Broadcast};
use crate::clock::{HOUR_MS, Millis};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::roster;
use crate::timetable::{Recurrence, Rule};
use crate::work::Work;

fn late_max_ms(work: &Work<'_>) -> i64 {
    i64::try_from(work.config.broadcasts.late_max.as_millis()).unwrap_or(i64::MAX)
}

/// Has something that was just asked about wait for a yes no longer than that may be late. What comes again waits as long as
/// something is to come.
pub(super) async fn wait(work: &mut Work<'_>, broadcast: &mut Broadcast) -> Outcome<()> {
    let time = match when(&broadcast.draft)? {
        None => Some(work.now),
        Some(recurrence) if matches!(recurrence.rule, Rule::Once(_)) => {
            recurrence.next_run(work.now, work.config.school_time())
        }
        Some(_) => None,
    };
    let late_max_ms = late_max_ms(work);
    broadcast.next_at = time.map(|time| time.plus_ms(late_max_ms));
    store::update(work, broadcast.state, broadcast).await?;
    work.ring();
    Ok(())
}

/// What whoever is asked is told of a yes that comes late.
pub(super) fn says(work: &Work<'_>, draft: &Draft) -> Outcome<Option<Text>> {
    let hours = late_max_ms(work) / HOUR_MS;
    Ok(match when(draft)? {
        _ if hours == 0 => None,
        None => Some(say::broadcast_approval_until(hours)),
        Some(recurrence) if matches!(recurrence.rule, Rule::Once(_)) => {
            Some(say::broadcast_approval_at_once(hours))
        }
        Some(_) => None,
    })
}

/// Whether a yes is too late because nobody gave one in time.
pub(super) fn is_over(broadcast: &Broadcast, now: Millis) -> bool {
    broadcast.draft.when.is_none() && broadcast.next_at.is_none_or(|until| until <= now)
}

/// Whether it waits for a yes that would come too late by now, as its author was told.
pub(super) fn is_told(broadcast: &Broadcast) -> bool {
    let read = broadcast.draft.when.as_deref().map(Recurrence::parse);
    let comes_once = read.is_none_or(|read| read.is_ok_and(|read| matches!(read.rule, Rule::Once(_))));
    broadcast.state == State::AwaitingApproval && broadcast.next_at.is_none() && comes_once
}

/// Tells the author that nobody said yes in time, and those who were asked that they needn't any more.
pub(super) async fn tell_all(work: &mut Work<'_>, mut broadcast: Broadcast) -> Outcome<()> {
    broadcast.next_at = None;
    store::update(work, broadcast.state, &broadcast).await?;
    let occasion = format!("unanswered/{}", approval::question(&broadcast));
    let author = roster::person_by_id(work, broadcast.author).await?;
    let words = first_words(work, &broadcast, roster::language(work, author.as_ref(), None));
    tell_author(work, &broadcast, &occasion, &say::broadcast_unanswered(words)).await?;
    let (Some(author), Some(writer)) =
        (author, roster::person_by_id(work, approval::writer(&broadcast)).await?)
    else {
        return Ok(());
    };
    let authority = match authority::for_draft(work, &author, &broadcast.draft).await {
        Err(Failure::Refused(_)) => return Ok(()),
        found => found?,
    };
    for asked in approval::approvers(work, &writer, &authority).await? {
        if asked.id == broadcast.author {
            continue;
        }
        let words = first_words(work, &broadcast, roster::language(work, Some(&asked), None));
        let occasion = format!("{occasion}/{}", asked.id);
        tell(work, &broadcast, asked.id, &occasion, &say::broadcast_unanswered_asked(words)).await?;
    }
    Ok(())
}
