//! Purpose: Telegram: updates in, messages out.
//!
//! Invariant: teloxide and reqwest are named only in this folder. Nothing is retried here; every end of a request is
//! told apart into "surely happened", "surely not" and "nobody knows".

mod api;
mod connect;
mod convert;
mod envelope;
mod errors;
mod native;
mod parts;
mod poll;
mod posts;
mod publish;
mod publishable;
mod requests;
mod send;
mod standing;
mod updates;
mod webhook;
mod wire;

pub use api::{BadToken, Token};
pub use connect::{ConnectProblem, Me};
pub use convert::parse;
pub use poll::Poller;
pub use send::Telegram;
pub use standing::Standing;
pub use updates::Updates;
pub use webhook::{Address, BadAddress, BadSecret, Posted, Secret, SecretProblem, Webhook, serve_webhook};

#[cfg(test)]
mod tests;
