//! Purpose: how a broadcast keeps the channel's pace: how long it takes, whether the server ever had to say "wait", and how
//! long answers to parents take meanwhile.
//!
//! Invariants: the server enforces strict sliding windows of 30 messages a second a bot, 1 a second a chat and 20 a minute a
//! group, in real time, and answers after 50 ms. homeroom runs with the pace it is shipped with. The runs go side by side,
//! each with a server and a process of its own: none of them keeps a core busy.

mod arrivals;
pub mod lessons;
mod plan;
pub mod planning;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use homeroom::clock::{Clock, real_sleep};
use homeroom::sandbox::{RateLimits, Sandbox, SimConfig, World};
use homeroom::storage::Database;

use self::arrivals::Arrivals;
use self::plan::Audience;
use crate::meter::Meter;
use crate::process::Process;
use crate::school::School;
use crate::table::say;
use crate::workload::{WARM_UP, Workload};

/// How late the server answers.
const ANSWER_DELAY: Duration = Duration::from_millis(50);
/// Updates a second while parents ask: of a hundred, 15 ask for points and 15 are advertisements.
const UPDATES_PER_S: f64 = 15.0;
/// No run takes longer.
const RUN_MAX: Duration = Duration::from_mins(5);
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// Groups of the large broadcast.
const GROUPS: usize = 3_000;
/// Messages that wait while answers are timed: at 30 a second nearly an hour's worth.
const BACKLOG: usize = 100_000;

/// Measures everything and prints it. `quick` takes a tenth of the groups.
pub async fn measure(quick: bool) -> anyhow::Result<()> {
    let groups = if quick { GROUPS / 10 } else { GROUPS };
    let folder = tempfile::tempdir()?;
    let workload = Workload::new(groups);
    let bot = SimConfig::default().bot_id();
    let school = School::paced(folder.path(), bot, GROUPS, workload.len()).await?;
    let bench = Bench { school: &school, workload: &workload };
    say(&format!(
        "The server allows {:?} and answers after {} ms; real time",
        RateLimits::default(),
        ANSWER_DELAY.as_millis()
    ))?;
    let waiting = if quick { BACKLOG / 10 } else { BACKLOG };
    let (all, hot, asked, behind) = tokio::join!(
        bench.run(Audience::Groups(groups), false),
        bench.run(Audience::HotChat, false),
        bench.run(Audience::Groups(groups), true),
        bench.run(Audience::Backlog(waiting), true),
    );
    say(&format!("\n{groups} messages to {groups} groups"))?;
    all?.print()?;
    say("\n40 messages to one group queued ahead of 600 to others")?;
    hot?.print()?;
    say(&format!("\n{groups} messages to {groups} groups while parents ask and advertise"))?;
    asked?.print()?;
    say(&format!("\nThe first of {waiting} messages that wait, while parents ask and advertise"))?;
    behind?.print()?;
    measure_planning().await
}

/// Measures how long a broadcast keeps others from writing while it is planned, changed and taken back, and a lesson while it is
/// planned, and prints it.
pub async fn measure_planning() -> anyhow::Result<()> {
    let (folder, bot) = (tempfile::tempdir()?, SimConfig::default().bot_id());
    say("\nPlanning a broadcast, one message to each target")?;
    for targets in [1_000, 10_000, 100_000] {
        say(&planning::measure(folder.path(), bot, targets).await?)?;
    }
    say("\nPlanning lessons, a card and its questions for each group")?;
    for groups in [1_000, 10_000] {
        say(&lessons::measure(folder.path(), bot, groups).await?)?;
    }
    Ok(())
}

struct Bench<'a> {
    school: &'a School,
    workload: &'a Workload,
}

/// What a run showed.
struct Run {
    sent: usize,
    /// From the first message's arrival to the last one's.
    took: Duration,
    /// Of the 40 to one group, from the first arrival of all.
    hot: Option<Duration>,
    /// Messages in all, answers and notices included.
    messages: usize,
    waits: u64,
    impatient: u64,
    memory_mb: f64,
    processor_s: f64,
    reactions: Vec<Duration>,
}

impl Run {
    fn print(&self) -> std::io::Result<()> {
        let Self { sent, messages, waits, impatient, memory_mb, processor_s, .. } = self;
        let seconds = self.took.as_secs_f64();
        let per_s = f64::from(u32::try_from(messages - 1).unwrap_or(0)) / seconds;
        say(&format!(
            "  {sent} sent in {seconds:.2} s, {messages} messages in all, {per_s:.2}/s, {:.1} % of 30/s",
            per_s / 0.3
        ))?;
        if let Some(hot) = self.hot {
            say(&format!("  the one group had all of its own after {:.2} s", hot.as_secs_f64()))?;
        }
        say(&format!("  429 answers: {waits}; requests before a wait was over: {impatient}"))?;
        say(&format!("  peak memory {memory_mb:.1} MB, processor {processor_s:.2} s"))?;
        if let Some(last) = self.reactions.len().checked_sub(1) {
            let at = |share: usize| self.reactions[last * share / 100].as_secs_f64() * 1_000.0;
            let count = self.reactions.len();
            let [p50, p90, p99, most] = [at(50), at(90), at(99), at(100)];
            say(&format!(
                "  {count} answers and deletions, ms after being queued: p50 {p50:.1}, p90 {p90:.1}, p99 {p99:.1}, max {most:.1}"
            ))?;
        }
        Ok(())
    }
}

