//! Purpose: what the outbox's statements promise, on both databases.

use super::*;
use crate::channel::{Card, Outgoing};
use crate::databases::{Fresh, on_both};
use crate::ids::{DigestId, PostId, RunId};
use crate::outbox::{NewRow, Superseded, supersede};
use crate::storage::Database;

on_both!(
    of_many_rows_each_new_key_is_written_once_and_handed_over_in_order,
    rows_are_handed_over_with_the_native_ids_of_their_targets,
    a_broadcast_written_in_several_stretches_and_a_notice_are_found_in_turn,
    all_digests_have_one_share,
    only_what_was_never_tried_is_superseded_and_its_key_is_free,
);

const TENANT: TenantId = TenantId(1);

async fn tenant(fresh: &Fresh) -> Database {
    let database = fresh.database.clone();
    let mut tx = database.write().await.unwrap();
    let sql = "INSERT INTO tenants (channel, native, button_key, created_at) VALUES ('test', '1', $1, 0) RETURNING id";
    let row = tx.one(sql, &[Arg::Bytes(b"key")]).await.unwrap().unwrap();
    assert_eq!(row.get::<TenantId>(0).unwrap(), TENANT);
    tx.commit().await.unwrap();
    database
}

fn row(number: i64, words: &str, about: Option<About>) -> NewRow {
    NewRow {
        key: format!("test/{number}"),
        to: Target::Chat(Address::Group(GroupId(number))),
        priority: Priority::Announcement,
        what: Outgoing::Say { card: Card { body: words.to_owned().into(), ..Card::default() } },
        about,
        not_before: Millis(0),
        expires_at: None,
    }
}

async fn write(database: &Database, rows: Vec<NewRow>, now: i64) -> Vec<Written> {
    let mut tx = database.write().await.unwrap();
    let written = insert(&mut tx, TENANT, rows, Millis(now)).await.unwrap();
    tx.commit().await.unwrap();
    written
}

/// The numbers of what is found due, in the order it goes out.
async fn found(database: &Database, rows_max: i64) -> Vec<i64> {
    let mut tx = database.read().await.unwrap();
    let found = find(&mut tx, TENANT, Millis(1_000), rows_max).await.unwrap();
    let mut numbers = Vec::new();
    for id in found.ids {
        let row = tx.one("SELECT to_id FROM outbox WHERE id = $1", &[id.into()]).await.unwrap().unwrap();
        numbers.push(row.get(0).unwrap());
    }
    numbers
}

async fn of_many_rows_each_new_key_is_written_once_and_handed_over_in_order(fresh: Fresh) {
    let database = tenant(&fresh).await;
    let words =
        |number: i64| if number % 7 == 0 { format!("“{number}”\n") } else { "all the same".to_owned() };
    let rows = |numbers: std::ops::Range<i64>| numbers.map(|number| row(number, &words(number), None));
    assert_eq!(write(&database, rows(0..300).collect(), 5).await.len(), 300);
    // Some are known, one comes twice.
    let again: Vec<NewRow> = rows(200..700).chain(rows(650..651)).collect();
    assert!(are_many(&again));
    let written = write(&database, again, 6).await;
    assert_eq!(written.len(), 400);
    assert!(written.windows(2).all(|two| two[0].id < two[1].id));
    assert!(written.iter().zip(300..).all(|(one, number)| one.row.key == format!("test/{number}")));
    let mut tx = database.read().await.unwrap();
    for Written { id, row, created_at, .. } in &written {
        let sql = "SELECT dedup_key, payload, created_at FROM outbox WHERE id = $1";
        let stored = tx.one(sql, &[(*id).into()]).await.unwrap().unwrap();
        assert_eq!(stored.get::<String>(0).unwrap(), row.key);
        assert_eq!(stored.get::<String>(1).unwrap(), json(&row.what).unwrap());
        assert_eq!((stored.get::<Millis>(2).unwrap(), *created_at), (Millis(6), Millis(6)));
    }
}

async fn rows_are_handed_over_with_the_native_ids_of_their_targets(fresh: Fresh) {
    let database = tenant(&fresh).await;
    let mut tx = database.write().await.unwrap();
    let sql = "INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, created_at) \
               VALUES ($1, 'native', '', 'group', 'active', 'administrator', '{}', 0) RETURNING id";
    let group: GroupId = tx.one(sql, &[TENANT.into()]).await.unwrap().unwrap().get(0).unwrap();
    tx.commit().await.unwrap();
    for (time, rows) in [(5, 10), (6, 700)] {
        let key = |number: i64| format!("{time}/{number}");
        let numbers = (group.0..group.0 + rows).rev();
        let rows = numbers.map(|number| NewRow { key: key(number), ..row(number, "", None) });
        for written in write(&database, rows.collect(), time).await {
            let is_there = written.row.to == Target::Chat(Address::Group(group));
            assert_eq!(written.native, is_there.then(|| Native::from("native")), "{written:?}");
        }
    }
}

async fn a_broadcast_written_in_several_stretches_and_a_notice_are_found_in_turn(fresh: Fresh) {
    let database = tenant(&fresh).await;
    let of_run = |post: i64| Some(About::BroadcastPost { post: PostId(post), run: Some(RunId(7)) });
    for stretch in 0..4 {
        let rows = (stretch * 50..stretch * 50 + 50).map(|number| row(number, "broadcast", of_run(number)));
        write(&database, rows.collect(), stretch).await;
    }
    write(&database, (1_000..1_040).map(|number| row(number, "notice", None)).collect(), 9).await;
    let first = found(&database, 80).await;
    assert_eq!(first.iter().filter(|number| **number >= 1_000).count(), 40, "{first:?}");
}

async fn all_digests_have_one_share(fresh: Fresh) {
    let database = tenant(&fresh).await;
    for number in 0..30 {
        let about = About::Digest { digest: DigestId(number) };
        write(&database, vec![row(number, "digest", Some(about))], number).await;
    }
    write(&database, (1_000..1_010).map(|number| row(number, "notice", None)).collect(), 99).await;
    let first = found(&database, 20).await;
    assert_eq!(first.iter().filter(|number| **number >= 1_000).count(), 10, "{first:?}");
}

async fn only_what_was_never_tried_is_superseded_and_its_key_is_free(fresh: Fresh) {
    let database = tenant(&fresh).await;
    write(&database, (1..=4).map(|number| row(number, "early", None)).collect(), 1).await;
    let mut tx = database.write().await.unwrap();
    for sql in [
        "UPDATE outbox SET state = 'sending' WHERE to_id = 2",
        "UPDATE outbox SET uncertain = 1 WHERE to_id = 3",
        "UPDATE outbox SET attempts = 1 WHERE to_id = 4",
    ] {
        tx.run(sql, &[]).await.unwrap();
    }
    let keys: Vec<String> = (1..=5).map(|number| format!("test/{number}")).collect();
    let taken = supersede(&mut tx, TENANT, &keys, Millis(2)).await.unwrap();
    tx.commit().await.unwrap();
    let NewRow { key, priority, what, not_before, expires_at, .. } = row(1, "early", None);
    assert_eq!(taken, [Superseded { key, priority, what, not_before, expires_at }]);
    let again = write(&database, (1..=4).map(|number| row(number, "late", None)).collect(), 3).await;
    assert_eq!(again.iter().map(|row| row.row.key.as_str()).collect::<Vec<_>>(), ["test/1"]);
    let mut ready = found(&database, 10).await;
    ready.sort_unstable();
    assert_eq!(ready, [1, 3, 4], "of each that is not being sent there is one");
}
