//! Purpose: the queue's promises, in virtual time.

mod strict;

use proptest::prelude::*;

use super::*;
use crate::channel::{Card, Content, Destination, Media, MediaKind, Outgoing, Post, Styled};
use crate::config::Pace;
use crate::ids::{Address, GroupId, PersonId, PostId, RunId};
use crate::outbox::About;

fn group(number: i64) -> Target {
    Target::Chat(Address::Group(GroupId(number)))
}

fn say() -> Outgoing {
    Outgoing::Say { card: Card::default() }
}

fn delete() -> Outgoing {
    Outgoing::Delete { messages: vec![Native::from("1")] }
}

fn row(id: i64, to: Target, priority: Priority) -> Due {
    Due {
        id: OutboxId(id),
        to,
        destination: Destination { chat: Native::from("-1"), is_group: to.is_group() },
        priority,
        what: say(),
        about: None,
        not_before: Millis(0),
        expires_at: None,
        created_at: Millis(0),
        attempts: 0,
        uncertain: 0,
    }
}

/// Sends everything, each request ending at once; returns what was sent when.
fn run(queue: &mut Queue, pacer: &mut Pacer, mut now: Millis) -> Vec<(Millis, Due)> {
    let mut sent = Vec::new();
    loop {
        match queue.next(now, pacer, false) {
            Pick::Send(due, _) => {
                queue.forget(due.id);
                queue.free(due.lane(), now);
                sent.push((now, due));
            }
            Pick::Expired(due) | Pick::Held(due, _) => queue.forget(due.id),
            Pick::Later(Some(at)) => {
                assert!(at > now, "the queue must not spin");
                now = at;
            }
            Pick::Later(None) => return sent,
        }
    }
}

fn filled(rows: impl IntoIterator<Item = Due>) -> (Queue, Pacer) {
    let mut queue = Queue::default();
    rows.into_iter().for_each(|due| queue.push(due, Millis(0)));
    (queue, Pacer::new(&Pace::default()))
}

fn ids(sent: &[(Millis, Due)]) -> Vec<i64> {
    sent.iter().map(|(_, due)| due.id.0).collect()
}

#[test]
fn an_album_waits_for_room_for_all_its_items_and_is_overtaken_by_nothing_of_its_rank() {
    let picture =
        Media { kind: MediaKind::Picture, file: Native::from("f"), name: None, bytes: None, spoiler: false };
    let content = Content::Album { items: vec![picture; 10], caption: Styled::default() };
    let post = Post { content, buttons: Vec::new(), topic: None, reply_to: None, silent: false };
    let album = Due { what: Outgoing::Post(post), ..row(25, group(25), Priority::Answer) };
    assert_eq!(album.cost(), Cost::Messages(10));
    let before = (0..25).map(|id| row(id, group(id), Priority::Answer));
    let after = (26..31).map(|id| row(id, group(id), Priority::Answer));
    let (mut queue, mut pacer) = filled(before.chain([album]).chain(after));
    let sent = run(&mut queue, &mut pacer, Millis(0));
    assert_eq!(ids(&sent), (0..31).collect::<Vec<_>>());
    let at = |id: usize| sent[id].0;
    // 25 and 10 are more than 30 in a second, so the album waits until the first ones have left the window.
    assert_eq!((at(24), at(25) >= Millis(1_000), at(30) < Millis(2_000)), (Millis(0), true, true));
}

#[test]
fn a_hot_chat_delays_nobody_and_goes_as_fast_as_it_may() {
    let hot = (0..40).map(|id| row(id, group(1), Priority::Answer));
    let others = (40..640).map(|id| row(id, group(id), Priority::Answer));
    let (mut queue, mut pacer) = filled(hot.chain(others));
    let sent = run(&mut queue, &mut pacer, Millis(0));
    let last =
        |hot: bool| sent.iter().filter(|(_, due)| (due.to == group(1)) == hot).map(|(at, _)| *at).max();
    assert!(last(false) <= Some(Millis(21_500)), "{:?}", last(false));
    assert!(last(true) <= Some(Millis(82_000)), "{:?}", last(true));
    assert_eq!(sent.len(), 640);
    assert!(queue.is_empty() && queue.lanes.is_empty());
}

#[test]
fn three_thousand_groups_are_reached_in_the_time_the_rate_allows() {
    let (mut queue, mut pacer) = filled((0..3_000).map(|id| row(id, group(id), Priority::Announcement)));
    let sent = run(&mut queue, &mut pacer, Millis(0));
    assert!(sent.last().is_some_and(|(at, _)| *at <= Millis(101_500)));
    assert_eq!(sent.len(), 3_000);
}

