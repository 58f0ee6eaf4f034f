//! Purpose: sending during one term of the lease.
//!
//! One loop: take what came, pick what may go, record what ended, then sleep until something happens. Requests and the
//! one transaction under way are tasks; the loop itself waits only for reads of rows that aren't in memory.
//!
//! Invariants: dropping the lead aborts its requests and its transaction, which is what a crash is. When nothing can be
//! recorded, at most [`UNRECORDED_MAX`] ended rows gather, and when the lease runs out nothing more begins.

mod flights;
mod pages;

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tracing::{error, warn};

use super::counters::count;
use super::outage::Outage;
use super::record::{self, Ended, Mark, Page, Recorded, Taken};
use super::supply::{self, Supply};
use super::verdict::Verdict;
use super::{House, STOP_MAX, Standing};
use crate::channel::{Channel, SendOutcome, WaitScope};
use crate::clock::{MINUTE_MS, Millis, SECOND_MS, real_sleep, timeout};
use crate::config::Pace;
use crate::ids::OutboxId;
use crate::outbox::due::Due;
use crate::outbox::pace::Pacer;
use crate::outbox::queue::Queue;
use crate::outbox::quiet::Quiet;
use crate::outbox::{End, Settle, Target};
use crate::storage::Result;
use crate::storage::lease::Term;

/// No request begins with less than a third of the lease left, see [`crate::storage::lease`]; it is renewed when two
/// thirds are left.
const LEASE_PARTS: u32 = 3;
/// Ended rows that may wait to be recorded.
const UNRECORDED_MAX: usize = 4_096;
/// How often old rows are looked for.
const SWEEP_MS: i64 = MINUTE_MS;
/// What a channel may take beyond the time it was given, before it counts as lost.
const GRACE: Duration = Duration::from_secs(5);

/// Why a term ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// It was asked to stop, and gave the lease back.
    Stopped,
    /// Another process has the lease.
    Lost,
}

/// A request under way.
#[derive(Debug)]
struct Flight {
    due: Arc<Due>,
    begun: Millis,
}

/// How a request ended, and when: the loop may hear of it later.
type Answered = (SendOutcome, Millis);

/// What the loop wakes up for.
enum Event {
    Landed(std::result::Result<(Id, Answered), JoinError>),
    Written(std::result::Result<(Page, Result<Option<Recorded>>), JoinError>),
    Woken,
}

/// The sender that holds the lease.
#[derive(Debug)]
pub(super) struct Lead<C, S> {
    house: Arc<House<C, S>>,
    term: Arc<Term>,
    lease_until: Millis,
    queue: Queue,
    pacer: Pacer,
    outage: Outage,
    quiet_at: Millis,
    pace: Pace,
    supply: Supply,
    air: JoinSet<Answered>,
    flights: HashMap<Id, Flight>,
    /// What goes out within the pacer's lead.
    soon: Vec<(Millis, Due)>,
    writing: JoinSet<(Page, Result<Option<Recorded>>)>,
    marks_in_writing: usize,
    page: Page,
    /// So many of the page's first ends are each recorded alone.
    apart: usize,
    /// The first of them without its feature.
    mute: bool,
    pick_at: Option<Millis>,
    write_at: Millis,
    write_began: Millis,
    sweep_at: Millis,
    swept: OutboxId,
    stopping: bool,
}

impl<C: Channel, S: Settle> Lead<C, S> {
    pub(super) fn new(house: Arc<House<C, S>>, taken: Taken) -> Self {
        // What was handed over until now is in the database, and another sender may have sent it.
        drop(house.wake.take());
        let pace = house.setting.borrow().config.bot.pace;
        let mut pacer = Pacer::new(&pace);
        for (to, cost, at) in taken.spent {
            pacer.spend(to, cost, at);
        }
        for (to, until) in taken.held {
            let scope = if to == Target::Bot { WaitScope::Bot } else { WaitScope::Chat };
            pacer.resume_wait(to, scope, until, taken.now);
        }
        Self {
            house,
            term: Arc::new(taken.term),
            lease_until: taken.until,
            queue: Queue::default(),
            pacer,
            outage: Outage::default(),
            quiet_at: Millis(0),
            pace,
            supply: Supply::new(taken.now),
            air: JoinSet::new(),
            flights: HashMap::new(),
            soon: Vec::new(),
            writing: JoinSet::new(),
            marks_in_writing: 0,
            page: Page::default(),
            apart: 0,
            mute: false,
            pick_at: None,
            write_at: taken.now,
            write_began: taken.now,
            sweep_at: taken.now.plus_ms(SWEEP_MS),
            swept: OutboxId(0),
            stopping: false,
        }
    }

