//! Purpose: words that are changed after parents have read or signed them: what they confirmed stands for those words alone.

use std::time::Duration;

use homeroom::broadcasts::{self, Confirmation, Draft, Urgency};
use homeroom::i18n::{Language, Text, say};
use homeroom::ids::BroadcastId;
use homeroom::sandbox::{DemoClass, PersonId};

use super::{at, draft, read, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    a_signature_stands_for_the_words_signed_alone,
    asked_under_the_earlier_words_a_second_press_asks_again,
    who_read_the_earlier_words_is_asked_again,
    words_that_wait_for_a_yes_are_not_signed_before_they_are_out,
    in_english_too_the_words_signed_are_told_apart,
);

const FREE: &str = "3 号春游，不收费";
const LATER: &str = "5 号春游，家长同去";

impl School {
    async fn rewords(&self, id: BroadcastId, words: &str) -> Result<Text, Text> {
        let (teacher, words) = (self.class.teacher, vec![text(words)]);
        self.decides(teacher, async |work, actor| broadcasts::edit(work, actor, id, words).await).await
    }

    async fn signs(&self, person: PersonId) -> String {
        self.presses(person, self.class.group, "签字确认", "Sign").await
    }

    async fn reminds(&self, id: BroadcastId) -> Result<Text, Text> {
        let teacher = self.class.teacher;
        self.decides(teacher, async |work, actor| broadcasts::remind(work, actor, id).await).await
    }

    fn name_of(&self, person: PersonId) -> String {
        self.sandbox.read(|world| world.person(person).unwrap().full_name())
    }
}

fn signed(words: &str) -> Draft {
    Draft { confirmation: Confirmation::Signed, ..draft(words) }
}

async fn a_signature_stands_for_the_words_signed_alone(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    for parent in [mother, father] {
        school.meets(parent).await;
    }
    let id = school.publishes(teacher, signed(FREE)).await.unwrap().broadcast;
    school.signs(mother).await;
    assert_eq!(school.signs(mother).await, zh(&say::broadcast_signed_thanks()));
    school.later(Duration::from_mins(1)).await;
    let edited = school.rewords(id, LATER).await.unwrap();
    let in_place = say::broadcast_edited_everywhere(1_i64);
    assert_eq!(edited, say::broadcast_edited_confirmed(in_place, 1_i64));
    let label = school.posted(LATER).last().unwrap().buttons[0][0].text.clone();
    assert_eq!(label, zh(&say::broadcast_sign_count(2_i64, 0_i64)), "nobody has signed the new words");
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.signed, report.earlier, report.readers), (0, 1, 2));
    let told = report.text(Language::Chinese);
    assert!(told.contains("有 1 位签的是改之前的，还没重新签"), "{told}");
    let table = report.csv(Language::Chinese).replace('"', "");
    let mother_signed = format!("{},签字（改前内容）,2026-09-07 18:00", school.name_of(mother));
    assert!(table.contains("已发,,,,0,0,1,2,") && table.contains(&mother_signed), "{table}");
    assert!(report.chats[0].names.contains(&school.name_of(mother)), "{report:?}");
    assert_eq!(school.reminds(id).await.unwrap(), say::broadcast_reminded(0_i64, 2_i64, 0_i64));
    assert!(school.told(mother).text.contains(LATER), "who signed the earlier words is reminded too");
    let asked = school.signs(mother).await;
    assert!(asked.contains(LATER) && asked.contains("内容改过了"), "{asked}");
    assert_eq!(school.signs(mother).await, zh(&say::broadcast_signed_thanks()));
    assert_eq!(school.signs(mother).await, zh(&say::broadcast_signed_before()));
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.signed, report.earlier, report.chats[0].signed), (1, 0, 1));
    let table = report.csv(Language::Chinese).replace('"', "");
    assert!(table.contains(&mother_signed), "what was signed earlier stays on record: {table}");
    school.close().await;
}

async fn asked_under_the_earlier_words_a_second_press_asks_again(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    let id = school.publishes(teacher, signed(FREE)).await.unwrap().broadcast;
    assert!(school.signs(mother).await.contains(FREE));
    assert_eq!(school.rewords(id, LATER).await.unwrap(), say::broadcast_edited_everywhere(1_i64));
    let second = school.signs(mother).await;
    assert!(second.contains(LATER) && second.contains("再点一次"), "{second}");
    assert_eq!(school.report_for(teacher, id).await.signed, 0);
    assert_eq!(school.signs(mother).await, zh(&say::broadcast_signed_thanks()));
    assert_eq!(school.report_for(teacher, id).await.signed, 1);
    school.close().await;
}

async fn who_read_the_earlier_words_is_asked_again(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], group, .. } = school.class;
    school.meets(mother).await;
    let id = school.publishes(teacher, read(FREE)).await.unwrap().broadcast;
    let reads = async || school.presses(mother, group, "我看过了", "I've read it").await;
    reads().await;
    school.rewords(id, LATER).await.unwrap();
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.read, report.earlier), (0, 1));
    let told = report.text(Language::Chinese);
    assert!(told.contains("有 1 位看的是改之前的，还没重新确认"), "{told}");
    assert_eq!(reads().await, zh(&say::broadcast_read_thanks()));
    assert_eq!(reads().await, zh(&say::broadcast_read_before()));
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.read, report.earlier), (1, 0));
    school.close().await;
}

async fn words_that_wait_for_a_yes_are_not_signed_before_they_are_out(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, admin, parents: [mother, _], group, .. } = school.class;
    for person in [teacher, admin, mother] {
        school.starts(person).await;
    }
    let daily = Draft { urgency: Urgency::Urgent, ..at("always - - daily 10:00:00") };
    let daily = Draft { contents: vec![text(FREE)], confirmation: Confirmation::Signed, ..daily };
    let id = school.publishes(teacher, daily).await.unwrap().broadcast;
    school.presses(admin, admin.private_chat(), "同意发出", "Let it go out").await;
    school.later(Duration::from_hours(16)).await;
    school.signs(mother).await;
    school.signs(mother).await;
    assert_eq!(school.rewords(id, LATER).await.unwrap(), say::broadcast_awaits(1_i64));
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.signed, report.earlier), (1, 0), "the words that were posted stay");
    let asked = school.presses(teacher, group, "签字确认", "Sign").await;
    assert_eq!(asked, zh(&say::broadcast_sign_above("王老师")), "nobody has said yes to the new words");
    assert_eq!(school.reminds(id).await.unwrap_err(), say::broadcast_remind_reworded());
    school.close().await;
}

async fn in_english_too_the_words_signed_are_told_apart(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let id = school.publishes(teacher, signed("Trip on the 3rd, free.")).await.unwrap().broadcast;
    school.signs(mother).await;
    assert_eq!(school.signs(mother).await, en(&say::broadcast_signed_thanks()));
    let told = en(&school.rewords(id, "Trip on the 5th, 200 yuan.").await.unwrap());
    assert!(told.contains("Confirmed the earlier wording: 1."), "{told}");
    let asked = school.signs(mother).await;
    let name = school.name_of(mother);
    assert_eq!(asked, en(&say::broadcast_sign_anew(name.as_str(), "Trip on the 5th, 200 yuan.")));
    let report = school.report_for(teacher, id).await;
    let told = report.text(Language::English);
    assert!(told.contains("Signed the earlier wording, not this one: 1"), "{told}");
    let table = report.csv(Language::English).replace('"', "");
    assert!(table.contains(&format!("{name},Signed the earlier wording,2026-09-07 18:00")), "{table}");
    school.close().await;
}
