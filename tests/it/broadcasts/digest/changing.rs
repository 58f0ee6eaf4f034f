//! Purpose: what becomes of a digest when an announcement in it is changed, taken back, held or given up.

use homeroom::broadcasts;
use homeroom::i18n::{Text, say};
use homeroom::ids::BroadcastId;
use homeroom::sandbox::{Fault, FaultPlan, FaultRule};
use homeroom::timetable::Recurrence;

use super::{HOUR, limited};
use crate::broadcasts::{draft, known, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, zh};

on_both!(
    changed_before_the_digest_it_comes_with_the_new_words,
    changed_after_the_digest_it_is_changed_in_place_and_the_others_stay,
    what_does_not_fit_into_the_digest_any_more_is_refused,
    taken_back_before_the_digest_it_never_comes,
    of_what_comes_again_every_run_that_waits_is_taken_back,
    taken_back_after_the_digest_it_is_taken_out_and_the_last_one_deletes_it,
    a_digest_that_waits_to_be_sent_is_put_together_anew,
    what_follows_a_digest_is_changed_and_taken_back_like_any_post,
    while_it_waits_it_can_be_paused_moved_and_cancelled,
    the_list_of_what_is_coming_says_that_it_waits_and_offers_to_hold_it,
    once_part_of_it_went_out_it_can_only_be_taken_back,
);

impl School {
    async fn changes(&self, broadcast: BroadcastId, words: &str) -> Result<Text, Text> {
        let changed = self.decides(self.class.teacher, async |work, actor| {
            broadcasts::edit(work, actor, broadcast, vec![text(words)]).await
        });
        changed.await
    }

    async fn takes_back(&self, broadcast: BroadcastId) -> Text {
        let taken = self.decides(self.class.teacher, async |work, actor| {
            broadcasts::recall(work, actor, broadcast).await
        });
        taken.await.unwrap()
    }
}

async fn changed_before_the_digest_it_comes_with_the_new_words(fresh: Fresh) {
    let school = limited(fresh).await;
    school.has_had_two().await;
    let id = school.announces("请带水杯").await;
    assert_eq!(school.changes(id, "请带雨衣").await.unwrap(), say::broadcast_edited());
    school.later(8 * HOUR).await;
    assert!(school.digest().ends_with("\n\n请带雨衣"), "{}", school.digest());
    school.close().await;
}

async fn changed_after_the_digest_it_is_changed_in_place_and_the_others_stay(fresh: Fresh) {
    let school = limited(fresh).await;
    school.has_had_two().await;
    let id = school.announces("请带水杯").await;
    school.announces("周五春游").await;
    school.later(8 * HOUR).await;
    let message = school.digests()[0].id;
    assert_eq!(school.changes(id, "请带雨衣").await.unwrap(), say::broadcast_edited_everywhere(1_i64));
    assert!(school.digest().ends_with("\n\n1. 请带雨衣\n\n2. 周五春游"), "{}", school.digest());
    assert_eq!(school.digests()[0].id, message);
    school.close().await;
}

async fn what_does_not_fit_into_the_digest_any_more_is_refused(fresh: Fresh) {
    let school = limited(fresh).await;
    school.has_had_two().await;
    let id = school.announces("请带水杯").await;
    school.announces("周五春游").await;
    school.later(8 * HOUR).await;
    let title = school.sandbox.read(|world| world.chat(school.class.group).unwrap().title.clone());
    let refused = school.changes(id, &"长".repeat(4_090)).await.unwrap_err();
    assert_eq!(refused, say::broadcast_edit_digest_full(title));
    assert!(school.digest().contains("1. 请带水杯"), "nothing was changed");
    let longer = "长".repeat(3_900);
    school.changes(id, &longer).await.unwrap();
    assert!(school.digest().contains(&longer) && school.digest().ends_with("2. 周五春游"));
    school.close().await;
}

async fn taken_back_before_the_digest_it_never_comes(fresh: Fresh) {
    let school = limited(fresh).await;
    school.has_had_two().await;
    let id = school.announces("请带水杯").await;
    school.announces("周五春游").await;
    assert_eq!(school.takes_back(id).await, say::broadcast_recalling(0_i64, 1_i64));
    school.later(8 * HOUR).await;
    assert!(school.digest().ends_with("\n\n周五春游"), "{}", school.digest());
    assert_eq!(school.state(id).await, "recalled");
    school.close().await;
}

