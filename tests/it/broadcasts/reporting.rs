//! Purpose: the report as teachers and the school's staff get it, as a message and as a table: who read and who signed and when,
//! what came in a digest, private copies, and what may have come twice.

use std::sync::Arc;
use std::time::Duration;

use homeroom::broadcasts::{self, Confirmation, Draft, Report, Topic};
use homeroom::clock::Clock;
use homeroom::config::Config;
use homeroom::i18n::{Language, say};
use homeroom::ids::{BroadcastId, Native};
use homeroom::sandbox::{DemoClass, Fault, FaultPlan, FaultRule, PersonId, Rights};

use super::digest::limited;
use super::{draft, read};
use crate::databases::{Fresh, on_both};
use crate::school::{MONDAY_EVENING, School, Ways, zh};

on_both!(
    the_class_teacher_sees_who_read_and_signed_and_when_and_the_schools_staff_totals,
    what_was_sent_twice_after_a_lost_answer_is_told_as_perhaps_twice,
    parents_of_two_groups_count_once_and_neither_staff_nor_who_has_left_counts,
    a_digest_and_opted_out_copies_stand_in_the_report,
);

const WORDS: &str = "明天 8 点到校，请带水杯。";

impl School {
    pub(super) async fn report_for(&self, person: PersonId, id: BroadcastId) -> Report {
        self.decides(person, async |work, actor| broadcasts::report(work, actor, id).await).await.unwrap()
    }

    /// A school whose staff somebody outside of the class is.
    pub(super) async fn with_school_staff(fresh: Fresh) -> Self {
        let clock = Clock::frozen(MONDAY_EVENING);
        let mut school = Self::before(Arc::new(fresh), clock, Ways::default()).await;
        let mut config = Config::clone(&school.config);
        config.school.staff = vec![Native::from(school.class.advertiser.0)];
        school.config = Arc::new(config);
        school.start_bot().await;
        school.sets_up(school.class.teacher, school.class.group).await;
        school
    }

    /// Whatever is sent as a message loses its answer at these calls from now on.
    pub(super) fn loses_answers(&self, calls: &[u64]) {
        let rules = vec![FaultRule::on_calls("sendMessage", calls, Fault::CloseAfter)];
        self.sandbox.set_faults(FaultPlan { seed: 1, rules });
    }
}

/// The lines of the table without their quotes.
fn table(report: &Report, language: Language) -> Vec<String> {
    report.csv(language).lines().map(|line| line.replace(['"', '\u{feff}'], "")).collect()
}

async fn the_class_teacher_sees_who_read_and_signed_and_when_and_the_schools_staff_totals(fresh: Fresh) {
    let school = School::with_school_staff(fresh).await;
    let DemoClass { teacher, parents: [mother, father], group, advertiser: head, .. } = school.class;
    school.starts(head).await;
    for parent in [mother, father] {
        school.writes(parent, "好的").await;
    }
    let signed = Draft { confirmation: Confirmation::Signed, ..draft(WORDS) };
    let id = school.publishes(teacher, signed).await.unwrap().broadcast;
    for parent in [mother, father] {
        school.presses(parent, group, "签字确认", "Sign").await;
    }
    school.later(Duration::from_mins(5)).await;
    school.presses(mother, group, "签字确认", "Sign").await;
    let names =
        [mother, father].map(|parent| school.sandbox.read(|world| world.person(parent).unwrap().full_name()));
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.read, report.signed, report.readers), (1, 1, 2));
    let told = report.text(Language::Chinese);
    assert!(
        told.contains("签字的 1 位，群里共有 2 位家长") && told.contains("另有 1 位看过要签的内容，还没签"),
        "{told}"
    );
    let lines = table(&report, Language::Chinese);
    assert!(
        lines[0].starts_with("群,状态,原因,随汇总发,可能重复,看过,签字,只确认过改前内容,应确认,未确认"),
        "{lines:?}"
    );
    assert_eq!(lines[1], format!("三年级二班家长群,已发,,,,1,1,0,2,{}", names[1]));
    assert_eq!(lines[2], "合计（每位家长只算一次）,1/1 发到,,0,0,1,1,0,2,");
    assert_eq!(lines[4], "群,姓名,看过或签字,时间");
    assert_eq!(lines[5], format!("三年级二班家长群,{},看过,2026-09-07 18:00", names[1]));
    assert_eq!(lines[6], format!("三年级二班家长群,{},签字,2026-09-07 18:05", names[0]));
    let totals = school.report_for(head, id).await;
    let lines = table(&totals, Language::English);
    assert_eq!(
        lines[1..],
        ["三年级二班家长群,sent,,,,1,1,0,2,", "Total (each parent once),1 of 1,,0,0,1,1,0,2,"]
    );
    let told = totals.text(Language::English);
    assert!(told.contains("Signed by 1; parents in the groups: 2"), "{told}");
    assert!(names.iter().all(|name| !told.contains(name.as_str())), "{told}");
    school.close().await;
}

