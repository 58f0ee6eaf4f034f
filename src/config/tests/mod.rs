//! Purpose: each mistake a school can make is found at its place; a table of bad files says which.

mod broadcasts;
mod calendar;
mod damage;
mod files;
mod lessons;
mod report;
mod settings;
mod shapes;
mod tokens;

use super::files::Files;
use super::problem::Findings;
use super::{Config, Problem};

/// The least that is a configuration.
const SCHOOL: &str = r#"time_zone = "Asia/Shanghai"
language = "zh-CN"
name.zh-CN = "示范小学"
"#;

/// The rule set that comes with the program.
const POINTS: &str = include_str!("../../../bot-config/points.toml");

/// Reads files given as texts; a school and its rules are there unless given.
fn load(texts: &[(&str, &str)]) -> Result<Config, Vec<Problem>> {
    let mut all = vec![("school.toml", SCHOOL), ("points.toml", POINTS), ("moderation.toml", "")];
    all.retain(|(path, _)| !texts.iter().any(|(given, _)| given == path));
    all.extend_from_slice(texts);
    Config::of(&Files::of(&all), Findings::default())
}

/// The problems of files, each as place and key; the folder is left out.
fn problems(texts: &[(&str, &str)]) -> Vec<String> {
    let problems = load(texts).expect_err("the files are wrong");
    problems.iter().map(|problem| problem.to_string().replace("bot-config/", "")).collect()
}
