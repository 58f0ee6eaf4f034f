//! Purpose: buttons that somebody tampered with, copied or kept too long: each press is answered, none does anything.

use std::time::Duration;

use homeroom::i18n::say;
use homeroom::sandbox::{DemoClass, PersonId, Said};

use crate::databases::{Fresh, on_both};
use crate::school::{School, zh};

on_both!(
    a_token_with_a_changed_byte_does_nothing,
    a_token_of_another_group_does_nothing,
    a_token_in_a_private_chat_does_nothing,
    another_persons_appeal_does_nothing,
    a_button_of_long_ago_says_so,
    data_that_is_no_token_is_answered,
    a_press_under_a_message_too_old_to_be_named_is_answered,
);

const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";

fn data(said: &Said) -> String {
    said.buttons.iter().flatten().find_map(|button| button.data.clone()).unwrap()
}

/// The newest lesson, which has a button for everybody.
fn lesson(school: &School, person: PersonId) -> Said {
    let said = school.bot_says(person, school.class.group);
    said.into_iter().rev().find(|said| said.text.starts_with("📖")).unwrap()
}

async fn a_token_with_a_changed_byte_does_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.later(Duration::from_mins(90)).await;
    school.later(Duration::from_mins(10)).await;
    let card = lesson(&school, mother);
    let token = data(&card);
    assert!(token.len() <= 64);
    for place in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let press = school.sandbox.presses_raw(mother, group, card.id, &String::from_utf8(bytes).unwrap());
        assert_eq!(school.answer_to(&press).await, zh(&say::refused_button_unknown()), "byte {place}");
    }
    assert_eq!(school.balance(mother).await, 0);
    let press = school.sandbox.presses_raw(mother, group, card.id, &token);
    school.answer_to(&press).await;
    assert_eq!(school.balance(mother).await, 2, "the same without a change works");
    school.close().await;
}

async fn a_token_of_another_group_does_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    let other = school.sandbox.add_supergroup("三年级三班家长群", teacher);
    school.sandbox.joins(mother, other).unwrap();
    school.sets_up(teacher, other).await;
    school.later(Duration::from_mins(100)).await;
    let card = lesson(&school, mother);
    let press = school.sandbox.presses_raw(mother, other, 1, &data(&card));
    assert_eq!(school.answer_to(&press).await, zh(&say::refused_button_unknown()));
    assert_eq!(school.balance(mother).await, 0);
    school.close().await;
}

async fn a_token_in_a_private_chat_does_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, _], .. } = school.class;
    school.starts(mother).await;
    school.later(Duration::from_mins(100)).await;
    let card = lesson(&school, mother);
    let press = school.sandbox.presses_raw(mother, mother.private_chat(), 1, &data(&card));
    assert_eq!(school.answer_to(&press).await, zh(&say::refused_button_unknown()));
    assert_eq!(school.balance(mother).await, 0);
    school.close().await;
}

async fn another_persons_appeal_does_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.writes(mother, AD).await;
    let notice = school.last(mother, group);
    assert_eq!(notice.only_for, Some(mother));
    let press = school.sandbox.presses_raw(father, group, notice.id, &data(&notice));
    assert_eq!(school.answer_to(&press).await, zh(&say::refused_button_of_another()));
    assert_eq!(school.number("SELECT COUNT(*) FROM acts WHERE appealed_at IS NOT NULL", &[]).await, 0);
    school.close().await;
}

async fn a_button_of_long_ago_says_so(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.later(Duration::from_mins(100)).await;
    let card = lesson(&school, mother);
    school.later(Duration::from_hours(24 * 181)).await;
    let press = school.sandbox.presses_raw(mother, group, card.id, &data(&card));
    assert_eq!(school.answer_to(&press).await, zh(&say::refused_button_expired()));
    assert_eq!(school.balance(mother).await, 0);
    school.close().await;
}

async fn data_that_is_no_token_is_answered(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    for words in ["", "set_up", "'; DROP TABLE people; --", "\u{0}\u{0}", "%%%%", "积分", &"A".repeat(64)] {
        let press = school.sandbox.presses_raw(mother, group, 1, words);
        assert_eq!(school.answer_to(&press).await, zh(&say::refused_button_unknown()), "{words:?}");
    }
    school.close().await;
}

async fn a_press_under_a_message_too_old_to_be_named_is_answered(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, _], .. } = school.class;
    let update = format!(
        r#"{{"callback_query":{{"id":"77","from":{{"id":{mother},"is_bot":false,"first_name":"M","language_code":"zh"}},"chat_instance":"1","data":"AAAA","inline_message_id":"x"}}}}"#
    );
    school.sandbox.inject(update);
    school.settle().await;
    let answered = school.sandbox.read(|world| {
        world.requests().any(|r| r.method == "answerCallbackQuery" && r.body["callback_query_id"] == "77")
    });
    assert!(answered);
    school.close().await;
}
