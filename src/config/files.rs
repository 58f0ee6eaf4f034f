//! Purpose: the texts of a configuration folder, read once and bounded, so that everything after is pure but for a look
//! into a file that the configuration names.
//!
//! Invariant: a file that is there but can't be read is noted here and counts as there: nobody calls it missing.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::calendar_files;
use super::problem::{Findings, Problem, Source, place};
use super::reader::Page;
use crate::i18n::{Text, say};

/// The files at the folder's top.
pub const NAMES: [&str; 6] =
    ["school.toml", "bot.toml", "points.toml", "moderation.toml", "schedules.toml", "broadcasts.toml"];
/// The folder with the course.
pub const LESSONS: &str = "lessons";
/// The folder with holidays and terms.
pub const CALENDAR: &str = "calendar";
/// The folder a school edits.
pub const FOLDER: &str = "bot-config";

/// More is no configuration but the wrong file.
const FILE_KIB_MAX: u32 = 1_024;
const FILE_BYTES_MAX: u64 = FILE_KIB_MAX as u64 * 1_024;
/// Enough for the 48 lesson-hours of each stage in every language, many times.
const FILES_MAX: usize = 5_000;
/// `lessons/stage/theme/…`
const DEPTH_MAX: usize = 4;

/// The configuration that comes with the program: (path within the folder, text).
const STARTER: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/starter.rs"));

/// A folder's texts.
#[derive(Debug, Default)]
pub struct Files {
    /// The folder; relative paths within the configuration start here.
    pub folder: PathBuf,
    /// Texts by path within the folder, with `/`; none where reading failed.
    texts: BTreeMap<String, Option<String>>,
    /// Files that are not read because of their name or place.
    pub ignored: Vec<String>,
    /// False where the texts come with the program: then there is nothing beside them.
    on_disk: bool,
}

impl Files {
    /// Reads a folder; none if there is no such folder. Files whose names begin with a dot are left alone.
    #[must_use]
    pub fn read(folder: &Path, findings: &Findings) -> Option<Self> {
        if !folder.is_dir() {
            findings.note_file(shown(folder), say::config_folder_missing());
            return None;
        }
        let mut files = Self { folder: folder.to_owned(), on_disk: true, ..Self::default() };
        files.read_folder("", 0, findings);
        Some(files)
    }

    /// The configuration that comes with the program.
    #[must_use]
    pub fn starter() -> Self {
        Self::of(STARTER)
    }

    /// Texts by their paths, as if they had been read from `bot-config`.
    #[must_use]
    pub fn of(texts: &[(&str, &str)]) -> Self {
        let texts = texts.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned()))).collect();
        Self { folder: FOLDER.into(), texts, ..Self::default() }
    }

    /// A file's name as problems show it.
    #[must_use]
    pub fn name(&self, path: &str) -> String {
        format!("{}/{path}", shown(&self.folder))
    }

    /// The text of a file; none if it isn't there or could not be read.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path)?.as_deref()
    }

    /// What is in a file that the configuration names, up to the length of a configuration file; none where there is no
    /// disk.
    #[must_use]
    pub fn beside(&self, path: &Path) -> Option<io::Result<Vec<u8>>> {
        self.on_disk.then(|| read_bounded(path))
    }

    /// The paths within the folder of lessons, in order.
    pub fn lessons(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str).filter(|path| path.starts_with("lessons/"))
    }

    /// The paths within the folder of the calendar's years, in order.
    pub fn years(&self) -> impl Iterator<Item = &str> {
        self.texts
            .keys()
            .map(String::as_str)
            .filter(|path| path.starts_with("calendar/") && has_ending(path, "json"))
    }

    /// Hands a TOML file to `read`; none if there is no such file, or none that can be read.
    pub fn page<T>(&self, path: &str, findings: &Findings, read: impl FnOnce(&Page<'_>) -> T) -> Option<T> {
        let text = self.text(path)?;
        Some(read(&Page::new(Source { findings, file: &self.name(path), text })))
    }

    /// Notes the file as missing if it isn't there.
    pub fn need(&self, path: &str, findings: &Findings) {
        if !self.texts.contains_key(path) {
            findings.note_file(self.name(path), say::config_file_missing());
        }
    }

    /// Reads what is in a folder within the folder; `inside` is empty or ends in `/`.
    fn read_folder(&mut self, inside: &str, depth: usize, findings: &Findings) {
        let entries = match std::fs::read_dir(self.folder.join(inside)) {
            Ok(entries) => entries,
            Err(error) => return findings.note_file(self.name(inside), unreadable(&error)),
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
            let path = format!("{inside}{name}");
            if self.texts.len() >= FILES_MAX {
                return findings.note_file(self.name(inside), say::config_too_many_files(FILES_MAX));
            }
            // Links are followed: mounted configurations consist of them.
            let is_folder = entry.path().is_dir();
            let is_lesson = path.starts_with("lessons/");
            let is_calendar = path.starts_with("calendar/");
            let is_known = NAMES.contains(&path.as_str())
                || is_lesson && has_ending(&path, "md")
                || is_calendar && has_ending(&path, "json")
                || path == calendar_files::SCHOOL;
            if is_folder && (path == LESSONS || path == CALENDAR || is_lesson) {
                if depth >= DEPTH_MAX {
                    findings.note_file(self.name(&path), say::config_too_deep(DEPTH_MAX));
                } else {
                    self.read_folder(&format!("{path}/"), depth + 1, findings);
                }
            } else if is_known {
                let text = self.read_file(&path, findings);
                self.texts.insert(path, text);
            } else if is_lesson || is_calendar || has_ending(&path, "toml") {
                self.ignored.push(self.name(&path));
            }
        }
    }

    fn read_file(&self, path: &str, findings: &Findings) -> Option<String> {
        let bytes = match read_bounded(&self.folder.join(path)) {
            Ok(bytes) => bytes,
            Err(error) => {
                findings.note_file(self.name(path), unreadable(&error));
                return None;
            }
        };
        if u64::try_from(bytes.len()).is_ok_and(|length| length > FILE_BYTES_MAX) {
            findings.note_file(self.name(path), say::config_file_too_large(FILE_KIB_MAX));
            return None;
        }
        match String::from_utf8(bytes) {
            // Some editors begin a file with a byte order mark; it is no part of the text.
            Ok(text) => Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
            Err(error) => {
                let right = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes());
                let (line, column) = place(&text, right);
                let text = say::config_not_utf8();
                findings.note(Problem { file: self.name(path), line, column, text });
                None
            }
        }
    }
}

/// A path as problems show it: `/` between folders, none at the end.
fn shown(folder: &Path) -> String {
    folder.display().to_string().replace('\\', "/").trim_end_matches('/').to_owned()
}

fn has_ending(path: &str, ending: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == ending)
}

fn unreadable(error: &io::Error) -> Text {
    say::config_unreadable(error.kind().to_string())
}

/// At most one byte more than the limit, so that a device or a huge file doesn't fill the memory.
fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    use io::Read as _;
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
