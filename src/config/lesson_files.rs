//! Purpose: `lessons/**/ID.LANGUAGE.md`: the course, one file for each lesson and language.
//!
//! Invariant: a catalogue has only lessons whose languages agree in everything but words.

use std::collections::BTreeMap;
use std::ops::Range;

use super::LANGUAGES;
use super::files::Files;
use super::item::Item;
use super::lesson_quiz;
use super::problem::{Findings, Source};
use super::reader::{Page, Table};
use crate::course::markdown::{self, Unshown};
use crate::course::{Catalogue, CourseClass, Lesson, LessonText, Stage};
use crate::i18n::{Language, Text, say};
use crate::text::units;

/// What a card may say: Telegram's 4,096 UTF-16 units, less what the product writes around a lesson.
const CARD_UNITS_MAX: usize = 3_500;
const TITLE_UNITS_MAX: usize = 100;
const SOURCES_MAX: usize = 10;
/// An id is part of keys in the database.
const ID_LETTERS_MAX: usize = 60;
/// A lesson is read in a chat, at most within two lesson-hours of 40 minutes.
const MINUTES_MAX: u32 = 80;

/// The course as far as it could be read.
#[derive(Default)]
pub(super) struct Course {
    /// The lessons that are right.
    pub(super) catalogue: Catalogue,
    /// The ids of all lessons there are, right or not, with the stage if it could be read.
    pub(super) known: BTreeMap<String, Option<Stage>>,
}

/// One file as far as it could be read.
#[derive(Default)]
struct Draft {
    facts: Vec<Fact>,
    stage: Option<Stage>,
    class: Option<CourseClass>,
    minutes: Option<u32>,
    text: Option<LessonText>,
}

/// Something that all languages of a lesson must agree on.
pub(super) struct Fact {
    /// The key it is written under.
    pub(super) key: &'static str,
    /// Where, as a byte of the file.
    pub(super) byte: usize,
    /// What, to be compared and quoted; nothing if it could not be read.
    pub(super) value: Option<String>,
}

impl Fact {
    /// What is written under a key, as read.
    pub(super) fn of(key: &'static str, item: Option<&Item<'_>>, value: Option<String>) -> Self {
        Self { key, byte: item.map_or(0, Item::byte), value }
    }
}

/// Reads every lesson.
pub(super) fn read(files: &Files, findings: &Findings) -> Course {
    let mut lessons: BTreeMap<&str, BTreeMap<Language, (String, Draft)>> = BTreeMap::new();
    for path in files.lessons() {
        let file = files.name(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        if name.eq_ignore_ascii_case("readme.md") {
            continue;
        }
        let Some((id, language)) = parse_name(name) else {
            findings.note_file(file, say::config_lesson_file_name());
            continue;
        };
        let languages = lessons.entry(id).or_default();
        let Some(text) = files.text(path) else { continue };
        if let Some((other, _)) = languages.get(&language) {
            findings.note_file(file, say::config_lesson_twice(other));
            continue;
        }
        let source = Source { findings, file: &file, text };
        let draft = read_file(source, id);
        if let Some((other, first)) = languages.values().next() {
            compare(source, &draft.facts, other, &first.facts);
        }
        languages.insert(language, (file, draft));
    }
    let mut course = Course::default();
    for (id, languages) in lessons {
        let stage = languages.values().find_map(|(_, draft)| draft.stage);
        course.known.insert(id.to_owned(), stage);
        course.catalogue.lessons.extend(assemble(id, languages).map(|lesson| (id.to_owned(), lesson)));
    }
    course
}

/// `primary-sleep.zh-CN.md` as id and language.
fn parse_name(name: &str) -> Option<(&str, Language)> {
    let (id, tag) = name.strip_suffix(".md")?.rsplit_once('.')?;
    let (_, language) = LANGUAGES.into_iter().find(|(known, _)| *known == tag)?;
    let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    (!id.is_empty() && id.len() <= ID_LETTERS_MAX && id.chars().all(letters)).then_some((id, language))
}

/// The bytes of the TOML part and where the words begin: TOML stands between two lines of `+++`.
fn split(text: &str) -> Option<(Range<usize>, usize)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == "+++")?;
    let mut at = first.len();
    for line in lines {
        if line.trim_end() == "+++" {
            return Some((first.len()..at, at + line.len()));
        }
        at += line.len();
    }
    None
}

