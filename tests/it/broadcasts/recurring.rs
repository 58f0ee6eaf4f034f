//! Purpose: what comes again, between two runs: the last one is changed in place and taken back, and the next ones come.

use std::time::Duration;

use homeroom::broadcasts::{self, State};
use homeroom::i18n::{Language, say};
use homeroom::ids::BroadcastId;

use super::{at, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    changed_between_two_runs_the_last_one_and_the_next_have_the_new_words,
    taken_back_between_two_runs_the_last_one_is_gone_and_the_next_comes,
    held_between_two_runs_the_last_one_can_be_taken_back_too,
    the_list_offers_to_take_the_last_run_back_in_chinese,
    the_list_offers_to_take_the_last_run_back_in_english,
);

const WORDS: &str = "明天 8 点到校，请带水杯。";
const DAY: Duration = Duration::from_hours(24);

/// A school where something that comes every day has come once.
async fn daily(fresh: Fresh, ways: Ways) -> (School, BroadcastId) {
    let school = School::ready_with(fresh, ways).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    let id = school.publishes(teacher, at("always - - daily 10:00:00")).await.unwrap().broadcast;
    school.later(Duration::from_hours(16)).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    (school, id)
}

async fn changed_between_two_runs_the_last_one_and_the_next_have_the_new_words(fresh: Fresh) {
    let (school, id) = daily(fresh, Ways::default()).await;
    let message = school.posted(WORDS)[0].id;
    let new = vec![text("9 点到校")];
    let changed = school
        .decides(school.class.teacher, async |work, actor| broadcasts::edit(work, actor, id, new).await);
    assert_eq!(changed.await.unwrap(), say::broadcast_edited_everywhere(1_i64));
    assert_eq!((school.posted(WORDS).len(), school.posted("9 点到校")[0].id), (0, message));
    school.later(DAY).await;
    assert_eq!((school.posted(WORDS).len(), school.posted("9 点到校").len()), (0, 2));
    school.close().await;
}

async fn taken_back_between_two_runs_the_last_one_is_gone_and_the_next_comes(fresh: Fresh) {
    let (school, id) = daily(fresh, Ways::default()).await;
    let teacher = school.class.teacher;
    let recall =
        async || school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, id).await).await;
    let told = say::broadcast_recalling_one(say::broadcast_recalling(1_i64, 0_i64));
    assert_eq!(recall().await.unwrap(), told);
    assert_eq!((school.posted(WORDS).len(), school.state(id).await.as_str()), (0, "scheduled"));
    assert_eq!(recall().await.unwrap_err(), say::broadcast_recall_nothing());
    school.later(DAY).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}

async fn held_between_two_runs_the_last_one_can_be_taken_back_too(fresh: Fresh) {
    let (school, id) = daily(fresh, Ways::default()).await;
    let teacher = school.class.teacher;
    school.decides(teacher, async |work, actor| broadcasts::pause(work, actor, id).await).await.unwrap();
    school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, id).await).await.unwrap();
    assert_eq!((school.posted(WORDS).len(), school.state(id).await.as_str()), (0, "paused"));
    let on = school.decides(teacher, async |work, actor| broadcasts::resume(work, actor, id).await).await;
    assert_eq!(on.unwrap().state, State::Scheduled);
    school.later(DAY).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}

/// Opens the list and takes the last run back there; returns what is asked first and told then.
async fn takes_back_from_the_list(school: &School, next: &str, labels: [&str; 2]) -> (String, String) {
    let teacher = school.class.teacher;
    let chat = teacher.private_chat();
    school.sandbox.writes(teacher, chat, "/schedule").unwrap();
    school.settle().await;
    school.presses(teacher, chat, next, next).await;
    school.presses(teacher, chat, labels[0], labels[0]).await;
    let asked = school.told(teacher).text;
    school.presses(teacher, chat, labels[1], labels[1]).await;
    assert_eq!(school.posted(WORDS).len(), 0);
    let said = school.bot_says(teacher, chat);
    (asked, said.iter().map(|said| said.text.as_str()).collect::<Vec<_>>().join("\n"))
}

async fn the_list_offers_to_take_the_last_run_back_in_chinese(fresh: Fresh) {
    let (school, _) = daily(fresh, Ways::default()).await;
    let (asked, told) = takes_back_from_the_list(&school, "9月9日周三", ["撤回", "确定撤回"]).await;
    assert_eq!(asked, zh(&say::schedule_recall_one_sure(WORDS)));
    assert!(told.contains("以后到时间照常发；不想再发了"), "{told}");
    school.later(DAY).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}

async fn the_list_offers_to_take_the_last_run_back_in_english(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let (school, _) = daily(fresh, ways).await;
    let labels = [en(&say::schedule_button_recall()), en(&say::schedule_button_recall_surely())];
    let next = "Wed 9 Sep";
    let (asked, told) = takes_back_from_the_list(&school, next, [&labels[0], &labels[1]]).await;
    assert_eq!(asked, en(&say::schedule_recall_one_sure(WORDS)));
    assert!(told.contains("The next ones still come"), "{told}");
    school.close().await;
}