async fn of_what_comes_again_every_run_that_waits_is_taken_back(fresh: Fresh) {
    let school = limited(fresh).await;
    school.has_had_two().await;
    let when = Some("always - - cron 0 11,12 * * *".to_owned());
    let draft = broadcasts::Draft { when, ..draft("请喝水") };
    let id = school.publishes(school.class.teacher, draft).await.unwrap().broadcast;
    school.later(HOUR).await;
    school.later(HOUR).await;
    assert_eq!(school.number("SELECT COUNT(*) FROM digest_items", &[]).await, 2);
    let told = say::broadcast_recalling_one(say::broadcast_recalling(0_i64, 2_i64));
    assert_eq!(school.takes_back(id).await, told);
    assert_eq!(school.state(id).await, "scheduled");
    school.later(6 * HOUR).await;
    assert!(school.digests().is_empty());
    school.close().await;
}

async fn taken_back_after_the_digest_it_is_taken_out_and_the_last_one_deletes_it(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    school.has_had_two().await;
    let first = school.announces("请带水杯").await;
    let second = school.announces("周五春游").await;
    school.later(8 * HOUR).await;
    let message = school.digests()[0].id;
    assert_eq!(school.takes_back(first).await, say::broadcast_recalling(1_i64, 0_i64));
    assert!(school.digest().ends_with("\n\n周五春游"), "{}", school.digest());
    assert_eq!(school.digests()[0].id, message);
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_recall_done(1_i64)));
    // What was taken out doesn't come back with a change of another.
    school.changes(second, "周六春游").await.unwrap();
    assert!(school.digest().ends_with("\n\n周六春游"), "{}", school.digest());
    school.takes_back(second).await;
    assert!(school.digests().is_empty() && school.is_deleted(message));
    assert_eq!(school.number("SELECT COUNT(*) FROM broadcast_posts WHERE state = 'deleted'", &[]).await, 2);
    school.close().await;
}

async fn a_digest_that_waits_to_be_sent_is_put_together_anew(fresh: Fresh) {
    let school = limited(fresh).await;
    school.has_had_two().await;
    let first = school.announces("请带水杯").await;
    let second = school.announces("周五春游").await;
    // The server lets nothing into the group for two hours.
    let flood = FaultRule::on_calls("sendMessage", &[1], Fault::ChatFlood { retry_after_s: 7_200 });
    school.sandbox.set_faults(FaultPlan { seed: 1, rules: vec![flood] });
    school.later(8 * HOUR).await;
    assert!(school.digests().is_empty());
    assert_eq!(school.number("SELECT COUNT(*) FROM digests WHERE state = 'sending'", &[]).await, 1);
    let decided = school.bot().perform(async |work| {
        let teacher = known(work, school.class.teacher).await?;
        let changed = broadcasts::edit(work, &teacher, second, vec![text("周六春游")]).await?;
        Ok((changed, broadcasts::recall(work, &teacher, first).await?))
    });
    let Ok(decided) = decided.await else { panic!("refused") };
    assert_eq!(decided, (say::broadcast_edited(), say::broadcast_recalling(0_i64, 1_i64)));
    school.later(2 * HOUR).await;
    assert_eq!(school.digest(), "📮 9月8日周二 · 每日汇总\n为了少打扰您，这条通知留到现在才发。\n\n周六春游");
    assert_eq!((school.state(first).await, school.state(second).await), ("recalled".into(), "sent".into()));
    school.close().await;
}

async fn what_follows_a_digest_is_changed_and_taken_back_like_any_post(fresh: Fresh) {
    let school = limited(fresh).await;
    school.has_had_two().await;
    let long = |words: &str| format!("{words}{}", "。".repeat(1_100));
    let id = school.announces(&long("第一版")).await;
    school.later(8 * HOUR).await;
    assert_eq!(school.posted("第一版").len(), 1);
    school.changes(id, &long("第二版")).await.unwrap();
    assert_eq!((school.posted("第一版").len(), school.posted("第二版").len()), (0, 1));
    assert!(school.digest().contains("第二版。"), "{}", school.digest());
    school.takes_back(id).await;
    assert!(school.posted("第二版").is_empty() && school.digests().is_empty());
    school.close().await;
}

