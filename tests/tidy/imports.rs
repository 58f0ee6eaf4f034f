//! Purpose: who may know whom: the table of `docs/architecture.md`, row by row.
//!
//! Invariant: the table is exact. An import that it lacks fails, and so does a row or a word of it that nothing uses.

use std::collections::{BTreeMap, BTreeSet};

use super::{code, is_test_file, report, rust};

/// A folder or file at the top of `src/`, and what it may import. `main` and `lib` stand above all.
const TABLE: &[(&str, &[&str])] = &[
    // What everybody stands on.
    ("clock", &[]),
    ("random", &[]),
    ("ids", &[]),
    ("text", &[]),
    ("phrase", &[]),
    ("i18n", &[]),
    ("failure", &["i18n"]),
    ("process", &["random"]),
    ("observe", &["config"]),
    (
        "config",
        &[
            "burden",
            "clock",
            "course",
            "i18n",
            "ids",
            "lessons",
            "moderation",
            "points",
            "quizzes",
            "text",
            "timetable",
        ],
    ),
    ("channel", &["clock", "config", "i18n", "ids", "random", "serving", "text"]),
    ("timetable", &["clock", "i18n"]),
    ("storage", &["clock", "ids"]),
    ("access", &["clock", "i18n", "ids"]),
    ("seen", &["ids"]),
    ("serving", &["clock"]),
    (
        "work",
        &["access", "channel", "clock", "config", "failure", "i18n", "ids", "outbox", "seen", "storage"],
    ),
    (
        "outbox",
        &[
            "channel", "clock", "config", "failure", "ids", "observe", "process", "random", "storage",
            "text", "work",
        ],
    ),
    // The features, each above those it imports.
    ("burden", &["clock", "ids", "storage", "timetable", "work"]),
    ("course", &["channel", "i18n", "ids", "storage", "text", "work"]),
    (
        "roster",
        &[
            "access", "channel", "clock", "course", "failure", "i18n", "ids", "outbox", "phrase", "random",
            "seen", "storage", "work",
        ],
    ),
    ("private", &["access", "channel", "clock", "failure", "i18n", "ids", "outbox", "roster", "work"]),
    ("staff_news", &["channel", "clock", "failure", "i18n", "ids", "outbox", "roster", "timetable", "work"]),
    (
        "points",
        &[
            "access", "channel", "clock", "course", "failure", "i18n", "ids", "outbox", "phrase", "private",
            "roster", "storage", "text", "work",
        ],
    ),
    (
        "moderation",
        &[
            "access", "channel", "clock", "failure", "i18n", "ids", "outbox", "phrase", "private", "roster",
            "storage", "text", "work",
        ],
    ),
    (
        "quizzes",
        &[
            "access",
            "channel",
            "clock",
            "course",
            "failure",
            "i18n",
            "ids",
            "outbox",
            "points",
            "private",
            "roster",
            "storage",
            "timetable",
            "work",
        ],
    ),
    (
        "lessons",
        &[
            "access",
            "burden",
            "channel",
            "clock",
            "course",
            "failure",
            "i18n",
            "ids",
            "outbox",
            "phrase",
            "points",
            "private",
            "quizzes",
            "roster",
            "staff_news",
            "storage",
            "text",
            "timetable",
            "work",
        ],
    ),
    (
        "broadcasts",
        &[
            "access",
            "burden",
            "channel",
            "clock",
            "config",
            "failure",
            "i18n",
            "ids",
            "moderation",
            "outbox",
            "phrase",
            "private",
            "roster",
            "storage",
            "text",
            "timetable",
            "work",
        ],
    ),
    // What leads to them, and what runs it all.
    (
        "router",
        &[
            "access",
            "broadcasts",
            "channel",
            "clock",
            "config",
            "failure",
            "i18n",
            "ids",
            "lessons",
            "moderation",
            "outbox",
            "phrase",
            "points",
            "private",
            "quizzes",
            "roster",
            "storage",
            "text",
            "work",
        ],
    ),
    (
        "intake",
        &[
            "broadcasts",
            "burden",
            "channel",
            "clock",
            "config",
            "failure",
            "ids",
            "lessons",
            "moderation",
            "observe",
            "outbox",
            "points",
            "process",
            "quizzes",
            "roster",
            "router",
            "staff_news",
            "storage",
            "timetable",
            "work",
        ],
    ),
    ("console", &["channel", "clock", "ids", "intake", "observe", "outbox", "serving", "storage"]),
    (
        "app",
        &[
            "channel", "clock", "config", "console", "failure", "ids", "intake", "outbox", "process",
            "random", "roster", "router", "seen", "serving", "storage", "work",
        ],
    ),
    ("sandbox", &["clock", "random"]),
    (
        "playground",
        &[
            "app", "channel", "clock", "config", "course", "failure", "i18n", "random", "roster", "sandbox",
            "serving", "storage", "work",
        ],
    ),
    ("cli", &["i18n"]),
    (
        "program",
        &[
            "app",
            "channel",
            "cli",
            "clock",
            "config",
            "i18n",
            "ids",
            "observe",
            "outbox",
            "playground",
            "points",
            "random",
            "roster",
            "serving",
            "storage",
        ],
    ),
];

