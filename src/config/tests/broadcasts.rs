//! Purpose: broadcasts.toml.

use std::time::Duration;

use super::super::{Broadcasts, Config};
use super::{load, problems};
use crate::i18n::Language;

#[test]
fn what_comes_with_the_program_is_the_default_but_for_the_topics() {
    let starter = Config::starter().unwrap().broadcasts;
    assert_eq!(Broadcasts { topics: Vec::new(), ..starter.clone() }, Broadcasts::default());
    assert_eq!(starter.topics.len(), 4);
    for topic in &starter.topics {
        assert_eq!(topic.names.len(), 2, "{}", topic.id);
    }
    let copied: Vec<&str> = starter
        .topics
        .iter()
        .filter(|topic| topic.private_copies)
        .map(|topic| topic.name(Language::Chinese))
        .collect();
    assert_eq!(copied, ["安全与健康", "到校和放学"]);
    assert_eq!(load(&[]).unwrap().broadcasts, Broadcasts::default());
}

#[test]
fn what_is_written_is_what_is_read() {
    let text = "late_max_hours = 12\nat_most_every_minutes = 90\ncount_every_seconds = 60\nreminders_a_day = 2\nfile_megabytes_max = 20\n\
                parts_max = 3\n[[topics]]\nid = \"lunch-2\"\nname = { zh-CN = \" 午餐 \" }\nprivate_copies = true\n";
    let read = load(&[("broadcasts.toml", text)]).unwrap().broadcasts;
    assert_eq!(read.late_max, Duration::from_hours(12));
    assert_eq!(read.apart_min, Duration::from_mins(90));
    assert_eq!(read.count_every, Duration::from_mins(1));
    assert_eq!((read.reminders_a_day, read.file_bytes_max, read.parts_max), (2, 20 * 1024 * 1024, 3));
    let topic = read.topic("lunch-2").unwrap();
    assert!(topic.private_copies);
    assert_eq!((topic.name(Language::Chinese), topic.name(Language::English)), ("午餐", "午餐"));
    assert_eq!(read.topic(""), None);
}

#[test]
fn not_late_at_all_still_leaves_the_time_of_a_restart() {
    let read = load(&[("broadcasts.toml", "late_max_hours = 0")]).unwrap().broadcasts;
    assert_eq!(read.late_max, Duration::from_mins(10));
}

#[test]
fn zero_minutes_are_no_limit() {
    let read = load(&[("broadcasts.toml", "at_most_every_minutes = 0")]).unwrap().broadcasts;
    assert_eq!(read.apart_min, Duration::ZERO);
}

#[test]
fn mistakes_are_found_at_their_place() {
    for (text, expected) in [
        ("late_max_hours = 169", &["1:18: config-out-of-range"][..]),
        (
            "count_every_seconds = 4\nreminders_a_day = 6",
            &["1:23: config-out-of-range", "2:19: config-out-of-range"],
        ),
        ("at_most_every_minutes = 721", &["1:25: config-out-of-range"]),
        ("at_most_every_minutes = \"1h\"", &["1:25: config-wrong-kind"]),
        ("file_megabytes_max = 50.5", &["1:22: config-wrong-kind"]),
        ("parts_max = 11\nparts = 3", &["1:13: config-out-of-range", "2:1: config-unknown-key-near"]),
        ("topics = 3", &["1:10: config-wrong-kind"]),
        ("[[topics]]", &["1:1: config-missing-key", "1:1: config-missing-key"]),
        ("[[topics]]\nid = \"Lunch\"\nname.zh-CN = \"午餐\"", &["2:6: config-topic-id"]),
        ("[[topics]]\nid = \"a\"\nname.en = \"A\"", &["3:1: config-missing-key"]),
        (
            "[[topics]]\nid = \"a\"\nname.zh-CN = \"甲\"\n[[topics]]\nid = \"a\"\nname.zh-CN = \"乙\"\nprivate = true",
            &["5:6: config-twice", "7:1: config-unknown-key-near"],
        ),
        (
            "[[topics]]\nid = \"a\"\nname.zh-CN = \"一二三四五六七八九十一二三四五六七八九十一\"\nprivate_copies = 1",
            &["3:14: config-too-long", "4:18: config-wrong-kind"],
        ),
    ] {
        let found = problems(&[("broadcasts.toml", text)]);
        let expected: Vec<String> =
            expected.iter().map(|problem| format!("broadcasts.toml:{problem}")).collect();
        assert_eq!(found, expected, "{text}");
    }
    let many = (0..13).map(|number| format!("[[topics]]\nid = \"t{number}\"\nname.zh-CN = \"甲\"\n"));
    let many: Vec<String> = many.collect();
    assert_eq!(problems(&[("broadcasts.toml", &many.concat())]), ["broadcasts.toml:1:1: config-list-length"]);
}
