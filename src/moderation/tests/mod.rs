//! Purpose: the starter pack against what people send, and the pure decisions.
//!
//! Invariant: the messages here are written for this project; no collected chat is in the repository.

mod decisions;
mod disguises;
mod jobs;

use crate::channel::PartKind;
use std::sync::LazyLock;

use super::lexicon::Lexicon;
use super::pack::{Pack, STARTER};
use super::rules::{Mode, Part, RuleId, Verdict, decide};

/// Ordinary messages of parent groups, one a line.
const CLEAN: &str = include_str!("clean.txt");

static STARTER_PACK: LazyLock<(Pack, Lexicon)> = LazyLock::new(|| {
    let pack = Pack::parse(STARTER).unwrap();
    let lexicon = Lexicon::compile(&pack).unwrap_or_else(|problems| panic!("{problems:?}"));
    (pack, lexicon)
});

fn verdict(pack: &Pack, lexicon: &Lexicon, text: &str) -> Verdict {
    let findings = lexicon.inspect(&[Part { kind: PartKind::Text, text }]);
    decide(findings.matches.iter().map(|found| &found.rule), |rule| pack.setting(rule))
}

#[test]
fn ordinary_messages_are_left_alone() {
    let (pack, lexicon) = &*STARTER_PACK;
    assert!(CLEAN.lines().count() >= 200);
    let hit: Vec<_> = CLEAN
        .lines()
        .map(|line| (line, verdict(pack, lexicon, line)))
        .filter(|(_, v)| *v != Verdict::Clean)
        .collect();
    assert_eq!(hit, []);
}

#[test]
fn the_starter_pack_enforces_what_it_promises_and_observes_the_rest() {
    let (pack, _) = &*STARTER_PACK;
    let enforced: Vec<&str> =
        pack.rule.iter().filter(|(_, rule)| rule.mode == Mode::Enforce).map(|(id, _)| id.as_str()).collect();
    assert_eq!(enforced, ["R20", "R21", "R3", "R4"]);
    assert_eq!(pack.setting(&RuleId::links()).mode, Mode::Enforce);
    let observed: Vec<&str> =
        pack.rule.iter().filter(|(_, rule)| rule.mode == Mode::Observe).map(|(id, _)| id.as_str()).collect();
    assert_eq!(observed, ["R4-hints", "R5", "R6"]);
}

#[test]
fn unwelcome_messages_meet_their_rule() {
    let (pack, lexicon) = &*STARTER_PACK;
    for (rule, message) in [
        ("R3", "暑假代购保健品，厂家直销，加微信 abc123456 详聊"),
        ("R3", "＋薇❤ xue_88888 有惊喜"),
        ("R3", "加.微.信 领优惠"),
        ("R3", "+V：𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎"),
        ("R3", "低息贷款，一三八零零一三八零零零，联系我"),
        ("R3", "想瘦的加威信 abc2026"),
        ("R3", "卫❤13800138000，便宜又好"),
        ("R3", "有货，威芯：19912345678"),
        ("R3", "徽信 88886666 问价"),
        ("R3", "加我葳 2026123"),
        ("R4", "宝妈在家就能做，日结，加我"),
        ("R20", "博.彩.平.台 注册就送"),
        ("R20", "网上赌場，加我微信"),
        ("R21", "扫码进群，每天红包"),
        ("R21", "大家快进新群，这个群不用了，快进新群"),
        ("R21", "进群领红包 https://hongbao.example.com"),
        ("links", "点这里 https://t.me/+AbCdEf"),
        ("links", "大家进群 https://t.me/joinchat/AbCdEf"),
        ("links", "快来加群 https://chat.whatsapp.com/AbCdEf"),
        ("links", "视频在 t.cn/A6abc"),
    ] {
        match verdict(pack, lexicon, message) {
            Verdict::Act { rule: acted, .. } => assert_eq!(acted.as_str(), rule, "{message}"),
            other => panic!("{message}: {other:?}"),
        }
    }
    for (rule, message) in [
        ("R4-hints", "点赞返佣了解一下"),
        ("R5", "帮我家宝贝投我一票，每天可投"),
        ("R6", "名师一对一辅导，200元一小时"),
    ] {
        let expected = Verdict::Observed(vec![RuleId::try_from(rule.to_owned()).unwrap()]);
        assert_eq!(verdict(pack, lexicon, message), expected, "{message}");
    }
}
