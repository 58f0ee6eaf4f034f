//! Purpose: lessons and quizzes that an outage has kept back: none wakes anybody, none comes on a day without school that was not
//! meant for one, and what is too late by then is skipped and told.
//!
//! Invariant: what is kept back has been tried once and refused; then the program is off for as long as the outage lasts.

use std::sync::Arc;
use std::time::Duration;

use homeroom::i18n::Language;
use homeroom::ids::Native;
use homeroom::lessons::schedule::Schedule;
use homeroom::sandbox::{Fault, FaultPlan, FaultRule};
use homeroom::timetable::{LocalDay, Timing};

use crate::databases::{Fresh, on_both};
use crate::school::{School, Ways};

on_both!(
    a_lesson_kept_back_into_the_night_is_skipped_told_and_comes_with_the_next_run,
    a_director_who_reads_english_is_told_in_english_what_could_not_be_sent,
    a_lesson_that_may_be_late_waits_for_the_morning,
    a_lesson_of_friday_comes_on_monday_and_its_quiz_is_told_as_missing,
    a_lesson_of_saturday_comes_on_saturday,
    over_a_holiday_a_lesson_waits_for_the_first_school_day,
    a_question_is_not_posted_with_too_little_time_left,
    over_a_term_a_run_of_which_nothing_was_sent_takes_no_lesson_with_it,
    an_answer_waits_for_nothing,
);

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// From Monday 18:00 until after the evening's lesson.
const TO_LESSON: Duration = Duration::from_mins(90);
/// So long after something was missed it is told.
const MINUTES: Duration = Duration::from_mins(2);
const LESSONS: [&str; 3] = ["primary-chores", "primary-eyes-outdoors", "primary-fraud-in-groups"];

/// A schedule of three lessons, at 19:30 of every day.
fn daily() -> Schedule {
    let pattern = Ways::default().config.schedules.remove(0);
    Schedule {
        name: "daily".to_owned(),
        timing: Timing::parse("30 19 * * *").unwrap(),
        stage: None,
        lessons: LESSONS.iter().map(|id| (*id).to_owned()).collect(),
        ..pattern
    }
}

/// A school with one schedule, whose only staff is the teacher, with a private chat open; Monday, 18:00.
async fn with(fresh: Fresh, schedule: Schedule, ways: Ways) -> School {
    let mut ways = ways;
    ways.config.schedules = vec![schedule];
    let mut school = School::ready_with(fresh, ways).await;
    Arc::make_mut(&mut school.config).school.staff = vec![Native::from(school.class.teacher.0)];
    school.bot().configure(Arc::clone(&school.config));
    school.starts(school.class.teacher).await;
    school
}

impl School {
    /// From now on the server refuses this for a reason that passes.
    fn refuses(&self, method: &str) {
        let rules = vec![FaultRule::by_chance(method, 1_000, Fault::ServerError(502))];
        self.sandbox.set_faults(FaultPlan { seed: 1, rules });
    }

    /// The outage lasts so long; then the server answers.
    async fn is_cut_off(&mut self, span: Duration) {
        self.stop_bot().await;
        self.sandbox.set_faults(FaultPlan::default());
        self.clock.advance(span);
        self.start_bot().await;
        self.later(Duration::ZERO).await;
    }

    /// The ids of the lessons shown in the class, oldest first.
    fn lessons_shown(&self) -> Vec<&'static str> {
        let is_shown = |id: &str, text: &str| {
            let texts = &self.config.lessons.lessons[id].texts;
            texts.values().any(|lesson| text.contains(lesson.title.as_str()))
        };
        let said = self.bot_says(self.class.teacher, self.class.group);
        let cards = said.iter().filter(|said| said.text.contains("📖"));
        cards.map(|card| *LESSONS.iter().find(|id| is_shown(id, &card.text)).unwrap()).collect()
    }

    /// What the teacher was told of lessons that could not be sent.
    fn told_unsent(&self) -> Vec<String> {
        let teacher = self.class.teacher;
        let said = self.bot_says(teacher, teacher.private_chat()).into_iter().map(|said| said.text);
        said.filter(|text| text.contains("没发出去") || text.contains("couldn't be sent")).collect()
    }
}

