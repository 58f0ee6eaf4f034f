//! Purpose: who is offered which commands in private, and what becomes of a draft that is left.

use std::time::Duration;

use homeroom::i18n::say;
use homeroom::sandbox::{DemoClass, PersonId};

use super::{chat, english, tells, to_summary};
use crate::databases::{Fresh, on_both};
use crate::school::{School, en, zh};

on_both!(
    staff_are_offered_what_staff_can_do_in_chinese,
    staff_are_offered_what_staff_can_do_in_english,
    who_is_no_staff_any_more_is_offered_it_no_longer,
    a_change_of_rights_changes_the_menu_at_once,
    a_change_of_rights_changes_the_menu_at_once_in_english,
    a_change_that_only_the_list_of_administrators_tells_changes_the_menu,
    the_menu_follows_the_bot_into_a_group_and_out_of_it,
    a_draft_that_is_left_for_a_month_is_dropped,
);

/// The commands somebody is offered in the private chat, and what is said of the first.
fn offered(school: &School, person: PersonId) -> (Vec<String>, String) {
    let menu = school.sandbox.read(|world| world.commands_for(person, chat(person)));
    let field = |entry: &serde_json::Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let first = menu.first().map(|entry| field(entry, "description")).unwrap_or_default();
    (menu.iter().map(|entry| field(entry, "command")).collect(), first)
}

const FOR_ALL: [&str; 5] = ["points", "lessons", "topics", "help", "language"];
const FOR_STAFF: [&str; 7] = ["announce", "schedule", "points", "lessons", "topics", "help", "language"];

async fn staff_are_offered_what_staff_can_do_in_chinese(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    assert_eq!(offered(&school, teacher).0, FOR_ALL, "before the bot knows the teacher in private");
    school.starts(teacher).await;
    school.starts(mother).await;
    assert_eq!(offered(&school, teacher), (FOR_STAFF.map(str::to_owned).into(), zh(&say::menu_announce())));
    assert_eq!(offered(&school, mother), (FOR_ALL.map(str::to_owned).into(), zh(&say::menu_points())));
    school.close().await;
}

async fn staff_are_offered_what_staff_can_do_in_english(fresh: Fresh) {
    let school = english(fresh).await;
    let teacher = school.class.teacher;
    tells(&school, teacher, "/schedule").await;
    assert_eq!(offered(&school, teacher), (FOR_STAFF.map(str::to_owned).into(), en(&say::menu_announce())));
    school.close().await;
}

async fn who_is_no_staff_any_more_is_offered_it_no_longer(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, _], group, .. } = school.class;
    school.sandbox.promotes(mother, group, homeroom::sandbox::Rights::ALL).unwrap();
    school.settle().await;
    tells(&school, mother, "/announce").await;
    assert_eq!(offered(&school, mother).0, FOR_STAFF);
    tells(&school, mother, "/cancel").await;
    school.sandbox.demotes(mother, group).unwrap();
    school.settle().await;
    assert_eq!(tells(&school, mother, "/announce").await, zh(&say::dialogue_not_staff()));
    assert_eq!(offered(&school, mother).0, FOR_ALL);
    school.close().await;
}

async fn a_change_of_rights_changes_the_menu_at_once(fresh: Fresh) {
    follows_rights(School::ready(fresh).await, &zh(&say::menu_announce())).await;
}

async fn a_change_of_rights_changes_the_menu_at_once_in_english(fresh: Fresh) {
    follows_rights(english(fresh).await, &en(&say::menu_announce())).await;
}

/// Somebody is promoted and demoted twice on one day, and asks for nothing.
async fn follows_rights(school: School, first_of_staff: &str) {
    let DemoClass { parents: [mother, father], group, .. } = school.class;
    school.starts(mother).await;
    assert_eq!(offered(&school, mother).0, FOR_ALL);
    for _ in 0..2 {
        school.sandbox.promotes(mother, group, homeroom::sandbox::Rights::ALL).unwrap();
        school.settle().await;
        assert_eq!(
            offered(&school, mother),
            (FOR_STAFF.map(str::to_owned).into(), first_of_staff.to_owned())
        );
        school.sandbox.demotes(mother, group).unwrap();
        school.settle().await;
        assert_eq!(offered(&school, mother).0, FOR_ALL);
    }
    // Whoever has not opened the private chat has no menu there that could be changed.
    let before = school.calls("setMyCommands");
    school.sandbox.promotes(father, group, homeroom::sandbox::Rights::ALL).unwrap();
    school.settle().await;
    assert_eq!(school.calls("setMyCommands"), before);
    school.close().await;
}

async fn a_change_that_only_the_list_of_administrators_tells_changes_the_menu(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, _], group, .. } = school.class;
    school.starts(mother).await;
    school.sandbox.promotes(mother, group, homeroom::sandbox::Rights::ALL).unwrap();
    school.settle().await;
    assert_eq!(offered(&school, mother).0, FOR_STAFF);
    // A bot that doesn't administer a group isn't told of others.
    let bot = school.sandbox.bot();
    school.sandbox.demotes(bot, group).unwrap();
    school.settle().await;
    school.sandbox.demotes(mother, group).unwrap();
    school.settle().await;
    assert_eq!(offered(&school, mother).0, FOR_STAFF);
    school.sandbox.promotes(bot, group, homeroom::sandbox::Rights::ALL).unwrap();
    school.settle().await;
    assert_eq!(offered(&school, mother).0, FOR_ALL);
    school.close().await;
}

async fn the_menu_follows_the_bot_into_a_group_and_out_of_it(fresh: Fresh) {
    let school = School::open(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    school.starts(teacher).await;
    assert_eq!(offered(&school, teacher).0, FOR_ALL);
    school.sets_up(teacher, group).await;
    assert_eq!(offered(&school, teacher).0, FOR_STAFF);
    school.sandbox.removes_bot(teacher, group).unwrap();
    school.settle().await;
    assert_eq!(offered(&school, teacher).0, FOR_ALL);
    school.close().await;
}

async fn a_draft_that_is_left_for_a_month_is_dropped(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let open = "SELECT COUNT(*) FROM dialogues WHERE open IS NOT NULL";
    to_summary(&school, teacher, "明天下午三点放学").await;
    let card = school.told(teacher);
    school.later(Duration::from_hours(29 * 24)).await;
    // What is old is looked for after each turn, so the turn after that finds it gone.
    school.later(Duration::from_hours(7)).await;
    assert_eq!(school.number(open, &[]).await, 1);
    school.later(Duration::from_hours(3 * 24)).await;
    school.later(Duration::from_hours(7 * 24)).await;
    assert_eq!(school.number(open, &[]).await, 0);
    let press = school.sandbox.presses(teacher, chat(teacher), card.id, "现在发送").unwrap();
    assert_eq!(school.answer_to(&press).await, zh(&say::dialogue_step_over()));
    school.close().await;
}
