//! Purpose: the life of one bot: it gets to know its account, works until it is told to stop, and is started again if
//! it can't.
//!
//! Invariant: what goes wrong with a bot ends or delays nothing of another's.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::watch;

use super::bot::{Bot, Known, State, Up};
use super::parts::Parts;
use super::{Account, PartEnded, STOP_MAX, posting};
use crate::channel::telegram::{self, ConnectProblem, Me, Poller, Secret, Telegram, Token, Webhook};
use crate::channel::{Channel as _, Posting};
use crate::clock::{Alarm, Clock, Millis, real_sleep, timeout};
use crate::config::{Config, Pace, Updates};
use crate::console::{Met, Watched};
use crate::intake::timer::{self, Timer};
use crate::intake::turn::{InTurn, Turn};
use crate::intake::{Counters, Intake};
use crate::outbox::{self, Delivery, Wake};
use crate::process;
use crate::random::Random;
use crate::roster;
use crate::router::{Settled, menus};
use crate::seen::Seen;
use crate::serving;
use crate::storage::Database;
use crate::work::Setting;

/// While the channel can't be reached at the start, the pause between tries grows up to this.
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// A bot that failed is started again after a pause, which grows from this as long as it can't be started …
const AGAIN_MIN: Duration = Duration::from_secs(5);
/// … up to this. A refused token is asked about so often; Telegram minds no more than it minds polling.
const AGAIN_MAX: Duration = Duration::from_mins(5);
/// How long a request for updates waits for one. Telegram holds it up to 50 s; proxies between are often less patient.
const HOLD: Duration = Duration::from_secs(25);
/// The bot counts as cut off if the channel has answered no request for updates for so long: what one may take, the
/// longest pause after a failure, and a margin.
const CONTACT_MAX: Duration = Duration::from_mins(2);
/// Connections Telegram may post updates over.
const WEBHOOK_CONNECTIONS: u8 = 40;

/// What all bots stand on.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    pub(super) database: Database,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) stop: watch::Receiver<bool>,
}

/// A bot and what its work needs.
pub(super) struct Life {
    bot: Bot,
    token: Token,
    api_url: String,
    next_due: watch::Sender<Option<Millis>>,
    ground: Ground,
    /// Whether it is the only one: then nobody needs the program if it can't run.
    is_alone: bool,
    /// The name it holds leases by, the same after each start, so that it takes its own over at once.
    holder: String,
    counters: Arc<Counters>,
    met: watch::Sender<Option<Met>>,
    trouble: watch::Sender<Option<String>>,
}

impl Life {
    /// A bot that has not begun yet.
    pub(super) fn new(account: Account, ground: Ground, is_alone: bool) -> Self {
        let Account { name, config, token, api_url, next_due } = account;
        let bot = Bot {
            name,
            database: ground.database.clone(),
            clock: ground.clock.clone(),
            next_due: next_due.subscribe(),
            days_known_until: watch::Sender::new(config.school_time().days_known_until()),
            known: watch::Sender::new(Known { config, state: State::Starting }),
        };
        let counters = Arc::new(Counters::default());
        counters.storing.store(true, Ordering::Relaxed);
        let holder = process::name(&ground.random);
        let (met, trouble) = (watch::Sender::new(None), watch::Sender::new(None));
        Self { bot, token, api_url, next_due, ground, is_alone, holder, counters, met, trouble }
    }

    pub(super) fn name(&self) -> &str {
        self.bot.name()
    }

    pub(super) fn bot(&self) -> Bot {
        self.bot.clone()
    }

    /// The bot for the console.
    pub(super) fn watched(&self) -> Watched {
        Watched {
            name: self.bot.name.clone(),
            counters: Arc::clone(&self.counters),
            met: self.met.subscribe(),
            trouble: self.trouble.subscribe(),
            days_known_until: self.bot.days_known_until.subscribe(),
        }
    }

    /// Lives until a stop is asked for.
    pub(super) async fn keep(self) {
        let mut pause = AGAIN_MIN;
        loop {
            let Err(problem) = self.live().await else { return };
            if self.bot.tenant().is_some() {
                // It ran.
                pause = AGAIN_MIN;
            }
            self.met.send_replace(None);
            let problem = if self.is_alone {
                problem
            } else {
                let (told, pause_s) = (format!("{problem:#}"), pause.as_secs());
                tracing::error!(
                    problem = told,
                    pause_s,
                    "the bot can't run, the others go on; it is started again"
                );
                problem.context(self.name().to_owned())
            };
            self.trouble.send_modify(|trouble| {
                trouble.get_or_insert_with(|| "the bot can't run; the log says why".to_owned());
            });
            self.bot.fail(problem);
            let again = async {
                if self.is_alone {
                    std::future::pending::<()>().await;
                }
                real_sleep(pause).await;
            };
            tokio::select! {
                () = stopped(self.ground.stop.clone()) => return,
                () = again => pause = (pause * 2).min(AGAIN_MAX),
            }
        }
    }

