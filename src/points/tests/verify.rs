//! Purpose: whatever is changed in the stored ledger is found, and where.

use super::{at, of};
use crate::config::Config;
use crate::i18n::Language;
use crate::ids::PersonId;
use crate::points::{self, Act, Difference, Reason, Report};
use crate::roster;
use crate::storage::Tx;
use crate::storage::testing::{TestSchool, commit};

/// Two people with some entries each, one of them with a capped entry and a reversal.
async fn school() -> (TestSchool, PersonId, PersonId) {
    let school = TestSchool::open(2, Config::for_tests()).await;
    let [teacher, person] = school.people[..] else { panic!("two people") };
    let mut batch = school.batch(at(0, 9)).await;
    let mut work = batch.work();
    for id in ["a", "b", "c"] {
        points::award(&mut work, &of(person, Act::FinishLesson, id)).await.unwrap();
        points::award(&mut work, &of(teacher, Act::FinishLesson, id)).await.unwrap();
    }
    let permit = roster::permit(&mut work, teacher, school.group).await.unwrap();
    points::reverse(&mut work, permit, person, 2, Reason::Mistake).await.unwrap();
    work.keep().await.unwrap();
    commit(batch).await;
    (school, teacher, person)
}

/// What is found after a change that is then rolled back.
async fn after(school: &TestSchool, change: &'static str, person: PersonId) -> Report {
    let mut tx = school.database.write().await.unwrap();
    if !tx.is_postgres() {
        tx.run("PRAGMA defer_foreign_keys = ON", &[]).await.unwrap();
    }
    assert!(tx.run(change, &[person.into()]).await.unwrap() > 0, "{change}");
    verify(&mut tx).await
}

async fn verify(tx: &mut Tx) -> Report {
    points::verify(tx).await.unwrap()
}

#[tokio::test]
async fn an_untouched_ledger_is_clean() {
    let (school, ..) = school().await;
    let mut tx = school.database.read().await.unwrap();
    let report = verify(&mut tx).await;
    assert_eq!(report, Report { accounts: 2, entries: 7, found: 0, differences: Vec::new() });
    let words = report.text(Language::English);
    assert_eq!(words, "The ledger is right: 2 accounts, 7 entries; order, hash chain and balances agree.");
}

#[tokio::test]
async fn a_change_of_any_field_of_an_entry_is_found() {
    let (school, _, person) = school().await;
    let changes = [
        "UPDATE ledger SET delta = delta + 1 WHERE person = $1 AND number = 2",
        "UPDATE ledger SET rule = 'video' WHERE person = $1 AND number = 2",
        "UPDATE ledger SET rule_set = 'other' WHERE person = $1 AND number = 2",
        "UPDATE ledger SET source_kind = 'quiz' WHERE person = $1 AND number = 2",
        "UPDATE ledger SET source_id = 'z' WHERE person = $1 AND number = 2",
        "UPDATE ledger SET actor = 'person:9' WHERE person = $1 AND number = 2",
        "UPDATE ledger SET at = at + 1 WHERE person = $1 AND number = 2",
        "UPDATE ledger SET day = day - 1 WHERE person = $1 AND number = 2",
        "UPDATE ledger SET cap = 'day' WHERE person = $1 AND number = 2",
        "UPDATE ledger SET cap = '' WHERE person = $1 AND number = 2",
        "UPDATE ledger SET reason = 'mistake' WHERE person = $1 AND number = 2",
        "UPDATE ledger SET hash = '00' WHERE person = $1 AND number = 2",
    ];
    for change in changes {
        let report = after(&school, change, person).await;
        assert_eq!(report.differences.first(), Some(&Difference::Altered { person, number: 2 }), "{change}");
    }
}

#[tokio::test]
async fn an_entry_that_is_moved_removed_or_renumbered_is_found() {
    let (school, teacher, person) = school().await;
    let report = after(&school, "DELETE FROM ledger WHERE person = $1 AND number = 2", person).await;
    assert_eq!(report.differences[0], Difference::Gap { person, number: 3 });
    assert!(report.differences.contains(&Difference::Balance { person, stored: 2, summed: 0 }));

    let last = "DELETE FROM ledger WHERE person = $1 AND number = 3 AND delta = 0";
    let report = after(&school, last, teacher).await;
    assert_eq!(report.differences, [Difference::End { person: teacher }]);

    let report =
        after(&school, "UPDATE ledger SET number = 9 WHERE person = $1 AND number = 4", person).await;
    assert!(report.differences.contains(&Difference::Gap { person, number: 9 }));

    let moved = "UPDATE ledger SET number = 4, rule = 'live',
        person = (SELECT MIN(person) FROM ledger) WHERE person = $1 AND number = 4";
    let report = after(&school, moved, person).await;
    assert_eq!(report.differences[0], Difference::Altered { person: teacher, number: 4 });
    assert!(report.differences.contains(&Difference::End { person }));
}

#[tokio::test]
async fn a_change_of_an_account_is_found() {
    let (school, _, person) = school().await;
    let report = after(&school, "UPDATE accounts SET balance = 999 WHERE person = $1", person).await;
    assert_eq!(report.differences, [Difference::Balance { person, stored: 999, summed: 2 }]);
    for change in [
        "UPDATE accounts SET entries = 5 WHERE person = $1",
        "UPDATE accounts SET head = '' WHERE person = $1",
    ] {
        assert_eq!(
            after(&school, change, person).await.differences,
            [Difference::End { person }],
            "{change}"
        );
    }
    let (stranger, ..) = school.strangers(0).await;
    assert_ne!(stranger, school.setting.tenant);
    let moved = "UPDATE accounts SET tenant = (SELECT MAX(id) FROM tenants) WHERE person = $1";
    assert_eq!(after(&school, moved, person).await.differences, [Difference::Tenant { person }]);
}

#[tokio::test]
async fn entries_without_an_account_are_found() {
    let (school, teacher, person) = school().await;
    if matches!(school.database, crate::storage::Database::Postgres(_)) {
        return; // The foreign key doesn't let it happen there.
    }
    for person in [teacher, person] {
        let report = after(&school, "DELETE FROM accounts WHERE person = $1", person).await;
        assert_eq!(report.differences, [Difference::NoAccount { person }]);
    }
}

#[tokio::test]
async fn a_ledger_longer_than_a_page_is_walked_to_its_end() {
    let school = TestSchool::open(2, Config::for_tests()).await;
    let mut batch = school.batch(at(0, 9)).await;
    let mut work = batch.work();
    for number in 0..501 {
        let id = number.to_string();
        for person in &school.people {
            points::award(&mut work, &of(*person, Act::Survey, &id)).await.unwrap();
        }
    }
    work.keep().await.unwrap();
    commit(batch).await;
    let mut tx = school.database.write().await.unwrap();
    assert_eq!(verify(&mut tx).await.entries, 1_002);
    tx.run("UPDATE ledger SET at = at + 1 WHERE number > 300", &[]).await.unwrap();
    let report = verify(&mut tx).await;
    assert_eq!((report.found, report.differences.len()), (402, 100));
    let words = report.text(Language::English);
    assert!(words.contains("402 places") && words.contains("302 more"), "{words}");
}
