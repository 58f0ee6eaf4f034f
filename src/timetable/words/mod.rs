//! Purpose: what a teacher says about time (明天 19:30, every Monday at 8 pm, or cron), as a [`Reading`].
//!
//! Three steps: `token` cuts the text into words by a table for each language, a grammar for each language fills a
//! draft, and `resolve` makes a reading of the draft, relative to now.
//!
//! Invariants: nothing is left out silently: what isn't understood is quoted back. Where people mean different things by
//! the same words, the choice is theirs. A text of any kind ends in a reading or a problem, in time linear in its length.

mod chinese;
mod chinese_every;
mod chinese_words;
mod cursor;
mod draft;
mod english;
mod english_every;
mod english_words;
pub mod holidays;
mod resolve;
mod token;

use chrono::{NaiveDate, NaiveDateTime, Weekday};

use super::{Recurrence, SchoolTime, Timing, TimingProblem, YEAR_MAX};
use crate::clock::Millis;
use cursor::Cursor;

/// The longest text that is read, in characters; what people say about time is shorter.
pub const CHARS_MAX: usize = 200;

/// What was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// At once.
    Now,
    /// Once, at this time of the wall clock.
    Once(NaiveDateTime),
    /// Again and again.
    Recurring(Recurrence),
}

/// What was understood, with what somebody could have meant otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// What was understood.
    pub reading: Reading,
    /// True if a time at or after midnight was counted to the night before (晚上12点, tonight at midnight): the date of
    /// the reading is the day after the one that was named, and should be said.
    pub is_past_midnight: bool,
    /// True if the words say what days without school do to it.
    pub says_rule: bool,
}

/// Why a text is not a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is longer than [`CHARS_MAX`] characters.
    TooLong,
    /// Nothing in it was understood.
    Nothing,
    /// This part was not understood.
    Rest(String),
    /// It names more than one time.
    TooMuch,
    /// There is no time of day. Each suggestion is a complete reading.
    TimeMissing {
        /// The day that was read, unless it is a recurring one.
        date: Option<NaiveDate>,
        /// The same with a usual time.
        suggested: Vec<Reading>,
    },
    /// A time of day comes without the weekday or day it needs (每周, next week).
    DayMissing,
    /// It is over.
    Past {
        /// What was read.
        read: NaiveDateTime,
        /// The next time that fits the words, if there is one.
        instead: Option<NaiveDateTime>,
    },
    /// There is no such date: 30 February.
    NoSuchDate(String),
    /// There is no such time: 25:00, 13 in the morning.
    NoSuchTime(String),
    /// The date is another weekday than the words say.
    OtherWeekday {
        /// The date.
        date: NaiveDate,
        /// What the words say.
        said: Weekday,
    },
    /// It can mean each of these.
    Ambiguous(Vec<Reading>),
    /// A rhythm that isn't known: every hour, every year.
    Rhythm(String),
    /// A recurring time after midnight, of which nobody knows what day it belongs to.
    NightAfter,
    /// The school has told no terms, or none to come.
    NoTerm,
    /// It looks like a cron expression, but is none.
    Cron(TimingProblem),
    /// It never comes before the year 2101.
    Never,
}

/// Reads what somebody says about time, on the school's wall clock.
///
/// # Errors
/// [`Problem`] says what is missing or wrong.
pub fn read(text: &str, now: Millis, time: SchoolTime<'_>) -> Result<Read, Problem> {
    if text.chars().count() > CHARS_MAX {
        return Err(Problem::TooLong);
    }
    let text = token::fold(text);
    if let Some(spec) = cron_spec(&text.half()) {
        let timing = Timing::parse(&spec).map_err(Problem::Cron)?;
        let recurrence = Recurrence::cron(timing);
        return match recurrence.next_run(now, time) {
            Some(_) => Ok(Read {
                reading: Reading::Recurring(recurrence),
                is_past_midnight: false,
                says_rule: false,
            }),
            None => Err(Problem::Never),
        };
    }
    let is_chinese = text.is_chinese();
    let words = if is_chinese { chinese_words::table() } else { english_words::table() };
    let tokens = token::tokens(&text, words, is_chinese);
    let mut cursor = Cursor::new(&tokens);
    let draft = if is_chinese { chinese::draft(&mut cursor) } else { english::draft(&mut cursor) };
    if let Some(draft::Every::Unknown(place)) = &draft.every {
        return Err(Problem::Rhythm(text.quote(place.clone())));
    }
    let rest = draft.rest.clone().map(|place| text.quote(place));
    resolve::resolve(&draft, rest, now, time)
}

/// The expression, if the text looks like cron: five or six fields, the first two of which are no words.
fn cron_spec(text: &str) -> Option<String> {
    let marked = text
        .split_at_checked(4)
        .filter(|(mark, _)| mark.eq_ignore_ascii_case("cron"))
        .map(|(_, rest)| rest.trim_start_matches([':', ' ']));
    let fields: Vec<&str> = marked.unwrap_or(text).split_whitespace().collect();
    let is_field =
        |field: &str| field.chars().all(|letter| letter.is_ascii_digit() || "*,/-".contains(letter));
    let looks = (5..=6).contains(&fields.len()) && fields[..2].iter().all(|field| is_field(field));
    (marked.is_some() || looks && fields.iter().all(|field| field.is_ascii())).then(|| fields.join(" "))
}

/// Whether a year is one that can be planned for.
fn is_year(year: u32) -> bool {
    i32::try_from(year).is_ok_and(|year| (2000..=YEAR_MAX).contains(&year))
}

#[cfg(test)]
mod tests;
