//! Purpose: the step of the conversation that is about time: what a teacher wrote or pressed, and what to ask back.
//!
//! Invariant: pure. A time that is offered can be kept: a recurrence in its form for the database, or now.

use chrono::{NaiveDate, NaiveTime};

use super::days;
use super::state::Facts;
use crate::broadcasts::{Urgency, rules};
use crate::clock::Millis;
use crate::config::Broadcasts;
use crate::i18n::Text;
use crate::timetable::words::{self, Problem, Read, Reading};
use crate::timetable::{DayRule, Recurrence, Rule, SchoolTime, phrase, wall};

/// So many runs are shown of what comes again and again.
pub const RUNS_SHOWN: usize = 5;
/// What is published to families in the evening and in the morning.
const EVENING: (u32, u32) = (19, 30);
const MORNING: (u32, u32) = (7, 30);
/// Nobody has written a time of day here, so that the reader of times says which ones are usual.
const EVERY_MONDAY: &str = "every Monday";

/// When something goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Time {
    /// At once.
    Now,
    /// As [`Recurrence::to_text`] writes it, and whether it is after midnight though the day before was named.
    At(String, bool),
}

/// What became of an answer about time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Understood.
    Read(Time),
    /// Not, or not alone: what to say, and what there is to choose from.
    Asked(Text, Vec<Time>),
}

/// The usual times offered as buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usual {
    /// At once.
    Now,
    /// Today in the evening.
    Tonight,
    /// Tomorrow in the morning.
    Tomorrow,
    /// Every week; the time is asked.
    EveryMonday,
}

impl Usual {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Now, Self::Tonight, Self::Tomorrow, Self::EveryMonday];
}

/// The usual times that are still to come, with their numbers.
pub fn usual(now: Millis, time: SchoolTime<'_>) -> impl Iterator<Item = (u32, Usual)> {
    let shown = wall::shown(now, time.zone).time();
    (0..).zip(Usual::ALL).filter(move |(_, usual)| *usual != Usual::Tonight || shown < clock(EVENING))
}

/// What pressing a usual time means for something as urgent as this.
#[must_use]
pub fn pressed(usual: Usual, urgency: Urgency, facts: &Facts<'_>) -> Answer {
    let today = facts.time.today(facts.now);
    match usual {
        Usual::Now => Answer::Read(Time::Now),
        Usual::Tonight => once(today, EVENING, urgency, facts),
        Usual::Tomorrow => once(today.succ_opt().unwrap_or(today), MORNING, urgency, facts),
        Usual::EveryMonday => written(EVERY_MONDAY, urgency, facts),
    }
}

fn once(date: NaiveDate, at: (u32, u32), urgency: Urgency, facts: &Facts<'_>) -> Answer {
    let at = date.and_time(clock(at));
    if at > wall::shown(facts.now, facts.time.zone) {
        return Answer::Read(careful(&Reading::Once(at), false, urgency, facts));
    }
    // The card was shown before that time and pressed after it.
    asked(&Problem::Past { read: at, instead: None }, urgency, facts)
}

fn clock((hour, minute): (u32, u32)) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

/// What somebody wrote about time, for something as urgent as this.
#[must_use]
pub fn written(text: &str, urgency: Urgency, facts: &Facts<'_>) -> Answer {
    match words::read(text, facts.now, facts.time) {
        Ok(Read { reading, is_past_midnight, says_rule: true }) => {
            Answer::Read(recurrence(&reading).map_or(Time::Now, |said| at(&said, is_past_midnight)))
        }
        Ok(Read { reading, is_past_midnight, .. }) => {
            Answer::Read(careful(&reading, is_past_midnight, urgency, facts))
        }
        Err(problem) => asked(&problem, urgency, facts),
    }
}

fn asked(problem: &Problem, urgency: Urgency, facts: &Facts<'_>) -> Answer {
    let readings = match problem {
        Problem::Ambiguous(choices) | Problem::TimeMissing { suggested: choices, .. } => choices.clone(),
        Problem::Past { instead: Some(instead), .. } => vec![Reading::Once(*instead)],
        _ => Vec::new(),
    };
    let offers = readings.iter().map(|reading| careful(reading, false, urgency, facts)).collect();
    Answer::Asked(phrase::problem(problem), offers)
}

fn recurrence(reading: &Reading) -> Option<Recurrence> {
    match reading {
        Reading::Now => None,
        Reading::Once(at) => Some(Recurrence::once(*at)),
        Reading::Recurring(recurrence) => Some(recurrence.clone()),
    }
}

/// A reading of words that say nothing about days without school.
fn careful(reading: &Reading, is_past_midnight: bool, urgency: Urgency, facts: &Facts<'_>) -> Time {
    let read = recurrence(reading).map(|read| days::careful(read, urgency, facts));
    read.map_or(Time::Now, |read| at(&read, is_past_midnight))
}

fn at(recurrence: &Recurrence, is_past_midnight: bool) -> Time {
    Time::At(recurrence.to_text(), is_past_midnight)
}

/// The problem of a kept time that is over, if it is.
#[must_use]
pub fn over(when: &str, now: Millis, time: SchoolTime<'_>) -> Option<Text> {
    let Ok(recurrence) = Recurrence::parse(when) else { return Some(phrase::problem(&Problem::Nothing)) };
    if recurrence.next_run(now, time).is_some() {
        return None;
    }
    Some(phrase::problem(&match recurrence.rule {
        Rule::Once(read) if read <= wall::shown(now, time.zone) => Problem::Past { read, instead: None },
        _ => Problem::Never,
    }))
}

/// Why a kept time comes too often, if it does.
#[must_use]
pub fn too_often(when: &str, settings: &Broadcasts) -> Option<Text> {
    Recurrence::parse(when).ok().and_then(|recurrence| rules::too_often(&recurrence, settings))
}

/// The kept time with another rule for days without school.
#[must_use]
pub fn with_rule(when: &str, rule: DayRule) -> Option<String> {
    Recurrence::parse(when).ok().map(|recurrence| recurrence.with(rule).to_text())
}
