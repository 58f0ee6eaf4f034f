//! Purpose: the two ways a feature can end badly.
//!
//! Invariant: what people read is a [`Text`] (localised, says what to do next); what the operator reads is an
//! [`anyhow::Error`]. Neither is ever shown to the other.

use crate::i18n::Text;

/// Why a feature did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The person is told, in their language, why not and what to do next. Whatever the feature wrote is undone.
    Refused(Text),
    /// Something is broken. The update is parked with the reason; the operator finds it in the log.
    Broken(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

/// What a feature returns.
pub type Outcome<T> = Result<T, Failure>;
