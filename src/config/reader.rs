//! Purpose: reads TOML with every problem noted at its place, instead of stopping at the first.
//!
//! A [`Page`] is a file, or the part of one that is TOML. [`Table`] hands out the values of its keys as [`Item`]s and
//! knows afterwards which keys nobody asked for. Every typed read of an item either gives the value or notes why not.
//!
//! Invariant: whoever gets `None` for something that was written can go on with any default: a problem is noted, so no
//! configuration comes out.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::item::Item;
use super::nearest::nearest;
use super::problem::{Source, place};
use crate::i18n::{Text, say};

/// More syntax errors of one file than this are mostly consequences of the first.
const SYNTAX_ERRORS_MAX: usize = 5;

/// A file, or the part of one, that is read as TOML.
pub struct Page<'d> {
    source: Source<'d>,
    section: Range<usize>,
    /// Lines with syntax errors. What else is wrong there follows from them.
    broken_lines: Vec<usize>,
    document: Spanned<DeTable<'d>>,
}

impl<'d> Page<'d> {
    /// Reads a whole file.
    #[must_use]
    pub fn new(source: Source<'d>) -> Self {
        Self::part(source, 0..source.text.len())
    }

    /// Reads the bytes `section` of a file; places are still counted from the file's beginning.
    #[must_use]
    pub fn part(source: Source<'d>, section: Range<usize>) -> Self {
        let toml = source.text.get(section.clone()).unwrap_or_default();
        let (document, errors) = DeTable::parse_recoverable(toml);
        let mut page = Self { source, section, broken_lines: Vec::new(), document };
        // The parser goes on after an error; what else it finds on the same line is a consequence.
        let mut by_line = BTreeMap::new();
        for error in &errors {
            let span = error.span().unwrap_or_default();
            let entry = by_line.entry(page.line(span.start)).or_insert((span.clone(), error));
            if span.start < entry.0.start {
                *entry = (span, error);
            }
        }
        for (span, error) in by_line.values().take(SYNTAX_ERRORS_MAX) {
            page.note(span.start, syntax_problem(error, toml.get(span.clone()).unwrap_or_default()));
        }
        page.broken_lines = by_line.into_keys().collect();
        page
    }

    /// The keys outside any header.
    #[must_use]
    pub fn root(&self) -> Table<'_> {
        Table { page: self, keys: self.document.get_ref(), at: self.document.span(), asked: Vec::new() }
    }

    /// The whole page as a type that serde knows, made into what is needed by `make`. Only the first problem of its
    /// shape is noted; if the shape is right, `make` may find more, each with the keys that lead to it, where elements
    /// of lists go by their index from 0.
    pub fn read_serde<T: DeserializeOwned, M>(
        &self,
        make: impl FnOnce(T) -> Result<M, Vec<(Vec<String>, Text)>>,
    ) -> Option<M> {
        if !self.broken_lines.is_empty() {
            return None;
        }
        let toml = self.source.text.get(self.section.clone()).unwrap_or_default();
        let shape = toml::from_str(toml).map_err(|error| {
            self.note(error.span().unwrap_or_default().start, shape_problem(error.message()));
        });
        make(shape.ok()?)
            .map_err(|problems| {
                for (keys, text) in problems {
                    self.note_at(&keys, text);
                }
            })
            .ok()
    }

    /// The section's text of a span.
    pub(super) fn written(&self, span: Range<usize>) -> &'d str {
        self.source.text.get(self.byte_in_file(span.start)..self.byte_in_file(span.end)).unwrap_or_default()
    }

    /// Notes a problem at a byte of the section.
    pub fn note(&self, byte: usize, text: Text) {
        if !self.broken_lines.contains(&self.line(byte)) {
            self.source.note(self.byte_in_file(byte), text);
        }
    }

    /// Notes a problem of the value that `keys` lead to. Where the last ones lead nowhere, because they are what is
    /// missing, the place is where the others have led.
    fn note_at(&self, keys: &[String], text: Text) {
        let root = self.document.get_ref();
        let Some(mut found) = keys.first().and_then(|key| root.get(key.as_str())) else {
            return self.note(0, text);
        };
        for key in &keys[1..] {
            let inside = match found.get_ref() {
                DeValue::Table(table) => table.get(key.as_str()),
                DeValue::Array(list) => key.parse::<usize>().ok().and_then(|at| list.get(at)),
                _ => None,
            };
            let Some(inside) = inside else { break };
            found = inside;
        }
        self.note(found.span().start, text);
    }

    /// A byte of the section as a byte of the whole file.
    pub(super) fn byte_in_file(&self, byte: usize) -> usize {
        self.section.start + byte
    }

    fn line(&self, byte: usize) -> usize {
        place(self.source.text, self.byte_in_file(byte)).0
    }
}

