//! Purpose: getUpdates: confirming, waiting, conflicts, and idle.

use serde_json::json;

use super::{BOUND, Class};
use crate::sandbox::World;

#[tokio::test]
async fn an_update_stays_until_a_higher_offset() {
    let class = Class::new().await;
    class.sandbox.writes(class.parent, class.group, "one").unwrap();
    class.sandbox.writes(class.parent, class.group, "two").unwrap();
    let first = class.updates(0).await;
    assert_eq!(first, class.updates(0).await);
    assert_eq!(first.len(), 2);
    let offset = first[0]["update_id"].as_i64().unwrap() + 1;
    assert_eq!(class.updates(offset).await.as_slice(), &first[1..]);
    assert!(class.updates(offset + 1).await.is_empty());
    class.sandbox.idle(BOUND).await.unwrap();
    assert_eq!(class.sandbox.read(World::confirmed_update), offset);
}

#[tokio::test]
async fn an_offset_far_beyond_the_newest_update_confirms_nothing() {
    let class = Class::new().await;
    class.sandbox.writes(class.parent, class.group, "one").unwrap();
    let first = class.updates(0).await;
    let next = first[0]["update_id"].as_i64().unwrap() + 1;
    assert!(!class.sandbox.renumber(1), "an update waits");
    assert_eq!(class.updates(next + 11).await, first);
    assert_eq!(class.updates(i64::MAX).await, first);
    assert_eq!(class.sandbox.read(World::confirmed_update), next - 2);
    assert!(class.updates(next + 10).await.is_empty(), "so near it is a confirmation");
}

#[tokio::test]
async fn numbers_can_go_down_once_nothing_waits() {
    let class = Class::new().await;
    assert!(class.sandbox.renumber(5_000));
    assert_eq!(class.sandbox.inject("{}"), 5_000);
    class.updates(5_001).await;
    assert!(class.sandbox.renumber(70));
    assert_eq!(class.sandbox.inject("{}"), 70);
    let low = class.updates(5_001).await;
    assert_eq!(low, [json!({"update_id": 70})]);
    assert_eq!(class.updates(5_001).await, low, "the offset before the change confirms nothing");
    assert!(class.updates(71).await.is_empty());
}

#[tokio::test]
async fn idle_waits_for_the_confirmation() {
    let class = Class::new().await;
    class.sandbox.writes(class.parent, class.group, "one").unwrap();
    let idle = tokio::spawn({
        let sandbox = class.sandbox.clone();
        async move { sandbox.idle(BOUND).await }
    });
    let id = class.updates(0).await[0]["update_id"].as_i64().unwrap();
    assert!(!idle.is_finished());
    class.updates(id + 1).await;
    idle.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_waiting_call_wakes_for_a_new_update() {
    let class = Class::new().await;
    let wait = class.ask("getUpdates", json!({"timeout": 50}));
    let speak = async {
        class.sandbox.until(BOUND, |world| (world.updates.poll_number >= 3).then_some(())).await.unwrap();
        class.sandbox.writes(class.parent, class.group, "one").unwrap();
    };
    let (updates, ()) = tokio::join!(wait, speak);
    assert_eq!(updates.unwrap()[0]["message"]["text"], json!("one"));
}

#[tokio::test]
async fn of_two_waiting_calls_the_older_hears_of_a_conflict() {
    let class = Class::new().await;
    let older = class.ask("getUpdates", json!({"timeout": 50}));
    let newer = async {
        class.sandbox.until(BOUND, |world| (world.updates.poll_number >= 3).then_some(())).await.unwrap();
        class.ask("getUpdates", json!({"timeout": 0})).await
    };
    let (older, newer) = tokio::join!(older, newer);
    let words =
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
    assert_eq!(older, Err((409, words.to_owned())));
    assert!(newer.is_ok());
}

#[tokio::test]
async fn an_update_can_be_delivered_again_after_its_confirmation() {
    let class = Class::new().await;
    class.sandbox.writes(class.parent, class.group, "one").unwrap();
    let first = class.updates(0).await;
    let id = first[0]["update_id"].as_i64().unwrap();
    class.updates(id + 1).await;
    assert!(class.sandbox.deliver_again(id));
    assert_eq!(class.updates(id + 1).await, first);
    assert!(class.updates(id + 1).await.is_empty());
    assert!(!class.sandbox.deliver_again(9_999));
}

#[tokio::test]
async fn injected_updates_come_as_they_are() {
    let class = Class::new().await;
    let id = class.sandbox.inject(r#"{"message":{"strange":1}}"#);
    assert_eq!(class.updates(0).await, [json!({"update_id": id, "message": {"strange": 1}})]);
    class.updates(id + 1).await;
    class.sandbox.inject_whole(id + 1, r#"{"update_id":7,"x":[]}"#);
    assert_eq!(class.updates(id + 1).await, [json!({"update_id": 7, "x": []})]);
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized() {
    let class = Class::new().await;
    let url = format!("{}/bot1:wrong/getMe", class.sandbox.url());
    assert_eq!(class.client.post(url).send().await.unwrap().status().as_u16(), 401);
}
