//! Purpose: updates that Telegram posts.
//!
//! Invariant: 200 is answered only after the update is committed; everything else makes Telegram deliver it again. No
//! byte of a body is read of whoever doesn't know the secret, nor of a post that is put off.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use reqwest::Url;
use serde::Serialize;
use subtle::ConstantTimeEq;
use teloxide::requests::Payload;
use teloxide::types::True;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::api::Failed;
use super::connect::ConnectProblem;
use super::convert::parse;
use super::poll::ALLOWED_UPDATES;
use super::send::Telegram;
use crate::channel::{Batch, Parsed, RawUpdate, Receipt, Source, SourceProblem};
use crate::clock::timeout;
use crate::config::is_webhook_secret;
use crate::random::Random;
use crate::serving::{self, Bounds};

/// The header in which Telegram sends the secret.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// Bytes of an update at most.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// How long the body of a post may take.
const BODY_MAX: Duration = Duration::from_secs(10);
/// How long a post waits for its commit.
const COMMIT_MAX: Duration = Duration::from_secs(25);
/// Updates that wait for a batch. Telegram has at most 100 posts on the way.
const WAITING_MAX: usize = 256;
/// Updates of a batch at most.
const BATCH_MAX: usize = 100;
/// Telegram posts over 100 connections at most, and a proxy keeps some open. As many as find a place in the queue and in
/// a batch can wait for their commit at a time, and more are there to be put off.
const BOUNDS: Bounds = Bounds {
    connections_max: 512,
    head_max: Duration::from_secs(10),
    keeps_alive: true,
    // The body, then the commit, then the answer.
    request_max: Duration::from_secs(BODY_MAX.as_secs() + COMMIT_MAX.as_secs() + 5),
};
/// After how many seconds Telegram is asked to come again.
const AGAIN_AFTER_S: u16 = 2;

/// What Telegram sends along to prove that it is Telegram. Prints as `[redacted]`.
#[derive(Clone)]
pub struct Secret(String);

/// The text can't be a webhook's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a webhook's secret has 16 to 256 of A-Z, a-z, 0-9, _ and -")]
pub struct BadSecret;

/// There is no secret in a file.
#[derive(Debug, thiserror::Error)]
pub enum SecretProblem {
    /// The file can't be read.
    #[error("can't read the webhook's secret from {}: {error}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// What is in it can't be a secret.
    #[error("in {}: {BadSecret}", file.display())]
    Unfit {
        /// The file.
        file: PathBuf,
    },
}

/// The address can't be a webhook's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0}: a webhook's address is https://host/path, the path of letters, digits, /, _, . and -; a server of one's own may \
     also post to http://127.0.0.1"
)]
pub struct BadAddress(pub String);

impl FromStr for Secret {
    type Err = BadSecret;

    fn from_str(text: &str) -> Result<Self, BadSecret> {
        let text = text.trim();
        if is_webhook_secret(text) { Ok(Self(text.to_owned())) } else { Err(BadSecret) }
    }
}

impl Secret {
    /// The secret in a file; blanks around it are dropped.
    ///
    /// # Errors
    /// When the file can't be read, or holds none.
    pub fn read(file: &Path) -> Result<Self, SecretProblem> {
        let written = std::fs::read_to_string(file)
            .map_err(|error| SecretProblem::Unreadable { file: file.to_owned(), error })?;
        written.parse().map_err(|BadSecret| SecretProblem::Unfit { file: file.to_owned() })
    }

    /// A secret of 256 random bits.
    #[must_use]
    pub fn random(random: &Random) -> Self {
        Self(in_hex(&random.bytes::<32>()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[redacted]")
    }
}

fn in_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

struct Delivery {
    update: RawUpdate,
    committed: oneshot::Sender<bool>,
}

struct Door {
    secret: Secret,
    queue: mpsc::Sender<Delivery>,
}

/// Where Telegram posts updates, and what proves that it is Telegram.
#[derive(Clone, Debug)]
pub struct Address {
    /// What Telegram is told.
    pub url: String,
    /// Its secret.
    pub secret: Secret,
}

/// A place where Telegram posts updates.
#[derive(Debug)]
pub struct Webhook {
    /// Where it is.
    pub address: Address,
    /// Takes the posts; to be served where the address leads.
    pub router: Router,
    /// Gives the updates.
    pub source: Posted,
}

/// Updates that Telegram posts.
#[derive(Debug)]
pub struct Posted {
    queue: mpsc::Receiver<Delivery>,
}

impl fmt::Debug for Delivery {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.update.fmt(out)
    }
}

impl Webhook {
    /// A webhook at `address`, `https://…`. An address without a path gets `/telegram/` and 128 random bits. A Bot API
    /// server on the same machine may post to `http://` and a loopback address, where nobody can listen in.
    pub fn new(address: &str, secret: Secret, random: &Random) -> Result<Self, BadAddress> {
        let refused = || BadAddress(address.to_owned());
        let mut url = Url::parse(address).map_err(|_| refused())?;
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url));
        if !is_safe || url.query().is_some() || url.fragment().is_some() {
            return Err(refused());
        }
        if url.path() == "/" {
            url.set_path(&format!("/telegram/{}", in_hex(&random.bytes::<16>())));
        }
        let path_is_right =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'.' | b'-');
        if !url.path().bytes().all(path_is_right) {
            return Err(refused());
        }
        let (sender, queue) = mpsc::channel(WAITING_MAX);
        let door = Arc::new(Door { secret: secret.clone(), queue: sender });
        let router = Router::new().route(url.path(), post(take)).with_state(door);
        Ok(Self { address: Address { url: url.to_string(), secret }, router, source: Posted { queue } })
    }
}

