//! Purpose: each occurrence of a recurrence, and what becomes of it.
//!
//! Invariants: in order of [`Occurrence::at`], each planned occurrence comes once: it runs, runs later, or is skipped for
//! a reason. No two runs of one recurrence are at the same point in time. What becomes of an occurrence doesn't depend on
//! when it is asked, as long as the calendar doesn't change.

use std::collections::BTreeMap;
use std::iter::Peekable;

use chrono::{Days, Duration, NaiveDateTime, NaiveTime};

use super::calendar::SEARCH_DAYS_MAX;
use super::{DayKind, DayRule, Recurrence, SchoolTime, wall};
use crate::clock::Millis;

/// The most occurrences a preview has, those skipped included.
pub const PREVIEW_MAX: usize = 100;

/// One time that was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// When it runs; if it is skipped, when it would have run.
    pub at: Millis,
    /// What the wall clock was to show.
    pub planned: NaiveDateTime,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of a planned time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It runs as planned.
    Runs,
    /// It runs on a later day.
    MovedTo {
        /// What the wall clock is to show then.
        to: NaiveDateTime,
        /// What kind of day it was planned for.
        why: DayKind,
    },
    /// It doesn't run.
    Skipped {
        /// Why.
        why: Skip,
    },
}

/// Why an occurrence doesn't run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skip {
    /// There is no school on its day.
    NoSchool(DayKind),
    /// There is no school on its day, and no school day after it is known.
    NoSchoolDayAhead(DayKind),
    /// There is no school on its day, and where it would move to there is a run already.
    FallsTogether {
        /// What kind of day it was planned for.
        day: DayKind,
        /// What was planned first for that point in time.
        with: NaiveDateTime,
    },
    /// A later one is due too, and only one of several is made up for.
    Superseded,
    /// It was noticed too late.
    Late,
}

impl Skip {
    /// Whether it would have run, had the program noticed its time.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        matches!(self, Self::Superseded | Self::Late)
    }

    /// A stable word for the database, with what is published or configured by people after a colon.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::NoSchool(day) => day_text(day),
            Self::NoSchoolDayAhead(day) => format!("no-school-day-ahead {}", day_text(day)),
            Self::FallsTogether { day, with } => format!("falls-together {with:?} {}", day_text(day)),
            Self::Superseded => "superseded".into(),
            Self::Late => "late".into(),
        }
    }
}

fn day_text(day: &DayKind) -> String {
    match day {
        DayKind::SchoolDay => "school-day".into(),
        DayKind::MakeUp { name } => format!("make-up:{name}"),
        DayKind::LocalSchool { name } => format!("local-school:{name}"),
        DayKind::Weekend => "weekend".into(),
        DayKind::Holiday { name } => format!("holiday:{name}"),
        DayKind::OutOfTerm => "out-of-term".into(),
        DayKind::LocalOff { name } => format!("local-off:{name}"),
    }
}

impl Occurrence {
    /// Whether it runs, as planned or later.
    #[must_use]
    pub fn runs(&self) -> bool {
        !matches!(self.fate, Fate::Skipped { .. })
    }
}

/// What a recurrence will do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The next occurrences, those that are skipped between runs included.
    pub occurrences: Vec<Occurrence>,
    /// True if after these nothing runs before the year 2101.
    pub ends: bool,
}

impl Recurrence {
    /// Every occurrence whose [`Occurrence::at`] is after `after`. It ends where nothing is planned before the year 2101.
    #[must_use]
    pub fn occurrences<'r>(&'r self, after: Millis, time: SchoolTime<'r>) -> Occurrences<'r> {
        let shown = wall::shown(after, time.zone);
        let from = if self.day_rule == DayRule::MoveToNextSchoolDay { look_back(shown, time) } else { shown };
        Occurrences {
            recurrence: self,
            time,
            after,
            planned: self.planned_after(from, time).peekable(),
            moved: BTreeMap::new(),
            taken: BTreeMap::new(),
        }
    }

    /// The first point in time after `after` at which it runs; none before the year 2101.
    #[must_use]
    pub fn next_run(&self, after: Millis, time: SchoolTime<'_>) -> Option<Millis> {
        self.occurrences(after, time).find(Occurrence::runs).map(|occurrence| occurrence.at)
    }

