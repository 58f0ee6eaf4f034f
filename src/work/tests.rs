//! Purpose: pieces of work that share a transaction, kept and undone in any order.

use proptest::prelude::*;

use super::*;
use crate::failure::Failure;
use crate::i18n::say;
use crate::storage::testing::{TestSchool, commit};

const NOTES: Insert = Insert {
    head: "INSERT INTO parked (tenant, update_id, reason, raw, at) VALUES",
    width: 5,
    tail: "ON CONFLICT DO NOTHING",
};
const NUMBERS: Insert = Insert {
    head: "INSERT INTO handled (tenant, update_id, at) VALUES",
    width: 3,
    tail: "ON CONFLICT DO NOTHING",
};

/// What a piece of work does, in this order, and whether it is kept.
#[derive(Clone, Debug)]
struct Piece {
    staged_before: u8,
    reads: bool,
    staged_after: u8,
    kept: bool,
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece = (0..4_u8, any::<bool>(), 0..4_u8, any::<bool>());
    let piece = piece.prop_map(|(staged_before, reads, staged_after, kept)| Piece {
        staged_before,
        reads,
        staged_after,
        kept,
    });
    proptest::collection::vec(piece, 0..12)
}

/// Carries the pieces out; returns what must be there and what is.
async fn carry_out(school: &TestSchool, pieces: &[Piece]) -> (Vec<i64>, Vec<i64>) {
    let mut batch = school.batch(Millis(1)).await;
    let (mut number, mut expected) = (0, Vec::new());
    for piece in pieces {
        let before = expected.clone();
        let mut work = batch.work();
        let tenant = work.tenant.0;
        let mut stage = |work: &mut Work<'_>, count: u8| {
            for _ in 0..count {
                number += 1;
                expected.push(number);
                work.insert_later(&NUMBERS, vec![tenant.into(), number.into(), 0.into()]);
            }
        };
        stage(&mut work, piece.staged_before);
        if piece.reads {
            work.write_staged().await.unwrap();
        }
        stage(&mut work, piece.staged_after);
        if piece.kept {
            work.keep().await.unwrap();
        } else {
            work.undo().await.unwrap();
            expected = before;
        }
    }
    commit(batch).await;
    let mut tx = school.database.read().await.unwrap();
    let rows = tx.rows("SELECT update_id FROM handled ORDER BY update_id", &[]).await.unwrap();
    (expected, rows.iter().map(|row| row.get(0).unwrap()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_staged_is_written_exactly_if_its_work_is_kept(pieces in pieces()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (expected, found) = runtime.block_on(async {
            carry_out(&TestSchool::open(0, Config::starter().unwrap()).await, &pieces).await
        });
        prop_assert_eq!(expected, found);
    }
}

#[tokio::test]
async fn rows_of_several_kinds_are_each_written_where_they_belong() {
    let school = TestSchool::open(0, Config::starter().unwrap()).await;
    let mut batch = school.batch(Millis(1)).await;
    let mut work = batch.work();
    let tenant = work.tenant.0;
    for number in 0..3 {
        work.insert_later(&NOTES, vec![tenant.into(), number.into(), "why".into(), "".into(), 0.into()]);
        work.insert_later(&NUMBERS, vec![tenant.into(), number.into(), 0.into()]);
    }
    work.write_staged().await.unwrap();
    for table in ["SELECT COUNT(*) FROM parked WHERE reason = 'why'", "SELECT COUNT(*) FROM handled"] {
        let count: i64 = work.reading().one(table, &[]).await.unwrap().unwrap().get(0).unwrap();
        assert_eq!(count, 3, "{table}");
    }
    work.keep().await.unwrap();
    commit(batch).await;
}

#[tokio::test]
async fn an_attempt_that_goes_wrong_is_undone_alone_and_a_panic_is_counted() {
    let school = TestSchool::open(0, Config::starter().unwrap()).await;
    let mut batch = school.batch(Millis(1)).await;
    let mut ends = Vec::new();
    for (number, end) in (1_i64..).zip(["kept", "refused", "broken", "rule", "panicked", "kept"]) {
        let attempt = batch.attempt(async |work| {
            work.writing().await?;
            let tenant = work.tenant.0;
            work.insert_later(&NUMBERS, vec![tenant.into(), number.into(), 0.into()]);
            work.write_staged().await?;
            match end {
                "refused" => return Err(Failure::Refused(say::refused_button_unknown())),
                "broken" => return Err(anyhow::anyhow!("broken").into()),
                // A statement that fails ends a transaction on PostgreSQL, but for its savepoint.
                "rule" => {
                    work.reading().run("INSERT INTO handled (tenant) VALUES (NULL)", &[]).await?;
                }
                _ => assert_ne!(end, "panicked", "a mistake"),
            }
            Ok(number)
        });
        ends.push(attempt.await.unwrap().into_result().is_ok());
    }
    assert_eq!(ends, [true, false, false, false, false, true]);
    commit(batch).await;
    let mut tx = school.database.read().await.unwrap();
    let rows = tx.rows("SELECT update_id FROM handled ORDER BY update_id", &[]).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.get(0).unwrap()).collect::<Vec<i64>>(), [1, 6]);
    assert_eq!(school.setting.panics.get(), 1);
}
