//! Purpose: votes: who is paid for them, who isn't, and never twice.

use std::time::Duration;

use homeroom::sandbox::{DemoClass, Fault, FaultPlan, FaultRule, PersonId, Standing};

use crate::databases::{Fresh, on_both};
use crate::school::School;

on_both!(
    an_outsider_who_answers_a_forwarded_quiz_earns_nothing,
    an_outsider_who_joins_afterwards_can_still_earn,
    a_member_who_left_earns_nothing,
    the_first_answer_counts,
    a_retracted_vote_neither_pays_nor_costs,
    a_vote_after_closing_pays_nothing,
    another_group_with_the_same_lesson_pays_no_second_time,
    a_full_house_is_paid_at_once,
    a_poll_whose_sending_was_answered_too_late_still_pays,
    a_poll_whose_answer_was_lost_is_known_by_its_words,
    a_lost_poll_among_groups_is_led_to_the_right_one,
    a_question_whose_polls_were_both_lost_still_pays,
);

const MINUTE: Duration = Duration::from_mins(1);
/// From Monday 18:00 until after the evening's lesson.
const TO_LESSON: Duration = Duration::from_mins(90);

/// A vote as the server reports it, for what a client of today can't do.
fn reports(school: &School, person: PersonId, poll: &str, options: &[usize]) {
    let update = format!(
        r#"{{"poll_answer":{{"poll_id":"{poll}","user":{{"id":{person},"is_bot":false,"first_name":"P"}},"option_ids":{options:?}}}}}"#
    );
    school.sandbox.inject(update);
}

async fn an_outsider_who_answers_a_forwarded_quiz_earns_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, advertiser, parents: [mother, _], .. } = school.class;
    school.later(TO_LESSON).await;
    school.answers(advertiser, group, true);
    school.answers(mother, group, true);
    school.settle().await;
    assert_eq!(school.balance(advertiser).await, 0);
    assert_eq!(school.balance(mother).await, 3);
    assert_eq!(school.number("SELECT COUNT(*) FROM quiz_votes WHERE state <> 'counted'", &[]).await, 0);
    school.close().await;
}

async fn an_outsider_who_joins_afterwards_can_still_earn(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, advertiser, .. } = school.class;
    school.later(TO_LESSON).await;
    let polls = school.polls();
    let (first, right) = polls[0].clone();
    school.sandbox.votes(advertiser, &first, &[right]).unwrap();
    school.settle().await;
    // The bot needn't hear of the joining to find out.
    school.sandbox.seat(group, advertiser, Standing::Member);
    school.later(MINUTE).await;
    reports(&school, advertiser, &first, &[right]);
    for (poll, right) in &polls[1..] {
        school.sandbox.votes(advertiser, poll, &[*right]).unwrap();
    }
    school.settle().await;
    assert_eq!(school.balance(advertiser).await, 3);
    school.close().await;
}

async fn a_member_who_left_earns_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    let polls = school.polls();
    let (first, right) = polls[0].clone();
    school.sandbox.votes(mother, &first, &[right]).unwrap();
    school.settle().await;
    school.sandbox.leaves(mother, group).unwrap();
    school.settle().await;
    for (poll, right) in &polls[1..] {
        reports(&school, mother, poll, &[*right]);
    }
    reports(&school, father, &first, &[right]);
    school.settle().await;
    assert_eq!(school.balance(mother).await, 0);
    school.close().await;
}

async fn the_first_answer_counts(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    for (poll, right) in school.polls() {
        let wrong = usize::from(right == 0);
        reports(&school, mother, &poll, &[wrong]);
        reports(&school, mother, &poll, &[right]);
        reports(&school, father, &poll, &[right]);
        reports(&school, father, &poll, &[wrong]);
    }
    school.settle().await;
    assert_eq!(school.balance(mother).await, 0);
    assert_eq!(school.balance(father).await, 3);
    school.close().await;
}

async fn a_retracted_vote_neither_pays_nor_costs(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    for (poll, right) in school.polls() {
        reports(&school, mother, &poll, &[right]);
        reports(&school, mother, &poll, &[]);
        reports(&school, father, &poll, &[]);
    }
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3, "what was learnt stays");
    assert_eq!(school.balance(father).await, 0);
    for (poll, right) in school.polls() {
        reports(&school, mother, &poll, &[right]);
        reports(&school, father, &poll, &[right]);
    }
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3, "and pays nothing new");
    assert_eq!(school.balance(father).await, 3);
    school.close().await;
}

async fn a_vote_after_closing_pays_nothing(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, father], group, .. } = school.class;
    school.later(TO_LESSON).await;
    let polls = school.polls();
    school.later(Duration::from_mins(24 * 60 - 1)).await;
    school.answers(mother, group, true);
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3, "a minute before the end is in time");
    school.later(MINUTE).await;
    let closed = school.sandbox.read(|world| polls.iter().all(|(id, _)| world.poll(id).unwrap().closed));
    assert!(closed, "the bot closes its questions");
    for (poll, right) in &polls {
        reports(&school, father, poll, &[*right]);
    }
    school.settle().await;
    assert_eq!(school.balance(father).await, 0);
    school.close().await;
}

