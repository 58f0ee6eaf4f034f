//! Purpose: how often a day the bot may come into a group by itself, so that announcements and lessons together don't
//! become a burden for families.
//!
//! What counts, for each group and day of the school's wall clock: a run of an announcement, however many messages it is,
//! and a lesson with its questions. What is urgent, answers, moderation, private messages and the digest itself don't.
//! Over the limit only announcements that ask nothing of their readers go into the digest of the day:
//!
//! - one that is to be confirmed or signed keeps a message of its own, because its button and the count stand under it;
//! - a lesson keeps its place: the course builds on its order, its quiz and its points, and the school itself has chosen its
//!   time. It counts, so that announcements make room for it, and is never held.
//!
//! An announcement that was taken back counts all the same: families have been disturbed by it.
//!
//! Invariants: the same push counts once in a group, on the day it was first planned for. Counting is part of the transaction
//! that plans the push, and there is one writer at a time, so of several that are planned at once each sees those before.

pub mod rules;
mod store;

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::clock::Millis;
use crate::ids::{GroupId, PushId, RunId};
use crate::storage::Result;
use crate::timetable::wall;
use crate::work::Work;

pub use store::forget;

/// What comes into a group by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Push {
    /// A run of an announcement.
    Announcement(RunId),
    /// A lesson with its questions.
    Lesson(PushId),
}

/// The day the school's wall clock shows at a point in time, in days since 1970-01-01.
#[must_use]
pub fn day(work: &Work<'_>, at: Millis) -> i64 {
    let date = wall::shown(at, work.config.school.zone).date();
    date.signed_duration_since(NaiveDate::default()).num_days()
}

/// How many pushes each of these groups has on a day, those that are planned included; without a row for none.
pub async fn had(work: &mut Work<'_>, day: i64, groups: &[GroupId]) -> Result<HashMap<GroupId, u32>> {
    store::had(work, day, groups).await
}

/// Counts pushes of a day. One that was counted before in its group isn't again. Without a limit nothing is counted.
pub async fn count(work: &mut Work<'_>, day: i64, pushes: &[(GroupId, Push)]) -> Result<()> {
    if work.config.school.burden.pushes_per_day == 0 {
        return Ok(());
    }
    store::count(work, day, pushes).await
}

/// The groups that have as many pushes on a day as they may; none without a limit.
pub async fn full(work: &mut Work<'_>, day: i64) -> Result<HashSet<GroupId>> {
    match work.config.school.burden.pushes_per_day {
        0 => Ok(HashSet::new()),
        limit => store::full(work, day, limit).await,
    }
}

#[cfg(test)]
mod tests;
