//! Purpose: how far a change of what has gone out has come, what could not be changed, and what was still to be sent.

use std::time::Duration;

use homeroom::broadcasts::{self, Confirmation, Draft};
use homeroom::i18n::{Language, Text, say};
use homeroom::ids::BroadcastId;
use homeroom::sandbox::{DemoClass, Fault, FaultPlan, FaultRule, PersonId};

use super::{at, draft, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, zh};

on_both!(
    the_report_says_how_far_a_change_has_come,
    where_the_message_is_gone_the_change_fails_and_the_author_is_told,
    what_was_not_tried_yet_comes_with_the_new_words_alone,
    changed_again_while_the_first_edit_waits_the_last_words_stand,
    a_reminder_that_waits_for_the_morning_has_the_new_words_and_none_comes_of_a_recall,
    while_an_urgent_one_is_being_changed_nobody_is_asked_for_a_yes,
);

const OLD: &str = "明天 8 点到校，请带水杯。";
const NEW: &str = "明天 9 点到校";
const HOUR: Duration = Duration::from_hours(1);

impl School {
    async fn changes_to(&self, person: PersonId, id: BroadcastId, words: &str) -> Result<Text, Text> {
        let new = vec![text(words)];
        self.decides(person, async |work, actor| broadcasts::edit(work, actor, id, new).await).await
    }

    /// The server lets nothing into the group for an hour from the next of these calls on.
    fn floods(&self, method: &str) {
        let flood = FaultRule::on_calls(method, &[1], Fault::ChatFlood { retry_after_s: 3_600 });
        self.sandbox.set_faults(FaultPlan { seed: 1, rules: vec![flood] });
    }
}

async fn the_report_says_how_far_a_change_has_come(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let chat = teacher.private_chat();
    school.starts(teacher).await;
    let id = school.publishes(teacher, draft(OLD)).await.unwrap().broadcast;
    school.floods("editMessageText");
    assert_eq!(school.changes_to(teacher, id, NEW).await.unwrap(), say::broadcast_edited_everywhere(1_i64));
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.sent, report.changing), (1, 1));
    let chinese = report.text(Language::Chinese);
    assert!(chinese.contains("内容正在更新：1 个群里有 0 个已经换成新的。"), "{chinese}");
    let english = report.text(Language::English);
    assert!(english.contains("The words are being changed; done in 0 of 1 groups."), "{english}");
    assert!(report.csv(Language::English).contains("sent, being changed"));
    school.sandbox.writes(teacher, chat, "/schedule").unwrap();
    school.settle().await;
    let opened = school.presses(teacher, chat, "已发", "Sent").await;
    assert!(school.told(teacher).text.contains("内容正在更新"), "{opened}{}", school.told(teacher).text);
    school.later(HOUR).await;
    assert_eq!((school.posted(OLD).len(), school.posted(NEW).len()), (0, 1));
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.sent, report.changing, report.unchanged.len()), (1, 0, 0));
    school.close().await;
}

async fn where_the_message_is_gone_the_change_fails_and_the_author_is_told(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    let id = school.publishes(teacher, draft(OLD)).await.unwrap().broadcast;
    // As if an administrator had deleted it.
    school.alters("UPDATE broadcast_posts SET messages = '[\"987654\"]'").await;
    school.changes_to(teacher, id, NEW).await.unwrap();
    let told = school.told(teacher).text;
    assert!(told.starts_with("新内容更新完了：0 个群换好了，1 个群没换成，那里还是原来的内容。"), "{told}");
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.sent, report.unchanged.values().sum::<usize>()), (1, 1));
    let words = report.text(Language::Chinese);
    assert!(words.contains("还是原来内容的 1 个群："), "{words}");
    assert!(report.text(Language::English).contains("Still the words from before in 1: "));
    assert!(report.csv(Language::Chinese).contains("已发，内容没改成"));
    school.close().await;
}

async fn what_was_not_tried_yet_comes_with_the_new_words_alone(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.floods("sendMessage");
    let edits = school.calls("editMessageText");
    let id = school.publishes(teacher, draft(OLD)).await.unwrap().broadcast;
    assert_eq!(school.changes_to(teacher, id, NEW).await.unwrap(), say::broadcast_edited());
    school.later(HOUR).await;
    assert_eq!((school.posted(OLD).len(), school.posted(NEW).len()), (0, 1));
    assert_eq!(school.calls("editMessageText"), edits, "nobody was shown the old words");
    assert_eq!(school.state(id).await, "sent");
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.sent, report.twice), (1, 0));
    school.close().await;
}

async fn changed_again_while_the_first_edit_waits_the_last_words_stand(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, draft(OLD)).await.unwrap().broadcast;
    school.floods("editMessageText");
    school.changes_to(teacher, id, "第二版").await.unwrap();
    school.changes_to(teacher, id, "第三版").await.unwrap();
    let open = "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'broadcast-edit/%' AND state = 'ready'";
    assert_eq!(school.number(open, &[]).await, 1, "one edit is under way at a time");
    school.later(HOUR).await;
    assert_eq!((school.posted("第二版").len(), school.posted("第三版").len()), (0, 1));
    assert_eq!(school.report_for(teacher, id).await.changing, 0);
    school.close().await;
}

async fn a_reminder_that_waits_for_the_morning_has_the_new_words_and_none_comes_of_a_recall(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let asking = |words| Draft { confirmation: Confirmation::Signed, ..draft(words) };
    let first = school.publishes(teacher, asking(OLD)).await.unwrap().broadcast;
    let second = school.publishes(teacher, asking("周五春游")).await.unwrap().broadcast;
    school.later(4 * HOUR).await;
    for id in [first, second] {
        school.decides(teacher, async |work, actor| broadcasts::remind(work, actor, id).await).await.unwrap();
    }
    school.changes_to(teacher, first, NEW).await.unwrap();
    school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, second).await).await.unwrap();
    let heard = school.bot_says(mother, mother.private_chat()).len();
    school.later(10 * HOUR).await;
    let said = school.bot_says(mother, mother.private_chat());
    let reminded: Vec<&str> = said[heard..].iter().map(|said| said.text.as_str()).collect();
    assert!(matches!(reminded[..], [only] if only.contains(NEW) && !only.contains(OLD)), "{reminded:?}");
    school.close().await;
}

async fn while_an_urgent_one_is_being_changed_nobody_is_asked_for_a_yes(fresh: Fresh) {
    let school = School::with_school_staff(fresh).await;
    let DemoClass { teacher, admin, advertiser: head, .. } = school.class;
    for person in [teacher, admin, head] {
        school.starts(person).await;
    }
    let daily = Draft { urgency: broadcasts::Urgency::Urgent, ..at("always - - daily 10:00:00") };
    let id = school.publishes(teacher, daily).await.unwrap().broadcast;
    school.presses(admin, admin.private_chat(), "同意发出", "Let it go out").await;
    school.later(16 * HOUR).await;
    school.floods("editMessageText");
    assert_eq!(school.changes_to(head, id, NEW).await.unwrap(), say::broadcast_edited_everywhere(1_i64));
    let refused = school.changes_to(teacher, id, "第三版").await.unwrap_err();
    assert_eq!(zh(&refused), zh(&say::broadcast_edit_urgent_changing()));
    school.later(HOUR).await;
    assert_eq!(school.changes_to(teacher, id, "第三版").await.unwrap().key(), "broadcast-awaits");
    assert_eq!(school.posted(NEW).len(), 1);
    school.close().await;
}
