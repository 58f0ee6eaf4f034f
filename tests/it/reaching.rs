//! Purpose: what an operator meets when the program doesn't reach what it needs: a database that comes later, a wrong
//! password, a port that is taken; what is said about it, in their language, and the exit code.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use homeroom::clock::{Clock, real_sleep, timeout};
use homeroom::i18n::{Language, Text, say};
use homeroom::sandbox::{Sandbox, SimConfig};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};

use crate::databases::{Fresh, on_both};
use crate::postgres_server::Server;
use crate::program::{BOUND, Running, homeroom, observed, out, stopped};

on_both!(a_token_that_telegram_does_not_know_is_said_to_be_wrong, a_port_that_is_taken_is_named);

const LANGUAGES: [(&str, Language); 2] =
    [("en_GB.UTF-8", Language::English), ("zh_CN.UTF-8", Language::Chinese)];

/// The words of a sentence before its first argument, so that a test needn't know how a driver says it.
fn beginning(text: &Text, language: Language) -> String {
    let words = language.render(text);
    words.split('…').next().unwrap().trim_end().to_owned()
}

fn assert_says(output: &Output, code: i32, text: &Text, language: Language) {
    let said = out(output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(&beginning(text, language)), "{said}");
}

/// The bot with a database that may not be there.
fn started_with(database: &str, sandbox: &Sandbox, config: &Path) -> Running {
    let log = std::fs::File::create(config.join("log")).unwrap();
    let child = homeroom()
        .args(["run", "--config"])
        .arg(config)
        .env("DATABASE_URL", database)
        .env("TELOXIDE_TOKEN", sandbox.token())
        .env("TELOXIDE_API_URL", sandbox.url())
        .stderr(Stdio::from(log))
        .spawn()
        .unwrap();
    Running(child)
}

async fn until_logged(config: &Path, words: &str) {
    let said = timeout(BOUND, async {
        while !std::fs::read_to_string(config.join("log")).unwrap_or_default().contains(words) {
            // Only the log shows it, and a file tells nobody.
            real_sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(said.await.is_ok(), "the log never said `{words}`");
}

#[tokio::test]
async fn a_server_that_starts_later_is_waited_for() {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::system()).await.unwrap();
    let (folder, _) = observed();
    let config = folder.path().join("c");
    let home = Server::home();
    let running = started_with(&Server::url_in(&home, "homeroom", "postgres"), &sandbox, &config);
    until_logged(&config, "waiting for the database").await;
    let server = tokio::task::spawn_blocking(|| Server::start_in(home)).await.unwrap();
    sandbox.until(BOUND, |world| (world.calls_of("setMyCommands") > 0).then_some(())).await.unwrap();
    let (code, log) = stopped(running, config).await;
    assert_eq!(code, Some(0), "{log}");
    drop(server);
}

#[tokio::test]
async fn a_stop_while_the_database_is_waited_for_is_obeyed() {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::system()).await.unwrap();
    let (folder, _) = observed();
    let config = folder.path().join("c");
    let running = started_with(&Server::url_in(folder.path(), "homeroom", "postgres"), &sandbox, &config);
    until_logged(&config, "waiting for the database").await;
    let (code, log) = stopped(running, config).await;
    assert_eq!(code, Some(0), "{log}");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_database_end_the_run_with_2_and_what_to_do() {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::system()).await.unwrap();
    let (folder, _) = observed();
    let config = folder.path().join("c");
    let home = Server::home();
    let server = tokio::task::spawn_blocking({
        let home = home.clone();
        || Server::start_in(home)
    });
    let server = server.await.unwrap();
    let mut owner = PgConnection::connect(&server.url("postgres")).await.unwrap();
    owner.execute("CREATE ROLE school LOGIN PASSWORD 'right'").await.unwrap();
    owner.execute("CREATE DATABASE school OWNER school").await.unwrap();
    owner.close().await.unwrap();
    for (user, database, wrong) in [
        ("school:wrong", "school", say::database_denied("…")),
        ("nobody-known:right", "school", say::database_denied("…")),
        ("school:right", "elsewhere", say::database_no_such("…")),
    ] {
        for (locale, language) in LANGUAGES {
            let url = Server::url_in(&home, user, database);
            let output = run(&url, &sandbox, &config, sandbox.token(), locale).await;
            assert_says(&output, 2, &wrong, language);
            let said = out(&output);
            assert!(!said.contains("right") && !said.contains(":wrong"), "the password is shown: {said}");
        }
    }
    let output = homeroom()
        .arg("migrate")
        .env("DATABASE_URL", Server::url_in(&home, "school:right", "school"))
        .output();
    assert_eq!(output.unwrap().status.code(), Some(0));
    drop(server);
}

#[test]
fn commands_do_not_wait_for_a_database_and_say_so_in_the_readers_language() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (locale, language) in LANGUAGES {
        for arguments in [&["migrate"][..], &["ledger", "verify"], &["outbox", "quarantined"]] {
            for url in [
                Server::url_in(folder.path(), "homeroom", "homeroom"),
                format!("postgres://homeroom@{nobody}/homeroom"),
            ] {
                let from = Instant::now();
                let output =
                    homeroom().args(arguments).env("DATABASE_URL", url).env("LANG", locale).output().unwrap();
                assert_says(&output, 1, &say::database_unreachable("…"), language);
                // The pool would try for ten.
                assert!(from.elapsed() < Duration::from_secs(8), "it waited");
            }
        }
    }
}

