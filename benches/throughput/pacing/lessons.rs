//! Purpose: how long planning a lesson takes and how long its longest transaction keeps others from writing, as groups grow and
//! as the term goes on.
//!
//! Invariants: the product's own way, as its timer goes it: a schedule is carried out until nothing of it is due, on a real
//! SQLite file. Nothing is sent. Each size has a process of its own, as for broadcasts.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use homeroom::clock::{DAY_MS, Millis};
use homeroom::lessons;
use homeroom::lessons::schedule::{CatchUp, Schedule};
use homeroom::storage::Database;
use homeroom::timetable::{DayRule, Timing};
use homeroom::work::Setting;

use super::planning::{NOON, setting, transact};
use crate::school::School;
use crate::table::say;

const GROUPS: &str = "HOMEROOM_BENCH_LESSONS";
const CONFIG: &str = "HOMEROOM_BENCH_CONFIG";
/// Runs of the schedule, one a day. The shipped course has as many lessons and more.
const RUNS: i64 = 10;

/// Measures the planning of lessons for so many groups in a process of its own; returns what it found in words.
pub async fn measure(folder: &Path, bot: i64, groups: usize) -> anyhow::Result<String> {
    let folder = folder.join(format!("lessons-{groups}"));
    std::fs::create_dir(&folder)?;
    let school = School::paced(&folder, bot, groups, 1).await?;
    let child = Command::new(std::env::current_exe()?)
        .env(GROUPS, groups.to_string())
        .env(CONFIG, &school.config)
        .env("DATABASE_URL", school.copy(&folder.join("homeroom.db"))?)
        .output()
        .context("starting a process that plans lessons")?;
    ensure!(child.status.success(), "planning failed: {}", String::from_utf8_lossy(&child.stderr));
    Ok(String::from_utf8_lossy(&child.stdout).trim_end().to_owned())
}

/// In a child: plans. `None` in the process that measures.
pub fn run_as_child() -> Option<anyhow::Result<()>> {
    let groups: usize = std::env::var(GROUPS).ok()?.parse().ok()?;
    Some(plan(groups))
}

fn plan(groups: usize) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let runs = runtime.block_on(async {
        let database = Database::open(&std::env::var("DATABASE_URL")?).await?;
        let setting = setting(Path::new(&std::env::var(CONFIG)?))?;
        let daily = daily()?;
        // The schedule is met before its first run.
        stretches(&database, &setting, &daily, NOON.plus_ms(-1)).await?;
        let mut runs = Vec::new();
        for day in 0..RUNS {
            runs.push(stretches(&database, &setting, &daily, NOON.plus_ms(day * DAY_MS)).await?);
        }
        let sql = "SELECT COUNT(*) FROM pushes";
        let rows: i64 = database.read().await?.one(sql, &[]).await?.context("no count")?.get(0)?;
        let wanted = i64::try_from(groups)? * RUNS;
        ensure!(rows == wanted, "{rows} lessons were planned instead of {wanted}");
        database.close().await;
        anyhow::Ok(runs)
    })?;
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    for (name, run) in [("first", runs.first()), ("last", runs.last())] {
        let run = run.context("no run")?;
        let whole: Duration = run.iter().sum();
        let longest = run.iter().max().copied().unwrap_or_default();
        say(&format!(
            "  {groups:>7} groups, the {name} of {RUNS} lessons: {:>7.1} ms in {} transactions, the longest {:.1} ms",
            ms(whole),
            run.len(),
            ms(longest)
        ))?;
    }
    Ok(())
}

/// Every day at noon, all lessons there are in their order.
fn daily() -> anyhow::Result<Schedule> {
    let timing = Timing::parse("0 12 * * *").map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
    Ok(Schedule {
        name: "daily".to_owned(),
        timing,
        school_days: DayRule::Always,
        stage: None,
        lessons: Vec::new(),
        groups: Vec::new(),
        term: None,
        catch_up: CatchUp::None,
        late_max: Duration::from_hours(3),
        quiz_open: Duration::from_hours(24),
    })
}

/// Carries a schedule out until nothing of it is due; returns how long others could not write, each time.
async fn stretches(
    database: &Database,
    setting: &Setting,
    schedule: &Schedule,
    now: Millis,
) -> anyhow::Result<Vec<Duration>> {
    let mut took = Vec::new();
    loop {
        let start = Instant::now();
        let next = transact(database, setting, now, async |work| {
            work.writing().await?;
            lessons::run_due(work, schedule).await
        })
        .await?;
        took.push(start.elapsed());
        if next.is_none_or(|next| next > now) {
            return Ok(took);
        }
    }
}
