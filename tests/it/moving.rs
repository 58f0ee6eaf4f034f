//! Purpose: a basic group becomes a supergroup, which has another id: everything moves along.

use std::time::Duration;

use homeroom::i18n::say;
use homeroom::sandbox::{ChatId, DemoClass, PersonId, Rights, Sandbox, Standing};
use serde_json::json;

use crate::databases::{Fresh, on_both};
use crate::school::{School, en, zh};

on_both!(
    everything_of_a_group_moves_with_it,
    the_news_may_come_from_the_new_side_first,
    the_new_group_may_speak_before_the_news,
    what_the_new_group_was_told_before_the_news_is_kept,
    two_rows_that_both_work_become_one,
    the_servers_refusal_alone_tells_of_the_move,
    what_is_about_old_messages_touches_no_new_one,
    an_advertisement_with_an_old_number_goes_all_the_same,
);

const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";
const TO_LESSON: Duration = Duration::from_mins(90);

/// A basic group with the class's people, set up.
async fn basic(school: &School) -> ChatId {
    let DemoClass { teacher, parents, .. } = school.class;
    let group = school.sandbox.add_group("一年级一班家长群", teacher);
    for parent in parents {
        school.sandbox.seat(group, parent, Standing::Member);
    }
    school.sets_up(teacher, group).await;
    group
}

fn lessons(school: &School, chat: ChatId) -> usize {
    school.bot_says(school.class.teacher, chat).iter().filter(|said| said.text.starts_with("📖")).count()
}

/// The standing that a group has after all of these.
async fn is_one_active_group(school: &School, native: ChatId) {
    let native = native.0.to_string();
    let sql = "SELECT COUNT(*) FROM groups WHERE native = $1 AND state = 'active' AND kind = 'group'";
    assert_eq!(school.number(sql, &[(&native).into()]).await, 1);
    assert_eq!(school.number("SELECT COUNT(*) FROM groups WHERE state = 'active'", &[]).await, 1);
}

/// Moves a group without telling the bot: the updates are lost, or come in another way.
async fn moved_in_secret(school: &mut School, group: ChatId) -> (ChatId, Vec<String>) {
    school.stop_bot().await;
    let new = school.sandbox.upgrades(group).unwrap();
    let last = school.sandbox.read(homeroom::sandbox::World::last_update);
    let service = |chat: ChatId, field: &str, other: ChatId| {
        let kind = if field == "migrate_to_chat_id" { "group" } else { "supergroup" };
        json!({"message": {
            "message_id": 1, "date": 1, "chat": {"id": chat.0, "type": kind, "title": "一年级一班家长群"},
            "from": {"id": 1, "is_bot": false, "first_name": "P"}, field: other.0,
        }})
        .to_string()
    };
    confirm_all(&school.sandbox, last).await;
    let updates =
        vec![service(group, "migrate_to_chat_id", new), service(new, "migrate_from_chat_id", group)];
    (new, updates)
}

/// Confirms updates in the bot's place, so that it never gets them.
async fn confirm_all(sandbox: &Sandbox, last: i64) {
    let url = format!("{}/bot{}/getUpdates", sandbox.url(), sandbox.token());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = client.post(url).json(&json!({"offset": last + 1, "timeout": 0})).send().await.unwrap();
    assert!(asked.status().is_success());
    assert_eq!(sandbox.read(homeroom::sandbox::World::pending_updates), 0);
}

