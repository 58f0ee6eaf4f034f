//! Purpose: the life of an announcement: now, later, held, given up, changed, taken back; and who may.

use std::time::Duration;

use homeroom::broadcasts::{self, Draft, Groups, Urgency};
use homeroom::channel::Content;
use homeroom::i18n::say;
use homeroom::ids::GroupId;
use homeroom::sandbox::DemoClass;
use homeroom::timetable::Recurrence;

use super::{at, draft, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, zh};

on_both!(
    what_is_published_now_stands_in_the_group_at_once,
    what_is_for_later_comes_at_its_time_and_once,
    what_comes_again_comes_each_time,
    in_quiet_hours_it_waits_for_the_morning_and_urgent_ones_do_not,
    urgent_needs_the_yes_of_somebody_else,
    whoever_is_asked_about_something_urgent_sees_when_where_and_what,
    a_parent_publishes_nothing,
    paused_it_does_not_come_and_resumed_it_does,
    held_for_the_morning_it_can_be_paused_and_let_go_on,
    cancelled_it_never_comes,
    moved_it_comes_at_the_other_time,
    changed_before_it_goes_out_it_comes_with_the_new_words,
    changed_after_it_went_out_it_is_changed_in_place,
    taken_back_it_is_gone_everywhere,
    missed_by_too_much_it_is_paused_and_the_author_told,
    a_group_without_the_bot_is_refused_by_name,
    scores_and_collections_are_stopped,
    only_what_is_coming_is_listed_and_only_to_its_people,
);

const HOUR: Duration = Duration::from_hours(1);
/// From Monday 18:00 to Tuesday 10:00.
const TO_TEN: Duration = Duration::from_hours(16);
const WORDS: &str = "明天 8 点到校，请带水杯。";
const TOMORROW: &str = "always - - once 2026-09-08T10:00:00";

async fn what_is_published_now_stands_in_the_group_at_once(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    let published = school.publishes(teacher, draft(WORDS)).await.unwrap();
    assert_eq!(published.says, say::broadcast_goes_out(1_i64));
    assert_eq!(school.posted(WORDS).len(), 1);
    assert_eq!(school.state(published.broadcast).await, "sent");
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_done(1_i64)));
    // A restart brings no second one.
    let mut school = school;
    school.stop_bot().await;
    school.start_bot().await;
    school.later(HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}

async fn what_is_for_later_comes_at_its_time_and_once(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let published = school.publishes(school.class.teacher, at(TOMORROW)).await.unwrap();
    assert_eq!(published.coming.len(), 1);
    assert!(published.ends);
    assert_eq!(school.state(published.broadcast).await, "scheduled");
    school.later(Duration::from_secs(16 * 3_600 - 1)).await;
    assert_eq!(school.posted(WORDS).len(), 0);
    school.later(Duration::from_secs(1)).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    assert_eq!(school.state(published.broadcast).await, "sent");
    school.later(48 * HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}

async fn what_comes_again_comes_each_time(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let published = school.publishes(school.class.teacher, at("always - - daily 10:00:00")).await.unwrap();
    assert_eq!(published.coming.len(), 5);
    for day in 1..=3 {
        school.later(if day == 1 { TO_TEN } else { 24 * HOUR }).await;
        assert_eq!(school.posted(WORDS).len(), day);
        assert_eq!(school.state(published.broadcast).await, "scheduled");
    }
    school.close().await;
}

async fn in_quiet_hours_it_waits_for_the_morning_and_urgent_ones_do_not(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [second, _], group, .. } = school.class;
    school.starts(second).await;
    school.sandbox.promotes(second, group, homeroom::sandbox::Rights::ALL).unwrap();
    school.later(4 * HOUR).await;
    let held = school.publishes(teacher, draft(WORDS)).await.unwrap();
    assert!(held.held_until.is_some());
    assert_eq!(school.posted(WORDS).len(), 0);
    let urgent = Draft { urgency: Urgency::Urgent, ..draft("台风停课") };
    school.publishes(teacher, urgent).await.unwrap();
    school.presses(second, second.private_chat(), "同意发出", "Let it go out").await;
    assert_eq!(school.posted("台风停课").len(), 1);
    assert_eq!(school.posted(WORDS).len(), 0);
    school.later(9 * HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}

async fn urgent_needs_the_yes_of_somebody_else(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [second, _], group, .. } = school.class;
    let urgent = |words| Draft { urgency: Urgency::Urgent, ..draft(words) };
    let refused = school.publishes(teacher, urgent("停课")).await.unwrap_err();
    assert_eq!(refused, say::broadcast_nobody_to_approve());
    school.starts(teacher).await;
    school.starts(second).await;
    school.sandbox.promotes(second, group, homeroom::sandbox::Rights::ALL).unwrap();
    school.settle().await;
    let asked = school.publishes(teacher, urgent("停课一天")).await.unwrap();
    assert_eq!((asked.asked, asked.says), (1, say::broadcast_awaits(1_i64)));
    assert_eq!(school.state(asked.broadcast).await, "awaiting-approval");
    assert_eq!(school.posted("停课").len(), 0);
    // Whoever asks can't say yes.
    let own = school
        .decides(teacher, async |work, actor| broadcasts::approve(work, actor, asked.broadcast, 1).await);
    assert_eq!(own.await.unwrap_err(), say::broadcast_not_by_yourself());
    let told = school.presses(second, second.private_chat(), "同意发出", "Let it go out").await;
    assert_eq!(told, zh(&say::broadcast_approved()));
    assert_eq!(school.posted("停课一天").len(), 1);
    let other = school.publishes(teacher, urgent("再停一天")).await.unwrap();
    let told = school.presses(second, second.private_chat(), "先不发", "Not now").await;
    assert_eq!(told, zh(&say::broadcast_declined()));
    assert_eq!(school.state(other.broadcast).await, "cancelled");
    assert_eq!(school.posted("再停一天").len(), 0);
    school.close().await;
}

