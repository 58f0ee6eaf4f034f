//! Purpose: the manual, `docs/running.md`, names every setting, variable and number that there is, and none that isn't.
//!
//! Invariant: what is read is found in the code, not in a list kept here: whatever is added to the code is looked for in
//! the manual without a change of this file.

use std::collections::BTreeSet;
use std::fs;

use super::{Source, code, report, root, rust};

/// A section of the manual on one file of the configuration, and where that file is read.
const FILES: &[(&str, &[&str])] = &[
    ("school.toml", &["src/config/school.rs", "src/config/mod.rs"]),
    ("bot.toml", &["src/config/bot.rs"]),
    ("schedules.toml", &["src/config/schedules.rs"]),
    ("calendar/", &["src/config/calendar_files.rs"]),
    ("points.toml", &["src/points/rules.rs", "src/points/stars.rs"]),
    ("moderation.toml", &["src/moderation/pack.rs", "src/moderation/rules.rs"]),
];
const LESSON_READERS: [&str; 2] = ["src/config/lesson_files.rs", "src/config/lesson_quiz.rs"];
/// How a key is asked for.
const KEY_READERS: [&str; 4] = [".get(", ".need(", ".table(", ".tables("];
/// How a number is shown, and what its name then ends in.
const NUMBER_WRITERS: [(&str, &str); 3] = [(".counter(", "_total"), (".set(", ""), (".set_each(", "")];

fn manual() -> String {
    fs::read_to_string(root().join("docs/running.md")).unwrap_or_default()
}

/// What stands between a heading and the next of the same or a higher level.
fn section<'t>(text: &'t str, heading: &str) -> &'t str {
    let level = heading.split(' ').next().unwrap_or_default();
    let start = text.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("there is no `{heading}`"));
    let rest = &text[start + heading.len() + 2..];
    let ends = (2..=level.len()).filter_map(|marks| rest.find(&format!("\n{} ", "#".repeat(marks))));
    &rest[..ends.min().unwrap_or(rest.len())]
}

/// The texts that stand right after `before` and a `"`, blanks and line ends between them left out.
fn quoted_after<'t>(text: &'t str, before: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(before).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
}

/// What is written between backticks.
fn marked(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// `[acts.NAME]` is the key `acts`, and `"status": "estimated"` is `status`.
fn key(marked: &str) -> String {
    let bare = marked.split(['.', ' ']).next().unwrap_or_default();
    bare.trim_matches(['[', ']', '"', ':']).to_owned()
}

/// What stands in the first column of a section's tables, without their heads.
fn first_column(section: &str) -> impl Iterator<Item = &str> {
    let lines = section.lines().filter(|line| line.starts_with("| `"));
    lines.filter_map(|line| line.split('|').nth(1)).flat_map(marked)
}

/// The fields of structures that are read whole, by the names they are written under.
fn fields(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for block in code.split("#[serde(deny_unknown_fields").skip(1) {
        let is_camel = block.lines().next().is_some_and(|rest| rest.contains("camelCase"));
        let body = block.split_once(" {\n").and_then(|(_, body)| body.split("\n}").next());
        for line in body.unwrap_or_default().lines() {
            let line = line.trim_start().trim_start_matches("pub ");
            if let Some((name, _)) = line.split_once(": ")
                && !line.starts_with(['#', '_'])
            {
                found.insert(if is_camel { camel(name) } else { name.to_owned() });
            }
        }
    }
    found
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| text + &word[..1].to_uppercase() + &word[1..])
}

fn source<'s>(sources: &'s [Source], path: &str) -> &'s Source {
    sources.iter().find(|source| source.path == path).unwrap_or_else(|| panic!("there is no {path}"))
}

/// The keys that are asked for in some files.
fn keys(sources: &[Source], paths: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in paths {
        let code = code(source(sources, path));
        let asked = KEY_READERS.iter().flat_map(|reader| quoted_after(&code, reader));
        found.extend(asked.map(str::to_owned));
        found.extend(fields(&code));
        // The languages are keys too.
        let tags = code.split("const LANGUAGES").nth(1).and_then(|rest| rest.split(';').nth(1));
        found.extend(tags.into_iter().flat_map(|tags| quoted_after(tags, "(")).map(str::to_owned));
    }
    found
}

