//! Purpose: how a sender is told that there is something to send.
//!
//! Whoever has committed rows hands them over, so that they needn't be read again from the database.
//!
//! Invariant: rows are handed over only after their commit. At most [`HANDED_MAX`] wait here; what is handed beyond
//! that is dropped from memory and read from the database later, as is everything when there is no sender.

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

    pub(super) fn take(&self) -> Handed {
        std::mem::take(&mut *self.0.handed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) async fn called(&self) {
        self.0.notify.notified().await;
    }
}
