//! Purpose: carrying out schedules: which occurrences are due, and what each group gets.
//!
//! Invariant: an occurrence and everything it plans are written in one transaction, so a crash leaves it either done
//! or due. Of several that came due while the program was off, only the latest runs; a group is never flooded.

use std::collections::HashMap;

use super::schedule::Schedule;
use super::{rules, store, term};
use crate::access::Button;
use crate::burden;
use crate::channel::{Button as CardButton, ButtonLook, Card, Outgoing, Styled};
use crate::clock::{HOUR_MS, Millis};
use crate::course::{Catalogue, Lesson};
use crate::failure::Outcome;
use crate::i18n::say;
use crate::ids::{Address, GroupId};
use crate::outbox::{About, NewRow, Priority, Target};
use crate::quizzes;
use crate::roster::{self, Group};
use crate::timetable::missed::tell_at;
use crate::timetable::{DayKind, Decision, Skip};
use crate::work::Work;

/// Occurrences dealt with in one transaction; more wait for the next.
const OCCURRENCES_MAX: usize = 500;
/// A lesson to catch up with comes so much later than the day's own: two at once would be too much to read.
const EXTRA_AFTER_MS: i64 = HOUR_MS;
/// It is kept under so much after its run. Runs are at whole seconds, so no other lesson of the schedule is kept there.
const EXTRA_MS: i64 = 500;

/// Deals with every occurrence of a schedule that is due, and returns when the next one will be.
pub async fn run_due(work: &mut Work<'_>, schedule: &Schedule) -> Outcome<Option<Millis>> {
    let config = std::sync::Arc::clone(&work.config);
    let done_until = store::done_until(work, &schedule.name, &schedule.spec()).await?;
    let recurrence = schedule.recurrence();
    let term = schedule.term_bounds(config.school.zone);
    let due =
        recurrence.missed(done_until, work.now, schedule.late_max, OCCURRENCES_MAX, config.school_time());
    let is_in_term = |at: Millis| term.is_none_or(|(from, until)| from <= at && at < until);
    let is_missed = |decision: &Decision| {
        decision.skipped.as_ref().is_some_and(Skip::is_missed) && is_in_term(decision.occurrence.at)
    };
    let last_missed = due.decisions.iter().rfind(|decision| is_missed(decision));
    let tell_at = match last_missed {
        // Nobody misses a run that would have brought nothing.
        Some(missed) if brings_anything(work, schedule, missed.occurrence.at).await? => {
            Some(tell_at(work.now, config.school.quiet, config.school.zone))
        }
        _ => None,
    };
    for decision in &due.decisions {
        let Decision { occurrence, skipped } = decision;
        let out_of_term = (!is_in_term(occurrence.at)).then_some(Skip::NoSchool(DayKind::OutOfTerm));
        let reason = skipped.as_ref().or(out_of_term.as_ref()).map(Skip::to_text);
        let tell_at = tell_at.filter(|_| is_missed(decision));
        let is_new =
            store::occurrence(work, &schedule.name, occurrence.at, reason.as_deref(), tell_at).await?;
        if is_new && reason.is_none() {
            plan(work, schedule, occurrence.at).await?;
        }
    }
    if due.done_until > done_until {
        store::set_done_until(work, &schedule.name, due.done_until).await?;
    }
    Ok(due.next)
}

/// Plans for each group the lesson, or the two, that it is to get.
async fn plan(work: &mut Work<'_>, schedule: &Schedule, occurrence: Millis) -> Outcome<()> {
    let config = std::sync::Arc::clone(&work.config);
    let course = course(schedule, &config.lessons);
    let groups = groups(work, schedule).await?;
    let (today, extra) = shares(work, schedule, occurrence, &course, &groups).await?;
    let run = Run { schedule, course: &course, groups: &groups };
    let (zone, quiet) = (config.school.zone, config.school.quiet);
    run.push(work, occurrence, &today, false, quiet.next_allowed(work.now, zone)).await?;
    let later = quiet.next_allowed(work.now.plus_ms(EXTRA_AFTER_MS), zone);
    run.push(work, occurrence.plus_ms(EXTRA_MS), &extra, true, later).await
}

/// The ids of the lessons a schedule goes through, in order.
fn course<'c>(schedule: &Schedule, catalogue: &'c Catalogue) -> Vec<&'c str> {
    schedule.course(catalogue).into_iter().map(|lesson| lesson.id.as_str()).collect()
}

