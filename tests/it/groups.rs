//! Purpose: the bot comes, goes, loses its rights and gets them back; and what it says in private.

use std::sync::Arc;
use std::time::Duration;

use homeroom::i18n::say;
use homeroom::ids::Native;
use homeroom::sandbox::{DemoClass, Rights};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, zh};

on_both!(
    a_group_that_is_not_set_up_is_left_in_peace,
    of_two_administrators_who_set_up_at_once_one_does,
    staff_by_configuration_set_up_without_administering,
    an_administrator_made_later_can_set_up_at_the_second_try,
    removed_and_added_again_the_bot_greets_anew_and_waits_for_staff,
    a_removal_that_nobody_told_of_is_learnt_by_the_refusal,
    a_member_who_is_not_there_means_no_group_that_is_gone,
    the_greeting_follows_the_rights_down_and_up,
    an_advertisement_stays_while_the_right_to_delete_is_missing,
    a_delete_refused_by_the_server_breaks_nothing,
    in_private_the_bot_helps_and_tells_points,
    a_renamed_parent_keeps_the_points,
);

const DAY: Duration = Duration::from_hours(24);
const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";

async fn a_group_that_is_not_set_up_is_left_in_peace(fresh: Fresh) {
    let school = School::open(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    school.sandbox.adds_bot(teacher, group).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), group, Rights::ALL).unwrap();
    school.settle().await;
    let before = school.bot_says(mother, group).len();
    let ad = school.writes(mother, AD).await;
    school.writes(mother, "积分").await;
    school.writes(mother, "大家晚上好").await;
    assert!(!school.is_deleted(ad));
    assert_eq!(school.bot_says(mother, group).len(), before, "{}", school.sees(mother, group));
    school.close().await;
}

async fn of_two_administrators_who_set_up_at_once_one_does(fresh: Fresh) {
    let school = School::open(fresh).await;
    let DemoClass { teacher, admin, group, .. } = school.class;
    school.sandbox.adds_bot(teacher, group).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), group, Rights::ALL).unwrap();
    school.settle().await;
    let card = school.last(teacher, group);
    let label = card.buttons[0][0].text.clone();
    let presses = [teacher, admin].map(|who| school.sandbox.presses(who, group, card.id, &label).unwrap());
    let mut answers = Vec::new();
    for press in presses {
        answers.push(school.answer_to(&press).await);
    }
    assert_eq!(answers, [zh(&say::set_up_done()), zh(&say::set_up_already())]);
    assert_eq!(school.number("SELECT COUNT(*) FROM audit WHERE action = 'group.set-up'", &[]).await, 1);
    let left = school.last(teacher, group).buttons.into_iter().flatten();
    assert!(
        left.map(|button| button.text).all(|text| text != label),
        "the button is gone once it has worked"
    );
    school.close().await;
}

async fn staff_by_configuration_set_up_without_administering(fresh: Fresh) {
    let mut school = School::open(fresh).await;
    let DemoClass { teacher, group, parents: [mother, father], .. } = school.class;
    Arc::make_mut(&mut school.config).school.staff = vec![Native::from(mother.0)];
    school.bot().configure(Arc::clone(&school.config));
    school.sandbox.adds_bot(teacher, group).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), group, Rights::ALL).unwrap();
    school.settle().await;
    assert_eq!(school.presses(father, group, "启用", "Set up").await, zh(&say::refused_not_staff()));
    assert_eq!(school.presses(mother, group, "启用", "Set up").await, zh(&say::set_up_done()));
    school.close().await;
}

