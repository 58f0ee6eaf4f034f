//! Purpose: what those who run the bot rely on: readiness with a reason, numbers, and signals at any time.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use homeroom::channel::{Contact, Posting, Posts};
use homeroom::clock::{Clock, Millis, real_sleep, timeout};
use homeroom::console::{Health, Met, Watched};
use homeroom::i18n::{Language, say};
use homeroom::ids::TenantId;
use homeroom::intake::Counters;
use homeroom::outbox::{Priority, backlog};
use homeroom::sandbox::{DemoClass, Sandbox, SimConfig};
use homeroom::storage::lease;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::databases::{Fresh, on_both};
use crate::program::{BOUND, Running, homeroom, observed, started, stopped};

on_both!(
    each_thing_that_is_missing_is_named,
    the_numbers_tell_how_posts_go,
    the_numbers_tell_until_when_holidays_are_known,
    the_backlog_is_counted_by_class_and_age,
    the_numbers_tell_what_the_database_holds,
    a_signal_during_the_start_is_obeyed,
    health_is_served_before_the_channel_is_reached,
    a_changed_configuration_with_a_mistake_changes_nothing,
    a_changed_language_changes_the_menus_and_back,
);

const START: Millis = Millis(1_788_775_200_000);
const LEASE: Duration = Duration::from_secs(15);

/// A bot that is well, taken apart so that a test can spoil each piece.
struct Pieces {
    health: Health,
    contact: Contact,
    posting: Posting,
    met: watch::Sender<Option<Met>>,
    counters: Arc<Counters>,
    trouble: watch::Sender<Option<String>>,
    days_known_until: watch::Sender<Option<Millis>>,
}

impl Pieces {
    fn new(fresh: &Fresh) -> Self {
        let (met, met_seen) = watch::channel(None);
        let (trouble, trouble_seen) = watch::channel(None);
        let counters = Arc::new(Counters::default());
        counters.storing.store(true, Ordering::Relaxed);
        let name = "school".to_owned();
        let (days_known_until, until_seen) = watch::channel(None);
        let bot = Watched {
            name,
            counters: Arc::clone(&counters),
            met: met_seen,
            trouble: trouble_seen,
            days_known_until: until_seen,
        };
        let health = Health {
            database: fresh.database.clone(),
            clock: Clock::frozen(START),
            bots: vec![bot].into(),
            looking: Arc::default(),
        };
        let (contact, posting) = (Contact::default(), Posting::default());
        Self { health, contact, posting, met, counters, trouble, days_known_until }
    }

    fn meet(&self, tenant: TenantId) {
        self.met.send_replace(Some(Met {
            tenant,
            holder: "this".to_owned(),
            contact: self.contact.clone(),
            contact_max: Some(Duration::from_mins(2)),
            posting: self.posting.clone(),
            sent: Arc::default(),
        }));
    }

    async fn hold_lease(&self, fresh: &Fresh, tenant: TenantId) {
        let mut tx = fresh.write().await.unwrap();
        let name = format!("sender/{tenant}");
        let now = self.health.clock.now();
        lease::acquire(&mut tx, &name, "another", now, LEASE).await.unwrap().unwrap();
        tx.commit().await.unwrap();
    }

    /// What is wrong, without what is well.
    async fn wrong(&self) -> Vec<(String, String)> {
        let readiness = self.health.readiness().await;
        assert_eq!(readiness.report["ready"], json!(readiness.is_ready));
        let found = readiness.report.as_object().unwrap();
        let wrong: Vec<(String, String)> = found
            .iter()
            .filter_map(|(name, word)| Some((name.clone(), word.as_str()?.to_owned())))
            .filter(|(_, word)| word != "ok")
            .collect();
        assert_eq!(readiness.is_ready, wrong.is_empty());
        wrong
    }

    /// The only thing that is wrong.
    async fn only(&self, name: &str) -> String {
        let wrong = self.wrong().await;
        assert!(wrong.len() == 1 && wrong[0].0 == name, "{wrong:?}");
        wrong[0].1.clone()
    }
}

async fn tenant(fresh: &Fresh) -> TenantId {
    let mut tx = fresh.write().await.unwrap();
    let sql =
        "INSERT INTO tenants (channel, native, button_key, created_at) VALUES ('t', '1', $1, 0) RETURNING id";
    let id = tx.one(sql, &[b"key".as_slice().into()]).await.unwrap().unwrap().get(0).unwrap();
    tx.commit().await.unwrap();
    id
}

