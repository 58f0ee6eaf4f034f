//! Purpose: what is wrong with a configuration, with the place, in words for the person who wrote the file.
//!
//! Invariant: a problem says what is wrong and what to write instead. Finding one never ends the reading.

use std::cell::RefCell;
use std::fmt;

use crate::i18n::{Language, Text};

/// The most problems of one configuration that are kept; a file in a wrong format could have thousands.
const PROBLEMS_MAX: usize = 500;

/// One thing that must be changed before the configuration can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file as found from the working directory, with `/` between folders.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The character within the line, counted from 1.
    pub column: usize,
    /// What is wrong and what to write instead.
    pub text: Text,
}

impl Problem {
    /// `bot-config/school.toml:12:8: …`, the form editors make clickable.
    #[must_use]
    pub fn render(&self, language: Language) -> String {
        format!("{}:{}:{}: {}", self.file, self.line, self.column, language.render(&self.text))
    }
}

/// For the log: the place and the sentence's key.
impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}: {}", self.file, self.line, self.column, self.text.key())
    }
}

/// The problems found so far, of all files.
#[derive(Debug, Default)]
pub struct Findings {
    problems: RefCell<Vec<Problem>>,
}

impl Findings {
    /// Keeps a problem, as long as there are fewer than 500.
    pub fn note(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < PROBLEMS_MAX {
            problems.push(problem);
        }
    }

    /// Keeps a problem of a file as a whole.
    pub fn note_file(&self, file: impl Into<String>, text: Text) {
        self.note(Problem { file: file.into(), line: 1, column: 1, text });
    }

    /// Everything found, by file and place.
    #[must_use]
    pub fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by(|one, other| {
            (&one.file, one.line, one.column).cmp(&(&other.file, other.line, other.column))
        });
        problems
    }
}

/// A file that is being read, to note problems by their byte.
#[derive(Clone, Copy)]
pub struct Source<'f> {
    /// Where problems are kept.
    pub findings: &'f Findings,
    /// The file's name as problems show it.
    pub file: &'f str,
    /// The whole file.
    pub text: &'f str,
}

impl Source<'_> {
    /// Notes a problem at a byte of the file.
    pub fn note(&self, byte: usize, text: Text) {
        let (line, column) = place(self.text, byte);
        self.findings.note(Problem { file: self.file.to_owned(), line, column, text });
    }
}

/// Line and character of a byte of a text, both counted from 1. A byte past the end is the place after the end.
#[must_use]
pub fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..text.floor_char_boundary(byte)).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "a = 1\n校名 = \"示范\"\r\n";
        assert_eq!(place(text, 0), (1, 1));
        assert_eq!(place(text, text.find("示").unwrap()), (2, 7));
        assert_eq!(place(text, text.len()), (3, 1));
        assert_eq!(place(text, 10_000), (3, 1));
    }
}
