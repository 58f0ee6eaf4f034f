//! Purpose: quizzes as they are shipped: a card in the group whose button asks each parent alone.

use std::time::Duration;

use homeroom::course::Question;
use homeroom::i18n::{Language, say};
use homeroom::quizzes::rules::Form;
use homeroom::sandbox::{ChatId, DemoClass, PersonId, Said, SimConfig, Standing};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    a_quiz_is_taken_where_nobody_else_sees_it_and_pays_once,
    an_answer_is_explained_in_the_readers_language,
    the_best_of_three_tries_counts,
    a_press_that_comes_twice_keeps_the_first_answer,
    a_quiz_that_was_left_goes_on_where_it_stood_after_a_restart,
    after_its_time_a_quiz_takes_no_answer_and_has_no_button,
    without_whispers_the_quiz_is_taken_in_the_private_chat,
    a_whisper_refused_on_the_way_brings_the_question_to_the_private_chat,
    an_outsider_who_presses_earns_nothing,
    a_buttons_owner_alone_can_answer,
    an_open_quiz_says_beforehand_that_everybody_sees,
    the_same_lesson_in_another_group_asks_nothing_again,
);

/// From Monday 18:00 until after the evening's lesson.
const TO_LESSON: Duration = Duration::from_mins(90);
const DAY: Duration = Duration::from_hours(24);

/// Where quizzes are private, as shipped.
pub fn ways() -> Ways {
    let mut ways = Ways::default();
    ways.config.school.quiz = Form::Private;
    ways
}

async fn school(fresh: Fresh) -> School {
    let school = School::ready_with(fresh, ways()).await;
    school.later(TO_LESSON).await;
    school
}

/// The card with a question that a person has before them.
fn asked(school: &School, person: PersonId, chat: ChatId) -> Option<Said> {
    school.bot_says(person, chat).into_iter().rev().find(|said| said.text.contains("\nA. "))
}

/// The question on a card.
fn question(school: &School, words: &str) -> Question {
    let lessons = school.config.lessons.lessons.values();
    let mut all = lessons.flat_map(|lesson| lesson.texts.values()).flat_map(|text| text.quiz.iter());
    all.find(|question| words.contains(&question.question)).unwrap_or_else(|| panic!("{words}")).clone()
}

/// The letter of the right option on a card, or of a wrong one.
fn letter(school: &School, words: &str, rightly: bool) -> String {
    let question = question(school, words);
    let right = &question.options[question.correct];
    let mut options = words.lines().filter_map(|line| line.split_once(". "));
    options
        .find(|(_, option)| {
            (option == right) == rightly && question.options.iter().any(|known| known == option)
        })
        .unwrap_or_else(|| panic!("{words}"))
        .0
        .to_owned()
}

/// Presses the button of the newest quiz's card in the group.
pub async fn begins(school: &School, person: PersonId) -> String {
    let label = zh(&say::quiz_card_button());
    school.presses(person, school.class.group, &label, &en(&say::quiz_card_button())).await
}

/// Answers the question that a person has before them.
async fn answers_one(school: &School, person: PersonId, chat: ChatId, rightly: bool) {
    let card = asked(school, person, chat).unwrap_or_else(|| panic!("{}", school.sees(person, chat)));
    let letter = letter(school, &card.text, rightly);
    school.presses(person, chat, &letter, &letter).await;
}

/// Begins a quiz, or goes on with it, and answers until nothing more is asked.
pub async fn takes(school: &School, person: PersonId, rightly: bool) {
    assert_eq!(begins(school, person).await, zh(&say::quiz_here()));
    while asked(school, person, school.class.group).is_some() {
        answers_one(school, person, school.class.group, rightly).await;
    }
}

async fn votes(school: &School) -> i64 {
    school.number("SELECT COUNT(*) FROM quiz_votes", &[]).await
}

async fn a_quiz_is_taken_where_nobody_else_sees_it_and_pays_once(fresh: Fresh) {
    let school = school(fresh).await;
    let DemoClass { group, teacher, parents: [mother, father], .. } = school.class;
    assert!(school.polls().is_empty(), "no poll shows who chose what");
    let card = school.last(father, group);
    assert!(card.text.contains("小测") && card.text.contains("只有您自己看得到"), "{}", card.text);
    let before = school.sees(father, group);
    takes(&school, mother, true).await;
    let result = school.last(mother, group);
    assert_eq!(result.only_for, Some(mother));
    assert!(result.text.contains("小测做完了") && result.text.contains("+3"), "{}", result.text);
    assert_eq!(school.balance(mother).await, 3);
    for other in [father, teacher] {
        assert_eq!(school.bot_says(other, group).last().unwrap().text, card.text);
    }
    assert_eq!(school.sees(father, group), before);
    // Whoever had everything right isn't asked again.
    let told = begins(&school, mother).await;
    assert!(told.contains("已经做完了"), "{told}");
    assert_eq!((school.balance(mother).await, school.balance(father).await), (3, 0));
    school.close().await;
}

