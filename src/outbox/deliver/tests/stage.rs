//! Purpose: a real database, a clock that stands still, and a remote that plays what a test tells it to.
//!
//! Invariant: nothing here waits for real time to pass. [`Stage::drive`] moves the clock to the next thing any sender
//! has to do, as soon as all of them rest.

use std::ops::RangeInclusive;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::super::*;
use super::remote::Remote;
use crate::access::ButtonKey;
use crate::channel::{Answer, Capabilities, Card, Outgoing, SendOutcome};
use crate::clock::{Clock, Millis, timeout};
use crate::config::{Config, Pace};
use crate::databases::Fresh;
use crate::failure::Outcome;
use crate::ids::{Address, GroupId, Native, PersonId, TenantId};
use crate::outbox::store::{self, Written};
use crate::outbox::{About, Due, End, NewRow, Priority, Settle, Target};
use crate::roster;
use crate::storage::{self, Arg, Row, Tx};
use crate::timetable::QuietHours;
use crate::work::Work;

pub(super) const START: Millis = Millis(1_800_000_000_000);
/// Far longer than any step takes; a test that hangs fails by it.
pub(super) const REAL_MAX: Duration = Duration::from_mins(1);

/// What a feature does when it hears of an end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Feature {
    #[default]
    Listens,
    Writes,
    Fails,
    Panics,
    /// Releases what is given up.
    Releases,
}

/// Hears how rows ended.
#[derive(Default)]
pub(super) struct Ear {
    pub(super) heard: Mutex<Vec<(About, End)>>,
    pub(super) does: Mutex<Feature>,
    /// What another connection saw of the outbox while it was told.
    pub(super) seen_outside: Mutex<Vec<String>>,
    pub(super) outside: Mutex<Option<Database>>,
}

impl Ear {
    pub(super) fn ends(&self) -> Vec<End> {
        self.heard.lock().unwrap().iter().map(|(_, end)| end.clone()).collect()
    }
}

impl Settle for Ear {
    fn listens(&self, _: &About, _: &End) -> bool {
        true
    }

    async fn settle(&self, work: &mut Work<'_>, about: &About, end: &End) -> Outcome<()> {
        self.heard.lock().unwrap().push((about.clone(), end.clone()));
        let outside = self.outside.lock().unwrap().clone();
        if let Some(database) = outside {
            let rows = database.read().await?.rows("SELECT state FROM outbox ORDER BY id", &[]).await?;
            let states: Vec<String> =
                rows.iter().map(|row| row.get(0)).collect::<crate::storage::Result<_>>()?;
            self.seen_outside.lock().unwrap().extend(states);
        }
        let does = *self.does.lock().unwrap();
        if does == Feature::Listens {
            return Ok(());
        }
        if does == Feature::Releases {
            let tx = work.writing().await?;
            for row in crate::outbox::quarantined(tx).await? {
                crate::outbox::release(tx, row.id).await?;
            }
            return Ok(());
        }
        let (tenant, now) = (work.tenant, work.now);
        work.send(say(GroupId(2), "follow-up", "follow-up"));
        work.writing()
            .await?
            .run(
                "INSERT INTO audit (tenant, action, object, at) VALUES ($1, 'settled', 'row', $2)",
                &[tenant.into(), now.into()],
            )
            .await?;
        match does {
            Feature::Fails => Err(anyhow::anyhow!("a feature is broken").into()),
            Feature::Panics => panic!("a feature is broken"),
            Feature::Listens | Feature::Writes | Feature::Releases => Ok(()),
        }
    }

    async fn unwhispered(&self, work: &mut Work<'_>, row: &Due) -> Outcome<()> {
        if let Outgoing::Whisper { fallback: Some(instead), .. } = &row.what {
            let key = format!("instead/{}", row.id);
            work.send(self::row(GroupId(1), &key, Priority::Answer, instead.as_ref().clone()));
        }
        Ok(())
    }

    async fn unreachable(&self, tx: &mut Tx, tenant: TenantId, person: PersonId) -> storage::Result<()> {
        roster::unreachable(tx, tenant, person).await
    }

    async fn moved(
        &self,
        tx: &mut Tx,
        tenant: TenantId,
        group: GroupId,
        to: &Native,
        now: Millis,
    ) -> storage::Result<bool> {
        roster::moved(tx, tenant, group, to, now).await
    }

    async fn gone(&self, tx: &mut Tx, tenant: TenantId, group: GroupId) -> storage::Result<bool> {
        roster::gone(tx, tenant, group).await
    }

