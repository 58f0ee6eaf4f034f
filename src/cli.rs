//! Purpose: the command line, in words a school's IT person understands.
//!
//! Exit codes: 0 all is well; 1 something failed while running; 2 the command line, the environment or the configuration
//! is wrong, and the output says where and what to write instead.
//!
//! Invariant: secrets come from the environment or from files, never from arguments, and are never printed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::i18n::{Language, Text, say};

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Run the bots, one for each school.
    Run(Folders),
    /// Try the bot in a web page, without token and network.
    Sandbox {
        /// The configuration's folder, if one was named.
        config: Option<PathBuf>,
        /// The page's port; 0 takes a free one.
        port: u16,
        /// The language of the people in the page.
        language: Language,
    },
    /// Read the configurations and say every problem.
    Check(Folders),
    /// Bring the database up to this version.
    Migrate,
    /// Prove the points.
    LedgerVerify,
    /// Do something about messages that were given up.
    Outbox(OutboxAsked),
}

/// Where schools are configured: one folder for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Folders of schools.
    pub schools: Vec<PathBuf>,
    /// Folders in which each folder that has a `school.toml` is a school's.
    pub parents: Vec<PathBuf>,
}

/// What to do about messages that were given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxAsked {
    /// List them.
    Quarantined,
    /// Send the one with this number after all.
    Release(i64),
    /// Leave the one with this number unsent.
    Drop(i64),
}

/// The environment's language: that of `LC_ALL`, `LC_MESSAGES` or `LANG`, else English.
#[must_use]
pub fn language(variable: impl Fn(&str) -> Option<String>) -> Language {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())
        .and_then(|value| Language::of_code(value.split('.').next().unwrap_or_default()))
        .unwrap_or(Language::English)
}

/// Reads the command line. On `--help`, `--version` or a mistake the error holds what to print.
pub fn read(arguments: impl IntoIterator<Item = OsString>, language: Language) -> Result<Asked, clap::Error> {
    let matches = command(language).try_get_matches_from(arguments)?;
    Ok(match matches.subcommand() {
        Some(("sandbox", given)) => Asked::Sandbox {
            config: given.get_one::<PathBuf>("config").cloned(),
            port: given.get_one::<u16>("port").copied().unwrap_or(0),
            language: given.get_one::<Language>("language").copied().unwrap_or(language),
        },
        Some(("check", given)) => Asked::Check(folders(given)),
        Some(("migrate", _)) => Asked::Migrate,
        Some(("ledger", _)) => Asked::LedgerVerify,
        Some(("outbox", given)) => Asked::Outbox(outbox_asked(given)),
        Some((_, given)) => Asked::Run(folders(given)),
        None => Asked::Run(folders(&matches)),
    })
}

fn outbox_asked(given: &ArgMatches) -> OutboxAsked {
    let id = |given: &ArgMatches| given.get_one::<i64>("id").copied().unwrap_or(0);
    match given.subcommand() {
        Some(("release", given)) => OutboxAsked::Release(id(given)),
        Some(("drop", given)) => OutboxAsked::Drop(id(given)),
        _ => OutboxAsked::Quarantined,
    }
}

const CONFIG_DEFAULT: &str = "bot-config";
const SANDBOX_PORT: &str = "8080";

fn folders(given: &ArgMatches) -> Folders {
    let all = |name| match given.try_get_many::<PathBuf>(name) {
        Ok(Some(folders)) => folders.cloned().collect(),
        Ok(None) | Err(_) => Vec::new(),
    };
    let (schools, parents): (Vec<_>, Vec<_>) = (all("config"), all("configs"));
    if schools.is_empty() && parents.is_empty() {
        return Folders { schools: vec![PathBuf::from(CONFIG_DEFAULT)], parents };
    }
    Folders { schools, parents }
}

