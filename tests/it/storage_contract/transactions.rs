//! Purpose: what becomes lasting, what is undone, and who sees it when.

use homeroom::ids::TenantId;
use homeroom::storage::{Arg, Database, Error};

use super::{add_tenant, committed_offset, offset, set_offset, tenant};
use crate::databases::{Fresh, on_both};

on_both!(
    a_commit_is_seen_by_the_next_transaction_and_process,
    a_transaction_dropped_without_a_commit_never_happened,
    a_transaction_whose_beginning_is_broken_off_leaves_nothing_behind,
    going_back_to_a_savepoint_keeps_what_was_before,
    a_released_savepoint_keeps_what_was_since,
    savepoints_can_follow_each_other,
    a_failed_statement_is_undone_by_its_savepoint_and_work_goes_on,
    a_failure_without_a_savepoint_can_not_be_committed,
    a_failure_before_the_savepoint_is_not_undone_by_it,
    a_rule_of_the_schema_is_enforced,
    a_reader_sees_one_state_while_a_writer_commits,
    a_reader_does_not_wait_for_an_open_writer,
    a_reader_can_not_write,
    writers_of_two_processes_lose_no_update,
    a_writer_waits_for_the_writer_before_it,
    one_process_writes_from_many_tasks,
);

async fn a_commit_is_seen_by_the_next_transaction_and_process(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 5).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(committed_offset(&db, tenant).await, 5);
    assert_eq!(committed_offset(&db.other_process().await, tenant).await, 5);
}

async fn a_transaction_dropped_without_a_commit_never_happened(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 5).await.unwrap();
    drop(tx);
    let mut tx = db.write().await.unwrap();
    assert_eq!(offset(&mut tx, tenant).await, 0);
    assert_eq!(committed_offset(&db, tenant).await, 0);
}

/// As it is when two things are waited for and the other one comes first.
async fn a_transaction_whose_beginning_is_broken_off_leaves_nothing_behind(db: Fresh) {
    let tenant = tenant(&db).await;
    for round in 1..=400 {
        let until_broken_off = async {
            for _ in 0..round * 5 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            begun = db.read() => drop(begun.unwrap()),
            () = until_broken_off => {}
        }
        let mut tx = db.write().await.unwrap();
        set_offset(&mut tx, tenant, round).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(committed_offset(&db, tenant).await, round);
    }
}

async fn going_back_to_a_savepoint_keeps_what_was_before(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 1).await.unwrap();
    tx.savepoint().await.unwrap();
    set_offset(&mut tx, tenant, 2).await.unwrap();
    tx.rollback_to_savepoint().await.unwrap();
    assert_eq!(offset(&mut tx, tenant).await, 1);
    tx.commit().await.unwrap();
    assert_eq!(committed_offset(&db, tenant).await, 1);
}

async fn a_released_savepoint_keeps_what_was_since(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    tx.savepoint().await.unwrap();
    set_offset(&mut tx, tenant, 2).await.unwrap();
    tx.release_savepoint().await.unwrap();
    assert!(tx.rollback_to_savepoint().await.is_err(), "a savepoint was left after its release");
    drop(tx);
    let mut tx = db.write().await.unwrap();
    tx.savepoint().await.unwrap();
    set_offset(&mut tx, tenant, 3).await.unwrap();
    tx.release_savepoint().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(committed_offset(&db, tenant).await, 3);
}

async fn savepoints_can_follow_each_other(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    // As a batch of updates does it: the odd ones fail.
    for step in 0..9 {
        tx.savepoint().await.unwrap();
        let sql = "UPDATE tenants SET created_at = created_at + 1 WHERE id = $1";
        tx.run(sql, &[tenant.into()]).await.unwrap();
        if step % 2 == 0 {
            tx.release_savepoint().await.unwrap();
        } else {
            tx.rollback_to_savepoint().await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    assert_eq!(committed_offset(&db, tenant).await, 5);
}

async fn a_failed_statement_is_undone_by_its_savepoint_and_work_goes_on(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 1).await.unwrap();
    for _ in 0..2 {
        tx.savepoint().await.unwrap();
        set_offset(&mut tx, tenant, 2).await.unwrap();
        assert!(add_tenant(&mut tx, "1").await.is_err(), "the same tenant twice");
        let refused = set_offset(&mut tx, tenant, 3).await;
        assert!(matches!(refused, Err(Error::Aborted)), "{refused:?}");
        tx.rollback_to_savepoint().await.unwrap();
        assert_eq!(offset(&mut tx, tenant).await, 1);
    }
    let other = add_tenant(&mut tx, "2").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(committed_offset(&db, tenant).await, 1);
    assert_eq!(committed_offset(&db, other).await, 0);
}

async fn a_failure_without_a_savepoint_can_not_be_committed(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 2).await.unwrap();
    assert!(add_tenant(&mut tx, "1").await.is_err(), "the same tenant twice");
    let ended = tx.commit().await;
    assert!(matches!(ended, Err(Error::Aborted)), "{ended:?}");
    assert_eq!(committed_offset(&db, tenant).await, 0);
}

