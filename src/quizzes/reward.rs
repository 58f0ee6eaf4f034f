//! Purpose: what a finished quiz earns, and telling it to the one who took it.
//!
//! Invariant: the best try counts, and each act of points once for a lesson, however often it is asked for.

use std::sync::Arc;

use super::rules::{Grade, Score, best, grade};
use super::store;
use crate::failure::Outcome;
use crate::i18n::say;
use crate::ids::{GroupId, PersonId};
use crate::points::{self, Act, Actor, Award, Awarded};
use crate::private;
use crate::roster;
use crate::work::Work;

/// Pays what the person's answers to a lesson's quiz are worth so far. Returns the best try that is finished, if one is, and the
/// points that are new.
pub(super) async fn pay(
    work: &mut Work<'_>,
    person: PersonId,
    lesson: &str,
) -> Outcome<Option<(Score, u32)>> {
    let Some(score) = best(&store::scores(work, person, lesson).await?) else { return Ok(None) };
    let acts: &[Act] = match grade(score) {
        Grade::Unfinished | Grade::NotPassed => &[],
        Grade::Passed => &[Act::QuizPass],
        Grade::Full => &[Act::QuizPass, Act::QuizPerfect],
    };
    let mut paid = 0;
    for act in acts {
        let award =
            Award { person, act: *act, source_kind: "quiz", source_id: lesson, actor: Actor::Person(person) };
        if let Awarded::Paid { points, .. } = points::award(work, &award).await? {
            paid += points;
        }
    }
    Ok(Some((score, paid)))
}

/// Pays it, and tells the person in private.
pub(super) async fn reward(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    lesson: &str,
) -> Outcome<()> {
    match pay(work, person, lesson).await? {
        Some((score, paid)) => tell_result(work, group, person, lesson, score, paid).await,
        None => Ok(()),
    }
}

/// Tells the one who finished a quiz, where only they can read it; nowhere if there is no such place.
async fn tell_result(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    lesson: &str,
    score: Score,
    paid: u32,
) -> Outcome<()> {
    let Some(person) = roster::person_by_id(work, person).await? else { return Ok(()) };
    let config = Arc::clone(&work.config);
    let Some(group) = roster::group_by_id(work, group).await? else { return Ok(()) };
    let language = roster::language(work, Some(&person), Some(&group));
    let title = config.lessons.lessons.get(lesson).and_then(|lesson| lesson.text(language));
    let title = title.map(|text| text.title.clone()).unwrap_or_default();
    let words = if paid > 0 {
        say::quiz_result_paid(paid, score.questions, score.right, title)
    } else {
        say::quiz_result(score.questions, score.right, title)
    };
    let key = format!("quiz-result/{}/{lesson}", person.id);
    let fallback = private::points_card(work, &group);
    private::tell_if_possible(work, key, &person, &group, language.render(&words), fallback);
    Ok(())
}
