//! Purpose: when something runs, as data: a rule on the wall clock, and what non-school days do to it.
//!
//! Invariant: [`Recurrence::to_text`] and [`Recurrence::parse`] are each other's inverse, so that what is kept in the
//! database is what was confirmed.

mod text;

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime};

use super::days::Days;
use super::{SchoolCalendar, SchoolTime, Timing, YEAR_MAX, wall};
use crate::clock::Millis;

pub use text::UnknownText;

/// What happens to an occurrence on a day without school.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayRule {
    /// It runs all the same.
    #[default]
    Always,
    /// It is skipped, and the skipping is kept with its reason.
    SkipNonSchool,
    /// It moves to the same time of the next school day, unless there is a run already.
    MoveToNextSchoolDay,
    /// It isn't planned in the first place: only school days count as days.
    OnlySchoolDays,
}

impl DayRule {
    /// Every rule by the name it is configured and kept with.
    pub const NAMED: [(&str, Self); 4] = [
        ("always", Self::Always),
        ("skip", Self::SkipNonSchool),
        ("next", Self::MoveToNextSchoolDay),
        ("only", Self::OnlySchoolDays),
    ];
}

/// When something is planned, on the wall clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Once.
    Once(NaiveDateTime),
    /// At a time of certain days.
    Days {
        /// Which days.
        on: Days,
        /// When.
        at: NaiveTime,
    },
    /// As a cron expression says.
    Cron(Box<Timing>),
}

/// When something runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// When it is planned.
    pub rule: Rule,
    /// What days without school do to it.
    pub day_rule: DayRule,
    /// Nothing is planned before this day.
    pub from: Option<NaiveDate>,
    /// Nothing is planned after this day; what is planned until then may still move to a later one.
    pub until: Option<NaiveDate>,
}

impl Recurrence {
    /// A rule that runs whatever day it is, without bounds.
    #[must_use]
    pub fn new(rule: Rule) -> Self {
        Self { rule, day_rule: DayRule::default(), from: None, until: None }
    }

    /// Once, at this time of the wall clock.
    #[must_use]
    pub fn once(at: NaiveDateTime) -> Self {
        Self::new(Rule::Once(at))
    }

    /// At a time of certain days.
    #[must_use]
    pub fn days(on: Days, at: NaiveTime) -> Self {
        Self::new(Rule::Days { on, at })
    }

    /// As a cron expression says.
    #[must_use]
    pub fn cron(timing: Timing) -> Self {
        Self::new(Rule::Cron(Box::new(timing)))
    }

    /// The same with another rule for days without school.
    #[must_use]
    pub fn with(self, day_rule: DayRule) -> Self {
        Self { day_rule, ..self }
    }

    /// The shortest time on the wall clock between two of the times it plans; a day if it plans no more than one on each. What
    /// the calendar moves together and what a clock change brings together doesn't count: nobody has asked for that.
    #[must_use]
    pub fn apart_min(&self) -> std::time::Duration {
        match &self.rule {
            Rule::Once(_) | Rule::Days { .. } => std::time::Duration::from_hours(24),
            Rule::Cron(timing) => timing.apart_min(),
        }
    }

    /// The wall-clock times planned after `wall`, in order, up to the year 2100.
    #[must_use]
    pub fn walls_after<'r>(
        &'r self,
        wall: NaiveDateTime,
        calendar: &'r SchoolCalendar,
    ) -> Box<dyn Iterator<Item = NaiveDateTime> + 'r> {
        let before =
            self.from.and_then(|from| from.and_time(NaiveTime::MIN).checked_sub_signed(Duration::seconds(1)));
        let wall = before.map_or(wall, |before| wall.max(before));
        let is_only = self.day_rule == DayRule::OnlySchoolDays;
        // Where no school day is known any more, none needs to be sought until 2100.
        let needs_school = is_only || matches!(&self.rule, Rule::Days { on, .. } if on.needs_school());
        let known = if needs_school { calendar.school_ends() } else { NaiveDate::MAX };
        let until = self.until.map_or(known, |until| until.min(known));
        let walls: Box<dyn Iterator<Item = NaiveDateTime> + 'r> = match &self.rule {
            Rule::Once(at) => Box::new(std::iter::once(*at).filter(move |at| *at > wall)),
            Rule::Days { on, at } => Box::new(
                wall.date()
                    .iter_days()
                    .take_while(move |date| date.year() <= YEAR_MAX && *date <= until)
                    .filter(move |date| on.has(*date, calendar))
                    .map(move |date| date.and_time(*at))
                    .filter(move |at| *at > wall),
            ),
            Rule::Cron(timing) => Box::new(timing.walls_after(wall)),
        };
        Box::new(
            walls
                .take_while(move |at| at.date() <= until && at.year() <= YEAR_MAX)
                .filter(move |at| !is_only || calendar.is_school_day(at.date())),
        )
    }

    /// The points in time planned after `wall`, each with what the wall clock was to show. Times that a clock change
    /// skips and that end up at the same point are one, that of the first.
    pub(super) fn planned_after<'r>(
        &'r self,
        wall: NaiveDateTime,
        time: SchoolTime<'r>,
    ) -> Box<dyn Iterator<Item = (NaiveDateTime, Millis)> + 'r> {
        let mut last = None;
        Box::new(self.walls_after(wall, time.calendar).filter_map(move |planned| {
            let at = wall::point(planned, time.zone)?;
            (last < Some(at)).then(|| {
                last = Some(at);
                (planned, at)
            })
        }))
    }
}

#[cfg(test)]
mod tests;
