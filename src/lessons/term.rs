//! Purpose: a course that is laid over a term: which lessons a group gets at a run.
//!
//! A run that is skipped, because of the calendar or because the program was off, takes no lesson with it: the course goes on
//! where it stood, for every group alike. So only a group that wasn't there has anything to catch up with.
//!
//! Invariants: pure. At the same run every group is given the same lesson of the day, unless it has had it. No group is given
//! a lesson twice, or more than two at a run; what is caught up with comes in the order of the course.

/// What a group gets at a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Share<'c> {
    /// The day's lesson.
    pub(super) today: Option<&'c str>,
    /// One it has missed.
    pub(super) caught_up: Option<&'c str>,
}

/// The share of a group that `had` some lessons, at the run after `runs_before` others of the term. After the last lesson
/// there is none of the day, but those that are missing still come, as far as it `catches_up` with them.
pub(super) fn share<'c>(
    course: &[&'c str],
    runs_before: usize,
    had: impl Fn(&str) -> bool,
    catches_up: impl Fn(&str) -> bool,
) -> Share<'c> {
    let today = course.get(runs_before).copied().filter(|lesson| !had(lesson));
    let mut before = course.iter().take(runs_before).copied();
    let caught_up = before.find(|lesson| !had(lesson) && catches_up(lesson));
    Share { today, caught_up }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COURSE: [&str; 12] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];

    /// What becomes of an occurrence of the term, and whether the group is there.
    type Day = (bool, bool);

    /// What a group gets on each day of a term.
    fn term(course: &[&'static str], days: &[Day], catches_up: bool) -> Vec<Share<'static>> {
        let (mut runs, mut had) = (0, Vec::new());
        let mut shares = Vec::new();
        for (ran, there) in days {
            let mut given = Share::default();
            if *ran && *there {
                given = share(course, runs, |lesson| had.contains(&lesson), |_| catches_up);
                had.extend(given.today.into_iter().chain(given.caught_up));
            }
            runs += usize::from(*ran);
            shares.push(given);
        }
        shares
    }

    proptest! {
        #[test]
        fn whatever_happens_each_lesson_comes_once_in_order_and_never_more_than_two_at_a_run(
            lessons in 0..=COURSE.len(),
            days in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..60),
            catches_up in any::<bool>(),
        ) {
            let course = &COURSE[..lessons];
            let shares = term(course, &days, catches_up);
            let place = |lesson: &str| course.iter().position(|known| *known == lesson).unwrap();
            let today: Vec<usize> = shares.iter().filter_map(|share| share.today).map(place).collect();
            let extra: Vec<usize> = shares.iter().filter_map(|share| share.caught_up).map(place).collect();
            prop_assert!(today.is_sorted_by(|one, next| one < next), "{today:?}");
            let mut all: Vec<usize> = today.iter().chain(&extra).copied().collect();
            let given = all.len();
            all.sort_unstable();
            all.dedup();
            prop_assert_eq!(all.len(), given, "none comes twice");
            prop_assert!(catches_up || extra.is_empty());
            // What is caught up with is what was missed before, the earliest first.
            let mut had: Vec<usize> = Vec::new();
            for (number, share) in shares.iter().enumerate() {
                let runs = days[..number].iter().filter(|(ran, _)| *ran).count();
                if let Some(lesson) = share.caught_up.map(place) {
                    prop_assert!(lesson < runs);
                    prop_assert!((0..lesson).all(|earlier| had.contains(&earlier)), "{lesson} before its turn");
                }
                had.extend(share.today.into_iter().chain(share.caught_up).map(place));
            }
        }

        #[test]
        fn all_groups_have_the_same_lesson_on_the_same_day_whatever_each_has_missed(
            ran in proptest::collection::vec(any::<bool>(), 0..40),
            one in proptest::collection::vec(any::<bool>(), 40),
            other in proptest::collection::vec(any::<bool>(), 40),
        ) {
            let days = |there: &[bool]| -> Vec<Day> { ran.iter().copied().zip(there.iter().copied()).collect() };
            let one = term(&COURSE, &days(&one), true);
            let other = term(&COURSE, &days(&other), true);
            for (one, other) in one.iter().zip(&other) {
                if let (Some(one), Some(other)) = (one.today, other.today) {
                    prop_assert_eq!(one, other);
                }
            }
        }

        #[test]
        fn a_group_that_stays_long_enough_gets_every_lesson(
            lessons in 0..=COURSE.len(),
            before in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..30),
            after in proptest::collection::vec(any::<bool>(), 0..60),
        ) {
            let course = &COURSE[..lessons];
            let stays = after.iter().map(|ran| (*ran, true)).chain(std::iter::repeat_n((true, true), lessons));
            let days: Vec<Day> = before.into_iter().chain(stays).collect();
            let shares = term(course, &days, true);
            let mut given: Vec<&str> =
                shares.iter().flat_map(|share| share.today.into_iter().chain(share.caught_up)).collect();
            given.sort_unstable();
            prop_assert_eq!(given, course);
        }
    }

    #[test]
    fn who_comes_at_the_fifth_run_gets_the_fifth_lesson_and_the_first() {
        let there = share(&COURSE, 4, |_| false, |_| true);
        assert_eq!(there, Share { today: Some("e"), caught_up: Some("a") });
        let of_some = share(&COURSE, 4, |_| false, |lesson| lesson > "b");
        assert_eq!(of_some, Share { today: Some("e"), caught_up: Some("c") });
    }

    #[test]
    fn after_the_last_lesson_who_has_all_gets_nothing() {
        assert_eq!(share(&COURSE, 12, |_| true, |_| true), Share::default());
        assert_eq!(share(&COURSE, 40, |lesson| lesson != "c", |_| true).caught_up, Some("c"));
    }
}
