//! Purpose: a channel that doesn't answer for a long time costs no row, and few are risked.

use super::*;
use crate::channel::SendOutcome;
use crate::clock::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::ids::{PostId, PushId, RunId};
use crate::outbox::About;
use crate::timetable::QuietHours;

on_both!(
    in_an_outage_of_an_hour_nothing_is_given_up_and_little_is_asked,
    while_answers_are_lost_few_messages_are_risked,
    what_is_too_late_after_an_outage_is_not_sent,
    an_outage_that_ends_in_the_night_before_a_weekend_wakes_nobody,
    an_answer_that_another_process_stores_while_memory_is_full_goes_out_first,
);

fn down() -> SendOutcome {
    SendOutcome::Down { reason: "no route".to_owned() }
}

/// Sixty groups, a row for each.
fn rows() -> impl Iterator<Item = NewRow> {
    (1..=60).map(|group| say(GroupId(group), &group.to_string(), "hello"))
}

async fn in_an_outage_of_an_hour_nothing_is_given_up_and_little_is_asked(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let back = START.plus_ms(HOUR_MS);
    stage.remote.play(move |call| {
        Some(if call.at < back { SendOutcome::Down { reason: "no route".to_owned() } } else { done() })
    });
    stage.write(rows()).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, HOUR_MS + 5 * MINUTE_MS).await;
    assert_eq!(stage.state().await, "sent");
    let calls = stage.remote.calls();
    let during = calls.iter().filter(|call| call.at < back).count();
    // Those under way at its beginning, then one after each pause of half a minute and more.
    assert!(during <= 32 + 10 + 120, "{during} requests in an hour without an answer");
    assert_eq!(calls.len() - during, 60, "each was sent once when it was over");
    assert_eq!(sender.counters.read().failed, 0);
}

async fn while_answers_are_lost_few_messages_are_risked(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let back = START.plus_ms(10 * MINUTE_MS);
    stage.remote.play(move |call| {
        Some(if call.at < back { SendOutcome::Uncertain { reason: "502".to_owned() } } else { done() })
    });
    stage.write(rows()).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 20 * MINUTE_MS).await;
    let states = stage.states().await;
    let sent = states.iter().filter(|(_, state)| state == "sent").count();
    let given_up = states.iter().filter(|(_, state)| state == "quarantined").count();
    assert_eq!(sent + given_up, 60);
    assert!(given_up <= 20, "{given_up} of 60 given up");
    let calls = stage.remote.calls();
    assert!(states.iter().all(|(key, _)| {
        let chat = format!("-{key}");
        calls.iter().filter(|call| call.chat == chat && call.at < back).count() <= 2
    }));
}

async fn what_is_too_late_after_an_outage_is_not_sent(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let back = START.plus_ms(10 * MINUTE_MS);
    stage.remote.play(move |call| {
        Some(if call.at < back { SendOutcome::Down { reason: "no route".to_owned() } } else { done() })
    });
    let soon = NewRow { expires_at: Some(START.plus_ms(2 * MINUTE_MS)), ..say(G1, "k1", "too late") };
    stage.write([soon, say(G2, "k2", "in time")]).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 12 * MINUTE_MS).await;
    let late: Vec<Call> = stage.remote.calls().into_iter().filter(|call| call.at >= back).collect();
    assert_eq!(late.iter().map(Call::words).collect::<Vec<_>>(), ["in time"]);
    assert_eq!(stage.states().await[0], ("k1".to_owned(), "expired".to_owned()));
}

async fn an_outage_that_ends_in_the_night_before_a_weekend_wakes_nobody(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    stage.set_quiet(QuietHours::default());
    // It is Friday, 16:00 in Shanghai; the network is away until 23:30, and the school sleeps until 7:00.
    let (back, saturday) = (START.plus_ms(15 * HOUR_MS / 2), START.plus_ms(15 * HOUR_MS));
    let monday = saturday.plus_ms(2 * DAY_MS);
    stage.remote.play(move |call| Some(if call.at < back { down() } else { done() }));
    let of = |group: i64, priority, about| {
        let row = say(GroupId(group), &group.to_string(), &group.to_string());
        NewRow { priority, about, not_before: START, ..row }
    };
    let post = |post| Some(About::BroadcastPost { post: PostId(post), run: Some(RunId(1)) });
    let lesson = |push| Some(About::LessonCard { push: PushId(push) });
    let of_saturday = NewRow { not_before: saturday, ..of(6, Priority::Lesson, lesson(6)) };
    let too_late = NewRow { expires_at: Some(saturday), ..of(7, Priority::Lesson, lesson(7)) };
    let rows = [
        of(1, Priority::Announcement, post(1)),
        of(2, Priority::Lesson, lesson(2)),
        of(3, Priority::Urgent, post(3)),
        of(4, Priority::Answer, None),
        of(5, Priority::Digest, None),
        of_saturday,
        too_late,
    ];
    stage.write(rows).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 16 * HOUR_MS).await;
    let sent = |from: Millis, until: Millis| {
        let calls = stage.remote.calls();
        let calls = calls.iter().filter(|call| from <= call.at && call.at < until);
        let mut words: Vec<String> = calls.map(|call| call.words().to_owned()).collect();
        words.sort_unstable();
        words
    };
    assert_eq!(sent(back, saturday), ["3", "4"], "what is urgent, and what somebody waits for");
    assert_eq!(sent(saturday, saturday.plus_ms(MINUTE_MS)), ["5", "6"], "what is not for school days");
    assert!(stage.ear.ends().contains(&End::Expired), "it can't be sent in time");
    let waiting = stage.ask("SELECT not_before FROM outbox WHERE state = 'ready'", &[]).await;
    assert!(
        waiting.iter().all(|row| row.get::<Millis>(0).unwrap() == monday),
        "another process knows it too"
    );
    sender.crash().await;
    stage.clock.advance_to(monday.plus_ms(-1));
    let mut sender = stage.start("a");
    stage.pass(&mut sender, MINUTE_MS).await;
    assert_eq!(sent(saturday.plus_ms(HOUR_MS), monday), [] as [&str; 0]);
    assert_eq!(sent(monday, monday.plus_ms(MINUTE_MS)), ["1", "2"]);
    assert_eq!(stage.state().await, "sent, expired");
}

async fn an_answer_that_another_process_stores_while_memory_is_full_goes_out_first(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    let back = START.plus_ms(2 * MINUTE_MS);
    stage.remote.play(move |call| Some(if call.at < back { down() } else { done() }));
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 0).await;
    for half in 0..2 {
        let of = |number: i64| GroupId(number % 59 + 1);
        let rows = (0..9_000).map(|number| say(of(number), &format!("{half}/{number}"), "announced"));
        let rows = stage.write(rows).await;
        sender.hand(rows).await;
    }
    stage.pass(&mut sender, MINUTE_MS).await;
    stage.write([row(GroupId(60), "answer", Priority::Answer, say(GroupId(60), "", "an answer").what)]).await;
    stage.pass(&mut sender, 2 * MINUTE_MS + 30_000).await;
    let after: Vec<Call> = stage.remote.calls().into_iter().filter(|call| call.at >= back).collect();
    let place = after.iter().position(|call| call.words() == "an answer");
    assert!(place.is_some_and(|place| place <= 1), "{place:?} of {}", after.len());
}