async fn a_lesson_kept_back_into_the_night_is_skipped_told_and_comes_with_the_next_run(fresh: Fresh) {
    let mut school = with(fresh, daily(), Ways::default()).await;
    school.refuses("sendMessage");
    school.later(TO_LESSON).await;
    // To 22:00: it may be three hours late, and can't be sent before 7:00.
    school.is_cut_off(2 * HOUR + 30 * MINUTE).await;
    assert_eq!((school.lessons_shown().len(), school.polls().len()), (0, 0));
    assert_eq!(school.told_unsent(), [] as [&str; 0], "it is night");
    school.later(9 * HOUR).await;
    assert_eq!((school.lessons_shown().len(), school.polls().len()), (0, 0));
    let told = "有的小课到时间没发出去，再补就太晚了，所以没有补：\n\
                · “daily”：2026年9月7日 星期一 19:30，1 个群没收到\n\
                课不会丢，下次推送接着推。";
    assert_eq!(school.told_unsent(), [told]);
    let skipped = "SELECT COUNT(*) FROM occurrences WHERE outcome = 'skipped' AND reason = 'unsent'";
    assert_eq!(school.number(skipped, &[]).await, 1);
    school.later(12 * HOUR + 30 * MINUTE).await;
    assert_eq!(school.lessons_shown(), LESSONS[..1]);
    assert!(!school.polls().is_empty());
    school.later(DAY).await;
    assert_eq!(school.lessons_shown(), LESSONS[..2]);
    assert_eq!(school.told_unsent().len(), 1);
    school.close().await;
}

async fn a_director_who_reads_english_is_told_in_english_what_could_not_be_sent(fresh: Fresh) {
    let mut ways = Ways { language: "en", ..Ways::default() };
    ways.config.school.language = Language::English;
    let mut school = with(fresh, daily(), ways).await;
    school.refuses("sendMessage");
    school.later(TO_LESSON).await;
    // To 23:31, and to the morning.
    school.is_cut_off(4 * HOUR + MINUTE).await;
    school.later(8 * HOUR).await;
    let told = "These lessons couldn't be sent in time, and after that it would have been too late:\n\
                · “daily”: Monday 7 September 2026, 19:30, for 1 group\n\
                No lesson is lost: each group goes on where it stood.";
    assert_eq!(school.told_unsent(), [told]);
    school.close().await;
}

async fn a_lesson_that_may_be_late_waits_for_the_morning(fresh: Fresh) {
    let patient = Schedule { late_max: 20 * HOUR, ..daily() };
    let mut school = with(fresh, patient, Ways::default()).await;
    school.refuses("sendMessage");
    school.later(TO_LESSON).await;
    school.is_cut_off(2 * HOUR + 30 * MINUTE).await;
    assert_eq!(school.lessons_shown().len(), 0);
    school.later(Duration::from_secs(9 * 3_600 - 1)).await;
    assert_eq!(school.lessons_shown().len(), 0, "it is not yet seven");
    school.later(Duration::from_secs(1)).await;
    assert_eq!(school.lessons_shown(), LESSONS[..1]);
    assert!(!school.polls().is_empty());
    school.later(12 * HOUR + 30 * MINUTE).await;
    assert_eq!((school.lessons_shown().len(), school.told_unsent().len()), (2, 0));
    school.close().await;
}

async fn a_lesson_of_friday_comes_on_monday_and_its_quiz_is_told_as_missing(fresh: Fresh) {
    let patient =
        Schedule { late_max: 100 * HOUR, timing: Timing::parse("30 19 * * Fri").unwrap(), ..daily() };
    let mut school = with(fresh, patient, Ways::default()).await;
    school.refuses("sendMessage");
    school.later(4 * DAY + TO_LESSON).await;
    // To Saturday, 12:00.
    school.is_cut_off(16 * HOUR + 30 * MINUTE).await;
    assert_eq!(school.lessons_shown().len(), 0);
    school.later(DAY).await;
    assert_eq!(school.lessons_shown().len(), 0, "on Sunday neither");
    school.later(19 * HOUR).await;
    assert_eq!(school.lessons_shown(), LESSONS[..1]);
    assert_eq!(school.polls().len(), 0, "its time was over on Saturday evening");
    school.later(MINUTES).await;
    let told = "有的小课到时间没发出去，再补就太晚了，所以没有补：\n\
                · “daily”：2026年9月11日 星期五 19:30，1 个群收到了课，没收到小测\n\
                课不会丢，下次推送接着推。";
    assert_eq!(school.told_unsent(), [told]);
    school.later(4 * DAY + 13 * HOUR).await;
    assert_eq!(school.lessons_shown(), LESSONS[..2], "the lesson was had");
    school.close().await;
}

