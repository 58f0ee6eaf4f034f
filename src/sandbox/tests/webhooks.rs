//! Purpose: delivery by webhook: order, secret, repetition.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{BOUND, Class};
use crate::clock::timeout;
use crate::sandbox::World;

struct Hook {
    seen: UnboundedSender<(Option<String>, Value)>,
    refuse_first: std::sync::atomic::AtomicUsize,
}

async fn hook(refuse_first: usize) -> (String, UnboundedReceiver<(Option<String>, Value)>) {
    let (seen, received) = unbounded_channel();
    let hook = Arc::new(Hook { seen, refuse_first: refuse_first.into() });
    let routes = Router::new().route("/hook", post(take)).with_state(hook);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (url, received)
}

async fn take(State(hook): State<Arc<Hook>>, headers: HeaderMap, body: String) -> StatusCode {
    let secret =
        headers.get("x-telegram-bot-api-secret-token").map(|value| value.to_str().unwrap().to_owned());
    hook.seen.send((secret, serde_json::from_str(&body).unwrap())).unwrap();
    let left = hook.refuse_first.load(std::sync::atomic::Ordering::SeqCst);
    if left > 0 {
        hook.refuse_first.store(left - 1, std::sync::atomic::Ordering::SeqCst);
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    StatusCode::OK
}

#[tokio::test]
async fn a_chat_arrives_in_order_and_a_refused_update_comes_again() {
    let class = Class::new().await;
    let (url, mut received) = hook(1).await;
    class.ask("setWebhook", json!({"url": url, "secret_token": "s3"})).await.unwrap();
    for text in ["1", "2", "3"] {
        class.sandbox.writes(class.parent, class.group, text).unwrap();
    }
    let mut texts = Vec::new();
    for _ in 0..4 {
        let (secret, update) = timeout(BOUND, received.recv()).await.unwrap().unwrap();
        assert_eq!(secret.as_deref(), Some("s3"));
        texts.push(update["message"]["text"].as_str().unwrap().to_owned());
    }
    assert_eq!(texts, ["1", "1", "2", "3"]);
    class.sandbox.idle(BOUND).await.unwrap();
    let info = class.ask("getWebhookInfo", json!({})).await.unwrap();
    assert_eq!((&info["pending_update_count"], &info["url"]), (&json!(0), &json!(url)));
    assert!(info["last_error_message"].as_str().unwrap().contains("500"));
}

#[tokio::test]
async fn what_was_refused_comes_again_to_a_webhook_set_anew_with_its_secret() {
    let class = Class::new().await;
    let (gone, _received) = hook(usize::MAX).await;
    class.ask("setWebhook", json!({"url": gone, "secret_token": "old"})).await.unwrap();
    class.sandbox.writes(class.parent, class.group, "1").unwrap();
    let refused = |world: &World| world.webhook.as_ref()?.last_error.clone();
    class.sandbox.until(BOUND, refused).await.unwrap();
    let (url, mut received) = hook(0).await;
    class.ask("setWebhook", json!({"url": url, "secret_token": "new"})).await.unwrap();
    let (secret, update) = timeout(BOUND, received.recv()).await.unwrap().unwrap();
    assert_eq!((secret.as_deref(), &update["message"]["text"]), (Some("new"), &json!("1")));
    class.sandbox.idle(BOUND).await.unwrap();
}

#[tokio::test]
async fn polling_and_webhook_exclude_each_other() {
    let class = Class::new().await;
    class.ask("setWebhook", json!({"url": "http://127.0.0.1:9/none"})).await.unwrap();
    let (code, words) = class.ask("getUpdates", json!({})).await.unwrap_err();
    assert_eq!(code, 409);
    assert!(words.starts_with("Conflict: can't use getUpdates method while webhook is active"));
    class.sandbox.writes(class.parent, class.group, "kept").unwrap();
    class.ask("deleteWebhook", json!({})).await.unwrap();
    assert_eq!(class.updates(0).await[0]["message"]["text"], json!("kept"));
}
