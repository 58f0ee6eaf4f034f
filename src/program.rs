//! Purpose: what each command of the command line does, up to its exit code.
//!
//! Invariant: what a person reads goes to standard output in their language; the log goes to standard error.

mod database;
mod failing;
mod quarantine;
mod schools;
mod signals;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use crate::app::{self, Account, Run, Running};
use crate::cli::{self, Asked, Folders};
use crate::clock::Clock;
use crate::config::Config;
use crate::i18n::{Language, Text, say};
use crate::ids::PersonId;
use crate::observe;
use crate::points;
use crate::random::Random;
use crate::roster;
use crate::storage::Database;

use schools::School;
use signals::{Signals, Wish};

/// All is well.
const WELL: u8 = 0;
/// Something failed while running.
const FAILED: u8 = 1;
/// The command line, the environment or the configuration is wrong.
const WRONG: u8 = 2;

const API_DEFAULT: &str = "https://api.telegram.org";

/// Runs the program as the command line and the environment ask.
#[must_use]
pub fn main() -> ExitCode {
    let language = cli::language(variable);
    let asked = match cli::read(std::env::args_os(), language) {
        Ok(asked) => asked,
        Err(error) => {
            // Help goes to standard output, mistakes to standard error; clap knows which is which.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { WRONG } else { WELL });
        }
    };
    // Rust's own report quotes texts, and those may be people's words.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a part of the program panicked");
    }));
    // What the database's threads wake comes through the queue that all threads share. Ordinarily it is looked at after
    // 61 other tasks; a batch waits there a dozen times.
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = match builder.enable_all().global_queue_interval(1).build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(language, &anyhow::Error::from(error)),
    };
    runtime.block_on(perform(asked, language))
}

