//! Purpose: announcements whose time passes while the program is off: none comes at night, and none too late.
//!
//! Invariant: the clock moves only while the program is off, so each is first looked at when it is back.

use std::time::Duration;

use homeroom::broadcasts;
use homeroom::i18n::Language;
use homeroom::sandbox::{Fault, FaultPlan, FaultRule};
use homeroom::timetable::LocalDay;

use super::{at, draft};
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways};

on_both!(
    back_at_night_it_comes_in_the_morning,
    held_and_back_too_late_it_is_paused_and_the_author_told,
    one_of_many_that_was_held_and_is_too_late_is_skipped_and_the_author_told,
    all_that_was_missed_in_a_downtime_is_told_to_the_author_in_one_message,
    an_author_who_reads_english_is_told_in_english,
    that_the_latest_was_made_late_is_told_too,
    who_is_back_at_night_tells_it_in_the_morning,
    a_restart_before_the_telling_tells_it_once,
    of_very_many_some_are_named_and_the_others_counted,
    a_day_without_school_is_not_told_as_missed,
    of_runs_held_over_days_without_school_the_latest_comes_and_the_author_hears_of_the_others,
    an_author_who_reads_english_hears_in_english_what_was_held,
    held_at_night_and_then_missed_it_is_told_as_missed,
    one_of_friday_that_an_outage_kept_back_comes_on_monday,
    how_late_it_may_come_is_chosen_in_the_list,
    how_late_it_may_come_is_chosen_in_english,
    what_comes_once_has_no_choice_of_how_late,
);

const WORDS: &str = "明天 8 点到校，请带水杯。";
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// So long after a downtime it is told what was missed.
const MINUTES: Duration = Duration::from_mins(2);

impl School {
    /// What the teacher was told of missed runs, each message in a line: how many, and which are named.
    fn missed(&self) -> Vec<String> {
        let teacher = self.class.teacher;
        let said = self.bot_says(teacher, teacher.private_chat());
        let told = said.iter().map(|said| said.text.as_str()).filter(|text| text.contains("没按时发"));
        told.map(|text| {
            let count = text.split_once("”有 ").unwrap().1.split(' ').next().unwrap();
            let named: Vec<&str> = text.lines().filter(|line| line.starts_with("· ")).collect();
            format!("{count} {}", named.join(" "))
        })
        .collect()
    }
}

impl School {
    /// What the teacher was told of runs that were held.
    fn told_of_held(&self) -> Vec<String> {
        let teacher = self.class.teacher;
        let said = self.bot_says(teacher, teacher.private_chat()).into_iter().map(|said| said.text);
        said.filter(|text| text.contains("先留着没发") || text.contains("was held back")).collect()
    }
}

/// A school whose teacher, with a private chat open, has arranged something for 10:00 of every day, on Monday at 18:00.
async fn daily(fresh: Fresh, ways: Ways) -> School {
    let school = School::ready_with(fresh, ways).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    school.publishes(teacher, at("skip - - daily 10:00:00")).await.unwrap();
    school
}

async fn back_at_night_it_comes_in_the_morning(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, at("always - - once 2026-09-07T20:45:00")).await.unwrap().broadcast;
    // From 18:00 to 22:00: late, but not too late.
    school.is_off(4 * HOUR).await;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (0, "scheduled".to_owned()));
    school.later(9 * HOUR).await;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (1, "sent".to_owned()));
    school.close().await;
}

async fn held_and_back_too_late_it_is_paused_and_the_author_told(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    school.later(4 * HOUR).await;
    let published = school.publishes(teacher, draft(WORDS)).await.unwrap();
    assert!(published.held_until.is_some());
    // From 22:00 to 10:00 and a second; it was to come at 7:00.
    school.is_off(12 * HOUR + Duration::from_secs(1)).await;
    let id = published.broadcast;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (0, "paused".to_owned()));
    let told = school.told(teacher).text;
    assert!(told.contains("7:00") && told.contains("现在已经太晚"), "{told}");
    let moved = school.decides(teacher, async |work, actor| broadcasts::move_to(work, actor, id, None).await);
    moved.await.unwrap();
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (1, "sent".to_owned()));
    school.close().await;
}

