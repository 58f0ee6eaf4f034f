//! Purpose: a million damaged updates are read without a panic, and 20,000 others go through the running bot, where none
//! blocks the stream.
//!
//! `HOMEROOM_DAMAGED` sets another number for the long run (`HOMEROOM_DAMAGED=10000000 cargo test --test it hostile`);
//! `HOMEROOM_DAMAGE_SEED` repeats a run, whose seed is printed.
//!
//! Invariant: what goes through the running bot is what a server can send: JSON whose `update_id` is right. Whatever else
//! is wrong with it, the questions in between are answered.

mod corpus;
mod mutator;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use homeroom::channel::telegram;
use homeroom::clock::Clock;
use homeroom::config::Config;
use homeroom::router;
use homeroom::sandbox::{Sandbox, SimConfig, World};
use serde_json::value::RawValue;

use crate::chance;
use crate::crash::course;
use crate::crash::program::Place;
use crate::databases::{Fresh, on_both};
use mutator::Mutator;

/// No update may take longer to read.
const SLOWEST: Duration = Duration::from_secs(2);

#[tokio::test]
async fn a_million_damaged_updates_are_read_without_a_panic_and_none_for_long() {
    let count = chance::number("HOMEROOM_DAMAGED").unwrap_or(1_000_000);
    let seed = chance::seed("HOMEROOM_DAMAGE_SEED");
    let updates = corpus::updates().await;
    let config = Config::starter().unwrap();
    let begun = Instant::now();
    let workers = u64::try_from(thread::available_parallelism().unwrap().get()).unwrap();
    let read: Vec<Read> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                let (updates, config) = (&updates, &config);
                scope.spawn(move || read_damaged(updates, config, seed.wrapping_add(worker), count / workers))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let understood: u64 = read.iter().map(|read| read.understood).sum();
    let refused: u64 = read.iter().map(|read| read.refused).sum();
    let slowest = read.iter().map(|read| read.slowest).max().unwrap();
    chance::tell(&format!(
        "{understood} understood, {refused} refused, slowest {slowest:?}, in {:?}",
        begun.elapsed()
    ));
    // Damage that leaves everything readable, or nothing, would try too little.
    assert!(understood * 10 > count && refused * 10 > count, "{understood} understood, {refused} refused");
    assert!(slowest < SLOWEST, "{slowest:?}");
}

#[derive(Default)]
struct Read {
    understood: u64,
    refused: u64,
    slowest: Duration,
}

fn read_damaged(updates: &[String], config: &Config, seed: u64, count: u64) -> Read {
    let mutator = Mutator::new(seed);
    let mut read = Read::default();
    for _ in 0..count {
        let text = mutator.damage(&updates[mutator.below(updates.len())], 0);
        let begun = Instant::now();
        let understood = catch_unwind(AssertUnwindSafe(|| {
            let parsed = telegram::parse(&text);
            parsed.incoming.map(|incoming| router::prepare(incoming, config, "homeroom_bot")).is_ok()
        }));
        read.slowest = read.slowest.max(begun.elapsed());
        let understood = understood.unwrap_or_else(|_| panic!("a panic over {text}"));
        *(if understood { &mut read.understood } else { &mut read.refused }) += 1;
    }
    read
}

/// Damaged updates that go through the running bot.
const THROUGH: usize = 20_000;
/// Damaged updates between two questions.
const BETWEEN: usize = 400;
const BOUND: Duration = Duration::from_mins(1);
/// What the program may need, in kibibytes (the real program, not optimised).
const MEMORY_KIB_MAX: u64 = 256 * 1_024;

on_both!(twenty_thousand_damaged_updates_stop_nobody_from_being_answered);

async fn twenty_thousand_damaged_updates_stop_nobody_from_being_answered(fresh: Fresh) {
    let mutator = Mutator::new(chance::seed("HOMEROOM_DAMAGE_SEED"));
    let updates = corpus::updates().await;
    let sim = SimConfig { rate_limits: None, request_log_limit: 1_000, ..SimConfig::default() };
    let sandbox = Sandbox::start(sim, Clock::system()).await.unwrap();
    // The same people and the same group as in the corpus, so that damaged updates are about them.
    let _ = sandbox.demo_world("zh-CN");
    // Nobody in the corpus: what they read are answers to their own questions.
    let asker = sandbox.add_person("Asker");
    let folder = tempfile::tempdir().unwrap();
    let mut place = Place::new(folder.path(), &fresh.url, sandbox.url(), sandbox.token());
    course::write(&place.config, 2, 1);
    let program = place.start();
    sandbox.starts_bot(asker, None).unwrap();
    let mut answers = 1;
    let mut sent = 0;
    while sent < THROUGH {
        sent += inject(&sandbox, &mutator, &updates);
        sandbox.writes(asker, asker.private_chat(), "积分").unwrap();
        answers += 1;
        let answered = sandbox.until(BOUND, |world| {
            let count = world.said(asker.private_chat()).count();
            (world.pending_updates() == 0 && count == answers).then_some(())
        });
        assert!(answered.await.is_ok(), "no answer after {sent}:\n{}", place.log_end());
    }
    let memory = program.peak_kib();
    let status = place.stop(program, BOUND).await;
    assert!(status.success(), "{}", place.log_end());
    let mut tx = fresh.read().await.unwrap();
    let parked: i64 = tx.one("SELECT COUNT(*) FROM parked", &[]).await.unwrap().unwrap().get(0).unwrap();
    let panicked = "SELECT COUNT(*) FROM parked WHERE reason LIKE 'panic:%'";
    let panicked: i64 = tx.one(panicked, &[]).await.unwrap().unwrap().get(0).unwrap();
    assert_eq!(panicked, 0);
    assert!(parked > 100 && parked < i64::try_from(THROUGH).unwrap(), "{parked} parked");
    chance::tell(&format!("{sent} damaged, {parked} parked, {answers} answers, {memory:?} KiB at most"));
    assert!(memory.is_none_or(|kib| kib < MEMORY_KIB_MAX), "{memory:?} KiB");
}

/// Hands [`BETWEEN`] damaged updates to the bot; returns how many.
fn inject(sandbox: &Sandbox, mutator: &Mutator, updates: &[String]) -> usize {
    let mut number = sandbox.read(World::last_update);
    let mut count = 0;
    while count < BETWEEN {
        let text = &updates[mutator.below(updates.len())];
        let (_, body) = text.split_once(',').unwrap();
        let head = format!("{{\"update_id\":{},", number + 1);
        let damaged = mutator.damage(&format!("{head}{body}"), head.len());
        // What is no JSON spoils the whole answer, and then it isn't the update that is damaged but the server.
        if serde_json::from_str::<&RawValue>(&damaged).is_ok() {
            number += 1;
            sandbox.inject_whole(number, damaged);
            count += 1;
        }
    }
    count
}
