//! Purpose: one bot of the program, as those see it who run it.
//!
//! Invariant: a configuration that is taken over is in force from then on, whether the bot runs already or will later.

use std::sync::Arc;

use futures_util::future::select_all;
use tokio::sync::watch;

use crate::clock::{Clock, Millis};
use crate::config::{self, Config};
use crate::failure::Outcome;
use crate::ids::TenantId;
use crate::outbox::{Standing, Wake};
use crate::storage::Database;
use crate::work::{Batch, Setting, Work};

/// A bot that runs, or tries to. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Bot {
    pub(super) name: String,
    pub(super) database: Database,
    pub(super) clock: Clock,
    pub(super) next_due: watch::Receiver<Option<Millis>>,
    pub(super) known: watch::Sender<Known>,
    /// Until when the school's calendar has official days.
    pub(super) days_known_until: watch::Sender<Option<Millis>>,
}

/// What is known of a bot at present.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) config: Arc<Config>,
    pub(super) state: State,
}

/// How far a bot has come.
#[derive(Debug)]
pub(super) enum State {
    /// It is being started, or waits for its channel.
    Starting,
    /// It runs.
    Up(Up),
    /// It could not be started, or has ended by itself.
    Failed(Arc<anyhow::Error>),
}

/// What a bot has while it runs.
#[derive(Clone, Debug)]
pub(super) struct Up {
    pub(super) setting: watch::Sender<Setting>,
    pub(super) sending: watch::Receiver<Standing>,
    pub(super) wake: Wake,
}

impl State {
    fn up(&self) -> Option<Up> {
        match self {
            Self::Up(up) => Some(up.clone()),
            Self::Starting | Self::Failed(_) => None,
        }
    }

    fn problem(&self) -> Option<Arc<anyhow::Error>> {
        match self {
            Self::Failed(problem) => Some(Arc::clone(problem)),
            Self::Starting | Self::Up(_) => None,
        }
    }
}

impl Bot {
    /// What its school is called among those of the program.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Resolves once the bot runs.
    ///
    /// # Errors
    /// Why it can't be started, the first time that it can't.
    pub async fn ready(&self) -> Result<(), Arc<anyhow::Error>> {
        let mut known = self.known.subscribe();
        match known.wait_for(|known| !matches!(known.state, State::Starting)).await {
            Ok(known) => known.state.problem().map_or(Ok(()), Err),
            // This holds the other end.
            Err(closed) => Err(Arc::new(closed.into())),
        }
    }

    /// The tenant its rows belong to; nothing before it runs.
    #[must_use]
    pub fn tenant(&self) -> Option<TenantId> {
        self.known.borrow().state.up().map(|up| up.setting.borrow().tenant)
    }

    /// Does one piece of work in a transaction of its own, and has sent what it staged. What is refused is undone. Waits
    /// until the bot runs.
    pub async fn perform<T>(&self, piece: impl AsyncFnOnce(&mut Work<'_>) -> Outcome<T>) -> Outcome<T> {
        let mut known = self.known.subscribe();
        let up = known.wait_for(|known| known.state.up().is_some()).await.map(|known| known.state.up());
        let up = up.ok().flatten().ok_or_else(|| anyhow::anyhow!("the bot is gone"))?;
        let setting = up.setting.borrow().clone();
        let mut batch = Batch::new(self.database.write().await?, setting, self.clock.now());
        let mut work = batch.work();
        let done = piece(&mut work).await?;
        work.keep().await?;
        let (tx, written) = batch.finish().await?;
        tx.commit().await?;
        up.wake.hand(written);
        Ok(done)
    }

    /// Takes a changed configuration over, from the next piece of work on. Returns the names of changed settings that take
    /// effect only at the next start.
    #[expect(clippy::must_use_candidate, reason = "it is called for what it does")]
    pub fn configure(&self, config: Arc<Config>) -> Vec<&'static str> {
        let mut later = Vec::new();
        self.known.send_modify(|known| {
            later = settings_for_later(&known.config.bot, &config.bot);
            if let State::Up(up) = &known.state {
                up.setting.send_modify(|setting| setting.config = Arc::clone(&config));
            }
            self.days_known_until.send_replace(config.school_time().days_known_until());
            known.config = config;
        });
        later
    }

    /// What the sender is doing; changes whenever it comes to rest. Nothing before the bot runs.
    #[must_use]
    pub fn sending(&self) -> Option<watch::Receiver<Standing>> {
        self.known.borrow().state.up().map(|up| up.sending)
    }

    /// When the next scheduled event will be; nothing before the first turn of the timer, and where nothing is scheduled.
    #[must_use]
    pub fn next_due(&self) -> watch::Receiver<Option<Millis>> {
        self.next_due.clone()
    }

    /// The bot runs from now on, under the configuration of this moment.
    pub(super) fn run(&self, up: Up) {
        self.known.send_modify(|known| {
            up.setting.send_modify(|setting| setting.config = Arc::clone(&known.config));
            known.state = State::Up(up);
        });
    }

    /// The bot doesn't run, for this reason.
    pub(super) fn fail(&self, problem: anyhow::Error) {
        self.known.send_modify(|known| known.state = State::Failed(Arc::new(problem)));
    }
}

/// Resolves at a moment at which none of the bots runs or waits for its channel, with each one's reason.
pub(super) async fn all_failed(bots: &[Bot]) -> Vec<Arc<anyhow::Error>> {
    let mut seen: Vec<_> = bots.iter().map(|bot| bot.known.subscribe()).collect();
    loop {
        let problems: Option<Vec<_>> =
            seen.iter_mut().map(|known| known.borrow_and_update().state.problem()).collect();
        if let Some(problems) = problems {
            return problems;
        }
        let changes = seen.iter_mut().map(|known| Box::pin(known.changed()));
        // Only an error of one that is gone could come, and the bots are held as long as this runs.
        let _ = select_all(changes).await;
    }
}

/// The settings of which a change is taken over only at the next start, and which differ.
fn settings_for_later(now: &config::Bot, changed: &config::Bot) -> Vec<&'static str> {
    let differ = [
        ("token", now.token != changed.token),
        ("updates", now.updates != changed.updates),
        ("log", now.log != changed.log),
        ("observe", now.observe != changed.observe),
        ("pace.request_max_seconds", now.pace.request_max != changed.pace.request_max),
    ];
    differ.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}
