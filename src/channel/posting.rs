//! Purpose: what a channel that posts updates by itself tells of them.
//!
//! Invariant: it is what the channel said last; nothing before it said anything.

use std::sync::Arc;

use tokio::sync::watch;

/// How a channel gets on with its posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posts {
    /// Updates that wait to be posted.
    pub waiting: i64,
    /// When a post failed last, in seconds since 1970; nothing if none did since the address was set.
    pub failed_at_s: Option<i64>,
}

/// What the channel said last of its posts. Clones share it.
#[derive(Clone, Debug)]
pub struct Posting(Arc<watch::Sender<Option<Posts>>>);

impl Default for Posting {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }
}

impl Posting {
    /// The channel said so.
    pub fn note(&self, posts: Posts) {
        self.0.send_replace(Some(posts));
    }

    /// What it said last; nothing where updates are asked for.
    #[must_use]
    pub fn last(&self) -> Option<Posts> {
        *self.0.borrow()
    }
}
