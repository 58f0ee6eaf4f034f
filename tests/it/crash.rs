//! Purpose: the real program killed with SIGKILL at random moments while lessons, quizzes, awards and announcements run.
//!
//! Ordinarily it is killed 200 times on each database. For the long run set `HOMEROOM_CRASH_KILLS`:
//!
//! ```text
//! HOMEROOM_CRASH_KILLS=2000 cargo test --test it crash
//! ```
//!
//! `HOMEROOM_CRASH_SEED` repeats what the people did and when the program was killed; the seed is printed at the start.
//! How far the program had come at each kill is the machine's affair and not repeated.
//!
//! Invariant: the end is judged by what the simulator has seen: every point owed is paid once, every question is
//! answered, every advertisement is gone, and no message was sent more than twice.

mod announcements;
pub mod course;
mod crowd;
pub mod program;
pub mod traffic;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use homeroom::clock::{Clock, real_sleep, timeout};
use homeroom::i18n::Language;
use homeroom::random::Random;
use homeroom::sandbox::{ChatId, PersonId, Sandbox, SimConfig, World};
use homeroom::storage::{Arg, Database};
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::chance;
use crate::databases::{Fresh, on_both};
use course::QUESTIONS;
use crowd::Crowd;
use program::Place;
use traffic::Traffic;

/// No wait is longer than this.
const BOUND: Duration = Duration::from_mins(1);
const GROUPS: usize = 24;
/// How long a program lives once it has found the server, in milliseconds: long enough to get to its lessons. On
/// PostgreSQL it begins with new connections, each of which prepares its statements anew.
const LIFE_MS_SQLITE: Range<u64> = 60..180;
const LIFE_MS_POSTGRES: Range<u64> = 120..360;
/// Kills between two moments at which the lesson cards shown so far count as read.
const READING_EVERY: usize = 20;
/// Lessons at most, so that the end of a long run can still be judged within a minute.
const LESSONS_MAX: usize = 120;

on_both!(no_point_and_no_update_is_lost_or_doubled_by_kill_9);

async fn no_point_and_no_update_is_lost_or_doubled_by_kill_9(fresh: Fresh) {
    let kills = chance::number("HOMEROOM_CRASH_KILLS").map_or(200, |kills| usize::try_from(kills).unwrap());
    let seed = chance::seed("HOMEROOM_CRASH_SEED");
    let begun = Instant::now();
    let mut run = Run::set_up(fresh, kills, seed).await;
    for kill in 0..kills {
        run.live_and_die().await;
        if kill % READING_EVERY == READING_EVERY - 1 {
            run.let_cards_be_read().await;
        }
    }
    run.end_well().await;
    let (points, announced, traffic) = run.judge(kills).await;
    chance::tell(&format!(
        "{kills} kills, {} checkpoints, {points} points, {} announcements, {} confirmations, {traffic}\n{}\nin {:?}",
        run.checkpoints,
        announced.0,
        announced.1,
        run.crowd.deeds.summary(),
        begun.elapsed()
    ));
}

struct Run {
    place: Place,
    sandbox: Sandbox,
    crowd: Crowd,
    random: Random,
    /// SQLite's file.
    file: Option<PathBuf>,
    checkpoints: usize,
    fresh: Fresh,
    _folder: tempfile::TempDir,
}

impl Run {
    /// A world with groups in which the program is at work; nobody else has the database open.
    async fn set_up(fresh: Fresh, kills: usize, seed: u64) -> Self {
        let sim = SimConfig {
            rate_limits: None,
            history_limit: 100_000,
            trace_limit: usize::MAX,
            request_log_limit: usize::MAX,
            ..SimConfig::default()
        };
        let sandbox = Sandbox::start(sim, Clock::system()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path(), &fresh.url, sandbox.url(), sandbox.token());
        let every_s = u32::try_from((kills / 4 / LESSONS_MAX).max(1)).unwrap();
        course::write(&place.config, u32::try_from((kills / 4).clamp(2, LESSONS_MAX)).unwrap(), every_s);
        let head = sandbox.add_person("Head");
        course::add_staff(&place.config, head.0);
        let crowd = Crowd::gather(&sandbox, Random::seeded(seed), GROUPS);
        // The last to close a SQLite database tidies it up, and after a crash the next to open it must.
        fresh.close().await;
        let file = fresh.url.strip_prefix("sqlite:").map(PathBuf::from);
        let random = Random::seeded(seed ^ 1);
        let mut run = Self { place, sandbox, crowd, random, file, checkpoints: 0, fresh, _folder: folder };
        run.begin(head, &format!("*/{} * * * * *", 4 * every_s)).await;
        run
    }

