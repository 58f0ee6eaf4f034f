//! Purpose: the ladder from a warning to a mute, and the way back: appeal and undoing.

use std::time::Duration;

use homeroom::i18n::{Language, Text, say};
use homeroom::sandbox::{DemoClass, Fault, FaultPlan, FaultRule, Rights, SimConfig, Standing};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, zh};

on_both!(
    the_second_advertisement_mutes_for_a_day,
    links_mute_at_the_third,
    a_warning_is_forgotten_after_thirty_days,
    without_the_right_to_mute_nobody_is_told_of_a_mute,
    a_mute_refused_by_the_server_is_told_to_staff_and_taken_back_in_the_books,
    a_mute_that_fails_is_told_to_staff_each_time,
    what_all_may_read_of_a_refused_mute_does_not_say_that_it_failed,
    an_undone_mute_is_lifted_and_forgotten,
    staff_without_a_private_chat_are_asked_in_the_group,
    an_appeal_that_nobody_can_hear_says_so,
    of_two_who_undo_at_once_one_does,
    who_is_no_longer_staff_undoes_nothing,
);

const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";
const DAY: Duration = Duration::from_hours(24);

async fn appeals(school: &School) -> String {
    let mother = school.class.parents[0];
    let label = zh(&say::act_appeal_button());
    school.presses(mother, school.class.group, &label, &label).await
}

async fn undoes(school: &School, who: homeroom::sandbox::PersonId, private: bool) -> String {
    let label = zh(&say::act_undo_button());
    let chat = if private { who.private_chat() } else { school.class.group };
    school.presses(who, chat, &label, &label).await
}

fn told(school: &School, consequence: &Text) -> bool {
    let mother = school.class.parents[0];
    let last = school.last(mother, school.class.group);
    last.only_for == Some(mother) && last.text.ends_with(&zh(consequence))
}

async fn the_second_advertisement_mutes_for_a_day(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.writes(mother, AD).await;
    assert!(told(&school, &say::act_warned(24_u32, 1_u32, 2_u32)), "{}", school.sees(mother, group));
    assert!(school.can_write(mother));
    school.later(DAY).await;
    school.writes(mother, AD).await;
    assert!(told(&school, &say::act_muted(24_i64)), "{}", school.sees(mother, group));
    assert!(!school.can_write(mother) && school.can_write(father));
    assert!(school.sandbox.writes(mother, group, "大家好").is_err());
    school.later(Duration::from_hours(23)).await;
    assert!(!school.can_write(mother));
    school.later(Duration::from_hours(1)).await;
    assert!(school.can_write(mother), "a mute ends by itself");
    school.close().await;
}

async fn links_mute_at_the_third(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let mother = school.class.parents[0];
    for (number, free) in [(1, true), (2, true), (3, false)] {
        let message = school.writes(mother, "点这里 https://bit.ly/3abc").await;
        assert!(school.is_deleted(message));
        assert_eq!(school.can_write(mother), free, "link {number}");
        school.later(Duration::from_mins(2)).await;
    }
    school.close().await;
}

async fn a_warning_is_forgotten_after_thirty_days(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let mother = school.class.parents[0];
    school.writes(mother, AD).await;
    school.later(30 * DAY).await;
    school.writes(mother, AD).await;
    assert!(told(&school, &say::act_warned(24_u32, 1_u32, 2_u32)));
    assert!(school.can_write(mother));
    school.close().await;
}

async fn without_the_right_to_mute_nobody_is_told_of_a_mute(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.sandbox.promotes(school.sandbox.bot(), group, homeroom::sandbox::Rights::DELETE).unwrap();
    school.settle().await;
    for _ in 0..2 {
        let message = school.writes(mother, AD).await;
        assert!(school.is_deleted(message));
        school.later(Duration::from_mins(2)).await;
    }
    assert!(told(&school, &say::act_warned_last()), "{}", school.sees(mother, group));
    assert!(school.can_write(mother));
    assert_eq!(school.calls("restrictChatMember"), 0);
    school.close().await;
}

