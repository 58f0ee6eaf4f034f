//! Purpose: staff look again at what was removed: what they see of it, and leaving it as it is.

use std::time::Duration;

use homeroom::i18n::say;
use homeroom::sandbox::{DemoClass, PersonId, Said};

use crate::databases::{Fresh, on_both};
use crate::school::{School, en, zh};

on_both!(
    staff_judge_an_appeal_by_the_message_and_nobody_else_sees_it,
    a_long_message_is_shown_in_part,
    a_message_that_is_no_longer_kept_is_said_to_be_gone,
    staff_leave_it_with_a_word_of_why_and_the_author_hears_it,
    staff_leave_it_without_a_word,
    what_was_left_is_no_open_appeal,
    what_was_left_can_still_be_undone,
    who_is_no_longer_staff_leaves_nothing,
);

const AD: &str = "各位家长看过来\n宝妈兼职日结,加薇芯 abc12345 详聊\nhttps://example.org/job";

async fn appeals(school: &School) -> String {
    let mother = school.class.parents[0];
    let label = zh(&say::act_appeal_button());
    school.presses(mother, school.class.group, &label, &label).await
}

async fn presses_in_private(school: &School, who: PersonId, label: &str) -> String {
    school.presses(who, who.private_chat(), label, label).await
}

/// A school in which the mother's advertisement was removed and she has appealed; teacher and administrator have opened
/// their private chats.
async fn with_appeal(fresh: Fresh) -> School {
    let school = School::ready(fresh).await;
    for staff in [school.class.teacher, school.class.admin] {
        school.starts(staff).await;
    }
    school.writes(school.class.parents[0], AD).await;
    assert_eq!(appeals(&school).await, zh(&say::act_appealed()));
    school
}

fn title(school: &School) -> String {
    school.sandbox.read(|world| world.chat(school.class.group).unwrap().title.clone())
}

fn quoted(said: &Said) -> Vec<&str> {
    let label = [zh(&say::act_evidence(180_i64)), en(&say::act_evidence(180_i64))];
    let after = label.iter().find_map(|label| said.text.split_once(label.as_str()));
    after.map(|(_, message)| message.trim_start()).into_iter().collect()
}

async fn staff_judge_an_appeal_by_the_message_and_nobody_else_sees_it(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, teacher, admin, parents: [mother, father], .. } = school.class;
    school.starts(teacher).await;
    school.sandbox.edit_person(admin, |person| person.language = Some("en".to_owned()));
    school.writes(admin, "大家好").await;
    school.writes(mother, AD).await;
    appeals(&school).await;
    let card = school.told(teacher);
    assert!(card.text.contains(&title(&school)) && card.text.contains("张小明妈妈"), "{}", card.text);
    assert_eq!(quoted(&card), [AD]);
    let as_quotations =
        "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'appeal/%' AND payload LIKE '%\"quote\"%'";
    assert_eq!(school.number(as_quotations, &[]).await, 2);
    // The administrator has no private chat with the bot: only they see it in the group.
    let card = school.last(admin, group);
    assert_eq!((card.only_for, quoted(&card)), (Some(admin), vec![AD]));
    assert!(card.text.contains(&en(&say::act_evidence(180_i64))), "{}", card.text);
    for parent in [mother, father] {
        let seen = school.bot_says(parent, group);
        assert!(seen.iter().all(|said| !said.text.contains("看过来")), "{}", school.sees(parent, group));
    }
    school.close().await;
}

async fn a_long_message_is_shown_in_part(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.starts(teacher).await;
    let long = format!("加薇芯 abc12345 {}", "好".repeat(3_000));
    school.writes(mother, &long).await;
    appeals(&school).await;
    let card = school.told(teacher);
    let shown = quoted(&card).remove(0);
    assert!(shown.starts_with("加薇芯 abc12345 好") && shown.ends_with("好…"), "{shown}");
    assert_eq!(shown.chars().count(), 600);
    school.close().await;
}

async fn a_message_that_is_no_longer_kept_is_said_to_be_gone(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.starts(teacher).await;
    school.writes(mother, AD).await;
    school.alters("UPDATE acts SET matched = '', evidence = ''").await;
    appeals(&school).await;
    let card = school.told(teacher).text;
    let head = zh(&say::act_appeal_to_staff_old(title(&school), "张小明妈妈", say::rule_r3()));
    assert_eq!(card, format!("{head}\n\n{}", zh(&say::act_evidence_gone(180_i64))));
    school.close().await;
}

