//! Purpose: a reminder that waits for the morning doesn't come once it has become pointless.
//!
//! Invariant: the clock begins at 18:00; what is reminded of at 23:00 waits until 7:00.

use std::time::Duration;

use homeroom::broadcasts::{self, Draft};
use homeroom::i18n::{Language, Text, say};
use homeroom::ids::BroadcastId;
use homeroom::sandbox::{DemoClass, PersonId};

use super::{at, read, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    who_confirms_in_the_night_is_not_reminded_in_the_morning,
    who_has_only_seen_what_to_sign_is_reminded_all_the_same,
    of_what_is_taken_back_in_the_night_nobody_is_reminded,
    of_what_is_given_up_in_the_night_nobody_is_reminded,
    what_is_held_is_reminded_of_all_the_same,
    a_reminder_that_waits_says_the_words_as_they_are_changed,
    in_english_too_it_says_the_new_words,
    a_reminder_in_flight_when_its_reader_confirms_comes_once,
    a_reminder_in_flight_when_it_is_taken_back_confirms_nothing,
);

const WORDS: &str = "周五家长会";
const EVENING: Duration = Duration::from_hours(1);
const NIGHT: Duration = Duration::from_hours(4);
const TO_MORNING: Duration = Duration::from_hours(8);
const WAITING: &str =
    "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'broadcast-reminder/%' AND state = 'ready'";
const IN_FLIGHT: &str =
    "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'broadcast-reminder/%' AND state = 'sending'";

impl School {
    /// Both parents are to be reminded in the morning of something that is in the group.
    async fn reminds_in_the_night(fresh: Fresh, draft: Draft) -> (Self, BroadcastId) {
        let school = Self::ready(fresh).await;
        for parent in school.class.parents {
            school.meets(parent).await;
        }
        let id = school.publishes(school.class.teacher, draft).await.unwrap().broadcast;
        // What is due at 18:30 would be too late at once at 23:00.
        for span in [EVENING, NIGHT] {
            school.later(span).await;
        }
        let told = school
            .decides(school.class.teacher, async |work, actor| broadcasts::remind(work, actor, id).await);
        assert!(zh(&told.await.unwrap()).contains("07:00 再私下提醒 2 位"));
        assert_eq!(school.number(WAITING, &[]).await, 2);
        (school, id)
    }

    /// How often somebody was reminded.
    fn reminded(&self, person: PersonId) -> usize {
        let said = self.bot_says(person, person.private_chat());
        said.iter().filter(|said| said.text.contains("有一条通知等您确认")).count()
    }

    async fn changes_words(&self, id: BroadcastId, words: &str) {
        let words = vec![text(words)];
        let changed = self
            .decides(self.class.teacher, async |work, actor| broadcasts::edit(work, actor, id, words).await);
        changed.await.unwrap();
    }

    async fn reads_in_group(&self, person: PersonId) -> String {
        self.presses(person, self.class.group, "我看过了", "I've read it").await
    }

    async fn recalls(&self, id: BroadcastId) -> Text {
        let recalled =
            self.decides(self.class.teacher, async |work, actor| broadcasts::recall(work, actor, id).await);
        recalled.await.unwrap()
    }
}

async fn who_confirms_in_the_night_is_not_reminded_in_the_morning(fresh: Fresh) {
    let (school, _) = School::reminds_in_the_night(fresh, read(WORDS)).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    assert_eq!(school.reads_in_group(mother).await, zh(&say::broadcast_read_thanks()));
    assert_eq!(school.number(WAITING, &[]).await, 1, "the other parent's stays");
    school.later(TO_MORNING).await;
    assert_eq!((school.reminded(mother), school.reminded(father)), (0, 1));
    school.close().await;
}

async fn who_has_only_seen_what_to_sign_is_reminded_all_the_same(fresh: Fresh) {
    let signed = Draft { confirmation: broadcasts::Confirmation::Signed, ..read(WORDS) };
    let (school, _) = School::reminds_in_the_night(fresh, signed).await;
    let DemoClass { parents: [mother, father], group, .. } = school.class;
    for parent in [mother, father, father] {
        school.presses(parent, group, "签字确认", "Sign").await;
    }
    school.later(TO_MORNING).await;
    assert_eq!((school.reminded(mother), school.reminded(father)), (1, 0));
    school.close().await;
}

async fn of_what_is_taken_back_in_the_night_nobody_is_reminded(fresh: Fresh) {
    let (school, id) = School::reminds_in_the_night(fresh, read(WORDS)).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    assert_eq!(school.recalls(id).await, say::broadcast_recalling(1_i64, 0_i64));
    school.later(TO_MORNING).await;
    assert_eq!((school.reminded(mother), school.reminded(father)), (0, 0));
    school.close().await;
}

