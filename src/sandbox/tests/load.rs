//! Purpose: load mode delivers prepared updates and answers plausibly.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::json;

use super::NOON;
use crate::clock::Clock;
use crate::sandbox::{LoadEvent, Sandbox, SimConfig};

async fn ask(sandbox: &Sandbox, method: &str, body: serde_json::Value) -> serde_json::Value {
    let url = format!("{}/bot{}/{method}", sandbox.url(), sandbox.token());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer: serde_json::Value = client.post(url).json(&body).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["ok"], json!(true), "{answer}");
    answer["result"].clone()
}

#[tokio::test]
async fn prepared_updates_come_in_order_and_events_tell_of_each_step() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let log = events.clone();
    let config = SimConfig {
        fast_mode: true,
        rate_limits: None,
        load_hook: Some(Arc::new(move |event| {
            log.lock().unwrap().push(match event {
                LoadEvent::Delivered { first, count } => format!("delivered {first} +{count}"),
                LoadEvent::Confirmed { offset } => format!("confirmed <{offset}"),
                LoadEvent::Called { method, body } => format!("{method} {}", body.len()),
            });
        })),
        ..SimConfig::default()
    };
    let sandbox = Sandbox::start(config, Clock::frozen(NOON)).await.unwrap();
    let texts = (0..150).map(|number| Bytes::from(format!(r#"{{"message":{{"message_id":{number}}}}}"#)));
    assert_eq!(sandbox.load(texts), 1);
    let first = ask(&sandbox, "getUpdates", json!({"limit": 100})).await;
    assert_eq!(first[99], json!({"update_id": 100, "message": {"message_id": 99}}));
    let second = ask(&sandbox, "getUpdates", json!({"offset": 101})).await;
    assert_eq!(second.as_array().unwrap().len(), 50);
    let sent = ask(&sandbox, "sendMessage", json!({"chat_id": -100, "text": "x"})).await;
    assert_eq!(sent["chat"]["id"], json!(-100));
    serde_json::from_str::<teloxide::types::Message>(&sent.to_string()).unwrap();
    assert_eq!(ask(&sandbox, "deleteMessage", json!({"chat_id": -100, "message_id": 1})).await, json!(true));
    assert_eq!(sandbox.load_count("sendMessage"), 1);
    let expected =
        ["delivered 1 +100", "confirmed <101", "delivered 101 +50", "sendMessage 27", "deleteMessage 31"];
    assert_eq!(*events.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_whisper_under_load_has_a_number_of_its_own() {
    let config = SimConfig { fast_mode: true, rate_limits: None, ..SimConfig::default() };
    let sandbox = Sandbox::start(config, Clock::frozen(NOON)).await.unwrap();
    let whisper =
        json!({"chat_id": -100, "text": "x", "ephemeral_message_parameters": {"receiver_user_id": 5}});
    let sent = ask(&sandbox, "sendMessage", whisper).await;
    assert_eq!((&sent["message_id"], &sent["ephemeral_message_id"]), (&json!(0), &json!(1)));
    let open = ask(&sandbox, "sendMessage", json!({"chat_id": -100, "text": "x"})).await;
    assert_eq!((&open["message_id"], &open["ephemeral_message_id"]), (&json!(2), &json!(null)));
}
