//! Purpose: one value of a TOML file, read as what it should be.
//!
//! Invariant: each read gives the value or notes at its place why not.

use std::collections::HashSet;
use std::hash::Hash;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::{NaiveDate, NaiveTime};
use toml::Spanned;
use toml::de::DeValue;

use super::nearest::nearest;
use super::reader::{Page, Table};
use crate::i18n::{Text, say};
use crate::text::units;

/// A value and where it is written.
pub struct Item<'d> {
    page: &'d Page<'d>,
    key: &'d str,
    value: &'d Spanned<DeValue<'d>>,
}

impl<'d> Item<'d> {
    /// The value under `key` of a page.
    #[must_use]
    pub(super) fn new(page: &'d Page<'d>, key: &'d str, value: &'d Spanned<DeValue<'d>>) -> Self {
        Self { page, key, value }
    }

    /// The key it is written under.
    #[must_use]
    pub fn key(&self) -> &'d str {
        self.key
    }

    /// Where it begins, as a byte of the whole file.
    #[must_use]
    pub fn byte(&self) -> usize {
        self.page.byte_in_file(self.value.span().start)
    }

    /// Notes a problem of this value.
    pub fn note(&self, text: Text) {
        self.page.note(self.value.span().start, text);
    }

    /// Notes the problem if there is one, and gives the value if not.
    pub fn settle<T>(&self, read: Result<T, Text>) -> Option<T> {
        read.map_err(|text| self.note(text)).ok()
    }

    /// A text as it is written.
    #[must_use]
    pub fn text(&self) -> Option<&'d str> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(text),
            _ => self.wrong_kind(say::config_kind_text()),
        }
    }

    /// A text for people: not blank, at most `units_max` UTF-16 units. Blanks around it are dropped.
    #[must_use]
    pub fn words(&self, units_max: usize) -> Option<String> {
        let words = self.text()?.trim();
        if words.is_empty() {
            self.note(say::config_empty(self.key));
            return None;
        }
        let length = units(words);
        if length > units_max {
            self.note(say::config_too_long(self.key, length, units_max));
            return None;
        }
        Some(words.to_owned())
    }

    /// A whole number.
    #[must_use]
    pub fn integer(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let DeValue::Integer(written) = self.value.get_ref() else {
            return self.wrong_kind(say::config_kind_integer());
        };
        let number = i64::from_str_radix(written.as_str(), written.radix()).ok();
        match number.filter(|number| range.contains(number)) {
            Some(number) => Some(number),
            None => self.out_of_range(&written.to_string(), range.start(), range.end()),
        }
    }

    /// A whole number that isn't negative, of whichever width.
    #[must_use]
    pub fn count<T: TryFrom<i64> + Into<i64> + Copy>(&self, range: RangeInclusive<T>) -> Option<T> {
        let number = self.integer((*range.start()).into()..=(*range.end()).into())?;
        T::try_from(number).ok()
    }

    /// A number with or without a fraction.
    #[must_use]
    pub fn number(&self, range: RangeInclusive<f64>) -> Option<f64> {
        let written = match self.value.get_ref() {
            DeValue::Float(written) => written.as_str(),
            DeValue::Integer(written) if written.radix() == 10 => written.as_str(),
            _ => return self.wrong_kind(say::config_kind_number()),
        };
        match written.parse().ok().filter(|number| range.contains(number)) {
            Some(number) => Some(number),
            None => self.out_of_range(written, range.start(), range.end()),
        }
    }

    /// A span of whole hours.
    #[must_use]
    pub fn hours(&self, range: RangeInclusive<u32>) -> Option<Duration> {
        self.count(range).map(|hours| Duration::from_secs(u64::from(hours) * 3_600))
    }

    /// One of the words that are known here.
    #[must_use]
    pub fn one_of<T: Copy>(&self, known: &[(&str, T)]) -> Option<T> {
        let written = self.text()?;
        if let Some((_, value)) = known.iter().find(|(word, _)| *word == written) {
            return Some(*value);
        }
        let words = || known.iter().map(|(word, _)| *word);
        self.note(match nearest(written, words()) {
            Some(meant) => say::config_unknown_word_near(self.key, meant, written),
            None => say::config_unknown_word(self.key, words().collect::<Vec<_>>().join(", "), written),
        });
        None
    }

    /// A time of day, `"21:00"`, with or without quotes.
    #[must_use]
    pub fn time(&self) -> Option<NaiveTime> {
        let read = match self.value.get_ref() {
            DeValue::String(text) => NaiveTime::parse_from_str(text.trim(), "%H:%M").ok(),
            DeValue::Datetime(toml::value::Datetime { date: None, time: Some(time), offset: None }) => {
                Some(*time)
                    .filter(|time| time.second.unwrap_or(0) == 0)
                    .and_then(|time| NaiveTime::from_hms_opt(u32::from(time.hour), u32::from(time.minute), 0))
            }
            _ => None,
        };
        if read.is_none() {
            self.note(say::config_time(self.key));
        }
        read
    }

    /// A day, `2026-09-01`, with or without quotes.
    #[must_use]
    pub fn date(&self) -> Option<NaiveDate> {
        let read = match self.value.get_ref() {
            DeValue::String(text) => text.trim().parse().ok(),
            DeValue::Datetime(toml::value::Datetime { date: Some(date), time: None, offset: None }) => {
                NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
            }
            _ => None,
        };
        if read.is_none() {
            self.note(say::config_calendar_date(self.key));
        }
        read
    }

    /// True or false.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        match self.value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => self.wrong_kind(say::config_kind_flag()),
        }
    }

    /// An address to listen on, `127.0.0.1:8088`.
    #[must_use]
    pub fn socket(&self) -> Option<SocketAddr> {
        let written = self.text()?;
        self.settle(written.parse().map_err(|_| say::config_socket(self.key, written)))
    }

    /// A list with its elements.
    #[must_use]
    pub fn list(&self, length: RangeInclusive<usize>) -> Option<Vec<Self>> {
        let DeValue::Array(elements) = self.value.get_ref() else {
            return self.wrong_kind(say::config_kind_list());
        };
        if !length.contains(&elements.len()) {
            self.note(say::config_list_length(elements.len(), self.key, *length.end(), *length.start()));
            return None;
        }
        Some(elements.iter().map(|value| Self { page: self.page, key: self.key, value }).collect())
    }

    /// A list whose elements are all read the same way and all differ. Elements that can't be read are left out.
    #[must_use]
    pub fn distinct<T: Eq + Hash + Clone>(
        &self,
        length: RangeInclusive<usize>,
        read: impl Fn(&Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut seen = HashSet::new();
        let elements = self.list(length)?;
        let values = elements.iter().filter_map(|element| {
            let value = read(element)?;
            if seen.insert(value.clone()) {
                return Some(value);
            }
            element.note(say::config_twice(element.written()));
            None
        });
        Some(values.collect())
    }

    /// A table.
    #[must_use]
    pub fn table(&self) -> Option<Table<'d>> {
        match self.value.get_ref() {
            DeValue::Table(table) => {
                Some(Table { page: self.page, keys: table, at: self.value.span(), asked: Vec::new() })
            }
            _ => self.wrong_kind(say::config_kind_table(self.key)),
        }
    }

    /// How it is written, to quote it.
    fn written(&self) -> &'d str {
        self.page.written(self.value.span())
    }

    fn wrong_kind<T>(&self, expected: Text) -> Option<T> {
        self.note(say::config_wrong_kind(expected, self.key));
        None
    }

    fn out_of_range<T>(&self, written: &str, least: &dyn ToString, most: &dyn ToString) -> Option<T> {
        // As words: a language would write large numbers with separators, which TOML doesn't take.
        self.note(say::config_out_of_range(written, self.key, most.to_string(), least.to_string()));
        None
    }
}
