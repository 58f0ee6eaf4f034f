//! Purpose: why an announcement isn't published, or nothing done about it, as the one who publishes reads it in both languages.

use homeroom::broadcasts::{self, Draft, Groups, Urgency};
use homeroom::channel::{Content, Media, MediaKind, Styled};
use homeroom::i18n::Text;
use homeroom::ids::{BroadcastId, GroupId, Native};
use homeroom::sandbox::{DemoClass, Rights};

use super::{at, draft, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, en, zh};

on_both!(
    what_a_message_cannot_hold_is_refused_with_what_to_do,
    words_and_times_that_cannot_be_are_refused_with_what_to_do,
    words_that_parents_may_not_write_are_only_pointed_out,
    a_group_where_nothing_can_stand_is_refused_by_name,
    what_cannot_be_done_about_an_announcement_is_refused_with_the_reason,
);

const MEGABYTE: u64 = 1_024 * 1_024;

fn file(bytes: u64) -> Media {
    let (file, name) = (Native::from(7), Some("菜单.pdf".to_owned()));
    Media { kind: MediaKind::File, file, name, bytes: Some(bytes), spoiler: false }
}

fn of(contents: Vec<Content>) -> Draft {
    Draft { contents, ..Draft::default() }
}

/// Both languages say what is wrong.
fn holds(refused: &Text, (key, chinese, english): (&str, &str, &str)) {
    assert_eq!(refused.key(), key);
    let (in_chinese, in_english) = (zh(refused), en(refused));
    assert!(in_chinese.contains(chinese), "{in_chinese}");
    assert!(in_english.contains(english), "{in_english}");
}

async fn what_a_message_cannot_hold_is_refused_with_what_to_do(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let nothing = Styled::default;
    let under = |words: String| Content::Media { media: file(1), caption: words.into() };
    for (draft, expected) in [
        (
            of(vec![text("好"); 6]),
            ("broadcast-too-many", "最多 5 段内容，现在有 6 段", "5 parts at most, this one has 6"),
        ),
        (
            of(vec![under("长".repeat(1_025))]),
            ("broadcast-caption-long", "图片或文件下面的文字太长", "under the picture or file are too long"),
        ),
        (
            of(vec![Content::Media { media: file(51 * MEGABYTE), caption: nothing() }]),
            ("broadcast-file-large", "“菜单.pdf”有 51 MB，最多 50 MB", "“菜单.pdf” has 51 MB, 50 MB at most"),
        ),
        (
            of(vec![Content::Album { items: vec![file(1); 11], caption: nothing() }]),
            ("broadcast-album", "一组图片要有 2 到 10 张，现在是 11 张", "2 to 10 pictures, this one has 11"),
        ),
    ] {
        let refused = school.publishes(teacher, draft).await.unwrap_err();
        holds(&refused, expected);
    }
    assert_eq!(school.number("SELECT COUNT(*) FROM broadcasts", &[]).await, 0);
    school.close().await;
}

async fn words_and_times_that_cannot_be_are_refused_with_what_to_do(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    for (draft, expected) in [
        (
            draft("周末来真人荷官玩两把"),
            ("broadcast-words-stop", "“真人荷官”不能发", "“真人荷官” can't be published"),
        ),
        (
            at("always - 2026-09-01 daily 10:00:00"),
            ("broadcast-never", "这个时间以后不会再来了", "never comes again"),
        ),
        (at("等天晴了"), ("broadcast-time-unknown", "没看懂什么时候发", "can't tell when this is to go out")),
    ] {
        let refused = school.publishes(teacher, draft).await.unwrap_err();
        holds(&refused, expected);
    }
    assert_eq!(school.number("SELECT COUNT(*) FROM broadcasts", &[]).await, 0);
    school.close().await;
}

async fn words_that_parents_may_not_write_are_only_pointed_out(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let about = draft("宝妈兼职日结,加薇芯 abc12345 详聊");
    let found =
        school.decides(teacher, async |work, actor| broadcasts::check(work, &about, actor).await).await;
    let found = found.unwrap();
    assert!(!found.is_empty() && found.iter().all(|trouble| !trouble.stops), "{found:?}");
    holds(&found[0].says, ("broadcast-words", "您确定要发也可以", "You may publish it if you mean to"));
    school.close().await;
}

async fn a_group_where_nothing_can_stand_is_refused_by_name(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let dance = school.sandbox.add_supergroup("舞蹈社团", teacher);
    school.sandbox.adds_bot(teacher, dance).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), dance, Rights::ALL).unwrap();
    school.settle().await;
    let dance = GroupId(school.number("SELECT MAX(id) FROM groups", &[]).await);
    let to_dance = || Draft { groups: Groups::Chosen(vec![(dance, None)]), ..draft("周五排练") };
    let refused = school.publishes(teacher, to_dance()).await.unwrap_err();
    holds(&refused, ("broadcast-group-not-set-up", "“舞蹈社团”还没有启用", "“舞蹈社团” isn't set up yet"));
    let mute = "UPDATE groups SET state = 'active', bot_role = 'restricted', bot_rights = '{}' WHERE title = '舞蹈社团'";
    assert_eq!(school.alters(mute).await, 1);
    let refused = school.publishes(teacher, to_dance()).await.unwrap_err();
    holds(&refused, ("broadcast-group-mute", "“舞蹈社团”里没有发言权限", "may not write in “舞蹈社团”"));
    school.close().await;
}

async fn what_cannot_be_done_about_an_announcement_is_refused_with_the_reason(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, admin, .. } = school.class;
    for person in [teacher, admin] {
        school.starts(person).await;
    }
    let unknown = BroadcastId(9_999);
    let done =
        school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, unknown).await).await;
    holds(&done.unwrap_err(), ("broadcast-unknown", "找不到这条通知", "can't find this announcement"));
    let id = school.publishes(teacher, draft("周五排练")).await.unwrap().broadcast;
    let done = school.decides(teacher, async |work, actor| broadcasts::remind(work, actor, id).await).await;
    holds(&done.unwrap_err(), ("broadcast-remind-nothing", "没有要确认的", "nothing to confirm"));
    let urgent = Draft { urgency: Urgency::Urgent, ..draft("今天改走北门") };
    let id = school.publishes(teacher, urgent).await.unwrap().broadcast;
    let done = school.decides(admin, async |work, actor| broadcasts::approve(work, actor, id, 2).await).await;
    holds(&done.unwrap_err(), ("broadcast-changed-since", "后来改过了", "was changed since"));
    assert_eq!(school.state(id).await, "awaiting-approval", "nobody agreed to the words as they are");
    school.close().await;
}
