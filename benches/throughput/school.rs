//! Purpose: the school homeroom is measured with: its configuration and a database with groups, people and balances.
//!
//! Invariant: the product's own configuration with four changes: limits of the pace are off, the 200 keywords are one
//! more rule beside the whole starter pack, no lessons are due, and no hours are quiet.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use homeroom::channel::Rights;
use homeroom::clock::{Clock, DAY_MS};
use homeroom::storage::{Arg, Database, Tx};

use crate::workload::{self, BALANCE, GROUPS};

/// Ledger entries of each person, all with the same points.
const ENTRIES: i64 = 3;
const POINTS: i64 = BALANCE / ENTRIES;

const SCHOOL: &str = r#"
time_zone = "Asia/Shanghai"
language = "zh-CN"
[name]
zh-CN = "示范小学"
en = "Demo Primary School"
[quiet_hours]
from = "00:00"
until = "00:00"
"#;

const BOT: &str = r#"
[updates]
mode = "polling"
[pace]
bot_per_second = 1000000.0
chat_per_second = 1000000.0
group_per_minute = 1000000
in_flight_max = 256
"#;

/// A configuration folder and a database that is copied for each run.
pub struct School {
    /// The folder for `--config`.
    pub config: PathBuf,
    database: PathBuf,
}

impl School {
    /// Makes both below `folder`. `bot` is the bot's id, `people` how many have a balance.
    pub async fn prepare(folder: &Path, bot: i64, people: usize) -> anyhow::Result<Self> {
        Self::with(folder, BOT, bot, GROUPS, people).await
    }

    /// The same with the pace as shipped, and with so many groups.
    pub async fn paced(folder: &Path, bot: i64, groups: usize, people: usize) -> anyhow::Result<Self> {
        Self::with(folder, "", bot, groups, people).await
    }

    async fn with(
        folder: &Path,
        settings: &str,
        bot: i64,
        groups: usize,
        people: usize,
    ) -> anyhow::Result<Self> {
        let config = folder.join("config");
        configure(&config, settings).context("writing homeroom's configuration")?;
        let database = folder.join("school.db");
        fill(&database, bot, groups, people).await.context("filling homeroom's database")?;
        Ok(Self { config, database })
    }

    /// A fresh copy of the database, as an address for `DATABASE_URL`.
    pub fn copy(&self, to: &Path) -> anyhow::Result<String> {
        fs::copy(&self.database, to).context("copying homeroom's database")?;
        Ok(format!("sqlite:{}", to.display()))
    }
}

