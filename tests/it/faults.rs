//! Purpose: a network, a server and a database that go wrong while the bot works: nothing is lost, nothing is doubled, and
//! what the channel asks to wait for is waited for.
//!
//! Invariant: the clock moves only when the sender rests, and only to when it goes on, so that every wait is taken to its
//! end and none longer.

mod broadcasts;

use std::collections::HashSet;
use std::time::Duration;

use homeroom::clock::{real_sleep, timeout};
use homeroom::outbox::Standing;
use homeroom::sandbox::{DemoClass, Fault, FaultPlan, FaultRule, SimConfig, World};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection as _, Executor as _};

use crate::chance;
use crate::crash::traffic::{self, Traffic};
use crate::databases::{self, Fresh, Kind, fresh, on_both};
use crate::school::{School, Ways};

const BOUND: Duration = Duration::from_secs(30);
const ADVERTISEMENT: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";
/// The questions of the first lesson.
const QUESTIONS: usize = 4;
/// What settling takes at most, in steps of the clock.
const STEPS_MAX: usize = 3_000;
/// How long a transaction waits for the database (`storage`), and a little more.
const LOCKED: Duration = Duration::from_millis(10_500);

on_both!(
    a_storm_of_429_loses_nothing_and_nothing_is_sent_before_its_time,
    answers_lost_in_every_way_lose_nothing_and_send_nothing_three_times,
);

/// Rules that strike any request but those for updates.
fn plan(seed: u64, rules: Vec<(u64, Fault)>) -> FaultPlan {
    let rules = rules.into_iter().map(|(chance, fault)| FaultRule::by_chance("*", chance, fault));
    FaultPlan { seed, rules: rules.collect() }
}

fn sim() -> SimConfig {
    SimConfig { rate_limits: None, request_log_limit: 100_000, ..SimConfig::default() }
}

async fn ready(fresh: Fresh) -> School {
    School::ready_with(fresh, Ways { sim: sim(), ..Ways::default() }).await
}

/// What people do in a round: everything that makes the bot send something.
fn bustle(school: &School, round: usize) -> (i64, i64) {
    let DemoClass { group, parents: [mother, father], teacher, .. } = school.class;
    let asked = school.sandbox.writes(mother, group, "积分").unwrap();
    let stranger = school.sandbox.add_person("Stranger");
    school.sandbox.joins(stranger, group).unwrap();
    let advertised = school.sandbox.writes(stranger, group, ADVERTISEMENT).unwrap();
    school.sandbox.writes(father, father.private_chat(), "积分").unwrap();
    school.sandbox.writes(teacher, group, &format!("第 {round} 天")).unwrap();
    for (poll, right) in school.polls() {
        // A vote that is given already stays.
        let _ = school.sandbox.votes(mother, &poll, &[right]);
    }
    (asked, advertised)
}

/// Moves the clock from rest to rest until nothing is left to do.
async fn calm_down(school: &School) {
    for _ in 0..STEPS_MAX {
        let idle = school.sandbox.idle(BOUND).await;
        assert!(idle.is_ok(), "the bot takes no updates any more");
        let mut sending = school.sending();
        let resting = timeout(BOUND, sending.wait_for(|standing| !matches!(standing, Standing::Busy))).await;
        let standing = *resting.expect("the sender comes to rest").unwrap();
        let soon = school.clock.now().plus(Duration::from_mins(30));
        let open = "SELECT COUNT(*) FROM outbox WHERE state IN ('ready', 'sending') AND not_before <= $1";
        let calm = school.number(open, &[soon.into()]).await == 0;
        if calm && school.sandbox.read(World::pending_updates) == 0 {
            return;
        }
        let (Standing::Resting { until } | Standing::Standby { until }) = standing else { continue };
        // What the sender has just been woken for it does without the clock.
        school.clock.advance_to(until.min(school.clock.now().plus(Duration::from_secs(70))));
        let _ = timeout(Duration::from_millis(20), sending.changed()).await;
    }
    panic!("not calm after {STEPS_MAX} steps: {:?}", *school.sending().borrow());
}

/// Every question answered, every advertisement gone, every message sent once or twice; points as the votes say.
async fn judge(school: School, rounds: &[(i64, i64)], paid: i64) -> Traffic {
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let given_up = traffic::given_up(school.database()).await;
    school.sandbox.read(|world| {
        for (asked, advertised) in rounds {
            assert!(world.is_deleted(group, *advertised), "advertisement {advertised} is still there");
            let answers = world.said(group).filter(|said| said.reply_to == Some(*asked)).count();
            let answered = answers > 0 || given_up.contains(&(group, *asked));
            assert!(answered && answers <= 2, "{answers} answers to {asked}");
        }
    });
    assert_eq!(school.balance(mother).await, paid);
    let traffic = traffic::compare(school.database(), &school.sandbox.read(traffic::log)).await;
    assert_eq!(
        school.number("SELECT COUNT(*) FROM outbox WHERE state IN ('failed', 'expired')", &[]).await,
        0
    );
    assert_eq!(school.number("SELECT COUNT(*) FROM quiz_votes WHERE state = 'waiting'", &[]).await, 0);
    school.close().await;
    traffic
}

