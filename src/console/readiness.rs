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

use crate::channel::{Contact, Posting};
use crate::clock::{Clock, Millis, SECOND_MS, timeout};
use crate::ids::TenantId;
use crate::intake::{self, Counters};
use crate::observe::Metrics;
use crate::outbox::{self, Backlog, Priority};
use crate::storage::{self, Database};

/// How long a look into the database may take.
const LOOK_MAX: Duration = Duration::from_secs(2);

/// What is known of a bot once the channel has told who it is.
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
    /// What the channel says of updates that it posts.
    pub posting: Posting,
    /// What the sender counts.
    pub sent: Arc<outbox::Counters>,
}

/// A bot as the console sees it.
#[derive(Clone, Debug)]
pub struct Watched {
    /// What its school is called among those of the program.
    pub name: String,
    /// What intake counts.
    pub counters: Arc<Counters>,
    /// Nothing before the channel has been met.
    pub met: watch::Receiver<Option<Met>>,
    /// Why the bot doesn't run though it should, in a few words that give nothing away.
    pub trouble: watch::Receiver<Option<String>>,
    /// Until when the school's calendar has official days; nothing if it has none.
    pub days_known_until: watch::Receiver<Option<Millis>>,
}

/// What the answers are made of. Clones share it.
#[derive(Clone, Debug)]
pub struct Health {
    /// The database of all bots.
    pub database: Database,
    /// The time.
    pub clock: Clock,
    /// Every bot of the program; of several, each is called by its name.
    pub bots: Arc<[Watched]>,
    /// Held while the database is looked into.
    pub looking: Arc<Mutex<()>>,
}

/// Who sends for a tenant, and until when.
type Sender = Option<(String, Millis)>;

/// What the database says of a tenant.
struct Look {
    sender: Sender,
    backlog: Backlog,
    parked: i64,
}

/// Whether the bots are ready, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// True if each takes updates, stores them and somebody sends what comes of them.
    pub is_ready: bool,
    /// As JSON: `ready`, and for each of `database`, `channel`, `sender` and `parts` either `ok` or what is wrong. Of
    /// several bots: `ready`, and `schools` with such a report for each by its name.
    pub report: Value,
}

impl Health {
    /// Looks whether every bot does its work.
    pub async fn readiness(&self) -> Readiness {
        let mut reports: Vec<Readiness> = self.reports(&self.bots).await;
        if reports.len() == 1 {
            return reports.remove(0);
        }
        let is_ready = reports.iter().all(|report| report.is_ready);
        let named = self.bots.iter().zip(reports).map(|(bot, found)| (bot.name.clone(), found.report));
        let schools: Map<String, Value> = named.collect();
        Readiness { is_ready, report: json!({"ready": is_ready, "schools": schools}) }
    }

    /// Looks whether the bot of the school with this name does its work; none if there is no such school.
    pub async fn readiness_of(&self, name: &str) -> Option<Readiness> {
        let bot = self.bots.iter().find(|bot| bot.name == name)?;
        self.reports(std::slice::from_ref(bot)).await.pop()
    }

    async fn reports(&self, bots: &[Watched]) -> Vec<Readiness> {
        let mets: Vec<Option<Met>> = bots.iter().map(|bot| bot.met.borrow().clone()).collect();
        let tenants = mets.iter().map(|met| met.as_ref().map(|met| met.tenant)).collect();
        let senders = self.bounded(Box::pin(self.senders(tenants))).await;
        let each = bots.iter().zip(mets).enumerate();
        each.map(|(place, (bot, met))| {
            let sender = senders.as_ref().map(|senders| senders.get(place).and_then(Option::as_ref));
            self.report(bot, met.as_ref(), sender)
        })
        .collect()
    }

