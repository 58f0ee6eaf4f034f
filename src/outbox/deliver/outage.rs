//! Purpose: knowing that the channel as a whole doesn't answer, so that no row has to pay for it. Pure.
//!
//! Invariant: during an outage one request at a time is made, after pauses that double up to a minute. The first answer of any
//! kind ends it.

use super::verdict::pause_ms;
use crate::channel::SendOutcome;
use crate::clock::{MINUTE_MS, Millis};
use crate::outbox::due::Due;

/// So many lost answers to messages, and no other answer between them, are no accident. What repeats safely has tries enough of
/// its own, and may concern one method alone.
const LOST_MAX: u32 = 20;
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
    pub(super) fn note(
        &mut self,
        due: &Due,
        outcome: &SendOutcome,
        dice: u64,
        now: Millis,
    ) -> Option<Millis> {
        match outcome {
            SendOutcome::Uncertain { .. } if due.what.repeats_safely() => return None,
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
