//! Purpose: sliding windows: how many there were in the last so many milliseconds, and when there is room for more.
//!
//! Invariant: what has left a window takes no memory.

use std::collections::VecDeque;

use crate::clock::{MINUTE_MS, Millis};

/// Rates outside of this are taken as the nearest; a window then has at most one entry for each millisecond.
const RATE_RANGE: (f64, f64) = (0.01, 1_000_000.0);
/// Our clock counts whole milliseconds and the channel's may tick in between.
const TICK_MS: i64 = 1;
/// A stamp may lie this far ahead: a message is given its time before its mark is written. What is further ahead shows
/// that the clock was set back.
const AHEAD_MS: i64 = 100;

/// At most `count` in every window of `span_ms`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) count: u64,
    pub(super) span_ms: i64,
}

impl Limit {
    /// As many at once as the rate rounded up, over as long as the rate takes for them.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the rate is between 0.01 and 1,000,000, so both numbers are small and positive"
    )]
    pub(super) fn per_second(rate: f64) -> Self {
        let rate = if rate.is_nan() { RATE_RANGE.0 } else { rate.clamp(RATE_RANGE.0, RATE_RANGE.1) };
        let count = rate.ceil();
        Self { count: count as u64, span_ms: (count * 1_000.0 / rate).ceil() as i64 }
    }

    pub(super) fn per_minute(count: u32) -> Self {
        Self { count: u64::from(count.max(1)), span_ms: MINUTE_MS }
    }

    pub(super) fn with_tick(self) -> Self {
        Self { span_ms: self.span_ms + TICK_MS, ..self }
    }
}

/// Times of the last requests, oldest first, with how many there were at each.
#[derive(Debug, Default)]
pub(super) struct Window {
    stamps: VecDeque<(Millis, u64)>,
    pub(super) total: u64,
}

impl Window {
    /// The earliest time, not before `now`, at which `more` keep the limit. More than the limit itself go once the window
    /// is empty.
    pub(super) fn earliest(&mut self, limit: Limit, more: u64, now: Millis) -> Millis {
        self.forget(limit.span_ms, now);
        let mut too_many = (self.total + more).saturating_sub(limit.count).min(self.total);
        for &(at, count) in &self.stamps {
            if too_many == 0 {
                break;
            }
            too_many = too_many.saturating_sub(count);
            if too_many == 0 {
                return at.plus_ms(limit.span_ms).max(now);
            }
        }
        now
    }

    pub(super) fn spend(&mut self, many: u64, at: Millis) {
        let place = self.stamps.partition_point(|stamp| stamp.0 < at);
        match self.stamps.get_mut(place) {
            Some(stamp) if stamp.0 == at => stamp.1 += many,
            _ => self.stamps.insert(place, (at, many)),
        }
        self.total += many;
    }

    /// Takes back what was counted at `at`; false if it has left the window already.
    pub(super) fn take_back(&mut self, many: u64, at: Millis) -> bool {
        let Ok(place) = self.stamps.binary_search_by_key(&at, |stamp| stamp.0) else { return false };
        if let Some(stamp) = self.stamps.get_mut(place) {
            let many = many.min(stamp.1);
            stamp.1 -= many;
            self.total -= many;
            if stamp.1 == 0 {
                self.stamps.remove(place);
            }
        }
        true
    }

    /// Drops what has left the window. If the clock was set back, what seems to lie ahead counts as of now.
    pub(super) fn forget(&mut self, span_ms: i64, now: Millis) {
        while let Some(&(at, count)) = self.stamps.front() {
            if now.since_ms(at) < span_ms {
                break;
            }
            self.total -= count;
            self.stamps.pop_front();
        }
        if self.stamps.back().is_some_and(|stamp| stamp.0 > now.plus_ms(AHEAD_MS)) {
            self.stamps.clear();
            self.stamps.push_back((now, self.total));
        }
    }
}
