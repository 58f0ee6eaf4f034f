//! Purpose: the pace's promises, held against random requests in virtual time.

use proptest::prelude::*;

use super::*;
use crate::clock::MINUTE_MS;
use crate::ids::{Address, GroupId, PersonId};

impl Pacer {
    fn earliest(&mut self, to: Target, cost: Cost, now: Millis) -> Millis {
        self.earliest_for_bot(cost, now).max(self.earliest_for_chat(to, cost, now))
    }
}

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

/// A message that is to be sent: after this pause, to which chat, how many it is; and what the network makes of it: so
/// long to get there and so long back, each beyond the least, in ten-thousandths of a cube, so that most are quick.
type Ask = (i64, i64, bool, u64, (i64, i64));

/// Each request waits for the earliest time; both ways take `least_ms` each, and more. At one chat, one begins after the
/// other has ended. Returns when each arrived.
fn arrivals(least_ms: i64, requests: &[Ask]) -> Vec<(Target, Millis)> {
    let mut pacer = Pacer::new(&Pace::default());
    let mut now = Millis(1_000_000);
    let mut under_way: Vec<(Millis, Target, Cost, Millis)> = Vec::new();
    let mut arrived = Vec::new();
    for &(gap_ms, chat, is_group, many, (there, back)) in requests {
        let to = if is_group { group(chat) } else { person(chat) };
        let cost = Cost::Messages(many);
        now = now.plus_ms(gap_ms);
        loop {
            under_way.sort_unstable_by_key(|(end, ..)| *end);
            let busy = under_way.iter().find(|(_, other, ..)| *other == to).map(|(end, ..)| *end);
            let at = busy.unwrap_or(now).max(pacer.earliest(to, cost, now));
            let next_end = under_way.first().map(|(end, ..)| *end);
            now = now.max(next_end.map_or(at, |end| end.min(at)));
            under_way.retain(|(end, other, cost, begun)| {
                let over = *end <= now;
                if over {
                    pacer.ended(*other, *cost, *begun, *end);
                }
                !over
            });
            let busy = under_way.iter().any(|(_, other, ..)| *other == to);
            if !busy && pacer.earliest(to, cost, now) <= now {
                break;
            }
        }
        pacer.spend(to, cost, now);
        let [there_ms, back_ms] = [there, back].map(|more| least_ms + more * more * more / 10_000);
        under_way.push((now.plus_ms(there_ms + back_ms), to, cost, now));
        arrived.extend((0..many).map(|_| (to, now.plus_ms(there_ms))));
    }
    arrived
}

