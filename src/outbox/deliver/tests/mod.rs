//! Purpose: the sender's promises, with a real database and a remote that plays what it is told.

mod crashes;
mod outages;
mod outcomes;
mod poison;
mod remote;
mod stage;
mod strict;

use self::remote::Call;
use self::stage::{START, Stage, add_groups, delete, done, row, say};
use super::*;
use crate::channel::Outgoing;
use crate::clock::Millis;
use crate::config::Pace;
use crate::databases::{Fresh, on_both};
use crate::ids::{GroupId, Native};
use crate::outbox::{End, NewRow, Priority};

on_both!(
    what_is_handed_over_goes_out_at_once_and_is_recorded,
    what_nobody_hands_over_is_found_and_sent_once,
    one_key_is_sent_once,
    an_end_nobody_hears_of_waits_while_updates_are_stored_and_no_longer,
    an_end_a_feature_hears_waits_for_no_updates,
    a_chats_messages_keep_their_order_and_the_pace,
    a_row_for_later_goes_out_exactly_when_it_is_due,
    a_chat_with_very_many_rows_hides_no_other,
    behind_a_long_backlog_another_process_answer_and_what_comes_due_go_out_in_time,
    answers_that_are_too_late_are_not_sent,
    a_row_that_can_not_be_read_fails_and_the_others_go_on,
    a_changed_pace_is_followed_without_a_restart,
    slow_announcements_leave_room_for_what_protects_a_group,
    a_stop_waits_for_requests_under_way_and_gives_the_lease_back,
    old_rows_are_deleted_and_younger_ones_kept,
);

const G1: GroupId = GroupId(1);
const G2: GroupId = GroupId(2);

async fn what_is_handed_over_goes_out_at_once_and_is_recorded(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 0).await;
    let rows = stage.write([say(G1, "k1", "hello"), delete(G2, "k2")]).await;
    sender.hand(rows).await;
    let calls = stage.remote.calls();
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| call.at == START));
    assert!(calls.iter().any(|call| call.chat == "-1" && call.words() == "hello"));
    assert_eq!(stage.state().await, "sent");
    let rows = stage.ask("SELECT message FROM outbox WHERE dedup_key = 'k1'", &[]).await;
    assert_eq!(rows[0].get::<String>(0).unwrap(), "77");
    assert_eq!(sender.counters.read().sent, 2);
    assert_eq!(stage.ear.ends().len(), 2);
}

async fn what_nobody_hands_over_is_found_and_sent_once(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 0).await;
    let rows = stage.write([say(G1, "k1", "hello"), delete(G2, "k2")]).await;
    stage.pass(&mut sender, 10_000).await;
    assert_eq!(stage.remote.calls().len(), 2);
    sender.hand(rows).await;
    stage.pass(&mut sender, 10_000).await;
    assert_eq!(stage.remote.calls().len(), 2);
}

async fn one_key_is_sent_once(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let mut sender = stage.start("a");
    let first = stage.write([say(G1, "k1", "one"), say(G1, "k1", "two")]).await;
    let second = stage.write([say(G2, "k1", "three")]).await;
    assert_eq!((first.len(), second.len()), (1, 0));
    stage.pass(&mut sender, 60_000).await;
    assert_eq!(stage.remote.words(), ["one"]);
}

async fn an_end_nobody_hears_of_waits_while_updates_are_stored_and_no_longer(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 0).await;
    let storing = sender.wake.storing();
    let quiet = |group, key| NewRow { about: None, ..say(group, key, key) };
    sender.wake.hand(stage.write([quiet(G1, "k1")]).await);
    stage.tick_until_called(1).await;
    stage.let_the_sender_write().await;
    assert_eq!(stage.state().await, "sending", "the end waits");
    sender.wake.hand(stage.write([quiet(G2, "k2")]).await);
    stage.tick_until_called(2).await;
    stage.let_the_sender_write().await;
    let states: Vec<String> = stage.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["sent", "sending"], "the first end was recorded with the second mark");
    drop(storing);
    stage.pass(&mut sender, 0).await;
    assert_eq!(stage.state().await, "sent");
}

