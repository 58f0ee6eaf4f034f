//! Purpose: how Chinese says a time: 下周一早上8点, 12月3日 8:00, 两小时后.
//!
//! Invariant: productions are tried in a fixed order, the longer before those they begin with.

use super::chinese_every::every;
use super::cursor::Cursor;
use super::draft::{Clock, DateWord, Draft, fill};
use super::is_year;
use super::token::{Kind, Word};

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
        let begins = cursor.eat(Word::Until) || cursor.eat(Word::Range);
        begins.then(|| date(cursor)).flatten()
    }) {
        return fill(&mut draft.until, until);
    }
    if let Some((days, part)) = cursor.word(|word| match word {
        Word::DayPart(days, part) => Some((days, part)),
        _ => None,
    }) {
        return draft.set_date(DateWord::FromToday(days)) && fill(&mut draft.part, part);
    }
    if let Some(date) = date(cursor) {
        return draft.set_date(date);
    }
    if let Some(clock) = cursor.attempt(clock) {
        return fill(&mut draft.clock, clock);
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
    if cursor.attempt(week_without_day).is_some() {
        draft.is_day_missing = true;
        return true;
    }
    [Word::Filler, Word::At, Word::Of, Word::And].into_iter().any(|filler| cursor.eat(filler))
}

/// 下周, 本周 without a weekday.
fn week_without_day(cursor: &mut Cursor<'_>) -> Option<()> {
    weeks_ahead(cursor)?;
    cursor.eat(Word::Measure);
    (cursor.eat(Word::Weeks) || cursor.eat(Word::Months)).then_some(())
}

/// 半小时后, 一个半小时后, 1小时30分钟后, 3天后, 两周后: days and minutes.
fn span(cursor: &mut Cursor<'_>) -> Option<(i64, i64)> {
    let (mut days, mut minutes) = (0, 0);
    loop {
        let number = cursor.number().map(i64::from);
        cursor.eat(Word::Measure);
        let half = cursor.eat(Word::Half);
        cursor.eat(Word::Measure);
        if number.is_none() && !half {
            return None;
        }
        let count = number.unwrap_or(0);
        if cursor.eat(Word::Hours) {
            let half = half || cursor.eat(Word::Half);
            minutes += count * 60 + if half { 30 } else { 0 };
        } else if half {
            return None;
        } else if cursor.eat(Word::Minutes) || cursor.eat(Word::MinuteMark) {
            minutes += count;
        } else if cursor.eat(Word::Quarter) {
            minutes += count * 15;
        } else if cursor.eat(Word::Days) || cursor.eat(Word::DayMark) {
            days += count;
        } else if cursor.eat(Word::Weeks) {
            days += count * 7;
        } else {
            return None;
        }
        if cursor.eat(Word::After) {
            return (days + minutes > 0).then_some((days, minutes));
        }
    }
}

/// A day.
pub(super) fn date(cursor: &mut Cursor<'_>) -> Option<DateWord> {
    let day = |word| match word {
        Word::Day(days) => Some(DateWord::FromToday(days)),
        Word::Weekday(weekday) => Some(DateWord::Weekday(weekday)),
        Word::MonthEnd => Some(DateWord::InMonth(0, None)),
        _ => None,
    };
    cursor.word(day).or_else(|| cursor.attempt(numbered)).or_else(|| cursor.attempt(relative))
}

/// 2026年12月3日, 2026-12-03, 12月3日, 12/3, 3号.
fn numbered(cursor: &mut Cursor<'_>) -> Option<DateWord> {
    let full = cursor.attempt(|cursor| {
        let year = year(cursor)?;
        let day = if cursor.eat(Word::Years) {
            month_day(cursor)
        } else {
            let mark = [Word::Dash, Word::Slash].into_iter().find(|mark| cursor.eat(*mark))?;
            let month = cursor.number()?;
            cursor.eat(mark).then(|| cursor.number()).flatten().map(|day| (month, day))
        };
        day.map(|(month, day)| DateWord::Full(year, month, day))
    });
    full.or_else(|| cursor.attempt(month_day).map(|(month, day)| DateWord::MonthDay(month, day)))
        .or_else(|| {
            cursor.attempt(|cursor| {
                let month = cursor.number()?;
                cursor
                    .eat(Word::Slash)
                    .then(|| cursor.number())
                    .flatten()
                    .map(|day| DateWord::MonthDay(month, day))
            })
        })
        .or_else(|| {
            cursor.attempt(|cursor| {
                let day = cursor.number()?;
                cursor.eat(Word::DayMark).then_some(DateWord::DayOfMonth(day))
            })
        })
}

