//! Purpose: how fast homeroom is beside a bare bot that keeps nothing.
//!
//! `cargo bench` measures; `cargo bench -- --quick` does so briefly, `cargo bench -- --help` says what can be chosen.
//!
//! The bare bot is teloxide with its own dispatcher; it deletes what the same 200 keywords find, tells the author, and
//! answers `/points` with a fixed text. Homeroom runs its whole rule pack, reads balances, keeps what it did in SQLite, tells authors why, and
//! acknowledges nothing before that is committed. The third row is a client written by hand: what the simulated server can
//! take. An update is reacted to when its first request arrives there: the deletion, or the message with the points.
//!
//! Invariants: the simulated server and its load run here; each bot is a process of its own. Nothing outside this
//! machine is talked to, and everything ends by itself.

mod bare;
mod ceiling;
mod meter;
mod pacing;
mod peer;
mod process;
mod runs;
mod school;
mod table;
mod words;
mod workload;

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use homeroom::sandbox::SimConfig;

use crate::peer::Peer;
use crate::runs::Bench;
use crate::school::School;
use crate::table::{Runs, say};
use crate::workload::{WARM_UP, Workload};

const HELP: &str = "\
cargo bench -- [--quick] [--runs N] [--only NAME]...
cargo bench -- --pacing [--quick]
cargo bench -- --planning

  --pacing     instead: how a broadcast keeps the channel's pace, beside a server that enforces it, and how long it takes to
               plan (2 minutes)
  --planning   instead: only how long it takes to plan (some seconds)

  --quick      5,000 updates and 3 seconds of steady load, to see that it works
  --runs N     runs of each bot, taken in turns; the median counts, and the worst is shown beside it (3)
  --only NAME  only this bot: homeroom, bare or ceiling; can be repeated";

/// Updates a second in the steady runs.
const STEADY_PER_S: u32 = 500;
/// How late the server answers in the last runs.
const SLOW_ANSWER: Duration = Duration::from_millis(50);

/// What is asked for.
struct Options {
    updates: usize,
    runs: usize,
    steady_updates: usize,
    peers: Vec<Peer>,
    instead: Option<Instead>,
}

/// What is measured instead of updates.
enum Instead {
    Pacing,
    Planning,
}

fn main() -> anyhow::Result<()> {
    if let Some(ended) =
        peer::run_as_child().or_else(pacing::planning::run_as_child).or_else(pacing::lessons::run_as_child)
    {
        return ended;
    }
    let Some(options) = options(std::env::args().skip(1))? else { return Ok(say(HELP)?) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match options.instead {
        None => runtime.block_on(measure(&options)),
        Some(Instead::Pacing) => runtime.block_on(pacing::measure(options.runs == 1)),
        Some(Instead::Planning) => runtime.block_on(pacing::measure_planning()),
    }
}

/// Reads the arguments; none if nothing is to be measured. `cargo bench` adds `--bench`; without it this is a test run,
/// which measures nothing.
fn options(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Option<Options>> {
    let mut options =
        Options { updates: 50_000, runs: 3, steady_updates: 5_000, peers: Peer::ALL.to_vec(), instead: None };
    let (mut only, mut asked) = (Vec::new(), false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => asked = true,
            "--quick" => {
                options.updates = 5_000;
                options.runs = 1;
                options.steady_updates = 1_500;
            }
            "--runs" => {
                let count = arguments.next().context("--runs needs a number")?;
                options.runs =
                    count.parse().ok().filter(|runs| *runs > 0).context("--runs needs a number")?;
            }
            "--only" => {
                let name = arguments.next().context("--only needs a name")?;
                only.push(Peer::of_name(&name).with_context(|| format!("no bot is called {name}"))?);
            }
            "--pacing" => options.instead = Some(Instead::Pacing),
            "--planning" => options.instead = Some(Instead::Planning),
            "--help" => return Ok(None),
            other => bail!("unknown argument {other}\n{HELP}"),
        }
    }
    if !only.is_empty() {
        options.peers.retain(|peer| only.contains(peer));
    }
    Ok(asked.then_some(options))
}

async fn measure(options: &Options) -> anyhow::Result<()> {
    let workload = Workload::new(options.updates);
    introduce(options)?;
    let folder = tempfile::tempdir()?;
    let people = options.updates.max(options.steady_updates) + WARM_UP;
    let mut school = None;
    if options.peers.contains(&Peer::Homeroom) {
        match School::prepare(folder.path(), SimConfig::default().bot_id(), people).await {
            Ok(prepared) => school = Some(prepared),
            Err(problem) => say(&format!("homeroom's school: {problem:#}"))?,
        }
    }
    let bench = Bench { workload: &workload, school: school.as_ref() };

    let all_at_once = in_turns(&options.peers, options.runs, async |peer| bench.throughput(peer).await).await;
    table::throughput(&all_at_once)?;
    say(&format!("\n{STEADY_PER_S} updates/s, from being queued to the arrival of the reaction"))?;
    let (count, rate) = (options.steady_updates, STEADY_PER_S);
    let steady = in_turns(&options.peers, options.runs, async |peer| {
        bench.latency(peer, count, rate, Duration::ZERO).await
    })
    .await;
    table::latency(&steady)?;
    say(&format!("\nThe same while every request is answered only after {} ms", SLOW_ANSWER.as_millis()))?;
    let slow = in_turns(&options.peers, options.runs, async |peer| {
        bench.latency(peer, count, rate, SLOW_ANSWER).await
    })
    .await;
    table::latency(&slow)?;
    let failed = failures(&all_at_once) + failures(&steady) + failures(&slow);
    ensure!(failed == 0, "{failed} measurements failed");
    Ok(())
}

fn introduce(options: &Options) -> anyhow::Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown");
    say(&format!(
        "{} updates, 70 % plain, 15 % advertisements, 15 % /points; {} groups; {cores} cores, load before: {load}",
        options.updates,
        workload::GROUPS
    ))?;
    Ok(())
}

/// Runs A, B, A, B … so that a change of the machine's mood meets all alike. A bot that failed isn't run again.
async fn in_turns<T>(peers: &[Peer], runs: usize, run: impl AsyncFn(Peer) -> anyhow::Result<T>) -> Runs<T> {
    let mut results: Runs<T> = peers.iter().map(|peer| (*peer, Ok(Vec::new()))).collect();
    for _ in 0..runs {
        for (peer, result) in &mut results {
            let Ok(runs) = result else { continue };
            match run(*peer).await {
                Ok(done) => runs.push(done),
                Err(problem) => *result = Err(problem),
            }
        }
    }
    results
}

fn failures<T>(results: &Runs<T>) -> usize {
    results.iter().filter(|(_, runs)| runs.is_err()).count()
}
