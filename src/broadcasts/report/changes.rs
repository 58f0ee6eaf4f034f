//! Purpose: how far a change of the words has come in each group, for the report.
//!
//! Invariant: counted apart from whether the group has it: a group whose words could not be changed has it.

use std::collections::HashMap;

use super::{Chat, Report};
use crate::broadcasts::store::Broadcast;
use crate::broadcasts::store::changes::{self, Amend};
use crate::broadcasts::store::posts::Post;
use crate::broadcasts::store::runs::Run;
use crate::failure::Outcome;
use crate::ids::PostId;
use crate::work::Work;

/// What is known of the words that a run's posts show.
pub(super) struct Wordings {
    amends: HashMap<PostId, Amend>,
    /// The version that stretches are still to put in place, if any are left.
    coming: Option<i64>,
}

impl Wordings {
    /// Reads it.
    pub(super) async fn read(work: &mut Work<'_>, broadcast: &Broadcast, run: &Run) -> Outcome<Self> {
        let amends = changes::amends(work, run.id).await?;
        Ok(Self { amends, coming: run.change_at.map(|_| broadcast.version) })
    }

    /// Counts a group that has the broadcast, in these parts.
    pub(super) fn count(&self, report: &mut Report, chat: &mut Chat, parts: &[Post]) {
        if chat.state != "sent" {
            return;
        }
        let amend = |post: &Post| self.amends.get(&post.id).copied();
        let is_to_come = |post: &Post| self.coming.is_some_and(|coming| post.version < coming);
        if let Some(failed) = parts.iter().find(|post| amend(post) == Some(Amend::Failed)) {
            "unchanged".clone_into(&mut chat.state);
            chat.reason = failed.reason.clone().unwrap_or_default();
            *report.unchanged.entry(chat.reason.clone()).or_default() += 1;
        } else if parts.iter().any(|post| amend(post) == Some(Amend::UnderWay) || is_to_come(post)) {
            "changing".clone_into(&mut chat.state);
            report.changing += 1;
        }
    }
}