async fn the_numbers_tell_how_posts_go(fresh: Fresh) {
    let tenant = tenant(&fresh).await;
    let pieces = Pieces::new(&fresh);
    pieces.meet(tenant);
    assert!(!pieces.health.numbers().await.contains("homeroom_webhook"), "nothing was told yet");
    pieces.posting.note(Posts { waiting: 3, failed_at_s: None });
    let numbers = pieces.health.numbers().await;
    assert!(numbers.contains("\nhomeroom_webhook_waiting 3\n"), "{numbers}");
    assert!(!numbers.contains("homeroom_webhook_failed"), "{numbers}");
    pieces.posting.note(Posts { waiting: 0, failed_at_s: Some(1_790_000_000) });
    let numbers = pieces.health.numbers().await;
    assert!(numbers.contains("\nhomeroom_webhook_waiting 0\n"), "{numbers}");
    assert!(numbers.contains("\nhomeroom_webhook_failed_timestamp_seconds 1790000000\n"), "{numbers}");
}

async fn the_numbers_tell_until_when_holidays_are_known(fresh: Fresh) {
    let pieces = Pieces::new(&fresh);
    let numbers = pieces.health.numbers().await;
    assert!(!numbers.contains("homeroom_calendar"), "of no year: {numbers}");
    // Before the channel is met too.
    pieces.days_known_until.send_replace(Some(START));
    let numbers = pieces.health.numbers().await;
    assert!(numbers.contains("\nhomeroom_calendar_days_known_until 1788775200\n"), "{numbers}");
}

async fn each_thing_that_is_missing_is_named(fresh: Fresh) {
    let tenant = tenant(&fresh).await;
    let pieces = Pieces::new(&fresh);
    let names: Vec<String> = pieces.wrong().await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["channel", "sender"], "before the channel has told who the bot is");
    pieces.meet(tenant);
    pieces.hold_lease(&fresh, tenant).await;
    assert!(pieces.only("channel").await.contains("not answered yet"));
    pieces.contact.note(START);
    assert_eq!(pieces.wrong().await, [], "another process sends, and that is well");
    pieces.health.clock.advance(LEASE);
    assert!(pieces.only("sender").await.contains("lease"));
    pieces.health.clock.advance(Duration::from_mins(2));
    pieces.hold_lease(&fresh, tenant).await;
    assert!(pieces.only("channel").await.contains("135 s"));
    pieces.contact.note(pieces.health.clock.now());
    pieces.counters.storing.store(false, Ordering::Relaxed);
    assert!(pieces.only("database").await.contains("could not be stored"));
    pieces.counters.storing.store(true, Ordering::Relaxed);
    pieces.trouble.send_replace(Some("timer has ended".to_owned()));
    assert!(pieces.only("parts").await.contains("timer"));
    pieces.trouble.send_replace(None);
    assert_eq!(pieces.wrong().await, []);
    assert!(pieces.health.numbers().await.contains("homeroom_database_up 1"));
    fresh.close().await;
    let wrong = pieces.wrong().await;
    assert!(wrong[0].0 == "database" && wrong[0].1.contains("does not answer"), "{wrong:?}");
    assert!(wrong[1].0 == "sender" && wrong[1].1.contains("unknown"), "{wrong:?}");
    let numbers = pieces.health.numbers().await;
    assert!(numbers.contains("homeroom_database_up 0") && !numbers.contains("outbox_waiting"), "{numbers}");
    assert!(numbers.ends_with("# EOF\n"), "{numbers}");
}

