//! Purpose: what a school configures, in files its own IT person can edit.
//!
//! ```text
//! bot-config/
//!   school.toml       name, time zone, languages, staff, quiet hours
//!   bot.toml          polling or webhook, pace limits, log, metrics
//!   points.toml       what earns how many points, with caps; star levels
//!   moderation.toml   rules of the group
//!   schedules.toml    when lessons are pushed
//!   broadcasts.toml   what holds for announcements; their topics
//!   calendar/         official holidays by year; the school's terms and own days
//!   lessons/          the course: Markdown with TOML front matter, one file a lesson and language
//! ```
//!
//! Invariants: a [`Config`] exists only if every file is right; every problem is found at once, each with file, line,
//! column and what to write instead. A changed configuration is taken over whole or not at all.

mod bot;
mod broadcasts;
mod calendar_files;
mod check;
mod files;
mod item;
mod lesson_files;
mod lesson_quiz;
mod nearest;
mod problem;
mod reader;
mod rule_files;
mod schedules;
mod school;
mod secret_file;
#[cfg(test)]
mod testing;
mod together;

use std::path::Path;

use crate::course::Catalogue;
use crate::i18n::Language;
use crate::lessons::schedule::Schedule;
use crate::moderation::RuleBook;
use crate::points::rules::RuleSet;
use crate::timetable::{SchoolCalendar, SchoolTime};

use files::Files;
use problem::Findings;

pub use bot::{Bot, LogFormat, Pace, TokenPlace, Updates};
pub use broadcasts::{Broadcasts, Topic};
pub use check::check;
pub use files::FOLDER;
pub use problem::Problem;
pub use school::School;
pub use secret_file::is_webhook_secret;
pub use together::clashes;

/// The languages by the tags they are configured with.
const LANGUAGES: [(&str, Language); 2] = [("zh-CN", Language::Chinese), ("en", Language::English)];

/// Everything a school has configured, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The school.
    pub school: School,
    /// How the bot is connected and how fast it sends.
    pub bot: Bot,
    /// What earns points.
    pub points: RuleSet,
    /// What may be posted.
    pub moderation: RuleBook,
    /// When lessons are pushed.
    pub schedules: Vec<Schedule>,
    /// What holds for announcements.
    pub broadcasts: Broadcasts,
    /// The course.
    pub lessons: Catalogue,
    /// School days and holidays.
    pub calendar: SchoolCalendar,
}

impl Config {
    /// Reads and checks the folder.
    ///
    /// # Errors
    /// Every problem of every file, by file and place; never none.
    pub fn load(folder: &Path) -> Result<Self, Vec<Problem>> {
        let findings = Findings::default();
        match Files::read(folder, &findings) {
            Some(files) => Self::of(&files, findings),
            None => Err(findings.into_problems()),
        }
    }

    /// The configuration that comes with the program: a school to try things with.
    ///
    /// # Errors
    /// Never in a program whose tests have passed; the type says so because it is read like any other.
    pub fn starter() -> Result<Self, Vec<Problem>> {
        Self::of(&Files::starter(), Findings::default())
    }

    /// The time the school lives in.
    #[must_use]
    pub fn school_time(&self) -> SchoolTime<'_> {
        SchoolTime { zone: self.school.zone, calendar: &self.calendar }
    }

    /// Checks files that have been read; `findings` has what went wrong with that.
    fn of(files: &Files, findings: Findings) -> Result<Self, Vec<Problem>> {
        // Rules that are gone must not quietly mean that nothing is paid or watched, so their files must be there.
        for path in ["school.toml", "points.toml", "moderation.toml"] {
            files.need(path, &findings);
        }
        let school = files.page("school.toml", &findings, School::read).flatten();
        let bot = files.page("bot.toml", &findings, |page| Bot::read(page, files));
        let points = files.page("points.toml", &findings, rule_files::points).flatten();
        let moderation = files.page("moderation.toml", &findings, rule_files::moderation).flatten();
        let course = lesson_files::read(files, &findings);
        let language = school.as_ref().map(|school| school.language);
        let broadcasts = files.page("broadcasts.toml", &findings, |page| Broadcasts::read(page, language));
        let broadcasts = broadcasts.unwrap_or_default();
        let calendar = calendar_files::read(files, &findings);
        let schedules = files.page("schedules.toml", &findings, |page| {
            schedules::read(page, &course.known, calendar.terms(), broadcasts.late_max)
        });
        let problems = findings.into_problems();
        match (school, points, moderation) {
            (Some(school), Some(points), Some(moderation)) if problems.is_empty() => Ok(Self {
                school,
                bot: bot.unwrap_or_default(),
                points,
                moderation,
                schedules: schedules.unwrap_or_default(),
                broadcasts,
                lessons: course.catalogue,
                calendar,
            }),
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
mod tests;
