//! Purpose: the words of digests, tried in many ways: every message fits, and nothing is lost on the way into it.

mod races;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::rules::{HEADING_UNITS_MAX, Sheet, WHOLE_UNITS_MAX, body, fits, packed, shown};
use crate::broadcasts::draft::{Confirmation, Draft, Urgency};
use crate::burden::rules::Kind;
use crate::channel::{Content, Style, Styled, TEXT_UNITS_MAX};
use crate::i18n::Language;
use crate::ids::RunId;
use crate::text::units;

const LANGUAGES: [Language; 2] = [Language::Chinese, Language::English];

fn text(words: &str) -> Content {
    Content::Text { body: Styled::from(words.to_owned()) }
}

fn sheet(part: i64, parts: i64) -> Sheet {
    Sheet { date: NaiveDate::from_ymd_opt(2026, 12, 30).unwrap(), part, parts }
}

#[test]
fn the_heading_takes_no_more_room_than_is_kept_for_it() {
    for language in LANGUAGES {
        for count in [1, 2, 100] {
            let shown: Vec<_> = (0..count).map(|run| (RunId(run), Styled::default())).collect();
            let numbers: usize = (1..=count).map(|number| format!("\n\n{number}. ").len()).sum();
            let heading = units(&body(sheet(99, 99), &shown, language).text);
            assert!(heading <= HEADING_UNITS_MAX + numbers, "{heading} {numbers}");
        }
    }
}

#[test]
fn a_short_text_stands_whole_with_its_styles_and_a_long_one_follows() {
    let mut styled = Styled::default();
    styled.push("请带");
    styled.push_in("水杯", Style::Bold);
    let whole = shown(&Content::Text { body: styled.clone() }, Language::Chinese);
    assert_eq!((whole.body, whole.follows), (styled, false));
    let longest = text(&"长".repeat(WHOLE_UNITS_MAX));
    assert!(!shown(&longest, Language::Chinese).follows);
    let longer = shown(&text(&"长".repeat(WHOLE_UNITS_MAX + 1)), Language::Chinese);
    assert!(longer.follows && longer.body.text.ends_with("…\n👇 全文在下面"), "{}", longer.body.text);
    let poll =
        Content::Poll {
            question: "去哪儿？".into(), options: Vec::new(), multiple: false, anonymous: true
        };
    let poll = shown(&poll, Language::English);
    assert_eq!((poll.body.text.as_str(), poll.follows), ("去哪儿？\n👇 The poll is below", true));
}

#[test]
fn parts_of_one_announcement_stand_under_one_number_and_a_lone_one_has_none() {
    let part = |run, words: &str| (RunId(run), Styled::from(words.to_owned()));
    let two = body(sheet(1, 1), &[part(1, "甲"), part(1, "乙"), part(2, "丙")], Language::Chinese);
    assert_eq!(
        two.text,
        "📮 12月30日周三 · 每日汇总\n为了少打扰您，这 2 条通知合在一起发。\n\n1. 甲\n乙\n\n2. 丙"
    );
    let one = body(sheet(2, 3), &[part(1, "甲"), part(1, "乙")], Language::Chinese);
    assert_eq!(one.text, "📮 12月30日周三 · 每日汇总（2/3）\n为了少打扰您，这条通知留到现在才发。\n\n甲\n乙");
}

#[test]
fn only_what_is_neither_urgent_nor_to_be_confirmed_can_wait() {
    let of = |urgency, confirmation| super::rules::kind(&Draft { confirmation, urgency, ..Draft::default() });
    assert_eq!(of(Urgency::Normal, Confirmation::None), Kind::Plain);
    for confirmation in [Confirmation::Read, Confirmation::Signed] {
        assert_eq!(of(Urgency::Normal, confirmation), Kind::Asking);
        assert_eq!(of(Urgency::Urgent, confirmation), Kind::Urgent);
    }
}

proptest! {
    #[test]
    fn every_message_fits_and_every_part_comes_in_one_of_them_in_order(
        texts in proptest::collection::vec((0_i64..4, 1_usize..1_500), 0..60),
    ) {
        let mut run = 0;
        let shown: Vec<(RunId, Styled)> = texts
            .iter()
            .map(|(next, length)| {
                run += next.min(&1);
                (RunId(run), super::rules::shown(&text(&"长".repeat(*length)), Language::English).body)
            })
            .collect();
        let lengths: Vec<usize> = shown.iter().map(|(_, body)| units(&body.text)).collect();
        let packed = packed(&lengths);
        let mut next = 0;
        for range in &packed {
            prop_assert!(range.start == next && range.end > range.start);
            next = range.end;
            for language in LANGUAGES {
                let body = body(sheet(99, 99), &shown[range.clone()], language);
                prop_assert!(fits(&body), "{} of {TEXT_UNITS_MAX}", units(&body.text));
                for (_, part) in &shown[range.clone()] {
                    prop_assert!(body.text.contains(&part.text));
                }
            }
        }
        prop_assert_eq!(next, shown.len());
    }
}
