//! Purpose: the only place that wires the parts together: bots, each with its school, on one database.
//!
//! Invariants: stopping is orderly: no new updates are taken, what was taken is committed and acknowledged, requests on
//! their way are finished and recorded, and only then is the database closed. Whatever is cut off all the same is found
//! at the next start. Bots share the database and the console and nothing else: each has its own channel, pace, sender,
//! timer and intake, so that none waits for another's channel.

mod bot;
mod life;
mod parts;
mod posting;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, watch};
use tracing::Span;

use crate::channel::telegram::Token;
use crate::clock::{Clock, Millis, timeout};
use crate::config::Config;
use crate::console::{self, Health, Watched};
use crate::random::Random;
use crate::serving;
use crate::storage::Database;

pub use bot::Bot;

use life::{Ground, Life};
use parts::Parts;

/// A stop takes no longer than this: the sender's ten seconds for requests on their way, and a margin.
const STOP_MAX: Duration = Duration::from_secs(20);

/// What a run needs.
#[derive(Debug)]
pub struct Run {
    /// The bots, at least one; no two of them may be the same account.
    pub bots: Vec<Account>,
    /// Where data of all of them is kept.
    pub database: Database,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
}

/// A bot's account and its school.
#[derive(Debug)]
pub struct Account {
    /// What the school is called in the log, in metrics and in readiness where there are several; unique among them.
    pub name: String,
    /// The configuration, already checked.
    pub config: Arc<Config>,
    /// The bot's token.
    pub token: Token,
    /// The Bot API server, without a trailing slash.
    pub api_url: String,
    /// Is told when the next scheduled event will be.
    pub next_due: watch::Sender<Option<Millis>>,
}

/// Bots that run, or try to. See [`Running::stop`]; dropped, it is as if the process had been killed.
#[derive(Debug)]
pub struct Running {
    database: Database,
    stop: watch::Sender<bool>,
    bots: Vec<Bot>,
    parts: Mutex<Parts>,
    ended: watch::Receiver<Option<&'static str>>,
}

/// A part of the program ended by itself; the log says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part of the program ended unexpectedly: {0}")]
pub struct PartEnded(pub &'static str);

/// Brings the database up to date, serves health, and begins to start every bot; [`Bot::ready`] tells when one runs.
///
/// A bot whose channel can't be reached tries again until it can. One that can't be started for another reason, or one
/// of whose parts ends by itself, keeps no other from its work: it is started again after a pause. Where no bot is left
/// that runs or waits for its channel, [`Running::failed`] says why; so an only bot isn't started again.
///
/// # Errors
/// When the database is newer than the program, or health can't be served at its address.
pub async fn start(run: Run) -> anyhow::Result<Running> {
    let Run { bots, database, clock, random } = run;
    database.migrate().await?;
    let (stop, stop_seen) = watch::channel(false);
    let mut parts = Parts::new(stop_seen.clone());
    let ended = parts.ended();
    let observed = bots.iter().find_map(|account| account.config.bot.observe);
    let is_alone = bots.len() == 1;
    let ground = Ground { database: database.clone(), clock: clock.clone(), random, stop: stop_seen.clone() };
    let lives: Vec<Life> =
        bots.into_iter().map(|account| Life::new(account, ground.clone(), is_alone)).collect();
    if let Some(at) = observed {
        let (listener, bound) = serving::listen(at).await?;
        tracing::info!(%bound, "health and metrics are served");
        let watched: Vec<Watched> = lives.iter().map(Life::watched).collect();
        let health =
            Health { database: database.clone(), clock, bots: watched.into(), looking: Arc::default() };
        parts.spawn("console", console::serve(listener, health, stop_seen));
    }
    let bots = lives.iter().map(Life::bot).collect();
    for life in lives {
        // An only school needs no name in the log. The others' stands there whatever is logged.
        let span = if is_alone { Span::none() } else { tracing::error_span!("bot", school = life.name()) };
        span.in_scope(|| parts.spawn("bot", life.keep()));
    }
    Ok(Running { database, stop, bots, parts: Mutex::new(parts), ended })
}

impl Running {
    /// The bots, in the order they were given in.
    #[must_use]
    pub fn bots(&self) -> &[Bot] {
        &self.bots
    }

    /// Resolves when there is nothing left to wait for, with the reasons: no bot runs or waits for its channel, or a part
    /// that all need has ended by itself. Never without one.
    pub async fn failed(&self) -> Vec<Arc<anyhow::Error>> {
        let mut ended = self.ended.clone();
        let part = async {
            match ended.wait_for(Option::is_some).await.map(|part| part.unwrap_or_default()) {
                Ok(part) => vec![Arc::new(PartEnded(part).into())],
                // The parts are held as long as this is: nobody is left to tell only once they are gone.
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            problems = bot::all_failed(&self.bots) => problems,
            problems = part => problems,
        }
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
