//! Purpose: something urgent that comes again and is changed between two runs: who has to say yes to the new words.

use std::time::Duration;

use homeroom::broadcasts::{self, Draft, Groups, Urgency};
use homeroom::i18n::{Language, Text, say};
use homeroom::ids::{BroadcastId, GroupId};
use homeroom::sandbox::{DemoClass, PersonId};

use super::copies::safety;
use super::{at, draft, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    changed_between_two_runs_it_waits_for_a_new_yes_and_each_yes_is_told,
    in_english_the_new_words_are_asked_about,
    whoever_changed_it_is_not_whoever_says_yes,
    the_schools_staff_change_it_without_a_yes,
    what_the_schools_staff_published_a_teacher_changes_only_with_a_yes,
    while_it_goes_out_and_comes_again_it_is_not_changed,
    declined_it_comes_no_more,
    at_night_private_copies_come_too_but_not_to_whoever_wants_none,
);

const OLD: &str = "明天 8 点到校，请带水杯。";
const NEW: &str = "今天起改走北门";
const DAY: Duration = Duration::from_hours(24);

impl School {
    async fn edits(&self, person: PersonId, id: BroadcastId, words: &str) -> Result<Text, Text> {
        let new = vec![text(words)];
        self.decides(person, async |work, actor| broadcasts::edit(work, actor, id, new).await).await
    }

    /// Something urgent of somebody's that comes every day has come once, with a yes if it needs one. Both of the class's
    /// teachers have opened their private chats.
    async fn urgent_daily(&self, author: PersonId, words: &str) -> BroadcastId {
        self.urgent_daily_in(author, words, Groups::AllMine).await
    }

    async fn urgent_daily_in(&self, author: PersonId, words: &str, groups: Groups) -> BroadcastId {
        let DemoClass { teacher, admin, .. } = self.class;
        for person in [teacher, admin] {
            self.starts(person).await;
        }
        let draft = Draft { urgency: Urgency::Urgent, ..at("always - - daily 10:00:00") };
        let draft = Draft { contents: vec![text(words)], groups, ..draft };
        let published = self.publishes(author, draft).await.unwrap();
        if published.asked > 0 {
            self.agrees(admin).await;
        }
        self.later(Duration::from_hours(16)).await;
        assert_eq!(self.posted(words).len(), 1);
        published.broadcast
    }

    async fn only_group(&self) -> Groups {
        Groups::Chosen(vec![(GroupId(self.number("SELECT id FROM groups", &[]).await), None)])
    }

    async fn agrees(&self, person: PersonId) -> String {
        self.presses(person, person.private_chat(), "同意发出", "Let it go out").await
    }
}

async fn changed_between_two_runs_it_waits_for_a_new_yes_and_each_yes_is_told(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, admin, .. } = school.class;
    let id = school.urgent_daily(teacher, OLD).await;
    assert_eq!(school.edits(teacher, id, NEW).await.unwrap(), say::broadcast_awaits(1_i64));
    assert_eq!(school.state(id).await, "awaiting-approval");
    assert!(school.told(admin).text.contains(NEW), "{}", school.told(admin).text);
    school.later(DAY).await;
    assert_eq!((school.posted(OLD).len(), school.posted(NEW).len()), (1, 0), "nobody has said yes yet");
    let heard = school.bot_says(teacher, teacher.private_chat()).len();
    school.agrees(admin).await;
    let told = school.bot_says(teacher, teacher.private_chat());
    assert!(told.len() == heard + 1 && told[heard].text.contains("同意了"), "{told:?}");
    school.later(DAY).await;
    assert_eq!((school.posted(OLD).len(), school.posted(NEW).len()), (1, 1), "what was posted stays");
    school.close().await;
}

async fn in_english_the_new_words_are_asked_about(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { teacher, admin, .. } = school.class;
    let id = school.urgent_daily(teacher, "The north gate is closed.").await;
    school.edits(teacher, id, "The south gate is closed.").await.unwrap();
    let asked = school.told(admin).text;
    assert!(asked.starts_with(&en(&say::broadcast_approval_asked("Ms Wang"))), "{asked}");
    assert!(asked.contains("every day at 10:00") && asked.ends_with("The south gate is closed."), "{asked}");
    school.agrees(admin).await;
    school.later(DAY).await;
    assert_eq!(school.posted("The south gate is closed.").len(), 1);
    school.close().await;
}

