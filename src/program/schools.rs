//! Purpose: the schools of one program: their folders, what each is called, their configurations and tokens.
//!
//! Invariants: every problem of every school is said at once, and one school with a problem means none is taken over.
//! No token is ever part of what is said.

use std::collections::HashSet;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::variable;
use crate::channel::telegram::Token;
use crate::cli::Folders;
use crate::clock::{Clock, Millis};
use crate::config::{self, Config, LogFormat, TokenPlace};
use crate::i18n::{Language, Text, say};

/// What makes a folder a school's.
const SCHOOL_FILE: &str = "school.toml";

/// A school of the program.
pub(super) struct School {
    /// What it is called among the others.
    pub(super) name: String,
    /// Its configuration.
    pub(super) config: Arc<Config>,
}

/// The folders of the schools that were asked for, those within a folder in the order of their names.
pub(super) fn folders(asked: &Folders) -> Result<Vec<PathBuf>, Text> {
    let mut found = asked.schools.clone();
    for parent in &asked.parents {
        let shown = parent.display().to_string();
        let within =
            within(parent).map_err(|error| say::program_schools_unreadable(error.to_string(), &shown))?;
        if within.is_empty() {
            return Err(say::program_schools_none(&shown));
        }
        found.extend(within);
    }
    let mut known = HashSet::new();
    for folder in &found {
        // One that isn't there is complained about when it is read.
        let same = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        if !known.insert(same) {
            return Err(say::program_school_twice(folder.display().to_string()));
        }
    }
    Ok(found)
}