/// Something that has come at 18:30 and comes again each day.
fn daily() -> Draft {
    let draft = at("always - - daily 18:30:00");
    Draft { confirmation: broadcasts::Confirmation::Read, ..draft }
}

async fn of_what_is_given_up_in_the_night_nobody_is_reminded(fresh: Fresh) {
    let (school, id) = School::reminds_in_the_night(fresh, daily()).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    school.decides(teacher, async |work, actor| broadcasts::cancel(work, actor, id).await).await.unwrap();
    school.later(TO_MORNING).await;
    assert_eq!((school.reminded(mother), school.reminded(father)), (0, 0));
    school.close().await;
}

async fn what_is_held_is_reminded_of_all_the_same(fresh: Fresh) {
    let (school, id) = School::reminds_in_the_night(fresh, daily()).await;
    let DemoClass { teacher, parents: [mother, father], .. } = school.class;
    school.decides(teacher, async |work, actor| broadcasts::pause(work, actor, id).await).await.unwrap();
    school.later(TO_MORNING).await;
    assert_eq!((school.reminded(mother), school.reminded(father)), (1, 1));
    school.close().await;
}

async fn a_reminder_that_waits_says_the_words_as_they_are_changed(fresh: Fresh) {
    let (school, id) = School::reminds_in_the_night(fresh, read(WORDS)).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    school.reads_in_group(father).await;
    school.changes_words(id, "家长会改到周六").await;
    school.later(TO_MORNING).await;
    assert_eq!((school.reminded(mother), school.reminded(father)), (1, 0), "nobody is reminded anew");
    let reminder = school.told(mother).text;
    assert!(reminder.ends_with("家长会改到周六") && reminder.contains("三年级二班家长群"), "{reminder}");
    let told = school.presses(mother, mother.private_chat(), "我看过了", "I've read it").await;
    assert_eq!(told, zh(&say::broadcast_read_thanks()));
    school.close().await;
}

async fn in_english_too_it_says_the_new_words(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let id = school.publishes(teacher, read("Meeting on Friday")).await.unwrap().broadcast;
    school.later(EVENING + NIGHT).await;
    school.decides(teacher, async |work, actor| broadcasts::remind(work, actor, id).await).await.unwrap();
    school.changes_words(id, "Meeting on Saturday").await;
    school.later(TO_MORNING).await;
    let reminder = school.told(mother).text;
    let words = say::broadcast_reminder("Class 3-2 parents", "Meeting on Saturday");
    assert_eq!(reminder, en(&words));
    school.close().await;
}

/// A sender has begun with every reminder, and dies before it hears how that ended.
async fn in_flight(school: &School) {
    let began = "UPDATE outbox SET state = 'sending' WHERE dedup_key LIKE 'broadcast-reminder/%'";
    assert_eq!(school.alters(began).await, 2);
}

async fn a_reminder_in_flight_when_its_reader_confirms_comes_once(fresh: Fresh) {
    let (mut school, _) = School::reminds_in_the_night(fresh, read(WORDS)).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    in_flight(&school).await;
    assert_eq!(school.reads_in_group(mother).await, zh(&say::broadcast_read_thanks()));
    assert_eq!(school.number(IN_FLIGHT, &[]).await, 2, "what is being sent is not taken back");
    school.is_off(TO_MORNING).await;
    school.later(Duration::from_mins(1)).await;
    assert_eq!((school.reminded(mother), school.reminded(father)), (1, 1));
    let again = school.presses(mother, mother.private_chat(), "我看过了", "I've read it").await;
    assert_eq!(again, zh(&say::broadcast_read_before()));
    school.close().await;
}

async fn a_reminder_in_flight_when_it_is_taken_back_confirms_nothing(fresh: Fresh) {
    let (mut school, id) = School::reminds_in_the_night(fresh, read(WORDS)).await;
    let mother = school.class.parents[0];
    in_flight(&school).await;
    school.recalls(id).await;
    school.is_off(TO_MORNING).await;
    school.later(Duration::from_mins(1)).await;
    assert_eq!(school.reminded(mother), 1);
    let told = school.presses(mother, mother.private_chat(), "我看过了", "I've read it").await;
    assert_eq!(told, zh(&say::broadcast_confirm_recalled()));
    assert_eq!(school.number("SELECT COUNT(*) FROM broadcast_receipts", &[]).await, 0);
    school.close().await;
}
