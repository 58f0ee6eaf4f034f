//! Purpose: when the next request may go out, so that the channel's limits are never exceeded.
//!
//! Three limits hold for what the channel counts as a message, each over a sliding window: so many a second for the
//! whole bot, so many a second for one chat, so many a minute for one group. Deletes, mutes, answers to presses and
//! questions are requests, not messages: no channel documents a limit for them, so they spend nothing of the
//! messages' budget and only have a wide one of their own (ten times as many), which keeps a flood of them
//! from drawing a wait for the whole bot.
//!
//! A request reaches the channel some time between its start and its answer. It is counted at its start and moved to
//! its answer as soon as that is known, so the distance to the next one is kept at the channel and not only here.
//!
//! An album is one request and as many messages as it has items.
//!
//! Invariants: with a rate of r a second no window of one second holds more than r rounded up, or one album that is
//! larger than that; 29.5 is 30 in every 1,017 ms, and the 17 ms absorb jitter. A wait the channel asked for is kept to the end, for everything that goes
//! to the chat or the bot. What has left every window takes no memory.

use std::collections::{HashMap, VecDeque};

use super::Target;
use crate::channel::WaitScope;
use crate::clock::{MINUTE_MS, Millis, SECOND_MS};
use crate::config::Pace;

/// Requests that are no messages may be this many times as frequent as messages.
const REQUESTS_PER_MESSAGE: f64 = 10.0;
/// Rates outside of this are taken as the nearest; a window then has at most one entry for each millisecond.
const RATE_RANGE: (f64, f64) = (0.01, 1_000_000.0);
/// Our clock counts whole milliseconds and the channel's may tick in between.
const TICK_MS: i64 = 1;
/// In the bot's window, a request that took longer than this counts as if it had taken this long: else a channel
/// that is slow to answer would slow the bot down far below its rate.
const SLOW_MS: i64 = 250;
/// Two chats that are told to wait within this time mean that the bot as a whole is too fast.
const SUSPICION_MS: i64 = SECOND_MS;
/// Chats are looked through for ones to forget when there are this many, and then at each doubling.
const FORGET_AT: usize = 1_024;

/// What a request spends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cost {
    /// It is a message to its chat.
    Message,
    /// It is an album: one request that is so many messages to its chat.
    Album(u16),
    /// It is a request that the channel doesn't count as a message.
    Request,
}

impl Cost {
    /// How many messages it is; none for other requests.
    fn messages(self) -> u64 {
        match self {
            Self::Message => 1,
            Self::Album(items) => u64::from(items.max(1)),
            Self::Request => 0,
        }
    }

    /// True if it is made of messages.
    #[must_use]
    pub fn is_message(self) -> bool {
        self != Self::Request
    }
}

/// At most `count` in every window of `span_ms`.
#[derive(Clone, Copy, Debug)]
struct Limit {
    count: u64,
    span_ms: i64,
}

impl Limit {
    /// As many at once as the rate rounded up, over as long as the rate takes for them.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the rate is between 0.01 and 1,000,000, so both numbers are small and positive"
    )]
    fn per_second(rate: f64) -> Self {
        let rate = if rate.is_nan() { RATE_RANGE.0 } else { rate.clamp(RATE_RANGE.0, RATE_RANGE.1) };
        let count = rate.ceil();
        Self { count: count as u64, span_ms: (count * 1_000.0 / rate).ceil() as i64 }
    }

    fn per_minute(count: u32) -> Self {
        Self { count: u64::from(count.max(1)), span_ms: MINUTE_MS }
    }

    fn with_tick(self) -> Self {
        Self { span_ms: self.span_ms + TICK_MS, ..self }
    }
}

/// Times of the last requests, oldest first, with how many there were at each.
#[derive(Debug, Default)]
struct Window {
    stamps: VecDeque<(Millis, u64)>,
    total: u64,
}