    /// Works until a stop is asked for, or until the bot can't be started or a part of it ends.
    async fn live(&self) -> anyhow::Result<()> {
        let (stop, stop_seen) = watch::channel(false);
        let mut parts = Parts::new(stop_seen.clone());
        let up = tokio::select! {
            biased;
            () = stopped(self.ground.stop.clone()) => {
                tracing::info!("stopped before the bot was running");
                return Ok(());
            }
            up = self.open(&mut parts, stop_seen) => up?,
        };
        self.bot.run(up);
        self.trouble.send_replace(None);
        let mut ended = parts.ended();
        let part = tokio::select! {
            biased;
            () = stopped(self.ground.stop.clone()) => None,
            part = ended.wait_for(Option::is_some) => part.ok().and_then(|part| *part),
        };
        stop.send_replace(true);
        let Some(part) = part else {
            parts.join().await;
            return Ok(());
        };
        self.trouble.send_replace(Some(format!("{part} has ended")));
        if timeout(STOP_MAX, parts.join()).await.is_err() {
            tracing::warn!("a bot was cut off before everything of it had ended");
        }
        Err(PartEnded(part).into())
    }

    /// Connects, and begins to take updates. Dropping the future leaves nothing running but what `parts` holds.
    ///
    /// # Errors
    /// When the token is refused, or an address can't be listened on. While the channel can't be reached, it waits and
    /// tries again.
    async fn open(&self, parts: &mut Parts, stop_seen: watch::Receiver<bool>) -> anyhow::Result<Up> {
        let Ground { database, clock, random, .. } = &self.ground;
        let config = Arc::clone(&self.bot.known.borrow().config);
        let (channel, me) = connect(&self.api_url, &self.token, &config.bot.pace, clock).await?;
        let is_polled = matches!(config.bot.updates, Updates::Polling);
        let setting = self.setting(config, &channel, &me).await?;
        let (setting, setting_seen) = watch::channel(setting);
        let wake = Wake::default();
        let now = setting_seen.borrow().clone();
        menus::stage(database, &now, clock.now()).await?;
        let menus = menus::keep(
            database.clone(),
            setting_seen.clone(),
            clock.clone(),
            wake.clone(),
            stop_seen.clone(),
        );
        parts.spawn("menus", menus);
        let delivery = Delivery::new(outbox::Parts {
            database: database.clone(),
            channel: Arc::new(channel.clone()),
            settle: Arc::new(Settled),
            clock: clock.clone(),
            random: random.clone(),
            setting: setting_seen.clone(),
            wake: wake.clone(),
            holder: self.holder.clone(),
        });
        let posting = Posting::default();
        self.met.send_replace(Some(Met {
            tenant: now.tenant,
            holder: self.holder.clone(),
            contact: channel.contact(),
            contact_max: is_polled.then_some(CONTACT_MAX),
            posting: posting.clone(),
            sent: delivery.counters(),
        }));
        parts.spawn("whispering", follow_channel(channel.clone(), setting.clone(), stop_seen.clone()));
        let turn = Turn::new(
            database.clone(),
            clock.clone(),
            setting_seen.clone(),
            self.holder.clone(),
            channel.contact(),
        );
        // The last thing that is waited for. A stop until here finds nothing sent and nothing taken.
        let updates = source(parts, &setting_seen, channel, &self.ground, posting, stop_seen.clone()).await?;
        let sending = delivery.standing();
        parts.spawn("sender", delivery.run(stopped(stop_seen.clone())));
        let timer = Timer {
            database: database.clone(),
            setting: setting_seen.clone(),
            clock: clock.clone(),
            wake: wake.clone(),
            next_due: self.next_due.clone(),
        };
        parts.spawn("timer", timer::run(timer, stop_seen.clone()));
        let intake = Intake {
            database: database.clone(),
            setting: setting_seen,
            clock: clock.clone(),
            wake: wake.clone(),
            parse: telegram::parse,
            bot_name: me.username,
            counters: Arc::clone(&self.counters),
        };
        parts.spawn("intake", take_in(intake, updates, turn, stop_seen));
        tracing::info!(tenant = now.tenant.0, "the bot is running");
        Ok(Up { setting, sending, wake })
    }

    /// What the bot's work begins with.
    async fn setting(&self, config: Arc<Config>, channel: &Telegram, me: &Me) -> anyhow::Result<Setting> {
        let Ground { database, clock, random, .. } = &self.ground;
        let (tenant, button_key) =
            roster::tenant_of_bot(database, "telegram", &me.id, random, clock.now()).await?;
        let (alarm, seen, panics) = (Alarm::default(), Seen::default(), self.counters.panicked.clone());
        roster::remember_members(database, tenant, &seen).await?;
        let capabilities = channel.capabilities();
        Ok(Setting { tenant, config, capabilities, button_key, alarm, seen, panics })
    }
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

/// Where updates come from: asked for, or posted to a webhook that is served and looked after from here on.
async fn source(
    parts: &mut Parts,
    setting: &watch::Receiver<Setting>,
    channel: Telegram,
    Ground { clock, random, .. }: &Ground,
    posting: Posting,
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
    while let Err(problem) = channel.set_webhook(&webhook.address, WEBHOOK_CONNECTIONS).await {
        let ConnectProblem::Unreachable(reason) = problem else { return Err(problem.into()) };
        tracing::warn!(reason, pause_s = pause.as_secs(), "the webhook can't be set, trying again");
        real_sleep(pause).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
    tracing::info!(%bound, "updates are taken by webhook");
    parts.spawn("webhook", telegram::serve_webhook(listener, webhook.router, stopped(stop.clone())));
    let watched = posting::watch(channel, webhook.address, WEBHOOK_CONNECTIONS, posting, clock.clone());
    parts.spawn("posting", async move {
        tokio::select! {
            () = watched => {}
            () = stopped(stop) => {}
        }
    });
    Ok(telegram::Updates::Posted(webhook.source))
}
