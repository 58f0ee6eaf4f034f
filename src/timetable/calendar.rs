//! Purpose: which days are school days, and why the others are none.
//!
//! Four sources, the stronger first: the school's own decisions about single days; official holidays; the school's
//! terms; official make-up workdays and the ordinary week.
//!
//! Invariant: every day of every year has an answer. Where the official days of a year are not known, its answer is the
//! ordinary week, and [`SchoolCalendar::warnings`] says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::YEAR_MAX;

/// How far a school day is sought, in days. The longest holidays of schools have about 90.
pub const SEARCH_DAYS_MAX: u64 = 200;
/// From this day on the next year's official days are expected: they are published in October or early November.
const NEXT_YEAR_EXPECTED: (u32, u32) = (11, 1);
/// The end of the last term known is told this many days ahead.
const TERMS_END_DAYS: u64 = 30;

/// How well the official days of a year are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearStatus {
    /// As published.
    Official,
    /// Somebody's guess, until they are published.
    Estimated,
    /// Not at all: only weekends are free.
    Missing,
}

/// One official day that differs from the ordinary week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficialDay {
    /// The day.
    pub date: NaiveDate,
    /// The holiday it belongs to, as published.
    pub name: Arc<str>,
    /// True for a day off, false for a make-up workday.
    pub is_off: bool,
}

/// A term; both days belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// As the school calls it.
    pub name: Arc<str>,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

/// A day about which the school has decided by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalDay {
    /// Why.
    pub name: Arc<str>,
    /// Whether there is school.
    pub is_school: bool,
}

/// What kind of day it is for the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// An ordinary school day.
    SchoolDay,
    /// A school day because work is made up for a holiday.
    MakeUp {
        /// Which holiday, as published.
        name: Arc<str>,
    },
    /// A school day because the school has decided so.
    LocalSchool {
        /// Why.
        name: Arc<str>,
    },
    /// A Saturday or Sunday.
    Weekend,
    /// An official day off.
    Holiday {
        /// Which holiday, as published.
        name: Arc<str>,
    },
    /// Between terms.
    OutOfTerm,
    /// No school because the school has decided so.
    LocalOff {
        /// Why.
        name: Arc<str>,
    },
}

impl DayKind {
    /// Whether there is school.
    #[must_use]
    pub fn is_school(&self) -> bool {
        matches!(self, Self::SchoolDay | Self::MakeUp { .. } | Self::LocalSchool { .. })
    }
}

/// Something about the calendar that somebody should do something about. As an error it is for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarWarning {
    /// The official days of the year are not known; only weekends are free in it.
    #[error("the calendar has no official holidays for {0}, only weekends are free")]
    YearMissing(i32),
    /// The official days of the year are a guess.
    #[error("the official holidays of {0} are only estimated")]
    YearEstimated(i32),
    /// The last term known ends on this day or has ended; after it no day is a school day.
    #[error("the last term known ends on {0}, no later day is a school day")]
    TermsEnd(NaiveDate),
}

/// The school's calendar. Without anything in it, Monday to Friday are school days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchoolCalendar {
    years: BTreeMap<i32, YearStatus>,
    official: BTreeMap<NaiveDate, OfficialDay>,
    terms: Vec<Term>,
    local: BTreeMap<NaiveDate, LocalDay>,
}

impl SchoolCalendar {
    /// Takes over the official days of a year. A year without days stays missing, whatever its status. Where a day is
    /// in the files of two years, the one taken over later holds.
    pub fn set_year(&mut self, year: i32, status: YearStatus, days: Vec<OfficialDay>) {
        if days.is_empty() {
            return;
        }
        self.years.insert(year, status);
        self.official.extend(days.into_iter().map(|day| (day.date, day)));
    }

    /// Takes over the terms; without any, the whole year is one.
    pub fn set_terms(&mut self, mut terms: Vec<Term>) {
        terms.sort_by_key(|term| term.from);
        self.terms = terms;
    }

    /// Takes over a decision about one day.
    pub fn set_local(&mut self, date: NaiveDate, day: LocalDay) {
        self.local.insert(date, day);
    }

    /// How well the official days of a year are known.
    #[must_use]
    pub fn status(&self, year: i32) -> YearStatus {
        self.years.get(&year).copied().unwrap_or(YearStatus::Missing)
    }

