//! Purpose: who may change a group's affairs.
//!
//! Invariant: a [`Permit`] can only be made here, after looking at the actor's standing in this tenant. Every function
//! that changes a group's affairs asks for one, so a change without a check doesn't compile.

use super::{Group, Person, store};
use crate::failure::{Failure, Outcome};
use crate::i18n::{Language, say};
use crate::ids::{GroupId, PersonId, TenantId};
use crate::storage;
use crate::work::Work;

/// What a permit covers: the affairs of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupAffairs(GroupId);

/// Proof that somebody may change the affairs of a scope, such as [`GroupAffairs`].
#[derive(Clone, Copy, Debug)]
pub struct Permit<Scope> {
    tenant: TenantId,
    actor: PersonId,
    scope: Scope,
}

impl<Scope> Permit<Scope> {
    /// The tenant the scope belongs to.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Who may change it.
    #[must_use]
    pub fn actor(&self) -> PersonId {
        self.actor
    }
}

impl Permit<GroupAffairs> {
    /// The group that may be changed.
    #[must_use]
    pub fn group(&self) -> GroupId {
        self.scope.0
    }
}

/// A permit for a group, if the actor is on its staff: administers it on the channel, or is named in the
/// configuration.
///
/// # Errors
/// Refused with what to do next, if not.
pub async fn permit(work: &mut Work<'_>, actor: PersonId, group: GroupId) -> Outcome<Permit<GroupAffairs>> {
    // Whom the configuration names is staff in every group, but of this tenant alone.
    let is_own = store::group_by_id(work, group).await?.is_some();
    if is_own && super::is_staff(work, group, actor).await? {
        Ok(Permit { tenant: work.tenant, actor, scope: GroupAffairs(group) })
    } else {
        Err(Failure::Refused(say::refused_not_staff()))
    }
}

/// A permit for each set-up group whose staff the actor is, after the group `after` in the order of their numbers;
/// `count_max` at most.
pub async fn permits_after(
    work: &mut Work<'_>,
    actor: &Person,
    after: GroupId,
    count_max: i64,
) -> storage::Result<Vec<(Group, Permit<GroupAffairs>)>> {
    let all = super::is_configured_staff(work, &actor.native);
    let groups = store::staffed::staffed_after(work, actor.id, all, after, count_max).await?;
    let tenant = work.tenant;
    let permit = |group: &Group| Permit { tenant, actor: actor.id, scope: GroupAffairs(group.id) };
    Ok(groups
        .into_iter()
        .map(|group| (permit(&group), group))
        .map(|(permit, group)| (group, permit))
        .collect())
}

/// The same permits as [`permits_after`] gives, each with the language its group reads. Made for very many groups at once.
pub async fn permits_and_languages_after(
    work: &mut Work<'_>,
    actor: &Person,
    after: GroupId,
    count_max: i64,
) -> storage::Result<Vec<(Permit<GroupAffairs>, Language)>> {
    let all = super::is_configured_staff(work, &actor.native);
    let found = store::staffed::staffed_numbers_after(work, actor.id, all, after, count_max).await?;
    let (tenant, schools) = (work.tenant, work.config.school.language);
    let permit = |group| Permit { tenant, actor: actor.id, scope: GroupAffairs(group) };
    Ok(found.into_iter().map(|(group, chosen)| (permit(group), chosen.unwrap_or(schools))).collect())
}

/// Each of these groups that is known, with a permit if the actor is on its staff; in the order of their numbers.
pub async fn permits_for(
    work: &mut Work<'_>,
    actor: &Person,
    groups: &[GroupId],
) -> storage::Result<Vec<(Group, Option<Permit<GroupAffairs>>)>> {
    let all = super::is_configured_staff(work, &actor.native);
    let (tenant, found) = (work.tenant, store::staffed::staffed_of(work, actor.id, groups).await?);
    let permit = |group: GroupId| Permit { tenant, actor: actor.id, scope: GroupAffairs(group) };
    Ok(found
        .into_iter()
        .map(|(group, administers)| {
            let permit = (all || administers).then(|| permit(group.id));
            (group, permit)
        })
        .collect())
}
