//! Purpose: what teachers write about time, and what is understood, both by tables; and that nothing can break it.

use chrono_tz::Asia::Shanghai;
use proptest::prelude::*;

use super::*;
use crate::timetable::testing::{at, china, date, school, wall};
use crate::timetable::{DayRule, SchoolCalendar};

/// A Saturday evening, 21 November 2026, 18:20 in Shanghai.
const NOW: &str = "2026-11-21T10:20:30Z";

fn read_at(text: &str, now: &str, calendar: &SchoolCalendar) -> Result<Read, Problem> {
    read(text, at(now), SchoolTime { zone: Shanghai, calendar })
}

/// What was understood, in short.
fn short(reading: &Reading) -> String {
    match reading {
        Reading::Now => "now".into(),
        Reading::Once(at) => at.format("%Y-%m-%d %H:%M").to_string(),
        Reading::Recurring(recurrence) => recurrence.to_text(),
    }
}

fn outcome(text: &str, now: &str) -> String {
    let list = |readings: &[Reading]| readings.iter().map(short).collect::<Vec<_>>().join(" | ");
    match read_at(text, now, &school()) {
        Ok(Read { reading, is_past_midnight, .. }) => {
            format!("{}{}", short(&reading), if is_past_midnight { " (after midnight)" } else { "" })
        }
        Err(Problem::Ambiguous(choices)) => format!("either {}", list(&choices)),
        Err(Problem::TimeMissing { date, suggested }) => {
            format!("when on {}? {}", date.map(|date| date.to_string()).unwrap_or_default(), list(&suggested))
        }
        Err(problem) => format!("{problem:?}"),
    }
}

