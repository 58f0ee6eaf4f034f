//! Purpose: runs that are planned in stretches: whatever the stretches and whenever the program ends between two, each group has
//! each lesson once, as if all were planned at once.
//!
//! Invariant: a crash is a transaction that is not committed; the next turn knows only what was.

use std::time::Duration;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::push::run_due_within;
use super::schedule::{CatchUp, Schedule};
use super::unsent::lesson_not_sent;
use crate::clock::{DAY_MS, Millis};
use crate::config::Config;
use crate::ids::PushId;
use crate::storage::Arg;
use crate::storage::testing::{TestSchool, commit};
use crate::timetable::{DayRule, Term, Timing};

/// Monday, 7 September 2026, 10:00 in Shanghai; lessons come two hours later, every day.
const MONDAY: Millis = Millis(1_788_746_400_000);
const NOON_MS: i64 = 2 * crate::clock::HOUR_MS;
const COURSE: [&str; 4] =
    ["primary-chores", "primary-eyes-outdoors", "primary-fraud-in-groups", "primary-homework-calm"];

fn schedule(name: &str, catch_up: Option<CatchUp>) -> Schedule {
    let date = |day| NaiveDate::from_ymd_opt(2026, 9, day).unwrap();
    let term = Term { name: "autumn".into(), from: date(1), until: date(30) };
    Schedule {
        name: name.to_owned(),
        timing: Timing::parse("0 12 * * *").unwrap(),
        school_days: DayRule::Always,
        stage: None,
        lessons: COURSE.iter().map(|id| (*id).to_owned()).collect(),
        groups: Vec::new(),
        term: catch_up.map(|_| term),
        catch_up: catch_up.unwrap_or_default(),
        late_max: Duration::from_hours(3),
        quiz_open: Duration::from_hours(24),
    }
}

/// A school with so many groups, whose schedules have been met before noon of Monday.
async fn school(groups: i64, schedules: &[Schedule]) -> TestSchool {
    let mut config = Config::for_tests();
    config.lessons = Config::starter().unwrap().lessons;
    let school = TestSchool::open(1, config).await;
    let mut tx = school.database.write().await.unwrap();
    for number in 2..=groups {
        let native = format!("-{number}");
        let sql = "INSERT INTO groups (tenant, native, title, kind, state, bot_role, bot_rights, created_at)
            VALUES ($1, $2, '', 'group', 'active', 'administrator', '{}', 0)";
        tx.run(sql, &[school.setting.tenant.into(), (&native).into()]).await.unwrap();
    }
    tx.commit().await.unwrap();
    for schedule in schedules {
        turn(&school, MONDAY, &[schedule], usize::MAX, true).await;
    }
    school
}

/// A turn of the timer, that the program survives or not. Returns whether something is left to do at once.
async fn turn(
    school: &TestSchool,
    now: Millis,
    schedules: &[&Schedule],
    rows_max: usize,
    survives: bool,
) -> bool {
    let mut batch = school.batch(now).await;
    let mut is_more = false;
    for schedule in schedules {
        let done = batch.attempt(async |work| run_due_within(work, schedule, rows_max).await);
        let next = done.await.unwrap().into_result().unwrap();
        is_more |= next.is_some_and(|next| next <= now);
    }
    if survives {
        commit(batch).await;
    }
    is_more || !survives
}

async fn number(school: &TestSchool, sql: &'static str) -> i64 {
    let mut tx = school.database.read().await.unwrap();
    tx.one(sql, &[]).await.unwrap().unwrap().get(0).unwrap()
}

/// Which lesson each group was pushed when: group, occurrence, lesson.
async fn pushed(school: &TestSchool) -> Vec<(i64, i64, String)> {
    let mut tx = school.database.read().await.unwrap();
    let sql = "SELECT group_id, occurrence, lesson FROM pushes ORDER BY group_id, occurrence";
    let rows = tx.rows(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap())).collect()
}

async fn alter(school: &TestSchool, sql: &'static str, args: &[Arg<'_>]) {
    let mut tx = school.database.write().await.unwrap();
    tx.run(sql, args).await.unwrap();
    tx.commit().await.unwrap();
}

