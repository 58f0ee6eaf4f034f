//! Purpose: 100,000 messages in virtual time against the simulator's own limits, over restarts of two senders and a storm
//! of 429.
//!
//! Queue and pacer are the real ones; the network between them and the limits takes a random time both ways, and what a
//! sender that died leaves is what [`crate::outbox::upkeep`] reads back: the messages of the last minute and those under
//! way. `HOMEROOM_PACE_SEED` repeats a run.

use std::collections::HashMap;

use super::*;
use crate::channel::WaitScope;
use crate::clock::{MINUTE_MS, SECOND_MS};
use crate::random::Random;
use crate::sandbox::limits::Limits;
use crate::sandbox::{ChatId, RateLimits};

const MESSAGES: i64 = 100_000;
/// So many that the limits of each don't hold the bot back.
const GROUPS: i64 = 500;
/// Rows that wait at any time.
const WAITING: usize = 1_000;
/// What every way takes, in ms.
const LEAST_MS: i64 = 25;

/// A request under way.
struct Flight {
    due: Due,
    begun: Millis,
    arrives: Millis,
    ends: Millis,
    /// How long to wait, in seconds, once it has arrived and was refused.
    wait_s: Option<i64>,
    has_arrived: bool,
}

struct Play {
    random: Random,
    now: Millis,
    queue: Queue,
    pacer: Pacer,
    air: Vec<Flight>,
    limits: Limits,
    /// What the database would tell: when each message of the last minute ended, and how long to wait.
    ended: Vec<(Target, Millis)>,
    held: HashMap<Target, Millis>,
    next_id: i64,
    open: HashMap<OutboxId, Due>,
    arrived: HashMap<OutboxId, u32>,
    refused: u64,
    early: u64,
    /// Of a thousand requests, so many are refused for no reason.
    storm: u64,
    jitter_ms: u64,
    seed: u64,
}

impl Play {
    fn begin(storm: u64, jitter_ms: u64) -> Self {
        let seed = std::env::var("HOMEROOM_PACE_SEED").ok().map(|text| text.parse().unwrap());
        let seed = seed.unwrap_or_else(|| Random::system().below(u64::MAX));
        Self {
            random: Random::seeded(seed),
            now: Millis(1_000_000),
            queue: Queue::default(),
            pacer: Pacer::new(&Pace::default()),
            air: Vec::new(),
            limits: Limits::default(),
            ended: Vec::new(),
            held: HashMap::new(),
            next_id: 0,
            seed,
            open: HashMap::new(),
            arrived: HashMap::new(),
            refused: 0,
            early: 0,
            storm,
            jitter_ms,
        }
    }

    fn below(&self, count: u64) -> i64 {
        i64::try_from(self.random.below(count)).unwrap()
    }

    fn fill(&mut self, until: i64) {
        while self.open.len() < WAITING && self.next_id < until {
            let priority = if self.below(10) == 0 { Priority::Answer } else { Priority::Announcement };
            let due = row(self.next_id, group(self.below(500) % GROUPS), priority);
            self.next_id += 1;
            self.open.insert(due.id, due.clone());
            self.queue.push(due, self.now);
        }
    }

    /// Lets go what may go; returns when more may.
    fn go(&mut self) -> Option<Millis> {
        loop {
            match self.queue.next(self.now, &mut self.pacer, false) {
                Pick::Send(due, begun) => {
                    let way = || LEAST_MS + self.below(self.jitter_ms + 1);
                    let arrives = begun.plus_ms(way());
                    let ends = arrives.plus_ms(way());
                    self.air.push(Flight { due, begun, arrives, ends, wait_s: None, has_arrived: false });
                }
                Pick::Expired(_) | Pick::Held(..) => panic!("nothing expires or is held here"),
                Pick::Later(at) => return at,
            }
        }
    }

    /// What has arrived by now, in order.
    fn arrive(&mut self) {
        self.air.sort_by_key(|flight| flight.arrives);
        for flight in self.air.iter_mut().filter(|flight| !flight.has_arrived && flight.arrives <= self.now) {
            flight.has_arrived = true;
            let Target::Chat(Address::Group(group)) = flight.due.to else { panic!("all are groups") };
            let (chat, before) = (ChatId(-group.0), self.limits.impatient);
            let storms = self.random.below(1_000) < self.storm;
            let rules = RateLimits::default();
            match self.limits.take(Some(rules), chat, true, flight.arrives, 1) {
                Ok(()) if storms => {
                    let wait_s = 1 + i64::try_from(self.random.below(60)).unwrap();
                    self.limits.block_chat(chat, flight.arrives, wait_s);
                    flight.wait_s = Some(wait_s);
                }
                Ok(()) => *self.arrived.entry(flight.due.id).or_default() += 1,
                Err(wait_s) => {
                    self.refused += 1;
                    flight.wait_s = Some(wait_s);
                }
            }
            self.early += self.limits.impatient - before;
        }
    }

