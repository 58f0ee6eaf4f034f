//! Purpose: real databases for tests, of both kinds.
//!
//! Invariant: each test has a database of its own, migrated, and nobody else ever opens it. A test without a PostgreSQL
//! server fails; it is never left out, because what isn't run on PostgreSQL isn't known to work there.

use std::env;
use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use homeroom::storage::Database;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::postgres_server::Server;

/// Names a server to use instead of one of our own: `postgres://user@host/database`, with the right to create databases.
const EXISTING: &str = "HOMEROOM_TEST_POSTGRES_URL";

/// The databases there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A database of the server.
    Postgres,
}

/// A database for one test. It is gone when this is dropped.
pub struct Fresh {
    /// The database.
    pub database: Database,
    /// Its address, to open it again as another process would.
    pub url: String,
    _gone_after: Guard,
}

/// Removes a test's database.
pub enum Guard {
    /// That of a file.
    Folder {
        /// Goes with this.
        _folder: TempDir,
    },
    /// That of the server, by its name.
    Database(String),
}

impl std::ops::Deref for Fresh {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

impl Fresh {
    /// The same database as another process sees it.
    pub async fn other_process(&self) -> Database {
        Database::open(&self.url).await.unwrap()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Self::Database(name) = self {
            let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            // The test's own runtime can't wait here.
            let done = thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(order(&drop));
            });
            // Inside a failing test a second panic would hide the first.
            assert!(done.join().is_ok() || thread::panicking(), "the test's database could not be dropped");
        }
    }
}

/// A migrated database.
pub async fn fresh(kind: Kind) -> Fresh {
    // On a server of others nothing may be left behind, and a template would be.
    if kind == Kind::Postgres && env::var_os(EXISTING).is_none() {
        return postgres(template().await).await;
    }
    let fresh = empty(kind).await;
    fresh.migrate().await.unwrap();
    fresh
}

/// A database without any table.
pub async fn empty(kind: Kind) -> Fresh {
    match kind {
        Kind::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite:{}", folder.path().join("homeroom.db").display());
            let database = Database::open(&url).await.unwrap();
            Fresh { database, url, _gone_after: Guard::Folder { _folder: folder } }
        }
        Kind::Postgres => postgres("template0").await,
    }
}

async fn postgres(template: &str) -> Fresh {
    let name = new_name();
    order(&format!("CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")).await;
    let guard = Guard::Database(name.clone());
    let url = address(&name);
    Fresh { database: Database::open(&url).await.unwrap(), url, _gone_after: guard }
}

/// The name of a database that is migrated once, and copied for each test.
async fn template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = new_name();
            order(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")).await;
            let database = Database::open(&address(&name)).await.unwrap();
            database.migrate().await.unwrap();
            // A database that somebody is connected to can't be copied.
            database.close().await;
            name
        })
        .await
}

/// No two processes that share a server, and no two tests, get the same.
fn new_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("homeroom_test_{}_{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The address of a database on the test server.
fn address(database: &str) -> String {
    static SERVER: OnceLock<Server> = OnceLock::new();
    if let Ok(existing) = env::var(EXISTING) {
        let (place, options) = existing.split_once('?').unwrap_or((&existing, ""));
        let (server, _) =
            place.rsplit_once('/').expect("HOMEROOM_TEST_POSTGRES_URL ends in a database: …/postgres");
        return format!("{server}/{database}?{options}");
    }
    SERVER.get_or_init(Server::start).url(database)
}

/// Runs a statement about databases as such.
async fn order(sql: &str) {
    let mut connection = PgConnection::connect(&address("postgres")).await.unwrap();
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
}

/// Ends every session of others in a PostgreSQL database; returns how many there were.
pub async fn end_sessions(url: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let sql = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let ended = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    ended
}

/// Makes of each named `async fn(Fresh)` two tests, `name::sqlite` and `name::postgres`.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use $crate::databases::{Kind, fresh};

            #[tokio::test]
            async fn sqlite() {
                super::$name(fresh(Kind::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$name(fresh(Kind::Postgres).await).await;
            }
        }
    )+};
}

pub(crate) use on_both;
