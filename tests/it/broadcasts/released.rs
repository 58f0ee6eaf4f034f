//! Purpose: an announcement of which nobody knew whether it arrived, and that the operator has sent again: the report and the
//! author hear of it.

use std::time::Duration;

use homeroom::broadcasts;
use homeroom::i18n::{Language, say};
use homeroom::ids::{BroadcastId, OutboxId};
use homeroom::outbox;
use homeroom::sandbox::{DemoClass, Fault, FaultPlan, FaultRule};

use super::copies::safety;
use super::digest::limited;
use super::{draft, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    what_is_released_and_arrives_corrects_the_report_and_the_author_is_told,
    an_english_author_is_told_in_english,
    what_is_released_and_fails_again_is_reported_with_its_new_reason,
    a_private_copy_that_is_released_is_counted_and_the_author_told,
    a_digest_that_is_released_brings_what_stands_in_it,
    what_was_taken_back_meanwhile_is_removed_when_it_arrives,
);

const MINUTE: Duration = Duration::from_mins(1);
const WORDS: &str = "明天 8 点到校，请带水杯。";

impl School {
    /// Publishes something whose two tries lose their answers without arriving.
    async fn loses(&self, words: &str) -> BroadcastId {
        self.breaks(&[1, 2]);
        let id = self.publishes(self.class.teacher, draft(words)).await.unwrap().broadcast;
        self.later(MINUTE).await;
        assert_eq!(self.posted(words).len(), 0);
        id
    }

    fn breaks(&self, calls: &[u64]) {
        let rules = vec![FaultRule::on_calls("sendMessage", calls, Fault::TimeoutBefore(Duration::ZERO))];
        self.sandbox.set_faults(FaultPlan { seed: 1, rules });
    }

    /// The operator has everything sent that was given up.
    async fn releases(&self) {
        let mut tx = self.database().write().await.unwrap();
        let waiting: Vec<OutboxId> =
            outbox::quarantined(&mut tx).await.unwrap().iter().map(|row| row.id).collect();
        assert_eq!(waiting.len(), 1);
        for id in waiting {
            assert!(outbox::release(&mut tx, id).await.unwrap());
        }
        tx.commit().await.unwrap();
        self.later(MINUTE).await;
    }
}

async fn what_is_released_and_arrives_corrects_the_report_and_the_author_is_told(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    let id = school.loses(WORDS).await;
    let before = school.report_for(teacher, id).await;
    assert_eq!((before.sent, before.failed.get("unknown")), (0, Some(&1)));
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_done_partly(1_i64, 0_i64)));
    school.releases().await;
    assert_eq!(school.posted(WORDS).len(), 1);
    let after = school.report_for(teacher, id).await;
    assert_eq!((after.sent, after.failed.len(), after.twice), (1, 0, 1));
    let now = say::broadcast_done(1_i64);
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_after_all("三年级二班家长群", now)));
    // It is changed and taken back like any other.
    let edited = school.decides(teacher, async |work, actor| {
        broadcasts::edit(work, actor, id, vec![text("明天 9 点到校")]).await
    });
    assert_eq!(edited.await.unwrap(), say::broadcast_edited_everywhere(1_i64));
    assert_eq!(school.posted("明天 9 点到校").len(), 1);
    school.close().await;
}

async fn an_english_author_is_told_in_english(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = homeroom::i18n::Language::English;
    let school = School::ready_with(fresh, ways).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    school.loses("Bring water.").await;
    school.releases().await;
    let told = say::broadcast_after_all("Class 3-2 parents", say::broadcast_done(1_i64));
    assert_eq!(school.told(teacher).text, en(&told));
    school.close().await;
}

async fn what_is_released_and_fails_again_is_reported_with_its_new_reason(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    let id = school.loses(WORDS).await;
    let heard = school.bot_says(teacher, teacher.private_chat()).len();
    // Once more nobody knows: it is given up as before.
    school.breaks(&[1]);
    school.releases().await;
    assert_eq!(school.report_for(teacher, id).await.failed.get("unknown"), Some(&1));
    school.sandbox.removes_bot(teacher, school.class.group).unwrap();
    school.releases().await;
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.sent, report.failed.get("gone")), (0, Some(&1)));
    assert_eq!(school.bot_says(teacher, teacher.private_chat()).len(), heard, "nothing that is no news");
    school.close().await;
}

async fn a_private_copy_that_is_released_is_counted_and_the_author_told(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.starts(teacher).await;
    school.meets(mother).await;
    // The group's message arrives; both tries of the copy are lost.
    school.breaks(&[2, 3]);
    let id = school.publishes(teacher, safety(draft(WORDS))).await.unwrap().broadcast;
    school.later(MINUTE).await;
    let lost = say::broadcast_done_copies(say::broadcast_done(1_i64), 1_i64, 0_i64);
    assert_eq!(school.told(teacher).text, zh(&lost));
    school.releases().await;
    assert_eq!(school.copies(mother).len(), 1);
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.copies_sent, report.copies_failed, report.copies_twice, report.twice), (1, 0, 1, 0));
    assert!(report.text(Language::English).contains("twice for 1 person,"));
    let now = say::broadcast_done_copies(say::broadcast_done(1_i64), 0_i64, 1_i64);
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_after_all_copy(now)));
    school.close().await;
}

async fn a_digest_that_is_released_brings_what_stands_in_it(fresh: Fresh) {
    let school = limited(fresh).await;
    let teacher = school.class.teacher;
    for words in ["第一条", "第二条"] {
        school.publishes(teacher, draft(words)).await.unwrap();
    }
    let short = school.publishes(teacher, draft("请带水杯")).await.unwrap().broadcast;
    let long = "长".repeat(1_500);
    let long_id = school.publishes(teacher, draft(&long)).await.unwrap().broadcast;
    school.breaks(&[1, 2]);
    school.later(Duration::from_hours(8)).await;
    school.later(MINUTE).await;
    for id in [short, long_id] {
        assert_eq!(school.report_for(teacher, id).await.failed.get("unknown"), Some(&1));
    }
    school.releases().await;
    for id in [short, long_id] {
        let report = school.report_for(teacher, id).await;
        assert_eq!((report.sent, report.digested, report.failed.len()), (1, 1, 0));
    }
    assert_eq!(school.posted(&long).len(), 1, "what is too long follows");
    let said = school.bot_says(teacher, teacher.private_chat());
    let told = zh(&say::broadcast_after_all("三年级二班家长群", say::broadcast_done(1_i64)));
    assert_eq!(said.iter().filter(|said| said.text == told).count(), 2);
    school.close().await;
}

async fn what_was_taken_back_meanwhile_is_removed_when_it_arrives(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.loses(WORDS).await;
    school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, id).await).await.unwrap();
    school.releases().await;
    assert_eq!(school.posted(WORDS).len(), 0);
    assert_eq!(school.calls("deleteMessage"), 1);
    school.close().await;
}