async fn whoever_is_asked_about_something_urgent_sees_when_where_and_what(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [second, _], group, .. } = school.class;
    school.starts(teacher).await;
    school.starts(second).await;
    school.sandbox.promotes(second, group, homeroom::sandbox::Rights::ALL).unwrap();
    school.settle().await;
    let poll = Content::Poll {
        question: "来吗？".into(),
        options: vec!["来".into(), "不来".into()],
        multiple: false,
        anonymous: true,
    };
    let urgent = Draft { urgency: Urgency::Urgent, ..at(TOMORROW) };
    let contents = vec![text("停课一天"), poll];
    school.publishes(teacher, Draft { contents, ..urgent }).await.unwrap();
    let asked = school.told(second).text;
    for part in ["10:00", "发到：三年级二班家长群\n", "投票 1 个", "停课一天\n来吗？"] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    assert!(!asked.contains("时间：现在"), "{asked}");
    let told = school.presses(second, second.private_chat(), "同意发出", "Let it go out").await;
    assert!(told.starts_with("好的，到时候就发出去：") && told.contains("10:00"), "{told}");
    assert!(school.told(teacher).text.contains("会按时发出："), "{}", school.told(teacher).text);
    assert_eq!(school.posted("停课一天").len(), 0);
    school.later(TO_TEN).await;
    assert_eq!(school.posted("停课一天").len(), 1);
    school.close().await;
}

async fn a_parent_publishes_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.starts(mother).await;
    let refused = school.publishes(mother, draft(WORDS)).await.unwrap_err();
    assert_eq!(refused, say::broadcast_no_groups());
    let group = GroupId(school.number("SELECT id FROM groups", &[]).await);
    let chosen = Draft { groups: Groups::Chosen(vec![(group, None)]), ..draft(WORDS) };
    let refused = school.publishes(mother, chosen).await.unwrap_err();
    assert_eq!(refused.key(), "broadcast-not-your-group");
    let published = school.publishes(teacher, at(TOMORROW)).await.unwrap().broadcast;
    for refused in [
        school.decides(mother, async |work, actor| broadcasts::cancel(work, actor, published).await).await,
        school.decides(mother, async |work, actor| broadcasts::pause(work, actor, published).await).await,
        school.decides(mother, async |work, actor| broadcasts::recall(work, actor, published).await).await,
        school.decides(mother, async |work, actor| broadcasts::remind(work, actor, published).await).await,
    ] {
        assert_eq!(refused.unwrap_err(), say::broadcast_not_yours());
    }
    assert_eq!(school.state(published).await, "scheduled");
    school.close().await;
}

