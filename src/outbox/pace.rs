//! Purpose: when the next request may go out, so that the channel's limits are never exceeded.
//!
//! Three limits hold for what the channel counts as a message, each over a sliding window: so many a second for the
//! whole bot, so many a second for one chat, so many a minute for one group. Deletes, mutes, answers to presses and
//! questions are requests, not messages: no channel documents a limit for them, so they spend nothing of the
//! messages' budget and only have a wide one of their own (ten times as many), which keeps a flood of them
//! from drawing a wait for the whole bot.
//!
//! A request reaches the channel some time between its start and its answer. It is counted at its start. Once it has
//! ended, it is counted at its end for its chat, and for the bot as much later as it took longer than the quickest:
//! only by so much can it have arrived later than it began, compared with the others.
//!
//! What nobody waits for goes out evenly, so that at any moment a place in the bot's window is about to become free for
//! what somebody does wait for. In bursts of thirty, an answer would wait for up to a second.
//!
//! Invariants: with a rate of r a second no window of one second holds more than r rounded up; 29.9 is 30 in every
//! 1,004 ms. A wait the channel asked for is kept to the end, for everything that goes to the chat or the bot. What has
//! left every window takes no memory. An album counts as many messages as it has items.

mod hold;
mod window;

use std::collections::HashMap;

use super::Target;
use crate::channel::WaitScope;
use crate::clock::{Millis, SECOND_MS};
use crate::config::Pace;

use hold::{Hold, Quickest};
use window::{Limit, Window};

/// Requests that are no messages may be this many times as frequent as messages.
const REQUESTS_PER_MESSAGE: f64 = 10.0;
/// In the bot's window, a request counts as no later than this: else one slow answer would slow the bot down far below
/// its rate.
const SLOW_MS: i64 = 250;
/// What goes out evenly may be this late and still catch up.
const CATCH_UP_US: i64 = 40_000;
/// The longest lead. What is chosen early takes the place of an answer that comes in the meantime.
const LEAD_MS_MAX: i64 = 25;
/// Two chats that are told to wait within this time mean that the bot as a whole is too fast.
const SUSPICION_MS: i64 = SECOND_MS;
/// Chats are looked through for ones to forget when there are this many, and then at each doubling.
const FORGET_AT: usize = 1_024;

/// What a request spends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cost {
    /// It is so many messages to its chat.
    Messages(u64),
    /// It is a request that the channel doesn't count as a message.
    Request,
}

#[derive(Debug, Default)]
struct ChatPace {
    second: Window,
    minute: Window,
    hold: Option<Hold>,
}

/// Keeps the pace of one bot.
#[derive(Debug)]
pub struct Pacer {
    bot: Limit,
    requests: Limit,
    chat: Limit,
    group: Limit,
    bot_window: Window,
    request_window: Window,
    bot_hold: Option<Hold>,
    chats: HashMap<Target, ChatPace>,
    forget_at: usize,
    last_held: Option<(Target, Millis)>,
    quickest: Quickest,
    /// When the next message would go out if all went out evenly, in microseconds.
    even_us: i64,
    lead_ms: i64,
}

impl Pacer {
    /// Starts with nothing spent.
    #[must_use]
    pub fn new(pace: &Pace) -> Self {
        let mut pacer = Self {
            bot: Limit::per_second(1.0),
            requests: Limit::per_second(1.0),
            chat: Limit::per_second(1.0),
            group: Limit::per_minute(1),
            bot_window: Window::default(),
            request_window: Window::default(),
            bot_hold: None,
            chats: HashMap::new(),
            forget_at: FORGET_AT,
            last_held: None,
            quickest: Quickest::default(),
            even_us: 0,
            lead_ms: 0,
        };
        pacer.set_pace(pace);
        pacer
    }

    /// Takes over other limits; what is spent stays spent.
    pub fn set_pace(&mut self, pace: &Pace) {
        self.bot = Limit::per_second(pace.bot_per_second);
        self.requests = Limit::per_second(pace.bot_per_second * REQUESTS_PER_MESSAGE);
        self.chat = Limit::per_second(pace.chat_per_second).with_tick();
        self.group = Limit::per_minute(pace.group_per_minute).with_tick();
        self.even_us = 0;
    }

    /// How long before its time a request is chosen, because something must be done first. See [`Pacer::prepare`].
    #[must_use]
    pub fn lead_ms(&self) -> i64 {
        self.lead_ms
    }

    /// What must be done before a request has taken so long. Requests are chosen as much earlier, at most
    /// `LEAD_MS_MAX`: else each would be late by it, and the next one in its place too.
    pub fn prepare(&mut self, took_ms: i64) {
        let slowly = self.lead_ms - self.lead_ms / 8;
        self.lead_ms = took_ms.max(slowly - 1).clamp(0, LEAD_MS_MAX);
    }

    /// The earliest time, not before `now`, at which a request may begin by the limits of the whole bot.
    pub fn earliest_for_bot(&mut self, cost: Cost, now: Millis) -> Millis {
        let window = match cost {
            Cost::Messages(many) => self.bot_window.earliest(self.bot, many, now),
            Cost::Request => self.request_window.earliest(self.requests, 1, now),
        };
        window.max(Hold::end(&mut self.bot_hold, now))
    }

