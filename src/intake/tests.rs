//! Purpose: a panic spoils nothing but the update that brought it.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Counters, Intake, batch};
use crate::channel::{Event, Outgoing, Parsed, RawUpdate};
use crate::clock::{Clock, Millis};
use crate::config::Config;
use crate::failure::Outcome;
use crate::ids::{PersonId, UpdateId};
use crate::outbox::{NewRow, Priority, Target, Wake};
use crate::roster;
use crate::storage::testing::TestSchool;
use crate::work::{Batch, Work};

const NOW: Millis = Millis(1_788_775_200_000);

fn intake(school: &TestSchool, parse: fn(&str) -> Parsed) -> Intake {
    Intake {
        database: school.database.clone(),
        setting: watch::channel(school.setting.clone()).1,
        clock: Clock::frozen(NOW),
        wake: Wake::default(),
        parse,
        bot_name: "bot".to_owned(),
        counters: Arc::new(Counters { panicked: school.setting.panics.clone(), ..Counters::default() }),
    }
}

/// What the database holds: the texts of one column.
async fn texts(school: &TestSchool, sql: &'static str) -> Vec<String> {
    let mut tx = school.database.read().await.unwrap();
    tx.rows(sql, &[]).await.unwrap().iter().map(|row| row.get(0).unwrap()).collect()
}

/// A piece of work that leaves a row in two tables, and then ends well or not.
async fn deed(work: &mut Work<'_>, person: PersonId, name: &str, goes_wrong: bool) -> Outcome<()> {
    roster::audit(work, person, name, "1").await?;
    work.send(NewRow {
        key: name.to_owned(),
        to: Target::Bot,
        priority: Priority::Digest,
        what: Outgoing::Leave,
        about: None,
        not_before: NOW,
        expires_at: None,
    });
    assert!(!goes_wrong, "a mistake in {name}");
    Ok(())
}

#[tokio::test]
async fn a_panic_undoes_its_own_work_and_parks_its_update_and_the_others_are_kept() {
    let school = TestSchool::open(1, Config::starter().unwrap()).await;
    let intake = intake(&school, crate::channel::telegram::parse);
    let event = Event::Ignored { kind: "test" };
    let mut batch = Batch::new(school.database.write().await.unwrap(), school.setting.clone(), NOW);
    for (number, name) in [(1, "before"), (2, "broken"), (3, "after")] {
        let person = school.people[0];
        let piece = async |work: &mut Work<'_>| deed(work, person, name, name == "broken").await;
        let touched = batch::one(&intake, &mut batch, UpdateId(number), &event, name, piece).await.unwrap();
        assert!(touched, "{name} is remembered, so that it doesn't come again");
    }
    let (tx, _) = batch.finish().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(texts(&school, "SELECT action FROM audit ORDER BY id").await, ["before", "after"]);
    assert_eq!(texts(&school, "SELECT dedup_key FROM outbox ORDER BY id").await, ["before", "after"]);
    assert_eq!(texts(&school, "SELECT raw FROM parked").await, ["broken"]);
    assert_eq!(texts(&school, "SELECT reason FROM parked").await, ["panic: a mistake in broken"]);
    let counters = &intake.counters;
    assert_eq!((counters.handled.get(), counters.panicked.get(), counters.parked.get()), (3, 1, 1));
}

/// Reads updates as Telegram's are read, but for one word.
fn parse_with_a_mistake(text: &str) -> Parsed {
    assert!(!text.contains("spoilt"), "this can't be read");
    crate::channel::telegram::parse(text)
}

#[tokio::test]
async fn a_panic_while_reading_parks_its_update_and_the_batch_is_committed() {
    let school = TestSchool::open(1, Config::starter().unwrap()).await;
    let intake = intake(&school, parse_with_a_mistake);
    // More than are read in one place, so that the reading on all cores is tried too.
    for count in [3, 60] {
        let update = |number: i64| match number % 3 {
            1 => format!("{{\"update_id\": {number}, \"spoilt\": 1}}"),
            _ => format!("{{\"update_id\": {number}, \"message\": 7}}"),
        };
        let updates: Arc<[RawUpdate]> =
            (count * 10..count * 11).map(|number| RawUpdate(update(number).into())).collect();
        batch::handle(&intake, &updates).await.unwrap();
    }
    let spoilt = texts(&school, "SELECT raw FROM parked WHERE reason = 'panic: this can''t be read'").await;
    assert_eq!(spoilt.len(), 21);
    assert!(spoilt.iter().all(|raw| raw.contains("spoilt")), "each text is beside its own reason");
    assert_eq!(
        texts(&school, "SELECT raw FROM parked").await.len(),
        63,
        "the others are parked for what they are"
    );
    assert_eq!(texts(&school, "SELECT CAST(update_id AS TEXT) FROM handled").await.len(), 42);
}

#[tokio::test]
async fn an_update_that_comes_again_is_known_however_far_the_numbers_beside_it_are() {
    let school = TestSchool::open(1, Config::starter().unwrap()).await;
    let intake = intake(&school, crate::channel::telegram::parse);
    let update = |number: i64| RawUpdate(format!("{{\"update_id\": {number}, \"message\": 7}}").into());
    let numbers = [7, 8, 5_000_000];
    let handle = async |numbers: &[i64]| {
        let updates: Arc<[RawUpdate]> = numbers.iter().map(|number| update(*number)).collect();
        batch::handle(&intake, &updates).await.unwrap();
    };
    handle(&numbers).await;
    for again in [&numbers[..], &numbers[..2], &numbers[2..]] {
        let before = intake.counters.repeated.get();
        handle(again).await;
        assert_eq!(intake.counters.repeated.get() - before, u64::try_from(again.len()).unwrap());
    }
    assert_eq!(texts(&school, "SELECT raw FROM parked").await.len(), 3);
}