impl Window {
    /// The earliest time, not before `now`, at which `more` keep the limit. More than the limit itself wait only until
    /// the window is empty: else an album could never go where less is allowed at once.
    fn earliest(&mut self, more: u64, limit: Limit, now: Millis) -> Millis {
        self.forget(limit.span_ms, now);
        let mut too_many = (self.total + more.min(limit.count)).saturating_sub(limit.count);
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

    fn spend(&mut self, count: u64, at: Millis) {
        let place = self.stamps.partition_point(|stamp| stamp.0 < at);
        match self.stamps.get_mut(place) {
            Some(stamp) if stamp.0 == at => stamp.1 += count,
            _ => self.stamps.insert(place, (at, count)),
        }
        self.total += count;
    }

    /// Takes back what was counted at `at`; false if it has left the window already.
    fn take_back(&mut self, count: u64, at: Millis) -> bool {
        let Ok(place) = self.stamps.binary_search_by_key(&at, |stamp| stamp.0) else { return false };
        if let Some(stamp) = self.stamps.get_mut(place) {
            let taken = count.min(stamp.1);
            stamp.1 -= taken;
            self.total -= taken;
            if stamp.1 == 0 {
                self.stamps.remove(place);
            }
        }
        true
    }

    /// Drops what has left the window. If the clock was set back, what seems to lie ahead counts as of now.
    fn forget(&mut self, span_ms: i64, now: Millis) {
        while let Some(&(at, count)) = self.stamps.front() {
            if now.since_ms(at) < span_ms {
                break;
            }
            self.total -= count;
            self.stamps.pop_front();
        }
        if self.stamps.back().is_some_and(|stamp| stamp.0 > now) {
            self.stamps.clear();
            self.stamps.push_back((now, self.total));
        }
    }
}

/// A wait the channel asked for.
#[derive(Clone, Copy, Debug)]
struct Hold {
    since: Millis,
    until: Millis,
}

impl Hold {
    /// Its end, or `now` if it is over. If the clock was set back, the wait is no longer than it was asked to be.
    fn end(hold: &mut Option<Self>, now: Millis) -> Millis {
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

    fn extend(hold: &mut Option<Self>, now: Millis, until: Millis) {
        if Self::end(hold, now) < until {
            *hold = Some(Self { since: now, until });
        }
    }
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
    }

    /// The earliest time, not before `now`, at which a request to `to` may begin.
    pub fn earliest(&mut self, to: Target, cost: Cost, now: Millis) -> Millis {
        self.earliest_for_bot(cost, now).max(self.earliest_for_chat(to, cost, now))
    }

    /// As [`Pacer::earliest`], by the limits of the whole bot alone.
    pub fn earliest_for_bot(&mut self, cost: Cost, now: Millis) -> Millis {
        let window = match cost.messages() {
            0 => self.request_window.earliest(1, self.requests, now),
            messages => self.bot_window.earliest(messages, self.bot, now),
        };
        window.max(Hold::end(&mut self.bot_hold, now))
    }

    /// As [`Pacer::earliest`], by the limits of the chat alone.
    pub fn earliest_for_chat(&mut self, to: Target, cost: Cost, now: Millis) -> Millis {
        let Some(chat) = self.chats.get_mut(&to) else { return now };
        let held = Hold::end(&mut chat.hold, now);
        match cost.messages() {
            0 => held,
            messages => held
                .max(chat.second.earliest(messages, self.chat, now))
                .max(chat.minute.earliest(messages, self.group, now)),
        }
    }

    /// Counts a request that begins at `now`.
    pub fn spend(&mut self, to: Target, cost: Cost, now: Millis) {
        let messages = cost.messages();
        if messages == 0 {
            self.request_window.spend(1, now);
            return;
        }
        self.bot_window.spend(messages, now);
        self.forget_idle(now);
        let chat = self.chats.entry(to).or_default();
        chat.second.spend(messages, now);
        if to.is_group() {
            chat.minute.spend(messages, now);
        }
    }

    /// Counts a request that was counted at `counted` at `now` instead, because it begins only now.
    pub fn begun(&mut self, to: Target, cost: Cost, counted: Millis, now: Millis) {
        self.shift(to, cost, (counted, now), now);
    }

    /// Counts a request that began at `begun` at its end: for the chat at `now`, for the bot as much later as the
    /// bot's window has no room of its own for, at most a quarter of a second.
    pub fn ended(&mut self, to: Target, cost: Cost, begun: Millis, now: Millis) {
        let room_ms = self.bot.span_ms - SECOND_MS;
        let late_ms = (now.since_ms(begun).min(SLOW_MS) - room_ms).max(0);
        self.shift(to, cost, (begun, begun.plus_ms(late_ms)), now);
    }

    fn shift(&mut self, to: Target, cost: Cost, (from, bot_to): (Millis, Millis), chat_to: Millis) {
        let messages = cost.messages();
        if messages == 0 || chat_to <= from {
            return;
        }
        if self.bot_window.take_back(messages, from) {
            self.bot_window.spend(messages, bot_to);
        }
        // A slow request may have left the chat's windows, and even the chat be forgotten, before it ended.
        let chat = self.chats.entry(to).or_default();
        chat.second.take_back(messages, from);
        chat.second.spend(messages, chat_to);
        if to.is_group() {
            chat.minute.take_back(messages, from);
            chat.minute.spend(messages, chat_to);
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
