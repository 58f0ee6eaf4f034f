//! Purpose: the schema's versions, for both databases.
//!
//! Invariants: migrations only go forward; a released file is never changed (its checksum is compared). All that are due
//! run in one transaction that excludes every writer, so that processes that start at the same time do it once, and one
//! that is killed leaves nothing half done.

use std::borrow::Cow;
use std::time::Duration;

use sqlx::Transaction;
use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};

use crate::clock::timeout;

use super::{Database, Error, POSTGRES_WRITER, Result, Tx};

/// A migration: version, what it is for, SQL for SQLite, SQL for PostgreSQL.
type Step = (i64, &'static str, &'static str, &'static str);

const STEPS: &[Step] = &[
    (
        1,
        "foundation",
        include_str!("../../migrations/sqlite/0001_foundation.sql"),
        include_str!("../../migrations/postgres/0001_foundation.sql"),
    ),
    (
        2,
        "broadcasts",
        include_str!("../../migrations/sqlite/0002_broadcasts.sql"),
        include_str!("../../migrations/postgres/0002_broadcasts.sql"),
    ),
    (
        3,
        "dialogues",
        include_str!("../../migrations/sqlite/0003_dialogues.sql"),
        include_str!("../../migrations/postgres/0003_dialogues.sql"),
    ),
    (
        5,
        "stages",
        include_str!("../../migrations/sqlite/0005_stages.sql"),
        include_str!("../../migrations/postgres/0005_stages.sql"),
    ),
    (
        6,
        "burden",
        include_str!("../../migrations/sqlite/0006_burden.sql"),
        include_str!("../../migrations/postgres/0006_burden.sql"),
    ),
    (
        7,
        "topics",
        include_str!("../../migrations/sqlite/0007_topics.sql"),
        include_str!("../../migrations/postgres/0007_topics.sql"),
    ),
    (
        8,
        "shares",
        include_str!("../../migrations/sqlite/0008_shares.sql"),
        include_str!("../../migrations/postgres/0008_shares.sql"),
    ),
    (
        10,
        "late",
        include_str!("../../migrations/sqlite/0010_late.sql"),
        include_str!("../../migrations/postgres/0010_late.sql"),
    ),
    (
        11,
        "wordings",
        include_str!("../../migrations/sqlite/0011_wordings.sql"),
        include_str!("../../migrations/postgres/0011_wordings.sql"),
    ),
    (
        12,
        "evidence",
        include_str!("../../migrations/sqlite/0012_evidence.sql"),
        include_str!("../../migrations/postgres/0012_evidence.sql"),
    ),
    (
        14,
        "changes",
        include_str!("../../migrations/sqlite/0014_changes.sql"),
        include_str!("../../migrations/postgres/0014_changes.sql"),
    ),
    (
        15,
        "lessons",
        include_str!("../../migrations/sqlite/0015_lessons.sql"),
        include_str!("../../migrations/postgres/0015_lessons.sql"),
    ),
    (
        17,
        "unanswered",
        include_str!("../../migrations/sqlite/0017_unanswered.sql"),
        include_str!("../../migrations/postgres/0017_unanswered.sql"),
    ),
    (
        19,
        "appeals",
        include_str!("../../migrations/sqlite/0019_appeals.sql"),
        include_str!("../../migrations/postgres/0019_appeals.sql"),
    ),
    (
        20,
        "private_quizzes",
        include_str!("../../migrations/sqlite/0020_private_quizzes.sql"),
        include_str!("../../migrations/postgres/0020_private_quizzes.sql"),
    ),
];

fn migrator(pick: impl Fn(&Step) -> &'static str) -> Migrator {
    let migrations = STEPS
        .iter()
        .map(|step| {
            let sql = sqlx::SqlStr::from_static(pick(step));
            Migration::new(step.0, Cow::Borrowed(step.1), MigrationType::Simple, sql, false)
        })
        .collect();
    // Our own lock is held from before the first look until the commit; the migrator's would begin too late.
    Migrator { migrations: Cow::Owned(migrations), locking: false, ..Migrator::DEFAULT }
}

/// How long SQLite waits for its lock by itself. It can't be told to stop waiting, and this keeps a stop of the program
/// from waiting with it.
const LOCK_POLL: Duration = Duration::from_millis(200);

/// Runs what is due. Waits up to `wait_max` for other processes.
pub(super) async fn run(database: &Database, wait_max: Duration) -> Result<usize> {
    let before = match database {
        Database::Sqlite { writer, .. } => {
            // A connection of its own, because the others wait differently.
            let options = writer.connect_options().as_ref().clone().busy_timeout(LOCK_POLL.min(wait_max));
            let own = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
            let mut tx = alone(&own, wait_max).await?;
            let migrator = migrator(|step| step.2);
            let before = applied(&mut *tx, &migrator).await?;
            migrator.run(&mut *tx).await?;
            tx.commit().await?;
            own.close().await;
            before
        }
        Database::Postgres(pool) => {
            let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
            // What `SET` takes is no parameter. It waits without end at 0.
            let wait = format!("{}ms", wait_max.as_millis().max(1));
            let set = "SELECT set_config('lock_timeout', $1, true)";
            sqlx::query(set).bind(wait).execute(&mut *tx).await?;
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(POSTGRES_WRITER).execute(&mut *tx).await?;
            let migrator = migrator(|step| step.3);
            let before = applied(&mut *tx, &migrator).await?;
            migrator.run(&mut *tx).await?;
            tx.commit().await?;
            before
        }
    };
    Ok(STEPS.len().saturating_sub(before))
}

/// A transaction on SQLite that excludes every writer, once no other is open.
async fn alone(pool: &SqlitePool, wait_max: Duration) -> Result<Transaction<'static, sqlx::Sqlite>> {
    let mut taken = Error::from(sqlx::Error::PoolTimedOut);
    let free = async {
        loop {
            match pool.begin_with("BEGIN IMMEDIATE").await.map_err(Error::from) {
                Err(error) if error.is_passing() => taken = error,
                done => return done,
            }
        }
    };
    // Each try has waited already.
    match timeout(wait_max, free).await {
        Ok(done) => done,
        Err(_) => Err(taken),
    }
}

