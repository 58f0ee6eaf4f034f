//! Purpose: several schools as an operator meets them: folders, tokens, one log, one console, signals.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use homeroom::clock::{Clock, real_sleep, timeout};
use homeroom::i18n::{Language, say};
use homeroom::sandbox::{PersonId, Rights, Sandbox, SimConfig};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::databases::{Fresh, Kind, fresh, on_both};
use crate::operation::{page_with, signal};
use crate::program::{BOUND, Running, homeroom, out, starter, stopped};
use crate::school::together::TOKENS;

on_both!(
    two_schools_run_in_one_program_and_each_is_told_apart,
    a_mistake_in_one_of_two_folders_changes_neither,
    a_refused_token_is_named_and_the_other_school_works,
    refused_tokens_of_all_end_the_program_with_2,
);

/// Two folders of schools and a simulated server for each.
struct House {
    folder: TempDir,
    sandboxes: [Sandbox; 2],
    /// The address at which a request finds the server of its token.
    url: String,
    port: u16,
    _door: JoinSet<()>,
}

/// The folders, `north` and `south`, within one; the tokens' places differ.
fn folders() -> (TempDir, u16) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["north", "south"] {
        let to = folder.path().join(name);
        assert!(Command::new("cp").arg("-r").arg(starter()).arg(to).status().unwrap().success());
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let north = format!("[token]\nvariable = \"NORTH\"\n[observe]\nlisten = \"127.0.0.1:{port}\"\n");
    fs::write(folder.path().join("north/bot.toml"), north).unwrap();
    fs::write(folder.path().join("south/bot.toml"), "[token]\nfile = \"token\"\n").unwrap();
    fs::write(folder.path().join("south/token"), format!("{}\n", TOKENS[1])).unwrap();
    (folder, port)
}

/// Passes each connection on to the server whose token its first request names, else to the first.
async fn passed_on(mut from: TcpStream, servers: [String; 2]) {
    let mut head = vec![0; 4_096];
    let length = from.read(&mut head).await.unwrap_or(0);
    let place = usize::from(String::from_utf8_lossy(&head[..length]).contains(TOKENS[1]));
    let Ok(mut to) = TcpStream::connect(servers[place].trim_start_matches("http://")).await else { return };
    if to.write_all(&head[..length]).await.is_ok() {
        let _ = copy_bidirectional(&mut from, &mut to).await;
    }
}

impl House {
    async fn open() -> Self {
        let (folder, port) = folders();
        let open = async |place: usize| {
            let sim = SimConfig { token: TOKENS[place].to_owned(), ..SimConfig::default() };
            Sandbox::start(sim, Clock::system()).await.unwrap()
        };
        let sandboxes = [open(0).await, open(1).await];
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let servers = [sandboxes[0].url(), sandboxes[1].url()];
        let mut door = JoinSet::new();
        door.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((from, _)) = listener.accept().await {
                connections.spawn(passed_on(from, servers.clone()));
            }
        });
        Self { folder, sandboxes, url, port, _door: door }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn started(&self, fresh: &Fresh) -> Running {
        let child = homeroom()
            .args(["run", "--configs"])
            .arg(self.folder.path())
            .env("DATABASE_URL", &fresh.url)
            .env("NORTH", TOKENS[0])
            .env("TELOXIDE_API_URL", &self.url)
            .env("RUST_LOG", "homeroom=info")
            .stderr(Stdio::from(fs::File::create(self.path("log")).unwrap()))
            .spawn()
            .unwrap();
        Running(child)
    }

    async fn stopped(&self, running: Running) -> String {
        let (code, log) = stopped(running, self.folder.path().to_owned()).await;
        assert_eq!(code, Some(0), "{log}");
        for token in TOKENS {
            assert!(!log.contains(token.split(':').nth(1).unwrap()), "a token is in the log");
        }
        log
    }

    /// Waits until a school's menu is in a language.
    async fn speaks(&self, place: usize, person: PersonId, language: Language) {
        let words = language.render(&say::menu_points());
        let shown = self.sandboxes[place].until(BOUND, |world| {
            let commands = world.commands_for(person, person.private_chat());
            (commands.first()?["description"] == json!(words)).then_some(())
        });
        assert!(shown.await.is_ok(), "the menu of {place} is not in {}", language.tag());
    }
}

