//! Purpose: a process that stands by carries out what another has published.
//!
//! Invariant: no time passes but the one the test moves, and only as much as there is between two looks.

use std::time::Duration;

use homeroom::broadcasts::{self, Draft};
use homeroom::channel::{Content, Styled};
use homeroom::ids::Native;
use homeroom::roster;

use crate::databases::{Kind, fresh};
use crate::school::{School, together};

/// Where there may be several processes, each looks so often.
const LOOK: Duration = Duration::from_secs(5);
const WORDS: &str = "明天 8 点到校，请带水杯。";

#[tokio::test]
async fn what_a_process_published_before_it_ended_another_sends_at_its_time() {
    let mut school = School::ready(fresh(Kind::Postgres).await).await;
    let published_by = school.bot().clone();
    let other = together::run(&school, vec![school.account("school")]).await;
    // Waits for its first turn: from then on it knows of nothing that is due today before 19:30.
    school.joins_program(other.bots()[0].clone()).await;
    let draft = Draft {
        contents: vec![Content::Text { body: Styled::from(WORDS.to_owned()) }],
        when: Some("always - - once 2026-09-07T18:00:05".to_owned()),
        ..Draft::default()
    };
    let teacher = Native::from(school.class.teacher.0);
    let published = published_by.perform(async |work| {
        let author = roster::known_person(work, &teacher).await?.unwrap();
        broadcasts::publish(work, &author, draft).await
    });
    assert!(published.await.is_ok());
    school.stop_bot().await;
    school.later(LOOK).await;
    let said = school.bot_says(school.class.teacher, school.class.group);
    assert_eq!(said.iter().filter(|said| said.text == WORDS).count(), 1);
    other.stop().await;
    school.close().await;
}
