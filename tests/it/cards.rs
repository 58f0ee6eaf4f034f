//! Purpose: a server that can't show a message to one member only: what is private stays private all the same.

use std::time::Duration;

use homeroom::i18n::say;
use homeroom::sandbox::{CallbackAnswer, DemoClass, PersonId, SimConfig};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    the_balance_is_shown_in_a_box_and_never_in_the_group,
    a_balance_is_behind_the_button_also_for_whoever_has_a_private_chat,
    where_the_points_come_from_is_told_in_the_private_chat,
    many_who_ask_bring_one_card_in_ten_minutes,
    a_quiz_result_goes_to_an_open_private_chat_or_nowhere,
    a_notice_goes_to_an_open_private_chat,
    a_notice_without_a_private_chat_waits_behind_a_button,
    strangers_learn_nothing_from_the_button,
    the_button_is_about_messages_of_its_time,
    words_that_are_kept_no_longer_are_not_quoted,
);

const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";
/// What an answer to a press may have, in UTF-16 units.
const ALERT_UNITS_MAX: usize = 200;

/// A school on a server of before ephemeral messages.
async fn old_school(fresh: Fresh) -> School {
    let ways = Ways::default();
    let sim = SimConfig { supports_ephemeral: false, ..ways.sim };
    School::ready_with(fresh, Ways { sim, ..ways }).await
}

/// Presses the newest button with these words and returns the box.
async fn boxed(school: &School, person: PersonId, label: &str) -> CallbackAnswer {
    let group = school.class.group;
    let said = school.bot_says(person, group);
    let has = |said: &&homeroom::sandbox::Said| said.buttons.iter().flatten().any(|b| b.text == label);
    let card = said.iter().rev().find(has).unwrap_or_else(|| panic!("{}", school.sees(person, group)));
    let press = school.sandbox.presses(person, group, card.id, label).unwrap();
    school.settle().await;
    let answer = school.sandbox.read(|world| world.callback_answer(&press).cloned()).unwrap();
    let units = answer.text.as_deref().unwrap_or_default().encode_utf16().count();
    assert!(answer.alert && (1..=ALERT_UNITS_MAX).contains(&units), "{answer:?}");
    answer
}

