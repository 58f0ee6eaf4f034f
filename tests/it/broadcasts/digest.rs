//! Purpose: what comes into a group beyond its burden limit, as parents and teachers meet it.

mod changing;
mod copies;
mod timing;

use std::time::Duration;

use homeroom::broadcasts::{self, Confirmation, Draft, Urgency};
use homeroom::channel::Content;
use homeroom::i18n::{Language, say};
use homeroom::ids::BroadcastId;
use homeroom::sandbox::{DemoClass, Said};

use super::{draft, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    the_third_of_a_day_comes_in_the_digest_and_the_author_is_told,
    two_of_a_day_come_in_one_digest,
    an_english_class_reads_an_english_digest,
    what_is_urgent_is_not_held_and_does_not_count,
    what_is_to_be_confirmed_counts_and_is_not_held,
    a_lesson_counts_and_is_not_held,
    without_a_limit_nothing_is_held,
    a_long_text_and_a_poll_follow_the_digest,
    the_summary_warns_before_anything_is_published,
    the_report_says_what_came_in_a_digest,
);

const HOUR: Duration = Duration::from_hours(1);

/// A school with a limit of two pushes a day. It is Tuesday, 10:00.
pub(super) async fn limited(fresh: Fresh) -> School {
    limited_with(fresh, Ways::default()).await
}

async fn limited_with(fresh: Fresh, mut ways: Ways) -> School {
    ways.config.school.burden.pushes_per_day = 2;
    ways.config.schedules.clear();
    let school = School::ready_with(fresh, ways).await;
    school.clock.advance(16 * HOUR);
    school.starts(school.class.teacher).await;
    school
}

impl School {
    /// The teacher publishes something; returns what they are told and which it is.
    async fn announces(&self, words: &str) -> BroadcastId {
        self.publishes(self.class.teacher, draft(words)).await.unwrap().broadcast
    }

    /// Two announcements, which the class gets at once.
    async fn has_had_two(&self) {
        for words in ["第一条", "第二条"] {
            self.announces(words).await;
            assert_eq!(self.posted(words).len(), 1, "{words}");
        }
    }

    /// The digests in the class's group.
    fn digests(&self) -> Vec<Said> {
        self.posted("📮")
    }

    /// The only digest, as it is read.
    pub(super) fn digest(&self) -> String {
        let digests = self.digests();
        let [only] = digests.as_slice() else { panic!("{digests:?}") };
        only.text.clone()
    }
}

async fn the_third_of_a_day_comes_in_the_digest_and_the_author_is_told(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    school.has_had_two().await;
    let third = school.publishes(teacher, draft("请带水杯")).await.unwrap();
    let told = zh(&third.says);
    assert_eq!(
        told,
        "安排好了。这个群当天已经推送过 2 次，为了少打扰家长，这条会放进 2026年9月8日 星期二 18:00 的汇总。"
    );
    assert_eq!((school.posted("请带水杯").len(), school.digests().len()), (0, 0));
    assert_eq!(school.state(third.broadcast).await, "sending");
    let list =
        school.decides(teacher, async |work, actor| broadcasts::list_coming(work, actor, None).await).await;
    assert_eq!(zh(&list.unwrap()[0].says), "等 9月8日周二 18:00 的汇总 · 请带水杯");
    school.later(Duration::from_secs(8 * 3_600 - 1)).await;
    assert!(school.digests().is_empty());
    school.later(Duration::from_secs(1)).await;
    assert_eq!(school.digest(), "📮 9月8日周二 · 每日汇总\n为了少打扰您，这条通知留到现在才发。\n\n请带水杯");
    assert_eq!(school.state(third.broadcast).await, "sent");
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_done(1_i64)));
    // The next day begins anew.
    school.later(16 * HOUR).await;
    school.announces("又一天").await;
    assert_eq!((school.posted("又一天").len(), school.digests().len()), (1, 1));
    school.close().await;
}

