//! Purpose: Telegram's conversion, requests and sources, tested from outside.

mod amending;
mod contents;
mod corpus;
mod hostile;
mod messages;
mod others;
mod polling;
mod posting;
mod publishing;
mod refusals;
mod round_trip;
mod sandbox;
mod sending;
mod server;
mod transport;
