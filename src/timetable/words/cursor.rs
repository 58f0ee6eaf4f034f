//! Purpose: walks over the tokens of a text.
//!
//! Invariant: a production either consumes all of its tokens or none; [`Cursor::attempt`] sees to it.

use std::ops::Range;

use super::token::{Kind, Token, Word};

/// A place between tokens.
pub(super) struct Cursor<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(tokens: &'t [Token]) -> Self {
        Self { tokens, at: 0 }
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// The next token's kind, and the one after.
    pub(super) fn peek(&self) -> Option<Kind> {
        self.ahead(0)
    }

    /// The kind of the token so many places ahead.
    pub(super) fn ahead(&self, places: usize) -> Option<Kind> {
        self.tokens.get(self.at + places).map(|token| token.kind)
    }

    /// Steps over a token and tells which characters it has.
    pub(super) fn step(&mut self) -> Range<usize> {
        let place = self.tokens.get(self.at).map(|token| token.place.clone()).unwrap_or_default();
        self.at += 1;
        place
    }

    /// The characters from an earlier place up to here.
    pub(super) fn since(&self, mark: usize) -> Range<usize> {
        let start = self.tokens.get(mark).map_or(0, |token| token.place.start);
        let end = self
            .at
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map_or(start, |token| token.place.end);
        start..end.max(start)
    }

    /// This place, for [`Cursor::since`].
    pub(super) fn mark(&self) -> usize {
        self.at
    }

    /// Steps over the word if it is next.
    pub(super) fn eat(&mut self, word: Word) -> bool {
        let is_next = self.peek() == Some(Kind::Word(word));
        self.at += usize::from(is_next);
        is_next
    }

    /// Steps over a word that means something here.
    pub(super) fn word<T>(&mut self, meaning: impl FnOnce(Word) -> Option<T>) -> Option<T> {
        let Some(Kind::Word(word)) = self.peek() else { return None };
        let found = meaning(word)?;
        self.at += 1;
        Some(found)
    }

    /// Steps over a number.
    pub(super) fn number(&mut self) -> Option<u32> {
        let Some(Kind::Number { value, .. }) = self.peek() else { return None };
        self.at += 1;
        Some(value)
    }

    /// Runs a production; if it fails, the place is as before.
    pub(super) fn attempt<T>(&mut self, production: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.at;
        let found = production(self);
        if found.is_none() {
            self.at = before;
        }
        found
    }
}
