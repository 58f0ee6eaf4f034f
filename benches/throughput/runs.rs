//! Purpose: one run: a fresh server, a fresh bot, and what was measured.
//!
//! Invariants: every wait is bounded, and notices at once when the bot is gone. A run in which the bot missed an update,
//! deleted a message that is no advertisement or told somebody a wrong balance is a failure, not a result.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use homeroom::clock::{Clock, real_sleep};
use homeroom::sandbox::{Sandbox, SimConfig};

use crate::meter::Meter;
use crate::peer::Peer;
use crate::process::{Process, Usage};
use crate::school::School;
use crate::workload::{WARM_UP, Workload};

/// For a bot to start and react to what it is warmed up with.
const WARM_UP_MAX: Duration = Duration::from_mins(1);
/// For reactions, after everything is queued.
const REACTIONS_MAX: Duration = Duration::from_mins(3);
/// For what a bot sends beside its reactions.
const REST_MAX: Duration = Duration::from_mins(1);
/// No request for so long: the bot has done everything.
const QUIET: Duration = Duration::from_millis(500);
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Everything that is the same in each run.
pub struct Bench<'a> {
    /// The updates.
    pub workload: &'a Workload,
    /// What homeroom runs with.
    pub school: Option<&'a School>,
}

/// All updates at once.
#[derive(Clone, Copy, Debug)]
pub struct Throughput {
    /// Updates a second until the last reaction.
    pub updates_per_s: f64,
    /// Requests, reactions and others.
    pub requests: u64,
    /// Seconds of processor time for 10,000 updates, with all the requests.
    pub processor_s_per_10k: f64,
    /// The most memory held, in MB of 2^20 bytes.
    pub memory_mb: f64,
}

/// Updates at a steady rate.
#[derive(Clone, Copy, Debug)]
pub struct Latency {
    /// Half of the reactions came sooner.
    pub p50: Duration,
    /// 99 % of the reactions came sooner.
    pub p99: Duration,
    /// All reactions came no later.
    pub max: Duration,
    /// Requests, reactions and others.
    pub requests: u64,
    /// Seconds of processor time for 10,000 updates, with all the requests.
    pub processor_s_per_10k: f64,
    /// The most memory held, in MB of 2^20 bytes.
    pub memory_mb: f64,
}

/// A server and a bot that is warm.
struct Session {
    sandbox: Sandbox,
    meter: Arc<Meter>,
    bot: Process,
    before: Usage,
    requests_before: u64,
}

