//! Purpose: taking updates in: batches, each handled in one transaction, acknowledged after its commit.
//!
//! Invariants: the channel is the durable inbox: an update is acknowledged only after everything it caused is
//! committed, so nothing is lost and nothing is stored twice. An update delivered again is known by its number and does
//! nothing. A panic or an error in a feature undoes that update alone, parks its raw text with the reason, and the
//! batch goes on; nothing ever blocks the stream.

mod batch;
mod store;
#[cfg(test)]
mod tests;
pub mod timer;
pub mod turn;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use tokio::sync::watch;

use crate::channel::{Parsed, RawUpdate, Source, SourceProblem};
use crate::clock::{Clock, real_sleep};
use crate::observe::Metrics;
use crate::outbox::Wake;
use crate::storage::Database;
use crate::work::Setting;

pub use store::{PARKED_KEPT_DAYS, forget_old, parked};

/// The longest pause before a batch is tried again while the database can't be reached.
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// What has been taken in since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Updates handled.
    pub handled: Counter,
    /// Updates delivered again, which did nothing.
    pub repeated: Counter,
    /// Updates refused with an answer to the person.
    pub refused: Counter,
    /// Updates parked.
    pub parked: Counter,
    /// Pieces of work that panicked: handling an update, hearing of an end, carrying out what is due.
    pub panicked: Counter,
    /// Batches tried again because the database could not be reached.
    pub tried_again: Counter,
    /// Times the source said why no updates come.
    pub source_problems: Counter,
    /// True while the database takes what comes in.
    pub storing: AtomicBool,
    /// When updates were last committed, in milliseconds since 1970; 0 before the first.
    pub stored_at: AtomicI64,
}

/// Takes updates from a source until it ends.
#[derive(Debug)]
pub struct Intake {
    /// Where they are stored.
    pub database: Database,
    /// Tenant, configuration, capabilities.
    pub setting: watch::Receiver<Setting>,
    /// The time.
    pub clock: Clock,
    /// Wakes the sender after a commit.
    pub wake: Wake,
    /// Reads a raw update.
    pub parse: fn(&str) -> Parsed,
    /// The bot's own name, as commands name it.
    pub bot_name: String,
    /// What has happened.
    pub counters: Arc<Counters>,
}

impl Intake {
    /// Runs until `stop` says so or the source ends. A batch that was taken is finished and acknowledged first, unless the
    /// database can't be reached: then it is given back, and the channel delivers it again.
    /// Problems of the source are logged and counted, and it is asked again.
    pub async fn run<S: Source>(self, mut source: S, mut stop: watch::Receiver<bool>) {
        loop {
            let taken = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                taken = source.next_batch() => taken,
            };
            match taken {
                Ok(batch) => {
                    let updates: Arc<[RawUpdate]> = batch.updates.into();
                    let committed = self.store(&updates, &mut stop).await;
                    batch.receipt.acknowledge(committed);
                }
                Err(SourceProblem::Ended) => return,
                Err(problem @ (SourceProblem::Rival | SourceProblem::Refused(_))) => {
                    tracing::error!(%problem, "no updates");
                    self.counters.source_problems.inc();
                    pause_or_stop(PAUSE_MAX, &mut stop).await;
                }
                Err(problem @ SourceProblem::Strange(_)) => {
                    tracing::warn!(%problem, "no updates");
                    self.counters.source_problems.inc();
                    pause_or_stop(Duration::from_secs(1), &mut stop).await;
                }
            }
        }
    }

    /// Handles updates until that is committed. While the database can't be reached, it tries again and again; nothing is
    /// acknowledged meanwhile, so the channel keeps what comes. False if a stop was asked for before it succeeded.
    async fn store(&self, updates: &Arc<[RawUpdate]>, stop: &mut watch::Receiver<bool>) -> bool {
        let mut pause = Duration::from_millis(50);
        loop {
            match batch::handle(self, updates).await {
                Ok(()) => break,
                Err(error) if error.is_passing() => {
                    self.counters.storing.store(false, Ordering::Relaxed);
                    self.counters.tried_again.inc();
                    tracing::warn!(%error, updates = updates.len(), "the database can't be reached, trying again");
                }
                Err(error) => {
                    tracing::error!(%error, updates = updates.len(), "a batch failed, handling it one by one");
                    if self.store_one_by_one(updates).await {
                        break;
                    }
                }
            }
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return false,
                () = real_sleep(pause) => pause = (pause * 2).min(PAUSE_MAX),
            }
        }
        self.counters.storing.store(true, Ordering::Relaxed);
        self.counters.stored_at.store(self.clock.now().0, Ordering::Relaxed);
        true
    }

    /// Finds the update that spoils a batch: each is handled alone, and what can't be is parked. False if not even
    /// parking worked.
    async fn store_one_by_one(&self, updates: &Arc<[RawUpdate]>) -> bool {
        for update in updates.iter() {
            let alone: Arc<[RawUpdate]> = Arc::from([update.clone()]);
            match batch::handle(self, &alone).await {
                Ok(()) => {}
                // Nothing is wrong with the update: it is tried again with the rest.
                Err(error) if error.is_passing() => return false,
                Err(error) => {
                    if batch::park(self, &update.0, &error.to_string()).await.is_err() {
                        return false;
                    }
                }
            }
        }
        true
    }
}

async fn pause_or_stop(pause: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = real_sleep(pause) => {}
    }
}

impl Counters {
    /// Shows the counts.
    pub fn show(&self, metrics: &mut Metrics) {
        metrics.counter("updates_handled", "Updates handled", &self.handled);
        metrics.counter("updates_repeated", "Updates delivered again, which did nothing", &self.repeated);
        metrics.counter("updates_refused", "Updates refused with an answer", &self.refused);
        metrics.counter("updates_parked", "Updates parked with a reason", &self.parked);
        metrics.counter("feature_panics", "Pieces of work that panicked", &self.panicked);
        metrics.counter(
            "batches_tried_again",
            "Batches tried again for want of the database",
            &self.tried_again,
        );
        metrics.counter("source_problems", "Times no updates came for a reason", &self.source_problems);
    }
}