const PUSHES: &str = "SELECT COUNT(*) FROM pushes";
const CARDS: &str = "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'lesson/%'";
const RAN: &str = "SELECT COUNT(*) FROM occurrences WHERE outcome = 'ran'";

#[tokio::test]
async fn a_run_counts_as_made_when_its_last_stretch_is_planned() {
    let daily = schedule("daily", None);
    let school = school(7, std::slice::from_ref(&daily)).await;
    let noon = MONDAY.plus_ms(NOON_MS);
    // A card and at most four questions each: rows for three groups.
    let rows_max = 15;
    assert!(turn(&school, noon, &[&daily], rows_max, true).await);
    assert_eq!((number(&school, PUSHES).await, number(&school, RAN).await), (3, 0));
    assert!(turn(&school, noon, &[&daily], rows_max, false).await, "the program ends");
    assert_eq!(number(&school, PUSHES).await, 3);
    assert!(turn(&school, noon.plus_ms(60_000), &[&daily], rows_max, true).await);
    assert_eq!((number(&school, PUSHES).await, number(&school, RAN).await), (6, 0));
    assert!(!turn(&school, noon.plus_ms(60_000), &[&daily], rows_max, true).await);
    assert_eq!((number(&school, PUSHES).await, number(&school, RAN).await), (7, 1));
    assert_eq!(number(&school, CARDS).await, 7);
    assert!(!turn(&school, noon.plus_ms(60_000), &[&daily], rows_max, true).await);
    assert_eq!(number(&school, PUSHES).await, 7);
    let deadlines = "SELECT COUNT(DISTINCT expires_at) FROM outbox WHERE dedup_key LIKE 'lesson/%'";
    assert_eq!(number(&school, deadlines).await, 1, "those planned last have no longer");
}

#[tokio::test]
async fn schedules_that_are_due_together_share_the_rows_of_a_transaction() {
    let (one, other) = (schedule("one", None), schedule("other", None));
    let school = school(6, &[one.clone(), other.clone()]).await;
    let noon = MONDAY.plus_ms(NOON_MS);
    let both = [&one, &other];
    let mut planned = 0;
    let mut turns = 0;
    while turn(&school, noon, &both, 20, true).await {
        let now = number(&school, PUSHES).await;
        assert!(now - planned <= 4, "{} in one turn", now - planned);
        (planned, turns) = (now, turns + 1);
        assert!(turns < 20, "it comes to an end");
    }
    assert_eq!((number(&school, PUSHES).await, number(&school, RAN).await), (12, 2));
}

#[tokio::test]
async fn a_run_under_way_ends_before_the_next_is_decided() {
    let daily = schedule("daily", None);
    let school = school(5, std::slice::from_ref(&daily)).await;
    let noon = MONDAY.plus_ms(NOON_MS);
    assert!(turn(&school, noon, &[&daily], 1, true).await);
    // The program is off until the next noon.
    let tomorrow = noon.plus_ms(DAY_MS);
    while turn(&school, tomorrow, &[&daily], 1, true).await {}
    let pushed: Vec<(i64, String)> =
        pushed(&school).await.into_iter().map(|(_, at, lesson)| (at, lesson)).collect();
    let days = [(noon.0, COURSE[0].to_owned()), (tomorrow.0, COURSE[1].to_owned())];
    assert_eq!(pushed, std::iter::repeat_n(days, 5).flatten().collect::<Vec<_>>());
    assert_eq!(number(&school, RAN).await, 2);
}

#[tokio::test]
async fn a_course_that_was_changed_or_a_group_that_became_one_with_another_is_counted_anew() {
    let daily = schedule("daily", Some(CatchUp::OneMore));
    let school = school(1, std::slice::from_ref(&daily)).await;
    let day = |number: i64| MONDAY.plus_ms(NOON_MS + number * DAY_MS);
    turn(&school, day(0), &[&daily], 1_000, true).await;
    turn(&school, day(1), &[&daily], 1_000, true).await;
    // The first two are swapped for others that the group hasn't had.
    let lessons = [COURSE[2], COURSE[3], COURSE[0], COURSE[1]].map(str::to_owned).to_vec();
    let changed = Schedule { lessons, ..daily.clone() };
    turn(&school, day(2), &[&changed], 1_000, true).await;
    let lessons: Vec<String> = pushed(&school).await.into_iter().map(|(.., lesson)| lesson).collect();
    assert_eq!(lessons, [COURSE[0], COURSE[1], COURSE[2]], "it has had today's, and one is missing");
    alter(&school, "UPDATE pushes SET course = NULL", &[]).await;
    turn(&school, day(3), &[&changed], 1_000, true).await;
    let lessons: Vec<String> = pushed(&school).await.into_iter().map(|(.., lesson)| lesson).collect();
    assert_eq!(lessons[3..], [COURSE[3]]);
}

