//! Purpose: statements over many rows, whatever their number.

use homeroom::ids::TenantId;
use homeroom::storage::{Arg, Error, Row, Statement, Tx};

use super::tenant;
use crate::databases::{Fresh, on_both};

on_both!(
    rows_of_any_number_are_inserted_once_and_in_order,
    rows_that_conflict_are_left_out,
    a_list_of_any_length_finds_each_of_its_rows_once,
    a_list_of_texts_is_taken_word_for_word,
    statements_asked_together_run_in_order_and_each_has_its_own_answer,
    of_statements_asked_together_one_that_fails_fails_all,
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

async fn a_list_of_texts_is_taken_word_for_word(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    let texts = ["家长", "a\"b", "a'b", "$1", "", "\\", "1", "{\"a\":[1]}", "\n"];
    for text in texts {
        let args = [tenant.into(), 0_i64.into(), text.into(), "".into(), 0_i64.into()];
        tx.insert_rows(HEAD, 5, &args, "").await.unwrap();
    }
    let list: Vec<Arg<'_>> = texts.into_iter().chain(["2", "b"]).map(Arg::from).collect();
    let rows = tx.rows_in("SELECT reason FROM parked WHERE reason IN", &[], &list).await.unwrap();
    let mut found: Vec<String> = rows.iter().map(|row| row.get(0).unwrap()).collect();
    found.sort_unstable();
    let mut expected = texts.to_vec();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

async fn statements_asked_together_run_in_order_and_each_has_its_own_answer(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    let five =
        |n: i64| -> Vec<Arg<'static>> { vec![tenant.into(), n.into(), "".into(), "".into(), 0_i64.into()] };
    let answers = tx
        .ask(vec![
            Statement::with_rows(HEAD, 5, [five(1), five(2), five(3)].concat(), "RETURNING update_id"),
            Statement::with_list("no SQL at all", &[], Vec::new()),
            Statement::new("UPDATE parked SET at = $2 WHERE update_id = $1", &[2_i64.into(), 7_i64.into()]),
            Statement::with_list(
                "SELECT update_id FROM parked WHERE at < $1 AND update_id IN",
                &[5_i64.into()],
                vec![1_i64.into(), 2_i64.into(), 3_i64.into()],
            ),
            Statement::with_rows(HEAD, 5, five(4), "RETURNING update_id"),
            Statement::new("SELECT update_id FROM parked WHERE at = $1", &[7_i64.into()]),
        ])
        .await
        .unwrap();
    let answers: Vec<Vec<i64>> = answers.iter().map(|rows| numbers(rows)).collect();
    assert_eq!(answers, [vec![1, 2, 3], vec![], vec![], vec![1, 3], vec![4], vec![2]]);
}

async fn of_statements_asked_together_one_that_fails_fails_all(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    let row = [tenant.into(), 1_i64.into(), "".into(), "".into(), 0_i64.into()];
    let twice = [tenant.into(), 1_i64.into(), 0_i64.into(), tenant.into(), 1_i64.into(), 0_i64.into()];
    let asked = tx.ask(vec![
        Statement::with_rows(HEAD, 5, row.to_vec(), ""),
        Statement::with_rows("INSERT INTO handled (tenant, update_id, at) VALUES", 3, twice.to_vec(), ""),
        Statement::with_rows(HEAD, 5, row.to_vec(), ""),
    ]);
    asked.await.expect_err("the same number twice");
    assert!(matches!(tx.commit().await, Err(Error::Aborted)));
    let left = db.read().await.unwrap().rows("SELECT update_id FROM parked", &[]).await.unwrap();
    assert!(left.is_empty());
}

async fn nothing_is_asked_about_an_empty_list(db: Fresh) {
    let mut tx = db.write().await.unwrap();
    // Each would fail if it were sent.
    assert!(tx.rows_in("no SQL at all", &[], &[]).await.unwrap().is_empty());
    assert!(tx.ask(Vec::new()).await.unwrap().is_empty());
    assert!(tx.insert_rows("no SQL at all", 3, &[], "").await.unwrap().is_empty());
    tx.commit().await.unwrap();
}
