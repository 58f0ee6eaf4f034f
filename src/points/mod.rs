//! Purpose: points for effort: an append-only ledger.
pub mod rules;
