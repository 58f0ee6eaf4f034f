//! Purpose: what `homeroom check` says: every problem, or what the configuration will do and what is odd about it.
//!
//! Invariant: a configuration that can be used is never refused because of something odd; a problem is never only odd.

use std::collections::BTreeSet;
use std::path::Path;

use super::files::Files;
use super::problem::{Findings, Problem};
use super::{Config, LANGUAGES, School};
use crate::burden::rules::BurdenLimit;
use crate::clock::{DAY_MS, Millis};
use crate::course::Stage;
use crate::i18n::{Language, Text, say};
use crate::lessons::schedule::Schedule;
use crate::timetable::{Recurrence, Term, phrase, wall};

/// How many runs of each schedule are told.
const RUNS_TOLD: usize = 3;
/// How many lines each schedule has at most, skipped runs included.
const OCCURRENCES_TOLD_MAX: usize = 12;
/// How many lessons of a term's course are told with their days.
const LESSONS_TOLD_MAX: usize = 100;
/// How many runs are looked at to find what is odd.
const RUNS_LOOKED_AT: usize = 30;

/// Reads a configuration and says in `language` whether it can be used: a summary and the configuration, or every
/// problem. Times are told from `now` on.
#[must_use]
pub fn check(folder: &Path, language: Language, now: Millis) -> (String, Option<Config>) {
    let findings = Findings::default();
    let Some(files) = Files::read(folder, &findings) else {
        return (refusal(&findings.into_problems(), language), None);
    };
    match Config::of(&files, findings) {
        Ok(config) => (summary(&config, &files.ignored, language, now), Some(config)),
        Err(problems) => (refusal(&problems, language), None),
    }
}

/// Every problem on a line of its own, and how many there are.
fn refusal(problems: &[Problem], language: Language) -> String {
    let lines = problems.iter().map(|problem| problem.render(language));
    let count = language.render(&say::config_problems(problems.len()));
    lines.chain([String::new(), count]).collect::<Vec<_>>().join("\n")
}

fn summary(config: &Config, ignored: &[String], language: Language, now: Millis) -> String {
    let school = &config.school;
    let mut texts = vec![
        say::config_right(),
        say::config_school(school.name(language), school.zone.name()),
        if school.quiet.from == school.quiet.until {
            say::config_quiet_never()
        } else {
            say::config_quiet(
                school.quiet.from.format("%H:%M").to_string(),
                school.quiet.until.format("%H:%M").to_string(),
            )
        },
        burden(school),
        say::config_staff(school.staff.len()),
        say::config_lessons(config.lessons.lessons.len()),
    ];
    texts.extend(stages(config));
    texts.push(say::config_schedules(config.schedules.len()));
    for schedule in &config.schedules {
        if let Some(term) = &schedule.term {
            texts.extend(term_plan(config, schedule, term, language));
            continue;
        }
        texts.push(say::config_schedule(&schedule.name));
        let preview = schedule.recurrence().preview(now, RUNS_TOLD, config.school_time());
        let told = preview.occurrences.iter().take(OCCURRENCES_TOLD_MAX);
        texts.extend(told.map(|occurrence| list_line(phrase::occurrence(occurrence, school.zone))));
        if preview.ends {
            texts.push(list_line(phrase::ends()));
        }
    }
    let odd = oddities(config, ignored, now);
    if !odd.is_empty() {
        texts.push(say::config_odd(odd.len()));
        texts.extend(odd.into_iter().map(list_line));
    }
    texts.iter().map(|text| language.render(text)).collect::<Vec<_>>().join("\n")
}

/// Which lesson falls on which day of a term, if every run is made from its beginning on.
fn term_plan(config: &Config, schedule: &Schedule, term: &Term, language: Language) -> Vec<Text> {
    let (runs, lessons) = (schedule.term_runs(config.school_time()), schedule.course(&config.lessons));
    let mut texts =
        vec![say::config_schedule_term(lessons.len(), &schedule.name, runs.len(), term.name.as_ref())];
    for (at, lesson) in runs.iter().zip(&lessons).take(LESSONS_TOLD_MAX) {
        let title = lesson.text(language).map_or(lesson.id.as_str(), |text| text.title.as_str());
        let when = phrase::moment(wall::shown(*at, config.school.zone));
        texts.push(list_line(say::config_term_lesson(title, when)));
    }
    texts
}