async fn an_administrator_made_later_can_set_up_at_the_second_try(fresh: Fresh) {
    let school = School::open(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    school.sandbox.adds_bot(teacher, group).unwrap();
    school.settle().await;
    // A bot that doesn't administer the group isn't told of promotions.
    school.sandbox.promotes(mother, group, Rights::DELETE).unwrap();
    assert_eq!(school.presses(mother, group, "启用", "Set up").await, zh(&say::refused_not_staff()));
    let again = school.presses(mother, group, "启用", "Set up").await;
    assert_eq!(again, zh(&say::set_up_done_rights_missing()));
    school.close().await;
}

async fn removed_and_added_again_the_bot_greets_anew_and_waits_for_staff(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    school.sandbox.removes_bot(teacher, group).unwrap();
    school.settle().await;
    assert_eq!(school.number("SELECT COUNT(*) FROM groups WHERE state = 'left'", &[]).await, 1);
    let before = school.bot_says(mother, group).len();
    school.sandbox.adds_bot(teacher, group).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), group, Rights::ALL).unwrap();
    school.settle().await;
    assert_eq!(school.bot_says(mother, group).len(), before + 1, "{}", school.sees(mother, group));
    school.writes(mother, "积分").await;
    assert_eq!(school.bot_says(mother, group).len(), before + 1, "silent until set up again");
    assert_eq!(school.presses(teacher, group, "启用", "Set up").await, zh(&say::set_up_done()));
    school.writes(mother, "积分").await;
    assert_eq!(school.last(mother, group).only_for, Some(mother));
    assert_eq!(school.number("SELECT COUNT(*) FROM groups", &[]).await, 1);
    school.close().await;
}

async fn a_removal_that_nobody_told_of_is_learnt_by_the_refusal(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    school.later(Duration::from_mins(90)).await;
    let lessons = |school: &School| {
        school.bot_says(mother, group).iter().filter(|said| said.text.starts_with("📖")).count()
    };
    assert_eq!(lessons(&school), 1);
    school.sandbox.seat(group, school.sandbox.bot(), homeroom::sandbox::Standing::Left);
    let asked = (school.calls("sendMessage"), school.calls("sendPoll"));
    school.later(2 * DAY).await;
    let left = "SELECT COUNT(*) FROM groups WHERE state = 'left' AND bot_role = 'absent'";
    assert_eq!(school.number(left, &[]).await, 1);
    let open = "SELECT COUNT(*) FROM outbox WHERE to_kind = 'group' AND state IN ('ready', 'sending')";
    assert_eq!(school.number(open, &[]).await, 0, "nothing waits for a group that is gone");
    assert!(school.calls("sendMessage") <= asked.0 + 1 && school.calls("sendPoll") <= asked.1 + 1);
    // Nothing is planned for it any more.
    school.later(7 * DAY).await;
    assert!(school.calls("sendMessage") <= asked.0 + 1);
    // Added again, it is set up again and works.
    school.sets_up(teacher, group).await;
    school.later(7 * DAY).await;
    assert!(lessons(&school) > 1, "{}", school.sees(mother, group));
    school.writes(mother, "积分").await;
    assert_eq!(school.last(mother, group).only_for, Some(mother));
    school.close().await;
}

async fn a_member_who_is_not_there_means_no_group_that_is_gone(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, advertiser, parents: [mother, _], .. } = school.class;
    for _ in 0..2 {
        // Who isn't there for the server any more: a vanished account.
        let update = serde_json::json!({"message": {
            "message_id": 900, "date": 1, "text": AD,
            "chat": {"id": group.0, "type": "supergroup", "title": "三年级二班家长群"},
            "from": {"id": advertiser.0 + 7_000_000, "is_bot": false, "first_name": "P"},
        }});
        school.sandbox.inject(update.to_string());
        school.settle().await;
        school.later(Duration::from_mins(2)).await;
    }
    assert_eq!(school.number("SELECT COUNT(*) FROM groups WHERE state = 'active'", &[]).await, 1);
    school.writes(mother, "积分").await;
    assert_eq!(school.last(mother, group).only_for, Some(mother));
    school.close().await;
}

async fn the_greeting_follows_the_rights_down_and_up(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let bot = school.sandbox.bot();
    let greeting = || school.bot_says(mother, group)[0].text.clone();
    let missing = |text: &homeroom::i18n::Text| greeting().contains(&zh(text));
    assert!(!missing(&say::greeting_missing()));
    school.sandbox.demotes(bot, group).unwrap();
    school.settle().await;
    assert!(missing(&say::right_administrator()) && missing(&say::right_restrict()), "{}", greeting());
    school.sandbox.promotes(bot, group, Rights::DELETE).unwrap();
    school.settle().await;
    assert!(missing(&say::right_restrict()) && !missing(&say::right_delete()), "{}", greeting());
    school.sandbox.promotes(bot, group, Rights::RESTRICT).unwrap();
    school.settle().await;
    assert!(missing(&say::right_delete()) && !missing(&say::right_restrict()), "{}", greeting());
    school.sandbox.promotes(bot, group, Rights::ALL).unwrap();
    school.settle().await;
    assert!(!missing(&say::greeting_missing()), "{}", greeting());
    assert_eq!(school.bot_says(mother, group).len(), 1, "one greeting, edited");
    school.close().await;
}

