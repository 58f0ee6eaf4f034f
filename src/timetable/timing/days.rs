//! Purpose: the days of a cron expression that the `cron` crate can't name: `L`, `LW`, `15W`, `Mon#2`, `FriL`.
//!
//! Invariant: what is read here has `*` for the `cron` crate, so that only the filter decides about days.

use chrono::{Datelike, NaiveDate};
use cron::TimeUnitSpec as _;

use super::{CronField, TimingProblem, check_field, weekdays};

/// Days of which one at least must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DayFilter(Vec<Day>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// Days of the month; bit n is day n.
    Plain(u32),
    /// The last of the month.
    Last,
    /// The last of the month that is from Monday to Friday.
    LastWorkday,
    /// Of the days from Monday to Friday in the month, the one nearest to this.
    NearestWorkday(u32),
    /// Weekdays, counted from Sunday.
    Weekdays([bool; 7]),
    /// The n-th of a weekday in its month; weekdays counted from Sunday.
    Nth(usize, u32),
    /// The last of a weekday in its month.
    LastOf(usize),
}

impl DayFilter {
    /// Whether the date is one of the days.
    pub(super) fn has(&self, date: NaiveDate) -> bool {
        self.0.iter().any(|day| day.is(date))
    }
}

impl Day {
    fn is(self, date: NaiveDate) -> bool {
        let last = u32::from(date.num_days_in_month());
        let weekday = date.weekday().num_days_from_sunday() as usize;
        match self {
            Self::Plain(days) => days & (1 << date.day()) != 0,
            Self::Last => date.day() == last,
            Self::LastWorkday => nearest_workday(date, last) == Some(date.day()),
            Self::NearestWorkday(day) => day <= last && nearest_workday(date, day) == Some(date.day()),
            Self::Weekdays(chosen) => chosen.get(weekday) == Some(&true),
            Self::Nth(wanted, nth) => weekday == wanted && (date.day() - 1) / 7 + 1 == nth,
            Self::LastOf(wanted) => weekday == wanted && date.day() + 7 > last,
        }
    }
}

/// In the month of `date`, the day from Monday to Friday that is nearest to `day`; never in another month.
fn nearest_workday(date: NaiveDate, day: u32) -> Option<u32> {
    let last = u32::from(date.num_days_in_month());
    Some(match date.with_day(day)?.weekday() {
        chrono::Weekday::Sat if day == 1 => 3,
        chrono::Weekday::Sat => day - 1,
        chrono::Weekday::Sun if day == last => day - 2,
        chrono::Weekday::Sun => day + 1,
        _ => day,
    })
}

/// The day-of-month field for the `cron` crate, and the filter if it needs one.
pub(super) fn of_month(field: &str) -> Result<(String, Option<DayFilter>), TimingProblem> {
    if !field.contains(['L', 'l', 'W', 'w']) {
        check_field(3, CronField::DayOfMonth, field)?;
        return Ok((if field == "?" { "*".into() } else { field.into() }, None));
    }
    let days = field.split(',').map(|part| of_month_part(part, field)).collect::<Result<_, _>>()?;
    Ok(("*".into(), Some(DayFilter(days))))
}

fn of_month_part(part: &str, field: &str) -> Result<Day, TimingProblem> {
    let wrong = || TimingProblem::Field { field: CronField::DayOfMonth, written: field.to_owned() };
    let upper = part.to_ascii_uppercase();
    match upper.as_str() {
        "L" => return Ok(Day::Last),
        "LW" | "WL" => return Ok(Day::LastWorkday),
        _ => {}
    }
    if let Some(day) = upper.strip_suffix('W') {
        let day = day.parse().ok().filter(|day| (1..=31).contains(day)).ok_or_else(wrong)?;
        return Ok(Day::NearestWorkday(day));
    }
    check_field(3, CronField::DayOfMonth, part)?;
    let plan: cron::Schedule = format!("0 0 0 {part} * *").parse().map_err(|_| wrong())?;
    Ok(Day::Plain(
        (1..=31).filter(|day| plan.days_of_month().includes(*day)).fold(0, |days, day| days | 1 << day),
    ))
}

/// The weekday field for the `cron` crate, and the filter if it needs one. `numbers` as for [`weekdays::named`].
pub(super) fn of_week(field: &str, numbers: bool) -> Result<(String, Option<DayFilter>), TimingProblem> {
    let is_special = |part: &str| part.contains('#') || part.len() > 1 && part.ends_with(['L', 'l']);
    if !field.split(',').any(is_special) {
        return Ok((weekdays::named(field, numbers)?, None));
    }
    let wrong = || TimingProblem::Field { field: CronField::Weekday, written: field.to_owned() };
    let part = |part: &str| -> Result<Day, TimingProblem> {
        if let Some((weekday, nth)) = part.split_once('#') {
            let nth = nth.parse().ok().filter(|nth| (1..=5).contains(nth)).ok_or_else(wrong)?;
            return Ok(Day::Nth(weekdays::day(weekday, numbers, wrong)?, nth));
        }
        match part.strip_suffix(['L', 'l']).filter(|weekday| !weekday.is_empty()) {
            Some(weekday) => Ok(Day::LastOf(weekdays::day(weekday, numbers, wrong)?)),
            None => Ok(Day::Weekdays(weekdays::chosen(part, numbers)?)),
        }
    };
    Ok(("*".into(), Some(DayFilter(field.split(',').map(part).collect::<Result<_, _>>()?))))
}
