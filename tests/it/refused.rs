//! Purpose: a server that stops showing messages to one member only while the bot runs: what was meant for one person still
//! reaches that person alone.

use std::time::Duration;

use homeroom::i18n::{Language, say};
use homeroom::sandbox::{DemoClass, PersonId};

use crate::databases::{Fresh, on_both};
use crate::school::{School, zh};

on_both!(
    a_refused_whisper_goes_to_the_private_chat_with_buttons_that_work,
    a_refused_answer_is_given_in_the_group_by_a_button_also_to_whoever_has_a_private_chat,
    a_refused_answer_that_no_button_can_show_goes_to_the_private_chat,
    refused_whispers_leave_one_card_in_ten_minutes_and_nothing_of_their_words,
    a_refused_quiz_result_leaves_the_card_with_everybodys_own_points,
    staff_find_an_appeal_that_could_not_be_whispered,
    after_the_first_refusal_nothing_is_whispered_and_the_menus_say_so,
);

const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";

/// What everybody in the group can read of the bot.
fn open_words(school: &School, reader: PersonId) -> Vec<String> {
    let said = school.bot_says(reader, school.class.group);
    said.into_iter().filter(|said| said.only_for.is_none()).map(|said| said.text).collect()
}

async fn a_refused_whisper_goes_to_the_private_chat_with_buttons_that_work(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    for person in [mother, teacher] {
        school.starts(person).await;
    }
    let before = open_words(&school, father);
    school.sandbox.set_ephemeral(false);
    school.writes(mother, AD).await;
    let notice = school.told(mother);
    assert!(notice.text.contains("薇芯"), "{}", notice.text);
    let appeal = zh(&say::act_appeal_button());
    let answer = school.presses(mother, mother.private_chat(), &appeal, &appeal).await;
    assert_eq!(answer, zh(&say::act_appealed()));
    assert_eq!(open_words(&school, father), before);
    school.close().await;
}

async fn a_refused_answer_is_given_in_the_group_by_a_button_also_to_whoever_has_a_private_chat(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.sandbox.edit_person(father, |person| person.language = Some("en".to_owned()));
    for person in [mother, father] {
        school.starts(person).await;
    }
    let private = |person: PersonId| school.bot_says(person, person.private_chat()).len();
    let before = (private(mother), private(father), open_words(&school, father).len());
    school.sandbox.set_ephemeral(false);
    for (person, words) in [(mother, "积分"), (father, "my points")] {
        school.sandbox.writes(person, group, words).unwrap();
    }
    school.settle().await;
    let said = open_words(&school, father);
    assert_eq!(said[before.2..], [zh(&say::points_card())], "one card serves both");
    assert_eq!((private(mother), private(father)), (before.0, before.1));
    let label = zh(&say::points_card_button());
    let hers = school.presses(mother, group, &label, &label).await;
    assert!(hers.starts_with(zh(&say::points_short_balance(0_u32, "")).trim_end()), "{hers}");
    let his = school.presses(father, group, &label, &label).await;
    let english = Language::English.render(&say::points_short_balance(0_u32, ""));
    assert!(his.starts_with(english.trim_end()), "{his}");
    school.close().await;
}

async fn a_refused_answer_that_no_button_can_show_goes_to_the_private_chat(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.starts(mother).await;
    school.later(Duration::from_mins(90)).await;
    school.answers(mother, group, true);
    school.settle().await;
    let before = open_words(&school, father).len();
    school.sandbox.set_ephemeral(false);
    school.writes(mother, "积分明细").await;
    let told = school.told(mother);
    assert!(told.text.contains("+2"), "{}", told.text);
    assert_eq!(told.buttons[0][0].text, zh(&say::dispute_button()));
    assert_eq!(open_words(&school, father).len(), before);
    // Without a private chat the button shows at least the balance.
    school.writes(father, "积分明细").await;
    assert_eq!(open_words(&school, father)[before..], [zh(&say::points_card())]);
    school.close().await;
}

