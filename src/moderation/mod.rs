//! Purpose: order in a parent group. This folder decides which messages break which rule of the school.
//!
//! Invariants:
//! - The decision is pure: the same parts, the same pack and the same facts about the sender give the same verdict.
//!   Nothing here reads a clock, a database or the network.
//! - Work is linear in the text. One pass finds all keywords, patterns never backtrack and are bounded when they are saved.
//! - Who somebody is comes from platform ids, never from a name.
//! - No decision here bans or removes a person; the hardest step is a mute that ends by itself.
//!
//! The way of a message: its [`rules::Part`]s → [`lexicon::Lexicon::inspect`] (which normalises each part) →
//! [`rules::decide`] with each rule's mode in this group → [`rules::ladder`] with the person's active warnings.

pub mod lexicon;
pub mod links;
pub mod normalise;
pub mod pack;
pub mod rules;

#[cfg(test)]
mod tests;
