//! Purpose: what becomes of a row after a request. Pure.
//!
//! Invariant: what does not repeat safely and may have reached its reader twice is never sent again.

use crate::channel::{SendOutcome, WaitScope};
use crate::clock::{MINUTE_MS, Millis, SECOND_MS};
use crate::ids::{Address, Native};
use crate::outbox::due::Due;
use crate::outbox::{CHAT_MOVED, End, Target};
use crate::text::cut;

/// Tries of one row that may have reached its reader without our knowing.
const UNCERTAIN_MAX: u32 = 2;
/// The first pause before trying again; it doubles with each try.
const BACKOFF_MS: i64 = SECOND_MS;
/// The longest pause before trying again.
const BACKOFF_MAX_MS: i64 = 5 * MINUTE_MS;
/// Reasons are cut to this length, in UTF-16 units.
const REASON_UNITS_MAX: usize = 300;

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It has ended.
    End(End),
    /// It is tried again.
    Again {
        not_before: Millis,
        attempts: u32,
        uncertain: u32,
        /// Absent if it was not this row's fault.
        reason: Option<String>,
    },
    /// As again, after a wait that the channel asked for.
    Wait { until: Millis, scope: WaitScope },
    /// Its group has a new native id; it is tried again there.
    Moved { to: Native, attempts: u32 },
}

impl Verdict {
    /// For a row that was marked but not sent after all.
    pub(super) fn unsent(due: &Due) -> Self {
        let Due { not_before, attempts, uncertain, .. } = *due;
        Self::Again { not_before, attempts, uncertain, reason: None }
    }

    /// The same, but not before `until`.
    pub(super) fn postponed(self, until: Millis) -> Self {
        match self {
            Self::Again { not_before, attempts, uncertain, reason } => {
                Self::Again { not_before: not_before.max(until), attempts, uncertain, reason }
            }
            other => other,
        }
    }
}

/// Judges how a request for `due` ended at `now`. `dice` is any random number: it spreads the pauses.
pub(super) fn judge(due: &Due, outcome: SendOutcome, attempts_max: u32, dice: u64, now: Millis) -> Verdict {
    let failed = |reason: &str| Verdict::End(End::Failed(cut(reason, REASON_UNITS_MAX)));
    let attempts = due.attempts.saturating_add(1);
    match outcome {
        SendOutcome::Done(answer) => Verdict::End(End::Done(answer)),
        // A wait of nothing would be asked for again and again; channels count in whole seconds.
        SendOutcome::Wait { wait, scope } => {
            Verdict::Wait { until: now.plus(wait).max(now.plus_ms(SECOND_MS)), scope }
        }
        SendOutcome::Uncertain { .. } if !due.what.repeats_safely() => {
            let uncertain = due.uncertain.saturating_add(1);
            if uncertain >= UNCERTAIN_MAX {
                return Verdict::End(End::Quarantined);
            }
            let not_before = now.plus_ms(pause_ms(1, dice));
            let reason = Some("the answer was lost".to_owned());
            Verdict::Again { not_before, attempts: due.attempts, uncertain, reason }
        }
        SendOutcome::Down { reason } => Verdict::Again {
            not_before: now.plus_ms(pause_ms(1, dice)),
            attempts: due.attempts,
            uncertain: due.uncertain,
            reason: Some(cut(&reason, REASON_UNITS_MAX)),
        },
        SendOutcome::Retry { reason } | SendOutcome::Uncertain { reason } => {
            if attempts >= attempts_max {
                return failed(&reason);
            }
            Verdict::Again {
                not_before: now.plus_ms(pause_ms(attempts, dice)),
                attempts,
                uncertain: due.uncertain,
                reason: Some(cut(&reason, REASON_UNITS_MAX)),
            }
        }
        SendOutcome::Migrated { to } => match due.to {
            Target::Chat(Address::Group(_)) if attempts < attempts_max => Verdict::Moved { to, attempts },
            _ => failed(CHAT_MOVED),
        },
        SendOutcome::Gone { reason } => Verdict::End(End::Gone(cut(&reason, REASON_UNITS_MAX))),
        SendOutcome::Forbidden { reason } => Verdict::End(End::Forbidden(cut(&reason, REASON_UNITS_MAX))),
        SendOutcome::Content { reason } => failed(&reason),
        SendOutcome::NoWhisper => Verdict::End(End::NotWhispered),
    }
}

/// The pause after the `tries`-th failure: from half of the full pause to all of it.
pub(super) fn pause_ms(tries: u32, dice: u64) -> i64 {
    let doubled = BACKOFF_MS.saturating_mul(1_i64.checked_shl(tries.saturating_sub(1).min(32)).unwrap_or(1));
    let full = doubled.min(BACKOFF_MAX_MS);
    let half = full / 2;
    half + i64::try_from(dice % u64::try_from(full - half + 1).unwrap_or(1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_a_second_to_five_minutes_and_are_spread_over_their_upper_half() {
        assert_eq!((pause_ms(1, 0), pause_ms(1, 500)), (500, 1_000));
        assert_eq!((pause_ms(4, 0), pause_ms(4, 4_000)), (4_000, 8_000));
        for tries in [10, 40, u32::MAX] {
            assert_eq!((pause_ms(tries, 0), pause_ms(tries, 150_000)), (150_000, 300_000));
        }
    }
}
