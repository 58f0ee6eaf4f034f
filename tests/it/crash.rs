//! Purpose: the real program killed with SIGKILL at random moments while lessons, quizzes, awards and announcements run.
//!
//! Ordinarily it is killed 200 times on each database while it asks for updates, and 20 times while they are posted to it.
//! For the long run set `HOMEROOM_CRASH_KILLS` and `HOMEROOM_CRASH_KILLS_WEBHOOK`:
//!
//! ```text
//! HOMEROOM_CRASH_KILLS=2000 HOMEROOM_CRASH_KILLS_WEBHOOK=200 cargo test --test it crash
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
pub mod desk;
mod judge;
mod notices;
pub mod program;
pub mod traffic;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use homeroom::clock::{Clock, real_sleep, timeout};
use homeroom::ids::BroadcastId;
use homeroom::random::Random;
use homeroom::sandbox::{PersonId, Sandbox, SimConfig, World};
use homeroom::storage::Database;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::chance;
use crate::databases::{Fresh, on_both};
use crate::webhook::free_address;
use crowd::Crowd;
use desk::Desk;
use notices::Readers;
use program::Place;

/// No wait is longer than this.
const BOUND: Duration = Duration::from_mins(1);
const GROUPS: usize = 24;
/// How long a program lives once it has found the server, in milliseconds: long enough to get to its lessons. On
/// PostgreSQL it begins with new connections, each of which prepares its statements anew.
const LIFE_MS_SQLITE: Range<u64> = 60..180;
const LIFE_MS_POSTGRES: Range<u64> = 120..360;
/// Kills between two pauses at most.
const PAUSE_EVERY: usize = 20;
/// After a pause one life lasts until notices go out, which come after everything else: so long at most.
const NOTICED_WITHIN: Duration = Duration::from_secs(3);
/// Notices that are published in each pause.
const NOTICES: usize = 2;
/// The most pushes a day a school may allow its groups.
const PUSHES_MAX: usize = 50;
/// How much is left to be done, but for tallies, menus and digests whose time hasn't come.
const LEFT: &str = "SELECT (SELECT COUNT(*) FROM outbox WHERE state IN ('ready', 'sending')
        AND (priority < 5 OR dedup_key LIKE 'broadcast/%' OR dedup_key LIKE 'broadcast-edit/%' OR dedup_key LIKE 'digest/%'))
    + (SELECT COUNT(*) FROM broadcasts WHERE next_at IS NOT NULL)
    + (SELECT COUNT(*) FROM broadcast_runs WHERE state IN ('waiting', 'planning') OR change_at IS NOT NULL)";
/// Lessons at most, so that the end of a long run can still be judged within a minute.
const LESSONS_MAX: usize = 120;

on_both!(
    no_point_and_no_update_is_lost_or_doubled_by_kill_9,
    of_updates_that_are_posted_none_is_lost_or_doubled_by_kill_9,
);

async fn no_point_and_no_update_is_lost_or_doubled_by_kill_9(fresh: Fresh) {
    let kills = chance::number("HOMEROOM_CRASH_KILLS").unwrap_or(200);
    die_again_and_again(fresh, usize::try_from(kills).unwrap(), None).await;
}

async fn of_updates_that_are_posted_none_is_lost_or_doubled_by_kill_9(fresh: Fresh) {
    let kills = chance::number("HOMEROOM_CRASH_KILLS_WEBHOOK").unwrap_or(20);
    die_again_and_again(fresh, usize::try_from(kills).unwrap(), Some(free_address())).await;
}

