//! Purpose: the only source of time. Everything else receives `now` as an argument or asks a [`Clock`].
//!
//! Invariant: no other module reads the system's time or sleeps (clippy's `disallowed_methods` holds this), so a
//! test or the sandbox can move time forward and everything that waits notices.
//!
//! Two kinds of waiting exist. [`Clock::sleep_until`] waits for *school time*: a schedule, a retry, a pace limit.
//! [`timeout`] bounds *real* waiting for the network and is never affected by moving the clock.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeZone, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z. This is also how times are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// This point plus a span of milliseconds, which may be negative. Saturates at the ends of `i64`.
    #[must_use]
    pub fn plus_ms(self, span_ms: i64) -> Self {
        Self(self.0.saturating_add(span_ms))
    }

    /// This point plus a duration. Saturates.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        self.plus_ms(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
    }

    /// Milliseconds from `earlier` to this point; negative if `earlier` is later.
    #[must_use]
    pub fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The same point as a chrono value; out-of-range values become the epoch.
    #[must_use]
    pub fn to_utc(self) -> DateTime<Utc> {
        Utc.timestamp_millis_opt(self.0).single().unwrap_or_default()
    }

    /// The same point from a chrono value.
    #[must_use]
    pub fn from_utc(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_millis())
    }
}

/// Milliseconds in a second, a minute, an hour and a day.
pub const SECOND_MS: i64 = 1_000;
/// Milliseconds in a minute.
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
/// Milliseconds in an hour.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Milliseconds in a day of 24 hours.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// Wakes the timer, because something is due sooner than it knows. Clones wake the same one.
///
/// It may be rung before the commit: whoever it wakes starts a transaction to write, and there is one at a time.
#[derive(Clone, Debug, Default)]
pub struct Alarm(Arc<Notify>);

impl Alarm {
    /// Wakes the timer, or keeps it from going to sleep.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits until it rings, or returns at once if it has rung since the last time. Cancel safe.
    pub async fn rung(&self) {
        self.0.notified().await;
    }
}

/// How a clock's time comes about.
#[derive(Clone, Copy, Debug)]
enum Reading {
    /// The system's time plus an offset in milliseconds. The sandbox moves the offset.
    Running { offset_ms: i64 },
    /// Time stands still until it is stepped. Tests use this.
    Frozen { now: Millis },
}

/// A clock that can be moved. Clones share the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    reading: Arc<watch::Sender<Reading>>,
}

impl Clock {
    /// The system's time.
    #[must_use]
    pub fn system() -> Self {
        Self::of(Reading::Running { offset_ms: 0 })
    }

    /// A clock that stands at `now` until it is moved.
    #[must_use]
    pub fn frozen(now: Millis) -> Self {
        Self::of(Reading::Frozen { now })
    }

    fn of(reading: Reading) -> Self {
        Self { reading: Arc::new(watch::Sender::new(reading)) }
    }

    /// The present time.
    #[must_use]
    pub fn now(&self) -> Millis {
        match *self.reading.borrow() {
            Reading::Running { offset_ms } => system_now().plus_ms(offset_ms),
            Reading::Frozen { now } => now,
        }
    }

    /// Moves the time forward to `to`; an earlier `to` changes nothing. Wakes everybody who waits for a time passed.
    pub fn advance_to(&self, to: Millis) {
        self.reading.send_modify(|reading| match reading {
            Reading::Running { offset_ms } => {
                let ahead_ms = to.since_ms(system_now().plus_ms(*offset_ms));
                *offset_ms += ahead_ms.max(0);
            }
            Reading::Frozen { now } => *now = (*now).max(to),
        });
    }

    /// Moves the time forward by `span`.
    pub fn advance(&self, span: Duration) {
        self.advance_to(self.now().plus(span));
    }

    /// Waits until this clock shows `at` or later. Cancel safe.
    pub async fn sleep_until(&self, at: Millis) {
        let mut moves = self.reading.subscribe();
        loop {
            let reading = *moves.borrow_and_update();
            let left_ms = at.since_ms(self.now());
            if left_ms <= 0 {
                return;
            }
            let wait = Duration::from_millis(u64::try_from(left_ms).unwrap_or(0));
            match reading {
                Reading::Frozen { .. } => {
                    if moves.changed().await.is_err() {
                        return;
                    }
                }
                Reading::Running { .. } => {
                    tokio::select! {
                        () = real_sleep(wait) => {}
                        changed = moves.changed() => if changed.is_err() { return },
                    }
                }
            }
        }
    }

    /// Waits for `span` of this clock's time. Cancel safe.
    pub async fn sleep(&self, span: Duration) {
        self.sleep_until(self.now().plus(span)).await;
    }
}

/// The wait took longer than its bound.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {0:?}")]
pub struct TimedOut(pub Duration);

/// Runs `work` for at most `bound` of real time.
///
/// # Errors
/// [`TimedOut`] when the bound passed first; `work` is dropped then.
#[expect(clippy::disallowed_methods, reason = "the one place that bounds real waits")]
pub async fn timeout<F: Future>(bound: Duration, work: F) -> Result<F::Output, TimedOut> {
    tokio::time::timeout(bound, work).await.map_err(|_| TimedOut(bound))
}

/// Sleeps for real time, whatever the clock shows. For waits outside the school's time: a network back-off.
#[expect(clippy::disallowed_methods, reason = "the one place that sleeps")]
pub async fn real_sleep(span: Duration) {
    tokio::time::sleep(span).await;
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system's time")]
fn system_now() -> Millis {
    Millis::from_utc(Utc::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved() {
        let clock = Clock::frozen(Millis(1_000));
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.sleep_until(Millis(5_000)).await;
                clock.now()
            }
        });
        clock.advance_to(Millis(4_999));
        clock.advance_to(Millis(6_000));
        assert_eq!(sleeper.await.ok(), Some(Millis(6_000)));
    }

    #[test]
    fn time_never_goes_back() {
        let clock = Clock::frozen(Millis(1_000));
        clock.advance_to(Millis(500));
        assert_eq!(clock.now(), Millis(1_000));
    }
}
