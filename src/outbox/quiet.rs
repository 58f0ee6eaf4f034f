//! Purpose: until when a row that could go out waits for the end of the quiet hours, or for a day with school.
//!
//! Whoever writes a row keeps it out of quiet times by its `not_before`. Since then the pace may have kept it back, or an
//! outage, so it is looked at again when it is picked.
//!
//! What is for school days is told by `not_before` too: what was written for a day without school, such as a lesson of a
//! schedule on Saturdays, may come on another such day. What is held keeps that: its new time is a day of the same kind.
//!
//! Invariants: pure. Answers, moderation and what is urgent wait for nothing, and neither does what only changes messages that
//! are there, because it wakes nobody. Nothing is held until a time that is quiet itself.

use std::sync::Arc;

use super::due::Due;
use super::{About, Priority};
use crate::clock::Millis;
use crate::config::Config;

/// What a row waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// For nothing: somebody waits for it, or nobody is woken by it.
    Nothing,
    /// For the end of the quiet hours.
    Morning,
    /// For that, and for a day with school.
    SchoolDay,
}

fn wait(due: &Due) -> Wait {
    if due.priority <= Priority::Urgent || due.what.names_messages() || !due.what.counts_as_message() {
        return Wait::Nothing;
    }
    match due.about {
        Some(
            About::BroadcastPost { .. }
            | About::Digest { .. }
            | About::LessonCard { .. }
            | About::QuizCard { .. }
            | About::QuizQuestion { .. },
        ) => Wait::SchoolDay,
        _ => Wait::Morning,
    }
}

/// The quiet times as they are at a moment.
#[derive(Clone, Debug)]
pub struct Quiet {
    config: Arc<Config>,
    morning: Millis,
    school_day: Millis,
}

impl Quiet {
    /// Those of a school at `now`.
    #[must_use]
    pub fn at(config: &Arc<Config>, now: Millis) -> Self {
        let (quiet, time) = (config.school.quiet, config.school_time());
        Self {
            config: Arc::clone(config),
            morning: quiet.next_allowed(now, time.zone),
            school_day: quiet.next_allowed_on_a_school_day(now, time),
        }
    }

    /// When a row may go that could go at that moment: then, or later.
    #[must_use]
    pub fn until(&self, due: &Due) -> Millis {
        match wait(due) {
            Wait::Nothing => Millis(0),
            Wait::SchoolDay if self.school_day > self.morning && self.is_for_school_days(due) => {
                self.school_day
            }
            Wait::Morning | Wait::SchoolDay => self.morning,
        }
    }

    fn is_for_school_days(&self, due: &Due) -> bool {
        let time = self.config.school_time();
        time.calendar.is_school_day(time.today(due.not_before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::{Card, Destination, Outgoing};
    use crate::clock::{DAY_MS, HOUR_MS};
    use crate::ids::{Address, DigestId, GroupId, Native, OutboxId, PostId, PushId, QuizPostId, RunId};
    use crate::outbox::Target;

    /// Friday, 11 September 2026, 12:00 in Shanghai.
    const FRIDAY: Millis = Millis(1_789_099_200_000);

    fn row(priority: Priority, about: Option<About>, not_before: Millis) -> Due {
        let to = Target::Chat(Address::Group(GroupId(1)));
        Due {
            id: OutboxId(1),
            to,
            destination: Destination { chat: Native::from("-1"), is_group: true },
            priority,
            what: Outgoing::Say { card: Card::default() },
            about,
            not_before,
            expires_at: None,
            created_at: FRIDAY,
            attempts: 0,
            uncertain: 0,
        }
    }

    fn held_until(due: &Due, now: Millis) -> Millis {
        let mut config = Config::for_tests();
        config.school.quiet = crate::timetable::QuietHours::default();
        Quiet::at(&Arc::new(config), now).until(due).max(now)
    }

    fn lesson(not_before: Millis) -> Due {
        row(Priority::Lesson, Some(About::LessonCard { push: PushId(1) }), not_before)
    }

    #[test]
    fn what_was_for_a_friday_waits_for_monday_and_what_was_for_a_saturday_for_the_morning() {
        let saturday = FRIDAY.plus_ms(DAY_MS);
        let night = FRIDAY.plus_ms(12 * HOUR_MS);
        let (sunday_morning, monday_morning) =
            (FRIDAY.plus_ms(2 * DAY_MS - 5 * HOUR_MS), FRIDAY.plus_ms(3 * DAY_MS - 5 * HOUR_MS));
        assert_eq!(held_until(&lesson(FRIDAY), night), monday_morning);
        assert_eq!(held_until(&lesson(FRIDAY), saturday), monday_morning);
        assert_eq!(held_until(&lesson(saturday), saturday), saturday);
        assert_eq!(held_until(&lesson(saturday), saturday.plus_ms(12 * HOUR_MS)), sunday_morning);
        assert_eq!(held_until(&lesson(FRIDAY), FRIDAY.plus_ms(HOUR_MS)), FRIDAY.plus_ms(HOUR_MS));
        let post = About::BroadcastPost { post: PostId(1), run: Some(RunId(1)) };
        let quiz = About::QuizQuestion { post: QuizPostId(1) };
        for about in [post, quiz, About::Digest { digest: DigestId(1) }] {
            assert_eq!(held_until(&row(Priority::Digest, Some(about), FRIDAY), saturday), monday_morning);
        }
    }

    #[test]
    fn answers_moderation_and_the_urgent_wait_for_nothing_and_other_news_for_the_morning_alone() {
        let night = FRIDAY.plus_ms(12 * HOUR_MS);
        let morning = FRIDAY.plus_ms(19 * HOUR_MS);
        let post = About::BroadcastPost { post: PostId(1), run: Some(RunId(1)) };
        for priority in [Priority::Guard, Priority::Answer, Priority::Urgent] {
            assert_eq!(held_until(&row(priority, Some(post.clone()), FRIDAY), night), night);
        }
        let staff_news = row(Priority::Digest, None, FRIDAY);
        assert_eq!(held_until(&staff_news, night), morning);
        assert_eq!(held_until(&staff_news, morning), morning, "on a Saturday too");
        let closing = Outgoing::CloseQuiz { message: Native::from("1") };
        let closing = Due { what: closing, ..row(Priority::Digest, None, FRIDAY) };
        assert_eq!(held_until(&closing, night), night);
        let asking = Due { what: Outgoing::AskAdministrators, ..row(Priority::Digest, None, FRIDAY) };
        assert_eq!(held_until(&asking, night), night);
    }
}
