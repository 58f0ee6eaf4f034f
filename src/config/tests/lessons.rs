//! Purpose: lesson files, and the schedules that name them.

use super::super::Config;
use super::{load, problems};
use crate::course::{CourseClass, Stage};
use crate::i18n::Language;

/// A right lesson; tests replace a part of it.
const LESSON: &str = r#"+++
id = "a-b"
title = "标题"
stage = "primary"
class = "basic"
minutes = 4
sources = ["依据"]
try_at_home = "试一试"

[[quiz]]
question = "一？"
options = ["甲", "乙"]
answer = 1
explanation = "因为"

[[quiz]]
question = "二？"
options = ["甲", "乙", "丙"]
answer = 3
explanation = "因为"

[[quiz]]
question = "三？"
options = ["甲", "乙"]
answer = 2
explanation = "因为"
+++
正文，**要紧**。
"#;

const PATH: &str = "lessons/primary/a-b.zh-CN.md";

fn lesson_problems(text: &str) -> Vec<String> {
    let found = problems(&[(PATH, text)]);
    found.iter().map(|problem| problem.replace(&format!("{PATH}:"), "")).collect()
}

#[test]
fn a_lesson_is_read_as_written() {
    let english = LESSON.replace("标题", "Title").replace("正文，**要紧**。", "Body.");
    let texts = [
        (PATH, LESSON.replace('\n', "\r\n")),
        ("lessons/a-b.en.md", english),
        ("lessons/README.md", String::from("# notes")),
    ];
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let config = load(&texts).unwrap();
    assert_eq!(config.lessons.lessons.len(), 1);
    let lesson = &config.lessons.lessons["a-b"];
    assert_eq!((lesson.stage, lesson.class, lesson.minutes), (Stage::Primary, CourseClass::Basic, 4));
    let text = &lesson.texts[&Language::Chinese];
    assert_eq!((text.title.as_str(), text.body.text.as_str()), ("标题", "正文，要紧。"));
    assert_eq!(text.body.spans.len(), 1);
    assert_eq!((text.quiz.len(), text.quiz[1].options.len(), text.quiz[1].correct), (3, 3, 2));
    assert_eq!(lesson.texts[&Language::English].title, "Title");
}

#[test]
fn mistakes_in_a_lesson_are_found_at_their_place() {
    let long = |letters: usize| "长".repeat(letters);
    for (from, to, expected) in [
        ("id = \"a-b\"", "id = \"a-c\"", &["2:6: config-lesson-id"][..]),
        ("id = \"a-b\"\n", "", &["2:1: config-missing-key"]),
        ("\"primary\"", "\"primery\"", &["4:9: config-unknown-word-near"]),
        ("\"basic\"", "\"x\"", &["5:9: config-unknown-word"]),
        ("minutes = 4", "minutes = 0", &["6:11: config-out-of-range"]),
        ("minutes = 4", "minutes = \"4\"", &["6:11: config-wrong-kind"]),
        ("minutes", "minuets", &["2:1: config-missing-key", "6:1: config-unknown-key-near"]),
        ("[\"依据\"]", "\"依据\"", &["7:11: config-wrong-kind"]),
        ("\"试一试\"", "“试一试”", &["8:15: config-chinese-punctuation"]),
        ("answer = 1", "answer = 3", &["13:10: config-out-of-range"]),
        ("answer = 1", "answer = 0", &["13:10: config-out-of-range"]),
        ("[\"甲\", \"乙\"]\nanswer = 1", "[\"甲\", \"甲\"]\nanswer = 1", &["12:17: config-twice"]),
        ("[\"甲\", \"乙\"]\nanswer = 1", "[\"甲\"]\nanswer = 1", &["12:11: config-list-length"]),
        ("一？", &long(301), &["11:12: config-too-long"]),
        ("\"乙\"]\nanswer = 1", &format!("\"{}\"]\nanswer = 1", long(101)), &["12:17: config-too-long"]),
        ("因为", &long(201), &["14:15: config-too-long", "20:15: config-too-long", "26:15: config-too-long"]),
        (
            "answer = 1\nexplanation = \"因为\"",
            "answer = 1\nexplanation = \"一\\n二\\n三\\n四\"",
            &["14:15: config-line-feeds"],
        ),
        ("\n[[quiz]]\nquestion = \"三？\"", "\n[quiz]\nquestion = \"三？\"", &["22:2: config-duplicate-key"]),
        ("正文，**要紧**。", "# 一\n\n<b>", &["28:1: config-markdown-heading", "30:1: config-markdown-html"]),
        ("正文，**要紧**。", " ", &["28:1: config-lesson-empty"]),
        ("正文，**要紧**。", &long(3_500), &["28:1: config-lesson-too-long"]),
        ("\n+++\n", "\n", &["1:1: config-lesson-head"]),
    ] {
        let text = LESSON.replace(from, to);
        assert_ne!(text, LESSON, "{from}");
        assert_eq!(lesson_problems(&text), expected, "{from} → {}", to.chars().take(40).collect::<String>());
    }
}