/// Four digits, or four Chinese ones: 二〇二六.
fn year(cursor: &mut Cursor<'_>) -> Option<u32> {
    cursor.attempt(|cursor| cursor.number().filter(|year| is_year(*year))).or_else(|| {
        cursor.attempt(|cursor| {
            let digits = [cursor.number()?, cursor.number()?, cursor.number()?, cursor.number()?];
            digits
                .iter()
                .all(|digit| *digit < 10)
                .then(|| digits.iter().fold(0, |year, digit| year * 10 + digit))
        })
    })
}

/// 12月3日, 12月3号, 12月3.
fn month_day(cursor: &mut Cursor<'_>) -> Option<(u32, u32)> {
    let month = cursor.number()?;
    let day = cursor.eat(Word::Months).then(|| cursor.number()).flatten()?;
    cursor.eat(Word::DayMark);
    Some((month, day))
}

/// 本周五, 下下周一, 上周三, 下个月3号, 下月底.
fn relative(cursor: &mut Cursor<'_>) -> Option<DateWord> {
    let ahead = weeks_ahead(cursor)?;
    cursor.eat(Word::Measure);
    let weekday = |word| match word {
        Word::Weekday(weekday) => Some(DateWord::InWeek(ahead, weekday)),
        Word::MonthEnd => Some(DateWord::InMonth(ahead, None)),
        _ => None,
    };
    if let Some(found) = cursor.word(weekday) {
        return Some(found);
    }
    if cursor.eat(Word::Weeks) {
        cursor.eat(Word::Of);
        return cursor.word(weekday);
    }
    if !cursor.eat(Word::Months) {
        return None;
    }
    cursor.eat(Word::Of);
    if cursor.eat(Word::LastDay) {
        return Some(DateWord::InMonth(ahead, None));
    }
    let day = cursor.number()?;
    cursor.eat(Word::DayMark).then_some(DateWord::InMonth(ahead, Some(day)))
}

/// 本 is 0, 下 1, 下下 2, 上 -1.
fn weeks_ahead(cursor: &mut Cursor<'_>) -> Option<i64> {
    if cursor.eat(Word::This) {
        return Some(0);
    }
    for (word, step) in [(Word::Next, 1), (Word::Last, -1)] {
        let mut ahead = 0;
        while cursor.eat(word) {
            ahead += step;
        }
        if ahead != 0 {
            return Some(ahead);
        }
    }
    None
}

/// 19:30, 七点半, 3点一刻, 8点05分, 8点整, 午夜.
fn clock(cursor: &mut Cursor<'_>) -> Option<Clock> {
    let fixed = |word| match word {
        Word::Midnight => Some(Clock { hour: 24, minute: 0, is_spoken: false }),
        Word::NoonTime => Some(Clock { hour: 12, minute: 0, is_spoken: false }),
        _ => None,
    };
    if let Some(clock) = cursor.word(fixed) {
        return Some(clock);
    }
    let hour = cursor.number()?;
    if cursor.eat(Word::Colon) {
        let minute = cursor.number()?;
        // Seconds may be written if there are none.
        cursor.attempt(|cursor| {
            cursor.eat(Word::Colon).then(|| cursor.number()).flatten().filter(|second| *second == 0)
        });
        return Some(Clock { hour, minute, is_spoken: false });
    }
    if !cursor.eat(Word::OClock) {
        return None;
    }
    let minute = if cursor.eat(Word::Half) {
        30
    } else {
        cursor.eat(Word::Sharp);
        cursor.attempt(quarter).or_else(|| cursor.attempt(minute)).unwrap_or(0)
    };
    Some(Clock { hour, minute, is_spoken: true })
}

fn quarter(cursor: &mut Cursor<'_>) -> Option<u32> {
    let quarters = cursor.number()?;
    cursor.eat(Word::Quarter).then_some(quarters.saturating_mul(15))
}

/// 30, 30分, 零5分; not the number of something else.
fn minute(cursor: &mut Cursor<'_>) -> Option<u32> {
    let mut minute = cursor.number()?;
    if minute == 0 && matches!(cursor.peek(), Some(Kind::Number { value: 0..=9, .. })) {
        minute = cursor.number()?;
    }
    let is_other = matches!(
        cursor.peek(),
        Some(Kind::Word(Word::DayMark | Word::Months | Word::Colon | Word::OClock | Word::Days | Word::Dash))
    );
    cursor.eat(Word::MinuteMark);
    (!is_other).then_some(minute)
}
