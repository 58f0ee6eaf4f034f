//! Purpose: the course as the school has written it.
//!
//! Invariant: a lesson's languages agree in everything but words: the same questions in the same order, with the same
//! right answers.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::channel::Styled;
use crate::i18n::{Language, Text, say};

/// All lessons, by id.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// The lessons in the order of their ids.
    pub lessons: BTreeMap<String, Lesson>,
}

/// The age of the children a lesson is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Stage {
    /// Before birth.
    #[serde(rename = "pregnancy")]
    Pregnancy,
    /// Under three.
    #[serde(rename = "age-0-3")]
    Age0To3,
    /// Kindergarten.
    #[serde(rename = "age-3-6")]
    Age3To6,
    /// Primary school.
    #[serde(rename = "primary")]
    Primary,
    /// Junior high school.
    #[serde(rename = "junior")]
    Junior,
    /// Senior high school.
    #[serde(rename = "senior")]
    Senior,
}

impl Stage {
    /// Every stage, from the youngest on, by the name it is configured with.
    pub const NAMED: [(&str, Self); 6] = [
        ("pregnancy", Self::Pregnancy),
        ("age-0-3", Self::Age0To3),
        ("age-3-6", Self::Age3To6),
        ("primary", Self::Primary),
        ("junior", Self::Junior),
        ("senior", Self::Senior),
    ];

    /// The name it is configured with, which the database keeps too.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::NAMED.iter().find(|(_, stage)| *stage == self).map_or("", |(word, _)| *word)
    }

    /// The stage of a [`Stage::word`].
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(known, _)| *known == word).map(|(_, stage)| *stage)
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> Text {
        match self {
            Self::Pregnancy => say::stage_pregnancy(),
            Self::Age0To3 => say::stage_age_0_3(),
            Self::Age3To6 => say::stage_age_3_6(),
            Self::Primary => say::stage_primary(),
            Self::Junior => say::stage_junior(),
            Self::Senior => say::stage_senior(),
        }
    }
}

/// The class of course a lesson counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CourseClass {
    /// Ideas everybody should know.
    General,
    /// The required course.
    Basic,
    /// Assigned in private.
    Custom,
    /// Self-study.
    Online,
}

impl CourseClass {
    /// Every class by the name it is configured with.
    pub const NAMED: [(&str, Self); 4] = [
        ("general", Self::General),
        ("basic", Self::Basic),
        ("custom", Self::Custom),
        ("online", Self::Online),
    ];
}

/// One lesson.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Its id; also the name of its files.
    pub id: String,
    /// Whom it is about.
    pub stage: Stage,
    /// What it counts for.
    pub class: CourseClass,
    /// How long reading and trying takes.
    pub minutes: u32,
    /// Its words in each language; at least one.
    pub texts: BTreeMap<Language, LessonText>,
}

/// A lesson's words in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonText {
    /// The title.
    pub title: String,
    /// What it says.
    pub body: Styled,
    /// What it rests on.
    pub sources: Vec<String>,
    /// The one thing to try at home.
    pub try_at_home: String,
    /// The quiz, 3–5 questions.
    pub quiz: Vec<Question>,
}

/// A question of a lesson's quiz.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The question, at most 300 UTF-16 units.
    pub question: String,
    /// 2–10 options of at most 100 UTF-16 units each.
    pub options: Vec<String>,
    /// Zero-based right option.
    pub correct: usize,
    /// Why, at most 200 UTF-16 units with at most two line feeds.
    pub explanation: String,
}

impl Lesson {
    /// The words for a reader: in their language, else in whatever language there is.
    #[must_use]
    pub fn text(&self, language: Language) -> Option<&LessonText> {
        self.texts.get(&language).or_else(|| self.texts.values().next())
    }
}
