//! Purpose: taking a run back everywhere, in stretches.
//!
//! Invariants: a run is taken back with the press; what of it arrives from then on is removed when it has. A stretch is one
//! transaction with the number of the last post it looked at, and carried out twice removes once.

use super::amending;
use super::digest;
use super::ends;
use super::plan;
use super::remind;
use super::store::changes::{self, Amend, There};
use super::store::posts::{self, Post};
use super::store::runs::{self, Run, RunState};
use crate::channel::Outgoing;
use crate::failure::Outcome;
use crate::ids::PostId;
use crate::outbox::{self, About, NewRow, Priority, Target};
use crate::work::Work;

/// What a stretch of a recall came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// Posts that are removed.
    pub(super) sent: usize,
    /// Posts that are not sent any more.
    pub(super) unsent: usize,
    /// True if some can't be removed, because they stayed behind when their group moved.
    pub(super) has_lost: bool,
    /// True if posts are left for another stretch.
    pub(super) goes_on: bool,
}

/// Takes a run back: its first posts at once, and the others when the timer comes to them.
pub(super) async fn begin(work: &mut Work<'_>, run: &Run, rows_max: usize) -> Outcome<Taken> {
    runs::set(work, run.id, RunState::Recalled, run.planned_until).await?;
    remind::withdraw_of_run(work, run.id).await?;
    changes::begin(work, run.id).await?;
    let from_the_first = Run { changed_until: PostId(0), ..run.clone() };
    let taken = stretch(work, &from_the_first, rows_max).await?;
    if taken.has_lost {
        ends::recalled(work, run.id).await?;
    }
    Ok(taken)
}

/// Carries out the next stretch. The end of the last removal may have come before the last stretch.
pub(super) async fn go_on(work: &mut Work<'_>, run: &Run, rows_max: usize) -> Outcome<()> {
    let taken = stretch(work, run, rows_max).await?;
    if taken.goes_on { Ok(()) } else { ends::recalled(work, run.id).await }
}

async fn stretch(work: &mut Work<'_>, run: &Run, rows_max: usize) -> Outcome<Taken> {
    let (found, last) = amending::next(work, run, rows_max).await?;
    let (sent, planned): (Vec<There>, Vec<There>) = found.into_iter().partition(There::is_sent);
    let unsent = withdraw(work, run, &planned, last).await?;
    let (behind, sent): (Vec<There>, Vec<There>) = sent.into_iter().partition(There::is_lost);
    for there in &behind {
        posts::deleted(work, there.post.id, Some("moved")).await?;
    }
    // Edits that are still to be made would only be refused.
    let amending = sent.iter().filter(|there| there.amend == Some(Amend::UnderWay));
    let edits: Vec<String> =
        amending.map(|there| format!("broadcast-edit/{}/{}", there.post.id, there.post.version)).collect();
    let (tenant, now) = (work.tenant, work.now);
    outbox::withdraw(work.writing().await?, tenant, &edits, now).await?;
    for there in &sent {
        take_back(work, &there.post);
    }
    amending::move_on(work, run.id, last).await?;
    Ok(Taken { sent: sent.len(), unsent, has_lost: !behind.is_empty(), goes_on: last.is_some() })
}

/// Takes what was not sent yet out of the outbox and out of digests; returns how much.
async fn withdraw(work: &mut Work<'_>, run: &Run, planned: &[There], last: Option<PostId>) -> Outcome<usize> {
    let keys: Vec<String> = planned.iter().map(|there| plan::key(there.post.id)).collect();
    let (tenant, now) = (work.tenant, work.now);
    let taken = outbox::withdraw(work.writing().await?, tenant, &keys, now).await?;
    let until = last.unwrap_or(amending::ALL_POSTS);
    let mut withdrawn = digest::take_out(work, run.id, (run.changed_until, until)).await?;
    let posts = planned.iter().map(|there| there.post.id);
    withdrawn.extend(posts.filter(|post| taken.contains(&plan::key(*post))));
    posts::withdraw(work, &withdrawn).await?;
    Ok(withdrawn.len())
}

/// Has a post that was sent removed, if it is a message of its own.
pub(super) fn take_back(work: &mut Work<'_>, sent: &Post) {
    if sent.messages.is_empty() {
        return;
    }
    work.send(NewRow {
        key: format!("broadcast-recall/{}", sent.id),
        to: Target::Chat(sent.to),
        priority: Priority::Urgent,
        what: Outgoing::Delete { messages: sent.messages.clone() },
        about: Some(About::BroadcastRecall { post: sent.id }),
        not_before: work.now,
        expires_at: None,
    });
}
