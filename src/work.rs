//! Purpose: one piece of work on the database: the transaction, the time, the configuration, and what will be sent.
//!
//! An update, a due schedule and the end of a send are each one [`Work`]. Several share a transaction: each is
//! undone alone if it fails, and all become lasting at one commit.
//!
//! Invariants: work does no network or file I/O. A savepoint is set when the work first writes, so that the many
//! messages no rule touches cost no statement. What is to be sent, and rows that nobody reads before, are staged and
//! written at the end of the batch in few statements.

mod attempt;

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

use prometheus_client::metrics::counter::Counter;

use crate::access::ButtonKey;
use crate::channel::Capabilities;
use crate::clock::{Alarm, Millis};
use crate::config::Config;
use crate::ids::TenantId;
use crate::outbox::{self, NewRow, Written};
use crate::seen::Seen;
use crate::storage::{self, Arg, Row, Statement, Tx};

pub use attempt::{Attempt, words as panic_words};

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
    /// Wakes the timer.
    pub alarm: Alarm,
    /// Who is known to be in which group.
    pub seen: Seen,
    /// Counts the pieces of work that panicked.
    pub panics: Counter,
}

/// A question to the database, and what is to be remembered of the answer. Several are asked together, see
/// [`Work::read_together`].
pub struct Reading<'a> {
    /// The question.
    pub statement: Statement<'a>,
    /// Takes the rows.
    pub remember: Box<Remember<'a>>,
}

/// What a [`Reading`] does with the rows.
pub type Remember<'a> = dyn FnOnce(&mut Work<'_>, Vec<Row>) -> storage::Result<()> + Send + 'a;

impl<'a> Reading<'a> {
    /// A question whose answer `remember` takes.
    pub fn new(
        statement: Statement<'a>,
        remember: impl FnOnce(&mut Work<'_>, Vec<Row>) -> storage::Result<()> + Send + 'a,
    ) -> Self {
        Self { statement, remember: Box::new(remember) }
    }
}

/// Rows of one statement where there are many of them: as many as [`Statement::with_rows`] puts into one text.
const WIDE: usize = 128;

/// Where staged rows go: the parts of [`Statement::with_rows`].
#[derive(Debug, PartialEq, Eq)]
pub struct Insert {
    /// `INSERT INTO t (a, b) VALUES`.
    pub head: &'static str,
    /// The number of columns.
    pub width: usize,
    /// What follows the rows; must make a row that is given twice harmless, as `ON CONFLICT DO NOTHING` does.
    pub tail: &'static str,
}

/// A value of a staged row.
#[derive(Clone, Debug)]
pub enum Value {
    /// A number, or no number.
    Int(Option<i64>),
    /// A text.
    Text(String),
}

impl Value {
    fn arg(&self) -> Arg<'_> {
        match self {
            Self::Int(number) => Arg::Int(*number),
            Self::Text(text) => Arg::Text(Some(text)),
        }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A transaction shared by several pieces of work, and what they have staged.
#[derive(Debug)]
pub struct Batch {
    tx: Tx,
    setting: Setting,
    now: Millis,
    rows: Vec<NewRow>,
    inserts: Vec<(&'static Insert, Vec<Value>)>,
    /// So many of the staged inserts are written already.
    inserted: usize,
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
        Self { tx, setting, now, rows: Vec::new(), inserts: Vec::new(), inserted: 0, memo: Memo::default() }
    }

