//! Purpose: order in a parent group. This folder decides which messages break which rule of the school.
#![allow(missing_docs)]
mod commands;
pub mod pack;
pub mod rules;
mod store;
pub mod lexicon {
    #[derive(Clone, Debug)]
    pub struct Match {
        pub rule: super::rules::RuleId,
        pub words: String,
    }
}
pub use commands::{appeal, check, undo, why};
pub use lexicon::Match as Finding;
#[derive(Clone, Debug, Default)]
pub struct RuleBook {
    pack: pack::Pack,
}
impl RuleBook {
    pub fn pack(&self) -> &pack::Pack {
        &self.pack
    }
    pub fn inspect(&self, _: &[crate::channel::Part]) -> Vec<Finding> {
        vec![]
    }
}
use crate::i18n::{Text, say};
/// What a rule is called in front of people.
#[must_use]
pub fn rule_name(rule: &rules::RuleId) -> Text {
    match rule.as_str() {
        "R3" => say::rule_r3(),
        "R4" => say::rule_r4(),
        "R5" => say::rule_r5(),
        "R6" => say::rule_r6(),
        "R20" => say::rule_r20(),
        "R21" => say::rule_r21(),
        "links" => say::rule_links(),
        _ => say::rule_other(),
    }
}