async fn a_lesson_of_saturday_comes_on_saturday(fresh: Fresh) {
    let schedule = Schedule { timing: Timing::parse("0 10 * * Sat").unwrap(), ..daily() };
    let mut school = with(fresh, schedule, Ways::default()).await;
    school.refuses("sendMessage");
    school.later(4 * DAY + 16 * HOUR).await;
    assert_eq!(school.lessons_shown().len(), 0);
    school.is_cut_off(HOUR).await;
    assert_eq!(school.lessons_shown(), LESSONS[..1]);
    school.close().await;
}

async fn over_a_holiday_a_lesson_waits_for_the_first_school_day(fresh: Fresh) {
    let mut ways = Ways::default();
    for day in ["2026-09-08", "2026-09-09"] {
        let closed = LocalDay { name: "校庆".into(), is_school: false };
        ways.config.calendar.set_local(day.parse().unwrap(), closed);
    }
    let patient = Schedule {
        late_max: 100 * HOUR,
        quiz_open: 100 * HOUR,
        timing: Timing::parse("30 19 * * Mon").unwrap(),
        ..daily()
    };
    let mut school = with(fresh, patient, ways).await;
    school.refuses("sendMessage");
    school.later(TO_LESSON).await;
    // To Tuesday, 12:00.
    school.is_cut_off(16 * HOUR + 30 * MINUTE).await;
    school.later(DAY).await;
    assert_eq!(school.lessons_shown().len(), 0);
    school.later(19 * HOUR).await;
    assert_eq!(school.lessons_shown(), LESSONS[..1], "on Thursday, at seven");
    assert!(!school.polls().is_empty());
    assert_eq!(school.told_unsent().len(), 0);
    school.close().await;
}

async fn a_question_is_not_posted_with_too_little_time_left(fresh: Fresh) {
    let mut school = with(fresh, daily(), Ways::default()).await;
    school.refuses("sendPoll");
    school.later(TO_LESSON).await;
    assert_eq!(school.lessons_shown(), LESSONS[..1]);
    // To Tuesday, 17:30: two hours are left.
    school.is_cut_off(22 * HOUR).await;
    assert_eq!(school.polls().len(), 0);
    school.later(MINUTES).await;
    assert!(school.told_unsent()[0].contains("没收到小测"), "{:?}", school.told_unsent());
    school.later(2 * HOUR).await;
    assert_eq!(school.lessons_shown(), LESSONS[..2]);
    school.later(DAY).await;
    assert_eq!(school.told_unsent().len(), 1);
    school.close().await;
}

async fn over_a_term_a_run_of_which_nothing_was_sent_takes_no_lesson_with_it(fresh: Fresh) {
    let term = homeroom::timetable::Term {
        name: "autumn".into(),
        from: "2026-09-01".parse().unwrap(),
        until: "2026-09-18".parse().unwrap(),
    };
    let mut school = with(fresh, Schedule { term: Some(term), ..daily() }, Ways::default()).await;
    school.later(TO_LESSON).await;
    school.refuses("sendMessage");
    school.later(DAY).await;
    // To Wednesday, 7:00.
    school.is_cut_off(11 * HOUR + 30 * MINUTE).await;
    school.later(MINUTES).await;
    assert_eq!((school.lessons_shown(), school.told_unsent().len()), (LESSONS[..1].to_vec(), 1));
    school.later(12 * HOUR + 28 * MINUTE).await;
    school.later(2 * HOUR).await;
    assert_eq!(
        school.lessons_shown(),
        LESSONS[..2],
        "Wednesday has what Tuesday would have had, and no more"
    );
    school.later(22 * HOUR).await;
    assert_eq!(school.lessons_shown(), LESSONS);
    school.close().await;
}

async fn an_answer_waits_for_nothing(fresh: Fresh) {
    let patient = Schedule { late_max: 100 * HOUR, ..daily() };
    let mut school = with(fresh, patient, Ways::default()).await;
    let mother = school.class.parents[0];
    school.refuses("sendMessage");
    school.later(TO_LESSON).await;
    school.is_cut_off(3 * HOUR).await;
    let before = school.bot_says(mother, school.class.group).len();
    school.writes(mother, "积分").await;
    assert_eq!(school.bot_says(mother, school.class.group).len(), before + 1);
    assert_eq!(school.lessons_shown().len(), 0);
    school.close().await;
}
