//! Purpose: the languages the product speaks, and rendering of a [`Text`] in one of them.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::{FluentNumber, FluentNumberOptions, FluentNumberStyle};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use super::{SOURCES, Text, Value};

/// A language the product speaks. Stored and configured by its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

/// A tag names no language that the product speaks.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no language of this product; known: zh-CN, en")]
pub struct UnknownLanguage(pub String);

impl Language {
    /// Every language, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::Chinese, Self::English];

    /// The tag: `zh-CN` or `en`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// The language for a client's language code (`zh-hans`, `en-GB`, …), if the product speaks it.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        let main = code.split(['-', '_']).next().unwrap_or_default();
        match main.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The sentence in this language. Never fails: the build has checked keys and arguments, and should a text from
    /// an older database name a key that is gone, the key itself is shown.
    #[must_use]
    pub fn render(self, text: &Text) -> String {
        let Some(bundle) = BUNDLES.get(&self) else { return text.key().to_owned() };
        let Some(pattern) = bundle.get_message(text.key()).and_then(|message| message.value()) else {
            return text.key().to_owned();
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in text.arguments() {
            arguments.set(name.to_owned(), self.argument(value));
        }
        let mut errors = Vec::new();
        let words = bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "{}: {errors:?}", text.key());
        words
    }

    fn argument(self, value: &Value) -> FluentValue<'static> {
        match value {
            #[expect(
                clippy::cast_precision_loss,
                reason = "Fluent counts in f64; counts stay far below 2^53"
            )]
            Value::Number(number) => FluentValue::from(*number as f64),
            Value::Words(words) => FluentValue::from(words.clone()),
            Value::Text(text) => FluentValue::from(self.render(text)),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tag().fmt(out)
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|language| language.tag() == tag)
            .ok_or_else(|| UnknownLanguage(tag.into()))
    }
}

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<HashMap<Language, Bundle>> =
    LazyLock::new(|| Language::ALL.into_iter().map(|language| (language, bundle(language))).collect());

fn bundle(language: Language) -> Bundle {
    let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    // Isolation marks around arguments would show up as odd characters in some chat programs.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(grouped));
    for (_, source) in SOURCES.iter().filter(|(tag, _)| *tag == language.tag()) {
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// Numbers of five digits and more get a comma each three digits; both languages write them so.
fn grouped<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, options: FluentNumberOptions { style, .. } }) = value
    else {
        return None;
    };
    if *style != FluentNumberStyle::Decimal || value.fract() != 0.0 || value.abs() < 10_000.0 {
        return None;
    }
    let digits = format!("{:.0}", value.abs());
    let mut written = String::from(if *value < 0.0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            written.push(',');
        }
        written.push(digit);
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::say;

    #[test]
    fn every_key_is_rendered_in_every_language() {
        for language in Language::ALL {
            let bundle = &BUNDLES[&language];
            for key in say::KEYS {
                assert!(bundle.get_message(key).is_some_and(|m| m.value().is_some()), "{language}: {key}");
            }
        }
    }

    #[test]
    fn a_client_code_finds_its_language() {
        assert_eq!(Language::of_code("zh-hans"), Some(Language::Chinese));
        assert_eq!(Language::of_code("EN-gb"), Some(Language::English));
        assert_eq!(Language::of_code("fr"), None);
    }
}
