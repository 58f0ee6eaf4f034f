//! Purpose: the updates that wait for the bot, for polling and for webhooks.
//!
//! Invariant: an update stays until it is confirmed (a higher offset, or a 2xx from the webhook) or 24 hours
//! passed; a kind the bot didn't ask for never enters. Texts are kept serialised and only joined.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;

use crate::clock::{DAY_MS, Millis};

/// Kinds that come only if the bot names them.
const ONLY_IF_ASKED: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];
/// An offset further than this beyond the next update's id is no confirmation: such an id was never given (TQueue of
/// tdlib, `get`).
const AHEAD_MAX: i64 = 10;
/// Confirmed updates remembered for delivering one again.
const RECENT_LIMIT: usize = 1_000;

/// An update that waits.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    /// `update_id`.
    pub(super) id: i64,
    /// Updates of one lane (a chat, or a voter) reach a webhook in order.
    pub(super) lane: i64,
    /// An object without `update_id`, or the whole text if `whole`.
    body: Bytes,
    whole: bool,
    /// Handed out once although its id was confirmed before.
    again: bool,
    at: Millis,
}

impl Queued {
    /// Appends the update's JSON.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        if self.whole {
            out.extend_from_slice(&self.body);
            return;
        }
        out.extend_from_slice(b"{\"update_id\":");
        out.extend_from_slice(self.id.to_string().as_bytes());
        if self.body.len() > 2 {
            out.push(b',');
        }
        out.extend_from_slice(self.body.get(1..).unwrap_or(b"}"));
    }
}

/// The queue.
pub(super) struct UpdateQueue {
    waiting: VecDeque<Queued>,
    recent: VecDeque<Queued>,
    next_id: i64,
    confirmed: i64,
    allowed: Vec<String>,
    remember: bool,
    /// The number of the newest getUpdates call; an older one still waiting is in conflict.
    pub(super) poll_number: u64,
    lanes: HashMap<i64, VecDeque<Queued>>,
    ready: VecDeque<i64>,
    in_lanes: usize,
    to_lanes: bool,
}

impl UpdateQueue {
    pub(super) fn new(remember: bool) -> Self {
        Self {
            waiting: VecDeque::new(),
            recent: VecDeque::new(),
            next_id: 1,
            confirmed: 0,
            allowed: Vec::new(),
            remember,
            poll_number: 0,
            lanes: HashMap::new(),
            ready: VecDeque::new(),
            in_lanes: 0,
            to_lanes: false,
        }
    }

    /// What the bot asked for last; empty = the default kinds.
    pub(super) fn allow(&mut self, kinds: Vec<String>) {
        self.allowed = kinds;
    }

    pub(super) fn allowed(&self) -> &[String] {
        &self.allowed
    }

    pub(super) fn wants(&self, kind: &str) -> bool {
        if self.allowed.is_empty() {
            return !ONLY_IF_ASKED.contains(&kind);
        }
        self.allowed.iter().any(|wanted| wanted == kind)
    }

