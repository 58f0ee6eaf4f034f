//! Purpose: what a group reads of its quiz when that is over: shares without names, or nothing.

use std::time::Duration;

use homeroom::i18n::{Language, say};
use homeroom::quizzes::rules::Form;
use homeroom::sandbox::{PersonId, Said, Standing};

use crate::databases::{Fresh, on_both};
use crate::private_quizzes::{takes, ways};
use crate::school::{School, Ways, en, zh};

on_both!(
    five_parents_bring_one_summary_on_the_card_and_no_message,
    four_parents_bring_none,
    polls_are_summed_up_when_the_last_is_closed,
    a_group_reads_its_summary_in_its_own_language,
    a_program_that_was_off_at_the_end_brings_the_summary_later,
);

/// From Monday 18:00 until after the evening's lesson, and from there until after the quiz.
const TO_LESSON: Duration = Duration::from_mins(90);
const TO_END: Duration = Duration::from_hours(24);

/// A class in which so many more parents are seated, when its first quiz has come.
async fn class(fresh: Fresh, ways: Ways, count: usize) -> (School, Vec<PersonId>) {
    let school = School::ready_with(fresh, ways).await;
    let mut parents = Vec::new();
    for number in 0..count {
        let parent = school.sandbox.add_person(&format!("家长{number}"));
        school.sandbox.edit_person(parent, |person| person.language = Some("zh-CN".to_owned()));
        school.sandbox.seat(school.class.group, parent, Standing::Member);
        parents.push(parent);
    }
    school.later(TO_LESSON).await;
    (school, parents)
}

fn cards(school: &School) -> Vec<Said> {
    let said = school.bot_says(school.class.teacher, school.class.group);
    said.into_iter().filter(|said| said.text.starts_with("📝") || said.text.starts_with("📊")).collect()
}

async fn five_parents_bring_one_summary_on_the_card_and_no_message(fresh: Fresh) {
    let (school, parents) = class(fresh, ways(), 5).await;
    for (number, parent) in parents.iter().enumerate() {
        takes(&school, *parent, number > 0).await;
    }
    let before = school.bot_says(school.class.teacher, school.class.group).len();
    school.later(TO_END).await;
    assert_eq!(school.bot_says(school.class.teacher, school.class.group).len(), before);
    let card = &cards(&school)[0];
    assert!(card.text.starts_with("📊") && card.buttons.is_empty(), "{card:?}");
    assert!(card.text.contains(&zh(&say::quiz_summary_people(5_u32))), "{}", card.text);
    let lesson =
        school.config.lessons.lessons.values().find(|lesson| lesson.id.starts_with("primary")).unwrap();
    let quiz = &lesson.text(Language::Chinese).unwrap().quiz;
    for (number, question) in (1_u32..).zip(quiz) {
        let line = zh(&say::quiz_summary_question(number, 80_u32, question.question.as_str()));
        assert!(card.text.contains(&line), "{}", card.text);
    }
    let right = quiz[0].options[quiz[0].correct].as_str();
    assert!(card.text.contains(&zh(&say::quiz_summary_right(right, 80_u32))), "{}", card.text);
    assert!(card.text.contains("20%") && card.text.contains(&quiz[0].explanation), "{}", card.text);
    assert!(!card.text.contains("家长0"), "{}", card.text);
    // Later nothing more comes of it.
    school.later(TO_END).await;
    assert_eq!(cards(&school)[0].text, card.text);
    school.close().await;
}

async fn four_parents_bring_none(fresh: Fresh) {
    let (school, parents) = class(fresh, ways(), 4).await;
    for parent in &parents {
        takes(&school, *parent, true).await;
    }
    let before = cards(&school)[0].text.clone();
    school.later(TO_END).await;
    assert_eq!(cards(&school)[0].text, before);
    school.close().await;
}

async fn polls_are_summed_up_when_the_last_is_closed(fresh: Fresh) {
    let mut open = Ways::default();
    open.config.school.quiz = Form::Open;
    let (school, parents) = class(fresh, open, 6).await;
    for (number, parent) in parents.iter().enumerate() {
        school.answers(*parent, school.class.group, number % 2 == 0);
    }
    school.settle().await;
    assert!(cards(&school)[0].text.starts_with("📝"));
    school.later(TO_END).await;
    let card = &cards(&school)[0];
    assert!(card.text.contains(&zh(&say::quiz_summary_people(6_u32))), "{}", card.text);
    assert!(card.text.contains("（50% 答对）"), "{}", card.text);
    school.close().await;
}

async fn a_group_reads_its_summary_in_its_own_language(fresh: Fresh) {
    let (school, parents) = class(fresh, ways(), 5).await;
    for parent in &parents {
        takes(&school, *parent, true).await;
    }
    school.alters("UPDATE groups SET language = 'en'").await;
    school.later(TO_END).await;
    let card = &cards(&school)[0];
    assert!(card.text.contains(&en(&say::quiz_summary_people(5_u32))), "{}", card.text);
    assert!(card.text.contains(&en(&say::quiz_summary_all_right())), "{}", card.text);
    school.close().await;
}

async fn a_program_that_was_off_at_the_end_brings_the_summary_later(fresh: Fresh) {
    let (mut school, parents) = class(fresh, ways(), 5).await;
    for parent in &parents {
        takes(&school, *parent, true).await;
    }
    school.is_off(TO_END).await;
    assert!(cards(&school)[0].text.starts_with("📊"), "{:?}", cards(&school));
    let edits = "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'quiz-summary/%'";
    assert_eq!(school.number(edits, &[]).await, 1);
    school.close().await;
}
