//! Purpose: Telegram: updates in, messages out.
//!
//! Invariant: teloxide and reqwest are named only in this folder. Nothing is retried here; every end of a request is
//! told apart into "surely happened", "surely not" and "nobody knows".

mod convert;
mod envelope;
mod native;
mod parts;
mod wire;

pub use convert::parse;

#[cfg(test)]
mod tests;
