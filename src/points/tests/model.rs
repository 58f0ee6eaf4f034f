//! Purpose: random histories of awards, replays and reversals against a model that is too simple to be wrong.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use chrono_tz::Tz;
use proptest::prelude::*;

use crate::clock::{HOUR_MS, Millis};
use crate::config::Config;
use crate::failure::Failure;
use crate::ids::PersonId;
use crate::points::calendar::local_date;
use crate::points::{self, Act, Actor, Award, Awarded, Reason};
use crate::roster;
use crate::storage::testing::{TestSchool, commit};

/// Acts with a day cap, a shared cap, a week cap, a month cap, once, without pay.
const ACTS: [Act; 8] = [
    Act::FinishLesson,
    Act::QuizPass,
    Act::QuizPerfect,
    Act::OnSite,
    Act::Reflection,
    Act::PracticeBase,
    Act::BindIdentity,
    Act::FinalTest,
];

#[derive(Clone, Debug)]
enum Step {
    /// Time passes.
    Wait { hours: i64 },
    /// Something is done; few different sources, so that many come twice.
    Award { person: usize, act: usize, source: u8 },
    /// An entry is taken back.
    Reverse { person: usize, number: i64 },
    /// The transaction is committed, or lost as in a crash and everything in it done again.
    Commit { crash: bool },
    /// What follows until the next commit is read before.
    Prefetch,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (1_i64..40).prop_map(|hours| Step::Wait { hours }),
        12 => (0_usize..2, 0..ACTS.len(), 0_u8..12)
            .prop_map(|(person, act, source)| Step::Award { person, act, source }),
        1 => (0_usize..2, 1_i64..12).prop_map(|(person, number)| Step::Reverse { person, number }),
        2 => any::<bool>().prop_map(|crash| Step::Commit { crash }),
        1 => Just(Step::Prefetch),
    ]
}

/// An entry as the model knows it.
#[derive(Clone, Debug)]
struct Known {
    act: Act,
    points: i64,
    at: Millis,
    reversed: bool,
}

#[derive(Clone, Debug, Default)]
struct Model {
    settled: BTreeSet<(PersonId, Act, u8)>,
    /// By person: awards by entry number, and how many entries there are.
    entries: BTreeMap<PersonId, BTreeMap<i64, Known>>,
    count: BTreeMap<PersonId, i64>,
}

/// The points of awards that stand, counted by those a filter lets through.
fn sum(entries: &BTreeMap<i64, Known>, counts: impl Fn(&Known) -> bool) -> i64 {
    entries.values().filter(|entry| !entry.reversed && counts(entry)).map(|entry| entry.points).sum()
}

impl Model {
    fn balance(&self, person: PersonId) -> i64 {
        self.entries.get(&person).map_or(0, |entries| sum(entries, |_| true))
    }

    /// What an award should bring; none if nothing is written.
    fn award(&mut self, zone: Tz, now: Millis, person: PersonId, act: Act, source: u8) -> Option<i64> {
        let entries = self.entries.entry(person).or_default();
        let is_once = act == Act::BindIdentity;
        if (is_once && entries.values().any(|entry| entry.act == act))
            || !self.settled.insert((person, act, source))
        {
            return None;
        }
        let today = local_date(now, zone);
        let same_day = |entry: &Known| local_date(entry.at, zone) == today;
        let same_week = |entry: &Known| local_date(entry.at, zone).iso_week() == today.iso_week();
        let same_month = |entry: &Known| {
            let date = local_date(entry.at, zone);
            (date.year(), date.month()) == (today.year(), today.month())
        };
        let quiz = |entry: &Known| matches!(entry.act, Act::QuizPass | Act::QuizPerfect);
        let (full, own_room) = match act {
            Act::FinishLesson => (2, 4 - sum(entries, |entry| same_day(entry) && entry.act == act)),
            Act::QuizPass => (2, 6 - sum(entries, |entry| same_day(entry) && quiz(entry))),
            Act::QuizPerfect => (1, 6 - sum(entries, |entry| same_day(entry) && quiz(entry))),
            Act::OnSite => (10, 10 - sum(entries, |entry| same_day(entry) && entry.act == act)),
            Act::Reflection => (3, 3 - sum(entries, |entry| same_week(entry) && entry.act == act)),
            Act::PracticeBase => (10, 20 - sum(entries, |entry| same_month(entry) && entry.act == act)),
            Act::BindIdentity => (5, i64::MAX),
            _ => (0, i64::MAX),
        };
        let points = full.min(own_room).min(20 - sum(entries, same_day)).min(60 - sum(entries, same_week));
        let count = self.count.entry(person).or_default();
        *count += 1;
        entries.insert(*count, Known { act, points, at: now, reversed: false });
        Some(points)
    }

