//! Purpose: the results as tables that people read.
//!
//! Invariant: a bot that could not be measured has a row that says why.

use std::io::Write as _;
use std::time::Duration;

use crate::peer::Peer;
use crate::runs::{Latency, Throughput};

/// Prints a line.
pub fn say(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")
}

/// The runs of one bot, or why there are none.
pub type Runs<T> = Vec<(Peer, anyhow::Result<Vec<T>>)>;

/// Prints what all updates at once gave.
pub fn throughput(results: &Runs<Throughput>) -> std::io::Result<()> {
    say("")?;
    say(&format!(
        "{:<10}{:>11}{:>10}{:>11}{:>11}{:>10}   {}",
        "", "updates/s", "of bare", "requests", "CPU s/10k", "peak MB", "updates/s of each run"
    ))?;
    let bare = results
        .iter()
        .find(|(peer, _)| *peer == Peer::Bare)
        .and_then(|(_, runs)| Some(median(runs.as_ref().ok()?, |run| run.updates_per_s)));
    for (peer, runs) in results {
        match runs {
            Ok(runs) => {
                let speed = median(runs, |run| run.updates_per_s);
                let ratio = bare.map_or_else(String::new, |bare| format!("{:.2} x", speed / bare));
                let requests = runs.last().map_or(0, |run| run.requests);
                let cost = median(runs, |run| run.processor_s_per_10k);
                let memory = runs.iter().map(|run| run.memory_mb).fold(0.0, f64::max);
                let each: Vec<String> = runs.iter().map(|run| format!("{:.0}", run.updates_per_s)).collect();
                say(&format!(
                    "{peer:<10}{speed:>11.0}{ratio:>10}{requests:>11}{cost:>11.3}{memory:>10.1}   {}",
                    each.join(" ")
                ))?;
            }
            Err(problem) => say(&format!("{peer:<10}not measured: {problem:#}"))?,
        }
    }
    Ok(())
}

/// Prints what updates at a steady rate gave. Times in milliseconds, medians of the runs; of the 99th percentile the worst run's too.
pub fn latency(results: &Runs<Latency>) -> std::io::Result<()> {
    say("")?;
    say(&format!(
        "{:<10}{:>11}{:>10}{:>11}{:>11}{:>11}{:>11}{:>10}",
        "", "p50 ms", "p99 ms", "worst p99", "max ms", "requests", "CPU s/10k", "peak MB"
    ))?;
    for (peer, runs) in results {
        match runs {
            Ok(runs) => {
                let worst = |of: fn(&Latency) -> f64| runs.iter().map(of).fold(0.0, f64::max);
                say(&format!(
                    "{peer:<10}{:>11.2}{:>10.2}{:>11.2}{:>11.2}{:>11}{:>11.3}{:>10.1}",
                    median(runs, |run| milliseconds(run.p50)),
                    median(runs, |run| milliseconds(run.p99)),
                    worst(|run| milliseconds(run.p99)),
                    worst(|run| milliseconds(run.max)),
                    runs.last().map_or(0, |run| run.requests),
                    median(runs, |run| run.processor_s_per_10k),
                    worst(|run| run.memory_mb)
                ))?;
            }
            Err(problem) => say(&format!("{peer:<10}not measured: {problem:#}"))?,
        }
    }
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The middle value; of two, the larger.
fn median<T>(runs: &[T], of: impl Fn(&T) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