async fn staff_leave_it_with_a_word_of_why_and_the_author_hears_it(fresh: Fresh) {
    let school = with_appeal(fresh).await;
    let DemoClass { group, teacher, admin, parents: [mother, father], .. } = school.class;
    let before = school.bot_says(father, group).len();
    let leave = zh(&say::act_leave_button());
    assert_eq!(presses_in_private(&school, teacher, &leave).await, zh(&say::act_left_choose()));
    let left = "SELECT COUNT(*) FROM acts WHERE left_at IS NOT NULL";
    assert_eq!(school.number(left, &[]).await, 0, "nothing happens before a reason is chosen");
    let asked = school.told(teacher);
    let labels: Vec<String> = asked.buttons.iter().flatten().map(|button| button.text.clone()).collect();
    let whys = ["rule", "private", "doubtful"].map(|why| zh(&say::act_left_why(why)));
    assert_eq!(labels, [&whys[..], &[zh(&say::act_left_without_why())]].concat());
    assert_eq!(presses_in_private(&school, teacher, &whys[2]).await, zh(&say::act_left()));
    let told = zh(&say::act_left_author_why(title(&school), say::act_left_why("doubtful")));
    let last = school.last(mother, group);
    assert_eq!((last.only_for, last.text.as_str()), (Some(mother), told.as_str()));
    assert!(told.contains(&whys[2]), "{told}");
    // The other one finds it answered, the author hears so too, and it is told once.
    assert_eq!(presses_in_private(&school, admin, &leave).await, zh(&say::act_left_already()));
    assert_eq!(presses_in_private(&school, teacher, &whys[0]).await, zh(&say::act_left_already()));
    assert_eq!(appeals(&school).await, zh(&say::act_left_before()));
    assert_eq!(school.bot_says(mother, group).iter().filter(|said| said.text == told).count(), 1);
    assert_eq!(school.number("SELECT COUNT(*) FROM acts WHERE left_why = 'doubtful'", &[]).await, 1);
    assert_eq!(school.number("SELECT COUNT(*) FROM audit WHERE action = 'moderation.leave'", &[]).await, 1);
    assert_eq!(school.bot_says(father, group).len(), before, "nobody else sees anything");
    // The warning still counts.
    school.later(Duration::from_hours(24)).await;
    school.writes(mother, AD).await;
    assert!(!school.can_write(mother));
    school.close().await;
}

async fn staff_leave_it_without_a_word(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, teacher, parents: [mother, _], .. } = school.class;
    for person in [mother, teacher] {
        school.sandbox.edit_person(person, |person| person.language = Some("en".to_owned()));
    }
    school.starts(teacher).await;
    school.writes(mother, AD).await;
    let label = en(&say::act_appeal_button());
    assert_eq!(school.presses(mother, group, &label, &label).await, en(&say::act_appealed()));
    let leave = en(&say::act_leave_button());
    assert_eq!(presses_in_private(&school, teacher, &leave).await, en(&say::act_left_choose()));
    let without = en(&say::act_left_without_why());
    assert_eq!(presses_in_private(&school, teacher, &without).await, en(&say::act_left()));
    assert_eq!(school.last(mother, group).text, en(&say::act_left_author(title(&school))));
    assert_eq!(school.number("SELECT COUNT(*) FROM acts WHERE left_why IS NULL", &[]).await, 1);
    school.close().await;
}

async fn what_was_left_is_no_open_appeal(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, teacher, parents: [mother, _], .. } = school.class;
    school.writes(mother, AD).await;
    school.sandbox.set_ephemeral(false);
    assert_eq!(appeals(&school).await, zh(&say::act_appealed()));
    school.starts(teacher).await;
    let open = zh(&say::appeals_card_button());
    let asks = async || school.presses(teacher, group, &open, &open).await;
    assert_eq!(asks().await, zh(&say::appeals_sent(1_usize)));
    assert_eq!(quoted(&school.told(teacher)), [AD]);
    presses_in_private(&school, teacher, &zh(&say::act_leave_button())).await;
    let without = zh(&say::act_left_without_why());
    assert_eq!(presses_in_private(&school, teacher, &without).await, zh(&say::act_left()));
    assert_eq!(asks().await, zh(&say::appeals_none()));
    school.close().await;
}

async fn what_was_left_can_still_be_undone(fresh: Fresh) {
    let school = with_appeal(fresh).await;
    let DemoClass { group, teacher, admin, parents: [mother, _], .. } = school.class;
    presses_in_private(&school, teacher, &zh(&say::act_leave_button())).await;
    let without = zh(&say::act_left_without_why());
    presses_in_private(&school, teacher, &without).await;
    let undo = zh(&say::act_undo_button());
    assert_eq!(presses_in_private(&school, admin, &undo).await, zh(&say::act_undone()));
    assert_eq!(school.last(mother, group).text, zh(&say::act_undone_author(title(&school))));
    let leave = zh(&say::act_leave_button());
    assert_eq!(presses_in_private(&school, admin, &leave).await, zh(&say::act_undone_already()));
    assert_eq!(appeals(&school).await, zh(&say::act_undone_already()));
    school.close().await;
}

async fn who_is_no_longer_staff_leaves_nothing(fresh: Fresh) {
    let school = with_appeal(fresh).await;
    let DemoClass { group, admin, .. } = school.class;
    presses_in_private(&school, admin, &zh(&say::act_leave_button())).await;
    school.sandbox.demotes(admin, group).unwrap();
    school.settle().await;
    for label in [zh(&say::act_left_without_why()), zh(&say::act_leave_button())] {
        assert_eq!(presses_in_private(&school, admin, &label).await, zh(&say::refused_not_staff()));
    }
    assert_eq!(school.number("SELECT COUNT(*) FROM acts WHERE left_at IS NOT NULL", &[]).await, 0);
    school.close().await;
}
