//! Purpose: the only place that wires the parts together.
//!
//! Invariant: stopping is orderly: no new updates are taken, what was taken is committed and acknowledged, requests on
//! their way are finished and recorded, and only then is the database closed. Whatever is cut off all the same is found
//! at the next start.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::channel::telegram::{self, Telegram, Token};
use crate::channel::{Channel as _, Source};
use crate::clock::{Clock, Millis, real_sleep};
use crate::config::{Config, Updates};
use crate::console::{self, Health};
use crate::intake::timer::{self, Timer};
use crate::intake::{Counters, Intake};
use crate::observe::Metrics;
use crate::outbox::{Delivery, Wake};
use crate::random::Random;
use crate::router::{Settled, menus};
use crate::storage::Database;
use crate::roster;
use crate::work::Setting;

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
    tasks: JoinSet<()>,
    clock: Clock,
    intake: Arc<Counters>,
}

/// How long the start tries to reach the channel before each attempt's pause reaches this.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Starts the bot: connects, brings the database up to date, and begins to take updates.
///
/// # Errors
/// When the token is refused, the database is newer than the program, or an address can't be listened on. While the
/// channel can't be reached, it waits and tries again.
pub async fn start(run: Run) -> anyhow::Result<Running> {
    let Run { config, database, token, api_url, clock, random, next_due } = run;
    database.migrate().await?;
    let (channel, me) = connect(&api_url, &token, &config, &clock).await?;
    let (tenant, button_key) = roster::tenant_of_bot(&database, "telegram", &me.id, &random, clock.now()).await?;
    let setting = Setting { tenant, config, capabilities: channel.capabilities(), button_key };
    let (setting, setting_seen) = watch::channel(setting);
    let (stop, stop_seen) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let wake = Wake::default();
    let counters = Arc::new(Counters::default());
    counters.storing.store(true, Ordering::Relaxed);
    let mut metrics = Metrics::new();
    counters.show(&mut metrics);

    menus::stage(&database, &setting_seen.borrow().clone(), clock.now()).await?;
    let delivery = Delivery::new(
        database.clone(),
        Arc::new(channel.clone()),
        Arc::new(Settled),
        setting_seen.clone(),
        clock.clone(),
        random.clone(),
        wake.clone(),
    );
    delivery.counters().show(&mut metrics);
    tasks.spawn(delivery.run(stop_seen.clone()));
    let timer = Timer {
        database: database.clone(),
        setting: setting_seen.clone(),
        clock: clock.clone(),
        wake: wake.clone(),
        next_due,
    };
    tasks.spawn(timer::run(timer, stop_seen.clone()));
    let health = Health { metrics: Arc::new(metrics), ready: ready(&counters) };
    let observe = setting_seen.borrow().config.bot.observe;
    if let Some(at) = observe {
        let (listener, bound) = console::listen(at).await.with_context(|| format!("can't listen on {at}"))?;
        tracing::info!(%bound, "health and metrics are served");
        tasks.spawn(console::serve(listener, health, stop_seen.clone()));
    }
    let intake = Intake {
        database: database.clone(),
        setting: setting_seen.clone(),
        clock: clock.clone(),
        wake,
        parse: telegram::parse,
        bot_name: me.username.clone(),
        counters: Arc::clone(&counters),
    };
    let updates = setting_seen.borrow().config.bot.updates.clone();
    spawn_source(&mut tasks, intake, updates, &channel, &random, stop_seen).await?;
    tracing::info!(tenant = tenant.0, "the bot is running");
    Ok(Running { database, setting, stop, tasks, clock, intake: counters })
}

fn ready(counters: &Arc<Counters>) -> Arc<dyn Fn() -> bool + Send + Sync> {
    let counters = Arc::clone(counters);
    Arc::new(move || counters.storing.load(Ordering::Relaxed))
}
