//! Purpose: what `homeroom check` says: every problem, or what the configuration will do and what is odd about it.
//!
//! Invariant: a configuration that can be used is never refused because of something odd; a problem is never only odd.

use std::path::Path;

use super::files::Files;
use super::problem::{Findings, Problem};
use super::{Config, LANGUAGES};
use crate::clock::{DAY_MS, Millis};
use crate::course::Stage;
use crate::i18n::{Language, Text, say};
use crate::timetable::{Recurrence, phrase, wall};

/// How many runs of each schedule are told.
const RUNS_TOLD: usize = 3;
/// How many lines each schedule has at most, skipped runs included.
const OCCURRENCES_TOLD_MAX: usize = 12;
/// How many pushes a day parents put up with (broadcasts.md: at most two for each group).
const PUSHES_A_DAY_MAX: usize = 2;
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
        say::config_staff(school.staff.len()),
        say::config_lessons(config.lessons.lessons.len()),
    ];
    texts.extend(stages(config));
    texts.push(say::config_schedules(config.schedules.len()));
    for schedule in &config.schedules {
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

/// How many lessons each stage has, without those that have none.
fn stages(config: &Config) -> impl Iterator<Item = Text> {
    Stage::NAMED.into_iter().filter_map(|(_, stage)| {
        let count = config.lessons.lessons.values().filter(|lesson| lesson.stage == stage).count();
        (count > 0).then(|| list_line(say::config_stage_lessons(count, stage_name(stage))))
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
    for schedule in &config.schedules {
        let runs = runs(&schedule.recurrence(), config, now, RUNS_LOOKED_AT);
        if runs.windows(PUSHES_A_DAY_MAX + 1).any(|some| some[PUSHES_A_DAY_MAX].since_ms(some[0]) < DAY_MS) {
            odd.push(say::config_odd_often(PUSHES_A_DAY_MAX, &schedule.name));
        }
        let quiet = config.school.quiet;
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

fn stage_name(stage: Stage) -> Text {
    match stage {
        Stage::Pregnancy => say::config_stage_pregnancy(),
        Stage::Age0To3 => say::config_stage_age_0_3(),
        Stage::Age3To6 => say::config_stage_age_3_6(),
        Stage::Primary => say::config_stage_primary(),
        Stage::Junior => say::config_stage_junior(),
        Stage::Senior => say::config_stage_senior(),
    }
}
