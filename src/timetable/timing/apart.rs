//! Purpose: how close together the times of a cron expression lie.
//!
//! Invariant: the expression alone decides, so the answer is the same whenever it is asked and whatever the calendar says.

use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime};
use cron::TimeUnitSpec as _;

use super::Timing;

const MINUTE_S: u32 = 60;
const HOUR_S: u32 = 3_600;
const DAY_S: u32 = 86_400;
/// So many of its days are looked at to find two that follow each other. Where they hardly ever do there are few: of 29
/// February and 1 March this is a century.
const DAYS_LOOKED_AT: usize = 400;

impl Timing {
    /// The shortest time on the wall clock between two occurrences: within a day, or from the last of a day to the first of
    /// the next where both days hold. A day if it comes no more than once on each.
    #[must_use]
    pub fn apart_min(&self) -> Duration {
        let (hours, minutes, seconds) = (self.plan.hours(), self.plan.minutes(), self.plan.seconds());
        let mut times = hours.iter().flat_map(|hour| {
            let of_hour = minutes.iter().map(move |minute| hour * HOUR_S + minute * MINUTE_S);
            of_hour.flat_map(move |minute| seconds.iter().map(move |second| minute + second))
        });
        let first = times.next().unwrap_or_default();
        let (mut last, mut within) = (first, DAY_S);
        for time in times {
            within = within.min(time.saturating_sub(last));
            last = time;
        }
        let overnight = (DAY_S + first).saturating_sub(last);
        let apart = if overnight < within && self.has_neighbours() { overnight } else { within };
        Duration::from_secs(u64::from(apart))
    }

    /// Whether it holds on two days that follow each other.
    fn has_neighbours(&self) -> bool {
        let day_after = |wall| self.wall_after(wall).map(|wall| wall.date());
        let first = day_after(NaiveDateTime::default());
        let days = std::iter::successors(first, |day| day_after(day.and_hms_opt(23, 59, 59)?));
        let mut before: Option<NaiveDate> = None;
        days.take(DAYS_LOOKED_AT).any(|day| {
            let follows = before.and_then(|before| before.succ_opt()) == Some(day);
            before = Some(day);
            follows
        })
    }
}
