//! Purpose: crashes at every step, and two processes at one database.

use std::collections::HashMap;
use std::sync::Mutex;

use super::stage::REAL_MAX;
use super::*;
use crate::channel::SendOutcome;
use crate::clock::timeout;
use crate::storage::lease;

on_both!(
    a_crash_before_the_mark_is_committed_loses_and_repeats_nothing,
    a_crash_during_the_request_repeats_it_once_and_a_second_one_never,
    a_crash_between_the_answer_and_its_record_repeats_it_once,
    through_many_crashes_nothing_is_lost_and_nothing_reaches_anybody_three_times,
    at_most_one_message_of_a_chat_is_unknown_after_a_crash,
    the_pace_holds_across_a_restart,
    of_two_senders_only_one_sends_and_the_other_takes_over_when_it_dies,
    a_stale_term_writes_nothing,
);

async fn a_crash_before_the_mark_is_committed_loses_and_repeats_nothing(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 0).await;
    let rows = stage.write([say(G1, "k1", "a")]).await;
    let writer = stage.hold_writer().await;
    sender.wake.hand(rows);
    let busy = sender.standing.wait_for(|standing| *standing == Standing::Busy);
    timeout(REAL_MAX, busy).await.unwrap().unwrap();
    sender.crash().await;
    drop(writer);
    assert_eq!(stage.state().await, "ready");
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 60_000).await;
    assert_eq!(stage.remote.words(), ["a"]);
    assert_eq!(sender.counters.read().uncertain, 0);
}

async fn a_crash_during_the_request_repeats_it_once_and_a_second_one_never(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.play(|_| None);
    stage.write([say(G1, "k1", "a"), say(G1, "k2", "b")]).await;
    for crash in 1..=2 {
        let sender = stage.start("a");
        stage.tick_until_called(crash).await;
        assert_eq!(stage.states().await[0].1, "sending");
        sender.crash().await;
    }
    stage.remote.play(|_| Some(done()));
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 60_000).await;
    assert_eq!(stage.remote.words(), ["a", "a", "b"]);
    let states: Vec<String> = stage.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["quarantined", "sent"]);
    let why = stage.ask("SELECT error FROM outbox WHERE state = 'quarantined'", &[]).await;
    let why: String = why[0].get(0).unwrap();
    assert_eq!(why.matches("the program ended while it was being sent").count(), 2, "{why}");
    assert_eq!(stage.ear.ends().first(), Some(&End::Quarantined));
}

async fn a_crash_between_the_answer_and_its_record_repeats_it_once(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.answers.send_replace(false);
    stage.write([say(G1, "k1", "a"), say(G1, "k2", "b")]).await;
    let sender = stage.start("a");
    stage.remote.called(1).await;
    let writer = stage.hold_writer().await;
    stage.remote.answers.send_replace(true);
    while sender.counters.read().sent == 0 {
        tokio::task::yield_now().await;
    }
    sender.crash().await;
    drop(writer);
    assert_eq!(stage.states().await[0].1, "sending");
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 60_000).await;
    assert_eq!(stage.remote.words(), ["a", "a", "b"]);
    assert_eq!(stage.state().await, "sent");
}

async fn through_many_crashes_nothing_is_lost_and_nothing_reaches_anybody_three_times(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let random = Random::seeded(7);
    let arrived: Arc<Mutex<HashMap<String, u32>>> = Arc::default();
    let (dice, arrivals) = (random.clone(), Arc::clone(&arrived));
    stage.remote.play(move |call| {
        let arrive = || *arrivals.lock().unwrap().entry(call.words().to_owned()).or_default() += 1;
        match dice.below(10) {
            0 => return Some(SendOutcome::Retry { reason: "busy".to_owned() }),
            1 => return Some(SendOutcome::Uncertain { reason: "reset before it arrived".to_owned() }),
            _ => arrive(),
        }
        match dice.below(10) {
            0 => None,
            1 => Some(SendOutcome::Uncertain { reason: "reset after it arrived".to_owned() }),
            _ => Some(done()),
        }
    });
    stage.write((0..40).map(|n| say(GroupId(n % 4 + 1), &n.to_string(), &n.to_string()))).await;
    let open = "SELECT 1 FROM outbox WHERE state IN ('ready', 'sending')";
    let mut crashes = 0;
    while !stage.ask(open, &[]).await.is_empty() {
        let sender = stage.start("a");
        let more = usize::try_from(random.below(6)).unwrap();
        stage.tick_until_called(stage.remote.calls().len() + more).await;
        sender.crash().await;
        crashes += 1;
        assert!(crashes < 1_000, "it must come to an end");
    }
    assert!(crashes > 5, "{crashes}");
    let arrived = arrived.lock().unwrap().clone();
    for (key, state) in stage.states().await {
        let times = arrived.get(&key).copied().unwrap_or(0);
        assert!(times <= 2, "{key} arrived {times} times");
        assert!(state == "quarantined" || (state == "sent" && times >= 1), "{key} is {state}");
    }
}

