//! Purpose: two processes share one bot on PostgreSQL, and one of them is killed or stopped, again and again, while messages to
//! one group and a broadcast to all are under way.
//!
//! Invariant: judged by what the simulator has seen and by the outbox: nothing is lost, no message arrives more than
//! twice, and no handover brings one chat more than one message twice. The leases are short here, so that a process that is
//! stopped and not dead is replaced in seconds.

mod broadcasts;

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use homeroom::channel::{Card, Outgoing};
use homeroom::clock::{Clock, real_sleep, timeout};
use homeroom::ids::{Address, GroupId, TenantId};
use homeroom::outbox::{self, NewRow, Priority, Target};
use homeroom::sandbox::{ChatId, PersonId, Rights, Sandbox, SimConfig, World};

use crate::crash::course;
use crate::crash::desk::Desk;
use crate::databases::{Fresh, Kind, fresh};
use broadcasts::Sent;

/// No wait is longer than this.
const BOUND: Duration = Duration::from_secs(40);
const HANDOVERS: usize = 20;
/// Groups, of one parent each.
const CLASSES: usize = 30;
/// Requests under way at once, as [`BOT`] says: so few that a broadcast takes longer than one.
const IN_FLIGHT: usize = 8;
const BOT: &str = "[updates]\nmode = \"polling\"\n[pace]\nbot_per_second = 1000\nchat_per_second = 100\n\
    group_per_minute = 6000\nrequest_max_seconds = 5\nin_flight_max = 8\n[processes]\nlease_seconds = 2\n";

/// A program, killed when dropped.
struct Process(Child);

