//! Purpose: what parents read of the next star: how far it is, or that more lessons have to come.

use std::time::Duration;

use homeroom::i18n::say;
use homeroom::sandbox::{DemoClass, PersonId};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    two_lessons_with_their_quizzes_make_the_first_star_of_the_shipped_rules,
    a_star_that_the_lessons_do_not_lead_to_is_not_counted_down,
    whoever_has_learnt_everything_hears_that_more_will_come,
);

/// From Monday 18:00 until after the evening's lesson; the next comes on Wednesday.
const TO_LESSON: Duration = Duration::from_mins(90);
const TO_READ: Duration = Duration::from_mins(30);
const TO_NEXT: Duration = Duration::from_mins(2 * 24 * 60 - 30);

/// A school with so many lessons, all for primary schools.
fn with_lessons(count: usize) -> Ways {
    let mut ways = Ways::default();
    ways.config.schedules.truncate(1);
    let lessons = &mut ways.config.lessons.lessons;
    lessons.retain(|id, _| id.starts_with("primary"));
    while lessons.len() > count {
        lessons.pop_last();
    }
    ways
}

/// Somebody finishes the lesson that has come and takes its quiz, with so many wrong answers.
async fn learns(school: &School, person: PersonId, wrong: usize) {
    let group = school.class.group;
    let open = school.polls().into_iter().filter(|(poll, _)| {
        let poll = school.sandbox.read(|world| world.poll(poll).cloned());
        poll.is_some_and(|poll| !poll.closed)
    });
    for (number, (poll, right)) in open.collect::<Vec<_>>().into_iter().enumerate() {
        let option = if number < wrong { usize::from(right == 0) } else { right };
        school.sandbox.votes(person, &poll, &[option]).unwrap();
    }
    school.later(TO_READ).await;
    school.presses(person, group, "学完", "finished").await;
}

/// What somebody reads who asks for their points in the group.
async fn reads(school: &School, person: PersonId) -> String {
    school.writes(person, "积分").await;
    school.last(person, school.class.group).text
}

async fn two_lessons_with_their_quizzes_make_the_first_star_of_the_shipped_rules(fresh: Fresh) {
    let school = School::ready_with(fresh, with_lessons(6)).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    learns(&school, mother, 0).await;
    let words = reads(&school, mother).await;
    assert!(words.contains("还差：5 分"), "{words}");
    school.later(TO_NEXT).await;
    learns(&school, mother, 0).await;
    let words = reads(&school, mother).await;
    assert!(words.starts_with(&zh(&say::points_balance(10_u32, 1_u32))), "{words}");
    assert!(reads(&school, father).await.contains("离一星还差：10 分"));
    school.close().await;
}

async fn a_star_that_the_lessons_do_not_lead_to_is_not_counted_down(fresh: Fresh) {
    let school = School::ready_with(fresh, with_lessons(1)).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    school.sandbox.edit_person(father, |person| person.language = Some("en".to_owned()));
    let words = reads(&school, mother).await;
    assert!(words.contains(&zh(&say::points_next_later())) && !words.contains("还差"), "{words}");
    let words = reads(&school, father).await;
    assert!(words.contains(&en(&say::points_next_later())) && !words.contains("first star:"), "{words}");
    school.close().await;
}

async fn whoever_has_learnt_everything_hears_that_more_will_come(fresh: Fresh) {
    let school = School::ready_with(fresh, with_lessons(2)).await;
    let DemoClass { parents: [mother, _], .. } = school.class;
    school.later(TO_LESSON).await;
    // Passed, but not all right: the missing points can't be had any more.
    learns(&school, mother, 1).await;
    assert!(reads(&school, mother).await.contains("还差：6 分"));
    school.later(TO_NEXT).await;
    learns(&school, mother, 1).await;
    let words = reads(&school, mother).await;
    assert!(words.contains(&zh(&say::points_next_learnt())) && !words.contains("还差"), "{words}");
    assert!(!words.contains("还能得"), "{words}");
    school.close().await;
}
