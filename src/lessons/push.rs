//! Purpose: carrying out schedules: which occurrences are due, and what each group gets.
//!
//! Invariant: an occurrence and everything it plans are written in one transaction, so a crash leaves it either done
//! or due. Of several that came due while the program was off, only the latest runs; a group is never flooded.

use super::schedule::Schedule;
use super::{rules, store};
use crate::access::Button;
use crate::burden;
use crate::channel::{Button as CardButton, ButtonLook, Card, Outgoing};
use crate::clock::Millis;
use crate::course::Lesson;
use crate::failure::Outcome;
use crate::i18n::say;
use crate::ids::Address;
use crate::outbox::{About, NewRow, Priority, Target};
use crate::quizzes;
use crate::roster::{self, Group};
use crate::timetable::{Decision, Skip};
use crate::work::Work;

/// Occurrences dealt with in one transaction; more wait for the next.
const OCCURRENCES_MAX: usize = 500;

/// Deals with every occurrence that is due, and returns when the next one will be.
pub async fn run_due(work: &mut Work<'_>) -> Outcome<Option<Millis>> {
    let config = std::sync::Arc::clone(&work.config);
    let mut next: Option<Millis> = None;
    for schedule in &config.schedules {
        let upcoming = run_schedule(work, schedule).await?;
        next = [next, upcoming].into_iter().flatten().min();
    }
    Ok(next)
}

async fn run_schedule(work: &mut Work<'_>, schedule: &Schedule) -> Outcome<Option<Millis>> {
    let config = std::sync::Arc::clone(&work.config);
    let done_until = store::done_until(work, &schedule.name, &schedule.spec()).await?;
    let recurrence = schedule.recurrence();
    let due =
        recurrence.missed(done_until, work.now, schedule.late_max, OCCURRENCES_MAX, config.school_time());
    for Decision { occurrence, skipped } in &due.decisions {
        let reason = skipped.as_ref().map(Skip::to_text);
        let is_new = store::occurrence(work, &schedule.name, occurrence.at, reason.as_deref()).await?;
        if is_new && skipped.is_none() {
            plan(work, schedule, occurrence.at).await?;
        }
    }
    if due.done_until > done_until {
        store::set_done_until(work, &schedule.name, due.done_until).await?;
    }
    Ok(due.next)
}

/// Plans the next lesson of the schedule for each group.
async fn plan(work: &mut Work<'_>, schedule: &Schedule, occurrence: Millis) -> Outcome<()> {
    let config = std::sync::Arc::clone(&work.config);
    let course = rules::course(schedule, &config.lessons);
    let positions = store::positions(work, &schedule.name).await?;
    let groups = roster::active_groups(work).await?;
    let planned: Vec<_> = groups
        .iter()
        .filter_map(|group| {
            let lesson = course.get(positions.get(&group.id).copied().unwrap_or(0))?;
            Some((group.id, lesson.id.as_str()))
        })
        .collect();
    let pushes = store::insert_pushes(work, &schedule.name, occurrence, &planned).await?;
    let not_before = config.school.quiet.next_allowed(work.now, config.school.zone);
    let counted: Vec<_> = pushes.iter().map(|push| (push.group, burden::Push::Lesson(push.id))).collect();
    burden::count(work, burden::day(work, not_before), &counted).await?;
    let mut quizzes_wanted = Vec::new();
    for push in &pushes {
        let Some(group) = groups.iter().find(|group| group.id == push.group) else { continue };
        let Some(lesson) = config.lessons.lessons.get(&push.lesson) else { continue };
        stage_card(work, group, lesson, push, not_before);
        quizzes_wanted.push((push.id, group, lesson));
    }
    quizzes::plan(work, &quizzes_wanted, not_before, schedule.quiz_open).await
}

fn stage_card(work: &mut Work<'_>, group: &Group, lesson: &Lesson, push: &store::Push, not_before: Millis) {
    let language = roster::language(work, None, Some(group));
    let Some(text) = lesson.text(language) else { return };
    let chat = Address::Group(group.id);
    let token = work.button_key().token(Button::LessonDone(push.id), work.tenant, chat, None, work.now);
    let button =
        CardButton { label: language.render(&say::lesson_done_button()), does: ButtonLook::Token(token) };
    let card =
        Card { body: rules::card(lesson, text, language), buttons: vec![vec![button]], ..Card::default() };
    work.send(NewRow {
        key: format!("lesson/{}", push.id),
        to: Target::Chat(chat),
        priority: Priority::Lesson,
        what: Outgoing::Say { card },
        about: Some(About::LessonCard { push: push.id }),
        not_before,
        expires_at: None,
    });
}
