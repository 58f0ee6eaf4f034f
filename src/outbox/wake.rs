//! Purpose: how a sender is told that there is something to send.
//!
//! Whoever has committed rows hands them over, so that they needn't be read again from the database. Whoever is about to
//! write rows for a batch of updates says so, because what can wait is better recorded together with what follows.
//!
//! Invariant: rows are handed over only after their commit. At most [`HANDED_MAX`] wait here; what is handed beyond
//! that is dropped from memory and read from the database later, as is everything when there is no sender.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::store::Written;

/// Rows handed over that wait to be taken.
pub const HANDED_MAX: usize = 16_384;

/// Wakes a sender. Clones wake the same one.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    handed: Mutex<Handed>,
    notify: Notify,
    /// How many are at it.
    storing: AtomicUsize,
}

/// Says that updates are being stored, until it is dropped.
#[derive(Debug)]
pub struct Storing(Arc<Shared>);

impl Drop for Storing {
    fn drop(&mut self) {
        if self.0.storing.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.notify.notify_one();
        }
    }
}

/// What was handed over.
#[derive(Debug, Default)]
pub(super) struct Handed {
    pub(super) rows: Vec<Written>,
    /// True if the database has rows that are not among these.
    pub(super) look: bool,
}

impl Wake {
    /// Wakes nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands over rows that are committed.
    pub fn hand(&self, rows: Vec<Written>) {
        if rows.is_empty() {
            return;
        }
        let mut handed = self.0.handed.lock().unwrap_or_else(PoisonError::into_inner);
        if handed.rows.len() + rows.len() > HANDED_MAX {
            handed.look = true;
        } else {
            handed.rows.extend(rows);
        }
        drop(handed);
        self.0.notify.notify_one();
    }

    /// Makes the sender look into the database: rows were committed that nobody hands over.
    pub fn look(&self) {
        self.0.handed.lock().unwrap_or_else(PoisonError::into_inner).look = true;
        self.0.notify.notify_one();
    }

    /// To be held while a batch of updates is stored: the sender doesn't compete for the database then with what can wait.
    #[must_use]
    pub fn storing(&self) -> Storing {
        self.0.storing.fetch_add(1, Ordering::AcqRel);
        Storing(Arc::clone(&self.0))
    }

    pub(super) fn is_storing(&self) -> bool {
        self.0.storing.load(Ordering::Acquire) > 0
    }

    pub(super) fn take(&self) -> Handed {
        std::mem::take(&mut *self.0.handed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) async fn called(&self) {
        self.0.notify.notified().await;
    }
}