impl Bench<'_> {
    /// Queues all updates at once and waits for the last reaction.
    pub async fn throughput(&self, peer: Peer) -> anyhow::Result<Throughput> {
        let folder = tempfile::tempdir()?;
        let mut session = self.begin(peer, Duration::ZERO, folder.path()).await?;
        let all = self.workload.len();
        session.meter.queueing(WARM_UP..all);
        session.sandbox.load(self.workload.texts(WARM_UP..all));
        session.finish_reactions(all - WARM_UP).await?;
        let span = session.meter.span();
        let spent = session.finish(all - WARM_UP).await?;
        Ok(Throughput {
            updates_per_s: number(all - WARM_UP) / span.as_secs_f64(),
            requests: spent.requests,
            processor_s_per_10k: spent.processor_s_per_10k,
            memory_mb: spent.memory_mb,
        })
    }

    /// Queues `count` updates, `per_second` of them each second whatever the bot does, while the server answers every
    /// request but getUpdates only after `delay`.
    pub async fn latency(
        &self,
        peer: Peer,
        count: usize,
        per_second: u32,
        delay: Duration,
    ) -> anyhow::Result<Latency> {
        let folder = tempfile::tempdir()?;
        let workload = Workload::new(count);
        let bench = Bench { workload: &workload, school: self.school };
        let mut session = bench.begin(peer, delay, folder.path()).await?;
        let start = Instant::now();
        let mut queued = WARM_UP;
        while queued < workload.len() {
            let due = start.elapsed().as_secs_f64() * f64::from(per_second);
            while queued < workload.len() && number(queued - WARM_UP) <= due {
                session.meter.queueing(queued..queued + 1);
                session.sandbox.load(workload.texts(queued..queued + 1));
                queued += 1;
            }
            session.bot.check()?;
            real_sleep(Duration::from_millis(1)).await;
        }
        session.finish_reactions(count).await?;
        let times = session.meter.reaction_times();
        let spent = session.finish(count).await?;
        let at = |share: usize| times.get((times.len() - 1) * share / 100).copied().unwrap_or_default();
        ensure!(!times.is_empty(), "nothing to react to");
        Ok(Latency {
            p50: at(50),
            p99: at(99),
            max: at(100),
            requests: spent.requests,
            processor_s_per_10k: spent.processor_s_per_10k,
            memory_mb: spent.memory_mb,
        })
    }

    async fn begin(&self, peer: Peer, delay: Duration, folder: &Path) -> anyhow::Result<Session> {
        let meter = Arc::new(Meter::new(self.workload.kinds()));
        let hears = Arc::clone(&meter);
        let config = SimConfig {
            rate_limits: None,
            answer_delay: delay,
            history_limit: 1,
            request_log_limit: 0,
            fast_mode: true,
            load_hook: Some(Arc::new(move |event| hears.hear(event))),
            ..SimConfig::default()
        };
        let sandbox = Sandbox::start(config, Clock::system()).await?;
        sandbox.load(self.workload.texts(0..WARM_UP));
        let mut bot = peer.start(&sandbox, self.school, folder)?;
        let warm = || meter.missing_warm_up() == 0;
        if !wait(&mut bot, WARM_UP_MAX, warm).await? {
            bail!("{} of {WARM_UP} updates for warming up had no reaction", meter.missing_warm_up());
        }
        let quiet = || meter.is_quiet_for(QUIET);
        wait(&mut bot, REST_MAX, quiet).await?;
        let before = bot.usage()?;
        let requests_before = meter.requests();
        Ok(Session { sandbox, meter, bot, before, requests_before })
    }
}

/// What a run cost.
struct Spent {
    requests: u64,
    processor_s_per_10k: f64,
    memory_mb: f64,
}

impl Session {
    async fn finish_reactions(&mut self, updates: usize) -> anyhow::Result<()> {
        let meter = &self.meter;
        if !wait(&mut self.bot, REACTIONS_MAX, || meter.missing() == 0).await? {
            bail!("{} of {updates} updates had no reaction within {REACTIONS_MAX:?}", meter.missing());
        }
        Ok(())
    }

    /// Waits for the bot's other requests, then reads what it used.
    async fn finish(mut self, updates: usize) -> anyhow::Result<Spent> {
        let meter = &self.meter;
        ensure!(wait(&mut self.bot, REST_MAX, || meter.is_quiet_for(QUIET)).await?, "requests don't end");
        let after = self.bot.usage()?;
        ensure!(meter.wrong() == 0, "{} wrong deletions or wrong balances", meter.wrong());
        let requests = meter.requests() - self.requests_before;
        let processor = after.processor.saturating_sub(self.before.processor);
        drop(self.bot);
        self.sandbox.stop().await;
        Ok(Spent {
            requests,
            processor_s_per_10k: processor.as_secs_f64() * 10_000.0 / number(updates),
            memory_mb: f64::from(after.memory_peak_kib) / 1_024.0,
        })
    }
}

/// Waits until `done`; false if that was not within `bound`.
async fn wait(bot: &mut Process, bound: Duration, done: impl Fn() -> bool) -> anyhow::Result<bool> {
    let start = Instant::now();
    while !done() {
        bot.check()?;
        if start.elapsed() > bound {
            return Ok(false);
        }
        real_sleep(LOOK_EVERY).await;
    }
    Ok(true)
}

fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}
