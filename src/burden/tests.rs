//! Purpose: the burden limit, tried in many orders: what goes out, what is held, and until when.

use std::collections::HashMap;

use chrono::NaiveTime;
use proptest::prelude::*;

use super::rules::{BurdenLimit, Kind, Way};
use super::{Push, count, full, had};
use crate::clock::{DAY_MS, HOUR_MS, Millis};
use crate::config::Config;
use crate::ids::{GroupId, PushId, RunId};
use crate::storage::testing::{TestSchool, commit};
use crate::timetable::{QuietHours, SchoolCalendar, SchoolTime, testing, wall};

fn limit(pushes_per_day: u32) -> BurdenLimit {
    BurdenLimit { pushes_per_day, ..BurdenLimit::default() }
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![Just(Kind::Urgent), Just(Kind::Asking), Just(Kind::Plain)]
}

proptest! {
    #[test]
    fn whatever_comes_in_whichever_order_no_plain_push_is_over_the_limit_and_nothing_else_is_held(
        pushes_per_day in 0_u32..5,
        lessons_and_announcements in proptest::collection::vec((0_i64..3, proptest::option::of(kind())), 0..40),
    ) {
        let mut had: HashMap<i64, u32> = HashMap::new();
        for (group, announcement) in lessons_and_announcements {
            let had = had.entry(group).or_default();
            let Some(kind) = announcement else {
                *had += 1;
                continue;
            };
            let way = limit(pushes_per_day).way(*had, kind);
            match kind {
                Kind::Urgent => prop_assert_eq!(way, Way::Uncounted),
                Kind::Asking => prop_assert_eq!(way, Way::Push),
                Kind::Plain => {
                    let is_over = pushes_per_day > 0 && *had >= pushes_per_day;
                    prop_assert_eq!(way, if is_over { Way::Digest } else { Way::Push });
                }
            }
            *had += u32::from(way == Way::Push);
        }
    }

    #[test]
    fn a_digest_comes_at_its_time_on_a_school_day_or_when_quiet_hours_end(
        from in 1_780_000_000_000_i64..1_800_000_000_000, hour in 0_u32..24, quiet in any::<bool>(),
    ) {
        let calendar = testing::school();
        let time = SchoolTime { zone: chrono_tz::Asia::Shanghai, calendar: &calendar };
        let digest_at = NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
        let none = QuietHours { from: NaiveTime::MIN, until: NaiveTime::MIN };
        let quiet = if quiet { QuietHours::default() } else { none };
        let burden = BurdenLimit { digest_at, ..BurdenLimit::default() };
        let at = burden.next_digest(Millis(from), quiet, time);
        let shown = wall::shown(at, time.zone);
        prop_assert!(at >= Millis(from) && !quiet.contains(shown.time()));
        if quiet.contains(digest_at) {
            prop_assert_eq!(shown.time(), quiet.until);
        } else {
            prop_assert_eq!(shown.time(), digest_at);
        }
        // Where a school day to come is known, it is one.
        if calendar.school_day_from(shown.date()).is_some() {
            prop_assert!(calendar.is_school_day(shown.date()));
        }
    }
}

fn digest_of(from: &str, calendar: &SchoolCalendar) -> String {
    let time = SchoolTime { zone: chrono_tz::Asia::Shanghai, calendar };
    let from = wall::point(from.parse().unwrap(), time.zone).unwrap();
    wall::shown(limit(2).next_digest(from, QuietHours::default(), time), time.zone).to_string()
}

#[test]
fn what_is_late_for_the_digest_of_today_comes_on_the_next_school_day() {
    let calendar = testing::school();
    let digest_of = |from| digest_of(from, &calendar);
    assert_eq!(digest_of("2026-09-08T07:00:00"), "2026-09-08 18:00:00");
    assert_eq!(
        digest_of("2026-09-08T18:00:00"),
        "2026-09-08 18:00:00",
        "what is ready at its time is in time"
    );
    assert_eq!(digest_of("2026-09-08T18:00:01"), "2026-09-09 18:00:00");
    assert_eq!(digest_of("2026-09-11T19:00:00"), "2026-09-14 18:00:00", "over the weekend");
    assert_eq!(digest_of("2026-09-30T19:00:00"), "2026-10-08 18:00:00", "over the holidays");
    assert_eq!(digest_of("2026-10-09T19:00:00"), "2026-10-10 18:00:00", "work is made up on this Saturday");
}

#[tokio::test]
async fn the_same_push_counts_once_and_only_on_its_day() {
    let school = TestSchool::open(1, Config::for_tests()).await;
    let group = school.group;
    let mut batch = school.batch(Millis(0)).await;
    let mut work = batch.work();
    let run = (group, Push::Announcement(RunId(1)));
    // A lesson and a run may have the same number.
    let lesson = (group, Push::Lesson(PushId(1)));
    count(&mut work, 5, &[run, lesson]).await.unwrap();
    count(&mut work, 5, &[run]).await.unwrap();
    count(&mut work, 6, &[run, (group, Push::Announcement(RunId(2)))]).await.unwrap();
    assert_eq!(had(&mut work, 5, &[group, GroupId(99)]).await.unwrap(), HashMap::from([(group, 2)]));
    assert_eq!(had(&mut work, 6, &[group]).await.unwrap(), HashMap::from([(group, 1)]));
    assert!(full(&mut work, 5).await.unwrap().contains(&group));
    assert!(full(&mut work, 6).await.unwrap().is_empty());
    work.keep().await.unwrap();
    commit(batch).await;
    let mut tx = school.database.write().await.unwrap();
    assert_eq!(super::forget(&mut tx, Millis(5 * DAY_MS + 30 * DAY_MS + HOUR_MS)).await.unwrap(), 0);
    assert_eq!(super::forget(&mut tx, Millis(6 * DAY_MS + 30 * DAY_MS)).await.unwrap(), 2);
}

#[tokio::test]
async fn without_a_limit_nothing_is_counted() {
    let mut config = Config::for_tests();
    config.school.burden.pushes_per_day = 0;
    let school = TestSchool::open(1, config).await;
    let mut batch = school.batch(Millis(0)).await;
    let mut work = batch.work();
    count(&mut work, 5, &[(school.group, Push::Lesson(PushId(1)))]).await.unwrap();
    assert!(had(&mut work, 5, &[school.group]).await.unwrap().is_empty());
    assert!(full(&mut work, 5).await.unwrap().is_empty());
}