fn holds(arrived: &[(Target, Millis)], items_max: usize) -> Result<(), TestCaseError> {
    let all: Vec<Millis> = arrived.iter().map(|(_, at)| *at).collect();
    prop_assert!(densest(&all, SECOND_MS) <= 30);
    for chat in arrived.iter().map(|(to, _)| *to) {
        let times: Vec<Millis> = arrived.iter().filter(|(to, _)| *to == chat).map(|(_, at)| *at).collect();
        prop_assert!(densest(&times, SECOND_MS) <= items_max);
        prop_assert!(!chat.is_group() || densest(&times, MINUTE_MS) <= 20);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_window_at_the_channel_ever_holds_more_than_the_limit(
        least_ms in 0..100_i64,
        requests in prop::collection::vec(
            (0..60_i64, 0..40_i64, any::<bool>(), Just(1_u64), (0..100_i64, 0..100_i64)), 1..400,
        ),
    ) {
        holds(&arrivals(least_ms, &requests), 1)?;
    }

    #[test]
    fn albums_count_their_items(
        requests in prop::collection::vec(
            (0..60_i64, 0..40_i64, any::<bool>(), 1..=10_u64, (0..100_i64, 0..100_i64)), 1..100,
        ),
    ) {
        holds(&arrivals(20, &requests), 10)?;
    }
}

#[test]
fn nothing_follows_an_album_within_a_second_at_its_chat() {
    let mut pacer = Pacer::new(&Pace::default());
    pacer.spend(group(1), Cost::Messages(10), Millis(0));
    assert_eq!(pacer.earliest(group(1), Cost::Messages(1), Millis(1)), Millis(1_001));
    assert_eq!(pacer.earliest(group(1), Cost::Messages(10), Millis(1)), Millis(1_001));
    assert_eq!(pacer.earliest(group(2), Cost::Messages(20), Millis(1)), Millis(1));
    assert_eq!(pacer.earliest(group(2), Cost::Messages(21), Millis(1)), Millis(1_004));
    pacer.spend(group(1), Cost::Messages(1), Millis(2_000));
    assert_eq!(pacer.earliest(group(1), Cost::Messages(10), Millis(2_001)), Millis(60_001));
}

#[test]
fn what_nobody_waits_for_leaves_a_place_for_an_answer_at_any_moment() {
    let mut pacer = Pacer::new(&Pace::default());
    let mut now = Millis(0);
    for chat in 0..300 {
        now = pacer.earliest_even(Cost::Messages(1), now);
        pacer.spend(group(chat), Cost::Messages(1), now);
        let waits_ms = pacer.earliest_for_bot(Cost::Messages(1), now).since_ms(now);
        assert!(waits_ms <= 75, "an answer would wait for {waits_ms} ms after {chat} messages");
    }
}

#[test]
fn a_server_that_is_always_slow_does_not_slow_the_bot_down() {
    let mut pacer = Pacer::new(&Pace::default());
    let (mut now, mut under_way) = (Millis(0), std::collections::VecDeque::new());
    for chat in 0..3_000 {
        now = pacer.earliest_even(Cost::Messages(1), now);
        while under_way.front().is_some_and(|(_, begun): &(Target, Millis)| now.since_ms(*begun) >= 80) {
            let (to, begun) = under_way.pop_front().unwrap();
            pacer.ended(to, Cost::Messages(1), begun, begun.plus_ms(80));
        }
        let at = pacer.earliest_even(Cost::Messages(1), now);
        now = at;
        pacer.spend(group(chat), Cost::Messages(1), now);
        under_way.push_back((group(chat), now));
    }
    assert!(now <= Millis(100_800), "{now:?}");
}

#[test]
fn three_thousand_messages_take_a_hundred_seconds_and_no_longer() {
    let mut pacer = Pacer::new(&Pace::default());
    let (mut now, mut times) = (Millis(0), Vec::new());
    for chat in 0..3_000 {
        now = pacer.earliest(group(chat), Cost::Messages(1), now);
        pacer.spend(group(chat), Cost::Messages(1), now);
        times.push(now);
    }
    assert!(now <= Millis(99_500), "{now:?}");
    assert_eq!(densest(&times, SECOND_MS), 30);
}

#[test]
fn requests_that_are_no_messages_spend_nothing_of_the_messages() {
    let mut pacer = Pacer::new(&Pace::default());
    for _ in 0..200 {
        assert_eq!(pacer.earliest(group(1), Cost::Request, Millis(0)), Millis(0));
        pacer.spend(group(1), Cost::Request, Millis(0));
    }
    assert_eq!(pacer.earliest(group(1), Cost::Messages(1), Millis(0)), Millis(0));
    for _ in 200..299 {
        pacer.spend(group(1), Cost::Request, Millis(0));
    }
    assert!(pacer.earliest(group(2), Cost::Request, Millis(0)) >= Millis(1_000));
}

#[test]
fn a_chats_wait_holds_all_its_requests_to_the_end_and_no_other_chat() {
    let mut pacer = Pacer::new(&Pace::default());
    assert_eq!(pacer.wait(group(1), WaitScope::Chat, Millis(7_000), Millis(0)), WaitScope::Chat);
    assert_eq!(pacer.earliest(group(1), Cost::Request, Millis(6_999)), Millis(7_000));
    assert_eq!(pacer.earliest(group(1), Cost::Messages(1), Millis(7_000)), Millis(7_000));
    assert_eq!(pacer.earliest(group(2), Cost::Messages(1), Millis(10)), Millis(10));
}

#[test]
fn a_shorter_wait_does_not_end_a_longer_one() {
    let mut pacer = Pacer::new(&Pace::default());
    pacer.wait(group(1), WaitScope::Chat, Millis(60_000), Millis(0));
    pacer.wait(group(1), WaitScope::Chat, Millis(5_000), Millis(1_500));
    assert_eq!(pacer.earliest(group(1), Cost::Messages(1), Millis(2_000)), Millis(60_000));
}

#[test]
fn two_chats_held_within_a_second_hold_the_bot() {
    let mut pacer = Pacer::new(&Pace::default());
    pacer.wait(group(1), WaitScope::Chat, Millis(3_000), Millis(0));
    assert_eq!(pacer.wait(group(1), WaitScope::Chat, Millis(3_500), Millis(500)), WaitScope::Chat);
    assert_eq!(pacer.earliest(group(3), Cost::Messages(1), Millis(500)), Millis(500));
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
        pacer.spend(group(1), Cost::Messages(1), before);
    }
    pacer.wait(group(2), WaitScope::Chat, before.plus_ms(5_000), before);
    let after = before.plus_ms(-3_600_000);
    assert_eq!(pacer.earliest(group(1), Cost::Messages(1), after), after.plus_ms(60_001));
    assert_eq!(pacer.earliest(group(2), Cost::Messages(1), after), after.plus_ms(5_000));
    assert_eq!(pacer.earliest(group(3), Cost::Messages(1), after), after);
}

#[test]
fn chats_with_empty_windows_are_forgotten() {
    let mut pacer = Pacer::new(&Pace { bot_per_second: 1_000_000.0, ..Pace::default() });
    for chat in 0..100_000 {
        pacer.spend(person(chat), Cost::Messages(1), Millis(chat));
    }
    assert!(pacer.chats() <= 2 * FORGET_AT, "{}", pacer.chats());
}

#[test]
fn a_slow_message_still_keeps_the_distance_to_the_next_at_its_chat() {
    let mut pacer = Pacer::new(&Pace::default());
    pacer.spend(person(1), Cost::Messages(1), Millis(0));
    assert_eq!(pacer.earliest(person(1), Cost::Messages(1), Millis(5_000)), Millis(5_000));
    pacer.ended(person(1), Cost::Messages(1), Millis(0), Millis(20_000));
    assert_eq!(pacer.earliest(person(1), Cost::Messages(1), Millis(20_000)), Millis(21_001));
}

#[test]
fn a_changed_pace_holds_at_once_for_what_is_spent_already() {
    let mut pacer = Pacer::new(&Pace::default());
    for chat in 0..10 {
        pacer.spend(person(chat), Cost::Messages(1), Millis(0));
    }
    pacer.set_pace(&Pace { bot_per_second: 5.0, ..Pace::default() });
    assert_eq!(pacer.earliest(person(11), Cost::Messages(1), Millis(100)), Millis(1_000));
}
