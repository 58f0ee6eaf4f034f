//! Purpose: what the words of a text mean now.
//!
//! Invariant: a reading is in the future; what could be meant in two ways is a choice, not a guess.

use chrono::{Datelike, Duration, Months, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::draft::{Clock, DateWord, Draft, Every};
use super::token::Part;
use super::{Problem, Read, Reading};
use crate::clock::{MINUTE_MS, Millis};
use crate::timetable::days::monday;
use crate::timetable::{DayRule, Days, Recurrence, Rule, SchoolTime, Span, YEAR_MAX, wall};

/// A day of a year that is over means next year's if that is nearer than this.
const NEXT_YEAR_DAYS: i64 = 183;
const DAY_MINUTES: i64 = 1_440;

/// Makes a reading of what was said; `rest` is what wasn't understood.
pub(super) fn resolve(
    draft: &Draft,
    rest: Option<String>,
    now: Millis,
    time: SchoolTime<'_>,
) -> Result<Read, Problem> {
    if draft.is_empty() {
        return Err(Problem::Nothing);
    }
    if let Some(rest) = rest {
        return Err(Problem::Rest(rest));
    }
    let has_date = draft.date.is_some() || draft.weekday.is_some();
    let has_time = draft.clock.is_some() || draft.part.is_some();
    let ways = [draft.is_now, draft.span_minutes.is_some(), draft.every.is_some(), has_date];
    let several = ways.iter().filter(|way| **way).count() > 1;
    if several || (draft.is_now || draft.span_minutes.is_some()) && has_time {
        return Err(Problem::TooMuch);
    }
    if draft.is_now {
        return Ok(Read { reading: Reading::Now, is_past_midnight: false, says_rule: false });
    }
    if let Some(minutes) = draft.span_minutes {
        let at = wall::shown(now.plus_ms(minutes.saturating_mul(MINUTE_MS)), time.zone);
        let at = at.with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap_or(at);
        return planned_for(at).map(|at| Read {
            reading: Reading::Once(at),
            is_past_midnight: false,
            says_rule: false,
        });
    }
    let today = Today { now, time, date: time.today(now) };
    match &draft.every {
        Some(every) => today.recurring(draft, every),
        None if draft.is_day_missing && !has_date => Err(Problem::DayMissing),
        None => today.once(draft),
    }
}

fn planned_for(at: NaiveDateTime) -> Result<NaiveDateTime, Problem> {
    if at.year() > YEAR_MAX { Err(Problem::Never) } else { Ok(at) }
}

/// The days a word about a day can mean.
struct Dates {
    /// The nearest, or the one that was named.
    first: NaiveDate,
    /// Another one that may be meant just as well.
    also: Option<NaiveDate>,
    /// The next that fits, when the first is over.
    later: Option<NaiveDate>,
    /// Whether the later one is meant by itself when the first is over.
    rolls: bool,
}

/// The moment that words are read at.
struct Today<'c> {
    now: Millis,
    time: SchoolTime<'c>,
    date: NaiveDate,
}

