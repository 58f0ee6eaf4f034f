//! Purpose: awards and reversals on a real database.

use super::{at, of};
use crate::config::Config;
use crate::course::Done;
use crate::course::{self, CourseClass, Lesson, Stage};
use crate::failure::{Failure, Outcome};
use crate::ids::PersonId;
use crate::points::{self, Act, Actor, Award, Awarded, Cap, Reason, Reversed, Standing};
use crate::roster;
use crate::storage::testing::{TestSchool, commit};
use crate::work::Work;

fn paid(points: u32, balance: i64) -> Awarded {
    Awarded::Paid { points, balance, cut_by: None }
}

async fn school() -> TestSchool {
    TestSchool::open(3, Config::for_tests()).await
}

/// Awards in a transaction of its own.
async fn award(school: &TestSchool, day: i64, award: &Award<'_>) -> Awarded {
    let mut batch = school.batch(at(day, 9)).await;
    let mut work = batch.work();
    let awarded = points::award(&mut work, award).await.unwrap();
    work.keep().await.unwrap();
    commit(batch).await;
    awarded
}

async fn assert_verified(school: &TestSchool) {
    let mut tx = school.database.read().await.unwrap();
    let report = points::verify(&mut tx).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
}

/// The key of a refusal.
fn refusal<T>(outcome: Outcome<T>) -> String {
    match outcome {
        Err(Failure::Refused(text)) => text.key().to_owned(),
        Err(Failure::Broken(error)) => panic!("broken: {error:#}"),
        Ok(_) => panic!("not refused"),
    }
}

#[tokio::test]
async fn award_twice_counts_once() {
    let school = school().await;
    let lesson = of(school.people[0], Act::FinishLesson, "a");
    assert_eq!(award(&school, 0, &lesson).await, paid(2, 2));
    assert_eq!(award(&school, 0, &lesson).await, Awarded::AlreadyPaid);
    assert_eq!(award(&school, 1, &lesson).await, Awarded::AlreadyPaid);
    assert_eq!(award(&school, 1, &of(school.people[1], Act::FinishLesson, "a")).await, paid(2, 2));
    assert_eq!(award(&school, 1, &of(school.people[0], Act::QuizPass, "a")).await, paid(2, 4));
    assert_verified(&school).await;
}

#[tokio::test]
async fn what_a_cap_cut_is_settled_and_not_paid_later() {
    let school = school().await;
    let person = school.people[0];
    let ids = ["a", "b", "c"];
    for (id, expected) in ids.iter().zip([paid(2, 2), paid(2, 4), Awarded::CapReached { which: Cap::ActDay }])
    {
        assert_eq!(award(&school, 0, &of(person, Act::FinishLesson, id)).await, expected);
    }
    assert_eq!(award(&school, 1, &of(person, Act::FinishLesson, "c")).await, Awarded::AlreadyPaid);
    assert_eq!(award(&school, 1, &of(person, Act::FinishLesson, "d")).await, paid(2, 6));
    assert_verified(&school).await;
}

#[tokio::test]
async fn a_cap_with_some_room_pays_the_rest() {
    let school = school().await;
    let person = school.people[0];
    award(&school, 0, &of(person, Act::OnSite, "a")).await;
    award(&school, 0, &of(person, Act::Live, "b")).await;
    award(&school, 0, &of(person, Act::Survey, "c")).await;
    let last = award(&school, 0, &of(person, Act::PracticeBase, "d")).await;
    assert_eq!(last, Awarded::Paid { points: 2, balance: 20, cut_by: Some(Cap::Day) });
}

#[tokio::test]
async fn a_once_rule_pays_once_whatever_the_source() {
    let school = school().await;
    let person = school.people[0];
    assert_eq!(award(&school, 0, &of(person, Act::BindIdentity, "a")).await, paid(5, 5));
    assert_eq!(award(&school, 1, &of(person, Act::BindIdentity, "b")).await, Awarded::AlreadyPaid);
}

#[tokio::test]
async fn an_award_undone_with_its_work_never_happened() {
    let school = school().await;
    let person = school.people[0];
    let mut batch = school.batch(at(0, 9)).await;
    let mut work = batch.work();
    points::award(&mut work, &of(person, Act::Survey, "kept")).await.unwrap();
    work.keep().await.unwrap();
    let mut work = batch.work();
    points::award(&mut work, &of(person, Act::OnSite, "undone")).await.unwrap();
    work.undo().await.unwrap();
    let mut work = batch.work();
    let again = points::award(&mut work, &of(person, Act::OnSite, "undone")).await.unwrap();
    assert_eq!(again, paid(10, 13));
    work.keep().await.unwrap();
    commit(batch).await;
    assert_verified(&school).await;
}

