//! Purpose: the house rules of `docs/architecture.md` that the compiler can't check: who imports whom, how long files
//! and functions are, which words are banned, and that every sentence exists in every language and is used.

#[cfg(test)]
#[path = "tidy/ci.rs"]
mod ci;
#[path = "tidy/imports.rs"]
mod imports;
#[path = "tidy/manual.rs"]
mod manual;
#[cfg(test)]
#[path = "tidy/refusals.rs"]
mod refusals;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;

/// A source file: its path below the repository and its text.
struct Source {
    path: String,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<Source> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| Source {
            text: fs::read_to_string(&path).unwrap_or_default(),
            path: path.strip_prefix(root()).unwrap_or(&path).to_string_lossy().replace('\\', "/"),
        })
        .collect()
}

fn rust() -> Vec<Source> {
    let all = files("src", "rs");
    assert!(all.len() > 30, "only {} source files found", all.len());
    all
}

/// The file's text without comments and without its test module.
fn code(source: &Source) -> String {
    let text = source.text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/") || path.ends_with("/testing.rs")
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let mut problems = Vec::new();
    for source in rust().iter().chain(&files("tests", "rs")).chain(&files("benches", "rs")) {
        let lines = source.text.lines().count();
        if lines > FILE_LINES_MAX {
            problems.push(format!("{}: {lines} lines", source.path));
        }
    }
    report(&problems);
}

#[test]
fn no_function_is_longer_than_70_lines() {
    let mut problems = Vec::new();
    for source in rust().iter().chain(&files("tests", "rs")).chain(&files("benches", "rs")) {
        let mut open: Option<(usize, usize, String)> = None;
        for (number, line) in source.text.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let starts = ["fn ", "pub fn ", "async fn ", "pub async fn ", "pub(super) fn ", "pub(crate) fn "]
                .iter()
                .chain(&["pub(super) async fn ", "pub(crate) async fn ", "const fn ", "pub const fn "])
                .any(|start| line.trim_start().starts_with(start));
            if starts && !line.trim_end().ends_with(';') {
                open = Some((number, indent, line.trim().to_owned()));
            }
            if let Some((start, depth, name)) = &open
                && line.trim_end() == format!("{}}}", " ".repeat(*depth))
            {
                let lines = number - start + 1;
                if lines > FUNCTION_LINES_MAX {
                    problems.push(format!("{}:{}: {lines} lines: {name}", source.path, start + 1));
                }
                open = None;
            }
        }
    }
    report(&problems);
}

/// A crate and the places that may name it.
const CRATES: &[(&str, &[&str])] = &[
    ("teloxide", &["src/channel/telegram/"]),
    ("reqwest", &["src/channel/telegram/", "src/sandbox/"]),
    ("sqlx", &["src/storage/", "store.rs"]),
    ("axum", &["src/console/", "src/serving.rs", "src/channel/telegram/webhook", "src/sandbox/"]),
    ("hyper", &["src/serving.rs"]),
    ("hyper_util", &["src/serving.rs"]),
    ("clap", &["src/cli.rs", "src/cli/", "src/main.rs"]),
    ("rand", &["src/random.rs"]),
    ("fluent_bundle", &["src/i18n/"]),
];

#[test]
fn each_technology_stays_in_its_room() {
    let mut problems = Vec::new();
    for source in rust() {
        let code = code(&source);
        for (name, rooms) in CRATES {
            let named = code.contains(&format!("use {name}::")) || code.contains(&format!("{name}::"));
            let allowed =
                rooms.iter().any(|room| source.path.starts_with(room) || source.path.ends_with(room));
            if named && !allowed && !is_test_file(&source.path) {
                problems.push(format!("{}: names {name}, which belongs to {rooms:?}", source.path));
            }
        }
    }
    report(&problems);
}

#[test]
fn the_core_names_no_channel() {
    let mut problems = Vec::new();
    for source in rust() {
        let may = [
            "src/channel/",
            "src/sandbox/",
            "src/app",
            "src/program",
            "src/playground",
            "src/cli",
            "src/config/",
            "src/main.rs",
            "src/lib.rs",
        ];
        if may.iter().any(|room| source.path.starts_with(room)) || is_test_file(&source.path) {
            continue;
        }
        if code(&source).contains("channel::telegram") {
            problems.push(format!("{}: imports the Telegram channel", source.path));
        }
    }
    report(&problems);
}

/// What decides or computes and does nothing else: no waiting, no database, nothing staged.
const PURE: &[&str] = &[
    "/rules.rs",
    "/sensitive",
    "/pace.rs",
    "/queue.rs",
    "/verdict.rs",
    "/schedule.rs",
    "src/timetable/",
    "/steps.rs",
    "/gather.rs",
    "/times.rs",
    "src/broadcasts/dialogue/summary.rs",
    "/catalogue.rs",
    "/markdown.rs",
    "/stars.rs",
    "src/lessons/term.rs",
    "/asks.rs",
    "/chain.rs",
    "/calendar.rs",
    "src/moderation/lexicon/",
    "src/moderation/links/",
    "src/moderation/normalise/",
    "src/channel/telegram/convert.rs",
    "src/text.rs",
    "src/ids.rs",
];

