//! Purpose: the other side of the channel, which plays what a test tells it to.

use std::future::pending;
use std::sync::{Mutex, PoisonError};

use tokio::sync::{Notify, watch};

use super::stage::{REAL_MAX, capabilities, done};
use crate::channel::{Capabilities, Channel, Destination, Outgoing, SendOutcome};
use crate::clock::{Clock, Millis, timeout};

/// A request as the remote saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) at: Millis,
    pub(super) chat: String,
    pub(super) what: Outgoing,
}

impl Call {
    /// The words of a card.
    pub(super) fn words(&self) -> &str {
        match &self.what {
            Outgoing::Say { card } | Outgoing::Whisper { card, .. } | Outgoing::Edit { card, .. } => {
                &card.body.text
            }
            Outgoing::AnswerPress { text: Some(text), .. } => text,
            _ => "",
        }
    }
}

type Script = Box<dyn FnMut(&Call) -> Option<SendOutcome> + Send>;

/// Plays the channel's side. A script that gives no outcome lets the request hang.
pub(super) struct Remote {
    clock: Clock,
    script: Mutex<Script>,
    calls: Mutex<Vec<Call>>,
    called: Notify,
    /// While false, requests that have arrived are not answered.
    pub(super) answers: watch::Sender<bool>,
}

impl Remote {
    pub(super) fn new(clock: &Clock) -> Self {
        Self {
            clock: clock.clone(),
            script: Mutex::new(Box::new(|_| Some(done()))),
            calls: Mutex::default(),
            called: Notify::new(),
            answers: watch::Sender::new(true),
        }
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// The words of each call, in order.
    pub(super) fn words(&self) -> Vec<String> {
        self.calls().iter().map(|call| call.words().to_owned()).collect()
    }

    pub(super) fn play(&self, script: impl FnMut(&Call) -> Option<SendOutcome> + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    /// Waits until there were this many calls.
    pub(super) async fn called(&self, times: usize) {
        let wait = async {
            while self.calls.lock().unwrap().len() < times {
                self.called.notified().await;
            }
        };
        timeout(REAL_MAX, wait).await.unwrap();
    }
}

impl Channel for Remote {
    fn capabilities(&self) -> Capabilities {
        capabilities()
    }

    async fn send(&self, to: &Destination, what: &Outgoing) -> SendOutcome {
        let call = Call { at: self.clock.now(), chat: to.chat.0.clone(), what: what.clone() };
        self.calls.lock().unwrap().push(call.clone());
        self.called.notify_one();
        let outcome = {
            let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
            script(&call)
        };
        match outcome {
            Some(outcome) if self.answers.subscribe().wait_for(|answers| *answers).await.is_ok() => outcome,
            _ => pending().await,
        }
    }
}
