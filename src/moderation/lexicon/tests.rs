//! Purpose: what counts as a word, what excuses it, what a pack is refused for.
//!
//! Invariant: each case is a message somebody could send or a pack somebody could write.

use super::*;
use crate::moderation::pack::Pack;

fn pack(toml: &str) -> Pack {
    Pack::parse(toml).unwrap()
}

fn lexicon(toml: &str) -> Lexicon {
    Lexicon::compile(&pack(toml)).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn text(text: &str) -> Part<'_> {
    Part { kind: PartKind::Text, text }
}

/// The pieces of `message` that match.
fn found<'a>(lexicon: &Lexicon, message: &'a str) -> Vec<&'a str> {
    lexicon.inspect(&[text(message)]).matches.iter().map(|found| &message[found.span.clone()]).collect()
}

fn problems(toml: &str) -> Vec<String> {
    Lexicon::compile(&pack(toml)).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn a_chinese_word_is_found_with_symbols_inside_and_spelled_out() {
    let lexicon = lexicon("[rule.R3]\nkeywords = ['加微信']");
    for (message, piece) in [
        ("请加微信哦", "加微信"),
        ("请加.微-信哦", "加.微-信"),
        ("加 微 信", "加 微 信"),
        ("加，微，信", "加，微，信"),
        ("加\n微\n信", "加\n微\n信"),
        ("加🌸微🌸信", "加🌸微🌸信"),
        ("加\u{200B}微\u{FE0F}信", "加\u{200B}微\u{FE0F}信"),
    ] {
        assert_eq!(found(&lexicon, message), [piece]);
    }
}

#[test]
fn a_word_does_not_reach_across_the_end_of_another() {
    let lexicon = lexicon("[rule.R4]\nkeywords = ['加微信', '日结', 'sex', 'part time', '365']");
    for message in [
        "明天参加，微信上说",
        "3月1日 结束",
        "1日，结果",
        "已加😊微信说",
        "this exam",
        "its ex",
        "sextant",
        "3.65元",
        "13650",
    ] {
        assert_eq!(found(&lexicon, message), [""; 0], "{message}");
    }
    for message in ["日 结", "日.结", "s e x", "s.e.x", "part time", "part-time", "parttime", "3 6 5"] {
        assert_eq!(found(&lexicon, message), [message]);
    }
}

#[test]
fn an_exception_excuses_only_the_word_inside_it() {
    let lexicon = lexicon("[rule.R3]\nkeywords = ['加微信']\nexcept = ['参加微信群']");
    assert_eq!(found(&lexicon, "欢迎参加微信群"), [""; 0]);
    assert_eq!(found(&lexicon, "参加微信群，参加微信群，不如加微信").len(), 1);
    assert_eq!(found(&lexicon, "参加微信"), ["加微信"]);
}

#[test]
fn an_exception_of_one_rule_does_not_excuse_another() {
    let lexicon =
        lexicon("[rule.R3]\nkeywords = ['微信']\nexcept = ['加微信']\n[rule.R4]\nkeywords = ['微信']");
    let findings = lexicon.inspect(&[text("加微信")]);
    assert_eq!(findings.matches.iter().map(|found| found.rule.as_str()).collect::<Vec<_>>(), ["R4"]);
}

#[test]
fn a_word_is_found_by_sound_with_rare_characters_hearts_and_pinyin() {
    let lexicon = lexicon("[rule.R3]\npinyin_keywords = ['微信']");
    for written in [
        "微信",
        "薇信",
        "威信",
        "徽信",
        "卫信",
        "薇芯",
        "微❤",
        "薇❤️",
        "weixin",
        "wei xin",
        "wei信",
        "薇xin",
        "薇.芯",
        "WEI💗",
    ] {
        let message = format!("你好，{written}，谢谢");
        assert!(found(&lexicon, &message).iter().any(|piece| written.starts_with(piece)), "{written}");
    }
}

#[test]
fn everyday_characters_and_half_syllables_are_no_sound_alikes() {
    let lexicon = lexicon("[rule.R3]\npinyin_keywords = ['加微信', '微信']");
    for message in
        ["因为信任", "家委信箱", "唯心主义", "维新变法", "卫星", "weixing", "魏鑫同学", "为❤", "xinweixinhua"]
    {
        assert_eq!(found(&lexicon, message), [""; 0], "{message}");
    }
}

#[test]
fn a_disguised_word_counts_only_when_it_is_disguised() {
    let lexicon = lexicon("[rule.R3]\ndisguised_keywords = ['加微信', '加vx']");
    for plain in ["加微信", "加VX", "加ＶＸ", "加微 信", "加 vx", "jia wei xin"] {
        assert_eq!(found(&lexicon, plain), [""; 0], "{plain}");
    }
    for hidden in
        ["加薇信", "加.微.信", "加微❤", "加\u{200B}微信", "加 微 信", "加𝐕𝐗", "加ⓥx", "加v\u{FE0F}x", "加vх"]
    {
        assert!(!found(&lexicon, hidden).is_empty(), "{hidden}");
    }
    // Traditional Chinese is a way of writing, not a disguise.
    assert_eq!(found(&lexicon, "加微信羣"), [""; 0]);
}

#[test]
fn signals_combine_across_the_parts_of_one_act() {
    let lexicon = lexicon(
        "[signal.gig]\nkeywords = ['日结']\n[signal.contact]\nkeywords = ['加微信']\n[rule.R4]\ntogether = [['gig', 'contact']]",
    );
    assert_eq!(found(&lexicon, "工资日结"), [""; 0]);
    assert_eq!(found(&lexicon, "加微信"), [""; 0]);
    assert_eq!(found(&lexicon, "加微信，日结"), ["加微信", "日结"].into_iter().rev().collect::<Vec<_>>());
    let parts = [
        Part { kind: PartKind::Caption, text: "日结" },
        Part { kind: PartKind::ButtonLabel, text: "加微信" },
    ];
    let findings = lexicon.inspect(&parts);
    assert_eq!(findings.matches.iter().map(|found| found.part).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn a_signal_of_unless_excuses_the_whole_act_from_that_rule_alone() {
    let lexicon = lexicon(
        "[signal.gig]\nkeywords = ['日结']\n[signal.warning]\nkeywords = ['诈骗']\nexcept = ['非诈骗']
         [rule.R3]\nkeywords = ['代购']\n[rule.R4]\nkeywords = ['点赞返佣']\ntogether = [['gig']]\nunless = ['warning']",
    );
    assert_eq!(found(&lexicon, "点赞返佣，日结"), ["点赞返佣", "日结"]);
    assert_eq!(found(&lexicon, "点赞返佣，日结，都是诈骗，代购也是"), ["代购"]);
    assert_eq!(found(&lexicon, "日结，非诈骗"), ["日结"]);
    let parts = [text("日结"), Part { kind: PartKind::Caption, text: "诈骗" }];
    assert_eq!(lexicon.inspect(&parts).matches, []);
}

#[test]
fn built_in_signals_are_links_and_names_that_are_not_allowed() {
    let lexicon = lexicon(
        "[links]\nallow = ['edu.cn']\n[signal.gig]\nkeywords = ['日结']\n[rule.R4]\ntogether = [['gig', 'link'], ['gig', 'username']]",
    );
    assert_eq!(found(&lexicon, "日结 https://a.edu.cn"), [""; 0]);
    assert_eq!(found(&lexicon, "日结 https://b.com"), ["日结", "b.com"]);
    assert_eq!(found(&lexicon, "日结 @some_name"), ["日结", "@some_name"]);
}

#[test]
fn denied_links_break_the_link_rule_in_texts_and_behind_words() {
    let lexicon = lexicon("[links]\nshorteners = ['t.cn']\ntelegram = 'deny'");
    let parts = [
        text("点 t.cn/abc"),
        Part { kind: PartKind::LinkTarget, text: "https://t.me/+abc" },
        Part { kind: PartKind::FileName, text: "t.cn" },
    ];
    let findings = lexicon.inspect(&parts);
    let places: Vec<_> =
        findings.matches.iter().map(|found| (found.rule.as_str(), found.part, found.cause)).collect();
    assert_eq!(places, [("links", 0, Cause::Link), ("links", 1, Cause::Link)]);
}

#[test]
fn patterns_see_folded_text_and_point_at_the_original() {
    let lexicon = lexicon("[rule.R3]\npatterns = ['vx[: ]*[0-9]{5,12}']\nexcept = ['vx00000']");
    assert_eq!(found(&lexicon, "找我 ＶＸ：①③⑧零零 吧"), ["ＶＸ：①③⑧"; 0]);
    assert_eq!(found(&lexicon, "找我 ＶＸ：①③⑧〇〇一 吧"), ["ＶＸ：①③⑧〇〇一"]);
    assert_eq!(found(&lexicon, "vx00000，𝐯𝐱 12345"), ["𝐯𝐱 12345"]);
}

#[test]
fn all_problems_of_a_pack_are_reported_with_their_places() {
    let wrong = r"
[ladder]
warnings = 0
[links]
allow = ['x y']
[signal.link]
keywords = ['ok词']
[rule.links]
mode = 'enforce'
[rule.R3]
warnings = 99
keywords = ['加微信', '微', '...']
pinyin_keywords = ['abc']
patterns = ['a(', 'VX', 'a*', '信x', '[ab]{65}', '.{0,9}.{0,9}.{0,9}\w{60}', '群裡']
together = [[], ['nobody']]
";
    let expected = [
        "ladder.warnings: 0 is outside 1 to 20",
        "rule.R3.warnings: 99 is outside 1 to 20",
        "rule.R3.keywords[1]: `微` has fewer than two letters or characters",
        "rule.R3.keywords[2]: `...` has fewer than two letters or characters",
        "rule.R3.pinyin_keywords[0]: `abc` has no Chinese character whose sound could be compared",
        "rule.R3.patterns[0]: not a regular expression",
        "rule.R3.patterns[1]: `V` never occurs in the text that patterns see; write `v`",
        "rule.R3.patterns[2]: the pattern matches the empty text, so it would match every message",
        "rule.R3.patterns[4]: the repetitions add up to 65, at most 64 are allowed",
        "rule.R3.patterns[5]: the repetitions add up to 261, at most 64 are allowed",
        "rule.R3.patterns[6]: `裡` never occurs in the text that patterns see; write `里`",
        "signal.link: `link` is built in; choose another name",
        "links.allow[0]: `x y` is not a domain name",
        "rule.R3.together[0]: an empty set of signals would match every message",
        "rule.R3.together[1]: there is no signal `nobody`",
        "rule.links: `links` is built in; choose another name",
    ];
    let found = problems(wrong);
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} instead of {expected}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
}

#[test]
fn a_pattern_too_long_or_too_large_is_refused() {
    let refused = |pattern: &str| problems(&format!("[rule.R3]\npatterns = ['{pattern}']")).concat();
    assert!(refused(&"a".repeat(513)).contains("513 characters, at most 512"));
    assert!(refused(r"\w{21}").contains("larger than 262144 bytes"));
    assert!(refused(r"((a{8}){8}){8}").contains("the repetitions add up to 512"));
    assert!(refused(r"(((a+){9})+){9999999}").contains("patterns[0]"));
}

#[test]
fn a_pack_with_too_many_entries_is_refused_unread() {
    let words: Vec<String> = (0..=KEYWORDS_MAX).map(|number| format!("'词语{number}'")).collect();
    let found = problems(&format!("[rule.R3]\nkeywords = [{}]\npatterns = ['(']", words.join(",")));
    assert_eq!(found, ["keywords: 5001 entries, at most 5000 are allowed"]);
}

#[test]
fn an_unknown_setting_is_an_error() {
    for toml in [
        "[rule.R3]\nkeyword = []",
        "[links]\nalow = []",
        "surprise = 1",
        "[rule.'R 3']",
        "[rule.R3]\naction = 'ban'",
    ] {
        assert!(Pack::parse(toml).is_err(), "{toml}");
    }
}

#[test]
fn work_is_linear_in_the_text() {
    // Keywords that lie inside each other, and a text made of their beginnings, is the worst case.
    let words: Vec<String> = (2..=20).map(|length| format!("'{}'", "加".repeat(length))).collect();
    let lexicon = lexicon(&format!(
        "[rule.R3]\nkeywords = [{}]\npinyin_keywords = ['加加加']\nexcept = ['加加']",
        words.join(",")
    ));
    let candidates = |bytes: usize| lexicon.inspect(&[text(&"加".repeat(bytes / 3))]).candidates;
    let (half, whole) = (candidates(50_000), candidates(100_000));
    assert!(whole > 300_000, "{whole}: the test must stress the search");
    assert!(whole <= 2 * half + 1_000, "{half} candidates in 50 KB, {whole} in 100 KB");
}

#[test]
fn matches_of_one_act_are_bounded() {
    let words: Vec<String> = (0..100).map(|number| format!("'词语{number}号'")).collect();
    let lexicon = lexicon(&format!("[rule.R3]\nkeywords = [{}]", words.join(",")));
    assert_eq!(lexicon.inspect(&[text(&words.join("，"))]).matches.len(), MATCHES_MAX);
}
