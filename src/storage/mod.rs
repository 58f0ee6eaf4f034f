//! Purpose: SQLite and PostgreSQL behind one SQL text.
//!
//! Features write their SQL once: `$1` parameters, `ON CONFLICT`, `RETURNING`, times as `i64` milliseconds. Only
//! how a transaction starts differs, and that is here.
//!
//! Invariants: everything that changes data runs in a [`Tx`] from [`Database::write`], and there is one such
//! transaction at a time, on PostgreSQL too: what it reads stays true until it commits, so that no feature has to think
//! of another writer, and what holds on one database holds on the other. `synchronous = FULL` in WAL mode: Telegram
//! forgets an update once it is acknowledged, so a commit must survive a power cut and not only the end of the process;
//! batches of updates share one commit, so the price is one fsync a batch.

mod error;
pub mod lease;
mod migrate;
mod row;
mod statement;
#[cfg(test)]
pub(crate) mod testing;
mod tx;

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use crate::clock::timeout;

pub use error::{Error, Result};
pub use row::{Column, Row};
pub use statement::Statement;
pub use tx::{Arg, Reply, Tx};

/// How long a connection or a lock is waited for.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// How long a migration waits for another process, which may be at a long one itself.
const MIGRATION_WAIT_MAX: Duration = Duration::from_mins(10);
/// What every connection to PostgreSQL starts with. Waiting for a lock ends with `WAIT_MAX`. A process that stops or
/// loses its network in mid-transaction must not keep the others from writing: its session is ended, before those who wait
/// for it give up. Work does nothing else than compute between two statements, so 8 s are ample.
const POSTGRES_SESSION: &str = "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '8s'";
/// The advisory lock of whoever writes; the letters "homeroom" as a number, so that no other program takes the same.
const POSTGRES_WRITER: i64 = 0x686f_6d65_726f_6f6d;
/// Prepared statements kept by a connection. The program has about 200, and several lengths of those with lists.
const STATEMENTS_KEPT: usize = 512;
/// The page cache of the connection that writes, as the pragma wants it: so many KiB, with a minus. What is looked up of a
/// school's groups and people stays in it.
const SQLITE_WRITERS_CACHE: &str = "-8192";
/// The same for each that only reads, which updates don't wait for.
const SQLITE_READERS_CACHE: &str = "-1024";
/// Connections for reading beside SQLite's one writer.
const SQLITE_READERS: u32 = 2;
/// Connections to PostgreSQL of one process.
const POSTGRES_CONNECTIONS: u32 = 8;

/// A database. Clones share its connections.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file on this machine.
    Sqlite {
        /// The one connection that writes.
        writer: SqlitePool,
        /// Connections that only read.
        readers: SqlitePool,
    },
    /// A PostgreSQL server.
    Postgres(PgPool),
}

impl Database {
    /// Connects. `url` is `sqlite:PATH` (made if it isn't there) or `postgres://…`. Bounded by 10 s.
    ///
    /// # Errors
    /// [`Error::Unreachable`] at once if the server isn't there, which may pass; and what is wrong with the address, the
    /// user, the database's name or the file.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            return Self::open_sqlite(url).await;
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Self::open_postgres(url).await;
        }
        Err(Error::UnknownKind)
    }

    /// The first connection is made beside the pool, which would keep trying for 10 s and then say only that it did.
    async fn open_postgres(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)
            .map_err(Error::of_opening)?
            .application_name("homeroom")
            .statement_cache_capacity(STATEMENTS_KEPT);
        let tried = timeout(WAIT_MAX, async { options.connect().await?.close().await }).await;
        tried.map_err(|late| Error::Unreachable(late.to_string()))?.map_err(Error::of_opening)?;
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(WAIT_MAX)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(POSTGRES_SESSION).await.map(|_| ()) })
            })
            .connect_lazy_with(options);
        Ok(Self::Postgres(pool))
    }

    /// As [`Database::open`], but makes nothing.
    ///
    /// # Errors
    /// [`Error::Absent`] if no homeroom database is there; [`Error::Newer`] or [`Error::Older`] if another version of the
    /// program has been there last.
    pub async fn open_existing(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") && !sqlite_options(url)?.get_filename().exists() {
            return Err(Error::Absent);
        }
        let database = Self::open(url).await?;
        migrate::check(&mut database.read().await?).await?;
        Ok(database)
    }

    /// A connection that still counts itself inside a transaction is thrown away before its next use: when the disk is
    /// full, SQLite rolls back by itself, the driver's own rollback then fails, and the connection would refuse every
    /// further transaction.
    async fn open_sqlite(url: &str) -> Result<Self> {
        let options = sqlite_options(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(WAIT_MAX)
            .foreign_keys(true)
            .pragma("temp_store", "memory")
            .statement_cache_capacity(STATEMENTS_KEPT);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(WAIT_MAX)
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options.clone().pragma("cache_size", SQLITE_WRITERS_CACHE))
            .await
            .map_err(Error::of_opening)?;
        let options = options.pragma("cache_size", SQLITE_READERS_CACHE);
        let readers = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .acquire_timeout(WAIT_MAX)
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_lazy_with(options.read_only(true).create_if_missing(false));
        Ok(Self::Sqlite { writer, readers })
    }

    /// Brings the schema up to this program's version. Returns how many migrations were run. While another process
    /// migrates or writes, it waits, on either database up to 10 min.
    ///
    /// # Errors
    /// [`Error::Newer`] if a newer program has been here: nothing is changed then. A passing one if another process
    /// wrote for longer.
    pub async fn migrate(&self) -> Result<usize> {
        self.migrate_within(MIGRATION_WAIT_MAX).await
    }

    /// As [`Database::migrate`], with another bound on the wait for other processes.
    pub async fn migrate_within(&self, wait_max: Duration) -> Result<usize> {
        migrate::run(self, wait_max).await
    }

    /// Starts a transaction that may write, once no other is open in any process: waits up to 10 s for that. Between
    /// its statements nothing but computing may happen; on PostgreSQL a pause of 8 s ends it.
    ///
    /// # Errors
    /// A passing one if another transaction stays open for longer.
    pub async fn write(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { writer, .. } => Ok(Tx::sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Postgres(pool) => {
                let mut tx = begin_postgres(pool, "BEGIN ISOLATION LEVEL READ COMMITTED").await?;
                tx.run("SELECT pg_advisory_xact_lock($1)", &[POSTGRES_WRITER.into()]).await?;
                Ok(tx)
            }
        }
    }

    /// Starts a transaction that only reads: it sees one state and never waits for the writer.
    pub async fn read(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { readers, .. } => Ok(Tx::sqlite(readers.begin().await?)),
            Self::Postgres(pool) => {
                begin_postgres(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
            }
        }
    }

    /// Closes every connection; for SQLite the write-ahead log is folded into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Begins in a task of its own, so that it is begun to the end also when nobody waits for it any more. The driver would else give
/// the connection back with the transaction open, and the next one on it would be that one: read only, perhaps.
async fn begin_postgres(pool: &PgPool, how: &'static str) -> Result<Tx> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(how).await }).await;
    Ok(Tx::postgres(begun.map_err(|broken| Error::Unreachable(broken.to_string()))??))
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions> {
    SqliteConnectOptions::from_str(url).map_err(Error::of_opening)
}
