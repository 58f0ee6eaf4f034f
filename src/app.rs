//! Purpose: the only place that wires the parts together.
//!
//! Invariant: stopping is orderly: no new updates are taken, what was taken is committed and acknowledged, requests on
//! their way are finished and recorded, and only then is the database closed. Whatever is cut off all the same is found
//! at the next start.

mod parts;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{Mutex, watch};

use crate::channel::Channel as _;
use crate::channel::telegram::{self, ConnectProblem, Me, Poller, Secret, Telegram, Token, Webhook};
use crate::clock::{Alarm, Clock, Millis, real_sleep, timeout};
use crate::config::{self, Config, Pace, Updates};
use crate::console::{self, Health, Met};
use crate::failure::Outcome;
use crate::intake::timer::{self, Timer};
use crate::intake::turn::{InTurn, Turn};
use crate::intake::{Counters, Intake};
use crate::observe::Metrics;
use crate::outbox::{self, Delivery, Standing, Wake};
use crate::process;
use crate::random::Random;
use crate::roster;
use crate::router::{Settled, menus};
use crate::seen::Seen;
use crate::serving;
use crate::storage::Database;
use crate::work::{Batch, Setting, Work};

use parts::Parts;

/// What a run needs beside its configuration.
#[derive(Clone, Debug)]
pub struct Run {
    /// The configuration, already checked.
    pub config: Arc<Config>,
    /// Where data is kept.
    pub database: Database,
    /// The bot's token.
    pub token: Token,
    /// The Bot API server, without a trailing slash.
    pub api_url: String,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// Is told when the next scheduled event will be.
    pub next_due: watch::Sender<Option<Millis>>,
}

/// A bot that runs. Dropping it stops nothing; see [`Running::stop`].
#[derive(Debug)]
pub struct Running {
    database: Database,
    setting: watch::Sender<Setting>,
    stop: watch::Sender<bool>,
    parts: Mutex<Parts>,
    ended: watch::Receiver<Option<&'static str>>,
    sending: watch::Receiver<Standing>,
    next_due: watch::Receiver<Option<Millis>>,
    clock: Clock,
    wake: Wake,
}

