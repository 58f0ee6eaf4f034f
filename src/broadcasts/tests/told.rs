//! Purpose: what an author was shown of the next runs is what the timer makes of them.

use std::collections::BTreeMap;

use super::*;
use crate::timetable::QuietHours;
use crate::timetable::testing::chance::{CALENDARS, ZONES, rules, starts};

/// Turns after which nothing of what was told can be open, with all that is skipped between.
const TURNS_MAX: usize = 400;

/// The runs the timer has begun: what they were planned for, and since when.
async fn begun(school: &TestSchool) -> BTreeMap<Millis, Millis> {
    let mut tx = school.database.read().await.unwrap();
    let sql =
        "SELECT occurrence, start_at FROM broadcast_runs WHERE state IN ('planning', 'sending', 'sent')";
    let rows = tx.rows(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect()
}

/// Publishes, and has the timer turn whenever something is due, until as many runs have begun as were told. Returns what was
/// told and what was done; none if it is refused because nothing comes.
async fn told_and_done(
    config: Config,
    draft: Draft,
    start: Millis,
) -> Option<(BTreeMap<Millis, Millis>, BTreeMap<Millis, Millis>)> {
    let school = TestSchool::open(1, config).await;
    let mut batch = school.batch(start).await;
    let mut work = batch.work();
    let author = author(&mut work, &school).await;
    let published = publish(&mut work, &author, draft).await.ok()?;
    work.keep().await.unwrap();
    let mut due = next(&mut batch.work()).await.unwrap();
    commit(batch).await;
    let runs = published.coming.iter().filter(|coming| coming.occurrence.runs());
    let told: BTreeMap<Millis, Millis> = runs.map(|run| (run.occurrence.at, run.starts_at)).collect();
    for _ in 0..TURNS_MAX {
        let Some(now) = due.map(|due| due.max(start)) else { break };
        let mut batch = school.batch(now).await;
        let mut work = batch.work();
        due = carry_out_all(&mut work).await;
        work.keep().await.unwrap();
        commit(batch).await;
        if begun(&school).await.len() >= told.len() {
            break;
        }
    }
    Some((told, begun(&school).await))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_the_card_showed_is_what_the_timer_does(
        rule in rules(),
        urgent in 0..4_u8,
        zone in 0..ZONES.len(),
        calendar in 0..CALENDARS.len(),
        start in starts(),
    ) {
        let mut config = Config::for_tests();
        config.school.zone = ZONES[zone];
        config.school.quiet = QuietHours::default();
        config.school.burden.pushes_per_day = 0;
        config.calendar = CALENDARS[calendar].clone();
        let urgency = if urgent == 0 { Urgency::Urgent } else { Urgency::Normal };
        config.school.staff = vec![Native::from("0")];
        let draft = Draft { when: Some(rule.to_text()), urgency, ..draft() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        if let Some((told, done)) = runtime.block_on(told_and_done(config, draft, start)) {
            prop_assert_eq!(done, told, "{}", rule.to_text());
        }
    }
}