/// Writes an outbox row.
async fn row(fresh: &Fresh, tenant: TenantId, priority: i64, state: &'static str, not_before: Millis) {
    let mut tx = fresh.write().await.unwrap();
    let sql = "INSERT INTO outbox (tenant, dedup_key, to_kind, to_id, priority, payload, counts, state, not_before, created_at)
               SELECT $1, CAST(COUNT(*) AS TEXT), 'bot', 0, $2, '{}', 0, $3, $4, 0 FROM outbox";
    tx.run(sql, &[tenant.into(), priority.into(), state.into(), not_before.into()]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn the_backlog_is_counted_by_class_and_age(fresh: Fresh) {
    let tenant = tenant(&fresh).await;
    for (priority, state, ahead_ms) in [
        (1, "ready", -7_000),
        (1, "sending", -2_000),
        (4, "ready", 60_000),
        (0, "sent", -9_000),
        (2, "quarantined", -8_000),
        (2, "quarantined", -8_000),
    ] {
        row(&fresh, tenant, priority, state, START.plus_ms(ahead_ms)).await;
    }
    let mut tx = fresh.read().await.unwrap();
    let found = backlog(&mut tx, tenant, START).await.unwrap();
    assert_eq!(found.waiting, [(Priority::Answer, 2), (Priority::Lesson, 1)]);
    assert_eq!((found.due_since, found.quarantined), (Some(START.plus_ms(-7_000)), 2));
    let earlier = backlog(&mut tx, tenant, START.plus_ms(-60_000)).await.unwrap();
    assert_eq!(earlier.due_since, None, "nothing was due then");
    let elsewhere = backlog(&mut tx, TenantId(tenant.0 + 1), START).await.unwrap();
    assert_eq!((elsewhere.waiting.len(), elsewhere.quarantined), (0, 0));
}

/// A page of the program, once it says what is wanted; nothing but asking again shows when that is.
pub async fn page_with(port: u16, path: &str, status: u16, words: &str) -> String {
    let mut last = String::new();
    let found = timeout(BOUND, async {
        loop {
            if let Ok(answer) = reqwest::get(format!("http://127.0.0.1:{port}/{path}")).await {
                let answered = answer.status().as_u16();
                last = answer.text().await.unwrap();
                if answered == status && last.contains(words) {
                    return;
                }
            }
            real_sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(found.await.is_ok(), "{path} never said {status} and `{words}`, but: {last}");
    last
}

async fn the_numbers_tell_what_the_database_holds(fresh: Fresh) {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::system()).await.unwrap();
    let (folder, port) = observed();
    let config = folder.path().join("c");
    let running = started(&fresh, &sandbox, &config, "homeroom=info");
    let ready: Value = serde_json::from_str(&page_with(port, "readyz", 200, "true").await).unwrap();
    assert_eq!(
        ready,
        json!({"ready": true, "database": "ok", "channel": "ok", "sender": "ok", "parts": "ok"})
    );
    sandbox.inject(r#"{"message": 7}"#);
    sandbox.inject(r#"{"message": 8}"#);
    page_with(port, "metrics", 200, "\nhomeroom_parked 2\n").await;
    // The time is noted after the commit.
    let numbers = page_with(port, "metrics", 200, "\nhomeroom_last_update_timestamp_seconds ").await;
    for line in [
        "homeroom_lease_held 1",
        "homeroom_database_up 1",
        "homeroom_outbox_waiting{priority=\"guard\"} 0",
        "homeroom_outbox_waiting{priority=\"lesson\"} 0",
        "homeroom_outbox_quarantined 0",
        "homeroom_updates_parked_total 2",
    ] {
        assert!(numbers.lines().any(|found| found == line), "`{line}` is missing:\n{numbers}");
    }
    for (name, least) in [
        ("database_bytes", 1),
        ("last_update_timestamp_seconds", 1),
        ("channel_contact_timestamp_seconds", 1),
        ("outbox_oldest_due_seconds", 0),
    ] {
        let line = numbers.lines().find_map(|line| line.strip_prefix(&format!("homeroom_{name} ")));
        assert!(line.unwrap().parse::<i64>().unwrap() >= least, "{name}");
    }
    assert_eq!(numbers.matches("# EOF").count(), 1);
    let mut tx = fresh.read().await.unwrap();
    let tenant: TenantId = tx.one("SELECT id FROM tenants", &[]).await.unwrap().unwrap().get(0).unwrap();
    drop(tx);
    row(&fresh, tenant, 3, "quarantined", Millis(0)).await;
    page_with(port, "metrics", 200, "\nhomeroom_outbox_quarantined 1\n").await;
    let (code, log) = stopped(running, config).await;
    assert_eq!(code, Some(0), "{log}");
}

/// Sends the program a signal.
pub fn signal(running: &Running, name: &str) {
    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
}

/// The program against a server that lets itself be called and says nothing.
fn started_against(silent: SocketAddr, fresh: &Fresh, config: &Path) -> Running {
    let child = homeroom()
        .args(["run", "--config"])
        .arg(config)
        .env("DATABASE_URL", &fresh.url)
        .env("TELOXIDE_TOKEN", "1000:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
        .env("TELOXIDE_API_URL", format!("http://{silent}"))
        .stderr(Stdio::from(std::fs::File::create(config.join("log")).unwrap()))
        .spawn()
        .unwrap();
    Running(child)
}

async fn a_signal_during_the_start_is_obeyed(fresh: Fresh) {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (folder, _) = observed();
    let config = folder.path().join("c");
    let running = started_against(silent.local_addr().unwrap(), &fresh, &config);
    let call = timeout(BOUND, silent.accept()).await.unwrap().unwrap();
    // It is in the middle of its first request. SIGHUP would end a program that doesn't listen to it.
    signal(&running, "-HUP");
    let (code, log) = stopped(running, config).await;
    assert_eq!(code, Some(0), "{log}");
    drop(call);
}

async fn health_is_served_before_the_channel_is_reached(fresh: Fresh) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (folder, port) = observed();
    let config = folder.path().join("c");
    let running = started_against(silent.local_addr().unwrap(), &fresh, &config);
    assert_eq!(page_with(port, "healthz", 200, "ok").await, "ok\n");
    let unready: Value = serde_json::from_str(&page_with(port, "readyz", 503, "false").await).unwrap();
    assert_eq!((&unready["database"], &unready["parts"]), (&json!("ok"), &json!("ok")));
    assert_eq!(unready["channel"], json!("it has not been reached since the start"));
    page_with(port, "metrics", 200, "\nhomeroom_database_up 1\n").await;
    let (code, log) = stopped(running, config).await;
    assert_eq!(code, Some(0), "{log}");
}

async fn a_changed_configuration_with_a_mistake_changes_nothing(fresh: Fresh) {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::system()).await.unwrap();
    let DemoClass { parents: [mother, _], .. } = sandbox.demo_world("en");
    sandbox.edit_person(mother, |person| person.language = None);
    let (folder, _) = observed();
    let config = folder.path().join("c");
    let running = started(&fresh, &sandbox, &config, "homeroom=info");
    let shown = async |language: Language| {
        let words = language.render(&say::menu_points());
        let shown = sandbox.until(BOUND, |world| {
            let commands = world.commands_for(mother, mother.private_chat());
            (commands.first()?["description"] == json!(words)).then_some(())
        });
        assert!(shown.await.is_ok(), "the menu is not in {}", language.tag());
    };
    shown(Language::Chinese).await;
    let school = std::fs::read_to_string(config.join("school.toml")).unwrap();
    let english = school.replace("language = \"zh-CN\"", "language = \"en\"");
    std::fs::write(config.join("school.toml"), format!("{english}\nlangage = \"en\"\n")).unwrap();
    signal(&running, "-HUP");
    let log = config.join("log");
    let said = timeout(BOUND, async {
        while !std::fs::read_to_string(&log).unwrap_or_default().contains("the former one stays in force") {
            // Only the log shows it, and a file tells nobody.
            real_sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(said.await.is_ok(), "the mistake is not told");
    shown(Language::Chinese).await;
    // Put right, the same change is taken over.
    std::fs::write(config.join("school.toml"), english).unwrap();
    signal(&running, "-HUP");
    shown(Language::English).await;
    let (code, log) = stopped(running, config).await;
    assert_eq!(code, Some(0), "{log}");
    assert!(log.contains("langage"), "{log}");
}

async fn a_changed_language_changes_the_menus_and_back(fresh: Fresh) {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::system()).await.unwrap();
    let DemoClass { parents: [mother, _], .. } = sandbox.demo_world("en");
    sandbox.edit_person(mother, |person| person.language = None);
    let (folder, _) = observed();
    let config = folder.path().join("c");
    let running = started(&fresh, &sandbox, &config, "homeroom=info");
    let school = std::fs::read_to_string(config.join("school.toml")).unwrap();
    assert!(school.contains("language = \"zh-CN\""), "the starter's language");
    for (changes, language) in
        [(false, Language::Chinese), (true, Language::English), (true, Language::Chinese)]
    {
        if changes {
            let tag = format!("language = \"{}\"", language.tag());
            let changed = school.replace("language = \"zh-CN\"", &tag);
            std::fs::write(config.join("school.toml"), changed).unwrap();
            signal(&running, "-HUP");
        }
        let words = language.render(&say::menu_points());
        let shown = sandbox.until(BOUND, |world| {
            let commands = world.commands_for(mother, mother.private_chat());
            (commands.first()?["description"] == json!(words)).then_some(())
        });
        assert!(shown.await.is_ok(), "the menu is not in {}", language.tag());
    }
    let (code, log) = stopped(running, config).await;
    assert_eq!(code, Some(0), "{log}");
}