async fn two_of_a_day_come_in_one_digest(fresh: Fresh) {
    let mut school = limited(fresh).await;
    school.has_had_two().await;
    let two = Draft { contents: vec![text("请带水杯"), text("还有帽子")], ..Draft::default() };
    school.publishes(school.class.teacher, two).await.unwrap();
    school.later(HOUR).await;
    school.announces("周五春游").await;
    // A restart in between changes nothing.
    school.stop_bot().await;
    school.start_bot().await;
    school.later(7 * HOUR).await;
    assert_eq!(
        school.digest(),
        "📮 9月8日周二 · 每日汇总\n为了少打扰您，这 2 条通知合在一起发。\n\n1. 请带水杯\n还有帽子\n\n2. 周五春游"
    );
    school.close().await;
}

async fn an_english_class_reads_an_english_digest(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let school = limited_with(fresh, ways).await;
    let teacher = school.class.teacher;
    for words in ["First", "Second"] {
        school.announces(words).await;
    }
    let told = school.publishes(teacher, draft("Bring a bottle")).await.unwrap().says;
    assert_eq!(
        en(&told),
        "Arranged. The group has had 2 messages from me that day. So as not to disturb parents once more, it comes in \
         the digest on Tuesday 8 September 2026, 18:00."
    );
    school.announces("Trip on Friday").await;
    school.later(8 * HOUR).await;
    assert_eq!(
        school.digest(),
        "📮 Tue 8 Sep · Daily digest\nSo as not to disturb you each time, here are 2 announcements together.\n\n\
         1. Bring a bottle\n\n2. Trip on Friday"
    );
    school.close().await;
}

async fn what_is_urgent_is_not_held_and_does_not_count(fresh: Fresh) {
    let school = limited(fresh).await;
    let DemoClass { parents: [second, _], group, .. } = school.class;
    school.starts(second).await;
    school.sandbox.promotes(second, group, homeroom::sandbox::Rights::ALL).unwrap();
    school.settle().await;
    for words in ["台风停课", "台风过了"] {
        let urgent = Draft { urgency: Urgency::Urgent, ..draft(words) };
        school.publishes(school.class.teacher, urgent).await.unwrap();
        school.presses(second, second.private_chat(), "同意发出", "Let it go out").await;
        assert_eq!(school.posted(words).len(), 1);
    }
    school.has_had_two().await;
    let urgent = Draft { urgency: Urgency::Urgent, ..draft("又来台风") };
    school.publishes(school.class.teacher, urgent).await.unwrap();
    school.presses(second, second.private_chat(), "同意发出", "Let it go out").await;
    assert_eq!(school.posted("又来台风").len(), 1);
    school.close().await;
}

async fn what_is_to_be_confirmed_counts_and_is_not_held(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    for (words, confirmation) in
        [("要看的", Confirmation::Read), ("要签的", Confirmation::Signed), ("还要签的", Confirmation::Signed)]
    {
        let published = school.publishes(teacher, Draft { confirmation, ..draft(words) }).await.unwrap();
        assert_eq!(published.forecast, None);
        assert_eq!((school.posted(words).len(), school.posted(words)[0].buttons.len()), (1, 1));
    }
    school.announces("不用看的").await;
    assert_eq!(school.posted("不用看的").len(), 0);
    school.later(8 * HOUR).await;
    assert!(school.digest().ends_with("不用看的"));
    school.close().await;
}

async fn a_lesson_counts_and_is_not_held(fresh: Fresh) {
    // The starter's lesson comes on Monday at 19:30.
    let mut ways = Ways::default();
    ways.config.school.burden.pushes_per_day = 1;
    let school = School::ready_with(fresh, ways).await;
    school.announces("第一条").await;
    school.later(Duration::from_mins(90)).await;
    assert_eq!((school.posted("第一条").len(), school.posted("📖").len()), (1, 1));
    school.later(39 * HOUR).await;
    school.announces("周三").await;
    school.announces("也是周三").await;
    assert_eq!((school.posted("周三").len(), school.posted("也是周三").len()), (1, 0));
    school.later(9 * HOUR + Duration::from_mins(30)).await;
    assert_eq!(school.posted("📖").len(), 2, "the course goes on");
    school.close().await;
}

