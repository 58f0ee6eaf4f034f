//! Purpose: what becomes of a row for each way a request can end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::remote::Call;
use super::stage::{Feature, card};
use super::*;
use crate::channel::{SendOutcome, WaitScope};
use crate::outbox::NewRow;

on_both!(
    a_chats_wait_is_obeyed_to_the_end_and_holds_nobody_else_up,
    a_bots_wait_holds_everything_also_after_a_restart,
    waits_of_two_chats_within_a_second_hold_the_whole_bot,
    passing_failures_are_tried_again_with_growing_pauses_and_then_given_up,
    a_failed_try_is_repeated_before_the_next_message_of_its_chat,
    an_unknown_end_is_tried_once_more_and_then_quarantined,
    what_is_released_in_the_moment_it_is_given_up_goes_out_at_once,
    a_failure_between_two_unknown_ends_allows_no_third,
    what_repeats_safely_is_simply_repeated,
    a_moved_group_is_written_to_at_its_new_id_from_then_on,
    a_group_met_under_the_new_id_first_does_not_stop_the_move,
    what_can_not_be_done_fails_at_once_and_its_feature_hears_why,
    where_whispering_is_impossible_the_fallback_is_sent_and_never_the_card,
    a_feature_hears_of_an_end_before_anybody_else_can_see_it,
    of_rows_marked_together_one_that_was_withdrawn_is_not_sent_and_the_others_are,
    of_rows_that_end_together_one_that_was_withdrawn_is_not_heard_of_and_the_others_are,
    a_feature_that_fails_is_undone_and_the_end_is_recorded_all_the_same,
    a_feature_that_panics_is_undone_and_the_end_is_recorded_all_the_same,
    a_channel_that_panics_counts_as_a_lost_answer,
);

fn wait(seconds: u64, scope: WaitScope) -> SendOutcome {
    SendOutcome::Wait { wait: Duration::from_secs(seconds), scope }
}

/// Gives these outcomes one after another, then `Done`.
fn in_turn(outcomes: Vec<SendOutcome>) -> impl FnMut(&Call) -> Option<SendOutcome> + Send {
    let mut outcomes = outcomes.into_iter();
    move |_| Some(outcomes.next().unwrap_or_else(done))
}

