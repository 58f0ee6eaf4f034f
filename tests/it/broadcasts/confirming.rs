//! Purpose: parents confirm, the group sees how many, the teacher who hasn't, and only those are reminded.

use std::time::Duration;

use homeroom::broadcasts::{self, Confirmation, Draft, Urgency};
use homeroom::i18n::{Language, say};
use homeroom::outbox::Priority;
use homeroom::sandbox::{DemoClass, PersonId};
use homeroom::timetable::phrase;

use super::{draft, read};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    a_parent_confirms_once_and_is_counted_once,
    many_presses_make_one_edit_in_half_a_minute,
    signing_takes_a_second_press,
    only_who_has_not_confirmed_is_reminded_and_once_a_day,
    reminded_as_often_a_day_as_the_school_says,
    who_is_to_be_reminded_at_night_is_in_the_morning,
    reminders_overtake_no_answer,
    names_are_for_the_teacher_alone,
    the_table_comes_as_a_file,
);

const WORDS: &str = "周五家长会";

impl School {
    /// A person presses the only button under the newest message with these words.
    async fn confirms(&self, person: PersonId) -> String {
        self.presses(person, self.class.group, "我看过了", "I've read it").await
    }

    fn label(&self) -> String {
        self.posted(WORDS).last().unwrap().buttons[0][0].text.clone()
    }
}

async fn a_parent_confirms_once_and_is_counted_once(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    school.writes(mother, "好的").await;
    school.writes(father, "收到").await;
    let id = school.publishes(teacher, read(WORDS)).await.unwrap().broadcast;
    assert_eq!(school.label(), zh(&say::broadcast_read_button()));
    assert_eq!(school.confirms(mother).await, zh(&say::broadcast_read_thanks()));
    assert_eq!(school.confirms(mother).await, zh(&say::broadcast_read_before()));
    assert_eq!(school.label(), zh(&say::broadcast_read_count(2_i64, 1_i64)));
    school.decides(teacher, async |work, actor| broadcasts::recall(work, actor, id).await).await.unwrap();
    school.close().await;
}

async fn many_presses_make_one_edit_in_half_a_minute(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    school.publishes(teacher, read(WORDS)).await.unwrap();
    let before = school.calls("editMessageReplyMarkup");
    school.confirms(mother).await;
    school.confirms(father).await;
    school.confirms(teacher).await;
    assert_eq!(school.calls("editMessageReplyMarkup") - before, 1);
    assert_eq!(school.label(), zh(&say::broadcast_read_count(1_i64, 1_i64)));
    school.later(Duration::from_secs(30)).await;
    assert_eq!(school.calls("editMessageReplyMarkup") - before, 2);
    assert_eq!(school.label(), zh(&say::broadcast_read_count(2_i64, 2_i64)), "the teacher is no parent");
    school.later(Duration::from_mins(1)).await;
    assert_eq!(school.calls("editMessageReplyMarkup") - before, 2);
    school.close().await;
}

async fn signing_takes_a_second_press(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], group, .. } = school.class;
    let signed = Draft { confirmation: Confirmation::Signed, ..draft(WORDS) };
    let id = school.publishes(teacher, signed).await.unwrap().broadcast;
    let first = school.presses(mother, group, "签字确认", "Sign").await;
    assert!(first.contains(WORDS) && first.contains("再点一次"), "{first}");
    let report = async || {
        let done = school.decides(teacher, async |work, actor| broadcasts::report(work, actor, id).await);
        done.await.unwrap()
    };
    assert_eq!(report().await.signed, 0);
    let second = school.presses(mother, group, "签字确认", "Sign").await;
    assert_eq!(second, zh(&say::broadcast_signed_thanks()));
    let third = school.presses(mother, group, "签字确认", "Sign").await;
    assert_eq!(third, zh(&say::broadcast_signed_before()));
    assert_eq!(report().await.signed, 1);
    school.close().await;
}

async fn only_who_has_not_confirmed_is_reminded_and_once_a_day(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    for parent in [mother, father] {
        school.starts(parent).await;
        school.writes(parent, "好的").await;
    }
    let id = school.publishes(teacher, read(WORDS)).await.unwrap().broadcast;
    school.confirms(mother).await;
    let quiet = school.bot_says(mother, mother.private_chat()).len();
    let remind = async || {
        let done = school.decides(teacher, async |work, actor| broadcasts::remind(work, actor, id).await);
        done.await.unwrap()
    };
    assert_eq!(remind().await, say::broadcast_reminded(0_i64, 1_i64, 0_i64));
    assert!(school.told(father).text.contains(WORDS));
    assert_eq!(school.bot_says(mother, mother.private_chat()).len(), quiet);
    assert_eq!(remind().await, say::broadcast_reminded(1_i64, 0_i64, 0_i64));
    school.later(Duration::from_hours(24)).await;
    assert_eq!(remind().await, say::broadcast_reminded(0_i64, 1_i64, 0_i64));
    // The button in the private chat works too.
    let told = school.presses(father, father.private_chat(), "我看过了", "I've read it").await;
    assert_eq!(told, zh(&say::broadcast_read_thanks()));
    assert_eq!(remind().await, say::broadcast_reminded(0_i64, 0_i64, 0_i64));
    school.close().await;
}

