//! Purpose: lessons for parents, pushed to groups on a schedule; reading one earns points.
//!
//! Invariants: an occurrence of a schedule runs once or is skipped for a reason that is kept. Each group goes through
//! a schedule's lessons in order, from the first one, whenever it joins.

mod commands;
mod push;
mod rules;
pub mod schedule;
mod store;

pub use commands::{card_sent, done};
pub use push::run_due;
pub use rules::card;
