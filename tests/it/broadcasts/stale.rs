//! Purpose: buttons under words that were changed since: they confirm nothing, and lead to the words as they are.
//!
//! Invariant: an old button is pressed as people do, under a message that stayed as it was, or by the token it had.

use std::time::Duration;

use homeroom::access::{Button, ButtonKey};
use homeroom::broadcasts::{self, Confirmation, Draft, Groups, Urgency};
use homeroom::channel::{Content, Media, MediaKind, Styled};
use homeroom::i18n::{Language, say};
use homeroom::ids::{Address, BroadcastId, GroupId, RunId};
use homeroom::sandbox::{ChatId, DemoClass, PersonId, Said};

use super::copies::safety;
use super::{at, draft, read, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    an_old_reminder_confirms_nothing_and_brings_the_new_words_once,
    in_english_an_old_reminder_signs_nothing_either,
    an_old_button_of_the_group_leads_to_the_words_there,
    a_button_from_before_buttons_knew_their_words_works_as_it_did,
    the_button_below_an_album_is_for_its_new_words_in_the_group_and_in_the_copy,
    whoever_has_left_the_group_is_not_sent_the_new_words,
    an_old_reminder_shows_no_words_that_wait_for_a_yes,
    the_switch_under_a_copy_leaves_it_the_button_for_its_words,
);

const OLD: &str = "3 号春游，不收费";
const NEW: &str = "5 号春游，家长同去";

impl School {
    async fn now_says(&self, id: BroadcastId, contents: Vec<Content>) {
        let teacher = self.class.teacher;
        let changed =
            self.decides(teacher, async |work, actor| broadcasts::edit(work, actor, id, contents).await);
        changed.await.unwrap();
    }

    async fn reminds_of(&self, id: BroadcastId) {
        let teacher = self.class.teacher;
        let told = self.decides(teacher, async |work, actor| broadcasts::remind(work, actor, id).await);
        told.await.unwrap();
    }

    /// Somebody presses the first button under a message in a chat.
    async fn presses_under(&self, person: PersonId, chat: ChatId, said: &Said) -> String {
        let press = self.sandbox.presses(person, chat, said.id, &said.buttons[0][0].text).unwrap();
        self.answer_to(&press).await
    }

    /// Somebody presses the first button under a message in their private chat.
    async fn presses_in_private(&self, person: PersonId, said: &Said) -> String {
        self.presses_under(person, person.private_chat(), said).await
    }

    /// How many receipts there are.
    async fn receipts(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM broadcast_receipts", &[]).await
    }
}

async fn an_old_reminder_confirms_nothing_and_brings_the_new_words_once(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let id = school.publishes(teacher, read(OLD)).await.unwrap().broadcast;
    school.reminds_of(id).await;
    let reminder = school.told(mother);
    school.now_says(id, vec![text(NEW)]).await;
    for press in 0..2 {
        let told = school.presses_in_private(mother, &reminder).await;
        assert_eq!(told, zh(&say::broadcast_reworded_in_private()), "press {press}");
    }
    assert_eq!(school.receipts().await, 0, "nobody has read the new words");
    let said = school.bot_says(mother, mother.private_chat());
    let anew_words = zh(&say::broadcast_reworded("三年级二班家长群", NEW));
    let anew: Vec<&Said> = said.iter().filter(|said| said.text == anew_words).collect();
    assert_eq!(anew.len(), 1, "{said:?}");
    assert_eq!(school.presses_in_private(mother, anew[0]).await, zh(&say::broadcast_read_thanks()));
    let report = school.report_for(teacher, id).await;
    assert_eq!((report.read, report.earlier), (1, 0));
    let told = school.presses_in_private(mother, &reminder).await;
    assert_eq!(told, zh(&say::broadcast_read_before()), "who has read the new words need not again");
    school.close().await;
}

async fn in_english_an_old_reminder_signs_nothing_either(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let trip = Draft { confirmation: Confirmation::Signed, ..draft("Trip on the 3rd, free.") };
    let id = school.publishes(teacher, trip).await.unwrap().broadcast;
    school.reminds_of(id).await;
    let reminder = school.told(mother);
    assert!(school.presses_in_private(mother, &reminder).await.contains("Trip on the 3rd"));
    school.now_says(id, vec![text("Trip on the 5th, with parents.")]).await;
    let told = school.presses_in_private(mother, &reminder).await;
    assert_eq!(told, en(&say::broadcast_reworded_in_private()));
    let anew = school.told(mother);
    assert_eq!(
        anew.text,
        "The announcement in “Class 3-2 parents” was changed. It now says:\n\nTrip on the 5th, with parents."
    );
    let asked = school.presses_in_private(mother, &anew).await;
    assert!(asked.contains("the words have changed") && asked.contains("Trip on the 5th"), "{asked}");
    let told = school.presses_in_private(mother, &reminder).await;
    assert_eq!(told, en(&say::broadcast_reworded_in_private()), "asked under the new words alone");
    assert_eq!(school.report_for(teacher, id).await.signed, 0);
    assert_eq!(school.presses_in_private(mother, &anew).await, en(&say::broadcast_signed_thanks()));
    assert_eq!(school.report_for(teacher, id).await.signed, 1);
    school.close().await;
}

