//! Purpose: a sentence without a language, as data that can be kept, compared and rendered later.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// An argument of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number; the language chooses plural and digits by it.
    Number(i64),
    /// Words that stand as they are.
    Words(String),
    /// Another sentence, rendered in the same language.
    Text(Text),
}

/// A key of `locales/` and its arguments. Made by the functions of [`super::say`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    key: Cow<'static, str>,
    arguments: Vec<(Cow<'static, str>, Value)>,
}

impl Text {
    /// For generated code; everybody else uses [`super::say`], where the arguments are checked.
    pub(crate) fn new(key: &'static str, arguments: Vec<(&'static str, Value)>) -> Self {
        Self {
            key: Cow::Borrowed(key),
            arguments: arguments.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect(),
        }
    }

    /// The key in the locale files.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The arguments by name.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.arguments.iter().map(|(name, value)| (name.as_ref(), value))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(i64::from(number))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<String> for Value {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<&str> for Value {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<&String> for Value {
    fn from(words: &String) -> Self {
        Self::Words(words.clone())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}
