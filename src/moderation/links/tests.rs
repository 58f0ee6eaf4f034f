//! Purpose: which addresses are found, and what the lists say about them.
//!
//! Invariant: each test names the trick it is about.

use super::*;
use crate::moderation::normalise::normalise;

fn targets(text: &str) -> Vec<Target> {
    find(text, &normalise(text), true).into_iter().map(|found| found.target).collect()
}

fn hosts(text: &str) -> Vec<String> {
    let host = |target| match target {
        Target::Host { host, .. } => Some(host),
        _ => None,
    };
    targets(text).into_iter().filter_map(host).collect()
}

fn rule() -> LinkRule {
    LinkRule {
        allow: vec!["docs.qq.com".to_owned(), "edu.cn".to_owned(), "例子.中国".to_owned()],
        deny: vec!["qq.com".to_owned(), "*.bad.com".to_owned()],
        shorteners: vec!["t.cn".to_owned()],
        telegram: Policy::Deny,
        names_allow: vec!["Our_School".to_owned()],
        names_deny: vec!["spam_bot".to_owned()],
        ..LinkRule::default()
    }
}

fn standing(text: &str) -> Vec<Standing> {
    let links = Links::compile(&rule()).unwrap();
    targets(text).iter().map(|target| links.standing(target)).collect()
}

#[test]
fn endings_are_sorted_for_the_search() {
    assert!(domains::ENDINGS.is_sorted());
}

#[test]
fn hosts_are_found_with_and_without_scheme() {
    assert_eq!(
        hosts("看 https://A.example.com:8080/x?y#z 和 www.b.cn/路径，c.xyz"),
        ["a.example.com", "www.b.cn", "c.xyz"]
    );
    assert_eq!(hosts("点http://1.2.3.4/a，看看"), ["1.2.3.4"]);
    assert_eq!(hosts("http://localhost"), ["localhost"]);
}

#[test]
fn the_host_is_what_follows_the_last_at_sign() {
    assert_eq!(hosts("https://docs.qq.com@evil.com/x"), ["evil.com"]);
    assert_eq!(hosts("https://user:pass@evil.com:443/x@docs.qq.com"), ["evil.com"]);
}

#[test]
fn an_ideographic_or_wide_full_stop_is_a_dot() {
    assert_eq!(hosts("evil。com 和 ｅｖｉｌ．ｃｏｍ"), ["evil.com", "evil.com"]);
    assert!(hosts("好的。OK。谢谢").is_empty());
}

#[test]
fn sentences_numbers_files_and_mail_are_no_links() {
    for text in [
        "3.5元",
        "2024.5.6",
        "作业.docx",
        "main.rs",
        "e.g. this",
        "p.m.",
        "a@qq.com",
        "等等...",
        "1.语文2.数学",
        ".com",
        "a..b",
    ] {
        assert_eq!(targets(text), [], "{text}");
    }
}

#[test]
fn text_after_an_address_does_not_belong_to_it() {
    assert_eq!(hosts("https://evil.com请看"), ["evil.com"]);
    assert_eq!(hosts("（evil.com）"), ["evil.com"]);
    assert_eq!(hosts("evil.com."), ["evil.com"]);
}

#[test]
fn hosts_in_other_scripts_are_found_behind_a_scheme() {
    assert_eq!(hosts("https://例子.中国/页面"), ["例子.中国"]);
    assert_eq!(standing("https://例子.中国/页面"), [Standing::Allowed]);
}

#[test]
fn the_longest_listed_domain_decides() {
    assert_eq!(standing("https://docs.qq.com/form"), [Standing::Allowed]);
    assert_eq!(standing("https://sub.docs.qq.com"), [Standing::Allowed]);
    assert_eq!(standing("https://work.weixin.qq.com"), [Standing::Denied]);
    assert_eq!(standing("https://notqq.com"), [Standing::Tolerated]);
    assert_eq!(standing("https://www.pku.edu.cn"), [Standing::Allowed]);
    assert_eq!(standing("http://x.bad.com http://t.cn/abc"), [Standing::Denied, Standing::Denied]);
}

#[test]
fn an_imitation_of_an_allowed_host_is_denied() {
    assert_eq!(standing("https://dосs.qq.com/form"), [Standing::Denied]);
    assert_eq!(standing("https://DOCS.qq.com/form"), [Standing::Allowed]);
}

#[test]
fn telegram_invitations_and_chats_are_told_apart() {
    let chat = |name: &str| Target::Chat { name: name.to_owned() };
    assert_eq!(targets("https://t.me/+AbCd t.me/joinchat/x tg://join?invite=x"), vec![Target::Invitation; 3]);
    assert_eq!(targets("t.me/Some_Group?start=1"), [chat("some_group")]);
    assert_eq!(
        targets("https://t.me/s/some_group/5 some_group.t.me"),
        [chat("some_group"), chat("some_group")]
    );
    assert_eq!(targets("tg://resolve?domain=some_group&start=1"), [chat("some_group")]);
    assert_eq!(targets("https://t.me/c/1234/5 https://t.me/addstickers/Cats tg://user?id=1"), []);
}

#[test]
fn names_follow_their_lists_both_ways() {
    assert_eq!(standing("@our_school t.me/our_school"), [Standing::Allowed, Standing::Allowed]);
    assert_eq!(standing("@spam_bot t.me/spam_bot"), [Standing::Denied, Standing::Denied]);
    assert_eq!(standing("@li_mama t.me/li_mama"), [Standing::Tolerated, Standing::Denied]);
    assert_eq!(standing("@王老师 @abc"), []);
}

#[test]
fn file_names_are_searched_for_full_links_only() {
    let found = |text: &str| find(text, &normalise(text), false).len();
    assert_eq!((found("app.com"), found("https://app.com")), (0, 1));
}

#[test]
fn every_bad_entry_is_reported_with_its_place() {
    let rule = LinkRule {
        allow: vec!["ok.cn".to_owned(), "not a domain".to_owned()],
        names_deny: vec!["@with_at".to_owned()],
        ..LinkRule::default()
    };
    let problems = Links::compile(&rule).map(|_| ()).unwrap_err();
    let places: Vec<&str> = problems.iter().map(|problem| problem.place.as_str()).collect();
    assert_eq!(places, ["links.allow[1]", "links.names_deny[0]"]);
}