async fn one_of_many_that_was_held_and_is_too_late_is_skipped_and_the_author_told(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    let id = school.publishes(teacher, at("always - - daily 22:00:00")).await.unwrap().broadcast;
    school.later(4 * HOUR).await;
    // From 22:00 to 11:00; it was to come at 7:00.
    school.is_off(13 * HOUR).await;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (0, "scheduled".to_owned()));
    let skipped = "SELECT COUNT(*) FROM broadcast_runs WHERE state = 'skipped' AND reason = 'late'";
    assert_eq!(school.number(skipped, &[]).await, 1);
    school.later(MINUTES).await;
    assert_eq!(school.missed(), ["1 · 2026年9月7日 星期一 22:00"]);
    // To the morning after the next evening.
    school.later(11 * HOUR).await;
    school.later(9 * HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.close().await;
}

async fn all_that_was_missed_in_a_downtime_is_told_to_the_author_in_one_message(fresh: Fresh) {
    let mut school = daily(fresh, Ways::default()).await;
    // To Friday, 14:00: the latest is an hour too late.
    school.is_off(3 * DAY + 20 * HOUR).await;
    assert_eq!(school.missed(), [] as [&str; 0], "others may still be noticed");
    school.later(MINUTES).await;
    let four = "4 · 2026年9月8日 星期二 10:00 · 2026年9月9日 星期三 10:00 · 2026年9月10日 星期四 10:00 \
                · 2026年9月11日 星期五 10:00";
    assert_eq!(school.missed(), [four]);
    let told = school.told(school.class.teacher).text;
    assert!(told.ends_with("下一次照常：2026年9月14日 星期一 10:00。") && told.contains(WORDS), "{told}");
    assert!(!told.contains("补发"), "{told}");
    school.is_off(HOUR).await;
    school.later(MINUTES).await;
    assert_eq!((school.missed().len(), school.posted(WORDS).len()), (1, 0));
    school.close().await;
}

async fn an_author_who_reads_english_is_told_in_english(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let mut school = daily(fresh, ways).await;
    school.is_off(DAY + 20 * HOUR).await;
    school.later(MINUTES).await;
    let told = school.told(school.class.teacher).text;
    assert!(told.starts_with("I wasn't running when “") && told.contains("2 times were missed:"), "{told}");
    assert!(
        told.contains("\n· Tuesday 8 September 2026, 10:00\n· Wednesday 9 September 2026, 10:00\n"),
        "{told}"
    );
    assert!(told.ends_with("The next one comes as usual: Thursday 10 September 2026, 10:00."), "{told}");
    school.close().await;
}

