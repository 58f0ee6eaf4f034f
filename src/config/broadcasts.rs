//! Purpose: `broadcasts.toml`: what holds for announcements, and the topics they can have.
//!
//! Invariant: topics have ids of their own; each has a name in the school's language.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::item::Item;
use super::reader::{Page, Table};
use super::school::read_name;
use crate::i18n::{Language, say};
use crate::timetable::missed::LATE_MIN;

/// A topic's id stands in the database.
const ID_UNITS_MAX: usize = 32;
/// A topic's name stands on buttons and before each announcement.
const NAME_UNITS_MAX: usize = 20;
/// Each is a row of buttons on a teacher's phone.
const TOPICS_MAX: usize = 12;
/// What comes every day is never refused, also where a clock change makes the day shorter.
const APART_MINUTES_MAX: u32 = 720;
const MEGABYTE: u64 = 1_024 * 1_024;

/// What holds for announcements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broadcasts {
    /// How late one that was missed, because the program was off, is still sent; at least [`LATE_MIN`]. Holds for lessons
    /// too whose schedule says nothing of its own.
    pub late_max: Duration,
    /// Two times of one that comes again are at least this far apart; zero is no limit.
    pub apart_min: Duration,
    /// How often the count of confirmations under a post is brought up to date at most.
    pub count_every: Duration,
    /// How often somebody is reminded of one on the same day at most.
    pub reminders_a_day: i64,
    /// The largest file, in bytes.
    pub file_bytes_max: u64,
    /// The most messages one consists of.
    pub parts_max: usize,
    /// What they can be about, in the order shown.
    pub topics: Vec<Topic>,
}

/// What an announcement is about, so that people can choose what they get in private too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Stands in the database: lower-case letters, digits and `-`, at most 32.
    pub id: String,
    /// Its name in each language, at most 20 UTF-16 units; there is one in the school's language.
    pub names: BTreeMap<Language, String>,
    /// True if each member of the groups whose private chat is open gets a copy there, unless they don't want it.
    pub private_copies: bool,
}

impl Default for Broadcasts {
    /// Three hours late, no oftener than once an hour (who hears the same more often reads nothing any more), a count twice a minute, one reminder a day, the 50 MB a bot may upload to Telegram, and no more
    /// parts than a group can bear. No topics.
    fn default() -> Self {
        Self {
            late_max: Duration::from_hours(3),
            apart_min: Duration::from_hours(1),
            count_every: Duration::from_secs(30),
            reminders_a_day: 1,
            file_bytes_max: 50 * MEGABYTE,
            parts_max: 5,
            topics: Vec::new(),
        }
    }
}

impl Topic {
    /// The name for a reader: in their language, else in any there is.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        self.names.get(&language).or_else(|| self.names.values().next()).map_or("", String::as_str)
    }
}

impl Broadcasts {
    /// Reads the file; each topic needs a name in `language`, if that is known.
    pub(super) fn read(page: &Page<'_>, language: Option<Language>) -> Self {
        let usual = Self::default();
        let mut root = page.root();
        let late_max = root.get("late_max_hours").and_then(|item| item.hours(0..=168));
        let minutes_apart =
            root.get("at_most_every_minutes").and_then(|item| item.count(0..=APART_MINUTES_MAX));
        let count_every = root.get("count_every_seconds").and_then(|item| item.count(5..=3_600_u32));
        let reminders_a_day = root.get("reminders_a_day").and_then(|item| item.integer(1..=5));
        let megabytes = root.get("file_megabytes_max").and_then(|item| item.count(1..=2_000_u32));
        let parts_max = root.get("parts_max").and_then(|item| item.count(1..=10_u32));
        let topics = read_topics(&mut root, language);
        root.finish();
        Self {
            late_max: late_max.map_or(usual.late_max, |late_max| late_max.max(LATE_MIN)),
            apart_min: minutes_apart
                .map_or(usual.apart_min, |minutes| Duration::from_secs(60 * u64::from(minutes))),
            count_every: count_every
                .map_or(usual.count_every, |seconds| Duration::from_secs(u64::from(seconds))),
            reminders_a_day: reminders_a_day.unwrap_or(usual.reminders_a_day),
            file_bytes_max: megabytes
                .map_or(usual.file_bytes_max, |megabytes| u64::from(megabytes) * MEGABYTE),
            parts_max: parts_max.and_then(|parts| usize::try_from(parts).ok()).unwrap_or(usual.parts_max),
            topics,
        }
    }

    /// The topic with this id, if the school has it now.
    #[must_use]
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == id)
    }
}

fn read_topics(root: &mut Table<'_>, language: Option<Language>) -> Vec<Topic> {
    let tables = root.tables("topics");
    if tables.len() > TOPICS_MAX {
        root.note(say::config_list_length(tables.len(), "topics", TOPICS_MAX, 0_usize));
        return Vec::new();
    }
    let mut ids = BTreeSet::new();
    tables.into_iter().filter_map(|table| read_topic(table, language, &mut ids)).collect()
}

fn read_topic(mut table: Table<'_>, language: Option<Language>, ids: &mut BTreeSet<String>) -> Option<Topic> {
    let id = table.need("id").and_then(|item| read_id(&item, ids));
    let names = table.need("name").and_then(|item| read_name(&item, language, NAME_UNITS_MAX));
    let private_copies = table.get("private_copies").and_then(|item| item.flag());
    table.finish();
    Some(Topic { id: id?, names: names?, private_copies: private_copies.unwrap_or(false) })
}

fn read_id(item: &Item<'_>, ids: &mut BTreeSet<String>) -> Option<String> {
    let id = item.words(ID_UNITS_MAX)?;
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    let read = if !id.chars().all(is_plain) {
        Err(say::config_topic_id(&id))
    } else if ids.insert(id.clone()) {
        Ok(id)
    } else {
        Err(say::config_twice(&id))
    };
    item.settle(read)
}

#[cfg(test)]
impl Topic {
    /// A topic with the same name in every language.
    pub(crate) fn for_tests(id: &str, name: &str, private_copies: bool) -> Self {
        let names = Language::ALL.into_iter().map(|language| (language, name.to_owned())).collect();
        Self { id: id.to_owned(), names, private_copies }
    }
}