async fn an_answer_is_explained_in_the_readers_language(fresh: Fresh) {
    let school = school(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.sandbox.edit_person(father, |person| person.language = Some("en".to_owned()));
    for (person, language) in [(mother, Language::Chinese), (father, Language::English)] {
        begins(&school, person).await;
        for rightly in [true, false] {
            let first = question(&school, &asked(&school, person, group).unwrap().text);
            answers_one(&school, person, group, rightly).await;
            let card = school.last(person, group).text;
            let explanation = first.explanation.as_str();
            let said = if rightly {
                say::quiz_right(explanation)
            } else {
                say::quiz_wrong(explanation, first.options[first.correct].as_str())
            };
            assert!(card.starts_with(&language.render(&said)), "{card}");
        }
    }
    school.close().await;
}

async fn the_best_of_three_tries_counts(fresh: Fresh) {
    let school = school(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    takes(&school, mother, false).await;
    assert_eq!(school.balance(mother).await, 0);
    assert!(school.last(mother, group).text.contains(&zh(&say::quiz_tries_left(2_u32))));
    let again = zh(&say::quiz_again_button());
    school.presses(mother, group, &again, &again).await;
    while asked(&school, mother, group).is_some() {
        answers_one(&school, mother, group, true).await;
    }
    assert_eq!(school.balance(mother).await, 3);
    assert!(!school.last(mother, group).text.contains(&again));
    // Another class, the same lesson: what was learnt is paid once.
    assert!(begins(&school, mother).await.contains("已经做完了"));
    assert_eq!(school.balance(mother).await, 3);
    school.close().await;
}

async fn a_press_that_comes_twice_keeps_the_first_answer(fresh: Fresh) {
    let school = school(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    begins(&school, mother).await;
    let card = asked(&school, mother, group).unwrap();
    let (wrong, right) = (letter(&school, &card.text, false), letter(&school, &card.text, true));
    // Both before the bot has changed the card.
    let presses = [&wrong, &right, &wrong]
        .map(|letter| school.sandbox.presses_ephemeral(mother, group, card.id, letter).unwrap());
    for press in &presses {
        assert_eq!(school.answer_to(press).await, "");
    }
    assert_eq!(votes(&school).await, 1);
    let right_ones = "SELECT COUNT(*) FROM quiz_votes WHERE correct = 1 OR try <> 1";
    assert_eq!(school.number(right_ones, &[]).await, 0);
    let shown = asked(&school, mother, group).unwrap();
    assert!(shown.text.contains("第 2 题"), "{}", shown.text);
    school.close().await;
}

async fn a_quiz_that_was_left_goes_on_where_it_stood_after_a_restart(fresh: Fresh) {
    let mut school = school(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    begins(&school, mother).await;
    answers_one(&school, mother, group, true).await;
    let second = question(&school, &asked(&school, mother, group).unwrap().text).question;
    school.is_off(Duration::from_mins(5)).await;
    begins(&school, mother).await;
    let card = school.last(mother, group).text;
    assert!(card.contains(&second) && card.contains("第 2 题"), "{card}");
    takes(&school, mother, true).await;
    assert_eq!(school.balance(mother).await, 3);
    school.close().await;
}

async fn after_its_time_a_quiz_takes_no_answer_and_has_no_button(fresh: Fresh) {
    let school = school(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    begins(&school, mother).await;
    let card = asked(&school, mother, group).unwrap();
    let letter = letter(&school, &card.text, true);
    school.later(DAY).await;
    // The button goes at the end itself.
    let press = school.sandbox.presses_ephemeral(mother, group, card.id, &letter).unwrap();
    assert_eq!(school.answer_to(&press).await, zh(&say::quiz_over()));
    assert_eq!(votes(&school).await, 0);
    let cards = school.bot_says(father, group);
    let quiz = cards.iter().find(|said| said.text.starts_with("📝")).unwrap();
    assert!(quiz.buttons.is_empty(), "{quiz:?}");
    school.close().await;
}

fn without_whispers() -> Ways {
    Ways { sim: SimConfig { rate_limits: None, supports_ephemeral: false, ..SimConfig::default() }, ..ways() }
}

async fn without_whispers_the_quiz_is_taken_in_the_private_chat(fresh: Fresh) {
    let school = School::ready_with(fresh, without_whispers()).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    let before = school.bot_says(father, group).len();
    assert_eq!(begins(&school, mother).await, zh(&say::quiz_private_first()));
    school.starts(mother).await;
    assert_eq!(begins(&school, mother).await, zh(&say::quiz_here()));
    let chat = mother.private_chat();
    while asked(&school, mother, chat).is_some() {
        answers_one(&school, mother, chat, true).await;
    }
    assert!(school.told(mother).text.contains("+3"), "{}", school.told(mother).text);
    assert_eq!(school.balance(mother).await, 3);
    assert_eq!(school.bot_says(father, group).len(), before);
    school.close().await;
}

async fn a_whisper_refused_on_the_way_brings_the_question_to_the_private_chat(fresh: Fresh) {
    let school = school(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.starts(mother).await;
    let before = school.bot_says(father, group).len();
    school.sandbox.set_ephemeral(false);
    assert_eq!(begins(&school, mother).await, zh(&say::quiz_here()));
    let chat = mother.private_chat();
    while asked(&school, mother, chat).is_some() {
        answers_one(&school, mother, chat, true).await;
    }
    assert_eq!(school.balance(mother).await, 3);
    assert_eq!(school.bot_says(father, group).len(), before, "{}", school.sees(father, group));
    assert_eq!(begins(&school, father).await, zh(&say::quiz_private_first()));
    school.close().await;
}

async fn an_outsider_who_presses_earns_nothing(fresh: Fresh) {
    let school = School::ready_with(fresh, without_whispers()).await;
    let DemoClass { group, advertiser, .. } = school.class;
    school.later(TO_LESSON).await;
    school.starts(advertiser).await;
    // Whoever looks at an open group from outside sees its cards.
    let card = school.last(school.class.teacher, group);
    let token = card.buttons[0][0].data.clone().unwrap();
    let press = school.sandbox.presses_raw(advertiser, group, card.id, &token);
    assert_eq!(school.answer_to(&press).await, zh(&say::quiz_here()));
    let chat = advertiser.private_chat();
    while asked(&school, advertiser, chat).is_some() {
        answers_one(&school, advertiser, chat, true).await;
    }
    assert!(!school.told(advertiser).text.contains('+'), "{}", school.told(advertiser).text);
    assert_eq!(school.balance(advertiser).await, 0);
    let others = "SELECT COUNT(*) FROM quiz_votes WHERE state <> 'outsider'";
    assert_eq!(school.number(others, &[]).await, 0);
    // Once in the group they can, with the tries they have left.
    school.sandbox.seat(group, advertiser, Standing::Member);
    school.later(Duration::from_mins(1)).await;
    let press = school.sandbox.presses_raw(advertiser, group, card.id, &token);
    school.answer_to(&press).await;
    while asked(&school, advertiser, chat).is_some() {
        answers_one(&school, advertiser, chat, true).await;
    }
    assert_eq!(school.balance(advertiser).await, 3);
    school.close().await;
}

async fn a_buttons_owner_alone_can_answer(fresh: Fresh) {
    let school = school(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    begins(&school, mother).await;
    let card = asked(&school, mother, group).unwrap();
    let token = card.buttons[0][0].data.clone().unwrap();
    let press = school.sandbox.presses_raw(father, group, card.id, &token);
    assert_eq!(school.answer_to(&press).await, zh(&say::refused_button_of_another()));
    assert_eq!(votes(&school).await, 0);
    school.close().await;
}

async fn an_open_quiz_says_beforehand_that_everybody_sees(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.later(TO_LESSON).await;
    let said = school.bot_says(mother, group);
    let card = said.iter().position(|said| said.text.contains("谁选了什么，全群都看得到")).unwrap();
    assert!(said[card].buttons.is_empty());
    assert!(said[..card].iter().all(|said| said.poll.is_none()), "it stands before the first question");
    assert!(said[card + 1].poll.is_some());
    school.close().await;
}

async fn the_same_lesson_in_another_group_asks_nothing_again(fresh: Fresh) {
    let school = school(fresh).await;
    let DemoClass { group, teacher, parents: [mother, _], .. } = school.class;
    takes(&school, mother, true).await;
    let other = school.sandbox.add_supergroup("二班家长群", teacher);
    school.sandbox.seat(other, mother, Standing::Member);
    school.sets_up(teacher, other).await;
    school.later(2 * DAY).await;
    // The same lesson in another group asks nothing of whoever had it all right.
    let label = zh(&say::quiz_card_button());
    let told = school.presses(mother, other, &label, &label).await;
    assert!(told.contains("已经做完了"), "{told}");
    assert_eq!(school.balance(mother).await, 3);
    assert!(begins(&school, mother).await.contains("只有您看得到"), "{}", school.sees(mother, group));
    school.close().await;
}