#[tokio::test]
async fn a_batch_dropped_before_its_commit_leaves_nothing() {
    let school = school().await;
    let person = school.people[0];
    let mut batch = school.batch(at(0, 9)).await;
    let mut work = batch.work();
    points::award(&mut work, &of(person, Act::Survey, "a")).await.unwrap();
    work.keep().await.unwrap();
    drop(batch);
    assert_eq!(award(&school, 0, &of(person, Act::Survey, "a")).await, paid(3, 3));
}

#[tokio::test]
async fn an_award_to_another_tenants_person_is_broken_not_paid() {
    let school = school().await;
    let (_, _, strangers) = school.strangers(1).await;
    let mut batch = school.batch(at(0, 9)).await;
    let mut work = batch.work();
    let outcome = points::award(&mut work, &of(strangers[0], Act::Survey, "a")).await;
    assert!(matches!(outcome, Err(Failure::Broken(_))));
    assert!(matches!(points::standing(&mut work, strangers[0]).await, Err(Failure::Broken(_))));
}

#[tokio::test]
async fn a_reversal_takes_back_once_and_opens_the_room_of_its_day() {
    let school = school().await;
    let (teacher, person) = (school.people[0], school.people[1]);
    award(&school, 0, &of(person, Act::Survey, "s")).await;
    award(&school, 0, &of(person, Act::OnSite, "wrong")).await;
    let mut batch = school.batch(at(0, 10)).await;
    let mut work = batch.work();
    let permit = roster::permit(&mut work, teacher, school.group).await.unwrap();
    let reversed = points::reverse(&mut work, permit, person, 2, Reason::Mistake).await.unwrap();
    assert_eq!(reversed, Reversed { number: 3, points: 10, balance: 3 });
    assert_eq!(points::standing(&mut work, person).await.unwrap().day_room, 17);

    let again = points::reverse(&mut work, permit, person, 2, Reason::Mistake).await;
    assert_eq!(refusal(again), "points-refused-reversed");
    let of_reversal = points::reverse(&mut work, permit, person, 3, Reason::Mistake).await;
    assert_eq!(refusal(of_reversal), "points-refused-is-reversal");
    let of_nothing = points::reverse(&mut work, permit, person, 9, Reason::Mistake).await;
    assert_eq!(refusal(of_nothing), "points-refused-no-entry");
    let audited = work.reading().rows("SELECT actor, action, object FROM audit", &[]).await.unwrap();
    assert_eq!(audited.len(), 1, "what was refused is not noted");
    let [action, object] = [1, 2].map(|column| audited[0].get::<String>(column).unwrap());
    assert_eq!((audited[0].get::<i64>(0).unwrap(), action.as_str()), (teacher.0, "points.reverse"));
    assert_eq!(object, format!("ledger entry 2 of person {person}"));
    work.keep().await.unwrap();
    commit(batch).await;

    assert_eq!(award(&school, 0, &of(person, Act::OnSite, "wrong")).await, Awarded::AlreadyPaid);
    assert_eq!(award(&school, 0, &of(person, Act::OnSite, "right")).await, paid(10, 13));
    assert_verified(&school).await;
}

#[tokio::test]
async fn a_reversal_later_opens_no_room_on_its_own_day() {
    let school = school().await;
    let (teacher, person) = (school.people[0], school.people[1]);
    award(&school, 0, &of(person, Act::OnSite, "a")).await;
    let mut batch = school.batch(at(8, 10)).await;
    let mut work = batch.work();
    let permit = roster::permit(&mut work, teacher, school.group).await.unwrap();
    points::reverse(&mut work, permit, person, 1, Reason::NotDone).await.unwrap();
    let standing = points::standing(&mut work, person).await.unwrap();
    assert_eq!((standing.balance, standing.day_room, standing.week_room), (0, 20, 60));
}

#[tokio::test]
async fn points_of_somebody_outside_the_permits_group_stay() {
    let school = school().await;
    let (_, _, strangers) = school.strangers(1).await;
    let mut batch = school.batch(at(0, 10)).await;
    let mut work = batch.work();
    let permit = roster::permit(&mut work, school.people[0], school.group).await.unwrap();
    let outcome = points::reverse(&mut work, permit, strangers[0], 1, Reason::Mistake).await;
    assert_eq!(refusal(outcome), "points-refused-other-group");
}

