//! Purpose: Telegram's updates, however they come.
//!
//! Invariant: whoever handles updates can't tell, and needn't, whether they were asked for or posted.

use super::convert::parse;
use super::poll::Poller;
use super::webhook::Posted;
use crate::channel::{Batch, Parsed, Source, SourceProblem};

/// Telegram's updates.
#[derive(Debug)]
pub enum Updates {
    /// Asked for.
    Polled(Poller),
    /// Posted by Telegram.
    Posted(Posted),
}

impl Source for Updates {
    fn parse(text: &str) -> Parsed {
        parse(text)
    }

    async fn next_batch(&mut self) -> Result<Batch, SourceProblem> {
        match self {
            Self::Polled(poller) => poller.next_batch().await,
            Self::Posted(posted) => posted.next_batch().await,
        }
    }
}