async fn an_end_a_feature_hears_waits_for_no_updates(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 0).await;
    let storing = sender.wake.storing();
    let rows = stage.write([say(G1, "k1", "hello")]).await;
    sender.hand(rows).await;
    assert_eq!(stage.state().await, "sent");
    assert_eq!(stage.ear.ends().len(), 1);
    drop(storing);
}

async fn a_chats_messages_keep_their_order_and_the_pace(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let rows =
        (0..25).flat_map(|n| [G1, G2].map(|group| say(group, &format!("{group}/{n}"), &n.to_string())));
    stage.write(rows).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 90_000).await;
    for chat in ["-1", "-2"] {
        let calls: Vec<Call> = stage.remote.calls().into_iter().filter(|call| call.chat == chat).collect();
        let words: Vec<String> = calls.iter().map(|call| call.words().to_owned()).collect();
        assert_eq!(words, (0..25).map(|n: i32| n.to_string()).collect::<Vec<_>>());
        assert!(calls.windows(2).all(|pair| pair[1].at.since_ms(pair[0].at) >= 1_000));
        assert!(calls.windows(21).all(|run| run[20].at.since_ms(run[0].at) >= 60_000));
    }
    assert_eq!(stage.state().await, "sent");
}

async fn a_row_for_later_goes_out_exactly_when_it_is_due(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let mut sender = stage.start("a");
    let due = START.plus_ms(3_600_123);
    stage.write([crate::outbox::NewRow { not_before: due, ..say(G1, "k1", "later") }]).await;
    stage.pass(&mut sender, 3_700_000).await;
    assert_eq!(stage.remote.calls().iter().map(|call| call.at).collect::<Vec<_>>(), [due]);
}

async fn a_chat_with_very_many_rows_hides_no_other(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.set_pace(Pace { bot_per_second: 1_000_000.0, ..Pace::default() });
    stage.write((0..5_000).map(|n| delete(G1, &format!("hot/{n}")))).await;
    stage.write([delete(G2, "other")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 20_000).await;
    let calls = stage.remote.calls();
    let place = calls.iter().position(|call| call.chat == "-2");
    assert!(place.is_some_and(|place| place < 200), "{place:?}");
    assert_eq!(calls.len(), 5_001);
    assert_eq!(stage.state().await, "sent");
}

async fn behind_a_long_backlog_another_process_answer_and_what_comes_due_go_out_in_time(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let groups: Vec<GroupId> = (3..=200).map(GroupId).collect();
    add_groups(&stage.database, 61..=200).await;
    stage.write((0..6_000).map(|n| say(groups[n % groups.len()], &format!("wait/{n}"), "wait"))).await;
    let due = START.plus_ms(60_123);
    let later = row(G2, "later", Priority::Answer, say(G2, "later", "later").what);
    stage.write([NewRow { not_before: due, ..later }]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 20_000).await;
    let asked = stage.clock.now();
    stage.write([row(G1, "asked", Priority::Answer, say(G1, "", "answer").what)]).await;
    stage.pass(&mut sender, 6_000).await;
    let at = |words: &str| stage.remote.calls().iter().find(|call| call.words() == words).map(|call| call.at);
    assert!(at("answer").is_some_and(|at| at.since_ms(asked) <= 5_100), "{asked:?} {:?}", at("answer"));
    stage.pass(&mut sender, 40_000).await;
    assert!(at("later").is_some_and(|at| at >= due && at.since_ms(due) <= 100), "{due:?} {:?}", at("later"));
    stage.pass(&mut sender, 160_000).await;
    assert_eq!((stage.remote.calls().len(), stage.state().await.as_str()), (6_002, "sent"));
}

async fn answers_that_are_too_late_are_not_sent(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let answer = |text: &str| Outgoing::AnswerPress {
        press: Native::from("1"),
        text: Some(text.to_owned()),
        alert: false,
    };
    let late =
        crate::outbox::NewRow { expires_at: Some(START), ..row(G1, "late", Priority::Guard, answer("late")) };
    let timely = crate::outbox::NewRow {
        expires_at: Some(START.plus_ms(1)),
        ..row(G1, "timely", Priority::Guard, answer("timely"))
    };
    stage.write([late, timely]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 1_000).await;
    assert_eq!(stage.remote.words(), ["timely"]);
    assert_eq!(stage.states().await[0], ("late".to_owned(), "expired".to_owned()));
    assert!(stage.ear.ends().contains(&End::Expired));
}

async fn a_row_that_can_not_be_read_fails_and_the_others_go_on(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.write([say(G1, "k1", "one"), say(GroupId(999), "k2", "two"), say(G2, "k3", "three")]).await;
    let mut tx = stage.database.write().await.unwrap();
    tx.run("UPDATE outbox SET payload = '{\"do\":\"fly\"}' WHERE dedup_key = 'k1'", &[]).await.unwrap();
    tx.commit().await.unwrap();
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 1_000).await;
    assert_eq!(stage.remote.words(), ["three"]);
    let states: Vec<String> = stage.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["failed", "failed", "sent"]);
    assert_eq!(sender.counters.read().failed, 2);
}