    /// The last year of which official days are known, or guessed; none if there is no such year.
    #[must_use]
    pub fn last_year_known(&self) -> Option<i32> {
        self.years.iter().rev().find(|(_, status)| **status != YearStatus::Missing).map(|(year, _)| *year)
    }

    /// The terms by their beginning; none if the school has told none.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The term the day is in.
    #[must_use]
    pub fn term_of(&self, date: NaiveDate) -> Option<&Term> {
        self.terms.iter().find(|term| (term.from..=term.until).contains(&date))
    }

    /// What kind of day it is.
    #[must_use]
    pub fn kind(&self, date: NaiveDate) -> DayKind {
        if let Some(LocalDay { name, is_school }) = self.local.get(&date) {
            let name = Arc::clone(name);
            return if *is_school { DayKind::LocalSchool { name } } else { DayKind::LocalOff { name } };
        }
        let official = self.official.get(&date);
        if let Some(OfficialDay { name, is_off: true, .. }) = official {
            return DayKind::Holiday { name: Arc::clone(name) };
        }
        if !self.terms.is_empty() && self.term_of(date).is_none() {
            return DayKind::OutOfTerm;
        }
        match official {
            Some(OfficialDay { name, .. }) => DayKind::MakeUp { name: Arc::clone(name) },
            None if is_weekend(date) => DayKind::Weekend,
            None => DayKind::SchoolDay,
        }
    }

    /// Whether there is school.
    #[must_use]
    pub fn is_school_day(&self, date: NaiveDate) -> bool {
        self.kind(date).is_school()
    }

    /// Whether people work on the day as officially published, whatever the school does.
    #[must_use]
    pub fn is_workday(&self, date: NaiveDate) -> bool {
        self.official.get(&date).map_or_else(|| !is_weekend(date), |day| !day.is_off)
    }

    /// After this day no school day is known: the terms are over. The end of all dates if there are no terms.
    #[must_use]
    pub fn school_ends(&self) -> NaiveDate {
        let Some(end) = self.terms.iter().map(|term| term.until).max() else { return NaiveDate::MAX };
        let local = self.local.iter().rev().find(|(_, day)| day.is_school).map(|(date, _)| *date);
        local.map_or(end, |local| local.max(end))
    }

    /// The first school day from `date` on; none within [`SEARCH_DAYS_MAX`] days.
    #[must_use]
    pub fn school_day_from(&self, date: NaiveDate) -> Option<NaiveDate> {
        let until = date.checked_add_days(Days::new(SEARCH_DAYS_MAX))?.min(self.school_ends());
        date.iter_days().take_while(|day| *day <= until).find(|day| self.is_school_day(*day))
    }

    /// What should be done about the calendar, as of `today`: years whose official days are missing or guessed (the next
    /// year's from 1 November on), and terms that run out.
    #[must_use]
    pub fn warnings(&self, today: NaiveDate) -> Vec<CalendarWarning> {
        let terms_end =
            self.terms.iter().map(|term| term.until).max().filter(|end| {
                end.checked_sub_days(Days::new(TERMS_END_DAYS)).is_some_and(|from| from <= today)
            });
        self.year_warnings(today).into_iter().chain(terms_end.map(CalendarWarning::TermsEnd)).collect()
    }

    /// What the school's staff are to be told, as of `today`: that the official days of this year are missing or guessed,
    /// and from 1 November on of the next.
    #[must_use]
    pub fn year_warnings(&self, today: NaiveDate) -> Vec<CalendarWarning> {
        let is_expected = (today.month(), today.day()) >= NEXT_YEAR_EXPECTED;
        let next = today.year().checked_add(1).filter(|year| is_expected && *year <= YEAR_MAX);
        [Some(today.year()), next].into_iter().flatten().filter_map(|year| self.year_warning(year)).collect()
    }

    fn year_warning(&self, year: i32) -> Option<CalendarWarning> {
        match self.status(year) {
            YearStatus::Official => None,
            YearStatus::Estimated => Some(CalendarWarning::YearEstimated(year)),
            YearStatus::Missing => Some(CalendarWarning::YearMissing(year)),
        }
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests;
