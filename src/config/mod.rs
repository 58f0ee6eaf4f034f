//! Purpose: what a school configures, in files its own IT person can edit.
//!
//! ```text
//! bot-config/
//!   school.toml       name, time zone, languages, staff, quiet hours
//!   bot.toml          polling or webhook, pace limits, log, metrics
//!   points.toml       what earns how many points, with caps; star levels
//!   moderation.toml   rules of the group
//!   schedules.toml    when lessons are pushed
//!   lessons/          the course: Markdown with TOML front matter, one file a lesson and language
//! ```
//!
//! Invariants: a [`Config`] exists only if every file is right; every problem is found at once, each with file, line,
//! column and what to write instead. A changed configuration is taken over whole or not at all.

#[cfg(test)]
mod testing;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::NaiveTime;
use chrono_tz::Tz;

use crate::i18n::Language;
use crate::ids::Native;
use crate::lessons::Catalogue;
use crate::lessons::schedule::Schedule;
use crate::moderation::pack::Pack;
use crate::points::rules::RuleSet;

/// Everything a school has configured, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The school.
    pub school: School,
    /// How the bot is connected and how fast it sends.
    pub bot: Bot,
    /// What earns points.
    pub points: RuleSet,
    /// What may be posted.
    pub moderation: Pack,
    /// When lessons are pushed.
    pub schedules: Vec<Schedule>,
    /// The course.
    pub lessons: Catalogue,
}

/// The school and its people.
#[derive(Clone, Debug)]
pub struct School {
    /// Its name in each language.
    pub name: BTreeMap<Language, String>,
    /// The time zone every time of the configuration is in.
    pub zone: Tz,
    /// The language where neither the person nor the group has chosen.
    pub language: Language,
    /// People who are staff in every group, by their id on the channel.
    pub staff: Vec<Native>,
    /// When nothing is sent that can wait.
    pub quiet: QuietHours,
}

/// The daily hours in which nothing is sent that can wait. May run over midnight; equal times mean none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// When they begin.
    pub from: NaiveTime,
    /// When they end.
    pub until: NaiveTime,
}

/// How the bot is connected.
#[derive(Clone, Debug)]
pub struct Bot {
    /// How updates come.
    pub updates: Updates,
    /// How fast it sends.
    pub pace: Pace,
    /// What the log looks like.
    pub log: LogFormat,
    /// Where metrics and health are served; not at all if absent.
    pub observe: Option<SocketAddr>,
}

/// How updates come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Updates {
    /// The bot asks for them.
    Polling,
    /// The channel posts them.
    Webhook {
        /// The public address the channel is told, `https://…`.
        url: String,
        /// Where the bot listens, behind the school's proxy.
        listen: SocketAddr,
        /// A file with the secret that the channel sends along; without it a random one is made at each start.
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
    /// 29.5 messages a second: measured to draw no 429 where 29.9 drew some from jitter of milliseconds.
    fn default() -> Self {
        Self {
            bot_per_second: 29.5,
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
