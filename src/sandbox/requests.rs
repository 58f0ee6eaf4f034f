//! Purpose: what the bot asked for, and which requests broke the Bot API's rules.
//!
//! Invariant: both lists are bounded; the counts are complete.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use crate::clock::Millis;

/// Violations kept.
const VIOLATIONS_LIMIT: usize = 1_000;

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Ok,
    /// Refused with this code and description.
    Refused(u16, String),
    /// A planned fault; `applied` tells whether the world changed.
    Fault {
        /// Whether the request took effect.
        applied: bool,
    },
}

/// A request of the bot.
#[derive(Clone, Debug)]
pub struct Request {
    /// Method as documented, such as `sendMessage`.
    pub method: String,
    /// Its fields.
    pub body: Value,
    /// When, in clock time.
    pub at: Millis,
    /// How it ended.
    pub outcome: Outcome,
}

pub(super) struct RequestLog {
    requests: VecDeque<Request>,
    limit: usize,
    counts: HashMap<String, u64>,
    violations: VecDeque<String>,
}

impl RequestLog {
    pub(super) fn new(limit: usize) -> Self {
        Self { requests: VecDeque::new(), limit, counts: HashMap::new(), violations: VecDeque::new() }
    }

    pub(super) fn note(&mut self, method: &str, body: impl FnOnce() -> Value, at: Millis, outcome: Outcome) {
        if let Some(count) = self.counts.get_mut(method) {
            *count += 1;
        } else {
            self.counts.insert(method.to_owned(), 1);
        }
        if self.limit == 0 {
            return;
        }
        if self.requests.len() == self.limit {
            self.requests.pop_front();
        }
        self.requests.push_back(Request { method: method.to_owned(), body: body(), at, outcome });
    }

    pub(super) fn note_violation(&mut self, text: String) {
        if self.violations.len() < VIOLATIONS_LIMIT {
            self.violations.push_back(text);
        }
    }

    pub(super) fn requests(&self) -> impl DoubleEndedIterator<Item = &Request> {
        self.requests.iter()
    }

    pub(super) fn count(&self, method: &str) -> u64 {
        self.counts.get(method).copied().unwrap_or(0)
    }

    pub(super) fn violations(&self) -> impl Iterator<Item = &String> {
        self.violations.iter()
    }
}
