//! Purpose: two processes share one bot on PostgreSQL, and one of them is killed or stopped, again and again.
//!
//! Invariant: judged by what the simulator has seen and by the outbox: nothing is lost, no message arrives more than
//! twice, and no handover brings more than one message twice. The leases are short here, so that a process that is
//! stopped and not dead is replaced in seconds.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use homeroom::channel::{Card, Outgoing};
use homeroom::clock::{Clock, real_sleep, timeout};
use homeroom::ids::{Address, GroupId, TenantId};
use homeroom::outbox::{self, NewRow, Priority, Target};
use homeroom::sandbox::{ChatId, PersonId, Rights, Sandbox, SimConfig, World};

use crate::crash::course;
use crate::databases::{Fresh, Kind, fresh};

/// No wait is longer than this.
const BOUND: Duration = Duration::from_secs(40);
const HANDOVERS: usize = 20;
const BOT: &str = "[updates]\nmode = \"polling\"\n[pace]\nbot_per_second = 1000\nchat_per_second = 100\n\
    group_per_minute = 6000\nrequest_max_seconds = 5\n[processes]\nlease_seconds = 2\n";

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
        let (teacher, parent) = (sandbox.add_person("Teacher"), sandbox.add_person("Parent"));
        let group = sandbox.add_supergroup("Class", teacher);
        sandbox.joins(parent, group).unwrap();
        let mut pair =
            Self { sandbox, fresh, folder, processes: Vec::new(), group, parent, rows: 0, asked: 0 };
        pair.processes = vec![pair.start(), pair.start()];
        pair.sandbox.adds_bot(teacher, group).unwrap();
        pair.sandbox.promotes(pair.sandbox.bot(), group, Rights::ALL).unwrap();
        pair.set_up(teacher).await;
        pair
    }

    /// The teacher presses the greeting's button. Before the bot has heard who administers the group, it refuses.
    async fn set_up(&self, teacher: PersonId) {
        let greeted = self.sandbox.until(BOUND, |world| {
            let mut said = world.said(self.group);
            said.find(|said| !said.buttons.is_empty()).map(|said| (said.id, said.buttons[0][0].text.clone()))
        });
        let (message, button) = greeted.await.unwrap_or_else(|_| panic!("{}", self.log()));
        let mut told = String::new();
        for _ in 0..50 {
            let press = self.sandbox.presses(teacher, self.group, message, &button).unwrap();
            let answered = |world: &World| world.callback_answer(&press)?.text.clone();
            told = self.sandbox.until(BOUND, answered).await.unwrap();
            if told.starts_with("Done") {
                return;
            }
        }
        panic!("{told}");
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn start(&self) -> Process {
        let log = || OpenOptions::new().create(true).append(true).open(self.log_file()).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_homeroom"))
            .args(["run", "--config"])
            .arg(self.folder.path().join("config"))
            .env("DATABASE_URL", &self.fresh.url)
            .env("TELOXIDE_API_URL", self.sandbox.url())
            .env("TELOXIDE_TOKEN", self.sandbox.token())
            .env("RUST_LOG", "info")
            .stdin(Stdio::null())
            .stdout(log())
            .stderr(log())
            .spawn()
            .unwrap();
        Process(child)
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

    /// How often each message of ours arrived.
    fn arrived(&self) -> HashMap<String, usize> {
        self.sandbox.read(|world| {
            let mut times: HashMap<String, usize> = HashMap::new();
            for said in world.said(self.group).filter(|said| said.text.starts_with('#')) {
                *times.entry(said.text.clone()).or_default() += 1;
            }
            times
        })
    }

    fn duplicates(&self) -> usize {
        self.arrived().values().map(|times| times - 1).sum()
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
        assert!(arrived.is_ok(), "{} of {rows} arrived:\n{}", self.arrived().len(), self.log());
    }

    /// Everything was sent, everybody was answered, and nobody was told anything three times.
    async fn judge(&self, handovers: usize) {
        self.reached(self.rows).await;
        let answered = |world: &World| {
            let answers = world.said(self.group).filter(|said| said.only_for == Some(self.parent)).count();
            (answers >= self.asked && world.pending_updates() == 0).then_some(())
        };
        assert!(self.sandbox.until(BOUND, answered).await.is_ok(), "not all were answered:\n{}", self.log());
        let arrived = self.arrived();
        assert!(arrived.values().all(|times| *times <= 2), "{arrived:?}");
        assert!(self.duplicates() <= handovers, "{} duplicates", self.duplicates());
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
        // In the middle of sending.
        pair.reached(before + 5).await;
        pair.processes.remove(lead);
        pair.reached(before + 20).await;
        assert!(pair.duplicates() <= doubled + 1, "{} of one handover", pair.duplicates() - doubled);
        pair.processes.push(pair.start());
    }
    pair.judge(HANDOVERS).await;
}

#[tokio::test]
async fn a_process_that_was_stopped_is_replaced_and_writes_nothing_when_it_comes_back() {
    let mut pair = Pair::begin().await;
    for _ in 0..HANDOVERS {
        let lead = pair.sender().await;
        let (before, doubled) = (pair.rows, pair.duplicates());
        pair.act(20).await;
        pair.reached(before + 5).await;
        pair.processes[lead].signal("-STOP");
        pair.reached(before + 20).await;
        let ends = "SELECT COALESCE(SUM(ended_at), 0)::bigint FROM outbox WHERE dedup_key LIKE 'handover/%'";
        let recorded = pair.recorded().await;
        let sums = pair.number(ends).await;
        pair.processes[lead].signal("-CONT");
        pair.noticed(lead).await;
        assert_eq!((pair.recorded().await, pair.number(ends).await), (recorded, sums));
        assert!(pair.duplicates() <= doubled + 1, "{} of one handover", pair.duplicates() - doubled);
    }
    pair.judge(HANDOVERS).await;
}

impl Pair {
    /// Waits until every row of ours has its end recorded; returns how many there are.
    async fn recorded(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'handover/%' AND state = 'sent'";
        let all = i64::try_from(self.rows).unwrap();
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
