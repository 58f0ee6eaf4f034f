//! Purpose: polls that were posted without the bot ever learning their ids, because the answer was lost on the way.
//!
//! Invariant: such a poll is led to a question with the same words of which a poll may be lost or is on its way. If
//! that question stands in several groups, the one that a voter is a member of decides.

use super::commands::{adopt, ask_member};
use super::store::{self, Post};
use crate::channel::Role;
use crate::failure::Outcome;
use crate::ids::{GroupId, Native, PersonId, QuizPostId};
use crate::roster;
use crate::work::Work;

/// A poll of the question may stand in the group without its id being known.
pub async fn may_be_lost(work: &mut Work<'_>, post: QuizPostId) -> Outcome<()> {
    Ok(store::add_lost(work, post).await?)
}

/// The channel told of a poll of the bot. If its id was never learnt, its words say which question it is.
pub async fn poll_seen(work: &mut Work<'_>, poll: &Native, question: &str) -> Outcome<()> {
    if store::post_of_poll(work, poll).await?.is_some() {
        return Ok(());
    }
    let candidates = store::posts_by_words(work, question).await?;
    if let [only] = candidates.as_slice() {
        return found(work, only, poll).await;
    }
    let voters = store::name_strays(work, poll, question).await?;
    for voter in &voters {
        for post in &candidates {
            if roster::role(work, post.group, *voter).await?.is_some_and(Role::is_present) {
                return found(work, post, poll).await;
            }
        }
    }
    if let Some(voter) = voters.first() {
        for post in &candidates {
            ask_member(work, post, *voter).await?;
        }
    }
    Ok(())
}

/// Somebody is known to be in a group now: polls they answered that stand nowhere else are this group's.
pub(super) async fn member_known(work: &mut Work<'_>, group: GroupId, person: PersonId) -> Outcome<()> {
    for (poll, words) in store::strays_of(work, person).await? {
        let candidates = store::posts_by_words(work, &words).await?;
        if let Some(post) = candidates.iter().find(|post| post.group == group) {
            found(work, post, &poll).await?;
        }
    }
    Ok(())
}

async fn found(work: &mut Work<'_>, post: &Post, poll: &Native) -> Outcome<()> {
    store::take_lost(work, post.id).await?;
    adopt(work, post, poll).await
}
