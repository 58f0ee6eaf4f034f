//! Purpose: a teacher publishes something in the private chat: the whole way, with breaks, changes and mistakes.

mod forums;
mod listing;
mod menus;
mod publishing;
mod refusals;
mod schedule;
mod topics;

use std::time::Duration;

use homeroom::i18n::{Text, say};
use homeroom::sandbox::{ChatId, DemoClass, PersonId, Rights};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    a_class_teacher_is_led_to_the_summary_in_chinese,
    a_class_teacher_is_led_to_the_summary_in_english,
    a_restart_at_every_step_changes_nothing,
    staff_who_send_something_are_asked_whether_to_publish_it,
    buttons_of_an_earlier_step_say_that_it_is_over,
    who_is_no_staff_is_told_whom_to_ask,
    times_that_cannot_be_are_asked_about,
    cancel_ends_it_at_any_time,
    a_second_announce_asks_before_it_drops_the_draft,
    an_old_draft_is_asked_about,
    a_group_the_bot_was_removed_from_is_told_at_the_summary,
    several_groups_are_ticked_searched_and_all_taken,
    a_group_dropped_from_all_is_the_only_one_that_gets_nothing,
    nobody_else_can_press_a_teachers_buttons,
);

/// A sentence in both languages; the teacher reads one.
fn says(told: &str, text: &Text) -> bool {
    told.contains(&zh(text)) || told.contains(&en(text))
}

fn chat(person: PersonId) -> ChatId {
    person.private_chat()
}

async fn english(fresh: Fresh) -> School {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = homeroom::i18n::Language::English;
    School::ready_with(fresh, ways).await
}

/// Writes in private, and returns what the bot says last.
async fn tells(school: &School, person: PersonId, words: &str) -> String {
    school.sandbox.writes(person, chat(person), words).unwrap();
    school.settle().await;
    school.told(person).text
}

/// Presses a button in private, and returns what the newest card says then and what the press told.
async fn presses(school: &School, person: PersonId, chinese: &str, english: &str) -> String {
    let english = if english.is_empty() { chinese } else { english };
    let told = school.presses(person, chat(person), chinese, english).await;
    assert_eq!(told, "", "the press of {chinese}");
    school.told(person).text
}

/// Whether the bot has said something that begins like this in private.
fn has_heard(school: &School, person: PersonId, start: &str) -> bool {
    school.bot_says(person, chat(person)).iter().any(|said| said.text.starts_with(start))
}

/// The labels under the newest card.
fn labels(school: &School, person: PersonId) -> Vec<String> {
    school.told(person).buttons.iter().flatten().map(|button| button.text.clone()).collect()
}

async fn to_summary(school: &School, teacher: PersonId, words: &str) -> String {
    tells(school, teacher, "/announce").await;
    tells(school, teacher, words).await;
    presses(school, teacher, "就这些", "That's all").await;
    presses(school, teacher, "下一步", "Next").await;
    presses(school, teacher, "现在", "Now").await
}

