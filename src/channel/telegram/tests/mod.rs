//! Purpose: Telegram's conversion, requests and sources, tested from outside.

mod corpus;
mod hostile;
mod messages;
mod others;
mod polling;
mod posting;
mod refusals;
mod sandbox;
mod sending;
mod server;
mod transport;