async fn two_schools_run_in_one_program_and_each_is_told_apart(fresh: Fresh) {
    let house = House::open().await;
    let running = house.started(&fresh);
    let ready: Value = serde_json::from_str(&page_with(house.port, "readyz", 200, "true").await).unwrap();
    let well = json!({"ready": true, "database": "ok", "channel": "ok", "sender": "ok", "parts": "ok"});
    assert_eq!(ready, json!({"ready": true, "schools": {"north": well, "south": well}}));
    let south: Value = serde_json::from_str(&page_with(house.port, "readyz/south", 200, "").await).unwrap();
    assert_eq!(south, well);
    page_with(house.port, "readyz/nowhere", 404, "").await;
    for sandbox in &house.sandboxes {
        let class = sandbox.demo_world("en");
        sandbox.adds_bot(class.teacher, class.group).unwrap();
        sandbox.promotes(sandbox.bot(), class.group, Rights::ALL).unwrap();
        let greeted =
            sandbox.until(BOUND, |world| world.said(class.group).find(|said| !said.buttons.is_empty()));
        assert!(greeted.await.is_ok(), "no greeting");
    }
    house.sandboxes[1].inject(r#"{"message": 7}"#);
    let numbers = page_with(house.port, "metrics", 200, "\nhomeroom_parked{school=\"south\"} 1\n").await;
    for line in [
        "homeroom_parked{school=\"north\"} 0",
        "homeroom_bot_up{school=\"north\"} 1",
        "homeroom_bot_up{school=\"south\"} 1",
        "homeroom_lease_held{school=\"south\"} 1",
        "homeroom_updates_parked_total{school=\"north\"} 0",
        "homeroom_outbox_waiting{school=\"north\",priority=\"guard\"} 0",
        "homeroom_database_up 1",
        // The end of 2026 in Shanghai.
        "homeroom_calendar_days_known_until{school=\"north\"} 1798732800",
        "homeroom_calendar_days_known_until{school=\"south\"} 1798732800",
    ] {
        assert!(numbers.lines().any(|found| found == line), "`{line}` is missing:\n{numbers}");
    }
    assert_eq!(numbers.matches("# HELP homeroom_sent ").count(), 1, "{numbers}");
    let year =
        r#"{"year": 2027, "papers": [], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}"#;
    fs::write(house.path("south/calendar/2027.json"), year).unwrap();
    signal(&running, "-HUP");
    let until = "\nhomeroom_calendar_days_known_until{school=\"south\"} 1830268800\n";
    let numbers = page_with(house.port, "metrics", 200, until).await;
    assert!(numbers.contains("_known_until{school=\"north\"} 1798732800\n"), "{numbers}");
    let log = house.stopped(running).await;
    for name in ["north", "south"] {
        let line = format!("bot{{school=\"{name}\"}}");
        assert!(log.lines().any(|found| found.contains(&line) && found.contains("is running")), "{log}");
    }
}

async fn a_mistake_in_one_of_two_folders_changes_neither(fresh: Fresh) {
    let house = House::open().await;
    let people = [0, 1].map(|place| {
        let class = house.sandboxes[place].demo_world("en");
        let mother = class.parents[0];
        house.sandboxes[place].edit_person(mother, |person| person.language = None);
        mother
    });
    let running = house.started(&fresh);
    let both = async |language: Language| {
        for (place, person) in people.into_iter().enumerate() {
            house.speaks(place, person, language).await;
        }
    };
    both(Language::Chinese).await;
    let english = |name: &str, more: &str| {
        let file = house.path(name).join("school.toml");
        let school = fs::read_to_string(&file).unwrap();
        let school = school.replace("language = \"zh-CN\"", "language = \"en\"").replace("langage = 1\n", "");
        fs::write(file, format!("{more}{school}")).unwrap();
    };
    english("north", "");
    english("south", "langage = 1\n");
    signal(&running, "-HUP");
    log_says(&house.path("log"), "the former one stays in force").await;
    both(Language::Chinese).await;
    english("south", "");
    signal(&running, "-HUP");
    both(Language::English).await;
    // A school that comes while the others run is told of, and left for the next start.
    let copied = Command::new("cp").arg("-r").args([house.path("south"), house.path("west")]).status();
    assert!(copied.unwrap().success());
    signal(&running, "-HUP");
    log_says(&house.path("log"), "this school is new").await;
    let log = house.stopped(running).await;
    assert!(log.contains("south/school.toml:1:1") && log.contains("langage"), "{log}");
}

async fn log_says(log: &Path, words: &str) {
    let said = timeout(BOUND, async {
        while !fs::read_to_string(log).unwrap_or_default().contains(words) {
            // Only the log shows it, and a file tells nobody.
            real_sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(said.await.is_ok(), "`{words}` is not told: {}", fs::read_to_string(log).unwrap_or_default());
}

async fn a_refused_token_is_named_and_the_other_school_works(fresh: Fresh) {
    let house = House::open().await;
    // A bot that neither server knows.
    let wrong = "7000000003:sandbox-only-refused-00000000000000";
    fs::write(house.path("south/token"), wrong).unwrap();
    let running = house.started(&fresh);
    page_with(house.port, "readyz/north", 200, "true").await;
    let south = page_with(house.port, "readyz/south", 503, "can't run").await;
    let whole: Value = serde_json::from_str(&page_with(house.port, "readyz", 503, "schools").await).unwrap();
    assert_eq!(whole["schools"]["south"], serde_json::from_str::<Value>(&south).unwrap());
    assert_eq!((&whole["ready"], &whole["schools"]["north"]["ready"]), (&json!(false), &json!(true)));
    let numbers = page_with(house.port, "metrics", 200, "\nhomeroom_bot_up{school=\"south\"} 0\n").await;
    assert!(numbers.contains("\nhomeroom_bot_up{school=\"north\"} 1\n"), "{numbers}");
    let log = house.stopped(running).await;
    let told = log
        .lines()
        .any(|line| line.contains("{school=\"south\"}") && line.contains("does not know this token"));
    assert!(told && !log.contains("sandbox-only-refused"), "{log}");
}

async fn refused_tokens_of_all_end_the_program_with_2(fresh: Fresh) {
    let house = House::open().await;
    fs::write(house.path("south/token"), "7000000003:sandbox-only-refused-00000000000000").unwrap();
    fs::write(house.path("north/bot.toml"), "[token]\nvariable = \"ANOTHER\"\n").unwrap();
    let mut program = homeroom();
    program.args(["run", "--configs"]).arg(house.folder.path());
    program.env("DATABASE_URL", &fresh.url).env("TELOXIDE_API_URL", &house.url);
    program.env("ANOTHER", "7000000004:sandbox-only-refused-00000000000000");
    let ended = tokio::task::spawn_blocking(move || program.output().unwrap());
    let output = timeout(BOUND, ended).await.unwrap().unwrap();
    let words = out(&output);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(
        words.contains("north: Telegram doesn't know") && words.contains("south: Telegram doesn't know"),
        "{words}"
    );
    assert!(!words.contains("sandbox-only"), "{words}");
}

#[tokio::test]
async fn of_two_processes_with_two_schools_one_is_killed_and_both_schools_are_served() {
    let fresh = fresh(Kind::Postgres).await;
    let house = House::open().await;
    // Two processes can't serve health at one address.
    fs::write(house.path("north/bot.toml"), "[token]\nvariable = \"NORTH\"\n").unwrap();
    let mothers = [0, 1].map(|place| house.sandboxes[place].demo_world("en").parents[0]);
    let asked_and_answered = async |time: usize| {
        for (sandbox, mother) in house.sandboxes.iter().zip(mothers) {
            sandbox.writes(mother, mother.private_chat(), "points").unwrap();
            let answered = sandbox.until(BOUND, |world| {
                let said = world.said(mother.private_chat()).filter(|said| said.from == sandbox.bot());
                (said.count() > time).then_some(())
            });
            assert!(answered.await.is_ok(), "{}", fs::read_to_string(house.path("log")).unwrap());
        }
    };
    for (sandbox, mother) in house.sandboxes.iter().zip(mothers) {
        sandbox.starts_bot(mother, None).unwrap();
    }
    let mut old = house.started(&fresh);
    log_says(&house.path("log"), "this process asks for updates from now on").await;
    for time in 1..=3 {
        let new = house.started(&fresh);
        log_says(&house.path("log"), "this one stands by").await;
        // Dropped, it is killed: whichever of the two served, the other does now.
        drop(std::mem::replace(&mut old, new));
        asked_and_answered(time).await;
    }
    house.stopped(old).await;
}

/// Runs a command with both folders named, and these variables.
fn with_both(folder: &TempDir, command: &str, variables: &[(&str, &str)]) -> Output {
    let mut program = homeroom();
    program.arg(command).arg("--config").arg(folder.path().join("north"));
    program.arg("--config").arg(folder.path().join("south"));
    program.envs(variables.iter().copied()).output().unwrap()
}

#[test]
fn the_same_bot_twice_is_refused_with_both_names_and_without_the_token() {
    let (folder, _) = folders();
    let output = with_both(&folder, "run", &[("NORTH", TOKENS[1])]);
    let words = out(&output);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains("north and south have the same bot"), "{words}");
    assert!(!words.contains("sandbox-only"), "{words}");
    // The same place is refused before anybody looks into it.
    for name in ["north", "south"] {
        fs::write(folder.path().join(name).join("bot.toml"), "").unwrap();
    }
    for command in ["run", "check"] {
        let output = with_both(&folder, command, &[("TELOXIDE_TOKEN", TOKENS[0])]);
        let words = out(&output);
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(words.contains("north and south take the bot's token from the same place"), "{words}");
    }
}

#[test]
fn every_token_that_is_missing_is_named_with_its_school() {
    let (folder, _) = folders();
    fs::write(folder.path().join("south/token"), "seven").unwrap();
    let output = with_both(&folder, "run", &[]);
    let words = out(&output);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains("north: ") && words.contains("environment variable NORTH"), "{words}");
    assert!(words.contains("south: This doesn't look like a token") && !words.contains("seven"), "{words}");
}

#[test]
fn check_says_every_problem_of_every_school() {
    let (folder, _) = folders();
    let output = with_both(&folder, "check", &[]);
    let words = out(&output);
    assert_eq!(output.status.code(), Some(0), "{words}");
    assert!(words.contains("— north —") && words.contains("— south —"), "{words}");
    for name in ["north", "south"] {
        fs::write(folder.path().join(name).join("bot.toml"), "[pace]\nattempts_max = 1_000\n").unwrap();
    }
    let words = out(&with_both(&folder, "check", &[]));
    assert!(words.contains("north/bot.toml:2:16") && words.contains("south/bot.toml:2:16"), "{words}");
    let mut program = homeroom();
    program.args(["check", "--config"]).arg(folder.path().join("north"));
    let twice = program.arg("--configs").arg(folder.path()).output().unwrap();
    assert_eq!(twice.status.code(), Some(2));
    assert!(out(&twice).contains("is named twice"), "{}", out(&twice));
}