async fn a_chats_wait_is_obeyed_to_the_end_and_holds_nobody_else_up(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let mut first = true;
    stage.remote.play(move |call| {
        if call.chat == "-1" && std::mem::take(&mut first) {
            Some(wait(7, WaitScope::Chat))
        } else {
            Some(done())
        }
    });
    stage.write([say(G1, "k1", "a"), say(G1, "k2", "b"), delete(G1, "k3"), say(G2, "k4", "c")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 500).await;
    stage.write([delete(G1, "k5")]).await;
    stage.pass(&mut sender, 20_000).await;
    let calls = stage.remote.calls();
    let first = calls.iter().position(|call| call.chat == "-1").unwrap();
    assert!(calls.iter().filter(|call| call.chat == "-2").all(|call| call.at < START.plus_ms(1_000)));
    // What was under way together with the request that drew the wait can't be held back any more.
    let held = calls[first..].iter().filter(|call| call.chat == "-1" && call.at > START);
    assert!(held.clone().all(|call| call.at >= START.plus_ms(7_000)));
    assert_eq!(held.clone().next().map(|call| call.at), Some(START.plus_ms(7_000)));
    assert_eq!(stage.state().await, "sent");
    assert_eq!((sender.counters.read().waits, sender.counters.read().failed), (1, 0));
}

async fn a_bots_wait_holds_everything_also_after_a_restart(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.play(in_turn(vec![wait(30, WaitScope::Bot)]));
    stage.write([say(G1, "k1", "a")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 1_000).await;
    sender.crash().await;
    stage.write([delete(G2, "k2"), say(G2, "k3", "b")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 40_000).await;
    let later: Vec<Millis> = stage.remote.calls().iter().skip(1).map(|call| call.at).collect();
    assert_eq!(later.len(), 3);
    assert!(later.iter().all(|at| *at >= START.plus_ms(30_000)));
}

async fn waits_of_two_chats_within_a_second_hold_the_whole_bot(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.play(|call| {
        if call.at == START && call.chat != "-3" { Some(wait(5, WaitScope::Chat)) } else { Some(done()) }
    });
    stage.write([say(G1, "k1", "a"), say(G2, "k2", "b")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 0).await;
    let rows = stage.write([say(GroupId(3), "k3", "c")]).await;
    sender.hand(rows).await;
    stage.pass(&mut sender, 20_000).await;
    let third = stage.remote.calls().into_iter().find(|call| call.chat == "-3").unwrap();
    assert_eq!(third.at, START.plus_ms(5_000));
}

async fn passing_failures_are_tried_again_with_growing_pauses_and_then_given_up(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.play(|_| Some(SendOutcome::Retry { reason: "bad gateway".to_owned() }));
    stage.write([say(G1, "k1", "a")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 3_600_000).await;
    let times: Vec<Millis> = stage.remote.calls().iter().map(|call| call.at).collect();
    assert_eq!(times.len(), 8);
    for (pair, full_ms) in times.windows(2).zip([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000]) {
        let pause_ms = pair[1].since_ms(pair[0]);
        assert!((full_ms / 2..=full_ms + 1_001).contains(&pause_ms), "{pause_ms} for {full_ms}");
    }
    assert_eq!(stage.state().await, "failed");
    assert_eq!(stage.ear.ends(), [End::Failed("bad gateway".to_owned())]);
}

async fn a_failed_try_is_repeated_before_the_next_message_of_its_chat(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.set_pace(Pace { chat_per_second: 1_000.0, ..Pace::default() });
    stage.remote.play(in_turn(vec![SendOutcome::Retry { reason: "busy".to_owned() }; 3]));
    stage.write([say(G1, "k1", "a"), say(G1, "k2", "b")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 60_000).await;
    assert_eq!(stage.remote.words(), ["a", "a", "a", "a", "b"]);
}

async fn an_unknown_end_is_tried_once_more_and_then_quarantined(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.play(|_| Some(SendOutcome::Uncertain { reason: "reset".to_owned() }));
    stage.write([say(G1, "k1", "a")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 3_600_000).await;
    assert_eq!(stage.remote.words(), ["a", "a"]);
    assert_eq!(stage.state().await, "quarantined");
    assert_eq!(stage.ear.ends(), [End::Quarantined]);
    assert_eq!((sender.counters.read().uncertain, sender.counters.read().quarantined), (2, 1));
}

async fn what_is_released_in_the_moment_it_is_given_up_goes_out_at_once(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.set_pace(Pace { chat_per_second: 1_000.0, ..Pace::default() });
    stage.remote.play(in_turn(vec![SendOutcome::Uncertain { reason: "reset".to_owned() }; 2]));
    *stage.ear.does.lock().unwrap() = Feature::Releases;
    stage.write([say(G1, "k1", "a")]).await;
    let mut sender = stage.start("a");
    while stage.remote.words().len() < 2 {
        stage.pass(&mut sender, 100).await;
    }
    stage.pass(&mut sender, 10).await;
    assert_eq!(stage.remote.words(), ["a", "a", "a"]);
}

async fn a_failure_between_two_unknown_ends_allows_no_third(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let lost = SendOutcome::Uncertain { reason: "reset".to_owned() };
    stage.remote.play(in_turn(vec![lost.clone(), SendOutcome::Retry { reason: "busy".to_owned() }, lost]));
    stage.write([say(G1, "k1", "a")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 3_600_000).await;
    assert_eq!(stage.remote.calls().len(), 3);
    assert_eq!(stage.state().await, "quarantined");
}

async fn what_repeats_safely_is_simply_repeated(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.play(in_turn(vec![SendOutcome::Uncertain { reason: "reset".to_owned() }; 4]));
    stage.write([delete(G1, "k1")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 60_000).await;
    assert_eq!(stage.remote.calls().len(), 5);
    assert_eq!(stage.state().await, "sent");
}

async fn a_moved_group_is_written_to_at_its_new_id_from_then_on(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.play(|call| match call.chat.as_str() {
        "-1" => Some(SendOutcome::Migrated { to: Native::from("-1001") }),
        _ => Some(done()),
    });
    stage.write([say(G1, "k1", "a"), say(G1, "k2", "b")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 5_000).await;
    let rows = stage.write([say(G1, "k3", "c")]).await;
    sender.hand(rows).await;
    stage.pass(&mut sender, 5_000).await;
    let calls: Vec<(String, String)> =
        stage.remote.calls().iter().map(|call| (call.chat.clone(), call.words().to_owned())).collect();
    let expected = [("-1", "a"), ("-1001", "a"), ("-1001", "b"), ("-1001", "c")];
    assert_eq!(calls, expected.map(|(chat, words)| (chat.to_owned(), words.to_owned())));
    let rows = stage.ask("SELECT native FROM groups WHERE id = 1", &[]).await;
    assert_eq!(rows[0].get::<String>(0).unwrap(), "-1001");
}

async fn a_group_met_under_the_new_id_first_does_not_stop_the_move(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.play(|call| match call.chat.as_str() {
        "-1" => Some(SendOutcome::Migrated { to: Native::from("-2") }),
        _ => Some(done()),
    });
    stage.write([say(G1, "k1", "a")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 5_000).await;
    assert_eq!(stage.state().await, "sent");
    let rows = stage.ask("SELECT native, state FROM groups WHERE id IN (1, 2) ORDER BY id", &[]).await;
    assert_eq!(rows[0].get::<String>(0).unwrap(), "-2");
    assert_eq!(rows[1].get::<String>(1).unwrap(), "left");
}

async fn what_can_not_be_done_fails_at_once_and_its_feature_hears_why(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.play(|call| {
        let reason = call.words().to_owned();
        Some(match call.words() {
            "gone" => SendOutcome::Gone { reason },
            "forbidden" => SendOutcome::Forbidden { reason },
            _ => SendOutcome::Content { reason },
        })
    });
    let rows = ["gone", "forbidden", "content"];
    stage.write(rows.iter().zip(1..).map(|(key, group)| say(GroupId(group), key, key))).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 60_000).await;
    assert_eq!(stage.remote.calls().len(), 3);
    assert_eq!(stage.state().await, "failed");
    let ends = stage.ear.ends();
    assert!(ends.contains(&End::Gone("gone".to_owned())));
    assert!(ends.contains(&End::Forbidden("forbidden".to_owned())));
    assert!(ends.contains(&End::Failed("content".to_owned())));
}

async fn where_whispering_is_impossible_the_fallback_is_sent_and_never_the_card(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.play(|call| {
        let whispers = matches!(call.what, Outgoing::Whisper { .. });
        Some(if whispers { SendOutcome::NoWhisper } else { done() })
    });
    let whisper = |fallback: Option<Outgoing>| Outgoing::Whisper {
        to: Native::from("5"),
        card: card("secret"),
        fallback: fallback.map(Box::new),
        private_first: false,
    };
    let press = Outgoing::AnswerPress { press: Native::from("1"), text: Some("instead".into()), alert: true };
    stage
        .write([
            row(G1, "k1", Priority::Answer, whisper(Some(press))),
            row(G2, "k2", Priority::Answer, whisper(None)),
        ])
        .await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 10_000).await;
    let others: Vec<Call> =
        stage.remote.calls().into_iter().filter(|call| call.words() != "secret").collect();
    assert_eq!(others.iter().map(Call::words).collect::<Vec<_>>(), ["instead"]);
    let states: Vec<String> = stage.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["failed", "failed", "sent"]);
    assert!(
        !stage.ear.ends().contains(&End::NotWhispered),
        "nobody hears of it but the one who finds another way"
    );
}

async fn a_feature_hears_of_an_end_before_anybody_else_can_see_it(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    *stage.ear.outside.lock().unwrap() = Some(stage.database.clone());
    *stage.ear.does.lock().unwrap() = Feature::Writes;
    stage.write([say(G1, "k1", "a")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 0).await;
    assert_eq!(stage.ear.seen_outside.lock().unwrap().first().map(String::as_str), Some("sending"));
    stage.pass(&mut sender, 5_000).await;
    assert_eq!(stage.remote.words(), ["a", "follow-up"]);
    assert_eq!(stage.ask("SELECT 1 FROM audit", &[]).await.len(), 2);
}

async fn of_rows_marked_together_one_that_was_withdrawn_is_not_sent_and_the_others_are(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 0).await;
    let rows = stage.write([say(G1, "k1", "a"), say(G2, "k2", "b")]).await;
    withdraw(&stage, "k1").await;
    sender.hand(rows).await;
    assert_eq!(stage.remote.words(), ["b"]);
    assert_eq!(stage.ear.ends().len(), 1);
    let ended = |key: &str, state: &str| (key.to_owned(), state.to_owned());
    assert_eq!(stage.states().await, [ended("k1", "failed"), ended("k2", "sent")]);
}

async fn of_rows_that_end_together_one_that_was_withdrawn_is_not_heard_of_and_the_others_are(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 0).await;
    stage.remote.answers.send_replace(false);
    sender.wake.hand(stage.write([say(G1, "k1", "a"), say(G2, "k2", "b")]).await);
    stage.remote.called(2).await;
    withdraw(&stage, "k1").await;
    stage.remote.answers.send_replace(true);
    stage.pass(&mut sender, 5_000).await;
    assert_eq!(stage.ear.ends().len(), 1);
    let ended = |key: &str, state: &str| (key.to_owned(), state.to_owned());
    assert_eq!(stage.states().await, [ended("k1", "failed"), ended("k2", "sent")]);
}

async fn withdraw(stage: &Stage, key: &'static str) {
    let mut tx = stage.database.write().await.unwrap();
    let sql = "UPDATE outbox SET state = 'failed', ended_at = 0 WHERE dedup_key = $1";
    assert_eq!(tx.run(sql, &[key.into()]).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

async fn a_feature_that_fails_is_undone_and_the_end_is_recorded_all_the_same(fresh: Fresh) {
    is_undone_and_the_end_recorded(fresh, Feature::Fails).await;
}

async fn a_feature_that_panics_is_undone_and_the_end_is_recorded_all_the_same(fresh: Fresh) {
    is_undone_and_the_end_recorded(fresh, Feature::Panics).await;
}

async fn is_undone_and_the_end_recorded(fresh: Fresh, does: Feature) {
    let stage = Stage::set(fresh).await;
    *stage.ear.does.lock().unwrap() = does;
    stage.write([say(G1, "k1", "a"), NewRow { about: None, ..say(G2, "k2", "b") }]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 10_000).await;
    assert_eq!(stage.remote.calls().len(), 2);
    assert_eq!(stage.state().await, "sent");
    assert_eq!(stage.ask("SELECT 1 FROM audit", &[]).await.len(), 0);
    let panics = stage.setting.borrow().panics.get();
    assert_eq!(panics, u64::from(does == Feature::Panics), "a panic is counted");
}

async fn a_channel_that_panics_counts_as_a_lost_answer(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let tries = AtomicUsize::new(0);
    stage.remote.play(move |_| {
        assert!(tries.fetch_add(1, Ordering::Relaxed) > 0, "the channel breaks once");
        Some(done())
    });
    stage.write([say(G1, "k1", "a")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 10_000).await;
    assert_eq!(stage.remote.words(), ["a", "a"]);
    assert_eq!(stage.state().await, "sent");
}
