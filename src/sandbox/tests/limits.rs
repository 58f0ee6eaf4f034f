//! Purpose: sending limits are strict sliding windows of the clock.

use serde_json::json;

use super::{Class, NOON};
use crate::sandbox::SimConfig;

#[tokio::test]
async fn one_message_a_second_to_a_chat() {
    let class = Class::with(SimConfig::default()).await;
    let body = || json!({"chat_id": class.group.0, "text": "x"});
    assert!(class.ask("sendMessage", body()).await.is_ok());
    class.sandbox.clock().advance_to(NOON.plus_ms(999));
    assert_eq!(class.refusal("sendMessage", body()).await, "Too Many Requests: retry after 1");
    class.sandbox.clock().advance_to(NOON.plus_ms(2_000));
    assert!(class.ask("sendMessage", body()).await.is_ok());
    // Deleting, answering and restricting are not limited.
    for id in 1..=5 {
        assert_ne!(
            class
                .ask("deleteMessage", json!({"chat_id": class.group.0, "message_id": id}))
                .await
                .err()
                .map(|e| e.0),
            Some(429)
        );
    }
}

#[tokio::test]
async fn twenty_a_minute_to_a_group_edits_included() {
    let class = Class::with(SimConfig::default()).await;
    let id = class.says("0").await;
    for second in 1..20 {
        class.sandbox.clock().advance_to(NOON.plus_ms(second * 1_000));
        let edit = json!({"chat_id": class.group.0, "message_id": id, "text": second.to_string()});
        class.ask("editMessageText", edit).await.unwrap();
    }
    class.sandbox.clock().advance_to(NOON.plus_ms(20_000));
    let refused = class.refusal("sendMessage", json!({"chat_id": class.group.0, "text": "x"})).await;
    assert_eq!(refused, "Too Many Requests: retry after 40");
    class.sandbox.clock().advance_to(NOON.plus_ms(60_000));
    assert!(class.ask("sendMessage", json!({"chat_id": class.group.0, "text": "x"})).await.is_ok());
}

#[tokio::test]
async fn thirty_a_second_for_the_bot() {
    let class = Class::with(SimConfig::default()).await;
    let mut refused = 0;
    for number in 0..31 {
        let person = class.sandbox.add_person(&format!("P{number}"));
        class.sandbox.starts_bot(person, None).unwrap();
        let sent = class.ask("sendMessage", json!({"chat_id": person.0, "text": "x"})).await;
        refused += usize::from(sent.is_err());
    }
    assert_eq!(refused, 1);
}
