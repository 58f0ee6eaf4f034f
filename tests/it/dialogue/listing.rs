//! Purpose: what is coming, asked for in a group and for one group: who sees it, and where.

use std::time::Duration;

use homeroom::i18n::say;
use homeroom::sandbox::{ChatId, DemoClass, PersonId, SimConfig};

use super::{another_group, chat, english, labels, presses, tells, to_summary};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    in_a_group_staff_see_what_is_coming_there_and_nobody_else_sees_it,
    in_an_english_group_the_list_is_english,
    a_parent_who_asks_in_a_group_is_told_kindly_whom_it_is_for,
    on_an_old_server_a_button_shows_it_to_staff_alone,
    what_nobody_says_to_the_bot_is_talk,
    in_private_one_of_several_groups_is_chosen,
    with_one_group_there_is_nothing_to_choose,
    many_groups_come_in_pages,
    who_is_no_staff_any_more_sees_no_list,
);

const NEWS: &str = "明天下午三点放学，请准时来接。";

/// Publishes something for tonight.
async fn tonight(school: &School, teacher: PersonId, words: &str) {
    to_summary(school, teacher, words).await;
    presses(school, teacher, "改时间", "Change the time").await;
    tells(school, teacher, "19:10").await;
    presses(school, teacher, "对，就这样", "Yes, that's it").await;
    presses(school, teacher, "确认，到时间发送", "Confirm, send at that time").await;
}

/// Publishes something for one group for tonight, where there are several.
async fn tonight_in(school: &School, teacher: PersonId, words: &str, group: &str) {
    tells(school, teacher, "/announce").await;
    tells(school, teacher, words).await;
    presses(school, teacher, "就这些", "").await;
    for button in [group, "选好了", "下一步"] {
        presses(school, teacher, button, "").await;
    }
    tells(school, teacher, "19:10").await;
    presses(school, teacher, "对，就这样", "").await;
    presses(school, teacher, "确认，到时间发送", "").await;
}

/// Asks in a group, and returns what the bot says last there, and to whom alone.
async fn asks(school: &School, person: PersonId, group: ChatId, words: &str) -> (String, Option<PersonId>) {
    school.sandbox.writes(person, group, words).unwrap();
    school.settle().await;
    let said = school.last(person, group);
    (said.text, said.only_for)
}

async fn in_a_group_staff_see_what_is_coming_there_and_nobody_else_sees_it(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], group, .. } = school.class;
    let how = zh(&say::schedule_in_group_how());
    let none = format!("{}\n\n{how}", zh(&say::schedule_in_group(0_i64)));
    assert_eq!(asks(&school, teacher, group, "/schedule").await, (none.clone(), Some(teacher)));
    another_group(&school, "舞蹈社团").await;
    tonight_in(&school, teacher, NEWS, "三年级二班").await;
    tonight_in(&school, teacher, "带舞鞋", "舞蹈社团").await;
    let before = school.bot_says(mother, group).len();
    let list = format!("{}\n· 9月7日周一 19:10 · {NEWS}\n\n{how}", zh(&say::schedule_in_group(1_i64)));
    for words in ["/schedule", "日程", "待发通知"] {
        assert_eq!(asks(&school, teacher, group, words).await, (list.clone(), Some(teacher)), "{words}");
    }
    assert_eq!(school.bot_says(mother, group).len(), before);
    school.later(Duration::from_hours(2)).await;
    assert_eq!(asks(&school, teacher, group, "日程").await.0, none);
    school.close().await;
}

async fn in_an_english_group_the_list_is_english(fresh: Fresh) {
    let school = english(fresh).await;
    let DemoClass { teacher, parents: [mother, _], group, .. } = school.class;
    tonight(&school, teacher, "No class tomorrow").await;
    let (list, only_for) = asks(&school, teacher, group, "/schedule").await;
    assert!(
        list.starts_with("One announcement is coming in this group:\n· Mon 7 Sep 19:10 · No class"),
        "{list}"
    );
    assert_eq!(only_for, Some(teacher));
    let told = en(&say::schedule_for_staff());
    assert_eq!(asks(&school, mother, group, "/schedule").await, (told, Some(mother)));
    school.close().await;
}

async fn a_parent_who_asks_in_a_group_is_told_kindly_whom_it_is_for(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], group, .. } = school.class;
    tonight(&school, teacher, NEWS).await;
    let before = school.bot_says(father, group).len();
    for words in ["/schedule", "日程"] {
        let told = zh(&say::schedule_for_staff());
        assert_eq!(asks(&school, mother, group, words).await, (told, Some(mother)));
    }
    assert_eq!(school.bot_says(father, group).len(), before);
    school.close().await;
}

