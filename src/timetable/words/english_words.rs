//! Purpose: the English words about time, by what they mean.
//!
//! Invariant: words are in small letters, as [`super::token::fold`] leaves them; a blank stands for one or more.

use std::sync::LazyLock;

use super::token::{Part, Word};
use crate::timetable::DayRule;
use crate::timetable::days::WEEK;

const WORDS: &[(&str, Word)] = &[
    ("now", Word::Now),
    ("right now", Word::Now),
    ("immediately", Word::Now),
    ("at once", Word::Now),
    ("yesterday", Word::Day(-1)),
    ("today", Word::Day(0)),
    ("tomorrow", Word::Day(1)),
    ("day after tomorrow", Word::Day(2)),
    ("the day after tomorrow", Word::Day(2)),
    ("tonight", Word::DayPart(0, Part::Evening)),
    ("this morning", Word::DayPart(0, Part::Morning)),
    ("this afternoon", Word::DayPart(0, Part::Afternoon)),
    ("this evening", Word::DayPart(0, Part::Evening)),
    ("this", Word::This),
    ("next", Word::Next),
    ("last", Word::Last),
    ("weekend", Word::Weekend),
    ("weekends", Word::Weekend),
    ("day", Word::Days),
    ("days", Word::Days),
    ("daily", Word::Days),
    ("week", Word::Weeks),
    ("weeks", Word::Weeks),
    ("month", Word::Months),
    ("months", Word::Months),
    ("year", Word::Years),
    ("years", Word::Years),
    ("hour", Word::Hours),
    ("hours", Word::Hours),
    ("hr", Word::Hours),
    ("hrs", Word::Hours),
    ("h", Word::Hours),
    ("minute", Word::Minutes),
    ("minutes", Word::Minutes),
    ("min", Word::Minutes),
    ("mins", Word::Minutes),
    ("term", Word::Term),
    ("am", Word::Part(Part::Am)),
    ("a.m.", Word::Part(Part::Am)),
    ("pm", Word::Part(Part::Pm)),
    ("p.m.", Word::Part(Part::Pm)),
    ("morning", Word::Part(Part::Morning)),
    ("in the morning", Word::Part(Part::Morning)),
    ("afternoon", Word::Part(Part::Afternoon)),
    ("in the afternoon", Word::Part(Part::Afternoon)),
    ("evening", Word::Part(Part::Evening)),
    ("in the evening", Word::Part(Part::Evening)),
    ("night", Word::Part(Part::Evening)),
    ("at night", Word::Part(Part::Evening)),
    ("noon", Word::NoonTime),
    ("midday", Word::NoonTime),
    ("midnight", Word::Midnight),
    ("o'clock", Word::OClock),
    ("oclock", Word::OClock),
    ("sharp", Word::Sharp),
    ("half", Word::Half),
    ("quarter", Word::Quarter),
    ("a quarter", Word::Quarter),
    ("past", Word::Past),
    ("in", Word::In),
    ("from now", Word::After),
    ("later", Word::After),
    ("every", Word::Every),
    ("each", Word::Every),
    ("every other", Word::EveryOther),
    ("every second", Word::EveryOther),
    ("weekday", Word::MondayToFriday),
    ("weekdays", Word::MondayToFriday),
    ("workday", Word::Workday),
    ("workdays", Word::Workday),
    ("working day", Word::Workday),
    ("working days", Word::Workday),
    ("school day", Word::SchoolDay),
    ("school days", Word::SchoolDay),
    ("first", Word::Nth(1)),
    ("second", Word::Nth(2)),
    ("third", Word::Nth(3)),
    ("fourth", Word::Nth(4)),
    ("fifth", Word::Nth(5)),
    ("and", Word::And),
    ("&", Word::And),
    (",", Word::And),
    ("to", Word::Range),
    ("through", Word::Range),
    ("-", Word::Dash),
    ("/", Word::Slash),
    (":", Word::Colon),
    ("until", Word::Until),
    ("till", Word::Until),
    ("of", Word::Of),
    ("on", Word::On),
    ("at", Word::At),
    ("moved to the next school day if there is no school", Word::Rule(DayRule::MoveToNextSchoolDay)),
    ("moved to the next school day", Word::Rule(DayRule::MoveToNextSchoolDay)),
    ("or the next school day", Word::Rule(DayRule::MoveToNextSchoolDay)),
    ("skipped if there is no school", Word::Rule(DayRule::SkipNonSchool)),
    ("skip holidays", Word::Rule(DayRule::SkipNonSchool)),
    ("except holidays", Word::Rule(DayRule::SkipNonSchool)),
    ("except on holidays", Word::Rule(DayRule::SkipNonSchool)),
    ("not on holidays", Word::Rule(DayRule::SkipNonSchool)),
    ("only on school days", Word::Rule(DayRule::OnlySchoolDays)),
    ("also on holidays", Word::Rule(DayRule::Always)),
    ("even on holidays", Word::Rule(DayRule::Always)),
    ("also if there is no school", Word::Rule(DayRule::Always)),
    ("school days only", Word::Rule(DayRule::OnlySchoolDays)),
    ("the", Word::Filler),
    ("please", Word::Filler),
    ("send", Word::Filler),
    ("send it", Word::Filler),
    ("post", Word::Filler),
    (".", Word::Filler),
    ("!", Word::Filler),
    ("(", Word::Filler),
    (")", Word::Filler),
    (";", Word::Filler),
];

const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "mon", "mondays"],
    &["tuesday", "tue", "tues", "tuesdays"],
    &["wednesday", "wed", "wednesdays"],
    &["thursday", "thu", "thur", "thurs", "thursdays"],
    &["friday", "fri", "fridays"],
    &["saturday", "sat", "saturdays"],
    &["sunday", "sun", "sundays"],
];

const MONTHS: [&[&str]; 12] = [
    &["january", "jan"],
    &["february", "feb"],
    &["march", "mar"],
    &["april", "apr"],
    &["may"],
    &["june", "jun"],
    &["july", "jul"],
    &["august", "aug"],
    &["september", "sep", "sept"],
    &["october", "oct"],
    &["november", "nov"],
    &["december", "dec"],
];

/// The words with those of weekdays and months.
pub(super) fn table() -> &'static [(&'static str, Word)] {
    static TABLE: LazyLock<Vec<(&str, Word)>> = LazyLock::new(|| {
        let weekdays = WEEK.into_iter().zip(WEEKDAYS);
        let weekdays = weekdays
            .flat_map(|(weekday, names)| names.iter().map(move |name| (*name, Word::Weekday(weekday))));
        let months = (1..).zip(MONTHS);
        let months =
            months.flat_map(|(month, names)| names.iter().map(move |name| (*name, Word::MonthName(month))));
        WORDS.iter().copied().chain(weekdays).chain(months).collect()
    });
    &TABLE
}

/// Numbers that are written as words.
pub(super) const NUMBERS: [(&str, u32); 14] = [
    ("a", 1),
    ("an", 1),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
];