#[test]
fn the_pressing_overtakes_everything() {
    let (mut queue, mut pacer) = filled((0..100).map(|id| row(id, group(id), Priority::Announcement)));
    while let Pick::Send(..) = queue.next(Millis(0), &mut pacer, false) {}
    queue.push(row(500, group(50), Priority::Urgent), Millis(10));
    queue.push(Due { what: delete(), ..row(501, group(60), Priority::Guard) }, Millis(10));
    let Pick::Send(first, _) = queue.next(Millis(10), &mut pacer, false) else {
        panic!("a delete waits for nobody")
    };
    assert_eq!(first.id, OutboxId(501));
    let Pick::Later(Some(at)) = queue.next(Millis(10), &mut pacer, false) else {
        panic!("announcements go out evenly")
    };
    let Pick::Send(next, _) = queue.next(at, &mut pacer, false) else { panic!("its time has come") };
    assert_eq!(next.id, OutboxId(500));
    queue.push(row(502, group(70), Priority::Answer), at);
    assert!(matches!(queue.next(at, &mut pacer, false), Pick::Send(due, _) if due.id == OutboxId(502)));
}

#[test]
fn a_broadcast_to_all_does_not_delay_a_teachers_notice() {
    let (mut queue, mut pacer) = filled((0..1_000).map(|id| row(id, group(id), Priority::Announcement)));
    while let Pick::Send(..) = queue.next(Millis(0), &mut pacer, false) {}
    let notice = Due { created_at: Millis(500), ..row(9_000, group(2_000), Priority::Announcement) };
    queue.push(notice, Millis(500));
    let sent = run(&mut queue, &mut pacer, Millis(500));
    let place = sent.iter().position(|(_, due)| due.id == OutboxId(9_000));
    assert!(place <= Some(2), "{place:?}");
}

#[test]
fn a_broadcast_written_at_several_times_and_a_notice_take_turns_half_and_half() {
    let of_run = |id: i64| {
        let about = Some(About::BroadcastPost { post: PostId(id), run: Some(RunId(7)) });
        // Stretches of a hundred groups, and copies to people at the end.
        let to = if id < 300 { group(id) } else { Target::Chat(Address::Person(PersonId(id))) };
        Due { about, created_at: Millis(id / 100), ..row(id, to, Priority::Announcement) }
    };
    let notice =
        (1_000..1_040).map(|id| Due { created_at: Millis(9), ..row(id, group(id), Priority::Announcement) });
    let (mut queue, mut pacer) = filled((0..400).map(of_run).chain(notice));
    let sent = run(&mut queue, &mut pacer, Millis(0));
    let first = ids(&sent[..80]);
    assert_eq!(first.iter().filter(|id| **id >= 1_000).count(), 40, "{first:?}");
    assert_eq!(sent.len(), 440);
}

#[test]
fn with_few_slots_left_only_the_pressing_goes() {
    let (mut queue, mut pacer) =
        filled([row(1, group(1), Priority::Urgent), row(2, group(2), Priority::Answer)]);
    let Pick::Send(due, _) = queue.next(Millis(0), &mut pacer, true) else { panic!("an answer goes") };
    assert_eq!(due.id, OutboxId(2));
    assert!(matches!(queue.next(Millis(0), &mut pacer, true), Pick::Later(_)));
}

#[test]
fn one_message_of_a_chat_is_out_at_a_time_and_deletes_run_beside_it() {
    let (mut queue, _) = filled([
        row(1, group(1), Priority::Answer),
        row(2, group(1), Priority::Answer),
        Due { what: delete(), ..row(3, group(1), Priority::Guard) },
        Due { what: delete(), ..row(4, group(1), Priority::Guard) },
    ]);
    let mut pacer = Pacer::new(&Pace { chat_per_second: 1_000.0, ..Pace::default() });
    let mut out = Vec::new();
    while let Pick::Send(due, _) = queue.next(Millis(0), &mut pacer, false) {
        out.push(due);
    }
    assert_eq!(out.iter().map(|due| due.id.0).collect::<Vec<_>>(), [3, 4, 1]);
    queue.free(Lane { to: group(1), track: Track::Talk }, Millis(5));
    assert!(matches!(queue.next(Millis(5), &mut pacer, false), Pick::Send(due, _) if due.id == OutboxId(2)));
}

