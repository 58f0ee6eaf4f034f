//! Purpose: knowing that the channel as a whole doesn't answer, so that no row has to pay for it. Pure.
//!
//! Invariant: during an outage one request at a time is made, after pauses that double up to a minute. The first answer of any
//! kind ends it.

use super::verdict::pause_ms;
use crate::channel::SendOutcome;
use crate::clock::{MINUTE_MS, Millis};

/// So many lost answers, and no other between them, are no accident.
const LOST_MAX: u32 = 3;
/// The longest pause between two requests.
const PAUSE_MAX_MS: i64 = MINUTE_MS;

/// Whether there is an outage.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outage {
    lost: u32,
    pauses: u32,
    until: Millis,
}

impl Outage {
    /// True from its beginning to the first answer.
    pub(super) fn is_on(&self) -> bool {
        self.pauses > 0
    }

    /// Notes how a request ended at `now`. Until when everything waits, if it has to. `dice` is any random number: it spreads
    /// the pauses.
    pub(super) fn note(&mut self, outcome: &SendOutcome, dice: u64, now: Millis) -> Option<Millis> {
        match outcome {
            SendOutcome::Down { .. } => self.lost = LOST_MAX,
            SendOutcome::Uncertain { .. } => self.lost = self.lost.saturating_add(1),
            _ => {
                *self = Self::default();
                return None;
            }
        }
        if self.lost < LOST_MAX {
            return None;
        }
        // What was under way together ends together, and is one failure.
        if now >= self.until {
            self.pauses = self.pauses.saturating_add(1);
            self.until = now.plus_ms(pause_ms(self.pauses, dice).min(PAUSE_MAX_MS));
        }
        Some(self.until)
    }
}