async fn a_class_teacher_is_led_to_the_summary_in_chinese(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    let asked = tells(&school, teacher, "发通知").await;
    assert_eq!(asked, zh(&say::dialogue_what()));
    let more = tells(&school, teacher, "明天下午三点放学，请准时来接。").await;
    assert!(more.starts_with("收到，一共 1 条"), "{more}");
    let options = presses(&school, teacher, "就这些", "That's all").await;
    assert_eq!(options, zh(&say::dialogue_options()), "the only group is taken without a question");
    presses(&school, teacher, "看完点“我看过了”", "An “I've read it” button").await;
    assert!(labels(&school, teacher).contains(&"✅ 看完点“我看过了”".to_owned()));
    let when = presses(&school, teacher, "下一步", "Next").await;
    assert_eq!(when, zh(&say::dialogue_when()));
    let reading = tells(&school, teacher, "每周一 19:30").await;
    assert!(
        reading.starts_with("我的理解是：每周一 19:30\n接下来几次：\n· 2026年9月7日 星期一 19:30"),
        "{reading}"
    );
    assert_eq!(reading.matches("星期一").count(), 5, "{reading}");
    let reading = presses(&school, teacher, "顺延到下一个上课日", "Move to the next school day").await;
    assert!(reading.contains("放假顺延"), "{reading}");
    let summary = presses(&school, teacher, "对，就这样", "Yes, that's it").await;
    assert!(summary.starts_with(&zh(&say::dialogue_summary())), "{summary}");
    assert!(summary.contains("发到：三年级二班家长群"), "{summary}");
    assert!(summary.contains("时间：每周一 19:30") && summary.contains("看完点“我看过了”"), "{summary}");
    let before: Vec<_> =
        school.bot_says(teacher, chat(teacher)).iter().map(|said| said.text.clone()).collect();
    assert!(before.contains(&zh(&say::dialogue_preview())), "{before:?}");
    school.close().await;
}

async fn a_class_teacher_is_led_to_the_summary_in_english(fresh: Fresh) {
    let school = english(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    let summary = to_summary(&school, teacher, "School ends at three tomorrow.").await;
    assert!(summary.starts_with(&en(&say::dialogue_summary())), "{summary}");
    assert!(summary.contains("To: Class 3-2 parents\nWhen: now\nConfirmation: No confirmation"), "{summary}");
    for said in school.bot_says(teacher, chat(teacher)) {
        let is_chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
        assert!(!said.text.contains(is_chinese), "{}", said.text);
        assert!(said.buttons.iter().flatten().all(|button| !button.text.contains(is_chinese)));
    }
    school.close().await;
}

async fn a_restart_at_every_step_changes_nothing(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    tells(&school, teacher, "/announce").await;
    restart(&mut school).await;
    tells(&school, teacher, "明天下午三点放学").await;
    restart(&mut school).await;
    presses(&school, teacher, "就这些", "").await;
    restart(&mut school).await;
    presses(&school, teacher, "下一步", "").await;
    restart(&mut school).await;
    tells(&school, teacher, "明天 19:30").await;
    restart(&mut school).await;
    let summary = presses(&school, teacher, "对，就这样", "").await;
    assert!(summary.contains("时间：2026年9月8日 星期二 19:30"), "{summary}");
    restart(&mut school).await;
    let when = presses(&school, teacher, "改时间", "").await;
    assert_eq!(when, zh(&say::dialogue_when()));
    school.close().await;
}

async fn restart(school: &mut School) {
    school.stop_bot().await;
    school.start_bot().await;
}

async fn staff_who_send_something_are_asked_whether_to_publish_it(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    let offer = tells(&school, teacher, "明天下午三点放学").await;
    assert_eq!(offer, zh(&say::dialogue_offer(1_i64)));
    let options = presses(&school, teacher, "发到群里", "").await;
    assert_eq!(options, zh(&say::dialogue_options()));
    tells(&school, teacher, "/cancel").await;
    tells(&school, teacher, "谢谢").await;
    let gone = presses(&school, teacher, "不用", "").await;
    assert_eq!(gone, zh(&say::dialogue_cancelled()));
    let help = tells(&school, mother, "明天下午三点放学").await;
    assert!(help.starts_with("您好，我是"), "{help}");
    school.close().await;
}

async fn buttons_of_an_earlier_step_say_that_it_is_over(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    tells(&school, teacher, "/announce").await;
    tells(&school, teacher, "明天下午三点放学").await;
    let early = school.told(teacher);
    tells(&school, teacher, "请带水杯").await;
    let press = school.sandbox.presses(teacher, chat(teacher), early.id, "就这些").unwrap();
    assert_eq!(school.answer_to(&press).await, zh(&say::dialogue_step_over()));
    let options = presses(&school, teacher, "就这些", "").await;
    assert_eq!(options, zh(&say::dialogue_options()));
    school.close().await;
}

async fn who_is_no_staff_is_told_whom_to_ask(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, _], .. } = school.class;
    for words in ["/announce", "发通知", "发公告"] {
        assert_eq!(tells(&school, mother, words).await, zh(&say::dialogue_not_staff()), "{words}");
    }
    let help = tells(&school, mother, "通知").await;
    assert!(help.starts_with("您好，我是"), "{help}");
    school.close().await;
}