#[test]
fn a_row_tried_again_keeps_its_place_and_one_for_later_holds_nobody_up() {
    let again = Due { not_before: Millis(4_000), attempts: 1, ..row(1, group(1), Priority::Lesson) };
    let later = Due { not_before: Millis(9_000), ..row(1, group(1), Priority::Lesson) };
    let next = row(2, group(1), Priority::Lesson);
    let (mut queue, mut pacer) = filled([again, next.clone()]);
    assert_eq!(ids(&run(&mut queue, &mut pacer, Millis(0))), [1, 2]);
    let (mut queue, mut pacer) = filled([later, next]);
    assert_eq!(ids(&run(&mut queue, &mut pacer, Millis(0))), [2, 1]);
}

#[test]
fn what_is_too_late_is_not_sent_and_spends_nothing() {
    let late = Due { expires_at: Some(Millis(1_000)), ..row(1, group(1), Priority::Guard) };
    let (mut queue, mut pacer) = filled([late.clone(), row(2, group(1), Priority::Guard)]);
    assert_eq!(queue.next(Millis(1_000), &mut pacer, false), Pick::Expired(late));
    assert!(
        matches!(queue.next(Millis(1_000), &mut pacer, false), Pick::Send(due, _) if due.id == OutboxId(2))
    );
}

#[test]
fn a_known_row_is_not_taken_twice_even_while_it_is_out() {
    let (mut queue, mut pacer) = filled([row(1, group(1), Priority::Answer)]);
    let Pick::Send(due, _) = queue.next(Millis(0), &mut pacer, false) else { panic!("it is due") };
    queue.push(due.clone(), Millis(0));
    queue.free(due.lane(), Millis(0));
    assert_eq!(queue.next(Millis(9_000), &mut pacer, false), Pick::Later(None));
    queue.forget(due.id);
    queue.push(due, Millis(9_000));
    assert!(matches!(queue.next(Millis(9_000), &mut pacer, false), Pick::Send(..)));
}

#[test]
fn whatever_does_not_repeat_safely_keeps_its_order() {
    let quiz = crate::channel::Quiz {
        question: String::new(),
        options: Vec::new(),
        correct: 0,
        explanation: String::new(),
        closes_at: None,
        topic: None,
    };
    let whisper = Outgoing::Whisper {
        to: Native::from("1"),
        card: Card::default(),
        fallback: None,
        private_first: false,
    };
    for what in [say(), Outgoing::Quiz(quiz), whisper] {
        assert!(!what.repeats_safely());
        assert_eq!(Due { what, ..row(1, group(1), Priority::Lesson) }.lane().track, Track::Talk);
    }
}

#[test]
fn a_redirected_chats_rows_go_to_its_new_id() {
    let later = Due { not_before: Millis(5_000), ..row(2, group(1), Priority::Lesson) };
    let (mut queue, mut pacer) =
        filled([row(1, group(1), Priority::Lesson), later, row(3, group(2), Priority::Lesson)]);
    queue.redirect(group(1), &Native::from("-100"));
    for (_, due) in run(&mut queue, &mut pacer, Millis(0)) {
        assert_eq!(due.destination.chat.as_str() == "-100", due.to == group(1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everything_goes_out_once_and_in_order(
        rows in prop::collection::vec((0..6_i64, any::<bool>(), 0..6_i64, 0..3_i64, any::<bool>(), 0..30_000_i64), 1..120),
    ) {
        let (mut queue, mut pacer) = filled(rows.iter().zip(1..).map(|(&(chat, is_group, priority, batch, loose, from), id)| {
            let to = if is_group { group(chat) } else { Target::Chat(Address::Person(PersonId(chat))) };
            let what = if loose { delete() } else { say() };
            let not_before = if from < 20_000 { Millis(0) } else { Millis(from) };
            Due { what, not_before, created_at: Millis(batch), ..row(id, to, Priority::of(priority)) }
        }));
        let sent = run(&mut queue, &mut pacer, Millis(0));
        let mut once = ids(&sent);
        once.sort_unstable();
        prop_assert_eq!(once, (1..=i64::try_from(rows.len()).unwrap()).collect::<Vec<_>>());
        prop_assert!(queue.lanes.is_empty() && queue.later.is_empty() && queue.waiting.is_empty());
        for (place, (at, due)) in sent.iter().enumerate() {
            prop_assert!(*at >= due.not_before);
            let overtaken = sent[place..].iter().find(|(_, other)| {
                other.lane() == due.lane() && other.not_before <= *at && (other.priority, other.id) < (due.priority, due.id)
            });
            prop_assert_eq!(overtaken, None);
        }
    }
}
