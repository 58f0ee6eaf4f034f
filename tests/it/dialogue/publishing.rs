//! Purpose: what a teacher confirms goes out as it was shown; what may not, doesn't.

use homeroom::i18n::say;
use homeroom::sandbox::DemoClass;

use super::{chat, has_heard, labels, presses, tells, to_summary};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    what_is_confirmed_is_published_in_chinese,
    what_is_confirmed_is_published_in_english,
    the_preview_is_what_the_group_gets,
    an_album_is_published_as_one,
    a_list_of_scores_is_stopped_at_the_summary,
    a_time_that_comes_too_often_is_asked_again,
    what_is_scheduled_goes_out_at_its_time,
    the_send_button_works_once,
    what_waits_for_quiet_hours_is_told_before,
);

const NEWS: &str = "明天下午三点放学，请准时来接。";

async fn what_is_confirmed_is_published_in_chinese(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    to_summary(&school, teacher, NEWS).await;
    let before = school.bot_says(mother, group).len();
    presses(&school, teacher, "现在发送", "").await;
    assert!(has_heard(&school, teacher, &zh(&say::broadcast_goes_out(1_i64))));
    let said = school.bot_says(mother, group);
    assert_eq!(said.len(), before + 1);
    assert_eq!(said.last().unwrap().text, NEWS);
    school.close().await;
}

async fn what_is_confirmed_is_published_in_english(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = homeroom::i18n::Language::English;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    to_summary(&school, teacher, "School ends at three tomorrow.").await;
    presses(&school, teacher, "Send now", "").await;
    assert!(has_heard(&school, teacher, &en(&say::broadcast_goes_out(1_i64))));
    assert_eq!(school.last(mother, group).text, "School ends at three tomorrow.");
    school.close().await;
}