async fn perform(asked: Asked, language: Language) -> ExitCode {
    match asked {
        Asked::Run(folders) => run(&folders, language).await,
        Asked::Sandbox { config, port, language: people } => sandbox(config, port, people, language).await,
        Asked::Check(folders) => check(&folders, language),
        Asked::Migrate => ended(migrate(language).await, language),
        Asked::LedgerVerify => ended(ledger_verify(language).await, language),
        Asked::Outbox(asked) => ended(quarantine::perform(asked, language).await, language),
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn print(words: &str) {
    // Nobody may be reading any more; that is no failure.
    let _ = writeln!(std::io::stdout(), "{words}");
}

fn complain(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

fn failed(language: Language, error: &anyhow::Error) -> ExitCode {
    let (words, code) = failing::read(error);
    complain(&language.render(&words));
    ExitCode::from(code)
}

fn wrong(language: Language, what: &Text) -> ExitCode {
    complain(&language.render(what));
    ExitCode::from(WRONG)
}

fn ended(result: anyhow::Result<ExitCode>, language: Language) -> ExitCode {
    result.unwrap_or_else(|error| failed(language, &error))
}

fn check(asked: &Folders, language: Language) -> ExitCode {
    let folders = match schools::folders(asked) {
        Ok(folders) => folders,
        Err(what) => return wrong(language, &what),
    };
    let (report, is_right) = schools::check(&folders, language, Clock::system().now());
    print(&report);
    ExitCode::from(if is_right { WELL } else { WRONG })
}

async fn migrate(language: Language) -> anyhow::Result<ExitCode> {
    let database = Database::open(&database::url()).await?;
    let steps = database.migrate().await?;
    database.close().await;
    print(&language.render(&say::program_migrated(steps)));
    Ok(ExitCode::from(WELL))
}

async fn ledger_verify(language: Language) -> anyhow::Result<ExitCode> {
    let database = Database::open_existing(&database::url()).await?;
    let mut tx = database.read().await?;
    let report = points::verify(&mut tx).await?;
    let mut lines = vec![report.text(language)];
    if roster::bots(&mut tx).await?.len() > 1 {
        let people: Vec<PersonId> = report.differences.iter().map(|found| found.person()).collect();
        let whose = roster::bots_of(&mut tx, &people).await?;
        lines.extend(
            whose.iter().map(|(person, bot)| language.render(&say::ledger_whose(bot.as_str(), person.0))),
        );
    }
    drop(tx);
    database.close().await;
    print(&lines.join("\n"));
    Ok(ExitCode::from(if report.is_clean() { WELL } else { FAILED }))
}

async fn run(asked: &Folders, language: Language) -> ExitCode {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return failed(language, &anyhow::Error::from(error)),
    };
    let folders = match schools::folders(asked) {
        Ok(folders) => folders,
        Err(what) => return wrong(language, &what),
    };
    let read = schools::load(&folders, language)
        .and_then(|schools| Ok((schools::tokens(&schools, language)?, schools)));
    let (tokens, schools) = match read {
        Ok(read) => read,
        Err(problems) => {
            complain(&problems);
            return ExitCode::from(WRONG);
        }
    };
    observe::start_log(schools::log_format(&schools));
    schools::warn_of_calendars(&schools);
    let accounts = schools.into_iter().zip(tokens).map(|(School { name, config }, token)| Account {
        name,
        config,
        token,
        api_url: variable("TELOXIDE_API_URL").unwrap_or_else(|| API_DEFAULT.to_owned()),
        next_due: tokio::sync::watch::Sender::new(None),
    });
    let place = Place { asked, folders: &folders, language };
    ended(run_until_stopped(accounts.collect(), place, &mut signals).await, language)
}

/// Where a configuration was read from, to read it again.
#[derive(Clone, Copy)]
struct Place<'a> {
    asked: &'a Folders,
    folders: &'a [PathBuf],
    language: Language,
}

async fn run_until_stopped(
    bots: Vec<Account>,
    place: Place<'_>,
    signals: &mut Signals,
) -> anyhow::Result<ExitCode> {
    let Some(database) = signals.unless_stopped(database::reach()).await else { return Ok(stopped_early()) };
    let database = database?;
    let run = Run { bots, database: database.clone(), clock: Clock::system(), random: Random::system() };
    let Some(running) = signals.unless_stopped(app::start(run)).await else {
        database.close().await;
        return Ok(stopped_early());
    };
    let running = running?;
    let problems = until_stopped(&running, place, signals).await;
    running.stop().await;
    Ok(well_unless(&problems, place.language))
}

/// Well, unless there are reasons why nothing runs any more, of several bots each its own. As long as one of them may pass,
/// running again may help.
fn well_unless(problems: &[Arc<anyhow::Error>], language: Language) -> ExitCode {
    let mut code = if problems.is_empty() { WELL } else { WRONG };
    for problem in problems {
        let (words, own) = failing::read(problem);
        let told =
            if problems.len() > 1 { say::program_of_school(problem.to_string(), words) } else { words };
        complain(&language.render(&told));
        code = code.min(own);
    }
    ExitCode::from(code)
}

fn stopped_early() -> ExitCode {
    tracing::info!("stopped before the bot was running");
    ExitCode::from(WELL)
}

/// Waits for SIGINT or SIGTERM; takes over changed configurations at SIGHUP, one that came during the start included.
/// Returns why nothing runs any more, if that comes first, else nothing.
async fn until_stopped(
    running: &Running,
    place: Place<'_>,
    signals: &mut Signals,
) -> Vec<Arc<anyhow::Error>> {
    loop {
        tokio::select! {
            problems = running.failed() => return problems,
            wish = signals.wish() => match wish {
                Wish::Stop => return Vec::new(),
                Wish::Reload => reload(running, place),
            },
        }
    }
}

/// Reads every school's configuration again. All are taken over, or none.
fn reload(running: &Running, Place { asked, folders, language }: Place<'_>) {
    let schools = match schools::load(folders, language) {
        Ok(schools) => schools,
        Err(problems) => {
            tracing::error!("the changed configuration has problems; the former one stays in force");
            return complain(&problems);
        }
    };
    schools::warn_of_calendars(&schools);
    let is_alone = folders.len() == 1;
    for (bot, School { name, config }) in running.bots().iter().zip(schools) {
        for setting in bot.configure(config) {
            let school = Some(name.as_str()).filter(|_| !is_alone);
            tracing::warn!(school, setting, "this change takes effect at the next start");
        }
    }
    // Folders that are gone can't have been read; new ones may be there.
    let new = schools::folders(asked).unwrap_or_default();
    for folder in new.iter().filter(|folder| !folders.contains(folder)) {
        let folder = folder.display().to_string();
        tracing::warn!(folder, "this school is new; its bot runs from the next start on");
    }
    tracing::info!("the changed configuration is in force");
}

async fn sandbox(folder: Option<PathBuf>, port: u16, people: Language, language: Language) -> ExitCode {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return failed(language, &anyhow::Error::from(error)),
    };
    let loaded = match &folder {
        Some(folder) => Config::load(folder),
        None => Config::starter(),
    };
    let config = match loaded {
        Ok(config) => Arc::new(config),
        Err(problems) => {
            for problem in problems {
                complain(&problem.render(language));
            }
            return ExitCode::from(WRONG);
        }
    };
    observe::start_log(config.bot.log);
    let played = async {
        let started = Box::pin(crate::playground::start(config, port, people));
        let Some(played) = signals.unless_stopped(started).await else { return Ok(stopped_early()) };
        let played = played?;
        print(&language.render(&say::program_sandbox(played.url())));
        let problems = tokio::select! {
            () = signals.close() => Vec::new(),
            problems = played.failed() => problems,
        };
        played.stop().await;
        Ok(well_unless(&problems, language))
    };
    ended(played.await, language)
}
