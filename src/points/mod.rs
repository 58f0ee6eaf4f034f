//! Purpose: points for effort: an append-only ledger, caps, and stars.
//!
//! Invariants: a point is awarded once or not at all, through any crash. A balance is the sum of its account's
//! entries, and `homeroom ledger verify` proves it. Nobody loses points by being away, and points never touch how a
//! child is treated; the texts say so.

mod asks;
mod calendar;
mod chain;
mod check;
mod commands;
mod disputes;
mod ledger;
pub mod rules;
mod standing;
pub mod stars;
mod store;
#[cfg(test)]
mod tests;
mod verify;

pub use asks::{Ask, asks_for_points};
pub use check::Problem;
pub use commands::{award_text, balance_short, balance_text, why_text};
pub use disputes::{dispute, leave, take_back, why_card};
pub use ledger::{Actor, Award, Awarded, Reason, Reversed, award, reverse};
pub use rules::{Act, Cap, RuleSet};
pub use standing::{Standing, readings, standing};
pub use stars::{LESSON_HOUR_MINUTES, Level, Missing};
pub use verify::{Difference, Report, verify};
