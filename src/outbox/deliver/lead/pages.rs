//! Purpose: when what has ended and what begins is written, and what becomes of a page that can't be.
//!
//! Invariant: whatever a feature stages, the ends themselves are recorded in the end, so that the sender goes on and nothing is sent
//! again because of it.

use std::sync::Arc;

use tracing::error;

use super::super::record::{self, Ended, Page};
use super::super::verdict::Verdict;
use super::{Lead, SWEEP_MS};
use crate::channel::Channel;
use crate::clock::SECOND_MS;
use crate::outbox::{End, Settle};
use crate::storage::Error;

/// Ended rows that may wait for a batch of updates to be stored.
const WAITING_MAX: usize = 256;
/// The pause after a transaction that failed.
const RECORD_PAUSE_MS: i64 = SECOND_MS;

impl<C: Channel, S: Settle> Lead<C, S> {
    /// True while updates are being stored and the page has nothing but ends that nobody waits for. The batch of updates and
    /// such a page would only keep each other waiting; what the batch brings is marked in one transaction with them.
    pub(super) fn can_wait(&self) -> bool {
        let house = &self.house;
        let nobody_hears = |ended: &Ended| match (&ended.verdict, &ended.due.about) {
            (Verdict::End(end @ End::Done(_)), Some(about)) => !house.settle.listens(about, end),
            (verdict, None) => matches!(verdict, Verdict::End(End::Done(_))),
            _ => false,
        };
        let page = &self.page;
        house.wake.is_storing()
            && !self.stopping
            && !page.ended.is_empty()
            && page.ended.len() < WAITING_MAX
            && page.marks.is_empty()
            && page.unreadable.is_empty()
            && page.ended.iter().all(nobody_hears)
    }

    /// Starts the next transaction, if there is something for it and none is under way.
    pub(super) fn write(&mut self) {
        let now = self.house.clock.now();
        if !self.writing.is_empty() || now < self.write_at {
            return;
        }
        let sweep = now >= self.sweep_at && !self.stopping;
        if now < self.renew_at() && !sweep && (self.page.is_empty() || self.can_wait()) {
            return;
        }
        let mut page = std::mem::take(&mut self.page);
        if self.apart > 0 {
            self.apart -= 1;
            self.page = page.all_but_the_first();
            page.is_mute = std::mem::take(&mut self.mute);
        }
        if sweep {
            page.sweep = Some(self.swept);
            self.sweep_at = now.plus_ms(SWEEP_MS);
        }
        self.marks_in_writing = page.marks.len();
        self.write_began = now;
        let (house, term) = (Arc::clone(&self.house), Arc::clone(&self.term));
        self.writing.spawn(async move {
            let result = record::record(&house, &term, &page).await;
            (page, result)
        });
    }

    /// Has a page tried again that was not recorded. One that would fail again is taken apart, end by end, and an end that fails alone
    /// too is recorded without its feature hearing of it.
    pub(super) fn not_recorded(&mut self, page: Page, error: &Error) {
        let now = self.house.clock.now();
        error!(%error, rows = page.ended.len(), "what was sent can't be recorded yet");
        self.marks_in_writing = 0;
        let is_alone = page.ended.len() == 1 && page.marks.is_empty() && page.unreadable.is_empty();
        self.write_at = now.plus_ms(RECORD_PAUSE_MS);
        if !error.is_passing() && !page.ended.is_empty() {
            if !page.is_mute {
                self.write_at = now;
            }
            self.mute = is_alone;
            self.apart = if is_alone { self.apart + 1 } else { page.ended.len() };
        } else if is_alone && self.apart > 0 {
            self.apart += 1;
            self.mute = page.is_mute;
        }
        self.page = page.before(std::mem::take(&mut self.page));
    }
}
