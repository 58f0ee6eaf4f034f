//! Purpose: requests for money in a group (R2).
//!
//! Invariant: pure. A warning against paying is no request: a negation before the paying word in its clause, or fraud
//! named in its sentence.

use std::sync::LazyLock;

use regex::{Match, Regex};

/// Words between a fee and the wish that it be paid, in characters.
const NEAR_CHARS: usize = 40;
/// So far before a wish a negation reaches it, in characters.
const REACH_CHARS: usize = 120;
/// What ends a sentence.
const ENDS: [char; 6] = ['。', '！', '!', '？', '?', '\n'];

fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

/// What is paid for, or how much.
static FEE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)资料费|书本费|教材费|班费|校服费|餐费|伙食费|补课费|保险费|材料费|学费|费用|车费|门票费|\\bfees?\\b|[¥￥$€£]\\s?\\d|\\d{1,5}(?:\\.\\d{1,2})?\\s*(?:元|块钱|rmb\\b|yuan\\b|dollars?\\b|euros?\\b)",
    )
});
/// A way of paying.
static PAYING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)收款码|群收款|转账|转给我|转到|发红包|付款|扫码支付|扫码付|微信支付|支付宝|缴费|缴纳|接龙交|汇款|打款|\\bpay (?:me|by|to|the)\\b|\\btransfer",
    )
});
/// Cash, in one sentence: 每人交 50 元给班主任, 带20元，交给班长, 交班费.
static CASH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let sum = "(?:[¥￥]\\s?\\d{1,5}|\\d{1,5}(?:\\.\\d{1,2})?\\s*(?:元|块钱|块)|[一二三四五六七八九两百十]{1,5}(?:元|块钱))";
    let english = "(?:[¥$€£]\\s?\\d{1,5}|\\d{1,5} (?:rmb|yuan|dollars?|euros?))";
    pattern(&format!(
        "(?i)(?:交|收取?)\\s*{sum}|{sum}[^。！？!?\\n]{{0,12}}(?:交(?:给|到|至|来|齐)|打给)|交(?:给|到)[^。！？!?，,\\n]{{0,8}}{sum}\
         |[交收](?:一下|齐|清)?(?:班费|资料费|书本费|教材费|校服费|餐费|伙食费|补课费|保险费|材料费|学费|车费|门票费)\
         |\\b(?:bring|hand in|give|send)\\b[^.!?\\n]{{0,25}}{english}[^.!?\\n]{{0,30}}\\bto (?:the|your|our|me|mr|mrs|ms|miss)\\b"
    ))
});
/// A negation that makes a warning of what follows. 别 is looked at by itself, see [`is_dont`].
static NEGATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)不要|不会|不用|不必|不需|不得|不再|不向|不能|不可|不准|不许|不应|不该|不宜|无需|无须|毋需|毋须|勿|别|绝不|从不|从未|从没|没有(?:要求|让|叫)|禁止|严禁|杜绝\
         |拒绝|退还|退回|退款|退费|退给|\\b(?:never|not|no need|without|nobody|no one|nothing)\\b|n[o'’]t\\b",
    )
});
/// What makes a statement of the wish right behind it: not paid, paid already, paid by the school.
static STATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?:(?:^|[^再还要])不|免|没有(?:安排)?|已经?(?:全部|全|都|统一)?|已经?[把将][^，,]{0,12}|由(?:学校|政府|财政|国家|校方|教育局)(?:统一|全额|负责)?)\\s*$",
    )
});
/// Ways of paying that are still a request when they are there already: 收款码已发, 已发收款码.
const ASKS_BY_ITSELF: [&str; 3] = ["收款码", "群收款", "接龙交"];
/// Words with 别 that negate nothing: what stands before it, and behind it.
const BEFORE_BIE: &str = "特分级个类性差区识鉴告道辨派送离惜话作另各国";
const BEHIND_BIE: &str = "人墅处的名针致样说具";
/// What stands between a negation and the wish and takes the negation from it: 别忘了交, please don't forget to pay; and whom
/// the negation is about instead: 不能到场的家长转账, 不要现金转账.
static UNDONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)忘|漏|拖|落下|耽误|错过|晚于|迟|.请|尽快|直接|只|现金|零钱|担心|着急|客气|犹豫|介意|紧张|[^为除]了|外每人\
         |的(?:同学|学生|孩子|家长)?们?(?:[也都再先要应可]|每人|另外|自己)*\\s*$\
         |forget|\\blate|hesitate|\\bmiss\\b|\\bwait\\b|\\bmind\\b|worry|please|^ (?:yet )?paid|\\byet\\b|\\b(?:able|only|come|coming|here|cash)\\b",
    )
});
/// A negation within the wish: 50 元门票不用交给老师.
static WITHIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern("(?:不用|不要|无需|无须|不必|不得|不能|不可|勿|别)再?(?:交|打给)"));
/// Chinese words that a space parts as a comma would.
static PARTED: LazyLock<Option<Regex>> = LazyLock::new(|| pattern("\\p{Han}\\s+\\p{Han}"));
/// A negation of all that is listed behind a colon: 严禁以下行为：教师收班费.
static OF_LIST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?:(?:禁止|严禁|不得|不要|勿|不准|杜绝)[^，。！？；\\n]{0,12}(?:以下|下列|如下)[^，。！？；\\n]{0,8}|(?:以下|下列|如下)[^，。！？；\\n]{0,8}(?:禁止|严禁|不得|不准|违规))[：:][^。！？\\n]*$",
    )
});
/// Fraud, named.
static FRAUD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)骗|诈|冒充|谨防[^漏错忘迟拖丢误]|警惕(?:[^漏错忘迟拖丢误]|$)|不要相信|勿信|勿相信|别信|可疑|假冒|违规|违纪|乱收费|举报|都是假|报警|都不是学校|\\b(?:scams?|scammers?|fraud|fake|phishing|impostors?|(?:some|any)(?:body|one) asks)\\b",
    )
});
/// Fraud that is denied.
static NO_FRAUD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)(?:不是|并非|绝非|不会|没有?|绝不|不)(?:诈|骗|违规|乱收费)|\\b(?:not|no) (?:a )?(?:scam|fraud|fake)",
    )
});
/// A wish that stays one beside fraud.
static TO_ME: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern("(?i)转给我|给我|我的|\\bto me\\b|\\bpay me\\b"));

