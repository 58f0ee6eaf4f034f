//! Purpose: advertisements however they come, and everything that only looks like one.

use std::sync::Arc;
use std::time::Duration;

use homeroom::ids::Native;
use homeroom::sandbox::{DemoClass, PersonId, Rights};
use serde_json::json;

use crate::databases::{Fresh, on_both};
use crate::school::School;

on_both!(
    every_place_for_words_is_looked_at,
    an_edit_into_an_advertisement_goes,
    a_question_for_points_hides_nothing,
    a_forwarded_advertisement_goes,
    an_album_is_one_act,
    an_album_in_pieces_is_one_act,
    an_album_whose_words_come_last_goes_as_a_whole,
    an_album_is_forgotten_after_a_day,
    texts_of_acts_are_forgotten_some_at_a_time_and_the_acts_stay,
    the_pictures_of_an_innocent_album_stay,
    links_are_judged_by_where_they_lead,
    a_rule_that_observes_leaves_the_message,
    staff_and_the_group_itself_are_exempt,
    a_teachers_name_exempts_nobody,
    bots_and_channels_are_not_warned,
    a_burst_brings_one_notice,
);

const AD: &str = "宝妈兼职日结,加薇芯 abc12345 详聊";

/// A picture, as far as anybody here looks at it.
const PICTURE: &[u8] = b"picture";

/// Sees to it that a message of the advertiser goes, and that nobody else hears of it.
async fn goes(school: &School, message: i64, how: &str) {
    school.settle().await;
    assert!(school.is_deleted(message), "{how}");
    // Beyond the month of the ladder, so that each starts anew.
    school.later(Duration::from_hours(24 * 31)).await;
}

async fn acts(school: &School) -> i64 {
    school.number("SELECT COUNT(*) FROM acts WHERE action <> 'observed'", &[]).await
}

/// A message as the server reports it, for what the simulated people can't do.
fn reports(school: &School, person: PersonId, id: i64, fields: &serde_json::Value) {
    let mut message = json!({
        "message_id": id, "date": school.clock.now().0 / 1000,
        "chat": {"id": school.class.group.0, "type": "supergroup", "title": "三年级二班家长群"},
        "from": {"id": person.0, "is_bot": false, "first_name": "P", "language_code": "zh-hans"},
    });
    for (name, value) in fields.as_object().unwrap() {
        message[name] = value.clone();
    }
    school.sandbox.inject(json!({"message": message}).to_string());
}

/// The messages the bot asked to be deleted.
fn deletions_asked(school: &School) -> Vec<i64> {
    school.sandbox.read(|world| {
        let ids = |request: &homeroom::sandbox::Request| {
            let many = request.body["message_ids"].as_array().cloned().unwrap_or_default();
            let one = Some(request.body["message_id"].clone()).filter(|_| many.is_empty());
            many.into_iter().chain(one).filter_map(|id| id.as_i64()).collect::<Vec<_>>()
        };
        let asked = world.requests().filter(|r| r.method == "deleteMessage" || r.method == "deleteMessages");
        let mut asked: Vec<i64> = asked.flat_map(ids).collect();
        asked.sort_unstable();
        asked
    })
}

async fn every_place_for_words_is_looked_at(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, advertiser, .. } = school.class;
    school.sandbox.joins(advertiser, group).unwrap();
    let says = || school.sandbox.message(advertiser, group);
    goes(&school, says().text(AD).photo(PICTURE).send().unwrap(), "a caption").await;
    goes(&school, says().poll(AD, &["好", "不好"]).send().unwrap(), "a poll's question").await;
    goes(&school, says().poll("去哪里春游", &["公园", AD]).send().unwrap(), "a poll's option").await;
    let file = says().document("加薇芯 abc12345.pdf", "application/pdf", PICTURE);
    goes(&school, file.send().unwrap(), "a file's name").await;
    goes(&school, says().contact("+8613800000000", "加薇芯 abc12345").send().unwrap(), "a contact").await;
    let link = json!({"type": "text_link", "offset": 0, "length": 2, "url": "https://t.me/joinchat/abcdef"});
    goes(&school, says().text("资料在这里").entities(vec![link]).send().unwrap(), "a link's target").await;
    assert_eq!(acts(&school).await, 6);
    school.close().await;
}

