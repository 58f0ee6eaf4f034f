//! Purpose: one piece of work on the database: the transaction, the time, the configuration, and what will be sent.
//!
//! An update, a due schedule and the end of a send are each one [`Work`]. Several share a transaction: each is
//! undone alone if it fails, and all become lasting at one commit.
//!
//! Invariants: work does no network or file I/O. A savepoint is set when the work first writes, so that the many
//! messages no rule touches cost no statement. What is to be sent is staged and written at the end of the batch in
//! few statements.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

use crate::access::ButtonKey;
use crate::channel::Capabilities;
use crate::clock::Millis;
use crate::config::Config;
use crate::ids::TenantId;
use crate::outbox::NewRow;
use crate::storage::{self, Tx};

/// What all work of one process shares.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The tenant: one bot account, one school.
    pub tenant: TenantId,
    /// The configuration as it is now.
    pub config: Arc<Config>,
    /// What the channel can do.
    pub capabilities: Capabilities,
    /// Signs the buttons.
    pub button_key: ButtonKey,
}

/// A transaction shared by several pieces of work, and what they have staged.
#[derive(Debug)]
pub struct Batch {
    tx: Tx,
    setting: Setting,
    now: Millis,
    rows: Vec<NewRow>,
    memo: Memo,
}

/// What features have read in this transaction and may need again, one value of each type. Dropped when a
/// piece of work is undone, because it may then tell of things that never happened.
#[derive(Debug, Default)]
struct Memo(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl Batch {
    /// Starts with an open transaction.
    #[must_use]
    pub fn new(tx: Tx, setting: Setting, now: Millis) -> Self {
        Self { tx, setting, now, rows: Vec::new(), memo: Memo::default() }
    }

    /// The next piece of work.
    pub fn work(&mut self) -> Work<'_> {
        let rows_before = self.rows.len();
        Work {
            tenant: self.setting.tenant,
            now: self.now,
            config: Arc::clone(&self.setting.config),
            capabilities: self.setting.capabilities,
            batch: self,
            rows_before,
            saved: false,
            wrote: false,
        }
    }

    /// The tenant of all its work.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.setting.tenant
    }

    /// The time all its work counts as done at.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.now
    }

    /// The transaction, for those who end the batch.
    pub fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// Gives the transaction and the staged rows to whoever writes the rows and commits.
    #[must_use]
    pub fn into_parts(self) -> (Tx, Vec<NewRow>) {
        (self.tx, self.rows)
    }
}

/// One piece of work. End it with [`Work::keep`] or [`Work::undo`].
#[derive(Debug)]
pub struct Work<'a> {
    /// The tenant the work is for.
    pub tenant: TenantId,
    /// The time the work counts as done at.
    pub now: Millis,
    /// The configuration.
    pub config: Arc<Config>,
    /// What the channel can do.
    pub capabilities: Capabilities,
    batch: &'a mut Batch,
    rows_before: usize,
    saved: bool,
    wrote: bool,
}

impl Work<'_> {
    /// The transaction, to read only.
    pub fn reading(&mut self) -> &mut Tx {
        &mut self.batch.tx
    }

    /// The transaction, to write: from here on the work can be undone alone.
    pub async fn writing(&mut self) -> storage::Result<&mut Tx> {
        if !self.saved {
            self.batch.tx.savepoint().await?;
            self.saved = true;
        }
        Ok(&mut self.batch.tx)
    }

    /// The transaction, for the last write of a piece of work that has written nothing before: it needs no savepoint,
    /// because only staging follows it. Should the statement itself fail, the batch is done again one by one.
    pub fn writing_last(&mut self) -> &mut Tx {
        self.wrote = true;
        &mut self.batch.tx
    }

    /// Stages something to be sent once the transaction is committed.
    pub fn send(&mut self, row: NewRow) {
        self.batch.rows.push(row);
    }

    /// True once the work has written or staged anything.
    #[must_use]
    pub fn touched(&self) -> bool {
        self.saved || self.wrote || self.batch.rows.len() > self.rows_before
    }

    /// Signs this tenant's buttons.
    #[must_use]
    pub fn button_key(&self) -> &ButtonKey {
        &self.batch.setting.button_key
    }

    /// What a feature remembers within this transaction, made empty at first use.
    pub fn memo<T: Any + Default + Send + Sync>(&mut self) -> &mut T {
        let slot = self.batch.memo.0.entry(TypeId::of::<T>()).or_insert_with(|| Box::<T>::default());
        if !slot.is::<T>() {
            *slot = Box::<T>::default();
        }
        slot.downcast_mut::<T>().unwrap_or_else(|| unreachable!("a slot holds the type it is named by"))
    }

    /// Ends the work and keeps what it did.
    pub async fn keep(self) -> storage::Result<()> {
        if self.saved {
            self.batch.tx.release_savepoint().await?;
        }
        Ok(())
    }

    /// Ends the work as if it had never begun.
    pub async fn undo(self) -> storage::Result<()> {
        self.batch.rows.truncate(self.rows_before);
        self.batch.memo = Memo::default();
        if self.saved {
            self.batch.tx.rollback_to_savepoint().await?;
        }
        Ok(())
    }
}
