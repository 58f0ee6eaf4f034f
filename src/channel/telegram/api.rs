//! Purpose: one request to the Bot API and what came back.
//!
//! Invariants: nothing is retried here. The token never reaches a log or an error: addresses are taken out of the
//! network's errors, and [`Token`] prints nothing. A failure says whether the request can have had an effect.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::multipart::Form;
use reqwest::{RequestBuilder, Url};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use teloxide::requests::Payload;

use super::wire::Words;
use crate::clock::timeout;
use crate::ids::Native;

/// How long a connection may take to be made.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// How long an idle connection is kept for the next request.
const IDLE_MAX: Duration = Duration::from_secs(90);
/// Bytes of an answer at most. A full batch of updates stays far below.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Room made for an answer before anything of it has come, at most.
const FIRST_ROOM_MAX: usize = 1024 * 1024;

/// The bot's token. Prints as `[redacted]`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// The text is no token. It isn't repeated, because it may be one that was only pasted badly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no bot token: it looks like 123456789:AAE-letters_and_digits, from @BotFather")]
pub struct BadToken;

impl FromStr for Token {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let (number, secret) = text.trim().split_once(':').ok_or(BadToken)?;
        let secret_is_right =
            secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if number.is_empty()
            || !number.bytes().all(|byte| byte.is_ascii_digit())
            || secret.is_empty()
            || !secret_is_right
        {
            return Err(BadToken);
        }
        Ok(Self(text.trim().to_owned()))
    }
}

impl Token {
    /// The bot's own id: the number before the colon.
    #[must_use]
    pub fn bot(&self) -> Native {
        Native::from(self.0.split(':').next().unwrap_or_default())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("[redacted]")
    }
}

/// What the Bot API refused, in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    /// `error_code`, else the HTTP status.
    pub(super) code: i64,
    pub(super) description: String,
    /// Seconds to wait.
    pub(super) retry_after: Option<u64>,
    pub(super) migrate_to: Option<i64>,
}

/// Why a request has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// No connection was made, so nothing can have happened.
    NotSent(String),
    /// It was (or may have been) sent, and the answer is missing or unreadable.
    Unknown(String),
    /// The Bot API answered with an error.
    Refused(Refusal),
}

impl fmt::Display for Failed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent(reason) => write!(out, "not sent: {reason}"),
            Self::Unknown(reason) => write!(out, "no usable answer: {reason}"),
            Self::Refused(refusal) => write!(out, "{} {}", refusal.code, refusal.description),
        }
    }
}

/// A Bot API server and the account used there. Clones share its connections.
#[derive(Clone)]
pub(super) struct Api {
    http: reqwest::Client,
    base: String,
    token: Token,
    /// The address of each method that was called, read once.
    addresses: Arc<RwLock<HashMap<Box<str>, Url>>>,
}

impl fmt::Debug for Api {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Api({}, [redacted])", self.base)
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    ok: bool,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error_code: Option<i64>,
    #[serde(borrow)]
    description: Option<Words<'a>>,
    parameters: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

/// A positive answer of the Bot API.
pub(super) struct Reply {
    body: Vec<u8>,
    /// Where in the body the result stands.
    result: Range<usize>,
}

impl Reply {
    /// The result, read as `T`; nothing if it looks otherwise than expected.
    pub(super) fn result<'a, T: Deserialize<'a>>(&'a self) -> Option<T> {
        serde_json::from_slice(self.body.get(self.result.clone())?).ok()
    }
}

impl Api {
    /// A client for the server at `base` (`https://api.telegram.org`, or a local one), with keep-alive connections.
    ///
    /// # Errors
    /// The TLS library can't be set up.
    pub(super) fn new(base: &str, token: Token) -> Result<Self, Failed> {
        let mut builder = reqwest::Client::builder()
            .connect_timeout(CONNECT_MAX)
            .pool_idle_timeout(IDLE_MAX)
            .tcp_nodelay(true)
            .tcp_keepalive(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none());
        if is_this_machine(base) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| Failed::NotSent(in_words(error)))?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), token, addresses: Arc::default() })
    }

    /// Sends one request, bounded by `bound`.
    pub(super) async fn call<P>(&self, payload: &P, bound: Duration) -> Result<Reply, Failed>
    where
        P: Payload + Serialize + Sync,
    {
        self.call_named(&method(P::NAME), payload, bound).await
    }

    /// As [`Api::call`], for fields that several methods take.
    pub(super) async fn call_named<F>(
        &self,
        method: &str,
        fields: &F,
        bound: Duration,
    ) -> Result<Reply, Failed>
    where
        F: Serialize + Sync,
    {
        let body = serde_json::to_vec(fields).map_err(|error| Failed::NotSent(error.to_string()))?;
        exchange(
            self.post(method)?.header(CONTENT_TYPE, HeaderValue::from_static("application/json")).body(body),
            bound,
        )
        .await
    }

    /// Sends one request with a file in it, bounded by `bound`.
    pub(super) async fn upload(&self, method: &str, form: Form, bound: Duration) -> Result<Reply, Failed> {
        exchange(self.post(method)?.multipart(form), bound).await
    }

    fn post(&self, method: &str) -> Result<RequestBuilder, Failed> {
        Ok(self.http.post(self.address(method)?))
    }

    fn address(&self, method: &str) -> Result<Url, Failed> {
        let known = self.addresses.read().unwrap_or_else(PoisonError::into_inner).get(method).cloned();
        if let Some(address) = known {
            return Ok(address);
        }
        // This error doesn't hold the address, nor the token in it.
        let address = Url::parse(&format!("{}/bot{}/{method}", self.base, self.token.0))
            .map_err(|error| Failed::NotSent(error.to_string()))?;
        let mut addresses = self.addresses.write().unwrap_or_else(PoisonError::into_inner);
        addresses.insert(method.into(), address.clone());
        Ok(address)
    }
}

