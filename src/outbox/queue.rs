//! Purpose: the due rows in memory, and which of them goes out next.
//!
//! Rows stand in lanes, one for each chat and [`Track`]. Only the first row of a lane is looked at, and a lane that
//! has to wait (for its chat's pace, for a retry) is put aside until its time, so a chat with a thousand rows costs
//! no more than a chat with one.
//!
//! Order: by priority; answers and what protects a group in the order of their ids; of announcements and below, the
//! rows of one broadcast take turns with those of another, so that a broadcast to all groups doesn't delay one
//! teacher's notice: each has one share, in how many transactions it was ever written. Within a lane: by priority, then by id. A row that is tried again keeps
//! its place before later rows of its lane; a row for later holds nobody up.
//!
//! Invariants: an id is in the queue once, from [`Queue::push`] until [`Queue::forget`], also while it is out being
//! sent. In the tracks [`Track::Talk`] and [`Track::Rights`] one row of a chat is out at a time. The queue itself has
//! no bound; who fills it looks at [`Queue::len`] first.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::due::{Due, Lane, Share, Track};
use super::pace::{Cost, Pacer};
use super::quiet::Quiet;
use super::{Priority, Target};
use crate::clock::Millis;
use crate::ids::{Native, OutboxId};

/// Turns of past broadcasts are looked through for ones to forget when there are this many, and at each doubling.
const FORGET_AT: usize = 256;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// Send this at the time given; its pace is already spent. Its lane stays closed until [`Queue::free`].
    Send(Due, Millis),
    /// This can't be sent in time any more.
    Expired(Due),
    /// This has to wait until a time given, see [`Quiet`], and is in the queue no more. Its lane stays open.
    Held(Due, Millis),
    /// Nothing may go before this time; nothing is waiting at all if absent.
    Later(Option<Millis>),
}

/// Where a lane is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Nowhere,
    Ready(Rank),
    Waiting(Millis),
}

/// A ready lane's place among all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    priority: Priority,
    turn: u64,
    id: OutboxId,
    lane: Lane,
    cost: Cost,
}

impl Rank {
    /// True if somebody waits for it.
    fn is_pressing(&self) -> bool {
        self.priority <= Priority::Answer
    }

    fn earliest(&self, pacer: &mut Pacer, now: Millis) -> Millis {
        if self.is_pressing() {
            pacer.earliest_for_bot(self.cost, now)
        } else {
            pacer.earliest_even(self.cost, now)
        }
    }
}

#[derive(Debug)]
struct Standing {
    /// Each with its turn. Boxed because a map makes room for eleven rows at once, and most lanes have one.
    rows: BTreeMap<(Priority, OutboxId), (u64, Box<Due>)>,
    place: Place,
    busy: bool,
}

/// The due rows.
#[derive(Debug, Default)]
pub struct Queue {
    lanes: HashMap<Lane, Standing>,
    messages: BTreeSet<Rank>,
    requests: BTreeSet<Rank>,
    waiting: BTreeSet<(Millis, Lane)>,
    later: BTreeMap<(Millis, OutboxId), Due>,
    known: HashSet<OutboxId>,
    turns: Turns,
    quiet: Option<Quiet>,
}

impl Queue {
    /// How many rows are known: waiting, or out and not yet forgotten.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// True if no row is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// True if the row is known.
    #[must_use]
    pub fn knows(&self, id: OutboxId) -> bool {
        self.known.contains(&id)
    }

    /// Takes a row in; a known one is not taken twice.
    pub fn push(&mut self, due: Due, now: Millis) {
        if self.known.insert(due.id) {
            self.enter(due, now);
        }
    }

    /// Takes a row back that was out, and opens the lane it came from; what is sent may have changed meanwhile.
    pub fn give_back(&mut self, due: Due, from: Lane, now: Millis) {
        self.enter(due, now);
        self.free(from, now);
    }

    /// Opens the lane of a row that is out no more.
    pub fn free(&mut self, lane: Lane, now: Millis) {
        if let Some(standing) = self.lanes.get_mut(&lane) {
            standing.busy = false;
            self.list(lane, now);
        }
    }