    /// As [`Pacer::earliest_for_bot`], for what nobody waits for.
    pub fn earliest_even(&mut self, cost: Cost, now: Millis) -> Millis {
        let earliest = self.earliest_for_bot(cost, now);
        if cost == Cost::Request {
            return earliest;
        }
        let now_us = now.0.saturating_mul(1_000);
        // Never further ahead than what a full window and an album spend, unless the clock was set back.
        if self.even_us.saturating_sub(now_us) > 3_000 * self.bot.span_ms {
            self.even_us = now_us;
        }
        earliest.max(Millis((self.even_us - CATCH_UP_US).div_euclid(1_000) + 1).max(now))
    }

    /// The earliest time, not before `now`, at which a request may begin by the limits of the chat.
    pub fn earliest_for_chat(&mut self, to: Target, cost: Cost, now: Millis) -> Millis {
        let Some(chat) = self.chats.get_mut(&to) else { return now };
        let held = Hold::end(&mut chat.hold, now);
        match cost {
            Cost::Request => held,
            Cost::Messages(many) => held
                .max(chat.second.earliest(self.chat, many, now))
                .max(chat.minute.earliest(self.group, many, now)),
        }
    }

    /// Counts a request that begins at `now`.
    pub fn spend(&mut self, to: Target, cost: Cost, now: Millis) {
        let Cost::Messages(many) = cost else {
            self.request_window.spend(1, now);
            return;
        };
        self.bot_window.spend(many, now);
        let (count, many_us) = (i64::try_from(self.bot.count).unwrap_or(i64::MAX), i64::try_from(many));
        let step_us = many_us.unwrap_or(1).saturating_mul(1_000 * self.bot.span_ms) / count.max(1);
        self.even_us = self.even_us.max(now.0.saturating_mul(1_000)).saturating_add(step_us);
        self.forget_idle(now);
        let chat = self.chats.entry(to).or_default();
        chat.second.spend(many, now);
        if to.is_group() {
            chat.minute.spend(many, now);
        }
    }

    /// Counts a request that was counted at `counted` at `now` instead, because it begins only now.
    pub fn begun(&mut self, to: Target, cost: Cost, counted: Millis, now: Millis) {
        self.shift(to, cost, (counted, now), now);
    }

    /// Counts a request that began at `begun` at its end: for the chat at `now`, for the bot as much later as it took
    /// longer than the quickest and the bot's window has no room of its own for, at most a quarter of a second.
    pub fn ended(&mut self, to: Target, cost: Cost, begun: Millis, now: Millis) {
        if cost == Cost::Request {
            return;
        }
        let took_ms = now.since_ms(begun).max(0);
        self.quickest.note(took_ms, now);
        let room_ms = (self.bot.span_ms - SECOND_MS - 1).max(0);
        let late_ms = (took_ms - self.quickest.least_ms()).min(SLOW_MS) - room_ms;
        self.shift(to, cost, (begun, begun.plus_ms(late_ms.max(0))), now);
    }

    fn shift(&mut self, to: Target, cost: Cost, (from, bot_to): (Millis, Millis), chat_to: Millis) {
        let Cost::Messages(many) = cost else { return };
        if chat_to <= from {
            return;
        }
        if self.bot_window.take_back(many, from) {
            self.bot_window.spend(many, bot_to);
        }
        // A slow request may have left the chat's windows, and even the chat be forgotten, before it ended.
        let chat = self.chats.entry(to).or_default();
        chat.second.take_back(many, from);
        chat.second.spend(many, chat_to);
        if to.is_group() {
            chat.minute.take_back(many, from);
            chat.minute.spend(many, chat_to);
        }
    }

    /// Holds everything for the chat or the bot back until `until`. A second chat held within a second holds the
    /// whole bot. Returns for whom the wait holds.
    pub fn wait(&mut self, to: Target, scope: WaitScope, until: Millis, now: Millis) -> WaitScope {
        let suspicious =
            self.last_held.is_some_and(|(other, at)| other != to && now.since_ms(at).abs() <= SUSPICION_MS);
        let scope = if suspicious || to == Target::Bot { WaitScope::Bot } else { scope };
        if scope == WaitScope::Chat {
            self.last_held = Some((to, now));
        }
        self.resume_wait(to, scope, until, now);
        scope
    }

    /// As [`Pacer::wait`], for a wait that was asked for before the last start.
    pub fn resume_wait(&mut self, to: Target, scope: WaitScope, until: Millis, now: Millis) {
        match scope {
            WaitScope::Bot => Hold::extend(&mut self.bot_hold, now, until),
            WaitScope::Chat => {
                self.forget_idle(now);
                Hold::extend(&mut self.chats.entry(to).or_default().hold, now, until);
            }
        }
    }

    /// How many chats are remembered.
    #[must_use]
    pub fn chats(&self) -> usize {
        self.chats.len()
    }

    /// Forgets chats with empty windows, once there are twice as many chats as were left the last time.
    fn forget_idle(&mut self, now: Millis) {
        if self.chats.len() < self.forget_at {
            return;
        }
        let (second, minute) = (self.chat.span_ms, self.group.span_ms);
        self.chats.retain(|_, chat| {
            chat.second.forget(second, now);
            chat.minute.forget(minute, now);
            Hold::end(&mut chat.hold, now) > now || chat.second.total + chat.minute.total > 0
        });
        self.chats.shrink_to(FORGET_AT);
        self.forget_at = FORGET_AT.max(self.chats.len() * 2);
    }
}

#[cfg(test)]
mod tests;
