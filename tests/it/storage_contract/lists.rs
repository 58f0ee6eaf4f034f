//! Purpose: statements over many rows, whatever their number.

use homeroom::ids::TenantId;
use homeroom::storage::{Arg, Row, Tx};

use super::tenant;
use crate::databases::{Fresh, on_both};

on_both!(
    rows_of_any_number_are_inserted_once_and_in_order,
    rows_that_conflict_are_left_out,
    a_list_of_any_length_finds_each_of_its_rows_once,
    a_statement_over_a_list_counts_its_rows,
    nothing_is_asked_about_an_empty_list,
);

/// Around the length at which a list is split, and around the powers of two that lists are split by.
const LENGTHS: [i64; 11] = [0, 1, 2, 3, 126, 127, 128, 129, 255, 257, 1000];

const HEAD: &str = "INSERT INTO parked (tenant, update_id, reason, raw, at) VALUES";

async fn insert(tx: &mut Tx, tenant: TenantId, count: i64) -> Vec<i64> {
    let args: Vec<Arg<'_>> =
        (0..count).flat_map(|n| [tenant.into(), n.into(), "".into(), "".into(), 0_i64.into()]).collect();
    numbers(&tx.insert_rows(HEAD, 5, &args, "RETURNING update_id").await.unwrap())
}

fn numbers(rows: &[Row]) -> Vec<i64> {
    rows.iter().map(|row| row.get(0).unwrap()).collect()
}

async fn rows_of_any_number_are_inserted_once_and_in_order(db: Fresh) {
    let tenant = tenant(&db).await;
    for count in LENGTHS {
        let mut tx = db.write().await.unwrap();
        let expected: Vec<i64> = (0..count).collect();
        assert_eq!(insert(&mut tx, tenant, count).await, expected);
        let rows = tx.rows("SELECT update_id FROM parked ORDER BY id", &[]).await.unwrap();
        assert_eq!(numbers(&rows), expected, "the ids don't follow the order of insertion");
    }
}

async fn rows_that_conflict_are_left_out(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    let head = "INSERT INTO handled (tenant, update_id, at) VALUES";
    let tail = "ON CONFLICT DO NOTHING RETURNING update_id";
    let args = |range: std::ops::Range<i64>| -> Vec<Arg<'static>> {
        range.flat_map(|n| [tenant.into(), n.into(), 0_i64.into()]).collect()
    };
    for (turn, count) in LENGTHS.into_iter().enumerate() {
        let start = 10_000 * (i64::try_from(turn).unwrap() + 1);
        let rows = tx.insert_rows(head, 3, &args(start..start + count), tail).await.unwrap();
        assert_eq!(numbers(&rows), (start..start + count).collect::<Vec<i64>>());
    }
    assert_eq!(tx.insert_rows(head, 3, &args(0..200), tail).await.unwrap().len(), 200);
    let rows = tx.insert_rows(head, 3, &args(100..300), tail).await.unwrap();
    assert_eq!(numbers(&rows), (200..300).collect::<Vec<i64>>());
}

async fn a_list_of_any_length_finds_each_of_its_rows_once(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    insert(&mut tx, tenant, 1100).await;
    let sql = "SELECT update_id FROM parked WHERE tenant = $1 AND update_id IN";
    for count in LENGTHS {
        // Half of them aren't there.
        let list: Vec<Arg<'_>> = (0..count).map(|n| (n * 2 - count + 50).into()).collect();
        let mut found = numbers(&tx.rows_in(sql, &[tenant.into()], &list).await.unwrap());
        found.sort_unstable();
        let expected: Vec<i64> =
            (0..count).map(|n| n * 2 - count + 50).filter(|n| (0..1100).contains(n)).collect();
        assert_eq!(found, expected, "of a list of {count}");
    }
}

async fn a_statement_over_a_list_counts_its_rows(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    insert(&mut tx, tenant, 1000).await;
    let list: Vec<Arg<'_>> = (300..450_i64).map(Arg::from).collect();
    let sql = "UPDATE parked SET at = $1 WHERE update_id IN";
    assert_eq!(tx.run_in(sql, &[9_i64.into()], &list).await.unwrap(), 150);
    let left = tx.rows("SELECT update_id FROM parked WHERE at = 9 ORDER BY update_id", &[]).await.unwrap();
    assert_eq!(numbers(&left), (300..450).collect::<Vec<i64>>());
}

async fn nothing_is_asked_about_an_empty_list(db: Fresh) {
    let mut tx = db.write().await.unwrap();
    // Each would fail if it were sent.
    assert!(tx.rows_in("no SQL at all", &[], &[]).await.unwrap().is_empty());
    assert_eq!(tx.run_in("no SQL at all", &[], &[]).await.unwrap(), 0);
    assert!(tx.insert_rows("no SQL at all", 3, &[], "").await.unwrap().is_empty());
    tx.commit().await.unwrap();
}