/// A part of the program ended by itself; the log says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part of the program ended unexpectedly: {0}")]
pub struct PartEnded(pub &'static str);

/// While the channel can't be reached at the start, the pause between tries grows up to this.
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// How long a request for updates waits for one. Telegram holds it up to 50 s; proxies between are often less patient.
const HOLD: Duration = Duration::from_secs(25);
/// The bot counts as cut off if the channel has answered no request for updates for so long: what one may take, the
/// longest pause after a failure, and a margin.
const CONTACT_MAX: Duration = Duration::from_mins(2);
/// A stop takes no longer than this: the sender's ten seconds for requests on their way, and a margin.
const STOP_MAX: Duration = Duration::from_secs(20);
/// Connections Telegram may post updates over.
const WEBHOOK_CONNECTIONS: u8 = 40;

/// Starts the bot: brings the database up to date, connects, and begins to take updates. Health is served before the
/// channel has been reached. Dropping the future leaves nothing running.
///
/// # Errors
/// When the token is refused, the database is newer than the program, or an address can't be listened on. While the
/// channel can't be reached, it waits and tries again.
pub async fn start(run: Run) -> anyhow::Result<Running> {
    let Run { config, database, token, api_url, clock, random, next_due } = run;
    database.migrate().await?;
    let (stop, stop_seen) = watch::channel(false);
    let mut parts = Parts::new(stop_seen.clone());
    let counters = Arc::new(Counters::default());
    counters.storing.store(true, Ordering::Relaxed);
    let met = observe(&mut parts, &config, &database, &clock, &counters, stop_seen.clone()).await?;

    let (channel, me) = connect(&api_url, &token, &config.bot.pace, &clock).await?;
    let (tenant, button_key) =
        roster::tenant_of_bot(&database, "telegram", &me.id, &random, clock.now()).await?;
    let (alarm, seen, panics) = (Alarm::default(), Seen::default(), counters.panicked.clone());
    roster::remember_members(&database, tenant, &seen).await?;
    let capabilities = channel.capabilities();
    let setting = Setting { tenant, config, capabilities, button_key, alarm, seen, panics };
    let (setting, setting_seen) = watch::channel(setting);
    let wake = Wake::default();
    menus::stage(&database, &setting_seen.borrow().clone(), clock.now()).await?;
    let menus =
        menus::keep(database.clone(), setting_seen.clone(), clock.clone(), wake.clone(), stop_seen.clone());
    parts.spawn("menus", menus);
    let holder = process::name(&random);
    let delivery = Delivery::new(outbox::Parts {
        database: database.clone(),
        channel: Arc::new(channel.clone()),
        settle: Arc::new(Settled),
        clock: clock.clone(),
        random: random.clone(),
        setting: setting_seen.clone(),
        wake: wake.clone(),
        holder: holder.clone(),
    });
    let is_polled = matches!(setting_seen.borrow().config.bot.updates, Updates::Polling);
    met.send_replace(Some(Met {
        tenant,
        holder: holder.clone(),
        contact: channel.contact(),
        contact_max: is_polled.then_some(CONTACT_MAX),
        metrics: Arc::new(metrics(&counters, &delivery.counters())),
    }));
    parts.spawn("whispering", follow_channel(channel.clone(), setting.clone(), stop_seen.clone()));
    let turn = Turn::new(database.clone(), clock.clone(), setting_seen.clone(), holder, channel.contact());
    // The last thing that is waited for. A stop until here finds nothing sent and nothing taken.
    let updates = source(&mut parts, &setting_seen, channel, &random, stop_seen.clone()).await?;
    let sending = delivery.standing();
    parts.spawn("sender", delivery.run(stopped(stop_seen.clone())));
    let next_due_seen = next_due.subscribe();
    let timer = Timer {
        database: database.clone(),
        setting: setting_seen.clone(),
        clock: clock.clone(),
        wake: wake.clone(),
        next_due,
    };
    parts.spawn("timer", timer::run(timer, stop_seen.clone()));
    let intake = Intake {
        database: database.clone(),
        setting: setting_seen.clone(),
        clock: clock.clone(),
        wake: wake.clone(),
        parse: telegram::parse,
        bot_name: me.username.clone(),
        counters,
    };
    parts.spawn("intake", take_in(intake, updates, turn, stop_seen));
    tracing::info!(tenant = tenant.0, "the bot is running");
    let (ended, parts, next_due) = (parts.ended(), Mutex::new(parts), next_due_seen);
    Ok(Running { database, setting, stop, parts, ended, sending, next_due, clock, wake })
}

/// Takes updates in. Anybody may take what is posted; only one process may ask.
async fn take_in(intake: Intake, updates: telegram::Updates, turn: Turn, stop: watch::Receiver<bool>) {
    match updates {
        telegram::Updates::Posted(_) => intake.run(updates, stop).await,
        telegram::Updates::Polled(_) => {
            intake.run(InTurn { source: updates, turn: turn.clone() }, stop).await;
            turn.give_back().await;
        }
    }
}

/// Serves health and metrics if an address is configured for them. Returns where to tell whom the bot has met.
async fn observe(
    parts: &mut Parts,
    config: &Config,
    database: &Database,
    clock: &Clock,
    counters: &Arc<Counters>,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<watch::Sender<Option<Met>>> {
    let met = watch::Sender::new(None);
    let Some(at) = config.bot.observe else { return Ok(met) };
    let (listener, bound) = serving::listen(at).await?;
    tracing::info!(%bound, "health and metrics are served");
    let health = Health {
        database: database.clone(),
        clock: clock.clone(),
        counters: Arc::clone(counters),
        met: met.subscribe(),
        ended: parts.ended(),
        looking: Arc::default(),
    };
    parts.spawn("console", console::serve(listener, health, stop));
    Ok(met)
}

fn metrics(taken: &Counters, sent: &outbox::Counters) -> Metrics {
    let mut metrics = Metrics::new();
    taken.show(&mut metrics);
    sent.show(&mut metrics);
    metrics
}

/// The settings of which a change is taken over only at the next start, and which differ.
fn settings_for_later(now: &config::Bot, changed: &config::Bot) -> Vec<&'static str> {
    let differ = [
        ("updates", now.updates != changed.updates),
        ("log", now.log != changed.log),
        ("observe", now.observe != changed.observe),
        ("pace.request_max_seconds", now.pace.request_max != changed.pace.request_max),
    ];
    differ.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// Takes over what the channel turns out to be unable to do, from the next piece of work on. The menus follow the setting.
async fn follow_channel(channel: Telegram, setting: watch::Sender<Setting>, stop: watch::Receiver<bool>) {
    let mut whispering = channel.whispering();
    let follow = async {
        while whispering.changed().await.is_ok() {
            setting.send_modify(|setting| setting.capabilities = channel.capabilities());
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = follow => {}
        () = stopped(stop) => {}
    }
}

/// Resolves once a stop is asked for.
async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Gets to know the account; tries again while the channel can't be reached.
async fn connect(api_url: &str, token: &Token, pace: &Pace, clock: &Clock) -> anyhow::Result<(Telegram, Me)> {
    let mut pause = Duration::from_secs(1);
    loop {
        match Telegram::connect(api_url, token.clone(), pace, clock.clone()).await {
            Ok(connected) => return Ok(connected),
            Err(ConnectProblem::Unreachable(reason)) => {
                tracing::warn!(
                    reason,
                    pause_s = pause.as_secs(),
                    "the channel can't be reached, trying again"
                );
                real_sleep(pause).await;
                pause = (pause * 2).min(PAUSE_MAX);
            }
            Err(problem) => return Err(problem.into()),
        }
    }
}

/// Where updates come from: asked for, or posted to a webhook that is served from here on.
async fn source(
    parts: &mut Parts,
    setting: &watch::Receiver<Setting>,
    channel: Telegram,
    random: &Random,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<telegram::Updates> {
    let updates = setting.borrow().config.bot.updates.clone();
    let Updates::Webhook { url, listen, secret_file } = updates else {
        return Ok(telegram::Updates::Polled(Poller::new(channel, random.clone(), None, HOLD)));
    };
    let secret = match secret_file {
        Some(file) => Secret::read(&file)?,
        None => Secret::random(random),
    };
    let webhook = Webhook::new(&url, secret, random)?;
    let (listener, bound) = serving::listen(listen).await?;
    let mut pause = Duration::from_secs(1);
    while let Err(problem) = channel.set_webhook(&webhook, WEBHOOK_CONNECTIONS).await {
        let ConnectProblem::Unreachable(reason) = problem else { return Err(problem.into()) };
        tracing::warn!(reason, pause_s = pause.as_secs(), "the webhook can't be set, trying again");
        real_sleep(pause).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
    tracing::info!(%bound, "updates are taken by webhook");
    parts.spawn("webhook", telegram::serve_webhook(listener, webhook.router, stopped(stop)));
    Ok(telegram::Updates::Posted(webhook.source))
}

impl Running {
    /// Does one piece of work in a transaction of its own, and has sent what it staged. What is refused is undone.
    pub async fn perform<T>(&self, piece: impl AsyncFnOnce(&mut Work<'_>) -> Outcome<T>) -> Outcome<T> {
        let setting = self.setting.borrow().clone();
        let mut batch = Batch::new(self.database.write().await?, setting, self.clock.now());
        let mut work = batch.work();
        let done = piece(&mut work).await?;
        work.keep().await?;
        let (tx, written) = batch.finish().await?;
        tx.commit().await?;
        self.wake.hand(written);
        Ok(done)
    }

    /// Takes a changed configuration over, from the next piece of work on. Returns the names of changed settings that take
    /// effect only at the next start.
    pub fn configure(&self, config: Arc<Config>) -> Vec<&'static str> {
        let later = settings_for_later(&self.setting.borrow().config.bot, &config.bot);
        self.setting.send_modify(|setting| setting.config = config);
        later
    }

    /// Resolves when a part ends though no stop was asked for, with its name; the log has it too.
    pub async fn failed(&self) -> &'static str {
        let mut ended = self.ended.clone();
        match ended.wait_for(Option::is_some).await.map(|part| part.unwrap_or_default()) {
            Ok(part) => part,
            // The parts are held as long as this is: nobody is left to tell only once they are gone.
            Err(_) => std::future::pending().await,
        }
    }

    /// What the sender is doing; changes whenever it comes to rest.
    #[must_use]
    pub fn sending(&self) -> watch::Receiver<Standing> {
        self.sending.clone()
    }

    /// When the next scheduled event will be; nothing before the first turn of the timer, and where nothing is scheduled.
    #[must_use]
    pub fn next_due(&self) -> watch::Receiver<Option<Millis>> {
        self.next_due.clone()
    }

    /// Ends orderly: see the module's invariant. After 20 s what is still not done is left for the next start.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let ended = async {
            self.parts.lock().await.join().await;
            self.database.close().await;
        };
        if timeout(STOP_MAX, ended).await.is_err() {
            tracing::warn!("stopped before everything had ended; what is left is found at the next start");
        }
    }
}
