//! Purpose: what nobody may post to a parent group, a teacher neither: lists of scores or ranks (R7), and collecting money (R2).
//!
//! Invariants: pure, linear in the text. What is found is quoted as it was written. Doubt counts as nothing: a notice that
//! names one pupil or one price goes through.

use std::sync::LazyLock;

use regex::Regex;

/// Pupils with a score or a rank from which on it is a list.
const PUPILS_MIN: usize = 2;
/// Words between a fee and what is asked for, in characters.
const NEAR_CHARS: usize = 40;

/// What a text has that must not be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sensitive {
    /// Pupils with their scores or ranks; the first of them as written.
    Scores(String),
    /// A request for money; its words.
    Money(String),
}

fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

/// A name of two to four characters with a score: 张三 98, 李小四：语文95, 王五(第3名). With four or more pupils also
/// names in Latin letters: Tom 98.
static SCORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?m)(?:^|[\\s，,、；;。.：:|/])(?:\\d{1,3}[.、 ]\\s*)?(?:[\u{4e00}-\u{9fa5}]{2,4}|[A-Z][a-z]{1,14}(?: [A-Z][a-z]{0,14})?)\
         \\s*[：:，, \\t(（|]*(?:(?:语文|数学|英语|物理|化学|总分|成绩|得分|考了|排名|score|rank)\\s*[：:]?\\s*)*\
         (?:第\\s*[0-9一二三四五六七八九十]{1,3}\\s*名|(?:1[0-5]\\d|[1-9]?\\d)(?:\\.\\d)?\\s*分?)\\s*[)）]?\\s*(?:$|[\\s，,、；;。|/])",
    )
});

/// Words that say what the numbers are; without one, numbers behind names may be rooms, lockers or goals.
static ABOUT_SCORES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)成绩|分数|得分|总分|平均分|名次|排名|第[0-9一二三四五六七八九十]{1,3}名|[0-9]分|期中|期末|月考|测验|考试|scores?|ranks?|ranking|marks|grades",
    )
});

/// Sports and games have scores that may be told.
static SPORTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern("(?i)运动会|比赛|跳绳|跑步|接力|足球|篮球|田径|sports|match|race"));

/// Money for something, and a way or a wish to pay.
static FEE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)资料费|书本费|教材费|班费|校服费|餐费|伙食费|补课费|保险费|材料费|学费|费用|fees?\\b|[¥￥$]\\s?\\d|\\d{1,5}(?:\\.\\d{1,2})?\\s*(?:元|块钱|rmb)",
    )
});
static PAYING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)收款码|群收款|转账|转给我|发红包|付款|扫码支付|扫码付|微信支付|支付宝|请交|交到|缴费|缴纳|接龙交|pay (?:me|by|to|the)|transfer",
    )
});

/// What of a text must not be posted.
#[must_use]
pub fn find(text: &str) -> Vec<Sensitive> {
    let mut found = Vec::new();
    found.extend(scores(text).map(Sensitive::Scores));
    found.extend(money(text).map(Sensitive::Money));
    found
}

fn scores(text: &str) -> Option<String> {
    let pattern = SCORE.as_ref()?;
    let (mut at, mut first, mut count) = (0, None, 0);
    // A separator may end one entry and begin the next, so the search goes on from the last character.
    while let Some(entry) = pattern.find_at(text, at) {
        if is_pupil(entry.as_str(), &text[entry.end()..]) {
            count += 1;
            first.get_or_insert(entry.as_str().trim().to_owned());
        }
        let last = entry.as_str().chars().next_back().map_or(1, char::len_utf8);
        at = (entry.end() - last).max(entry.start() + 1);
        while !text.is_char_boundary(at) {
            at += 1;
        }
        if count >= PUPILS_MIN {
            break;
        }
    }
    let has = |pattern: &Option<Regex>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
    (count >= PUPILS_MIN && has(&ABOUT_SCORES) && !has(&SPORTS)).then_some(first).flatten()
}

/// Whether what looks like a name with a number is one: 期末考试 1 月 and 每科 90 分钟 are not.
fn is_pupil(entry: &str, rest: &str) -> bool {
    let is_unit = |letter: char| "月日点号元人个时楼页岁米分周年级班".contains(letter);
    let names_something = |letter: char| "考试科目每共第约".contains(letter);
    let name = entry.trim_start().split(|letter: char| letter.is_ascii_digit() || letter == '第').next();
    !rest.trim_start().starts_with(is_unit) && !name.unwrap_or_default().contains(names_something)
}

fn money(text: &str) -> Option<String> {
    let (fee, paying) = (FEE.as_ref()?, PAYING.as_ref()?);
    for wish in paying.find_iter(text) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_scores_is_found_however_it_is_written() {
        for text in [
            "期中成绩：\n张三 98\n李小四 95\n王五 60",
            "数学测验：张三：98，李四：95，王五：77",
            "排名\n1. 张小明 第1名\n2. 李雷 第2名",
            "本次月考 张三 语文 95 李四 语文 88",
            "Exam scores\nTom 98\nLily 91\n",
        ] {
            assert!(matches!(find(text).as_slice(), [Sensitive::Scores(_)]), "{text}: {:?}", find(text));
        }
    }

    #[test]
    fn ordinary_notices_go_through() {
        for text in [
            "明天 8 点到校，请带水杯。",
            "周五 19:30 家长会，地点三楼 302 教室。",
            "本周运动会成绩：张三 98 分，李四 95 分",
            "期末考试 1 月 12 日开始，每科 90 分钟。",
            "家长会 1 号楼 302，停车场 2 号门",
            "春游费用由学校承担，不用交钱。",
            "请不要向任何人转账，学校不会在群里收钱。",
            "Tomorrow we start at 8. Please bring water.",
            "",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }

    #[test]
    fn collecting_money_is_found_and_quoted() {
        let found = find("各位家长，每人 88 元资料费，请转给我，谢谢");
        assert_eq!(found, [Sensitive::Money("88 元资料费，请转给我".into())]);
        assert!(!find("请扫收款码交班费").is_empty());
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,200}|[张李三四0-9第名分 ，\n]{0,60}") {
            let _ = find(&text);
        }
    }
}
