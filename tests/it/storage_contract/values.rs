//! Purpose: what is written is what is read.

use homeroom::storage::Arg;

use super::tenant;
use crate::databases::{Fresh, on_both};

on_both!(
    numbers_come_back_to_their_extremes,
    texts_come_back_in_every_script,
    a_nul_is_stored_as_the_replacement_sign,
    bytes_come_back_in_every_value,
    nothing_comes_back_as_nothing,
    nothing_read_as_something_is_an_error,
    a_conflict_can_be_ignored_or_merged,
    returning_gives_what_was_changed,
);

const PARK: &str = "INSERT INTO parked (tenant, update_id, reason, raw, at) VALUES ($1, $2, $3, '', 0) RETURNING update_id, reason";

async fn numbers_come_back_to_their_extremes(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    for number in [i64::MIN, i64::MIN + 1, -1, 0, 1, 1 << 53, (1 << 53) + 1, i64::MAX] {
        let row = tx.one(PARK, &[tenant.into(), number.into(), "".into()]).await.unwrap().unwrap();
        assert_eq!(row.get::<i64>(0).unwrap(), number);
        let found =
            tx.one("SELECT count(*) FROM parked WHERE update_id = $1", &[number.into()]).await.unwrap();
        assert_eq!(found.unwrap().get::<i64>(0).unwrap(), 1, "{number} is not found again");
    }
}

async fn texts_come_back_in_every_script(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    let long = "家长群".repeat(100_000);
    let texts = [
        "",
        " ",
        "'; DROP TABLE parked; --",
        "a\tb\nc\r\n\u{1}\u{7f}\\",
        "作业写完了吗？",
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "e\u{301} é \u{202e}abc\u{202c} \u{feff}",
        // The last letter of each plane that has any: the supplementary ones, the private ones.
        "\u{fffd}\u{1ffff}\u{2ffff}\u{3134a}\u{e01ef}\u{f0000}\u{10ffff}",
        &long,
    ];
    for text in texts {
        let row = tx.one(PARK, &[tenant.into(), Arg::Int(None), text.into()]).await.unwrap().unwrap();
        assert_eq!(row.get::<String>(1).unwrap(), text);
        let found = tx.one("SELECT count(*) FROM parked WHERE reason = $1", &[text.into()]).await.unwrap();
        assert_eq!(found.unwrap().get::<i64>(0).unwrap(), 1, "not found again");
    }
}

async fn a_nul_is_stored_as_the_replacement_sign(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    let row = tx.one(PARK, &[tenant.into(), Arg::Int(None), "a\0b".into()]).await.unwrap().unwrap();
    assert_eq!(row.get::<String>(1).unwrap(), "a\u{fffd}b");
    tx.commit().await.unwrap();
}

async fn bytes_come_back_in_every_value(db: Fresh) {
    let mut tx = db.write().await.unwrap();
    let every: Vec<u8> = (0..=u8::MAX).collect();
    let sql = "INSERT INTO tenants (channel, native, button_key, created_at) VALUES ('t', $1, $2, 0) RETURNING button_key";
    for (native, bytes) in [("none", &[][..]), ("nul", &[0]), ("every", &every)] {
        let row = tx.one(sql, &[native.into(), Arg::Bytes(bytes)]).await.unwrap().unwrap();
        assert_eq!(row.get::<Vec<u8>>(0).unwrap(), bytes);
    }
}

async fn nothing_comes_back_as_nothing(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    let sql = "INSERT INTO people (tenant, native, name, language, created_at) VALUES ($1, $2, '', $3, 0) RETURNING language";
    for (native, language) in [("1", None), ("2", Some("")), ("3", Some("en"))] {
        let row = tx.one(sql, &[tenant.into(), native.into(), language.into()]).await.unwrap().unwrap();
        assert_eq!(row.get::<Option<String>>(0).unwrap().as_deref(), language);
    }
    for number in [None, Some(0), Some(7)] {
        let row = tx.one(PARK, &[tenant.into(), number.into(), "".into()]).await.unwrap().unwrap();
        assert_eq!(row.get::<Option<i64>>(0).unwrap(), number);
    }
}

async fn nothing_read_as_something_is_an_error(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    let row = tx.one(PARK, &[tenant.into(), Arg::Int(None), "".into()]).await.unwrap().unwrap();
    assert!(row.get::<i64>(0).is_err());
    assert!(row.get::<bool>(0).is_err());
    assert!(row.get::<i64>(1).is_err(), "a text was read as a number");
    assert!(row.get::<i64>(2).is_err(), "a column that isn't there was read");
}

async fn a_conflict_can_be_ignored_or_merged(db: Fresh) {
    let mut tx = db.write().await.unwrap();
    let ignore =
        "INSERT INTO leases (name, holder, term, until) VALUES ('send', $1, 1, 0) ON CONFLICT DO NOTHING";
    assert_eq!(tx.run(ignore, &["a".into()]).await.unwrap(), 1);
    assert_eq!(tx.run(ignore, &["b".into()]).await.unwrap(), 0);
    let merge = "INSERT INTO leases (name, holder, term, until) VALUES ('send', $1, 1, $2)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, term = leases.term + 1
         WHERE leases.until <= $2 RETURNING holder, term";
    let taken = tx.one(merge, &["c".into(), 0_i64.into()]).await.unwrap().unwrap();
    assert_eq!((taken.get::<String>(0).unwrap(), taken.get::<i64>(1).unwrap()), ("c".to_owned(), 2));
    assert!(
        tx.one(merge, &["d".into(), (-1_i64).into()]).await.unwrap().is_none(),
        "the condition was not heeded"
    );
}

async fn returning_gives_what_was_changed(db: Fresh) {
    let tenant = tenant(&db).await;
    let mut tx = db.write().await.unwrap();
    for update in 1..=3_i64 {
        tx.run(PARK, &[tenant.into(), update.into(), "".into()]).await.unwrap();
    }
    let update = "UPDATE parked SET at = update_id * 10 WHERE update_id > $1 RETURNING at";
    let rows = tx.rows(update, &[1_i64.into()]).await.unwrap();
    let mut times: Vec<i64> = rows.iter().map(|row| row.get(0).unwrap()).collect();
    times.sort_unstable();
    assert_eq!(times, [20, 30]);
    let delete = "DELETE FROM parked WHERE at = $1 RETURNING update_id";
    assert_eq!(tx.one(delete, &[20_i64.into()]).await.unwrap().unwrap().get::<i64>(0).unwrap(), 2);
    assert_eq!(tx.run("DELETE FROM parked", &[]).await.unwrap(), 2);
}
