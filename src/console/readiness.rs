//! Purpose: whether the bot does its work, and the numbers that only a look into the database tells.
//!
//! Invariants: nothing is answered from memory that could have changed since: each question looks. A look takes 2 s at
//! most and one is under way at a time, so whoever reaches the port can't burden the database.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::sync::{Mutex, watch};

use crate::channel::Contact;
use crate::clock::{Clock, Millis, SECOND_MS, timeout};
use crate::ids::TenantId;
use crate::intake::{self, Counters};
use crate::observe::Metrics;
use crate::outbox::{self, Backlog, Priority};
use crate::storage::{self, Database};

/// How long a look into the database may take.
const LOOK_MAX: Duration = Duration::from_secs(2);

/// What is known once the channel has told who the bot is.
#[derive(Clone, Debug)]
pub struct Met {
    /// The tenant.
    pub tenant: TenantId,
    /// The name this process would hold the sender's lease by.
    pub holder: String,
    /// When the channel answered last.
    pub contact: Contact,
    /// How long ago that may be. None where updates are posted: then the channel comes by itself or not at all.
    pub contact_max: Option<Duration>,
    /// The numbers that are counted as things happen.
    pub metrics: Arc<Metrics>,
}

/// What the answers are made of. Clones share it.
#[derive(Clone, Debug)]
pub struct Health {
    /// The database.
    pub database: Database,
    /// The time.
    pub clock: Clock,
    /// What intake counts.
    pub counters: Arc<Counters>,
    /// Nothing before the channel has been met.
    pub met: watch::Receiver<Option<Met>>,
    /// The first part of the program that ended though no stop was asked for.
    pub ended: watch::Receiver<Option<&'static str>>,
    /// Held while the database is looked into.
    pub looking: Arc<Mutex<()>>,
}

/// What the database says of a tenant.
struct Look {
    sender: Option<(String, Millis)>,
    backlog: Backlog,
    parked: i64,
    bytes: i64,
}

/// Whether the bot is ready, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// True if it takes updates, stores them and somebody sends what comes of them.
    pub is_ready: bool,
    /// As JSON: `ready`, and for each of `database`, `channel`, `sender` and `parts` either `ok` or what is wrong.
    pub report: Value,
}

impl Health {
    /// Looks whether the bot does its work.
    pub async fn readiness(&self) -> Readiness {
        let met = self.met.borrow().clone();
        let ended = *self.ended.borrow();
        let sender = self.bounded(Box::pin(self.sender(met.as_ref().map(|met| met.tenant)))).await;
        let database = match &sender {
            Err(reason) => Err(reason.clone()),
            Ok(_) if !self.counters.storing.load(Ordering::Relaxed) => {
                Err("it answers, but what came in last could not be stored yet".to_owned())
            }
            Ok(_) => Ok(()),
        };
        let checks = [
            ("database", database),
            ("channel", met.as_ref().map_or_else(not_met, |met| self.channel(met))),
            ("sender", sender.map_or_else(|_| unknown(), |sender| self.sends(sender.as_ref()))),
            ("parts", ended.map_or(Ok(()), |part| Err(format!("{part} has ended")))),
        ];
        let is_ready = checks.iter().all(|(_, found)| found.is_ok());
        let found = checks.into_iter().map(|(name, found)| (name.to_owned(), word(found)));
        let mut report = Map::from_iter([("ready".to_owned(), json!(is_ready))]);
        report.extend(found);
        Readiness { is_ready, report: Value::Object(report) }
    }

    fn channel(&self, met: &Met) -> Result<(), String> {
        let Some(last) = met.contact.last() else {
            return Err("it has not answered yet".to_owned());
        };
        let silent_ms = self.clock.now().since_ms(last);
        let silent_max = met.contact_max.and_then(|most| i64::try_from(most.as_millis()).ok());
        if silent_max.is_some_and(|most| silent_ms > most) {
            return Err(format!("no answer to a request for updates for {} s", silent_ms / SECOND_MS));
        }
        Ok(())
    }

    /// It doesn't matter which process sends, as long as one does.
    fn sends(&self, sender: Option<&(String, Millis)>) -> Result<(), String> {
        let now = self.clock.now();
        match sender {
            Some((_, until)) if *until > now => Ok(()),
            Some(_) => Err("no process holds the sender's lease".to_owned()),
            None => Err("no process has sent anything yet".to_owned()),
        }
    }

