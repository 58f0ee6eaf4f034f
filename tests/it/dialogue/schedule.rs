//! Purpose: what is coming, and what a teacher does about it from the list.

use std::time::Duration;

use homeroom::i18n::{Text, say};
use homeroom::sandbox::{DemoClass, PersonId};

use super::{chat, english, has_heard, labels, presses, tells, to_summary};
use crate::databases::{Fresh, on_both};
use crate::school::{School, en, zh};

on_both!(
    what_is_coming_is_listed_paused_moved_and_cancelled,
    what_was_published_is_edited_reported_and_taken_back,
    what_was_sent_as_words_takes_no_picture_and_no_second_part_in_chinese,
    what_was_sent_as_words_takes_no_picture_and_no_second_part_in_english,
    what_was_sent_is_opened_from_the_news_and_from_the_list,
    what_was_sent_is_listed_in_english,
    on_a_button_the_words_have_more_room_than_the_date,
    a_draft_that_is_open_is_finished_first,
    parents_see_no_schedule,
);

const NEWS: &str = "明天下午三点放学，请准时来接。";

/// Publishes something for tonight.
async fn tonight(school: &School, teacher: PersonId) {
    to_summary(school, teacher, NEWS).await;
    presses(school, teacher, "改时间", "").await;
    tells(school, teacher, "今晚 19:10").await;
    presses(school, teacher, "对，就这样", "").await;
    presses(school, teacher, "确认，到时间发送", "").await;
}

async fn what_is_coming_is_listed_paused_moved_and_cancelled(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    assert_eq!(tells(&school, teacher, "/schedule").await, zh(&say::schedule_empty()));
    tonight(&school, teacher).await;
    assert_eq!(tells(&school, teacher, "/schedule").await, zh(&say::schedule_list(1_i64)));
    let opened = presses(&school, teacher, "9月7日周一 19:10 · 明天", "").await;
    assert!(opened.contains(NEWS) && opened.contains(&zh(&say::broadcast_is_scheduled())), "{opened}");
    let paused = presses(&school, teacher, "暂停", "").await;
    assert!(paused.contains(&zh(&say::broadcast_paused())), "{paused}");
    presses(&school, teacher, "继续", "").await;
    let when = presses(&school, teacher, "改时间", "").await;
    assert_eq!(when, zh(&say::dialogue_when()));
    tells(&school, teacher, "明天 12:00").await;
    let summary = presses(&school, teacher, "对，就这样", "").await;
    assert!(summary.starts_with(&zh(&say::dialogue_summary_move())), "{summary}");
    let moved = presses(&school, teacher, "确认修改", "").await;
    assert!(moved.contains("2026年9月8日 星期二 12:00"), "{moved}");
    school.later(Duration::from_mins(70)).await;
    assert!(school.bot_says(teacher, group).iter().all(|said| said.text != NEWS), "it was moved away");
    presses(&school, teacher, "查看和管理", "").await;
    let sure = presses(&school, teacher, "取消它", "").await;
    assert_eq!(sure, zh(&say::schedule_cancel_sure(NEWS)));
    let cancelled = presses(&school, teacher, "确定取消", "").await;
    assert!(cancelled.contains(&zh(&say::broadcast_cancelled())), "{cancelled}");
    school.later(Duration::from_hours(20)).await;
    assert!(school.bot_says(teacher, group).iter().all(|said| said.text != NEWS));
    school.close().await;
}

async fn what_was_published_is_edited_reported_and_taken_back(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    to_summary(&school, teacher, NEWS).await;
    presses(&school, teacher, "现在发送", "").await;
    presses(&school, teacher, "查看和管理", "").await;
    presses(&school, teacher, "改内容", "").await;
    assert!(has_heard(&school, teacher, &zh(&say::dialogue_what_anew())));
    tells(&school, teacher, "明天下午四点放学。").await;
    let summary = presses(&school, teacher, "就这些", "").await;
    assert!(summary.starts_with(&zh(&say::dialogue_summary_edit())), "{summary}");
    presses(&school, teacher, "确认修改", "").await;
    assert_eq!(school.last(teacher, group).text, "明天下午四点放学。");
    presses(&school, teacher, "查看和管理", "").await;
    let report = presses(&school, teacher, "看统计", "").await;
    assert!(report.contains(&zh(&say::broadcast_report_sent(1_i64, 1_i64))), "{report}");
    presses(&school, teacher, "查看和管理", "").await;
    let sure = presses(&school, teacher, "撤回", "").await;
    assert!(sure.starts_with("真的撤回吗？"), "{sure}");
    presses(&school, teacher, "确定撤回", "").await;
    assert!(school.bot_says(teacher, group).iter().all(|said| said.text != "明天下午四点放学。"));
    school.close().await;
}