    async fn begin(&mut self, head: PersonId, cron: &str) {
        let program = self.place.start();
        self.crowd.invite_bot();
        for class in &self.crowd.classes {
            let greeted = self.sandbox.until(BOUND, |world| {
                let mut said = world.said(class.group);
                said.find(|said| !said.buttons.is_empty())
                    .map(|said| (said.id, said.buttons[0][0].text.clone()))
            });
            let (message, button) = greeted.await.unwrap_or_else(|_| panic!("{}", self.place.log_end()));
            // A press before the bot has heard who administers the group is refused.
            let mut told = String::new();
            for _ in 0..50 {
                let press = self.sandbox.presses(class.teacher, class.group, message, &button).unwrap();
                let answered = |world: &World| world.callback_answer(&press)?.text.clone();
                told = self.sandbox.until(BOUND, answered).await.unwrap();
                if told.starts_with("Done") {
                    break;
                }
            }
            assert!(told.starts_with("Done"), "{told}");
        }
        announcements::arrange(&self.sandbox, head, cron).await;
        let status = self.place.stop(program, BOUND).await;
        assert!(status.success(), "{}", self.place.log_end());
    }

    /// One life: started, left to work, killed. Of ten, one dies before it has found the server.
    async fn live_and_die(&mut self) {
        let before = self.file.as_deref().and_then(program::changed_at);
        let lives = self.sandbox.read(|world| world.calls_of("getMe"));
        let program = self.place.start();
        let life_ms = if self.file.is_some() { LIFE_MS_SQLITE } else { LIFE_MS_POSTGRES };
        let mut span_ms = self.random.below(life_ms.end - life_ms.start);
        if self.random.below(10) > 0 {
            let met = |world: &World| (world.calls_of("getMe") > lives).then_some(());
            let met = self.sandbox.until(BOUND, met).await;
            assert!(met.is_ok(), "{}", self.place.log_end());
            span_ms += life_ms.start;
        }
        // The moment of the kill is what is random here; nothing is waited for.
        let _ = timeout(Duration::from_millis(span_ms), self.crowd.live()).await;
        self.place.kill(program);
        let after = self.file.as_deref().and_then(program::changed_at);
        // Until somebody closes it in order, SQLite's file changes only by checkpoints.
        self.checkpoints += usize::from(before != after);
    }

    /// Who closes a SQLite database last copies the whole log into it, but for one that may only read: with this open
    /// until the end, the log goes on growing, and the program's own checkpoints are met by kills.
    async fn open_last(&self) -> Option<SqliteConnection> {
        let file = self.file.as_deref()?;
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        // Nothing is open before something was read.
        sqlx::raw_sql("SELECT COUNT(*) FROM tenants").execute(&mut connection).await.unwrap();
        Some(connection)
    }

    /// Lets every lesson card shown so far be a minute old. The program's clock is the system's and can't be moved; what
    /// is moved instead is when the cards were shown.
    async fn let_cards_be_read(&mut self) {
        let last = self.open_last().await;
        let database = Database::open(&self.fresh.url).await.unwrap();
        let mut tx = database.write().await.unwrap();
        tx.run("UPDATE pushes SET at = at - 60000 WHERE message IS NOT NULL", &[]).await.unwrap();
        let shown = "SELECT g.native, p.message, p.lesson FROM pushes p JOIN groups g ON g.id = p.group_id
                     WHERE p.message IS NOT NULL";
        let rows = tx.rows(shown, &[]).await.unwrap();
        tx.commit().await.unwrap();
        database.close().await;
        if let Some(last) = last {
            last.close().await.unwrap();
        }
        let mut cards: HashMap<String, Vec<(i64, u32)>> = HashMap::new();
        for row in rows {
            let (message, lesson): (String, String) = (row.get(1).unwrap(), row.get(2).unwrap());
            let card = (message.parse().unwrap(), course::number(&lesson));
            cards.entry(row.get(0).unwrap()).or_default().push(card);
        }
        for class in &mut self.crowd.classes {
            class.cards = cards.remove(&class.group.0.to_string()).unwrap_or_default();
        }
    }

    /// A last life that nobody cuts short: everything left over is done.
    async fn end_well(&mut self) {
        let program = self.place.start();
        self.crowd.answer_the_rest(50);
        let database = Database::open(&self.fresh.url).await.unwrap();
        let settled = timeout(3 * BOUND, async {
            loop {
                self.sandbox.idle(3 * BOUND).await.unwrap();
                let open = "SELECT COUNT(*) FROM outbox WHERE state IN ('ready', 'sending') AND priority < 5";
                if count(&database, open).await == 0 && self.sandbox.read(World::pending_updates) == 0 {
                    return;
                }
                // Only the database shows the end of the last row, and it tells nobody.
                real_sleep(Duration::from_millis(50)).await;
            }
        });
        let open = "SELECT COUNT(*) FROM outbox WHERE state IN ('ready', 'sending') AND priority < 5";
        assert!(
            settled.await.is_ok(),
            "{} rows left: {}",
            count(&database, open).await,
            self.place.log_end()
        );
        database.close().await;
        let status = self.place.stop(program, BOUND).await;
        assert!(status.success(), "{}", self.place.log_end());
    }

