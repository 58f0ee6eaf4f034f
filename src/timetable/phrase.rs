//! Purpose: readings, recurrences and occurrences in people's words.
//!
//! Invariant: where the words are in the grammar of [`super::words`], they are read as what they came from.

mod problems;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};
use chrono_tz::Tz;

use super::words::{Reading, holidays};
use super::{
    CalendarWarning, Coming, DayKind, DayRule, Days, Fate, Occurrence, Recurrence, Rule, Skip, Span,
    Weekdays, YEAR_MAX, wall,
};
use crate::i18n::{Text, Value, say};

pub use problems::{choices, problem, timing_problem};

/// A wall-clock time with its date and weekday: Monday 30 November 2026, 08:00.
#[must_use]
pub fn moment(at: NaiveDateTime) -> Text {
    say::timetable_moment(at.day(), at.month(), clock(at.time()), number(at.weekday()), i64::from(at.year()))
}

/// A date in full, without the weekday.
#[must_use]
pub fn date(date: NaiveDate) -> Text {
    say::timetable_date(date.day(), date.month(), i64::from(date.year()))
}

/// A date of this year, short, with the weekday: Thu 1 Oct.
#[must_use]
pub fn short_date(date: NaiveDate) -> Text {
    let weekday = say::timetable_weekday_short(number(date.weekday()));
    say::timetable_short_date(date.day(), date.month(), weekday)
}

/// A wall-clock time for where there is little room: Mon 23 Nov 19:30. The year stands there only if it isn't this one.
#[must_use]
pub fn short_moment(at: NaiveDateTime, this_year: i32) -> Text {
    let date = short_date(at.date());
    let date = if at.year() == this_year {
        date
    } else {
        say::timetable_short_date_of_year(date, i64::from(at.year()))
    };
    say::timetable_short_moment(date, clock(at.time()))
}

/// A weekday.
#[must_use]
pub fn weekday(weekday: Weekday) -> Text {
    say::timetable_weekday(number(weekday))
}

/// What was understood.
#[must_use]
pub fn reading(reading: &Reading) -> Text {
    match reading {
        Reading::Now => say::timetable_now(),
        Reading::Once(at) => moment(*at),
        Reading::Recurring(rule) => recurrence(rule),
    }
}

/// To be added to a reading that is after midnight although the day before was named.
#[must_use]
pub fn past_midnight() -> Text {
    say::timetable_past_midnight()
}

/// When something runs: 每周一 19:30（放假顺延到下一个上课日）.
#[must_use]
pub fn recurrence(recurrence: &Recurrence) -> Text {
    let rule = recurrence.day_rule;
    let (rhythm, rule) = match &recurrence.rule {
        Rule::Once(at) => (moment(*at), rule),
        Rule::Cron(timing) => (say::timetable_cron(&timing.spec), rule),
        Rule::Days { on: Days::Daily, at } if rule == DayRule::OnlySchoolDays => {
            (say::timetable_school_days(clock(*at)), DayRule::Always)
        }
        Rule::Days { on, at } => (days(on, clock(*at)), rule),
    };
    let mut text = match rule {
        DayRule::Always => rhythm,
        DayRule::SkipNonSchool => say::timetable_rule_skip(rhythm),
        DayRule::MoveToNextSchoolDay => say::timetable_rule_next(rhythm),
        DayRule::OnlySchoolDays => say::timetable_rule_only(rhythm),
    };
    if let Some(from) = recurrence.from {
        text = say::timetable_from(date(from), text);
    }
    if let Some(until) = recurrence.until {
        text = say::timetable_until(date(until), text);
    }
    text
}

fn days(on: &Days, time: String) -> Text {
    match on {
        Days::Daily => say::timetable_daily(time),
        Days::Workdays => say::timetable_workdays(time),
        Days::Weekly(on) => say::timetable_weekly(list(*on), time),
        Days::EveryWeeks { every, on, .. } => say::timetable_weeks(list(*on), u32::from(*every), time),
        Days::DayOfMonth(day) => say::timetable_month_day(u32::from(*day), time),
        Days::LastDayOfMonth => say::timetable_month_end(time),
        Days::NthWeekday(nth, on) => say::timetable_nth(u32::from(*nth), time, weekday(*on)),
        Days::LastWeekday(on) => say::timetable_last(time, weekday(*on)),
        Days::FirstSchoolDay(of) => say::timetable_first_school_day(span(*of), time),
        Days::LastSchoolDay(of) => say::timetable_last_school_day(span(*of), time),
    }
}

