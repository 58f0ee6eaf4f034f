//! Purpose: what folding promises, over single examples, all characters, and arbitrary text.
//!
//! Invariant: expectations are written by hand, not taken from the code's own output.

use proptest::prelude::*;

use super::*;

fn collapsed(text: &str) -> String {
    normalise(text).collapsed().to_owned()
}

fn plain(text: &str) -> String {
    normalise(text).plain().to_owned()
}

#[test]
fn symbols_inside_a_word_vanish() {
    assert_eq!(collapsed("加 . 微 - 信"), "加微信");
    assert_eq!(plain("加.微-信，谢谢"), "加微信,谢谢");
}

#[test]
fn invisible_characters_vanish() {
    for noise in [
        '\u{200B}',
        '\u{200D}',
        '\u{202E}',
        '\u{FE0F}',
        '\u{E0041}',
        '\u{0336}',
        '\u{20DD}',
        '\u{3164}',
        '\u{AD}',
    ] {
        assert_eq!(collapsed(&format!("加{noise}微{noise}信{noise}")), "加微信", "{:x}", u32::from(noise));
    }
}

#[test]
fn drawn_letters_and_digits_become_ascii() {
    assert_eq!(collapsed("𝐕𝐗 ⓥⓧ ＶＸ 🅥🅧 🆅🆇 🇻🇽 ⒱⒳ ᴠx ᵛˣ ⅴⅹ"), "vx".repeat(10));
    assert_eq!(collapsed("①②③ ❶❷❸ ⑴⑵⑶ ⒈⒉⒊ １２３ 𝟏𝟐𝟑 ¹²³ ₁₂₃ 1️⃣2️⃣3️⃣ ➊➋➌ ⓵⓶⓷"), "123".repeat(11));
    assert_eq!(collapsed("🔟 ⓿ ⑫ ⓬"), "1001212");
}

#[test]
fn foreign_lookalikes_become_latin() {
    assert_eq!(collapsed("wесhаt"), "wechat");
    assert_eq!(collapsed("ВЕТ вет ΒΕΤ"), "betbetbet");
    assert_eq!(collapsed("Ｑ𝙌ԛ"), "qqq");
    assert_eq!(collapsed("Wéïxîn"), "weixin");
}

#[test]
fn traditional_and_radical_forms_become_simplified() {
    assert_eq!(collapsed("家長群裡請勿發廣告"), "家长群里请勿发广告");
    assert_eq!(collapsed("⼀⼆㈢㊃"), "一二三四");
}

#[test]
fn numerals_are_digits_only_in_a_long_number() {
    assert_eq!(collapsed("微信一三八零零一三八零零零"), "微信13800138000");
    assert_eq!(collapsed("电话壹叁捌-〇〇壹叁-捌000"), "电话13800138000");
    for kept in
        ["一年级三班", "二〇二五年", "周一三五", "一对一", "四十五人", "三十六", "一、二、三、四、五、六"]
    {
        let expected: String = kept.chars().filter(|c| *c != '、').collect();
        assert_eq!(collapsed(kept), expected);
    }
}

#[test]
fn a_plus_reads_as_add_and_stays_a_plus_for_patterns() {
    assert_eq!((collapsed("➕V"), plain("＋V")), ("加v".to_owned(), "+v".to_owned()));
}

#[test]
fn patterns_see_separators_between_words() {
    assert_eq!(plain("微信：ABC  123\n下一行"), "微信:abc 123\n下一行");
    assert_eq!(plain("3.5 元"), "3.5 元");
}

#[test]
fn kana_and_hangul_stay_whole() {
    assert_eq!(collapsed("がんばって 화이팅 ｶﾞ"), "がんばって화이팅カ");
}

#[test]
fn folding_every_character_twice_changes_nothing_more() {
    // The planes with assigned characters.
    for c in ('\0'..='\u{3FFFF}').chain('\u{E0000}'..='\u{E0FFF}') {
        let once =
            normalise(c.encode_utf8(&mut [0; 4])).units().iter().map(|unit| unit.ch).collect::<String>();
        let twice = normalise(&once).units().iter().map(|unit| unit.ch).collect::<String>();
        assert_eq!(once, twice, "U+{:04X}", u32::from(c));
    }
}

#[test]
fn a_text_is_read_up_to_its_limit() {
    let text = "字".repeat(TEXT_BYTES_MAX);
    let read = normalise(&text);
    assert_eq!(read.collapsed().len(), TEXT_BYTES_MAX / 3 * 3);
}

#[test]
fn the_origin_of_units_is_what_was_written() {
    let text = "看：加\u{200B}.微—\u{FE0F}𝐕！";
    let read = normalise(text);
    let units = read.plain_units(&read.plain().find('加').map(|at| at..at + "加微".len()).unwrap()).unwrap();
    assert_eq!(&text[read.origin(&units)], "加\u{200B}.微");
    assert_eq!(read.origin(&(3..3)), 0..0);
    assert_eq!(read.plain_units(&(999..1000)), None);
}

#[test]
fn sounds_ignore_tones_and_know_the_lookalike_of_wei() {
    assert_eq!(["薇", "威", "微", "徽", "卫"].map(|c| c.chars().next().and_then(sound)), [Some("wei"); 5]);
    assert_eq!(
        [sound('信'), sound('芯'), sound('绿'), sound('a')],
        [Some("xin"), Some("xin"), Some("lv"), None]
    );
}

fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            "加", "微", "信", "❤️", "①", "𝐕", "\u{200B}", "\u{301}", "ﷺ", "🇨", "。", ".", " ", "\n", "零",
            "壹", "8", "+", "ａ", "İ",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_unit_points_at_whole_characters_in_order(text in hostile()) {
        let read = normalise(&text);
        let mut before = 0;
        for unit in read.units() {
            let origin = unit.origin();
            prop_assert!(text.get(origin.clone()).is_some_and(|written| written.chars().count() == 1));
            prop_assert!(origin.start >= before);
            before = origin.start;
        }
    }

    #[test]
    fn normalising_the_collapsed_form_changes_nothing(text in hostile()) {
        let once = collapsed(&text);
        // A plus has become 加 and long numbers have joined, so only the second pass must be stable.
        let twice = collapsed(&once);
        prop_assert_eq!(collapsed(&twice), twice);
    }

    #[test]
    fn every_range_of_the_plain_form_has_an_origin(text in hostile(), from in 0_usize..200, len in 1_usize..20) {
        let read = normalise(&text);
        let end = (from + len).min(read.plain().len());
        if from < end {
            let units = read.plain_units(&(from..end));
            prop_assert!(units.is_some_and(|units| text.get(read.origin(&units)).is_some()));
        }
    }
}
