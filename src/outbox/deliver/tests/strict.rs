//! Purpose: the pace held against the simulator's strict limits, over restarts, two senders and storms of 429.
//!
//! `HOMEROOM_PACE_SENDS` sets how many messages are sent, `HOMEROOM_PACE_SEED` repeats a run.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use super::stage::{Running, START, add_groups};
use super::*;
use crate::channel::{SendOutcome, WaitScope};
use crate::clock::SECOND_MS;
use crate::outbox::NewRow;
use crate::sandbox::limits::Limits;
use crate::sandbox::{ChatId, RateLimits};

on_both!(
    over_restarts_and_two_senders_no_limit_is_ever_broken,
    a_teachers_notice_is_not_delayed_by_a_broadcast_to_all,
);

/// So many that their own limits don't hold the bot back.
const GROUPS: i64 = 200;
/// Rows that wait at any time: enough to be always busy.
const WAITING: i64 = 400;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

fn seed() -> u64 {
    let seed = number("HOMEROOM_PACE_SEED").unwrap_or_else(|| Random::system().below(u64::MAX));
    tell(&format!("HOMEROOM_PACE_SEED={seed}"));
    seed
}

/// Says something that is shown when the test fails, or with `--nocapture`.
#[expect(clippy::print_stderr, reason = "a failure must say how to repeat it")]
fn tell(words: &str) {
    eprintln!("{words}");
}

/// Every message that reached the server, judged by the simulator's own limits.
#[derive(Default)]
struct Server {
    limits: Limits,
    arrived: HashMap<String, u32>,
    refused: u64,
}

impl Server {
    fn takes(&mut self, call: &Call) -> Result<(), i64> {
        let chat: i64 = call.chat.parse().unwrap();
        let weight = 1;
        let taken = self.limits.take(Some(RateLimits::default()), ChatId(chat), true, call.at, weight);
        match taken {
            Ok(()) => *self.arrived.entry(call.words().to_owned()).or_default() += 1,
            Err(_) => self.refused += 1,
        }
        taken
    }
}

struct Town {
    stage: Stage,
    server: Arc<Mutex<Server>>,
    random: Random,
    written: i64,
    goal: i64,
}

impl Town {
    async fn build(fresh: Fresh, goal: i64) -> Self {
        let stage = Stage::set(fresh).await;
        add_groups(&stage.database, 61..=GROUPS).await;
        Self { stage, server: Arc::default(), random: Random::seeded(seed()), written: 0, goal }
    }

    /// Sees to it that enough rows wait.
    async fn keep_busy(&mut self) {
        let open = "SELECT COUNT(*) FROM outbox WHERE state IN ('ready', 'sending')";
        let open: i64 = self.stage.ask(open, &[]).await[0].get(0).unwrap();
        let more = (WAITING * 2 - open).min(self.goal - self.written).max(0);
        let row = |n: i64| {
            let group = GroupId(n % GROUPS + 1);
            let what = if n % 10 == 0 { Priority::Answer } else { Priority::Announcement };
            NewRow { priority: what, about: None, ..say(group, &n.to_string(), &n.to_string()) }
        };
        self.stage.write((self.written..self.written + more).map(row)).await;
        self.written += more;
    }

    async fn is_done(&self) -> bool {
        let open = "SELECT 1 FROM outbox WHERE state IN ('ready', 'sending') LIMIT 1";
        self.written >= self.goal && self.stage.ask(open, &[]).await.is_empty()
    }

    /// Nothing is lost, and nothing was shown three times.
    async fn judge(&self) -> (u64, u64) {
        let states = self.stage.states().await;
        let server = self.server.lock().unwrap();
        let mut twice = 0;
        for (key, state) in states {
            let times = server.arrived.get(&key).copied().unwrap_or(0);
            assert!(times <= 2, "{key} arrived {times} times");
            assert!(state == "quarantined" || (state == "sent" && times >= 1), "{key} is {state}");
            twice += u64::from(times == 2);
        }
        (server.refused, twice)
    }
}

