//! Purpose: `bot.toml`: how the bot is connected, how fast it sends, what it logs.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::files::Files;
use super::item::Item;
use super::reader::{Page, Table};
use super::secret_file;
use crate::i18n::{Text, say};

/// Where Telegram delivers webhook posts to (Bot API, `setWebhook`).
const WEBHOOK_PORTS: [u16; 4] = [443, 80, 88, 8443];

/// How the bot is connected.
#[derive(Clone, Debug)]
pub struct Bot {
    /// Where its token is; where the environment says, if absent.
    pub token: Option<TokenPlace>,
    /// How updates come.
    pub updates: Updates,
    /// How fast it sends.
    pub pace: Pace,
    /// What the log looks like.
    pub log: LogFormat,
    /// Where metrics and health are served; not at all if absent.
    pub observe: Option<SocketAddr>,
    /// How long a process that may have died keeps what only one process does, before another takes it over.
    pub lease: Duration,
}

/// Where a bot's token is found. The token itself is never in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenPlace {
    /// In the environment variable of this name.
    Variable(String),
    /// In this file. A relative path begins at the configuration folder.
    File(PathBuf),
}

/// Long enough for a busy machine to catch its breath, and far more than two machines' clocks may differ.
const LEASE_DEFAULT: Duration = Duration::from_secs(15);

/// How updates come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Updates {
    /// The bot asks for them.
    #[default]
    Polling,
    /// The channel posts them.
    Webhook {
        /// The public address the channel is told, `https://…`.
        url: String,
        /// Where the bot listens, behind the school's proxy.
        listen: SocketAddr,
        /// A file with the secret that the channel sends along; without it a random one is made at each start. A
        /// relative path begins at the configuration folder.
        secret_file: Option<PathBuf>,
    },
}

/// How fast the bot sends, just under what the channel allows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Messages a second of the whole bot. Telegram allows 30.
    pub bot_per_second: f64,
    /// Messages a second to one chat. Telegram allows 1.
    pub chat_per_second: f64,
    /// Messages a minute to one group. Telegram allows 20.
    pub group_per_minute: u32,
    /// Requests on their way at the same time.
    pub in_flight_max: usize,
    /// How long one request may take.
    pub request_max: Duration,
    /// How often something is tried before it counts as failed.
    pub attempts_max: u32,
}

impl Default for Pace {
    /// 29.9 messages a second: 30 in every 1,004 ms. How much later than others a message may have arrived is kept apart,
    /// so this needs no margin for jitter.
    fn default() -> Self {
        Self {
            bot_per_second: 29.9,
            chat_per_second: 1.0,
            group_per_minute: 20,
            in_flight_max: 32,
            request_max: Duration::from_secs(30),
            attempts_max: 8,
        }
    }
}

/// What the log looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl Bot {
    /// Reads the file, one of `files`, in whose folder relative paths begin.
    pub(super) fn read(file: &Page<'_>, files: &Files) -> Self {
        let mut root = file.root();
        let token = root.table("token").and_then(|table| read_token(table, &files.folder));
        let updates = root.table("updates").and_then(|table| read_updates(table, files));
        let pace = root.table("pace").map(read_pace);
        let log = root.table("log").and_then(|mut table| {
            let format = table
                .get("format")
                .and_then(|item| item.one_of(&[("text", LogFormat::Text), ("json", LogFormat::Json)]));
            table.finish();
            format
        });
        let observe = root.table("observe").and_then(|mut table| {
            let listen = table.need("listen").and_then(|item| item.socket());
            table.finish();
            listen
        });
        let lease = root.table("processes").and_then(|mut table| {
            let seconds = table.get("lease_seconds").and_then(|item| item.count(2..=300_u32));
            table.finish();
            seconds.map(|seconds| Duration::from_secs(u64::from(seconds)))
        });
        root.finish();
        Self {
            token,
            updates: updates.unwrap_or_default(),
            pace: pace.unwrap_or_default(),
            log: log.unwrap_or_default(),
            observe,
            lease: lease.unwrap_or(LEASE_DEFAULT),
        }
    }
}

impl Default for Bot {
    fn default() -> Self {
        Self {
            token: None,
            updates: Updates::default(),
            pace: Pace::default(),
            log: LogFormat::default(),
            observe: None,
            lease: LEASE_DEFAULT,
        }
    }
}

