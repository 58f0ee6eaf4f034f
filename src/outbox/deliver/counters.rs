//! Purpose: what a sender has done since it was made, in numbers and in one word.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Millis;

/// Numbers that only grow. Read them with [`Counters::read`].
#[derive(Debug, Default)]
pub struct Counters {
    pub(super) sent: AtomicU64,
    pub(super) waits: AtomicU64,
    pub(super) retries: AtomicU64,
    pub(super) uncertain: AtomicU64,
    pub(super) quarantined: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) expired: AtomicU64,
}

/// The numbers of one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows done.
    pub sent: u64,
    /// Times the channel asked to wait.
    pub waits: u64,
    /// Tries that failed for a passing reason.
    pub retries: u64,
    /// Tries of which nobody knows whether they reached the reader, those found at a start included.
    pub uncertain: u64,
    /// Rows given up because that happened twice.
    pub quarantined: u64,
    /// Rows that failed for good.
    pub failed: u64,
    /// Rows that were too late.
    pub expired: u64,
}

impl Counters {
    /// The numbers now.
    #[must_use]
    pub fn read(&self) -> Counts {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            sent: of(&self.sent),
            waits: of(&self.waits),
            retries: of(&self.retries),
            uncertain: of(&self.uncertain),
            quarantined: of(&self.quarantined),
            failed: of(&self.failed),
            expired: of(&self.expired),
        }
    }
}

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// What a sender is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Another process sends; this one tries to take over at the time given.
    Standby {
        /// When it tries next.
        until: Millis,
    },
    /// It sends.
    Busy,
    /// Nothing is under way; the next thing to do is at the time given, unless it is woken before.
    Resting {
        /// When it goes on.
        until: Millis,
    },
    /// It has ended.
    Stopped,
}
