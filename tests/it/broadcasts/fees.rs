//! Purpose: announcements that ask for money: who has to say yes, to what, and what parents see of it.

use std::time::Duration;

use homeroom::broadcasts::{self, Draft, Groups, Published, Urgency};
use homeroom::i18n::{Language, Text, say};
use homeroom::ids::BroadcastId;
use homeroom::sandbox::{DemoClass, PersonId};
use homeroom::timetable::Recurrence;

use super::copies::safety;
use super::digest::limited;
use super::{at, draft, read, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    with_nobody_to_ask_it_is_stopped_and_says_what_to_do,
    with_a_yes_it_goes_out_and_says_that_it_was_approved,
    in_english_it_is_asked_about_and_marked,
    with_a_no_it_never_goes_out,
    the_schools_own_staff_need_a_second_person_too,
    urgent_and_for_money_it_is_asked_about_once,
    changed_after_the_yes_it_waits_for_another,
    moved_it_is_asked_about_anew_and_the_old_question_is_over,
    moved_by_somebody_else_its_writer_still_can_not_agree,
    what_comes_again_is_asked_about_once_until_it_is_changed,
    held_and_let_go_on_it_keeps_its_yes,
    what_has_gone_out_is_not_changed_into_a_fee,
    an_approved_fee_is_not_changed_in_place_but_may_stop_being_one,
    digest_and_private_copy_say_it_too,
    it_goes_to_the_groups_of_the_yes_alone,
    agreed_to_late_it_goes_out_and_much_later_it_does_not,
    a_reminder_says_that_it_was_approved,
    a_warning_against_fraud_needs_no_yes,
);

const FEE: &str = "校服费每套 150 元，请用微信支付";
const OTHER: &str = "校服费每套 190 元，请用微信支付";
const PLAIN: &str = "校服下周一到，请穿旧的那套。";
const HOUR: Duration = Duration::from_hours(1);
/// From Monday 18:00 to Tuesday 10:00.
const TO_TEN: Duration = Duration::from_hours(16);
const DAILY: &str = "always - - daily 10:00:00";
const TOMORROW: &str = "always - - once 2026-09-08T10:00:00";

fn fee_at(when: &str) -> Draft {
    Draft { contents: vec![text(FEE)], ..at(when) }
}

fn mark() -> String {
    zh(&say::broadcast_fee_mark())
}

impl School {
    /// A school whose teacher and administrator have opened their private chats.
    async fn with_two(fresh: Fresh) -> Self {
        let school = Self::ready(fresh).await;
        let DemoClass { teacher, admin, .. } = school.class;
        school.starts(teacher).await;
        school.starts(admin).await;
        school
    }

    /// A fee notice of the teacher's that the administrator has agreed to.
    async fn agreed_fee(&self, draft: Draft) -> BroadcastId {
        let published = self.publishes(self.class.teacher, draft).await.unwrap();
        assert_eq!(published.asked, 1);
        let told = self.says_yes(self.class.admin).await;
        assert!(told.starts_with("好的，"), "{told}");
        published.broadcast
    }

    async fn says_yes(&self, person: PersonId) -> String {
        self.presses(person, person.private_chat(), "同意发出", "Let it go out").await
    }

    async fn says_no(&self, person: PersonId) -> String {
        self.presses(person, person.private_chat(), "先不发", "Not now").await
    }

    async fn puts(&self, id: BroadcastId, words: &str) -> Result<Text, Text> {
        let new = vec![text(words)];
        self.decides(self.class.teacher, async |work, actor| broadcasts::edit(work, actor, id, new).await)
            .await
    }

    async fn moves(&self, id: BroadcastId, to: &str) -> Result<Published, Text> {
        let to = Recurrence::parse(to).unwrap();
        self.decides(self.class.teacher, async |work, actor| {
            broadcasts::move_to(work, actor, id, Some(&to)).await
        })
        .await
    }