async fn a_storm_of_429_loses_nothing_and_nothing_is_sent_before_its_time(fresh: Fresh) {
    let seed = chance::seed("HOMEROOM_FAULT_SEED");
    let mut ways = Ways { sim: sim(), ..Ways::default() };
    // One request at a time: of two under way at once, the second comes too early when the first is refused, and no
    // program can help it.
    ways.config.bot.pace.in_flight_max = 1;
    let school = School::ready_with(fresh, ways).await;
    school.later(Duration::from_mins(90)).await;
    let waits = [1, 2, 5, 13, 31, 60].map(|retry_after_s| (50, Fault::ChatFlood { retry_after_s }));
    school.sandbox.set_faults(plan(seed, waits.into()));
    let mut rounds = Vec::new();
    for round in 0..30 {
        rounds.push(bustle(&school, round));
        calm_down(&school).await;
    }
    school.sandbox.read(|world| {
        assert!(world.flood_answers() > 20, "only {} answers of 429", world.flood_answers());
        assert_eq!(world.impatient_calls(), 0);
    });
    let traffic = judge(school, &rounds, 3).await;
    assert_eq!((traffic.duplicates, traffic.quarantined), (0, 0), "{traffic}");
}

async fn answers_lost_in_every_way_lose_nothing_and_send_nothing_three_times(fresh: Fresh) {
    let seed = chance::seed("HOMEROOM_FAULT_SEED");
    let school = ready(fresh).await;
    let mut rounds = Vec::new();
    for run in 0..6 {
        let rules = vec![
            (40, Fault::CloseBefore),
            (60, Fault::CloseAfter),
            (40, Fault::ServerError(502)),
            (40, Fault::ServerErrorAfter(500)),
            (40, Fault::Garbage),
        ];
        let mut plan = plan(seed.wrapping_add(run), rules);
        for fault in [Fault::CloseBefore, Fault::CloseAfter, Fault::Garbage, Fault::ServerError(502)] {
            plan.rules.push(FaultRule::by_chance("getUpdates", 20, fault));
        }
        school.sandbox.set_faults(plan);
        if run == 0 {
            school.clock.advance(Duration::from_mins(90));
        }
        for round in 0..5 {
            rounds.push(bustle(&school, round));
            calm_down(&school).await;
        }
    }
    school.sandbox.set_faults(FaultPlan::default());
    rounds.push(bustle(&school, 0));
    calm_down(&school).await;
    // A question that was lost on its way twice is given up, and nobody can answer what was never shown.
    let polls = school.polls();
    let shown = school.sandbox.read(|world| {
        let question = |(poll, _): &(String, usize)| Some(world.poll(poll)?.question.text.clone());
        polls.iter().filter_map(question).collect::<HashSet<String>>()
    });
    let given_up = "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'quiz/%' AND state = 'quarantined'";
    let missing = QUESTIONS - shown.len();
    assert!(i64::try_from(missing).unwrap() <= school.number(given_up, &[]).await, "a question was lost");
    let traffic = judge(school, &rounds, if missing == 0 { 3 } else { 0 }).await;
    assert!(traffic.duplicates > 0, "no answer was lost: {traffic}");
    chance::tell(&traffic.to_string());
}

#[tokio::test]
async fn postgres_ending_every_session_twenty_times_loses_and_doubles_nothing() {
    let school = ready(fresh(Kind::Postgres).await).await;
    school.later(Duration::from_mins(90)).await;
    let mut rounds = Vec::new();
    for round in 0..20 {
        rounds.push(bustle(&school, round));
        // The bot has begun to work when it has sent something or taken an update.
        let begun = school.sandbox.read(World::revision);
        let moved = |world: &World| (world.revision() > begun || world.pending_updates() == 0).then_some(());
        school.sandbox.until(BOUND, moved).await.unwrap();
        assert!(databases::end_sessions(school.url()).await > 0, "nobody was connected");
        calm_down(&school).await;
    }
    let traffic = judge(school, &rounds, 3).await;
    assert_eq!((traffic.duplicates, traffic.quarantined), (0, 0), "{traffic}");
}

#[tokio::test]
async fn a_sqlite_file_locked_by_another_process_is_waited_for_and_nothing_is_lost() {
    let school = ready(fresh(Kind::Sqlite).await).await;
    school.later(Duration::from_mins(90)).await;
    let mut other = SqliteConnection::connect(school.url()).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let round = bustle(&school, 0);
    // The lock outlasts what one transaction waits for it, so that the batch has to be tried again.
    real_sleep(LOCKED).await;
    assert!(
        school.sandbox.read(World::pending_updates) > 0,
        "an update was acknowledged that can't be stored"
    );
    other.execute("ROLLBACK").await.unwrap();
    other.close().await.unwrap();
    calm_down(&school).await;
    let traffic = judge(school, &[round], 3).await;
    assert_eq!((traffic.duplicates, traffic.quarantined), (0, 0), "{traffic}");
}
