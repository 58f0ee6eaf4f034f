//! Purpose: when each message arrived at the server.
//!
//! Invariant: an announcement is known by its words, so answers and notices are told apart from it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use homeroom::sandbox::LoadEvent;
use serde::Deserialize;

use super::plan::{self, ANNOUNCEMENT};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    chat_id: i64,
    text: String,
}

/// What has arrived since it was cleared.
#[derive(Default)]
pub struct Arrivals(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    announced: Vec<Instant>,
    hot: Vec<Instant>,
    all: Vec<Instant>,
    others: usize,
}

impl Arrivals {
    /// Takes note of a request at the moment it arrives.
    pub fn hear(&self, event: &LoadEvent<'_>) {
        let LoadEvent::Called { method, body } = event else { return };
        let (now, mut seen) = (Instant::now(), self.seen());
        if *method != "sendMessage" {
            seen.others += 1;
            return;
        }
        let said: Said = serde_json::from_slice(body).unwrap_or_default();
        seen.all.push(now);
        if said.text.starts_with(ANNOUNCEMENT) {
            seen.announced.push(now);
            if said.chat_id == plan::hot_chat() {
                seen.hot.push(now);
            }
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what came before.
    pub fn clear(&self) {
        *self.seen() = Seen::default();
    }

    /// Requests that are no messages.
    pub fn others(&self) -> usize {
        self.seen().others
    }

    /// Announcements.
    pub fn announced(&self) -> usize {
        self.seen().announced.len()
    }

    /// From the first announcement to the last; where one group had many, to the last of the others.
    pub fn span(&self) -> Duration {
        let seen = self.seen();
        let is_hot = |at: &&Instant| seen.hot.len() > 1 && seen.hot.contains(at);
        let last = seen.announced.iter().filter(|at| !is_hot(at)).max();
        seen.announced.iter().min().zip(last).map(|(first, last)| *last - *first).unwrap_or_default()
    }

    /// From the first announcement to the last of the one group that had many.
    pub fn hot(&self) -> Option<Duration> {
        let seen = self.seen();
        let last = seen.hot.iter().max().filter(|_| seen.hot.len() > 1)?;
        Some(*last - *seen.announced.iter().min()?)
    }

    /// Messages of any kind between the first announcement and the last of [`Arrivals::span`].
    pub fn within_span(&self) -> usize {
        let span = self.span();
        let seen = self.seen();
        let Some(first) = seen.announced.iter().min() else { return 0 };
        seen.all.iter().filter(|at| **at >= *first && **at - *first <= span).count()
    }
}
