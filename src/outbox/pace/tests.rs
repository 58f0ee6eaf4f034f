//! Purpose: the pace's promises, held against random requests in virtual time.

use proptest::prelude::*;

use super::*;
use crate::ids::{Address, GroupId, PersonId};

fn group(number: i64) -> Target {
    Target::Chat(Address::Group(GroupId(number)))
}

fn person(number: i64) -> Target {
    Target::Chat(Address::Person(PersonId(number)))
}

/// The most of `times` in any window that is `span_ms` long.
fn densest(times: &[Millis], span_ms: i64) -> usize {
    let mut times = times.to_vec();
    times.sort_unstable();
    let end = |start: Millis| times.partition_point(|at| *at < start.plus_ms(span_ms));
    times.iter().enumerate().map(|(place, start)| end(*start) - place).max().unwrap_or(0)
}

/// An album of so many items; a message, if it is one.
fn album(items: u16) -> Cost {
    if items > 1 { Cost::Album(items) } else { Cost::Message }
}

/// Each request waits for the earliest time and takes `latency_ms`; it arrives at `share` percent of that. At one
/// chat, one begins after the other has ended. Returns when each message arrived, those of an album together.
fn arrivals(requests: &[(i64, i64, bool, i64, i64)], items: &[u16]) -> Vec<(Target, Millis)> {
    let mut pacer = Pacer::new(&Pace::default());
    let mut now = Millis(1_000_000);
    let mut under_way: Vec<(Millis, Target, Millis, Cost)> = Vec::new();
    let mut arrived = Vec::new();
    for (&(gap_ms, chat, is_group, latency_ms, share), &items) in requests.iter().zip(items.iter().cycle()) {
        let to = if is_group { group(chat) } else { person(chat) };
        let cost = album(items);
        now = now.plus_ms(gap_ms);
        loop {
            under_way.sort_unstable_by_key(|flight| flight.0);
            let busy = under_way.iter().find(|flight| flight.1 == to).map(|flight| flight.0);
            let at = busy.unwrap_or(now).max(pacer.earliest(to, cost, now));
            let next_end = under_way.first().map(|flight| flight.0);
            now = now.max(next_end.map_or(at, |end| end.min(at)));
            under_way.retain(|(end, other, begun, cost)| {
                let over = *end <= now;
                if over {
                    pacer.ended(*other, *cost, *begun, *end);
                }
                !over
            });
            let busy = under_way.iter().any(|flight| flight.1 == to);
            if !busy && pacer.earliest(to, cost, now) <= now {
                break;
            }
        }
        pacer.spend(to, cost, now);
        under_way.push((now.plus_ms(latency_ms), to, now, cost));
        let at = now.plus_ms(latency_ms * share / 100);
        arrived.extend(std::iter::repeat_n((to, at), usize::from(items)));
    }
    arrived
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_window_at_the_channel_ever_holds_more_than_the_limit(
        requests in prop::collection::vec((0..60_i64, 0..40_i64, any::<bool>(), 0..250_i64, 0..=100_i64), 1..400),
    ) {
        let arrived = arrivals(&requests, &[1]);
        let all: Vec<Millis> = arrived.iter().map(|(_, at)| *at).collect();
        prop_assert!(densest(&all, SECOND_MS) <= 30);
        for chat in arrived.iter().map(|(to, _)| *to) {
            let times: Vec<Millis> = arrived.iter().filter(|(to, _)| *to == chat).map(|(_, at)| *at).collect();
            prop_assert!(densest(&times, SECOND_MS) <= 1);
            prop_assert!(!chat.is_group() || densest(&times, MINUTE_MS) <= 20);
        }
    }

    #[test]
    fn albums_keep_the_bots_and_the_groups_limits_and_are_alone_in_their_chats_second(
        requests in prop::collection::vec((0..60_i64, 0..40_i64, any::<bool>(), 0..250_i64, 0..=100_i64), 1..200),
        items in prop::collection::vec(1..=10_u16, 1..20),
    ) {
        let arrived = arrivals(&requests, &items);
        let all: Vec<Millis> = arrived.iter().map(|(_, at)| *at).collect();
        prop_assert!(densest(&all, SECOND_MS) <= 30);
        for chat in arrived.iter().map(|(to, _)| *to) {
            let mut times: Vec<Millis> =
                arrived.iter().filter(|(to, _)| *to == chat).map(|(_, at)| *at).collect();
            prop_assert!(!chat.is_group() || densest(&times, MINUTE_MS) <= 20);
            times.dedup();
            prop_assert!(densest(&times, SECOND_MS) <= 1);
        }
    }
}

#[test]
fn two_albums_of_ten_fill_a_groups_minute() {
    let mut pacer = Pacer::new(&Pace::default());
    pacer.spend(group(1), album(10), Millis(0));
    assert_eq!(pacer.earliest(group(1), album(10), Millis(0)), Millis(1_001));
    pacer.spend(group(1), album(10), Millis(1_001));
    assert_eq!(pacer.earliest(group(1), Cost::Message, Millis(3_000)), Millis(60_001));
    assert_eq!(pacer.earliest(group(1), album(10), Millis(3_000)), Millis(60_001));
    // An end moves the whole album, and none of it is left behind.
    pacer.ended(group(1), album(10), Millis(1_001), Millis(5_000));
    assert_eq!(pacer.earliest(group(1), album(10), Millis(60_001)), Millis(60_001));
    assert_eq!(pacer.earliest(group(1), album(11), Millis(60_001)), Millis(65_001));
}

