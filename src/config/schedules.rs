//! Purpose: `schedules.toml`: when lessons are pushed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::item::Item;
use super::reader::{Page, Table};
use crate::course::Stage;
use crate::i18n::say;
use crate::ids::Native;
use crate::lessons::schedule::{CatchUp, Schedule};
use crate::timetable::missed::LATE_MIN;
use crate::timetable::{DayRule, Term, Timing, phrase};

/// A name stands in the database and in reports.
const NAME_UNITS_MAX: usize = 40;
/// Each is looked at whenever the next run is sought.
const SCHEDULES_MAX: usize = 200;
/// Lessons of one schedule.
const LESSONS_MAX: usize = 500;
/// Groups one schedule is limited to; more are better told apart by their stage.
const GROUPS_MAX: usize = 500;

/// The lessons there are, by id, with the stage if it could be read.
type Known = BTreeMap<String, Option<Stage>>;

/// Reads the file; `late_max` holds for schedules that say nothing of their own.
pub(super) fn read(page: &Page<'_>, known: &Known, terms: &[Term], late_max: Duration) -> Vec<Schedule> {
    let mut root = page.root();
    let tables = root.tables("schedule");
    if tables.len() > SCHEDULES_MAX {
        root.note(say::config_list_length(tables.len(), "schedule", SCHEDULES_MAX, 0_usize));
        return Vec::new();
    }
    let mut names = BTreeSet::new();
    let read = |table| read_schedule(table, known, terms, late_max, &mut names);
    let schedules = tables.into_iter().filter_map(read).collect();
    root.finish();
    schedules
}

fn read_schedule(
    mut table: Table<'_>,
    known: &Known,
    terms: &[Term],
    late_max: Duration,
    names: &mut BTreeSet<String>,
) -> Option<Schedule> {
    let name = table.need("name").and_then(|item| {
        let name = item.words(NAME_UNITS_MAX)?;
        let unique = names.insert(name.clone());
        item.settle(if unique { Ok(name) } else { Err(say::config_twice(&name)) })
    });
    let timing = table.need("cron").and_then(|item| {
        let spec = item.text()?;
        item.settle(Timing::parse(spec).map_err(|problem| phrase::timing_problem(&problem)))
    });
    let school_days = table.get("school_days").and_then(|item| item.one_of(&DayRule::NAMED));
    let stage_item = table.get("stage");
    let stage = stage_item.as_ref().and_then(|item| item.one_of(&Stage::NAMED));
    let lessons_item = table.get("lessons");
    let lessons = lessons_item
        .as_ref()
        .and_then(|item| item.distinct(1..=LESSONS_MAX, |lesson| read_lesson(lesson, known)));
    match (&stage_item, &lessons_item) {
        (Some(_), Some(lessons)) => lessons.note(say::config_stage_or_lessons()),
        (Some(item), None) if stage.is_some_and(|stage| !has_stage(known, stage)) => {
            item.note(say::config_stage_without_lessons(item.text().unwrap_or_default()));
        }
        (None, None) if known.is_empty() => table.note(say::config_no_lessons()),
        _ => {}
    }
    let groups = table.get("groups").and_then(|item| item.distinct(1..=GROUPS_MAX, read_group));
    let term_item = table.get("term");
    let term = term_item.as_ref().and_then(|item| read_term(item, terms));
    let catch_up = table.get("catch_up").and_then(|item| {
        if term_item.is_none() {
            item.note(say::config_only_with_term(item.key()));
        }
        item.one_of(&CatchUp::NAMED)
    });
    let own_late_max = table.get("late_max_hours").and_then(|item| item.hours(0..=168));
    let quiz_open = table.get("quiz_open_hours").and_then(|item| item.hours(1..=336));
    table.finish();
    Some(Schedule {
        name: name?,
        timing: timing?,
        school_days: school_days.unwrap_or_default(),
        stage,
        lessons: lessons.unwrap_or_default(),
        groups: groups.unwrap_or_default(),
        term,
        catch_up: catch_up.unwrap_or_default(),
        late_max: own_late_max.map_or(late_max, |late_max| late_max.max(LATE_MIN)),
        quiz_open: quiz_open.unwrap_or(Duration::from_hours(24)),
    })
}

fn read_group(item: &Item<'_>) -> Option<Native> {
    let id = item.integer(i64::MIN..=i64::MAX)?;
    item.settle(if id < 0 { Ok(Native::from(id)) } else { Err(say::config_group_id(id.to_string())) })
}

fn read_term(item: &Item<'_>, terms: &[Term]) -> Option<Term> {
    let name = item.text()?.trim();
    let found = terms.iter().find(|term| *term.name == *name).cloned();
    let names = || terms.iter().map(|term| term.name.as_ref());
    item.settle(found.ok_or_else(|| match super::nearest::nearest(name, names()) {
        Some(meant) => say::config_unknown_term_near(meant, name),
        None => say::config_unknown_term(name),
    }))
}

/// Whether a stage has a lesson, or may have one that can't be read yet.
fn has_stage(known: &Known, stage: Stage) -> bool {
    known.values().any(|of| of.is_none_or(|of| of == stage))
}

fn read_lesson(item: &Item<'_>, known: &Known) -> Option<String> {
    let id = item.text()?;
    if known.contains_key(id) {
        return Some(id.to_owned());
    }
    item.note(match super::nearest::nearest(id, known.keys().map(String::as_str)) {
        Some(meant) => say::config_unknown_lesson_near(id, meant),
        None => say::config_unknown_lesson(id),
    });
    None
}