impl Bench<'_> {
    async fn run(&self, audience: Audience, asked: bool) -> anyhow::Result<Run> {
        let folder = tempfile::tempdir()?;
        let meter = Arc::new(Meter::new(self.workload.kinds()));
        let arrivals = Arc::new(Arrivals::default());
        let hears = (Arc::clone(&meter), Arc::clone(&arrivals));
        let config = SimConfig {
            answer_delay: ANSWER_DELAY,
            history_limit: 1,
            request_log_limit: 0,
            fast_mode: true,
            load_hook: Some(Arc::new(move |event| {
                hears.0.hear(event);
                hears.1.hear(event);
            })),
            ..SimConfig::default()
        };
        let sandbox = Sandbox::start(config, Clock::system()).await?;
        let url = self.school.copy(&folder.path().join("homeroom.db"))?;
        let mut bot = start(self.school, &sandbox, &url, folder.path())?;
        if asked {
            sandbox.load(self.workload.texts(0..WARM_UP));
            wait(&mut bot, || meter.missing_warm_up() == 0).await.context("warming up")?;
        }
        wait(&mut bot, || meter.is_quiet_for(Duration::from_millis(1_500)) && arrivals.others() > 0).await?;
        arrivals.clear();
        let database = Database::open(&url).await?;
        plan::write(&database, audience, audience.len()).await?;
        wait(&mut bot, || arrivals.announced() > 0).await.context("waiting for the first message")?;
        let queued =
            self.ask_until(&mut bot, &sandbox, &meter, &arrivals, (audience.awaited(), asked)).await?;
        let usage = bot.usage()?;
        let took = arrivals.span();
        if asked {
            let answered = || meter.reaction_times().len() >= queued;
            wait(&mut bot, answered).await.context("waiting for the last answers")?;
        }
        ensure!(meter.wrong() == 0, "{} wrong deletions or balances", meter.wrong());
        let (waits, impatient) =
            sandbox.read(|world: &World| (world.flood_answers(), world.impatient_calls()));
        database.close().await;
        drop(bot);
        sandbox.stop().await;
        Ok(Run {
            sent: arrivals.announced(),
            took,
            hot: arrivals.hot(),
            messages: arrivals.within_span(),
            waits,
            impatient,
            memory_mb: f64::from(usage.memory_peak_kib) / 1_024.0,
            processor_s: usage.processor.as_secs_f64(),
            reactions: if asked { meter.reaction_times() } else { Vec::new() },
        })
    }

    /// Waits until `count` announcements have arrived; meanwhile, if `asked`, parents write. Returns how many reactions
    /// that asks for.
    async fn ask_until(
        &self,
        bot: &mut Process,
        sandbox: &Sandbox,
        meter: &Meter,
        arrivals: &Arrivals,
        (count, asked): (usize, bool),
    ) -> anyhow::Result<usize> {
        let start = Instant::now();
        let mut queued = WARM_UP;
        while arrivals.announced() < count {
            bot.check()?;
            ensure!(start.elapsed() < RUN_MAX, "{} of {count} messages arrived", arrivals.announced());
            let due = start.elapsed().as_secs_f64() * UPDATES_PER_S;
            let behind = |queued: usize| f64::from(u32::try_from(queued - WARM_UP).unwrap_or(0)) < due;
            while asked && queued < self.workload.len() && behind(queued) {
                meter.queueing(queued..queued + 1);
                sandbox.load(self.workload.texts(queued..queued + 1));
                queued += 1;
            }
            real_sleep(LOOK_EVERY).await;
        }
        let plain = crate::workload::Kind::Plain;
        Ok(self.workload.kinds()[WARM_UP..queued].iter().filter(|kind| **kind != plain).count())
    }
}

fn start(school: &School, sandbox: &Sandbox, url: &str, folder: &Path) -> anyhow::Result<Process> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeroom"));
    command.arg("run").arg("--config").arg(&school.config);
    command.env("DATABASE_URL", url);
    command.env("TELOXIDE_TOKEN", sandbox.token()).env("TELOXIDE_API_URL", sandbox.url());
    Process::start(command, &folder.join("homeroom.log"))
}

async fn wait(bot: &mut Process, done: impl Fn() -> bool) -> anyhow::Result<()> {
    let start = Instant::now();
    while !done() {
        bot.check()?;
        ensure!(start.elapsed() < RUN_MAX, "it took longer than {RUN_MAX:?}");
        real_sleep(LOOK_EVERY).await;
    }
    Ok(())
}