#[test]
fn file_names_tell_lesson_and_language() {
    for path in
        ["lessons/a-b.md", "lessons/a-b.zh.md", "lessons/A-b.en.md", "lessons/一.en.md", "lessons/.en.md"]
    {
        assert_eq!(problems(&[(path, LESSON)]), [format!("{path}:1:1: config-lesson-file-name")]);
    }
    let twice = problems(&[(PATH, LESSON), ("lessons/z/a-b.zh-CN.md", LESSON)]);
    assert_eq!(twice, ["lessons/z/a-b.zh-CN.md:1:1: config-lesson-twice"]);
}

#[test]
fn languages_that_disagree_are_found_in_the_later_file() {
    for (from, to, expected) in [
        ("\"primary\"", "\"junior\"", &["4:9: config-lesson-differs"][..]),
        ("minutes = 4", "minutes = 5", &["6:11: config-lesson-differs"]),
        ("[\"依据\"]", "[]", &["7:11: config-lesson-differs"]),
        ("answer = 3", "answer = 1", &["19:10: config-lesson-differs"]),
        (
            "\"乙\", \"丙\"]\nanswer = 3",
            "\"乙\"]\nanswer = 1",
            &["18:11: config-lesson-differs", "19:10: config-lesson-differs"],
        ),
        (
            "[[quiz]]\nquestion = \"一？\"",
            "[[quiz]]\nquestion = \"零？\"\noptions = [\"1\", \"2\"]\nanswer = 2\nexplanation = \"是\"\n[[quiz]]\nquestion = \"一？\"",
            &["10:1: config-lesson-differs"],
        ),
    ] {
        let text = LESSON.replace(from, to);
        let found = problems(&[("lessons/a-b.en.md", LESSON), (PATH, &text)]);
        let expected: Vec<String> = expected.iter().map(|problem| format!("{PATH}:{problem}")).collect();
        assert_eq!(found, expected, "{from}");
    }
}