impl Process {
    fn signal(&self, name: &str) {
        let number = self.0.id().to_string();
        assert!(Command::new("kill").args([name, &number]).status().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Pair {
    sandbox: Sandbox,
    fresh: Fresh,
    folder: tempfile::TempDir,
    processes: Vec<Process>,
    group: ChatId,
    parent: PersonId,
    rows: usize,
    asked: usize,
    head: PersonId,
    classes: Vec<(ChatId, PersonId)>,
    desk: Desk,
    sent: Vec<Sent>,
    presses: Vec<String>,
    /// Handovers at which a broadcast had not arrived everywhere.
    cut_short: usize,
}

/// Brings the bot into every class; the teacher presses the greeting's button, and the parent says hello. Before the bot has
/// heard who administers a group, it refuses.
async fn greet(sandbox: &Sandbox, log: &Path, classes: &[(ChatId, PersonId)], teacher: PersonId) {
    for (group, _) in classes {
        sandbox.adds_bot(teacher, *group).unwrap();
        sandbox.promotes(sandbox.bot(), *group, Rights::ALL).unwrap();
    }
    for (group, parent) in classes {
        let greeted = sandbox.until(BOUND, |world| {
            let mut said = world.said(*group);
            said.find(|said| !said.buttons.is_empty()).map(|said| (said.id, said.buttons[0][0].text.clone()))
        });
        let log = || fs::read_to_string(log).unwrap_or_default();
        let (message, button) = greeted.await.unwrap_or_else(|_| panic!("{}", log()));
        let mut told = String::new();
        for _ in 0..50 {
            let press = sandbox.presses(teacher, *group, message, &button).unwrap();
            let answered = |world: &World| world.callback_answer(&press)?.text.clone();
            told = sandbox.until(BOUND, answered).await.unwrap();
            if told.starts_with("Done") {
                break;
            }
        }
        assert!(told.starts_with("Done"), "{told}");
        sandbox.writes(*parent, *group, "老师好").unwrap();
    }
}

/// Starts a process.
fn start(sandbox: &Sandbox, fresh: &Fresh, folder: &Path) -> Process {
    let log = || OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_homeroom"))
        .args(["run", "--config"])
        .arg(folder.join("config"))
        .env("DATABASE_URL", &fresh.url)
        .env("TELOXIDE_API_URL", sandbox.url())
        .env("TELOXIDE_TOKEN", sandbox.token())
        .env("RUST_LOG", "info")
        .stdin(Stdio::null())
        .stdout(log())
        .stderr(log())
        .spawn()
        .unwrap();
    Process(child)
}

impl Pair {
    async fn begin() -> Self {
        let fresh = fresh(Kind::Postgres).await;
        let sim = SimConfig {
            rate_limits: None,
            history_limit: 100_000,
            request_log_limit: usize::MAX,
            answer_delay: Duration::from_millis(20),
            ..SimConfig::default()
        };
        let sandbox = Sandbox::start(sim, Clock::system()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        course::write(&folder.path().join("config"), 2, 3_600);
        fs::write(folder.path().join("config/bot.toml"), BOT).unwrap();
        fs::write(folder.path().join("config/schedules.toml"), "").unwrap();
        let (head, teacher) = (sandbox.add_person("Head"), sandbox.add_person("Teacher"));
        course::add_staff(&folder.path().join("config"), head.0);
        let class = |number| {
            let (group, parent) =
                (sandbox.add_supergroup(&format!("Class {number}"), teacher), sandbox.add_person("Parent"));
            sandbox.joins(parent, group).unwrap();
            (group, parent)
        };
        let classes: Vec<(ChatId, PersonId)> = (0..CLASSES).map(class).collect();
        let log = folder.path().join("log");
        let first = start(&sandbox, &fresh, folder.path());
        greet(&sandbox, &log, &classes, teacher).await;
        sandbox.starts_bot(head, None).unwrap();
        assert!(sandbox.idle(BOUND).await.is_ok(), "{}", fs::read_to_string(&log).unwrap());
        let second = start(&sandbox, &fresh, folder.path());
        let desk = Desk::open(&fresh.url, &folder.path().join("config")).await;
        let (group, parent) = classes[0];
        Self {
            sandbox,
            fresh,
            folder,
            processes: vec![first, second],
            group,
            parent,
            rows: 0,
            asked: 0,
            head,
            classes,
            desk,
            sent: Vec::new(),
            presses: Vec::new(),
            cut_short: 0,
        }
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn start(&self) -> Process {
        start(&self.sandbox, &self.fresh, self.folder.path())
    }

    async fn number(&self, sql: &'static str) -> i64 {
        let mut tx = self.fresh.read().await.unwrap();
        tx.one(sql, &[]).await.unwrap().unwrap().get(0).unwrap()
    }

    /// Writes messages as another process would, and asks for points.
    async fn act(&mut self, rows: usize) {
        let now = Clock::system().now();
        let group = GroupId(self.number("SELECT MIN(id) FROM groups").await);
        let tenant = TenantId(self.number("SELECT MIN(id) FROM tenants").await);
        let row = |number: usize| NewRow {
            key: format!("handover/{number}"),
            to: Target::Chat(Address::Group(group)),
            priority: Priority::Announcement,
            what: Outgoing::Say { card: Card { body: format!("#{number}").into(), ..Card::default() } },
            about: None,
            not_before: now,
            expires_at: None,
        };
        let mut tx = self.fresh.write().await.unwrap();
        let new = (self.rows..self.rows + rows).map(row).collect();
        outbox::insert(&mut tx, tenant, new, now).await.unwrap();
        tx.commit().await.unwrap();
        self.rows += rows;
        self.sandbox.writes(self.parent, self.group, "积分").unwrap();
        self.asked += 1;
    }

    /// How often each message of ours arrived in each chat.
    fn arrived(&self) -> HashMap<ChatId, HashMap<String, usize>> {
        let count = |world: &World, group| {
            let mut times: HashMap<String, usize> = HashMap::new();
            for said in world.said(group).filter(|said| said.text.starts_with(['#', '第'])) {
                *times.entry(said.text.clone()).or_default() += 1;
            }
            times
        };
        self.sandbox
            .read(|world| self.classes.iter().map(|(group, _)| (*group, count(world, *group))).collect())
    }

    /// How many messages too many each chat has.
    fn duplicates(&self) -> HashMap<ChatId, usize> {
        let too_many = |times: HashMap<String, usize>| times.values().map(|times| times - 1).sum();
        self.arrived().into_iter().map(|(group, times)| (group, too_many(times))).collect()
    }

    /// One handover brings each chat one message twice at most.
    fn doubled_at_most_once(&self, before: &HashMap<ChatId, usize>) {
        for (group, doubled) in self.duplicates() {
            assert!(doubled <= before[&group] + 1, "{group:?}: {} of one handover", doubled - before[&group]);
        }
    }

    /// The number of the process that sends, if its lease holds.
    async fn leaders(&self) -> Vec<u32> {
        let mut tx = self.fresh.read().await.unwrap();
        let now = Clock::system().now();
        let sql = "SELECT holder FROM leases WHERE name LIKE 'sender/%' AND until > $1";
        let rows = tx.rows(sql, &[now.into()]).await.unwrap();
        let pid = |holder: String| holder.split('/').nth_back(2).and_then(|pid| pid.parse().ok());
        rows.iter().filter_map(|row| pid(row.get(0).unwrap())).collect()
    }

    /// Which of the two sends; waits until one of them does.
    async fn sender(&self) -> usize {
        let found = timeout(BOUND, async {
            loop {
                let leaders = self.leaders().await;
                let lead = self.processes.iter().position(|process| leaders.contains(&process.0.id()));
                match lead {
                    Some(lead) => return lead,
                    // Only the database tells, and it tells nobody.
                    None => real_sleep(Duration::from_millis(20)).await,
                }
            }
        });
        found.await.unwrap_or_else(|_| panic!("nobody sends:\n{}", self.log()))
    }

    /// Waits until at least so many of the rows have arrived.
    async fn reached(&self, rows: usize) {
        let arrived = |world: &World| {
            let texts = world.said(self.group).filter(|said| said.text.starts_with('#'));
            let texts: std::collections::HashSet<String> = texts.map(|said| said.text.clone()).collect();
            (texts.len() >= rows).then_some(())
        };
        let arrived = self.sandbox.until(BOUND, arrived).await;
        assert!(arrived.is_ok(), "not all of {rows} arrived:\n{}", self.log());
    }

    /// Everything was sent, everybody was answered, and nobody was told anything three times.
    async fn judge(&mut self) {
        self.reached(self.rows).await;
        let answered = |world: &World| {
            let answers = world.said(self.group).filter(|said| said.only_for == Some(self.parent)).count();
            (answers >= self.asked && world.pending_updates() == 0).then_some(())
        };
        assert!(self.sandbox.until(BOUND, answered).await.is_ok(), "not all were answered:\n{}", self.log());
        let arrived = self.arrived();
        assert!(arrived.values().flat_map(HashMap::values).all(|times| *times <= 2), "{arrived:?}");
        self.judge_broadcasts().await;
        assert_eq!(self.number("SELECT COUNT(*) FROM parked").await, 0);
        assert_eq!(self.number("SELECT COUNT(*) FROM outbox WHERE state = 'quarantined'").await, 0);
        assert_eq!(self.sandbox.read(World::violations), Vec::<String>::new());
        let log = self.log();
        assert!(!log.contains("make sure that only one bot"), "two processes polled at once:\n{log}");
    }
}

#[tokio::test]
async fn of_two_processes_either_may_be_killed_and_nothing_is_lost() {
    let mut pair = Pair::begin().await;
    for _ in 0..HANDOVERS {
        let lead = pair.sender().await;
        let (before, doubled) = (pair.rows, pair.duplicates());
        pair.act(20).await;
        pair.publish().await;
        pair.under_way().await;
        pair.processes.remove(lead);
        pair.reached(before + 20).await;
        pair.arrived_everywhere().await;
        pair.recorded().await;
        pair.doubled_at_most_once(&doubled);
        pair.processes.push(pair.start());
    }
    pair.judge().await;
}

#[tokio::test]
async fn a_process_that_was_stopped_is_replaced_and_writes_nothing_when_it_comes_back() {
    let mut pair = Pair::begin().await;
    for _ in 0..HANDOVERS {
        let lead = pair.sender().await;
        let (before, doubled) = (pair.rows, pair.duplicates());
        pair.act(20).await;
        pair.publish().await;
        pair.under_way().await;
        pair.processes[lead].signal("-STOP");
        pair.reached(before + 20).await;
        pair.arrived_everywhere().await;
        let recorded = pair.recorded().await;
        let ends = "SELECT COALESCE(SUM(ended_at), 0)::bigint FROM outbox
                    WHERE dedup_key LIKE 'handover/%' OR dedup_key LIKE 'broadcast/%'";
        let sums = pair.number(ends).await;
        pair.processes[lead].signal("-CONT");
        pair.noticed(lead).await;
        assert_eq!((pair.recorded().await, pair.number(ends).await), (recorded, sums));
        pair.doubled_at_most_once(&doubled);
    }
    pair.judge().await;
}

impl Pair {
    /// Waits until every row of ours has its end recorded; returns how many there are.
    async fn recorded(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM outbox
                   WHERE (dedup_key LIKE 'handover/%' OR dedup_key LIKE 'broadcast/%') AND state = 'sent'";
        let all = i64::try_from(self.rows + CLASSES * self.sent.len()).unwrap();
        let done = timeout(BOUND, async {
            while self.number(sql).await < all {
                // Only the database tells, and it tells nobody.
                real_sleep(Duration::from_millis(20)).await;
            }
        });
        assert!(done.await.is_ok(), "ends are missing:\n{}", self.log());
        all
    }

    /// Waits until a process that has come back has noticed that another sends now.
    async fn noticed(&self, which: usize) {
        let name = format!("/{}/", self.processes[which].0.id());
        let noticed = |log: &str| {
            let mine = |line: &&str| line.contains(&name) && line.contains("sends from now on");
            log.lines().rfind(mine).is_some_and(|line| line.contains("another process"))
        };
        let seen = timeout(BOUND, async {
            while !noticed(&self.log()) {
                real_sleep(Duration::from_millis(20)).await;
            }
        });
        assert!(seen.await.is_ok(), "it did not notice:\n{}", self.log());
    }
}