#[test]
fn an_album_larger_than_a_limit_goes_once_nothing_else_is_in_the_window() {
    let mut pacer = Pacer::new(&Pace { bot_per_second: 5.0, group_per_minute: 4, ..Pace::default() });
    assert_eq!(pacer.earliest(group(1), album(10), Millis(0)), Millis(0));
    pacer.spend(group(1), album(10), Millis(0));
    assert_eq!(pacer.earliest(group(2), album(10), Millis(0)), Millis(1_000));
    assert_eq!(pacer.earliest(group(1), Cost::Message, Millis(1_000)), Millis(60_001));
}

#[test]
fn three_thousand_messages_take_a_hundred_seconds_and_no_longer() {
    let mut pacer = Pacer::new(&Pace::default());
    let (mut now, mut times) = (Millis(0), Vec::new());
    for chat in 0..3_000 {
        now = pacer.earliest(group(chat), Cost::Message, now);
        pacer.spend(group(chat), Cost::Message, now);
        times.push(now);
    }
    assert!(now <= Millis(101_500), "{now:?}");
    assert_eq!(densest(&times, SECOND_MS), 30);
}

#[test]
fn requests_that_are_no_messages_spend_nothing_of_the_messages() {
    let mut pacer = Pacer::new(&Pace::default());
    for _ in 0..200 {
        assert_eq!(pacer.earliest(group(1), Cost::Request, Millis(0)), Millis(0));
        pacer.spend(group(1), Cost::Request, Millis(0));
    }
    assert_eq!(pacer.earliest(group(1), Cost::Message, Millis(0)), Millis(0));
    for _ in 200..295 {
        pacer.spend(group(1), Cost::Request, Millis(0));
    }
    assert!(pacer.earliest(group(2), Cost::Request, Millis(0)) >= Millis(1_000));
}

#[test]
fn a_chats_wait_holds_all_its_requests_to_the_end_and_no_other_chat() {
    let mut pacer = Pacer::new(&Pace::default());
    assert_eq!(pacer.wait(group(1), WaitScope::Chat, Millis(7_000), Millis(0)), WaitScope::Chat);
    assert_eq!(pacer.earliest(group(1), Cost::Request, Millis(6_999)), Millis(7_000));
    assert_eq!(pacer.earliest(group(1), Cost::Message, Millis(7_000)), Millis(7_000));
    assert_eq!(pacer.earliest(group(2), Cost::Message, Millis(10)), Millis(10));
}

#[test]
fn a_shorter_wait_does_not_end_a_longer_one() {
    let mut pacer = Pacer::new(&Pace::default());
    pacer.wait(group(1), WaitScope::Chat, Millis(60_000), Millis(0));
    pacer.wait(group(1), WaitScope::Chat, Millis(5_000), Millis(1_500));
    assert_eq!(pacer.earliest(group(1), Cost::Message, Millis(2_000)), Millis(60_000));
}

#[test]
fn two_chats_held_within_a_second_hold_the_bot() {
    let mut pacer = Pacer::new(&Pace::default());
    pacer.wait(group(1), WaitScope::Chat, Millis(3_000), Millis(0));
    assert_eq!(pacer.wait(group(1), WaitScope::Chat, Millis(3_500), Millis(500)), WaitScope::Chat);
    assert_eq!(pacer.earliest(group(3), Cost::Message, Millis(500)), Millis(500));
    assert_eq!(pacer.wait(group(2), WaitScope::Chat, Millis(4_000), Millis(1_000)), WaitScope::Bot);
    assert_eq!(pacer.earliest(group(3), Cost::Request, Millis(1_000)), Millis(4_000));
    let mut patient = Pacer::new(&Pace::default());
    patient.wait(group(1), WaitScope::Chat, Millis(3_000), Millis(0));
    assert_eq!(patient.wait(group(2), WaitScope::Chat, Millis(4_000), Millis(1_001)), WaitScope::Chat);
}

#[test]
fn a_clock_set_back_delays_by_no_more_than_a_window() {
    let mut pacer = Pacer::new(&Pace::default());
    let before = Millis(10_000_000);
    for _ in 0..20 {
        pacer.spend(group(1), Cost::Message, before);
    }
    pacer.wait(group(2), WaitScope::Chat, before.plus_ms(5_000), before);
    let after = before.plus_ms(-3_600_000);
    assert_eq!(pacer.earliest(group(1), Cost::Message, after), after.plus_ms(60_001));
    assert_eq!(pacer.earliest(group(2), Cost::Message, after), after.plus_ms(5_000));
    assert_eq!(pacer.earliest(group(3), Cost::Message, after), after);
}

#[test]
fn chats_with_empty_windows_are_forgotten() {
    let mut pacer = Pacer::new(&Pace { bot_per_second: 1_000_000.0, ..Pace::default() });
    for chat in 0..100_000 {
        pacer.spend(person(chat), Cost::Message, Millis(chat));
    }
    assert!(pacer.chats() <= 2 * FORGET_AT, "{}", pacer.chats());
}

#[test]
fn a_slow_message_still_keeps_the_distance_to_the_next_at_its_chat() {
    let mut pacer = Pacer::new(&Pace::default());
    pacer.spend(person(1), Cost::Message, Millis(0));
    assert_eq!(pacer.earliest(person(1), Cost::Message, Millis(5_000)), Millis(5_000));
    pacer.ended(person(1), Cost::Message, Millis(0), Millis(20_000));
    assert_eq!(pacer.earliest(person(1), Cost::Message, Millis(20_000)), Millis(21_001));
}

#[test]
fn a_changed_pace_holds_at_once_for_what_is_spent_already() {
    let mut pacer = Pacer::new(&Pace::default());
    for chat in 0..10 {
        pacer.spend(person(chat), Cost::Message, Millis(0));
    }
    pacer.set_pace(&Pace { bot_per_second: 5.0, ..Pace::default() });
    assert_eq!(pacer.earliest(person(11), Cost::Message, Millis(100)), Millis(1_000));
}