#[test]
fn mistakes_in_schedules_are_found_at_their_place() {
    let head = "[[schedule]]\nname = \"晚\"\ncron = \"30 19 * * Mon\"\n";
    for (text, expected) in [
        ("[[schedule]]", &["1:1: config-missing-key", "1:1: config-missing-key"][..]),
        ("[schedule]\nname = \"晚\"", &["1:1: config-wrong-kind"]),
        (&format!("{head}stage = \"junior\""), &["4:9: config-stage-without-lessons"]),
        (&format!("{head}stage = \"junor\""), &["4:9: config-unknown-word-near"]),
        (
            &format!("{head}lessons = [\"a-b\", \"a-bb\", \"sleep\", \"a-b\"]"),
            &["4:19: config-unknown-lesson-near", "4:27: config-unknown-lesson", "4:36: config-twice"],
        ),
        (&format!("{head}stage = \"primary\"\nlessons = [\"a-b\"]"), &["5:11: config-stage-or-lessons"]),
        (
            &format!("{head}late_max_hours = 169\nquiz_open_hours = 1000"),
            &["4:18: config-out-of-range", "5:19: config-out-of-range"],
        ),
        (&format!("{head}groups = [7, -7, -7]"), &["4:11: config-group-id", "4:18: config-twice"]),
        (&format!("{head}term = \"秋季\""), &["4:8: config-unknown-term"]),
        (&format!("{head}catch_up = \"none\""), &["4:12: config-only-with-term"]),
        (
            &format!("{head}term = \"秋季\"\ncatch_up = \"all\""),
            &["4:8: config-unknown-term", "5:12: config-unknown-word"],
        ),
        (&format!("{head}{head}"), &["5:8: config-twice"]),
        (&head.replace("30 19", "19:30"), &["3:8: config-cron-fields"]),
        (&head.replace("30 19", "30 25"), &["3:8: config-cron-field"]),
        (&head.replace("* * Mon", "1 * Mon"), &["3:8: config-cron-two-days"]),
        (&head.replace("30 19 * * Mon", "0 30 19 * * 1"), &["3:8: config-cron-weekday-number"]),
        (&head.replace("* * Mon", "30 2 *"), &["3:8: config-cron-never"]),
        (&head.replace("30 19", &"1,".repeat(200)), &["3:8: config-cron-too-long"]),
    ] {
        let found = problems(&[(PATH, LESSON), ("schedules.toml", text)]);
        let expected: Vec<String> =
            expected.iter().map(|problem| format!("schedules.toml:{problem}")).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn how_late_a_schedule_may_be_is_its_own_or_else_the_schools() {
    let late = |schedule: &str, broadcasts: &str| {
        let text = format!("[[schedule]]\nname = \"晚\"\ncron = \"30 19 * * Mon\"\n{schedule}");
        let files = [(PATH, LESSON), ("schedules.toml", text.as_str()), ("broadcasts.toml", broadcasts)];
        load(&files).unwrap().schedules[0].late_max
    };
    let (hours, school) = (std::time::Duration::from_hours, "late_max_hours = 24");
    assert_eq!(late("", ""), hours(3));
    assert_eq!(late("", school), hours(24));
    assert_eq!(late("late_max_hours = 12", school), hours(12));
    assert_eq!(late("late_max_hours = 0", school), std::time::Duration::from_mins(10));
}

#[test]
fn a_schedule_without_any_lesson_has_nothing_to_push() {
    let schedule = "[[schedule]]\nname = \"晚\"\ncron = \"30 19 * * Mon\"\n";
    assert_eq!(problems(&[("schedules.toml", schedule)]), ["schedules.toml:1:1: config-no-lessons"]);
    let config = load(&[("schedules.toml", schedule), (PATH, LESSON)]).unwrap();
    assert_eq!(config.schedules.len(), 1);
}

#[test]
fn a_lesson_that_cannot_be_read_is_not_called_unknown_too() {
    let schedule = "[[schedule]]\nname = \"晚\"\ncron = \"30 19 * * Mon\"\nlessons = [\"a-b\"]\n";
    let found = problems(&[("schedules.toml", schedule), (PATH, "正文")]);
    assert_eq!(found, [format!("{PATH}:1:1: config-lesson-head")]);
}

#[test]
fn the_starter_configuration_is_right_in_the_program_and_on_the_disk() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("bot-config");
    for config in [Config::starter(), Config::load(&folder)] {
        let config = config.unwrap_or_else(|problems| {
            panic!("{}", problems.iter().map(|one| one.render(Language::English) + "\n").collect::<String>())
        });
        assert_eq!(config.lessons.lessons.len(), 14);
        assert_eq!(config.school.name(Language::English), "Demo Primary School");
        let names: Vec<&str> = config.schedules.iter().map(|schedule| schedule.name.as_str()).collect();
        let wanted = ["primary-evening", "junior-saturday", "kindergarten-tuesday", "toddler-sunday"];
        assert_eq!(names, wanted);
        let courses: Vec<_> =
            config.schedules.iter().flat_map(|schedule| schedule.course(&config.lessons)).collect();
        assert_eq!(courses.len(), 14, "each lesson is in one schedule");
        for lesson in config.lessons.lessons.values() {
            assert_eq!(lesson.texts.len(), 2, "{}", lesson.id);
        }
    }
}
