//! Purpose: what earns how many points.

/// A versioned set of rules.
#[derive(Clone, Debug)]
pub struct RuleSet {
    /// The version, stored with every entry.
    pub version: String,
}