    /// How many messages in the class's group have these words.
    fn standing(&self, words: &str) -> usize {
        let said = self.bot_says(self.class.teacher, self.class.group);
        said.iter().filter(|said| said.text.contains(words)).count()
    }
}

async fn with_nobody_to_ask_it_is_stopped_and_says_what_to_do(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    let refused = school.publishes(teacher, draft(FEE)).await.unwrap_err();
    assert_eq!(refused, say::broadcast_fee_nobody());
    assert!(zh(&refused).contains("先私聊我") && zh(&refused).contains("配置"), "{}", zh(&refused));
    assert!(en(&refused).contains("private chat") && en(&refused).contains("configuration"));
    assert_eq!(school.number("SELECT COUNT(*) FROM broadcasts", &[]).await, 0);
    school.close().await;
}

async fn with_a_yes_it_goes_out_and_says_that_it_was_approved(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let DemoClass { teacher, admin, .. } = school.class;
    let published = school.publishes(teacher, draft(FEE)).await.unwrap();
    assert_eq!((published.asked, published.says), (1, say::broadcast_awaits_fee(1_i64)));
    assert_eq!(
        (school.state(published.broadcast).await.as_str(), school.standing(FEE)),
        ("awaiting-approval", 0)
    );
    let asked = school.told(admin).text;
    assert!(asked.starts_with(&zh(&say::broadcast_approval_asked_fee("王老师"))), "{asked}");
    assert!(asked.contains("发到：三年级二班家长群\n") && asked.ends_with(FEE), "{asked}");
    let id = published.broadcast;
    let own =
        school.decides(teacher, async |work, actor| broadcasts::approve(work, actor, id, 1).await).await;
    assert_eq!(own.unwrap_err(), say::broadcast_not_by_yourself());
    assert_eq!(school.says_yes(admin).await, zh(&say::broadcast_approved()));
    assert_eq!(school.posted(&format!("{}\n{FEE}", mark())).len(), 1);
    let kept = "SELECT COUNT(*) FROM audit a JOIN broadcasts b ON a.object = b.id || '/1' AND a.actor = b.approved_by \
                WHERE a.action = 'broadcast.approve'";
    assert_eq!(school.number(kept, &[]).await, 1, "the yes is kept with what it was to");
    school.close().await;
}

async fn in_english_it_is_asked_about_and_marked(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { teacher, admin, .. } = school.class;
    for person in [teacher, admin] {
        school.starts(person).await;
    }
    let words = "Please transfer 50 yuan for the trip by Friday.";
    school.publishes(teacher, draft(words)).await.unwrap();
    let asked = school.told(admin).text;
    assert!(asked.starts_with(&en(&say::broadcast_approval_asked_fee("Ms Wang"))), "{asked}");
    assert!(asked.contains("When: now\nTo: Class 3-2 parents") && asked.ends_with(words), "{asked}");
    assert_eq!(school.says_yes(admin).await, en(&say::broadcast_approved()));
    assert_eq!(school.posted(&format!("{}\n{words}", en(&say::broadcast_fee_mark()))).len(), 1);
    school.publishes(teacher, draft(words)).await.unwrap();
    school.says_no(admin).await;
    assert_eq!(school.told(teacher).text, en(&say::broadcast_declined_author_fee("Director Li")));
    school.close().await;
}

async fn with_a_no_it_never_goes_out(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let DemoClass { teacher, admin, .. } = school.class;
    let id = school.publishes(teacher, fee_at(DAILY)).await.unwrap().broadcast;
    assert_eq!(school.says_no(admin).await, zh(&say::broadcast_declined()));
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_declined_author_fee("李主任")));
    school.later(TO_TEN).await;
    assert_eq!((school.state(id).await.as_str(), school.standing(FEE)), ("cancelled", 0));
    assert_eq!(school.says_yes(admin).await, zh(&say::broadcast_is_cancelled()));
    assert_eq!(school.standing(FEE), 0);
    school.close().await;
}