/// The groups a schedule is for.
async fn groups(work: &mut Work<'_>, schedule: &Schedule) -> Outcome<Vec<Group>> {
    let mut groups = roster::active_groups(work).await?;
    groups.retain(|group| schedule.is_for(&group.native, group.stage));
    Ok(groups)
}

/// Whether any group would get a lesson by this run.
async fn brings_anything(work: &mut Work<'_>, schedule: &Schedule, occurrence: Millis) -> Outcome<bool> {
    let config = std::sync::Arc::clone(&work.config);
    let course = course(schedule, &config.lessons);
    let groups = groups(work, schedule).await?;
    let (today, extra) = shares(work, schedule, occurrence, &course, &groups).await?;
    Ok(!today.is_empty() || !extra.is_empty())
}

/// A lesson for a group.
type Planned<'c> = (GroupId, &'c str);

/// What each group is to get now, and what it is to catch up with later that day.
async fn shares<'c>(
    work: &mut Work<'_>,
    schedule: &Schedule,
    occurrence: Millis,
    course: &[&'c str],
    groups: &[Group],
) -> Outcome<(Vec<Planned<'c>>, Vec<Planned<'c>>)> {
    let Some((from, until)) = schedule.term_bounds(work.config.school.zone) else {
        let positions = store::positions(work, &schedule.name).await?;
        let next = |group: &Group| {
            let lesson = course.get(positions.get(&group.id).copied().unwrap_or(0))?;
            Some((group.id, *lesson))
        };
        return Ok((groups.iter().filter_map(next).collect(), Vec::new()));
    };
    let runs_before = store::runs_between(work, &schedule.name, from, occurrence).await?;
    let had = store::had_between(work, &schedule.name, from, until).await?;
    let (mut today, mut extra) = (Vec::new(), Vec::new());
    for group in groups {
        let had = |lesson: &str| had.get(&group.id).is_some_and(|lessons| lessons.contains(lesson));
        let share = term::share(course, runs_before, had, schedule.catch_up);
        today.extend(share.today.map(|lesson| (group.id, lesson)));
        extra.extend(share.caught_up.map(|lesson| (group.id, lesson)));
    }
    Ok((today, extra))
}

/// A run of a schedule: what there is to learn, and who is to get of it.
struct Run<'r> {
    schedule: &'r Schedule,
    course: &'r [&'r str],
    groups: &'r [Group],
}

impl Run<'_> {
    /// Writes lessons for groups and stages their cards and questions.
    async fn push(
        &self,
        work: &mut Work<'_>,
        occurrence: Millis,
        planned: &[Planned<'_>],
        is_extra: bool,
        not_before: Millis,
    ) -> Outcome<()> {
        let config = std::sync::Arc::clone(&work.config);
        let pushes = store::insert_pushes(work, &self.schedule.name, occurrence, planned).await?;
        let counted: Vec<_> = pushes.iter().map(|push| (push.group, burden::Push::Lesson(push.id))).collect();
        burden::count(work, burden::day(work, not_before), &counted).await?;
        let groups: HashMap<GroupId, &Group> = self.groups.iter().map(|group| (group.id, group)).collect();
        let mut quizzes_wanted = Vec::new();
        for push in &pushes {
            let Some(group) = groups.get(&push.group).copied() else { continue };
            let Some(lesson) = config.lessons.lessons.get(&push.lesson) else { continue };
            let number = self.course.iter().position(|id| *id == lesson.id).map_or(0, |at| at + 1);
            stage_card(work, group, lesson, push, is_extra.then_some(number), not_before);
            quizzes_wanted.push((push.id, group, lesson));
        }
        quizzes::plan(work, &quizzes_wanted, not_before, self.schedule.quiz_open).await
    }
}

/// Stages the card of a lesson; one to catch up with says which of the course it is.
fn stage_card(
    work: &mut Work<'_>,
    group: &Group,
    lesson: &Lesson,
    push: &store::Push,
    caught_up: Option<usize>,
    not_before: Millis,
) {
    let language = roster::language(work, None, Some(group));
    let Some(text) = lesson.text(language) else { return };
    let chat = Address::Group(group.id);
    let token = work.button_key().token(Button::LessonDone(push.id), work.tenant, chat, None, work.now);
    let button =
        CardButton { label: language.render(&say::lesson_done_button()), does: ButtonLook::Token(token) };
    let mut body = Styled::default();
    if let Some(number) = caught_up {
        body.push(&language.render(&say::lesson_catch_up(number)));
        body.push("\n");
    }
    body.push_styled(&rules::card(lesson, text, language));
    let card = Card { body, buttons: vec![vec![button]], ..Card::default() };
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
