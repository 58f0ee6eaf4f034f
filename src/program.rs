//! Purpose: what each command of the command line does, up to its exit code.
//!
//! Invariant: what a person reads goes to standard output in their language; the log goes to standard error.

mod database;
mod failing;
mod quarantine;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::app::{self, PartEnded, Run, Running};
use crate::channel::telegram::Token;
use crate::cli::{self, Asked};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::i18n::{Language, Text, say};
use crate::observe;
use crate::points;
use crate::random::Random;
use crate::storage::Database;

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
        Asked::Run { config } => run(&config, language).await,
        Asked::Sandbox { config, port, language: people } => sandbox(config, port, people, language).await,
        Asked::Check { config } => check(&config, language),
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

fn check(folder: &Path, language: Language) -> ExitCode {
    let (report, is_right) = config::check(folder, language, Clock::system().now());
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
    drop(tx);
    database.close().await;
    print(&report.text(language));
    Ok(ExitCode::from(if report.is_clean() { WELL } else { FAILED }))
}

/// The bot's token, from the environment or from the file it names.
fn token() -> Result<Token, Text> {
    let written = match (variable("TELOXIDE_TOKEN"), variable("TELOXIDE_TOKEN_FILE")) {
        (Some(token), _) => token,
        (None, Some(file)) => std::fs::read_to_string(&file)
            .map_err(|error| say::program_token_file(error.to_string(), file.clone()))?,
        (None, None) => return Err(say::program_token_missing()),
    };
    written.trim().parse::<Token>().map_err(|_| say::program_token_shape())
}

fn load(folder: &Path, language: Language) -> Result<Arc<Config>, String> {
    Config::load(folder).map(Arc::new).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(|problem| problem.render(language)).collect();
        lines.join("\n")
    })
}

/// Says in the log what should be done about the school's calendar.
fn warn_of_calendar(config: &Config) {
    let today = config.school_time().today(Clock::system().now());
    for warning in config.calendar.warnings(today) {
        tracing::warn!(%warning, "the school's calendar needs care");
    }
}

async fn run(folder: &Path, language: Language) -> ExitCode {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return failed(language, &anyhow::Error::from(error)),
    };
    let config = match load(folder, language) {
        Ok(config) => config,
        Err(problems) => {
            complain(&problems);
            return ExitCode::from(WRONG);
        }
    };
    let token = match token() {
        Ok(token) => token,
        Err(what) => return wrong(language, &what),
    };
    observe::start_log(config.bot.log);
    warn_of_calendar(&config);
    ended(run_until_stopped(config, token, folder, &mut signals, language).await, language)
}

async fn run_until_stopped(
    config: Arc<Config>,
    token: Token,
    folder: &Path,
    signals: &mut Signals,
    language: Language,
) -> anyhow::Result<ExitCode> {
    let Some(database) = signals.unless_stopped(database::reach()).await else { return Ok(stopped_early()) };
    let database = database?;
    let run = Run {
        config,
        database: database.clone(),
        token,
        api_url: variable("TELOXIDE_API_URL").unwrap_or_else(|| API_DEFAULT.to_owned()),
        clock: Clock::system(),
        random: Random::system(),
        next_due: tokio::sync::watch::Sender::new(None),
    };
    let Some(running) = signals.unless_stopped(app::start(run)).await else {
        database.close().await;
        return Ok(stopped_early());
    };
    let running = running?;
    let failed = until_stopped(&running, folder, signals, language).await;
    running.stop().await;
    well_unless(failed)
}

/// Well, unless a part of the program ended by itself.
fn well_unless(ended: Option<&'static str>) -> anyhow::Result<ExitCode> {
    match ended {
        None => Ok(ExitCode::from(WELL)),
        Some(part) => Err(PartEnded(part).into()),
    }
}

fn stopped_early() -> ExitCode {
    tracing::info!("stopped before the bot was running");
    ExitCode::from(WELL)
}

/// What the system tells a process. Listened to before anything else happens: until then SIGHUP would end the program,
/// and SIGTERM would end it in the middle of something.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Resolves at SIGINT and SIGTERM.
    async fn stop(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Resolves also when the terminal is closed.
    async fn close(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hangup.recv() => {}
        }
    }

    /// What comes of `work`; nothing if a stop was asked for first: the work is dropped then.
    async fn unless_stopped<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.stop() => None,
            done = work => Some(done),
        }
    }
}

/// Waits for SIGINT or SIGTERM; takes over a changed configuration at SIGHUP, one that came during the start included.
/// Returns the part of the program that ended first, if one did.
async fn until_stopped(
    running: &Running,
    folder: &Path,
    signals: &mut Signals,
    language: Language,
) -> Option<&'static str> {
    loop {
        tokio::select! {
            _ = signals.interrupt.recv() => return None,
            _ = signals.terminate.recv() => return None,
            part = running.failed() => return Some(part),
            _ = signals.hangup.recv() => match load(folder, language) {
                Ok(config) => {
                    warn_of_calendar(&config);
                    for setting in running.configure(config) {
                        tracing::warn!(setting, "this change takes effect at the next start");
                    }
                    tracing::info!("the changed configuration is in force");
                }
                Err(problems) => {
                    tracing::error!("the changed configuration has problems; the former one stays in force");
                    complain(&problems);
                }
            },
        }
    }
}

async fn sandbox(folder: Option<PathBuf>, port: u16, people: Language, language: Language) -> ExitCode {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return failed(language, &anyhow::Error::from(error)),
    };
    let loaded = match &folder {
        Some(folder) => load(folder, language),
        None => Config::starter().map(Arc::new).map_err(|problems| {
            problems.iter().map(|problem| problem.render(language)).collect::<Vec<_>>().join("\n")
        }),
    };
    let config = match loaded {
        Ok(config) => config,
        Err(problems) => {
            complain(&problems);
            return ExitCode::from(WRONG);
        }
    };
    observe::start_log(config.bot.log);
    let played = async {
        let started = crate::playground::start(config, port, people);
        let Some(played) = signals.unless_stopped(started).await else { return Ok(stopped_early()) };
        let played = played?;
        print(&language.render(&say::program_sandbox(played.url())));
        let failed = tokio::select! {
            () = signals.close() => None,
            name = played.failed() => Some(name),
        };
        played.stop().await;
        well_unless(failed)
    };
    ended(played.await, language)
}