    /// Adds an update: an object without `update_id`. Returns its id.
    pub(super) fn push(&mut self, lane: i64, body: Bytes, now: Millis) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.place(Queued { id, lane, body, whole: false, again: false, at: now });
        id
    }

    /// Adds a text as it is, believed to carry this `update_id`.
    pub(super) fn push_whole(&mut self, id: i64, lane: i64, body: Bytes, now: Millis) {
        self.next_id = self.next_id.max(id.saturating_add(1));
        self.place(Queued { id, lane, body, whole: true, again: true, at: now });
    }

    fn place(&mut self, update: Queued) {
        if self.to_lanes {
            self.place_in_lane(update);
        } else {
            self.waiting.push_back(update);
        }
    }

    fn place_in_lane(&mut self, update: Queued) {
        let lane = update.lane;
        let updates = self.lanes.entry(lane).or_default();
        updates.push_back(update);
        self.in_lanes += 1;
        // A lane that was not empty is ready or being delivered already.
        if updates.len() == 1 {
            self.ready.push_back(lane);
        }
    }

    /// Delivers an update once more. `false` if it is no longer known.
    pub(super) fn again(&mut self, id: i64) -> bool {
        if let Some(update) = self.waiting.iter().find(|update| update.id == id).cloned() {
            self.waiting.push_front(Queued { again: true, ..update });
            return true;
        }
        let Some(update) = self.recent.iter().find(|update| update.id == id).cloned() else { return false };
        let update = Queued { again: true, ..update };
        if self.to_lanes {
            self.place_in_lane(update);
        } else {
            self.waiting.push_front(update);
        }
        true
    }

    /// The next update gets this id, whatever the last one had. `false` if some wait: then Telegram goes on counting.
    pub(super) fn renumber(&mut self, next_id: i64) -> bool {
        let empty = self.pending() == 0;
        if empty {
            self.next_id = next_id;
        }
        empty
    }

    /// Confirms everything below `offset` (a negative one keeps only that many) and hands out what follows. One too far
    /// ahead confirms nothing, and the oldest are handed out.
    pub(super) fn take(&mut self, offset: i64, limit: usize, now: Millis) -> Vec<Queued> {
        let offset = if offset > self.next_id.saturating_add(AHEAD_MAX) { 0 } else { offset };
        if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            while self.waiting.len() > keep {
                self.confirm_first();
            }
        }
        while self
            .waiting
            .front()
            .is_some_and(|update| (update.id < offset && !update.again) || now.since_ms(update.at) > DAY_MS)
        {
            self.confirm_first();
        }
        self.confirmed = self.confirmed.max(offset.saturating_sub(1));
        let count = limit.min(self.waiting.len());
        self.waiting
            .range_mut(..count)
            .map(|update| {
                update.again = false;
                update.clone()
            })
            .collect()
    }

    fn confirm_first(&mut self) {
        if let Some(update) = self.waiting.pop_front() {
            self.confirmed = self.confirmed.max(update.id);
            self.remember(update);
        }
    }

    fn remember(&mut self, update: Queued) {
        if !self.remember {
            return;
        }
        if self.recent.len() == RECENT_LIMIT {
            self.recent.pop_front();
        }
        self.recent.push_back(update);
    }

    /// Updates not yet confirmed.
    pub(super) fn pending(&self) -> usize {
        self.waiting.len() + self.in_lanes
    }

    /// The highest confirmed `update_id`.
    pub(super) fn confirmed(&self) -> i64 {
        self.confirmed
    }

    /// The id the next update gets.
    pub(super) fn next_id(&self) -> i64 {
        self.next_id
    }

    /// Forgets everything that waits.
    pub(super) fn drop_all(&mut self) {
        self.waiting.clear();
        self.lanes.clear();
        self.ready.clear();
        self.in_lanes = 0;
    }

    /// Changes to webhook delivery: what waits moves into lanes.
    pub(super) fn use_lanes(&mut self) {
        self.to_lanes = true;
        while let Some(update) = self.waiting.pop_front() {
            self.place_in_lane(update);
        }
    }

    /// Changes back to polling.
    pub(super) fn leave_lanes(&mut self) {
        self.to_lanes = false;
        self.ready.clear();
        self.in_lanes = 0;
        let mut all: Vec<Queued> = self.lanes.drain().flat_map(|(_, updates)| updates).collect();
        all.sort_by_key(|update| update.id);
        self.waiting.extend(all);
    }

    /// A lane that may be delivered now, with its first update. The lane is busy until [`Self::delivered`] or
    /// [`Self::failed`].
    pub(super) fn next_for_webhook(&mut self) -> Option<Queued> {
        while let Some(lane) = self.ready.pop_front() {
            if let Some(update) = self.lanes.get(&lane).and_then(VecDeque::front) {
                return Some(update.clone());
            }
        }
        None
    }

    /// The webhook took this update, the first of its lane.
    pub(super) fn delivered(&mut self, lane: i64, id: i64) {
        let Some(updates) = self.lanes.get_mut(&lane) else { return };
        // The lane may have been emptied and filled again meanwhile.
        if updates.front().is_none_or(|first| first.id != id) {
            return;
        }
        if let Some(update) = updates.pop_front() {
            self.in_lanes -= 1;
            self.confirmed = self.confirmed.max(update.id);
            if updates.is_empty() {
                self.lanes.remove(&lane);
            } else {
                self.ready.push_back(lane);
            }
            self.remember(update);
        }
    }

    /// The webhook didn't take this update: it may be tried again.
    pub(super) fn failed(&mut self, lane: i64, id: i64) {
        if self.lanes.get(&lane).and_then(VecDeque::front).is_some_and(|first| first.id == id) {
            self.ready.push_back(lane);
        }
    }
}

/// The answer to getUpdates.
pub(super) fn batch(updates: &[Queued]) -> Vec<u8> {
    let size: usize = updates.iter().map(|update| update.body.len() + 40).sum();
    let mut out = Vec::with_capacity(size + 32);
    out.extend_from_slice(b"{\"ok\":true,\"result\":[");
    for (index, update) in updates.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        update.write(&mut out);
    }
    out.extend_from_slice(b"]}");
    out
}