async fn an_edit_into_an_advertisement_goes(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let message = school.writes(mother, "大家晚上好").await;
    assert!(!school.is_deleted(message));
    school.sandbox.edits(mother, group, message, AD).unwrap();
    school.settle().await;
    assert!(school.is_deleted(message));
    assert_eq!(school.last(mother, group).only_for, Some(mother));
    let captioned = school.sandbox.message(mother, group).text("秋游").photo(PICTURE).send().unwrap();
    school.settle().await;
    school.sandbox.edits(mother, group, captioned, AD).unwrap();
    school.settle().await;
    assert!(school.is_deleted(captioned));
    school.close().await;
}

async fn a_question_for_points_hides_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let says = school.sandbox.message(mother, group).text("积分");
    let message = says.document("加薇芯 abc12345.pdf", "application/pdf", PICTURE).send().unwrap();
    school.settle().await;
    assert!(school.is_deleted(message));
    school.close().await;
}

async fn a_forwarded_advertisement_goes(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], advertiser, .. } = school.class;
    let elsewhere = school.sandbox.add_supergroup("别的群", advertiser);
    school.sandbox.joins(mother, elsewhere).unwrap();
    let source = school.sandbox.writes(advertiser, elsewhere, AD).unwrap();
    let forwarded = school.sandbox.forwards(mother, elsewhere, source, group).unwrap();
    school.settle().await;
    assert!(school.is_deleted(forwarded));
    school.close().await;
}

async fn an_album_is_one_act(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { advertiser, group, .. } = school.class;
    school.sandbox.joins(advertiser, group).unwrap();
    // The words stand under the middle one.
    reports(&school, advertiser, 901, &json!({"photo": [], "media_group_id": "77"}));
    reports(&school, advertiser, 902, &json!({"photo": [], "media_group_id": "77", "caption": AD}));
    reports(
        &school,
        advertiser,
        903,
        &json!({"photo": [], "media_group_id": "77", "caption": "t.me/abcdef"}),
    );
    school.settle().await;
    assert_eq!(acts(&school).await, 1);
    let notices = school.number("SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'notice/%'", &[]).await;
    assert_eq!(notices, 1);
    for id in [901, 902, 903] {
        assert!(deletions_asked(&school).contains(&id), "{:?}", deletions_asked(&school));
    }
    school.close().await;
}

async fn an_album_in_pieces_is_one_act(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { advertiser, group, .. } = school.class;
    school.sandbox.joins(advertiser, group).unwrap();
    reports(&school, advertiser, 901, &json!({"photo": [], "media_group_id": "77", "caption": AD}));
    school.settle().await;
    for id in [902, 903] {
        reports(&school, advertiser, id, &json!({"photo": [], "media_group_id": "77"}));
        school.settle().await;
    }
    assert_eq!(acts(&school).await, 1);
    assert_eq!(deletions_asked(&school), [901, 902, 903]);
    school.close().await;
}

async fn an_album_whose_words_come_last_goes_as_a_whole(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let DemoClass { advertiser, group, .. } = school.class;
    school.sandbox.joins(advertiser, group).unwrap();
    // Another album at the same time stays.
    reports(&school, advertiser, 900, &json!({"photo": [], "media_group_id": "76"}));
    for id in [901, 902] {
        reports(&school, advertiser, id, &json!({"photo": [], "media_group_id": "77"}));
        school.settle().await;
    }
    assert_eq!(deletions_asked(&school), Vec::<i64>::new());
    // Its end comes after a restart.
    school.stop_bot().await;
    reports(&school, advertiser, 903, &json!({"photo": [], "media_group_id": "77", "caption": AD}));
    reports(&school, advertiser, 904, &json!({"photo": [], "media_group_id": "77"}));
    school.start_bot().await;
    school.settle().await;
    assert_eq!(deletions_asked(&school), [901, 902, 903, 904]);
    assert_eq!(acts(&school).await, 1);
    school.close().await;
}

