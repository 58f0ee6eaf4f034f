//! Purpose: people choose the language the bot uses with them, and staff the one it uses in a group.

use std::sync::Arc;
use std::time::Duration;

use homeroom::i18n::say;
use homeroom::sandbox::{DemoClass, PersonId, Rights, Said, SimConfig};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    what_a_person_chose_holds_in_private_and_in_whispers,
    a_choice_outlives_a_restart_and_can_be_taken_back,
    nobody_chooses_for_somebody_else,
    staff_choose_the_groups_language_before_it_is_set_up,
    staff_choose_the_groups_language_with_the_command,
    a_parent_who_asks_in_the_group_chooses_their_own,
    on_an_old_server_the_card_serves_everybody_and_staff_alone_change_the_group,
    the_bare_word_in_a_group_is_a_conversation,
);

const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";

fn labels(said: &Said) -> Vec<String> {
    said.buttons.iter().flatten().map(|button| button.text.clone()).collect()
}

async fn asks_in_private(school: &School, person: PersonId, words: &str) -> Said {
    school.sandbox.writes(person, person.private_chat(), words).unwrap();
    school.settle().await;
    school.told(person)
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

async fn what_a_person_chose_holds_in_private_and_in_whispers(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    for words in ["/language", "语言", "切换语言", "中文", "language", "English"] {
        let card = asks_in_private(&school, mother, words).await;
        assert_eq!(card.text, format!("{}\n{}", zh(&say::language_card()), en(&say::language_card())));
        assert_eq!(labels(&card), ["中文", "English", zh(&say::language_as_in_app()).as_str()]);
    }
    let answer = school.presses(mother, mother.private_chat(), "English", "English").await;
    assert_eq!(answer, en(&say::language_chosen()));
    // Her client speaks Chinese; what she chose wins.
    let told = asks_in_private(&school, mother, "积分").await.text;
    assert!(told.contains(&en(&say::points_promise())) && !is_chinese(&told), "{told}");
    school.writes(mother, "积分").await;
    assert!(school.last(mother, group).text.contains(&en(&say::points_promise())));
    school.writes(mother, AD).await;
    let notice = school.last(mother, group);
    assert!(notice.text.ends_with(&en(&say::act_warned(24_u32, 1_u32, 2_u32))), "{}", notice.text);
    school.later(Duration::from_mins(90)).await;
    school.answers(mother, group, true);
    school.settle().await;
    assert!(school.last(mother, group).text.contains("+3 points"), "{}", school.sees(mother, group));
    // What all read, and what others read, is as it was.
    assert!(school.bot_says(father, group).iter().any(|said| said.text.contains("回家试一试")));
    school.writes(father, "积分").await;
    assert!(school.last(father, group).text.contains(&zh(&say::points_promise())));
    school.close().await;
}

async fn a_choice_outlives_a_restart_and_can_be_taken_back(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let mother = school.class.parents[0];
    asks_in_private(&school, mother, "语言").await;
    school.presses(mother, mother.private_chat(), "English", "English").await;
    school.stop_bot().await;
    school.start_bot().await;
    // A client that speaks yet another language changes nothing.
    school.sandbox.edit_person(mother, |person| person.language = Some("fr".to_owned()));
    assert!(!is_chinese(&asks_in_private(&school, mother, "积分").await.text));
    school.sandbox.edit_person(mother, |person| person.language = Some("zh-hans".to_owned()));
    assert!(!is_chinese(&asks_in_private(&school, mother, "积分").await.text));
    asks_in_private(&school, mother, "language").await;
    let answer = school.presses(mother, mother.private_chat(), "As in my app", "As in my app").await;
    assert_eq!(answer, zh(&say::language_follows()));
    assert!(is_chinese(&asks_in_private(&school, mother, "积分").await.text));
    school.close().await;
}

async fn nobody_chooses_for_somebody_else(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.writes(mother, "/language").await;
    let card = school.last(mother, group);
    let token = card.buttons[0][1].data.clone().unwrap();
    let press = school.sandbox.presses_raw(father, group, 1, &token);
    assert_eq!(school.answer_to(&press).await, zh(&say::refused_button_of_another()));
    assert_eq!(school.number("SELECT COUNT(*) FROM people WHERE chosen IS NOT NULL", &[]).await, 0);
    school.close().await;
}

async fn staff_choose_the_groups_language_before_it_is_set_up(fresh: Fresh) {
    let school = School::open(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    school.sandbox.adds_bot(teacher, group).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), group, Rights::ALL).unwrap();
    school.settle().await;
    assert_eq!(school.presses(mother, group, "English", "English").await, zh(&say::refused_not_staff()));
    assert!(school.last(mother, group).text.ends_with(&zh(&say::greeting_ask())));
    let answer = school.presses(teacher, group, "English", "English").await;
    assert_eq!(answer, zh(&say::group_language_chosen("English")));
    let greeting = school.last(mother, group);
    assert!(greeting.text.ends_with(&en(&say::greeting_ask())), "{}", greeting.text);
    assert_eq!(
        labels(&greeting),
        ["Set up", "Age 0–3", "Age 3–6", "Primary school", "Junior high school", "中文", "English"]
    );
    school.presses(teacher, group, "Set up", "Set up").await;
    school.later(Duration::from_mins(90)).await;
    let lesson = school.bot_says(mother, group).into_iter().find(|said| said.text.starts_with("📖")).unwrap();
    assert!(lesson.text.contains(&en(&say::lesson_try_at_home())), "{}", lesson.text);
    assert_eq!(school.number("SELECT COUNT(*) FROM audit WHERE action = 'group.language'", &[]).await, 1);
    school.close().await;
}