/// The newest message in the group, and the token of its button.
fn posted(school: &School, person: PersonId) -> (Said, String) {
    let said = school.last(person, school.class.group);
    let token = said.buttons[0][0].data.clone().unwrap();
    (said, token)
}

async fn an_old_button_of_the_group_leads_to_the_words_there(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let before = school.bot_says(mother, mother.private_chat()).len();
    let id = school.publishes(teacher, read(OLD)).await.unwrap().broadcast;
    let (post, old) = posted(&school, mother);
    school.now_says(id, vec![text(NEW)]).await;
    let press = school.sandbox.presses_raw(mother, group, post.id, &old);
    let told = school.answer_to(&press).await;
    assert_eq!(told, zh(&say::broadcast_reworded_in_group()));
    assert!(told.contains("请到群里看一下新的内容"), "{told}");
    assert!(en(&say::broadcast_reworded_in_group()).contains("read them in the group"));
    assert_eq!(school.receipts().await, 0);
    assert_eq!(school.bot_says(mother, mother.private_chat()).len(), before, "they stand in the group");
    let (post, new) = posted(&school, mother);
    assert_eq!((post.text.as_str(), new == old), (NEW, false));
    assert_eq!(school.presses_under(mother, group, &post).await, zh(&say::broadcast_read_thanks()));
    let (_, counted) = posted(&school, mother);
    let press = school.sandbox.presses_raw(school.class.parents[1], group, post.id, &counted);
    assert_eq!(school.answer_to(&press).await, zh(&say::broadcast_read_thanks()), "under a count too");
    assert_eq!(school.report_for(teacher, id).await.read, 2);
    school.close().await;
}

async fn a_button_from_before_buttons_knew_their_words_works_as_it_did(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, father], .. } = school.class;
    let id = school.publishes(teacher, read(OLD)).await.unwrap().broadcast;
    let run = RunId(school.number("SELECT id FROM broadcast_runs", &[]).await);
    let chat = Address::Group(GroupId(school.number("SELECT id FROM groups", &[]).await));
    let key: Vec<u8> = {
        let mut tx = school.database().read().await.unwrap();
        tx.one("SELECT button_key FROM tenants", &[]).await.unwrap().unwrap().get(0).unwrap()
    };
    let button = Button::Confirm { run, version: 0 };
    let token = ButtonKey::new(&key).token(button, school.tenant(), chat, None, school.clock.now());
    let post = posted(&school, mother).0;
    let press = school.sandbox.presses_raw(mother, group, post.id, &token);
    assert_eq!(school.answer_to(&press).await, zh(&say::broadcast_read_thanks()));
    school.now_says(id, vec![text(NEW)]).await;
    let press = school.sandbox.presses_raw(father, group, post.id, &token);
    assert_eq!(school.answer_to(&press).await, zh(&say::broadcast_read_thanks()));
    assert_eq!(school.report_for(teacher, id).await.read, 1, "the words as they are");
    school.close().await;
}

/// Two pictures that somebody has shown in the group.
fn pictures(school: &School) -> Vec<Media> {
    let DemoClass { teacher, group, .. } = school.class;
    let picture = |words: &str| {
        let message = school.sandbox.message(teacher, group).photo(words.to_owned()).send().unwrap();
        let file =
            school.sandbox.read(|world| world.all_messages(group).find(|said| said.id == message)?.file);
        Media {
            kind: MediaKind::Picture,
            file: file.unwrap().as_str().into(),
            name: None,
            bytes: None,
            spoiler: false,
        }
    };
    ["one", "two"].map(picture).to_vec()
}

