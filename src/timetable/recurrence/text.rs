//! Purpose: a recurrence as the database keeps it: `next - 2027-01-20 weekly mon,wed 19:30:00`.
//!
//! First the rule for days without school, then the first and the last day (`-` for none), then when. The forms of
//! "when" are in [`Recurrence::to_text`].
//!
//! Invariant: a form that has once been written is always read.

use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use super::{DayRule, Recurrence, Rule};
use crate::timetable::Timing;
use crate::timetable::days::{Days, Span, WEEK, Weekdays};

/// A text that [`Recurrence::to_text`] hasn't written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no recurrence")]
pub struct UnknownText(pub String);

const SPANS: [(&str, Span); 3] = [("week", Span::Week), ("month", Span::Month), ("term", Span::Term)];

impl Recurrence {
    /// The form for the database, one line without line feeds. Dates and times are ISO 8601.
    #[must_use]
    pub fn to_text(&self) -> String {
        let bound = |date: Option<NaiveDate>| date.map_or_else(|| "-".to_owned(), |date| date.to_string());
        let rule = match &self.rule {
            Rule::Once(at) => format!("once {at:?}"),
            Rule::Days { on, at } => format!("{} {at}", days_text(on)),
            Rule::Cron(timing) => {
                format!("cron {}", timing.spec.split_whitespace().collect::<Vec<_>>().join(" "))
            }
        };
        format!(
            "{} {} {} {rule}",
            name_of(&DayRule::NAMED, self.day_rule),
            bound(self.from),
            bound(self.until)
        )
    }

    /// Reads the form for the database.
    ///
    /// # Errors
    /// [`UnknownText`] if it is none.
    pub fn parse(text: &str) -> Result<Self, UnknownText> {
        read(text).ok_or_else(|| UnknownText(text.to_owned()))
    }
}

fn read(text: &str) -> Option<Recurrence> {
    let mut words = text.splitn(4, ' ');
    let day_rule = named(&DayRule::NAMED, words.next()?)?;
    let mut bound = || match words.next()? {
        "-" => Some(None),
        date => Some(Some(date.parse().ok()?)),
    };
    let (from, until) = (bound()?, bound()?);
    let rule = words.next()?;
    let rule = match rule.split_once(' ')? {
        ("cron", spec) => Rule::Cron(Box::new(Timing::parse(spec).ok()?)),
        ("once", at) => Rule::Once(parsed::<NaiveDateTime>(at)?),
        _ => {
            let (days, at) = rule.rsplit_once(' ')?;
            Rule::Days { on: days_of(days)?, at: parsed::<NaiveTime>(at)? }
        }
    };
    Some(Recurrence { rule, day_rule, from, until })
}

fn days_text(days: &Days) -> String {
    match days {
        Days::Daily => "daily".into(),
        Days::Workdays => "workdays".into(),
        Days::Weekly(on) => format!("weekly {}", set_text(*on)),
        Days::EveryWeeks { every, on, first } => format!("weeks {every} {} {first}", set_text(*on)),
        Days::DayOfMonth(day) => format!("month-day {day}"),
        Days::LastDayOfMonth => "month-end".into(),
        Days::NthWeekday(nth, weekday) => format!("nth {nth} {}", set_text([*weekday].into_iter().collect())),
        Days::LastWeekday(weekday) => format!("last {}", set_text([*weekday].into_iter().collect())),
        Days::FirstSchoolDay(span) => format!("first-school-day {}", name_of(&SPANS, *span)),
        Days::LastSchoolDay(span) => format!("last-school-day {}", name_of(&SPANS, *span)),
    }
}

fn days_of(text: &str) -> Option<Days> {
    let words: Vec<&str> = text.split(' ').collect();
    Some(match words.as_slice() {
        ["daily"] => Days::Daily,
        ["workdays"] => Days::Workdays,
        ["weekly", on] => Days::Weekly(set_of(on)?),
        ["weeks", every, on, first] => Days::EveryWeeks {
            every: parsed(every).filter(|every| *every > 1)?,
            on: set_of(on)?,
            first: parsed(first)?,
        },
        ["month-day", day] => Days::DayOfMonth(parsed(day).filter(|day| (1..=31).contains(day))?),
        ["month-end"] => Days::LastDayOfMonth,
        ["nth", nth, weekday] => {
            Days::NthWeekday(parsed(nth).filter(|nth| (1..=5).contains(nth))?, weekday_of(weekday)?)
        }
        ["last", weekday] => Days::LastWeekday(weekday_of(weekday)?),
        ["first-school-day", span] => Days::FirstSchoolDay(named(&SPANS, span)?),
        ["last-school-day", span] => Days::LastSchoolDay(named(&SPANS, span)?),
        _ => return None,
    })
}

/// `mon,wed`
fn set_text(on: Weekdays) -> String {
    on.iter().map(|weekday| weekday.to_string().to_lowercase()).collect::<Vec<_>>().join(",")
}

fn set_of(text: &str) -> Option<Weekdays> {
    text.split(',').map(weekday_of).collect()
}

fn weekday_of(text: &str) -> Option<Weekday> {
    WEEK.into_iter().find(|weekday| weekday.to_string().to_lowercase() == text)
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn named<T: Copy>(known: &[(&str, T)], name: &str) -> Option<T> {
    known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

fn name_of<T: PartialEq + Copy>(known: &[(&'static str, T)], value: T) -> &'static str {
    known.iter().find(|(_, known)| *known == value).map_or("", |(name, _)| *name)
}