/// Bounded from outside: the library's own bound costs six allocations a request.
async fn exchange(request: RequestBuilder, bound: Duration) -> Result<Reply, Failed> {
    timeout(bound, answer(request)).await.unwrap_or_else(|late| Err(Failed::Unknown(late.to_string())))
}

async fn answer(request: RequestBuilder) -> Result<Reply, Failed> {
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status();
    let expected = response.content_length().and_then(|bytes| usize::try_from(bytes).ok());
    let mut body = Vec::with_capacity(expected.unwrap_or(0).min(FIRST_ROOM_MAX));
    while let Some(chunk) = response.chunk().await.map_err(|error| Failed::Unknown(in_words(error)))? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(Failed::Unknown(format!("an answer of more than {ANSWER_BYTES_MAX} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    read(status.as_u16(), body)
}

/// Tells a result from a refusal. What isn't the Bot API's answer at all, such as a proxy's page, says nothing about
/// what happened.
fn read(status: u16, body: Vec<u8>) -> Result<Reply, Failed> {
    let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(&body) else {
        return Err(Failed::Unknown(format!(
            "HTTP {status} with {} bytes that are no answer of the Bot API",
            body.len()
        )));
    };
    if envelope.ok {
        let result = envelope.result.map(RawValue::get).unwrap_or_default();
        // Both are parts of one text, so their addresses tell the place.
        let start = (result.as_ptr() as usize).saturating_sub(body.as_ptr() as usize);
        let result = start..start + result.len();
        return Ok(Reply { body, result });
    }
    let (retry_after, migrate_to) =
        envelope.parameters.map_or((None, None), |given| (given.retry_after, given.migrate_to_chat_id));
    Err(Failed::Refused(Refusal {
        code: envelope.error_code.unwrap_or_else(|| i64::from(status)),
        description: envelope.description.map(Words::into_string).unwrap_or_default(),
        retry_after,
        migrate_to,
    }))
}

/// Only an error while connecting proves that nothing was sent. hyper itself repeats a request whose pooled
/// connection turned out closed before anything of it was written, and no other.
fn failed(error: reqwest::Error) -> Failed {
    if error.is_connect() || error.is_builder() {
        Failed::NotSent(in_words(error))
    } else {
        Failed::Unknown(in_words(error))
    }
}

/// An error with its causes and without the address, which holds the token.
fn in_words(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}

/// `SendMessage` as the documentation writes it: `sendMessage`.
fn method(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

/// True for a server on this machine, which no proxy of the environment can reach.
fn is_this_machine(base: &str) -> bool {
    Url::parse(base).is_ok_and(|url| matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_checked_and_never_printed() {
        let token: Token = " 7000000001:AAE-x_9\n".parse().expect("a token");
        assert_eq!(token.bot(), Native::from("7000000001"));
        let api = Api::new("http://127.0.0.1:1/", token.clone()).expect("a client");
        assert_eq!(format!("{token:?} {api:?}"), "[redacted] Api(http://127.0.0.1:1, [redacted])");
        for wrong in ["", "7:", ":a", "7a:b", "7:a/b", "7:a b", "7"] {
            assert_eq!(Token::from_str(wrong), Err(BadToken), "{wrong}");
        }
    }
}
