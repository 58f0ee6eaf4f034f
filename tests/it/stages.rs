//! Purpose: staff choose the stage of a group's children, and lessons for other stages don't come any more.

use homeroom::i18n::{Language, say};
use homeroom::lessons::schedule::Schedule;
use homeroom::sandbox::{ChatId, DemoClass, Rights, Said, SimConfig};
use homeroom::timetable::Timing;
use std::time::Duration;

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    a_group_that_has_chosen_none_gets_the_lessons_of_every_stage,
    staff_choose_while_setting_up_and_other_stages_stay_away,
    a_group_set_up_without_a_stage_is_asked_for_it_until_one_is_chosen,
    staff_choose_with_the_command_and_can_take_it_back,
    an_english_class_chooses_in_english,
    a_parent_is_told_that_staff_choose,
    on_an_old_server_the_card_serves_all_and_staff_alone_change_anything,
    in_private_it_says_where_to_ask_and_bare_words_in_a_group_are_talk,
    a_schedule_for_some_groups_goes_to_no_other,
    the_choice_moves_with_the_group_and_outlives_a_restart,
);

/// From Monday 18:00 until after the evening's lessons.
const TO_LESSON: Duration = Duration::from_mins(90);

/// An ordinary school where the lessons for primary and for junior high schools come every evening at 19:30.
fn ways() -> Ways {
    let mut ways = Ways::default();
    for schedule in &mut ways.config.schedules {
        schedule.timing = Timing::parse("30 19 * * *").unwrap();
    }
    ways
}

/// The stages of the lessons a chat has had, oldest first.
fn stages(school: &School, chat: ChatId) -> Vec<&'static str> {
    let all = school.config.lessons.lessons.values();
    let titles: Vec<(&str, String)> = all
        .flat_map(|lesson| lesson.texts.values().map(|text| (lesson.stage.word(), text.title.clone())))
        .collect();
    let said = school.bot_says(school.class.teacher, chat);
    let cards = said.iter().filter(|said| said.text.contains("📖"));
    let of = |card: &Said| titles.iter().find(|(_, title)| card.text.contains(title.as_str())).unwrap().0;
    let stages: Vec<&str> = cards.map(of).collect();
    stages.into_iter().map(|word| if word == "primary" { "primary" } else { "junior" }).collect()
}

fn labels(said: &Said) -> Vec<String> {
    said.buttons.iter().flatten().map(|button| button.text.clone()).collect()
}

async fn a_group_that_has_chosen_none_gets_the_lessons_of_every_stage(fresh: Fresh) {
    let school = School::ready_with(fresh, ways()).await;
    school.later(TO_LESSON).await;
    assert_eq!(stages(&school, school.class.group), ["primary", "junior"]);
    school.close().await;
}

async fn staff_choose_while_setting_up_and_other_stages_stay_away(fresh: Fresh) {
    let school = School::open_with(fresh, ways()).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    school.sandbox.adds_bot(teacher, group).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), group, Rights::ALL).unwrap();
    school.settle().await;
    let greeting = school.last(mother, group);
    assert!(greeting.text.contains(&zh(&say::greeting_stage())), "{}", greeting.text);
    assert_eq!(labels(&greeting)[..5], ["启用", "0–3 岁", "3–6 岁", "小学", "初中"]);
    assert_eq!(school.presses(mother, group, "初中", "Junior").await, zh(&say::refused_not_staff()));
    let answer = school.presses(teacher, group, "初中", "Junior").await;
    assert_eq!(answer, zh(&say::group_stage_chosen(say::stage_junior())));
    assert!(labels(&school.last(mother, group)).contains(&"✓ 初中".to_owned()));
    school.presses(teacher, group, "启用", "Set up").await;
    school.later(TO_LESSON).await;
    assert_eq!(stages(&school, group), ["junior"]);
    assert_eq!(school.number("SELECT COUNT(*) FROM audit WHERE action = 'group.stage'", &[]).await, 1);
    school.close().await;
}

async fn a_group_set_up_without_a_stage_is_asked_for_it_until_one_is_chosen(fresh: Fresh) {
    let school = School::ready_with(fresh, ways()).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    let greeting = || school.bot_says(mother, group)[0].clone();
    assert!(greeting().text.contains(&zh(&say::greeting_stage())), "{}", greeting().text);
    school.presses(teacher, group, "小学", "Primary").await;
    assert!(!greeting().text.contains(&zh(&say::greeting_stage())), "{}", greeting().text);
    assert_eq!(labels(&greeting()), Vec::<String>::new());
    school.later(TO_LESSON).await;
    assert_eq!(stages(&school, group), ["primary"]);
    school.close().await;
}