async fn at_most_one_message_of_a_chat_is_unknown_after_a_crash(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.set_pace(Pace { chat_per_second: 1_000.0, group_per_minute: 1_000, ..Pace::default() });
    let mut seen = 0;
    for round in 0..12_usize {
        let mut left = round;
        stage.remote.play(move |_| {
            left = left.checked_sub(1)?;
            Some(done())
        });
        let rows = (0..6).flat_map(|n| [G1, G2].map(|group| say(group, &format!("{round}/{group}/{n}"), "")));
        stage.write(rows).await;
        let sender = stage.start("a");
        stage.tick_until_called(stage.remote.calls().len() + round + 1).await;
        sender.crash().await;
        let rows = stage.ask("SELECT to_id FROM outbox WHERE state = 'sending'", &[]).await;
        let mut unknown: HashMap<i64, u32> = HashMap::new();
        for row in &rows {
            *unknown.entry(row.get(0).unwrap()).or_default() += 1;
        }
        assert!(unknown.values().all(|count| *count <= 1), "{unknown:?}");
        seen += unknown.len();
    }
    assert!(seen >= 12, "{seen}");
}

async fn the_pace_holds_across_a_restart(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.write((0..30).map(|n| say(G1, &n.to_string(), ""))).await;
    for _ in 0..4 {
        let mut sender = stage.start("a");
        stage.pass(&mut sender, 5_250).await;
        sender.crash().await;
    }
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 100_000).await;
    let calls = stage.remote.calls();
    assert_eq!(calls.len(), 30);
    assert!(calls.windows(2).all(|pair| pair[1].at.since_ms(pair[0].at) >= 1_000));
    assert!(calls.windows(21).all(|run| run[20].at.since_ms(run[0].at) >= 60_000));
}

async fn of_two_senders_only_one_sends_and_the_other_takes_over_when_it_dies(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.write((1..=5).map(|n| say(GroupId(n), &n.to_string(), ""))).await;
    let mut first = stage.start("a");
    stage.pass(&mut first, 0).await;
    let mut second = stage.start("b");
    stage.drive(&mut [&mut first, &mut second], START.plus_ms(60_000)).await;
    assert_eq!(stage.remote.calls().len(), 5);
    assert!(matches!(*second.standing.borrow(), Standing::Standby { .. }));
    first.crash().await;
    stage.write((1..=5).map(|n| say(GroupId(n), &format!("second/{n}"), ""))).await;
    let died = stage.clock.now();
    stage.pass(&mut second, 30_000).await;
    let calls = stage.remote.calls();
    assert_eq!(calls.len(), 10);
    assert!(calls[5..].iter().all(|call| call.at.since_ms(died) <= 17_000));
    assert_eq!(second.counters.read().sent, 5);
}

async fn a_stale_term_writes_nothing(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.answers.send_replace(false);
    stage.write([say(G1, "k1", "a"), say(G2, "k2", "b")]).await;
    let mut sender = stage.start("a");
    stage.remote.called(2).await;
    let mut tx = stage.database.write().await.unwrap();
    let lease = Duration::from_secs(15);
    let later = stage.clock.now().plus(lease);
    assert!(lease::acquire(&mut tx, "sender/1", "b", later, lease).await.unwrap().is_some());
    tx.commit().await.unwrap();
    stage.remote.answers.send_replace(true);
    let standby = |standing: &Standing| matches!(standing, Standing::Standby { .. });
    timeout(REAL_MAX, sender.standing.wait_for(standby)).await.unwrap().unwrap();
    let rows = stage.ask("SELECT state, ended_at FROM outbox", &[]).await;
    for row in &rows {
        assert_eq!((row.get(0).unwrap(), row.get(1).unwrap()), ("sending".to_owned(), None::<i64>));
    }
    assert_eq!((rows.len(), stage.ear.ends().len()), (2, 0));
    sender.crash().await;
}
