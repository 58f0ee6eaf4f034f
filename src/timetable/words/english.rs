//! Purpose: how English says a time: tomorrow 19:30, next Monday 8am, half past 3 on Friday, in 2 hours.
//!
//! Invariant: productions are tried in a fixed order, the longer before those they begin with.

use super::cursor::Cursor;
use super::draft::{Clock, DateWord, Draft, fill};
use super::english_every::every;
use super::is_year;
use super::token::{Kind, Part, Word};

/// Reads everything there is.
pub(super) fn draft(cursor: &mut Cursor<'_>) -> Draft {
    let mut draft = Draft::default();
    while !cursor.is_done() {
        let mark = cursor.mark();
        if !piece(cursor, &mut draft) {
            if cursor.mark() == mark {
                cursor.step();
            }
            draft.leave(cursor.since(mark));
        }
    }
    draft
}

/// Reads one piece; false if it isn't understood or comes a second time.
fn piece(cursor: &mut Cursor<'_>, draft: &mut Draft) -> bool {
    if cursor.eat(Word::Now) {
        draft.is_now = true;
        return true;
    }
    if let Some(every) = every(cursor) {
        return fill(&mut draft.every, every);
    }
    if let Some((days, minutes)) = cursor.attempt(span) {
        return match (days, minutes) {
            (days, 0) => draft.set_date(DateWord::FromToday(days)),
            (days, minutes) => fill(&mut draft.span_minutes, days * 1_440 + minutes),
        };
    }
    if let Some(until) = cursor.attempt(|cursor| {
        let begins = cursor.eat(Word::Until);
        skip_small(cursor);
        begins.then(|| date(cursor)).flatten()
    }) {
        return fill(&mut draft.until, until);
    }
    let day_part = |word| match word {
        Word::DayPart(days, part) => Some((days, part)),
        _ => None,
    };
    if let Some((days, part)) = cursor.word(day_part) {
        return draft.set_date(DateWord::FromToday(days)) && fill(&mut draft.part, part);
    }
    // A date may begin with what could also be an hour: 3 December.
    if let Some(date) = date(cursor) {
        return draft.set_date(date);
    }
    if let Some((clock, part)) = cursor.attempt(clock) {
        return fill(&mut draft.clock, clock) && part.is_none_or(|part| fill(&mut draft.part, part));
    }
    let part = |word| match word {
        Word::Part(part) => Some(part),
        _ => None,
    };
    if let Some(part) = cursor.word(part) {
        return fill(&mut draft.part, part);
    }
    let rule = |word| match word {
        Word::Rule(rule) => Some(rule),
        _ => None,
    };
    if let Some(rule) = cursor.word(rule) {
        return fill(&mut draft.rule, rule);
    }
    let bare = |cursor: &mut Cursor<'_>| {
        let begins = cursor.eat(Word::This) || cursor.eat(Word::Next);
        (begins && (cursor.eat(Word::Weeks) || cursor.eat(Word::Months))).then_some(())
    };
    if cursor.attempt(bare).is_some() {
        draft.is_day_missing = true;
        return true;
    }
    [Word::Filler, Word::At, Word::On, Word::And].into_iter().any(|filler| cursor.eat(filler))
}

/// Steps over words between those that count.
pub(super) fn skip_small(cursor: &mut Cursor<'_>) {
    while [Word::Filler, Word::On, Word::And].into_iter().any(|small| cursor.eat(small)) {}
}

/// In 2 hours, in half an hour, in an hour and a half, 90 minutes later, in 3 days: days and minutes.
fn span(cursor: &mut Cursor<'_>) -> Option<(i64, i64)> {
    let has_in = cursor.eat(Word::In);
    let (mut days, mut minutes) = (0, 0);
    loop {
        let half = cursor.eat(Word::Half);
        let number = cursor.number().map(i64::from);
        let count = match (half, number) {
            (true, None | Some(1)) => 0,
            (false, Some(number)) => number,
            _ => return None,
        };
        let half = half || cursor.attempt(and_a_half).is_some();
        if cursor.eat(Word::Hours) {
            let half = half || cursor.attempt(and_a_half).is_some();
            minutes += count * 60 + if half { 30 } else { 0 };
        } else if half {
            return None;
        } else if cursor.eat(Word::Minutes) {
            minutes += count;
        } else if cursor.eat(Word::Days) {
            days += count;
        } else if cursor.eat(Word::Weeks) {
            days += count * 7;
        } else {
            return None;
        }
        let has_after = cursor.eat(Word::After);
        let more = !has_after
            && cursor
                .attempt(|cursor| {
                    cursor.eat(Word::And);
                    let is_more = matches!(cursor.peek(), Some(Kind::Number { .. }))
                        && matches!(cursor.ahead(1), Some(Kind::Word(Word::Minutes | Word::Hours)));
                    is_more.then_some(())
                })
                .is_some();
        if !more {
            return (days + minutes > 0 && (has_in || has_after)).then_some((days, minutes));
        }
    }
}

