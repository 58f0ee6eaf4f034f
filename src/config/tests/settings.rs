//! Purpose: school.toml, bot.toml and schedules.toml.

use std::time::Duration;

use super::super::{Config, LogFormat, Pace, Updates};
use super::{SCHOOL, load, problems};
use crate::burden::rules::BurdenLimit;
use crate::i18n::Language;
use crate::ids::Native;
use crate::quizzes::rules::Form;
use crate::timetable::QuietHours;

#[test]
fn the_least_configuration_has_defaults_for_everything_else() {
    let config = load(&[]).unwrap();
    assert_eq!(config.school.zone, chrono_tz::Asia::Shanghai);
    assert_eq!(config.school.name(Language::English), "示范小学");
    assert_eq!(config.school.quiet, QuietHours::default());
    assert_eq!(config.school.burden, BurdenLimit::default());
    assert_eq!(config.school.quiz, Form::Private, "what a school hasn't said is shown to nobody");
    assert_eq!(config.bot.updates, Updates::Polling);
    assert_eq!(config.bot.pace, Pace::default());
    assert!(config.schedules.is_empty());
}

#[test]
fn what_is_written_is_what_is_read() {
    let school = format!(
        "{SCHOOL}name.en = \" Demo School \"\nstaff = [42, 4_503_599_627_370_495]\nquiz = \"open\"\n\
         [quiet_hours]\nfrom = 22:30\nuntil = \"06:15\"\n\
         [burden]\npushes_per_day = 0\ndigest_at = 17:30\n"
    );
    let bot = r#"
        [updates]
        mode = "webhook"
        url = "https://bot.example.edu:8443/telegram"
        listen = "127.0.0.1:8080"
        secret_file = "secret"
        [pace]
        bot_per_second = 10
        request_max_seconds = 5
        [log]
        format = "json"
        [observe]
        listen = "[::1]:9090"
    "#;
    let Config { school, bot, .. } = load(&[("school.toml", &school), ("bot.toml", bot)]).unwrap();
    assert_eq!(school.name(Language::English), "Demo School");
    assert_eq!(school.staff, [Native::from(42), Native::from(4_503_599_627_370_495)]);
    assert_eq!(school.quiet.from.to_string(), "22:30:00");
    assert_eq!(school.quiet.until.to_string(), "06:15:00");
    assert_eq!(school.burden.pushes_per_day, 0);
    assert_eq!(school.quiz, Form::Open);
    assert_eq!(school.burden.digest_at.to_string(), "17:30:00");
    let Updates::Webhook { url, listen, secret_file } = bot.updates else { panic!("not a webhook") };
    assert_eq!(url, "https://bot.example.edu:8443/telegram");
    assert_eq!(listen.port(), 8080);
    assert_eq!(secret_file, Some("bot-config/secret".into()));
    let pace = Pace { bot_per_second: 10.0, request_max: Duration::from_secs(5), ..Pace::default() };
    assert_eq!(bot.pace, pace);
    assert_eq!(bot.log, LogFormat::Json);
    assert_eq!(bot.observe.map(|at| at.port()), Some(9090));
}