impl Today<'_> {
    fn is_over(&self, at: NaiveDateTime) -> bool {
        wall::point(at, self.time.zone).is_none_or(|at| at <= self.now)
    }

    fn once(&self, draft: &Draft) -> Result<Read, Problem> {
        let mut dates = self.dates(draft.date)?;
        if let Some(said) = draft.weekday {
            // A date that comes again may be meant where its weekday fits.
            if dates.first.weekday() != said {
                match dates.later.filter(|later| dates.rolls && later.weekday() == said) {
                    Some(later) => dates.first = later,
                    None => return Err(Problem::OtherWeekday { date: dates.first, said }),
                }
            }
        }
        let Some(minutes) = times(draft.clock, draft.part)? else {
            return Err(self.time_missing(&dates, draft));
        };
        let found = self.candidates(&dates, &minutes);
        let reading = |at: NaiveDateTime| match draft.rule {
            None | Some(DayRule::Always) => Reading::Once(at),
            Some(rule) => Reading::Recurring(Recurrence::once(at).with(rule)),
        };
        match found.as_slice() {
            [] => {
                let read = at(dates.first, minutes.first().copied().unwrap_or(0)).ok_or(Problem::Never)?;
                let instead = dates.later.and_then(|later| at(later, *minutes.first()?));
                Err(Problem::Past {
                    read: planned_for(read)?,
                    instead: instead.filter(|at| !self.is_over(*at)),
                })
            }
            [(at, is_past_midnight)] => {
                let reading = reading(planned_for(*at)?);
                Ok(Read { reading, is_past_midnight: *is_past_midnight, says_rule: draft.rule.is_some() })
            }
            several => Err(Problem::Ambiguous(several.iter().map(|(at, _)| reading(*at)).collect())),
        }
    }

    /// Every time to come that the days and minutes can mean, in order, and whether it is after the midnight of its day.
    fn candidates(&self, dates: &Dates, minutes: &[i64]) -> Vec<(NaiveDateTime, bool)> {
        let mut found = Vec::new();
        for date in [Some(dates.first), dates.also].into_iter().flatten() {
            for minute in minutes {
                let now = at(date, *minute).filter(|at| !self.is_over(*at));
                let rolled = || dates.later.filter(|_| dates.rolls).and_then(|later| at(later, *minute));
                found.extend(
                    now.or_else(rolled)
                        .filter(|at| !self.is_over(*at))
                        .map(|at| (at, *minute >= DAY_MINUTES)),
                );
            }
        }
        found.sort_unstable();
        found.dedup_by_key(|(at, _)| *at);
        found
    }

    fn time_missing(&self, dates: &Dates, draft: &Draft) -> Problem {
        let usual = usual_times(draft.part);
        let found = self.candidates(dates, &usual);
        let Some((first, _)) = found.first() else {
            let read = at(dates.first, usual.first().copied().unwrap_or(0)).unwrap_or_default();
            let instead = dates.later.and_then(|later| at(later, *usual.first()?));
            return Problem::Past { read, instead };
        };
        Problem::TimeMissing {
            date: Some(first.date()),
            suggested: found.iter().map(|(at, _)| Reading::Once(*at)).collect(),
        }
    }

    /// What a word about a day means; today without one.
    fn dates(&self, word: Option<DateWord>) -> Result<Dates, Problem> {
        let days = |from: NaiveDate, days: i64| from.checked_add_signed(Duration::try_days(days)?);
        let week = |weeks: i64, weekday: chrono::Weekday| {
            days(monday(self.date), weeks.checked_mul(7)? + i64::from(weekday.num_days_from_monday()))
        };
        let plain = |first, later, rolls| Ok(Dates { first, also: None, later, rolls });
        let far = || Problem::Never;
        match word {
            None => plain(self.date, days(self.date, 1), true),
            Some(DateWord::FromToday(ahead)) => plain(days(self.date, ahead).ok_or_else(far)?, None, false),
            Some(DateWord::InWeek(ahead, weekday)) => {
                let first = week(ahead, weekday).ok_or_else(far)?;
                plain(first, days(first, 7), false)
            }
            Some(DateWord::NextWeekday(weekday)) => {
                let first = week(1, weekday).ok_or_else(far)?;
                let also = week(0, weekday).filter(|this| *this > self.date);
                Ok(Dates { first, also, later: days(first, 7), rolls: false })
            }
            Some(DateWord::Weekday(weekday)) => {
                let this = week(0, weekday).ok_or_else(far)?;
                let first = if this < self.date { days(this, 7).ok_or_else(far)? } else { this };
                plain(first, days(first, 7), true)
            }
            Some(DateWord::DayOfMonth(day)) => self.day_of_month(day),
            Some(DateWord::InMonth(ahead, day)) => self.in_month(ahead, day),
            Some(DateWord::MonthDay(month, day)) => self.month_day(month, day),
            Some(DateWord::Full(year, month, day)) => {
                let date =
                    i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
                plain(
                    date.ok_or_else(|| Problem::NoSuchDate(format!("{year}-{month:02}-{day:02}")))?,
                    None,
                    false,
                )
            }
        }
    }

    /// Of the months from this one on, the first two that have the day.
    fn day_of_month(&self, day: u32) -> Result<Dates, Problem> {
        let first_of_month = self.date.with_day(1).unwrap_or(self.date);
        let mut found = (0..12)
            .filter_map(|ahead| first_of_month.checked_add_months(Months::new(ahead))?.with_day(day))
            .filter(|date| *date >= self.date);
        let first = found.next().ok_or_else(|| Problem::NoSuchDate(day.to_string()))?;
        Ok(Dates { first, also: None, later: found.next(), rolls: true })
    }

    fn in_month(&self, ahead: i64, day: Option<u32>) -> Result<Dates, Problem> {
        let first_of_month = self.date.with_day(1).unwrap_or(self.date);
        let count = u32::try_from(ahead.unsigned_abs()).unwrap_or(u32::MAX);
        let month = if ahead < 0 {
            first_of_month.checked_sub_months(Months::new(count))
        } else {
            first_of_month.checked_add_months(Months::new(count))
        };
        let month = month.ok_or(Problem::Never)?;
        let day = day.unwrap_or_else(|| u32::from(month.num_days_in_month()));
        let first = month.with_day(day);
        let first =
            first.ok_or_else(|| Problem::NoSuchDate(format!("{}-{day:02}", month.format("%Y-%m"))))?;
        Ok(Dates { first, also: None, later: None, rolls: false })
    }

    fn month_day(&self, month: u32, day: u32) -> Result<Dates, Problem> {
        // 29 February is at most eight years away.
        let of_year = |years: i32| NaiveDate::from_ymd_opt(self.date.year() + years, month, day);
        let mut found = (0..=8).filter_map(of_year);
        let no_such = || Problem::NoSuchDate(format!("{month}-{day:02}"));
        let first = found.next().ok_or_else(no_such)?;
        let later = found.next();
        let rolls = later.is_some_and(|later| (later - self.date).num_days() <= NEXT_YEAR_DAYS);
        Ok(Dates { first, also: None, later, rolls })
    }

    fn recurring(&self, draft: &Draft, every: &Every) -> Result<Read, Problem> {
        let until = match draft.until {
            Some(word) => Some(self.dates(Some(word))?.first),
            None => None,
        };
        let (on, rule) = match every {
            Every::Days(on) => (on.clone(), draft.rule),
            Every::SchoolDays => (Days::Daily, Some(DayRule::OnlySchoolDays)),
            // The week to count from is set when the first run is known.
            Every::Weeks(every, on) => {
                (Days::EveryWeeks { every: *every, on: *on, first: self.date }, draft.rule)
            }
            Every::DayMissing => return Err(Problem::DayMissing),
            Every::Unknown(_) => return Err(Problem::Nothing),
        };
        let is_of_term = matches!(on, Days::FirstSchoolDay(Span::Term) | Days::LastSchoolDay(Span::Term));
        if is_of_term && self.time.calendar.terms().is_empty() {
            return Err(Problem::NoTerm);
        }
        let reading = |minute: i64| -> Result<Reading, Problem> {
            let (on, minute) =
                if minute < DAY_MINUTES { (on.clone(), minute) } else { next_day(&on, minute)? };
            let at = at(self.date, minute).ok_or(Problem::Never)?.time();
            let recurrence = Recurrence { until, ..Recurrence::days(on, at).with(rule.unwrap_or_default()) };
            let recurrence = self.counted_from_first_week(recurrence);
            match recurrence.next_run(self.now, self.time) {
                Some(_) => Ok(Reading::Recurring(recurrence)),
                None if is_of_term => Err(Problem::NoTerm),
                None => Err(Problem::Never),
            }
        };
        match times(draft.clock, draft.part)? {
            None => Err(Problem::TimeMissing {
                date: None,
                suggested: usual_times(draft.part).into_iter().map(reading).collect::<Result<_, _>>()?,
            }),
            Some(minutes) => match minutes.as_slice() {
                [minute] => Ok(Read {
                    reading: reading(*minute)?,
                    is_past_midnight: *minute >= DAY_MINUTES,
                    says_rule: rule.is_some(),
                }),
                several => {
                    Err(Problem::Ambiguous(several.iter().copied().map(reading).collect::<Result<_, _>>()?))
                }
            },
        }
    }

    /// Where only each n-th week counts, it counts from the week of the first weekday to come.
    fn counted_from_first_week(&self, mut recurrence: Recurrence) -> Recurrence {
        if let Rule::Days { on: Days::EveryWeeks { on, first, .. }, at } = &mut recurrence.rule {
            let to_come = self
                .date
                .iter_days()
                .take(8)
                .find(|date| on.has(date.weekday()) && !self.is_over(date.and_time(*at)));
            *first = monday(to_come.unwrap_or(self.date));
        }
        recurrence
    }
}