/// Updates are posted to `webhook`, if one is given.
async fn die_again_and_again(fresh: Fresh, kills: usize, webhook: Option<SocketAddr>) {
    let seed = chance::seed("HOMEROOM_CRASH_SEED");
    let begun = Instant::now();
    let mut run = Run::set_up(fresh, kills, seed, webhook).await;
    for kill in 0..kills {
        let every = PAUSE_EVERY.min(kills / 4).max(1);
        run.live_and_die(kill >= every && kill % every == 0).await;
        if kill % every == every - 1 {
            run.pause().await;
        }
    }
    run.end_well().await;
    let (points, announced, came, traffic) = run.judge(kills).await;
    assert_eq!(run.sandbox.read(|world| world.calls_of("setWebhook")) > 0, webhook.is_some());
    chance::tell(&format!(
        "{kills} kills, {} checkpoints, {points} points, {} announcements, {} confirmations, {traffic}\n{came}\n{}\nin {:?}",
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
    head: PersonId,
    readers: Readers,
    notices: Vec<BroadcastId>,
    /// Notices that were changed.
    changed: Vec<usize>,
    fresh: Fresh,
    _folder: tempfile::TempDir,
}

impl Run {
    /// A world with groups in which the program is at work; nobody else has the database open.
    async fn set_up(fresh: Fresh, kills: usize, seed: u64, webhook: Option<SocketAddr>) -> Self {
        let sim = SimConfig {
            rate_limits: None,
            history_limit: 100_000,
            trace_limit: usize::MAX,
            request_log_limit: usize::MAX,
            webhook_behind: webhook,
            ..SimConfig::default()
        };
        let sandbox = Sandbox::start(sim, Clock::system()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path(), &fresh.url, sandbox.url(), sandbox.token());
        let every_s = u32::try_from((kills / 4 / LESSONS_MAX).max(1)).unwrap();
        course::write(&place.config, u32::try_from((kills / 4).clamp(2, LESSONS_MAX)).unwrap(), every_s);
        if let Some(listen) = webhook {
            course::have_posted(&place.config, listen);
        }
        let head = sandbox.add_person("Head");
        course::add_staff(&place.config, head.0);
        notices::write(&place.config, (kills / 10).clamp(2, PUSHES_MAX));
        let crowd = Crowd::gather(&sandbox, Random::seeded(seed), GROUPS);
        // The last to close a SQLite database tidies it up, and after a crash the next to open it must.
        fresh.close().await;
        let file = fresh.url.strip_prefix("sqlite:").map(PathBuf::from);
        let random = Random::seeded(seed ^ 1);
        let mut run = Self {
            place,
            sandbox,
            crowd,
            random,
            file,
            checkpoints: 0,
            head,
            readers: Readers::default(),
            notices: Vec::new(),
            changed: Vec::new(),
            fresh,
            _folder: folder,
        };
        run.begin(&format!("*/{} * * * * *", 4 * every_s)).await;
        run
    }

    async fn begin(&mut self, cron: &str) {
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
        self.readers = Readers::meet(&self.sandbox, &self.crowd.classes).await;
        announcements::arrange(&self.sandbox, self.head, cron).await;
        let status = self.place.stop(program, BOUND).await;
        assert!(status.success(), "{}", self.place.log_end());
    }

    /// One life: started, left to work, killed. Of ten, one dies before it has found the server; a quiet one dies while
    /// notices go out.
    async fn live_and_die(&mut self, is_quiet: bool) {
        let before = self.file.as_deref().and_then(program::changed_at);
        let (lives, requests) =
            self.sandbox.read(|world| (world.calls_of("getMe"), world.requests().count()));
        let program = self.place.start();
        let life_ms = if self.file.is_some() { LIFE_MS_SQLITE } else { LIFE_MS_POSTGRES };
        let mut span_ms = self.random.below(life_ms.end - life_ms.start);
        if is_quiet {
            let noticed = |world: &World| world.requests().skip(requests).any(notices::is_one).then_some(());
            // Where nothing more is to go out, it dies all the same.
            let _ = self.sandbox.until(NOTICED_WITHIN, noticed).await;
        } else if self.random.below(10) > 0 {
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

    /// While nothing runs: notices are published, one of the last pause's is changed, digests that are waited for come due, and cards count as read.
    async fn pause(&mut self) {
        let last = self.open_last().await;
        let desk = Desk::open(&self.fresh.url, &self.place.config).await;
        self.let_cards_be_read(&desk.database).await;
        notices::let_digests_come(&desk).await;
        if let Some(number) = self.notices.len().checked_sub(NOTICES) {
            notices::change(&desk, self.head, number, self.notices[number]).await;
            self.changed.push(number);
        }
        let numbers = self.notices.len()..self.notices.len() + NOTICES;
        self.notices.extend(notices::publish(&desk, self.head, numbers, &self.random).await);
        desk.database.close().await;
        if let Some(last) = last {
            last.close().await.unwrap();
        }
    }

    /// Lets every lesson card shown so far be a minute old. The program's clock is the system's and can't be moved; what
    /// is moved instead is when the cards were shown.
    async fn let_cards_be_read(&mut self, database: &Database) {
        let mut tx = database.write().await.unwrap();
        tx.run("UPDATE pushes SET at = at - 60000 WHERE message IS NOT NULL", &[]).await.unwrap();
        let shown = "SELECT g.native, p.message, p.lesson FROM pushes p JOIN groups g ON g.id = p.group_id
                     WHERE p.message IS NOT NULL";
        let rows = tx.rows(shown, &[]).await.unwrap();
        tx.commit().await.unwrap();
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

    /// Two last lives that nobody cuts short: everything left over is done, and the last digests come.
    async fn end_well(&mut self) {
        for is_last in [false, true] {
            let desk = Desk::open(&self.fresh.url, &self.place.config).await;
            // What comes again and again would never be done.
            desk.alter("UPDATE broadcasts SET next_at = NULL WHERE draft LIKE '%每日一练%'", &[]).await;
            if is_last {
                notices::let_digests_come(&desk).await;
            }
            let program = self.place.start();
            self.crowd.answer_the_rest(50);
            let settled = timeout(3 * BOUND, async {
                loop {
                    self.sandbox.idle(3 * BOUND).await.unwrap();
                    let is_done = count(&desk.database, LEFT).await == 0;
                    if is_done && self.sandbox.read(World::pending_updates) == 0 {
                        return;
                    }
                    // Only the database shows the end of the last row, and it tells nobody.
                    real_sleep(Duration::from_millis(50)).await;
                }
            });
            let settled = settled.await;
            assert!(settled.is_ok(), "{} left: {}", count(&desk.database, LEFT).await, self.place.log_end());
            desk.database.close().await;
            let status = self.place.stop(program, BOUND).await;
            assert!(status.success(), "{}", self.place.log_end());
        }
    }
}

async fn count(database: &Database, sql: &'static str) -> i64 {
    let mut tx = database.read().await.unwrap();
    tx.one(sql, &[]).await.unwrap().unwrap().get(0).unwrap()
}
