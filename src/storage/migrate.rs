//! Purpose: the schema's versions, for both databases.
//!
//! Invariants: migrations only go forward; a released file is never changed (its checksum is compared). All that are due
//! run in one transaction that excludes every writer, so that processes that start at the same time do it once, and one
//! that is killed leaves nothing half done.

use std::borrow::Cow;

use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};

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
        7,
        "topics",
        include_str!("../../migrations/sqlite/0007_topics.sql"),
        include_str!("../../migrations/postgres/0007_topics.sql"),
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

pub(super) async fn run(database: &Database) -> Result<usize> {
    let before = match database {
        Database::Sqlite { writer, .. } => {
            let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
            let migrator = migrator(|step| step.2);
            let before = applied(&mut *tx, &migrator).await?;
            migrator.run(&mut *tx).await?;
            tx.commit().await?;
            before
        }
        Database::Postgres(pool) => {
            let mut tx = pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?;
            // Another process may be at a long migration.
            sqlx::query("SET LOCAL lock_timeout = '10min'").execute(&mut *tx).await?;
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
