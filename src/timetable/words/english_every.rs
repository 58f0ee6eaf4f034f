//! Purpose: how English says a rhythm: every Monday and Wednesday, the last Friday of every month.
//!
//! Invariant: after "every" something is always found, so that an unknown rhythm is named as one.

use chrono::Weekday;

use super::cursor::Cursor;
use super::draft::Every;
use super::english::skip_small;
use super::token::{Kind, Word, span_of};
use crate::timetable::{Days, Span, Weekdays};

/// A rhythm, if one begins here.
pub(super) fn every(cursor: &mut Cursor<'_>) -> Option<Every> {
    let daily = |cursor: &mut Cursor<'_>| cursor.eat(Word::Days).then_some(Every::Days(Days::Daily));
    if let Some(found) = cursor.attempt(daily).or_else(|| cursor.attempt(one_of)) {
        return Some(found);
    }
    let mark = cursor.mark();
    let found = if cursor.eat(Word::Every) {
        cursor.attempt(rhythm)
    } else if cursor.eat(Word::EveryOther) {
        cursor.attempt(|cursor| weeks(cursor, 2))
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

/// What comes after "every".
fn rhythm(cursor: &mut Cursor<'_>) -> Option<Every> {
    let plain = |word| match word {
        Word::Days => Some(Every::Days(Days::Daily)),
        Word::Workday => Some(Every::Days(Days::Workdays)),
        Word::MondayToFriday => Some(Every::Days(Days::Weekly(Weekdays::MONDAY_TO_FRIDAY))),
        Word::SchoolDay => Some(Every::SchoolDays),
        Word::Weekend => Some(Every::Days(Days::Weekly(Weekdays::WEEKEND))),
        _ => None,
    };
    if let Some(plain) = cursor.word(plain) {
        return Some(plain);
    }
    if let Some(on) = cursor.attempt(weekdays) {
        return Some(Every::Days(Days::Weekly(on)));
    }
    if let Some(every) = cursor.attempt(|cursor| cursor.number().filter(|every| (2..=8).contains(every))) {
        return weeks(cursor, u8::try_from(every).ok()?);
    }
    match cursor.word(span_of)? {
        Span::Week => {
            cursor.eat(Word::On);
            Some(cursor.attempt(weekdays).map_or(Every::DayMissing, |on| Every::Days(Days::Weekly(on))))
        }
        span @ (Span::Month | Span::Term) => {
            let days = cursor.attempt(|cursor| {
                skip_small(cursor);
                chosen(cursor, span)
            });
            Some(days.map_or(Every::DayMissing, Every::Days))
        }
    }
}

/// 2 weeks on Monday; other Monday.
fn weeks(cursor: &mut Cursor<'_>, every: u8) -> Option<Every> {
    let has_week = cursor.eat(Word::Weeks);
    cursor.eat(Word::On);
    match cursor.attempt(weekdays) {
        Some(on) => Some(Every::Weeks(every, on)),
        None => has_week.then_some(Every::DayMissing),
    }
}

/// The first school day of each month, last Friday of every month, 1st of every month.
fn one_of(cursor: &mut Cursor<'_>) -> Option<Every> {
    skip_small(cursor);
    // What it is one of decides how it is read, so that is looked for first.
    let span =
        [2, 3, 4].into_iter().find_map(|places| match (cursor.ahead(places - 1), cursor.ahead(places)) {
            (Some(Kind::Word(Word::Every)), Some(Kind::Word(word))) => span_of(word),
            _ => None,
        })?;
    let days = chosen(cursor, span)?;
    let is_whole = cursor.eat(Word::Of) && cursor.eat(Word::Every) && cursor.word(span_of).is_some();
    is_whole.then_some(Every::Days(days))
}

/// What day of a week, month or term: last day, second Tuesday, first school day, 3rd.
fn chosen(cursor: &mut Cursor<'_>, span: Span) -> Option<Days> {
    let is_month = span == Span::Month;
    if cursor.eat(Word::Last) {
        return cursor.word(|word| match word {
            Word::SchoolDay => Some(Days::LastSchoolDay(span)),
            Word::Days if is_month => Some(Days::LastDayOfMonth),
            Word::Days if span == Span::Term => Some(Days::LastSchoolDay(span)),
            Word::Weekday(weekday) if is_month => Some(Days::LastWeekday(weekday)),
            _ => None,
        });
    }
    let nth = match cursor.peek()? {
        Kind::Word(Word::Nth(nth)) => nth,
        Kind::Number { value, ordinal: true, .. } => value,
        _ => return None,
    };
    cursor.step();
    let of = |word| match word {
        Word::SchoolDay if nth == 1 => Some(Days::FirstSchoolDay(span)),
        Word::Days if is_month && (1..=31).contains(&nth) => u8::try_from(nth).ok().map(Days::DayOfMonth),
        Word::Days if span == Span::Term && nth == 1 => Some(Days::FirstSchoolDay(span)),
        Word::Weekday(weekday) if is_month && (1..=5).contains(&nth) => {
            u8::try_from(nth).ok().map(|nth| Days::NthWeekday(nth, weekday))
        }
        _ => None,
    };
    let bare = || {
        (is_month && (1..=31).contains(&nth)).then(|| u8::try_from(nth).ok().map(Days::DayOfMonth)).flatten()
    };
    cursor.word(of).or_else(bare)
}

/// Monday, Wednesday and Friday; Monday to Friday; Mon-Fri.
fn weekdays(cursor: &mut Cursor<'_>) -> Option<Weekdays> {
    let weekday = |word| match word {
        Word::Weekday(weekday) => Some(weekday),
        _ => None,
    };
    let mut on = Weekdays::default();
    let mut last: Weekday = cursor.word(weekday)?;
    on.add(last);
    loop {
        let next = cursor.attempt(|cursor| {
            if cursor.eat(Word::Range) || cursor.eat(Word::Dash) {
                return Some((cursor.word(weekday)?, true));
            }
            while cursor.eat(Word::And) || cursor.eat(Word::Slash) {}
            cursor.word(weekday).map(|next| (next, false))
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
