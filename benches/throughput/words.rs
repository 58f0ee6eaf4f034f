//! Purpose: how the bots that are compared with find an advertisement: one automaton over folded text.
//!
//! Invariant: finds every advertisement of the workload and nothing else, as homeroom must.

use aho_corasick::AhoCorasick;
use unicode_normalization::UnicodeNormalization as _;

use crate::workload;

/// The 200 keywords.
pub struct Words(AhoCorasick);

impl Words {
    /// Builds the automaton.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self(AhoCorasick::new(workload::keywords())?))
    }

    /// True if a keyword is in the text, also with symbols, blanks or invisible characters inside.
    pub fn found_in(&self, text: &str) -> bool {
        let folded: String =
            text.nfkc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect();
        self.0.is_match(&folded)
    }
}

/// True if the text is the command for one's points.
pub fn asks_for_points(text: &str) -> bool {
    text.split_whitespace().next() == Some("/points")
}
