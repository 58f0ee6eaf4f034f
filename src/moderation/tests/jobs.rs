//! Purpose: offers of part-time work as they are posted in parent groups, and what only resembles one.
//!
//! Invariant: an offer with a way to reach somebody goes. What parents say of their own work, and warnings against such
//! offers, stay, though both may be observed.

use super::*;

/// The page on which one can try the bot; its advertiser posts what the tour fills in.
const TOUR: &str = include_str!("../../sandbox/web/tour.js");

const OFFERS: [&str; 14] = [
    "招聘宝妈兼职，在家就能做，日结300元，加我微信 xiaoliu888",
    "招 聘 宝 妈，时间自由，日.结200，有意私我",
    "手机兼职，点赞返现，一单一结，详询 V: abc12345",
    "宝妈兼职，做任务赚零花钱，扫码了解",
    "急招兼职打字员，月入5000，微信同号 13800138000",
    "刷單返佣，轻松赚，加微信",
    "在家赚钱不是梦，正规平台，不是骗子，私聊我",
    "招打字员，千字30，日结，联系我",
    "日赚三百，躺赚，滴滴我",
    "点赞返佣金，想做的加我",
    "副业赚钱，月入过万，有意者私信我",
    "诚招兼职宝妈，手机就能做，戳我",
    "Easy money, paid daily! Add me on WhatsApp",
    "Part-time jobs available, earn from home. Contact me",
];

const NO_OFFERS: [&str; 14] = [
    "我周末兼职，孩子爸爸来接，有事联系我",
    "我是宝妈兼职代课，放学晚点接，电话13800138000",
    "群里发日结300加微信的都是骗子，大家别信",
    "提醒：招聘宝妈、点赞返佣、要你加微信的，都是诈骗，别扫码",
    "民警今天来讲课，说轻松赚钱、加微信拿佣金的一律不要相信",
    "警惕刷单返利！骗子会让您加微信",
    "大宝学校招兼职生活老师吗？",
    "爷爷的工资是日结的",
    "孩子妈妈做副业，平时联系我就行",
    "在家就能做的小实验，材料找我领，要的联系我",
    "时间自由的家长来当护学岗志愿者，报名私我",
    "I have a part time job until five, message me if she is late",
    "I work from home, contact me any time",
    "Scam alert: easy money, paid daily, add me on WhatsApp. Don't answer!",
];

fn acted_on(text: &str) -> Option<RuleId> {
    let (pack, lexicon) = &*STARTER_PACK;
    match verdict(pack, lexicon, text) {
        Verdict::Act { rule, .. } => Some(rule),
        Verdict::Clean | Verdict::Observed(_) => None,
    }
}

#[test]
fn an_offer_of_work_with_a_way_to_reach_somebody_goes() {
    let stays: Vec<&str> = OFFERS.into_iter().filter(|text| acted_on(text).is_none()).collect();
    assert_eq!(stays, [""; 0]);
}

#[test]
fn what_parents_say_of_their_work_and_warnings_against_offers_stay() {
    let gone: Vec<&str> = NO_OFFERS.into_iter().filter(|text| acted_on(text).is_some()).collect();
    assert_eq!(gone, [""; 0]);
}

#[test]
fn what_the_pages_advertiser_posts_goes() {
    let posted: Vec<&str> = TOUR
        .lines()
        .filter_map(|line| line.split_once("advertisement: \"")?.1.split_once('"'))
        .map(|(text, _)| text)
        .collect();
    assert_eq!(posted.len(), 2, "one for each language");
    for text in posted {
        assert_eq!(acted_on(text).map(String::from).as_deref(), Some("R4"), "{text}");
    }
}
