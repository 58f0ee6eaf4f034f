//! Purpose: the schema's way from every version to the newest, with rows in it.
//!
//! A new migration needs a file `tests/it/samples/NNNN.sql` with rows for the tables it adds; the rest comes by itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use futures_util::poll;
use homeroom::storage::{Database, Error};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use super::schema::{self, Schema};
use super::{committed_offset, tenant};
use crate::databases::{Fresh, Kind, empty, fresh, on_both};

on_both!(
    migrating_again_changes_nothing,
    a_database_from_the_future_is_refused_and_not_touched,
    a_changed_migration_is_refused,
    a_migration_waits_for_another_writer_as_long_as_it_may_and_no_longer,
);

fn below_tests(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(path)
}

/// Inserts the rows written for a version. They are one text for both databases but for bytes, `X'00ff'` in the file.
async fn insert_sample(database: &Database, version: i64) {
    let path = below_tests(&format!("samples/{version:04}.sql"));
    let sql = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    match database {
        Database::Sqlite { .. } => execute(database, &sql).await,
        Database::Postgres(_) => execute(database, &sql.replace("X'", r"'\x")).await,
    }
}

async fn execute(database: &Database, sql: &str) {
    let sql = AssertSqlSafe(sql);
    match database {
        Database::Sqlite { writer, .. } => writer.execute(sql).await.map(|_| ()),
        Database::Postgres(pool) => pool.execute(sql).await.map(|_| ()),
    }
    .unwrap();
}

/// How many rows each table has.
async fn counts(database: &Database) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for table in schema::of(database).await.tables() {
        let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let count = match database {
            Database::Sqlite { writer, .. } => writer.fetch_one(sql).await.unwrap().get(0),
            Database::Postgres(pool) => pool.fetch_one(sql).await.unwrap().get(0),
        };
        counts.insert(table, count);
    }
    counts
}

async fn migrations(kind: Kind) -> Migrator {
    let folder = if kind == Kind::Sqlite { "../../migrations/sqlite" } else { "../../migrations/postgres" };
    Migrator::new(below_tests(folder)).await.unwrap()
}

/// Brings a database to `version` and no further, as a program of that time did.
async fn migrate_to(database: &Database, all: &Migrator, version: i64) {
    match database {
        Database::Sqlite { writer, .. } => all.run_to(version, writer).await,
        Database::Postgres(pool) => all.run_to(version, pool).await,
    }
    .unwrap();
}

/// From the first version to the newest, with rows in every table that each version had.
async fn every_version_keeps_its_rows(kind: Kind) {
    let db = empty(kind).await;
    let all = migrations(kind).await;
    let versions: Vec<i64> = all.iter().map(|migration| migration.version).collect();
    assert!(!versions.is_empty());
    let mut before: BTreeMap<String, i64> = BTreeMap::new();
    for version in &versions {
        migrate_to(&db, &all, *version).await;
        let after = counts(&db).await;
        for (table, count) in &before {
            assert_eq!(
                after.get(table),
                Some(count),
                "migration {version} changed how many rows {table} has"
            );
        }
        insert_sample(&db, *version).await;
        before = counts(&db).await;
        for (table, count) in &before {
            assert!(*count > 0, "samples/{version:04}.sql has no row for {table}");
        }
    }
    assert_eq!(db.migrate().await.unwrap(), 0, "the program knows another set of migrations");
    assert_eq!(schema::of(&db).await, schema::of(&fresh(kind).await.database).await);
    if kind == Kind::Sqlite {
        let broken = db.read().await.unwrap().rows("PRAGMA foreign_key_check", &[]).await.unwrap();
        assert!(broken.is_empty(), "rows point to rows that are gone");
    }
}

#[tokio::test]
async fn every_version_keeps_its_rows_on_sqlite() {
    every_version_keeps_its_rows(Kind::Sqlite).await;
}

#[tokio::test]
async fn every_version_keeps_its_rows_on_postgres() {
    every_version_keeps_its_rows(Kind::Postgres).await;
}

