//! Purpose: where updates come from, whatever the channel and the way they arrive.
//!
//! Invariant: the channel keeps an update until its batch is acknowledged as committed. A batch that is dropped, or
//! acknowledged as not committed, comes again; so nothing is lost, and a repeated update is told by its id.

use std::fmt;
use std::future::Future;

use super::Incoming;
use crate::ids::UpdateId;

/// One update as the channel wrote it.
#[derive(Clone, PartialEq, Eq)]
pub struct RawUpdate(pub Box<str>);

impl fmt::Debug for RawUpdate {
    /// People's words don't belong in a log.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RawUpdate({} bytes)", self.0.len())
    }
}

/// What became of an update's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The update's number, if one could be found.
    pub update: Option<UpdateId>,
    /// What it says.
    pub incoming: Result<Incoming, BadUpdate>,
}

/// An update that can't be understood: to be kept for inspection and skipped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct BadUpdate {
    /// Why, without any word of the update.
    pub reason: String,
}

/// Why no updates come. The source may be asked again: it waits by itself where that helps.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceProblem {
    /// Another process asks for the same bot's updates. Each takes the other's; only one may run.
    #[error("another process asks for this bot's updates: stop it, or use a token of its own here")]
    Rival,
    /// The channel refuses the account.
    #[error("the channel refuses the bot's token: {0}")]
    Refused(String),
    /// The channel's answer makes no sense.
    #[error("the channel's answer can't be used: {0}")]
    Strange(String),
    /// No more updates will come: the listener has ended.
    #[error("the source of updates has ended")]
    Ended,
}

/// Says to the channel what became of a batch. Dropped, it says "not committed".
#[must_use = "the channel waits to hear whether the batch was committed"]
pub struct Receipt(Option<Box<dyn FnOnce(bool) + Send>>);

impl Receipt {
    /// A receipt that calls `tell` once: with true if the batch is committed.
    pub fn new(tell: impl FnOnce(bool) + Send + 'static) -> Self {
        Self(Some(Box::new(tell)))
    }

    /// Tells whether the batch is committed. After true the channel forgets it; after false it delivers it again.
    pub fn acknowledge(mut self, committed: bool) {
        if let Some(tell) = self.0.take() {
            tell(committed);
        }
    }
}

impl Drop for Receipt {
    fn drop(&mut self) {
        if let Some(tell) = self.0.take() {
            tell(false);
        }
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Receipt")
    }
}

/// Updates that came together, in the order in which they are to be handled.
#[derive(Debug)]
pub struct Batch {
    /// The updates, 1 to 100 of them.
    pub updates: Vec<RawUpdate>,
    /// To be answered after the commit.
    pub receipt: Receipt,
}

/// Updates, a batch at a time.
pub trait Source: Send + 'static {
    /// Understands one update. Pure, and never panics whatever the text is; may run on any thread.
    fn parse(text: &str) -> Parsed;

    /// Waits for the next updates. Cancel safe: a dropped call loses nothing. The batch before must have been
    /// acknowledged, or its updates come again.
    fn next_batch(&mut self) -> impl Future<Output = Result<Batch, SourceProblem>> + Send;
}