async fn another_group_with_the_same_lesson_pays_no_second_time(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, father], .. } = school.class;
    let other = school.sandbox.add_supergroup("三年级三班家长群", teacher);
    school.sandbox.seat(other, mother, Standing::Member);
    school.sets_up(teacher, other).await;
    school.later(TO_LESSON).await;
    school.answers(mother, group, true);
    school.settle().await;
    school.answers(mother, other, true);
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3);
    // Whose first group it isn't, answers half here and half there.
    school.sandbox.seat(other, father, Standing::Member);
    for (index, chat) in [group, other].into_iter().enumerate() {
        for (number, (poll, right)) in school.polls_in(chat).iter().enumerate() {
            if number % 2 == index {
                school.sandbox.votes(father, poll, &[*right]).unwrap();
            }
        }
    }
    school.settle().await;
    assert_eq!(school.balance(father).await, 3);
    school.close().await;
}

async fn a_full_house_is_paid_at_once(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let group = school.class.group;
    let parents: Vec<PersonId> = (0..30).map(|n| school.sandbox.add_person(&format!("家长{n}"))).collect();
    for parent in &parents {
        school.sandbox.seat(group, *parent, Standing::Member);
    }
    school.later(TO_LESSON).await;
    for (number, parent) in parents.iter().enumerate() {
        school.answers(*parent, group, number % 2 == 0);
    }
    school.settle().await;
    for (number, parent) in parents.iter().enumerate() {
        let due = if number % 2 == 0 { 3 } else { 0 };
        assert_eq!(school.balance(*parent).await, due, "parent {number}");
    }
    let lessons = school.number("SELECT COUNT(*) FROM quiz_votes WHERE state = 'counted'", &[]).await;
    assert_eq!(lessons, i64::try_from(30 * school.polls().len()).unwrap());
    school.close().await;
}

/// The server has posted the question and the first votes arrive before its answer to the bot does.
async fn a_poll_whose_sending_was_answered_too_late_still_pays(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let hang = Fault::TimeoutAfter(Duration::from_millis(200));
    let rules = vec![FaultRule::on_calls("sendPoll", &[1], hang)];
    school.sandbox.set_faults(FaultPlan { seed: 1, rules });
    school.clock.advance(TO_LESSON);
    let poll = school
        .sandbox
        .until(Duration::from_secs(30), |world| world.said(group).find_map(|said| said.poll))
        .await
        .unwrap();
    let right = school.sandbox.read(|world| world.poll(&poll).unwrap().correct[0]);
    school.sandbox.votes(mother, &poll, &[right]).unwrap();
    school.settle().await;
    school.later(2 * MINUTE).await;
    let voted = school.sandbox.read(|world| world.poll(&poll).unwrap().question.text.clone());
    for (other, right) in school.polls() {
        let words = school.sandbox.read(|world| world.poll(&other).unwrap().question.text.clone());
        if words != voted {
            school.sandbox.votes(mother, &other, &[right]).unwrap();
        }
    }
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3);
    school.close().await;
}

async fn a_poll_whose_answer_was_lost_is_known_by_its_words(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    let rules = vec![FaultRule::on_calls("sendPoll", &[1], Fault::CloseAfter)];
    school.sandbox.set_faults(FaultPlan { seed: 1, rules });
    school.later(TO_LESSON).await;
    school.later(MINUTE).await;
    let questions = school.number("SELECT COUNT(*) FROM quiz_posts", &[]).await;
    let polls = school.polls();
    assert_eq!(i64::try_from(polls.len()).unwrap(), questions + 1, "the lost one was sent once more");
    // She answers everything she sees, also the question that stands there twice.
    school.answers(mother, group, true);
    // He answers the lost copy only.
    for (poll, right) in polls.iter().filter(|(id, _)| *id != polls[1].0) {
        school.sandbox.votes(father, poll, &[*right]).unwrap();
    }
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3);
    assert_eq!(school.balance(father).await, 3);
    assert_eq!(school.number("SELECT COUNT(*) FROM quiz_strays", &[]).await, 0);
    school.close().await;
}

async fn a_lost_poll_among_groups_is_led_to_the_right_one(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { teacher, group, parents: [mother, father], .. } = school.class;
    let mut others = Vec::new();
    for number in 3..6 {
        let other = school.sandbox.add_supergroup(&format!("三年级{number}班家长群"), teacher);
        school.sets_up(teacher, other).await;
        others.push(other);
    }
    school.sandbox.seat(others[1], father, Standing::Member);
    school.sandbox.seat(group, father, Standing::Left);
    let questions = 4 * 4;
    let rules =
        vec![FaultRule::on_calls("sendPoll", &(1..=questions).collect::<Vec<_>>(), Fault::CloseAfter)];
    school.sandbox.set_faults(FaultPlan { seed: 1, rules });
    school.later(TO_LESSON).await;
    for _ in 0..6 {
        school.later(MINUTE).await;
    }
    // Both answer only the copies whose answers were lost, the first of each question.
    for (person, chat) in [(mother, group), (father, others[1])] {
        let mut seen = Vec::new();
        for (poll, right) in school.polls_in(chat) {
            let words = school.sandbox.read(|world| world.poll(&poll).unwrap().question.text.clone());
            if !seen.contains(&words) {
                school.sandbox.votes(person, &poll, &[right]).unwrap();
                seen.push(words);
            }
        }
    }
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3);
    assert_eq!(school.balance(father).await, 3);
    school.close().await;
}

async fn a_question_whose_polls_were_both_lost_still_pays(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    let rules = vec![FaultRule::on_calls("sendPoll", &[1, 2], Fault::CloseAfter)];
    school.sandbox.set_faults(FaultPlan { seed: 1, rules });
    school.later(TO_LESSON).await;
    school.later(MINUTE).await;
    assert_eq!(school.number("SELECT COUNT(*) FROM outbox WHERE state = 'quarantined'", &[]).await, 1);
    school.answers(mother, group, true);
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3);
    school.close().await;
}
