//! Purpose: the rules as configured.

/// The rules.
#[derive(Clone, Debug, Default)]
pub struct Pack;
