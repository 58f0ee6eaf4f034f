//! Purpose: the check of drafts against lists of scores, requests for money, and what schools write every day.
//!
//! Invariant: the sentences are written for this project; `\n` in them is a new line, `\t` a tab. None is missed, none is found in vain.

use super::*;

/// Lists of scores, one a line.
const SCORES: &str = include_str!("scores.txt");
/// Requests for money, one a line.
const MONEY: &str = include_str!("money.txt");
/// Ordinary notices, one a line.
const CLEAN: &str = include_str!("clean.txt");

fn texts(file: &str) -> impl Iterator<Item = String> + '_ {
    file.lines().map(|line| line.replace("\\n", "\n").replace("\\t", "\t"))
}

#[test]
fn every_list_of_scores_is_found_however_it_is_written() {
    let missed: Vec<String> = texts(SCORES)
        .filter(|text| !find(text).iter().any(|found| matches!(found, Sensitive::Scores(_))))
        .collect();
    assert_eq!(missed, [""; 0]);
    assert!(SCORES.lines().count() >= 60);
}

#[test]
fn every_request_for_money_is_found_however_it_is_written() {
    let missed: Vec<String> = texts(MONEY)
        .filter(|text| !find(text).iter().any(|found| matches!(found, Sensitive::Money(_))))
        .collect();
    assert_eq!(missed, [""; 0]);
}

#[test]
fn the_link_of_a_private_payment_code_is_found_and_the_schools_page_is_not() {
    for (text, link) in [
        ("付这里 wxp://f2f0AbC-12，谢谢", "wxp://f2f0AbC-12"),
        ("HTTPS://QR.ALIPAY.COM/fkx12", "QR.ALIPAY.COM/fkx12"),
        ("paypal.me/liu", "paypal.me/liu"),
    ] {
        assert!(find(text).contains(&Sensitive::PaymentCode(link.into())), "{text}: {:?}", find(text));
    }
    for text in
        ["请上 https://pay.school.example/fees 缴费 88 元", "https://www.alipay.com", "unqr.alipay.community"]
    {
        assert!(!find(text).iter().any(|found| matches!(found, Sensitive::PaymentCode(_))), "{text}");
    }
}

#[test]
fn ordinary_notices_go_through() {
    let hit: Vec<_> =
        texts(CLEAN).map(|text| (find(&text), text)).filter(|(found, _)| !found.is_empty()).collect();
    assert_eq!(hit, []);
    assert!(CLEAN.lines().count() >= 150);
    assert_eq!(find(""), []);
}

#[test]
fn what_is_found_is_quoted_as_written() {
    let found = find("各位家长，每人 88 元资料费，请转给我，谢谢");
    assert_eq!(found, [Sensitive::Money("88 元资料费，请转给我".into())]);
    assert_eq!(find("期中：张三 ９８，李四 95"), [Sensitive::Scores("张三 ９８".into())]);
}

#[test]
fn a_file_of_scores_is_known_by_a_word_of_its_name() {
    for (name, word) in [
        ("期中成绩表.xlsx", "成绩"),
        ("class 3 scores.xlsx", "scores"),
        ("class3_scores.csv", "scores"),
        ("三班排名.jpg", "排名"),
        ("Exam_Results.pdf", "Exam_Results"),
        ("三年级语文分数.xls", "分数"),
        ("report cards class 2.zip", "report cards"),
        ("Marks.docx", "Marks"),
    ] {
        assert_eq!(scores_in_file_name(name).as_deref(), Some(word), "{name}");
    }
    for name in [
        "运动会成绩.xlsx",
        "成绩查询方法.pdf",
        "成绩单领取通知.docx",
        "认识分数.pptx",
        "football scores.xlsx",
        "piano score.pdf",
        "bookmarks.pdf",
        "Grades 3 and 4 calendar.pdf",
        "课程表.xlsx",
        "photo.jpg",
    ] {
        assert_eq!(scores_in_file_name(name), None, "{name}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}|[张李三四0-9第名分 ，\n转账不要元费]{0,60}") {
        let _ = find(&text);
        let _ = scores_in_file_name(&text);
    }
}
