//! Purpose: words with styles beside them.
//!
//! Invariant: styles never stand in the words, so that no markup can be smuggled in by anybody's words; it survives in
//! the database as JSON: fields are only ever added, with a default.

use serde::{Deserialize, Serialize};

use crate::text::{cut, units};

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

    /// The text if it has at most `units_max` UTF-16 units, else as many of its first lines as there is room for, and `…`; of a
    /// first line that is too long, its beginning.
    #[must_use]
    pub fn cut_at_line(self, units_max: usize) -> Self {
        if units(&self.text) <= units_max {
            return self;
        }
        let kept = cut(&self.text, units_max.saturating_sub(1));
        let lines = kept.rfind('\n').filter(|end| *end > 0);
        let text = lines.map_or_else(|| kept.clone(), |end| format!("{}\n…", &kept[..end]));
        let left = units(&text).saturating_sub(1);
        let spans = self.spans.into_iter().filter(|span| span.start < left);
        let spans = spans.map(|span| Span { length: span.length.min(left - span.start), ..span }).collect();
        Self { text, spans }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_ends_with_a_whole_line_and_its_styles_end_with_it() {
        let mut lines = Styled::from("名单：".to_owned());
        for _ in 0..3 {
            lines.push("\n");
            lines.push_in("张三😀", Style::Bold);
        }
        assert_eq!(lines.clone().cut_at_line(18), lines);
        let cut = lines.clone().cut_at_line(17);
        assert_eq!(cut.text, "名单：\n张三😀\n张三😀\n…");
        assert_eq!(cut.spans, lines.spans[..2]);
        for most in 3..18 {
            let cut = lines.clone().cut_at_line(most);
            let length = units(&cut.text);
            assert!(length <= most && cut.text.ends_with('…'), "{most}: {cut:?}");
            assert!(cut.spans.iter().all(|span| span.start + span.length < length), "{most}: {cut:?}");
        }
        let one_line = Styled::from("长".repeat(9)).cut_at_line(5);
        assert_eq!(one_line.text, "长长长…");
    }
}
