//! Purpose: what the system tells a process.
//!
//! Invariant: all signals are listened to before anything else happens: until then SIGHUP would end the program, and
//! SIGTERM would end it in the middle of something.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals the program obeys.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// An orderly end.
    Stop,
    /// Reading the configuration again.
    Reload,
}

impl Signals {
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Resolves at the next signal, one that came before this was called included.
    pub(super) async fn wish(&mut self) -> Wish {
        tokio::select! {
            () = stop(&mut self.interrupt, &mut self.terminate) => Wish::Stop,
            _ = self.hangup.recv() => Wish::Reload,
        }
    }

    /// Resolves at SIGINT and SIGTERM, and when the terminal is closed.
    pub(super) async fn close(&mut self) {
        self.wish().await;
    }

    /// What comes of `work`; nothing if a stop was asked for first: the work is dropped then.
    pub(super) async fn unless_stopped<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = stop(&mut self.interrupt, &mut self.terminate) => None,
            done = work => Some(done),
        }
    }
}

async fn stop(interrupt: &mut Signal, terminate: &mut Signal) {
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