async fn an_album_is_forgotten_after_a_day(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let mother = school.class.parents[0];
    reports(&school, mother, 901, &json!({"photo": [], "media_group_id": "77"}));
    school.settle().await;
    assert_eq!(school.number("SELECT COUNT(*) FROM albums", &[]).await, 1);
    let mut tx = school.database().write().await.unwrap();
    let later = school.clock.now().plus(Duration::from_hours(25));
    assert_eq!(homeroom::moderation::forget_albums(&mut tx, later).await.unwrap(), 1);
    tx.commit().await.unwrap();
    school.close().await;
}

async fn texts_of_acts_are_forgotten_some_at_a_time_and_the_acts_stay(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let now = school.clock.now();
    let limit_ms = homeroom::moderation::EVIDENCE_KEPT_DAYS * homeroom::clock::DAY_MS;
    let mut tx = school.database().write().await.unwrap();
    // One has no evidence beside what matched, and one is a moment too young.
    for (id, older_ms, evidence) in
        [(1_i64, 3, "加V信 abc"), (2, 1, ""), (3, 2, "加V信 abc"), (4, 0, "加V信 abc")]
    {
        let sql =
            "INSERT INTO acts (id, tenant, group_id, person, message, rule, action, matched, evidence, at)
             SELECT $1, g.tenant, g.id, p.id, $2, 'R3', 'deleted', '加V信', $3, $4
             FROM (SELECT MIN(id) AS id, MIN(tenant) AS tenant FROM groups) AS g
             CROSS JOIN (SELECT MIN(id) AS id FROM people) AS p";
        let at = now.plus_ms(-limit_ms - older_ms);
        let message = id.to_string();
        tx.run(sql, &[id.into(), message.as_str().into(), evidence.into(), at.into()]).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (gone, left) in [(2, vec![2, 4]), (1, vec![4]), (0, vec![4])] {
        let mut tx = school.database().write().await.unwrap();
        assert_eq!(homeroom::moderation::forget_evidence(&mut tx, now, 2).await.unwrap(), gone);
        tx.commit().await.unwrap();
        let sql = "SELECT id FROM acts WHERE matched <> '' ORDER BY id";
        let rows = school.database().read().await.unwrap().rows(sql, &[]).await.unwrap();
        let ids: Vec<i64> = rows.iter().map(|row| row.get(0).unwrap()).collect();
        assert_eq!(ids, left);
    }
    assert_eq!(acts(&school).await, 4);
    school.close().await;
}

async fn the_pictures_of_an_innocent_album_stay(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, _], .. } = school.class;
    let rows = school.number("SELECT COUNT(*) FROM outbox", &[]).await;
    for id in [901, 902, 903] {
        reports(&school, mother, id, &json!({"photo": [], "media_group_id": "78", "caption": "秋游照片"}));
    }
    school.settle().await;
    assert_eq!(deletions_asked(&school), Vec::<i64>::new());
    assert_eq!(school.number("SELECT COUNT(*) FROM outbox", &[]).await, rows);
    school.close().await;
}

async fn links_are_judged_by_where_they_lead(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let parent = school.class.parents[0];
    for (words, stays) in [
        ("作业在 https://www.smartedu.cn/abc", true),
        ("报名表 https://docs.qq.com/form/1", true),
        ("看看 https://bit.ly/3abc", false),
        ("来 https://t.me/+abcdef", false),
        ("@王老师 收到", true),
        ("https://edu.cn.evil.example/x", true),
        ("https://t。me/joinchat/abcdef", false),
    ] {
        let message = school.writes(parent, words).await;
        assert_eq!(!school.is_deleted(message), stays, "{words}");
        school.later(Duration::from_hours(24 * 31)).await;
    }
    school.close().await;
}