    async fn after_move(&self, work: &mut Work<'_>, group: GroupId) -> storage::Result<()> {
        roster::after_move(work, group).await
    }
}

/// A sender at work.
pub(super) struct Running {
    task: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
    pub(super) standing: watch::Receiver<Standing>,
    pub(super) counters: Arc<Counters>,
    pub(super) wake: Wake,
}

impl Running {
    /// Ends it as a crash does.
    pub(super) async fn crash(self) {
        self.task.abort();
        let _aborted = self.task.await;
    }

    /// Stops it in order.
    pub(super) async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            stop.send(()).unwrap();
        }
        timeout(REAL_MAX, self.task).await.unwrap().unwrap();
    }

    async fn rests(&mut self) -> Millis {
        let rested = |standing: &Standing| *standing != Standing::Busy;
        let standing = *timeout(REAL_MAX, self.standing.wait_for(rested)).await.unwrap().unwrap();
        match standing {
            Standing::Resting { until } | Standing::Standby { until } => until,
            Standing::Busy | Standing::Stopped => Millis(i64::MAX),
        }
    }

    /// Hands rows over and waits until the sender has dealt with them.
    pub(super) async fn hand(&mut self, rows: Vec<Written>) {
        self.rests().await;
        self.standing.borrow_and_update();
        self.wake.hand(rows);
        timeout(REAL_MAX, self.standing.changed()).await.unwrap().unwrap();
        self.rests().await;
    }
}

pub(super) struct Stage {
    _gone_after: Fresh,
    pub(super) database: Database,
    pub(super) clock: Clock,
    pub(super) remote: Arc<Remote>,
    pub(super) ear: Arc<Ear>,
    pub(super) setting: watch::Sender<Setting>,
}

impl Stage {
    pub(super) async fn set(fresh: Fresh) -> Self {
        let database = fresh.database.clone();
        fill(&database).await;
        let clock = Clock::frozen(START);
        let remote = Arc::new(Remote::new(&clock));
        let setting = watch::Sender::new(setting(Pace::default()));
        Self { _gone_after: fresh, database, clock, remote, ear: Arc::default(), setting }
    }

    pub(super) fn set_pace(&self, pace: Pace) {
        self.setting.send_replace(setting(pace));
    }

    pub(super) fn set_quiet(&self, quiet: QuietHours) {
        self.setting.send_modify(|setting| {
            let mut config = Config::clone(&setting.config);
            config.school.quiet = quiet;
            setting.config = Arc::new(config);
        });
    }

    /// Starts a sender.
    pub(super) fn start(&self, holder: &str) -> Running {
        let wake = Wake::new();
        let delivery = Delivery::new(Parts {
            database: self.database.clone(),
            channel: Arc::clone(&self.remote),
            settle: Arc::clone(&self.ear),
            clock: self.clock.clone(),
            random: Random::seeded(1),
            setting: self.setting.subscribe(),
            wake: wake.clone(),
            holder: holder.to_owned(),
        });
        let (standing, counters) = (delivery.standing(), delivery.counters());
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(delivery.run(async move {
            let _stopped = stopped.await;
        }));
        Running { task, stop: Some(stop), standing, counters, wake }
    }