async fn everything_of_a_group_moves_with_it(fresh: Fresh) {
    let school = School::open(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    let old = basic(&school).await;
    school.later(TO_LESSON).await;
    school.answers(mother, old, true);
    school.settle().await;
    school.writes_in(mother, old, AD).await;
    let new = school.sandbox.upgrades(old).unwrap();
    school.settle().await;
    is_one_active_group(&school, new).await;
    // Schedule and course go on, votes and points too, and staff are staff.
    school.later(Duration::from_hours(48)).await;
    assert_eq!((lessons(&school, old), lessons(&school, new)), (1, 1));
    school.answers(mother, new, true);
    school.answers(father, new, true);
    school.settle().await;
    assert_eq!((school.balance(mother).await, school.balance(father).await), (6, 3));
    school.writes_in(teacher, new, AD).await;
    assert!(school.sandbox.read(|world| world.all_messages(new).all(|said| !said.deleted)));
    // And so do reminders: the second one mutes.
    school.writes_in(mother, new, AD).await;
    assert!(!school.sandbox.read(|world| world.can_write(new, mother)));
    assert!(!school.presses(mother, new, "学完", "finished").await.is_empty());
    school.close().await;
}

async fn the_news_may_come_from_the_new_side_first(fresh: Fresh) {
    let mut school = School::open(fresh).await;
    let old = basic(&school).await;
    let (new, updates) = moved_in_secret(&mut school, old).await;
    school.start_bot().await;
    for update in updates.into_iter().rev() {
        school.sandbox.inject(update);
        school.settle().await;
    }
    is_one_active_group(&school, new).await;
    school.later(TO_LESSON).await;
    assert_eq!(lessons(&school, new), 1);
    school.close().await;
}

async fn the_new_group_may_speak_before_the_news(fresh: Fresh) {
    let mut school = School::open(fresh).await;
    let mother = school.class.parents[0];
    let old = basic(&school).await;
    let (new, updates) = moved_in_secret(&mut school, old).await;
    school.start_bot().await;
    school.writes_in(mother, new, "积分").await;
    for update in updates {
        school.sandbox.inject(update);
    }
    school.settle().await;
    is_one_active_group(&school, new).await;
    school.writes_in(mother, new, "积分").await;
    assert_eq!(school.last(mother, new).only_for, Some(mother));
    school.close().await;
}

/// Role, rights, language, members and what is still to be sent: all told under the new id, before anybody said whose it is.
async fn what_the_new_group_was_told_before_the_news_is_kept(fresh: Fresh) {
    let mut school = School::open(fresh).await;
    let DemoClass { teacher, advertiser, parents: [mother, _], .. } = school.class;
    let old = basic(&school).await;
    school.writes_in(mother, old, AD).await;
    let (new, updates) = moved_in_secret(&mut school, old).await;
    school.start_bot().await;
    school.sandbox.promotes(school.sandbox.bot(), new, Rights::DELETE).unwrap();
    school.settle().await;
    school.sandbox.promotes(school.sandbox.bot(), new, Rights::ALL).unwrap();
    school.sandbox.joins(advertiser, new).unwrap();
    school.settle().await;
    let answer = school.presses(teacher, new, "English", "English").await;
    assert_eq!(answer, zh(&say::group_language_chosen("English")));
    for update in updates {
        school.sandbox.inject(update);
    }
    school.settle().await;
    is_one_active_group(&school, new).await;
    let kept = "SELECT COUNT(*) FROM groups WHERE state = 'active' AND language = 'en'
         AND bot_role = 'administrator' AND bot_rights LIKE '%\"restrict\":true%'";
    assert_eq!(school.number(kept, &[]).await, 1);
    let left_behind = "SELECT COUNT(*) FROM groups g WHERE g.moved_to IS NOT NULL AND (
         EXISTS (SELECT 1 FROM members m WHERE m.group_id = g.id)
         OR EXISTS (SELECT 1 FROM outbox o WHERE o.to_kind = 'group' AND o.to_id = g.id
             AND o.state IN ('ready', 'sending')))";
    assert_eq!(school.number(left_behind, &[]).await, 0);
    // The greeting that stands there knows that all is set up, and that the warning of before counts.
    let greeting = school.bot_says(mother, new).into_iter().find(|said| said.only_for.is_none()).unwrap();
    assert!(greeting.text.ends_with(&en(&say::greeting_active())), "{}", school.sees(mother, new));
    school.writes_in(mother, new, AD).await;
    assert!(!school.sandbox.read(|world| world.can_write(new, mother)), "{}", school.sees(mother, new));
    school.later(TO_LESSON).await;
    assert_eq!(lessons(&school, new), 1);
    school.answers(advertiser, new, true);
    school.settle().await;
    assert_eq!(school.balance(advertiser).await, 3);
    school.close().await;
}