    /// What is found of one bot. `sender` is who sends for it, or why the database doesn't tell.
    fn report(
        &self,
        bot: &Watched,
        met: Option<&Met>,
        sender: Result<Option<&(String, Millis)>, &String>,
    ) -> Readiness {
        let database = match &sender {
            Err(reason) => Err((*reason).clone()),
            Ok(_) if !bot.counters.storing.load(Ordering::Relaxed) => {
                Err("it answers, but what came in last could not be stored yet".to_owned())
            }
            Ok(_) => Ok(()),
        };
        let checks = [
            ("database", database),
            ("channel", met.map_or_else(not_met, |met| self.channel(met))),
            ("sender", sender.map_or_else(|_| unknown(), |sender| self.sends(sender))),
            ("parts", bot.trouble.borrow().clone().map_or(Ok(()), Err)),
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

    /// Who sends for each of the tenants. One that isn't known yet is asked for all the same, so that the database
    /// shows that it answers.
    async fn senders(&self, tenants: Vec<Option<TenantId>>) -> storage::Result<Vec<Sender>> {
        let mut tx = self.database.read().await?;
        let mut senders = Vec::with_capacity(tenants.len());
        for tenant in tenants {
            senders.push(outbox::sender(&mut tx, tenant.unwrap_or(TenantId(0))).await?);
        }
        Ok(senders)
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
        let mets: Vec<Option<Met>> = self.bots.iter().map(|bot| bot.met.borrow().clone()).collect();
        let tenants = mets.iter().map(|met| met.as_ref().map(|met| met.tenant)).collect();
        let look = self.bounded(Box::pin(self.look(tenants))).await;
        let mut metrics = Metrics::new();
        metrics.set("database_up", "1 if the database answered just now", i64::from(look.is_ok()));
        let (bytes, mut looks) = look.map_or((None, Vec::new()), |(bytes, looks)| (Some(bytes), looks));
        if let Some(bytes) = bytes {
            metrics.set("database_bytes", "Size of the database", bytes);
        }
        looks.resize_with(self.bots.len(), || None);
        let is_alone = self.bots.len() == 1;
        for ((bot, met), look) in self.bots.iter().zip(mets).zip(looks) {
            metrics.of_school(Some(bot.name.as_str()).filter(|_| !is_alone));
            bot.show(&mut metrics, met.as_ref());
            if let (Some(met), Some(look)) = (met, look) {
                self.show(&mut metrics, &met, &look);
            }
        }
        metrics.written()
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
    }

    /// The database's size, and what it says of each tenant that is known.
    async fn look(&self, tenants: Vec<Option<TenantId>>) -> storage::Result<(i64, Vec<Option<Look>>)> {
        let now = self.clock.now();
        let mut tx = self.database.read().await?;
        let mut looks = Vec::with_capacity(tenants.len());
        for tenant in tenants {
            let Some(tenant) = tenant else {
                looks.push(None);
                continue;
            };
            looks.push(Some(Look {
                sender: outbox::sender(&mut tx, tenant).await?,
                backlog: outbox::backlog(&mut tx, tenant, now).await?,
                parked: intake::parked(&mut tx, tenant, outbox::COUNTED_MAX).await?,
            }));
        }
        Ok((tx.size_bytes().await?, looks))
    }
}

impl Watched {
    /// Shows what is known without the database.
    fn show(&self, metrics: &mut Metrics, met: Option<&Met>) {
        let runs = met.is_some() && self.trouble.borrow().is_none();
        metrics.set("bot_up", "1 if the bot has met its channel and runs", i64::from(runs));
        let stored_at = self.counters.stored_at.load(Ordering::Relaxed);
        if stored_at > 0 {
            let help = "When updates were last committed, in seconds since 1970";
            metrics.set("last_update_timestamp_seconds", help, stored_at / SECOND_MS);
        }
        if let Some(until) = *self.days_known_until.borrow() {
            let help =
                "The end of the last year whose official holidays the calendar has, in seconds since 1970";
            metrics.set("calendar_days_known_until", help, until.0 / SECOND_MS);
        }
        let Some(met) = met else { return };
        if let Some(last) = met.contact.last() {
            let help = "When the channel last answered a request for updates or took the webhook, in seconds since 1970";
            metrics.set("channel_contact_timestamp_seconds", help, last.0 / SECOND_MS);
        }
        if let Some(posts) = met.posting.last() {
            let help = "Updates that wait at the channel to be posted, as it said within the last minutes";
            metrics.set("webhook_waiting", help, posts.waiting);
            if let Some(failed_at_s) = posts.failed_at_s {
                let help = "When the channel last failed to post an update, in seconds since 1970";
                metrics.set("webhook_failed_timestamp_seconds", help, failed_at_s);
            }
        }
        self.counters.show(metrics);
        met.sent.show(metrics);
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
