//! Purpose: lists of pupils with their scores or ranks (R7), in a text or in the name of a file.
//!
//! Invariant: pure; each number is looked at once, with a bounded stretch before it. One pupil is no list.

use std::sync::LazyLock;

use regex::Regex;

use super::names::{self, Kind};

/// Pupils with a score or a rank from which on it is a list.
const PUPILS_MIN: usize = 2;
/// Names in Latin letters beside numbers that nothing calls scores: so many are a list.
const UNCALLED_LATIN_MIN: usize = 3;
/// What nothing calls scores has none below this …
const UNCALLED_LEAST: u32 = 20;
/// … and one from this on: numbers of seats and rooms in a class end before it.
const UNCALLED_BEST: u32 = 60;
/// No exam gives more.
const SCORE_MAX: u32 = 150;

fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

/// A score, a rank or a mark.
static VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?P<rank>第\\s*[0-9０-９一二三四五六七八九十]{1,3}\\s*名?|[0-9]{1,2}(?:st|nd|rd|th)\\b|\\bNo\\.\\s?[0-9]{1,2})\
         |(?P<number>[0-9０-９]+)(?:[.．][0-9])?(?:\\s?/\\s?(?:1[0-5]0|100|50|20|10)\\b)?\
         |(?P<spelt>(?:[一二三四五六七八九]?十[一二三四五六七八九]?|一百)\\s*分)\
         |(?P<mark>\\b[A-D](?:[+-]|\\b)|优秀?|良好?|不?及格)",
    )
});
/// Ranks or scores before names: 第一名：张三, 90 分以上：张三、李四.
static BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?:第\\s*[0-9一二三四五六七八九十]{1,3}\\s*名?|前\\s*[0-9一二三四五六七八九十]{1,3}\\s*名|[0-9]{2,3}\\s*分(?:及?以[上下])?)\
         (?:的?(?:同学|学生)?(?:有|是)[：: ]?|的?(?:同学|学生)?[：: ])\\s*([\u{4e00}-\u{9fa5}]{2,4}(?:[、，, ]+[\u{4e00}-\u{9fa5}]{2,4})*)",
    )
});
/// Words that say that numbers behind names are scores.
static ABOUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)成绩|分数|得分|总分|平均分|名次|排名|排行|期中|期末|月考|单元测|小测|测验|测试|考试|听写|正确率|默写|抽测|等第\
         |\\b(?:exams?|midterms?|mid-terms?|tests?|quiz(?:zes)?|scores?|ranks?|ranked|rankings?|marks|results|dictation)\\b\
         |\\bgrades\\b\\s*(?:[:：]|are|for|of|below|\\n)|\\b(?:term|final|math) grades\\b|\\bout of\\b",
    )
});
/// Sports and games have scores that may be told; unless an exam is named beside them.
static SPORTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)运动会|比赛|跳绳|赛跑|跑步|接力|足球|篮球|排球|乒乓|羽毛球|田径|跳远|跳高|游泳|象棋|围棋|联赛|友谊赛|积分榜|拔河\
         |\\b(?:sports?|match(?:es)?|races?|relay|football|soccer|basketball|volleyball|tennis|swimming|chess|games?|goals?|league|tournament|long jump)\\b",
    )
});
static EXAM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)期中|期末|月考|测验|考试|语文|数学|英语|\\b(?:exams?|midterms?|tests?|quiz(?:zes)?|maths?)\\b",
    )
});
/// Other numbers that people have; unless the words say that they are scores.
static OTHER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)座位|座号|学号|考号|考场|准考证|身高|体重|宿舍|床位|房间|房号|柜|车号|车位|号车|尺码|校服|鞋码|生日|年龄|电话|分机|办公室|体温|桌号\
         |\\b(?:seats?|rooms?|lockers?|height|weight|bus(?:es)?|sizes?|tables?|phone|extension|age|birthdays?|offices?|desks?|bed|dorm)\\b",
    )
});
static SAYS_SCORES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern("(?i)成绩|分数|得分|总分|名次|排名|[0-9]\\s*分[^钟]|\\b(?:scores?|marks|ranks?|results)\\b")
});
/// Names of files that are lists of scores, and names that only speak of them.
static FILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)成绩|分数|得分|名次|排名|考分|积分排行|(?:^|[^a-z])(?:scores?|marks|mark ?sheet|rankings?|ranks?|(?:exam|test|quiz|midterm)[ _-]?results?|grades|gradebook|report[ _-]?cards?)(?:[^a-z]|$)",
    )
});
static ONLY_ABOUT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        "(?i)查询|领取|复核|申请|通知|说明|办法|方法|模板|空白|指南|规则|标准|分数线|分数(?:乘|除|加|减|的|应用|练习|单元|计算|运算)|认识分数|[上下]册\
         |grades?[ _-]*[0-9]|(?:^|[^a-z])(?:how|guide|template|blank|music|piano|choir|song|rules|rubric|understanding|request)(?:[^a-z]|$)",
    )
});

fn has(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    (**pattern).as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// A pupil beside a score or a rank.
struct Entry<'t> {
    name: &'t str,
    kind: Kind,
    /// The number, where it is one.
    score: Option<u32>,
    /// True if 分 or a rank says by itself that it is a score.
    is_called: bool,
    words: &'t str,
}