    /// Sends until `stop` is ready or the lease is lost.
    pub(super) async fn run(mut self, mut stop: Pin<&mut impl Future<Output = ()>>) -> Left {
        loop {
            let house = Arc::clone(&self.house);
            self.supply.fill(&house, &mut self.queue).await;
            self.supply.unreadable.iter().for_each(|_| count(&house.counters.failed));
            self.page.unreadable.append(&mut self.supply.unreadable);
            self.follow_setting();
            self.follow_quiet_hours();
            self.go();
            self.pick();
            self.write();
            let until = self.next_time();
            let event = tokio::select! {
                event = self.event(until) => event,
                () = stop.as_mut() => break,
            };
            if !self.handle(event) {
                return Left::Lost;
            }
        }
        if timeout(STOP_MAX, self.wind_down()).await.is_err() {
            warn!(requests = self.flights.len(), "stopped before every request had ended");
        }
        Left::Stopped
    }

    /// Lets what is under way end, records it, and gives the lease back.
    async fn wind_down(&mut self) {
        self.stopping = true;
        self.page.marks.clear();
        loop {
            self.go();
            self.write();
            if self.air.is_empty() && self.writing.is_empty() && self.page.is_empty() {
                break;
            }
            let until = self.next_time();
            let event = self.event(until).await;
            if !self.handle(event) {
                return;
            }
        }
        while let Err(error) = self.release().await {
            warn!(%error, "the sender's lease can't be given back");
            real_sleep(Duration::from_secs(1)).await;
        }
    }

    async fn release(&self) -> Result<()> {
        let mut tx = self.house.database.write().await?;
        self.term.release(&mut tx).await?;
        tx.commit().await
    }

    /// Waits for what happens next, at most until `until`. Cancel safe.
    async fn event(&mut self, until: Millis) -> Event {
        let under_way = !self.air.is_empty() || !self.writing.is_empty() || !self.soon.is_empty();
        let resting = !under_way && !self.can_wait();
        if resting {
            self.house.standing.send_replace(Standing::Resting { until });
        } else {
            let busy =
                |standing: &mut Standing| std::mem::replace(standing, Standing::Busy) != Standing::Busy;
            self.house.standing.send_if_modified(busy);
        }
        tokio::select! {
            Some(landed) = self.air.join_next_with_id() => Event::Landed(landed),
            Some(written) = self.writing.join_next() => Event::Written(written),
            () = self.house.wake.called(), if !self.stopping => Event::Woken,
            () = self.house.clock.sleep_until(until) => Event::Woken,
        }
    }

    /// False if the lease is lost.
    fn handle(&mut self, event: Event) -> bool {
        match event {
            Event::Woken => {}
            Event::Landed(landed) => self.landed(landed),
            Event::Written(Ok((page, Ok(Some(recorded))))) => self.recorded(page, recorded),
            Event::Written(Ok((page, Err(error)))) => self.not_recorded(page, &error),
            Event::Written(Ok((_, Ok(None)))) => return false,
            Event::Written(Err(error)) => {
                error!(%error, "recording broke off; the sender starts anew from the database");
                return false;
            }
        }
        while let Some(landed) = self.air.try_join_next_with_id() {
            self.landed(landed);
        }
        true
    }

    fn follow_setting(&mut self) {
        let pace = self.house.setting.borrow().config.bot.pace;
        if pace != self.pace {
            self.pace = pace;
            self.pacer.set_pace(&pace);
        }
    }

    /// Which times are quiet is looked at again every second.
    fn follow_quiet_hours(&mut self) {
        let now = self.house.clock.now();
        if now.since_ms(self.quiet_at).abs() < SECOND_MS {
            return;
        }
        self.quiet_at = now;
        self.queue.keep_quiet(Quiet::at(&self.house.setting.borrow().config, now));
    }

