//! Purpose: planning a run: writing what each group gets, a stretch of groups in one transaction.
//!
//! Invariants: a stretch is written together with the number of the last group in it, so a crash between two leaves a run that
//! goes on where it stood, and no group gets a lesson of a run twice. A run counts as made once all groups are planned. However
//! late its last groups are planned, their lessons must be on their way by the same time as those of the first.

use std::collections::HashMap;
use std::sync::Arc;

use super::course::{Course, Planned, shares};
use super::rules;
use super::schedule::{CatchUp, Schedule};
use super::store::pushes::{self, Push};
use super::store::{self, Run};
use super::unsent;
use crate::access::Button;
use crate::burden;
use crate::channel::{Button as CardButton, ButtonLook, Card, Outgoing, Styled};
use crate::clock::{HOUR_MS, Millis};
use crate::course::Lesson;
use crate::failure::Outcome;
use crate::i18n::{Language, say};
use crate::ids::{Address, GroupId};
use crate::outbox::{About, NewRow, Priority, Target};
use crate::quizzes;
use crate::roster::{self, Group};
use crate::timetable::missed::tell_at;
use crate::work::Work;

/// Rows to be sent that are planned in one transaction on SQLite, of all schedules together. A quarter of a broadcast's: each
/// question has a row of its own besides and each card words of its own, so that a row takes several times as long; see
/// docs/performance.md.
const ROWS_MAX: usize = 2_500;
/// The same on PostgreSQL, which takes four times as long.
const ROWS_MAX_POSTGRES: usize = 625;
/// A lesson to catch up with comes so much later than the day's own: two at once would be too much to read.
const EXTRA_AFTER_MS: i64 = HOUR_MS;
/// It is kept under so much after its run. Runs are at whole seconds, so no other lesson of the schedule is kept there.
const EXTRA_MS: i64 = 500;
/// However little late a lesson may be, it may be on its way for so long: 100,000 messages take nearly as much.
const SENDING_MS: i64 = HOUR_MS;

/// Rows that this transaction has planned, of all schedules.
#[derive(Debug, Default)]
struct RowsPlanned(usize);

/// How many rows are planned in one transaction, so that nobody waits for it longer than about 0.1 s.
pub(super) fn rows_max(work: &mut Work<'_>) -> usize {
    if work.reading().is_postgres() { ROWS_MAX_POSTGRES } else { ROWS_MAX }
}

/// Begins a run, or plans its next stretch, of `rows_max` rows at most with what other schedules have planned. True once all
/// groups are planned.
pub(super) async fn go_on(
    work: &mut Work<'_>,
    schedule: &Schedule,
    run: Run,
    rows_max: usize,
) -> Outcome<bool> {
    let config = Arc::clone(&work.config);
    let course = Course::of(schedule, &config.lessons, config.school.zone);
    // A card and its questions; at worst everybody has something to catch up with.
    let catches_up = schedule.term.is_some() && schedule.catch_up == CatchUp::OneMore;
    let rows_of_one = (1 + course.questions_max) * if catches_up { 2 } else { 1 };
    let before = work.memo::<RowsPlanned>().0;
    let stretch = rows_max.saturating_sub(before) / rows_of_one;
    if stretch == 0 && before > 0 {
        store::set_run(work, &schedule.name, Some(run)).await?;
        return Ok(false);
    }
    let stretch = stretch.max(1);
    let limit = i64::try_from(stretch).unwrap_or(i64::MAX);
    let mut groups = roster::active_groups_after(work, run.planned_until, limit).await?;
    let last = groups.get(stretch - 1).map(|group| group.id);
    groups.retain(|group| schedule.is_for(&group.native, group.stage));
    let shares = shares(work, schedule, run.at, &course, &groups).await?;
    let planned = shares.today.len() + shares.extra.len();
    work.memo::<RowsPlanned>().0 += planned * (1 + course.questions_max);
    let writer = Writer { schedule, course: &course, groups: &groups, run };
    writer.push(work, &shares.today, false).await?;
    writer.push(work, &shares.extra, true).await?;
    if let Some(last) = last {
        store::set_run(work, &schedule.name, Some(Run { planned_until: last, ..run })).await?;
        return Ok(false);
    }
    // What was planned too late to be sent may have ended before its run has.
    let unsent = pushes::unsent(work, &schedule.name, unsent::kept_under(run.at)).await?;
    let is_told = unsent != pushes::Unsent::default();
    let tell_at = is_told.then(|| tell_at(work.now, config.school.quiet, config.school.zone));
    store::occurrence(work, &schedule.name, run.at, None, tell_at).await?;
    store::set_run(work, &schedule.name, None).await?;
    Ok(true)
}

