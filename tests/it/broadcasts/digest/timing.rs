//! Purpose: when a digest comes, and what becomes of it where the group or its author has gone meanwhile.

use std::time::Duration;

use homeroom::broadcasts;
use homeroom::i18n::say;
use homeroom::sandbox::{ChatId, DemoClass};

use super::{HOUR, limited};
use crate::broadcasts::draft;
use crate::databases::{Fresh, on_both};
use crate::school::{School, zh};

on_both!(
    what_is_late_for_the_digest_comes_in_that_of_the_next_school_day,
    a_digest_that_was_missed_comes_when_the_bot_is_back_but_not_at_night,
    what_begins_at_the_time_of_the_digest_is_in_it,
    too_much_for_one_message_goes_on_in_the_next,
    where_the_bot_has_left_it_fails_and_the_report_says_why,
    who_looks_after_the_group_no_more_is_in_no_digest,
    a_group_that_moved_gets_its_digest_in_the_new_place,
    a_digest_that_stayed_behind_is_named_when_one_in_it_is_taken_back,
);

async fn what_is_late_for_the_digest_comes_in_that_of_the_next_school_day(fresh: Fresh) {
    let school = limited(fresh).await;
    // Friday, 18:30.
    school.later(80 * HOUR + Duration::from_mins(30)).await;
    school.has_had_two().await;
    school.announces("请带水杯").await;
    school.later(48 * HOUR).await;
    assert!(school.digests().is_empty(), "nobody is disturbed on a Sunday");
    school.later(23 * HOUR + Duration::from_mins(30)).await;
    assert!(school.digest().starts_with("📮 9月14日周一"), "{}", school.digest());
    school.close().await;
}

async fn a_digest_that_was_missed_comes_when_the_bot_is_back_but_not_at_night(fresh: Fresh) {
    let mut school = limited(fresh).await;
    school.has_had_two().await;
    school.announces("请带水杯").await;
    school.stop_bot().await;
    // From 10:00 to 23:00.
    school.clock.advance(13 * HOUR);
    school.start_bot().await;
    school.later(Duration::ZERO).await;
    assert!(school.digests().is_empty());
    school.later(8 * HOUR).await;
    assert!(school.digest().starts_with("📮 9月9日周三"), "{}", school.digest());
    school.close().await;
}

async fn what_begins_at_the_time_of_the_digest_is_in_it(fresh: Fresh) {
    let school = limited(fresh).await;
    school.has_had_two().await;
    for words in ["三", "四"] {
        let when = Some("always - - once 2026-09-08T18:00:00".to_owned());
        let draft = broadcasts::Draft { when, ..draft(words) };
        school.publishes(school.class.teacher, draft).await.unwrap();
    }
    school.announces("五").await;
    school.later(8 * HOUR).await;
    let digest = school.digest();
    assert!(["三", "四", "五"].iter().all(|words| digest.contains(words)), "{digest}");
    school.close().await;
}

async fn too_much_for_one_message_goes_on_in_the_next(fresh: Fresh) {
    let school = limited(fresh).await;
    school.has_had_two().await;
    let words = |number: usize| format!("{number}号通知{}", "长".repeat(900));
    for number in 1..=5 {
        school.announces(&words(number)).await;
    }
    school.later(8 * HOUR).await;
    let digests = school.digests();
    let [first, second] = digests.as_slice() else { panic!("{digests:?}") };
    assert!(first.text.starts_with("📮 9月8日周二 · 每日汇总（1/2）") && second.text.contains("（2/2）"));
    let both = format!("{}{}", first.text, second.text);
    assert!((1..=5).all(|number| both.contains(&words(number))), "nothing is lost");
    school.close().await;
}

async fn where_the_bot_has_left_it_fails_and_the_report_says_why(fresh: Fresh) {
    let school = limited(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    school.has_had_two().await;
    let chosen = school.number("SELECT id FROM groups", &[]).await;
    let groups = broadcasts::Groups::Chosen(vec![(homeroom::ids::GroupId(chosen), None)]);
    let draft = broadcasts::Draft { groups, ..draft("请带水杯") };
    let id = school.publishes(teacher, draft).await.unwrap().broadcast;
    school.sandbox.removes_bot(teacher, group).unwrap();
    school.settle().await;
    school.later(8 * HOUR).await;
    let report = school.decides(teacher, async |work, actor| broadcasts::report(work, actor, id).await).await;
    let report = report.unwrap();
    assert_eq!((report.sent, report.digested, report.waiting), (0, 0, 0));
    assert_eq!(report.failed.get("gone"), Some(&1));
    assert_eq!(school.state(id).await, "sent");
    school.close().await;
}

async fn who_looks_after_the_group_no_more_is_in_no_digest(fresh: Fresh) {
    let school = limited(fresh).await;
    school.has_had_two().await;
    school.announces("请带水杯").await;
    assert!(school.alters("UPDATE members SET role = 'member'").await > 0);
    school.later(8 * HOUR).await;
    assert!(school.digests().is_empty());
    let failed = "SELECT COUNT(*) FROM broadcast_posts WHERE state = 'failed' AND reason = 'not-yours'";
    assert_eq!(school.number(failed, &[]).await, 1);
    school.close().await;
}

/// A school with a limit of two pushes a day, and a basic group in it.
async fn basic(fresh: Fresh) -> (School, ChatId) {
    let mut ways = crate::school::Ways::default();
    ways.config.school.burden.pushes_per_day = 2;
    ways.config.schedules.clear();
    let school = School::open_with(fresh, ways).await;
    let teacher = school.class.teacher;
    school.clock.advance(16 * HOUR);
    let group = school.sandbox.add_group("一年级一班家长群", teacher);
    school.sets_up(teacher, group).await;
    (school, group)
}

async fn a_group_that_moved_gets_its_digest_in_the_new_place(fresh: Fresh) {
    let (school, old) = basic(fresh).await;
    let teacher = school.class.teacher;
    let said = |chat| {
        let said = school.bot_says(teacher, chat);
        said.into_iter().filter(|said| said.text.starts_with("📮")).map(|said| said.text).collect::<Vec<_>>()
    };
    for words in ["一", "二", "请带水杯"] {
        school.announces(words).await;
    }
    let new = school.sandbox.upgrades(old).unwrap();
    school.settle().await;
    // The limit moved along.
    school.announces("周五春游").await;
    school.later(8 * HOUR).await;
    let [digest] = said(new).try_into().unwrap();
    assert!(digest.ends_with("1. 请带水杯\n\n2. 周五春游"), "{digest}");
    school.close().await;
}

async fn a_digest_that_stayed_behind_is_named_when_one_in_it_is_taken_back(fresh: Fresh) {
    let (school, old) = basic(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    let mut last = None;
    for words in ["一", "二", "请带水杯"] {
        last = Some(school.announces(words).await);
    }
    school.later(8 * HOUR).await;
    school.sandbox.upgrades(old).unwrap();
    school.settle().await;
    let id = last.unwrap();
    school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, id).await).await.unwrap();
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_recall_stuck("一年级一班家长群")));
    school.close().await;
}