async fn the_schools_own_staff_need_a_second_person_too(fresh: Fresh) {
    let school = School::with_school_staff(fresh).await;
    let DemoClass { teacher, admin, advertiser: head, .. } = school.class;
    for person in [teacher, admin, head] {
        school.starts(person).await;
    }
    let published = school.publishes(head, draft(FEE)).await.unwrap();
    assert_eq!((published.asked, school.standing(FEE)), (2, 0));
    school.says_yes(teacher).await;
    assert_eq!(school.standing(FEE), 1);
    let told = school.says_yes(admin).await;
    assert_eq!(told, zh(&say::broadcast_is_sent()), "a second yes changes nothing");
    assert_eq!(school.standing(FEE), 1);
    school.close().await;
}

async fn urgent_and_for_money_it_is_asked_about_once(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let DemoClass { teacher, admin, .. } = school.class;
    school.later(4 * HOUR).await;
    let before = school.bot_says(admin, admin.private_chat()).len();
    let urgent = Draft { urgency: Urgency::Urgent, ..draft(FEE) };
    school.publishes(teacher, urgent).await.unwrap();
    assert_eq!(school.bot_says(admin, admin.private_chat()).len(), before + 1);
    let asked = school.told(admin).text;
    assert!(asked.starts_with(&zh(&say::broadcast_approval_asked_fee_urgent("王老师"))), "{asked}");
    school.says_yes(admin).await;
    assert_eq!(school.posted(&mark()).len(), 1, "urgent, it goes out at night");
    assert_eq!(school.bot_says(admin, admin.private_chat()).len(), before + 1);
    school.close().await;
}

async fn changed_after_the_yes_it_waits_for_another(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let admin = school.class.admin;
    let id = school.agreed_fee(fee_at(TOMORROW)).await;
    assert_eq!(school.puts(id, OTHER).await.unwrap(), say::broadcast_awaits_fee(1_i64));
    assert_eq!(school.state(id).await, "awaiting-approval");
    assert!(school.told(admin).text.ends_with(OTHER));
    let old = school.decides(admin, async |work, actor| broadcasts::approve(work, actor, id, 1).await).await;
    assert_eq!(old.unwrap_err(), say::broadcast_changed_since());
    school.says_yes(admin).await;
    school.later(TO_TEN).await;
    assert_eq!((school.standing(FEE), school.posted(&format!("{}\n{OTHER}", mark())).len()), (0, 1));
    // What asks for no money any more still waits, and says so in other words.
    let id = school.publishes(school.class.teacher, draft(FEE)).await.unwrap().broadcast;
    assert_eq!(school.puts(id, PLAIN).await.unwrap(), say::broadcast_awaits_changed(1_i64));
    let asked = school.told(admin).text;
    assert!(asked.starts_with(&zh(&say::broadcast_approval_asked_changed("王老师"))), "{asked}");
    school.says_yes(admin).await;
    assert_eq!(school.posted(PLAIN).len(), 1, "without a mark");
    school.close().await;
}

async fn moved_it_is_asked_about_anew_and_the_old_question_is_over(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let admin = school.class.admin;
    let id = school.publishes(school.class.teacher, fee_at(TOMORROW)).await.unwrap().broadcast;
    let moved = school.moves(id, "always - - once 2026-09-08T11:00:00").await.unwrap();
    assert_eq!((moved.asked, moved.says), (1, say::broadcast_awaits_fee(1_i64)));
    let old = school.decides(admin, async |work, actor| broadcasts::approve(work, actor, id, 1).await).await;
    assert_eq!(old.unwrap_err(), say::broadcast_changed_since());
    assert!(school.told(admin).text.contains("11:00"));
    school.says_yes(admin).await;
    assert_eq!(school.state(id).await, "scheduled");
    assert_eq!(school.moves(id, "always - - once 2026-09-08T12:00:00").await.unwrap().asked, 1);
    school.later(17 * HOUR).await;
    assert_eq!((school.state(id).await.as_str(), school.standing(FEE)), ("awaiting-approval", 0));
    let past = school.moves(id, "always - - once 2026-09-08T09:00:00").await.unwrap_err();
    assert_eq!(past.key(), "broadcast-past");
    school.says_yes(admin).await;
    school.later(HOUR).await;
    assert_eq!(school.posted(&mark()).len(), 1);
    school.close().await;
}