async fn the_preview_is_what_the_group_gets(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    tells(&school, teacher, "/announce").await;
    tells(&school, teacher, "明天秋游").await;
    school.sandbox.message(teacher, chat(teacher)).photo("picture").text("集合地点见图").send().unwrap();
    school.settle().await;
    presses(&school, teacher, "就这些", "").await;
    presses(&school, teacher, "看完点“我看过了”", "").await;
    presses(&school, teacher, "下一步", "").await;
    presses(&school, teacher, "现在", "").await;
    let said = school.bot_says(teacher, chat(teacher));
    let shown = &said[said.len() - 3..said.len() - 1];
    assert_eq!([shown[0].text.as_str(), shown[1].text.as_str()], ["明天秋游", "集合地点见图"]);
    let label = |said: &homeroom::sandbox::Said| {
        said.buttons.iter().flatten().map(|button| button.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(label(&shown[1]), [zh(&say::broadcast_read_button())]);
    let sample = school.presses(teacher, chat(teacher), "我看过了", "I've read").await;
    assert_eq!(sample, zh(&say::dialogue_sample()));
    presses(&school, teacher, "现在发送", "").await;
    let posted = school.bot_says(mother, group);
    let posted = &posted[posted.len() - 2..];
    assert_eq!([posted[0].text.as_str(), posted[1].text.as_str()], ["明天秋游", "集合地点见图"]);
    assert!(label(&posted[1])[0].starts_with(&zh(&say::broadcast_read_button())));
    school.close().await;
}

async fn an_album_is_published_as_one(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    let album = school.sandbox.new_album();
    for number in 0..3 {
        let picture = format!("picture {number}");
        school.sandbox.message(teacher, chat(teacher)).photo(picture).in_album(&album).send().unwrap();
    }
    school.settle().await;
    assert_eq!(school.told(teacher).text, zh(&say::dialogue_offer(1_i64)));
    presses(&school, teacher, "发到群里", "").await;
    presses(&school, teacher, "下一步", "").await;
    presses(&school, teacher, "现在", "").await;
    let before = school.bot_says(mother, group).len();
    presses(&school, teacher, "现在发送", "").await;
    assert_eq!(school.bot_says(mother, group).len(), before + 3);
    school.close().await;
}

async fn a_list_of_scores_is_stopped_at_the_summary(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    let before = school.bot_says(teacher, group).len();
    let scores = "期中成绩：\n王小明 98分\n李小红 87分\n张三 76分";
    let summary = to_summary(&school, teacher, scores).await;
    assert!(summary.contains(&zh(&say::dialogue_troubles())) && summary.contains("成绩"), "{summary}");
    assert!(!labels(&school, teacher).contains(&"现在发送".to_owned()));
    presses(&school, teacher, "改内容", "").await;
    tells(&school, teacher, NEWS).await;
    let summary = presses(&school, teacher, "就这些", "").await;
    assert!(!summary.contains(&zh(&say::dialogue_troubles())), "{summary}");
    assert_eq!(school.bot_says(teacher, group).len(), before, "nothing went out");
    presses(&school, teacher, "现在发送", "").await;
    assert_eq!(school.last(teacher, group).text, NEWS);
    school.close().await;
}

async fn what_is_scheduled_goes_out_at_its_time(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    to_summary(&school, teacher, NEWS).await;
    presses(&school, teacher, "改时间", "").await;
    tells(&school, teacher, "今晚 19:10").await;
    presses(&school, teacher, "对，就这样", "").await;
    let told = presses(&school, teacher, "确认，到时间发送", "").await;
    assert!(told.contains("19:10") && told.contains("1 个群"), "{told}");
    school.stop_bot().await;
    school.start_bot().await;
    school.settle().await;
    assert_ne!(school.last(teacher, group).text, NEWS);
    school.later(std::time::Duration::from_mins(70)).await;
    assert_eq!(school.last(teacher, group).text, NEWS);
    school.close().await;
}

async fn the_send_button_works_once(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    to_summary(&school, teacher, NEWS).await;
    let card = school.told(teacher);
    // Both presses are made before the bot hears of the first.
    let first = school.sandbox.presses(teacher, chat(teacher), card.id, "现在发送").unwrap();
    let second = school.sandbox.presses(teacher, chat(teacher), card.id, "现在发送").unwrap();
    assert_eq!(school.answer_to(&first).await, "");
    assert_eq!(school.answer_to(&second).await, zh(&say::dialogue_step_over()));
    let posted = school.bot_says(teacher, group).into_iter().filter(|said| said.text == NEWS).count();
    assert_eq!(posted, 1);
    school.close().await;
}

async fn what_waits_for_quiet_hours_is_told_before(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    to_summary(&school, teacher, NEWS).await;
    presses(&school, teacher, "改时间", "").await;
    tells(&school, teacher, "今晚 22:30").await;
    let summary = presses(&school, teacher, "对，就这样", "").await;
    assert!(summary.contains(&zh(&say::dialogue_held("2026年9月8日 星期二 07:00"))), "{summary}");
    school.close().await;
}

async fn a_time_that_comes_too_often_is_asked_again(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    to_summary(&school, teacher, NEWS).await;
    presses(&school, teacher, "改时间", "").await;
    for often in ["* 19 * * * *", "*/5 * * * *", "0,1 8 * * *"] {
        let told = tells(&school, teacher, often).await;
        assert!(told.starts_with(&zh(&say::broadcast_too_often(60_i64))), "{often}: {told}");
        assert!(told.ends_with(&zh(&say::dialogue_when())), "{often}: {told}");
    }
    // In words there is no time of less than a day.
    for often in ["每5分钟", "every 5 minutes", "每小时"] {
        let told = tells(&school, teacher, often).await;
        assert!(told.ends_with(&zh(&say::dialogue_when())), "{often}: {told}");
    }
    let told = tells(&school, teacher, "30 19 * * *").await;
    assert!(told.contains("19:30") && !told.contains(&zh(&say::dialogue_when())), "{told}");
    school.close().await;
}
