//! Purpose: the integration tests, all in one program, because each program of its own links everything once more.
//!
//! Invariant: a test has a database to itself, waits for events and never for a time to pass, and leaves nothing running.

#[cfg(test)]
mod appeals;
#[cfg(test)]
mod broadcasts;
#[cfg(test)]
mod buttons;
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod cards;
#[cfg(test)]
mod chance;
#[cfg(test)]
mod choosing;
#[cfg(test)]
mod course;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod databases;
#[cfg(test)]
mod deadlines;
#[cfg(test)]
mod dialogue;
#[cfg(test)]
mod disputes;
#[cfg(test)]
mod downtime;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod handover;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod languages;
#[cfg(test)]
mod lessons;
#[cfg(test)]
mod looking_again;
#[cfg(test)]
mod missed;
#[cfg(test)]
mod moderation;
#[cfg(test)]
mod moving;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod postgres_server;
#[cfg(test)]
mod program;
#[cfg(test)]
mod quarantine;
#[cfg(test)]
mod quizzes;
#[cfg(test)]
mod reaching;
#[cfg(test)]
mod redelivery;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod school;
#[cfg(test)]
mod schools;
#[cfg(test)]
mod stages;
#[cfg(test)]
mod standby;
#[cfg(test)]
mod storage_contract;
#[cfg(test)]
mod thread;
#[cfg(test)]
mod trouble;
#[cfg(test)]
mod webhook;
