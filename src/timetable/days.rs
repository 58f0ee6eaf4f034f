//! Purpose: which days a recurrence names: every Monday, the last day of the month, the first school day of the term.
//!
//! Invariant: whether a day is named depends on the day and the calendar alone, never on when it is asked.

use chrono::{Datelike, Days as DayCount, NaiveDate, Weekday};

use super::SchoolCalendar;

/// The seven weekdays in their order, which begins with Monday.
pub const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// A set of weekdays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Monday to Friday.
    pub const MONDAY_TO_FRIDAY: Self = Self(0b001_1111);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(0b110_0000);

    /// Adds a weekday.
    pub fn add(&mut self, weekday: Weekday) {
        self.0 |= 1 << weekday.num_days_from_monday();
    }

    /// Whether the weekday is in the set.
    #[must_use]
    pub fn has(self, weekday: Weekday) -> bool {
        self.0 & (1 << weekday.num_days_from_monday()) != 0
    }

    /// The weekdays in order, from Monday.
    #[must_use]
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Weekday> {
        WEEK.into_iter().filter(move |weekday| self.has(*weekday))
    }

    /// Each weekday's next one; Sunday's is Monday.
    #[must_use]
    pub fn next_days(self) -> Self {
        self.iter().map(|weekday| weekday.succ()).collect()
    }
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(weekdays: I) -> Self {
        let mut set = Self::default();
        weekdays.into_iter().for_each(|weekday| set.add(weekday));
        set
    }
}

/// A stretch of time that has a first and a last school day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A term of the school.
    Term,
}

/// Which days a recurrence names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Days {
    /// Every day.
    Daily,
    /// Every official workday: Monday to Friday without holidays, and make-up workdays; in the school's holidays too.
    Workdays,
    /// These weekdays.
    Weekly(Weekdays),
    /// These weekdays, but only each `every`-th week, counted from the week of `first`. Weeks begin on Monday.
    EveryWeeks {
        /// How many weeks from one to the next, 2 or more.
        every: u8,
        /// The weekdays in those weeks.
        on: Weekdays,
        /// A day of the first such week.
        first: NaiveDate,
    },
    /// This day of the month, 1–31; months that lack it are left out.
    DayOfMonth(u8),
    /// The last day of the month.
    LastDayOfMonth,
    /// The n-th of a weekday in each month, 1–5; months with four have no fifth.
    NthWeekday(u8, Weekday),
    /// The last of a weekday in each month.
    LastWeekday(Weekday),
    /// The first school day of each week, month or term; none where there is no school day.
    FirstSchoolDay(Span),
    /// The last school day of each.
    LastSchoolDay(Span),
}

impl Days {
    /// Whether only school days are ever named.
    #[must_use]
    pub fn needs_school(&self) -> bool {
        matches!(self, Self::FirstSchoolDay(_) | Self::LastSchoolDay(_))
    }

    /// Whether the day is named.
    #[must_use]
    pub fn has(&self, date: NaiveDate, calendar: &SchoolCalendar) -> bool {
        let last = u32::from(date.num_days_in_month());
        match self {
            Self::Daily => true,
            Self::Workdays => calendar.is_workday(date),
            Self::Weekly(on) => on.has(date.weekday()),
            Self::EveryWeeks { every, on, first } => {
                let weeks = (monday(date) - monday(*first)).num_weeks();
                on.has(date.weekday()) && weeks.rem_euclid(i64::from((*every).max(1))) == 0
            }
            Self::DayOfMonth(day) => date.day() == u32::from(*day),
            Self::LastDayOfMonth => date.day() == last,
            Self::NthWeekday(nth, weekday) => {
                date.weekday() == *weekday && (date.day() - 1) / 7 + 1 == u32::from(*nth)
            }
            Self::LastWeekday(weekday) => date.weekday() == *weekday && date.day() + 7 > last,
            Self::FirstSchoolDay(span) => {
                calendar.is_school_day(date)
                    && bounds(*span, date, calendar).is_some_and(|(from, _)| {
                        !from.iter_days().take_while(|day| *day < date).any(|day| calendar.is_school_day(day))
                    })
            }
            Self::LastSchoolDay(span) => {
                calendar.is_school_day(date)
                    && bounds(*span, date, calendar).is_some_and(|(_, until)| {
                        let later = date.iter_days().skip(1).take_while(|day| *day <= until);
                        !later.into_iter().any(|day| calendar.is_school_day(day))
                    })
            }
        }
    }
}

/// The Monday of the date's week.
#[must_use]
pub fn monday(date: NaiveDate) -> NaiveDate {
    let days = u64::from(date.weekday().num_days_from_monday());
    date.checked_sub_days(DayCount::new(days)).unwrap_or(date)
}

/// The first and last day of the stretch that the date is in; none between terms.
fn bounds(span: Span, date: NaiveDate, calendar: &SchoolCalendar) -> Option<(NaiveDate, NaiveDate)> {
    match span {
        Span::Week => Some((monday(date), monday(date).checked_add_days(DayCount::new(6))?)),
        Span::Month => Some((date.with_day(1)?, date.with_day(u32::from(date.num_days_in_month()))?)),
        Span::Term => calendar.term_of(date).map(|term| (term.from, term.until)),
    }
}
