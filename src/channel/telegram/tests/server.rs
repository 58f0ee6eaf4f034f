//! Purpose: a remote that plays a Bot API server: it answers what a test has laid down, and keeps what it was asked.
//!
//! Invariant: an answer is given once, in the order laid down; a request nobody laid an answer down for is refused.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};

use crate::channel::telegram::{Me, Telegram, Token};
use crate::channel::{Channel, Destination, Outgoing, SendOutcome};
use crate::clock::{Clock, Millis};
use crate::config::Pace;
use crate::ids::Native;

/// The time at which every test starts.
pub(super) const NOW: Millis = Millis(1_790_000_000_000);

/// One answer: a status and a body.
#[derive(Clone, Debug)]
pub(super) struct Reply(pub(super) u16, pub(super) String);

impl Reply {
    pub(super) fn ok(result: &Value) -> Self {
        Self(200, json!({"ok": true, "result": result}).to_string())
    }

    pub(super) fn refused(code: u16, description: &str) -> Self {
        Self(code, json!({"ok": false, "error_code": code, "description": description}).to_string())
    }
}

#[derive(Default)]
struct Script {
    replies: VecDeque<Reply>,
    asked: Vec<(String, Value)>,
}

/// The remote. It lives as long as the test's runtime.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) base: String,
    script: Arc<Mutex<Script>>,
}

async fn answer(
    State(script): State<Arc<Mutex<Script>>>,
    Path((_, method)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let mut script = script.lock().expect("no test panics in here");
    script.asked.push((method, serde_json::from_slice(&body).expect("requests are JSON")));
    let Reply(status, body) =
        script.replies.pop_front().unwrap_or(Reply::refused(400, "Bad Request: nothing laid down"));
    (StatusCode::from_u16(status).expect("a status"), body).into_response()
}

impl Server {
    pub(super) async fn start() -> Self {
        let script = Arc::new(Mutex::new(Script::default()));
        let router = Router::new().route("/{bot}/{method}", post(answer)).with_state(Arc::clone(&script));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, script }
    }

    /// Lays down the answers to the next requests.
    pub(super) fn will_answer(&self, replies: impl IntoIterator<Item = Reply>) {
        self.script.lock().expect("unpoisoned").replies.extend(replies);
    }

    /// What was asked since the last time this was called: methods and fields.
    pub(super) fn take_asked(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.script.lock().expect("unpoisoned").asked)
    }

    /// A connected bot; `whispers` says whether the server knows ephemeral messages.
    pub(super) async fn connect(&self, whispers: bool) -> (Telegram, Me) {
        let probe = if whispers {
            Reply::refused(400, "Bad Request: message to delete not found")
        } else {
            Reply::refused(404, "Not Found: method not found")
        };
        let me = json!({"id": 7, "is_bot": true, "first_name": "Homeroom", "username": "homeroom_bot", "can_read_all_group_messages": true});
        self.will_answer([Reply::ok(&me), probe]);
        let connected = Telegram::connect(&self.base, token(), &Pace::default(), Clock::frozen(NOW)).await;
        self.take_asked();
        connected.expect("the server is there")
    }
}

pub(super) fn token() -> Token {
    "7:secret-of-the-test".parse().expect("a token")
}

pub(super) fn group() -> Destination {
    Destination { chat: Native::from(-100), is_group: true }
}

/// Sends one thing to the group and returns its end with the requests it took.
pub(super) async fn send(
    server: &Server,
    telegram: &Telegram,
    what: &Outgoing,
) -> (SendOutcome, Vec<(String, Value)>) {
    let outcome = telegram.send(&group(), what).await;
    (outcome, server.take_asked())
}
