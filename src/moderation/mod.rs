//! Purpose: order in a parent group. This folder decides which messages break which rule of the school.
//!
//! Invariants:
//! - The decision is pure: the same parts, the same pack and the same facts about the sender give the same verdict.
//!   Nothing here reads a clock, a database or the network.
//! - Work is linear in the text. One pass finds all keywords, patterns never backtrack and are bounded when they are saved.
//! - Who somebody is comes from platform ids, never from a name.
//! - No decision here bans or removes a person; the hardest step is a mute that ends by itself.
//!
//! The way of a message: its [`rules::Part`]s → [`lexicon::Lexicon::inspect`] (which normalises each part) →
//! [`rules::decide`] with each rule's mode in this group → [`rules::ladder`] with the person's active warnings.

mod appeals;
mod cards;
mod commands;
pub mod lexicon;
pub mod links;
pub mod normalise;
pub mod pack;
mod refusals;
pub mod rules;
mod store;
mod why;

use std::sync::Arc;

pub use appeals::{appeal, leave, open_appeals, undo};
pub use commands::{Suspects, check};
pub use refusals::{NotMuted, not_muted, not_removed};
pub use store::albums::forget_albums;
pub use store::{EVIDENCE_KEPT_DAYS, forget_evidence};
pub use why::why;

use crate::channel;
use crate::i18n::{Text, say};
use lexicon::{Lexicon, Problem};
use pack::Pack;
use rules::{Part, RuleId};

/// A school's rules, ready to be used. Clones share the compiled words.
#[derive(Clone)]
pub struct RuleBook {
    pack: Arc<Pack>,
    lexicon: Arc<Lexicon>,
}

impl std::fmt::Debug for RuleBook {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("RuleBook").field("rules", &self.pack.rule.len()).finish_non_exhaustive()
    }
}

/// A rule that a message touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// The words in the message that touch it, as they were written.
    pub words: String,
}

impl RuleBook {
    /// Makes a pack ready.
    ///
    /// # Errors
    /// Everything in it that can't be used.
    pub fn compile(pack: Pack) -> Result<Self, Vec<Problem>> {
        let lexicon = Lexicon::compile(&pack)?;
        Ok(Self { pack: Arc::new(pack), lexicon: Arc::new(lexicon) })
    }

    /// The rules as configured.
    #[must_use]
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Which rules the texts of one message touch. Pure; linear in their length.
    #[must_use]
    pub fn inspect(&self, parts: &[channel::Part]) -> Vec<Finding> {
        let views: Vec<Part<'_>> =
            parts.iter().map(|part| Part { kind: part.kind, text: &part.text }).collect();
        let found = self.lexicon.inspect(&views).matches;
        found
            .into_iter()
            .map(|found| {
                let text = parts.get(found.part).map_or("", |part| part.text.as_str());
                Finding { words: text.get(found.span).unwrap_or_default().to_owned(), rule: found.rule }
            })
            .collect()
    }
}

/// What a rule is called in front of people.
#[must_use]
pub fn rule_name(rule: &RuleId) -> Text {
    match rule.as_str() {
        "R3" => say::rule_r3(),
        "R4" | "R4-hints" => say::rule_r4(),
        "R5" => say::rule_r5(),
        "R6" => say::rule_r6(),
        "R20" => say::rule_r20(),
        "R21" => say::rule_r21(),
        "links" => say::rule_links(),
        _ => say::rule_other(),
    }
}

#[cfg(test)]
mod tests;
