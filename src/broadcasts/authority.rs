//! Purpose: who may decide about a broadcast.
//!
//! Invariant: an [`Authority`] is made only from a permit for every group the broadcast is for.

use std::collections::{BTreeSet, HashMap};

use super::draft::{Draft, Groups};
use super::store::{self, Broadcast};
use crate::failure::{Failure, Outcome};
use crate::i18n::say;
use crate::ids::{BroadcastId, GroupId, Native, PersonId};
use crate::roster::{self, Group, GroupState, Person};
use crate::work::Work;

/// More groups than any bot account can be in.
const GROUPS_MAX: i64 = 1_000_000;

/// Proof that somebody may decide about everything that goes to these groups.
#[derive(Debug)]
pub(super) struct Authority {
    actor: PersonId,
    /// The groups, as far as they are known.
    pub(super) groups: Vec<Group>,
}

impl Authority {
    /// Who may decide.
    pub(super) fn actor(&self) -> PersonId {
        self.actor
    }

    /// How many groups the bot can post to now.
    pub(super) fn reachable(&self) -> usize {
        self.groups.iter().filter(|group| group.state == GroupState::Active).count()
    }

    /// Which they are.
    pub(super) fn reachable_ids(&self) -> Vec<GroupId> {
        let reachable = self.groups.iter().filter(|group| group.state == GroupState::Active);
        reachable.map(|group| group.id).collect()
    }
}

/// The groups a draft names, each with its forum topic; none for all of the author's.
pub(super) fn chosen(draft: &Draft) -> Option<&[(GroupId, Option<Native>)]> {
    match &draft.groups {
        Groups::AllMine => None,
        Groups::Chosen(chosen) => Some(chosen),
    }
}

/// The rows in which chosen groups live on: one that was met under its new number before the news of its move is only a
/// pointer, which nobody looks after.
async fn live_on(work: &mut Work<'_>, chosen: &[(GroupId, Option<Native>)]) -> Outcome<Vec<GroupId>> {
    let mut ids: Vec<GroupId> = chosen.iter().map(|(group, _)| *group).collect();
    let new_places = roster::new_places(work, &ids).await?;
    for id in &mut ids {
        *id = new_places.get(id).copied().unwrap_or(*id);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Whether somebody may publish a draft of their own.
///
/// # Errors
/// Refused with the name of a group they don't look after.
pub(super) async fn for_draft(work: &mut Work<'_>, actor: &Person, draft: &Draft) -> Outcome<Authority> {
    let Some(chosen) = chosen(draft) else {
        let permits = roster::permits_after(work, actor, GroupId(0), GROUPS_MAX).await?;
        return Ok(Authority {
            actor: actor.id,
            groups: permits.into_iter().map(|(group, _)| group).collect(),
        });
    };
    let ids = live_on(work, chosen).await?;
    let found = roster::permits_for(work, actor, &ids).await?;
    if let Some((group, _)) = found.iter().find(|(_, permit)| permit.is_none()) {
        return Err(Failure::Refused(say::broadcast_not_your_group(group.title.as_str())));
    }
    Ok(Authority { actor: actor.id, groups: found.into_iter().map(|(group, _)| group).collect() })
}

/// A broadcast, and that somebody may decide about it: its author, or whoever looks after all of its groups.
///
/// # Errors
/// Refused if there is no such broadcast, or if they may not.
pub(super) async fn over(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
) -> Outcome<(Broadcast, Authority)> {
    let found = decided_by(work, actor, broadcast).await?;
    let authority = for_draft(work, actor, &found.draft).await?;
    Ok((found, authority))
}

/// A broadcast, if somebody may decide about it. What goes to all of an author's groups is decided by who the
/// author is: no group is read for that, of which there may be very many.
///
/// # Errors
/// As of [`over`].
pub(super) async fn may_decide(
    work: &mut Work<'_>,
    actor: &Person,
    broadcast: BroadcastId,
) -> Outcome<Broadcast> {
    let found = decided_by(work, actor, broadcast).await?;
    if found.draft.groups != Groups::AllMine {
        for_draft(work, actor, &found.draft).await?;
    }
    Ok(found)
}

async fn decided_by(work: &mut Work<'_>, actor: &Person, broadcast: BroadcastId) -> Outcome<Broadcast> {
    let found = store::broadcast(work, broadcast).await?;
    let found = found.ok_or_else(|| Failure::Refused(say::broadcast_unknown()))?;
    let is_all_of_another = found.draft.groups == Groups::AllMine && found.author != actor.id;
    if is_all_of_another && !roster::is_configured_staff(work, &actor.native) {
        return Err(Failure::Refused(say::broadcast_not_yours()));
    }
    Ok(found)
}

/// Those of these that somebody may decide about; with a group, only what goes to it. What goes to all of an author's groups is
/// decided by who the author is; the school's own staff may decide about any. As many statements for all as for one.
pub(super) async fn over_these(
    work: &mut Work<'_>,
    actor: &Person,
    found: Vec<Broadcast>,
    of: Option<GroupId>,
) -> Outcome<Vec<Broadcast>> {
    let named = found.iter().filter_map(|found| chosen(&found.draft)).flatten().map(|(group, _)| *group);
    let named: BTreeSet<GroupId> = named.chain(of).collect();
    let named: Vec<GroupId> = named.into_iter().collect();
    let new_places = roster::new_places(work, &named).await?;
    let live = |group: GroupId| new_places.get(&group).copied().unwrap_or(group);
    let ids: BTreeSet<GroupId> = named.iter().map(|group| live(*group)).collect();
    let ids: Vec<GroupId> = ids.into_iter().collect();
    let permits: HashMap<GroupId, (bool, GroupState)> = roster::permits_for(work, actor, &ids)
        .await?
        .into_iter()
        .map(|(group, permit)| (group.id, (permit.is_some(), group.state)))
        .collect();
    let is_staff = roster::is_configured_staff(work, &actor.native);
    let is_over = |found: &Broadcast| match chosen(&found.draft) {
        _ if is_staff => true,
        None => found.author == actor.id,
        Some(chosen) => {
            chosen.iter().all(|(group, _)| permits.get(&live(*group)).is_none_or(|(permitted, _)| *permitted))
        }
    };
    let goes_there = |found: &Broadcast| {
        of.is_none_or(|of| match chosen(&found.draft) {
            None => permits.get(&of) == Some(&(true, GroupState::Active)),
            Some(chosen) => chosen.iter().any(|(group, _)| live(*group) == of),
        })
    };
    Ok(found.into_iter().filter(|found| is_over(found) && goes_there(found)).collect())
}

/// Whether somebody looks after every group that another one does.
///
/// # Errors
/// Refused with the name of the first they don't.
pub(super) async fn of_groups(work: &mut Work<'_>, actor: &Person, of: &Authority) -> Outcome<Authority> {
    let ids: Vec<GroupId> = of.groups.iter().map(|group| group.id).collect();
    let found = roster::permits_for(work, actor, &ids).await?;
    if let Some((group, _)) = found.iter().find(|(_, permit)| permit.is_none()) {
        return Err(Failure::Refused(say::broadcast_not_your_group(group.title.as_str())));
    }
    Ok(Authority { actor: actor.id, groups: found.into_iter().map(|(group, _)| group).collect() })
}
