//! Purpose: days without school: what a teacher is shown of them is what happens, whoever has chosen something or nothing.

use std::time::Duration;

use homeroom::i18n::say;

use super::{english, labels, presses, tells, to_summary};
use crate::databases::{Fresh, on_both};
use crate::school::{School, zh};

on_both!(
    on_saturdays_all_the_same_it_comes_on_saturday,
    who_says_nothing_gets_it_on_monday,
    what_is_written_as_every_day_leaves_the_weekend_in_peace,
    the_night_before_a_weekend_is_shown_with_monday_everywhere,
    for_now_on_a_saturday_the_list_says_monday,
);

const NEWS: &str = "请带跳绳";
/// From Monday at 18:00 to Saturday at 9:00.
const TO_SATURDAY: Duration = Duration::from_hours(4 * 24 + 15);
const TWO_DAYS: Duration = Duration::from_hours(48);

impl School {
    /// What was read of a time, on the way to publish something.
    async fn reads(&self, words: &str, when: &str) -> String {
        let teacher = self.class.teacher;
        to_summary(self, teacher, words).await;
        presses(self, teacher, "改时间", "Change the time").await;
        tells(self, teacher, when).await
    }

    /// The time was right, and all else. Returns the summary and what is told then.
    async fn arranges(&self) -> (String, String) {
        let teacher = self.class.teacher;
        let summary = presses(self, teacher, "对，就这样", "Yes, that's it").await;
        let told = presses(self, teacher, "确认，到时间发送", "Confirm, send at that time").await;
        (summary, told)
    }

    fn came(&self, words: &str) -> usize {
        let said = self.bot_says(self.class.teacher, self.class.group);
        said.iter().filter(|said| said.text == words).count()
    }
}

async fn on_saturdays_all_the_same_it_comes_on_saturday(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let reading = school.reads(NEWS, "每周六 9:00").await;
    assert!(reading.contains("从9月12日周六（周末）顺延到9月14日周一 09:00"), "{reading}");
    let reading = presses(&school, teacher, "照发", "").await;
    assert!(reading.contains("\n· 2026年9月12日 星期六 09:00\n· 2026年9月19日 星期六 09:00\n"), "{reading}");
    let (summary, told) = school.arranges().await;
    assert!(!summary.contains("请留意"), "{summary}");
    assert!(told.contains("2026年9月12日 星期六 09:00"), "{told}");
    tells(&school, teacher, "/schedule").await;
    assert!(labels(&school, teacher)[0].starts_with("9月12日周六 09:00"));
    school.later(TO_SATURDAY).await;
    assert_eq!(school.came(NEWS), 1);
    school.close().await;
}

async fn who_says_nothing_gets_it_on_monday(fresh: Fresh) {
    let school = english(fresh).await;
    let reading = school.reads("Bring a rope", "every Saturday 9:00").await;
    assert!(reading.contains("moved from Sat 12 Sep (weekend) to Mon 14 Sep, 09:00"), "{reading}");
    let (summary, told) = school.arranges().await;
    assert!(summary.contains("Monday 14 September 2026, 09:00"), "{summary}");
    assert!(told.contains("Monday 14 September 2026, 09:00"), "{told}");
    school.later(TO_SATURDAY).await;
    assert_eq!(school.came("Bring a rope"), 0);
    school.later(TWO_DAYS).await;
    assert_eq!(school.came("Bring a rope"), 1);
    school.close().await;
}

async fn what_is_written_as_every_day_leaves_the_weekend_in_peace(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let reading = school.reads(NEWS, "每天 16:30").await;
    assert!(
        reading.contains("2026年9月12日 星期六 16:30 跳过（周末，和9月14日周一的那次合并）"),
        "{reading}"
    );
    school.arranges().await;
    for (day, times) in [1, 2, 3, 4, 4, 4, 5].into_iter().enumerate() {
        school.later(Duration::from_hours(24)).await;
        assert_eq!(school.came(NEWS), times, "at 18:00 on day {day} from Tuesday on");
    }
    school.close().await;
}

async fn the_night_before_a_weekend_is_shown_with_monday_everywhere(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let reading = school.reads(NEWS, "9月11日 22:30").await;
    let monday = "2026年9月14日 星期一 07:00";
    let line = format!("· {monday}（原定 2026年9月11日 星期五 22:30，周末不打扰家长）");
    assert!(reading.contains(&line), "{reading}");
    let (summary, told) = school.arranges().await;
    assert!(summary.contains(monday) && told.contains(monday), "{summary}\n{told}");
    tells(&school, teacher, "/schedule").await;
    assert!(labels(&school, teacher)[0].starts_with("9月14日周一 07:00"));
    // At 23:00 on Friday, then at 9:00 on Saturday.
    let night = Duration::from_hours(10);
    school.later(TO_SATURDAY.saturating_sub(night)).await;
    school.later(night).await;
    assert_eq!(school.came(NEWS), 0);
    // It waits, and the list still says until when.
    tells(&school, teacher, "/schedule").await;
    let opened = presses(&school, teacher, "9月14日周一 07:00", "").await;
    assert!(opened.contains(&format!("下一次发出：{monday}")), "{opened}");
    school.later(TWO_DAYS.saturating_sub(Duration::from_secs(2 * 3_600 + 1))).await;
    assert_eq!(school.came(NEWS), 0);
    school.later(Duration::from_secs(1)).await;
    assert_eq!(school.came(NEWS), 1);
    school.close().await;
}

async fn for_now_on_a_saturday_the_list_says_monday(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.later(TO_SATURDAY).await;
    let summary = to_summary(&school, teacher, NEWS).await;
    let monday = "2026年9月14日 星期一 07:00";
    assert!(summary.contains(monday), "{summary}");
    presses(&school, teacher, "现在发送", "").await;
    assert_eq!(tells(&school, teacher, "/schedule").await, zh(&say::schedule_list(1_i64)));
    assert!(labels(&school, teacher)[0].starts_with("9月14日周一 07:00"));
    school.close().await;
}