    async fn judge(&self, kills: usize) -> (i64, (usize, usize), Traffic) {
        let database = Database::open(&self.fresh.url).await.unwrap();
        self.judge_database(&database).await;
        self.judge_answers(&traffic::given_up(&database).await);
        let points = self.judge_points(&database).await;
        let announced = announcements::judge(&database, GROUPS, &self.crowd.deeds.confirmed).await;
        assert!(announced.0 > 0 && announced.1 > 0, "{announced:?} announcements and confirmations");
        let log = self.sandbox.read(traffic::log);
        let traffic = traffic::compare(&database, &log).await;
        assert!(traffic.worst_crash <= 1, "{traffic}");
        assert!(traffic.duplicates > 0 || kills < 50, "no kill hit a message on its way: {traffic}");
        assert!(points > 0, "nobody has earned anything");
        assert!(self.checkpoints > 0 || self.file.is_none() || kills < 200, "no checkpoint was near a kill");
        let quarantined = count(&database, "SELECT COUNT(*) FROM outbox WHERE state = 'quarantined'").await;
        assert_eq!(usize::try_from(quarantined).unwrap(), traffic.quarantined, "only messages are given up");
        database.close().await;
        (points, announced, traffic)
    }

    /// The database is whole and has nothing left to do.
    async fn judge_database(&self, database: &Database) {
        let mut tx = database.read().await.unwrap();
        if self.file.is_some() {
            let found: String = tx.one("PRAGMA integrity_check", &[]).await.unwrap().unwrap().get(0).unwrap();
            assert_eq!(found, "ok");
            assert!(tx.rows("PRAGMA foreign_key_check", &[]).await.unwrap().is_empty());
        }
        let log = fs::read_to_string(&self.place.log).unwrap();
        assert!(!log.contains("ERROR"), "{}", self.place.log_end());
        let report = homeroom::points::verify(&mut tx).await.unwrap();
        assert!(report.is_clean(), "{}", report.text(Language::English));
        for empty in [
            "SELECT COUNT(*) FROM parked",
            "SELECT COUNT(*) FROM outbox WHERE state IN ('failed', 'expired')",
            "SELECT COUNT(*) FROM outbox WHERE state = 'quarantined' AND uncertain <> 2",
            "SELECT COUNT(*) FROM quiz_votes WHERE state = 'waiting'",
            "SELECT COUNT(*) FROM pushes p LEFT JOIN quiz_posts q ON q.push = p.id GROUP BY p.id HAVING COUNT(q.id) <> 3",
        ] {
            let row = tx.one(empty, &[]).await.unwrap();
            assert_eq!(row.map_or(0, |row| row.get::<i64>(0).unwrap()), 0, "{empty}");
        }
        assert_eq!(QUESTIONS, 3);
        assert_eq!(self.sandbox.read(World::violations), Vec::<String>::new());
    }

    /// Every press was answered and every advertisement deleted; every question was answered unless the answer's end was
    /// unknown twice.
    fn judge_answers(&self, given_up: &HashSet<(ChatId, i64)>) {
        let deeds = &self.crowd.deeds;
        self.sandbox.read(|world| {
            for press in &deeds.presses {
                assert!(world.callback_answer(press).is_some(), "press {press} was not answered");
            }
            for (chat, message) in &deeds.advertised {
                assert!(
                    world.is_deleted(*chat, *message),
                    "advertisement {message} in {chat:?} is still there"
                );
            }
            let mut answers: HashMap<_, usize> = HashMap::new();
            for class in &self.crowd.classes {
                for said in world.said(class.group) {
                    *answers.entry((class.group, said.reply_to, said.only_for)).or_default() += 1;
                }
            }
            for (chat, message, person) in &deeds.asked {
                let key = (*chat, Some(*message), Some(*person));
                let answered = answers.contains_key(&key) || given_up.contains(&(*chat, *message));
                assert!(answered, "question {message} in {chat:?} was not answered");
            }
        });
    }

    /// Everybody has exactly what they are owed. Returns the sum.
    async fn judge_points(&self, database: &Database) -> i64 {
        let mut owed = self.crowd.deeds.owed();
        let mut tx = database.read().await.unwrap();
        let sql =
            "SELECT p.native, a.balance FROM accounts a JOIN people p ON p.id = a.person WHERE a.balance > 0";
        let none: [Arg<'_>; 0] = [];
        let mut wrong = Vec::new();
        let mut sum = 0;
        for row in tx.rows(sql, &none).await.unwrap() {
            let person = PersonId(row.get::<String>(0).unwrap().parse().unwrap());
            let (has, should) = (row.get::<i64>(1).unwrap(), owed.remove(&person).unwrap_or(0));
            sum += has;
            if has != should {
                wrong.push((person, has, should));
            }
        }
        owed.retain(|_, points| *points > 0);
        assert!(wrong.is_empty() && owed.is_empty(), "has, should have: {wrong:?}; has nothing: {owed:?}");
        sum
    }
}

async fn count(database: &Database, sql: &'static str) -> i64 {
    let mut tx = database.read().await.unwrap();
    tx.one(sql, &[]).await.unwrap().unwrap().get(0).unwrap()
}