async fn parents_of_two_groups_count_once_and_neither_staff_nor_who_has_left_counts(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], group, .. } = school.class;
    let dance = school.sandbox.add_supergroup("舞蹈社团", teacher);
    school.sandbox.adds_bot(teacher, dance).unwrap();
    school.sandbox.promotes(school.sandbox.bot(), dance, Rights::ALL).unwrap();
    school.settle().await;
    school.presses(teacher, dance, "启用", "Set up").await;
    let gone = school.sandbox.add_person("搬走的家长");
    school.sandbox.joins(gone, group).unwrap();
    for parent in [mother, father, gone] {
        school.sandbox.joins(parent, dance).unwrap();
        for chat in [group, dance] {
            school.sandbox.writes(parent, chat, "好的").unwrap();
            school.settle().await;
        }
    }
    let id = school.publishes(teacher, read(WORDS)).await.unwrap().broadcast;
    school.later(Duration::from_mins(1)).await;
    for person in [mother, teacher, gone] {
        school.presses(person, group, "我看过了", "I've read it").await;
    }
    for chat in [group, dance] {
        school.sandbox.leaves(gone, chat).unwrap();
    }
    school.settle().await;
    school.presses(father, dance, "我看过了", "I've read it").await;
    school.later(Duration::from_mins(2)).await;
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.read, report.readers), (2, 2), "{report:?}");
    assert_eq!(report.chats.iter().map(|chat| (chat.read, chat.readers)).collect::<Vec<_>>(), [(2, 2); 2]);
    let (chinese, english) = (report.text(Language::Chinese), report.text(Language::English));
    assert!(chinese.contains("看过的 2 位，群里共有 2 位家长"), "{chinese}");
    assert!(english.contains("Read by 2; parents in the groups: 2"), "{english}");
    let lines = table(&report, Language::Chinese);
    assert_eq!(lines[3], "合计（每位家长只算一次）,2/2 发到,,0,0,2,,0,2,");
    assert_eq!(table(&report, Language::English)[3], "Total (each parent once),2 of 2,,0,0,2,,0,2,");
    for chat in [group, dance] {
        let button = school.last(teacher, chat).buttons[0][0].text.clone();
        assert!(button.contains("2/2"), "the card counts as the report does: {button}");
    }
    school.close().await;
}

async fn what_was_sent_twice_after_a_lost_answer_is_told_as_perhaps_twice(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, draft("只有一遍")).await.unwrap().broadcast;
    assert_eq!(school.report_for(teacher, id).await.twice, 0);
    school.loses_answers(&[1]);
    let id = school.publishes(teacher, read(WORDS)).await.unwrap().broadcast;
    assert_eq!(school.report_for(teacher, id).await.twice, 0, "so far it was tried once");
    school.later(Duration::from_mins(1)).await;
    assert_eq!(school.posted(WORDS).len(), 2, "the lost answer was to a message that had arrived");
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.sent, report.twice), (1, 1));
    let (chinese, english) = (report.text(Language::Chinese), report.text(Language::English));
    assert!(chinese.contains("有 1 个群里可能收到两遍"), "{chinese}");
    assert!(english.contains("It may have arrived twice in 1 group"), "{english}");
    assert!(table(&report, Language::Chinese)[1].starts_with("三年级二班家长群,已发,,,可能,0,,"));
    assert!(table(&report, Language::English)[1].starts_with("三年级二班家长群,sent,,,maybe,0,,"));
    // The number outlives a restart, and what of the outbox is short-lived.
    let mut school = school;
    school.stop_bot().await;
    school.start_bot().await;
    school.later(Duration::from_hours(24 * 30)).await;
    assert_eq!(school.report_for(teacher, id).await.twice, 1);
    school.close().await;
}

async fn a_digest_and_opted_out_copies_stand_in_the_report(fresh: Fresh) {
    let school = limited(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    school.meets(mother).await;
    school.meets(father).await;
    let safety = |words| Draft { topic: Topic("safety".into()), ..draft(words) };
    school.publishes(teacher, safety("第一条")).await.unwrap();
    let off = zh(&say::topics_copy_off("安全与健康"));
    school.presses(father, father.private_chat(), &off, &off).await;
    let id = school.publishes(teacher, safety(WORDS)).await.unwrap().broadcast;
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.copies_planned, report.copies_sent, report.copies_opted_out), (1, 1, 1));
    let told = report.text(Language::Chinese);
    assert!(told.contains("一共安排了 1 位；选了不收的有 1 位"), "{told}");
    let lines = table(&report, Language::English);
    assert_eq!(lines[4..], ["Private copies,Planned,Sent,Failed,Perhaps twice,Opted out", "Total,1,1,0,0,1"]);
    let id = school.publishes(teacher, draft("第三条")).await.unwrap().broadcast;
    let waits = table(&school.report_for(teacher, id).await, Language::Chinese);
    assert_eq!(waits[1..3], ["三年级二班家长群,待发,,等汇总,,,,,,", "合计,0/1 发到,,1,0,,,,,"]);
    school.later(Duration::from_hours(8)).await;
    let came = table(&school.report_for(teacher, id).await, Language::English);
    assert_eq!(came[1..3], ["三年级二班家长群,sent,,yes,,,,,,", "Total,1 of 1,,1,0,,,,,"]);
    school.close().await;
}