/// What the TOML parser found, for people. Chinese punctuation is the commonest slip and gets its own words.
fn syntax_problem(error: &toml::de::Error, written: &str) -> Text {
    if error.message() == "duplicate key" {
        say::config_duplicate_key(written)
    } else if written.contains(['“', '”', '‘', '’', '：', '＝', '，', '【', '】']) {
        say::config_chinese_punctuation()
    } else {
        say::config_syntax(error.message())
    }
}

/// What serde found. Its two commonest sentences are told in the reader's language, the rest is quoted.
pub(super) fn shape_problem(message: &str) -> Text {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let first = quoted.next().unwrap_or_default();
    if message.starts_with("unknown field `") {
        let known: Vec<&str> = quoted.collect();
        unknown_key(first, &known)
    } else if message.starts_with("missing field `") {
        say::config_missing_key(first)
    } else {
        say::config_not_as_expected(message)
    }
}

/// Names the known key that was probably meant, or else all of them.
fn unknown_key(key: &str, known: &[&str]) -> Text {
    match nearest(key, known.iter().copied()) {
        Some(meant) => say::config_unknown_key_near(key, meant),
        None => say::config_unknown_key(key, known.join(", ")),
    }
}

/// A table that is being read.
pub struct Table<'d> {
    pub(super) page: &'d Page<'d>,
    pub(super) keys: &'d DeTable<'d>,
    /// Where it is introduced: its header, its key, or the beginning of the page.
    pub(super) at: Range<usize>,
    pub(super) asked: Vec<&'static str>,
}

impl<'d> Table<'d> {
    /// What is written under `key`, if anything.
    pub fn get(&mut self, key: &'static str) -> Option<Item<'d>> {
        self.asked.push(key);
        let (_, value) = self.keys.iter().find(|(written, _)| written.get_ref() == key)?;
        Some(Item::new(self.page, key, value))
    }

    /// What is written under `key`, which must be there.
    pub fn need(&mut self, key: &'static str) -> Option<Item<'d>> {
        let item = self.get(key);
        // After a syntax error nobody knows whether it is missing or only not understood.
        if item.is_none() && self.page.broken_lines.is_empty() {
            self.page.note(self.at.start, say::config_missing_key(key));
        }
        item
    }

    /// The table under `key`, if there is one.
    pub fn table(&mut self, key: &'static str) -> Option<Self> {
        self.get(key)?.table()
    }

    /// The tables under `key`, written as `[[key]]`; none if there is no such key.
    pub fn tables(&mut self, key: &'static str) -> Vec<Self> {
        let items = self.get(key).and_then(|item| item.list(0..=usize::MAX)).unwrap_or_default();
        items.iter().filter_map(Item::table).collect()
    }

    /// Notes a problem of the table as a whole.
    pub fn note(&self, text: Text) {
        self.page.note(self.at.start, text);
    }

    /// Ends the reading: notes each key that nobody has asked for, with the known key that was probably meant.
    pub fn finish(self) {
        for key in self.keys.keys().filter(|key| !self.asked.contains(&key.get_ref().as_ref())) {
            self.page.note(key.span().start, unknown_key(key.get_ref(), &self.asked));
        }
    }
}