async fn without_a_limit_nothing_is_held(fresh: Fresh) {
    let school = School::ready(fresh).await;
    for words in ["一", "二", "三", "四"] {
        school.announces(words).await;
        assert_eq!(school.posted(words).len(), 1);
    }
    assert_eq!(school.number("SELECT COUNT(*) FROM burdens", &[]).await, 0);
    school.close().await;
}

async fn a_long_text_and_a_poll_follow_the_digest(fresh: Fresh) {
    let school = limited(fresh).await;
    school.has_had_two().await;
    let poll = Content::Poll {
        question: "春游去哪儿？".into(),
        options: vec!["动物园".into(), "植物园".into()],
        multiple: false,
        anonymous: true,
    };
    let long = format!("很长的通知{}", "长".repeat(1_100));
    let contents = vec![text(&long), poll];
    let id = school.publishes(school.class.teacher, Draft { contents, ..Draft::default() }).await.unwrap();
    school.later(8 * HOUR).await;
    let said = school.bot_says(school.class.teacher, school.class.group);
    let [.., digest, whole, poll] = said.as_slice() else { panic!("{said:?}") };
    let ends = "…\n👇 全文在下面\n春游去哪儿？\n👇 投票在下面";
    assert!(digest.text.contains("很长的通知长长") && digest.text.ends_with(ends), "{}", digest.text);
    assert_eq!(whole.text, long);
    assert!(poll.poll.is_some());
    assert_eq!((whole.reply_to, poll.reply_to), (Some(digest.id), Some(digest.id)));
    assert_eq!(school.state(id.broadcast).await, "sent");
    school.close().await;
}

async fn the_summary_warns_before_anything_is_published(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    let chat = teacher.private_chat();
    let says = async |words: &str| {
        school.sandbox.writes(teacher, chat, words).unwrap();
        school.settle().await;
    };
    let summary = async || {
        says("/announce").await;
        says("明天下午三点放学").await;
        for button in ["就这些", "下一步", "现在"] {
            school.presses(teacher, chat, button, button).await;
        }
        school.told(teacher).text
    };
    assert!(!summary().await.contains("汇总"));
    school.presses(teacher, chat, "取消", "取消").await;
    school.has_had_two().await;
    let warned = summary().await;
    let expected = "请留意：这个群当天已经推送过 2 次，那里会放进 2026年9月8日 星期二 18:00 的汇总。等不及的话，请改成紧急。";
    assert!(warned.contains(expected), "{warned}");
    school.presses(teacher, chat, "现在发送", "现在发送").await;
    assert!(school.told(teacher).text.contains("放进 2026年9月8日 星期二 18:00 的汇总"));
    assert_eq!(school.posted("明天下午三点放学").len(), 0);
    school.close().await;
}

async fn the_report_says_what_came_in_a_digest(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    school.has_had_two().await;
    let id = school.announces("请带水杯").await;
    let report = async || {
        let report =
            school.decides(teacher, async |work, actor| broadcasts::report(work, actor, id).await).await;
        report.unwrap()
    };
    let before = report().await;
    assert_eq!((before.planned, before.sent, before.waiting, before.digested), (1, 0, 1, 0));
    assert!(before.text(Language::Chinese).contains("还有 1 个群等着随汇总发。"));
    school.later(8 * HOUR).await;
    let after = report().await;
    assert_eq!((after.planned, after.sent, after.waiting, after.digested), (1, 1, 0, 1));
    assert!(after.text(Language::Chinese).contains("其中 1 个群是随汇总发到的。"));
    assert!(after.text(Language::English).contains("Came in a digest: 1"));
    school.close().await;
}
