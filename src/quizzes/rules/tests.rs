//! Purpose: tries, orders and shares.

use super::*;

fn of(questions: u32, answered: u32, right: u32) -> Grade {
    grade(Score { questions, answered, right })
}

#[test]
fn three_of_five_pass_and_two_of_four_do_not() {
    assert_eq!(of(5, 5, 3), Grade::Passed);
    assert_eq!(of(4, 4, 2), Grade::NotPassed);
    assert_eq!(of(4, 4, 4), Grade::Full);
}

#[test]
fn nothing_is_graded_before_the_last_question() {
    assert_eq!(of(4, 3, 3), Grade::Unfinished);
    assert_eq!(of(0, 0, 0), Grade::Unfinished);
}

#[test]
fn the_best_try_counts_and_an_unfinished_one_does_not() {
    let score = |answered, right| Score { questions: 3, answered, right };
    assert_eq!(best(&[score(3, 1), score(3, 2), score(2, 2)]), Some(score(3, 2)));
    assert_eq!(best(&[score(2, 2)]), None);
}

/// Takes a try to its end, with so many right answers.
fn take(given: &mut Vec<Given>, right: u32) -> Next {
    for place in 1..=4 {
        match next("7/l", 4, given, true) {
            Next::Ask { number, question, place: at } => {
                assert_eq!(at, place);
                given.push(Given { number, question, option: 0, correct: place <= right, counts: true });
            }
            other @ Next::Finished { .. } => panic!("{other:?}"),
        }
    }
    next("7/l", 4, given, false)
}

#[test]
fn a_quiz_asks_each_question_once_a_try_and_ends_after_three() {
    let mut given = Vec::new();
    for (number, left) in [(1, 2), (2, 1), (3, 0)] {
        let score = Score { questions: 4, answered: 4, right: number };
        assert_eq!(take(&mut given, number), Next::Finished { score, left });
        let mut asked: Vec<u32> =
            given.iter().filter(|answer| answer.number == number).map(|answer| answer.question).collect();
        asked.sort_unstable();
        assert_eq!(asked, [0, 1, 2, 3]);
    }
    assert!(matches!(next("7/l", 4, &given, true), Next::Finished { left: 0, .. }));
}

#[test]
fn nobody_is_asked_again_once_everything_was_right() {
    let mut given = Vec::new();
    assert!(matches!(take(&mut given, 4), Next::Finished { left: 0, .. }));
    assert!(matches!(next("7/l", 4, &given, true), Next::Finished { left: 0, .. }));
}

#[test]
fn an_outsider_who_had_everything_right_has_the_other_tries_left_as_a_member() {
    let mut given = Vec::new();
    take(&mut given, 4);
    for answer in &mut given {
        answer.counts = false;
    }
    assert!(matches!(next("7/l", 4, &given, false), Next::Finished { left: 2, .. }));
    assert!(matches!(next("7/l", 4, &given, true), Next::Ask { number: 2, place: 1, .. }));
}

#[test]
fn an_order_has_every_number_once_and_differs_between_people_and_tries() {
    let mut orders = std::collections::BTreeSet::new();
    for person in 0..40 {
        let mixed = order(&format!("{person}/primary-sleep/1"), 4);
        assert_eq!(mixed, order(&format!("{person}/primary-sleep/1"), 4));
        let mut sorted = mixed.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3]);
        orders.insert(mixed);
    }
    assert!(orders.len() > 10, "{} orders of 24", orders.len());
}

#[test]
fn a_group_is_told_of_a_question_from_five_answers_on() {
    let tally = |question, chosen: &[u32]| Tally { question, correct: 1, chosen: chosen.to_vec() };
    let told = told(vec![tally(0, &[0, 4]), tally(1, &[1, 4]), tally(2, &[4, 2]), tally(3, &[0, 0])]);
    assert_eq!(told.iter().map(|tally| tally.question).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((told[0].right(), told[1].right()), (80, 33));
    assert_eq!(hardest(&told).map(|tally| tally.question), Some(2));
    assert_eq!(hardest(&[tally(0, &[0, 9])]), None, "all right");
}

#[test]
fn a_quiz_has_two_hours_left_or_half_of_its_time() {
    let hours = Duration::from_hours;
    assert_eq!(
        (left_min(hours(24)), left_min(hours(4)), left_min(hours(1))),
        (hours(2), hours(2), hours(1) / 2)
    );
}