async fn staff_choose_the_groups_language_with_the_command(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    let before = school.bot_says(mother, group).len();
    school.writes(teacher, "/language").await;
    let card = school.last(teacher, group);
    assert_eq!(
        (card.only_for, card.text.as_str()),
        (Some(teacher), zh(&say::group_language_card()).as_str())
    );
    let answer = school.presses(teacher, group, "English", "English").await;
    assert_eq!(answer, zh(&say::group_language_chosen("English")));
    assert_eq!(school.bot_says(mother, group).len(), before, "nobody else sees it");
    assert!(school.bot_says(mother, group)[0].text.ends_with(&en(&say::greeting_active())));
    school.later(Duration::from_mins(90)).await;
    assert!(!is_chinese(&school.polls_words(group)), "{}", school.polls_words(group));
    let as_school = zh(&say::group_language_as_school());
    let answer = school.presses(teacher, group, &as_school, &as_school).await;
    assert_eq!(answer, zh(&say::group_language_chosen("中文")));
    assert!(school.bot_says(mother, group)[0].text.ends_with(&zh(&say::greeting_active())));
    assert_eq!(school.number("SELECT COUNT(*) FROM audit WHERE action = 'group.language'", &[]).await, 2);
    school.close().await;
}

async fn a_parent_who_asks_in_the_group_chooses_their_own(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    let before = school.bot_says(father, group).len();
    school.writes(mother, "/language").await;
    assert_eq!(school.last(mother, group).only_for, Some(mother));
    let answer = school.presses(mother, group, "English", "English").await;
    assert_eq!(answer, en(&say::language_chosen()));
    assert_eq!(school.bot_says(father, group).len(), before);
    let chosen = "SELECT COUNT(*) FROM people WHERE chosen = 'en'";
    assert_eq!(school.number(chosen, &[]).await, 1);
    assert_eq!(school.number("SELECT COUNT(*) FROM groups WHERE language IS NOT NULL", &[]).await, 0);
    school.close().await;
}

async fn on_an_old_server_the_card_serves_everybody_and_staff_alone_change_the_group(fresh: Fresh) {
    let ways = Ways::default();
    let sim = SimConfig { supports_ephemeral: false, ..ways.sim };
    let mut school = School::ready_with(fresh, Ways { sim, ..ways }).await;
    let DemoClass { teacher, group, parents: [mother, father], .. } = school.class;
    Arc::make_mut(&mut school.config).schedules.clear();
    school.writes(mother, "/language").await;
    assert_eq!(school.presses(father, group, "English", "English").await, en(&say::language_chosen()));
    school.writes(teacher, "/language").await;
    assert_eq!(school.presses(mother, group, "English", "English").await, zh(&say::refused_not_staff()));
    let answer = school.presses(teacher, group, "English", "English").await;
    assert_eq!(answer, zh(&say::group_language_chosen("English")));
    // Who has opened the private chat is asked there.
    school.starts(mother).await;
    school.writes(mother, "/language").await;
    let answer = school.presses(mother, mother.private_chat(), "中文", "中文").await;
    assert_eq!(answer, zh(&say::language_chosen()));
    school.close().await;
}

async fn the_bare_word_in_a_group_is_a_conversation(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let before = school.bot_says(mother, group).len();
    for words in ["语言", "English", "中文", "language"] {
        school.writes(mother, words).await;
    }
    assert_eq!(school.bot_says(mother, group).len(), before, "{}", school.sees(mother, group));
    school.close().await;
}

/// Only for this file: the questions asked in a chat.
impl School {
    fn polls_words(&self, chat: homeroom::sandbox::ChatId) -> String {
        self.sandbox.read(|world| {
            let polls = world.said(chat).filter_map(|said| said.poll);
            let words = polls.filter_map(|id| Some(world.poll(&id)?.question.text.clone()));
            words.collect::<Vec<_>>().join("\n")
        })
    }
}
