//! Purpose: the daily digest: what comes into a group beyond its burden limit comes in one message.
//!
//! ```text
//! item:    waiting ──its time──▶ in a digest ──taken back──▶ taken
//!             └──taken back, given up, group gone──▶ (no item)
//! digest:  sending ─▶ sent | failed;   failed, of unknown end ─its row released▶ sending
//!             sending ──changed in time──▶ (undone: its items wait again, and are due)
//! ```
//!
//! A run that is planned asks [`burden`] for each group. Where the group has had enough, its posts become items that wait for
//! the time of the digest. Then [`due`] names them and [`put_together`] makes of them: one message for each group (and forum topic), or several if
//! they don't fit. A short text stands in it whole; of a long text, a picture, a poll or a place it shows the beginning, and
//! the whole follows at once, without a sound, as an answer to the digest. So nothing is shortened away, everybody in the
//! group can read it, and what follows is an ordinary post that is changed and taken back like any other.
//!
//! A post in a digest is `planned` until the digest was sent, then `sent`, or `failed` with it; it has no message of its own. So
//! a broadcast is going out until its last digest has. What a digest shows is kept with each item, and a change writes the whole
//! message anew from there.
//!
//! Private copies keep to it: whose every group waits gets the copy when the digests were put together (`copies`).
//!
//! Invariants: a post is in one digest at most. Putting a digest together and handing it to the outbox is one transaction. The
//! group, its state and the author's standing are looked at again when it is put together. A digest shows nobody's name.

mod change;
mod rules;
mod send;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::draft::Draft;
use super::publish::{starts_at, when};
use super::store::digests::{self, NewItem};
use super::store::runs::Run;
use crate::burden;
use crate::burden::rules::{Kind, Way};
use crate::clock::Millis;
use crate::failure::Outcome;
use crate::ids::GroupId;
use crate::work::Work;

pub(super) use change::{amend, reclaim, standing, take_out};
pub(super) use send::key;
pub use send::{due, ended, put_together, recall_ended};

/// What of a draft would go into digests as things are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// To how many groups it comes in a digest.
    pub groups: usize,
    /// Of how many.
    pub of: usize,
    /// How many pushes a group may have a day.
    pub limit: u32,
    /// When the digest comes.
    pub at: Millis,
}

/// Says which of the groups get a run in their digest, and counts it in the others.
pub(super) async fn over_limit(
    work: &mut Work<'_>,
    draft: &Draft,
    run: &Run,
    groups: &[GroupId],
) -> Outcome<HashSet<GroupId>> {
    let (limit, kind) = (work.config.school.burden, rules::kind(draft));
    if limit.pushes_per_day == 0 || kind == Kind::Urgent {
        return Ok(HashSet::new());
    }
    let day = burden::day(work, work.now);
    let had = burden::had(work, day, groups).await?;
    let (mut over, mut counted) = (HashSet::new(), Vec::new());
    for group in groups {
        match limit.way(had.get(group).copied().unwrap_or(0), kind) {
            Way::Uncounted => {}
            Way::Push => counted.push((*group, burden::Push::Announcement(run.id))),
            Way::Digest => {
                over.insert(*group);
            }
        }
    }
    burden::count(work, day, &counted).await?;
    Ok(over)
}

/// Has posts of a run wait for the digest.
pub(super) async fn hold(work: &mut Work<'_>, run: &Run, items: &[NewItem]) -> Outcome<()> {
    if items.is_empty() {
        return Ok(());
    }
    // From when the run was to start: one that is planned a moment after the time of the digest belongs to it.
    let at = comes_at(work, run.start_at);
    Ok(digests::hold(work, items, at).await?)
}

fn comes_at(work: &Work<'_>, from: Millis) -> Millis {
    let school = &work.config.school;
    school.burden.next_digest(from, school.quiet, work.config.school_time())
}

/// What of a draft would come in digests if it were published now; none if nothing would, or if that isn't known yet.
pub(super) async fn forecast(
    work: &mut Work<'_>,
    draft: &Draft,
    groups: &[GroupId],
) -> Outcome<Option<Forecast>> {
    let limit = work.config.school.burden.pushes_per_day;
    if limit == 0 || rules::kind(draft) != Kind::Plain {
        return Ok(None);
    }
    let first = match when(draft)? {
        None => Some(work.now),
        Some(recurrence) => recurrence.next_run(work.now, work.config.school_time()),
    };
    let Some(first) = first else { return Ok(None) };
    let start = starts_at(work, draft, first);
    let full = burden::full(work, burden::day(work, start)).await?;
    let over = groups.iter().filter(|group| full.contains(group)).count();
    let at = comes_at(work, start);
    Ok((over > 0).then_some(Forecast { groups: over, of: groups.len(), limit, at }))
}
