//! Purpose: the folder `calendar/`: official holidays by year, in the shape of the public holiday-cn data, and the
//! school's own terms and days.
//!
//! Invariant: a file that comes from the public data is taken as it is; one key more, `status`, says that it is a guess.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::files::Files;
use super::problem::{Findings, Source};
use super::reader::{Page, Table, shape_problem};
use crate::i18n::{Text, say};
use crate::text::units;
use crate::timetable::{LocalDay, OfficialDay, SchoolCalendar, Term, YEAR_MAX, YearStatus};

/// The school's own part.
pub(super) const SCHOOL: &str = "calendar/school.toml";

/// Earlier calendars say nothing about what is to come.
const YEAR_MIN: i32 = 2000;
/// China's years have about forty; more is another kind of file.
const DAYS_MAX: usize = 200;
const NAME_UNITS_MAX: usize = 40;
const TERMS_MAX: usize = 40;
const LOCAL_MAX: usize = 500;
/// A day of the school's own may be a whole break.
const SPAN_DAYS_MAX: i64 = 120;

/// Reads the folder; an empty calendar where there is none.
pub(super) fn read(files: &Files, findings: &Findings) -> SchoolCalendar {
    let mut calendar = SchoolCalendar::default();
    for path in files.years() {
        let file = files.name(path);
        let Some(year) = year_of(path) else {
            findings.note_file(file, say::config_calendar_file_name());
            continue;
        };
        let Some(text) = files.text(path) else { continue };
        if let Some((status, days)) = read_year(Source { findings, file: &file, text }, year) {
            calendar.set_year(year, status, days);
        }
    }
    files.page(SCHOOL, findings, |page| read_school(page, &mut calendar));
    calendar
}

/// `calendar/2026.json` as its year.
fn year_of(path: &str) -> Option<i32> {
    let name = path.strip_prefix("calendar/")?.strip_suffix(".json")?;
    name.parse().ok().filter(|year| (YEAR_MIN..=YEAR_MAX).contains(year) && name.len() == 4)
}

/// A file of the public data. What it says about its own shape is nobody's business here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearPage<'d> {
    #[serde(rename = "$schema")]
    _schema: Option<IgnoredAny>,
    #[serde(rename = "$id")]
    _id: Option<IgnoredAny>,
    #[serde(borrow)]
    year: &'d RawValue,
    #[serde(borrow)]
    papers: &'d RawValue,
    #[serde(borrow)]
    status: Option<&'d RawValue>,
    #[serde(borrow)]
    days: &'d RawValue,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct YearDay {
    name: String,
    date: String,
    is_off_day: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenStatus {
    Official,
    Estimated,
}

/// A JSON file that is being read.
#[derive(Clone, Copy)]
struct Json<'d>(Source<'d>);

impl<'d> Json<'d> {
    /// Where a part of the file begins, as a byte of the file.
    fn byte(self, part: &str) -> usize {
        part.as_ptr().addr().saturating_sub(self.0.text.as_ptr().addr())
    }

    /// Reads a part of the file, or notes what is wrong with it at its place.
    fn read<T: Deserialize<'d>>(self, part: &'d str) -> Option<T> {
        let error = match serde_json::from_str(part) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let lines_before =
            part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let within = lines_before + error.column().saturating_sub(1);
        let message = error.to_string();
        let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
        let text = if error.is_data() { shape_problem(reason) } else { say::config_json_syntax(reason) };
        self.0.note(self.byte(part) + within.min(part.len()), text);
        None
    }
}

fn read_year(source: Source<'_>, year: i32) -> Option<(YearStatus, Vec<OfficialDay>)> {
    let json = Json(source);
    let page: YearPage<'_> = json.read(source.text)?;
    let _: Option<Vec<String>> = json.read(page.papers.get());
    if json.read::<i32>(page.year.get()).is_some_and(|written| written != year) {
        source.note(json.byte(page.year.get()), say::config_calendar_year(year.to_string()));
    }
    let status = match page.status {
        Some(written) => json.read(written.get())?,
        None => WrittenStatus::Official,
    };
    let written: Vec<&RawValue> = json.read(page.days.get())?;
    if written.len() > DAYS_MAX {
        let problem = say::config_list_length(written.len(), "days", DAYS_MAX, 0_u32);
        source.note(json.byte(page.days.get()), problem);
        return None;
    }
    let mut seen = BTreeSet::new();
    let days = written.into_iter().filter_map(|day| read_day(json, day.get(), year, &mut seen)).collect();
    let status = match status {
        WrittenStatus::Official => YearStatus::Official,
        WrittenStatus::Estimated => YearStatus::Estimated,
    };
    Some((status, days))
}

