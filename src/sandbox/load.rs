//! Purpose: load mode: many prepared updates out, many requests in, at little cost.
//!
//! Invariant: nothing is remembered per request but a count; updates are joined, never parsed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::ids::ChatId;
use super::methods::ApiError;
use super::{Sandbox, Shared};

/// Called for every [`LoadEvent`]; keep it short, requests wait for it.
pub type LoadHook = Arc<dyn Fn(&LoadEvent<'_>) + Send + Sync>;

/// What happens under load, at the moment it happens.
#[derive(Clone, Copy, Debug)]
pub enum LoadEvent<'a> {
    /// Updates were handed out: the first `update_id` and how many follow one another.
    Delivered {
        /// First `update_id`.
        first: i64,
        /// Number of updates.
        count: usize,
    },
    /// Everything below `offset` was confirmed.
    Confirmed {
        /// The new offset.
        offset: i64,
    },
    /// A method was called; `body` is the request's body as it came.
    Called {
        /// Method as documented.
        method: &'a str,
        /// The request's body.
        body: &'a [u8],
    },
}

/// Requests counted by method.
#[derive(Default)]
pub(super) struct LoadCounts {
    counts: Mutex<HashMap<String, u64>>,
    messages: AtomicI64,
}

/// The fields an answer is made of.
#[derive(Default, Deserialize)]
struct Gist {
    #[serde(default)]
    chat_id: i64,
    #[serde(default)]
    message_id: Option<i64>,
    /// Names the only member who sees the message.
    #[serde(default)]
    ephemeral_message_parameters: Option<IgnoredAny>,
}

impl Sandbox {
    /// Queues prepared updates: JSON texts of objects without `update_id`. Their ids follow one another; returns
    /// the first. They are neither parsed nor copied.
    pub fn load(&self, updates: impl IntoIterator<Item = Bytes>) -> i64 {
        self.act(|world| {
            let now = world.now();
            let first = world.updates.next_id();
            for update in updates {
                world.updates.push(0, update, now);
            }
            first
        })
    }

    /// How often a method was called in load mode.
    #[must_use]
    pub fn load_count(&self, method: &str) -> u64 {
        let counts = self.shared.load.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(method).copied().unwrap_or(0)
    }
}

impl Shared {
    pub(super) fn load_event(&self, event: &LoadEvent<'_>) {
        if let Some(hook) = &self.config.load_hook {
            hook(event);
        }
    }

    /// Answers a method in load mode, or refuses it for the sending limits.
    pub(super) fn load_answer(&self, method: &str, body: &[u8]) -> Result<Bytes, ApiError> {
        self.load_event(&LoadEvent::Called { method, body });
        self.load.count(method);
        let gist: Gist = serde_json::from_slice(body).unwrap_or_default();
        let sends = method.starts_with("send") && method != "sendChatAction";
        if sends && self.config.rate_limits.is_some() {
            let now = self.clock.now();
            let chat = ChatId(gist.chat_id);
            let rules = self.config.rate_limits;
            let taken = self.world().limits.take(rules, chat, gist.chat_id < 0, now, 1);
            taken.map_err(ApiError::flood)?;
        }
        Ok(self.minimal_result(method, &gist))
    }

    fn minimal_result(&self, method: &str, gist: &Gist) -> Bytes {
        let number =
            || gist.message_id.unwrap_or_else(|| self.load.messages.fetch_add(1, Ordering::Relaxed) + 1);
        let message = || {
            let (chat, date) = (gist.chat_id, self.clock.now().0 / 1_000);
            let kind = if chat < 0 { "supergroup" } else { "private" };
            // A member's own message has no number for others, but one of its own.
            let own = self.config.supports_ephemeral && gist.ephemeral_message_parameters.is_some();
            let ids = match (own, number()) {
                (true, number) => format!(r#""message_id":0,"ephemeral_message_id":{number}"#),
                (false, number) => format!(r#""message_id":{number}"#),
            };
            format!(
                r#"{{{ids},"date":{date},"chat":{{"id":{chat},"type":"{kind}","title":"load"}},"text":"-"}}"#
            )
        };
        let poll = || {
            json!({
                "id": "1", "question": "-", "options": [], "total_voter_count": 0, "is_closed": method == "stopPoll",
                "is_anonymous": false, "type": "quiz", "allows_multiple_answers": false,
            })
        };
        let result = match method {
            "sendPoll" => {
                let mut sent: serde_json::Value = serde_json::from_str(&message()).unwrap_or_default();
                sent["poll"] = poll();
                sent.to_string()
            }
            "stopPoll" => poll().to_string(),
            "copyMessage" => format!(r#"{{"message_id":{}}}"#, number()),
            "sendMediaGroup" => format!("[{}]", message()),
            "sendChatAction" => "true".to_owned(),
            _ if method.starts_with("send")
                || method.starts_with("editMessage")
                || method == "forwardMessage" =>
            {
                message()
            }
            _ => "true".to_owned(),
        };
        Bytes::from(format!(r#"{{"ok":true,"result":{result}}}"#))
    }
}

impl LoadCounts {
    fn count(&self, method: &str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(method) {
            *count += 1;
        } else {
            counts.insert(method.to_owned(), 1);
        }
    }
}