#[test]
fn mistakes_in_the_school_are_found_at_their_place() {
    for (text, expected) in [
        ("", &["1:1: config-missing-key"; 3][..]),
        (
            "time_zone = \"Asia/Bejing\"\nlanguage = \"zh-CN\"\nname.zh-CN = \"校\"",
            &["1:13: config-time-zone-near"],
        ),
        (
            "time_zone = \"Beijing time\"\nlanguage = \"zh-CN\"\nname.zh-CN = \"校\"",
            &["1:13: config-time-zone"],
        ),
        (
            "time_zone = 8\nlanguage = \"zh\"\nname.zh-CN = \"校\"",
            &["1:13: config-wrong-kind", "2:12: config-unknown-word-near"],
        ),
        (
            "time_zone = \"UTC\"\nlanguage = \"fr\"\nname = \"校\"",
            &["2:12: config-unknown-word", "3:8: config-wrong-kind"],
        ),
        ("time_zone = \"UTC\"\nlanguage = \"en\"\nname.zh-CN = \"校\"", &["3:1: config-missing-key"]),
        (
            "time_zone = \"UTC\"\nlanguage = \"en\"\n[name]\nen = \" \"\nde = \"x\"",
            &["4:6: config-empty", "5:1: config-unknown-key"],
        ),
    ] {
        let found = problems(&[("school.toml", text)]);
        let expected: Vec<String> = expected.iter().map(|problem| format!("school.toml:{problem}")).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn mistakes_in_staff_quiet_hours_and_burden_are_found_at_their_place() {
    for (text, expected) in [
        ("staff = 7", &["4:9: config-wrong-kind"][..]),
        ("quiz = \"opne\"", &["4:8: config-unknown-word-near"]),
        (
            "staff = [7, -100123, 0, 7, \"8\", 9999999999999999]",
            &[
                "4:13: config-id-of-group",
                "4:22: config-id-of-nobody",
                "4:25: config-twice",
                "4:28: config-wrong-kind",
                "4:33: config-id-of-nobody",
            ],
        ),
        ("quite_hours = 1", &["4:1: config-unknown-key-near"]),
        ("猫 = 1", &["4:1: config-syntax"]),
        ("\"猫\" = 1", &["4:1: config-unknown-key"]),
        ("quiet_hours = {from = \"24:00\", until = \"7点\"}", &["4:23: config-time", "4:40: config-time"]),
        (
            "[quiet_hours]\nfrom = 21:00:30\nto = 07:00",
            &["4:1: config-missing-key", "5:8: config-time", "6:1: config-unknown-key"],
        ),
        ("[[quiet_hours]]\nfrom = 21:00", &["4:1: config-wrong-kind"]),
        (
            "burden = {pushes_per_day = 51, digest_at = \"18\", digest = 1}",
            &["4:28: config-out-of-range", "4:44: config-time", "4:50: config-unknown-key-near"],
        ),
    ] {
        let found = problems(&[("school.toml", &format!("{SCHOOL}{text}"))]);
        let expected: Vec<String> = expected.iter().map(|problem| format!("school.toml:{problem}")).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn syntax_errors_are_all_found_and_hide_nothing_else() {
    let text = "language = “zh-CN”\ntime_zone = \"Asia/Shangai\"\nstaff = [1 2]\nname = {zh-CN = \"校\"}\nname = {}\n";
    assert_eq!(
        problems(&[("school.toml", text)]),
        [
            "school.toml:1:12: config-chinese-punctuation",
            "school.toml:2:13: config-time-zone-near",
            "school.toml:3:10: config-syntax",
            "school.toml:5:1: config-duplicate-key",
        ]
    );
}

#[test]
fn mistakes_in_the_bot_are_found_at_their_place() {
    for (text, expected) in [
        ("[updates]\nmode = \"poling\"\nurl = \"x\"", &["2:8: config-unknown-word-near"][..]),
        ("[updates]\nmode = \"polling\"\nlisten = \"x\"", &["3:10: config-only-with-webhook"]),
        ("[updates]\nmode = \"webhook\"", &["1:1: config-missing-key", "1:1: config-missing-key"]),
        (
            "[updates]\nmode = \"webhook\"\nurl = \"http://a.cn\"\nlisten = \"8080\"",
            &["3:7: config-webhook-url", "4:10: config-socket"],
        ),
        (
            "[updates]\nmode = \"webhook\"\nurl = \"https://a.cn:8080\"\nlisten = \"0.0.0.0:80\"",
            &["3:7: config-webhook-port"],
        ),
        (
            "[pace]\nbot_per_second = 0\nchat_per_second = nan\ngroup_per_minute = 1.5\nattempts_max = 0\n",
            &[
                "2:18: config-out-of-range",
                "3:19: config-out-of-range",
                "4:20: config-wrong-kind",
                "5:16: config-out-of-range",
            ],
        ),
        ("[pace]\nin_flight = 3", &["2:1: config-unknown-key-near"]),
        ("[log]\nformat = \"xml\"\n[observe]\n", &["2:10: config-unknown-word", "3:1: config-missing-key"]),
        ("token = \"1:x\"", &["1:9: config-wrong-kind"]),
    ] {
        let found = problems(&[("bot.toml", text)]);
        let expected: Vec<String> = expected.iter().map(|problem| format!("bot.toml:{problem}")).collect();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn webhook_addresses_are_public_https() {
    for (url, problem) in [
        ("https://bot.example.edu", None),
        ("https://bot.example.edu:443/a/b_c.d-e", None),
        // The bot would listen on the path alone, and Telegram post to more.
        ("https://bot.example.edu:443/a/b?c=d", Some("config-webhook-url")),
        ("https://", Some("config-webhook-url")),
        ("https://localhost", Some("config-webhook-url")),
        ("https://学校.cn/bot", Some("config-webhook-url")),
        ("https://a.cn/x y", Some("config-webhook-url")),
        ("https://a.cn/#bot", Some("config-webhook-url")),
        ("https://a.cn:https/", Some("config-webhook-url")),
        ("HTTP://a.cn", Some("config-webhook-url")),
        ("https://a.cn:8080/", Some("config-webhook-port")),
    ] {
        let bot = format!("[updates]\nmode = \"webhook\"\nlisten = \"127.0.0.1:80\"\nurl = \"{url}\"");
        let found = load(&[("bot.toml", &bot)]).err().unwrap_or_default();
        let keys: Vec<&str> = found.iter().map(|problem| problem.text.key()).collect();
        assert_eq!(keys, problem.into_iter().collect::<Vec<_>>(), "{url}");
    }
}

#[test]
fn a_problem_is_told_in_the_readers_language() {
    let found = load(&[("school.toml", &format!("{SCHOOL}staf = []"))]).unwrap_err();
    assert_eq!(
        found[0].render(Language::English),
        "bot-config/school.toml:4:1: There is no setting \"staf\". Did you mean \"staff\"?"
    );
    assert_eq!(
        found[0].render(Language::Chinese),
        "bot-config/school.toml:4:1: 没有“staf”这个设置，是不是想写“staff”？"
    );
    let found = load(&[("bot.toml", "[pace]\nbot_per_second = 9999999")]).unwrap_err();
    assert_eq!(
        found[0].render(Language::English),
        "bot-config/bot.toml:2:18: \"bot_per_second\" must be between 0.1 and 1000000, not 9999999."
    );
}