fn at(date: NaiveDate, minutes: i64) -> Option<NaiveDateTime> {
    date.and_time(NaiveTime::MIN).checked_add_signed(Duration::try_minutes(minutes)?)
}

/// A rhythm whose time is after the midnight of its days.
fn next_day(on: &Days, minute: i64) -> Result<(Days, i64), Problem> {
    let on = match on {
        Days::Daily => Days::Daily,
        Days::Weekly(on) => Days::Weekly(on.next_days()),
        _ => return Err(Problem::NightAfter),
    };
    Ok((on, minute - DAY_MINUTES))
}

/// The minutes from the day's beginning that a time of day can mean, beyond a day if it is after its midnight; none if
/// nothing was said.
fn times(clock: Option<Clock>, part: Option<Part>) -> Result<Option<Vec<i64>>, Problem> {
    let Some(Clock { hour, minute, is_spoken }) = clock else { return Ok(None) };
    let no_such = || Problem::NoSuchTime(format!("{hour}:{minute:02}"));
    if hour > 24 || minute > 59 || hour == 24 && minute > 0 {
        return Err(no_such());
    }
    let hours = match (part, hour) {
        (None, 1..=11) if is_spoken => vec![hour, hour + 12],
        (None, _)
        | (Some(Part::BeforeDawn), 0..=6)
        | (Some(Part::Morning), 1..=12)
        | (Some(Part::Am), 0..=11)
        | (Some(Part::Noon), 11..=14)
        | (Some(Part::Afternoon | Part::Pm), 12..=23)
        | (Some(Part::Evening), 17..=23) => vec![hour],
        (Some(Part::BeforeDawn | Part::Am), 12) => vec![0],
        (Some(Part::Noon), 1..=2)
        | (Some(Part::Afternoon | Part::Pm), 1..=11)
        | (Some(Part::Evening), 5..=11) => vec![hour + 12],
        // The night belongs to the day it begins on.
        (Some(Part::Evening), 0..=4) => vec![hour + 24],
        (Some(Part::Evening), 12 | 24) => vec![24],
        _ => return Err(no_such()),
    };
    Ok(Some(hours.into_iter().map(|hour| i64::from(hour * 60 + minute)).collect()))
}

/// What is suggested where no time was said, in minutes.
fn usual_times(part: Option<Part>) -> Vec<i64> {
    let times: &[(i64, i64)] = match part {
        None => &[(8, 0), (12, 0), (19, 30)],
        Some(Part::BeforeDawn) => &[(6, 0)],
        Some(Part::Morning | Part::Am) => &[(7, 30), (8, 0), (9, 0)],
        Some(Part::Noon) => &[(12, 0), (12, 30)],
        Some(Part::Afternoon | Part::Pm) => &[(14, 0), (16, 0), (17, 0)],
        Some(Part::Evening) => &[(19, 0), (19, 30), (20, 0)],
    };
    times.iter().map(|(hour, minute)| hour * 60 + minute).collect()
}