/// Refuses a database that is not at this program's version, without changing it.
pub(super) async fn check(tx: &mut Tx) -> Result<()> {
    let known = newest();
    let found = match tx.one("SELECT MAX(version) FROM _sqlx_migrations", &[]).await {
        Ok(row) => row.ok_or(Error::NoRow)?.get::<Option<i64>>(0)?,
        Err(Error::Sql(sqlx::Error::Database(error))) if is_missing_table(error.code().as_deref()) => None,
        Err(error) => return Err(error),
    };
    match found {
        None => Err(Error::Absent),
        Some(found) if found > known => Err(Error::Newer { found, known }),
        Some(found) if found < known => Err(Error::Older { found, known }),
        Some(_) => Ok(()),
    }
}

/// The codes of a statement about a table that isn't there: SQLite's is a general one.
fn is_missing_table(code: Option<&str>) -> bool {
    matches!(code, Some("1" | "42P01"))
}

fn newest() -> i64 {
    STEPS.iter().map(|step| step.0).max().unwrap_or(0)
}

/// How many migrations the database has had; refuses one that a newer program has changed.
async fn applied<C: Migrate>(connection: &mut C, migrator: &Migrator) -> Result<usize> {
    connection.ensure_migrations_table(&migrator.table_name).await?;
    let applied = connection.list_applied_migrations(&migrator.table_name).await?;
    let known = newest();
    match applied.iter().map(|migration| migration.version).max() {
        Some(found) if found > known => Err(Error::Newer { found, known }),
        _ => Ok(applied.len()),
    }
}
