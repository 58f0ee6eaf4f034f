//! Purpose: where a bot's token is, and that no problem repeats what is written there.

use super::super::TokenPlace;
use super::{load, problems};
use crate::i18n::Language;

/// What @BotFather hands out.
const TOKEN: &str = "123456789:AAE-letters_and_digits0123456789abc";

fn place(text: &str) -> Option<TokenPlace> {
    load(&[("bot.toml", text)]).unwrap().bot.token
}

#[test]
fn a_token_is_in_a_variable_or_a_file_or_where_the_environment_says() {
    assert_eq!(place(""), None);
    let variable = place("[token]\nvariable = \"NORTH_2\"");
    assert_eq!(variable, Some(TokenPlace::Variable("NORTH_2".to_owned())));
    assert_eq!(place("token.file = \"token\""), Some(TokenPlace::File("bot-config/token".into())));
    let absolute = place("[token]\nfile = \"/run/credentials/homeroom.service/north\"");
    assert_eq!(absolute, Some(TokenPlace::File("/run/credentials/homeroom.service/north".into())));
}

#[test]
fn mistakes_in_the_tokens_place_are_found_there() {
    for (text, expected) in [
        ("[token]", &["1:1: config-missing-key"][..]),
        ("[token]\nfile = \"a\"\nvariable = \"B\"", &["3:12: config-token-once"]),
        ("[token]\nvariable = \"1NORTH\"", &["2:12: config-token-variable"]),
        ("[token]\nvariable = \"north token\"", &["2:12: config-token-variable"]),
        ("[token]\nvariable = \"\"", &["2:12: config-empty"]),
        ("[token]\nfile = 7", &["2:8: config-wrong-kind"]),
        ("[token]\nvalue = \"x\"", &["1:1: config-missing-key", "2:1: config-unknown-key"]),
    ] {
        let found = problems(&[("bot.toml", text)]);
        let expected: Vec<String> = expected.iter().map(|problem| format!("bot.toml:{problem}")).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_token_written_into_the_file_is_refused_and_not_repeated() {
    for text in [
        format!("token = \"{TOKEN}\""),
        format!("token = {TOKEN}"),
        format!("[token]\nvariable = \"{TOKEN}\""),
        format!("[token]\nfile = \"{TOKEN}\""),
        format!("[token]\ntoken = \"{TOKEN}\""),
        format!("[token]\n\"{TOKEN}\""),
    ] {
        let found = load(&[("bot.toml", &text)]).unwrap_err();
        for problem in &found {
            for language in Language::ALL {
                let said = problem.render(language);
                assert!(!said.contains("AAE-letters"), "{said}");
            }
        }
    }
}
