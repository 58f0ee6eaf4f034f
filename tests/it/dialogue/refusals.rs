//! Purpose: what a teacher reads at each step of the conversation when something else was meant to come there, in both languages.

use homeroom::i18n::{Text, say};
use homeroom::sandbox::DemoClass;

use super::{another_group, chat, english, presses, tells};
use crate::databases::{Fresh, on_both};
use crate::school::{School, en, zh};

on_both!(
    each_step_says_in_chinese_what_it_waits_for,
    each_step_says_in_english_what_it_waits_for,
    an_album_that_is_too_long_is_told_in_chinese,
    an_album_that_is_too_long_is_told_in_english,
);

async fn each_step_says_in_chinese_what_it_waits_for(fresh: Fresh) {
    each_step_says_what_it_waits_for(School::ready(fresh).await, zh).await;
}

async fn each_step_says_in_english_what_it_waits_for(fresh: Fresh) {
    each_step_says_what_it_waits_for(english(fresh).await, en).await;
}

async fn each_step_says_what_it_waits_for(school: School, told: fn(&Text) -> String) {
    let DemoClass { teacher, .. } = school.class;
    another_group(&school, "Dance").await;
    let most = school.config.broadcasts.parts_max;
    let says = async |words: &str, expected: Text| {
        let answer = tells(&school, teacher, words).await;
        assert!(answer.starts_with(&told(&expected)), "{words}: {answer}");
    };
    tells(&school, teacher, "/announce").await;
    says("返回", say::dialogue_first_step()).await;
    says("好了", say::dialogue_what_first()).await;
    school.sandbox.message(teacher, chat(teacher)).contact("13800000000", "Li").send().unwrap();
    school.settle().await;
    let answer = school.told(teacher).text;
    assert!(answer.starts_with(&told(&say::dialogue_not_publishable())), "{answer}");
    for part in 1..=most {
        tells(&school, teacher, &format!("Part {part}")).await;
    }
    says("One more", say::dialogue_too_many(most)).await;
    tells(&school, teacher, "好了").await;
    says("好了", say::dialogue_groups_first()).await;
    presses(&school, teacher, "Dance", "").await;
    tells(&school, teacher, "好了").await;
    tells(&school, teacher, "好了").await;
    says("好了", say::dialogue_when_how()).await;
    presses(&school, teacher, "现在", "Now").await;
    says("Anything", say::dialogue_summary_only_buttons()).await;
    tells(&school, teacher, "/announce").await;
    says("Anything", say::dialogue_choose_first()).await;
    school.close().await;
}

async fn an_album_that_is_too_long_is_told_in_chinese(fresh: Fresh) {
    an_album_that_is_too_long_is_told(School::ready(fresh).await, zh).await;
}

async fn an_album_that_is_too_long_is_told_in_english(fresh: Fresh) {
    an_album_that_is_too_long_is_told(english(fresh).await, en).await;
}

async fn an_album_that_is_too_long_is_told(school: School, told: fn(&Text) -> String) {
    let teacher = school.class.teacher;
    let album = school.sandbox.new_album();
    for number in 0..11 {
        let picture = format!("picture {number}");
        school.sandbox.message(teacher, chat(teacher)).photo(picture).in_album(&album).send().unwrap();
    }
    school.settle().await;
    let answer = school.told(teacher).text;
    assert!(answer.starts_with(&told(&say::dialogue_album_full(10_i64))), "{answer}");
    school.close().await;
}
