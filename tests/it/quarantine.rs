//! Purpose: messages of which nobody knows whether they arrived: listed without their words, and sent or dropped as the
//! operator decides.

use std::time::Duration;

use homeroom::sandbox::{Fault, FaultPlan, FaultRule};

use crate::databases::{Fresh, on_both};
use crate::program::{homeroom, out};
use crate::school::School;

on_both!(
    a_message_given_up_is_listed_without_its_words_and_sent_when_released,
    a_message_that_is_dropped_is_never_sent,
);

/// A school in which the answer to a parent was sent twice and nobody heard that it arrived; and that answer's words.
async fn given_up(fresh: Fresh) -> (School, String) {
    let school = School::ready(fresh).await;
    let mother = school.class.parents[0];
    let rules = vec![FaultRule::on_calls("sendMessage", &[1, 2], Fault::CloseAfter)];
    school.sandbox.set_faults(FaultPlan { seed: 1, rules });
    school.starts(mother).await;
    school.later(Duration::from_mins(1)).await;
    let words = school.told(mother).text;
    assert_eq!(copies(&school, &words), 2, "it was tried twice");
    (school, words)
}

/// How often a parent has got a message.
fn copies(school: &School, words: &str) -> usize {
    let mother = school.class.parents[0];
    let said = school.bot_says(mother, mother.private_chat());
    said.iter().filter(|said| said.text == words).count()
}

/// Runs `homeroom outbox …`: its exit code and what it says.
fn outbox(school: &School, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = homeroom();
    command.arg("outbox").args(arguments).env("DATABASE_URL", school.url());
    let output = command.output().unwrap();
    (output.status.code(), out(&output))
}

/// The only number in the list.
fn listed(school: &School) -> (String, String) {
    let (code, said) = outbox(school, &["quarantined"]);
    assert_eq!(code, Some(0), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    (lines[1].split_whitespace().next().unwrap().to_owned(), said)
}

async fn a_message_given_up_is_listed_without_its_words_and_sent_when_released(fresh: Fresh) {
    let (school, words) = given_up(fresh).await;
    let (id, said) = listed(&school);
    for part in ["say to person", "2026-09-07 10:0", "nobody knows", "homeroom outbox release"] {
        assert!(said.contains(part), "`{part}` is missing: {said}");
    }
    let told = words.lines().find(|line| line.chars().count() > 5).unwrap();
    assert!(!said.contains(told), "{said}");
    let (code, said) = outbox(&school, &["release", &id]);
    assert_eq!(code, Some(0), "{said}");
    school.later(Duration::from_mins(1)).await;
    assert_eq!(copies(&school, &words), 3);
    let (code, said) = outbox(&school, &["release", &id]);
    assert!(code == Some(1) && said.contains(&id), "released once is enough: {said}");
    let (code, said) = outbox(&school, &["quarantined"]);
    assert!(code == Some(0) && said.contains("No message"), "{said}");
    school.close().await;
}

async fn a_message_that_is_dropped_is_never_sent(fresh: Fresh) {
    let (school, words) = given_up(fresh).await;
    let (id, _) = listed(&school);
    let (code, said) = outbox(&school, &["drop", &id]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = outbox(&school, &["release", &id]);
    assert_eq!(code, Some(1), "what is dropped can't be released: {said}");
    school.later(Duration::from_mins(1)).await;
    assert_eq!(copies(&school, &words), 2);
    let sql = "SELECT COUNT(*) FROM outbox WHERE state = 'failed' AND error = 'dropped by the operator'";
    assert_eq!(school.number(sql, &[]).await, 1);
    school.close().await;
}
