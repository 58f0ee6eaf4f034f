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
use crate::points::rules::RuleSet;
use crate::points::stars::Star;
use crate::quizzes::rules::Form;
use crate::timetable::{QuietHours, SchoolCalendar};

impl Config {
    /// A school in Shanghai with the starter rules of points, the stars of a full course (learning.md), no course, no schedules, no quiet hours.
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
            points: RuleSet {
                stars: full_course(),
                ..toml::from_str(include_str!("../../bot-config/points.toml")).unwrap()
            },
            moderation: RuleBook::compile(Pack::default()).unwrap(),
            schedules: Vec::new(),
            broadcasts: Broadcasts::default(),
            lessons: Catalogue::default(),
            calendar: SchoolCalendar::default(),
        }
    }
}

/// What stars take where there are 48 lesson-hours and visits.
fn full_course() -> Vec<Star> {
    let star = |points, lesson_hours, on_site| Star { points, lesson_hours, on_site, ..Star::default() };
    vec![
        Star { quizzes: 1, ..star(60, 0, 0) },
        star(150, 8, 0),
        star(300, 16, 1),
        star(500, 32, 2),
        Star { final_test: true, ..star(800, 48, 4) },
    ]
}
