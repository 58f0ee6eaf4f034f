//! Purpose: how Chinese says a rhythm: 每周一三五, 每月最后一天, 每学期第一个上课日.
//!
//! Invariant: after 每 something is always found, so that an unknown rhythm is named as one.

use chrono::Weekday;

use super::cursor::Cursor;
use super::draft::Every;
use super::token::{Kind, Word, span_of};
use crate::timetable::days::WEEK;
use crate::timetable::{Days, Span, Weekdays};

/// A rhythm, if one begins here.
pub(super) fn every(cursor: &mut Cursor<'_>) -> Option<Every> {
    let daily = |cursor: &mut Cursor<'_>| {
        (cursor.eat(Word::Days) && cursor.eat(Word::Days)).then_some(Every::Days(Days::Daily))
    };
    if let Some(daily) = cursor.attempt(daily) {
        return Some(daily);
    }
    let mark = cursor.mark();
    let found = if cursor.eat(Word::Every) {
        cursor.attempt(rhythm)
    } else if cursor.eat(Word::EveryOther) {
        cursor.attempt(every_other)
    } else {
        return None;
    };
    Some(found.unwrap_or_else(|| {
        while matches!(cursor.peek(), Some(Kind::Number { .. } | Kind::Unknown)) {
            cursor.step();
        }
        if !cursor.is_done() {
            cursor.step();
        }
        Every::Unknown(cursor.since(mark))
    }))
}

/// What comes after 每.
fn rhythm(cursor: &mut Cursor<'_>) -> Option<Every> {
    cursor.eat(Word::Measure);
    let plain = |word| match word {
        Word::Days | Word::DayMark => Some(Every::Days(Days::Daily)),
        Word::Workday => Some(Every::Days(Days::Workdays)),
        Word::SchoolDay => Some(Every::SchoolDays),
        Word::Weekend => Some(Every::Days(Days::Weekly(Weekdays::WEEKEND))),
        Word::MonthEnd => Some(Every::Days(Days::LastDayOfMonth)),
        _ => None,
    };
    if let Some(plain) = cursor.word(plain) {
        return Some(plain);
    }
    if let Some(on) = cursor.attempt(weekdays) {
        return Some(Every::Days(Days::Weekly(on)));
    }
    if let Some(weeks) = cursor.attempt(several_weeks) {
        return Some(weeks);
    }
    let span = cursor.word(span_of)?;
    cursor.eat(Word::Of);
    if let Some(on) = cursor.attempt(weekdays).filter(|_| span == Span::Week) {
        return Some(Every::Days(Days::Weekly(on)));
    }
    match cursor.attempt(|cursor| within(cursor, span)) {
        Some(days) => Some(Every::Days(days)),
        None => (span != Span::Term).then_some(Every::DayMissing),
    }
}

/// 两周周一, 2周的周一、三; also 两周一.
fn several_weeks(cursor: &mut Cursor<'_>) -> Option<Every> {
    let every = cursor.number().filter(|every| (2..=8).contains(every))?;
    cursor.eat(Word::Measure);
    let has_week = cursor.eat(Word::Weeks);
    weeks(cursor, u8::try_from(every).ok()?, has_week)
}

/// 隔周周一, 隔周一, 每隔一周的周一.
fn every_other(cursor: &mut Cursor<'_>) -> Option<Every> {
    cursor.attempt(|cursor| cursor.number().filter(|one| *one == 1));
    cursor.eat(Word::Measure);
    let has_week = cursor.eat(Word::Weeks);
    weeks(cursor, 2, has_week)
}

fn weeks(cursor: &mut Cursor<'_>, every: u8, has_week: bool) -> Option<Every> {
    cursor.eat(Word::Of);
    match cursor.attempt(weekdays) {
        Some(on) => Some(Every::Weeks(every, on)),
        None => has_week.then_some(Every::DayMissing),
    }
}

