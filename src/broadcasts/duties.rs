//! Purpose: what is due of broadcasts, as duties that are carried out one by one.
//!
//! Invariants: looking for duties reads no words of a broadcast, so that one whose words can't be read keeps no other from
//! its time. A duty that fails is put off in its own row: it is looked at again later, behind those that came due before.

use super::store::{self, changes, digests, posts, runs};
use super::{amending, confirm, digest, missed, plan, unreadable};
use crate::clock::Millis;
use crate::failure::Outcome;
use crate::ids::{BroadcastId, GroupId, RunId};
use crate::work::Work;

/// Broadcasts decided about in one transaction.
const DECIDED_MAX: i64 = 20;
/// Authors told of missed runs in one transaction.
const TOLD_MAX: i64 = 20;

/// Something to be done about a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Its occurrences are due and to be decided about.
    Decide(BroadcastId),
    /// A run is to be begun, or the next stretch of it to be planned.
    Plan(RunId),
    /// The next stretch of a change or a recall of a run is to be carried out.
    Change(RunId),
    /// Counts under what a run has posted are to be brought up to date.
    Count(RunId),
    /// A group's digest is to be put together.
    Digest(GroupId),
    /// Its author is to be told which of its runs were missed.
    TellMissed(BroadcastId),
}

/// What is due: at most one stretch of a run, the counts of one, and few digests, so that others may write before the next. What has
/// gone out is put right before more of anything does.
pub async fn duties(work: &mut Work<'_>) -> Outcome<Vec<Duty>> {
    let mut duties: Vec<Duty> = store::due(work, DECIDED_MAX).await?.into_iter().map(Duty::Decide).collect();
    let stretch = match changes::due(work).await? {
        Some(run) => Some(Duty::Change(run)),
        None => runs::due(work, plan::ALL_PLANNED).await?.map(Duty::Plan),
    };
    duties.extend(stretch);
    duties.extend(posts::run_to_count(work).await?.map(Duty::Count));
    duties.extend(digest::due(work).await?.into_iter().map(Duty::Digest));
    duties.extend(runs::to_tell(work, TOLD_MAX).await?.into_iter().map(Duty::TellMissed));
    Ok(duties)
}

/// When there is something to do next; in the past if there is now.
pub async fn next(work: &mut Work<'_>) -> Outcome<Option<Millis>> {
    Ok([store::next(work).await?, digests::next(work).await?].into_iter().flatten().min())
}

/// Does what is due.
pub async fn carry_out(work: &mut Work<'_>, duty: Duty) -> Outcome<()> {
    match duty {
        Duty::Decide(broadcast) => plan::decide(work, broadcast).await,
        Duty::Plan(run) => {
            let rows_max = plan::rows_max(work);
            plan::go_on(work, run, rows_max).await
        }
        Duty::Change(run) => {
            let rows_max = plan::rows_max(work);
            amending::go_on(work, run, rows_max).await
        }
        Duty::Count(run) => confirm::show_counts(work, run).await,
        Duty::Digest(group) => digest::put_together(work, group).await,
        Duty::TellMissed(broadcast) => missed::tell(work, broadcast).await,
    }
}

/// Has a duty that failed wait until a point in time. What it is about is not decided; if it is a broadcast that can't be read,
/// its author is told.
pub async fn put_off(work: &mut Work<'_>, duty: Duty, until: Millis) -> Outcome<()> {
    match duty {
        Duty::Decide(broadcast) => {
            store::put_off(work, broadcast, until).await?;
            unreadable::held(work, broadcast).await?;
        }
        Duty::Plan(run) => {
            runs::put_off(work, run, until).await?;
            unreadable::run_held(work, run).await?;
        }
        Duty::Change(run) => changes::put_off(work, run, until).await?,
        Duty::Count(run) => posts::put_off_counts(work, run, until).await?,
        Duty::Digest(group) => digests::put_off(work, group, until).await?,
        Duty::TellMissed(broadcast) => runs::put_off_telling(work, broadcast, until).await?,
    }
    Ok(())
}
