//! Purpose: the promise of schedules, held to what the timer leaves in the database: lessons and announcements under clocks that
//! jump both ways, with restarts after any number of turns.
//!
//! Invariant: nothing is known of the decisions but the rows; what must have come of everything planned is found apart from them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::broadcasts::Draft;
use crate::channel::{Content, Styled};
use crate::clock::DAY_MS;
use crate::config::Config;
use crate::ids::Native;
use crate::lessons::schedule::CatchUp;
use crate::roster;
use crate::storage::testing::{TestSchool, commit};
use crate::timetable::testing::chance::{CALENDARS, CRONS, ZONES, expected, planned, rules, starts};
use crate::timetable::{DayRule, Hold, QuietHours, Recurrence};
use crate::work::Attempt;

const LATE_MAX: std::time::Duration = std::time::Duration::from_hours(3);
const LATE_MS: i64 = 3 * HOUR_MS;

static STARTER: LazyLock<Config> = LazyLock::new(|| Config::starter().unwrap());

/// What became of an occurrence: the word for it, the reason, and when it may begin.
type Row = (String, Option<String>, Millis);
/// By schedule or broadcast, and occurrence.
type Rows = BTreeMap<(String, Millis), Row>;

type Held = std::result::Result<(), TestCaseError>;

/// A school whose schedules and announcements go by these rules.
struct World {
    school: TestSchool,
    rules: BTreeMap<String, Recurrence>,
    rows: Rows,
}

fn schedule(number: usize, timing: usize, day_rule: usize) -> Schedule {
    Schedule {
        name: format!("lessons {number}"),
        timing: CRONS[timing].clone(),
        school_days: DayRule::NAMED[day_rule].1,
        stage: None,
        lessons: Vec::new(),
        groups: Vec::new(),
        term: None,
        catch_up: CatchUp::None,
        late_max: LATE_MAX,
        quiz_open: LATE_MAX,
    }
}

impl World {
    async fn open(config: Config, announced: Vec<Recurrence>, start: Millis) -> Self {
        let of_lessons =
            config.schedules.iter().map(|schedule| (schedule.name.clone(), schedule.recurrence()));
        let mut rules: BTreeMap<String, Recurrence> = of_lessons.collect();
        let school = TestSchool::open(1, config).await;
        let mut batch = school.batch(start).await;
        for rule in announced {
            let contents = vec![Content::Text { body: Styled::from("明天 8 点到校".to_owned()) }];
            let draft = Draft { contents, when: Some(rule.to_text()), ..Draft::default() };
            let attempt = batch.attempt(async |work| {
                let author = roster::known_person(work, &Native::from("0")).await?.unwrap();
                broadcasts::publish(work, &author, draft).await
            });
            // What never comes is refused.
            if let Attempt::Kept(published) = attempt.await.unwrap() {
                rules.insert(format!("broadcast {}", published.broadcast), rule);
            }
        }
        commit(batch).await;
        Self { school, rules, rows: Rows::new() }
    }

    /// Takes turns until nothing is due, `turns_max` at most; then the program ends and all it remembers is gone.
    async fn runs(&mut self, now: Millis, turns_max: usize) -> Held {
        let (wake, mut put_off) = (Wake::default(), PutOff::default());
        let turn = Turn { database: &self.school.database, setting: &self.school.setting, now, wake: &wake };
        for _ in 0..turns_max {
            let lessons = turn.lessons(&mut put_off).await.unwrap();
            let broadcasts = turn.broadcasts().await.unwrap();
            prop_assert!(put_off.schedules.is_empty() && put_off.telling.is_none(), "a schedule failed");
            if earliest(lessons, broadcasts).is_none_or(|next| next > now) {
                break;
            }
        }
        self.look(now).await
    }

    /// Holds what has changed since the last look to what may happen at `now`.
    async fn look(&mut self, now: Millis) -> Held {
        let rows = rows(&self.school).await;
        let mut begun: BTreeSet<&str> = BTreeSet::new();
        let config = &self.school.setting.config;
        for (key @ (name, at), row @ (state, reason, start_at)) in &rows {
            let before = self.rows.get(key);
            if before.is_some_and(|(was, ..)| was == state) {
                continue;
            }
            let was = before.map(|(was, ..)| was.as_str());
            prop_assert!(matches!(was, None | Some("waiting")), "{key:?} was {before:?}, is {row:?}");
            match (state.as_str(), reason.as_deref()) {
                ("waiting", _) => prop_assert!(*at <= now),
                ("skipped", Some("late")) => prop_assert!(now.since_ms(*at) > LATE_MS, "{key:?} is not late"),
                ("skipped", Some("superseded")) => {
                    let mut later = rows.range((name.clone(), at.plus_ms(1))..).map(|((other, _), _)| other);
                    prop_assert_eq!(later.next(), Some(name), "superseded by nothing");
                }
                ("skipped", reason) => prop_assert!(reason.is_some() && *at <= now),
                _ => {
                    prop_assert!(
                        (0..=LATE_MS).contains(&now.since_ms(*start_at)),
                        "{key:?} begun at {now:?}"
                    );
                    prop_assert!(begun.insert(name), "two runs of {name} at once");
                    if name.starts_with("broadcast") {
                        let (quiet, is_any_day) =
                            (config.school.quiet, self.rules[name].day_rule == DayRule::Always);
                        let hold = if is_any_day { Hold::Nights(quiet) } else { Hold::NightsAndDays(quiet) };
                        let allowed = hold.starts_at(now, config.school_time());
                        prop_assert_eq!(allowed, now, "begun in the night or on a day that isn't for it");
                    }
                }
            }
        }
        prop_assert!(self.rows.keys().all(|key| rows.contains_key(key)), "an occurrence is forgotten");
        self.rows = rows;
        Ok(())
    }