async fn staff_choose_with_the_command_and_can_take_it_back(fresh: Fresh) {
    let school = School::ready_with(fresh, ways()).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    let before = school.bot_says(mother, group).len();
    for words in ["/stage", "选择学段", "/学段"] {
        school.writes(teacher, words).await;
        let card = school.last(teacher, group);
        assert_eq!(card.only_for, Some(teacher), "{words}");
        assert_eq!(card.text, zh(&say::group_stage_card(say::group_stage_every())));
    }
    let answer = school.presses(teacher, group, "小学", "Primary").await;
    assert_eq!(answer, zh(&say::group_stage_chosen(say::stage_primary())));
    assert_eq!(school.bot_says(mother, group).len(), before, "nobody else sees it");
    school.later(TO_LESSON).await;
    assert_eq!(stages(&school, group), ["primary"]);
    school.writes(teacher, "/stage").await;
    assert_eq!(school.last(teacher, group).text, zh(&say::group_stage_card(say::stage_primary())));
    let every = zh(&say::group_stage_every());
    let answer = school.presses(teacher, group, &every, &every).await;
    assert_eq!(answer, zh(&say::group_stage_chosen_every()));
    school.later(Duration::from_hours(24)).await;
    assert_eq!(stages(&school, group), ["primary", "primary", "junior"]);
    assert_eq!(school.number("SELECT COUNT(*) FROM audit WHERE action = 'group.stage'", &[]).await, 2);
    school.close().await;
}

async fn an_english_class_chooses_in_english(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..ways() };
    ways.config.school.language = Language::English;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { teacher, group, .. } = school.class;
    school.writes(teacher, "choose stage").await;
    let card = school.last(teacher, group);
    assert_eq!(card.text, en(&say::group_stage_card(say::group_stage_every())));
    let names = ["Age 0–3", "Age 3–6", "Primary school", "Junior high school", "Every stage"];
    assert_eq!(labels(&card), names);
    let answer = school.presses(teacher, group, "Junior", "Junior").await;
    assert_eq!(answer, en(&say::group_stage_chosen(say::stage_junior())));
    school.later(TO_LESSON).await;
    assert_eq!(stages(&school, group), ["junior"]);
    school.close().await;
}

async fn a_parent_is_told_that_staff_choose(fresh: Fresh) {
    let school = School::ready_with(fresh, ways()).await;
    let DemoClass { teacher, group, parents: [mother, father], .. } = school.class;
    school.writes(mother, "/stage").await;
    let told = school.last(mother, group);
    assert_eq!((told.only_for, told.text), (Some(mother), zh(&say::refused_not_staff())));
    // Nor does a button help that was made for somebody else.
    school.writes(teacher, "/stage").await;
    let token = school.last(teacher, group).buttons[0][0].data.clone().unwrap();
    let press = school.sandbox.presses_raw(father, group, 1, &token);
    assert_eq!(school.answer_to(&press).await, zh(&say::refused_button_of_another()));
    assert_eq!(school.number("SELECT COUNT(*) FROM groups WHERE stage IS NOT NULL", &[]).await, 0);
    school.close().await;
}

async fn on_an_old_server_the_card_serves_all_and_staff_alone_change_anything(fresh: Fresh) {
    let ways = ways();
    let sim = SimConfig { supports_ephemeral: false, ..ways.sim };
    let school = School::ready_with(fresh, Ways { sim, ..ways }).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    school.writes(teacher, "/stage").await;
    assert_eq!(school.presses(mother, group, "小学", "Primary").await, zh(&say::refused_not_staff()));
    let answer = school.presses(teacher, group, "小学", "Primary").await;
    assert_eq!(answer, zh(&say::group_stage_chosen(say::stage_primary())));
    school.close().await;
}

async fn in_private_it_says_where_to_ask_and_bare_words_in_a_group_are_talk(fresh: Fresh) {
    let school = School::ready_with(fresh, ways()).await;
    let DemoClass { teacher, group, .. } = school.class;
    for words in ["/stage", "学段", "stage"] {
        school.sandbox.writes(teacher, teacher.private_chat(), words).unwrap();
        school.settle().await;
        assert_eq!(school.told(teacher).text, zh(&say::group_stage_in_group()), "{words}");
    }
    let before = school.bot_says(teacher, group).len();
    for words in ["学段", "stage"] {
        school.writes(teacher, words).await;
    }
    assert_eq!(school.bot_says(teacher, group).len(), before);
    school.close().await;
}

async fn a_schedule_for_some_groups_goes_to_no_other(fresh: Fresh) {
    let mut ways = ways();
    let mut junior: Schedule = ways.config.schedules.remove(1);
    junior.groups = vec![homeroom::ids::Native::from(-1)];
    ways.config.schedules.push(junior);
    let mut school = School::ready_with(fresh, ways).await;
    let group = school.class.group;
    school.later(TO_LESSON).await;
    assert_eq!(stages(&school, group), ["primary"]);
    let config = std::sync::Arc::make_mut(&mut school.config);
    config.schedules[1].groups = vec![homeroom::ids::Native::from(group.0)];
    school.bot().configure(std::sync::Arc::clone(&school.config));
    school.later(Duration::from_hours(24)).await;
    assert_eq!(stages(&school, group), ["primary", "primary", "junior"]);
    school.close().await;
}

async fn the_choice_moves_with_the_group_and_outlives_a_restart(fresh: Fresh) {
    let mut school = School::ready_with(fresh, ways()).await;
    let DemoClass { teacher, group, .. } = school.class;
    school.writes(teacher, "/stage").await;
    school.presses(teacher, group, "小学", "Primary").await;
    school.stop_bot().await;
    school.start_bot().await;
    // Rights that come and go leave it as it is.
    school.sandbox.promotes(school.sandbox.bot(), group, Rights::default()).unwrap();
    school.settle().await;
    school.later(TO_LESSON).await;
    assert_eq!(stages(&school, group), ["primary"]);
    school.close().await;
}
