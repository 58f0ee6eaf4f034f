//! Purpose: what a broken network means for what was sent.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::server::{Reply, Server, send, token};
use crate::channel::telegram::{ConnectProblem, Telegram};
use crate::channel::{Card, Outgoing, SendOutcome};
use crate::clock::Clock;
use crate::config::Pace;

fn say() -> Outgoing {
    Outgoing::Say { card: Card::default() }
}

/// What a connection does once a whole request has come.
#[derive(Clone, Copy)]
enum Manner {
    Close,
    Stall,
    HalfAnAnswer,
}

/// A remote that takes a request and then breaks. Returns its address.
async fn broken(manner: Manner) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4_096];
            let _ = stream.read(&mut request).await;
            match manner {
                Manner::Close => {}
                Manner::Stall => held.push(stream),
                Manner::HalfAnAnswer => {
                    let _ =
                        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"ok\":tr").await;
                }
            }
        }
    });
    base
}

/// A bot connected to a good server, then moved to another address.
async fn moved_to(base: &str, request_max: Duration) -> Telegram {
    let (telegram, _) = Server::start().await.connect(true).await;
    Telegram { api: super::super::api::Api::new(base, token()).expect("a client"), request_max, ..telegram }
}

async fn end_at(base: &str, request_max: Duration) -> SendOutcome {
    let server = Server::start().await;
    send(&server, &moved_to(base, request_max).await, &say()).await.0
}

#[tokio::test]
async fn without_a_connection_nothing_happened() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let SendOutcome::Down { reason } = end_at(&base, Duration::from_secs(30)).await else {
        panic!("no retry")
    };
    assert!(!reason.contains("secret"), "{reason}");
    let refused = Telegram::connect(&base, token(), &Pace::default(), Clock::system()).await;
    let Err(ConnectProblem::Unreachable(reason)) = refused else { panic!("{refused:?}") };
    assert!(!reason.contains("secret"), "{reason}");
}

#[tokio::test]
async fn an_answer_that_never_comes_leaves_it_open() {
    for (manner, bound) in [
        (Manner::Close, Duration::from_secs(30)),
        (Manner::Stall, Duration::from_millis(100)),
        (Manner::HalfAnAnswer, Duration::from_secs(30)),
    ] {
        let outcome = end_at(&broken(manner).await, bound).await;
        let SendOutcome::Uncertain { reason } = outcome else { panic!("{outcome:?}") };
        assert!(!reason.contains("secret"), "{reason}");
    }
}

#[tokio::test]
async fn a_page_that_is_no_answer_leaves_it_open() {
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    for reply in [
        Reply(200, "<html>".to_owned()),
        Reply(200, String::new()),
        Reply(502, "<html>Bad Gateway</html>".to_owned()),
        Reply::refused(502, "Bad Gateway"),
        Reply(302, String::new()),
    ] {
        server.will_answer([reply.clone()]);
        let (outcome, asked) = send(&server, &telegram, &say()).await;
        assert!(matches!(outcome, SendOutcome::Uncertain { .. }), "{reply:?}: {outcome:?}");
        assert_eq!(asked.len(), 1, "nothing is repeated");
    }
}

#[tokio::test]
async fn a_message_that_was_sent_is_done_even_if_its_id_cannot_be_read() {
    let server = Server::start().await;
    let (telegram, _) = server.connect(true).await;
    server.will_answer([Reply::ok(&json!({"id": "new shape"}))]);
    assert!(matches!(send(&server, &telegram, &say()).await.0, SendOutcome::Done(_)));
}

#[tokio::test]
async fn a_wrong_token_is_told_apart_from_a_bad_network() {
    let server = Server::start().await;
    server.will_answer([Reply::refused(401, "Unauthorized")]);
    let refused = Telegram::connect(&server.base, token(), &Pace::default(), Clock::system()).await;
    assert_eq!(refused.err(), Some(ConnectProblem::Token));
}
