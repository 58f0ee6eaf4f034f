//! Purpose: that whatever refuses an announcement is read in some conversation.
//!
//! Invariant: what no conversation can reach stands here with the reason, and nothing else does.

use std::collections::BTreeSet;

use super::{code, files, is_test_file, report, rust};

/// What no conversation reaches.
const UNREACHED: [(&str, &str); 2] = [
    ("dialogue_time_unknown", "only a time in the database that this program has not written"),
    ("dialogue_groups_how", "only words that are nothing but blanks, which no chat sends"),
];

/// What stands before a sentence that refuses or turns back.
const MARKS: [&str; 3] = ["Refused(", "stops(", "note("];

/// The sentences about announcements that refuse something, as functions of `say`.
fn refusals() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in rust() {
        if !source.path.starts_with("src/broadcasts/") || is_test_file(&source.path) {
            continue;
        }
        // Everything the check says speaks against a draft.
        let is_check = source.path == "src/broadcasts/check.rs";
        let code = code(&source);
        for (at, _) in code.match_indices("say::") {
            let (before, after) = (code[..at].trim_end(), &code[at + "say::".len()..]);
            let name = after.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next();
            let name = name.unwrap_or_default();
            let is_ours = name.starts_with("broadcast_") || name.starts_with("dialogue_");
            if is_ours && (is_check || MARKS.iter().any(|mark| before.ends_with(mark))) {
                found.insert(name.to_owned());
            }
        }
    }
    assert!(found.len() > 40, "only {} refusals found", found.len());
    found
}

#[test]
fn every_refusal_of_an_announcement_is_read_in_a_conversation() {
    let conversations: String = files("tests/it", "rs").into_iter().map(|source| source.text).collect();
    let is_read = |name: &str| {
        let key = format!("\"{}\"", name.replace('_', "-"));
        conversations.contains(&format!("say::{name}(")) || conversations.contains(&key)
    };
    let is_unreached = |name: &str| UNREACHED.iter().any(|(unreached, _)| *unreached == name);
    let refusals = refusals();
    let unread = refusals.iter().filter(|name| !is_read(name) && !is_unreached(name));
    let mut problems: Vec<String> = unread.map(|name| format!("{name} is read in no conversation")).collect();
    for (name, _) in UNREACHED.iter().filter(|(name, _)| is_read(name) || !refusals.contains(*name)) {
        problems.push(format!("{name} needs no exception"));
    }
    report(&problems);
}
