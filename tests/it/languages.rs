//! Purpose: who reads which language: the person's own, else the group's, else the school's.

use std::time::Duration;

use homeroom::i18n::{Language, say};
use homeroom::sandbox::{DemoClass, PersonId};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    an_english_class_reads_english_from_beginning_to_end,
    each_person_reads_their_own_language,
    without_a_language_of_ones_own_the_groups_holds_then_the_schools,
    who_changes_the_clients_language_is_answered_in_it,
);

const AD: &str = "Free trial for your child, contact me on whatsapp";

/// A school whose people and whose configuration speak English.
async fn english(fresh: Fresh) -> School {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    School::ready_with(fresh, ways).await
}

/// Whether a text has a Chinese letter or a Chinese full stop.
fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter) || "，。：！？".contains(letter))
}

fn client_of(school: &School, person: PersonId, language: Option<&str>) {
    school.sandbox.edit_person(person, |person| person.language = language.map(str::to_owned));
}

async fn an_english_class_reads_english_from_beginning_to_end(fresh: Fresh) {
    let school = english(fresh).await;
    let DemoClass { group, teacher, parents: [mother, father], .. } = school.class;
    school.starts(teacher).await;
    let greeting = school.bot_says(mother, group)[0].text.clone();
    assert!(greeting.contains("Demo Primary School") && greeting.ends_with(&en(&say::greeting_active())));
    school.later(Duration::from_mins(90)).await;
    let lesson = school.bot_says(mother, group)[1].clone();
    assert!(lesson.text.contains("Try at home: "), "{}", lesson.text);
    let early = school.presses(mother, group, "学完", "I've finished").await;
    assert!(early.contains("no rush") && early.contains("minute"), "{early}");
    school.later(Duration::from_mins(10)).await;
    let done = school.presses(mother, group, "学完", "I've finished").await;
    assert_eq!(done, "Well done! +2 points, 2 in all.");
    school.answers(mother, group, true);
    school.settle().await;
    assert!(
        school.last(mother, group).text.contains("4 of 4 right, +3 points"),
        "{}",
        school.sees(mother, group)
    );
    school.writes(mother, "points").await;
    assert!(school.last(mother, group).text.starts_with("Points: 5."), "{}", school.last(mother, group).text);
    school.writes(mother, "points why").await;
    assert!(school.last(mother, group).text.contains("7 Sep: Finished a lesson, +2"));
    let ad = school.writes(father, AD).await;
    assert!(school.is_deleted(ad));
    let notice = school.last(father, group).text;
    assert!(notice.starts_with("Your message in “Class 3-2 parents” was removed"), "{notice}");
    let appeal = school.presses(father, group, "申诉", "Appeal").await;
    assert!(appeal.starts_with("Your appeal is noted"), "{appeal}");
    let undone = school.presses(teacher, teacher.private_chat(), "撤销", "Undo").await;
    assert!(undone.starts_with("Undone"), "{undone}");
    let forged = school.sandbox.presses_raw(father, group, lesson.id, "AAAA");
    assert!(school.answer_to(&forged).await.starts_with("This button no longer works"));
    for person in [mother, father, teacher] {
        for chat in [group, person.private_chat()] {
            for said in school.bot_says(person, chat) {
                assert!(!is_chinese(&said.text), "{}", said.text);
                assert!(said.buttons.iter().flatten().all(|button| !is_chinese(&button.text)));
            }
        }
    }
    school.close().await;
}

async fn each_person_reads_their_own_language(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    client_of(&school, father, Some("en-GB"));
    school.writes(father, "积分").await;
    assert!(school.last(father, group).text.contains(&en(&say::points_promise())));
    school.writes(mother, "points").await;
    assert!(school.last(mother, group).text.contains(&zh(&say::points_promise())));
    let forged = school.sandbox.presses_raw(father, group, 1, "AAAA");
    assert_eq!(school.answer_to(&forged).await, en(&say::refused_button_unknown()));
    // What all read is in the school's language.
    school.later(Duration::from_mins(90)).await;
    let lessons = school.bot_says(father, group);
    assert!(lessons.iter().any(|said| said.text.contains(&zh(&say::lesson_try_at_home()))));
    school.close().await;
}

async fn without_a_language_of_ones_own_the_groups_holds_then_the_schools(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    for (person, code) in [(mother, None), (father, Some("fr"))] {
        client_of(&school, person, code);
        school.writes(person, "积分").await;
        let told = school.last(person, group).text;
        assert!(told.contains(&zh(&say::points_promise())), "the school's: {told}");
    }
    assert_eq!(school.alters("UPDATE groups SET language = 'en'").await, 1);
    for person in [mother, father] {
        school.writes(person, "积分").await;
        let told = school.last(person, group).text;
        assert!(told.contains(&en(&say::points_promise())), "the group's: {told}");
    }
    // In private there is no group.
    school.starts(father).await;
    assert!(is_chinese(&school.told(father).text));
    school.later(Duration::from_mins(90)).await;
    let lesson = school.bot_says(mother, group).into_iter().find(|said| said.text.starts_with("📖")).unwrap();
    assert!(!is_chinese(&lesson.text), "{}", lesson.text);
    school.close().await;
}

async fn who_changes_the_clients_language_is_answered_in_it(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    for (code, text) in [("zh-hans", zh(&say::points_promise())), ("en", en(&say::points_promise()))] {
        client_of(&school, mother, Some(code));
        school.writes(mother, "积分").await;
        assert!(school.last(mother, group).text.contains(&text), "{code}");
    }
    school.close().await;
}