async fn paused_it_does_not_come_and_resumed_it_does(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, at("always - - daily 10:00:00")).await.unwrap().broadcast;
    school.decides(teacher, async |work, actor| broadcasts::pause(work, actor, id).await).await.unwrap();
    school.later(TO_TEN).await;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (0, "paused".to_owned()));
    let again = school.decides(teacher, async |work, actor| broadcasts::pause(work, actor, id).await).await;
    assert_eq!(again.unwrap_err(), say::broadcast_is_paused());
    school.decides(teacher, async |work, actor| broadcasts::resume(work, actor, id).await).await.unwrap();
    assert_eq!(school.posted(WORDS).len(), 0, "what was due meanwhile is not made up for");
    school.later(24 * HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}

async fn cancelled_it_never_comes(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, at(TOMORROW)).await.unwrap().broadcast;
    school.decides(teacher, async |work, actor| broadcasts::cancel(work, actor, id).await).await.unwrap();
    school.later(48 * HOUR).await;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (0, "cancelled".to_owned()));
    let resumed =
        school.decides(teacher, async |work, actor| broadcasts::resume(work, actor, id).await).await;
    assert_eq!(resumed.unwrap_err(), say::broadcast_is_cancelled());
    school.close().await;
}

async fn moved_it_comes_at_the_other_time(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, at(TOMORROW)).await.unwrap().broadcast;
    let to = Recurrence::parse("always - - once 2026-09-09T10:00:00").unwrap();
    let moved =
        school.decides(teacher, async |work, actor| broadcasts::move_to(work, actor, id, Some(&to)).await);
    assert_eq!(moved.await.unwrap().coming.len(), 1);
    school.later(TO_TEN).await;
    assert_eq!(school.posted(WORDS).len(), 0);
    school.later(24 * HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    let late =
        school.decides(teacher, async |work, actor| broadcasts::move_to(work, actor, id, None).await).await;
    assert_eq!(late.unwrap_err(), say::broadcast_is_sent());
    school.close().await;
}

async fn changed_before_it_goes_out_it_comes_with_the_new_words(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, at(TOMORROW)).await.unwrap().broadcast;
    let edited = school.decides(teacher, async |work, actor| {
        broadcasts::edit(work, actor, id, vec![text("明天 9 点到校")]).await
    });
    assert_eq!(edited.await.unwrap(), say::broadcast_edited());
    school.later(TO_TEN).await;
    assert_eq!((school.posted(WORDS).len(), school.posted("明天 9 点到校").len()), (0, 1));
    school.close().await;
}

async fn changed_after_it_went_out_it_is_changed_in_place(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, draft(WORDS)).await.unwrap().broadcast;
    let message = school.posted(WORDS)[0].id;
    let edited = school.decides(teacher, async |work, actor| {
        broadcasts::edit(work, actor, id, vec![text("明天 9 点到校")]).await
    });
    assert_eq!(edited.await.unwrap(), say::broadcast_edited_everywhere(1_i64));
    assert_eq!(school.posted("明天 9 点到校")[0].id, message);
    assert_eq!(school.posted(WORDS).len(), 0);
    let two = vec![text("一"), text("二")];
    let refused =
        school.decides(teacher, async |work, actor| broadcasts::edit(work, actor, id, two).await).await;
    assert_eq!(refused.unwrap_err(), say::broadcast_edit_other_kind());
    let long = vec![text(&"长".repeat(4_097))];
    let refused =
        school.decides(teacher, async |work, actor| broadcasts::edit(work, actor, id, long).await).await;
    assert_eq!(refused.unwrap_err(), say::broadcast_text_long(4_097_i64, 4_096_i64));
    school.close().await;
}

async fn taken_back_it_is_gone_everywhere(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    let id = school.publishes(teacher, draft(WORDS)).await.unwrap().broadcast;
    let told = school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, id).await).await;
    assert_eq!(told.unwrap(), say::broadcast_recalling(1_i64, 0_i64));
    assert_eq!(school.posted(WORDS).len(), 0);
    assert_eq!(school.state(id).await, "recalled");
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_recall_done(1_i64)));
    let later = school.publishes(teacher, at(TOMORROW)).await.unwrap().broadcast;
    let refused =
        school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, later).await).await;
    assert_eq!(refused.unwrap_err(), say::broadcast_recall_nothing());
    school.close().await;
}