fn lesson(id: &str, minutes: u32) -> Lesson {
    Lesson {
        id: id.to_owned(),
        stage: Stage::Primary,
        class: CourseClass::Basic,
        minutes,
        texts: std::collections::BTreeMap::new(),
    }
}

#[tokio::test]
async fn what_is_remembered_in_a_batch_is_what_the_database_says() {
    let mut config = Config::for_tests();
    config.lessons.lessons.insert("a".to_owned(), lesson("a", 15));
    let school = TestSchool::open(3, config).await;
    let [teacher, first, second] = school.people[..] else { panic!("three people") };
    award(&school, 0, &of(first, Act::OnSite, "before")).await;
    let mut batch = school.batch(at(1, 9)).await;
    let mut work = batch.work();
    let readings = points::readings(&mut work, &[first, second, first]);
    work.read_together(readings).await.unwrap();
    for (person, act, id) in [
        (first, Act::QuizPass, "a"),
        (first, Act::QuizPass, "a"),
        (first, Act::FinishLesson, "a"),
        (second, Act::OnSite, "b"),
        (second, Act::FinalTest, "c"),
        (first, Act::Video, "d"),
    ] {
        points::award(&mut work, &of(person, act, id)).await.unwrap();
    }
    assert!(course::finish(&mut work, first, &lesson("a", 15)).await.unwrap());
    assert!(!course::finish(&mut work, first, &lesson("a", 15)).await.unwrap());
    let permit = roster::permit(&mut work, teacher, school.group).await.unwrap();
    points::reverse(&mut work, permit, second, 1, Reason::Duplicate).await.unwrap();
    let remembered = all_known(&mut work, &[first, second]).await;
    work.keep().await.unwrap();
    commit(batch).await;

    let mut batch = school.batch(at(1, 9)).await;
    let read = all_known(&mut batch.work(), &[first, second]).await;
    assert_eq!(remembered, read);
    let (standing, done) = &read[0];
    assert_eq!((standing.balance, standing.day_room, standing.week_room), (15, 15, 45));
    assert_eq!(standing.level.next.map(|next| (next.points, next.quizzes)), Some((45, 0)));
    assert_eq!((done.minutes, done.stages.len()), (15, 1));
}

async fn all_known(work: &mut Work<'_>, people: &[PersonId]) -> Vec<(Standing, Done)> {
    let mut all = Vec::new();
    for person in people {
        let standing = points::standing(work, *person).await.unwrap();
        all.push((standing, course::done(work, *person).await.unwrap()));
    }
    all
}

#[tokio::test]
async fn a_prefetched_person_is_not_read_again() {
    let school = school().await;
    let person = school.people[0];
    award(&school, 0, &of(person, Act::Survey, "a")).await;
    let mut batch = school.batch(at(0, 9)).await;
    let mut work = batch.work();
    let readings = points::readings(&mut work, &school.people);
    work.read_together(readings).await.unwrap();
    work.writing().await.unwrap().run("UPDATE accounts SET balance = 99", &[]).await.unwrap();
    assert_eq!(points::standing(&mut work, person).await.unwrap().balance, 3);
    work.undo().await.unwrap();
    let mut work = batch.work();
    work.writing().await.unwrap().run("UPDATE accounts SET balance = 99", &[]).await.unwrap();
    assert_eq!(points::standing(&mut work, person).await.unwrap().balance, 99, "undoing forgets");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_awarding_one_source_pay_it_once() {
    let school = std::sync::Arc::new(school().await);
    let tasks: Vec<_> = (0..16)
        .map(|number: usize| {
            let school = std::sync::Arc::clone(&school);
            tokio::spawn(async move {
                let person = school.people[0];
                let other = school.people[1 + (number / 2) % 2];
                let mut batch = school.batch(at(0, 9)).await;
                let mut work = batch.work();
                // Every second task goes through the people the other way round: nobody waits for anybody in a circle.
                let order = if number.is_multiple_of(2) { [person, other] } else { [other, person] };
                let mut paid = 0;
                for person in order {
                    let award = Award { actor: Actor::Person(person), ..of(person, Act::OnSite, "gate") };
                    paid +=
                        i32::from(points::award(&mut work, &award).await.unwrap() != Awarded::AlreadyPaid);
                }
                work.keep().await.unwrap();
                commit(batch).await;
                paid
            })
        })
        .collect();
    let mut paid = 0;
    for task in tasks {
        paid += task.await.unwrap();
    }
    assert_eq!(paid, 3, "one for each of three people");
    assert_verified(&school).await;
}