#[test]
fn rules_are_pure() {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for source in rust() {
        let Some(pure) = PURE.iter().find(|pure| source.path.contains(*pure)) else { continue };
        seen.insert(*pure);
        let code = code(&source);
        for banned in ["async fn", ".await", "crate::storage", "crate::work", "tokio::", "crate::outbox"] {
            // The outbox may name itself.
            let own = source.path.starts_with(&banned.replace("crate::", "src/"));
            if code.contains(banned) && !own {
                problems.push(format!("{}: a pure file has `{banned}`", source.path));
            }
        }
    }
    problems
        .extend(PURE.iter().filter(|pure| !seen.contains(*pure)).map(|pure| format!("there is no {pure}")));
    report(&problems);
}

#[test]
fn no_store_reaches_into_another_features_store() {
    let mut problems = Vec::new();
    for source in rust() {
        let feature = source.path.split('/').nth(1).unwrap_or_default().trim_end_matches(".rs").to_owned();
        for line in code(&source).lines().filter(|line| line.trim_start().starts_with("use crate::")) {
            if line.contains("::store") && !line.contains(&format!("crate::{feature}::")) {
                problems.push(format!("{}: {}", source.path, line.trim()));
            }
        }
    }
    report(&problems);
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut problems = Vec::new();
    for source in rust().iter().chain(&files("tests", "rs")).chain(&files("benches", "rs")) {
        if !source.text.starts_with("//! ") {
            problems.push(format!("{}: the first line doesn't say its purpose", source.path));
        }
    }
    report(&problems);
}

#[test]
fn no_module_has_an_empty_name() {
    let banned = ["util", "utils", "helper", "helpers", "manager", "common", "misc"];
    let mut problems = Vec::new();
    for source in rust().iter().chain(&files("tests", "rs")) {
        let names = source.path.trim_end_matches(".rs").split('/');
        problems.extend(
            names.filter(|name| banned.contains(name)).map(|name| format!("{}: {name}", source.path)),
        );
    }
    report(&problems);
}

#[test]
fn left_over_marks_are_found() {
    let banned = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("FIX", "ME"),
        concat!("#[ig", "nore"),
    ];
    let mut problems = Vec::new();
    for source in rust().iter().chain(&files("tests", "rs")).chain(&files("benches", "rs")) {
        for mark in banned {
            if source.text.contains(mark) {
                problems.push(format!("{}: {mark}", source.path));
            }
        }
    }
    report(&problems);
}

/// Words for people belong to `locales/`. Tables that read people's words are not words for them.
const READS_CHINESE: &[&str] = &[
    "src/broadcasts/dialogue/asks.rs",
    "src/broadcasts/topics/asks.rs",
    "src/moderation/normalise/",
    "src/moderation/lexicon",
    "src/moderation/links",
    "src/lessons/asks.rs",
    "src/points/ask",
    "src/roster/asks.rs",
    "src/sandbox/",
    "src/timetable/words/",
    "src/broadcasts/sensitive",
];

#[test]
fn no_sentence_for_people_stands_in_the_code() {
    let mut problems = Vec::new();
    for source in rust() {
        if is_test_file(&source.path) || READS_CHINESE.iter().any(|room| source.path.starts_with(room)) {
            continue;
        }
        for (number, line) in code(&source).lines().enumerate() {
            if line.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)) {
                problems.push(format!("{}: code line {}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    report(&problems);
}

fn keys(language: &str) -> BTreeSet<String> {
    files(&format!("locales/{language}"), "ftl")
        .iter()
        .flat_map(|source| source.text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" =").map(|(key, _)| key.to_owned()))
        .collect()
}

#[test]
fn every_sentence_exists_in_every_language() {
    let chinese = keys("zh-CN");
    let english = keys("en");
    assert!(chinese.len() > 40, "only {} keys found", chinese.len());
    assert_eq!(chinese.difference(&english).collect::<Vec<_>>(), Vec::<&String>::new());
    assert_eq!(english.difference(&chinese).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn every_sentence_is_used() {
    let code: String = rust().iter().map(|source| source.text.clone()).collect();
    let unused: Vec<String> = keys("en")
        .into_iter()
        .filter(|key| {
            let function = key.replace('-', "_");
            !code.contains(&format!("say::{function}(")) && !code.contains(&format!("say::{function},"))
        })
        .map(|key| format!("locales: `{key}` is never said"))
        .collect();
    report(&unused);
}

#[test]
fn chinese_sentences_have_chinese_punctuation() {
    let is_chinese = |letter: &char| ('\u{4e00}'..='\u{9fff}').contains(letter);
    let is_western = |letter: &char| ",:;?!()\"".contains(*letter);
    let mut problems = Vec::new();
    for source in files("locales/zh-CN", "ftl") {
        for (number, line) in source.text.lines().enumerate() {
            // What is quoted for a configuration file stays as it must be typed there.
            let words =
                line.replace("sqlite:文件", "").replace("\"文字\"", "").replace("[\"甲\", \"乙\"]", "");
            let letters: Vec<char> = words.chars().collect();
            let mixed = |pair: &[char]| {
                pair.first().is_some_and(is_chinese) && pair.last().is_some_and(is_western)
                    || pair.first().is_some_and(is_western) && pair.last().is_some_and(is_chinese)
            };
            if letters.windows(2).any(mixed) || words.contains('你') {
                problems.push(format!("{}:{}: {line}", source.path, number + 1));
            }
        }
    }
    report(&problems);
}
