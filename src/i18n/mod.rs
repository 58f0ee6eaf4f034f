//! Purpose: sentences for people, in their language.
//!
//! A [`Text`] is a sentence that hasn't got a language yet: a key of `locales/` and its arguments. It is made only by
//! the functions of [`say`], which the build generates from the locale files, and turned into words by
//! [`Language::render`] where the reader is known.
//!
//! Invariant: every key exists with the same arguments in every language, or the build fails.

mod language;
mod text;

pub use language::Language;
pub use text::{Text, Value};

/// One function for each message of `locales/`; its parameters are the message's arguments in alphabetical order.
pub mod say {
    include!(concat!(env!("OUT_DIR"), "/say.rs"));
}

/// Words in a row, as each language joins them; nothing for none.
#[must_use]
pub fn listed(items: &[impl AsRef<str>]) -> Text {
    let mut items = items.iter().map(AsRef::as_ref);
    let mut listed = say::list_first(items.next().unwrap_or_default());
    for item in items {
        listed = say::list_next(listed, item);
    }
    listed
}

/// The locale files as they were when the program was built: (language tag, text).
const SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));