/// Imports that go round in a circle, and why they stay. Without these the table has no circle.
const CIRCLES: &[(&str, &[&str], &str)] = &[
    (
        "config",
        &["burden", "course", "lessons", "moderation", "points", "quizzes"],
        "what a school configures is read into the features' own types, which are pure: the burden limit, the catalogue, \
         schedules, the rule book, the rule set, the form of quizzes. Every piece of work carries the configuration",
    ),
    ("outbox", &["work"], "the end of a row is a piece of work, and a piece of work stages rows"),
];

/// Types of features that the configuration is made of; nothing else of theirs is its business.
const CONFIGURED: &[&str] = &[
    "burden::rules",
    "course::",
    "lessons::schedule",
    "moderation::RuleBook",
    "moderation::pack",
    "moderation::lexicon",
    "points::rules",
    "points::stars",
    "quizzes::rules",
];

fn top(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default().trim_end_matches(".rs")
}

/// For each part of the house what it imports, and one file that does.
fn imports() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for source in rust() {
        if is_test_file(&source.path) || ["src/main.rs", "src/lib.rs"].contains(&source.path.as_str()) {
            continue;
        }
        let own = found.entry(top(&source.path).to_owned()).or_default();
        for after in code(&source).split("crate::").skip(1) {
            let end = after.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
            let name = &after[..end.unwrap_or(after.len())];
            assert!(!name.is_empty(), "{}: `crate::{{` hides from the table what is imported", source.path);
            if name != top(&source.path) {
                own.entry(name.to_owned()).or_insert_with(|| source.path.clone());
            }
        }
    }
    found
}

#[test]
fn each_part_imports_what_the_table_allows_and_no_more() {
    let table: BTreeMap<&str, BTreeSet<&str>> =
        TABLE.iter().map(|(part, may)| (*part, may.iter().copied().collect())).collect();
    let found = imports();
    let mut problems = Vec::new();
    for (part, imported) in &found {
        let Some(may) = table.get(part.as_str()) else {
            problems.push(format!("`{part}` has no row in the table"));
            continue;
        };
        for (name, path) in imported {
            if !may.contains(name.as_str()) {
                problems.push(format!("{path}: `{part}` may not import `{name}`"));
            }
        }
        for name in may {
            if !imported.contains_key(*name) {
                problems.push(format!("the table lets `{part}` import `{name}`, which it doesn't"));
            }
        }
    }
    problems.extend(
        table.keys().filter(|part| !found.contains_key(**part)).map(|part| format!("there is no `{part}`")),
    );
    report(&problems);
}

#[test]
fn nothing_imports_in_a_circle_but_what_is_named() {
    let mut left: BTreeMap<&str, BTreeSet<&str>> =
        TABLE.iter().map(|(part, may)| (*part, may.iter().copied().collect())).collect();
    for (part, names, _) in CIRCLES {
        let may = left.get_mut(part).expect("a part of the table");
        for name in *names {
            assert!(may.remove(name), "`{part}` does not import `{name}`");
        }
    }
    // Whoever imports nothing that is left is taken away, until nobody is left or a circle is.
    loop {
        let free: Vec<&str> = left.iter().filter(|(_, may)| may.is_empty()).map(|(part, _)| *part).collect();
        if free.is_empty() {
            break;
        }
        for part in free {
            left.remove(part);
            for may in left.values_mut() {
                may.remove(part);
            }
        }
    }
    assert!(left.is_empty(), "a circle is among {left:?}");
}

#[test]
fn the_configuration_knows_of_features_only_what_they_are_configured_by() {
    let features = ["burden", "course", "lessons", "moderation", "points"];
    let mut problems = Vec::new();
    for source in rust() {
        if top(&source.path) != "config" || is_test_file(&source.path) {
            continue;
        }
        for after in code(&source).split("crate::").skip(1) {
            let is_of_feature = features.iter().any(|feature| after.starts_with(&format!("{feature}::")));
            if is_of_feature && !CONFIGURED.iter().any(|known| after.starts_with(known)) {
                problems.push(format!("{}: {}", source.path, after.lines().next().unwrap_or_default()));
            }
        }
    }
    report(&problems);
}

/// Where SQL may stand.
const SQL_ROOMS: [&str; 5] = ["src/storage/", "src/intake/", "src/outbox/", "/store.rs", "/store/"];

#[test]
fn sql_stays_in_its_rooms() {
    let verbs = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM "];
    let mut problems = Vec::new();
    for source in rust() {
        if SQL_ROOMS.iter().any(|room| source.path.contains(room)) || is_test_file(&source.path) {
            continue;
        }
        for (number, line) in code(&source).lines().enumerate() {
            let words = line.split('"').skip(1).step_by(2);
            for text in words.chain([line.trim_start()]) {
                if verbs.iter().any(|verb| text.trim_start().starts_with(verb)) {
                    problems.push(format!("{}: code line {}: {}", source.path, number + 1, line.trim()));
                }
            }
        }
    }
    report(&problems);
}
