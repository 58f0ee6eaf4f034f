//! Purpose: the hash that chains an account's ledger entries.
//!
//! Invariant: pure. An entry's hash covers every stored field of it and the hash before it, each with its length, so
//! that no two different entries are hashed alike. Changing, removing or reordering entries changes every hash after.
//! Nothing personal is hashed: the person is a row number, which outlives the erasure of their name.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::store::Entry;

/// Names what is hashed; a change of the fields gets a new name.
const FORM: &str = "homeroom ledger entry 1";

/// The hash before an account's first entry.
pub const GENESIS: &str = "";

/// The hash of an entry that follows the one hashed as `previous`: 64 hexadecimal digits.
#[must_use]
pub fn hash(previous: &str, entry: &Entry) -> String {
    let mut hasher = Sha256::new();
    let number = |hasher: &mut Sha256, value: i64| hasher.update(value.to_be_bytes());
    let text = |hasher: &mut Sha256, value: &str| {
        hasher.update(u64::try_from(value.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(value.as_bytes());
    };
    let perhaps = |hasher: &mut Sha256, value: Option<&str>| match value {
        None => hasher.update([0]),
        Some(value) => {
            hasher.update([1]);
            text(hasher, value);
        }
    };
    text(&mut hasher, FORM);
    text(&mut hasher, previous);
    number(&mut hasher, entry.tenant.0);
    number(&mut hasher, entry.person.0);
    number(&mut hasher, entry.number);
    number(&mut hasher, entry.delta);
    text(&mut hasher, &entry.rule);
    text(&mut hasher, &entry.rule_set);
    text(&mut hasher, &entry.source_kind);
    text(&mut hasher, &entry.source_id);
    text(&mut hasher, &entry.actor);
    number(&mut hasher, entry.at.0);
    number(&mut hasher, entry.day);
    perhaps(&mut hasher, entry.cap.as_deref());
    perhaps(&mut hasher, entry.reason.as_deref());
    let mut digits = String::with_capacity(64);
    for byte in hasher.finalize() {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
