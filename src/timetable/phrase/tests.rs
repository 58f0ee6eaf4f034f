//! Purpose: the words for times, in both languages, and that they are read as what they say.

use chrono_tz::Asia::Shanghai;

use super::*;
use crate::i18n::Language;
use crate::timetable::testing::{at, date, school, wall};
use crate::timetable::words::{self, Problem};
use crate::timetable::{SchoolTime, Timing};

const NOW: &str = "2026-11-21T10:20:30Z";

fn both(text: &Text) -> [String; 2] {
    [Language::Chinese.render(text), Language::English.render(text)]
}

fn days(on: Days) -> Recurrence {
    Recurrence::days(on, "07:50:00".parse().unwrap())
}

fn set(on: &[Weekday]) -> Weekdays {
    on.iter().copied().collect()
}

/// Every kind of recurrence with its words.
fn all() -> Vec<(Recurrence, [&'static str; 2])> {
    use Weekday::{Fri, Mon, Tue, Wed};
    vec![
        (days(Days::Daily), ["每天 07:50", "every day at 07:50"]),
        (days(Days::Daily).with(DayRule::OnlySchoolDays), ["每个上课日 07:50", "every school day at 07:50"]),
        (days(Days::Workdays), ["每个工作日 07:50", "every workday at 07:50"]),
        (days(Days::Weekly(set(&[Mon]))), ["每周一 07:50", "every Monday at 07:50"]),
        (
            days(Days::Weekly(set(&[Mon, Wed, Fri]))),
            ["每周一、周三、周五 07:50", "every Monday, Wednesday and Friday at 07:50"],
        ),
        (
            days(Days::EveryWeeks { every: 2, on: set(&[Mon, Tue]), first: date("2026-11-23") }),
            ["隔周的周一、周二 07:50", "every 2 weeks on Monday and Tuesday at 07:50"],
        ),
        (days(Days::DayOfMonth(22)), ["每月22日 07:50", "on the 22nd of every month at 07:50"]),
        (days(Days::DayOfMonth(5)), ["每月5日 07:50", "on the 5th of every month at 07:50"]),
        (days(Days::LastDayOfMonth), ["每月最后一天 07:50", "on the last day of every month at 07:50"]),
        (
            days(Days::NthWeekday(2, Tue)),
            ["每月第二个周二 07:50", "on the second Tuesday of every month at 07:50"],
        ),
        (
            days(Days::LastWeekday(Fri)),
            ["每月最后一个周五 07:50", "on the last Friday of every month at 07:50"],
        ),
        (
            days(Days::FirstSchoolDay(Span::Month)),
            ["每月第一个上课日 07:50", "on the first school day of every month at 07:50"],
        ),
        (
            days(Days::LastSchoolDay(Span::Week)),
            ["每周最后一个上课日 07:50", "on the last school day of every week at 07:50"],
        ),
        (
            days(Days::LastSchoolDay(Span::Term)),
            ["每学期最后一个上课日 07:50", "on the last school day of every term at 07:50"],
        ),
        (
            days(Days::Weekly(set(&[Mon]))).with(DayRule::MoveToNextSchoolDay),
            [
                "每周一 07:50（放假顺延到下一个上课日）",
                "every Monday at 07:50 (moved to the next school day if there is no school)",
            ],
        ),
        (
            days(Days::Daily).with(DayRule::SkipNonSchool),
            ["每天 07:50（放假跳过）", "every day at 07:50 (skipped if there is no school)"],
        ),
        (
            days(Days::Weekly(set(&[Mon]))).with(DayRule::OnlySchoolDays),
            ["每周一 07:50（只在上课日）", "every Monday at 07:50 (only on school days)"],
        ),
        (
            Recurrence { until: Some(date("2027-01-20")), ..days(Days::Daily) },
            ["每天 07:50，到2027年1月20日为止", "every day at 07:50, until 20 January 2027"],
        ),
        (Recurrence::cron(Timing::parse("30 19 L * *").unwrap()), ["cron：30 19 L * *", "cron: 30 19 L * *"]),
    ]
}

#[test]
fn each_recurrence_has_words_that_are_read_as_it() {
    let calendar = school();
    let time = SchoolTime { zone: Shanghai, calendar: &calendar };
    for (rule, expected) in all() {
        assert_eq!(both(&recurrence(&rule)), expected);
        for words in expected {
            let read = words::read(words, at(NOW), time).map(|read| read.reading);
            assert_eq!(read, Ok(Reading::Recurring(rule.clone())), "{words}");
        }
    }
}

#[test]
fn a_short_moment_names_the_year_only_if_it_is_another() {
    let moment = wall("2026-11-23T19:30:00");
    assert_eq!(both(&short_moment(moment, 2026)), ["11月23日周一 19:30", "Mon 23 Nov 19:30"]);
    assert_eq!(both(&short_moment(moment, 2025)), ["2026年11月23日周一 19:30", "Mon 23 Nov 2026 19:30"]);
}

#[test]
fn a_moment_is_read_as_it_is_said() {
    let calendar = school();
    let time = SchoolTime { zone: Shanghai, calendar: &calendar };
    let once = Reading::Once(wall("2026-11-30T08:00:00"));
    let words = both(&reading(&once));
    assert_eq!(words, ["2026年11月30日 星期一 08:00", "Monday 30 November 2026, 08:00"]);
    for words in words {
        assert_eq!(words::read(&words, at(NOW), time).map(|read| read.reading), Ok(once.clone()), "{words}");
    }
    assert_eq!(both(&reading(&Reading::Now)), ["现在", "now"]);
    let bounded = Recurrence { from: Some(date("2026-12-01")), ..days(Days::Daily) };
    assert_eq!(
        both(&recurrence(&bounded)),
        ["每天 07:50，从2026年12月1日开始", "every day at 07:50, from 1 December 2026 on"]
    );
}

/// The words of the next occurrences of a rule, in one language each.
fn told(rule: DayRule, after: &str) -> Vec<[String; 2]> {
    let calendar = school();
    let time = SchoolTime { zone: Shanghai, calendar: &calendar };
    let rule =
        Recurrence::days(Days::Weekly(set(&[Weekday::Thu, Weekday::Fri])), "08:00:00".parse().unwrap())
            .with(rule);
    rule.occurrences(at(after), time).take(2).map(|next| both(&occurrence(&next, Shanghai))).collect()
}

#[test]
fn what_the_calendar_does_is_told_with_the_reason() {
    assert_eq!(
        told(DayRule::SkipNonSchool, "2026-09-30T00:00:00Z")[0],
        [
            "2026年10月1日 星期四 08:00 跳过（国庆节）",
            "Thursday 1 October 2026, 08:00: skipped (National Day)"
        ]
    );
    assert_eq!(
        told(DayRule::MoveToNextSchoolDay, "2026-09-30T00:00:00Z")[0],
        [
            "2026年10月1日 星期四 08:00 跳过（国庆节，和10月8日周四的那次合并）",
            "Thursday 1 October 2026, 08:00: skipped (National Day, falls together with the one of Thu 8 Oct)"
        ]
    );
    assert_eq!(
        told(DayRule::MoveToNextSchoolDay, "2026-10-22T00:00:00Z")[0],
        [
            "从10月23日周五（sports day）顺延到10月26日周一 08:00",
            "moved from Fri 23 Oct (sports day) to Mon 26 Oct, 08:00"
        ]
    );
    assert_eq!(
        told(DayRule::SkipNonSchool, "2026-07-05T00:00:00Z")[0],
        [
            "2026年7月9日 星期四 08:00 跳过（不在学期内）",
            "Thursday 9 July 2026, 08:00: skipped (outside term)"
        ]
    );
    assert_eq!(
        told(DayRule::MoveToNextSchoolDay, "2027-01-24T00:00:00Z")[0][1],
        "Thursday 28 January 2027, 08:00: skipped (outside term, and no school day after it is known)"
    );
}

#[test]
fn every_kind_of_day_and_skip_has_words() {
    let name = "国庆节、中秋节".into();
    let holiday = DayKind::Holiday { name };
    let english = |value: Value| match value {
        Value::Text(text) => Language::English.render(&text),
        Value::Words(words) => words,
        Value::Number(number) => number.to_string(),
    };
    assert_eq!(english(day_kind(&holiday)), "National Day and others");
    assert_eq!(english(day_kind(&DayKind::Holiday { name: "校庆".into() })), "校庆");
    assert_eq!(
        english(day_kind(&DayKind::MakeUp { name: "春节".into() })),
        "school day to make up for Spring Festival"
    );
    assert_eq!(english(day_kind(&DayKind::Weekend)), "weekend");
    assert_eq!(english(day_kind(&DayKind::SchoolDay)), "school day");
    assert_eq!(english(skip(&Skip::Late)), "missed for too long");
    assert_eq!(english(skip(&Skip::Superseded)), "several were missed, and only the latest is made up for");
    assert_eq!(both(&ends())[0], "之后到 2100 年底都不会再有。");
    assert_eq!(both(&past_midnight())[1], "Please note: this is after midnight, so it is the day after.");
}

#[test]
fn problems_say_what_to_do_and_offer_choices_that_are_read() {
    let calendar = school();
    let time = SchoolTime { zone: Shanghai, calendar: &calendar };
    let found = |text: &str| words::read(text, at(NOW), time).unwrap_err();
    let ambiguous = found("明天8点");
    assert_eq!(both(&problem(&ambiguous))[0], "这有几种可能，请选一个。");
    let offered: Vec<String> =
        choices(&ambiguous).iter().map(|text| Language::Chinese.render(text)).collect();
    assert_eq!(offered, ["2026年11月22日 星期日 08:00", "2026年11月22日 星期日 20:00"]);
    assert_eq!(
        both(&problem(&found("本周五 8:00"))),
        [
            "2026年11月20日 星期五 08:00 已经过去了。是不是想说 2026年11月27日 星期五 08:00？",
            "Friday 20 November 2026, 08:00 has already passed. Did you mean Friday 27 November 2026, 08:00?"
        ]
    );
    assert_eq!(choices(&found("本周五 8:00")).len(), 1);
    assert_eq!(both(&problem(&found("昨天 8:00")))[1], "Friday 20 November 2026, 08:00 has already passed.");
    assert_eq!(both(&problem(&found("明天")))[0], "2026年11月22日几点？请补上时间，例如“19:30”。");
    assert_eq!(choices(&found("每月1号")).len(), 3);
    assert_eq!(
        both(&problem(&found("12月3日周五 8:00")))[1],
        "3 December 2026 is a Thursday, not a Friday. Please check which is right."
    );
    for (text, part) in [
        ("x", "tomorrow 19:30"),
        ("明天 8:00 abc", "\"abc\""),
        ("明天 每周一 8:00", "more than one"),
        ("下周", "Which day"),
        ("每月1号", "At what time"),
        ("2月30日 8:00", "\"2-30\""),
        ("明天 25:00", "\"25:00\""),
        ("每小时", "\"每小时\""),
        ("每月1号晚上12点", "After midnight"),
        ("每学期第一天 8:00", "no term"),
        ("60 8 * * *", "\"60\""),
        ("99999天后 8:00", "2100"),
    ] {
        let said = Language::English.render(&problem(&found(text)));
        assert!(said.contains(part), "{text}: {said}");
    }
    assert!(both(&problem(&Problem::TooLong))[1].contains("200"));
    let missing = both(&warning(CalendarWarning::YearMissing(2027)));
    assert!(missing.iter().all(|text| text.contains("2027.json")), "{missing:?}");
    assert!(both(&warning(CalendarWarning::YearEstimated(2027)))[1].contains("still a guess"));
    assert!(both(&warning(CalendarWarning::TermsEnd(date("2027-01-22"))))[0].contains("2027年1月22日"));
}