/// The first entry of a list of scores, as written.
pub(super) fn in_text(text: &str) -> Option<String> {
    let (mut entries, mut topic_is_told) = (Vec::new(), false);
    for sentence in text.split_inclusive(['\n', '。', '！', '!', '？', '?', '；', ';']) {
        let tells = (has(&SPORTS, sentence) && !has(&EXAM, sentence))
            || (has(&OTHER, sentence) && !has(&SAYS_SCORES, sentence));
        let found = entries_of(sentence);
        if found.is_empty() {
            // A heading says what the lines under it are about.
            let is_heading = sentence.trim_end().ends_with(['：', ':']) || has(&ABOUT, sentence);
            topic_is_told = if is_heading { tells } else { topic_is_told && !sentence.trim().is_empty() };
        } else if !tells && (!topic_is_told || has(&EXAM, sentence)) {
            entries.extend(found);
        }
    }
    // A name and its number may stand on two lines.
    if entries.is_empty() && !has(&SPORTS, text) && !has(&OTHER, text) {
        entries = entries_of(text);
    }
    is_list(&entries, has(&ABOUT, text)).then(|| entries[0].words.trim().to_owned())
}

/// The word in a file's name that makes it a list of scores, as written.
pub(super) fn in_file_name(name: &str) -> Option<String> {
    let word = FILE.as_ref()?.find(name)?.as_str();
    let is_told = has(&SPORTS, &name.replace('_', " ")) && !has(&EXAM, name);
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    (!is_told && !has(&ONLY_ABOUT, name)).then(|| word.to_owned())
}

fn is_list(entries: &[Entry<'_>], about: bool) -> bool {
    let count = |counts: &dyn Fn(&Entry<'_>) -> bool| {
        let mut names: Vec<&str> =
            entries.iter().filter(|entry| counts(entry)).map(|entry| entry.name).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    };
    if about || entries.iter().any(|entry| entry.is_called) {
        return count(&|_| true) >= PUPILS_MIN;
    }
    let is_likely = |entry: &Entry<'_>| entry.score.is_some_and(|score| score >= UNCALLED_LEAST);
    entries.iter().any(|entry| entry.score.is_some_and(|score| score >= UNCALLED_BEST))
        && (count(&|entry| is_likely(entry) && entry.kind == Kind::Sure) >= PUPILS_MIN
            || count(&|entry| is_likely(entry) && entry.kind == Kind::Latin) >= UNCALLED_LATIN_MIN)
}

fn entries_of(sentence: &str) -> Vec<Entry<'_>> {
    let (Some(value), Some(before)) = (VALUE.as_ref(), BEFORE.as_ref()) else { return Vec::new() };
    let mut entries = Vec::new();
    for found in value.captures_iter(sentence) {
        let Some(whole) = found.get(0) else { continue };
        let after = &sentence[whole.end()..];
        let Some((name, kind)) = names::before(&sentence[..whole.start()]) else { continue };
        let score = found.name("number").map(|digits| number(digits.as_str()));
        let is_mark = found.name("mark").is_some();
        if is_of_something_else(&sentence[..whole.start()], after)
            || score.is_some_and(|score| score > SCORE_MAX)
            || (is_mark && kind != Kind::Sure)
        {
            continue;
        }
        let is_called = found.name("spelt").is_some()
            || found.name("rank").is_some_and(|rank| rank.as_str().ends_with('名'))
            || after.trim_start().starts_with('分');
        let start = sentence[..whole.start()].rfind(name).unwrap_or(whole.start());
        entries.push(Entry { name, kind, score, is_called, words: &sentence[start..whole.end()] });
    }
    for found in before.captures_iter(sentence) {
        let (Some(whole), Some(list)) = (found.get(0), found.get(1)) else { continue };
        let names = list.as_str().split(['、', '，', ',', ' ']).filter(|name| names::is_full_name(name));
        entries.extend(names.map(|name| Entry {
            name,
            kind: Kind::Sure,
            score: None,
            is_called: true,
            words: whole.as_str(),
        }));
    }
    entries
}

fn number(digits: &str) -> u32 {
    let digit = |letter: char| match letter {
        '０'..='９' => u32::from(letter) - u32::from('０'),
        _ => letter.to_digit(10).unwrap_or(0),
    };
    digits.chars().fold(0_u32, |sum, letter| sum.saturating_mul(10).saturating_add(digit(letter)))
}

/// Whether the number counts things, or is part of a date, a time or a longer number.
fn is_of_something_else(before: &str, after: &str) -> bool {
    let mut back = before.chars().rev();
    let is_inside = back.next().is_some_and(|letter| ":：/.-~～".contains(letter))
        && back.next().is_some_and(|letter| letter.is_ascii_digit());
    let mut ahead = after.chars();
    let is_split = ahead.next().is_some_and(|letter| ":：/.-~～".contains(letter))
        && ahead.next().is_some_and(|letter| letter.is_ascii_digit());
    is_inside || is_split || counts_things(after.trim_start_matches([' ', '\t']))
}

fn counts_things(after: &str) -> bool {
    let Some(first) = after.chars().next() else { return false };
    if first.is_ascii_lowercase() {
        let word = after.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
        return ![
            "points", "point", "pts", "marks", "out", "and", "but", "in", "on", "for", "while", "percent",
            "with",
        ]
        .contains(&word);
    }
    let is_unit = "月日点号元人个时楼页岁米年周班级支块本张只条根把件套盒瓶包袋双份组排位次秒届期章课道遍天度路题节单斤厘毫公寸码颗枚棵顿杯碗步句篇首幅架台辆线站户家种样圈队"
        .contains(first);
    // 王五60张三98: the next name begins with what may be a unit too.
    (is_unit && !begins_name(after)) || after.starts_with("分钟") || after.starts_with("分米")
}

fn begins_name(after: &str) -> bool {
    let run = after.find(|letter: char| !('\u{4e00}'..='\u{9fa5}').contains(&letter)).unwrap_or(after.len());
    after[run..]
        .trim_start()
        .starts_with(|letter: char| letter.is_ascii_digit() || letter == ':' || letter == '：')
        && names::is_full_name(&after[..run])
}