async fn a_rule_that_observes_leaves_the_message(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, _], group, .. } = school.class;
    let before = school.bot_says(mother, group).len();
    let message = school.writes(mother, "帮我砍一刀,差一人成团").await;
    assert!(!school.is_deleted(message));
    assert_eq!(school.bot_says(mother, group).len(), before);
    assert_eq!(school.number("SELECT COUNT(*) FROM acts WHERE action = 'observed'", &[]).await, 1);
    school.close().await;
}

async fn staff_and_the_group_itself_are_exempt(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let DemoClass { teacher, admin, group, parents: [mother, father], .. } = school.class;
    Arc::make_mut(&mut school.config).school.staff = vec![Native::from(mother.0)];
    school.bot().configure(Arc::clone(&school.config));
    let channel = school.sandbox.add_channel("学校公众号");
    let says = |who| school.sandbox.message(who, group).text(AD);
    let kept = [
        says(teacher).send().unwrap(),
        says(admin).send().unwrap(),
        says(mother).send().unwrap(),
        says(admin).as_anonymous_admin().send().unwrap(),
        says(teacher).from_linked_channel(channel).send().unwrap(),
    ];
    school.settle().await;
    for (number, message) in kept.into_iter().enumerate() {
        assert!(!school.is_deleted(message), "message {number}");
    }
    // Who administers no more, is no more exempt; who begins to, is.
    school.sandbox.demotes(admin, group).unwrap();
    school.sandbox.promotes(father, group, Rights::DELETE).unwrap();
    school.settle().await;
    let (gone, kept) = (school.writes(admin, AD).await, school.writes(father, AD).await);
    assert!(school.is_deleted(gone) && !school.is_deleted(kept));
    school.close().await;
}

async fn a_teachers_name_exempts_nobody(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { advertiser, group, .. } = school.class;
    school.sandbox.renames(advertiser, "王老师", None).unwrap();
    school.sandbox.joins(advertiser, group).unwrap();
    let message = school.writes(advertiser, AD).await;
    assert!(school.is_deleted(message));
    school.close().await;
}

async fn bots_and_channels_are_not_warned(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, advertiser, parents: [mother, _], .. } = school.class;
    let before = school.bot_says(mother, group).len();
    let channel = school.sandbox.add_channel("兼职频道");
    let by_channel = school.sandbox.message(advertiser, group).text(AD).as_channel(channel).send().unwrap();
    school.settle().await;
    assert!(school.is_deleted(by_channel));
    let bot = json!({"text": AD, "from": {"id": 4711, "is_bot": true, "first_name": "广告机器人"}});
    reports(&school, advertiser, 901, &bot);
    school.settle().await;
    assert!(deletions_asked(&school).contains(&901));
    assert_eq!(school.number("SELECT COUNT(*) FROM acts WHERE action = 'deleted'", &[]).await, 2);
    assert_eq!(school.bot_says(mother, group).len(), before);
    assert_eq!(school.calls("restrictChatMember"), 0);
    school.close().await;
}

async fn a_burst_brings_one_notice(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, advertiser, .. } = school.class;
    school.sandbox.joins(advertiser, group).unwrap();
    let burst: Vec<i64> = (0..10).map(|_| school.sandbox.writes(advertiser, group, AD).unwrap()).collect();
    school.settle().await;
    assert!(burst.into_iter().all(|message| school.is_deleted(message)));
    let told = school.bot_says(advertiser, group);
    let notices = told.iter().filter(|said| said.only_for == Some(advertiser)).count();
    assert_eq!(notices, 2, "one for the reminder, one for the mute");
    assert_eq!(school.calls("restrictChatMember"), 1);
    assert!(!school.can_write(advertiser));
    school.close().await;
}