fn configure(to: &Path, settings: &str) -> anyhow::Result<()> {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("bot-config");
    copy_folder(&shipped, to)?;
    fs::write(to.join("school.toml"), SCHOOL)?;
    fs::write(to.join("bot.toml"), settings)?;
    fs::write(to.join("schedules.toml"), "")?;
    let mut rules = fs::read_to_string(to.join("moderation.toml"))?;
    let keywords = workload::keywords();
    write!(
        rules,
        "\n[rule.bench]\nmode = \"enforce\"\naction = \"delete-and-warn\"\nkeywords = {keywords:?}\n"
    )?;
    fs::write(to.join("moderation.toml"), rules)?;
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

async fn fill(path: &Path, bot: i64, groups: usize, people: usize) -> anyhow::Result<()> {
    let database = Database::open(&format!("sqlite:{}", path.display())).await?;
    database.migrate().await?;
    let now = Clock::system().now().0;
    let mut tx = database.write().await?;
    let key = [7_u8; 32];
    let bot = bot.to_string();
    tx.run(
        "INSERT INTO tenants (id, channel, native, button_key, created_at) VALUES (1, 'telegram', $1, $2, $3)",
        &[(&bot).into(), key.as_slice().into(), now.into()],
    )
    .await?;
    insert_groups(&mut tx, now, groups).await?;
    insert_people(&mut tx, now, people).await?;
    insert_points(&mut tx, now, people).await?;
    tx.commit().await?;
    // Folds the write-ahead log into the file, so that copying the file copies everything.
    database.close().await;
    Ok(())
}

async fn insert_groups(tx: &mut Tx, now: i64, groups: usize) -> anyhow::Result<()> {
    let rights = Rights { write: true, delete: true, restrict: true };
    let rights = serde_json::to_string(&rights)?;
    let rows: Vec<(i64, String, String)> = (0..groups)
        .map(|group| (row_id(group), workload::group_id(group).to_string(), workload::group_title(group)))
        .collect();
    let args: Vec<Arg<'_>> = rows
        .iter()
        .flat_map(|(id, native, title)| {
            let what: [Arg<'_>; 4] =
                ["group".into(), "active".into(), "administrator".into(), (&rights).into()];
            let whose = [(*id).into(), 1_i64.into(), native.into(), title.into()];
            whose.into_iter().chain(what).chain([now.into()])
        })
        .collect();
    let head = "INSERT INTO groups (id, tenant, native, title, kind, state, bot_role, bot_rights, created_at) VALUES";
    tx.insert_rows(head, 9, &args, "").await?;
    Ok(())
}

async fn insert_people(tx: &mut Tx, now: i64, people: usize) -> anyhow::Result<()> {
    let rows: Vec<(i64, String, String, i64)> = (0..people)
        .map(|person| {
            let group = row_id(workload::group_of(person));
            (row_id(person), workload::person_id(person).to_string(), workload::person_name(person), group)
        })
        .collect();
    let args: Vec<Arg<'_>> = rows
        .iter()
        .flat_map(|(id, native, name, _)| {
            [(*id).into(), 1_i64.into(), native.into(), name.into(), "zh-CN".into(), now.into()]
        })
        .collect();
    let head = "INSERT INTO people (id, tenant, native, name, language, created_at) VALUES";
    tx.insert_rows(head, 6, &args, "").await?;
    let args: Vec<Arg<'_>> = rows
        .iter()
        .flat_map(|(id, _, _, group)| {
            [1_i64.into(), (*group).into(), (*id).into(), "member".into(), now.into()]
        })
        .collect();
    let head = "INSERT INTO members (tenant, group_id, person, role, since) VALUES";
    tx.insert_rows(head, 5, &args, "").await?;
    Ok(())
}

/// Balances as sums of ledger entries. The entries aren't chained by real hashes: answering `/points` reads none.
async fn insert_points(tx: &mut Tx, now: i64, people: usize) -> anyhow::Result<()> {
    let args: Vec<Arg<'_>> = (0..people)
        .flat_map(|person| {
            let id = row_id(person);
            [1_i64.into(), id.into(), BALANCE.into(), ENTRIES.into(), "-".into()]
        })
        .collect();
    let head = "INSERT INTO accounts (tenant, person, balance, entries, head) VALUES";
    tx.insert_rows(head, 5, &args, "").await?;
    let sources: Vec<String> = (1..=ENTRIES).map(|number| format!("lesson-{number}")).collect();
    let mut args: Vec<Arg<'_>> = Vec::new();
    for person in (0..people).map(row_id) {
        for (number, source) in (1_i64..).zip(&sources) {
            let at = now - (ENTRIES - number + 7) * DAY_MS;
            let who: [Arg<'_>; 4] = [person.into(), number.into(), 1_i64.into(), POINTS.into()];
            let what: [Arg<'_>; 5] =
                ["finish-lesson".into(), "2026-1".into(), "lesson".into(), source.into(), "bot".into()];
            let when: [Arg<'_>; 3] = [at.into(), at.div_euclid(DAY_MS).into(), "-".into()];
            args.extend(who.into_iter().chain(what).chain(when));
        }
    }
    let head = "INSERT INTO ledger (person, number, tenant, delta, rule, rule_set, source_kind, source_id, actor, at,
                    day, hash) VALUES";
    tx.insert_rows(head, 12, &args, "").await?;
    Ok(())
}

/// The number of a group's or person's row.
pub fn row_id(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX - 1) + 1
}
