//! Purpose: what is called passing passes, and a database that had trouble works again without help.

use std::str::FromStr as _;
use std::time::Duration;

use homeroom::storage::{Arg, Database, Error, Tx};
use sqlx::postgres::{PgConnection, Postgres};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Transaction};

use super::{committed_offset, set_offset, tenant};
use crate::databases::{Fresh, Kind, fresh, on_both};

on_both!(a_closed_database_refuses_at_once_and_for_good, a_wrong_statement_is_not_passing);

async fn a_closed_database_refuses_at_once_and_for_good(db: Fresh) {
    tenant(&db).await;
    db.close().await;
    assert!(!db.write().await.unwrap_err().is_passing());
    assert!(!db.read().await.unwrap_err().is_passing());
}

async fn a_wrong_statement_is_not_passing(db: Fresh) {
    for wrong in ["no SQL at all", "SELECT 1 FROM nowhere", "INSERT INTO tenants (id) VALUES (1)"] {
        let mut tx = db.write().await.unwrap();
        let error = tx.run(wrong, &[]).await.unwrap_err();
        assert!(!error.is_passing(), "{error}");
    }
}

#[tokio::test]
async fn an_address_of_another_kind_is_refused() {
    for url in ["", "mysql://localhost/x", "/var/lib/homeroom.db", "Sqlite:x"] {
        assert!(matches!(Database::open(url).await, Err(Error::UnknownKind)), "{url}");
    }
}

/// A connection to the database beside those of `storage`, with a lock timeout of 30 ms.
async fn beside(db: &Fresh) -> PgConnection {
    let mut connection = PgConnection::connect(&db.url).await.unwrap();
    connection.execute("SET lock_timeout = '30ms'").await.unwrap();
    connection
}

async fn beside_sqlite(db: &Fresh) -> SqliteConnection {
    let options = SqliteConnectOptions::from_str(&db.url).unwrap().busy_timeout(Duration::from_millis(30));
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn two_leases(db: &Fresh) {
    let mut tx = db.write().await.unwrap();
    let head = "INSERT INTO leases (holder, term, until, name) VALUES";
    let (text, zero) = (Arg::from(""), Arg::from(0_i64));
    tx.insert_rows(head, 4, &[text, zero, zero, "a".into(), text, zero, zero, "b".into()], "").await.unwrap();
    tx.commit().await.unwrap();
}

async fn touch(tx: &mut Transaction<'_, Postgres>, name: &str) -> Result<(), Error> {
    let sql = format!("UPDATE leases SET term = term + 1 WHERE name = '{name}'");
    tx.execute(AssertSqlSafe(sql)).await.map(|_| ()).map_err(Error::from)
}

#[tokio::test]
async fn a_deadlock_is_passing() {
    let db = fresh(Kind::Postgres).await;
    two_leases(&db).await;
    let (mut one, mut two) =
        (PgConnection::connect(&db.url).await.unwrap(), PgConnection::connect(&db.url).await.unwrap());
    let (mut one, mut two) = (one.begin().await.unwrap(), two.begin().await.unwrap());
    touch(&mut one, "a").await.unwrap();
    touch(&mut two, "b").await.unwrap();
    // The loser must let go for the other to go on.
    let first = async {
        let ended = touch(&mut one, "b").await;
        one.rollback().await.unwrap();
        ended
    };
    let second = async {
        let ended = touch(&mut two, "a").await;
        two.rollback().await.unwrap();
        ended
    };
    let (first, second) = tokio::join!(first, second);
    let errors: Vec<Error> = [first, second].into_iter().filter_map(Result::err).collect();
    assert_eq!(errors.len(), 1, "one of the two is ended");
    assert!(errors[0].is_passing() && errors[0].to_string().contains("deadlock"), "{}", errors[0]);
}

#[tokio::test]
async fn a_lock_held_too_long_is_passing_on_postgres() {
    let db = fresh(Kind::Postgres).await;
    two_leases(&db).await;
    let mut tx = db.write().await.unwrap();
    tx.run("UPDATE leases SET term = 9", &[]).await.unwrap();
    let mut other = beside(&db).await;
    let error = touch(&mut other.begin().await.unwrap(), "a").await.unwrap_err();
    assert!(error.is_passing() && error.to_string().contains("lock timeout"), "{error}");
}

#[tokio::test]
async fn a_lock_held_too_long_is_passing_on_sqlite() {
    let db = fresh(Kind::Sqlite).await;
    let _held = db.write().await.unwrap();
    let error = beside_sqlite(&db).await.begin_with("BEGIN IMMEDIATE").await.map(|_| ()).map_err(Error::from);
    let error = error.unwrap_err();
    assert!(error.is_passing() && error.to_string().contains("locked"), "{error}");
}

#[tokio::test]
async fn a_snapshot_too_old_to_write_is_passing() {
    let db = fresh(Kind::Sqlite).await;
    let tenant = tenant(&db).await;
    let mut other = beside_sqlite(&db).await;
    let mut late = other.begin().await.unwrap();
    late.execute("SELECT id FROM tenants").await.unwrap();
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 1).await.unwrap();
    tx.commit().await.unwrap();
    let error = late.execute("UPDATE tenants SET created_at = 2").await.map_err(Error::from).unwrap_err();
    assert!(error.is_passing(), "{error}");
    assert_eq!(committed_offset(&db, tenant).await, 1);
}