    /// The row has ended; it may be pushed again from now on.
    pub fn forget(&mut self, id: OutboxId) {
        self.known.remove(&id);
    }

    /// Sends what waits for `to` to another native id. What is about messages may be about those of the old one:
    /// it stays where it was, the channel refuses it, and then the database is asked.
    pub fn redirect(&mut self, to: Target, native: &Native) {
        let waiting = [Track::Talk, Track::Rights, Track::Loose];
        for track in waiting {
            let rows = self.lanes.get_mut(&Lane { to, track }).into_iter().flat_map(|lane| &mut lane.rows);
            rows.filter(|(_, (_, due))| !due.what.names_messages())
                .for_each(|(_, (_, due))| due.destination.chat = native.clone());
        }
        for due in self.later.values_mut().filter(|due| due.to == to && !due.what.names_messages()) {
            due.destination.chat = native.clone();
        }
    }

    /// Takes a row back that is known but in no lane, and opens none: another row of its chat may be out.
    pub fn put_back(&mut self, due: Due, now: Millis) {
        self.enter(due, now);
    }

    /// Holds by these quiet times from now on; without any, nothing is held.
    pub fn keep_quiet(&mut self, quiet: Quiet) {
        self.quiet = Some(quiet);
    }

    /// The next row that may go out at `now` or, by the bot's limits, as soon after as `Pacer::lead_ms` says, its pace spent
    /// with `pacer`. With `pressing_only` only answers and what protects a group.
    pub fn next(&mut self, now: Millis, pacer: &mut Pacer, pressing_only: bool) -> Pick {
        self.come_due(now);
        loop {
            let Some((rank, at)) = self.first(now, pacer, pressing_only) else {
                return Pick::Later(self.next_time(now, pacer));
            };
            let Some(due) = self.head(rank.lane) else {
                self.list(rank.lane, now);
                continue;
            };
            let held_until = self.quiet.as_ref().map_or(now, |quiet| quiet.until(due).max(now));
            let (to, cost, expired) = (due.to, due.cost(), due.is_expired(held_until));
            let free_at = pacer.earliest_for_chat(to, cost, now);
            if expired || held_until > now {
                if let Some(due) = self.take(rank.lane, false, now) {
                    return if expired { Pick::Expired(due) } else { Pick::Held(due, held_until) };
                }
            } else if free_at > now {
                self.unlist(rank.lane);
                self.set_place(rank.lane, Place::Waiting(free_at));
            } else if let Some(due) = self.take(rank.lane, true, now) {
                pacer.spend(to, cost, at);
                return Pick::Send(due, at);
            }
        }
    }

    fn enter(&mut self, due: Due, now: Millis) {
        let lane = due.lane();
        if due.not_before > now && (lane.track == Track::Loose || !due.was_tried()) {
            self.later.insert((due.not_before, due.id), due);
            return;
        }
        let turn = self.turns.next(&due);
        let standing = self.lanes.entry(lane).or_insert_with(|| Standing {
            rows: BTreeMap::new(),
            place: Place::Nowhere,
            busy: false,
        });
        let key = (due.priority, due.id);
        let is_first = standing.rows.first_key_value().is_none_or(|(first, _)| key < *first);
        standing.rows.insert(key, (turn, Box::new(due)));
        if is_first {
            self.list(lane, now);
        }
    }