    /// When there is something to do even if nothing happens.
    fn next_time(&self) -> Millis {
        let now = self.house.clock.now();
        let going_on = !self.stopping;
        let can_write = self.writing.is_empty();
        let times = [
            can_write.then(|| self.renew_at().max(self.write_at)),
            (can_write && !self.page.is_empty() && !self.can_wait()).then_some(self.write_at),
            (can_write && going_on).then(|| self.sweep_at.max(self.write_at)),
            self.pick_at.filter(|_| self.may_begin()),
            self.soon.iter().map(|(at, _)| *at).min(),
            going_on.then(|| self.supply.look_at()),
        ];
        times.into_iter().flatten().min().unwrap_or(now.plus_ms(MINUTE_MS))
    }

    fn margin_ms(&self) -> i64 {
        i64::try_from((self.house.lease() / LEASE_PARTS).as_millis()).unwrap_or(i64::MAX / 4)
    }

    fn renew_at(&self) -> Millis {
        self.lease_until.plus_ms(-2 * self.margin_ms())
    }

    /// True if enough of the lease is left for a request to begin.
    fn may_begin(&self) -> bool {
        !self.stopping && self.house.clock.now() < self.lease_until.plus_ms(-self.margin_ms())
    }

    /// The row is out no more. If it has ended, the next of its chat may go: it is marked no earlier than in the
    /// transaction that records this end.
    fn end(&mut self, due: Arc<Due>, verdict: Verdict, at: Millis) {
        record::report(&self.house.counters, &due, &verdict);
        if matches!(verdict, Verdict::End(_)) {
            self.queue.free(due.lane(), at);
        }
        self.page.ended.push(Ended { due, verdict, at });
    }

    /// A page is committed: rows to be tried again go back, marked ones go out.
    fn recorded(&mut self, page: Page, recorded: Recorded) {
        let now = self.house.clock.now();
        self.lease_until = recorded.until;
        self.marks_in_writing = 0;
        self.pacer.prepare(now.since_ms(self.write_began));
        self.supply.written.extend(recorded.written);
        if page.sweep.is_some() {
            self.swept = recorded.swept.unwrap_or(OutboxId(0));
        }
        for Ended { due, verdict, .. } in page.ended {
            self.settled(Arc::unwrap_or_clone(due), verdict, now);
        }
        for Mark { due, counted } in page.marks {
            if !recorded.begun.contains(&due.id) {
                self.queue.forget(due.id);
                self.queue.free(due.lane(), now);
            } else if due.is_expired(now) {
                self.end(Arc::new(due), Verdict::End(End::Expired), now);
            } else if self.may_begin() {
                self.go_at(due, counted, now);
            } else {
                let verdict = Verdict::unsent(&due);
                self.end(Arc::new(due), verdict, now);
            }
        }
    }

    fn settled(&mut self, mut due: Due, verdict: Verdict, now: Millis) {
        let lane = due.lane();
        match verdict {
            Verdict::End(end) => {
                self.queue.forget(due.id);
                if end == End::Quarantined {
                    // Its operator may have released it between the commit and now, while the queue still knew it.
                    self.house.wake.look();
                }
                return;
            }
            Verdict::Again { not_before, attempts, uncertain, .. } => {
                due = Due { not_before, attempts, uncertain, ..due };
            }
            Verdict::Held { until } => {
                due.not_before = until;
                if supply::is_near(until, now) {
                    self.queue.put_back(due, now);
                } else {
                    self.queue.forget(due.id);
                }
                return;
            }
            Verdict::Wait { until, .. } => due.not_before = until,
            Verdict::Moved { to, attempts } => {
                self.queue.redirect(due.to, &to);
                if due.what.names_messages() {
                    // Only the database knows whether its messages are of before the move, and it has ended then.
                    self.queue.forget(due.id);
                    self.house.wake.look();
                    return self.queue.free(lane, now);
                }
                due.destination.chat = to;
                due.attempts = attempts;
            }
        }
        self.queue.give_back(due, lane, now);
    }
}