#[test]
fn the_manual_names_every_setting_and_none_that_is_not_there() {
    let (manual, sources) = (manual(), rust());
    let mut problems = Vec::new();
    for (file, paths) in FILES {
        let section = section(&manual, &format!("### {file}"));
        let keys = keys(&sources, paths);
        assert!(keys.len() >= 7, "only {keys:?} found for {file}");
        let told: BTreeSet<String> = marked(section).map(key).collect();
        let not_told = keys.difference(&told).map(|key| format!("{file}: `{key}` is not in the manual"));
        problems.extend(not_told);
        let claimed = first_column(section).map(key).filter(|key| !keys.contains(key));
        problems.extend(claimed.map(|key| format!("{file}: the manual has `{key}`, which is not read")));
    }
    report(&problems);
}

#[test]
fn the_guide_to_lessons_names_every_part_of_one_and_none_that_is_not_there() {
    let guide = fs::read_to_string(root().join("bot-config/lessons/README.md")).unwrap_or_default();
    let sample = guide.split("\n+++\n").nth(1).unwrap_or_default();
    let told: BTreeSet<String> = sample
        .lines()
        .filter_map(|line| {
            line.split_once(" = ").map_or_else(|| line.strip_prefix("[["), |(key, _)| Some(key))
        })
        .map(|key| key.trim_end_matches(']').to_owned())
        .collect();
    assert!(told.len() >= 10, "only {told:?} found");
    let sources = rust();
    let keys = keys(&sources, &LESSON_READERS);
    let read: String = LESSON_READERS.iter().map(|path| code(source(&sources, path))).collect();
    let mut problems: Vec<String> =
        keys.difference(&told).map(|key| format!("`{key}` is not in the guide")).collect();
    let claimed = told.iter().filter(|key| !read.contains(&format!("\"{key}\"")));
    problems.extend(claimed.map(|key| format!("the guide has `{key}`, which is not read")));
    report(&problems);
}

#[test]
fn the_manual_names_every_number_and_none_that_is_not_shown() {
    let mut shown = BTreeSet::new();
    for source in rust().iter().filter(|source| !source.path.contains("/sandbox/")) {
        let code = code(source);
        for (writer, ending) in NUMBER_WRITERS {
            shown.extend(quoted_after(&code, writer).map(|name| format!("homeroom_{name}{ending}")));
        }
    }
    assert!(shown.len() >= 20, "only {shown:?} found");
    let manual = manual();
    let told: BTreeSet<String> = marked(&manual)
        .filter(|word| word.starts_with("homeroom_"))
        .filter_map(|word| word.split('{').next().map(str::to_owned))
        .collect();
    let mut problems: Vec<String> =
        shown.difference(&told).map(|name| format!("`{name}` is not in the manual")).collect();
    problems
        .extend(told.difference(&shown).map(|name| format!("the manual has `{name}`, which is not shown")));
    report(&problems);
}

#[test]
fn the_manual_names_every_variable_and_none_that_is_not_read() {
    let sources = rust();
    let told: BTreeSet<String> =
        first_column(section(&manual(), "## Environment")).map(str::to_owned).collect();
    let mut read = BTreeSet::new();
    for source in &sources {
        read.extend(quoted_after(&code(source), "variable(").map(str::to_owned));
    }
    assert!(read.len() >= 4, "only {read:?} found");
    let mut problems: Vec<String> =
        read.difference(&told).map(|name| format!("`{name}` is not in the manual")).collect();
    // The log's library reads its variable by itself; the code says so where it starts the log.
    let is_named = |name: &str| sources.iter().any(|source| source.text.contains(name));
    problems.extend(
        told.iter()
            .filter(|name| !is_named(name))
            .map(|name| format!("the manual has `{name}`, which is not read")),
    );
    report(&problems);
}
