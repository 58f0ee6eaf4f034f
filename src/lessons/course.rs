//! Purpose: which lessons each group is to get at a run of a schedule.
//!
//! Invariants: nothing is written. Of a group that has had all before it only its newest push is read, so that a run costs the
//! same at the end of a term as at its beginning.

use super::schedule::{CatchUp, Schedule};
use super::store::{self, pushes};
use super::term;
use crate::clock::Millis;
use crate::course::Catalogue;
use crate::failure::Outcome;
use crate::ids::GroupId;
use crate::roster::{self, Group};
use crate::work::Work;

/// Groups that are looked at in one read, to find one that gets a lesson.
const LOOKED_AT: i64 = 1_000;

/// What a schedule goes through.
#[derive(Clone, Debug)]
pub(super) struct Course<'c> {
    /// The ids of the lessons, in order.
    pub(super) lessons: Vec<&'c str>,
    /// Its number: another course has another, and one that counts from a group's own beginning has 0.
    pub(super) number: i64,
    /// Most questions of a lesson.
    pub(super) questions_max: usize,
    term: Option<(Millis, Millis)>,
}

impl<'c> Course<'c> {
    /// That of a schedule.
    pub(super) fn of(schedule: &Schedule, catalogue: &'c Catalogue, zone: chrono_tz::Tz) -> Self {
        let course = schedule.course(catalogue);
        let texts = course.iter().flat_map(|lesson| lesson.texts.values());
        let questions_max = texts.map(|text| text.quiz.len()).max().unwrap_or(0);
        let lessons: Vec<&str> = course.into_iter().map(|lesson| lesson.id.as_str()).collect();
        let term = schedule.term_bounds(zone);
        let number = term.map_or(0, |(from, _)| number(from, &lessons));
        Self { lessons, number, questions_max, term }
    }
}

/// A number that is the same for the same lessons in the same order from the same day on, and never 0: FNV-1a. It is kept, so
/// it must not change.
fn number(from: Millis, lessons: &[&str]) -> i64 {
    let ids = lessons.iter().flat_map(|id| id.bytes().chain([0]));
    let bytes = from.0.to_le_bytes().into_iter().chain(ids);
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325, step);
    i64::from_le_bytes(hash.to_le_bytes()).max(i64::MIN + 1) | 1
}

/// A lesson for a group.
pub(super) type Planned<'c> = pushes::NewPush<'c>;

/// What groups are to get now, and what they are to catch up with later that day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shares<'c> {
    /// The next lesson, or that of the day.
    pub(super) today: Vec<Planned<'c>>,
    /// What was missed.
    pub(super) extra: Vec<Planned<'c>>,
}

/// What these groups, in the order of their numbers, are to get at an occurrence.
pub(super) async fn shares<'c>(
    work: &mut Work<'_>,
    schedule: &Schedule,
    occurrence: Millis,
    course: &Course<'c>,
    groups: &[Group],
) -> Outcome<Shares<'c>> {
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else { return Ok(Shares::default()) };
    let places = pushes::places(work, &schedule.name, course.number, (first.id, last.id)).await?;
    // Known for most: how many lessons a group has had.
    let known = |group: &Group| places.get(&group.id).copied().unwrap_or(Some(0));
    let Some(term) = course.term else {
        let unknown: Vec<GroupId> =
            groups.iter().filter(|group| known(group).is_none()).map(|group| group.id).collect();
        let counts = pushes::counts(work, &schedule.name, &unknown).await?;
        let next = |group: &Group| {
            let had = known(group).or_else(|| counts.get(&group.id).copied()).unwrap_or(0);
            Some(planned(group, course.lessons.get(had)?, had + 1))
        };
        return Ok(Shares { today: groups.iter().filter_map(next).collect(), extra: Vec::new() });
    };
    let runs_before = store::runs_between(work, &schedule.name, term.0, occurrence).await?;
    let all_before = runs_before.min(course.lessons.len());
    let is_complete = |group: &Group| known(group) == Some(all_before);
    let others: Vec<GroupId> =
        groups.iter().filter(|group| !is_complete(group)).map(|group| group.id).collect();
    let pushed = pushes::pushed_between(work, &schedule.name, term, &others).await?;
    let none = pushes::Lessons::default();
    let mut shares = Shares::default();
    for group in groups {
        if is_complete(group) {
            let today = course.lessons.get(runs_before);
            shares.today.extend(today.map(|lesson| planned(group, lesson, all_before + 1)));
            continue;
        }
        let pushed = pushed.get(&group.id).unwrap_or(&none);
        let had = |lesson: &str| pushed.had.contains(lesson);
        let catches_up =
            |lesson: &str| schedule.catch_up == CatchUp::OneMore || pushed.unsent.contains(lesson);
        let share = term::share(&course.lessons, runs_before, had, catches_up);
        let before = course.lessons.iter().filter(|lesson| had(lesson)).count();
        shares.today.extend(share.today.map(|lesson| planned(group, lesson, before + 1)));
        let before = before + usize::from(share.today.is_some());
        shares.extra.extend(share.caught_up.map(|lesson| planned(group, lesson, before + 1)));
    }
    Ok(shares)
}

fn planned<'c>(group: &Group, lesson: &'c str, place: usize) -> Planned<'c> {
    Planned { group: group.id, lesson, place: i64::try_from(place).unwrap_or(i64::MAX) }
}

/// Whether any group would get a lesson at an occurrence.
pub(super) async fn brings_anything(
    work: &mut Work<'_>,
    schedule: &Schedule,
    occurrence: Millis,
) -> Outcome<bool> {
    let config = std::sync::Arc::clone(&work.config);
    let course = Course::of(schedule, &config.lessons, config.school.zone);
    let mut after = GroupId(0);
    loop {
        let mut groups = roster::active_groups_after(work, after, LOOKED_AT).await?;
        let Some(last) = groups.last().map(|group| group.id) else { return Ok(false) };
        groups.retain(|group| schedule.is_for(&group.native, group.stage));
        if shares(work, schedule, occurrence, &course, &groups).await? != Shares::default() {
            return Ok(true);
        }
        after = last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_is_known_by_its_lessons_their_order_and_its_first_day() {
        let day = Millis(1_788_192_000_000);
        let one = number(day, &["a", "b"]);
        assert_eq!(one, number(day, &["a", "b"]));
        let others: [(Millis, &[&str]); 4] =
            [(day, &["b", "a"]), (day, &["ab"]), (day, &["a", "b", "c"]), (day.plus_ms(1), &["a", "b"])];
        for (from, lessons) in others {
            assert_ne!(one, number(from, lessons), "{lessons:?}");
        }
        assert_ne!(number(Millis(0), &[]), 0);
    }
}