/// What happens on a day of the term.
#[derive(Clone, Debug)]
struct Day {
    /// Which groups the bot is in, as bits.
    there: u8,
    /// Whose lesson of the day could not be sent, as bits.
    unsent: u8,
    /// Rows of a stretch, and whether the program survives it, in turn.
    stretches: Vec<(usize, bool)>,
}

fn days() -> impl Strategy<Value = Vec<Day>> {
    let stretches = proptest::collection::vec((1..40usize, any::<bool>()), 1..4);
    let day = (any::<u8>(), prop_oneof![2 => Just(0), 1 => any::<u8>()], stretches);
    let day = day.prop_map(|(there, unsent, stretches)| Day { there, unsent, stretches });
    proptest::collection::vec(day, 1..7)
}

const GROUPS: i64 = 5;

/// Plays the days; in stretches, or each in one transaction.
async fn play(daily: &Schedule, days: &[Day], in_stretches: bool) -> Vec<(i64, i64, String)> {
    let school = school(GROUPS, std::slice::from_ref(daily)).await;
    for (number, day) in (0..).zip(days) {
        for group in 1..=GROUPS {
            let state = if day.there >> group & 1 == 1 { "active" } else { "left" };
            alter(&school, "UPDATE groups SET state = $1 WHERE id = $2", &[state.into(), group.into()]).await;
        }
        let noon = MONDAY.plus_ms(NOON_MS + number * DAY_MS);
        let mut stretches = day.stretches.iter();
        loop {
            // However it went on before, in the end it survives.
            let (rows_max, survives) = stretches.next().copied().unwrap_or((10, true));
            let (rows_max, survives) = if in_stretches { (rows_max, survives) } else { (10_000, true) };
            if !turn(&school, noon, &[daily], rows_max, survives).await {
                break;
            }
        }
        for group in (1..=GROUPS).filter(|group| day.unsent >> group & 1 == 1) {
            let mut batch = school.batch(noon.plus_ms(DAY_MS / 2)).await;
            let mut tx = school.database.read().await.unwrap();
            let sql = "SELECT id FROM pushes WHERE group_id = $1 AND occurrence = $2";
            let found = tx.one(sql, &[group.into(), noon.into()]).await.unwrap();
            if let Some(push) = found.map(|row| row.get::<PushId>(0).unwrap()) {
                let done = batch.attempt(async |work| lesson_not_sent(work, push).await);
                done.await.unwrap().into_result().unwrap();
            }
            commit(batch).await;
        }
    }
    pushed(&school).await
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 16, ..ProptestConfig::default() })]

    #[test]
    fn in_stretches_each_group_gets_what_it_would_get_at_once(
        days in days(),
        catch_up in prop_oneof![Just(None), Just(Some(CatchUp::None)), Just(Some(CatchUp::OneMore))],
    ) {
        let daily = schedule("daily", catch_up);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (stretches, at_once) = runtime.block_on(async {
            (play(&daily, &days, true).await, play(&daily, &days, false).await)
        });
        prop_assert_eq!(&stretches, &at_once);
        // What was sent to a group came once; what wasn't, again with a later run at most.
        for group in 1..=GROUPS {
            let unsent = |at: i64| {
                let day = usize::try_from((at - MONDAY.0) / DAY_MS).unwrap();
                days[day].unsent >> group & 1 == 1 && at % 1_000 == 0
            };
            let of_group = stretches.iter().filter(|(of, at, _)| *of == group && !unsent(*at));
            let mut had: Vec<&str> = of_group.map(|(.., lesson)| lesson.as_str()).collect();
            let count = had.len();
            had.sort_unstable();
            had.dedup();
            prop_assert_eq!(had.len(), count, "group {} had one twice", group);
        }
    }
}
