//! Purpose: what comes again in all of a teacher's groups, when some of them are no longer there, or none.

use std::time::Duration;

use homeroom::broadcasts;
use homeroom::i18n::{Language, say};
use homeroom::ids::BroadcastId;
use homeroom::sandbox::{ChatId, DemoClass};

use super::at;
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    without_a_group_left_it_is_held_and_the_author_told_and_it_goes_on_with_one,
    in_english_the_author_is_told_that_no_group_is_left,
    a_group_that_is_no_longer_there_is_named_once,
);

const WORDS: &str = "明天 8 点到校，请带水杯。";
const DAY: Duration = Duration::from_hours(24);

/// Something that comes every day at 10:00 has come once, to the class's group and to `others`.
async fn daily(fresh: Fresh, ways: Ways, others: &[&str]) -> (School, BroadcastId, Vec<ChatId>) {
    let school = School::ready_with(fresh, ways).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    let mut chats = Vec::new();
    for title in others {
        let other = school.sandbox.add_supergroup(title, teacher);
        school.sets_up(teacher, other).await;
        chats.push(other);
    }
    let id = school.publishes(teacher, at("always - - daily 10:00:00")).await.unwrap().broadcast;
    school.later(Duration::from_hours(16)).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    (school, id, chats)
}

impl School {
    fn teacher_heard(&self, part: &str) -> usize {
        let teacher = self.class.teacher;
        let said = self.bot_says(teacher, teacher.private_chat());
        said.iter().filter(|said| said.text.contains(part)).count()
    }
}

async fn without_a_group_left_it_is_held_and_the_author_told_and_it_goes_on_with_one(fresh: Fresh) {
    let (school, id, _) = daily(fresh, Ways::default(), &[]).await;
    let DemoClass { teacher, group, .. } = school.class;
    school.sandbox.removes_bot(teacher, group).unwrap();
    school.settle().await;
    school.later(DAY).await;
    assert_eq!(school.state(id).await, "paused");
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_no_group_left(WORDS)));
    assert_eq!((school.teacher_heard("0 个群"), school.teacher_heard("已经没有我能发的群")), (0, 1));
    school.later(DAY).await;
    assert_eq!(school.teacher_heard("已经没有我能发的群"), 1, "it is told once");
    school.sets_up(teacher, group).await;
    school.decides(teacher, async |work, actor| broadcasts::resume(work, actor, id).await).await.unwrap();
    let before = school.posted(WORDS).len();
    school.later(DAY).await;
    assert_eq!(school.posted(WORDS).len(), before + 1);
    school.close().await;
}

async fn in_english_the_author_is_told_that_no_group_is_left(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let (school, ..) = daily(fresh, ways, &[]).await;
    let DemoClass { teacher, group, .. } = school.class;
    school.sandbox.removes_bot(teacher, group).unwrap();
    school.settle().await;
    school.later(DAY).await;
    assert_eq!(school.told(teacher).text, en(&say::broadcast_no_group_left(WORDS)));
    assert!(school.told(teacher).text.contains("there is no group left"));
    school.close().await;
}

async fn a_group_that_is_no_longer_there_is_named_once(fresh: Fresh) {
    let (school, id, others) = daily(fresh, Ways::default(), &["舞蹈社团", "合唱团"]).await;
    let teacher = school.class.teacher;
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_done(3_i64)));
    school.sandbox.removes_bot(teacher, others[0]).unwrap();
    school.settle().await;
    school.later(DAY).await;
    let told = zh(&say::broadcast_done_without(say::broadcast_done(2_i64), "舞蹈社团", 0_i64));
    assert_eq!(school.told(teacher).text, told);
    assert!(told.starts_with("发完了，2 个群都收到了。比上一次少了 舞蹈社团："), "{told}");
    school.later(DAY).await;
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_done(2_i64)));
    assert_eq!(school.state(id).await, "scheduled");
    school.close().await;
}
