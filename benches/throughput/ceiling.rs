//! Purpose: a client written by hand that does the same work with as little as possible, to show how much the
//! simulated server itself can take on this machine: no bot can be measured faster.
//!
//! Invariant: one request at a time on each kept-alive connection, as HTTP clients do.

use std::borrow::Cow;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::words::{Words, asks_for_points};
use crate::workload::BALANCE;

/// Connections that reactions go out on.
const CONNECTIONS: usize = 16;
/// Reactions that wait for a connection.
const WAITING_MAX: usize = 256;
/// Bytes of an answer at most.
const ANSWER_MAX: usize = 8 << 20;

#[derive(Deserialize)]
struct Updates<'a> {
    #[serde(borrow)]
    result: Vec<Update<'a>>,
}

#[derive(Deserialize)]
struct Update<'a> {
    update_id: i64,
    #[serde(borrow)]
    message: Said<'a>,
}

#[derive(Deserialize)]
struct Said<'a> {
    message_id: i64,
    chat: Chat,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
}

/// A reaction: its method and body.
type Reaction = (&'static str, String);

/// Runs until it is killed. Token and server come from `TELOXIDE_TOKEN` and `TELOXIDE_API_URL`.
pub fn run() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve())
}

async fn serve() -> anyhow::Result<()> {
    let words = Words::new()?;
    let mut queues = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let (queue, reactions) = mpsc::channel(WAITING_MAX / CONNECTIONS);
        tokio::spawn(react(Connection::open().await?, reactions));
        queues.push(queue);
    }
    let mut polling = Connection::open().await?;
    let (mut offset, mut turn) = (0, 0);
    loop {
        let body = format!(r#"{{"offset":{offset},"timeout":10,"limit":100}}"#);
        let answer = polling.call("getUpdates", &body).await?;
        let updates: Updates<'_> = serde_json::from_slice(answer).context("reading updates")?;
        for update in updates.result {
            offset = update.update_id + 1;
            if let Some(reaction) = reaction(&words, &update.message) {
                turn = (turn + 1) % CONNECTIONS;
                if let Some(queue) = queues.get(turn) {
                    queue.send(reaction).await?;
                }
            }
        }
    }
}

fn reaction(words: &Words, message: &Said<'_>) -> Option<Reaction> {
    let (chat, id) = (message.chat.id, message.message_id);
    if asks_for_points(&message.text) {
        let reply = format!(r#"{{"message_id":{id}}}"#);
        let body = format!(r#"{{"chat_id":{chat},"text":"{BALANCE}","reply_parameters":{reply}}}"#);
        return Some(("sendMessage", body));
    }
    words
        .found_in(&message.text)
        .then(|| ("deleteMessage", format!(r#"{{"chat_id":{chat},"message_id":{id}}}"#)))
}

async fn react(mut connection: Connection, mut reactions: mpsc::Receiver<Reaction>) -> anyhow::Result<()> {
    while let Some((method, body)) = reactions.recv().await {
        connection.call(method, &body).await?;
    }
    Ok(())
}

/// A kept-alive HTTP connection.
struct Connection {
    stream: TcpStream,
    host: String,
    token: String,
    answer: Vec<u8>,
}

impl Connection {
    async fn open() -> anyhow::Result<Self> {
        let url = std::env::var("TELOXIDE_API_URL").context("TELOXIDE_API_URL")?;
        let host = url.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await?;
        stream.set_nodelay(true)?;
        let token = std::env::var("TELOXIDE_TOKEN").context("TELOXIDE_TOKEN")?;
        Ok(Self { stream, host, token, answer: Vec::new() })
    }

    /// Sends a request and returns the body of its answer.
    async fn call(&mut self, method: &str, body: &str) -> anyhow::Result<&[u8]> {
        let (token, host, length) = (&self.token, &self.host, body.len());
        let request = format!(
            "POST /bot{token}/{method} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.answer.clear();
        let mut whole = None;
        loop {
            let read = self.stream.read_buf(&mut self.answer).await?;
            ensure!(
                read > 0 && self.answer.len() <= ANSWER_MAX,
                "the server's answer broke off or is too long"
            );
            if whole.is_none() {
                whole = extent(&self.answer)?;
            }
            if let Some((start, end)) = whole
                && self.answer.len() >= end
            {
                return self.answer.get(start..end).context("the answer's body");
            }
        }
    }
}

/// Where the body of an answer starts and ends; none while its head isn't complete.
fn extent(answer: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let Some(head_end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = String::from_utf8_lossy(answer.get(..head_end).unwrap_or_default()).to_ascii_lowercase();
    ensure!(head.starts_with("http/1.1 200"), "the server refused: {head}");
    let length: usize = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .context("an answer without a length")?
        .trim()
        .parse()?;
    Ok(Some((head_end + 4, head_end + 4 + length)))
}