async fn an_advertisement_stays_while_the_right_to_delete_is_missing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let bot = school.sandbox.bot();
    school.sandbox.promotes(bot, group, Rights::RESTRICT).unwrap();
    school.settle().await;
    let before = school.bot_says(mother, group).len();
    let kept = school.writes(mother, AD).await;
    assert!(!school.is_deleted(kept));
    assert_eq!(school.bot_says(mother, group).len(), before, "nobody is told of a removal that wasn't");
    assert_eq!(school.number("SELECT COUNT(*) FROM acts WHERE action <> 'observed'", &[]).await, 0);
    school.sandbox.promotes(bot, group, Rights::ALL).unwrap();
    school.settle().await;
    let gone = school.writes(mother, AD).await;
    assert!(school.is_deleted(gone));
    school.close().await;
}

/// The server may refuse before the bot has heard that its rights are gone.
async fn a_delete_refused_by_the_server_breaks_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let bot = school.sandbox.bot();
    school.sandbox.seat(group, bot, homeroom::sandbox::Standing::Member);
    let kept = school.writes(mother, AD).await;
    assert!(!school.is_deleted(kept));
    let counted = "SELECT COUNT(*) FROM acts WHERE action <> 'observed'";
    assert_eq!(school.number(counted, &[]).await, 0, "nobody is warned for a message that stays");
    school.sandbox.seat(group, bot, homeroom::sandbox::Standing::Administrator(Rights::ALL));
    let gone = school.writes(mother, AD).await;
    assert!(school.is_deleted(gone));
    school.close().await;
}

async fn in_private_the_bot_helps_and_tells_points(fresh: Fresh) {
    let school = School::ready_with(fresh, Ways::default()).await;
    let DemoClass { parents: [mother, _], advertiser, .. } = school.class;
    let name = school.config.school.name(homeroom::i18n::Language::Chinese).to_owned();
    let help = zh(&say::help_private(name));
    school.starts(mother).await;
    assert_eq!(school.told(mother).text, help);
    for (words, answer) in
        [("你好", help.clone()), ("/help", help.clone()), ("积分明细", zh(&say::points_why_none()))]
    {
        school.sandbox.writes(mother, mother.private_chat(), words).unwrap();
        school.settle().await;
        assert_eq!(school.told(mother).text, answer, "{words}");
    }
    school.sandbox.writes(mother, mother.private_chat(), "积分").unwrap();
    school.settle().await;
    assert!(school.told(mother).text.contains(&zh(&say::points_promise())));
    assert_eq!(school.bot_says(mother, mother.private_chat()).len(), 5);
    for _ in 0..3 {
        school.sandbox.writes(mother, mother.private_chat(), "在吗").unwrap();
    }
    school.settle().await;
    assert_eq!(school.bot_says(mother, mother.private_chat()).len(), 5, "talk is answered once a minute");
    // Somebody of no group at all is answered too.
    school.starts(advertiser).await;
    assert_eq!(school.told(advertiser).text, help);
    school.close().await;
}

async fn a_renamed_parent_keeps_the_points(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.later(std::time::Duration::from_mins(90)).await;
    school.answers(mother, group, true);
    school.settle().await;
    school.sandbox.renames(mother, "王老师", Some("本人")).unwrap();
    school.writes(mother, "积分").await;
    assert!(school.last(mother, group).text.contains('3'), "{}", school.last(mother, group).text);
    assert_eq!(school.number("SELECT COUNT(*) FROM people WHERE name = '王老师 本人'", &[]).await, 1);
    school.close().await;
}
