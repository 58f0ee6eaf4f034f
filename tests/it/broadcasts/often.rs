//! Purpose: what would come again too soon is refused wherever a time is decided, and the teacher told what to write.
//!
//! Invariant: a time that the school allows is never refused, whatever the calendar makes of it.

use std::sync::Arc;
use std::time::Duration;

use homeroom::broadcasts::{self, Draft, State, Urgency};
use homeroom::i18n::{Language, Text, say};
use homeroom::ids::BroadcastId;
use homeroom::timetable::{Fate, Recurrence};

use super::at;
use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways, en, zh};

on_both!(
    what_comes_again_within_the_hour_is_neither_published_nor_moved_to,
    what_the_calendar_moves_onto_another_day_is_not_refused,
    what_the_school_no_longer_allows_is_neither_let_go_on_nor_agreed_to,
    a_school_may_allow_more_and_less,
    in_english_too_it_is_said_what_to_write,
);

const HOUR: Duration = Duration::from_hours(1);

fn hour() -> Text {
    say::broadcast_too_often(60_i64)
}

impl School {
    async fn moves(&self, id: BroadcastId, when: &str) -> Result<State, Text> {
        let to = Recurrence::parse(when).unwrap();
        let moved = self.decides(self.class.teacher, async |work, actor| {
            broadcasts::move_to(work, actor, id, Some(&to)).await
        });
        moved.await.map(|moved| moved.state)
    }

    /// From now on two times must be so far apart.
    fn allows(&mut self, apart: Duration) {
        Arc::make_mut(&mut self.config).broadcasts.apart_min = apart;
        self.bot().configure(Arc::clone(&self.config));
    }
}

async fn what_comes_again_within_the_hour_is_neither_published_nor_moved_to(fresh: Fresh) {
    let school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    let hourly = school.publishes(teacher, at("always - - cron 0 8-18 * * *")).await.unwrap().broadcast;
    for often in [
        "always - - cron * * * * * *",
        "always - - cron */10 30 19 * * Mon",
        "always - - cron */5 * * * *",
        "always - - cron 0,1 8 * * *",
        "always - - cron 59,0 8,9 1 * *",
        "only - - cron */30 8 * * Mon#1",
        "next 2026-10-01 2026-12-01 cron 0,59 8 L * *",
    ] {
        assert_eq!(school.publishes(teacher, at(often)).await.unwrap_err(), hour(), "{often}");
        let urgent = Draft { urgency: Urgency::Urgent, ..at(often) };
        assert_eq!(school.publishes(teacher, urgent).await.unwrap_err(), hour(), "{often}, urgent");
        assert_eq!(school.moves(hourly, often).await.unwrap_err(), hour(), "{often}, moved");
    }
    assert_eq!(school.number("SELECT COUNT(*) FROM broadcasts", &[]).await, 1);
    assert_eq!(school.state(hourly).await, "scheduled", "a refused move leaves it as it was");
    school.later(HOUR).await;
    let says = zh(&hour());
    assert!(says.contains("至少要隔一小时") && says.contains("每天 19:30"), "{says}");
    school.close().await;
}

async fn what_the_calendar_moves_onto_another_day_is_not_refused(fresh: Fresh) {
    let school = School::ready(fresh).await;
    // All of the holidays' runs would be on the first school day after them.
    let daily = "next 2026-10-01 2026-10-09 cron 0 8,9 * * *";
    let published = school.publishes(school.class.teacher, at(daily)).await.unwrap();
    let fates: Vec<&Fate> = published.coming.iter().map(|coming| &coming.occurrence.fate).collect();
    assert!(fates.iter().any(|fate| matches!(fate, Fate::Skipped { .. })), "{fates:?}");
    assert_eq!(published.state, State::Scheduled);
    school.close().await;
}

async fn what_the_school_no_longer_allows_is_neither_let_go_on_nor_agreed_to(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let (teacher, admin) = (school.class.teacher, school.class.admin);
    for person in [teacher, admin] {
        school.starts(person).await;
    }
    let hourly = "always - - cron 0 8-18 * * *";
    let paused = school.publishes(teacher, at(hourly)).await.unwrap().broadcast;
    school.decides(teacher, async |work, actor| broadcasts::pause(work, actor, paused).await).await.unwrap();
    let urgent = Draft { urgency: Urgency::Urgent, ..at(hourly) };
    let waiting = school.publishes(teacher, urgent).await.unwrap();
    assert_eq!(waiting.state, State::AwaitingApproval);
    school.allows(2 * HOUR);
    let two_hours = say::broadcast_too_often(120_i64);
    let resume = async || {
        school.decides(teacher, async |work, actor| broadcasts::resume(work, actor, paused).await).await
    };
    assert_eq!(resume().await.unwrap_err(), two_hours);
    let agrees = async || school.presses(admin, admin.private_chat(), "同意发出", "Let it go out").await;
    assert_eq!(agrees().await, zh(&two_hours));
    assert_eq!(school.moves(waiting.broadcast, hourly).await.unwrap_err(), two_hours, "it waits for a yes");
    for id in [paused, waiting.broadcast] {
        school.moves(id, "always - - cron 0 8,10,12 * * *").await.unwrap();
    }
    assert_eq!(school.state(paused).await, "scheduled");
    assert_eq!(
        agrees().await,
        zh(&say::broadcast_approved_later(homeroom::timetable::phrase::recurrence(
            &Recurrence::parse("always - - cron 0 8,10,12 * * *").unwrap()
        ),))
    );
    school.close().await;
}

async fn a_school_may_allow_more_and_less(fresh: Fresh) {
    let mut school = School::ready(fresh).await;
    let teacher = school.class.teacher;
    school.allows(Duration::ZERO);
    let each_second = school.publishes(teacher, at("always - - cron * 0 23 * * *")).await.unwrap();
    assert_eq!(each_second.state, State::Scheduled);
    school.allows(Duration::from_hours(12));
    let refused = school.publishes(teacher, at("always - - cron 0 8,19 * * *")).await.unwrap_err();
    assert_eq!(refused, say::broadcast_too_often(720_i64));
    school.publishes(teacher, at("always - - cron 0 7,19 * * *")).await.unwrap();
    school.close().await;
}

async fn in_english_too_it_is_said_what_to_write(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    ways.config.broadcasts.apart_min = Duration::from_mins(30);
    let school = School::ready_with(fresh, ways).await;
    let often = school.publishes(school.class.teacher, at("always - - cron */20 8 * * *")).await.unwrap_err();
    let told = en(&often);
    assert!(told.contains("30 minutes or more from one time to the next"), "{told}");
    assert!(told.contains("every day 19:30") && told.contains("30 19 * * Mon-Fri"), "{told}");
    assert!(en(&hour()).contains("an hour or more"));
    school.publishes(school.class.teacher, at("always - - cron */30 8 * * *")).await.unwrap();
    school.close().await;
}
