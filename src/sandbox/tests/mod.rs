//! Purpose: tests of the sandbox through its two sides: HTTP as the bot, Rust as the people.
//!
//! Invariant: time stands still unless a test moves it; nothing sleeps.

mod faults;
mod files;
mod limits;
mod load;
mod membership;
mod messages;
mod methods;
mod page;
mod polling;
mod typed;
mod webhooks;

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::clock::{Clock, Millis};

use super::{ChatId, PersonId, Rights, Sandbox, SimConfig};

/// Longest real wait of a test.
pub(super) const BOUND: Duration = Duration::from_secs(10);
/// 2026-09-01T00:00:00Z.
pub(super) const NOON: Millis = Millis(1_788_220_800_000);

/// A class with its teacher (owner), one parent, and the bot as administrator; no limits.
pub(super) struct Class {
    pub(super) sandbox: Sandbox,
    pub(super) client: reqwest::Client,
    pub(super) teacher: PersonId,
    pub(super) parent: PersonId,
    pub(super) group: ChatId,
}

impl Class {
    pub(super) async fn new() -> Self {
        Self::with(SimConfig { rate_limits: None, ..SimConfig::default() }).await
    }

    pub(super) async fn with(config: SimConfig) -> Self {
        let sandbox = Sandbox::start(config, Clock::frozen(NOON)).await.unwrap();
        let teacher = sandbox.add_person("Wang");
        let parent = sandbox.add_person("Ming's mother");
        let group = sandbox.add_supergroup("Class 3-2 parents", teacher);
        sandbox.joins(parent, group).unwrap();
        sandbox.adds_bot(teacher, group).unwrap();
        sandbox.promotes(sandbox.bot(), group, Rights::ALL).unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let class = Self { sandbox, client, teacher, parent, group };
        // What happened before the bot came is none of a test's business.
        let seen = class.ask("getUpdates", json!({"offset": -1})).await.unwrap();
        let last = seen.as_array().and_then(|all| all.last()?.get("update_id")?.as_i64()).unwrap_or(0);
        class.ask("getUpdates", json!({"offset": last + 1})).await.unwrap();
        class
    }

    /// Calls a method: its result, or code and description.
    pub(super) async fn ask(&self, method: &str, body: Value) -> Result<Value, (u16, String)> {
        let (_, answer) = self.ask_raw(method, body).await;
        if answer["ok"] == json!(true) {
            return Ok(answer["result"].clone());
        }
        let code = u16::try_from(answer["error_code"].as_u64().unwrap()).unwrap();
        Err((code, answer["description"].as_str().unwrap().to_owned()))
    }

    pub(super) async fn ask_raw(&self, method: &str, body: Value) -> (StatusCode, Value) {
        let url = format!("{}/bot{}/{method}", self.sandbox.url(), self.sandbox.token());
        let answer = self.client.post(url).json(&body).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    /// The updates waiting from `offset` on.
    pub(super) async fn updates(&self, offset: i64) -> Vec<Value> {
        self.ask("getUpdates", json!({"offset": offset})).await.unwrap().as_array().unwrap().clone()
    }

    /// The bot writes to the group; its message's number.
    pub(super) async fn says(&self, text: &str) -> i64 {
        let sent = self.ask("sendMessage", json!({"chat_id": self.group.0, "text": text})).await.unwrap();
        sent["message_id"].as_i64().unwrap()
    }

    /// The description of a refusal.
    pub(super) async fn refusal(&self, method: &str, body: Value) -> String {
        self.ask(method, body).await.unwrap_err().1
    }
}
