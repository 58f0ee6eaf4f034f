//! Purpose: what `homeroom check` says.

use std::fs;
use std::path::Path;

use super::super::check;
use super::SCHOOL;
use crate::clock::Millis;
use crate::i18n::Language;

fn now() -> Millis {
    Millis::from_utc("2026-07-06T12:00:00Z".parse().unwrap())
}

/// What is said, and whether the configuration can be used.
fn checked(folder: &Path, language: Language, now: Millis) -> (String, bool) {
    let (report, config) = check(folder, language, now);
    (report, config.is_some())
}

#[test]
fn the_starter_report_tells_what_will_happen() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bot-config");
    let (report, ok) = checked(&folder, Language::English, now());
    assert!(ok);
    insta::assert_snapshot!(report, @r#"
    The configuration is fine.
    School: Demo Primary School, time zone Asia/Shanghai
    Quiet hours: 21:00 to 07:00
    Pushes a day in each group: 2; what comes after is in the digest at 18:00
    Registered staff: 0
    Lessons: 14
    · Age 0–3: 1
    · Age 3–6: 3
    · Primary school: 6
    · Junior high school: 4
    Schedules: 4
    "primary-evening" will next push:
    · Wednesday 8 July 2026, 19:30
    · Friday 10 July 2026, 19:30
    · Monday 13 July 2026, 19:30
    "junior-saturday" will next push:
    · Saturday 11 July 2026, 10:00
    · Saturday 18 July 2026, 10:00
    · Saturday 25 July 2026, 10:00
    "kindergarten-tuesday" will next push:
    · Tuesday 7 July 2026, 19:30
    · Tuesday 14 July 2026, 19:30
    · Tuesday 21 July 2026, 19:30
    "toddler-sunday" will next push:
    · Sunday 12 July 2026, 10:00
    · Sunday 19 July 2026, 10:00
    · Sunday 26 July 2026, 10:00
    One thing to look at (the configuration can be used):
    · school.toml lists no staff, so only the groups' administrators count as staff.
    "#);
    let (report, ok) = checked(&folder, Language::Chinese, now());
    assert!(ok);
    insta::assert_snapshot!(report, @r#"
    配置没有问题，可以使用。
    学校：示范小学，时区 Asia/Shanghai
    免打扰：21:00 到 07:00
    每个群每天最多推送 2 次，超过的放进 18:00 的汇总
    登记的老师：0 位
    课程：14 课
    · 0–3 岁：1 课
    · 3–6 岁：3 课
    · 小学：6 课
    · 初中：4 课
    推送计划：4 个
    “primary-evening”接下来的推送：
    · 2026年7月8日 星期三 19:30
    · 2026年7月10日 星期五 19:30
    · 2026年7月13日 星期一 19:30
    “junior-saturday”接下来的推送：
    · 2026年7月11日 星期六 10:00
    · 2026年7月18日 星期六 10:00
    · 2026年7月25日 星期六 10:00
    “kindergarten-tuesday”接下来的推送：
    · 2026年7月7日 星期二 19:30
    · 2026年7月14日 星期二 19:30
    · 2026年7月21日 星期二 19:30
    “toddler-sunday”接下来的推送：
    · 2026年7月12日 星期日 10:00
    · 2026年7月19日 星期日 10:00
    · 2026年7月26日 星期日 10:00
    有 1 点请留意（不影响使用）：
    · school.toml 里没有登记老师，现在只有群管理员算老师。
    "#);
}

#[test]
fn what_is_odd_is_told_but_no_problem() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    fs::create_dir(folder.path().join("lessons")).unwrap();
    write(
        "school.toml",
        &format!(
            "{SCHOOL}staff = [7]\nquiet_hours = {{from = 22:00, until = 06:30}}\nburden.digest_at = 23:30\n"
        ),
    );
    let lesson = include_str!("../../../bot-config/lessons/primary/primary-sleep.zh-CN.md");
    write("lessons/primary-sleep.zh-CN.md", lesson);
    write("lessons/notes.txt", "");
    write("points.toml", super::POINTS);
    write("moderation.toml", "");
    write("schedules.toml", "[[schedule]]\nname = \"often\"\ncron = \"0 */6 * * *\"\n");
    let (report, ok) = checked(folder.path(), Language::English, now());
    assert!(ok);
    let report = report.replace(&folder.path().display().to_string(), "bot-config");
    insta::assert_snapshot!(report, @r#"
    The configuration is fine.
    School: 示范小学, time zone Asia/Shanghai
    Quiet hours: 22:00 to 06:30
    Pushes a day in each group: 2; what comes after is in the digest at 23:30
    Registered staff: 1
    Lessons: 1
    · Primary school: 1
    Schedules: 1
    "often" will next push:
    · Tuesday 7 July 2026, 00:00
    · Tuesday 7 July 2026, 06:00
    · Tuesday 7 July 2026, 12:00
    6 things to look at (the configuration can be used):
    · These lessons have no English text, so readers of English see Chinese: primary-sleep
    · The daily digest falls into the quiet hours and will wait until 06:30.
    · Schedule "often" pushes more than 2 times a day, which parents may find too much.
    · Some runs of schedule "often" fall into the quiet hours and will wait until 06:30.
    · The calendar has no official holidays for 2026, so only weekends are free in it. Put 2026.json into the calendar folder.
    · bot-config/lessons/notes.txt was not read: the bot doesn't know this name or place.
    "#);
}

#[test]
fn problems_are_listed_and_counted_in_the_readers_language() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("points.toml"), super::POINTS).unwrap();
    fs::write(folder.path().join("moderation.toml"), "").unwrap();
    fs::write(folder.path().join("school.toml"), SCHOOL.replace("Shanghai", "Shang-hai")).unwrap();
    fs::write(folder.path().join("bot.toml"), "[pace]\nattempts_max = 1_000").unwrap();
    let told = |language| {
        let (report, ok) = checked(folder.path(), language, now());
        assert!(!ok);
        report.replace(&folder.path().display().to_string(), "bot-config")
    };
    insta::assert_snapshot!(told(Language::English), @r#"
    bot-config/bot.toml:2:16: "attempts_max" must be between 1 and 100, not 1000.
    bot-config/school.toml:1:13: There is no time zone "Asia/Shang-hai". Did you mean "Asia/Shanghai"?

    2 things must be changed. Until then the bot won't use this configuration.
    "#);
    insta::assert_snapshot!(told(Language::Chinese), @r#"
    bot-config/bot.toml:2:16: “attempts_max”要在 1 到 100 之间，现在是 1000。
    bot-config/school.toml:1:13: 没有“Asia/Shang-hai”这个时区，是不是想写“Asia/Shanghai”？

    共有 2 处要改。改好之前，机器人不会使用这份配置。
    "#);
    assert!(!checked(&folder.path().join("none"), Language::English, now()).1);
}

#[test]
fn the_report_shows_what_the_calendar_does_and_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    fs::create_dir(folder.path().join("lessons")).unwrap();
    fs::create_dir(folder.path().join("calendar")).unwrap();
    write("school.toml", &format!("{SCHOOL}staff = [7]\n"));
    write("calendar/2026.json", include_str!("../../../bot-config/calendar/2026.json"));
    let lesson = include_str!("../../../bot-config/lessons/primary/primary-sleep.zh-CN.md");
    write("lessons/primary-sleep.zh-CN.md", lesson);
    write("points.toml", super::POINTS);
    write("moderation.toml", "");
    let schedule = "[[schedule]]\nname = \"monday\"\ncron = \"30 19 * * Mon\"\nschool_days = \"next\"\n";
    write("schedules.toml", schedule);
    let now = Millis::from_utc("2026-09-29T00:00:00Z".parse().unwrap());
    let (report, ok) = checked(folder.path(), Language::Chinese, now);
    assert!(ok);
    assert!(report.contains("· 从10月5日周一（国庆节）顺延到10月8日周四 19:30\n"), "{report}");
    assert!(!report.contains("2027"), "{report}");
    let november = Millis::from_utc("2026-11-01T00:00:00Z".parse().unwrap());
    let (report, _) = checked(folder.path(), Language::English, november);
    assert!(report.contains("· The calendar has no official holidays for 2027"), "{report}");
}

