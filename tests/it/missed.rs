//! Purpose: parents catch up with lessons they missed, where only they see it.

use std::time::Duration;

use homeroom::i18n::{Language, say};
use homeroom::sandbox::{DemoClass, PersonId, Said, SimConfig};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    what_was_missed_is_listed_and_read_in_private_and_pays,
    who_finishes_a_lesson_in_the_group_is_known_there,
    a_button_that_is_not_believed_makes_nobody_known,
    in_the_group_only_the_one_who_asks_sees_it,
    an_english_reader_reads_in_english,
    nobody_reads_with_the_button_of_another,
    on_an_old_server_the_group_is_told_where_to_ask,
);

const TO_LESSON: Duration = Duration::from_mins(90);
const TWO_DAYS: Duration = Duration::from_hours(48);

fn labels(said: &Said) -> Vec<String> {
    said.buttons.iter().flatten().map(|button| button.text.clone()).collect()
}

/// The titles of the first primary lessons.
fn titles(school: &School, count: usize, language: Language) -> Vec<String> {
    let all = school.config.lessons.lessons.values();
    let primary = all.filter(|lesson| lesson.id.starts_with("primary-")).take(count);
    primary.map(|lesson| lesson.text(language).unwrap().title.clone()).collect()
}

async fn asks_in_private(school: &School, person: PersonId, words: &str) -> Said {
    school.sandbox.writes(person, person.private_chat(), words).unwrap();
    school.settle().await;
    school.told(person)
}

async fn what_was_missed_is_listed_and_read_in_private_and_pays(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let unknown = asks_in_private(&school, mother, "课程").await;
    assert_eq!(unknown.text, zh(&say::lessons_missed_where()));
    school.writes(mother, "/lessons").await;
    let none = asks_in_private(&school, mother, "/lessons").await;
    assert_eq!((none.text.as_str(), labels(&none).len()), (zh(&say::lessons_missed_none()).as_str(), 0));
    school.later(TO_LESSON).await;
    school.later(TWO_DAYS).await;
    school.later(Duration::from_mins(30)).await;
    let both = titles(&school, 2, Language::Chinese);
    for words in ["课程", "/lessons", "我的课程", "lessons"] {
        let list = asks_in_private(&school, mother, words).await;
        assert_eq!((list.text.as_str(), labels(&list)), (zh(&say::lessons_missed()).as_str(), both.clone()));
    }
    let before = school.bot_says(school.class.teacher, group).len();
    let answer = school.presses(mother, mother.private_chat(), &both[0], &both[0]).await;
    assert_eq!(answer, zh(&say::lessons_missed_here()));
    let card = school.told(mother);
    assert!(card.text.starts_with(&format!("📖 {}", both[0])), "{}", card.text);
    let done = school.presses(mother, mother.private_chat(), "学完", "finished").await;
    assert!(done.starts_with("学完啦"), "{done}");
    assert_eq!(school.balance(mother).await, 2);
    assert_eq!(school.bot_says(school.class.teacher, group).len(), before, "the group sees nothing of it");
    let list = asks_in_private(&school, mother, "课程").await;
    assert_eq!(labels(&list), both[1..]);
    school.close().await;
}

async fn who_finishes_a_lesson_in_the_group_is_known_there(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.sandbox.edit_person(father, |person| person.language = Some("en".to_owned()));
    school.later(TO_LESSON).await;
    for (parent, where_) in
        [(mother, zh(&say::lessons_missed_where())), (father, en(&say::lessons_missed_where()))]
    {
        assert_eq!(asks_in_private(&school, parent, "/lessons").await.text, where_);
    }
    school.later(Duration::from_mins(30)).await;
    let done = school.presses(mother, group, "学完", "finished").await;
    assert!(done.starts_with("学完啦"), "{done}");
    // Nothing else was said or pressed: the lesson's button is all it takes, and not only once it pays.
    assert_eq!(asks_in_private(&school, mother, "课程").await.text, zh(&say::lessons_missed_none()));
    school.later(TWO_DAYS).await;
    let early = school.presses(father, group, "学完", "finished").await;
    assert!(early.contains("no rush"), "{early}");
    let list = asks_in_private(&school, father, "/lessons").await;
    assert_eq!((list.text.as_str(), labels(&list).len()), (en(&say::lessons_missed()).as_str(), 2));
    school.close().await;
}

async fn a_button_that_is_not_believed_makes_nobody_known(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    school.writes(mother, "/lessons").await;
    let token = school.last(mother, group).buttons[0][0].data.clone().unwrap();
    let press = school.sandbox.presses_raw(father, group, 1, &token);
    assert_eq!(school.answer_to(&press).await, zh(&say::refused_button_of_another()));
    assert_eq!(asks_in_private(&school, father, "课程").await.text, zh(&say::lessons_missed_where()));
    school.close().await;
}

async fn in_the_group_only_the_one_who_asks_sees_it(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    let before = school.bot_says(father, group).len();
    let title = titles(&school, 1, Language::Chinese);
    school.writes(mother, "/lessons").await;
    let list = school.last(mother, group);
    assert_eq!((list.only_for, labels(&list)), (Some(mother), title.clone()));
    school.presses(mother, group, &title[0], &title[0]).await;
    let card = school.last(mother, group);
    assert!(card.only_for == Some(mother) && card.text.starts_with("📖"), "{}", card.text);
    // The bare word is talk.
    school.writes(mother, "课程").await;
    assert_eq!(school.last(mother, group).id, card.id);
    assert_eq!(school.bot_says(father, group).len(), before);
    school.close().await;
}

async fn an_english_reader_reads_in_english(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.sandbox.edit_person(mother, |person| person.language = Some("en".to_owned()));
    school.later(TO_LESSON).await;
    school.writes(mother, "my lessons").await;
    let list = school.last(mother, group);
    let title = titles(&school, 1, Language::English);
    assert_eq!((list.text, labels(&school.last(mother, group))), (en(&say::lessons_missed()), title.clone()));
    let answer = school.presses(mother, group, &title[0], &title[0]).await;
    assert_eq!(answer, en(&say::lessons_missed_here()));
    assert!(school.last(mother, group).text.contains("Try at home"));
    school.close().await;
}

async fn nobody_reads_with_the_button_of_another(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    school.writes(mother, "/lessons").await;
    let list = school.last(mother, group);
    let token = list.buttons[0][0].data.clone().unwrap();
    let press = school.sandbox.presses_raw(father, group, 1, &token);
    assert_eq!(school.answer_to(&press).await, zh(&say::refused_button_of_another()));
    // A lesson that was taken out since is said to be gone.
    std::sync::Arc::make_mut(&mut school.config).lessons.lessons.clear();
    school.bot().configure(std::sync::Arc::clone(&school.config));
    let label = labels(&list).remove(0);
    assert_eq!(school.presses(mother, group, &label, &label).await, zh(&say::refused_lesson_gone()));
    school.close().await;
}

async fn on_an_old_server_the_group_is_told_where_to_ask(fresh: Fresh) {
    let ways = Ways::default();
    let sim = SimConfig { supports_ephemeral: false, ..ways.sim };
    let school = School::ready_with(fresh, Ways { sim, ..ways }).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    school.writes(mother, "/lessons").await;
    assert_eq!(school.last(father, group).text, zh(&say::lessons_missed_in_private()));
    school.starts(mother).await;
    school.writes(mother, "/lessons").await;
    assert_eq!(labels(&school.told(mother)), titles(&school, 1, Language::Chinese));
    school.close().await;
}