/// What day of a week, month or term: 3号, 最后一天, 第二个星期二, 第一个上课日.
fn within(cursor: &mut Cursor<'_>, span: Span) -> Option<Days> {
    let is_month = span == Span::Month;
    let single = |word| match word {
        Word::FirstDay if is_month => Some(Days::DayOfMonth(1)),
        Word::FirstDay if span == Span::Term => Some(Days::FirstSchoolDay(span)),
        Word::LastDay if is_month => Some(Days::LastDayOfMonth),
        Word::LastDay if span == Span::Term => Some(Days::LastSchoolDay(span)),
        _ => None,
    };
    if let Some(days) = cursor.word(single) {
        return Some(days);
    }
    if cursor.eat(Word::LastOf) {
        let last = |word| match word {
            Word::SchoolDay => Some(Days::LastSchoolDay(span)),
            Word::Weekday(weekday) if is_month => Some(Days::LastWeekday(weekday)),
            _ => None,
        };
        return cursor.word(last);
    }
    if let Some(nth) = cursor.attempt(nth) {
        let of = |word| match word {
            Word::SchoolDay if nth == 1 => Some(Days::FirstSchoolDay(span)),
            Word::Weekday(weekday) if is_month && nth <= 5 => {
                u8::try_from(nth).ok().map(|nth| Days::NthWeekday(nth, weekday))
            }
            _ => None,
        };
        return cursor.word(of);
    }
    let day = cursor.number().filter(|day| is_month && (1..=31).contains(day))?;
    cursor.eat(Word::DayMark).then_some(Days::DayOfMonth(u8::try_from(day).ok()?))
}

/// 第二个, 首个.
fn nth(cursor: &mut Cursor<'_>) -> Option<u32> {
    let first = |word| match word {
        Word::Nth(nth) => Some(nth),
        _ => None,
    };
    if let Some(nth) = cursor.word(first) {
        return Some(nth);
    }
    let nth = cursor.eat(Word::Ordinal).then(|| cursor.number()).flatten()?;
    cursor.eat(Word::Measure);
    Some(nth)
}

/// 周一三五, 周一、周三和周五, 周一到周五, 周六日.
fn weekdays(cursor: &mut Cursor<'_>) -> Option<Weekdays> {
    let mut on = Weekdays::default();
    let mut last = cursor.word(weekday)?;
    on.add(last);
    loop {
        let next = cursor.attempt(|cursor| {
            if cursor.eat(Word::Range) || cursor.eat(Word::Dash) {
                let until = more(cursor)?;
                return Some((until, true));
            }
            while cursor.eat(Word::And) {}
            more(cursor).map(|next| (next, false))
        });
        let Some((next, is_range)) = next else { return Some(on) };
        if is_range {
            while last != next {
                last = last.succ();
                on.add(last);
            }
        }
        on.add(next);
        last = next;
    }
}

fn weekday(word: Word) -> Option<Weekday> {
    match word {
        Word::Weekday(weekday) => Some(weekday),
        _ => None,
    }
}

/// Another weekday of a list, in full or by its character only: 三, 日.
fn more(cursor: &mut Cursor<'_>) -> Option<Weekday> {
    if let Some(weekday) = cursor.word(weekday) {
        return Some(weekday);
    }
    let belongs_to_number = matches!(
        cursor.ahead(1),
        Some(Kind::Word(
            Word::OClock
                | Word::Colon
                | Word::Months
                | Word::MinuteMark
                | Word::Measure
                | Word::Hours
                | Word::Quarter
        ))
    );
    match cursor.peek() {
        Some(Kind::Number { value: value @ 1..=6, single: true, .. }) if !belongs_to_number => {
            cursor.step();
            WEEK.get(value as usize - 1).copied()
        }
        Some(Kind::Word(Word::DayMark)) => {
            cursor.step();
            Some(Weekday::Sun)
        }
        _ => None,
    }
}
