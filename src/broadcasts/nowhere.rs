//! Purpose: what goes to all of an author's groups, when some of them are no longer there, or none.
//!
//! Invariants: a run without any group is no success: it is skipped, nothing more comes, and the author is told why. Of groups that
//! the run before went to and this one doesn't, the author is told once, with how this run went.

use super::coming::first_words;
use super::draft::Groups;
use super::life::tell_author;
use super::publish::change;
use super::rules::{Event, State};
use super::store::Broadcast;
use super::store::runs::{self, Run, RunState};
use crate::failure::Outcome;
use crate::i18n::{Text, listed, say};
use crate::roster;
use crate::work::Work;

/// Kept as the reason of a run that had no group to go to.
const NO_GROUP: &str = "no-group";
/// So many groups that are no longer there are named.
const NAMED_MAX: usize = 10;

/// Skips a run that has no group to go to, and holds what would come after it.
pub(super) async fn skip(work: &mut Work<'_>, mut broadcast: Broadcast, run: &Run) -> Outcome<()> {
    runs::skip(work, run.id, NO_GROUP).await?;
    if broadcast.state == State::Scheduled {
        change(work, &mut broadcast, Event::Miss).await?;
    }
    let author = roster::person_by_id(work, broadcast.author).await?;
    let words = first_words(work, &broadcast, roster::language(work, author.as_ref(), None));
    tell_author(work, &broadcast, &format!("nowhere/{}", run.id), &say::broadcast_no_group_left(words)).await
}

/// Adds to how a run went which groups the one before went to and this one doesn't.
pub(super) async fn left_out(
    work: &mut Work<'_>,
    broadcast: &Broadcast,
    run: &Run,
    all: &[Run],
    done: Text,
) -> Outcome<Text> {
    // Groups that were chosen one by one stay in the report, with what failed there.
    if broadcast.draft.groups != Groups::AllMine {
        return Ok(done);
    }
    let is_gone = |other: &&Run| matches!(other.state, RunState::Sent | RunState::Recalled);
    let before = all.iter().filter(|other| other.occurrence < run.occurrence).find(is_gone);
    let Some(before) = before else { return Ok(done) };
    let lost = runs::groups_left_out(work, before.id, run.id).await?;
    let mut titles = Vec::new();
    for group in lost.iter().take(NAMED_MAX) {
        titles.extend(roster::group_by_id(work, *group).await?.map(|group| group.title));
    }
    let more = lost.len() - titles.len();
    Ok(if titles.is_empty() { done } else { say::broadcast_done_without(done, listed(&titles), more) })
}