async fn times_that_cannot_be_are_asked_about(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    to_summary(&school, teacher, "明天下午三点放学").await;
    presses(&school, teacher, "改时间", "").await;
    for (written, answered) in [
        ("今天 8:00", "已经过去了"),
        ("99 99 * * *", "99"),
        ("2月30日 8:00", "这一天，请检查日期"),
        ("下周一", "几点？"),
        ("随便", "没看出是什么时间"),
        ("明天 25:00", "没有“25:00”这个时间"),
    ] {
        let told = tells(&school, teacher, written).await;
        assert!(told.contains(answered), "{written}: {told}");
        assert!(told.ends_with(&zh(&say::dialogue_when())), "{told}");
    }
    tells(&school, teacher, "下周一").await;
    let offered = labels(&school, teacher);
    let offer = offered.iter().find(|label| label.contains("9月14日")).unwrap().clone();
    let reading = presses(&school, teacher, &offer, "").await;
    assert!(reading.contains("2026年9月14日 星期一"), "{reading}");
    presses(&school, teacher, "换个时间", "").await;
    let asked = presses(&school, teacher, "每周一…", "").await;
    assert!(asked.starts_with("几点？"), "{asked}");
    assert!(labels(&school, teacher).iter().any(|label| label.starts_with("每周一 ")));
    school.close().await;
}

async fn cancel_ends_it_at_any_time(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    assert_eq!(tells(&school, teacher, "/cancel").await, zh(&say::dialogue_nothing_to_cancel()));
    for words in ["/cancel", "取消", "算了"] {
        to_summary(&school, teacher, "明天下午三点放学").await;
        assert_eq!(tells(&school, teacher, words).await, zh(&say::dialogue_cancelled()), "{words}");
    }
    to_summary(&school, teacher, "明天下午三点放学").await;
    assert_eq!(presses(&school, teacher, "取消", "").await, zh(&say::dialogue_cancelled()));
    assert!(school.told(teacher).buttons.is_empty(), "the card that was pressed has no buttons any more");
    school.close().await;
}

async fn a_second_announce_asks_before_it_drops_the_draft(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    to_summary(&school, teacher, "明天下午三点放学").await;
    assert_eq!(tells(&school, teacher, "/announce").await, zh(&say::dialogue_again(1_i64)));
    let summary = presses(&school, teacher, "接着写", "").await;
    assert!(summary.starts_with(&zh(&say::dialogue_summary())), "{summary}");
    tells(&school, teacher, "/announce").await;
    assert_eq!(presses(&school, teacher, "重新开始", "").await, zh(&say::dialogue_what()));
    school.close().await;
}

async fn an_old_draft_is_asked_about(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    to_summary(&school, teacher, "明天下午三点放学").await;
    school.later(Duration::from_hours(49)).await;
    let asked = presses(&school, teacher, "现在发送", "").await;
    assert!(asked.contains("9月7日") && asked.contains("还要发吗"), "{asked}");
    let summary = presses(&school, teacher, "接着写", "").await;
    assert!(summary.starts_with(&zh(&say::dialogue_summary())), "{summary}");
    school.close().await;
}

/// Another group of the teacher's with the bot in it.
async fn another_group(school: &School, title: &str) -> ChatId {
    let teacher = school.class.teacher;
    let group = school.sandbox.add_supergroup(title, teacher);
    school.sandbox.adds_bot(teacher, group).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), group, Rights::ALL).unwrap();
    school.settle().await;
    school.presses(teacher, group, "启用", "Set up").await;
    group
}

