//! Purpose: lessons for parents, pushed to groups on a schedule; reading one earns points.
//!
//! Invariants: an occurrence of a schedule runs once or is skipped for a reason that is kept, and told to the staff if the
//! program was off or nothing could be sent. Each group goes through a schedule's lessons in order, from the first one, whenever it joins; where a
//! course is laid over a term, all groups have the same lesson on the same day, and who joins late catches up. No group gets a
//! lesson of a stage it has not chosen, once it has chosen one.

mod asks;
mod commands;
mod course;
mod missed;
mod plan;
mod push;
mod rules;
pub mod schedule;
mod skipped;
mod store;
mod term;
mod unsent;

pub use asks::asks_for_lessons;
pub use commands::{card_sent, done};
pub use missed::{missed_card, missed_elsewhere, read};
pub use push::run_due;
pub use rules::card;
pub use skipped::tell_skipped;
pub use unsent::{lesson_not_sent, question_not_sent};

#[cfg(test)]
mod tests;
