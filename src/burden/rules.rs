//! Purpose: the decisions of the burden limit: what goes out by itself, and when a digest comes.
//!
//! Invariant: pure.

use chrono::{Days, NaiveTime};

use crate::clock::Millis;
use crate::timetable::{QuietHours, SchoolTime, wall};

/// A digest is looked for on so many days. The summer holidays have some 60; where none is found, nobody knows of a school day.
const DAYS_MAX: u64 = 120;

/// How often a day a group is disturbed, and when it gets the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BurdenLimit {
    /// Pushes of a day in a group; 0 for no limit.
    pub pushes_per_day: u32,
    /// When the digest comes, by the school's wall clock.
    pub digest_at: NaiveTime,
}

impl Default for BurdenLimit {
    /// Two a day; the digest at 18:00, when ParentSquare's comes too and most parents are home.
    fn default() -> Self {
        Self { pushes_per_day: 2, digest_at: NaiveTime::from_hms_opt(18, 0, 0).unwrap_or_default() }
    }
}

/// How an announcement comes into a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// At once and uncounted.
    Uncounted,
    /// As a push that counts.
    Push,
    /// In the group's digest.
    Digest,
}

/// What it is about an announcement that matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Can't wait, and somebody else has agreed that it can't.
    Urgent,
    /// Asks its readers to press something.
    Asking,
    /// Everything else.
    Plain,
}

impl BurdenLimit {
    /// How an announcement comes into a group that has `had` pushes today.
    #[must_use]
    pub fn way(self, had: u32, kind: Kind) -> Way {
        match kind {
            Kind::Urgent => Way::Uncounted,
            Kind::Plain if self.pushes_per_day > 0 && had >= self.pushes_per_day => Way::Digest,
            Kind::Plain | Kind::Asking => Way::Push,
        }
    }

    /// When what is ready at `from` comes in a digest: at the time of digests of that day, or of the next school day if it
    /// is over by then. A day has one digest: what comes later waits, and its author is told until when and that there is
    /// urgency. If digests fall into the quiet hours, they come when these end.
    #[must_use]
    pub fn next_digest(self, from: Millis, quiet: QuietHours, time: SchoolTime<'_>) -> Millis {
        let today = wall::shown(from, time.zone).date();
        let at = |days| {
            let date = today.checked_add_days(Days::new(days))?;
            wall::point(date.and_time(self.digest_at), time.zone)
        };
        let coming = || (0..DAYS_MAX).filter_map(at).filter(|at| *at >= from);
        let allowed = |at| quiet.next_allowed_on_a_school_day(at, time);
        coming()
            .find(|at| allowed(*at) == *at)
            .or_else(|| coming().next().map(allowed))
            .unwrap_or_else(|| allowed(from))
    }
}