    /// What has ended by now.
    fn end(&mut self) {
        let now = self.now;
        for flight in self.air.extract_if(.., |flight| flight.ends <= now).collect::<Vec<_>>() {
            let Flight { mut due, begun, ends, wait_s, .. } = flight;
            self.pacer.ended(due.to, due.cost(), begun, ends);
            let lane = due.lane();
            if let Some(wait_s) = wait_s {
                due.not_before = ends.plus_ms(wait_s * SECOND_MS);
                let scope = self.pacer.wait(due.to, WaitScope::Chat, due.not_before, ends);
                let to = if scope == WaitScope::Bot { Target::Bot } else { due.to };
                let until = self.held.entry(to).or_insert(due.not_before);
                *until = due.not_before.max(*until);
                self.open.insert(due.id, due.clone());
                self.queue.give_back(due, lane, now);
            } else {
                self.ended.push((due.to, ends));
                self.open.remove(&due.id);
                self.queue.forget(due.id);
                self.queue.free(lane, now);
            }
        }
    }

    /// The sender dies, and after a while another takes over with what the database tells.
    fn die(&mut self) {
        let lost: Vec<Flight> = std::mem::take(&mut self.air);
        let died = self.now;
        self.now = died.plus_ms(200 + self.below(15_000));
        // What had begun arrives all the same; what had only been chosen does not.
        self.air = lost;
        self.air.retain(|flight| flight.begun <= died);
        self.arrive();
        (self.queue, self.pacer) = (Queue::default(), Pacer::new(&Pace::default()));
        self.ended.retain(|(_, at)| self.now.since_ms(*at) < MINUTE_MS);
        for (to, at) in &self.ended {
            self.pacer.spend(*to, Cost::Messages(1), *at);
        }
        for flight in std::mem::take(&mut self.air) {
            self.pacer.spend(flight.due.to, Cost::Messages(1), self.now);
        }
        for (to, until) in &self.held {
            let scope = if *to == Target::Bot { WaitScope::Bot } else { WaitScope::Chat };
            self.pacer.resume_wait(*to, scope, *until, self.now);
        }
        let mut open: Vec<Due> = self.open.values().cloned().collect();
        open.sort_by_key(|due| due.id);
        for due in open {
            self.queue.push(due, self.now);
        }
    }

    /// Sends so many; `dies` of a million steps are a sender's last. Returns how long that took.
    fn play(&mut self, messages: i64, dies: u64) -> i64 {
        let (begun, until) = (self.now, self.next_id + messages);
        loop {
            self.fill(until);
            let later = self.go();
            if self.open.is_empty() && self.air.is_empty() {
                return self.now.since_ms(begun);
            }
            let arrivals = self.air.iter().filter(|flight| !flight.has_arrived).map(|flight| flight.arrives);
            let next = arrivals.chain(self.air.iter().map(|flight| flight.ends)).chain(later).min();
            self.now = next.expect("what is open must go some time").max(self.now);
            self.arrive();
            self.end();
            // Whoever dies before it has heard of a wait leaves nobody who knows of it: in a storm they end in order.
            let may_end = self.storm == 0 || self.air.is_empty();
            if may_end && self.random.below(1_000_000) < dies {
                self.die();
            }
        }
    }

    /// Each message arrived, and none three times.
    fn judge(&self, messages: i64, times_max: u32) {
        let seed = self.seed;
        assert_eq!((self.refused, self.early), (0, 0), "refused, and too early; HOMEROOM_PACE_SEED={seed}");
        assert_eq!(i64::try_from(self.arrived.len()).unwrap(), messages);
        assert!(self.arrived.values().all(|times| *times <= times_max));
    }
}

#[test]
fn a_saturated_bot_uses_99_percent_of_what_is_allowed_and_breaks_no_limit() {
    let mut play = Play::begin(0, 2);
    let took_ms = play.play(MESSAGES, 0);
    play.judge(MESSAGES, 1);
    let ideal_ms = MESSAGES / 30 * SECOND_MS;
    assert!(took_ms * 99 <= ideal_ms * 100, "{took_ms} ms where {ideal_ms} would be ideal");
}

#[test]
fn over_hundreds_of_restarts_of_two_senders_no_limit_is_broken() {
    let mut play = Play::begin(0, 2);
    play.play(MESSAGES, 2_000);
    play.judge(MESSAGES, 9);
}

#[test]
fn in_a_storm_of_429_nothing_is_lost_and_no_request_comes_before_a_wait_is_over() {
    let mut play = Play::begin(300, 2);
    play.play(20_000, 2_000);
    play.judge(20_000, 9);
}