fn read_file(source: Source<'_>, id: &str) -> Draft {
    let Some((section, words)) = split(source.text) else {
        source.note(0, say::config_lesson_head());
        return Draft::default();
    };
    let page = Page::part(source, section);
    let mut root = page.root();
    if let Some(item) = root.need("id")
        && item.text().is_some_and(|written| written != id)
    {
        item.note(say::config_lesson_id(id));
    }
    let mut facts = Vec::new();
    let stage = named(&mut root, "stage", &Stage::NAMED, &mut facts);
    let class = named(&mut root, "class", &CourseClass::NAMED, &mut facts);
    let item = root.need("minutes");
    let minutes = item.as_ref().and_then(|item| item.count(1..=MINUTES_MAX));
    facts.push(Fact::of("minutes", item.as_ref(), minutes.map(|minutes| minutes.to_string())));
    let text = read_text(source, &mut root, words, &mut facts);
    root.finish();
    Draft { facts, stage, class, minutes, text }
}

/// The words in one language; `words` is where the Markdown begins.
fn read_text(
    source: Source<'_>,
    root: &mut Table<'_>,
    words: usize,
    facts: &mut Vec<Fact>,
) -> Option<LessonText> {
    let title = root.need("title").and_then(|item| item.words(TITLE_UNITS_MAX));
    let try_at_home = root.need("try_at_home").and_then(|item| item.words(CARD_UNITS_MAX));
    let item = root.get("sources");
    let sources = match &item {
        Some(item) => item.distinct(0..=SOURCES_MAX, |source| source.words(CARD_UNITS_MAX)),
        None => Some(Vec::new()),
    };
    facts.push(Fact::of("sources", item.as_ref(), sources.as_ref().map(|list| list.len().to_string())));
    let quiz = lesson_quiz::read(root, facts);
    let (body, unshown) = markdown::read(source.text.get(words..).unwrap_or_default());
    if body.text.trim().is_empty() && unshown.is_empty() {
        source.note(words, say::config_lesson_empty());
    }
    for (at, what) in unshown {
        source.note(words + at, unshown_problem(what));
    }
    let text = LessonText { title: title?, body, sources: sources?, try_at_home: try_at_home?, quiz: quiz? };
    let parts = [&text.title, &text.body.text, &text.try_at_home].into_iter().chain(&text.sources);
    let length: usize = parts.map(|part| units(part)).sum();
    if length > CARD_UNITS_MAX {
        source.note(words, say::config_lesson_too_long(length, CARD_UNITS_MAX));
    }
    Some(text)
}

/// A word that is known here, kept as a fact.
fn named<T: Copy>(
    root: &mut Table<'_>,
    key: &'static str,
    known: &[(&str, T)],
    facts: &mut Vec<Fact>,
) -> Option<T> {
    let item = root.need(key);
    let value = item.as_ref().and_then(|item| item.one_of(known));
    let written = item.as_ref().filter(|_| value.is_some()).and_then(Item::text);
    facts.push(Fact::of(key, item.as_ref(), written.map(str::to_owned)));
    value
}

/// Notes where a language says something else than another one. After a different number of questions nothing more:
/// the rest is shifted.
fn compare(source: Source<'_>, facts: &[Fact], other: &str, of_other: &[Fact]) {
    for (here, there) in facts.iter().zip(of_other) {
        let (Some(value), Some(value_there)) = (&here.value, &there.value) else { continue };
        if value != value_there {
            source.note(here.byte, say::config_lesson_differs(value, here.key, other, value_there));
            if here.key == "quiz" {
                return;
            }
        }
    }
}

fn assemble(id: &str, languages: BTreeMap<Language, (String, Draft)>) -> Option<Lesson> {
    let (_, first) = languages.values().next()?;
    let (stage, class, minutes) = (first.stage?, first.class?, first.minutes?);
    let texts = languages
        .into_iter()
        .map(|(language, (_, draft))| Some((language, draft.text?)))
        .collect::<Option<BTreeMap<_, _>>>()?;
    Some(Lesson { id: id.to_owned(), stage, class, minutes, texts })
}

/// What a chat can't show, for people.
fn unshown_problem(what: Unshown) -> Text {
    match what {
        Unshown::Heading => say::config_markdown_heading(),
        Unshown::Picture => say::config_markdown_picture(),
        Unshown::Table => say::config_markdown_table(),
        Unshown::Html => say::config_markdown_html(),
        Unshown::CodeBlock => say::config_markdown_code_block(),
        Unshown::Quotation => say::config_markdown_quotation(),
        Unshown::Rule => say::config_markdown_rule(),
        Unshown::NestedList => say::config_markdown_nested_list(),
        Unshown::Other => say::config_markdown_other(),
        Unshown::LinkTarget => say::config_markdown_link(),
        Unshown::LooseStars => say::config_markdown_stars(),
    }
}
