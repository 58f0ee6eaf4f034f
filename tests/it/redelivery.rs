//! Purpose: Telegram delivers an update twice, and the second time does nothing; or it counts from another number.

use std::time::Duration;

use homeroom::i18n::say;
use homeroom::sandbox::DemoClass;

use crate::databases::{Fresh, on_both};
use crate::school::{School, zh};

on_both!(
    every_update_of_a_whole_evening_delivered_again_changes_nothing,
    a_restart_forgets_no_update,
    numbers_that_go_down_after_a_quiet_week_lose_and_repeat_nothing,
);

const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";

/// A lesson, a quiz, a balance, an advertisement, an appeal and its undoing.
async fn an_evening(school: &School) {
    let DemoClass { group, teacher, parents: [mother, father], .. } = school.class;
    school.starts(teacher).await;
    school.later(Duration::from_mins(90)).await;
    school.later(Duration::from_mins(10)).await;
    school.presses(mother, group, "学完", "finished").await;
    school.answers(mother, group, true);
    school.answers(father, group, false);
    school.settle().await;
    school.writes(mother, "积分").await;
    school.writes(father, AD).await;
    let appeal = zh(&say::act_appeal_button());
    school.presses(father, group, &appeal, &appeal).await;
    let undo = zh(&say::act_undo_button());
    school.presses(teacher, teacher.private_chat(), &undo, &undo).await;
}

/// Everything that could have happened twice.
async fn traces(school: &School) -> Vec<i64> {
    let mut traces = Vec::new();
    for sql in [
        "SELECT COUNT(*) FROM outbox",
        "SELECT COUNT(*) FROM ledger",
        "SELECT COUNT(*) FROM acts",
        "SELECT COUNT(*) FROM quiz_votes",
        "SELECT COUNT(*) FROM quiz_strays",
        "SELECT COUNT(*) FROM audit",
        "SELECT COUNT(*) FROM groups",
        "SELECT COUNT(*) FROM people",
    ] {
        traces.push(school.number(sql, &[]).await);
    }
    traces
}

async fn all_again(school: &School) {
    let last = school.sandbox.read(homeroom::sandbox::World::last_update);
    for update in 1..=last {
        assert!(school.sandbox.deliver_again(update), "update {update}");
    }
    school.settle().await;
}

async fn every_update_of_a_whole_evening_delivered_again_changes_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    an_evening(&school).await;
    let before = traces(&school).await;
    let requests = school.sandbox.read(|world| world.requests().count());
    all_again(&school).await;
    assert_eq!(traces(&school).await, before);
    assert_eq!(school.sandbox.read(|world| world.requests().count()), requests, "nothing more is asked for");
    school.close().await;
}

async fn a_restart_forgets_no_update(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    an_evening(&school).await;
    school.stop_bot().await;
    let before = traces(&school).await;
    school.start_bot().await;
    all_again(&school).await;
    assert_eq!(traces(&school).await, before);
    school.close().await;
}

async fn numbers_that_go_down_after_a_quiet_week_lose_and_repeat_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    assert!(school.sandbox.renumber(5_000_000));
    school.writes(mother, "积分").await;
    school.later(Duration::from_hours(8 * 24)).await;
    assert!(school.sandbox.renumber(70_000));
    let sent = school.sandbox.read(|world| world.requests().count());
    for _ in 0..120 {
        school.sandbox.writes(father, group, "积分").unwrap();
    }
    // Waits until the bot has confirmed all of them: asked with the old number, it never would.
    school.settle().await;
    let handled = "SELECT COUNT(*) FROM handled WHERE update_id BETWEEN 70000 AND 70119";
    assert_eq!(school.number(handled, &[]).await, 120);
    assert_eq!(school.sandbox.read(homeroom::sandbox::World::last_update), 70_119);
    let asked = school.sandbox.read(|world| world.requests().count()) - sent;
    assert!(asked <= 120, "each is answered once at most: {asked}");
    school.close().await;
}
