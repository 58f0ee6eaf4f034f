//! Purpose: the program as an operator meets it: exit codes, what it prints, signals, health and metrics.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use homeroom::clock::{Clock, timeout};
use homeroom::sandbox::{Rights, Sandbox, SimConfig};
use tempfile::TempDir;

use crate::databases::{Fresh, on_both};

/// No wait in a test is longer than this, in real time.
pub const BOUND: Duration = Duration::from_secs(30);

on_both!(
    migrate_says_what_it_did_and_twice_is_nothing,
    a_database_of_a_newer_program_is_refused,
    an_altered_ledger_entry_fails_the_verification,
    sigterm_stops_in_order_and_health_is_served_until_then,
    no_name_no_word_and_no_secret_reaches_the_log,
);

/// The program with no environment but what a test gives it.
pub fn homeroom() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_homeroom"));
    command.env_clear().env("LANG", "en_GB.UTF-8").stdin(Stdio::null());
    command
}

pub fn out(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

pub fn starter() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bot-config")
}

#[test]
fn check_accepts_the_starter_configuration() {
    let output = homeroom().args(["check", "--config"]).arg(starter()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
}

#[test]
fn check_names_every_problem_and_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let school = "time_zone = \"Asia/Shangha\"\nlanguage = \"fr\"\n[name]\nen = \"School\"\n";
    std::fs::write(folder.path().join("school.toml"), school).unwrap();
    let output = homeroom().args(["check", "--config"]).arg(folder.path()).output().unwrap();
    let words = out(&output);
    assert_eq!(output.status.code(), Some(2), "{words}");
    assert!(words.contains("school.toml:1:13") && words.contains("school.toml:2:12"), "{words}");
    assert!(words.contains("points.toml") && words.contains("moderation.toml"), "{words}");
}