async fn whoever_changed_it_is_not_whoever_says_yes(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, admin, .. } = school.class;
    let id = school.urgent_daily_in(teacher, OLD, school.only_group().await).await;
    assert_eq!(school.edits(admin, id, NEW).await.unwrap(), say::broadcast_awaits(1_i64));
    let own = school.decides(admin, async |work, actor| broadcasts::approve(work, actor, id, 2).await).await;
    assert_eq!(own.unwrap_err(), say::broadcast_not_by_yourself());
    // The author hasn't written the new words.
    assert!(school.told(teacher).text.starts_with(&zh(&say::broadcast_approval_asked("李主任"))));
    school.agrees(teacher).await;
    assert!(school.told(admin).text.contains("王老师同意了"), "{}", school.told(admin).text);
    school.later(DAY).await;
    assert_eq!(school.posted(NEW).len(), 1);
    school.close().await;
}

async fn the_schools_staff_change_it_without_a_yes(fresh: Fresh) {
    let school = School::with_school_staff(fresh).await;
    let DemoClass { teacher, advertiser: head, .. } = school.class;
    school.starts(head).await;
    let id = school.urgent_daily(teacher, OLD).await;
    let told = school.edits(head, id, NEW).await.unwrap();
    assert_eq!(told, say::broadcast_edited_everywhere(1_i64));
    school.later(DAY).await;
    assert_eq!((school.posted(OLD).len(), school.posted(NEW).len()), (0, 2));
    school.close().await;
}

async fn what_the_schools_staff_published_a_teacher_changes_only_with_a_yes(fresh: Fresh) {
    let school = School::with_school_staff(fresh).await;
    let DemoClass { teacher, advertiser: head, .. } = school.class;
    school.starts(head).await;
    let id = school.urgent_daily_in(head, OLD, school.only_group().await).await;
    assert_eq!(school.edits(teacher, id, NEW).await.unwrap(), say::broadcast_awaits(2_i64));
    school.later(DAY).await;
    assert_eq!(school.posted(NEW).len(), 0);
    assert_eq!(school.agrees(head).await.chars().take(3).collect::<String>(), "好的，");
    school.later(DAY).await;
    assert_eq!(school.posted(NEW).len(), 1);
    school.close().await;
}

async fn while_it_goes_out_and_comes_again_it_is_not_changed(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.urgent_daily(teacher, OLD).await;
    // As if the answer to its message were still to come.
    assert_eq!(school.alters("UPDATE broadcasts SET state = 'sending'").await, 1);
    let refused = school.edits(teacher, id, NEW).await.unwrap_err();
    assert_eq!(refused, say::broadcast_edit_urgent_sending());
    assert!(zh(&refused).contains("过几分钟") && en(&refused).contains("in a few minutes"));
    assert_eq!((school.posted(OLD).len(), school.posted(NEW).len()), (1, 0));
    school.close().await;
}

async fn declined_it_comes_no_more(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, admin, .. } = school.class;
    let id = school.urgent_daily(teacher, OLD).await;
    school.edits(teacher, id, NEW).await.unwrap();
    school.presses(admin, admin.private_chat(), "先不发", "Not now").await;
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_declined_author("李主任")));
    school.later(2 * DAY).await;
    assert_eq!((school.state(id).await.as_str(), school.posted(OLD).len()), ("cancelled", 1));
    assert_eq!(school.posted(NEW).len(), 0);
    school.close().await;
}

async fn at_night_private_copies_come_too_but_not_to_whoever_wants_none(fresh: Fresh) {
    let school = School::with_school_staff(fresh).await;
    let DemoClass { parents: [mother, father], advertiser: head, .. } = school.class;
    school.starts(head).await;
    for parent in [mother, father] {
        school.meets(parent).await;
    }
    school.publishes(head, safety(draft("今天有雷雨"))).await.unwrap();
    let off = zh(&say::topics_copy_off("安全与健康"));
    school.presses(father, father.private_chat(), &off, &off).await;
    // It is 22:00.
    school.later(Duration::from_hours(4)).await;
    school.publishes(head, safety(draft("明天带雨具"))).await.unwrap();
    let urgent = Draft { urgency: Urgency::Urgent, ..safety(draft("台风红色预警，请待在家里")) };
    school.publishes(head, urgent).await.unwrap();
    let copies: Vec<String> = school.copies(mother).into_iter().map(|said| said.text).collect();
    assert!(copies.len() == 2 && copies[1].contains("台风红色预警"), "{copies:?}");
    assert_eq!(school.copies(father).len(), 1, "he wants no more of them");
    school.later(Duration::from_hours(9)).await;
    assert_eq!(school.copies(mother).len(), 3, "what isn't urgent has waited for the morning");
    school.close().await;
}
