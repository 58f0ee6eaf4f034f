//! Purpose: a source that only one process at a time may ask: the others stand by and take over.
//!
//! Whoever asks holds the lease `poller/<tenant>`. While a request waits for updates the lease is renewed beside it, so
//! a process that dies is replaced after the lease's time, and at once by one on the same machine that can prove that
//! it is gone.
//!
//! Invariant: no request for updates begins with less than a third of the lease left. A process that was stopped while
//! it held updates may still store them: their numbers make that harmless, whoever else has stored them meanwhile.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, watch};

use crate::channel::{Batch, Contact, Parsed, Source, SourceProblem};
use crate::clock::{Clock, Millis, real_sleep};
use crate::ids::TenantId;
use crate::process;
use crate::storage::lease::{self, Term};
use crate::storage::{Database, Result};
use crate::work::Setting;

/// The pause while the database can't be reached.
const TROUBLE_PAUSE: Duration = Duration::from_millis(200);

/// The lease of whoever asks for a tenant's updates.
#[must_use]
pub fn lease_name(tenant: TenantId) -> String {
    format!("poller/{tenant}")
}

/// The right to ask for updates. Clones share it.
#[derive(Clone, Debug)]
pub struct Turn {
    database: Database,
    clock: Clock,
    setting: watch::Receiver<Setting>,
    holder: String,
    contact: Contact,
    /// The term held, and until when.
    held: Arc<Mutex<Option<(Term, Millis)>>>,
}

impl Turn {
    /// For the tenant of `setting`, which also says how long the lease is held. `holder` is this process's name, see
    /// [`crate::process`]. While another process asks, `contact` counts as kept: that one keeps it.
    #[must_use]
    pub fn new(
        database: Database,
        clock: Clock,
        setting: watch::Receiver<Setting>,
        holder: String,
        contact: Contact,
    ) -> Self {
        Self { database, clock, setting, holder, contact, held: Arc::default() }
    }

    fn ttl(&self) -> Duration {
        self.setting.borrow().config.bot.lease
    }

    /// When the lease is to be renewed; none if too little is left of it or it is not held.
    async fn renew_at(&self) -> Option<Millis> {
        let third_ms = third_ms(self.ttl());
        let until = self.held.lock().await.as_ref().map(|(_, until)| *until)?;
        (self.clock.now() < until.plus_ms(-third_ms)).then(|| until.plus_ms(-2 * third_ms))
    }

    /// Takes the lease if it is free. False if another process holds it.
    async fn take(&self) -> Result<bool> {
        let name = lease_name(self.setting.borrow().tenant);
        let now = self.clock.now();
        let standing = lease::standing(&mut self.database.read().await?, &name).await?;
        let gone = standing.map(|(holder, _)| holder).filter(|holder| process::is_gone(holder));
        let mut tx = self.database.write().await?;
        if let Some(gone) = gone {
            lease::release_for(&mut tx, &name, &gone).await?;
        }
        let Some(term) = lease::acquire(&mut tx, &name, &self.holder, now, self.ttl()).await? else {
            return Ok(false);
        };
        tx.commit().await?;
        *self.held.lock().await = Some((term, now.plus(self.ttl())));
        Ok(true)
    }

    /// Renews the lease. False if another process has taken it.
    async fn renew(&self) -> Result<bool> {
        let mut held = self.held.lock().await;
        let Some((term, until)) = held.as_mut() else { return Ok(false) };
        let now = self.clock.now();
        let mut tx = self.database.write().await?;
        let is_held = term.renew(&mut tx, now, self.ttl()).await?;
        if is_held {
            tx.commit().await?;
            *until = now.plus(self.ttl());
        } else {
            *held = None;
        }
        Ok(is_held)
    }

    /// Gives the lease back, so that another process needs not wait.
    pub async fn give_back(&self) {
        let Some((term, _)) = self.held.lock().await.take() else { return };
        let given = async {
            let mut tx = self.database.write().await?;
            term.release(&mut tx).await?;
            tx.commit().await
        };
        if let Err(error) = given.await {
            tracing::warn!(%error, "the poller's lease can't be given back; it runs out by itself");
        }
    }

    /// Waits until the lease is held.
    async fn wait(&self) {
        let mut told = false;
        loop {
            match self.take().await {
                Ok(true) => {
                    return tracing::info!(holder = self.holder, "this process asks for updates from now on");
                }
                Ok(false) => {
                    self.contact.note(self.clock.now());
                    if !std::mem::replace(&mut told, true) {
                        tracing::info!("another process asks for updates; this one stands by");
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "the poller's lease can't be asked for");
                    real_sleep(TROUBLE_PAUSE).await;
                    continue;
                }
            }
            self.clock.sleep(self.ttl() / 8).await;
        }
    }

    /// Keeps the lease until it is lost.
    async fn keep(&self) {
        while let Some(at) = self.renew_at().await {
            self.clock.sleep_until(at).await;
            match self.renew().await {
                Ok(true) => {}
                Ok(false) => return tracing::warn!("another process asks for updates from now on"),
                Err(error) => {
                    tracing::warn!(%error, "the poller's lease can't be renewed yet");
                    real_sleep(TROUBLE_PAUSE).await;
                }
            }
        }
    }
}

fn third_ms(span: Duration) -> i64 {
    i64::try_from(span.as_millis() / 3).unwrap_or(i64::MAX / 3)
}

/// A source asked only while it is this process's turn.
#[derive(Debug)]
pub struct InTurn<S> {
    /// The source.
    pub source: S,
    /// Whether it may be asked.
    pub turn: Turn,
}

impl<S: Source> Source for InTurn<S> {
    fn parse(text: &str) -> Parsed {
        S::parse(text)
    }

    async fn next_batch(&mut self) -> std::result::Result<Batch, SourceProblem> {
        let Self { source, turn } = self;
        loop {
            if turn.renew_at().await.is_none() {
                turn.wait().await;
            }
            tokio::select! {
                batch = source.next_batch() => return batch,
                () = turn.keep() => {}
            }
        }
    }
}
