//! Purpose: `points.toml` and `moderation.toml`, whose shapes and checks belong to the features themselves.
//!
//! Invariant: nothing of those files is judged here; what the features find is only put at its place and into words.

use super::reader::Page;
use crate::i18n::{Text, say};
use crate::moderation::RuleBook;
use crate::moderation::lexicon::{Problem, Reason};
use crate::moderation::pack::Pack;
use crate::points::rules::RuleSet;

/// Reads what earns points.
pub(super) fn points(page: &Page<'_>) -> Option<RuleSet> {
    page.read_serde(|rules: RuleSet| {
        let problems = rules.check();
        if problems.is_empty() {
            return Ok(rules);
        }
        Err(problems.into_iter().map(|problem| (problem.place, problem.says)).collect())
    })
}

/// Reads what may be posted.
pub(super) fn moderation(page: &Page<'_>) -> Option<RuleBook> {
    page.read_serde(|pack: Pack| {
        RuleBook::compile(pack).map_err(|problems| {
            problems.iter().map(|problem| (keys(&problem.place), pack_problem(problem))).collect()
        })
    })
}

/// `rule.R3.keywords[4]` as the keys that lead there.
fn keys(place: &str) -> Vec<String> {
    place.replace('[', ".").replace(']', "").split('.').map(str::to_owned).collect()
}

/// What is wrong with a rule pack, for people.
fn pack_problem(problem: &Problem) -> Text {
    let key = problem.place.as_str();
    match &problem.reason {
        Reason::TooMany { count, max } => say::config_list_length(*count, key, *max, 0_u32),
        Reason::TooShort(word) => say::config_rule_short(word),
        Reason::TooLong { length, max } => say::config_too_long(key, *length, *max),
        Reason::NoSound(word) => say::config_rule_no_sound(word),
        Reason::Syntax(reason) => say::config_rule_pattern(reason),
        Reason::TooWide { width, max } => say::config_rule_wide(max.to_string(), width.to_string()),
        Reason::TooLarge { .. } => say::config_rule_large(),
        Reason::MatchesEverything => say::config_rule_everything(),
        Reason::NeverOccurs { written, folded } => say::config_rule_never(folded, written.to_string()),
        Reason::UnknownSignal(name) => say::config_rule_signal(name),
        Reason::Reserved(name) => say::config_rule_reserved(name),
        Reason::EmptySet => say::config_rule_empty_set(),
        Reason::NotADomain(written) => say::config_rule_domain(written),
        Reason::NotAName(written) => say::config_rule_name(written),
        Reason::OutOfRange { value, min, max } => {
            say::config_out_of_range(value.to_string(), key, max.to_string(), min.to_string())
        }
    }
}