/// When a lesson of an occurrence may come that is ready at `at`: not in the quiet hours; and on a day without school only if
/// the schedule itself has brought it to one.
fn allowed(work: &Work<'_>, occurrence: Millis, at: Millis) -> Millis {
    let (quiet, time) = (work.config.school.quiet, work.config.school_time());
    let planned_for = time.today(quiet.next_allowed(occurrence, time.zone));
    if time.calendar.is_school_day(planned_for) {
        quiet.next_allowed_on_a_school_day(at, time)
    } else {
        quiet.next_allowed(at, time.zone)
    }
}

/// Writes the lessons of a stretch.
struct Writer<'r> {
    schedule: &'r Schedule,
    course: &'r Course<'r>,
    groups: &'r [Group],
    run: Run,
}

impl Writer<'_> {
    /// Writes lessons for groups and stages their cards and questions; `is_extra` for those to catch up with.
    async fn push(&self, work: &mut Work<'_>, planned: &[Planned<'_>], is_extra: bool) -> Outcome<()> {
        let config = Arc::clone(&work.config);
        let Self { schedule, course, run, .. } = self;
        let kept_under = run.at.plus_ms(if is_extra { EXTRA_MS } else { 0 });
        let after_ms = if is_extra { EXTRA_AFTER_MS } else { 0 };
        let not_before = allowed(work, run.at, work.now.plus_ms(after_ms));
        let late_max_ms = i64::try_from(schedule.late_max.as_millis()).unwrap_or(i64::MAX);
        let on_time = allowed(work, run.at, run.began.plus_ms(after_ms));
        let expires_at = on_time.plus_ms(late_max_ms.max(SENDING_MS));
        let pushes = pushes::insert(work, &schedule.name, kept_under, course.number, planned).await?;
        let counted: Vec<_> = pushes.iter().map(|push| (push.group, burden::Push::Lesson(push.id))).collect();
        burden::count(work, burden::day(work, not_before), &counted).await?;
        let groups: HashMap<GroupId, &Group> = self.groups.iter().map(|group| (group.id, group)).collect();
        let mut quizzes_wanted = Vec::new();
        let mut wordings: HashMap<(&str, Language), Option<Card>> = HashMap::new();
        for push in &pushes {
            let Some(group) = groups.get(&push.group).copied() else { continue };
            let Some(lesson) = config.lessons.lessons.get(&push.lesson) else { continue };
            let language = roster::language(work, None, Some(group));
            let wording = wordings.entry((lesson.id.as_str(), language)).or_insert_with(|| {
                let number = course.lessons.iter().position(|id| *id == lesson.id).map_or(0, |at| at + 1);
                worded(lesson, language, is_extra.then_some(number))
            });
            if let Some(card) = wording {
                stage_card(work, card.clone(), push, language, (not_before, expires_at));
            }
            quizzes_wanted.push((push.id, group, lesson));
        }
        quizzes::plan(work, &quizzes_wanted, not_before, schedule.quiz_open).await
    }
}

/// What the card of a lesson says to all groups that read a language; one to catch up with says which of the course it is.
fn worded(lesson: &Lesson, language: Language, caught_up: Option<usize>) -> Option<Card> {
    let text = lesson.text(language)?;
    let mut body = Styled::default();
    if let Some(number) = caught_up {
        body.push(&language.render(&say::lesson_catch_up(number)));
        body.push("\n");
    }
    body.push_styled(&rules::card(lesson, text, language));
    Some(Card { body, ..Card::default() })
}

/// Stages the card of a lesson in a group, with a button of its own.
fn stage_card(
    work: &mut Work<'_>,
    card: Card,
    push: &Push,
    language: Language,
    (not_before, expires_at): (Millis, Millis),
) {
    let chat = Address::Group(push.group);
    let token = work.button_key().token(Button::LessonDone(push.id), work.tenant, chat, None, work.now);
    let button =
        CardButton { label: language.render(&say::lesson_done_button()), does: ButtonLook::Token(token) };
    let card = Card { buttons: vec![vec![button]], ..card };
    work.send(NewRow {
        key: format!("lesson/{}", push.id),
        to: Target::Chat(chat),
        priority: Priority::Lesson,
        what: Outgoing::Say { card },
        about: Some(About::LessonCard { push: push.id }),
        not_before,
        expires_at: Some(expires_at),
    });
}
