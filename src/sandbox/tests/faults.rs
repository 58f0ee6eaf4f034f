//! Purpose: what the bot hears and what really happened, for every planned fault.

use std::time::Duration;

use serde_json::json;

use super::{BOUND, Class, NOON};
use crate::clock::{SECOND_MS, timeout};
use crate::sandbox::{Fault, FaultPlan, FaultRule, Outcome, World};

async fn class_with(rules: Vec<FaultRule>) -> Class {
    let class = Class::new().await;
    class.sandbox.set_faults(FaultPlan { seed: 7, rules });
    class
}

fn said(class: &Class) -> usize {
    class.sandbox.read(|world| world.said(class.group).count())
}

async fn send(class: &Class) -> reqwest::Result<reqwest::Response> {
    let url = format!("{}/bot{}/sendMessage", class.sandbox.url(), class.sandbox.token());
    class.client.post(url).json(&json!({"chat_id": class.group.0, "text": "x"})).send().await
}

#[tokio::test]
async fn a_closed_connection_tells_nothing_about_the_effect() {
    for (fault, applied) in [(Fault::CloseBefore, 0), (Fault::CloseAfter, 1)] {
        let class = class_with(vec![FaultRule::on_calls("sendMessage", &[1], fault)]).await;
        assert!(send(&class).await.is_err());
        assert_eq!(said(&class), applied);
        assert!(send(&class).await.unwrap().status().is_success());
    }
}

#[tokio::test]
async fn a_reset_is_heard_as_one() {
    for (fault, applied) in [(Fault::ResetBefore, 0), (Fault::ResetAfter, 1)] {
        let class = class_with(vec![FaultRule::on_calls("sendMessage", &[1], fault)]).await;
        let heard = format!("{:?}", send(&class).await.unwrap_err());
        assert!(heard.contains("ConnectionReset"), "{heard}");
        assert_eq!(said(&class), applied);
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_has_a_head_and_no_end() {
    let class = class_with(vec![FaultRule::on_calls("sendMessage", &[1], Fault::CloseWithin)]).await;
    let answer = send(&class).await.unwrap();
    assert!(answer.status().is_success());
    assert!(answer.bytes().await.is_err());
    assert_eq!(said(&class), 1);
}

#[tokio::test]
async fn a_slow_answer_is_right_and_late() {
    let slow = Fault::Slow(Duration::from_millis(200));
    let class = class_with(vec![FaultRule::on_calls("sendMessage", &[1], slow)]).await;
    assert!(timeout(Duration::from_millis(50), send(&class)).await.is_err());
    assert_eq!(said(&class), 1);
    assert!(send(&class).await.unwrap().json::<serde_json::Value>().await.unwrap()["ok"].as_bool().unwrap());
}

#[tokio::test]
async fn a_timeout_holds_the_answer_back() {
    let hold = Duration::from_mins(10);
    for (fault, applied) in [(Fault::TimeoutBefore(hold), 0), (Fault::TimeoutAfter(hold), 1)] {
        let class = class_with(vec![FaultRule::on_calls("sendMessage", &[1], fault)]).await;
        assert!(timeout(Duration::from_millis(100), send(&class)).await.is_err());
        assert_eq!(said(&class), applied);
        class.sandbox.stop().await;
    }
}

#[tokio::test]
async fn server_errors_and_garbage_are_what_they_say() {
    let rules = vec![
        FaultRule::on_calls("sendMessage", &[1], Fault::ServerError(502)),
        FaultRule::on_calls("sendMessage", &[2], Fault::ServerErrorAfter(500)),
        FaultRule::on_calls("sendMessage", &[3], Fault::Garbage),
    ];
    let class = class_with(rules).await;
    assert_eq!(send(&class).await.unwrap().status().as_u16(), 502);
    assert_eq!(said(&class), 0);
    assert_eq!(send(&class).await.unwrap().status().as_u16(), 500);
    assert_eq!(said(&class), 1);
    assert!(send(&class).await.unwrap().json::<serde_json::Value>().await.is_err());
    assert_eq!(said(&class), 2);
    let outcomes = class.sandbox.read(|world| {
        world
            .requests()
            .map(|request| request.outcome.clone())
            .filter(|o| *o != Outcome::Ok)
            .collect::<Vec<_>>()
    });
    let fault = |applied| Outcome::Fault { applied };
    assert_eq!(outcomes, [fault(false), fault(true), fault(true)]);
}

#[tokio::test]
async fn calls_before_retry_after_are_counted_as_impatient() {
    let rules = vec![FaultRule::on_calls("sendMessage", &[1], Fault::ChatFlood { retry_after_s: 5 })];
    let class = class_with(rules).await;
    let body = || json!({"chat_id": class.group.0, "text": "x"});
    let (status, answer) = class.ask_raw("sendMessage", body()).await;
    assert_eq!((status.as_u16(), &answer["parameters"]["retry_after"]), (429, &json!(5)));
    assert_eq!(class.sandbox.read(World::impatient_calls), 0);
    class.sandbox.clock().advance_to(NOON.plus_ms(4 * SECOND_MS));
    assert_eq!(class.refusal("sendMessage", body()).await, "Too Many Requests: retry after 1");
    assert_eq!(class.sandbox.read(World::impatient_calls), 1);
    class.sandbox.clock().advance_to(NOON.plus_ms(5 * SECOND_MS));
    assert!(class.ask("sendMessage", body()).await.is_ok());
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let rules = vec![FaultRule::by_chance("*", 500, Fault::ServerError(500))];
        let class = class_with(rules).await;
        let mut codes = Vec::new();
        for _ in 0..40 {
            codes.push(send(&class).await.unwrap().status().as_u16());
        }
        runs.push(codes);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].contains(&500) && runs[0].contains(&200));
}

#[tokio::test]
async fn stop_ends_waiting_requests() {
    let class = Class::new().await;
    let url = format!("{}/bot{}/getUpdates", class.sandbox.url(), class.sandbox.token());
    let poll = tokio::spawn(class.client.post(url).json(&json!({"timeout": 50})).send());
    class.sandbox.until(BOUND, |world| (world.updates.poll_number >= 3).then_some(())).await.unwrap();
    class.sandbox.stop().await;
    assert!(timeout(BOUND, poll).await.is_ok());
}