    /// Moves what has become due to where it can be picked.
    fn come_due(&mut self, now: Millis) {
        while let Some(entry) = self.later.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let due = entry.remove();
            self.enter(due, now);
        }
        while let Some(&(at, lane)) = self.waiting.first() {
            if at > now {
                break;
            }
            self.list(lane, now);
        }
    }

    /// The first ready lane that the bot's limits let go, and when.
    fn first(&self, now: Millis, pacer: &mut Pacer, pressing_only: bool) -> Option<(Rank, Millis)> {
        let until = now.plus_ms(pacer.lead_ms());
        [&self.messages, &self.requests]
            .into_iter()
            .filter_map(|ranks| ranks.first().copied())
            .filter(|rank| !pressing_only || rank.is_pressing())
            .map(|rank| (rank, rank.earliest(pacer, now)))
            .filter(|(_, at)| *at <= until)
            .min()
    }

    /// When something that now has to wait may go.
    fn next_time(&self, now: Millis, pacer: &mut Pacer) -> Option<Millis> {
        let lead_ms = pacer.lead_ms();
        let bot = [&self.messages, &self.requests]
            .into_iter()
            .filter_map(|ranks| ranks.first())
            .map(|rank| rank.earliest(pacer, now).plus_ms(-lead_ms))
            .filter(|at| *at > now);
        let waiting = self.waiting.first().map(|(at, _)| *at);
        let later = self.later.first_key_value().map(|((at, _), _)| *at);
        bot.chain(waiting).chain(later).min()
    }

    fn head(&self, lane: Lane) -> Option<&Due> {
        self.lanes.get(&lane)?.rows.first_key_value().map(|(_, (_, due))| due.as_ref())
    }

    /// Takes the first row of a lane out.
    fn take(&mut self, lane: Lane, to_send: bool, now: Millis) -> Option<Due> {
        let standing = self.lanes.get_mut(&lane)?;
        let (_, (turn, due)) = standing.rows.pop_first()?;
        if to_send {
            standing.busy = lane.track != Track::Loose;
            self.turns.served(due.priority, turn);
        }
        self.list(lane, now);
        Some(*due)
    }

    /// Lists a lane where its first row belongs.
    fn list(&mut self, lane: Lane, now: Millis) {
        self.unlist(lane);
        let Some(standing) = self.lanes.get(&lane) else { return };
        let place = match standing.rows.first_key_value() {
            _ if standing.busy => Place::Nowhere,
            None => {
                self.lanes.remove(&lane);
                return;
            }
            Some((_, (_, due))) if due.not_before > now => Place::Waiting(due.not_before),
            Some(((priority, id), (turn, due))) => {
                Place::Ready(Rank { priority: *priority, turn: *turn, id: *id, lane, cost: due.cost() })
            }
        };
        self.set_place(lane, place);
    }

    fn unlist(&mut self, lane: Lane) {
        let Some(standing) = self.lanes.get_mut(&lane) else { return };
        match std::mem::replace(&mut standing.place, Place::Nowhere) {
            Place::Nowhere => false,
            Place::Ready(rank) if rank.cost == Cost::Request => self.requests.remove(&rank),
            Place::Ready(rank) => self.messages.remove(&rank),
            Place::Waiting(at) => self.waiting.remove(&(at, lane)),
        };
    }

    fn set_place(&mut self, lane: Lane, place: Place) {
        let Some(standing) = self.lanes.get_mut(&lane) else { return };
        standing.place = place;
        match place {
            Place::Nowhere => false,
            Place::Ready(rank) if rank.cost == Cost::Request => self.requests.insert(rank),
            Place::Ready(rank) => self.messages.insert(rank),
            Place::Waiting(at) => self.waiting.insert((at, lane)),
        };
    }
}

/// Turns between shares: each row gets the number after its share's last one, but not one that has been
/// served already, so one that comes late starts beside the others and not behind them.
#[derive(Debug, Default)]
struct Turns {
    last: HashMap<(Priority, Share), u64>,
    served: HashMap<Priority, u64>,
    forget_at: usize,
}

impl Turns {
    fn next(&mut self, due: &Due) -> u64 {
        if due.priority <= Priority::Answer {
            return 0;
        }
        if self.last.len() >= self.forget_at.max(FORGET_AT) {
            let served = &self.served;
            self.last.retain(|(priority, _), last| served.get(priority).is_none_or(|at| *last > *at));
            self.forget_at = self.last.len() * 2;
        }
        let served = self.served.get(&due.priority).copied().unwrap_or(0);
        let last = self.last.entry((due.priority, due.share())).or_insert(0);
        *last = (*last).max(served) + 1;
        *last
    }

    fn served(&mut self, priority: Priority, turn: u64) {
        let served = self.served.entry(priority).or_insert(0);
        *served = (*served).max(turn);
    }
}

#[cfg(test)]
mod tests;