/// The bot isn't told that it lost the right.
async fn a_mute_refused_by_the_server_is_told_to_staff_and_taken_back_in_the_books(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, teacher, admin, parents: [mother, father], .. } = school.class;
    school.starts(teacher).await;
    school.sandbox.seat(group, school.sandbox.bot(), Standing::Administrator(Rights::DELETE));
    let title = school.sandbox.read(|world| world.chat(group).unwrap().title.clone());
    for round in 1..=3 {
        let message = school.writes(mother, AD).await;
        assert!(school.is_deleted(message), "round {round}");
        school.later(Duration::from_mins(5)).await;
    }
    assert!(school.can_write(mother));
    // The author has read that they are muted, and isn't told that they are not.
    assert!(told(&school, &say::act_muted(24_i64)), "{}", school.sees(mother, group));
    let muted = "SELECT COUNT(*) FROM acts WHERE action = 'muted'";
    assert_eq!(school.number(muted, &[]).await, 0);
    assert_eq!(school.number("SELECT COUNT(*) FROM acts WHERE action = 'warned'", &[]).await, 3);
    // Staff hear of it once a day, where nobody else reads it.
    let asked = zh(&say::act_mute_refused_to_staff(title.as_str(), "张小明妈妈"));
    let heard = |who: homeroom::sandbox::PersonId, chat| {
        school.bot_says(who, chat).iter().filter(|said| said.text == asked).count()
    };
    assert_eq!((heard(teacher, teacher.private_chat()), heard(admin, group)), (1, 1));
    assert_eq!((heard(mother, group), heard(father, group)), (0, 0));
    school.later(DAY).await;
    school.writes(mother, AD).await;
    assert_eq!(heard(teacher, teacher.private_chat()), 2);
    // With the right back, the next one mutes.
    school.sandbox.seat(group, school.sandbox.bot(), Standing::Administrator(Rights::ALL));
    school.later(Duration::from_mins(5)).await;
    school.writes(mother, AD).await;
    assert!(!school.can_write(mother));
    school.close().await;
}

async fn a_mute_that_fails_is_told_to_staff_each_time(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, teacher, admin, parents: [mother, _], .. } = school.class;
    school.starts(teacher).await;
    school.sandbox.edit_person(admin, |person| person.language = Some("en".to_owned()));
    // The bot learns of a client's language from what comes from it.
    school.writes(admin, "大家好").await;
    let rules = vec![FaultRule::by_chance("restrictChatMember", 1_000, Fault::ServerError(500))];
    school.sandbox.set_faults(FaultPlan { seed: 1, rules });
    for _ in 0..3 {
        assert!(school.is_deleted(school.writes(mother, AD).await));
        school.later(Duration::from_hours(2)).await;
    }
    assert!(school.can_write(mother));
    let title = school.sandbox.read(|world| world.chat(group).unwrap().title.clone());
    let asked = say::act_mute_failed_to_staff(title.as_str(), "张小明妈妈");
    let heard = |who: homeroom::sandbox::PersonId, chat, language: Language| {
        let words = language.render(&asked);
        school.bot_says(who, chat).iter().filter(|said| said.text == words).count()
    };
    assert_eq!(heard(teacher, teacher.private_chat(), Language::Chinese), 2, "the second and the third");
    assert_eq!(heard(admin, group, Language::English), 2);
    assert_eq!(heard(mother, group, Language::Chinese), 0);
    assert_eq!(school.number("SELECT COUNT(*) FROM acts WHERE action = 'muted'", &[]).await, 0);
    school.close().await;
}

async fn what_all_may_read_of_a_refused_mute_does_not_say_that_it_failed(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.writes(mother, AD).await;
    school.later(Duration::from_mins(5)).await;
    school.sandbox.seat(group, school.sandbox.bot(), Standing::Administrator(Rights::DELETE));
    school.sandbox.set_ephemeral(false);
    school.writes(mother, AD).await;
    assert!(school.can_write(mother));
    let said = school.bot_says(father, group);
    let shown: Vec<&str> =
        said.iter().filter(|said| said.only_for.is_none()).map(|said| said.text.as_str()).collect();
    assert!(shown.contains(&zh(&say::act_mute_refused_card()).as_str()), "{shown:?}");
    assert!(shown.iter().all(|words| !words.contains("没能") && !words.contains("暂停发言")), "{shown:?}");
    school.close().await;
}

