//! Purpose: files whose shape is a type of another feature, read by serde.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::problem::{Findings, Source};
use super::super::reader::Page;
use super::problems;
use crate::i18n::say;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    version: String,
    #[serde(default)]
    acts: BTreeMap<String, Act>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    points: u32,
}

fn read(text: &str) -> (Option<Shape>, Vec<String>) {
    let findings = Findings::default();
    let shape = Page::new(Source { findings: &findings, file: "x.toml", text }).read_serde(Ok);
    (shape, findings.into_problems().iter().map(ToString::to_string).collect())
}

#[test]
fn the_shape_is_checked_at_its_place() {
    for (text, expected) in [
        ("", "1:1: config-missing-key"),
        ("version = 1", "1:11: config-not-as-expected"),
        ("version = \"1\"\n[acts.quiz]\npionts = 3", "3:1: config-unknown-key-near"),
        ("version = \"1\"\n[acts.quiz]\npoints = -3", "3:10: config-not-as-expected"),
        ("version = \"1\"\n[acts.quiz]", "2:1: config-missing-key"),
        ("version = \"1\"\nversion = \"2\"", "2:1: config-duplicate-key"),
    ] {
        assert_eq!(read(text).1, [format!("x.toml:{expected}")], "{text}");
    }
    let (shape, problems) = read("version = \"1\"\n[acts.quiz]\npoints = 3");
    let shape = shape.unwrap();
    assert_eq!((shape.version.as_str(), shape.acts["quiz"].points, problems.len()), ("1", 3, 0));
}

#[test]
fn a_check_of_ones_own_finds_its_place_by_keys() {
    let findings = Findings::default();
    let text = "version = \"1\"\n[acts.quiz]\npoints = 3\n[[stars]]\npoints = 1\n[[stars]]\npoints = [4, 5]";
    let page = Page::new(Source { findings: &findings, file: "x.toml", text });
    let keys = [
        &["version"][..],
        &["acts", "quiz", "points"],
        &["acts", "quiz", "day"],
        &["stars", "1", "points", "1"],
        &["together"],
        &[],
    ];
    let wrong = |keys: &[&str]| (keys.iter().map(ToString::to_string).collect(), say::config_empty("x"));
    let made = page.read_serde(|_: toml::Table| Err::<(), _>(keys.into_iter().map(wrong).collect()));
    assert!(made.is_none());
    let mut places: Vec<_> = findings.into_problems().iter().map(|one| (one.line, one.column)).collect();
    places.dedup();
    assert_eq!(places, [(1, 1), (1, 11), (2, 1), (3, 10), (7, 14)]);
}

#[test]
fn the_rules_of_points_and_groups_are_checked_at_their_place() {
    let pack =
        "[rule.R3]\nkeywords = [\"加微信\", \"加\"]\ntogether = [[\"none\"]]\n[ladder]\nwarnings = 0\n";
    assert_eq!(
        problems(&[("moderation.toml", pack)]),
        [
            "moderation.toml:2:20: config-rule-short",
            "moderation.toml:3:13: config-rule-signal",
            "moderation.toml:5:12: config-out-of-range",
        ]
    );
    assert_eq!(
        problems(&[("moderation.toml", "[ladder]\nwarning = 3")]),
        ["moderation.toml:2:1: config-unknown-key-near"]
    );
    let points = super::POINTS.replace("day = 20", "day = 0");
    assert_eq!(problems(&[("points.toml", &points)]), ["points.toml:14:7: points-problem-range"]);
}
