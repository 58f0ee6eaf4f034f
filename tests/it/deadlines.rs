//! Purpose: votes at the end of a question's time: what was given in time is paid once, however late it is handled, and
//! what wasn't never is.

use std::time::Duration;

use homeroom::sandbox::{DemoClass, Fault, FaultPlan, FaultRule, PersonId, SimConfig, Standing};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways};

on_both!(
    votes_that_waited_through_the_closing_are_paid_once,
    on_an_old_server_they_are_too_and_the_bot_closes_the_poll_when_it_is_back,
    a_vote_that_overtook_the_news_of_the_end_counts_and_one_after_it_does_not,
    an_answer_taken_back_while_the_bot_was_away_stays_the_first,
    a_poll_the_bot_has_lost_is_closed_all_the_same,
    an_old_server_leaves_a_lost_poll_open_and_late_votes_for_it_are_not_paid,
    a_poll_that_can_not_be_closed_takes_no_late_votes,
    a_voter_the_server_could_not_tell_about_is_paid_when_it_can,
    a_voter_nobody_can_tell_about_is_forgotten_after_two_days,
);

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
/// From Monday 18:00 until after the evening's lesson.
const TO_LESSON: Duration = Duration::from_mins(90);
/// From then until a minute before its questions close.
const TO_CLOSE: Duration = Duration::from_mins(24 * 60 - 1);

async fn old_school(fresh: Fresh) -> School {
    let ways = Ways::default();
    let sim = SimConfig { supports_ephemeral: false, ..ways.sim };
    School::ready_with(fresh, Ways { sim, ..ways }).await
}

fn all_closed(school: &School, polls: &[(String, usize)]) -> bool {
    school.sandbox.read(|world| polls.iter().all(|(id, _)| world.poll(id).unwrap().closed))
}

/// A vote as the server reports it, for what a client of today can't do.
fn reports(school: &School, person: PersonId, poll: &str, options: &[usize]) {
    let update = format!(
        r#"{{"poll_answer":{{"poll_id":"{poll}","user":{{"id":{person},"is_bot":false,"first_name":"P"}},"option_ids":{options:?}}}}}"#
    );
    school.sandbox.inject(update);
}

async fn votes_that_waited_through_the_closing_are_paid_once(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    let polls = school.polls();
    school.later(TO_CLOSE).await;
    school.stop_bot().await;
    school.answers(mother, group, true);
    school.clock.advance(HOUR);
    for (poll, right) in &polls {
        assert!(school.sandbox.votes(father, poll, &[*right]).is_err(), "the channel has closed it");
    }
    school.start_bot().await;
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3);
    for (poll, right) in &polls {
        reports(&school, father, poll, &[*right]);
        reports(&school, mother, poll, &[*right]);
    }
    school.settle().await;
    assert_eq!((school.balance(mother).await, school.balance(father).await), (3, 0));
    assert!(all_closed(&school, &polls));
    school.close().await;
}

async fn on_an_old_server_they_are_too_and_the_bot_closes_the_poll_when_it_is_back(fresh: Fresh) {
    let mut school = old_school(fresh).await;
    let DemoClass { group, parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    let polls = school.polls();
    school.later(TO_CLOSE).await;
    school.stop_bot().await;
    school.answers(mother, group, true);
    school.clock.advance(HOUR);
    assert!(!all_closed(&school, &polls), "nobody was there to close them");
    school.start_bot().await;
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3);
    assert!(all_closed(&school, &polls));
    for (poll, right) in &polls {
        reports(&school, father, poll, &[*right]);
    }
    school.settle().await;
    assert_eq!(school.balance(father).await, 0);
    school.close().await;
}

/// Updates posted by several connections may be handled in another order than they were numbered in.
async fn a_vote_that_overtook_the_news_of_the_end_counts_and_one_after_it_does_not(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    let polls = school.polls();
    school.later(TO_CLOSE + MINUTE).await;
    assert!(all_closed(&school, &polls));
    // As if the news of the end had been numbered after what is handled only now.
    school.alters("UPDATE quiz_polls SET closed_by = closed_by + 1000000").await;
    for (poll, right) in &polls {
        reports(&school, mother, poll, &[*right]);
    }
    school.settle().await;
    assert_eq!(school.balance(mother).await, 3);
    school.alters("UPDATE quiz_polls SET closed_by = closed_by - 1000000").await;
    for (poll, right) in &polls {
        reports(&school, father, poll, &[*right]);
    }
    school.settle().await;
    assert_eq!(school.balance(father).await, 0);
    school.close().await;
}

async fn an_answer_taken_back_while_the_bot_was_away_stays_the_first(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    school.later(TO_LESSON).await;
    let polls = school.polls();
    school.stop_bot().await;
    for (poll, right) in &polls {
        let wrong = usize::from(*right == 0);
        for options in [&[*right][..], &[], &[wrong]] {
            reports(&school, mother, poll, options);
        }
        for options in [&[wrong][..], &[], &[*right]] {
            reports(&school, father, poll, options);
        }
    }
    school.start_bot().await;
    school.settle().await;
    assert_eq!((school.balance(mother).await, school.balance(father).await), (3, 0));
    school.close().await;
}