    /// Holds everything decided to what must have come of everything planned.
    fn holds(&self, start: Millis, latest: Millis) -> Held {
        let time = self.school.setting.config.school_time();
        for (name, rule) in &self.rules {
            let mut wanted: BTreeMap<Millis, bool> = BTreeMap::new();
            for (at, runs) in expected(rule, &planned(rule, start, latest, time), time).into_values() {
                if at > start && at <= latest {
                    *wanted.entry(at).or_default() |= runs;
                }
            }
            let decided = self.rows.iter().filter(|((of, _), _)| of == name);
            let mut found = BTreeMap::new();
            for ((_, at), (state, reason, _)) in decided {
                let is_missed = matches!(reason.as_deref(), Some("late" | "superseded" | "held"));
                found.insert(*at, state != "skipped" || is_missed);
            }
            prop_assert_eq!(found, wanted, "{} {}", name, rule.to_text());
        }
        Ok(())
    }
}

/// What became of all occurrences.
async fn rows(school: &TestSchool) -> Rows {
    let mut tx = school.database.read().await.unwrap();
    let mut found = Rows::new();
    for sql in [
        "SELECT schedule, at, outcome, reason, at FROM occurrences",
        "SELECT 'broadcast ' || broadcast, occurrence, CASE state WHEN 'planning' THEN 'sending' ELSE state END, \
             reason, start_at FROM broadcast_runs",
    ] {
        for row in tx.rows(sql, &[]).await.unwrap() {
            let end = (row.get(2).unwrap(), row.get(3).unwrap(), row.get(4).unwrap());
            found.insert((row.get(0).unwrap(), row.get(1).unwrap()), end);
        }
    }
    found
}

/// How many rows there are of something that must not be.
async fn count(school: &TestSchool, sql: &'static str) -> i64 {
    let mut tx = school.database.read().await.unwrap();
    tx.one(sql, &[]).await.unwrap().unwrap().get(0).unwrap()
}

const PUSHED_WITHOUT_A_RUN: &str = "SELECT COUNT(*) FROM pushes p WHERE NOT EXISTS (SELECT 1 FROM occurrences o \
    WHERE o.schedule = p.schedule AND o.at = p.occurrence AND o.outcome = 'ran')";
const POSTED_WITHOUT_A_RUN: &str = "SELECT COUNT(*) FROM broadcast_posts p JOIN broadcast_runs r ON r.id = p.run \
    WHERE r.state NOT IN ('planning', 'sending', 'sent')";
const NOT_POSTED: &str = "SELECT COUNT(*) FROM broadcast_runs r WHERE r.state IN ('sending', 'sent') \
    AND (SELECT COUNT(*) FROM broadcast_posts p WHERE p.run = r.id) <> 1";
const MISSED_AND_NOT_TO_TELL: &str = "SELECT COUNT(*) FROM broadcast_runs WHERE tell_at IS NOT NULL \
    AND (state <> 'skipped' OR reason NOT IN ('late', 'superseded', 'held'))";

/// How many schools are tried, each with 16 schedules: `HOMEROOM_WORLDS`, else few enough for a run of all tests.
fn worlds() -> ProptestConfig {
    let cases = std::env::var("HOMEROOM_WORLDS").map_or(16, |count| count.parse().unwrap());
    ProptestConfig { cases, max_shrink_iters: 16, ..ProptestConfig::default() }
}

/// Mostly short ones, so that runs are made and held; else a downtime, or a clock that is set.
fn steps() -> impl Strategy<Value = i64> {
    prop_oneof![
        12 => MINUTE_MS..4 * HOUR_MS,
        1 => Just(-HOUR_MS),
        1 => Just(-DAY_MS),
        1 => Just(DAY_MS),
        1 => 0..12 * HOUR_MS,
        1 => 0..4 * DAY_MS,
    ]
}

/// How many turns there are before the program ends: mostly as many as are needed.
fn turns() -> impl Strategy<Value = usize> {
    prop_oneof![1 => 0..3usize, 4 => Just(1_000usize)]
}

proptest! {
    #![proptest_config(worlds())]

    #[test]
    fn whatever_the_clock_does_the_database_has_each_occurrence_run_once_or_skipped_for_a_reason(
        announced in proptest::collection::vec(rules(), 12),
        pushed in proptest::collection::vec((0..CRONS.len(), 0..DayRule::NAMED.len()), 4),
        zone in 0..ZONES.len(),
        calendar in 0..CALENDARS.len(),
        start in starts(),
        steps in proptest::collection::vec((steps(), turns()), 20..50),
    ) {
        let mut config = Config::for_tests();
        config.school.zone = ZONES[zone];
        config.school.quiet = QuietHours::default();
        config.school.burden.pushes_per_day = 0;
        config.calendar = CALENDARS[calendar].clone();
        config.lessons = STARTER.lessons.clone();
        let pushed = pushed.into_iter().enumerate();
        config.schedules = pushed.map(|(number, (timing, rule))| schedule(number, timing, rule)).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::open(config, announced, start).await;
            world.runs(start, 1_000).await?;
            let (mut now, mut latest) = (start, start);
            for (step, turns) in steps {
                now = now.plus_ms(step);
                latest = latest.max(now);
                world.runs(now, turns).await?;
            }
            world.runs(latest, 1_000).await?;
            for sql in [PUSHED_WITHOUT_A_RUN, POSTED_WITHOUT_A_RUN, NOT_POSTED, MISSED_AND_NOT_TO_TELL] {
                prop_assert_eq!(count(&world.school, sql).await, 0, "{}", sql);
            }
            prop_assert_eq!(world.school.setting.panics.get(), 0);
            world.holds(start, latest)
        })?;
    }
}
