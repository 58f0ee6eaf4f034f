//! Purpose: what connections may take up, tried over real ones with short bounds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Bytes, to_bytes};
use axum::extract::Request as Asked;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinHandle;

use super::*;

/// No wait in a test is longer than this.
const BOUND: Duration = Duration::from_secs(20);
/// Longer than any test: a bound that isn't tried.
const NEVER: Duration = Duration::from_hours(1);
const SHORT: Duration = Duration::from_millis(50);
const LARGE_BYTES: usize = 16 * 1024 * 1024;

/// A server that counts what it has answered.
struct Server {
    at: SocketAddr,
    answered: Arc<AtomicUsize>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Server {
    async fn start(bounds: Bounds) -> Self {
        let answered = Arc::new(AtomicUsize::new(0));
        let count = answered.clone();
        let count = move || count.fetch_add(1, Ordering::SeqCst) + 1;
        let router = Router::new()
            .route("/", get(async move || format!("answer {}\n", count())))
            .route("/large", get(async || Bytes::from(vec![b'x'; LARGE_BYTES])))
            .route(
                "/body",
                post(async |asked: Asked| to_bytes(asked.into_body(), 100).await.is_ok().to_string()),
            );
        let (listener, at) = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let (stop, mut seen) = watch::channel(false);
        let stopped = async move {
            let _ = seen.wait_for(|stop| *stop).await;
        };
        let serving = tokio::spawn(serve(listener, router, bounds, stopped));
        Self { at, answered, stop, serving }
    }

    async fn connect(&self) -> Line {
        Line(TcpStream::connect(self.at).await.unwrap())
    }

    async fn ends(self) {
        self.stop.send_replace(true);
        timeout(BOUND, self.serving).await.unwrap().unwrap();
    }
}

/// A connection of somebody who writes what they like.
struct Line(TcpStream);

impl Line {
    async fn write(&mut self, words: &str) {
        self.0.write_all(words.as_bytes()).await.unwrap();
    }

    /// Asks for an answer and reads it.
    async fn ask(&mut self) -> String {
        self.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n").await;
        self.read_answer().await
    }

    async fn read_answer(&mut self) -> String {
        let mut read = Vec::new();
        let reading = async {
            while !(read.windows(7).any(|part| part == b"answer ") && read.ends_with(b"\n")) {
                assert_ne!(self.0.read_buf(&mut read).await.unwrap(), 0, "closed instead of answered");
            }
        };
        timeout(BOUND, reading).await.unwrap();
        String::from_utf8(read).unwrap()
    }

    /// Waits until the server closes; what it said until then.
    async fn until_closed(mut self) -> String {
        let mut read = Vec::new();
        // A reset is an end too.
        let _ = timeout(BOUND, self.0.read_to_end(&mut read)).await.expect("the server never closed it");
        String::from_utf8_lossy(&read).into_owned()
    }
}

fn bounds(connections_max: usize, head_max: Duration, request_max: Duration) -> Bounds {
    Bounds { connections_max, head_max, keeps_alive: true, request_max }
}

#[tokio::test]
async fn whoever_sends_nothing_or_half_a_head_is_closed_after_the_bound() {
    let server = Server::start(bounds(10, SHORT, NEVER)).await;
    for words in ["", "GET", "GET / HTTP/1.1\r\nHost: here\r\nX-More: "] {
        let mut line = server.connect().await;
        line.write(words).await;
        let said = line.until_closed().await;
        assert!(!said.contains("answer"), "{said}");
    }
    assert_eq!(server.answered.load(Ordering::SeqCst), 0);
    server.ends().await;
}

#[tokio::test]
async fn a_connection_serves_several_requests_and_is_closed_when_it_lies_idle() {
    let server = Server::start(bounds(10, Duration::from_secs(2), NEVER)).await;
    let mut line = server.connect().await;
    assert!(line.ask().await.ends_with("answer 1\n"));
    assert!(line.ask().await.ends_with("answer 2\n"));
    assert_eq!(line.until_closed().await, "");
    server.ends().await;
}

#[tokio::test]
async fn whoever_is_refused_is_let_go_and_so_is_everybody_where_nothing_is_kept_alive() {
    let server = Server::start(bounds(10, NEVER, NEVER)).await;
    let mut line = server.connect().await;
    line.write("GET /nothing HTTP/1.1\r\nHost: here\r\n\r\n").await;
    let said = line.until_closed().await;
    assert!(said.starts_with("HTTP/1.1 404"), "{said}");
    server.ends().await;
    let server = Server::start(Bounds { keeps_alive: false, ..bounds(10, NEVER, NEVER) }).await;
    let mut line = server.connect().await;
    assert!(line.ask().await.ends_with("answer 1\n"));
    assert_eq!(line.until_closed().await, "");
    server.ends().await;
}

#[tokio::test]
async fn a_body_that_never_comes_is_given_up() {
    let server = Server::start(bounds(10, SHORT, SHORT)).await;
    let mut line = server.connect().await;
    line.write("POST /body HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf").await;
    assert_eq!(line.until_closed().await, "");
    server.ends().await;
}

#[tokio::test]
async fn whoever_does_not_read_the_answer_is_left() {
    let server = Server::start(bounds(1, SHORT, SHORT)).await;
    let mut deaf = server.connect().await;
    deaf.write("GET /large HTTP/1.1\r\nHost: here\r\n\r\n").await;
    // There is room for one: the next is let in once the first is left.
    assert!(server.connect().await.ask().await.ends_with("answer 1\n"));
    server.ends().await;
}

#[tokio::test]
async fn one_more_than_fits_waits_until_another_leaves() {
    let server = Server::start(bounds(2, NEVER, NEVER)).await;
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    assert!(first.ask().await.ends_with("answer 1\n"));
    assert!(second.ask().await.ends_with("answer 2\n"));
    let mut third = server.connect().await;
    third.write("GET / HTTP/1.1\r\nHost: here\r\n\r\n").await;
    for number in 3..100 {
        assert!(first.ask().await.ends_with(&format!("answer {number}\n")), "the third was let in");
    }
    drop(second);
    assert!(third.read_answer().await.ends_with("answer 100\n"));
    drop((first, third));
    server.ends().await;
}

#[tokio::test]
async fn a_flood_of_idle_connections_keeps_nobody_out_for_good() {
    let server = Server::start(bounds(4, SHORT, NEVER)).await;
    let mut flood = Vec::new();
    for _ in 0..40 {
        let mut line = server.connect().await;
        line.write("GET / HTTP/1.1\r\n").await;
        flood.push(line);
    }
    assert!(server.connect().await.ask().await.ends_with("answer 1\n"));
    server.ends().await;
}

#[tokio::test]
async fn a_head_without_an_end_is_not_kept() {
    let server = Server::start(bounds(10, NEVER, NEVER)).await;
    let mut line = server.connect().await;
    let head = format!("GET / HTTP/1.1\r\nHost: here\r\nX-More: {}", "x".repeat(2 * HEAD_BYTES_MAX));
    let _ = line.0.write_all(head.as_bytes()).await;
    let said = line.until_closed().await;
    assert!(!said.contains("answer"), "{said}");
    server.ends().await;
}

#[tokio::test]
async fn a_stop_waits_for_nobody_who_never_ends() {
    let server = Server::start(bounds(10, SHORT, NEVER)).await;
    let mut slow = server.connect().await;
    slow.write("POST /body HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n")
        .await;
    let mut asked = [0; 25];
    timeout(BOUND, slow.0.read_exact(&mut asked)).await.unwrap().unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    server.ends().await;
}