async fn moved_by_somebody_else_its_writer_still_can_not_agree(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let DemoClass { teacher, admin, .. } = school.class;
    let id = school.agreed_fee(fee_at(TOMORROW)).await;
    let to = Recurrence::parse("always - - once 2026-09-08T11:00:00").unwrap();
    let moved = school
        .decides(admin, async |work, actor| broadcasts::move_to(work, actor, id, Some(&to)).await)
        .await;
    assert_eq!(moved.unwrap().asked, 1);
    let own =
        school.decides(teacher, async |work, actor| broadcasts::approve(work, actor, id, 2).await).await;
    assert_eq!(own.unwrap_err(), say::broadcast_not_by_yourself());
    school.says_yes(admin).await;
    school.later(17 * HOUR).await;
    assert_eq!(school.standing(FEE), 1);
    school.close().await;
}

async fn what_comes_again_is_asked_about_once_until_it_is_changed(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let admin = school.class.admin;
    let id = school.agreed_fee(fee_at(DAILY)).await;
    let asked = school.bot_says(admin, admin.private_chat()).len();
    school.later(TO_TEN).await;
    school.later(24 * HOUR).await;
    assert_eq!((school.standing(FEE), school.bot_says(admin, admin.private_chat()).len()), (2, asked));
    assert_eq!(school.puts(id, OTHER).await.unwrap(), say::broadcast_awaits_fee(1_i64));
    school.later(24 * HOUR).await;
    assert_eq!((school.standing(FEE), school.standing(OTHER)), (2, 0), "what was posted stays");
    school.says_yes(admin).await;
    school.later(24 * HOUR).await;
    assert_eq!((school.standing(FEE), school.standing(OTHER)), (2, 1));
    school.close().await;
}

async fn held_and_let_go_on_it_keeps_its_yes(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let teacher = school.class.teacher;
    let id = school.agreed_fee(fee_at(DAILY)).await;
    school.decides(teacher, async |work, actor| broadcasts::pause(work, actor, id).await).await.unwrap();
    school.later(TO_TEN).await;
    assert_eq!(school.standing(FEE), 0);
    school.decides(teacher, async |work, actor| broadcasts::resume(work, actor, id).await).await.unwrap();
    school.later(24 * HOUR).await;
    assert_eq!(school.posted(&mark()).len(), 1);
    school.close().await;
}

async fn what_has_gone_out_is_not_changed_into_a_fee(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let id = school.publishes(school.class.teacher, draft(PLAIN)).await.unwrap().broadcast;
    let refused = school.puts(id, FEE).await.unwrap_err();
    assert_eq!(refused, say::broadcast_edit_fee());
    assert!(zh(&refused).contains("重新发一条") && en(&refused).contains("send a new one"));
    assert_eq!((school.standing(FEE), school.posted(PLAIN).len()), (0, 1));
    // Of what comes again, the next ones may become one, with a yes.
    let daily = Draft { contents: vec![text(PLAIN)], ..at(DAILY) };
    let daily = school.publishes(school.class.teacher, daily).await.unwrap().broadcast;
    school.later(TO_TEN).await;
    assert_eq!(school.puts(daily, FEE).await.unwrap(), say::broadcast_awaits_fee(1_i64));
    school.says_yes(school.class.admin).await;
    assert_eq!((school.standing(FEE), school.posted(PLAIN).len()), (0, 2), "nothing is changed in place");
    school.later(24 * HOUR).await;
    assert_eq!(school.posted(&mark()).len(), 1);
    school.close().await;
}