fn and_a_half(cursor: &mut Cursor<'_>) -> Option<()> {
    let is_one = cursor.eat(Word::And) && cursor.number() == Some(1);
    (is_one && cursor.eat(Word::Half)).then_some(())
}

/// A day.
pub(super) fn date(cursor: &mut Cursor<'_>) -> Option<DateWord> {
    let day = |word| match word {
        Word::Day(days) => Some(DateWord::FromToday(days)),
        Word::Weekday(weekday) => Some(DateWord::Weekday(weekday)),
        _ => None,
    };
    cursor
        .word(day)
        .or_else(|| cursor.attempt(iso))
        .or_else(|| cursor.attempt(named))
        .or_else(|| cursor.attempt(ordinal))
        .or_else(|| cursor.attempt(relative))
}

/// 2026-12-03, 2026/12/03.
fn iso(cursor: &mut Cursor<'_>) -> Option<DateWord> {
    let year = cursor.number().filter(|year| is_year(*year))?;
    let mark = [Word::Dash, Word::Slash].into_iter().find(|mark| cursor.eat(*mark))?;
    let month = cursor.number()?;
    let day = cursor.eat(mark).then(|| cursor.number()).flatten()?;
    Some(DateWord::Full(year, month, day))
}

/// Dec 3, December 3rd, 2026, 3 December 2026, the 3rd of December.
fn named(cursor: &mut Cursor<'_>) -> Option<DateWord> {
    let name = |word| match word {
        Word::MonthName(month) => Some(month),
        _ => None,
    };
    let (month, day) = if let Some(month) = cursor.word(name) {
        cursor.eat(Word::Filler);
        (month, cursor.number()?)
    } else {
        let day = cursor.number()?;
        cursor.eat(Word::Of);
        (cursor.word(name)?, day)
    };
    let year = cursor.attempt(|cursor| {
        cursor.eat(Word::And);
        cursor.number().filter(|year| is_year(*year))
    });
    Some(year.map_or(DateWord::MonthDay(month, day), |year| DateWord::Full(year, month, day)))
}

/// The 3rd.
fn ordinal(cursor: &mut Cursor<'_>) -> Option<DateWord> {
    let Some(Kind::Number { value, ordinal: true, .. }) = cursor.peek() else { return None };
    cursor.step();
    Some(DateWord::DayOfMonth(value))
}

/// This Friday, next Monday, last Monday, Monday next week is left to people.
fn relative(cursor: &mut Cursor<'_>) -> Option<DateWord> {
    let ahead = cursor.word(|word| match word {
        Word::This => Some(0),
        Word::Next => Some(1),
        Word::Last => Some(-1),
        _ => None,
    })?;
    cursor.word(|word| match word {
        Word::Weekday(weekday) if ahead == 1 => Some(DateWord::NextWeekday(weekday)),
        Word::Weekday(weekday) => Some(DateWord::InWeek(ahead, weekday)),
        _ => None,
    })
}

/// 19:30, 8am, 8 o'clock, half past 3, quarter to 4 pm, at 8, noon; with am or pm if it follows.
fn clock(cursor: &mut Cursor<'_>) -> Option<(Clock, Option<Part>)> {
    let fixed = |word| match word {
        Word::Midnight => Some(Clock { hour: 24, minute: 0, is_spoken: false }),
        Word::NoonTime => Some(Clock { hour: 12, minute: 0, is_spoken: false }),
        _ => None,
    };
    let has_at = cursor.eat(Word::At);
    if let Some(clock) = cursor.word(fixed) {
        return Some((clock, None));
    }
    let part = |cursor: &mut Cursor<'_>| {
        cursor.word(|word| match word {
            Word::Part(part @ (Part::Am | Part::Pm)) => Some(part),
            _ => None,
        })
    };
    let fraction = cursor.word(|word| match word {
        Word::Half => Some(30),
        Word::Quarter => Some(15),
        _ => None,
    });
    if let Some(fraction) = fraction {
        let is_past = cursor.eat(Word::Past);
        if !(is_past || fraction == 15 && cursor.eat(Word::Range)) {
            return None;
        }
        let hour = cursor.number()?;
        let (hour, minute) = if is_past { (hour, fraction) } else { (hour.checked_sub(1)?, 45) };
        // Quarter to one is a quarter before 13:00 as well as before 1:00.
        let hour = if hour == 0 { 12 } else { hour };
        return Some((Clock { hour, minute, is_spoken: true }, part(cursor)));
    }
    let hour = cursor.number()?;
    if cursor.eat(Word::Colon) {
        let minute = cursor.number()?;
        return Some((Clock { hour, minute, is_spoken: false }, part(cursor)));
    }
    let oclock = cursor.eat(Word::OClock);
    let clock = Clock { hour, minute: 0, is_spoken: true };
    cursor.eat(Word::Sharp);
    let part = part(cursor);
    (oclock || has_at || part.is_some()).then_some((clock, part))
}
