//! Purpose: the tasks that a bot, or the program, consists of, by name.
//!
//! Invariant: none ends unnoticed. One that ends or panics before a stop was asked for is logged and named.

use std::future::Future;
use std::thread;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::Instrument as _;

/// Tasks that are to run until a stop is asked for. Dropped, it aborts them.
#[derive(Debug)]
pub(super) struct Parts {
    tasks: JoinSet<()>,
    stop: watch::Receiver<bool>,
    ended: watch::Sender<Option<&'static str>>,
}

/// A task at work. Notices its end, by panic too, but not that it was aborted.
struct Part {
    name: &'static str,
    stop: watch::Receiver<bool>,
    ended: watch::Sender<Option<&'static str>>,
}

impl Part {
    fn end(&self) {
        if *self.stop.borrow() {
            return;
        }
        tracing::error!(part = self.name, "a part of the program ended though no stop was asked for");
        self.ended.send_if_modified(|first| {
            let is_first = first.is_none();
            first.get_or_insert(self.name);
            is_first
        });
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if thread::panicking() {
            self.end();
        }
    }
}

impl Parts {
    pub(super) fn new(stop: watch::Receiver<bool>) -> Self {
        Self { tasks: JoinSet::new(), stop, ended: watch::Sender::new(None) }
    }

    /// Runs a part under a name that the log and `/readyz` call it by.
    pub(super) fn spawn(&mut self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        let part = Part { name, stop: self.stop.clone(), ended: self.ended.clone() };
        let watched = async move {
            // Bound to a variable of this task, so that it is dropped when the work panics.
            let part = part;
            work.await;
            part.end();
        };
        // What it logs says whose part it is.
        self.tasks.spawn(watched.in_current_span());
    }

    /// The first part that ended though no stop was asked for.
    pub(super) fn ended(&self) -> watch::Receiver<Option<&'static str>> {
        self.ended.subscribe()
    }

    /// Waits until every part has ended.
    pub(super) async fn join(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn first_ended(parts: &Parts) -> Option<&'static str> {
        let mut ended = parts.ended();
        *ended.wait_for(Option::is_some).await.unwrap()
    }

    #[tokio::test]
    async fn a_part_that_ends_or_panics_is_named() {
        for panics in [false, true] {
            let (_stop, stop_seen) = watch::channel(false);
            let mut parts = Parts::new(stop_seen);
            parts.spawn("lasting", std::future::pending());
            parts.spawn("short", async move { assert!(!panics, "a mistake") });
            assert_eq!(first_ended(&parts).await, Some("short"));
        }
    }

    #[tokio::test]
    async fn a_part_that_ends_after_a_stop_was_asked_for_is_as_it_should_be() {
        let (stop, mut stop_seen) = watch::channel(false);
        let mut parts = Parts::new(stop_seen.clone());
        parts.spawn("short", async move {
            let _ = stop_seen.wait_for(|stop| *stop).await;
        });
        stop.send_replace(true);
        parts.join().await;
        assert_eq!(*parts.ended().borrow(), None);
    }
}