async fn what_was_sent_is_opened_from_the_news_and_from_the_list(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    to_summary(&school, teacher, NEWS).await;
    presses(&school, teacher, "现在发送", "").await;
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_done(1_i64)));
    assert_eq!(labels(&school, teacher), ["查看和管理"]);
    let sent = format!("{}\n\n{}", zh(&say::schedule_empty()), zh(&say::schedule_sent(14_i64)));
    assert_eq!(tells(&school, teacher, "/schedule").await, sent);
    let opened = presses(&school, teacher, "已发 9月7日周一 18:00 · 明天下午", "").await;
    assert!(opened.contains(NEWS) && opened.contains(&zh(&say::broadcast_is_sent())), "{opened}");
    assert!(labels(&school, teacher).contains(&"看统计".to_owned()));
    tonight(&school, teacher).await;
    let both = format!("{}\n\n{}", zh(&say::schedule_list(1_i64)), zh(&say::schedule_sent(14_i64)));
    assert_eq!(tells(&school, teacher, "/schedule").await, both);
    assert!(labels(&school, teacher)[1].starts_with("已发"), "what is coming stands first");
    school.later(Duration::from_hours(2)).await;
    school.later(Duration::from_hours(15 * 24)).await;
    assert_eq!(tells(&school, teacher, "/schedule").await, zh(&say::schedule_empty()));
    school.close().await;
}

async fn what_was_sent_is_listed_in_english(fresh: Fresh) {
    let school = english(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    to_summary(&school, teacher, "No class tomorrow.").await;
    presses(&school, teacher, "", "Send now").await;
    assert_eq!(labels(&school, teacher), [en(&say::schedule_button_open())]);
    let sent = format!("{}\n\n{}", en(&say::schedule_empty()), en(&say::schedule_sent(14_i64)));
    assert_eq!(tells(&school, teacher, "/schedule").await, sent);
    assert!(labels(&school, teacher)[0].starts_with("Sent Mon 7 Sep 18:00 · No class"));
    school.close().await;
}

async fn on_a_button_the_words_have_more_room_than_the_date(fresh: Fresh) {
    let school = english(fresh).await;
    let teacher = school.class.teacher;
    for when in ["16 September 19:30", "5 January 2027 8:00"] {
        to_summary(&school, teacher, "Bring a bottle of water and a hat").await;
        presses(&school, teacher, "Change the time", "").await;
        tells(&school, teacher, when).await;
        presses(&school, teacher, "Yes, that's it", "").await;
        presses(&school, teacher, "Confirm, send at that time", "").await;
    }
    tells(&school, teacher, "/schedule").await;
    let labels = labels(&school, teacher);
    assert_eq!(labels[0], "Wed 16 Sep 19:30 · Bring a bottle of wa…");
    assert!(labels[1].starts_with("Tue 5 Jan 2027 08:00 · Bring"), "{labels:?}");
    school.close().await;
}

async fn a_draft_that_is_open_is_finished_first(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    tonight(&school, teacher).await;
    let manage = school.told(teacher);
    tells(&school, teacher, "/announce").await;
    tells(&school, teacher, "秋游").await;
    let press = school.sandbox.presses(teacher, chat(teacher), manage.id, "查看和管理").unwrap();
    assert_eq!(school.answer_to(&press).await, "");
    let move_it = school.presses(teacher, chat(teacher), "改时间", "改时间").await;
    assert_eq!(move_it, "");
    let shown = school.sandbox.read(|world| {
        world
            .visible(teacher, chat(teacher))
            .into_iter()
            .find(|said| said.id == manage.id)
            .map(|said| said.text)
    });
    assert!(shown.unwrap().starts_with(&zh(&say::dialogue_finish_first())));
    school.close().await;
}

async fn parents_see_no_schedule(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, _], .. } = school.class;
    assert_eq!(tells(&school, mother, "/schedule").await, zh(&say::dialogue_not_staff()));
    assert!(labels(&school, mother).is_empty());
    school.close().await;
}

async fn what_was_sent_as_words_takes_no_picture_and_no_second_part_in_chinese(fresh: Fresh) {
    takes_words_only(School::ready(fresh).await, zh).await;
}

async fn what_was_sent_as_words_takes_no_picture_and_no_second_part_in_english(fresh: Fresh) {
    takes_words_only(english(fresh).await, en).await;
}

async fn takes_words_only(school: School, told: fn(&Text) -> String) {
    let DemoClass { teacher, group, .. } = school.class;
    to_summary(&school, teacher, NEWS).await;
    presses(&school, teacher, "现在发送", "Send now").await;
    presses(&school, teacher, "查看和管理", "Look at it").await;
    presses(&school, teacher, "改内容", "Change the text").await;
    let refused = told(&say::broadcast_edit_other_kind());
    school.sandbox.message(teacher, chat(teacher)).photo("picture").send().unwrap();
    school.settle().await;
    assert!(school.told(teacher).text.starts_with(&refused), "{}", school.told(teacher).text);
    let more = tells(&school, teacher, "明天下午四点放学。").await;
    assert_eq!(more, told(&say::dialogue_what_more(1_i64)), "the picture was left out");
    let second = tells(&school, teacher, "请带伞。").await;
    assert!(second.starts_with(&refused), "{second}");
    presses(&school, teacher, "就这些", "That's all").await;
    presses(&school, teacher, "确认修改", "Confirm the change").await;
    assert_eq!(school.last(teacher, group).text, "明天下午四点放学。");
    school.close().await;
}
