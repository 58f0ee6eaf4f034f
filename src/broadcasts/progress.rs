//! Purpose: how far a change or a recall has come, in words: while it is under way, and when everything has ended.
//!
//! Invariant: whoever was told that it goes on hears when it is over; of a change that was small, only what failed.

use super::amending::FIRST_MAX;
use super::life::tell_author;
use super::report::reason_text;
use super::store::changes::{self, Unchanged};
use super::store::runs::{self, Run, RunState};
use super::store::{self, Broadcast};
use crate::failure::Outcome;
use crate::i18n::{Text, say};
use crate::ids::RunId;
use crate::work::Work;

/// Reasons that are told apart.
const REASONS_MAX: usize = 5;

/// How far the change of a run has come; none if none is under way.
pub(super) async fn of_change(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    run: &Run,
) -> Outcome<Option<Text>> {
    let standing = changes::standing(work, run.id).await?;
    if run.state == RunState::Recalled || standing.is_none_or(|standing| !standing.is_under_way) {
        return Ok(None);
    }
    let progress = changes::progress(work, run.id, broadcast.version).await?;
    Ok(Some(say::broadcast_changing(progress.groups, progress.groups_of)))
}

/// Tells the author what came of a change that has ended everywhere.
pub(super) async fn tell(work: &mut Work<'_>, run: RunId) -> Outcome<()> {
    let unchanged = changes::unchanged(work, run).await?;
    let (sent, _) = changes::count(work, run).await?;
    if unchanged.is_empty() && sent <= i64::try_from(FIRST_MAX).unwrap_or(i64::MAX) {
        return Ok(());
    }
    let Some(run) = runs::run(work, run).await? else { return Ok(()) };
    let Some(broadcast) = store::broadcast(work, run.broadcast).await? else { return Ok(()) };
    let progress = changes::progress(work, run.id, broadcast.version).await?;
    let words = how_it_went(progress.groups_of, &unchanged);
    tell_author(work, &broadcast, &format!("changed/{}/{}", run.id, broadcast.version), &words).await
}

fn how_it_went(groups: i64, unchanged: &[Unchanged]) -> Text {
    let failed: i64 = unchanged.iter().map(|why| why.groups).sum();
    let copies: i64 = unchanged.iter().map(|why| why.copies).sum();
    let words = if failed == 0 {
        say::broadcast_change_done(groups)
    } else {
        let of_groups = unchanged.iter().filter(|why| why.groups > 0).take(REASONS_MAX);
        let mut words = say::broadcast_change_done_partly((groups - failed).max(0), failed);
        for why in of_groups {
            words = say::broadcast_change_why(words, why.groups, reason_text(&why.reason));
        }
        words
    };
    if copies == 0 { words } else { say::broadcast_change_done_copies(copies, words) }
}