fn command(language: Language) -> Command {
    let say = |text: Text| language.render(&text);
    let folder = |name: &'static str, help: Text| {
        Arg::new(name).long(name).value_name("DIR").value_parser(value_parser!(PathBuf)).help(say(help))
    };
    let folders = |command: Command| {
        let config = folder("config", say::cli_config_each()).action(ArgAction::Append);
        let configs = folder("configs", say::cli_configs()).action(ArgAction::Append);
        command.arg(config).arg(configs)
    };
    Command::new("homeroom")
        .version(env!("CARGO_PKG_VERSION"))
        .about(say(say::cli_about()))
        .after_help(say(say::cli_environment()))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(folders(Command::new("run").about(say(say::cli_run()))))
        .subcommand(
            Command::new("sandbox")
                .about(say(say::cli_sandbox()))
                .arg(folder("config", say::cli_config()))
                .arg(
                    Arg::new("port")
                        .long("port")
                        .value_name("PORT")
                        .value_parser(value_parser!(u16))
                        .default_value(SANDBOX_PORT)
                        .help(say(say::cli_port())),
                )
                .arg(
                    Arg::new("language")
                        .long("language")
                        .value_name("TAG")
                        .value_parser(move |tag: &str| {
                            tag.parse::<Language>().map_err(|_| language.render(&say::cli_unknown_language()))
                        })
                        .help(say(say::cli_language())),
                ),
        )
        .subcommand(folders(Command::new("check").about(say(say::cli_check()))))
        .subcommand(Command::new("migrate").about(say(say::cli_migrate())))
        .subcommand(
            Command::new("ledger")
                .about(say(say::cli_ledger()))
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand(Command::new("verify").about(say(say::cli_ledger_verify()))),
        )
        .subcommand(outbox_command(language))
}

fn outbox_command(language: Language) -> Command {
    let say = |text: Text| language.render(&text);
    let id = || {
        let id = Arg::new("id").value_name("NUMBER").required(true);
        id.value_parser(value_parser!(i64).range(1..)).help(say(say::cli_outbox_id()))
    };
    Command::new("outbox")
        .about(say(say::cli_outbox()))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Command::new("quarantined").about(say(say::cli_outbox_quarantined())))
        .subcommand(Command::new("release").about(say(say::cli_outbox_release())).arg(id()))
        .subcommand(Command::new("drop").about(say(say::cli_outbox_drop())).arg(id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Asked, clap::Error> {
        read(line.split_whitespace().map(OsString::from), Language::English)
    }

    #[test]
    fn the_command_line_is_well_formed_in_every_language() {
        for language in Language::ALL {
            command(language).debug_assert();
        }
    }

    #[test]
    fn each_command_is_understood() {
        let folders = |schools: &[&str], parents: &[&str]| {
            let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect();
            Folders { schools: paths(schools), parents: paths(parents) }
        };
        let run = |schools, parents| Some(Asked::Run(folders(schools, parents)));
        assert_eq!(asked("homeroom run --config x").ok(), run(&["x"], &[]));
        assert_eq!(asked("homeroom run --config x --config y --configs z").ok(), run(&["x", "y"], &["z"]));
        assert_eq!(asked("homeroom run --configs z").ok(), run(&[], &["z"]));
        assert_eq!(asked("homeroom check").ok(), Some(Asked::Check(folders(&["bot-config"], &[]))));
        let sandbox = Asked::Sandbox { config: None, port: 0, language: Language::Chinese };
        assert_eq!(asked("homeroom sandbox --port 0 --language zh-CN").ok(), Some(sandbox));
        assert_eq!(asked("homeroom ledger verify").ok(), Some(Asked::LedgerVerify));
        let outbox = |asked| Some(Asked::Outbox(asked));
        assert_eq!(asked("homeroom outbox quarantined").ok(), outbox(OutboxAsked::Quarantined));
        assert_eq!(asked("homeroom outbox release 7").ok(), outbox(OutboxAsked::Release(7)));
        assert_eq!(asked("homeroom outbox drop 7").ok(), outbox(OutboxAsked::Drop(7)));
    }

    #[test]
    fn a_mistake_is_refused_with_words() {
        assert!(asked("homeroom").is_err());
        for language in Language::ALL {
            let line = "homeroom sandbox --language fr".split_whitespace().map(OsString::from);
            let words = read(line, language).unwrap_err().to_string();
            assert!(words.contains(&language.render(&say::cli_unknown_language())), "{words}");
        }
        assert!(asked("homeroom run --token 123").is_err());
        for wrong in ["homeroom outbox", "homeroom outbox drop", "homeroom outbox release 0"] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_environment_chooses_the_language() {
        let of = |value: &'static str| language(move |name| (name == "LANG").then(|| value.to_owned()));
        assert_eq!(of("zh_CN.UTF-8"), Language::Chinese);
        assert_eq!(of("en_GB.UTF-8"), Language::English);
        assert_eq!(of("C"), Language::English);
    }
}
