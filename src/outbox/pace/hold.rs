//! Purpose: a wait the channel asked for, and how long requests take at least.
//!
//! Invariant: a wait is kept to its end, whatever is asked for meanwhile, and is never longer than it was asked to be.

use crate::clock::{MINUTE_MS, Millis};

/// The quickest answer is known once there were so many.
const KNOWN_AFTER: u32 = 60;
/// The quickest is taken a little quicker, because nobody sees exactly when a request arrived.
const SLACK_MS: i64 = 2;

/// A wait the channel asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hold {
    since: Millis,
    until: Millis,
}

impl Hold {
    /// Its end, or `now` if it is over. If the clock was set back, the wait is no longer than it was asked to be.
    pub(super) fn end(hold: &mut Option<Self>, now: Millis) -> Millis {
        match hold {
            Some(asked) if now < asked.since => {
                *asked = Self { since: now, until: now.plus_ms(asked.until.since_ms(asked.since)) };
                asked.until
            }
            Some(asked) if now < asked.until => asked.until,
            Some(_) => {
                *hold = None;
                now
            }
            None => now,
        }
    }

    pub(super) fn extend(hold: &mut Option<Self>, now: Millis, until: Millis) {
        if Self::end(hold, now) < until {
            *hold = Some(Self { since: now, until });
        }
    }
}

/// How long the quickest request of the last minute or two took.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quickest {
    seen: u32,
    since: Millis,
    now_ms: i64,
    before_ms: i64,
}

impl Quickest {
    /// A request that ended at `now` took so long.
    pub(super) fn note(&mut self, took_ms: i64, now: Millis) {
        if self.seen == 0 {
            (self.since, self.now_ms, self.before_ms) = (now, took_ms, took_ms);
        } else if !(0..MINUTE_MS).contains(&now.since_ms(self.since)) {
            (self.since, self.before_ms, self.now_ms) = (now, self.now_ms, took_ms);
        }
        self.now_ms = self.now_ms.min(took_ms);
        self.seen = self.seen.saturating_add(1);
    }

    /// What every request takes; nothing as long as too few were seen.
    pub(super) fn least_ms(&self) -> i64 {
        if self.seen < KNOWN_AFTER { 0 } else { (self.now_ms.min(self.before_ms) - SLACK_MS).max(0) }
    }
}