async fn an_undone_mute_is_lifted_and_forgotten(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, teacher, admin, parents: [mother, father], .. } = school.class;
    school.starts(teacher).await;
    school.starts(father).await;
    school.writes(mother, AD).await;
    school.later(Duration::from_mins(5)).await;
    school.writes(mother, AD).await;
    assert!(!school.can_write(mother));
    assert_eq!(appeals(&school).await, zh(&say::act_appealed()));
    assert_eq!(appeals(&school).await, zh(&say::act_appealed_already()));
    let asked = school.told(teacher);
    assert!(asked.text.contains("张小明妈妈") && asked.text.contains("薇芯"), "{}", asked.text);
    let seen = school.bot_says(father, group);
    assert!(seen.iter().all(|said| !said.text.contains("薇芯")), "no parent sees an appeal");
    let asked_all = school.number("SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'appeal/%'", &[]).await;
    assert_eq!(asked_all, 2, "the teacher in private, the administrator in the group");
    assert_eq!(school.last(admin, group).only_for, Some(admin));
    assert_eq!(undoes(&school, teacher, true).await, zh(&say::act_undone()));
    assert!(school.can_write(mother));
    let title = school.sandbox.read(|world| world.chat(group).unwrap().title.clone());
    assert!(told(&school, &say::act_undone_author(title)), "{}", school.sees(mother, group));
    assert_eq!(undoes(&school, admin, false).await, zh(&say::act_undone_already()));
    assert_eq!(appeals(&school).await, zh(&say::act_undone_already()));
    assert_eq!(school.number("SELECT COUNT(*) FROM audit WHERE action = 'moderation.undo'", &[]).await, 1);
    // The warning no longer counts: the next one is the second again, as the first still stands.
    school.later(DAY).await;
    school.writes(mother, "点这里 https://bit.ly/3abc").await;
    assert!(told(&school, &say::act_warned(24_u32, 2_u32, 3_u32)), "{}", school.sees(mother, group));
    school.close().await;
}

async fn staff_without_a_private_chat_are_asked_in_the_group(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, teacher, parents: [mother, father], .. } = school.class;
    school.writes(mother, AD).await;
    assert_eq!(appeals(&school).await, zh(&say::act_appealed()));
    assert_eq!(school.last(teacher, group).only_for, Some(teacher));
    assert_eq!(undoes(&school, teacher, false).await, zh(&say::act_undone()));
    assert!(school.bot_says(father, group).iter().all(|said| said.only_for.is_none()));
    school.close().await;
}

/// On an old server nothing can be said to one member of the group, and no administrator has opened a private chat.
async fn an_appeal_that_nobody_can_hear_says_so(fresh: Fresh) {
    let ways = Ways::default();
    let sim = SimConfig { supports_ephemeral: false, ..ways.sim };
    let school = School::ready_with(fresh, Ways { sim, ..ways }).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.starts(mother).await;
    school.writes(mother, AD).await;
    let label = zh(&say::act_appeal_button());
    let answer = school.presses(mother, mother.private_chat(), &label, &label).await;
    assert_eq!(answer, zh(&say::act_appeal_unheard()));
    // As soon as somebody can hear it, it counts.
    school.starts(teacher).await;
    let answer = school.presses(mother, mother.private_chat(), &label, &label).await;
    assert_eq!(answer, zh(&say::act_appealed()));
    assert_eq!(undoes(&school, teacher, true).await, zh(&say::act_undone()));
    let title = school.sandbox.read(|world| world.chat(school.class.group).unwrap().title.clone());
    assert_eq!(school.told(mother).text, zh(&say::act_undone_author(title)));
    school.close().await;
}

async fn of_two_who_undo_at_once_one_does(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, admin, parents: [mother, _], .. } = school.class;
    for who in [teacher, admin] {
        school.starts(who).await;
    }
    school.writes(mother, AD).await;
    appeals(&school).await;
    let label = zh(&say::act_undo_button());
    let presses = [teacher, admin].map(|who| {
        let id = school.told(who).id;
        school.sandbox.presses(who, who.private_chat(), id, &label).unwrap()
    });
    let mut answers = Vec::new();
    for press in presses {
        answers.push(school.answer_to(&press).await);
    }
    assert_eq!(answers, [zh(&say::act_undone()), zh(&say::act_undone_already())]);
    school.close().await;
}

async fn who_is_no_longer_staff_undoes_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, admin, parents: [mother, _], .. } = school.class;
    school.starts(admin).await;
    school.writes(mother, AD).await;
    appeals(&school).await;
    school.sandbox.demotes(admin, group).unwrap();
    school.settle().await;
    assert_eq!(undoes(&school, admin, true).await, zh(&say::refused_not_staff()));
    assert_eq!(school.number("SELECT COUNT(*) FROM acts WHERE undone_at IS NOT NULL", &[]).await, 0);
    school.close().await;
}