    /// Commits rows, without telling anybody.
    pub(super) async fn write(&self, rows: impl IntoIterator<Item = NewRow>) -> Vec<Written> {
        let mut tx = self.database.write().await.unwrap();
        let rows = rows.into_iter().collect();
        let written = store::insert(&mut tx, TENANT, rows, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        written
    }

    /// Lets the time pass until `until`, stopping wherever a sender has something to do.
    pub(super) async fn drive(&self, senders: &mut [&mut Running], until: Millis) {
        loop {
            let mut next = until;
            let mut times = Vec::new();
            for sender in senders.iter_mut() {
                let at = sender.rests().await;
                next = next.min(at);
                times.push(at);
            }
            for sender in senders.iter_mut() {
                sender.standing.borrow_and_update();
            }
            self.clock.advance_to(next);
            for (sender, _) in senders.iter_mut().zip(&times).filter(|(_, at)| **at <= next) {
                timeout(REAL_MAX, sender.standing.changed()).await.unwrap().unwrap();
                sender.rests().await;
            }
            if next >= until && times.iter().all(|at| *at > next) {
                return;
            }
        }
    }

    /// As [`Stage::drive`], for so many milliseconds and one sender.
    pub(super) async fn pass(&self, sender: &mut Running, span_ms: i64) {
        self.drive(&mut [sender], self.clock.now().plus_ms(span_ms)).await;
    }

    /// A transaction that lets no sender write until it is dropped: SQLite has one writer, and on PostgreSQL it has
    /// locked the lease.
    pub(super) async fn hold_writer(&self) -> Tx {
        let mut tx = self.database.write().await.unwrap();
        tx.run("UPDATE leases SET until = until", &[]).await.unwrap();
        tx
    }

    /// Lets the time pass although requests hang, until there were so many calls or half a minute has passed.
    pub(super) async fn tick_until_called(&self, times: usize) {
        for _ in 0..300 {
            if self.remote.calls().len() >= times {
                return;
            }
            self.clock.advance(Duration::from_millis(100));
            // The sender's transaction, if it has begun one, was before this one in the line.
            drop(self.database.write().await.unwrap());
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
        }
    }

    /// Gives the sender many occasions for a transaction, should it want one.
    pub(super) async fn let_the_sender_write(&self) {
        for _ in 0..50 {
            drop(self.database.write().await.unwrap());
            tokio::task::yield_now().await;
        }
    }

    pub(super) async fn ask(&self, sql: &'static str, args: &[Arg<'_>]) -> Vec<Row> {
        self.database.read().await.unwrap().rows(sql, args).await.unwrap()
    }

    /// The state of each row by its key.
    pub(super) async fn states(&self) -> Vec<(String, String)> {
        let rows = self.ask("SELECT dedup_key, state FROM outbox ORDER BY id", &[]).await;
        rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect()
    }

    /// The one state that all rows have.
    pub(super) async fn state(&self) -> String {
        let mut states: Vec<String> = self.states().await.into_iter().map(|(_, state)| state).collect();
        states.dedup();
        states.join(", ")
    }
}

pub(super) const TENANT: TenantId = TenantId(1);

/// One tenant with the groups 1 to 60, whose native ids are -1 to -60.
async fn fill(database: &Database) {
    let mut tx = database.write().await.unwrap();
    tx.run(
        "INSERT INTO tenants (channel, native, button_key, created_at) VALUES ('test', '1', $1, 0)",
        &[Arg::Bytes(b"key")],
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    add_groups(database, 1..=60).await;
}

/// Adds groups; the native id of each is its number below zero.
pub(super) async fn add_groups(database: &Database, numbers: RangeInclusive<i64>) {
    let mut tx = database.write().await.unwrap();
    for group in numbers {
        let native = Native::from(-group);
        tx.run(
            "INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, created_at) \
             VALUES ($1, $2, '', 'group', 'active', 'administrator', '{}', 0)",
            &[TENANT.into(), (&native).into()],
        )
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
}

pub(super) fn done() -> SendOutcome {
    SendOutcome::Done(Answer::Sent { message: Native::from("77"), poll: None })
}

pub(super) fn card(words: &str) -> Card {
    Card { body: words.to_owned().into(), ..Card::default() }
}

pub(super) fn row(group: GroupId, key: &str, priority: Priority, what: Outgoing) -> NewRow {
    NewRow {
        key: key.to_owned(),
        to: Target::Chat(Address::Group(group)),
        priority,
        what,
        about: Some(About::Greeting { group }),
        not_before: Millis(0),
        expires_at: None,
    }
}

/// An announcement whose words are its key.
pub(super) fn say(group: GroupId, key: &str, words: &str) -> NewRow {
    row(group, key, Priority::Announcement, Outgoing::Say { card: card(words) })
}

pub(super) fn delete(group: GroupId, key: &str) -> NewRow {
    row(group, key, Priority::Guard, Outgoing::Delete { messages: vec![Native::from(key)] })
}

pub(super) fn capabilities() -> Capabilities {
    Capabilities {
        whisper: true,
        buttons: true,
        delete_others: true,
        mute: true,
        quiz_polls: true,
        text_units_max: 4_096,
        alert_units_max: 200,
    }
}

fn setting(pace: Pace) -> Setting {
    let mut config = Config::for_tests();
    config.bot.pace = pace;
    Setting {
        tenant: TENANT,
        config: Arc::new(config),
        capabilities: capabilities(),
        button_key: ButtonKey::new(b"key"),
        alarm: crate::clock::Alarm::default(),
        seen: crate::seen::Seen::default(),
        panics: prometheus_client::metrics::counter::Counter::default(),
    }
}