fn read_day<'d>(
    json: Json<'d>,
    part: &'d str,
    year: i32,
    seen: &mut BTreeSet<NaiveDate>,
) -> Option<OfficialDay> {
    let day: YearDay = json.read(part)?;
    let problem = match day.date.parse::<NaiveDate>() {
        _ if day.name.trim().is_empty() => say::config_empty("name"),
        _ if units(&day.name) > NAME_UNITS_MAX => {
            say::config_too_long("name", units(&day.name), NAME_UNITS_MAX)
        }
        Err(_) => say::config_calendar_date("date"),
        // A holiday around New Year may be told together with days of the year next to it.
        Ok(date) if (date.year() - year).abs() > 1 => {
            say::config_calendar_other_year(day.date, year.to_string())
        }
        Ok(date) if !seen.insert(date) => say::config_twice(day.date),
        Ok(date) => {
            return Some(OfficialDay { date, name: day.name.trim().into(), is_off: day.is_off_day });
        }
    };
    json.0.note(json.byte(part), problem);
    None
}

fn read_school(page: &Page<'_>, calendar: &mut SchoolCalendar) {
    let mut root = page.root();
    let (terms, days) = (root.tables("term"), root.tables("day"));
    for (key, count, max) in [("term", terms.len(), TERMS_MAX), ("day", days.len(), LOCAL_MAX)] {
        if count > max {
            root.note(say::config_list_length(count, key, max, 0_usize));
        }
    }
    let mut read: Vec<Term> = Vec::new();
    for mut table in terms.into_iter().take(TERMS_MAX) {
        let term = read_span(&mut table, true);
        let overlap = term.as_ref().and_then(|(_, from, until)| {
            read.iter().find(|other| *from <= other.until && other.from <= *until)
        });
        if let Some(other) = overlap {
            table.note(say::config_calendar_overlap(other.name.as_ref()));
        }
        table.finish();
        read.extend(term.map(|(name, from, until)| Term { name, from, until }));
    }
    calendar.set_terms(read);
    let mut seen = BTreeSet::new();
    for mut table in days.into_iter().take(LOCAL_MAX) {
        let is_school = table.need("school").and_then(|item| item.flag());
        let span = read_span(&mut table, false);
        if let (Some((name, from, until)), Some(is_school)) = (span, is_school) {
            for date in from.iter_days().take_while(|date| *date <= until) {
                if !seen.insert(date) {
                    table.note(say::config_twice(date.to_string()));
                    break;
                }
                calendar.set_local(date, LocalDay { name: Arc::clone(&name), is_school });
            }
        }
        table.finish();
    }
    root.finish();
}

/// Name, first and last day of a term, or of a day of the school's own, which may be one day only.
fn read_span(table: &mut Table<'_>, is_term: bool) -> Option<(Arc<str>, NaiveDate, NaiveDate)> {
    let name = table.need("name").and_then(|item| item.words(NAME_UNITS_MAX));
    let from = table.need("from").and_then(|item| item.date());
    let item = if is_term { table.need("until") } else { table.get("until") };
    let until = match &item {
        Some(item) => item.date(),
        None => from,
    };
    let (name, from, until) = (name?, from?, until?);
    let problem: Option<Text> = if until < from {
        Some(say::config_calendar_order(from.to_string()))
    } else if !is_term && (until - from).num_days() > SPAN_DAYS_MAX {
        Some(say::config_calendar_span(SPAN_DAYS_MAX))
    } else {
        None
    };
    match (problem, &item) {
        (Some(problem), Some(item)) => item.note(problem),
        _ => return Some((name.into(), from, until)),
    }
    None
}
