//! Purpose: words with styles beside them.
//!
//! Invariant: styles never stand in the words, so that no markup can be smuggled in by anybody's words; it survives in
//! the database as JSON: fields are only ever added, with a default.

use serde::{Deserialize, Serialize};

use crate::text::units;

/// How a run of words looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Strong.
    Bold,
    /// Emphasised.
    Italic,
    /// Underlined.
    Underline,
    /// Struck out.
    Strike,
    /// Covered until somebody taps it.
    Spoiler,
    /// A code or a number to copy.
    Code,
    /// Lines whose blanks and breaks matter.
    Pre,
    /// A quotation.
    Quote,
}

/// A styled stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Where it starts, in UTF-16 units.
    pub start: usize,
    /// How long it is, in UTF-16 units.
    pub length: usize,
    /// How it looks; none if it is only a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// A text with styles beside it, so that no markup can be smuggled in by anybody's words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Styled {
    /// The words.
    pub text: String,
    /// The styles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<Span>,
}

impl From<String> for Styled {
    fn from(text: String) -> Self {
        Self { text, spans: Vec::new() }
    }
}

impl Styled {
    /// Adds words as they are.
    pub fn push(&mut self, words: &str) {
        self.text.push_str(words);
    }

    /// Adds words in one style.
    pub fn push_in(&mut self, words: &str, style: Style) {
        let start = units(&self.text);
        self.text.push_str(words);
        self.spans.push(Span { start, length: units(words), style: Some(style), link: None });
    }

    /// Adds a text with its styles.
    pub fn push_styled(&mut self, other: &Self) {
        let shift = units(&self.text);
        self.text.push_str(&other.text);
        self.spans.extend(other.spans.iter().cloned().map(|span| Span { start: span.start + shift, ..span }));
    }
}
