//! Purpose: SQLite and PostgreSQL behind one SQL text.
//!
//! Features write their SQL once: `$1` parameters, `ON CONFLICT`, `RETURNING`, times as `i64` milliseconds. Only
//! how a transaction starts differs, and that is here.
//!
//! Invariants: everything that changes data runs in a [`Tx`] from [`Database::write`]; SQLite has one writer, so its
//! transactions never fail half-way with "busy". `synchronous = FULL` in WAL mode: Telegram forgets an update once it
//! is acknowledged, so a commit must survive a power cut and not only the end of the process; batches of updates
//! share one commit, so the price is one fsync a batch.

pub mod lease;
mod migrate;
mod row;
#[cfg(test)]
pub(crate) mod testing;
mod tx;

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

pub use row::{Column, Row};
pub use tx::{Arg, Tx};

/// How long a connection or a lock is waited for.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// Connections for reading beside SQLite's one writer.
const SQLITE_READERS: u32 = 2;
/// Connections to PostgreSQL of one process.
const POSTGRES_CONNECTIONS: u32 = 8;

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is neither `sqlite:…` nor `postgres://…`.
    #[error("DATABASE_URL must start with sqlite: or postgres://")]
    UnknownKind,
    /// A newer version of the program has been here.
    #[error(
        "the database is at migration {found}, this program knows only {known}: run a newer homeroom, or restore a backup"
    )]
    Newer {
        /// The highest migration in the database.
        found: i64,
        /// The highest this program has.
        known: i64,
    },
    /// A migration did not run.
    #[error("migrating the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A statement gave no row where there must be one.
    #[error("a statement that must give a row gave none")]
    NoRow,
    /// Everything else.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
}

impl Error {
    /// True if the same transaction may well succeed when it is run again: a deadlock, a serialisation conflict, a lost
    /// connection.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Sql(sqlx::Error::Database(error)) => matches!(
                error.code().as_deref(),
                Some("40001" | "40P01" | "55P03" | "57P01" | "57P02" | "57P03" | "53300" | "5" | "6" | "517")
            ),
            Self::Sql(error) => matches!(
                error,
                sqlx::Error::Io(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::WorkerCrashed
                    | sqlx::Error::PoolClosed
            ),
            Self::UnknownKind | Self::Newer { .. } | Self::Migrate(_) | Self::NoRow => false,
        }
    }
}

/// What storage functions return.
pub type Result<T> = std::result::Result<T, Error>;

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
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("sqlite:") {
            return Self::open_sqlite(url).await;
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(WAIT_MAX)
                .connect_with(PgConnectOptions::from_str(url)?.application_name("homeroom"))
                .await?;
            return Ok(Self::Postgres(pool));
        }
        Err(Error::UnknownKind)
    }

    async fn open_sqlite(url: &str) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(WAIT_MAX)
            .foreign_keys(true);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(WAIT_MAX)
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .acquire_timeout(WAIT_MAX)
            .test_before_acquire(false)
            .connect_lazy_with(options.read_only(true).create_if_missing(false));
        Ok(Self::Sqlite { writer, readers })
    }

    /// Brings the schema up to this program's version. Returns how many migrations were run.
    ///
    /// # Errors
    /// [`Error::Newer`] if a newer program has been here: nothing is changed then.
    pub async fn migrate(&self) -> Result<usize> {
        migrate::run(self).await
    }

    /// Starts a transaction that may write.
    pub async fn write(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { writer, .. } => Ok(Tx::sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)),
            Self::Postgres(pool) => Ok(Tx::postgres(pool.begin().await?)),
        }
    }

    /// Starts a transaction that only reads: it sees one state and never waits for the writer.
    pub async fn read(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { readers, .. } => Ok(Tx::sqlite(readers.begin().await?)),
            Self::Postgres(pool) => {
                Ok(Tx::postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?))
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