fn within(parent: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(parent)? {
        let entry = entry?;
        // Mounted configurations have hidden folders beside the shown ones.
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !is_hidden && entry.path().join(SCHOOL_FILE).exists() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// What the schools of these folders are called: the end of the folder's path, as long as is needed to tell them apart.
fn names(folders: &[PathBuf]) -> Vec<String> {
    let paths: Vec<Vec<String>> = folders.iter().map(|folder| parts(folder)).collect();
    let longest = paths.iter().map(Vec::len).max().unwrap_or(1);
    let ends = |count: usize| -> Vec<String> {
        paths.iter().map(|path| path[path.len().saturating_sub(count)..].join("/")).collect()
    };
    let differ = |names: &Vec<String>| names.iter().collect::<HashSet<_>>().len() == names.len();
    (1..longest).map(ends).find(differ).unwrap_or_else(|| ends(longest))
}

fn parts(folder: &Path) -> Vec<String> {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let parts = whole.components().filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
}

/// Reads the schools in these folders, or says every problem, each on a line of its own.
pub(super) fn load(folders: &[PathBuf], language: Language) -> Result<Vec<School>, String> {
    let (mut schools, mut problems) = (Vec::new(), Vec::new());
    for (folder, name) in folders.iter().zip(names(folders)) {
        match Config::load(folder) {
            Ok(config) => schools.push(School { name, config: Arc::new(config) }),
            Err(found) => problems.extend(found.iter().map(|problem| problem.render(language))),
        }
    }
    let pairs: Vec<(&str, &Config)> =
        schools.iter().map(|school| (school.name.as_str(), &*school.config)).collect();
    problems.extend(config::clashes(&pairs).iter().map(|clash| language.render(clash)));
    if problems.is_empty() { Ok(schools) } else { Err(problems.join("\n")) }
}

/// Says of the schools in these folders what each will do or every problem. True if they can run together.
pub(super) fn check(folders: &[PathBuf], language: Language, now: Millis) -> (String, bool) {
    let (mut said, mut right) = (Vec::new(), Vec::new());
    for (folder, name) in folders.iter().zip(names(folders)) {
        let (report, config) = config::check(folder, language, now);
        if folders.len() > 1 {
            said.push(language.render(&say::program_school(&name)));
        }
        said.push(report);
        if folders.len() > 1 {
            said.push(String::new());
        }
        right.extend(config.map(|config| (name, config)));
    }
    let pairs: Vec<(&str, &Config)> = right.iter().map(|(name, config)| (name.as_str(), config)).collect();
    let clashes = config::clashes(&pairs);
    said.extend(clashes.iter().map(|clash| language.render(clash)));
    let is_right = right.len() == folders.len() && clashes.is_empty();
    (said.join("\n").trim_end().to_owned(), is_right)
}

/// The schools' tokens in their order, or every reason why there is none.
pub(super) fn tokens(schools: &[School], language: Language) -> Result<Vec<Token>, String> {
    let (mut tokens, mut problems) = (Vec::new(), Vec::new());
    for school in schools {
        match token(&school.config) {
            Ok(token) => tokens.push((school.name.as_str(), token)),
            Err(problem) if schools.len() == 1 => problems.push(problem),
            Err(problem) => problems.push(say::program_of_school(&school.name, problem)),
        }
    }
    for (place, (second, token)) in tokens.iter().enumerate() {
        let same = tokens.iter().take(place).filter(|(_, other)| other.bot() == token.bot());
        problems.extend(same.map(|(first, _)| say::program_token_same(*first, *second)));
    }
    if problems.is_empty() {
        return Ok(tokens.into_iter().map(|(_, token)| token).collect());
    }
    let lines: Vec<String> = problems.iter().map(|problem| language.render(problem)).collect();
    Err(lines.join("\n"))
}

/// A bot's token, from where its configuration says, else from where the environment says.
fn token(config: &Config) -> Result<Token, Text> {
    let written = match &config.bot.token {
        Some(TokenPlace::Variable(name)) => {
            variable(name).ok_or_else(|| say::program_token_variable(name))?
        }
        Some(TokenPlace::File(file)) => in_file(file)?,
        None => match (variable("TELOXIDE_TOKEN"), variable("TELOXIDE_TOKEN_FILE")) {
            (Some(token), _) => token,
            (None, Some(file)) => in_file(Path::new(&file))?,
            (None, None) => return Err(say::program_token_missing()),
        },
    };
    written.trim().parse::<Token>().map_err(|_| say::program_token_shape())
}

fn in_file(file: &Path) -> Result<String, Text> {
    std::fs::read_to_string(file)
        .map_err(|error| say::program_token_file(error.to_string(), file.display().to_string()))
}

/// There is one log: JSON as soon as one of the schools wants that.
pub(super) fn log_format(schools: &[School]) -> LogFormat {
    let formats = schools.iter().map(|school| school.config.bot.log);
    formats.into_iter().find(|format| *format == LogFormat::Json).unwrap_or_default()
}

/// Says in the log what should be done about the schools' calendars.
pub(super) fn warn_of_calendars(schools: &[School]) {
    for School { name, config } in schools {
        let today = config.school_time().today(Clock::system().now());
        for warning in config.calendar.warnings(today) {
            let school = (schools.len() > 1).then_some(name.as_str());
            tracing::warn!(school, %warning, "the school's calendar needs care");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(folders: &[&str]) -> Vec<String> {
        names(&folders.iter().map(PathBuf::from).collect::<Vec<_>>())
    }

    #[test]
    fn a_school_is_called_by_as_much_of_its_path_as_tells_it_apart() {
        assert_eq!(named(&["bot-config"]), ["bot-config"]);
        assert_eq!(named(&["/etc/homeroom/north/", "/etc/homeroom/south"]), ["north", "south"]);
        assert_eq!(named(&["/a/north/conf", "/a/south/conf"]), ["north/conf", "south/conf"]);
        assert_eq!(named(&["/x/conf", "/x/y/conf"]), ["x/conf", "y/conf"]);
        assert_eq!(named(&["/conf", "/x/conf"]), ["conf", "x/conf"]);
    }

    #[test]
    fn folders_within_a_folder_are_schools_if_they_have_a_school() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["south", "north", "notes", ".old"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
            if name != "notes" {
                std::fs::write(folder.path().join(name).join(SCHOOL_FILE), "").unwrap();
            }
        }
        let asked = |schools: &[&Path]| Folders {
            schools: schools.iter().map(|path| path.to_path_buf()).collect(),
            parents: vec![folder.path().to_owned()],
        };
        let found = folders(&asked(&[])).unwrap();
        assert_eq!(found, [folder.path().join("north"), folder.path().join("south")]);
        let twice = folders(&asked(&[&folder.path().join("notes/../north")])).unwrap_err();
        assert_eq!(twice.key(), "program-school-twice");
        let none = Folders { schools: Vec::new(), parents: vec![folder.path().join("notes")] };
        assert_eq!(folders(&none).unwrap_err().key(), "program-schools-none");
        let missing = Folders { schools: Vec::new(), parents: vec![folder.path().join("nowhere")] };
        assert_eq!(folders(&missing).unwrap_err().key(), "program-schools-unreadable");
    }
}
