//! Purpose: the integration tests, all in one program, because each program of its own links everything once more.
//!
//! Invariant: a test has a database to itself, waits for events and never for a time to pass, and leaves nothing running.

#[cfg(test)]
mod chance;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod databases;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod postgres_server;
#[cfg(test)]
mod school;
#[cfg(test)]
mod storage_contract;
#[cfg(test)]
mod thread;