async fn the_button_below_an_album_is_for_its_new_words_in_the_group_and_in_the_copy(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, father], .. } = school.class;
    for parent in [mother, father] {
        school.meets(parent).await;
    }
    let items = pictures(&school);
    let album =
        |words: &str| Content::Album { items: items.clone(), caption: Styled::from(words.to_owned()) };
    let shown = safety(Draft { contents: vec![album(OLD)], ..read("") });
    let id = school.publishes(teacher, shown).await.unwrap().broadcast;
    let below = zh(&say::broadcast_confirm_above());
    let (in_group, in_copy) = (school.last(mother, group), school.told(mother));
    assert_eq!((in_group.text.as_str(), in_copy.text.as_str()), (below.as_str(), below.as_str()));
    let old = in_copy.buttons[0][0].data.clone().unwrap();
    school.now_says(id, vec![album(NEW)]).await;
    assert_eq!(school.last(mother, group).id, in_group.id);
    assert_eq!(
        school.presses_under(father, group, &school.last(father, group)).await,
        zh(&say::broadcast_read_thanks())
    );
    let press = school.sandbox.presses_raw(mother, mother.private_chat(), in_copy.id, &old);
    assert_eq!(school.answer_to(&press).await, zh(&say::broadcast_reworded_in_private()));
    let said = school.bot_says(mother, mother.private_chat());
    let copy = said.iter().find(|said| said.id == in_copy.id).unwrap();
    assert_eq!(copy.buttons.len(), 2, "the switch of the topic stays");
    assert_eq!(school.presses_in_private(mother, copy).await, zh(&say::broadcast_read_thanks()));
    assert_eq!(school.report_for(teacher, id).await.read, 2);
    school.close().await;
}

async fn whoever_has_left_the_group_is_not_sent_the_new_words(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let id = school.publishes(teacher, read(OLD)).await.unwrap().broadcast;
    school.reminds_of(id).await;
    let reminder = school.told(mother);
    school.sandbox.leaves(mother, group).unwrap();
    school.settle().await;
    school.now_says(id, vec![text(NEW)]).await;
    let told = school.presses_in_private(mother, &reminder).await;
    assert_eq!(told, zh(&say::broadcast_reworded_in_group()));
    let said = school.bot_says(mother, mother.private_chat());
    assert!(said.iter().all(|said| !said.text.contains(NEW)), "{said:?}");
    assert_eq!(school.receipts().await, 0);
    school.close().await;
}

async fn an_old_reminder_shows_no_words_that_wait_for_a_yes(fresh: Fresh) {
    let school = School::with_school_staff(fresh).await;
    let DemoClass { teacher, admin, advertiser: staff, parents: [mother, _], .. } = school.class;
    for person in [teacher, admin, staff] {
        school.starts(person).await;
    }
    school.meets(mother).await;
    let daily = Draft { urgency: Urgency::Urgent, ..at("always - - daily 18:30:00") };
    let group = GroupId(school.number("SELECT id FROM groups", &[]).await);
    let groups = Groups::Chosen(vec![(group, None)]);
    let daily = Draft { contents: vec![text(OLD)], confirmation: Confirmation::Read, groups, ..daily };
    let id = school.publishes(staff, daily).await.unwrap().broadcast;
    school.later(Duration::from_hours(1)).await;
    let new = vec![text(NEW)];
    school.decides(staff, async |work, actor| broadcasts::remind(work, actor, id).await).await.unwrap();
    let reminder = school.told(mother);
    assert!(reminder.text.contains(OLD));
    school.decides(staff, async |work, actor| broadcasts::edit(work, actor, id, new).await).await.unwrap();
    // Until the new words stand everywhere, no others are taken that need a yes.
    school.later(Duration::from_secs(5)).await;
    // Of the words that a teacher writes now nobody else has said yes.
    let secret = "改到下周，先别说出去";
    let waits = school
        .decides(teacher, async |work, actor| broadcasts::edit(work, actor, id, vec![text(secret)]).await);
    assert!(zh(&waits.await.unwrap()).contains("同意"));
    let before = school.bot_says(mother, mother.private_chat()).len();
    let told = school.presses_in_private(mother, &reminder).await;
    assert_eq!(told, zh(&say::broadcast_reworded_in_group()));
    let said = school.bot_says(mother, mother.private_chat());
    assert_eq!(said.len(), before);
    assert!(said.iter().all(|said| !said.text.contains(secret)));
    let there = school.last(mother, school.class.group);
    assert_eq!(there.text, NEW);
    assert_eq!(
        school.presses_under(mother, school.class.group, &there).await,
        zh(&say::broadcast_read_thanks())
    );
    school.close().await;
}

async fn the_switch_under_a_copy_leaves_it_the_button_for_its_words(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let id = school.publishes(teacher, safety(read(OLD))).await.unwrap().broadcast;
    let off = zh(&say::topics_copy_off("安全与健康"));
    school.presses(mother, mother.private_chat(), &off, &off).await;
    let old = school.copies(mother)[0].clone();
    school.now_says(id, vec![text(NEW)]).await;
    let token = old.buttons[0][0].data.clone().unwrap();
    let press = school.sandbox.presses_raw(mother, mother.private_chat(), old.id, &token);
    assert_eq!(school.answer_to(&press).await, zh(&say::broadcast_reworded_in_private()));
    assert_eq!(school.receipts().await, 0);
    let copy = school.copies(mother)[0].clone();
    assert_eq!(school.presses_in_private(mother, &copy).await, zh(&say::broadcast_read_thanks()));
    school.close().await;
}