async fn a_group_the_bot_was_removed_from_is_told_at_the_summary(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    let group = another_group(&school, "舞蹈社团").await;
    tells(&school, teacher, "/announce").await;
    tells(&school, teacher, "明天下午三点放学").await;
    presses(&school, teacher, "就这些", "").await;
    presses(&school, teacher, "舞蹈社团", "").await;
    presses(&school, teacher, "三年级二班家长群", "").await;
    presses(&school, teacher, "选好了（2 个）", "").await;
    presses(&school, teacher, "下一步", "").await;
    school.sandbox.removes_bot(teacher, group).unwrap();
    school.settle().await;
    let summary = presses(&school, teacher, "现在", "").await;
    assert!(summary.starts_with(&zh(&say::dialogue_groups_lost("舞蹈社团"))), "{summary}");
    assert!(summary.contains("发到：三年级二班家长群"), "{summary}");
    school.close().await;
}

async fn several_groups_are_ticked_searched_and_all_taken(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    another_group(&school, "舞蹈社团").await;
    tells(&school, teacher, "/announce").await;
    tells(&school, teacher, "明天下午三点放学").await;
    let asked = presses(&school, teacher, "就这些", "").await;
    assert_eq!(asked, zh(&say::dialogue_groups()));
    let none = tells(&school, teacher, "游泳").await;
    assert!(none.starts_with(&zh(&say::dialogue_no_such_group("游泳"))), "{none}");
    let ticked = tells(&school, teacher, "舞蹈").await;
    assert!(ticked.starts_with(&zh(&say::dialogue_group_ticked("舞蹈社团"))), "{ticked}");
    assert!(labels(&school, teacher).contains(&"✅ 舞蹈社团".to_owned()));
    presses(&school, teacher, "全部群", "").await;
    assert!(labels(&school, teacher).contains(&"✅ 三年级二班家长群".to_owned()));
    let back = tells(&school, teacher, "返回").await;
    assert!(says(&back, &say::dialogue_what_more(1_i64)), "{back}");
    school.close().await;
}

async fn a_group_dropped_from_all_is_the_only_one_that_gets_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group: class, .. } = school.class;
    let dance = another_group(&school, "舞蹈社团").await;
    let chess = another_group(&school, "围棋社团").await;
    tells(&school, teacher, "/announce").await;
    tells(&school, teacher, "明天下午三点放学").await;
    presses(&school, teacher, "就这些", "").await;
    presses(&school, teacher, "全部群", "").await;
    presses(&school, teacher, "✅ 舞蹈社团", "").await;
    let shown = labels(&school, teacher);
    for label in ["✅ 三年级二班家长群", "✅ 围棋社团", "选好了（2 个）"] {
        assert!(shown.contains(&label.to_owned()), "{label}: {shown:?}");
    }
    presses(&school, teacher, "选好了（2 个）", "").await;
    presses(&school, teacher, "下一步", "").await;
    let summary = presses(&school, teacher, "现在", "").await;
    assert!(summary.contains("三年级二班家长群") && summary.contains("围棋社团"), "{summary}");
    assert!(!summary.contains("舞蹈社团"), "{summary}");
    presses(&school, teacher, "现在发送", "").await;
    let has_it = |group| school.bot_says(teacher, group).iter().any(|said| said.text == "明天下午三点放学");
    assert_eq!([class, chess, dance].map(has_it), [true, true, false]);
    school.close().await;
}

async fn nobody_else_can_press_a_teachers_buttons(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    to_summary(&school, teacher, "明天下午三点放学").await;
    school.starts(mother).await;
    let token = school.told(teacher).buttons[0][0].data.clone().unwrap_or_default();
    let stolen = school.sandbox.presses_raw(mother, chat(mother), school.told(mother).id, &token);
    assert_eq!(school.answer_to(&stolen).await, zh(&say::refused_button_unknown()));
    school.close().await;
}
