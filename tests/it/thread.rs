//! Purpose: the main thread as conversations: added, set up, a lesson, its quiz, the balance, an advertisement.

use std::time::Duration;

use homeroom::sandbox::{DemoClass, Rights};

use crate::databases::{Fresh, on_both};
use crate::school::School;

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

on_both!(
    the_bot_greets_with_the_rights_it_lacks_and_few_buttons,
    only_staff_set_the_group_up,
    a_lesson_arrives_at_its_time_with_its_quiz,
    a_finished_lesson_pays_once,
    a_quiz_all_right_pays_three_points_once,
    the_balance_is_told_to_nobody_else,
    an_advertisement_goes_and_its_author_learns_why,
);

async fn the_bot_greets_with_the_rights_it_lacks_and_few_buttons(fresh: Fresh) {
    let school = School::open(fresh).await;
    let DemoClass { teacher, group, parents, .. } = school.class;
    school.sandbox.adds_bot(teacher, group).unwrap();
    school.settle().await;
    let greeting = school.bot_says(parents[0], group);
    assert_eq!(greeting.len(), 1, "{}", school.sees(parents[0], group));
    assert!(greeting[0].text.contains("设为管理员") && greeting[0].text.contains("删除消息"));
    let labels: Vec<String> =
        greeting[0].buttons.iter().flatten().map(|button| button.text.clone()).collect();
    assert_eq!(labels, ["启用", "0–3 岁", "3–6 岁", "小学", "初中", "中文", "English"]);

    school.sandbox.promotes(school.sandbox.bot(), group, Rights::DELETE | Rights::RESTRICT).unwrap();
    school.settle().await;
    let greeting = school.bot_says(parents[0], group);
    assert_eq!(greeting.len(), 1, "the greeting is edited, not sent again");
    assert!(!greeting[0].text.contains("删除消息"), "{}", greeting[0].text);
    school.close().await;
}

async fn only_staff_set_the_group_up(fresh: Fresh) {
    let school = School::open(fresh).await;
    let DemoClass { teacher, group, parents, .. } = school.class;
    school.sandbox.adds_bot(teacher, group).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), group, Rights::ALL).unwrap();
    school.settle().await;
    let refused = school.presses(parents[0], group, "启用", "Set up").await;
    assert!(refused.contains("只有群管理员"), "{refused}");
    let done = school.presses(teacher, group, "启用", "Set up").await;
    assert!(done.contains("启用好了"), "{done}");
    assert_eq!(school.number("SELECT COUNT(*) FROM groups WHERE state = 'active'", &[]).await, 1);
    school.close().await;
}

async fn a_lesson_arrives_at_its_time_with_its_quiz(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents, .. } = school.class;
    let before = school.bot_says(parents[0], group).len();
    school.later(HOUR).await;
    assert_eq!(school.bot_says(parents[0], group).len(), before, "19:00 is too early");
    school.later(30 * MINUTE).await;
    let said = school.bot_says(parents[0], group);
    let lesson = &said[before];
    assert!(lesson.text.starts_with("📖"), "{}", lesson.text);
    assert!(lesson.text.contains("回家试一试"), "{}", lesson.text);
    assert!(school.polls().len() >= 3, "{}", school.sees(parents[0], group));
    // The same time again brings nothing new.
    school.later(HOUR).await;
    assert_eq!(school.bot_says(parents[0], group).len(), said.len());
    school.close().await;
}

async fn a_finished_lesson_pays_once(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.later(90 * MINUTE).await;
    let early = school.presses(mother, group, "学完", "finished").await;
    assert!(early.contains("不着急"), "{early}");
    assert_eq!(school.balance(mother).await, 0);
    school.later(10 * MINUTE).await;
    let done = school.presses(mother, group, "学完", "finished").await;
    assert!(done.contains("+2"), "{done}");
    let again = school.presses(mother, group, "学完", "finished").await;
    assert!(again.contains("学过了"), "{again}");
    assert_eq!(school.balance(mother).await, 2);
    assert_eq!(school.balance(father).await, 0);
    school.close().await;
}

async fn a_quiz_all_right_pays_three_points_once(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    school.later(90 * MINUTE).await;
    for (poll, right) in school.polls() {
        school.sandbox.votes(mother, &poll, &[right]).unwrap();
        let wrong = usize::from(right == 0);
        school.sandbox.votes(father, &poll, &[wrong]).unwrap();
    }
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3);
    assert_eq!(school.balance(father).await, 0);
    school.close().await;
}

async fn the_balance_is_told_to_nobody_else(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    for words in ["积分", "查积分", "我的积分", "/points"] {
        let before = (school.bot_says(mother, group).len(), school.bot_says(father, group).len());
        school.writes(mother, words).await;
        let after = school.bot_says(mother, group);
        assert_eq!(after.len(), before.0 + 1, "{words}: {}", school.sees(mother, group));
        assert_eq!(after.last().and_then(|said| said.only_for), Some(mother), "{words}");
        assert_eq!(school.bot_says(father, group).len(), before.1, "{words}");
    }
    school.close().await;
}

async fn an_advertisement_goes_and_its_author_learns_why(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, advertiser, parents, teacher, .. } = school.class;
    school.sandbox.joins(advertiser, group).unwrap();
    let message = school.writes(advertiser, "宝妈兼职日结,加薇芯 abc12345 详聊").await;
    assert!(school.sandbox.read(|world| world.is_deleted(group, message)));
    let told = school.bot_says(advertiser, group);
    let notice = told.iter().find(|said| said.only_for == Some(advertiser));
    let notice = notice.unwrap_or_else(|| panic!("{}", school.sees(advertiser, group)));
    assert!(notice.text.contains("已移除"), "{}", notice.text);
    assert!(school.bot_says(parents[0], group).iter().all(|said| said.only_for.is_none()));
    // The same words from the teacher stay.
    let kept = school.writes(teacher, "宝妈兼职日结,加薇芯 abc12345 详聊").await;
    assert!(!school.sandbox.read(|world| world.is_deleted(group, kept)));
    school.close().await;
}