    /// The next piece of work.
    pub fn work(&mut self) -> Work<'_> {
        let (rows_before, inserts_before) = (self.rows.len(), self.inserts.len());
        Work {
            tenant: self.setting.tenant,
            now: self.now,
            config: Arc::clone(&self.setting.config),
            capabilities: self.setting.capabilities,
            batch: self,
            rows_before,
            inserts_before,
            inserted_before: 0,
            saved: false,
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

    /// Writes what is staged, inserts and what is to be sent. Gives the transaction to whoever commits it, and what was
    /// written to be sent to whoever hands it over then.
    pub async fn finish(mut self) -> storage::Result<(Tx, Vec<Written>)> {
        let rows = std::mem::take(&mut self.rows);
        let mut statements = staged(&self.inserts, self.inserted);
        if outbox::are_many(&rows) {
            self.tx.ask(statements).await?;
            let written = outbox::insert(&mut self.tx, self.setting.tenant, rows, self.now).await?;
            return Ok((self.tx, written));
        }
        let texts = outbox::texts(&rows)?;
        let postgres = self.tx.is_postgres();
        statements.extend(outbox::statements(self.setting.tenant, &rows, &texts, self.now, postgres));
        let returned = self.tx.ask(statements).await?.pop().unwrap_or_default();
        let written = outbox::written(rows, &returned, self.now)?;
        Ok((self.tx, written))
    }
}

/// The statements that write staged inserts from the `from`th on, one for each kind, in the order of their firsts.
fn staged<'a>(inserts: &'a [(&'static Insert, Vec<Value>)], from: usize) -> Vec<Statement<'a>> {
    let mut left: Vec<_> = inserts.iter().skip(from).collect();
    let mut statements = Vec::new();
    while let Some(&&(insert, _)) = left.first() {
        let (these, others): (Vec<_>, Vec<_>) = left.into_iter().partition(|(other, _)| *other == insert);
        let values = these.iter().flat_map(|(_, values)| values.iter().map(Value::arg)).collect();
        statements.push(Statement::with_rows(insert.head, insert.width, values, insert.tail));
        left = others;
    }
    statements
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
    inserts_before: usize,
    /// How many staged inserts were written when the savepoint was set.
    inserted_before: usize,
    saved: bool,
}

impl Work<'_> {
    /// The transaction, to read only.
    pub fn reading(&mut self) -> &mut Tx {
        &mut self.batch.tx
    }

    /// Asks several questions together. None may need what another learns.
    pub async fn read_together(&mut self, readings: Vec<Reading<'_>>) -> storage::Result<()> {
        let (statements, takers): (Vec<_>, Vec<_>) =
            readings.into_iter().map(|reading| (reading.statement, reading.remember)).unzip();
        let answers = self.batch.tx.ask(statements).await?;
        for (remember, rows) in takers.into_iter().zip(answers) {
            remember(self, rows)?;
        }
        Ok(())
    }

    /// The transaction, to write: from here on the work can be undone alone.
    pub async fn writing(&mut self) -> storage::Result<&mut Tx> {
        if !self.saved {
            self.batch.tx.savepoint().await?;
            self.inserted_before = self.batch.inserted;
            self.saved = true;
        }
        Ok(&mut self.batch.tx)
    }

    /// Writes rows as [`Tx::insert_rows`] does, any number of them. Each statement is full but the last, and prepared once:
    /// preparing the text of thousands of rows takes as long as writing them.
    pub async fn write_rows(
        &mut self,
        head: &'static str,
        width: usize,
        args: &[Arg<'_>],
        tail: &'static str,
    ) -> storage::Result<()> {
        let tx = self.writing().await?;
        for stretch in args.chunks(width * WIDE) {
            tx.insert_rows(head, width, stretch, tail).await?;
        }
        Ok(())
    }

    /// Stages a row that is written at the end of the batch, together with others of its kind. Who reads its table
    /// within the batch calls [`Work::write_staged`] before.
    pub fn insert_later(&mut self, insert: &'static Insert, values: Vec<Value>) {
        self.batch.inserts.push((insert, values));
    }

    /// Writes all that [`Work::insert_later`] has staged in this batch, so that reading finds it.
    pub async fn write_staged(&mut self) -> storage::Result<()> {
        if self.batch.inserted < self.batch.inserts.len() {
            self.writing().await?;
            self.batch.tx.ask(staged(&self.batch.inserts, self.batch.inserted)).await?;
            self.batch.inserted = self.batch.inserts.len();
        }
        Ok(())
    }

    /// Stages something to be sent once the transaction is committed.
    pub fn send(&mut self, row: NewRow) {
        self.batch.rows.push(row);
    }

    /// Who is known to be in which group.
    #[must_use]
    pub fn seen(&self) -> &Seen {
        &self.batch.setting.seen
    }

    /// Has the timer look what is due.
    pub fn ring(&self) {
        self.batch.setting.alarm.ring();
    }

    /// True once the work has written or staged anything.
    #[must_use]
    pub fn touched(&self) -> bool {
        self.saved
            || self.batch.rows.len() > self.rows_before
            || self.batch.inserts.len() > self.inserts_before
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
        self.batch.inserts.truncate(self.inserts_before);
        self.batch.memo = Memo::default();
        if self.saved {
            self.batch.tx.rollback_to_savepoint().await?;
            // What other pieces of work had staged and this one wrote has gone with the savepoint.
            self.batch.inserted = self.inserted_before;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
