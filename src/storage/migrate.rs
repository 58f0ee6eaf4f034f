//! Purpose: the schema's versions, for both databases.
//!
//! Invariant: migrations only go forward; a released file is never changed (its checksum is compared).

use std::borrow::Cow;

use sqlx::migrate::{Migrate, Migration, MigrationType, Migrator};

use super::{Database, Error, Result};

/// A migration: version, what it is for, SQL for SQLite, SQL for PostgreSQL.
type Step = (i64, &'static str, &'static str, &'static str);

const STEPS: &[Step] = &[(
    1,
    "foundation",
    include_str!("../../migrations/sqlite/0001_foundation.sql"),
    include_str!("../../migrations/postgres/0001_foundation.sql"),
)];

fn migrator(pick: impl Fn(&Step) -> &'static str) -> Migrator {
    let migrations = STEPS
        .iter()
        .map(|step| {
            let sql = sqlx::SqlStr::from_static(pick(step));
            Migration::new(step.0, Cow::Borrowed(step.1), MigrationType::Simple, sql, false)
        })
        .collect();
    Migrator { migrations: Cow::Owned(migrations), ..Migrator::DEFAULT }
}

pub(super) async fn run(database: &Database) -> Result<usize> {
    match database {
        Database::Sqlite { writer, .. } => {
            let mut connection = writer.acquire().await?;
            let migrator = migrator(|step| step.2);
            let before = applied(&mut *connection, &migrator).await?;
            migrator.run(&mut *connection).await?;
            Ok(STEPS.len().saturating_sub(before))
        }
        Database::Postgres(pool) => {
            let mut connection = pool.acquire().await?;
            let migrator = migrator(|step| step.3);
            let before = applied(&mut *connection, &migrator).await?;
            migrator.run(&mut *connection).await?;
            Ok(STEPS.len().saturating_sub(before))
        }
    }
}

/// How many migrations the database has had; refuses one that a newer program has changed.
async fn applied<C: Migrate>(connection: &mut C, migrator: &Migrator) -> Result<usize> {
    connection.ensure_migrations_table(&migrator.table_name).await?;
    let applied = connection.list_applied_migrations(&migrator.table_name).await?;
    let known = STEPS.iter().map(|step| step.0).max().unwrap_or(0);
    match applied.iter().map(|migration| migration.version).max() {
        Some(found) if found > known => Err(Error::Newer { found, known }),
        _ => Ok(applied.len()),
    }
}
