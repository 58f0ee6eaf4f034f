//! Purpose: a piece of work that spoils nothing but itself.
//!
//! Invariant: what fails or panics in it is undone alone, and the batch goes on. Only what ends the whole transaction
//! comes back as an error.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use super::{Batch, Work};
use crate::failure::{Failure, Outcome};
use crate::i18n::Text;
use crate::storage;

/// How an attempt ended.
#[derive(Debug)]
pub enum Attempt<T> {
    /// It is done and kept.
    Kept(T),
    /// Somebody is to be told why not; it is undone.
    Refused(Text),
    /// It failed for a reason that lasts; it is undone.
    Broken(anyhow::Error),
    /// It panicked, with these words, which may repeat those of a message; it is undone and counted.
    Panicked(String),
}

impl<T> Attempt<T> {
    /// What came of it, or why nothing did, in words for the log. A panic's own words are left out.
    ///
    /// # Errors
    /// The reason.
    pub fn into_result(self) -> Result<T, String> {
        match self {
            Self::Kept(done) => Ok(done),
            Self::Refused(why) => Err(format!("refused: {}", why.key())),
            Self::Broken(error) => Err(format!("{error:#}")),
            Self::Panicked(_) => Err("it panicked".to_owned()),
        }
    }
}

impl Batch {
    /// Does a piece of work that is undone alone if it goes wrong. On PostgreSQL a failed statement ends a transaction
    /// unless a savepoint was set before it: a piece that reads before it writes, and isn't to spoil the batch, begins
    /// with [`Work::writing`].
    ///
    /// # Errors
    /// What passes by itself, such as a lost connection: the transaction is lost, and the whole batch is to be tried again.
    pub async fn attempt<T>(
        &mut self,
        piece: impl AsyncFnOnce(&mut Work<'_>) -> Outcome<T>,
    ) -> storage::Result<Attempt<T>> {
        let panics = self.setting.panics.clone();
        let mut work = self.work();
        let ended = AssertUnwindSafe(piece(&mut work)).catch_unwind().await;
        let attempt = match ended {
            Ok(Ok(done)) => {
                work.keep().await?;
                return Ok(Attempt::Kept(done));
            }
            Ok(Err(Failure::Refused(why))) => Attempt::Refused(why),
            Ok(Err(Failure::Broken(error))) => match error.downcast::<storage::Error>() {
                Ok(passing) if passing.is_passing() => return Err(passing),
                Ok(lasting) => Attempt::Broken(lasting.into()),
                Err(error) => Attempt::Broken(error),
            },
            Err(panic) => {
                panics.inc();
                Attempt::Panicked(words(panic.as_ref()))
            }
        };
        work.undo().await?;
        Ok(attempt)
    }
}

/// What a panic says.
#[must_use]
pub fn words(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}
