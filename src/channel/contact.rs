//! Purpose: when the channel was last known to be there, for whoever asks whether the bot hears anything.
//!
//! Invariant: only what the channel itself answered counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::clock::Millis;

/// The last time the channel told who the bot is, answered a request for updates, or took the address to post them to.
/// Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Contact(Arc<AtomicI64>);

impl Contact {
    /// The channel answered at `now`.
    pub fn note(&self, now: Millis) {
        self.0.store(now.0, Ordering::Relaxed);
    }

    /// When it answered last; nothing before the first answer.
    #[must_use]
    pub fn last(&self) -> Option<Millis> {
        Some(Millis(self.0.load(Ordering::Relaxed))).filter(|at| at.0 != 0)
    }
}