/// The new group was set up anew and both have pushed a lesson when the old one's refusal tells that they are one.
async fn two_rows_that_both_work_become_one(fresh: Fresh) {
    let mut school = School::open(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    let old = basic(&school).await;
    let (new, _) = moved_in_secret(&mut school, old).await;
    school.start_bot().await;
    for rights in [Rights::DELETE, Rights::ALL] {
        school.sandbox.promotes(school.sandbox.bot(), new, rights).unwrap();
    }
    school.settle().await;
    school.presses(teacher, new, "启用", "Set up").await;
    assert_eq!(school.number("SELECT COUNT(*) FROM groups WHERE state = 'active'", &[]).await, 2);
    school.writes_in(mother, new, AD).await;
    school.later(TO_LESSON).await;
    is_one_active_group(&school, new).await;
    school.answers(mother, new, true);
    school.answers(father, new, true);
    school.settle().await;
    assert_eq!((school.balance(mother).await, school.balance(father).await), (3, 3));
    school.later(Duration::from_hours(24)).await;
    school.writes_in(mother, new, AD).await;
    assert!(!school.sandbox.read(|world| world.can_write(new, mother)), "the warning given there counts");
    // From now on there is one lesson at a time.
    let before = lessons(&school, new);
    school.later(Duration::from_hours(24)).await;
    assert_eq!(lessons(&school, new), before + 1);
    school.close().await;
}

async fn the_servers_refusal_alone_tells_of_the_move(fresh: Fresh) {
    let mut school = School::open(fresh).await;
    let mother = school.class.parents[0];
    let old = basic(&school).await;
    let (new, _) = moved_in_secret(&mut school, old).await;
    school.start_bot().await;
    school.later(TO_LESSON).await;
    is_one_active_group(&school, new).await;
    assert_eq!(lessons(&school, new), 1);
    assert!(!school.polls_in(new).is_empty());
    school.answers(mother, new, true);
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3);
    school.close().await;
}

async fn what_is_about_old_messages_touches_no_new_one(fresh: Fresh) {
    let school = School::open(fresh).await;
    let DemoClass { parents: [mother, _], .. } = school.class;
    let old = basic(&school).await;
    school.later(TO_LESSON).await;
    let stopped = school.calls("stopPoll");
    let edited = usize::try_from(school.calls("editMessageText")).unwrap();
    let new = school.sandbox.upgrades(old).unwrap();
    school.settle().await;
    // The new group's messages get the numbers that the greeting and the questions had in the old one.
    for _ in 0..12 {
        school.writes_in(mother, new, "积分").await;
    }
    school.sandbox.promotes(school.sandbox.bot(), new, Rights::DELETE).unwrap();
    school.settle().await;
    school.later(Duration::from_hours(25)).await;
    let greeting = school.bot_says(mother, new).into_iter().find(|said| said.only_for.is_none()).unwrap().id;
    let edits: Vec<i64> = school.sandbox.read(|world| {
        let edits = world.requests().filter(|request| request.method == "editMessageText");
        edits.skip(edited).filter_map(|request| request.body["message_id"].as_i64()).collect()
    });
    assert!(edits.iter().all(|message| *message == greeting), "{edits:?} but the greeting is {greeting}");
    assert_eq!(school.calls("stopPoll"), stopped);
    assert!(
        school.last(mother, new).text.contains(&zh(&say::right_restrict())),
        "{}",
        school.sees(mother, new)
    );
    school.close().await;
}

async fn an_advertisement_with_an_old_number_goes_all_the_same(fresh: Fresh) {
    let school = School::open(fresh).await;
    let mother = school.class.parents[0];
    let old = basic(&school).await;
    let first = school.writes_in(mother, old, AD).await;
    assert!(school.sandbox.read(|world| world.is_deleted(old, first)));
    let new = school.sandbox.upgrades(old).unwrap();
    school.settle().await;
    school.later(Duration::from_mins(2)).await;
    let mut last = 0;
    while last + 1 < first {
        last = school.writes_in(mother, new, "大家好").await;
    }
    let second = school.writes_in(mother, new, AD).await;
    assert_eq!(second, first, "the same number");
    assert!(school.sandbox.read(|world| world.is_deleted(new, second)));
    assert_eq!(school.last(mother, new).only_for, Some(mother), "and she is told");
    school.close().await;
}

/// Only for this file: writing elsewhere than in the class's group.
impl School {
    async fn writes_in(&self, person: PersonId, chat: ChatId, words: &str) -> i64 {
        let message = self.sandbox.writes(person, chat, words).unwrap();
        self.settle().await;
        message
    }
}