fn span(span: Span) -> Text {
    match span {
        Span::Week => say::timetable_span_week(),
        Span::Month => say::timetable_span_month(),
        Span::Term => say::timetable_span_term(),
    }
}

/// 周一、周三; Monday, Wednesday and Friday.
fn list(on: Weekdays) -> Value {
    let mut names = on.iter().map(weekday).rev();
    let Some(last) = names.next() else { return String::new().into() };
    let Some(before) = names.next() else { return last.into() };
    let end = say::timetable_list_end(before, last);
    names.fold(end, |rest, first| say::timetable_list(first, rest)).into()
}

/// When it runs and why then, or that it is skipped and why.
#[must_use]
pub fn occurrence(occurrence: &Occurrence, zone: Tz) -> Text {
    match &occurrence.fate {
        Fate::Runs => moment(wall::shown(occurrence.at, zone)),
        Fate::MovedTo { to, why } => {
            let from = short_date(occurrence.planned.date());
            say::timetable_moved(from, clock(to.time()), short_date(to.date()), day_kind(why))
        }
        Fate::Skipped { why } => say::timetable_skipped(moment(occurrence.planned), skip(why)),
    }
}

/// When it begins and why then, or that it is skipped and why.
#[must_use]
pub fn coming(coming: &Coming, zone: Tz) -> Text {
    let (planned, starts_at) = (coming.occurrence.at, coming.starts_at);
    let moment = |at| moment(wall::shown(at, zone));
    if !coming.occurrence.runs() {
        return occurrence(&coming.occurrence, zone);
    }
    let told = match &coming.day {
        _ if starts_at <= planned => occurrence(&coming.occurrence, zone),
        Some(day) => say::timetable_held_day(day_kind(day), moment(planned), moment(starts_at)),
        None => say::timetable_held_night(moment(planned), moment(starts_at)),
    };
    if coming.replaces == 0 { told } else { say::timetable_replaces(coming.replaces, told) }
}

/// Why an occurrence is skipped.
#[must_use]
pub fn skip(why: &Skip) -> Value {
    match why {
        Skip::NoSchool(day) => day_kind(day),
        Skip::NoSchoolDayAhead(day) => say::timetable_no_school_day(day_kind(day)).into(),
        Skip::FallsTogether { day, with } => {
            say::timetable_falls_together(day_kind(day), short_date(with.date())).into()
        }
        Skip::Superseded => say::timetable_superseded().into(),
        Skip::Late => say::timetable_late().into(),
    }
}

/// What kind of day it is: the holiday's name, the weekend.
#[must_use]
pub fn day_kind(day: &DayKind) -> Value {
    match day {
        DayKind::SchoolDay => say::timetable_school_day().into(),
        DayKind::MakeUp { name } => say::timetable_make_up(holidays::name(name)).into(),
        DayKind::Weekend => say::timetable_weekend().into(),
        DayKind::Holiday { name } => holidays::name(name),
        DayKind::OutOfTerm => say::timetable_out_of_term().into(),
        DayKind::LocalSchool { name } | DayKind::LocalOff { name } => name.as_ref().into(),
    }
}

/// That nothing comes after the occurrences shown.
#[must_use]
pub fn ends() -> Text {
    say::timetable_ends(i64::from(YEAR_MAX))
}

/// What should be done about the calendar.
#[must_use]
pub fn warning(warning: CalendarWarning) -> Text {
    match warning {
        CalendarWarning::YearMissing(year) => say::timetable_year_missing(i64::from(year)),
        CalendarWarning::YearEstimated(year) => say::timetable_year_estimated(i64::from(year)),
        CalendarWarning::TermsEnd(end) => say::timetable_terms_end(date(end)),
    }
}

/// Hours and minutes; seconds only where there are some.
fn clock(time: NaiveTime) -> String {
    time.format(if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string()
}

fn number(weekday: Weekday) -> u32 {
    weekday.number_from_monday()
}

#[cfg(test)]
mod tests;