    /// Whether an entry can be taken back; marks it so.
    fn reverse(&mut self, person: PersonId, number: i64) -> bool {
        let entry = self.entries.get_mut(&person).and_then(|entries| entries.get_mut(&number));
        match entry {
            Some(entry) if !entry.reversed => {
                entry.reversed = true;
                *self.count.entry(person).or_default() += 1;
                true
            }
            _ => false,
        }
    }
}

/// Does the steps of one transaction, and checks each against the model.
async fn attempt(school: &TestSchool, steps: &[Step], now: Millis, model: &mut Model, commits: bool) {
    let zone = school.setting.config.school.zone;
    let mut batch = school.batch(now).await;
    for step in steps {
        let mut work = batch.work();
        match *step {
            Step::Award { person, act, source } => {
                let (person, act) = (school.people[person], ACTS[act]);
                let id = source.to_string();
                let award = Award { person, act, source_kind: "thing", source_id: &id, actor: Actor::Bot };
                let got = match points::award(&mut work, &award).await.unwrap() {
                    Awarded::Paid { points, balance, .. } => Some((i64::from(points), Some(balance))),
                    Awarded::CapReached { .. } => Some((0, None)),
                    Awarded::AlreadyPaid => None,
                    Awarded::NotInRules => panic!("the starter rules have every act"),
                };
                let expected = model.award(zone, now, person, act, source);
                assert_eq!(got.map(|(points, _)| points), expected, "{act:?} {source}");
                if let Some((_, Some(balance))) = got {
                    assert_eq!(balance, model.balance(person));
                }
            }
            Step::Reverse { person, number } => {
                let person = school.people[person];
                let permit = roster::permit(&mut work, school.people[0], school.group).await.unwrap();
                let got = points::reverse(&mut work, permit, person, number, Reason::Mistake).await;
                assert!(!matches!(got, Err(Failure::Broken(_))), "{got:?}");
                assert_eq!(got.is_ok(), model.reverse(person, number), "{got:?}");
            }
            Step::Prefetch => {
                let readings = points::readings(&mut work, &school.people);
                work.read_together(readings).await.unwrap();
            }
            Step::Wait { .. } | Step::Commit { .. } => {}
        }
        work.keep().await.unwrap();
    }
    let mut work = batch.work();
    for person in &school.people {
        let standing = points::standing(&mut work, *person).await.unwrap();
        assert_eq!(standing.balance, model.balance(*person));
        assert!(standing.balance >= 0);
    }
    work.keep().await.unwrap();
    if commits {
        commit(batch).await;
    }
}

async fn run(steps: Vec<Step>, zone: Tz, start: Millis) {
    let mut config = Config::for_tests();
    config.school.zone = zone;
    let school = TestSchool::open(2, config).await;
    let mut model = Model::default();
    let mut now = start;
    let mut waiting = Vec::new();
    for step in steps.into_iter().chain([Step::Commit { crash: true }]) {
        match step {
            Step::Wait { .. } | Step::Commit { .. } => {
                if matches!(step, Step::Commit { crash: true }) {
                    attempt(&school, &waiting, now, &mut model.clone(), false).await;
                }
                attempt(&school, &waiting, now, &mut model, true).await;
                waiting.clear();
            }
            _ => waiting.push(step.clone()),
        }
        if let Step::Wait { hours } = step {
            now = now.plus_ms(hours * HOUR_MS);
        }
    }
    let mut tx = school.database.read().await.unwrap();
    let report = points::verify(&mut tx).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
    let entries: i64 = model.count.values().sum();
    assert_eq!(i64::try_from(report.entries).unwrap(), entries);
}

fn check(steps: Vec<Step>, zone: Tz, start: Millis) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(run(steps, zone, start));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_history_in_shanghai_pays_what_the_model_pays(steps in prop::collection::vec(step(), 1..90)) {
        // From Friday 2026-02-27 on, over the ends of a week and a month.
        check(steps, chrono_tz::Asia::Shanghai, Millis(1_772_150_400_000));
    }

    #[test]
    fn a_history_over_a_clock_change_pays_what_the_model_pays(steps in prop::collection::vec(step(), 1..90)) {
        // From Saturday 2026-10-31 on in New York: the clock is set back on the night to Monday's week and month.
        check(steps, chrono_tz::America::New_York, Millis(1_793_448_000_000));
    }
}
