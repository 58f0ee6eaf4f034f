//! Purpose: the sender: takes due rows, keeps the pace, makes the requests and records how they ended.
//!
//! One sender a tenant works at a time, whoever holds the lease `sender/<tenant>`; the others stand by. It records
//! everything that has ended since its last transaction, and marks everything that is to begin, in one transaction;
//! while that runs, rows that repeat safely go out without a mark. So the number of transactions grows with time and
//! not with rows.
//!
//! Invariants: no request begins without enough time left in the lease. A row that does not repeat safely is out only
//! after its mark was committed, and the next one of its chat is marked no earlier than its own end is recorded: a
//! crash leaves at most one message of a chat unknown.

mod counters;
mod lead;
mod outage;
mod record;
mod supply;
mod verdict;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tracing::{info, warn};

pub use counters::{Counters, Counts, Standing};

use self::lead::{Lead, Left};
use super::Settle;
use super::wake::Wake;
use crate::channel::Channel;
use crate::clock::Clock;
use crate::ids::TenantId;
use crate::random::Random;
use crate::storage::Database;
use crate::work::Setting;

/// A process that doesn't send tries so many times within a lease's time to take over.
const STANDBY_TRIES: u32 = 8;
/// How long a stop waits for requests under way, in real time.
const STOP_MAX: Duration = Duration::from_secs(10);

/// The lease of a tenant's sender.
#[must_use]
pub fn lease_name(tenant: TenantId) -> String {
    format!("sender/{tenant}")
}

/// What a sender works with.
#[derive(Clone, Debug)]
pub struct Parts<C, S> {
    /// Where the rows are.
    pub database: Database,
    /// What they are sent through.
    pub channel: Arc<C>,
    /// Who hears how they ended.
    pub settle: Arc<S>,
    /// The time.
    pub clock: Clock,
    /// Spreads the pauses between tries.
    pub random: Random,
    /// The tenant and its configuration, as it is at any time.
    pub setting: watch::Receiver<Setting>,
    /// Wakes the sender.
    pub wake: Wake,
    /// The name this process holds the lease by. Processes that may run at the same time need different ones; one
    /// that is started again under its old name takes over at once.
    pub holder: String,
}

/// The parts and the counters, shared with the tasks that send and record.
#[derive(Debug)]
struct House<C, S> {
    database: Database,
    channel: Arc<C>,
    settle: Arc<S>,
    clock: Clock,
    random: Random,
    setting: watch::Receiver<Setting>,
    wake: Wake,
    holder: String,
    counters: Arc<Counters>,
    standing: watch::Sender<Standing>,
}

impl<C, S> House<C, S> {
    /// How long the lease is held without a renewal. A sender that died is replaced after this, and at once by a process
    /// on the same machine that can prove it is gone ([`crate::process`]).
    fn lease(&self) -> Duration {
        self.setting.borrow().config.bot.lease
    }

    fn setting(&self) -> Setting {
        self.setting.borrow().clone()
    }
}

/// A sender.
#[derive(Debug)]
pub struct Delivery<C, S> {
    house: Arc<House<C, S>>,
}

impl<C: Channel, S: Settle> Delivery<C, S> {
    /// Sends nothing before [`Delivery::run`].
    #[must_use]
    pub fn new(parts: Parts<C, S>) -> Self {
        let Parts { database, channel, settle, clock, random, setting, wake, holder } = parts;
        let standing = watch::Sender::new(Standing::Standby { until: clock.now() });
        let counters = Arc::default();
        let house =
            House { database, channel, settle, clock, random, setting, wake, holder, counters, standing };
        Self { house: Arc::new(house) }
    }

    /// What it has done, in numbers.
    #[must_use]
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.house.counters)
    }

    /// What it is doing. Changes whenever it comes to rest, also to the same value.
    #[must_use]
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.house.standing.subscribe()
    }

    /// Sends until `stop` is ready. Then lets requests under way end, for at most 10 s of real time, records them and
    /// gives the lease back. Dropping the future instead is what a crash is: everything goes on from the database.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) {
        let mut stop = pin!(stop);
        loop {
            let lead = tokio::select! {
                lead = self.stand_by() => lead,
                () = &mut stop => break,
            };
            info!(holder = self.house.holder, "this process sends from now on");
            if lead.run(stop.as_mut()).await == Left::Stopped {
                break;
            }
            warn!(holder = self.house.holder, "another process sends from now on");
        }
        self.house.standing.send_replace(Standing::Stopped);
    }

    /// Waits until the lease is free and takes it.
    async fn stand_by(&self) -> Lead<C, S> {
        let mut tells = true;
        loop {
            match record::take_over(&self.house, tells).await {
                Ok(Some(taken)) => return Lead::new(Arc::clone(&self.house), taken),
                Ok(None) => {}
                Err(error) => {
                    warn!(%error, "the sender's lease can't be asked for");
                    // What a feature stages, and can't be written, would keep everybody from sending.
                    tells = error.is_passing();
                }
            }
            let until = self.house.clock.now().plus(self.house.lease() / STANDBY_TRIES);
            self.house.standing.send_replace(Standing::Standby { until });
            self.house.clock.sleep_until(until).await;
        }
    }
}

#[cfg(test)]
mod tests;