async fn a_changed_pace_is_followed_without_a_restart(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.write((1..=60).map(|n| say(GroupId(n), &n.to_string(), ""))).await;
    stage.set_pace(Pace { bot_per_second: 1.0, ..Pace::default() });
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 4_500).await;
    assert_eq!(stage.remote.calls().len(), 5);
    stage.set_pace(Pace { bot_per_second: 100.0, ..Pace::default() });
    stage.pass(&mut sender, 1_500).await;
    assert_eq!(stage.remote.calls().len(), 60);
}

async fn slow_announcements_leave_room_for_what_protects_a_group(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.remote.play(|call| matches!(call.what, Outgoing::Delete { .. }).then(done));
    stage.set_pace(Pace { bot_per_second: 1_000.0, in_flight_max: 8, ..Pace::default() });
    let rows = stage.write((1..=20).map(|n| say(GroupId(n), &n.to_string(), ""))).await;
    let sender = stage.start("a");
    stage.remote.called(6).await;
    drop(rows);
    let rows = stage.write([delete(G1, "spam")]).await;
    sender.wake.hand(rows);
    stage.remote.called(7).await;
    assert!(matches!(stage.remote.calls()[6].what, Outgoing::Delete { .. }));
    sender.crash().await;
}

async fn a_stop_waits_for_requests_under_way_and_gives_the_lease_back(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.write([say(G1, "k1", "one"), say(G1, "k2", "two")]).await;
    let mut first = stage.start("a");
    stage.pass(&mut first, 0).await;
    first.stop().await;
    assert_eq!(stage.remote.words(), ["one"]);
    let mut second = stage.start("b");
    stage.pass(&mut second, 2_000).await;
    assert_eq!(stage.remote.words(), ["one", "two"]);
    let until = stage.ask("SELECT holder FROM leases", &[]).await;
    assert_eq!(until[0].get::<String>(0).unwrap(), "b");
}

async fn old_rows_are_deleted_and_younger_ones_kept(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.write([delete(G1, "answer"), say(G1, "announcement", "")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 1_000).await;
    stage.clock.advance_to(START.plus_ms(2 * 86_400_000));
    stage.pass(&mut sender, 120_000).await;
    assert_eq!(stage.states().await, [("announcement".to_owned(), "sent".to_owned())]);
    stage.clock.advance_to(START.plus_ms(366 * 86_400_000));
    stage.pass(&mut sender, 120_000).await;
    assert_eq!(stage.states().await, []);
    assert!(stage.clock.now() > Millis(0));
}
