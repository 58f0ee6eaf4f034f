//! Purpose: requests for money in a group (R2), and links that pay a private person.
//!
//! Invariant: pure. A warning against paying is no request: a negation before the paying word in its clause, or fraud
//! named in its sentence.

use std::sync::LazyLock;

use regex::{Match, Regex};

/// Words between a fee and the wish that it be paid, in characters.
const NEAR_CHARS: usize = 40;

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
/// A negation that makes a warning of what follows.
static NEGATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)不要|不会|不用|不必|不需|不得|不再|不向|无需|请勿|勿|别|绝不|从不|禁止|严禁|拒绝|已经?[^，,]{0,4}$|退还?|\\b(?:never|not|no need|without|nobody|no one)\\b|n[o'’]t\\b",
    )
});
/// What stands between a negation and the wish and takes the negation from it: 别忘了交, please don't forget to pay.
static UNDONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)忘|漏|拖|晚于|迟于|迟到|请|尽快|forget|later than|hesitate|miss\\b|please|\\b(?:not|n't) (?:yet )?paid|yet\\b",
    )
});
/// Fraud, named.
static FRAUD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)骗|诈|冒充|谨防|警惕|不要相信|勿信|勿相信|别信|可疑|假冒|\\b(?:scams?|scammers?|fraud|fake|phishing|impostors?|(?:some|any)(?:body|one) asks)\\b",
    )
});
/// A wish that stays one beside fraud.
static TO_ME: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern("(?i)转给我|给我|我的|\\bto me\\b|\\bpay me\\b"));

/// What a private payment code of `WeChat` or Alipay contains, and links that ask to pay somebody.
static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern("(?i)(?:wxp://|weixin://wxpay|alipays?://|\\bqr\\.alipay\\.com/|\\bpaypal\\.me/)[!-~]*")
});

/// The first link of a payment code, as written.
pub(super) fn payment_code(text: &str) -> Option<String> {
    CODE.as_ref()?.find(text).map(|found| found.as_str().to_owned())
}

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
    let before = &text[..wish.start()];
    let last = |ends: &[char]| before.rfind(ends).map_or(0, |at| at + 1);
    let after = |at: usize| before.get(at..).unwrap_or_else(|| before.get(at + 2..).unwrap_or_default());
    let clause = after(last(&['，', ',', '。', '！', '!', '？', '?', '；', ';', '\n']));
    let negated = NEGATION.as_ref().and_then(|negation| negation.find(clause));
    let is_undone = |from: usize| {
        UNDONE.as_ref().is_some_and(|undone| undone.find_iter(clause).any(|found| found.end() > from))
    };
    if negated.is_some_and(|negation| !is_undone(negation.end())) {
        return true;
    }
    let start = last(&['。', '！', '!', '？', '?', '\n']);
    let ahead = &text[wish.start()..];
    let end = ahead.find(['。', '！', '!', '？', '?', '\n']).map_or(text.len(), |at| wish.start() + at);
    let sentence = text.get(start..end).or_else(|| text.get(start + 2..end)).unwrap_or_default();
    let has = |pattern: &LazyLock<Option<Regex>>| {
        (**pattern).as_ref().is_some_and(|pattern| pattern.is_match(sentence))
    };
    has(&FRAUD) && !has(&TO_ME)
}
