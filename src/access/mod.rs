//! Purpose: who may do what.
//!
//! Invariant: a [`Permit`] can only be made here, after looking at the actor's standing in this tenant. Every function
//! that changes a group's affairs asks for one, so a change without a check doesn't compile.

mod button;

use crate::failure::{Failure, Outcome};
use crate::i18n::say;
use crate::ids::{GroupId, PersonId, TenantId};
use crate::roster;
use crate::work::Work;

pub use button::{BUTTON_BYTES_MAX, Button, ButtonKey, Pressed, TokenProblem};

/// What a permit covers: one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group(GroupId);

/// Proof that somebody may change the affairs of a scope, such as a [`Group`].
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

impl Permit<Group> {
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
pub async fn permit(work: &mut Work<'_>, actor: PersonId, group: GroupId) -> Outcome<Permit<Group>> {
    if roster::is_staff(work, group, actor).await? {
        Ok(Permit { tenant: work.tenant, actor, scope: Group(group) })
    } else {
        Err(Failure::Refused(say::refused_not_staff()))
    }
}