/// Loses the answer to the first sending of each question, so that it stands there twice.
async fn with_lost_polls(school: &School) -> Vec<(String, usize)> {
    let rules = vec![FaultRule::on_calls("sendPoll", &[1], Fault::CloseAfter)];
    school.sandbox.set_faults(FaultPlan { seed: 1, rules });
    school.later(TO_LESSON).await;
    school.later(MINUTE).await;
    let polls = school.polls();
    let questions = school.number("SELECT COUNT(*) FROM quiz_posts", &[]).await;
    assert_eq!(i64::try_from(polls.len()).unwrap(), questions + 1);
    polls
}

async fn a_poll_the_bot_has_lost_is_closed_all_the_same(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let polls = with_lost_polls(&school).await;
    assert!(!all_closed(&school, &polls));
    school.later(TO_CLOSE + MINUTE).await;
    assert!(all_closed(&school, &polls));
    school.close().await;
}

async fn an_old_server_leaves_a_lost_poll_open_and_late_votes_for_it_are_not_paid(fresh: Fresh) {
    let school = old_school(fresh).await;
    let DemoClass { parents: [mother, father], .. } = school.class;
    let polls = with_lost_polls(&school).await;
    let (lost, others) = polls.split_first().unwrap();
    // He answers the lost copy in time, she too late.
    school.sandbox.votes(father, &lost.0, &[lost.1]).unwrap();
    for (poll, right) in &others[1..] {
        school.sandbox.votes(mother, poll, &[*right]).unwrap();
        school.sandbox.votes(father, poll, &[*right]).unwrap();
    }
    school.settle().await;
    school.later(TO_CLOSE + MINUTE).await;
    assert!(all_closed(&school, others) && !all_closed(&school, &polls[..1]));
    school.sandbox.votes(mother, &lost.0, &[lost.1]).unwrap();
    school.settle().await;
    assert_eq!((school.balance(mother).await, school.balance(father).await), (0, 3));
    school.close().await;
}

async fn a_poll_that_can_not_be_closed_takes_no_late_votes(fresh: Fresh) {
    let ways = Ways::default();
    let sim = SimConfig { supports_ephemeral: false, ..ways.sim };
    let mut ways = Ways { sim, ..ways };
    ways.config.bot.pace.attempts_max = 1;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { group, parents: [mother, _], .. } = school.class;
    school.later(TO_LESSON).await;
    let rules = vec![FaultRule::by_chance("stopPoll", 1_000, Fault::ServerError(502))];
    school.sandbox.set_faults(FaultPlan { seed: 1, rules });
    school.later(TO_CLOSE + MINUTE).await;
    school.later(MINUTE).await;
    assert!(!all_closed(&school, &school.polls()));
    school.answers(mother, group, true);
    school.settle().await;
    assert_eq!(school.balance(mother).await, 0);
    school.close().await;
}

/// Lets somebody whom the bot doesn't know answer everything, while the server can't say whether they are a member.
async fn unknown_voter(fresh: Fresh) -> School {
    let mut ways = Ways::default();
    ways.config.bot.pace.attempts_max = 1;
    let school = School::ready_with(fresh, ways).await;
    let DemoClass { group, advertiser, .. } = school.class;
    school.later(TO_LESSON).await;
    school.sandbox.seat(group, advertiser, Standing::Member);
    let rules = vec![FaultRule::by_chance("getChatMember", 1_000, Fault::ServerError(502))];
    school.sandbox.set_faults(FaultPlan { seed: 1, rules });
    school.answers(advertiser, group, true);
    school.settle().await;
    assert_eq!(school.balance(advertiser).await, 0);
    school
}

const WAITING: &str = "SELECT COUNT(*) FROM quiz_votes WHERE state = 'waiting'";

async fn a_voter_the_server_could_not_tell_about_is_paid_when_it_can(fresh: Fresh) {
    let school = unknown_voter(fresh).await;
    let advertiser = school.class.advertiser;
    school.later(6 * HOUR).await;
    assert!(school.number(WAITING, &[]).await > 0);
    school.sandbox.set_faults(FaultPlan::default());
    school.later(6 * HOUR).await;
    assert_eq!(school.balance(advertiser).await, 3);
    assert_eq!(school.number(WAITING, &[]).await, 0);
    school.close().await;
}

async fn a_voter_nobody_can_tell_about_is_forgotten_after_two_days(fresh: Fresh) {
    let school = unknown_voter(fresh).await;
    for _ in 0..9 {
        school.later(6 * HOUR).await;
    }
    assert_eq!(school.number(WAITING, &[]).await, 0);
    let asked = "SELECT COUNT(*) FROM outbox WHERE dedup_key LIKE 'member/%' AND state = 'ready'";
    assert_eq!(school.number(asked, &[]).await, 0, "nobody asks any more");
    assert_eq!(school.balance(school.class.advertiser).await, 0);
    school.close().await;
}