async fn an_approved_fee_is_not_changed_in_place_but_may_stop_being_one(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let id = school.agreed_fee(draft(FEE)).await;
    assert_eq!(school.puts(id, OTHER).await.unwrap_err(), say::broadcast_edit_fee());
    assert_eq!(school.posted(&format!("{}\n{FEE}", mark())).len(), 1);
    assert_eq!(school.puts(id, PLAIN).await.unwrap(), say::broadcast_edited_everywhere(1_i64));
    assert_eq!((school.posted(PLAIN).len(), school.standing(&mark())), (1, 0));
    school.close().await;
}

async fn it_goes_to_the_groups_of_the_yes_alone(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let teacher = school.class.teacher;
    let id = school.agreed_fee(Draft { groups: Groups::AllMine, ..fee_at(TOMORROW) }).await;
    let later = school.sandbox.add_supergroup("舞蹈社团", teacher);
    school.sets_up(teacher, later).await;
    let before = school.bot_says(teacher, later).len();
    school.later(TO_TEN).await;
    assert_eq!((school.state(id).await.as_str(), school.standing(FEE)), ("sent", 1));
    assert_eq!(school.bot_says(teacher, later).len(), before, "nobody was asked about this group");
    school.close().await;
}

async fn agreed_to_late_it_goes_out_and_much_later_it_does_not(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let DemoClass { teacher, admin, .. } = school.class;
    school.publishes(teacher, fee_at(TOMORROW)).await.unwrap();
    school.later(TO_TEN + HOUR).await;
    assert_eq!(school.says_yes(admin).await, zh(&say::broadcast_approved()));
    assert_eq!(school.standing(FEE), 1);
    let once = fee_at("always - - once 2026-09-08T12:00:00");
    let id = school.publishes(teacher, once).await.unwrap().broadcast;
    school.later(5 * HOUR).await;
    assert_eq!(school.says_yes(admin).await, zh(&say::broadcast_approve_late()));
    assert_eq!((school.state(id).await.as_str(), school.standing(FEE)), ("awaiting-approval", 1));
    school.close().await;
}

async fn a_reminder_says_that_it_was_approved(fresh: Fresh) {
    let school = School::with_two(fresh).await;
    let DemoClass { teacher, parents: [mother, _], .. } = school.class;
    school.meets(mother).await;
    let id = school.agreed_fee(read(FEE)).await;
    school.decides(teacher, async |work, actor| broadcasts::remind(work, actor, id).await).await.unwrap();
    let told = school.told(mother).text;
    assert!(told.ends_with(&format!("\n{}\n{FEE}", mark())), "{told}");
    school.close().await;
}

async fn digest_and_private_copy_say_it_too(fresh: Fresh) {
    let school = limited(fresh).await;
    let DemoClass { teacher, admin, parents: [mother, _], .. } = school.class;
    school.starts(admin).await;
    school.meets(mother).await;
    for words in ["第一条", "第二条"] {
        school.publishes(teacher, draft(words)).await.unwrap();
    }
    school.agreed_fee(safety(draft(FEE))).await;
    assert_eq!(school.standing(FEE), 0, "it waits for the digest");
    school.later(8 * HOUR).await;
    assert!(school.digest().contains(&format!("\n{}\n{FEE}", mark())), "{}", school.digest());
    let [copy] = school.copies(mother).try_into().unwrap();
    assert!(copy.text.ends_with(&format!("\n{}\n{FEE}", mark())), "{}", copy.text);
    school.close().await;
}

async fn a_warning_against_fraud_needs_no_yes(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let warning = "学校不会在群里收资料费，请不要转账，每人 88 元的是骗子。";
    school.publishes(school.class.teacher, draft(warning)).await.unwrap();
    assert_eq!(school.posted(warning).len(), 1);
    school.close().await;
}
