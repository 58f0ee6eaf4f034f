//! Purpose: how long planning a broadcast takes, how long its longest transaction keeps others from writing, and how much
//! memory it needs, as targets grow.
//!
//! Invariants: the product's own way, as its timer goes it: a broadcast is published and its duties are carried out, on a
//! real SQLite file. Nothing is sent. Each size has a process of its own, because memory is measured at its peak.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow, ensure};
use homeroom::access::ButtonKey;
use homeroom::broadcasts::{self, Draft, Duty};
use homeroom::channel::{Capabilities, Content, Styled};
use homeroom::clock::{Alarm, Millis};
use homeroom::config::Config;
use homeroom::ids::{PersonId, TenantId};
use homeroom::roster;
use homeroom::seen::Seen;
use homeroom::storage::{Arg, Database};
use homeroom::work::{Batch, Setting, Work};
use prometheus_client::metrics::counter::Counter;

use crate::process::{memory_peak, processor};
use crate::school::{School, row_id};
use crate::table::say;

const TARGETS: &str = "HOMEROOM_BENCH_PLAN";
const CONFIG: &str = "HOMEROOM_BENCH_CONFIG";
/// Wednesday, 9 September 2026, 12:00 in Shanghai: a school day without quiet hours.
pub(super) const NOON: Millis = Millis(1_788_926_400_000);

/// Measures the planning of so many targets in a process of its own; returns what it found in words. The processor's time
/// tells what an idle machine would need: SQLite's thread and its caller wait for each other.
pub async fn measure(folder: &Path, bot: i64, targets: usize) -> anyhow::Result<String> {
    let folder = folder.join(format!("plan-{targets}"));
    std::fs::create_dir(&folder)?;
    let school = School::paced(&folder, bot, targets, 1).await?;
    let url = school.copy(&folder.join("homeroom.db"))?;
    let database = Database::open(&url).await?;
    let groups: Vec<i64> = (0..targets).map(row_id).collect();
    let args: Vec<Arg<'_>> = groups
        .iter()
        .flat_map(|group| {
            [1_i64.into(), (*group).into(), row_id(0).into(), "administrator".into(), 0_i64.into()]
        })
        .collect();
    let mut tx = database.write().await?;
    let head = "INSERT INTO members (tenant, group_id, person, role, since) VALUES";
    let tail = "ON CONFLICT (group_id, person) DO UPDATE SET role = excluded.role";
    tx.insert_rows(head, 5, &args, tail).await?;
    tx.commit().await?;
    database.close().await;
    let child = Command::new(std::env::current_exe()?)
        .env(TARGETS, targets.to_string())
        .env(CONFIG, &school.config)
        .env("DATABASE_URL", url)
        .output()
        .context("starting a process that plans")?;
    ensure!(child.status.success(), "planning failed: {}", String::from_utf8_lossy(&child.stderr));
    Ok(String::from_utf8_lossy(&child.stdout).trim_end().to_owned())
}

/// In a child: plans. `None` in the process that measures.
pub fn run_as_child() -> Option<anyhow::Result<()>> {
    let targets: usize = std::env::var(TARGETS).ok()?.parse().ok()?;
    Some(plan(targets))
}

fn plan(targets: usize) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (published, stretches, used) = runtime.block_on(async {
        let database = Database::open(&std::env::var("DATABASE_URL")?).await?;
        let setting = setting(Path::new(&std::env::var(CONFIG)?))?;
        let start = Instant::now();
        publish(&database, &setting).await?;
        let published = start.elapsed();
        let (used_before, mut stretches) = (used()?, Vec::new());
        while let Some(took) = next_stretch(&database, &setting).await? {
            stretches.push(took);
        }
        let used = used()?.saturating_sub(used_before);
        let sql = "SELECT COUNT(*) FROM outbox WHERE state = 'ready'";
        let rows: i64 = database.read().await?.one(sql, &[]).await?.context("no count")?.get(0)?;
        ensure!(usize::try_from(rows)? == targets, "{rows} rows were planned for {targets} targets");
        database.close().await;
        anyhow::Ok((published, stretches, used))
    })?;
    let peak_kib = memory_peak(&std::fs::read_to_string("/proc/self/status")?).unwrap_or_default();
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    let whole: Duration = stretches.iter().sum();
    let longest = stretches.iter().max().copied().unwrap_or_default();
    let each = ms(whole) * 1_000.0 / f64::from(u32::try_from(targets)?);
    say(&format!(
        "  {targets:>7} targets: {:>7.1} ms, {each:.1} us each, in {} transactions, the longest {:.1} ms; processor \
         {:.0} ms; publishing it {:.1} ms; peak memory {:.1} MB",
        ms(whole),
        stretches.len(),
        ms(longest),
        ms(used),
        ms(published),
        f64::from(peak_kib) / 1_024.0
    ))?;
    Ok(())
}

/// Processor time of this process, in steps of 10 ms.
fn used() -> anyhow::Result<Duration> {
    processor(&std::fs::read_to_string("/proc/self/stat")?).context("reading processor time")
}

pub(super) fn setting(config: &Path) -> anyhow::Result<Setting> {
    let config = Config::load(config).map_err(|problems| anyhow!("the configuration: {problems:?}"))?;
    Ok(Setting {
        tenant: TenantId(1),
        config: Arc::new(config),
        capabilities: Capabilities {
            whisper: true,
            buttons: true,
            delete_others: true,
            mute: true,
            quiz_polls: true,
            text_units_max: 4_096,
            alert_units_max: 200,
        },
        button_key: ButtonKey::new(&[7; 32]),
        alarm: Alarm::default(),
        seen: Seen::default(),
        panics: Counter::default(),
    })
}

async fn publish(database: &Database, setting: &Setting) -> anyhow::Result<()> {
    let body = Styled::from("【通知】明天下午三点开家长会，请准时到校，带上笔和本子。".to_owned());
    let draft = Draft { contents: vec![Content::Text { body }], ..Draft::default() };
    transact(database, setting, NOON, async |work| {
        let author = roster::person_by_id(work, PersonId(row_id(0))).await?;
        let author = author.ok_or_else(|| anyhow!("nobody to publish"))?;
        broadcasts::publish(work, &author, draft).await
    })
    .await?;
    Ok(())
}

/// Plans the next stretch; returns how long others could not write meanwhile. None if all is planned.
async fn next_stretch(database: &Database, setting: &Setting) -> anyhow::Result<Option<Duration>> {
    let due = transact(database, setting, NOON, async |work| broadcasts::duties(work).await).await?;
    let Some(duty) = due.into_iter().find(|duty| matches!(duty, Duty::Plan(_))) else { return Ok(None) };
    let start = Instant::now();
    transact(database, setting, NOON, async |work| {
        work.writing().await?;
        broadcasts::carry_out(work, duty).await
    })
    .await?;
    Ok(Some(start.elapsed()))
}

/// One piece of work in a transaction of its own.
pub(super) async fn transact<T>(
    database: &Database,
    setting: &Setting,
    now: Millis,
    piece: impl AsyncFnOnce(&mut Work<'_>) -> homeroom::failure::Outcome<T>,
) -> anyhow::Result<T> {
    let mut batch = Batch::new(database.write().await?, setting.clone(), now);
    let done = batch.attempt(piece).await?.into_result().map_err(anyhow::Error::msg)?;
    let (tx, _) = batch.finish().await?;
    tx.commit().await?;
    Ok(done)
}