async fn backend(tx: &mut Tx) -> i64 {
    tx.one("SELECT pg_backend_pid()::bigint", &[]).await.unwrap().unwrap().get(0).unwrap()
}

/// Ends connections as an administrator or a crash of the server does.
async fn kill(db: &Fresh, condition: &str) {
    let sql = format!(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND {condition}"
    );
    beside(db).await.execute(AssertSqlSafe(sql)).await.unwrap();
}

#[tokio::test]
async fn a_connection_killed_in_a_transaction_is_passing_and_replaced() {
    let db = fresh(Kind::Postgres).await;
    let tenant = tenant(&db).await;
    for round in 1..=3 {
        let mut tx = db.write().await.unwrap();
        set_offset(&mut tx, tenant, -1).await.unwrap();
        let pid = backend(&mut tx).await;
        kill(&db, &format!("pid = {pid}")).await;
        let error = set_offset(&mut tx, tenant, -2).await.unwrap_err();
        assert!(error.is_passing(), "{error:?}");
        drop(tx);
        assert_eq!(committed_offset(&db, tenant).await, round - 1);
        let mut tx = db.write().await.unwrap();
        set_offset(&mut tx, tenant, round).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_killed_before_the_commit_fails_the_commit() {
    let db = fresh(Kind::Postgres).await;
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 1).await.unwrap();
    let pid = backend(&mut tx).await;
    kill(&db, &format!("pid = {pid}")).await;
    let error = tx.commit().await.unwrap_err();
    assert!(error.is_passing(), "{error:?}");
    assert_eq!(committed_offset(&db, tenant).await, 0);
}

#[tokio::test]
async fn connections_killed_while_idle_are_not_noticed() {
    let db = fresh(Kind::Postgres).await;
    let tenant = tenant(&db).await;
    let readers = tokio::join!(db.read(), db.read(), db.read());
    drop(readers);
    kill(&db, "true").await;
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(committed_offset(&db, tenant).await, 1);
}

#[tokio::test]
async fn a_column_added_by_a_newer_process_does_not_disturb_an_older_one() {
    let db = fresh(Kind::Postgres).await;
    let tenant = tenant(&db).await;
    assert_eq!(committed_offset(&db, tenant).await, 0);
    beside(&db)
        .await
        .execute("ALTER TABLE tenants ADD COLUMN newer BIGINT NOT NULL DEFAULT 0")
        .await
        .unwrap();
    // Prepared before the change, on the same connections.
    assert_eq!(committed_offset(&db, tenant).await, 0);
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(committed_offset(&db, tenant).await, 1);
}

#[tokio::test]
async fn a_full_disk_is_passing_and_once_there_is_room_writing_goes_on() {
    let db = fresh(Kind::Sqlite).await;
    let tenant = tenant(&db).await;
    let large = "x".repeat(50_000_000);
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 1).await.unwrap();
    tx.savepoint().await.unwrap();
    // The limit is the connection's; SQLite answers as it does when the disk is full.
    tx.run("PRAGMA max_page_count = 500", &[]).await.unwrap();
    let sql = "INSERT INTO parked (tenant, reason, raw, at) VALUES ($1, '', $2, 0)";
    let error = tx.run(sql, &[tenant.into(), (&large).into()]).await.unwrap_err();
    assert!(error.is_passing() && error.to_string().contains("full"), "{error}");
    drop(tx);
    assert_eq!(committed_offset(&db, tenant).await, 0);
    let mut tx = db.write().await.unwrap();
    tx.run("PRAGMA max_page_count = 4294967294", &[]).await.unwrap();
    tx.run(sql, &[tenant.into(), (&large).into()]).await.unwrap();
    set_offset(&mut tx, tenant, 2).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(committed_offset(&db, tenant).await, 2);
}

#[tokio::test]
async fn a_transaction_that_sqlite_ended_by_itself_does_not_block_the_next() {
    let db = fresh(Kind::Sqlite).await;
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 1).await.unwrap();
    // What SQLite does of itself on some failures of the disk; the driver doesn't hear of it.
    tx.run("ROLLBACK", &[]).await.unwrap();
    tx.run("no SQL at all", &[]).await.unwrap_err();
    assert!(
        matches!(set_offset(&mut tx, tenant, 2).await, Err(Error::Aborted)),
        "written outside a transaction"
    );
    assert!(tx.rollback_to_savepoint().await.is_err());
    assert!(matches!(tx.commit().await, Err(Error::Aborted)));
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 3).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(committed_offset(&db, tenant).await, 3);
}