async fn the_balance_is_shown_in_a_box_and_never_in_the_group(fresh: Fresh) {
    let school = old_school(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.later(Duration::from_mins(90)).await;
    school.answers(mother, group, true);
    school.settle().await;
    let before = school.bot_says(father, group).len();
    school.writes(mother, "积分").await;
    let said = school.bot_says(father, group);
    assert_eq!(said.len(), before + 1);
    assert_eq!(said[before].text, zh(&say::points_card()), "the card itself tells nothing");
    let label = zh(&say::points_card_button());
    let hers = boxed(&school, mother, &label).await.text.unwrap();
    assert!(hers.starts_with(zh(&say::points_short_balance(3_u32, "")).trim_end()), "{hers}");
    let his = boxed(&school, father, &label).await.text.unwrap();
    assert!(his.starts_with(zh(&say::points_short_balance(0_u32, "")).trim_end()), "{his}");
    school.close().await;
}

async fn a_balance_is_behind_the_button_also_for_whoever_has_a_private_chat(fresh: Fresh) {
    let school = old_school(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.starts(mother).await;
    let private = school.bot_says(mother, mother.private_chat()).len();
    school.writes(mother, "积分").await;
    assert_eq!(school.last(father, group).text, zh(&say::points_card()));
    assert_eq!(school.bot_says(mother, mother.private_chat()).len(), private);
    school.close().await;
}

async fn where_the_points_come_from_is_told_in_the_private_chat(fresh: Fresh) {
    let school = old_school(fresh).await;
    let DemoClass { group, teacher, parents: [mother, father], .. } = school.class;
    for person in [mother, teacher] {
        school.starts(person).await;
    }
    school.later(Duration::from_mins(90)).await;
    school.answers(mother, group, true);
    school.settle().await;
    let before = school.bot_says(father, group).len();
    school.writes(mother, "积分明细").await;
    let told = school.told(mother);
    assert!(told.text.contains("+2") && told.reply_to.is_none(), "{told:?}");
    assert_eq!(school.bot_says(father, group).len(), before, "{}", school.sees(father, group));
    let label = zh(&say::dispute_button());
    let answer = school.presses(mother, mother.private_chat(), &label, &label).await;
    assert_eq!(answer, zh(&say::dispute_noted()));
    school.writes(father, "积分明细").await;
    assert_eq!(school.last(father, group).text, zh(&say::points_card()), "without a private chat");
    school.close().await;
}

async fn many_who_ask_bring_one_card_in_ten_minutes(fresh: Fresh) {
    let school = old_school(fresh).await;
    let DemoClass { group, teacher, admin, parents: [mother, father], .. } = school.class;
    let before = school.bot_says(mother, group).len();
    for person in [mother, father, teacher, admin, mother] {
        school.sandbox.writes(person, group, "我的积分").unwrap();
    }
    school.settle().await;
    assert_eq!(school.bot_says(mother, group).len(), before + 1, "{}", school.sees(mother, group));
    school.later(Duration::from_mins(10)).await;
    school.writes(father, "积分").await;
    assert_eq!(school.bot_says(mother, group).len(), before + 2);
    school.close().await;
}

async fn a_quiz_result_goes_to_an_open_private_chat_or_nowhere(fresh: Fresh) {
    let school = old_school(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.starts(mother).await;
    school.later(Duration::from_mins(90)).await;
    let before = school.bot_says(father, group).len();
    school.answers(mother, group, true);
    school.answers(father, group, true);
    school.settle().await;
    assert!(school.told(mother).text.contains("+3"), "{}", school.told(mother).text);
    assert_eq!(school.bot_says(father, group).len(), before, "nothing of it is said in the group");
    assert_eq!(school.balance(father).await, 3);
    school.close().await;
}

async fn a_notice_goes_to_an_open_private_chat(fresh: Fresh) {
    let school = old_school(fresh).await;
    let DemoClass { group, teacher, parents: [mother, father], .. } = school.class;
    school.starts(mother).await;
    school.starts(teacher).await;
    let before = school.bot_says(father, group).len();
    let ad = school.writes(mother, AD).await;
    assert!(school.is_deleted(ad));
    let notice = school.told(mother);
    assert_eq!(notice.buttons[0][0].text, zh(&say::act_appeal_button()));
    assert_eq!(school.bot_says(father, group).len(), before, "{}", school.sees(father, group));
    // The appeal works from there.
    let appeal = zh(&say::act_appeal_button());
    let answer = school.presses(mother, mother.private_chat(), &appeal, &appeal).await;
    assert_eq!(answer, zh(&say::act_appealed()));
    assert_eq!(school.number("SELECT COUNT(*) FROM acts WHERE appealed_at IS NOT NULL", &[]).await, 1);
    school.close().await;
}

async fn a_notice_without_a_private_chat_waits_behind_a_button(fresh: Fresh) {
    let school = old_school(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    let before = school.bot_says(father, group).len();
    school.writes(mother, AD).await;
    let said = school.bot_says(father, group);
    assert_eq!(said.len(), before + 1);
    assert_eq!(said[before].text, zh(&say::act_card()));
    let why = boxed(&school, mother, &zh(&say::act_card_button())).await.text.unwrap();
    assert!(why.contains("薇芯"), "{why}");
    school.close().await;
}

async fn strangers_learn_nothing_from_the_button(fresh: Fresh) {
    let school = old_school(fresh).await;
    let DemoClass { parents: [mother, father], teacher, .. } = school.class;
    school.writes(mother, AD).await;
    for person in [father, teacher] {
        let answer = boxed(&school, person, &zh(&say::act_card_button())).await;
        assert_eq!(answer.text.unwrap(), zh(&say::act_not_yours()));
    }
    school.close().await;
}

async fn the_button_is_about_messages_of_its_time(fresh: Fresh) {
    let school = old_school(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    let why = zh(&say::act_card_button());
    school.writes(mother, AD).await;
    school.later(Duration::from_hours(24)).await;
    let said = school.bot_says(father, group).len();
    school.writes(father, AD).await;
    assert_eq!(school.bot_says(father, group).len(), said + 1);
    // Hers of the day before is not what this card is about.
    assert_eq!(boxed(&school, mother, &why).await.text.unwrap(), zh(&say::act_not_yours()));
    assert!(boxed(&school, father, &why).await.text.unwrap().contains("记一次提醒"));
    // Within ten minutes one card stands for both.
    school.later(Duration::from_mins(5)).await;
    school.writes(mother, AD).await;
    assert_eq!(school.bot_says(father, group).len(), said + 1);
    let hers = boxed(&school, mother, &why).await.text.unwrap();
    assert!(hers.contains("薇芯") && hers.contains("24 小时"), "{hers}");
    // A quarter of a year later the card is still about that evening.
    school.later(Duration::from_hours(24 * 90)).await;
    assert_eq!(boxed(&school, mother, &why).await.text.unwrap(), hers);
    school.close().await;
}

async fn words_that_are_kept_no_longer_are_not_quoted(fresh: Fresh) {
    let school = old_school(fresh).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    school.sandbox.edit_person(father, |person| person.language = Some("en".to_owned()));
    for parent in [mother, father] {
        school.writes(parent, AD).await;
    }
    school.alters("UPDATE acts SET matched = '', evidence = ''").await;
    let why = zh(&say::act_card_button());
    let told = say::act_why_old(180_i64, say::rule_r3());
    assert_eq!(boxed(&school, mother, &why).await.text.unwrap(), zh(&told));
    assert_eq!(boxed(&school, father, &why).await.text.unwrap(), en(&told));
    school.close().await;
}
