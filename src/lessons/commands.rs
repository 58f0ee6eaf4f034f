//! Purpose: what happens when a parent says a lesson is done.

use super::rules;
use super::store::pushes;
use crate::course;
use crate::failure::{Failure, Outcome};
use crate::i18n::{Text, say};
use crate::ids::{Native, PersonId, PushId};
use crate::points::{self, Act, Actor, Award};
use crate::work::Work;

/// A lesson's card was shown: from now on the time to read it counts.
pub async fn card_sent(work: &mut Work<'_>, push: PushId, message: &Native) -> Outcome<()> {
    Ok(pushes::set_shown(work, push, message).await?)
}

/// A parent pressed "done". Returns what they are told.
pub async fn done(work: &mut Work<'_>, person: PersonId, push: PushId) -> Outcome<Text> {
    let push =
        pushes::push(work, push).await?.ok_or_else(|| Failure::Refused(say::refused_button_unknown()))?;
    let config = std::sync::Arc::clone(&work.config);
    let lesson = config
        .lessons
        .lessons
        .get(&push.lesson)
        .ok_or_else(|| Failure::Refused(say::refused_lesson_gone()))?;
    if course::has_finished(work, person, &lesson.id).await? {
        return Ok(say::lesson_done_before());
    }
    if let Some(left_ms) = rules::reading_left_ms(lesson.minutes, push.at, work.now) {
        let minutes = (left_ms + 59_999) / 60_000;
        return Ok(say::lesson_read_first(minutes, lesson.minutes));
    }
    if !course::finish(work, person, lesson).await? {
        return Ok(say::lesson_done_before());
    }
    let award = Award {
        person,
        act: Act::FinishLesson,
        source_kind: "lesson",
        source_id: &lesson.id,
        actor: Actor::Person(person),
    };
    let awarded = points::award(work, &award).await?;
    Ok(say::lesson_done(points::award_text(&awarded)))
}
