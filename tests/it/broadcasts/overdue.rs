//! Purpose: what waits for somebody's yes and gets none, or a late one.

use std::time::Duration;

use homeroom::broadcasts::{self, Draft, Urgency};
use homeroom::i18n::{Language, say};
use homeroom::sandbox::{DemoClass, PersonId};

use super::{at, draft, text};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    without_a_yes_author_and_asked_are_told_once_and_another_time_asks_anew,
    in_english_author_and_asked_are_told_that_it_is_too_late,
    a_yes_after_its_time_sends_it_at_once_as_the_question_said,
);

const WORDS: &str = "台风停课";
const HOUR: Duration = Duration::from_hours(1);

impl School {
    async fn lets_it_go_out(&self, person: PersonId) -> String {
        self.presses(person, person.private_chat(), "同意发出", "Let it go out").await
    }
}

/// A school where a teacher has published something urgent that another has to agree to, who is returned with the question.
async fn asked(fresh: Fresh, ways: Ways, urgent: Draft) -> (School, broadcasts::Published, String) {
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { teacher, admin, .. } = school.class;
    for person in [teacher, admin] {
        school.starts(person).await;
    }
    let urgent = Draft { urgency: Urgency::Urgent, contents: vec![text(WORDS)], ..urgent };
    let published = school.publishes(teacher, urgent).await.unwrap();
    assert_eq!(published.asked, 1);
    let question = school.told(admin).text;
    (school, published, question)
}

async fn without_a_yes_author_and_asked_are_told_once_and_another_time_asks_anew(fresh: Fresh) {
    let (school, published, question) = asked(fresh, Ways::default(), draft(WORDS)).await;
    let DemoClass { teacher, admin, .. } = school.class;
    assert!(question.contains(&zh(&say::broadcast_approval_until(3_i64))), "{question}");
    school.later((3 * HOUR).saturating_sub(Duration::from_secs(1))).await;
    assert_eq!(school.told(admin).text, question);
    school.later(Duration::from_secs(1)).await;
    assert_eq!(school.told(teacher).text, zh(&say::broadcast_unanswered(WORDS)));
    assert_eq!(school.told(admin).text, zh(&say::broadcast_unanswered_asked(WORDS)));
    let list = school.decides(teacher, async |work, actor| broadcasts::list_coming(work, actor, None).await);
    assert_eq!(zh(&list.await.unwrap()[0].says), zh(&say::broadcast_line_unanswered(WORDS)));
    let heard = || [teacher, admin].map(|person| school.bot_says(person, person.private_chat()).len());
    let before = heard();
    school.later(12 * HOUR).await;
    assert_eq!(heard(), before, "it is told once");
    assert_eq!(school.lets_it_go_out(admin).await, zh(&say::broadcast_approve_late()));
    assert_eq!(school.posted(WORDS).len(), 0);
    let id = published.broadcast;
    let moved = school.decides(teacher, async |work, actor| broadcasts::move_to(work, actor, id, None).await);
    assert_eq!(moved.await.unwrap().says, say::broadcast_awaits(1_i64));
    school.lets_it_go_out(admin).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}

async fn in_english_author_and_asked_are_told_that_it_is_too_late(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let (school, _, question) = asked(fresh, ways, at("always - - once 2026-09-07T20:00:00")).await;
    let DemoClass { teacher, admin, .. } = school.class;
    assert!(question.contains(&en(&say::broadcast_approval_at_once(3_i64))), "{question}");
    school.later(5 * HOUR).await;
    assert_eq!(school.told(teacher).text, en(&say::broadcast_unanswered(WORDS)));
    assert_eq!(school.told(admin).text, en(&say::broadcast_unanswered_asked(WORDS)));
    assert_eq!(school.lets_it_go_out(admin).await, en(&say::broadcast_approve_late()));
    school.close().await;
}

async fn a_yes_after_its_time_sends_it_at_once_as_the_question_said(fresh: Fresh) {
    let urgent = at("always - - once 2026-09-07T20:00:00");
    let (school, _, question) = asked(fresh, Ways::default(), urgent).await;
    let DemoClass { teacher, admin, .. } = school.class;
    assert!(
        question.contains("过了这个时间才同意，就马上发出；过了 3 小时还没人同意，就不发了。"),
        "{question}"
    );
    school.later(4 * HOUR).await;
    assert_eq!(school.lets_it_go_out(admin).await, zh(&say::broadcast_approved()));
    assert_eq!(school.posted(WORDS).len(), 1);
    let heard = school.bot_says(teacher, teacher.private_chat()).len();
    school.later(12 * HOUR).await;
    assert_eq!(school.bot_says(teacher, teacher.private_chat()).len(), heard);
    school.close().await;
}
