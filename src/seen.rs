//! Purpose: who is known to be in which group, so that the many messages nobody has to do with cost no statement.
//!
//! Invariants: whoever is in here stands in the database as a member. What isn't in here may all the same; it is looked up.
//! Bounded: at [`SEEN_MAX`] everything is forgotten and learnt again.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use crate::ids::Native;

/// Members remembered at most; some 16 bytes each.
pub const SEEN_MAX: usize = 500_000;

/// Members that are known. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Seen(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// Random for each process, so that nobody can choose ids that fall together.
    hasher: RandomState,
    known: Mutex<HashSet<u64>>,
}

impl Seen {
    /// Whether the person is known to be in the group.
    #[must_use]
    pub fn has(&self, group: &Native, person: &Native) -> bool {
        let hash = self.0.hasher.hash_one((group, person));
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner).contains(&hash)
    }

    /// Remembers that the database has them as a member; only what is committed may be remembered.
    pub fn remember(&self, group: &Native, person: &Native) {
        let hash = self.0.hasher.hash_one((group, person));
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= SEEN_MAX {
            known.clear();
        }
        known.insert(hash);
    }

    /// Forgets somebody, because they have left.
    pub fn forget(&self, group: &Native, person: &Native) {
        let hash = self.0.hasher.hash_one((group, person));
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_known_in_their_group_only_until_they_leave() {
        let seen = Seen::default();
        let (class, other, mother) = (Native::from(-1), Native::from(-2), Native::from(7));
        seen.remember(&class, &mother);
        assert!(seen.has(&class, &mother) && !seen.has(&other, &mother) && !seen.has(&class, &other));
        seen.forget(&class, &mother);
        assert!(!seen.has(&class, &mother));
    }
}