    /// The next `runs` runs after `now` and what is skipped before and between them; [`PREVIEW_MAX`] at most.
    #[must_use]
    pub fn preview(&self, now: Millis, runs: usize, time: SchoolTime<'_>) -> Preview {
        if runs == 0 {
            return Preview { occurrences: Vec::new(), ends: false };
        }
        let mut left = runs;
        let mut occurrences = Vec::new();
        for occurrence in self.occurrences(now, time).take(PREVIEW_MAX) {
            left -= usize::from(occurrence.runs());
            occurrences.push(occurrence);
            if left == 0 {
                return Preview { occurrences, ends: false };
            }
        }
        Preview { ends: occurrences.len() < PREVIEW_MAX, occurrences }
    }
}

/// Before the days without school from which an occurrence may move to the day shown or later.
fn look_back(shown: NaiveDateTime, time: SchoolTime<'_>) -> NaiveDateTime {
    let yesterday = shown.date().checked_sub_days(Days::new(1)).unwrap_or(shown.date());
    let back = (0..=SEARCH_DAYS_MAX).filter_map(|days| yesterday.checked_sub_days(Days::new(days)));
    let first = back
        .take_while(|date| *date == yesterday || !time.calendar.is_school_day(*date))
        .last()
        .unwrap_or(yesterday);
    let midnight = first.and_time(NaiveTime::MIN);
    midnight.checked_sub_signed(Duration::seconds(1)).unwrap_or(midnight)
}

/// The occurrences of a recurrence in order; see [`Recurrence::occurrences`].
pub struct Occurrences<'r> {
    recurrence: &'r Recurrence,
    time: SchoolTime<'r>,
    after: Millis,
    planned: Peekable<Box<dyn Iterator<Item = (NaiveDateTime, Millis)> + 'r>>,
    /// Moved to a point in time that hasn't come yet.
    moved: BTreeMap<Millis, Occurrence>,
    /// Points in time that something moves to, and what was planned first for them.
    taken: BTreeMap<Millis, NaiveDateTime>,
}

impl Iterator for Occurrences<'_> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        loop {
            let upcoming = self.planned.peek().map(|(_, at)| *at);
            let is_moved_first = match (self.moved.keys().next(), upcoming) {
                (Some(moved), Some(upcoming)) => *moved < upcoming,
                (moved, _) => moved.is_some(),
            };
            let occurrence = if is_moved_first {
                let (at, occurrence) = self.moved.pop_first()?;
                self.taken.remove(&at);
                occurrence
            } else {
                let (planned, at) = self.planned.next()?;
                let occurrence = self.decide(planned, at);
                if occurrence.at > at {
                    self.moved.insert(occurrence.at, occurrence);
                    continue;
                }
                occurrence
            };
            if occurrence.at > self.after {
                return Some(occurrence);
            }
        }
    }
}

impl Occurrences<'_> {
    fn decide(&mut self, planned: NaiveDateTime, at: Millis) -> Occurrence {
        let rule = self.recurrence.day_rule;
        let day = self.time.calendar.kind(planned.date());
        if day.is_school() || matches!(rule, DayRule::Always | DayRule::OnlySchoolDays) {
            return Occurrence { at, planned, fate: Fate::Runs };
        }
        let skipped = |why| Occurrence { at, planned, fate: Fate::Skipped { why } };
        if rule == DayRule::SkipNonSchool {
            return skipped(Skip::NoSchool(day));
        }
        let Some((to, point)) = self.next_school_day(planned) else {
            return skipped(Skip::NoSchoolDayAhead(day));
        };
        if let Some(with) = self.planned_at(point).or_else(|| self.taken.get(&point).copied()) {
            return skipped(Skip::FallsTogether { day, with });
        }
        self.taken.insert(point, planned);
        Occurrence { at: point, planned, fate: Fate::MovedTo { to, why: day } }
    }

    /// The same time on the next school day.
    fn next_school_day(&self, planned: NaiveDateTime) -> Option<(NaiveDateTime, Millis)> {
        let date = self.time.calendar.school_day_from(planned.date().succ_opt()?)?;
        let to = date.and_time(planned.time());
        Some((to, wall::point(to, self.time.zone)?))
    }

    /// What is planned for this very point in time on a school day.
    fn planned_at(&self, point: Millis) -> Option<NaiveDateTime> {
        let before = wall::shown(point.plus_ms(-1), self.time.zone);
        let (planned, at) = self.recurrence.planned_after(before, self.time).next()?;
        (at == point && self.time.calendar.is_school_day(planned.date())).then_some(planned)
    }
}

#[cfg(test)]
mod tests;