/// Characters of an environment variable's name, or of a path, that are read at most.
const PLACE_LENGTH_MAX: usize = 1_000;

/// What is written is repeated in no problem: it may be the token.
fn read_token(mut table: Table<'_>, folder: &Path) -> Option<TokenPlace> {
    let file = table.get("file");
    let variable = if file.is_some() { table.get("variable") } else { table.need("variable") };
    if file.is_some()
        && let Some(item) = &variable
    {
        item.note(say::config_token_once());
    }
    table.finish();
    let place = match (file, variable) {
        (Some(item), _) => {
            let path = item.words(PLACE_LENGTH_MAX)?;
            if is_token(&path) {
                item.note(say::config_token_itself());
                return None;
            }
            TokenPlace::File(folder.join(path))
        }
        (None, variable) => {
            let item = variable?;
            let name = item.words(PLACE_LENGTH_MAX)?;
            if !is_variable(&name) {
                item.note(say::config_token_variable());
                return None;
            }
            TokenPlace::Variable(name)
        }
    };
    Some(place)
}

/// A path may hold nearly anything, but one of this shape is the token: a number and a colon.
fn is_token(path: &str) -> bool {
    path.split_once(':').is_some_and(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_variable(name: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(is_word) && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
}

fn read_updates(mut table: Table<'_>, files: &Files) -> Option<Updates> {
    let webhook = table.need("mode").and_then(|item| item.one_of(&[("polling", false), ("webhook", true)]));
    let read = if webhook == Some(true) {
        let url = table.need("url").and_then(|item| read_url(&item));
        let listen = table.need("listen").and_then(|item| item.socket());
        let secret_file = table.get("secret_file").and_then(|item| secret_file::read(&item, files));
        url.zip(listen).map(|(url, listen)| Updates::Webhook { url, listen, secret_file })
    } else {
        for item in ["url", "listen", "secret_file"].into_iter().filter_map(|key| table.get(key)) {
            // Where the mode is not understood, nobody knows whether they are wanted.
            if webhook.is_some() {
                item.note(say::config_only_with_webhook(item.key()));
            }
        }
        Some(Updates::Polling)
    };
    table.finish();
    read
}

fn read_url(item: &Item<'_>) -> Option<String> {
    let written = item.text()?;
    item.settle(check_url(written).map(|()| written.to_owned()))
}

/// Telegram posts only to `https` and only to some ports.
fn check_url(written: &str) -> Result<(), Text> {
    let wrong = || say::config_webhook_url(written);
    let rest = written.strip_prefix("https://").ok_or_else(wrong)?;
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse::<u16>().map_err(|_| wrong())?),
        None => (authority, 443),
    };
    let named = host.contains('.')
        && host.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-'));
    let path_fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '_' | '.' | '-');
    if !named || !rest[authority.len()..].chars().all(path_fits) {
        return Err(wrong());
    }
    if WEBHOOK_PORTS.contains(&port) { Ok(()) } else { Err(say::config_webhook_port(port.to_string())) }
}

fn read_pace(mut table: Table<'_>) -> Pace {
    let usual = Pace::default();
    // The upper bounds allow what Telegram sells (1,000 messages a second), and a server of one's own, which has no
    // limits: at a million none of them is ever felt.
    let pace = Pace {
        bot_per_second: table
            .get("bot_per_second")
            .and_then(|item| item.number(0.1..=1_000_000.0))
            .unwrap_or(usual.bot_per_second),
        chat_per_second: table
            .get("chat_per_second")
            .and_then(|item| item.number(0.01..=1_000_000.0))
            .unwrap_or(usual.chat_per_second),
        group_per_minute: table
            .get("group_per_minute")
            .and_then(|item| item.count(1..=1_000_000))
            .unwrap_or(usual.group_per_minute),
        in_flight_max: table
            .get("in_flight_max")
            .and_then(|item| item.count(1..=1_000_u32))
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(usual.in_flight_max),
        request_max: table
            .get("request_max_seconds")
            .and_then(|item| item.count(1..=600_u32))
            .map_or(usual.request_max, |seconds| Duration::from_secs(u64::from(seconds))),
        attempts_max: table
            .get("attempts_max")
            .and_then(|item| item.count(1..=100))
            .unwrap_or(usual.attempts_max),
    };
    table.finish();
    pace
}