async fn reminded_as_often_a_day_as_the_school_says(fresh: Fresh) {
    let mut ways = Ways::default();
    ways.config.broadcasts.reminders_a_day = 2;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.starts(mother).await;
    school.writes(mother, "好的").await;
    let id = school.publishes(teacher, read(WORDS)).await.unwrap().broadcast;
    let before = school.bot_says(mother, mother.private_chat()).len();
    for (now, said) in [(1_i64, 1), (1, 2), (0, 2)] {
        let done = school.decides(teacher, async |work, actor| broadcasts::remind(work, actor, id).await);
        assert_eq!(done.await.unwrap(), say::broadcast_reminded(1 - now, now, 0_i64));
        assert_eq!(school.bot_says(mother, mother.private_chat()).len(), before + said);
    }
    school.close().await;
}

async fn who_is_to_be_reminded_at_night_is_in_the_morning(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    for parent in [mother, father] {
        school.starts(parent).await;
        school.writes(parent, "好的").await;
    }
    let id = school.publishes(teacher, read(WORDS)).await.unwrap().broadcast;
    school.confirms(mother).await;
    school.later(Duration::from_hours(5)).await;
    let remind = async || {
        let done = school.decides(teacher, async |work, actor| broadcasts::remind(work, actor, id).await);
        done.await.unwrap()
    };
    let reminders = || {
        let said = school.bot_says(father, father.private_chat());
        said.iter().filter(|said| said.text.contains(WORDS)).count()
    };
    let seven = || phrase::moment("2026-09-08T07:00:00".parse().unwrap());
    let told = remind().await;
    assert_eq!(told, say::broadcast_reminded_later(seven(), 0_i64, 1_i64, 0_i64));
    assert!(zh(&told).contains("2026年9月8日 星期二 07:00 再私下提醒 1 位"), "{}", zh(&told));
    assert!(en(&told).contains("in private on Tuesday 8 September 2026, 07:00: 1."), "{}", en(&told));
    assert_eq!(remind().await, say::broadcast_reminded_later(seven(), 1_i64, 0_i64, 0_i64));
    let before = school.bot_says(father, father.private_chat()).len();
    school.sandbox.writes(father, father.private_chat(), "积分").unwrap();
    school.settle().await;
    assert_eq!((school.bot_says(father, father.private_chat()).len() - before, reminders()), (1, 0));
    school.later(Duration::from_secs(8 * 3_600 - 1)).await;
    assert_eq!(reminders(), 0);
    school.later(Duration::from_secs(1)).await;
    assert_eq!(reminders(), 1);
    // It counts for the day on which it came.
    assert_eq!(remind().await, say::broadcast_reminded(1_i64, 0_i64, 0_i64));
    school.close().await;
}

async fn reminders_overtake_no_answer(fresh: Fresh) {
    let school = School::with_school_staff(fresh).await;
    let DemoClass { advertiser: staff, parents: [mother, _], .. } = school.class;
    school.starts(staff).await;
    school.starts(mother).await;
    school.writes(mother, "好的").await;
    for draft in [read(WORDS), Draft { urgency: Urgency::Urgent, ..read(WORDS) }] {
        let id = school.publishes(staff, draft).await.unwrap().broadcast;
        let done = school.decides(staff, async |work, actor| broadcasts::remind(work, actor, id).await);
        assert_eq!(done.await.unwrap(), say::broadcast_reminded(0_i64, 1_i64, 0_i64));
    }
    let sql =
        "SELECT MIN(priority) * 10 + MAX(priority) FROM outbox WHERE dedup_key LIKE 'broadcast-reminder/%'";
    let (urgent, normal) = (Priority::Announcement as i64, Priority::Digest as i64);
    assert_eq!(school.number(sql, &[]).await, urgent * 10 + normal);
    school.close().await;
}

async fn names_are_for_the_teacher_alone(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, father], group, .. } = school.class;
    school.writes(mother, "好的").await;
    school.writes(father, "收到").await;
    let id = school.publishes(teacher, read(WORDS)).await.unwrap().broadcast;
    school.confirms(mother).await;
    let name = school.sandbox.read(|world| world.person(father).unwrap().full_name());
    let report = school.decides(teacher, async |work, actor| broadcasts::report(work, actor, id).await).await;
    let report = report.unwrap();
    assert_eq!((report.read, report.readers), (1, 2));
    assert!(report.text(Language::Chinese).contains(&name), "{}", report.text(Language::Chinese));
    assert!(report.text(Language::English).contains("Read by 1"), "{}", report.text(Language::English));
    let in_group = school.bot_says(teacher, group);
    assert!(in_group.iter().all(|said| !said.text.contains(&name)));
    school.close().await;
}

async fn the_table_comes_as_a_file(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, read(WORDS)).await.unwrap().broadcast;
    let csv = async || {
        school.decides(teacher, async |work, actor| broadcasts::send_csv(work, actor, id).await).await
    };
    assert_eq!(csv().await.unwrap_err(), say::broadcast_private_first());
    school.starts(teacher).await;
    let actor = async |work: &mut homeroom::work::Work<'_>| super::known(work, teacher).await;
    assert!(school.bot().perform(actor).await.unwrap().private_chat_open);
    assert_eq!(csv().await.unwrap(), say::broadcast_csv_sent());
    assert_eq!(school.calls("sendDocument"), 1);
    school.close().await;
}
