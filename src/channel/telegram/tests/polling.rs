//! Purpose: updates that are asked for.

use std::time::Duration;

use serde_json::{Value, json};

use super::server::{Reply, Server};
use crate::channel::telegram::{Poller, Updates};
use crate::channel::{Source, SourceProblem};
use crate::random::Random;

fn updates(ids: &[i64]) -> Reply {
    let list: Vec<Value> =
        ids.iter().map(|id| json!({"update_id": id, "message": {"text": "é \" ✓"}})).collect();
    Reply::ok(&Value::Array(list))
}

async fn poller(server: &Server, offset: Option<i64>) -> Updates {
    let (telegram, _) = server.connect(true).await;
    Updates::Polled(Poller::new(telegram, Random::seeded(1), offset, Duration::from_secs(90)))
}

fn offsets(server: &Server) -> Vec<Value> {
    server.take_asked().into_iter().map(|(_, fields)| fields["offset"].clone()).collect()
}

#[tokio::test]
async fn an_offset_moves_on_only_after_a_commit() {
    let server = Server::start().await;
    let mut source = poller(&server, None).await;
    server.will_answer([updates(&[900, 901]), updates(&[900, 901]), updates(&[902])]);
    let first = source.next_batch().await.expect("a batch");
    drop(first);
    let again = source.next_batch().await.expect("a batch");
    assert_eq!(again.updates.len(), 2);
    again.receipt.acknowledge(true);
    source.next_batch().await.expect("a batch").receipt.acknowledge(false);
    assert_eq!(offsets(&server), [Value::Null, Value::Null, json!(902)]);
}

#[tokio::test]
async fn an_offset_follows_numbers_that_go_down() {
    let server = Server::start().await;
    let mut source = poller(&server, None).await;
    server.will_answer([updates(&[900, 901]), updates(&[40, 41]), updates(&[42])]);
    for _ in 0..3 {
        source.next_batch().await.expect("a batch").receipt.acknowledge(true);
    }
    assert_eq!(offsets(&server), [Value::Null, json!(902), json!(42)]);
}

#[tokio::test]
async fn a_poll_asks_for_every_kind_and_not_longer_than_telegram_holds() {
    let server = Server::start().await;
    let mut source = poller(&server, Some(77)).await;
    server.will_answer([updates(&[]), updates(&[80])]);
    let batch = source.next_batch().await.expect("a batch");
    assert_eq!(&*batch.updates[0].0, r#"{"message":{"text":"é \" ✓"},"update_id":80}"#);
    assert_eq!(format!("{:?}", batch.updates[0]), "RawUpdate(47 bytes)");
    let asked = server.take_asked();
    assert_eq!(asked.len(), 2, "an empty answer only leads to the next question");
    let (method, fields) = &asked[0];
    assert_eq!(method, "getUpdates");
    let kinds = [
        "message",
        "edited_message",
        "callback_query",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
    ];
    assert_eq!(fields, &json!({"offset": 77, "limit": 100, "timeout": 50, "allowed_updates": kinds}));
}

#[tokio::test]
async fn a_rival_is_reported_and_a_forgotten_webhook_removed() {
    let server = Server::start().await;
    let mut source = poller(&server, None).await;
    let rival =
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    server.will_answer([Reply::refused(409, rival)]);
    assert_eq!(source.next_batch().await.err(), Some(SourceProblem::Rival));
    let webhook = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    server.will_answer([Reply::refused(409, webhook), Reply::ok(&json!(true)), updates(&[5])]);
    server.take_asked();
    assert!(source.next_batch().await.is_ok());
    let asked = server.take_asked();
    let methods: Vec<&str> = asked.iter().map(|(method, _)| method.as_str()).collect();
    assert_eq!(methods, ["getUpdates", "deleteWebhook", "getUpdates"]);
    assert_eq!(asked[1].1, json!({"drop_pending_updates": false}));
}

#[tokio::test]
async fn trouble_is_waited_out_and_a_refused_token_reported() {
    let server = Server::start().await;
    let mut source = poller(&server, None).await;
    server.will_answer([
        Reply(502, "<html>".to_owned()),
        Reply::refused(500, "Internal Server Error"),
        updates(&[5]),
    ]);
    assert!(source.next_batch().await.is_ok());
    server.will_answer([Reply::refused(401, "Unauthorized")]);
    assert_eq!(source.next_batch().await.err(), Some(SourceProblem::Refused("Unauthorized".to_owned())));
}

#[tokio::test]
async fn updates_without_a_number_are_reported_and_not_swallowed() {
    let server = Server::start().await;
    let mut source = poller(&server, None).await;
    server.will_answer([Reply::ok(&json!([{"message": {}}]))]);
    assert!(matches!(source.next_batch().await.err(), Some(SourceProblem::Strange(_))));
}
