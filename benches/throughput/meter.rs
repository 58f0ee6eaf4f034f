//! Purpose: hears what happens at the simulated Bot API and notes when each update was reacted to.
//!
//! Invariant: costs little for each request, because the bot waits for it: one look at the request's ids, a few atomic
//! counts, no lock.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use homeroom::sandbox::LoadEvent;
use serde::Deserialize;

use crate::workload::{self, Kind, WARM_UP};

/// What of a request tells which update it answers, and what it says.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    chat_id: Option<i64>,
    message_id: Option<i64>,
    message_ids: Option<Vec<i64>>,
    receiver_user_id: Option<i64>,
    ephemeral_message_parameters: Option<Receiver>,
    reply_parameters: Option<Reply>,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Receiver {
    receiver_user_id: Option<i64>,
}

#[derive(Deserialize)]
struct Reply {
    message_id: Option<i64>,
}

/// Times are nanoseconds since the meter was made; 0 = not yet.
pub struct Meter {
    since: Instant,
    updates: Vec<Update>,
    /// Updates without a reaction: of those for warming up, and of those that are measured.
    missing: [AtomicUsize; 2],
    first_handed_out: AtomicU64,
    last_reaction: AtomicU64,
    last_request: AtomicU64,
    requests: AtomicU64,
    wrong: AtomicU64,
    /// Everybody's points, as an answer must say them.
    balance: String,
}

struct Update {
    kind: Kind,
    queued: AtomicU64,
    reacted: AtomicU64,
}

impl Meter {
    /// For updates of these kinds, with the warming-up ones first.
    pub fn new(kinds: &[Kind]) -> Self {
        let reactions = |kinds: &[Kind]| kinds.iter().filter(|kind| **kind != Kind::Plain).count();
        let (warm_up, measured) = kinds.split_at(WARM_UP.min(kinds.len()));
        Self {
            since: Instant::now(),
            updates: kinds
                .iter()
                .map(|kind| Update { kind: *kind, queued: AtomicU64::new(0), reacted: AtomicU64::new(0) })
                .collect(),
            missing: [AtomicUsize::new(reactions(warm_up)), AtomicUsize::new(reactions(measured))],
            first_handed_out: AtomicU64::new(0),
            last_reaction: AtomicU64::new(0),
            last_request: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            wrong: AtomicU64::new(0),
            balance: workload::BALANCE.to_string(),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Takes note of an event at the moment it happens.
    pub fn hear(&self, event: &LoadEvent<'_>) {
        match event {
            LoadEvent::Delivered { first, count } => {
                let last = first.saturating_add_unsigned(u64::try_from(*count).unwrap_or(0)) - 1;
                // The sandbox numbers updates from 1, as messages are numbered here.
                if workload::index_of_message(last).is_some_and(|index| index >= WARM_UP) {
                    let _ = self.first_handed_out.compare_exchange(0, self.now(), Relaxed, Relaxed);
                }
            }
            LoadEvent::Confirmed { .. } => {}
            LoadEvent::Called { method, body } => self.called(method, body),
        }
    }

    fn called(&self, method: &str, body: &[u8]) {
        let now = self.now();
        self.requests.fetch_add(1, Relaxed);
        self.last_request.store(now, Relaxed);
        let ids: Named = serde_json::from_slice(body).unwrap_or_default();
        match method {
            "deleteMessage" | "deleteMessages" => {
                let messages = ids.message_ids.iter().flatten().copied().chain(ids.message_id);
                for index in messages.filter_map(workload::index_of_message) {
                    self.reacted(index, Kind::Advertisement, now);
                }
            }
            "sendMessage" => {
                let answered = ids
                    .reply_parameters
                    .and_then(|reply| reply.message_id)
                    .and_then(workload::index_of_message);
                let receiver = || {
                    let named =
                        ids.ephemeral_message_parameters.and_then(|receiver| receiver.receiver_user_id);
                    let id = named.or(ids.receiver_user_id).or(ids.chat_id)?;
                    workload::index_of_person(id)
                };
                // Telling the author of an advertisement what was done is no reaction: the deletion is.
                if let Some(index) = answered.or_else(receiver)
                    && self.updates.get(index).is_some_and(|update| update.kind == Kind::Points)
                {
                    if !ids.text.is_some_and(|text| text.contains(&self.balance)) {
                        self.wrong.fetch_add(1, Relaxed);
                    }
                    self.reacted(index, Kind::Points, now);
                }
            }
            _ => {}
        }
    }

    fn reacted(&self, index: usize, kind: Kind, now: u64) {
        let Some(update) = self.updates.get(index).filter(|update| update.kind == kind) else {
            self.wrong.fetch_add(1, Relaxed);
            return;
        };
        if update.reacted.compare_exchange(0, now, Relaxed, Relaxed).is_err() {
            return;
        }
        let [warm_up, measured] = &self.missing;
        if index < WARM_UP {
            warm_up.fetch_sub(1, Relaxed);
        } else {
            self.last_reaction.fetch_max(now, Relaxed);
            measured.fetch_sub(1, Relaxed);
        }
    }

    /// Notes that these updates are about to be queued.
    pub fn queueing(&self, range: std::ops::Range<usize>) {
        let now = self.now();
        for update in self.updates.get(range).unwrap_or_default() {
            update.queued.store(now, Relaxed);
        }
    }

    /// Updates for warming up that the bot has not reacted to.
    pub fn missing_warm_up(&self) -> usize {
        self.missing[0].load(Relaxed)
    }

    /// Measured updates that the bot has not reacted to.
    pub fn missing(&self) -> usize {
        self.missing[1].load(Relaxed)
    }

    /// Requests so far, getUpdates and other questions not counted.
    pub fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    /// Messages deleted that were no advertisements, and answers that don't say the points.
    pub fn wrong(&self) -> u64 {
        self.wrong.load(Relaxed)
    }

    /// True if no request came for so long.
    pub fn is_quiet_for(&self, span: Duration) -> bool {
        let quiet = self.now().saturating_sub(self.last_request.load(Relaxed));
        Duration::from_nanos(quiet) >= span
    }

    /// From the first measured update handed out to the last reaction.
    pub fn span(&self) -> Duration {
        let first = self.first_handed_out.load(Relaxed);
        Duration::from_nanos(self.last_reaction.load(Relaxed).saturating_sub(first))
    }

    /// How long after being queued each measured update was reacted to, shortest first.
    pub fn reaction_times(&self) -> Vec<Duration> {
        let mut times: Vec<Duration> = self
            .updates
            .iter()
            .skip(WARM_UP)
            .filter_map(|update| {
                let reacted = update.reacted.load(Relaxed);
                (reacted != 0)
                    .then(|| Duration::from_nanos(reacted.saturating_sub(update.queued.load(Relaxed))))
            })
            .collect();
        times.sort_unstable();
        times
    }
}
