//! Homeroom: a messaging bot for school parent groups. It pushes lessons, runs short quizzes that award points, answers
//! for the balance in private, and keeps a group in order.
//!
//! The house, its invariants and three walkthroughs are in `docs/architecture.md`. In one breath: updates come through a
//! [`channel`], [`intake`] handles a batch in one transaction and acknowledges it after the commit, [`router`] leads each to
//! its feature, what must be sent is a row of the [`outbox`] written in that transaction, and everything that can't be
//! decided without the outside world comes back as the end of such a row.

pub mod access;
pub mod app;
pub mod broadcasts;
pub mod burden;
pub mod channel;
pub mod cli;
pub mod clock;
pub mod config;
pub mod console;
pub mod course;
pub mod failure;
pub mod i18n;
pub mod ids;
pub mod intake;
pub mod lessons;
pub mod moderation;
pub mod observe;
pub mod outbox;
pub mod phrase;
pub mod playground;
pub mod points;
mod private;
pub mod process;
pub mod program;
pub mod quizzes;
pub mod random;
pub mod roster;
pub mod router;
pub mod sandbox;
pub mod seen;
pub mod serving;
pub mod staff_news;
pub mod storage;
pub mod text;
pub mod timetable;
pub mod work;

// The databases of `tests/it`, also for tests in here that must hold on both. They call the program by its name.
#[cfg(test)]
extern crate self as homeroom;
#[cfg(test)]
#[expect(clippy::missing_panics_doc, reason = "a test that gets no database fails by a panic")]
#[path = "../tests/it/databases.rs"]
pub mod databases;
#[cfg(test)]
#[path = "../tests/it/postgres_server.rs"]
mod postgres_server;
