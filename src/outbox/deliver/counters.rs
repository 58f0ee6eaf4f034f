//! Purpose: what a sender has done since it was made, in numbers and in one word.

use prometheus_client::metrics::counter::Counter;

use crate::clock::Millis;
use crate::observe::Metrics;

/// Numbers that only grow. Read them with [`Counters::read`].
#[derive(Debug, Default)]
pub struct Counters {
    pub(super) sent: Counter,
    pub(super) waits: Counter,
    pub(super) retries: Counter,
    pub(super) uncertain: Counter,
    pub(super) quarantined: Counter,
    pub(super) failed: Counter,
    pub(super) expired: Counter,
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
        let of = |counter: &Counter| counter.get();
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

impl Counters {
    /// Shows the numbers.
    pub fn show(&self, metrics: &mut Metrics) {
        metrics.counter("sent", "Outbox rows done", &self.sent);
        metrics.counter("waits", "Times the channel asked to wait", &self.waits);
        metrics.counter("retries", "Tries that failed for a passing reason", &self.retries);
        metrics.counter("uncertain", "Tries with an unknown end", &self.uncertain);
        metrics.counter("quarantined", "Rows given up after two unknown ends", &self.quarantined);
        metrics.counter("failed", "Rows that failed for good", &self.failed);
        metrics.counter("expired", "Rows that were too late", &self.expired);
    }
}

pub(super) fn count(counter: &Counter) {
    counter.inc();
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
