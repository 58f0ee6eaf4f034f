//! Purpose: what is wrong with what somebody wrote about time, and what to write instead.
//!
//! Invariant: every problem has a sentence that says what to do next.

use chrono::Datelike;

use super::{date, moment, reading, weekday};
use crate::i18n::{Text, say};
use crate::timetable::words::{CHARS_MAX, Problem};
use crate::timetable::{CronField, SPEC_BYTES_MAX, TimingProblem, YEAR_MAX};

/// A problem with people's words. What there is to choose from is not in the sentence.
#[must_use]
pub fn problem(problem: &Problem) -> Text {
    match problem {
        Problem::TooLong => say::timetable_too_long(CHARS_MAX),
        Problem::Nothing => say::timetable_nothing(),
        Problem::Rest(rest) => say::timetable_rest(rest),
        Problem::TooMuch => say::timetable_too_much(),
        Problem::TimeMissing { date: Some(day), .. } => say::timetable_time_missing(date(*day)),
        Problem::TimeMissing { date: None, .. } => say::timetable_time_missing_rhythm(),
        Problem::DayMissing => say::timetable_day_missing(),
        Problem::Past { read, instead: None } => say::timetable_past(moment(*read)),
        Problem::Past { read, instead: Some(instead) } => {
            say::timetable_past_instead(moment(*instead), moment(*read))
        }
        Problem::NoSuchDate(written) => say::timetable_no_such_date(written),
        Problem::NoSuchTime(written) => say::timetable_no_such_time(written),
        Problem::OtherWeekday { date: day, said } => {
            say::timetable_other_weekday(date(*day), weekday(*said), weekday(day.weekday()))
        }
        Problem::Ambiguous(_) => say::timetable_ambiguous(),
        Problem::Rhythm(written) => say::timetable_rhythm(written),
        Problem::NightAfter => say::timetable_night_after(),
        Problem::NoTerm => say::timetable_no_term(),
        Problem::Cron(problem) => timing_problem(problem),
        Problem::Never => say::timetable_never(i64::from(YEAR_MAX)),
    }
}

/// What there is to choose from, each in words that are read as it.
#[must_use]
pub fn choices(problem: &Problem) -> Vec<Text> {
    match problem {
        Problem::Ambiguous(choices) | Problem::TimeMissing { suggested: choices, .. } => {
            choices.iter().map(reading).collect()
        }
        Problem::Past { instead: Some(instead), .. } => vec![moment(*instead)],
        _ => Vec::new(),
    }
}

/// A wrong cron expression.
#[must_use]
pub fn timing_problem(problem: &TimingProblem) -> Text {
    match problem {
        TimingProblem::TooLong => say::config_cron_too_long(SPEC_BYTES_MAX),
        TimingProblem::Fields { found } => say::config_cron_fields(*found),
        TimingProblem::Field { field, written } => say::config_cron_field(cron_field(*field), written),
        TimingProblem::TwoDays => say::config_cron_two_days(),
        TimingProblem::WeekdayNumber => say::config_cron_weekday_number(),
        TimingProblem::Never => say::config_cron_never(),
    }
}

fn cron_field(field: CronField) -> Text {
    match field {
        CronField::Second => say::config_cron_second(),
        CronField::Minute => say::config_cron_minute(),
        CronField::Hour => say::config_cron_hour(),
        CronField::DayOfMonth => say::config_cron_day(),
        CronField::Month => say::config_cron_month(),
        CronField::Weekday => say::config_cron_weekday(),
    }
}