async fn missed_by_too_much_it_is_paused_and_the_author_told(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    let id = school.publishes(teacher, at(TOMORROW)).await.unwrap().broadcast;
    school.stop_bot().await;
    school.clock.advance(16 * HOUR + 3 * HOUR + Duration::from_secs(1));
    school.start_bot().await;
    school.later(Duration::ZERO).await;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (0, "paused".to_owned()));
    assert!(school.told(teacher).text.contains("现在已经太晚"), "{}", school.told(teacher).text);
    let over = school.decides(teacher, async |work, actor| broadcasts::resume(work, actor, id).await).await;
    assert_eq!(over.unwrap_err().key(), "broadcast-past");
    school
        .decides(teacher, async |work, actor| broadcasts::move_to(work, actor, id, None).await)
        .await
        .unwrap();
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}

async fn a_group_without_the_bot_is_refused_by_name(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, .. } = school.class;
    let id = GroupId(school.number("SELECT id FROM groups", &[]).await);
    let chosen = Draft { groups: Groups::Chosen(vec![(id, None)]), ..draft(WORDS) };
    let later =
        school.publishes(teacher, Draft { when: Some(TOMORROW.into()), ..chosen.clone() }).await.unwrap();
    school.sandbox.removes_bot(teacher, group).unwrap();
    school.settle().await;
    let refused = school.publishes(teacher, chosen).await.unwrap_err();
    assert_eq!(refused.key(), "broadcast-group-left");
    // What was published before fails there, and the report says why.
    school.later(TO_TEN).await;
    let report =
        school.decides(teacher, async |work, actor| broadcasts::report(work, actor, later.broadcast).await);
    let report = report.await.unwrap();
    assert_eq!((report.planned, report.sent, report.failed.get("gone")), (1, 0, Some(&1)));
    school.close().await;
}

async fn scores_and_collections_are_stopped(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    for (words, key) in [
        ("期中成绩：\n张三 98\n李小四 95", "broadcast-scores"),
        ("每人 88 元资料费，请转给我", "broadcast-fee-nobody"),
        ("特别提醒：明天交班费50元", "broadcast-fee-nobody"),
        ("请各小组分别交50元给班主任", "broadcast-fee-nobody"),
        ("付到 wxp://f2f0AbC，谢谢", "broadcast-payment-code"),
        ("", "broadcast-nothing"),
        (&"长".repeat(4_097), "broadcast-text-long"),
    ] {
        let refused = school.publishes(teacher, draft(words)).await.unwrap_err();
        assert_eq!(refused.key(), key);
    }
    let past = Draft { when: Some("always - - once 2026-09-01T10:00:00".into()), ..draft(WORDS) };
    assert_eq!(school.publishes(teacher, past).await.unwrap_err().key(), "broadcast-past");
    assert_eq!(school.number("SELECT COUNT(*) FROM broadcasts", &[]).await, 0);
    school.close().await;
}

async fn only_what_is_coming_is_listed_and_only_to_its_people(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.starts(mother).await;
    school.publishes(teacher, draft("现在发的")).await.unwrap();
    let later = school.publishes(teacher, at(TOMORROW)).await.unwrap().broadcast;
    let group = GroupId(school.number("SELECT id FROM groups", &[]).await);
    for of in [None, Some(group)] {
        let list =
            school.decides(teacher, async |work, actor| broadcasts::list_coming(work, actor, of).await);
        let list = list.await.unwrap();
        assert_eq!(list.iter().map(|coming| coming.broadcast).collect::<Vec<_>>(), [later]);
    }
    let none =
        school.decides(mother, async |work, actor| broadcasts::list_coming(work, actor, None).await).await;
    assert!(none.unwrap().is_empty());
    school.close().await;
}

async fn held_for_the_morning_it_can_be_paused_and_let_go_on(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.later(4 * HOUR).await;
    let id = school.publishes(teacher, draft(WORDS)).await.unwrap().broadcast;
    school.decides(teacher, async |work, actor| broadcasts::pause(work, actor, id).await).await.unwrap();
    let resumed =
        school.decides(teacher, async |work, actor| broadcasts::resume(work, actor, id).await).await;
    assert!(resumed.unwrap().held_until.is_some());
    school.later(9 * HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}