/// How often groups are disturbed.
fn burden(school: &School) -> Text {
    let BurdenLimit { pushes_per_day, digest_at } = school.burden;
    if pushes_per_day == 0 {
        say::config_burden_never()
    } else {
        say::config_burden(digest_at.format("%H:%M").to_string(), pushes_per_day)
    }
}

/// How many lessons each stage has, without those that have none.
fn stages(config: &Config) -> impl Iterator<Item = Text> {
    Stage::NAMED.into_iter().filter_map(|(_, stage)| {
        let count = config.lessons.lessons.values().filter(|lesson| lesson.stage == stage).count();
        (count > 0).then(|| list_line(say::config_stage_lessons(count, stage.name())))
    })
}

fn runs(recurrence: &Recurrence, config: &Config, now: Millis, count: usize) -> Vec<Millis> {
    let preview = recurrence.preview(now, count, config.school_time());
    preview
        .occurrences
        .iter()
        .filter(|occurrence| occurrence.runs())
        .map(|occurrence| occurrence.at)
        .collect()
}

/// What can be used but is probably not meant.
fn oddities(config: &Config, ignored: &[String], now: Millis) -> Vec<Text> {
    let mut odd = Vec::new();
    if config.school.staff.is_empty() {
        odd.push(say::config_odd_staff());
    }
    if config.lessons.lessons.is_empty() {
        odd.push(say::config_odd_lessons());
    }
    let pushed: BTreeSet<&str> = config
        .schedules
        .iter()
        .flat_map(|schedule| schedule.course(&config.lessons))
        .map(|lesson| lesson.id.as_str())
        .collect();
    let left = config.lessons.lessons.keys().map(String::as_str).filter(|id| !pushed.contains(id));
    let left: Vec<&str> = left.collect();
    if !left.is_empty() && !pushed.is_empty() {
        odd.push(say::config_odd_unscheduled(left.join(", ")));
    }
    for (_, language) in LANGUAGES {
        let lacking = config.lessons.lessons.values().filter(|lesson| !lesson.texts.contains_key(&language));
        let lacking: Vec<&str> = lacking.map(|lesson| lesson.id.as_str()).collect();
        if !lacking.is_empty() {
            let lacking = lacking.join(", ");
            odd.push(match language {
                Language::Chinese => say::config_odd_chinese(lacking),
                Language::English => say::config_odd_english(lacking),
            });
        }
    }
    let (quiet, limit) = (config.school.quiet, config.school.burden);
    if limit.pushes_per_day > 0 && quiet.contains(limit.digest_at) {
        odd.push(say::config_odd_digest(quiet.until.format("%H:%M").to_string()));
    }
    if config.broadcasts.apart_min.is_zero() {
        odd.push(say::config_odd_seconds());
    }
    // A school without a limit is told of what parents usually put up with.
    let most = match limit.pushes_per_day {
        0 => BurdenLimit::default().pushes_per_day,
        most => most,
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX - 1);
    for schedule in &config.schedules {
        let lessons = schedule.course(&config.lessons).len();
        let of_term = schedule.term_runs(config.school_time()).len();
        if let Some(term) = schedule.term.as_ref().filter(|_| of_term < lessons) {
            let (name, left) = (&schedule.name, lessons - of_term);
            odd.push(say::config_odd_term_short(left, lessons, name, of_term, term.name.as_ref()));
        }
        let runs = runs(&schedule.recurrence(), config, now, RUNS_LOOKED_AT);
        if runs.windows(most + 1).any(|some| some[most].since_ms(some[0]) < DAY_MS) {
            odd.push(say::config_odd_often(most, &schedule.name));
        }
        if runs.iter().any(|at| quiet.contains(wall::shown(*at, config.school.zone).time())) {
            odd.push(say::config_odd_quiet(&schedule.name, quiet.until.format("%H:%M").to_string()));
        }
    }
    let today = config.school_time().today(now);
    odd.extend(config.calendar.warnings(today).into_iter().map(phrase::warning));
    for file in ignored {
        odd.push(say::config_odd_ignored(file));
    }
    odd
}

fn list_line(text: Text) -> Text {
    say::list_line(text)
}
