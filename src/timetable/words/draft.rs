//! Purpose: what the words of a text say, before it is known what they mean now.
//!
//! Invariant: each slot is filled at most once; what would fill it again is kept as not understood.

use std::ops::Range;

use chrono::Weekday;

use super::token::Part;
use crate::timetable::{DayRule, Days, Weekdays};

/// A day, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateWord {
    /// Days from today.
    FromToday(i64),
    /// A weekday of the week that is so many weeks from this one.
    InWeek(i64, Weekday),
    /// English "next Friday": in the next week or, if it is still to come in this one, perhaps that.
    NextWeekday(Weekday),
    /// The next such weekday.
    Weekday(Weekday),
    /// A day of this month or the next.
    DayOfMonth(u32),
    /// A day of the month that is so many months from this one; the last day if none.
    InMonth(i64, Option<u32>),
    /// A day of this year or the next.
    MonthDay(u32, u32),
    /// Year, month, day.
    Full(u32, u32, u32),
}

/// A rhythm, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Every {
    /// Certain days.
    Days(Days),
    /// Every school day.
    SchoolDays,
    /// These weekdays of each so many-th week.
    Weeks(u8, Weekdays),
    /// A week without a weekday.
    DayMissing,
    /// A rhythm that isn't known, in these characters.
    Unknown(Range<usize>),
}

/// A time of day, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: u32,
    pub(super) minute: u32,
    /// True if it is said the way of a clock with twelve hours: 8点, at 8.
    pub(super) is_spoken: bool,
}

/// Everything a text says.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) is_now: bool,
    pub(super) date: Option<DateWord>,
    /// A weekday said besides a date.
    pub(super) weekday: Option<Weekday>,
    /// Minutes from now.
    pub(super) span_minutes: Option<i64>,
    pub(super) every: Option<Every>,
    pub(super) part: Option<Part>,
    pub(super) clock: Option<Clock>,
    pub(super) rule: Option<DayRule>,
    pub(super) until: Option<DateWord>,
    /// A week or month without a day.
    pub(super) is_day_missing: bool,
    /// The first characters that were not understood.
    pub(super) rest: Option<Range<usize>>,
}

impl Draft {
    /// Whether anything at all was understood.
    pub(super) fn is_empty(&self) -> bool {
        !self.is_now
            && !self.is_day_missing
            && self.date.is_none()
            && self.weekday.is_none()
            && self.span_minutes.is_none()
            && self.every.is_none()
            && self.part.is_none()
            && self.clock.is_none()
    }

    /// Keeps characters as not understood; what stands side by side is one piece.
    pub(super) fn leave(&mut self, place: Range<usize>) {
        match &mut self.rest {
            Some(rest) if rest.end + 1 >= place.start => rest.end = place.end,
            Some(_) => {}
            none => *none = Some(place),
        }
    }

    /// Sets the day. A weekday besides another date is only a check of it. False if there is one already.
    pub(super) fn set_date(&mut self, date: DateWord) -> bool {
        match (self.date, date) {
            (None, date) => self.date = Some(date),
            (
                Some(DateWord::Weekday(weekday)),
                DateWord::MonthDay(..) | DateWord::Full(..) | DateWord::DayOfMonth(_),
            ) if self.weekday.is_none() => {
                self.weekday = Some(weekday);
                self.date = Some(date);
            }
            (Some(_), DateWord::Weekday(weekday)) if self.weekday.is_none() => self.weekday = Some(weekday),
            _ => return false,
        }
        true
    }
}

/// Fills a slot; false if it is filled already.
pub(super) fn fill<T>(slot: &mut Option<T>, value: T) -> bool {
    let is_free = slot.is_none();
    if is_free {
        *slot = Some(value);
    }
    is_free
}
