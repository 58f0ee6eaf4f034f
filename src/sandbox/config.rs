//! Purpose: what can be set before a sandbox starts.
//!
//! Invariant: the default is a strict, faultless, newest server on a free loopback port.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Millis;

use super::faults::FaultPlan;
use super::load::LoadHook;

/// Tells when the bot's next scheduled event is, so that the page's "next" button can move the clock there.
pub type NextEvent = Arc<dyn Fn() -> Option<Millis> + Send + Sync>;

/// Everything that can be set. Fill with `SimConfig { …, ..SimConfig::default() }`.
#[derive(Clone)]
pub struct SimConfig {
    /// The bot's token; the number before the colon is the bot's id. Default: a fake of the right shape.
    pub token: String,
    /// The bot's first name. Default "Homeroom".
    pub bot_name: String,
    /// The bot's username without `@`. Default `homeroom_bot`.
    pub bot_username: String,
    /// Loopback port; 0 (default) takes a free one.
    pub port: u16,
    /// Whether ephemeral messages exist (Bot API ≥ 10.2, default). `false` plays an older server: the unknown field
    /// is ignored and everybody sees the message.
    pub supports_ephemeral: bool,
    /// Privacy mode: a bot that is no administrator gets only commands, replies to it and service messages.
    /// Default off.
    pub privacy_mode: bool,
    /// Sending limits; `None` = not enforced. Default: enforced as documented.
    pub rate_limits: Option<RateLimits>,
    /// Real time every answer is held back, after its effect. Updates are handed out without it. Default zero.
    pub answer_delay: Duration,
    /// Faults to play. Default none.
    pub faults: FaultPlan,
    /// Messages kept per chat; older ones are forgotten (`message to … not found`). Default 1,000.
    pub history_limit: usize,
    /// Polls, deletions and answers to presses kept, so many of each; older ones are forgotten. Default 10,000.
    pub trace_limit: usize,
    /// Requests kept in the log; 0 switches it off. Default 10,000.
    pub request_log_limit: usize,
    /// Where posts to the webhook go instead of to its host, without TLS: the bot behind a school's proxy. Default none.
    pub webhook_behind: Option<SocketAddr>,
    /// When the bot's next scheduled event is; the page's "next" button asks. Default none.
    pub next_event: Option<NextEvent>,
    /// IANA name of the time zone the page shows times in. Default `Asia/Shanghai`.
    pub zone: String,
    /// Load mode: methods are answered with minimal results, nothing is checked or remembered. Default off.
    pub fast_mode: bool,
    /// Called in load mode for every delivery and request. Default none.
    pub load_hook: Option<LoadHook>,
}

/// Sending limits: strict sliding windows in clock time. A refused call isn't counted; edits count in groups only.
#[derive(Clone, Copy, Debug)]
pub struct RateLimits {
    /// Messages in any second over all chats. Default 30.
    pub bot_per_second: usize,
    /// Messages in any second to one chat. Default 1.
    pub chat_per_second: usize,
    /// Messages in any minute to one group. Default 20.
    pub group_per_minute: usize,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { bot_per_second: 30, chat_per_second: 1, group_per_minute: 20 }
    }
}

impl Default for SimConfig {
    fn default() -> Self {
        Self {
            token: "7000000001:sandbox-only-not-a-secret-000000000".to_owned(),
            bot_name: "Homeroom".to_owned(),
            bot_username: "homeroom_bot".to_owned(),
            port: 0,
            supports_ephemeral: true,
            privacy_mode: false,
            rate_limits: Some(RateLimits::default()),
            answer_delay: Duration::ZERO,
            faults: FaultPlan::default(),
            history_limit: 1_000,
            trace_limit: 10_000,
            request_log_limit: 10_000,
            webhook_behind: None,
            next_event: None,
            zone: "Asia/Shanghai".to_owned(),
            fast_mode: false,
            load_hook: None,
        }
    }
}

impl SimConfig {
    /// The bot's id: the number before the token's colon.
    #[must_use]
    pub fn bot_id(&self) -> i64 {
        self.token.split(':').next().and_then(|number| number.parse().ok()).unwrap_or(7_000_000_001)
    }
}