#[test]
fn an_address_that_can_not_be_a_database_is_said_to_be_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    std::fs::write(folder.path().join("letter.txt"), "Dear parents, ".repeat(1_000)).unwrap();
    for (url, wrong) in [
        ("mysql://somewhere/else".to_owned(), say::database_unknown_kind()),
        ("postgres://homeroom@localhost:port/homeroom".to_owned(), say::database_address("…")),
        ("sqlite:homeroom.db?mode=quickly".to_owned(), say::database_address("…")),
        (path("missing/homeroom.db"), say::database_file("…")),
        (path("letter.txt"), say::database_file("…")),
    ] {
        for (locale, language) in LANGUAGES {
            let output =
                homeroom().arg("migrate").env("DATABASE_URL", &url).env("LANG", locale).output().unwrap();
            assert_says(&output, 2, &wrong, language);
        }
    }
}

/// The bot, until it ends by itself.
async fn run(url: &str, sandbox: &Sandbox, config: &Path, token: &str, locale: &str) -> Output {
    let mut command = homeroom();
    command.args(["run", "--config"]).arg(config).env("LANG", locale).env("DATABASE_URL", url);
    command.env("TELOXIDE_TOKEN", token).env("TELOXIDE_API_URL", sandbox.url());
    // The simulator lives in this thread's runtime and must answer meanwhile.
    let ended = tokio::task::spawn_blocking(move || command.output().unwrap());
    timeout(BOUND, ended).await.unwrap().unwrap()
}

async fn a_token_that_telegram_does_not_know_is_said_to_be_wrong(fresh: Fresh) {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::system()).await.unwrap();
    let (folder, _) = observed();
    let token = "1000:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (locale, language) in LANGUAGES {
        let output = run(&fresh.url, &sandbox, &folder.path().join("c"), token, locale).await;
        assert_says(&output, 2, &say::program_token_refused(), language);
    }
}

async fn a_port_that_is_taken_is_named(fresh: Fresh) {
    let sandbox = Sandbox::start(SimConfig::default(), Clock::system()).await.unwrap();
    let (folder, port) = observed();
    let taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    for (locale, language) in LANGUAGES {
        let output = run(&fresh.url, &sandbox, &folder.path().join("c"), sandbox.token(), locale).await;
        let at = format!("127.0.0.1:{port}");
        assert_says(&output, 1, &say::program_cant_listen(at, "…"), language);
    }
    drop(taken);
}
