//! Purpose: the weekday field of a cron expression, as people mean it.
//!
//! The numbers of weekdays have two conventions: Unix counts Sunday as 0 (and 7), Quartz as 1. Five fields are Unix's
//! form, so numbers are read that way; in six fields nobody could know, so only names are taken there.
//!
//! Invariant: what leaves here is `*` or a list of names, which mean the same day everywhere.

use super::{CronField, TimingProblem};

const NAMES: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// The field with every number, range and step replaced by names: `1-5` becomes `MON,TUE,WED,THU,FRI`. Ranges may run
/// over the weekend (`Fri-Mon`). `numbers` tells whether numbers may be used (0 or 7 is Sunday, 1 Monday).
///
/// # Errors
/// [`TimingProblem::WeekdayNumber`] where numbers may not be used; [`TimingProblem::Field`] for anything else.
pub(super) fn named(field: &str, numbers: bool) -> Result<String, TimingProblem> {
    let chosen = chosen(field, numbers)?;
    let names: Vec<String> =
        NAMES.iter().zip(chosen).filter(|(_, is)| *is).map(|(name, _)| name[..3].to_uppercase()).collect();
    Ok(if names.len() == NAMES.len() { "*".into() } else { names.join(",") })
}

/// Which weekdays the field means, counted from Sunday.
///
/// # Errors
/// As [`named`].
pub(super) fn chosen(field: &str, numbers: bool) -> Result<[bool; 7], TimingProblem> {
    if matches!(field, "*" | "?") {
        return Ok([true; 7]);
    }
    let wrong = || TimingProblem::Field { field: CronField::Weekday, written: field.into() };
    let mut chosen = [false; 7];
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<usize>().map_err(|_| wrong())?)),
            None => (part, None),
        };
        let (from, until) = match range.split_once('-') {
            Some((from, until)) => (day(from, numbers, wrong)?, day(until, numbers, wrong)?),
            None if range == "*" => (0, 6),
            // `Mon/2` counts from Monday to the end of the week, as cron programs do.
            None if step.is_some() => (day(range, numbers, wrong)?, 6),
            None => (day(range, numbers, wrong)?, day(range, numbers, wrong)?),
        };
        let step = step.unwrap_or(1);
        if step == 0 || step > 7 {
            return Err(wrong());
        }
        let length = (until + 7 - from) % 7;
        for distance in (0..=length).step_by(step) {
            chosen[(from + distance) % 7] = true;
        }
    }
    Ok(chosen)
}

/// The day a number or a name (`mon`, `Monday`) stands for, counted from Sunday.
pub(super) fn day(
    written: &str,
    numbers: bool,
    wrong: impl Fn() -> TimingProblem,
) -> Result<usize, TimingProblem> {
    let lower = written.to_ascii_lowercase();
    if let Some(day) = NAMES.iter().position(|name| lower == *name || lower == name[..3]) {
        return Ok(day);
    }
    let number: usize = written.parse().map_err(|_| wrong())?;
    match number {
        _ if !numbers => Err(TimingProblem::WeekdayNumber),
        0..=7 => Ok(number % 7),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_five_fields_are_unix_weekdays() {
        for (field, names) in [
            ("0", "SUN"),
            ("7", "SUN"),
            ("1", "MON"),
            ("1-5", "MON,TUE,WED,THU,FRI"),
            ("5-7", "SUN,FRI,SAT"),
            ("6-1", "SUN,MON,SAT"),
            ("0-7", "SUN"),
            ("*/2", "SUN,TUE,THU,SAT"),
            ("1-5/2", "MON,WED,FRI"),
            ("2/2", "TUE,THU,SAT"),
            ("1,3,Fri", "MON,WED,FRI"),
            ("mon-wednesday", "MON,TUE,WED"),
            ("0-6", "*"),
            ("?", "*"),
        ] {
            assert_eq!(named(field, true).unwrap(), names, "{field}");
        }
    }

    #[test]
    fn numbers_of_six_fields_are_refused_because_nobody_knows_which_day_they_mean() {
        assert_eq!(named("2-6", false), Err(TimingProblem::WeekdayNumber));
        assert_eq!(named("Mon-Fri", false).unwrap(), "MON,TUE,WED,THU,FRI");
    }

    #[test]
    fn what_is_no_weekday_is_refused() {
        for field in
            ["8", "-1", "mon-", "*/0", "*/8", "mo", "1,,2", "", "周一", "5L", "1#2", "1/99999999999999999999"]
        {
            let problem = TimingProblem::Field { field: CronField::Weekday, written: field.into() };
            assert_eq!(named(field, true), Err(problem));
        }
    }
}