    async fn sender(&self, tenant: Option<TenantId>) -> storage::Result<Option<(String, Millis)>> {
        let mut tx = self.database.read().await?;
        outbox::sender(&mut tx, tenant.unwrap_or(TenantId(0))).await
    }

    /// Runs a look into the database, unless that takes too long. The look is boxed, because a driver's future is large.
    async fn bounded<T>(
        &self,
        look: Pin<Box<impl Future<Output = storage::Result<T>>>>,
    ) -> Result<T, String> {
        let alone = async {
            let _alone = self.looking.lock().await;
            look.await
        };
        match timeout(LOOK_MAX, alone).await {
            Ok(Ok(found)) => Ok(found),
            // An error may quote a statement or an address; which kind it is, the log tells.
            Ok(Err(error)) => {
                tracing::warn!(%error, "the database can't be looked into");
                Err("it does not answer as it should; the log says why".to_owned())
            }
            Err(late) => Err(late.to_string()),
        }
    }

    /// Every number, in Prometheus' text format. Without the database's answer those that come from it are missing,
    /// and `homeroom_database_up` is 0: an old number would pass for a new one.
    pub async fn numbers(&self) -> String {
        let met = self.met.borrow().clone();
        let mut now = Metrics::new();
        let stored_at = self.counters.stored_at.load(Ordering::Relaxed);
        if stored_at > 0 {
            let help = "When updates were last committed, in seconds since 1970";
            now.set("last_update_timestamp_seconds", help, stored_at / SECOND_MS);
        }
        let help = "1 if the database answered just now";
        let Some(met) = met else {
            let answers = self.bounded(Box::pin(self.sender(None))).await.is_ok();
            now.set("database_up", help, i64::from(answers));
            return now.written();
        };
        let look = self.bounded(Box::pin(self.look(met.tenant))).await;
        now.set("database_up", help, i64::from(look.is_ok()));
        if let Some(last) = met.contact.last() {
            let help = "When the channel last answered a request for updates or took the webhook, in seconds since 1970";
            now.set("channel_contact_timestamp_seconds", help, last.0 / SECOND_MS);
        }
        if let Ok(look) = look {
            self.show(&mut now, &met, &look);
        }
        met.metrics.written_with(&now)
    }

    fn show(&self, metrics: &mut Metrics, met: &Met, look: &Look) {
        let now = self.clock.now();
        let waiting = |class: Priority| {
            look.backlog.waiting.iter().find(|(of, _)| *of == class).map_or(0, |(_, rows)| *rows)
        };
        let classes = Priority::ALL.map(|class| (class.word(), waiting(class)));
        metrics.set_each(
            "outbox_waiting",
            "Outbox rows not sent yet, those for later included",
            "priority",
            &classes,
        );
        let due_s = look.backlog.due_since.map_or(0, |since| now.since_ms(since) / SECOND_MS);
        metrics.set(
            "outbox_oldest_due_seconds",
            "How long the oldest outbox row that is due has been due",
            due_s,
        );
        let given_up = "Outbox rows in quarantine: see homeroom outbox quarantined";
        metrics.set("outbox_quarantined", given_up, look.backlog.quarantined);
        metrics.set("parked", "Updates parked in the database", look.parked);
        let held = look.sender.as_ref().is_some_and(|(holder, until)| *holder == met.holder && *until > now);
        metrics.set("lease_held", "1 if this process is the one that sends", i64::from(held));
        metrics.set("database_bytes", "Size of the database", look.bytes);
    }

    async fn look(&self, tenant: TenantId) -> storage::Result<Look> {
        let now = self.clock.now();
        let mut tx = self.database.read().await?;
        Ok(Look {
            sender: outbox::sender(&mut tx, tenant).await?,
            backlog: outbox::backlog(&mut tx, tenant, now).await?,
            parked: intake::parked(&mut tx, tenant, outbox::COUNTED_MAX).await?,
            bytes: tx.size_bytes().await?,
        })
    }
}

fn not_met() -> Result<(), String> {
    Err("it has not been reached since the start".to_owned())
}

fn unknown() -> Result<(), String> {
    Err("unknown without the database".to_owned())
}

fn word(found: Result<(), String>) -> Value {
    Value::String(found.err().unwrap_or_else(|| "ok".to_owned()))
}
