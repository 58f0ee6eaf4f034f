//! Purpose: a configuration for tests.
//!
//! Invariant: only what a test asks for is different from what a new school starts with.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use chrono_tz::Asia::Shanghai;

use super::{Bot, Broadcasts, Config, School};
use crate::burden::rules::BurdenLimit;
use crate::course::Catalogue;
use crate::i18n::Language;
use crate::moderation::RuleBook;
use crate::moderation::pack::Pack;
use crate::quizzes::rules::Form;
use crate::timetable::{QuietHours, SchoolCalendar};

impl Config {
    /// A school in Shanghai with the starter rules of points, no course, no schedules, no quiet hours.
    #[must_use]
    pub(crate) fn for_tests() -> Self {
        Self {
            school: School {
                name: BTreeMap::from([(Language::English, "Test school".to_owned())]),
                zone: Shanghai,
                language: Language::Chinese,
                staff: Vec::new(),
                quiet: QuietHours { from: NaiveTime::MIN, until: NaiveTime::MIN },
                burden: BurdenLimit::default(),
                quiz: Form::default(),
            },
            bot: Bot::default(),
            points: toml::from_str(include_str!("../../bot-config/points.toml")).unwrap(),
            moderation: RuleBook::compile(Pack::default()).unwrap(),
            schedules: Vec::new(),
            broadcasts: Broadcasts::default(),
            lessons: Catalogue::default(),
            calendar: SchoolCalendar::default(),
        }
    }
}