fn check(table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, expected)| {
            let found = outcome(text, NOW);
            (found != *expected).then(|| format!("{text}: {found}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn chinese_words_for_one_time_are_understood() {
    check(&[
        ("现在", "now"),
        ("立即发送", "now"),
        ("明天 19:30", "2026-11-22 19:30"),
        ("明天19:30发", "2026-11-22 19:30"),
        ("明天１９：３０", "2026-11-22 19:30"),
        ("今晚七点半", "2026-11-21 19:30"),
        ("今天晚上7点", "2026-11-21 19:00"),
        ("后天上午9点", "2026-11-23 09:00"),
        ("大后天早上八点一刻", "2026-11-24 08:15"),
        ("下周一早上8点", "2026-11-23 08:00"),
        ("下下周一 8:00", "2026-11-30 08:00"),
        ("下個星期三下午兩點", "2026-11-25 14:00"),
        ("本周日晚8点", "2026-11-22 20:00"),
        ("周日晚8点", "2026-11-22 20:00"),
        ("周五下午三点三刻", "2026-11-27 15:45"),
        ("礼拜天中午12点", "2026-11-22 12:00"),
        ("12月3日 8:00", "2026-12-03 08:00"),
        ("十二月三号上午八点零五分", "2026-12-03 08:05"),
        ("2026年12月3日 20:00", "2026-12-03 20:00"),
        ("二〇二六年十二月三日 20点", "2026-12-03 20:00"),
        ("2026-12-03 08:00", "2026-12-03 08:00"),
        ("2026/12/3 8:00:00", "2026-12-03 08:00"),
        ("12/3 8:00", "2026-12-03 08:00"),
        ("1月5日 8:00", "2027-01-05 08:00"),
        ("3号晚上7点", "2026-12-03 19:00"),
        ("25号 8:00", "2026-11-25 08:00"),
        ("下个月3号 8:00", "2026-12-03 08:00"),
        ("下月底 8:00", "2026-12-31 08:00"),
        ("12月3日星期四 8:00", "2026-12-03 08:00"),
        ("半小时后", "2026-11-21 18:50"),
        ("两小时后", "2026-11-21 20:20"),
        ("两个半小时后", "2026-11-21 20:50"),
        ("一个半小时以后", "2026-11-21 19:50"),
        ("90分钟后", "2026-11-21 19:50"),
        ("1小时15分钟后", "2026-11-21 19:35"),
        ("一刻钟后", "2026-11-21 18:35"),
        ("3天后 8:00", "2026-11-24 08:00"),
        ("两周后早上7点", "2026-12-05 07:00"),
        ("19:30", "2026-11-21 19:30"),
        ("8:00", "2026-11-22 08:00"),
        ("今晚12点", "2026-11-22 00:00 (after midnight)"),
        ("明天晚上12点", "2026-11-23 00:00 (after midnight)"),
        ("明天24:00", "2026-11-23 00:00 (after midnight)"),
        ("明天晚上1点", "2026-11-23 01:00 (after midnight)"),
        ("明天凌晨1点", "2026-11-22 01:00"),
        ("明天零点", "2026-11-22 00:00"),
        ("明天中午一点", "2026-11-22 13:00"),
        ("国庆节", "Nothing"),
    ]);
}

#[test]
fn chinese_rhythms_are_understood() {
    check(&[
        ("每天19:30", "always - - daily 19:30:00"),
        ("每日早上7点", "always - - daily 07:00:00"),
        ("天天晚上8点", "always - - daily 20:00:00"),
        ("每周一三五 7:50", "always - - weekly mon,wed,fri 07:50:00"),
        (
            "每周一三五七点五十分",
            "either always - - weekly mon,wed,fri 07:50:00 | always - - weekly mon,wed,fri 19:50:00",
        ),
        ("每周一、三、五 7:50", "always - - weekly mon,wed,fri 07:50:00"),
        ("每周一和周三 7:50", "always - - weekly mon,wed 07:50:00"),
        ("每周一到周五 7:50", "always - - weekly mon,tue,wed,thu,fri 07:50:00"),
        ("每周六日 9:00", "always - - weekly sat,sun 09:00:00"),
        ("每周末 9:00", "always - - weekly sat,sun 09:00:00"),
        ("每周一19:30", "always - - weekly mon 19:30:00"),
        ("每个星期天晚上八点", "always - - weekly sun 20:00:00"),
        ("每周一19:30（放假顺延到下一个上课日）", "next - - weekly mon 19:30:00"),
        ("每周一19:30，放假不发", "skip - - weekly mon 19:30:00"),
        ("每周一19:30 到2027年1月20日为止", "always - 2027-01-20 weekly mon 19:30:00"),
        ("每个工作日早上7点", "always - - workdays 07:00:00"),
        ("每个上课日 早上7点", "only - - daily 07:00:00"),
        ("每两周周一 8:00", "always - - weeks 2 mon 2026-11-23 08:00:00"),
        ("隔周周六 20:00", "always - - weeks 2 sat 2026-11-16 20:00:00"),
        ("每月1号 8:00", "always - - month-day 1 08:00:00"),
        ("每月15日下午3点", "always - - month-day 15 15:00:00"),
        ("每个月最后一天 18:00", "always - - month-end 18:00:00"),
        ("每月底 18:00", "always - - month-end 18:00:00"),
        ("每月第一个上课日 8:00", "always - - first-school-day month 08:00:00"),
        ("每月最后一个上课日 8:00", "always - - last-school-day month 08:00:00"),
        ("每周最后一个上课日 16:00", "always - - last-school-day week 16:00:00"),
        ("每月第二个星期二 8:00", "always - - nth 2 tue 08:00:00"),
        ("每月最后一个周五 16:00", "always - - last fri 16:00:00"),
        ("每学期最后一天 8:00", "always - - last-school-day term 08:00:00"),
        ("每学期第一天 8:00", "NoTerm"),
        ("每天晚上12点", "always - - daily 00:00:00 (after midnight)"),
        ("每周日晚上12点", "always - - weekly mon 00:00:00 (after midnight)"),
        ("每月1号晚上12点", "NightAfter"),
        ("每小时", "Rhythm(\"每小时\")"),
        ("每年1月1日 8:00", "Rhythm(\"每年\")"),
        ("每周 8:00", "DayMissing"),
        ("30 19 * * 1,3", "always - - cron 30 19 * * 1,3"),
        ("cron：0 8 L * *", "always - - cron 0 8 L * *"),
    ]);
}

#[test]
fn chinese_that_is_not_enough_or_too_much_is_asked_about() {
    check(&[
        ("", "Nothing"),
        ("你好", "Nothing"),
        ("明天", "when on 2026-11-22? 2026-11-22 08:00 | 2026-11-22 12:00 | 2026-11-22 19:30"),
        ("2026年12月3日", "when on 2026-12-03? 2026-12-03 08:00 | 2026-12-03 12:00 | 2026-12-03 19:30"),
        ("3号晚上", "when on 2026-12-03? 2026-12-03 19:00 | 2026-12-03 19:30 | 2026-12-03 20:00"),
        (
            "每月1号",
            "when on ? always - - month-day 1 08:00:00 | always - - month-day 1 12:00:00 | always - - month-day 1 19:30:00",
        ),
        ("下周", "DayMissing"),
        ("明天8点", "either 2026-11-22 08:00 | 2026-11-22 20:00"),
        ("今天7点", "2026-11-21 19:00"),
        ("本周五下午三点一刻", "Past { read: 2026-11-20T15:15:00, instead: Some(2026-11-27T15:15:00) }"),
        ("昨天 8:00", "Past { read: 2026-11-20T08:00:00, instead: None }"),
        ("2026年11月1日 8:00", "Past { read: 2026-11-01T08:00:00, instead: None }"),
        ("11月1日 8:00", "Past { read: 2026-11-01T08:00:00, instead: Some(2027-11-01T08:00:00) }"),
        ("2月30日 8:00", "NoSuchDate(\"2-30\")"),
        ("2027年2月29日 8:00", "NoSuchDate(\"2027-02-29\")"),
        ("32号 8:00", "NoSuchDate(\"32\")"),
        ("明天25:00", "NoSuchTime(\"25:00\")"),
        ("明天8:60", "NoSuchTime(\"8:60\")"),
        ("明天早上20点", "NoSuchTime(\"20:00\")"),
        ("12月3日星期五 8:00", "OtherWeekday { date: 2026-12-03, said: Fri }"),
        ("明天8:00给家长", "Rest(\"给家长\")"),
        ("明天8:00和19:30", "Rest(\"19:30\")"),
        ("明天 每周一 8:00", "TooMuch"),
        ("99999天后 8:00", "Never"),
        ("30 25 * * 1", "Cron(Field { field: Hour, written: \"25\" })"),
    ]);
}

#[test]
fn english_words_for_one_time_are_understood() {
    check(&[
        ("now", "now"),
        ("Tomorrow 19:30", "2026-11-22 19:30"),
        ("tonight at 8", "2026-11-21 20:00"),
        ("tomorrow morning at 8", "2026-11-22 08:00"),
        ("the day after tomorrow at noon", "2026-11-23 12:00"),
        ("next Monday 8am", "2026-11-23 08:00"),
        ("Mon 8:00", "2026-11-23 08:00"),
        ("on Friday at half past 3 pm", "2026-11-27 15:30"),
        ("Friday quarter to four pm", "2026-11-27 15:45"),
        ("this Sunday 20:00", "2026-11-22 20:00"),
        ("in 2 hours", "2026-11-21 20:20"),
        ("in half an hour", "2026-11-21 18:50"),
        ("in an hour and a half", "2026-11-21 19:50"),
        ("1 hour and 15 minutes from now", "2026-11-21 19:35"),
        ("in 3 days at 8:00", "2026-11-24 08:00"),
        ("Dec 3 at 8", "either 2026-12-03 08:00 | 2026-12-03 20:00"),
        ("December 3rd, 2026 at 8 pm", "2026-12-03 20:00"),
        ("3 December 8:00", "2026-12-03 08:00"),
        ("the 3rd of December at 8 a.m.", "2026-12-03 08:00"),
        ("2026-12-03 08:00", "2026-12-03 08:00"),
        ("Thursday, 3 December, 08:00", "2026-12-03 08:00"),
        ("on the 3rd at 12pm", "2026-12-03 12:00"),
        ("Dec 3 12am", "2026-12-03 00:00"),
        ("tonight at midnight", "2026-11-22 00:00 (after midnight)"),
        ("3 December", "when on 2026-12-03? 2026-12-03 08:00 | 2026-12-03 12:00 | 2026-12-03 19:30"),
        ("next week", "DayMissing"),
        ("last Monday 8:00", "Past { read: 2026-11-09T08:00:00, instead: None }"),
        ("tomorrow 13am", "NoSuchTime(\"13:00\")"),
        ("tomorrow at 8:00 to parents", "Rest(\"to parents\")"),
        ("hello there", "Nothing"),
    ]);
}

#[test]
fn english_rhythms_are_understood() {
    check(&[
        ("every day at 7:50", "always - - daily 07:50:00"),
        ("every Monday 19:30", "always - - weekly mon 19:30:00"),
        ("every Monday, Wednesday and Friday at 7:50", "always - - weekly mon,wed,fri 07:50:00"),
        ("every Mon-Fri 7:50", "always - - weekly mon,tue,wed,thu,fri 07:50:00"),
        ("every weekday at 7:50", "always - - weekly mon,tue,wed,thu,fri 07:50:00"),
        ("every workday at 7:50", "always - - workdays 07:50:00"),
        ("every school day 7:50", "only - - daily 07:50:00"),
        ("first school day of each month at 8:00", "always - - first-school-day month 08:00:00"),
        ("last Friday of every month 16:00", "always - - last fri 16:00:00"),
        ("the second Tuesday of each month 16:00", "always - - nth 2 tue 16:00:00"),
        ("the last day of every month at 6 pm", "always - - month-end 18:00:00"),
        ("on the 1st of every month at 8:00", "always - - month-day 1 08:00:00"),
        ("every month on the 15th 8:00", "always - - month-day 15 08:00:00"),
        ("every week on Monday 8:00", "always - - weekly mon 08:00:00"),
        ("every 2 weeks on Monday 8:00", "always - - weeks 2 mon 2026-11-23 08:00:00"),
        ("every other Monday at 8:00", "always - - weeks 2 mon 2026-11-23 08:00:00"),
        ("every Monday 19:30, except holidays", "skip - - weekly mon 19:30:00"),
        ("every Monday 19:30 until 20 January 2027", "always - 2027-01-20 weekly mon 19:30:00"),
        ("every hour", "Rhythm(\"every hour\")"),
        ("every year", "Rhythm(\"every year\")"),
        ("every week", "DayMissing"),
    ]);
}

#[test]
fn weeks_begin_on_monday() {
    // Sunday 22 and Monday 23 November 2026, at noon in Shanghai.
    let (sunday, monday) = ("2026-11-22T04:00:00Z", "2026-11-23T04:00:00Z");
    for (text, on_sunday, on_monday) in [
        ("下周一 8:00", "2026-11-23 08:00", "2026-11-30 08:00"),
        ("周一 8:00", "2026-11-23 08:00", "2026-11-30 08:00"),
        ("周一 20:00", "2026-11-23 20:00", "2026-11-23 20:00"),
        ("周日 20:00", "2026-11-22 20:00", "2026-11-29 20:00"),
        ("本周日 20:00", "2026-11-22 20:00", "2026-11-29 20:00"),
        ("下周日 20:00", "2026-11-29 20:00", "2026-12-06 20:00"),
        ("next Monday 8:00", "2026-11-23 08:00", "2026-11-30 08:00"),
        ("next Friday 8:00", "2026-11-27 08:00", "either 2026-11-27 08:00 | 2026-12-04 08:00"),
    ] {
        assert_eq!(outcome(text, sunday), on_sunday, "{text} on Sunday");
        assert_eq!(outcome(text, monday), on_monday, "{text} on Monday");
    }
}

#[test]
fn terms_are_asked_for_where_there_are_none() {
    assert_eq!(read_at("每学期第一天 8:00", NOW, &china()), Err(Problem::NoTerm));
    let found = read_at("每学期第一天 8:00", "2026-08-01T00:00:00Z", &school()).unwrap();
    let Reading::Recurring(recurrence) = found.reading else { panic!("it recurs") };
    let calendar = school();
    let time = SchoolTime { zone: Shanghai, calendar: &calendar };
    assert_eq!(recurrence.next_run(at("2026-08-01T00:00:00Z"), time), Some(at("2026-09-01T00:00:00Z")));
    assert_eq!(recurrence.day_rule, DayRule::Always);
}

#[test]
fn a_time_that_clock_changes_touch_is_still_one_time() {
    let calendar = SchoolCalendar::default();
    let time = SchoolTime { zone: chrono_tz::Europe::Berlin, calendar: &calendar };
    let found = read("tomorrow 2:30", at("2026-03-28T12:00:00Z"), time).unwrap();
    assert_eq!(found.reading, Reading::Once(wall("2026-03-29T02:30:00")));
    assert_eq!(time.today(at("2026-03-28T23:30:00Z")), date("2026-03-29"));
}

#[test]
fn a_long_text_is_refused_and_rubbish_is_fast() {
    assert_eq!(read_at(&"1".repeat(CHARS_MAX + 1), NOW, &china()), Err(Problem::TooLong));
    assert_eq!(read_at(&"每周".repeat(2_048), NOW, &china()), Err(Problem::TooLong));
    for rubbish in ["每", "半", "下", "1", ":", "周一", "every ", "1 ", "a", "和", "第", "("] {
        let _ = read_at(&rubbish.repeat(CHARS_MAX / rubbish.chars().count()), NOW, &china());
    }
}

/// Pieces that belong to times, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let pieces = vec![
        "每",
        "周",
        "周一",
        "一",
        "三",
        "月",
        "号",
        "日",
        "年",
        "半",
        "点",
        "刻",
        "后",
        "小时",
        "最后",
        "第",
        "个",
        "上课日",
        "下",
        "本",
        "明天",
        "晚上",
        "12",
        "2026",
        "999999999",
        "0",
        ":",
        "-",
        "/",
        "到",
        "隔",
        "学期",
        "（放假跳过）",
        "十",
        " every ",
        " last ",
        " of ",
        " month ",
        " monday ",
        " at ",
        " in ",
        " half ",
        " to ",
        " 3rd ",
        " pm ",
        " until ",
        " an ",
        " hours ",
        " , ",
        " december ",
        " school day ",
        "*",
        "L",
    ];
    proptest::collection::vec(proptest::sample::select(pieces), 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn nothing_makes_it_panic_and_what_is_read_is_to_come(
        text in prop_oneof![3 => pieces(), 1 => "\\PC{0,60}", 1 => "[0-9*,/L# -]{0,30}"],
        days in 0i64..3_000,
    ) {
        let calendar = school();
        let time = SchoolTime { zone: Shanghai, calendar: &calendar };
        let now = at(NOW).plus_ms(days * crate::clock::DAY_MS);
        match read(&text, now, time) {
            Ok(Read { reading: Reading::Once(at), .. }) => {
                prop_assert!(crate::timetable::wall::point(at, Shanghai) > Some(now), "{text}: {at}");
            }
            Ok(Read { reading: Reading::Recurring(recurrence), .. }) => {
                prop_assert!(recurrence.next_run(now, time).is_some());
                prop_assert_eq!(Recurrence::parse(&recurrence.to_text()), Ok(recurrence));
            }
            Ok(_) | Err(_) => {}
        }
    }
}