async fn refused_whispers_leave_one_card_in_ten_minutes_and_nothing_of_their_words(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, teacher, admin, parents: [mother, father], .. } = school.class;
    let before = open_words(&school, father).len();
    school.sandbox.set_ephemeral(false);
    for person in [mother, father, teacher, admin, mother] {
        school.sandbox.writes(person, group, "积分").unwrap();
    }
    school.settle().await;
    let said = open_words(&school, father);
    assert_eq!(said.len(), before + 1, "{said:?}");
    assert_eq!(said[before], zh(&say::points_card()));
    let label = zh(&say::points_card_button());
    assert!(!school.presses(father, group, &label, &label).await.is_empty());
    // And that is the same card as where whispering is known to be impossible.
    school.later(Duration::from_mins(1)).await;
    school.writes(mother, "积分").await;
    assert_eq!(open_words(&school, father).len(), before + 1);
    school.later(Duration::from_mins(10)).await;
    school.writes(mother, "积分").await;
    assert_eq!(open_words(&school, father).len(), before + 2);
    school.close().await;
}

async fn a_refused_quiz_result_leaves_the_card_with_everybodys_own_points(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.starts(father).await;
    school.later(Duration::from_mins(90)).await;
    let before = open_words(&school, father).len();
    school.sandbox.set_ephemeral(false);
    school.answers(mother, group, true);
    school.settle().await;
    let said = open_words(&school, father);
    assert_eq!(said[before..], [zh(&say::points_card())]);
    let label = zh(&say::points_card_button());
    let hers = school.presses(mother, group, &label, &label).await;
    assert!(hers.starts_with(zh(&say::points_short_balance(3_u32, "")).trim_end()), "{hers}");
    school.close().await;
}

async fn staff_find_an_appeal_that_could_not_be_whispered(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, teacher, parents: [mother, father], .. } = school.class;
    school.writes(mother, AD).await;
    let appeal = zh(&say::act_appeal_button());
    school.sandbox.set_ephemeral(false);
    assert_eq!(school.presses(mother, group, &appeal, &appeal).await, zh(&say::act_appealed()));
    let label = zh(&say::appeals_card_button());
    let shown = open_words(&school, father);
    assert_eq!(shown.iter().filter(|words| **words == zh(&say::appeals_card())).count(), 1, "{shown:?}");
    assert!(shown.iter().all(|words| !words.contains("薇芯")));
    assert_eq!(school.presses(father, group, &label, &label).await, zh(&say::refused_not_staff()));
    assert_eq!(school.presses(teacher, group, &label, &label).await, zh(&say::appeals_private_first()));
    school.starts(teacher).await;
    assert_eq!(school.presses(teacher, group, &label, &label).await, zh(&say::appeals_sent(1_usize)));
    let undo = zh(&say::act_undo_button());
    let undone = school.presses(teacher, teacher.private_chat(), &undo, &undo).await;
    assert_eq!(undone, zh(&say::act_undone()));
    assert_eq!(school.presses(teacher, group, &label, &label).await, zh(&say::appeals_none()));
    school.close().await;
}

async fn after_the_first_refusal_nothing_is_whispered_and_the_menus_say_so(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    let hidden = |school: &School| {
        let menu = school.sandbox.read(|world| world.commands_for(mother, group));
        menu.iter().filter(|command| command["is_ephemeral"] == true).count()
    };
    assert!(hidden(&school) > 0);
    school.sandbox.set_ephemeral(false);
    school.writes(mother, "积分").await;
    school.later(Duration::from_mins(20)).await;
    let whispers = "SELECT COUNT(*) FROM outbox WHERE payload LIKE '{\"do\":\"whisper\",%'";
    let before = school.number(whispers, &[]).await;
    school.writes(father, "积分").await;
    assert_eq!(school.number(whispers, &[]).await, before);
    assert_eq!(hidden(&school), 0);
    school.close().await;
}
