//! Purpose: a parent says that their points are wrong, and staff take an entry back or leave it.

use std::time::Duration;

use homeroom::i18n::{Language, say};
use homeroom::sandbox::{DemoClass, PersonId, Said};

use crate::databases::{Fresh, on_both};
use crate::school::{School, en, zh};

on_both!(
    staff_take_a_line_back_with_a_reason_and_the_parent_hears_of_it,
    staff_leave_it_and_the_parent_hears_of_it_once,
    from_the_private_chat_the_staff_of_their_group_are_asked,
    a_dispute_nobody_can_hear_says_so_and_can_be_made_again,
    who_is_no_longer_staff_takes_nothing_back,
    who_has_no_points_has_nothing_to_dispute,
    entries_name_the_button_or_say_where_it_is,
);

/// A school in which the mother has three points, in two entries.
async fn with_points(fresh: Fresh) -> School {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.later(Duration::from_mins(90)).await;
    school.answers(mother, group, true);
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3);
    school
}

fn labels(said: &Said) -> Vec<String> {
    said.buttons.iter().flatten().map(|button| button.text.clone()).collect()
}

async fn disputes(school: &School, person: PersonId) -> String {
    school.writes(person, "积分明细").await;
    let label = zh(&say::dispute_button());
    school.presses(person, school.class.group, &label, &label).await
}

async fn presses_in_private(school: &School, who: PersonId, label: &str) -> String {
    school.presses(who, who.private_chat(), label, label).await
}

async fn staff_take_a_line_back_with_a_reason_and_the_parent_hears_of_it(fresh: Fresh) {
    let school = with_points(fresh).await;
    let DemoClass { group, teacher, admin, parents: [mother, father], .. } = school.class;
    school.starts(teacher).await;
    let before = school.bot_says(father, group).len();
    assert_eq!(disputes(&school, mother).await, zh(&say::dispute_noted()));
    assert_eq!(disputes(&school, mother).await, zh(&say::dispute_already()));
    let card = school.told(teacher);
    let title = school.sandbox.read(|world| world.chat(group).unwrap().title.clone());
    assert!(card.text.starts_with(&zh(&say::dispute_to_staff(title, "张小明妈妈"))), "{}", card.text);
    let take = |entry: i64| zh(&say::dispute_take_back_button(entry));
    assert_eq!(labels(&card), [take(2), take(1), zh(&say::dispute_leave_button())]);
    assert_eq!(school.last(admin, group).only_for, Some(admin), "the other one is asked in the group");
    let chosen = presses_in_private(&school, teacher, &take(2)).await;
    assert_eq!(chosen, zh(&say::dispute_choose_reason(2_i64)));
    assert_eq!(school.balance(mother).await, 3, "nothing happens without a reason");
    let reason = zh(&say::points_reason("mistake"));
    let points = school.number("SELECT delta FROM ledger WHERE number = 2", &[]).await;
    assert_eq!(presses_in_private(&school, teacher, &reason).await, zh(&say::dispute_done(2_i64, points)));
    assert_eq!(school.balance(mother).await, 3 - points);
    let told = say::dispute_taken_back(3 - points, 2_i64, points, say::points_reason("mistake"));
    let last = school.last(mother, group);
    assert_eq!((last.only_for, last.text), (Some(mother), zh(&told)));
    assert_eq!(presses_in_private(&school, teacher, &reason).await, zh(&say::points_refused_reversed(2_i64)));
    assert_eq!(school.balance(mother).await, 3 - points, "once");
    assert_eq!(school.bot_says(father, group).len(), before, "nobody else sees anything");
    assert_eq!(school.number("SELECT COUNT(*) FROM audit WHERE action = 'points.reverse'", &[]).await, 1);
    assert_eq!(school.number("SELECT COUNT(*) FROM audit WHERE action = 'points.dispute'", &[]).await, 1);
    // It is dealt with, so she can say so anew.
    assert_eq!(disputes(&school, mother).await, zh(&say::dispute_noted()));
    assert!(!labels(&school.told(teacher)).contains(&take(2)));
    school.close().await;
}

