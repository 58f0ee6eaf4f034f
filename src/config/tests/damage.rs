//! Purpose: whatever is damaged in a file, reading it ends with a configuration or with problems that have a place.

use proptest::prelude::*;

use super::super::Config;
use super::super::files::Files;
use super::super::problem::Findings;
use crate::i18n::Language;

const LESSON: &str = "lessons/primary/primary-sleep.zh-CN.md";
const TEXTS: [(&str, &str); 6] = [
    ("school.toml", include_str!("../../../bot-config/school.toml")),
    ("bot.toml", include_str!("../../../bot-config/bot.toml")),
    ("points.toml", super::POINTS),
    (
        "moderation.toml",
        "[rule.R3]\nkeywords = [\"加微信\"]\npatterns = ['\\d{6,9}']\n[ladder]\nwarnings = 3\n",
    ),
    ("schedules.toml", "[[schedule]]\nname = \"晚\"\ncron = \"30 19 * * Mon\"\nstage = \"primary\"\n"),
    (LESSON, include_str!("../../../bot-config/lessons/primary/primary-sleep.zh-CN.md")),
];

/// A file, where in it (in thousandths), how many characters are taken out, and what is put there.
fn damages() -> impl Strategy<Value = (usize, usize, usize, String)> {
    (0..TEXTS.len(), 0..=1_000_usize, 0..12_usize, "[a0=\"'\\[\\]{}.,#+\n\r\\\\*_é中😀 -]{0,6}")
}

proptest! {
    #[test]
    fn damaged_files_are_refused_at_a_place_within_them(damages in proptest::collection::vec(damages(), 1..4)) {
        let mut texts: Vec<(&str, String)> =
            TEXTS.iter().map(|(path, text)| (*path, (*text).to_owned())).collect();
        for (file, at, taken, put) in damages {
            let letters: Vec<char> = texts[file].1.chars().collect();
            let at = letters.len() * at / 1_000;
            let after = letters.iter().skip(at + taken);
            texts[file].1 = letters[..at].iter().chain(put.chars().collect::<Vec<_>>().iter()).chain(after).collect();
        }
        let given: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        if let Err(problems) = Config::of(&Files::of(&given), Findings::default()) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                let path = problem.file.trim_start_matches("bot-config/");
                let text = &texts.iter().find(|(known, _)| *known == path).unwrap().1;
                let line = text.split('\n').nth(problem.line - 1);
                prop_assert!(line.is_some_and(|line| problem.column <= line.chars().count() + 1), "{problem}");
                for language in Language::ALL {
                    prop_assert_ne!(language.render(&problem.text), problem.text.key());
                }
            }
        }
    }
}