async fn a_failure_before_the_savepoint_is_not_undone_by_it(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 2).await.unwrap();
    assert!(add_tenant(&mut tx, "1").await.is_err(), "the same tenant twice");
    assert!(matches!(tx.savepoint().await, Err(Error::Aborted)));
    assert!(tx.rollback_to_savepoint().await.is_err(), "there was no savepoint");
    assert!(matches!(tx.commit().await, Err(Error::Aborted)));
    assert_eq!(committed_offset(&db, tenant).await, 0);
}

async fn a_rule_of_the_schema_is_enforced(db: Fresh) {
    const PERSON: &str = "INSERT INTO people (tenant, native, name, private_chat, created_at) VALUES";
    const PARK: &str = "INSERT INTO parked (tenant, update_id, reason, raw, at) VALUES";
    // A text of its own: a driver may keep a statement's types with its text.
    const PARK_TYPED: &str = "INSERT INTO parked (tenant, at, reason, raw, update_id) VALUES";
    const MEMBER: &str = "INSERT INTO members (tenant, group_id, person, role, since) VALUES";
    let tenant = tenant(&db).await;
    let (zero, nobody) = (Arg::from(0_i64), Arg::from(99_i64));
    let nothing = Arg::Text(None);
    let broken = [
        ("a CHECK", PERSON, [tenant.into(), "7".into(), "".into(), "ajar".into(), zero]),
        ("NOT NULL", PARK, [tenant.into(), zero, nothing, "".into(), zero]),
        ("a foreign key", PARK, [nobody, zero, "".into(), "".into(), zero]),
        ("two foreign keys", MEMBER, [tenant.into(), nobody, nobody, "owner".into(), zero]),
        ("a number's type", PARK_TYPED, [tenant.into(), "one".into(), "".into(), "".into(), zero]),
    ];
    for (rule, head, args) in broken {
        let mut tx = db.write().await.unwrap();
        let error = tx.insert_rows(head, 5, &args, "").await.expect_err(rule);
        assert!(!error.is_passing(), "{rule}: {error}");
    }
    let mut tx = db.write().await.unwrap();
    tx.insert_rows(PARK, 5, &[tenant.into(), zero, "".into(), "".into(), zero], "").await.unwrap();
    let error = tx.run("DELETE FROM tenants", &[]).await.expect_err("a row that others point to was deleted");
    assert!(!error.is_passing(), "{error}");
}

async fn a_reader_sees_one_state_while_a_writer_commits(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut reader = db.read().await.unwrap();
    assert_eq!(offset(&mut reader, tenant).await, 0);
    for written in 1..=3 {
        let mut tx = db.write().await.unwrap();
        set_offset(&mut tx, tenant, written).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(offset(&mut reader, tenant).await, 0, "the reader saw a later state");
        assert_eq!(committed_offset(&db, tenant).await, written);
    }
}

async fn a_reader_does_not_wait_for_an_open_writer(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    set_offset(&mut tx, tenant, 1).await.unwrap();
    assert_eq!(committed_offset(&db, tenant).await, 0);
    assert_eq!(committed_offset(&db.other_process().await, tenant).await, 0);
    tx.commit().await.unwrap();
    assert_eq!(committed_offset(&db, tenant).await, 1);
}

async fn a_reader_can_not_write(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut reader = db.read().await.unwrap();
    let error = set_offset(&mut reader, tenant, 1).await.expect_err("a reader wrote");
    assert!(!error.is_passing(), "{error}");
}

/// Adds 1 as a feature does it that decides in Rust: it reads, and writes what it made of that.
async fn add_one(database: &Database, tenant: TenantId) {
    let mut tx = database.write().await.unwrap();
    let before = offset(&mut tx, tenant).await;
    // Whoever else could write between the two now would.
    tokio::task::yield_now().await;
    set_offset(&mut tx, tenant, before + 1).await.unwrap();
    tx.commit().await.unwrap();
}

async fn writers_of_two_processes_lose_no_update(db: Fresh) {
    const TIMES: i64 = 50;
    let tenant = tenant(&db).await;
    let other = db.other_process().await;
    let many = async |database: &Database| {
        for _ in 0..TIMES {
            add_one(database, tenant).await;
        }
    };
    tokio::join!(many(&db), many(&other));
    assert_eq!(committed_offset(&db, tenant).await, 2 * TIMES);
}

async fn a_writer_waits_for_the_writer_before_it(db: Fresh) {
    let tenant = tenant(&db).await;
    let other = db.other_process().await;
    let mut first = db.write().await.unwrap();
    let second = tokio::spawn(async move {
        let mut tx = other.write().await.unwrap();
        offset(&mut tx, tenant).await
    });
    set_offset(&mut first, tenant, 1).await.unwrap();
    first.commit().await.unwrap();
    assert_eq!(second.await.unwrap(), 1, "the second writer began before the first had ended");
}

async fn one_process_writes_from_many_tasks(db: Fresh) {
    const TASKS: i64 = 40;
    let tenant = tenant(&db).await;
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let database = db.clone();
            tokio::spawn(async move { add_one(&database, tenant).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(committed_offset(&db, tenant).await, TASKS);
}