async fn that_the_latest_was_made_late_is_told_too(fresh: Fresh) {
    let mut school = daily(fresh, Ways::default()).await;
    // To Wednesday, 11:00.
    school.is_off(DAY + 17 * HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school.later(MINUTES).await;
    assert_eq!(school.missed(), ["1 · 2026年9月8日 星期二 10:00"]);
    assert!(school.told(school.class.teacher).text.contains("\n再后面的一次补发了。\n"));
    school.close().await;
}

async fn who_is_back_at_night_tells_it_in_the_morning(fresh: Fresh) {
    let mut school = daily(fresh, Ways::default()).await;
    // To Tuesday, 23:00.
    school.is_off(DAY + 5 * HOUR).await;
    school.later(Duration::from_secs(8 * 3_600 - 1)).await;
    assert_eq!(school.missed(), [] as [&str; 0]);
    school.later(Duration::from_secs(1)).await;
    assert_eq!(school.missed().len(), 1);
    school.close().await;
}

async fn a_restart_before_the_telling_tells_it_once(fresh: Fresh) {
    let mut school = daily(fresh, Ways::default()).await;
    school.is_off(20 * HOUR).await;
    school.is_off(Duration::from_secs(1)).await;
    assert_eq!(school.missed(), [] as [&str; 0]);
    school.is_off(MINUTES).await;
    assert_eq!(school.missed().len(), 1);
    school.is_off(MINUTES).await;
    assert_eq!(school.missed().len(), 1);
    school.close().await;
}

async fn of_very_many_some_are_named_and_the_others_counted(fresh: Fresh) {
    let mut school = daily(fresh, Ways::default()).await;
    school.is_off(10 * DAY + 20 * HOUR).await;
    school.later(MINUTES).await;
    // Two weekends without school are not missed: it would not have come.
    let missed = school.missed();
    assert!(
        missed[0].starts_with("9 · 2026年9月8日") && missed[0].ends_with("· 另外还有 4 次"),
        "{missed:?}"
    );
    assert_eq!(missed[0].matches(" · ").count(), 6);
    school.close().await;
}

async fn a_day_without_school_is_not_told_as_missed(fresh: Fresh) {
    let mut ways = Ways::default();
    let closed = LocalDay { name: "运动会".into(), is_school: false };
    ways.config.calendar.set_local("2026-09-08".parse().unwrap(), closed);
    let mut school = daily(fresh, ways).await;
    school.is_off(20 * HOUR).await;
    school.later(HOUR).await;
    assert_eq!(school.missed(), [] as [&str; 0]);
    school.close().await;
}

/// Something that comes on school days at night, from Monday, 18:00 to Friday, 7:00, where nothing is open from Tuesday to Thursday.
async fn held_for_days(fresh: Fresh, ways: Ways) -> School {
    let mut ways = ways;
    for day in ["2026-09-08", "2026-09-09", "2026-09-10"] {
        let closed = LocalDay { name: "校庆".into(), is_school: false };
        ways.config.calendar.set_local(day.parse().unwrap(), closed);
    }
    let school = School::ready_with(fresh, ways).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    // At 21:00, 22:00 and 23:00, so in the night before days without school.
    school.publishes(teacher, at("only - - cron 0 21,22,23 * * *")).await.unwrap();
    // A jump past all of them would be a downtime, and each of them late.
    for hours in [3, 1, 1, 11] {
        school.later(hours * HOUR).await;
    }
    for _ in 0..2 {
        school.later(DAY).await;
    }
    assert_eq!(school.posted(WORDS).len(), 0);
    school.later(21 * HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    school
}

async fn of_runs_held_over_days_without_school_the_latest_comes_and_the_author_hears_of_the_others(
    fresh: Fresh,
) {
    let school = held_for_days(fresh, Ways::default()).await;
    let told = format!(
        "“{WORDS}”有 2 次正赶上放假或者休息时间，先留着没发：\n\
         · 2026年9月7日 星期一 21:00\n· 2026年9月7日 星期一 22:00\n\
         到 2026年9月11日 星期五 07:00 只发了最近的一次，免得家长一下收到好几条。\n\
         下一次照常：2026年9月14日 星期一 07:00。"
    );
    assert_eq!(school.told_of_held(), std::slice::from_ref(&told));
    school.later(3 * HOUR).await;
    assert_eq!((school.posted(WORDS).len(), school.missed().len()), (1, 0));
    assert_eq!(school.told_of_held(), [told]);
    school.close().await;
}

async fn an_author_who_reads_english_hears_in_english_what_was_held(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let school = held_for_days(fresh, ways).await;
    let told = school.told_of_held().remove(0);
    assert!(told.contains("was held back 2 times because of days without school"), "{told}");
    assert!(told.contains("Only the latest was sent, on Friday 11 September 2026, 07:00"), "{told}");
    school.close().await;
}

async fn held_at_night_and_then_missed_it_is_told_as_missed(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.starts(teacher).await;
    school.publishes(teacher, at("always - - daily 22:00:00")).await.unwrap();
    school.later(5 * HOUR).await;
    // From Monday, 23:00 to Tuesday, 23:00: the one of Monday was to come at 7:00.
    school.is_off(DAY).await;
    // To Wednesday, 7:00: that of Tuesday comes, and it is told.
    school.later(8 * HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    assert_eq!(school.missed(), ["1 · 2026年9月7日 星期一 22:00"]);
    assert_eq!(school.told_of_held(), [] as [&str; 0]);
    school.close().await;
}

async fn one_of_friday_that_an_outage_kept_back_comes_on_monday(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.later(4 * DAY).await;
    let rules = vec![FaultRule::by_chance("sendMessage", 1_000, Fault::ServerError(502))];
    school.sandbox.set_faults(FaultPlan { seed: 1, rules });
    let id = school.publishes(teacher, draft(WORDS)).await.unwrap().broadcast;
    school.stop_bot().await;
    school.sandbox.set_faults(FaultPlan::default());
    // To Saturday, 12:00.
    school.is_off(18 * HOUR).await;
    school.later(DAY).await;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (0, "sending".to_owned()));
    school.later(Duration::from_secs(19 * 3_600 - 1)).await;
    assert_eq!(school.posted(WORDS).len(), 0);
    school.later(Duration::from_secs(1)).await;
    assert_eq!((school.posted(WORDS).len(), school.state(id).await), (1, "sent".to_owned()));
    school.close().await;
}

impl School {
    /// The teacher chooses in the list what is to become of runs that are missed; returns the question, and what they are told.
    async fn chooses_late(&self, next: &str, labels: [&str; 2]) -> (String, String) {
        let teacher = self.class.teacher;
        let chat = teacher.private_chat();
        self.sandbox.writes(teacher, chat, "/schedule").unwrap();
        self.settle().await;
        self.presses(teacher, chat, next, next).await;
        self.presses(teacher, chat, labels[0], labels[0]).await;
        let asked = self.told(teacher).text;
        self.presses(teacher, chat, labels[1], labels[1]).await;
        (asked, self.told(teacher).text)
    }
}

async fn how_late_it_may_come_is_chosen_in_the_list(fresh: Fresh) {
    let mut school = daily(fresh, Ways::default()).await;
    let (asked, told) = school.chooses_late("9月8日", ["停机时怎么办", "晚 24 小时内补发"]).await;
    assert!(asked.ends_with("现在是：到时间我要是停机了，晚 3 小时以内还补发，再晚就跳过。"), "{asked}");
    assert!(told.ends_with("到时间我要是停机了，晚 24 小时以内还补发，再晚就跳过。"), "{told}");
    // To Tuesday, 20:00: ten hours late.
    school.is_off(DAY + 2 * HOUR).await;
    assert_eq!(school.posted(WORDS).len(), 1);
    let (_, told) = school.chooses_late("9月9日", ["停机时怎么办", "跳过，不补发"]).await;
    assert!(told.ends_with("到时间我要是停机了，这一次就跳过，不补发。"), "{told}");
    // To Wednesday, 11:00: the school would have it sent.
    school.is_off(15 * HOUR).await;
    school.later(MINUTES).await;
    assert_eq!(
        (school.posted(WORDS).len(), school.missed()),
        (1, vec!["1 · 2026年9月9日 星期三 10:00".to_owned()])
    );
    let (_, told) = school.chooses_late("9月10日", ["停机时怎么办", "按学校的规定"]).await;
    assert!(told.contains("晚 3 小时以内还补发"), "{told}");
    let audited = "SELECT COUNT(*) FROM audit WHERE action = 'broadcast.late'";
    assert_eq!(school.number(audited, &[]).await, 3);
    school.close().await;
}

async fn how_late_it_may_come_is_chosen_in_english(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let school = daily(fresh, ways).await;
    let (asked, told) = school.chooses_late("8 Sep", ["If I'm off then", "Skip it"]).await;
    assert!(asked.starts_with("What if I happen to be off when it is due?"), "{asked}");
    assert!(asked.contains("up to 3 hours late"), "{asked}");
    assert!(told.ends_with("If I'm off when it is due, that one is skipped."), "{told}");
    school.close().await;
}

async fn what_comes_once_has_no_choice_of_how_late(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let id = school.publishes(teacher, at("always - - once 2026-09-09T10:00:00")).await.unwrap().broadcast;
    let chosen =
        school.decides(teacher, async |work, actor| broadcasts::set_late(work, actor, id, Some(24)).await);
    assert_eq!(chosen.await.unwrap_err(), homeroom::i18n::say::schedule_late_once());
    let father = school.class.parents[1];
    school.starts(father).await;
    let weekly = school.publishes(teacher, at("always - - daily 10:00:00")).await.unwrap().broadcast;
    let of_another =
        school.decides(father, async |work, actor| broadcasts::set_late(work, actor, weekly, Some(0)).await);
    assert!(of_another.await.is_err());
    school.close().await;
}