async fn over_restarts_and_two_senders_no_limit_is_ever_broken(fresh: Fresh) {
    let goal = number("HOMEROOM_PACE_SENDS").unwrap_or(6_000);
    let mut town = Town::build(fresh, i64::try_from(goal).unwrap()).await;
    let server = Arc::clone(&town.server);
    town.stage.remote.play(move |call| {
        Some(match server.lock().unwrap().takes(call) {
            Ok(()) => done(),
            Err(s) => SendOutcome::Wait {
                wait: Duration::from_secs(u64::try_from(s).unwrap()),
                scope: WaitScope::Chat,
            },
        })
    });
    let mut senders: [Option<Running>; 2] = [Some(town.stage.start("a")), Some(town.stage.start("b"))];
    let mut ends = 0;
    while !town.is_done().await {
        town.keep_busy().await;
        let span_ms = i64::try_from(town.random.below(20_000)).unwrap();
        let until = town.stage.clock.now().plus_ms(span_ms);
        let mut alive: Vec<&mut Running> = senders.iter_mut().flatten().collect();
        town.stage.drive(&mut alive, until).await;
        let which = usize::try_from(town.random.below(2)).unwrap();
        match town.random.below(3) {
            0 => senders[which].take().unwrap().stop().await,
            1 => senders[which].take().unwrap().crash().await,
            _ => {
                // The answers to the last requests are lost with the one who sent them.
                town.stage.remote.answers.send_replace(false);
                let calls = town.stage.remote.calls().len();
                town.stage.tick_until_called(calls + 3).await;
                for sender in senders.iter_mut().filter_map(Option::take) {
                    sender.crash().await;
                }
                town.stage.remote.answers.send_replace(true);
            }
        }
        for (sender, name) in senders.iter_mut().zip(["a", "b"]) {
            sender.get_or_insert_with(|| town.stage.start(name));
        }
        ends += 1;
    }
    let (refused, twice) = town.judge().await;
    let virtual_s = town.stage.clock.now().since_ms(START) / SECOND_MS;
    tell(&format!(
        "{goal} messages in {virtual_s} s of virtual time, {ends} ends of senders, {twice} twice, {refused} refused"
    ));
    assert_eq!(refused, 0, "after {ends} ends of senders");
    assert!(ends >= 3, "{ends}");
}

async fn a_teachers_notice_is_not_delayed_by_a_broadcast_to_all(fresh: Fresh) {
    let stage = Stage::set(fresh).await;
    add_groups(&stage.database, 61..=600).await;
    stage.write((1..600).map(|n| say(GroupId(n), &format!("province/{n}"), "province"))).await;
    let mut sender = stage.start("a");
    stage.pass(&mut sender, 3_000).await;
    let before = stage.remote.calls().len();
    assert!(before < 120, "{before}");
    let rows = stage.write([say(GroupId(600), "notice", "notice")]).await;
    let written = stage.clock.now();
    sender.hand(rows).await;
    stage.pass(&mut sender, 1_000).await;
    let notice = stage.remote.calls().into_iter().find(|call| call.words() == "notice");
    let waited_ms = notice.map(|call| call.at.since_ms(written));
    assert!(waited_ms.is_some_and(|ms| ms <= 100), "{waited_ms:?}");
    let answer = NewRow { priority: Priority::Answer, ..say(GroupId(599), "answer", "answer") };
    let rows = stage.write([answer]).await;
    let asked = stage.clock.now();
    sender.hand(rows).await;
    stage.pass(&mut sender, 1_000).await;
    let answered = stage.remote.calls().into_iter().find(|call| call.words() == "answer");
    let waited_ms = answered.map(|call| call.at.since_ms(asked));
    assert!(waited_ms.is_some_and(|ms| ms <= 100), "{waited_ms:?}");
}
