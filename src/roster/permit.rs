//! Purpose: who may change a group's affairs.
//!
//! Invariant: a [`Permit`] can only be made here, after looking at the actor's standing in this tenant. Every function
//! that changes a group's affairs asks for one, so a change without a check doesn't compile.

use crate::failure::{Failure, Outcome};
use crate::i18n::say;
use crate::ids::{GroupId, PersonId, TenantId};
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
    if super::is_staff(work, group, actor).await? {
        Ok(Permit { tenant: work.tenant, actor, scope: GroupAffairs(group) })
    } else {
        Err(Failure::Refused(say::refused_not_staff()))
    }
}