#[test]
fn a_course_over_a_term_is_told_day_by_day_and_too_few_runs_with_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    fs::create_dir(folder.path().join("lessons")).unwrap();
    fs::create_dir(folder.path().join("calendar")).unwrap();
    write("school.toml", &format!("{SCHOOL}staff = [7]\n"));
    write("calendar/2026.json", include_str!("../../../bot-config/calendar/2026.json"));
    let term = "[[term]]\nname = \"秋季\"\nfrom = 2026-09-01\nuntil = 2026-10-12\n";
    write("calendar/school.toml", term);
    for (id, lesson) in [
        ("sleep", include_str!("../../../bot-config/lessons/primary/primary-sleep.zh-CN.md")),
        ("chores", include_str!("../../../bot-config/lessons/primary/primary-chores.zh-CN.md")),
    ] {
        write(&format!("lessons/primary-{id}.zh-CN.md"), lesson);
    }
    write("points.toml", super::POINTS);
    write("moderation.toml", "");
    let schedule = "[[schedule]]\nname = \"first-of-month\"\ncron = \"30 19 1 * *\"\nschool_days = \"skip\"\n\
                    stage = \"primary\"\nterm = \"秋季\"\n";
    write("schedules.toml", schedule);
    let (report, config) = check(folder.path(), Language::Chinese, now());
    assert!(config.is_some(), "{report}");
    // 1 October is a holiday, so one run is left for two lessons.
    let lines: Vec<&str> = report.lines().filter(|line| line.contains("first-of-month")).collect();
    assert_eq!(
        lines,
        [
            "“first-of-month”按学期“秋季”推送：2 课，排了 1 次：",
            "· 计划“first-of-month”在学期“秋季”里只排了 1 次，课有 2 课，最后 1 课发不到。请加推送的日子，或者减少课。",
        ]
    );
    let one = schedule.replace("stage = \"primary\"", "lessons = [\"primary-sleep\"]");
    write("schedules.toml", &one);
    let (report, _) = check(folder.path(), Language::English, now());
    assert!(
        report.contains("· These lessons are in no schedule and will not be pushed: primary-chores\n"),
        "{report}"
    );
    let weekly = schedule.replace("30 19 1 * *", "30 19 * * Mon");
    write("schedules.toml", &weekly);
    let (report, _) = check(folder.path(), Language::English, now());
    assert!(
        report.contains("\"first-of-month\" goes by the term \"秋季\": 2 lessons, 5 runs:\n"),
        "{report}"
    );
    assert!(report.contains("· Monday 7 September 2026, 19:30: "), "{report}");
    assert!(report.contains("· Monday 14 September 2026, 19:30: "), "{report}");
    assert!(!report.contains("21 September") && !report.contains("will not come"), "{report}");
}

#[test]
fn announcements_that_may_come_each_second_are_to_be_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    write("school.toml", SCHOOL);
    write("points.toml", super::POINTS);
    write("moderation.toml", "");
    for (setting, is_odd) in
        [("at_most_every_minutes = 0", true), ("at_most_every_minutes = 1", false), ("", false)]
    {
        write("broadcasts.toml", setting);
        let told = |language| checked(folder.path(), language, now()).0;
        let chinese = told(Language::Chinese).contains("最密可以每秒发一次");
        let english = told(Language::English).contains("may come as often as each second");
        assert_eq!((chinese, english), (is_odd, is_odd), "{setting}");
    }
}
