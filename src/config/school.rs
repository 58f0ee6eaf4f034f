//! Purpose: `school.toml`: the school, its people, its time.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use chrono_tz::{TZ_VARIANTS, Tz};

use super::LANGUAGES;
use super::item::Item;
use super::nearest::nearest;
use super::reader::{Page, Table};
use crate::burden::rules::BurdenLimit;
use crate::i18n::{Language, say};
use crate::ids::Native;
use crate::quizzes::rules::Form;
use crate::timetable::QuietHours;

/// A school's name stands in cards and on certificates.
const NAME_UNITS_MAX: usize = 60;
/// People of one school who look after its groups.
const STAFF_MAX: usize = 2_000;
/// More pushes a day are no limit any more.
const PUSHES_MAX: u32 = 50;
/// Telegram's ids of people have at most 52 significant bits.
const PERSON_MAX: i64 = (1 << 52) - 1;

/// The school and its people.
#[derive(Clone, Debug)]
pub struct School {
    /// Its name in each language, at most 60 UTF-16 units; there is one in [`School::language`].
    pub name: BTreeMap<Language, String>,
    /// The time zone every time of the configuration is in.
    pub zone: Tz,
    /// The language where neither the person nor the group has chosen.
    pub language: Language,
    /// People who are staff in every group, by their id on the channel.
    pub staff: Vec<Native>,
    /// When nothing is sent that can wait.
    pub quiet: QuietHours,
    /// How often a day a group is disturbed.
    pub burden: BurdenLimit,
    /// Who sees what somebody answers in a quiz.
    pub quiz: Form,
}

impl School {
    /// Reads the file.
    pub(super) fn read(page: &Page<'_>) -> Option<Self> {
        let mut root = page.root();
        let zone = root.need("time_zone").and_then(|item| read_zone(&item));
        let language = root.need("language").and_then(|item| item.one_of(&LANGUAGES));
        let staff = root.get("staff").and_then(|item| item.distinct(0..=STAFF_MAX, read_person));
        let quiz = root.get("quiz").map(|item| item.one_of(&Form::NAMED));
        let name = root.need("name").and_then(|item| read_name(&item, language, NAME_UNITS_MAX));
        let quiet = root.table("quiet_hours").and_then(read_quiet);
        let burden = root.table("burden").and_then(read_burden);
        root.finish();
        Some(Self {
            name: name?,
            zone: zone?,
            language: language?,
            staff: staff.unwrap_or_default(),
            quiet: quiet.unwrap_or_default(),
            burden: burden.unwrap_or_default(),
            quiz: quiz.unwrap_or(Some(Form::default()))?,
        })
    }

    /// The name for a reader: in their language, else in the school's.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        self.name.get(&language).or_else(|| self.name.get(&self.language)).map_or("", String::as_str)
    }
}

fn read_zone(item: &Item<'_>) -> Option<Tz> {
    let written = item.text()?;
    let zone = written.parse::<Tz>().map_err(|_| {
        let names = TZ_VARIANTS.iter().map(|zone| zone.name());
        match nearest(written, names) {
            Some(meant) => say::config_time_zone_near(meant, written),
            None => say::config_time_zone(written),
        }
    });
    item.settle(zone)
}

fn read_person(item: &Item<'_>) -> Option<Native> {
    let id = item.integer(i64::MIN..=i64::MAX)?;
    let read = if (1..=PERSON_MAX).contains(&id) {
        Ok(Native::from(id))
    } else if id < 0 {
        Err(say::config_id_of_group(id.to_string()))
    } else {
        Err(say::config_id_of_nobody(id.to_string()))
    };
    item.settle(read)
}

/// A name in each language, of which the one in `needed` must be there.
pub(super) fn read_name(
    item: &Item<'_>,
    needed: Option<Language>,
    units_max: usize,
) -> Option<BTreeMap<Language, String>> {
    let mut table = item.table()?;
    let mut names = BTreeMap::new();
    for (tag, language) in LANGUAGES {
        let written = if needed == Some(language) { table.need(tag) } else { table.get(tag) };
        names.extend(written.and_then(|name| name.words(units_max)).map(|name| (language, name)));
    }
    table.finish();
    Some(names)
}

fn read_quiet(mut table: Table<'_>) -> Option<QuietHours> {
    let from: Option<NaiveTime> = table.need("from").and_then(|item| item.time());
    let until = table.need("until").and_then(|item| item.time());
    table.finish();
    Some(QuietHours { from: from?, until: until? })
}

fn read_burden(mut table: Table<'_>) -> Option<BurdenLimit> {
    let usual = BurdenLimit::default();
    let pushes_per_day = table.get("pushes_per_day").map(|item| item.count(0..=PUSHES_MAX));
    let digest_at = table.get("digest_at").map(|item| item.time());
    table.finish();
    Some(BurdenLimit {
        pushes_per_day: pushes_per_day.unwrap_or(Some(usual.pushes_per_day))?,
        digest_at: digest_at.unwrap_or(Some(usual.digest_at))?,
    })
}