/// The first request for money, as written.
pub(super) fn in_text(text: &str) -> Option<String> {
    let (fee, paying) = (FEE.as_ref()?, PAYING.as_ref()?);
    let of_cash = CASH.as_ref()?.find_iter(text).find(|wish| !is_warning(text, wish));
    if let Some(cash) = of_cash {
        return Some(cash.as_str().to_owned());
    }
    for wish in paying.find_iter(text).filter(|wish| !is_warning(text, wish)) {
        for price in fee.find_iter(text) {
            let (from, to) = (wish.start().min(price.start()), wish.end().max(price.end()));
            let both = text.get(from..to)?;
            if both.chars().count() <= NEAR_CHARS {
                return Some(both.to_owned());
            }
        }
    }
    None
}

fn is_warning(text: &str, wish: &Match<'_>) -> bool {
    let clause = clause(text, wish.start());
    let asks = ASKS_BY_ITSELF.contains(&wish.as_str());
    if is_negated(clause, wish.as_str())
        || matches(&WITHIN, wish.as_str())
        || (!asks && matches(&STATED, clause))
    {
        return true;
    }
    let start = sentence_start(text, wish.start());
    if matches(&OF_LIST, &text[start..wish.start()]) {
        return true;
    }
    let rest = &text[wish.start()..];
    let sentence = &text[start..rest.find(ENDS).map_or(text.len(), |at| wish.start() + at)];
    let is_refund = text[wish.end()..].trim_start_matches("方式").starts_with("退");
    is_refund || (matches(&FRAUD, sentence) && !matches(&NO_FRAUD, sentence) && !matches(&TO_ME, sentence))
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    (**pattern).as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// Whether something in a wish's clause before it says that it is not to be.
fn is_negated(clause: &str, wish: &str) -> bool {
    let Some(negation) = NEGATION.as_ref() else { return false };
    negation.find_iter(clause).filter(|found| found.as_str() != "别" || is_dont(clause, found)).any(|found| {
        let between = &clause[found.end()..];
        let begins = wish.chars().next().unwrap_or_default();
        !matches(&UNDONE, between) && !matches(&PARTED, &format!("{between}{begins}"))
    })
}

/// Whether a 别 says "don't", and is no part of a word like 特别, 分别, 级别, 别墅.
fn is_dont(clause: &str, found: &Match<'_>) -> bool {
    let before = clause[..found.start()].chars().next_back();
    let behind = clause[found.end()..].chars().next();
    !before.is_some_and(|letter| BEFORE_BIE.contains(letter))
        && !behind.is_some_and(|letter| BEHIND_BIE.contains(letter))
}

/// What stands before a place in its clause, as far as a negation reaches. A colon ends a clause; one in a time of day doesn't.
fn clause(text: &str, end: usize) -> &str {
    let from = text[..end].char_indices().rev().nth(REACH_CHARS - 1).map_or(0, |(at, _)| at);
    let before = &text[from..end];
    let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
    let ends = before.rmatch_indices(|letter| "，,。！!？?；;：:—\n".contains(letter)).find(|(at, found)| {
        let is_time = is_digit(before[..*at].chars().next_back())
            && is_digit(text[from + *at + found.len()..].chars().next());
        !("：:".contains(found) && is_time)
    });
    ends.map_or(before, |(at, found)| &before[at + found.len()..])
}

/// Where the sentence begins that has this place.
fn sentence_start(text: &str, place: usize) -> usize {
    text[..place].rmatch_indices(ENDS).next().map_or(0, |(at, found)| at + found.len())
}