/// True for an address that leads nowhere but to this machine. Names are not trusted to.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

async fn take(State(door): State<Arc<Door>>, headers: HeaderMap, body: Body) -> Response {
    let status = admit(&door, &headers, body).await.err().unwrap_or(StatusCode::OK);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return (status, [(RETRY_AFTER, AGAIN_AFTER_S.to_string())]).into_response();
    }
    status.into_response()
}

/// Lets a post in and waits for its commit; anything else is the status to refuse it with.
async fn admit(door: &Door, headers: &HeaderMap, body: Body) -> Result<(), StatusCode> {
    let given = headers.get(SECRET_HEADER).map_or(&[][..], |value| value.as_bytes());
    if !bool::from(given.ct_eq(door.secret.0.as_bytes())) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !header(CONTENT_TYPE).starts_with("application/json") {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    if header(CONTENT_LENGTH).parse::<usize>().is_ok_and(|length| length > BODY_BYTES_MAX) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let place = door.queue.try_reserve().map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let body = timeout(BODY_MAX, to_bytes(body, BODY_BYTES_MAX)).await;
    let body = body.map_err(|_| StatusCode::REQUEST_TIMEOUT)?.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let text = String::from_utf8(body.into()).map_err(|_| StatusCode::BAD_REQUEST)?;
    let (committed, answer) = oneshot::channel();
    place.send(Delivery { update: RawUpdate(text.into()), committed });
    let answered = async {
        tokio::select! {
            biased;
            committed = answer => committed == Ok(true),
            // A place that was given before the end of the intake leads nowhere afterwards.
            () = door.queue.closed() => false,
        }
    };
    if timeout(COMMIT_MAX, answered).await.unwrap_or(false) {
        Ok(())
    } else {
        Err(StatusCode::SERVICE_UNAVAILABLE)
    }
}

impl Source for Posted {
    fn parse(text: &str) -> Parsed {
        parse(text)
    }

    async fn next_batch(&mut self) -> Result<Batch, SourceProblem> {
        // Nothing is awaited after the first update, so that a dropped call loses none.
        let first = self.queue.recv().await.ok_or(SourceProblem::Ended)?;
        let mut updates = vec![first.update];
        let mut waiting = vec![first.committed];
        while let Some(next) = (updates.len() < BATCH_MAX).then(|| self.queue.try_recv().ok()).flatten() {
            updates.push(next.update);
            waiting.push(next.committed);
        }
        let receipt = Receipt::new(move |committed| {
            for post in waiting {
                // A post that has given up meanwhile is delivered again, and known by its number.
                let _ = post.send(committed);
            }
        });
        Ok(Batch { updates, receipt })
    }
}

/// Tells the server where to post.
#[derive(Serialize)]
struct SetWebhook<'a> {
    url: &'a str,
    secret_token: &'a str,
    max_connections: u8,
    allowed_updates: [&'static str; 7],
}

impl Payload for SetWebhook<'_> {
    type Output = True;
    const NAME: &'static str = "setWebhook";
}

/// Serves a webhook's router until `stop` is ready; posts under way are answered first.
pub async fn serve_webhook(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    serving::serve(listener, router, BOUNDS, stop).await;
}

impl Telegram {
    /// Tells Telegram to post updates to the webhook, over 1–100 connections. Updates that wait are kept.
    ///
    /// # Errors
    /// [`ConnectProblem::Webhook`] if Telegram refuses the address.
    pub async fn set_webhook(&self, address: &Address, connections_max: u8) -> Result<(), ConnectProblem> {
        let request = SetWebhook {
            url: &address.url,
            secret_token: &address.secret.0,
            max_connections: connections_max.clamp(1, 100),
            allowed_updates: ALLOWED_UPDATES,
        };
        match self.api.call(&request, self.request_max).await {
            Ok(_) => {
                self.contact.note(self.clock.now());
                Ok(())
            }
            Err(Failed::Refused(refusal)) => match refusal.code {
                401 | 404 => Err(ConnectProblem::Token),
                400 => Err(ConnectProblem::Webhook(refusal.description)),
                _ => Err(ConnectProblem::Unreachable(refusal.description)),
            },
            Err(failed) => Err(ConnectProblem::Unreachable(failed.to_string())),
        }
    }
}