async fn while_it_waits_it_can_be_paused_moved_and_cancelled(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    school.has_had_two().await;
    let id = school.announces("请带水杯").await;
    let paused = school.decides(teacher, async |work, actor| broadcasts::pause(work, actor, id).await).await;
    assert_eq!((paused.unwrap(), school.state(id).await), (say::broadcast_paused(), "paused".to_owned()));
    let resumed =
        school.decides(teacher, async |work, actor| broadcasts::resume(work, actor, id).await).await;
    assert!(resumed.unwrap().forecast.is_some());
    assert_eq!(school.number("SELECT COUNT(*) FROM digest_items", &[]).await, 1);
    let to = Recurrence::parse("always - - once 2026-09-09T10:00:00").unwrap();
    let moved =
        school.decides(teacher, async |work, actor| broadcasts::move_to(work, actor, id, Some(&to)).await);
    moved.await.unwrap();
    let other = school.announces("周五春游").await;
    let cancelled =
        school.decides(teacher, async |work, actor| broadcasts::cancel(work, actor, other).await).await;
    assert_eq!(cancelled.unwrap(), say::broadcast_cancelled());
    school.later(8 * HOUR).await;
    assert!(school.digests().is_empty());
    school.later(16 * HOUR).await;
    assert_eq!((school.posted("请带水杯").len(), school.digests().len()), (1, 0));
    assert_eq!((school.state(id).await, school.state(other).await), ("sent".into(), "cancelled".into()));
    school.close().await;
}

async fn the_list_of_what_is_coming_says_that_it_waits_and_offers_to_hold_it(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    let chat = teacher.private_chat();
    school.has_had_two().await;
    let id = school.announces("请带水杯").await;
    school.sandbox.writes(teacher, chat, "/schedule").unwrap();
    school.settle().await;
    let presses = async |label: &str| {
        school.presses(teacher, chat, label, label).await;
        school.told(teacher)
    };
    let opened = presses("等 9月8日周二").await;
    let waits = "这条等着放进 2026年9月8日 星期二 18:00 的汇总。在那之前可以改内容、改时间、暂停或取消。";
    assert!(opened.text.ends_with(waits), "{}", opened.text);
    let paused = presses("暂停").await;
    assert!(paused.text.contains(&zh(&say::broadcast_paused())), "{}", paused.text);
    assert_eq!(school.state(id).await, "paused");
    presses("继续").await;
    // Another time is asked for as if it had not begun to go out.
    assert_eq!(presses("改时间").await.text, zh(&say::dialogue_when()));
    school.later(8 * HOUR).await;
    assert!(school.digest().ends_with("请带水杯"));
    school.close().await;
}

async fn once_part_of_it_went_out_it_can_only_be_taken_back(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    school.has_had_two().await;
    // Another group of the teacher's has had nothing today.
    let group = school.sandbox.add_supergroup("舞蹈社团", teacher);
    school.sets_up(teacher, group).await;
    let published = school.publishes(teacher, draft("请带水杯")).await.unwrap();
    assert_eq!(
        zh(&published.says),
        "好的，马上发到 2 个群。\n其中 1 个群当天已经推送过 2 次，为了少打扰家长，那里会放进 2026年9月8日 星期二 18:00 的汇总。"
    );
    let id = published.broadcast;
    assert_eq!(school.last(teacher, group).text, "请带水杯");
    let refused = school.decides(teacher, async |work, actor| broadcasts::pause(work, actor, id).await).await;
    assert_eq!(refused.unwrap_err(), say::broadcast_is_sending());
    assert_eq!(school.takes_back(id).await, say::broadcast_recalling(1_i64, 1_i64));
    school.later(8 * HOUR).await;
    assert!(school.digests().is_empty());
    assert!(school.bot_says(teacher, group).iter().all(|said| said.text != "请带水杯"));
    school.close().await;
}