/// A database left at an older version is brought to the newest by the program, its rows with it.
async fn the_program_migrates_from_every_version(kind: Kind) {
    let all = migrations(kind).await;
    let versions: Vec<i64> = all.iter().map(|migration| migration.version).collect();
    let newest = schema::of(&fresh(kind).await.database).await;
    for start in 0..=versions.len() {
        let db = empty(kind).await;
        for version in &versions[..start] {
            migrate_to(&db, &all, *version).await;
            insert_sample(&db, *version).await;
        }
        let before = if start == 0 { BTreeMap::new() } else { counts(&db).await };
        assert_eq!(db.migrate().await.unwrap(), versions.len() - start);
        assert_eq!(schema::of(&db).await, newest);
        let after = counts(&db).await;
        for (table, count) in &before {
            assert_eq!(after.get(table), Some(count), "rows of {table} from version {start}");
        }
    }
}

#[tokio::test]
async fn the_program_migrates_from_every_version_on_sqlite() {
    the_program_migrates_from_every_version(Kind::Sqlite).await;
}

#[tokio::test]
async fn the_program_migrates_from_every_version_on_postgres() {
    the_program_migrates_from_every_version(Kind::Postgres).await;
}

/// Processes that start at the same time, with an empty database and with one that has had an older program.
async fn many_processes_migrate_once(kind: Kind) {
    let all = migrations(kind).await;
    for older in [false, true] {
        let db = empty(kind).await;
        if older {
            // Older than the first version: only the record of versions is there, with nothing in it.
            migrate_to(&db, &all, 0).await;
        }
        let mut processes = Vec::new();
        for _ in 0..4 {
            processes.push(db.other_process().await);
        }
        let done = join_all(processes.iter().map(Database::migrate)).await;
        let mut done: Vec<usize> = done.into_iter().map(Result::unwrap).collect();
        done.sort_unstable();
        assert_eq!(done, [0, 0, 0, all.iter().count()]);
    }
}

#[tokio::test]
async fn many_processes_migrate_once_on_sqlite() {
    many_processes_migrate_once(Kind::Sqlite).await;
}

#[tokio::test]
async fn many_processes_migrate_once_on_postgres() {
    many_processes_migrate_once(Kind::Postgres).await;
}

async fn migrating_again_changes_nothing(db: Fresh) {
    let tenant = tenant(&db).await;
    let before: Schema = schema::of(&db).await;
    assert_eq!(db.migrate().await.unwrap(), 0);
    assert_eq!(db.other_process().await.migrate().await.unwrap(), 0);
    assert_eq!(schema::of(&db).await, before);
    assert_eq!(committed_offset(&db, tenant).await, 0);
}

const RECORD: &str = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
    SELECT 9001, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";

async fn a_database_from_the_future_is_refused_and_not_touched(db: Fresh) {
    // What this program would run again if it only looked for what is missing.
    execute(&db, RECORD).await;
    execute(&db, "DELETE FROM _sqlx_migrations WHERE version = 1").await;
    execute(&db, "DROP TABLE audit").await;
    let before = schema::of(&db).await;
    let newest = migrations(Kind::Sqlite).await.iter().map(|migration| migration.version).max();
    match db.migrate().await {
        Err(Error::Newer { found: 9001, known }) => assert_eq!(Some(known), newest),
        other => panic!("{other:?}"),
    }
    assert_eq!(schema::of(&db).await, before);
    let error = db.migrate().await.unwrap_err();
    assert!(!error.is_passing());
}

async fn a_changed_migration_is_refused(db: Fresh) {
    let zeros = "00".repeat(48);
    let bytes = if matches!(db.database, Database::Sqlite { .. }) {
        format!("x'{zeros}'")
    } else {
        format!("'\\x{zeros}'")
    };
    execute(&db, &format!("UPDATE _sqlx_migrations SET checksum = {bytes} WHERE version = 1")).await;
    let error = db.migrate().await.unwrap_err();
    assert!(matches!(error, Error::Migrate(_)) && !error.is_passing(), "{error}");
}

async fn a_migration_waits_for_another_writer_as_long_as_it_may_and_no_longer(db: Fresh) {
    let other = db.other_process().await;
    let writing = db.write().await.unwrap();
    let from = Instant::now();
    let error = other.migrate_within(Duration::from_millis(50)).await.unwrap_err();
    assert!(error.is_passing(), "{error}");
    // Other work waits for 10 s.
    assert!(from.elapsed() < Duration::from_secs(8), "its own bound is not kept");
    {
        let mut migrating = pin!(other.migrate_within(Duration::from_mins(1)));
        assert!(poll!(&mut migrating).is_pending());
        drop(writing);
        assert_eq!(migrating.await.unwrap(), 0);
    }
    other.write().await.unwrap().commit().await.unwrap();
    other.close().await;
}