async fn staff_leave_it_and_the_parent_hears_of_it_once(fresh: Fresh) {
    let school = with_points(fresh).await;
    let DemoClass { group, teacher, admin, parents: [mother, _], .. } = school.class;
    for staff in [teacher, admin] {
        school.starts(staff).await;
    }
    disputes(&school, mother).await;
    let leave = zh(&say::dispute_leave_button());
    assert_eq!(presses_in_private(&school, teacher, &leave).await, zh(&say::dispute_left_done()));
    assert_eq!(presses_in_private(&school, admin, &leave).await, zh(&say::dispute_closed_already()));
    let told = zh(&say::dispute_left());
    assert_eq!(school.bot_says(mother, group).iter().filter(|said| said.text == told).count(), 1);
    assert_eq!(school.balance(mother).await, 3);
    school.close().await;
}

async fn from_the_private_chat_the_staff_of_their_group_are_asked(fresh: Fresh) {
    let school = with_points(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.sandbox.edit_person(mother, |person| person.language = Some("en".to_owned()));
    for person in [mother, teacher] {
        school.starts(person).await;
    }
    school.sandbox.writes(mother, mother.private_chat(), "points why").unwrap();
    school.settle().await;
    let answer = presses_in_private(&school, mother, &en(&say::dispute_button())).await;
    assert_eq!(answer, en(&say::dispute_noted()));
    let leave = zh(&say::dispute_leave_button());
    assert_eq!(presses_in_private(&school, teacher, &leave).await, zh(&say::dispute_left_done()));
    assert_eq!(school.last(mother, school.class.group).text, en(&say::dispute_left()));
    school.close().await;
}

async fn a_dispute_nobody_can_hear_says_so_and_can_be_made_again(fresh: Fresh) {
    let school = with_points(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.starts(mother).await;
    school.sandbox.set_ephemeral(false);
    // The first refusal tells the bot that it can't whisper.
    school.writes(mother, "积分").await;
    let says_why = || school.sandbox.writes(mother, mother.private_chat(), "积分明细").unwrap();
    says_why();
    school.settle().await;
    let label = zh(&say::dispute_button());
    assert_eq!(presses_in_private(&school, mother, &label).await, zh(&say::act_appeal_unheard()));
    assert_eq!(school.number("SELECT COUNT(*) FROM disputes", &[]).await, 0);
    school.starts(teacher).await;
    assert_eq!(presses_in_private(&school, mother, &label).await, zh(&say::dispute_noted()));
    let leave = zh(&say::dispute_leave_button());
    presses_in_private(&school, teacher, &leave).await;
    assert_eq!(school.told(mother).text, zh(&say::dispute_left()));
    school.close().await;
}

async fn who_is_no_longer_staff_takes_nothing_back(fresh: Fresh) {
    let school = with_points(fresh).await;
    let DemoClass { group, admin, parents: [mother, _], .. } = school.class;
    school.starts(admin).await;
    disputes(&school, mother).await;
    presses_in_private(&school, admin, &zh(&say::dispute_take_back_button(1_i64))).await;
    school.sandbox.demotes(admin, group).unwrap();
    school.settle().await;
    for label in [zh(&say::points_reason("mistake")), zh(&say::dispute_leave_button())] {
        assert_eq!(presses_in_private(&school, admin, &label).await, zh(&say::refused_not_staff()));
    }
    assert_eq!(school.balance(mother).await, 3);
    school.close().await;
}

async fn who_has_no_points_has_nothing_to_dispute(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.writes(mother, "积分明细").await;
    assert!(school.last(mother, group).buttons.is_empty());
    school.close().await;
}

async fn entries_name_the_button_or_say_where_it_is(fresh: Fresh) {
    let school = with_points(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.writes(mother, "积分明细").await;
    let card = school.last(mother, group);
    let button = say::dispute_button();
    assert!(card.text.ends_with(&zh(&say::points_why_dispute(button.clone()))), "{}", card.text);
    assert!(card.text.contains(&labels(&card)[0]), "{}", card.text);
    // In private the bot may not know of a group whose staff could look.
    school.alters("DELETE FROM members WHERE role = 'member'").await;
    for (words, language) in [("积分明细", Language::Chinese), ("points why", Language::English)] {
        school.sandbox.edit_person(mother, |person| person.language = Some(language.tag().to_owned()));
        school.sandbox.writes(mother, mother.private_chat(), words).unwrap();
        school.settle().await;
        let card = school.told(mother);
        let where_ = language.render(&say::points_why_dispute_in_group(button.clone()));
        assert!(card.text.ends_with(&where_) && card.buttons.is_empty(), "{}", card.text);
    }
    school.close().await;
}
