//! Purpose: Telegram's sending limits as strict sliding windows, and the memory of every `retry_after` given.
//!
//! Invariant: within any window of the clock no more calls are let through than the limit says; a call made
//! before a `retry_after` passed is refused again and counted as impatient.

use std::collections::{HashMap, VecDeque};

use crate::clock::{MINUTE_MS, Millis, SECOND_MS};

use super::config::RateLimits;
use super::ids::ChatId;

/// Times of the calls let through within the longest window.
#[derive(Default)]
struct Window {
    times: VecDeque<i64>,
}

impl Window {
    /// Milliseconds until `weight` more calls fit into `limit` per `span_ms`; 0 = now.
    fn wait_ms(&self, now: i64, span_ms: i64, limit: usize, weight: usize) -> i64 {
        let recent = self.times.iter().rev().take_while(|at| **at > now - span_ms).count();
        if recent + weight <= limit {
            return 0;
        }
        // More than fits at once never waits longer than one whole window.
        let leaving = (recent + weight - limit).min(recent);
        let first = self.times.len() - recent;
        self.times.get(first + leaving.saturating_sub(1)).map_or(span_ms, |at| at + span_ms - now)
    }

    fn note(&mut self, now: i64, keep_ms: i64, weight: usize) {
        while self.times.front().is_some_and(|at| *at <= now - keep_ms) {
            self.times.pop_front();
        }
        self.times.extend(std::iter::repeat_n(now, weight));
    }
}

/// The windows of the bot and of every chat.
#[derive(Default)]
pub(crate) struct Limits {
    bot: Window,
    chats: HashMap<ChatId, Window>,
    bot_blocked: Option<Millis>,
    blocked: HashMap<ChatId, Millis>,
    /// Calls made to a chat or by the bot although an earlier `retry_after` had not passed.
    pub(crate) impatient: u64,
    /// 429 answers given, injected ones included.
    pub(crate) refused: u64,
}

impl Limits {
    /// Lets a send of `weight` messages through or says after how many seconds to try again.
    pub(crate) fn take(
        &mut self,
        rules: Option<RateLimits>,
        chat: ChatId,
        is_group: bool,
        now: Millis,
        weight: usize,
    ) -> Result<(), i64> {
        if let Some(left_s) = self.blocked_s(chat, now) {
            self.impatient += 1;
            self.refused += 1;
            return Err(left_s);
        }
        let Some(rules) = rules else { return Ok(()) };
        let window = self.chats.entry(chat).or_default();
        let mut wait_ms = self.bot.wait_ms(now.0, SECOND_MS, rules.bot_per_second, weight);
        let bot_wide = wait_ms > 0;
        wait_ms = wait_ms.max(window.wait_ms(now.0, SECOND_MS, rules.chat_per_second.max(weight), weight));
        if is_group {
            wait_ms = wait_ms.max(window.wait_ms(now.0, MINUTE_MS, rules.group_per_minute, weight));
        }
        if wait_ms > 0 {
            let seconds = (wait_ms + SECOND_MS - 1) / SECOND_MS;
            self.refused += 1;
            if bot_wide {
                self.block_bot(now, seconds);
            } else {
                self.block_chat(chat, now, seconds);
            }
            return Err(seconds);
        }
        self.bot.note(now.0, SECOND_MS, weight);
        window.note(now.0, if is_group { MINUTE_MS } else { SECOND_MS }, weight);
        Ok(())
    }

    /// Refuses every send to `chat` for `seconds`.
    pub(crate) fn block_chat(&mut self, chat: ChatId, now: Millis, seconds: i64) {
        self.blocked.insert(chat, now.plus_ms(seconds * SECOND_MS));
    }

    /// Refuses every send for `seconds`.
    pub(super) fn block_bot(&mut self, now: Millis, seconds: i64) {
        self.bot_blocked = Some(now.plus_ms(seconds * SECOND_MS));
    }

    fn blocked_s(&mut self, chat: ChatId, now: Millis) -> Option<i64> {
        let until = self.bot_blocked.max(self.blocked.get(&chat).copied())?;
        let left_ms = until.since_ms(now);
        if left_ms <= 0 {
            self.blocked.remove(&chat);
            return None;
        }
        Some((left_ms + SECOND_MS - 1) / SECOND_MS)
    }
}