#[test]
fn a_run_without_a_token_ends_with_2_and_says_where_it_goes() {
    let output = homeroom().args(["run", "--config"]).arg(starter()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(out(&output).contains("TELOXIDE_TOKEN"), "{}", out(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_of_the_only_bot_ends_the_program_with_2() {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::system()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut program = homeroom();
    program.args(["run", "--config"]).arg(starter());
    program.env("DATABASE_URL", format!("sqlite:{}", folder.path().join("a.db").display()));
    program.env("TELOXIDE_TOKEN", format!("{}-but-wrong", sandbox.token()));
    program.env("TELOXIDE_API_URL", sandbox.url());
    let ended = tokio::task::spawn_blocking(move || program.output().unwrap());
    let output = timeout(BOUND, ended).await.unwrap().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", out(&output));
    let words = out(&output);
    assert!(words.contains("doesn't know this token") && !words.contains("but-wrong"), "{words}");
}

#[test]
fn help_speaks_the_readers_language_and_ends_with_0() {
    let output = homeroom().arg("--help").env("LANG", "zh_CN.UTF-8").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(out(&output).contains("家长群"), "{}", out(&output));
    let output = homeroom().output().unwrap();
    assert_eq!(output.status.code(), Some(2), "no command is a mistake");
}

#[test]
fn the_verification_of_a_ledger_that_is_not_there_makes_nothing_and_ends_with_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("none.db");
    for url in [format!("sqlite:{}", file.display()), "mysql://somewhere/else".to_owned()] {
        let output = homeroom().args(["ledger", "verify"]).env("DATABASE_URL", &url).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", out(&output));
        assert!(out(&output).contains("DATABASE_URL"), "{}", out(&output));
    }
    assert!(!file.exists());
}

async fn migrate_says_what_it_did_and_twice_is_nothing(fresh: Fresh) {
    let output = homeroom().arg("migrate").env("DATABASE_URL", &fresh.url).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(out(&output).contains("up to date already"), "{}", out(&output));
}

async fn a_database_of_a_newer_program_is_refused(fresh: Fresh) {
    let mut tx = fresh.write().await.unwrap();
    tx.run("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1", &[]).await.unwrap();
    tx.commit().await.unwrap();
    let output = homeroom().arg("migrate").env("DATABASE_URL", &fresh.url).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", out(&output));
    assert!(out(&output).contains("newer"), "{}", out(&output));
    let output = homeroom().args(["ledger", "verify"]).env("DATABASE_URL", &fresh.url).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", out(&output));
    assert!(out(&output).contains("newer"), "{}", out(&output));
}

async fn an_altered_ledger_entry_fails_the_verification(fresh: Fresh) {
    let verify = || homeroom().args(["ledger", "verify"]).env("DATABASE_URL", &fresh.url).output().unwrap();
    let output = verify();
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    let mut tx = fresh.write().await.unwrap();
    let tenant = "INSERT INTO tenants (channel, native, button_key, created_at) VALUES ('t', '1', $1, 0)";
    tx.run(tenant, &[b"key".as_slice().into()]).await.unwrap();
    for sql in [
        "INSERT INTO people (tenant, native, name, created_at) SELECT id, '2', 'p', 0 FROM tenants",
        "INSERT INTO accounts (tenant, person, balance, entries, head) SELECT tenant, id, 3, 1, 'x' FROM people",
    ] {
        tx.run(sql, &[]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let output = verify();
    assert_eq!(output.status.code(), Some(1), "{}", out(&output));
    assert!(out(&output).contains("account"), "{}", out(&output));
}

/// A child that is killed if the test ends before it.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A copy of the starter configuration that serves health on a free port.
pub fn observed() -> (TempDir, u16) {
    let folder = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").arg("-r").arg(starter()).arg(folder.path().join("c")).status().unwrap();
    assert!(copied.success());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let bot = format!("[observe]\nlisten = \"127.0.0.1:{port}\"\n");
    std::fs::write(folder.path().join("c/bot.toml"), bot).unwrap();
    (folder, port)
}

/// The program against a sandbox, with its log kept.
pub fn started(fresh: &Fresh, sandbox: &Sandbox, config: &Path, log: &str) -> Running {
    let child = homeroom()
        .args(["run", "--config"])
        .arg(config)
        .env("DATABASE_URL", &fresh.url)
        .env("TELOXIDE_TOKEN", sandbox.token())
        .env("TELOXIDE_API_URL", sandbox.url())
        .env("RUST_LOG", log)
        .stderr(Stdio::from(std::fs::File::create(config.join("log")).unwrap()))
        .spawn()
        .unwrap();
    Running(child)
}

/// Asks the program to stop; its exit code and everything it logged.
pub async fn stopped(mut running: Running, config: PathBuf) -> (Option<i32>, String) {
    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let ended = tokio::task::spawn_blocking(move || running.0.wait().unwrap());
    let status = timeout(BOUND, ended).await.unwrap().unwrap();
    let log = std::fs::read(config.join("log")).unwrap();
    (status.code(), String::from_utf8_lossy(&log).into_owned())
}

async fn sigterm_stops_in_order_and_health_is_served_until_then(fresh: Fresh) {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::system()).await.unwrap();
    let (folder, port) = observed();
    let config = folder.path().join("c");
    let running = started(&fresh, &sandbox, &config, "homeroom=info");
    sandbox.until(BOUND, |world| (world.calls_of("setMyCommands") > 0).then_some(())).await.unwrap();
    for (path, part) in
        [("healthz", "ok"), ("readyz", "ready"), ("metrics", "homeroom_updates_handled_total")]
    {
        let answer = reqwest::get(format!("http://127.0.0.1:{port}/{path}")).await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let text = answer.text().await.unwrap();
        assert!(text.contains(part), "{path}: {text}");
    }
    let (code, log) = stopped(running, config).await;
    assert_eq!(code, Some(0), "{log}");
}

async fn no_name_no_word_and_no_secret_reaches_the_log(fresh: Fresh) {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::system()).await.unwrap();
    let class = sandbox.demo_world("en");
    let (folder, _) = observed();
    let config = folder.path().join("c");
    let running = started(&fresh, &sandbox, &config, "trace");
    sandbox.until(BOUND, |world| (world.calls_of("setMyCommands") > 0).then_some(())).await.unwrap();
    sandbox.adds_bot(class.teacher, class.group).unwrap();
    sandbox.promotes(sandbox.bot(), class.group, Rights::ALL).unwrap();
    let greeting = sandbox
        .until(BOUND, |world| world.said(class.group).find(|said| !said.buttons.is_empty()))
        .await
        .unwrap();
    let label = &greeting.buttons[0][0].text;
    sandbox.presses(class.teacher, class.group, greeting.id, label).unwrap();
    sandbox.until(BOUND, |world| world.callback_answers(class.teacher).next().map(|_| ())).await.unwrap();
    sandbox.joins(class.advertiser, class.group).unwrap();
    let words = "Quince marmalade: 宝妈兼职日结，加薇芯 abc12345";
    let advertisement = sandbox.writes(class.advertiser, class.group, words).unwrap();
    sandbox.inject(r#"{"message": {"text": "Quince marmalade", "chat": 7}}"#);
    sandbox.until(BOUND, |world| world.is_deleted(class.group, advertisement).then_some(())).await.unwrap();
    sandbox.idle(BOUND).await.unwrap();
    let (code, log) = stopped(running, config).await;
    assert_eq!(code, Some(0));
    assert!(log.len() > 1_000, "there is a log to look at");
    let secret = sandbox.token().split(':').nth(1).unwrap();
    for banned in [secret, "Quince", "marmalade", "加薇芯", "Ms Wang", "part-time jobs", "Class 3-2"] {
        let line = log.lines().find(|line| line.contains(banned));
        assert_eq!(line, None, "`{banned}` is in the log");
    }
}
