//! Purpose: updates that can't be handled, configurations that change, and features that fail: the stream goes on.

use std::sync::Arc;
use std::time::Duration;

use homeroom::moderation::RuleBook;
use homeroom::moderation::pack::Pack;
use homeroom::sandbox::{DemoClass, Fault, FaultPlan, FaultRule};
use serde_json::json;

use crate::databases::{Fresh, on_both};
use crate::school::School;

on_both!(
    updates_that_make_no_sense_are_parked_and_block_nothing,
    a_parked_update_delivered_again_is_parked_once,
    a_feature_that_fails_parks_its_update_and_the_batch_goes_on,
    kinds_of_updates_nobody_knows_are_passed_over,
    a_changed_configuration_holds_from_the_next_message_on,
    a_server_in_trouble_delays_and_loses_nothing,
);

const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";

async fn updates_that_make_no_sense_are_parked_and_block_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let strange = [
        json!({"message": "a text"}).to_string(),
        json!({"message": {"message_id": "one"}}).to_string(),
        json!({"message": {"message_id": 1, "date": 1, "chat": {"id": group.0, "type": "cloud"}}}).to_string(),
        json!({"message": {"message_id": 1, "date": 1, "chat": {"id": group.0, "type": "supergroup"}, "text": "x"}})
            .to_string(),
        json!({"callback_query": {"id": 5}}).to_string(),
        json!({"poll_answer": {"poll_id": "1", "option_ids": [-1]}}).to_string(),
        json!({"my_chat_member": {"chat": null}}).to_string(),
    ];
    let count = i64::try_from(strange.len()).unwrap();
    for update in strange {
        school.sandbox.inject(update);
    }
    school.writes(mother, "积分").await;
    assert_eq!(school.last(mother, group).only_for, Some(mother), "what comes after is answered");
    school.close_with_parked(count).await;
}

async fn a_parked_update_delivered_again_is_parked_once(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let update = school.sandbox.inject(json!({"message": 7}).to_string());
    school.settle().await;
    for _ in 0..2 {
        assert!(school.sandbox.deliver_again(update));
        school.settle().await;
    }
    school.close_with_parked(1).await;
}

/// An account that contradicts its ledger stands for a mistake in a feature: the next award fails.
async fn a_feature_that_fails_parks_its_update_and_the_batch_goes_on(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.later(Duration::from_mins(90)).await;
    school.later(Duration::from_mins(10)).await;
    school.presses(father, group, "学完", "finished").await;
    let polls = school.polls();
    let (first, right) = &polls[0];
    school.sandbox.votes(father, first, &[*right]).unwrap();
    school.settle().await;
    assert_eq!(school.alters("UPDATE accounts SET entries = 0").await, 1);
    // All in one batch: his votes, of which one can't be handled, and her question.
    for (poll, right) in &polls[1..] {
        school.sandbox.votes(father, poll, &[*right]).unwrap();
    }
    school.sandbox.writes(mother, group, "积分").unwrap();
    school.settle().await;
    assert_eq!(school.last(mother, group).only_for, Some(mother));
    let votes = school.number("SELECT COUNT(*) FROM quiz_votes", &[]).await;
    assert_eq!(votes, i64::try_from(polls.len()).unwrap() - 1, "the other votes are counted");
    let kept = school.number("SELECT COUNT(*) FROM parked WHERE raw LIKE '%poll_answer%'", &[]).await;
    assert_eq!(kept, 1, "with its text, for the operator");
    school.alters("UPDATE accounts SET entries = 1").await;
    school.close_with_parked(1).await;
}

async fn kinds_of_updates_nobody_knows_are_passed_over(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let rows = school.number("SELECT COUNT(*) FROM handled", &[]).await;
    for kind in ["guest_message", "business_connection", "purchased_paid_media", "something_of_next_year"] {
        let mut update = json!({});
        update[kind] = json!({"id": 1, "text": AD});
        school.sandbox.inject(update.to_string());
    }
    school.settle().await;
    assert_eq!(school.number("SELECT COUNT(*) FROM handled", &[]).await, rows);
    school.close().await;
}

async fn a_changed_configuration_holds_from_the_next_message_on(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let parent = school.class.parents[0];
    let words = "明天秋游请带红领巾";
    let kept = school.writes(parent, words).await;
    assert!(!school.is_deleted(kept));
    let pack = "[rule.R3]\nmode = \"enforce\"\naction = \"delete\"\nkeywords = [\"红领巾\"]\n";
    let config = Arc::make_mut(&mut school.config);
    config.moderation = RuleBook::compile(Pack::parse(pack).unwrap()).unwrap();
    school.bot().configure(Arc::clone(&school.config));
    let gone = school.writes(parent, words).await;
    assert!(school.is_deleted(gone));
    let kept = school.writes(parent, AD).await;
    assert!(!school.is_deleted(kept), "the old rules hold no more");
    school.close().await;
}

async fn a_server_in_trouble_delays_and_loses_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    let rules = vec![
        FaultRule::on_calls("deleteMessage", &[1], Fault::ServerError(502)),
        FaultRule::on_calls("deleteMessage", &[2], Fault::CloseBefore),
        FaultRule::on_calls("sendMessage", &[1], Fault::ChatFlood { retry_after_s: 7 }),
        FaultRule::on_calls("getUpdates", &[1], Fault::ServerError(500)),
    ];
    school.sandbox.set_faults(FaultPlan { seed: 1, rules });
    let ad = school.writes(mother, AD).await;
    school.writes(father, "积分").await;
    for _ in 0..10 {
        school.later(Duration::from_secs(10)).await;
    }
    assert!(school.is_deleted(ad));
    assert_eq!(school.last(mother, group).only_for, Some(mother));
    assert_eq!(school.last(father, group).only_for, Some(father));
    assert_eq!(school.sandbox.read(homeroom::sandbox::World::impatient_calls), 0);
    school.close().await;
}
