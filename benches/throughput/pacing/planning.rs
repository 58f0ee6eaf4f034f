//! Purpose: how long planning a broadcast takes, and changing it and taking it back, how long the longest transaction keeps
//! others from writing, and how much memory it needs, as targets grow.
//!
//! Invariants: the product's own way, as its timer goes it: a broadcast is published and its duties are carried out, on a
//! real SQLite file. Nothing is sent; before a change and a recall everything counts as sent. Each size has a process of its own, because memory is measured at its peak.

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
use homeroom::failure::Outcome;
use homeroom::i18n::Text;
use homeroom::ids::{BroadcastId, PersonId, TenantId};
use homeroom::roster::{self, Person};
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
    let (published, stretches, used, put_right) = runtime.block_on(async {
        let database = Database::open(&std::env::var("DATABASE_URL")?).await?;
        let setting = setting(Path::new(&std::env::var(CONFIG)?))?;
        let start = Instant::now();
        let broadcast = publish(&database, &setting).await?;
        let published = start.elapsed();
        let (stretches, used) = stretches(&database, &setting).await?;
        let sql = "SELECT COUNT(*) FROM outbox WHERE state = 'ready'";
        let rows: i64 = database.read().await?.one(sql, &[]).await?.context("no count")?.get(0)?;
        ensure!(usize::try_from(rows)? == targets, "{rows} rows were planned for {targets} targets");
        let edited = put_right(&database, &setting, targets, "changed", async |work, author| {
            broadcasts::edit(work, author, broadcast, words("【通知】家长会改到后天下午三点。")).await
        });
        let edited = edited.await?;
        let recalled = put_right(&database, &setting, targets, "taken back", async |work, author| {
            broadcasts::recall(work, author, broadcast).await
        });
        let recalled = recalled.await?;
        database.close().await;
        anyhow::Ok((published, stretches, used, [edited, recalled]))
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
    for line in put_right {
        say(&line)?;
    }
    Ok(())
}

/// Carries out every stretch that is due; returns how long others could not write meanwhile, each time, and the processor's time.
async fn stretches(database: &Database, setting: &Setting) -> anyhow::Result<(Vec<Duration>, Duration)> {
    let (used_before, mut stretches) = (used()?, Vec::new());
    while let Some(took) = next_stretch(database, setting).await? {
        stretches.push(took);
    }
    Ok((stretches, used()?.saturating_sub(used_before)))
}

/// Lets everything count as sent, and measures what somebody decides then: the press and the stretches after it.
async fn put_right(
    database: &Database,
    setting: &Setting,
    targets: usize,
    how: &str,
    decide: impl AsyncFnOnce(&mut Work<'_>, &Person) -> Outcome<Text>,
) -> anyhow::Result<String> {
    let mut tx = database.write().await?;
    for sql in [
        "UPDATE broadcast_posts SET state = 'sent', amend = NULL, messages = '[\"' || id || '\"]'",
        "UPDATE outbox SET state = 'sent', ended_at = 0",
        "UPDATE broadcast_runs SET state = 'sent' WHERE state = 'sending'",
        "UPDATE broadcasts SET state = 'sent' WHERE state = 'sending'",
    ] {
        tx.run(sql, &[]).await?;
    }
    tx.commit().await?;
    let (start, used_before) = (Instant::now(), used()?);
    transact(database, setting, NOON, async |work| {
        let author = author(work).await?;
        decide(work, &author).await
    })
    .await?;
    let press = start.elapsed();
    let (stretches, _) = stretches(database, setting).await?;
    let used = used()?.saturating_sub(used_before);
    let sql = "SELECT COUNT(*) FROM outbox WHERE state = 'ready'";
    let rows: i64 = database.read().await?.one(sql, &[]).await?.context("no count")?.get(0)?;
    ensure!(usize::try_from(rows)? == targets, "{rows} requests for {targets} posts that are {how}");
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    let whole: Duration = press + stretches.iter().sum::<Duration>();
    Ok(format!(
        "          {how}: {:>7.1} ms, in {} transactions, the longest {:.1} ms, the press {:.1} ms; processor {:.0} ms",
        ms(whole),
        stretches.len() + 1,
        ms(stretches.iter().max().copied().unwrap_or_default().max(press)),
        ms(press),
        ms(used)
    ))
}

fn words(words: &str) -> Vec<Content> {
    vec![Content::Text { body: Styled::from(words.to_owned()) }]
}

async fn author(work: &mut Work<'_>) -> Outcome<Person> {
    let author = roster::person_by_id(work, PersonId(row_id(0))).await?;
    Ok(author.ok_or_else(|| anyhow!("nobody to publish"))?)
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

async fn publish(database: &Database, setting: &Setting) -> anyhow::Result<BroadcastId> {
    let contents = words("【通知】明天下午三点开家长会，请准时到校，带上笔和本子。");
    let draft = Draft { contents, ..Draft::default() };
    let published = transact(database, setting, NOON, async |work| {
        let author = author(work).await?;
        broadcasts::publish(work, &author, draft).await
    });
    Ok(published.await?.broadcast)
}

/// Carries out the next stretch; returns how long others could not write meanwhile. None if nothing is left.
async fn next_stretch(database: &Database, setting: &Setting) -> anyhow::Result<Option<Duration>> {
    let due = transact(database, setting, NOON, async |work| broadcasts::duties(work).await).await?;
    let Some(duty) = due.into_iter().find(|duty| matches!(duty, Duty::Plan(_) | Duty::Change(_))) else {
        return Ok(None);
    };
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
    piece: impl AsyncFnOnce(&mut Work<'_>) -> Outcome<T>,
) -> anyhow::Result<T> {
    let mut batch = Batch::new(database.write().await?, setting.clone(), now);
    let done = batch.attempt(piece).await?.into_result().map_err(anyhow::Error::msg)?;
    let (tx, _) = batch.finish().await?;
    tx.commit().await?;
    Ok(done)
}