async fn on_an_old_server_a_button_shows_it_to_staff_alone(fresh: Fresh) {
    let ways = Ways::default();
    let sim = SimConfig { supports_ephemeral: false, ..ways.sim };
    let school = School::ready_with(fresh, Ways { sim, ..ways }).await;
    let DemoClass { teacher, parents: [mother, _], group, .. } = school.class;
    tonight(&school, teacher, NEWS).await;
    let card = (zh(&say::schedule_in_group_card()), None);
    assert_eq!(asks(&school, mother, group, "/schedule").await, card);
    let label = zh(&say::schedule_in_group_button());
    let shown = school.presses(teacher, group, &label, &label).await;
    assert_eq!(shown, format!("{}\n· 9月7日周一 19:10 · {NEWS}", zh(&say::schedule_in_group(1_i64))));
    assert_eq!(school.presses(mother, group, &label, &label).await, zh(&say::schedule_for_staff()));
    let cards = school.bot_says(mother, group).len();
    asks(&school, teacher, group, "/schedule").await;
    assert_eq!(school.bot_says(mother, group).len(), cards, "one card in ten minutes");
    school.close().await;
}

async fn what_nobody_says_to_the_bot_is_talk(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    let before = school.bot_says(teacher, group).len();
    for words in ["schedule", "明天的日程呢", "待发", "/announce", "发通知", "/cancel"] {
        school.writes(teacher, words).await;
    }
    assert_eq!(school.bot_says(teacher, group).len(), before, "{}", school.sees(teacher, group));
    school.close().await;
}

async fn in_private_one_of_several_groups_is_chosen(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, .. } = school.class;
    another_group(&school, "舞蹈社团").await;
    tonight_in(&school, teacher, NEWS, "三年级二班").await;
    tonight_in(&school, teacher, "带舞鞋", "舞蹈社团").await;
    assert_eq!(tells(&school, teacher, "日程").await, zh(&say::schedule_list(2_i64)));
    assert_eq!(presses(&school, teacher, "只看一个群", "").await, zh(&say::schedule_which_group()));
    assert_eq!(labels(&school, teacher), ["三年级二班家长群", "舞蹈社团", "看全部待发"]);
    let dance = presses(&school, teacher, "舞蹈社团", "").await;
    assert_eq!(dance, zh(&say::schedule_of_group(1_i64, "舞蹈社团")));
    assert_eq!(labels(&school, teacher), ["9月7日周一 19:10 · 带舞鞋", "换一个群", "看全部待发"]);
    presses(&school, teacher, "换一个群", "").await;
    presses(&school, teacher, "三年级二班", "").await;
    assert!(labels(&school, teacher)[0].contains(&NEWS[..9]), "{:?}", labels(&school, teacher));
    assert_eq!(presses(&school, teacher, "看全部待发", "").await, zh(&say::schedule_list(2_i64)));
    let opened = presses(&school, teacher, "带舞鞋", "").await;
    assert!(opened.contains(&zh(&say::broadcast_is_scheduled())), "{opened}");
    school.close().await;
}

async fn with_one_group_there_is_nothing_to_choose(fresh: Fresh) {
    let school = english(fresh).await;
    let teacher = school.class.teacher;
    tells(&school, teacher, "/schedule").await;
    assert!(labels(&school, teacher).is_empty());
    school.close().await;
}

async fn many_groups_come_in_pages(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    for number in 1..=9 {
        another_group(&school, &format!("社团{number}")).await;
    }
    tells(&school, teacher, "/schedule").await;
    presses(&school, teacher, "只看一个群", "").await;
    let first = labels(&school, teacher);
    presses(&school, teacher, "›", "").await;
    let second = labels(&school, teacher);
    assert!(
        first.contains(&"1 / 2".to_owned()) && second.contains(&"2 / 2".to_owned()),
        "{first:?} {second:?}"
    );
    assert!(first.iter().chain(&second).any(|label| label == "社团9"));
    presses(&school, teacher, "›", "").await;
    assert_eq!(labels(&school, teacher), first, "after the last comes the first");
    school.close().await;
}

async fn who_is_no_staff_any_more_sees_no_list(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], group, .. } = school.class;
    let other = another_group(&school, "舞蹈社团").await;
    for place in [group, other] {
        if place == other {
            school.sandbox.joins(mother, other).unwrap();
        }
        school.sandbox.promotes(mother, place, homeroom::sandbox::Rights::ALL).unwrap();
    }
    school.settle().await;
    tells(&school, mother, "/schedule").await;
    for place in [group, other] {
        school.sandbox.demotes(mother, place).unwrap();
    }
    school.settle().await;
    tonight_in(&school, teacher, NEWS, "三年级二班").await;
    let told = school.presses(mother, chat(mother), "只看一个群", "只看一个群").await;
    assert_eq!(told, zh(&say::dialogue_not_staff()));
    school.close().await;
}
