//! Purpose: how somebody stands: balance, room under the caps, star, and what is missing for the next.
//!
//! Invariant: what is remembered in a transaction always is what the database would answer, because every award
//! notes itself here and every reversal makes the person unknown again. A person costs two statements, and
//! so do up to 128 people together.

use std::collections::HashMap;

use anyhow::anyhow;

use super::calendar::Calendar;
use super::stars::{Course, Facts, Level, Outlook};
use super::store::{self, Tally};
use crate::course::{self, Lesson};
use crate::failure::Outcome;
use crate::ids::PersonId;
use crate::storage;
use crate::work::{Reading, Work};

/// How somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The balance, never negative.
    pub balance: i64,
    /// What may still be earned today; never more than this week's.
    pub day_room: u32,
    /// What may still be earned this week.
    pub week_room: u32,
    /// The star, and what is missing for the next.
    pub level: Level,
    /// Whether the next can be reached with the lessons there are.
    pub outlook: Outlook,
}

/// What was read in this transaction.
#[derive(Debug, Default)]
struct Known(HashMap<PersonId, Tally>);

/// Asks for what [`standing`] needs of several people. Those known already in this transaction are left out.
pub fn readings(work: &mut Work<'_>, people: &[PersonId]) -> Vec<Reading<'static>> {
    let calendar = Calendar::at(work.now, work.config.school.zone);
    let known = work.memo::<Known>();
    let list: Vec<PersonId> = people.iter().copied().filter(|person| !known.0.contains_key(person)).collect();
    let tallies = Reading::new(store::tallies(work.tenant, calendar, &list), |work, rows| {
        let tallies = rows.iter().map(store::read_tally).collect::<storage::Result<Vec<_>>>()?;
        work.memo::<Known>().0.extend(tallies);
        Ok(())
    });
    vec![tallies, course::reading(work, people)]
}

/// How a person stands. Costs nothing if [`readings`] were read in this transaction.
pub async fn standing(work: &mut Work<'_>, person: PersonId) -> Outcome<Standing> {
    let readings = readings(work, &[person]);
    work.read_together(readings).await?;
    let tally = work.memo::<Known>().0.get(&person).cloned();
    let tally = tally.ok_or_else(|| anyhow!("tenant {} has no person {person}", work.tenant))?;
    let done = course::done(work, person).await?;
    let rules = &work.config.points;
    let (day_room, week_room) = rules.room(tally.day, tally.week);
    let facts = Facts {
        points: tally.balance,
        quizzes: tally.quizzes,
        minutes: done.minutes,
        on_site: tally.on_site,
        final_test: tally.final_tests > 0,
        stages: done.stages,
    };
    // Whoever has learnt something goes on with the lessons of the same stages.
    let is_theirs = |lesson: &&Lesson| facts.stages.is_empty() || facts.stages.contains(&lesson.stage);
    let course = Course::of(work.config.lessons.lessons.values().filter(is_theirs));
    let (level, outlook) = (rules.level(&facts), rules.outlook(&course, &facts));
    Ok(Standing { balance: tally.balance, day_room, week_room, level, outlook })
}

/// Takes an award over into what is remembered.
pub(super) fn note(work: &mut Work<'_>, person: PersonId, change: impl FnOnce(&mut Tally)) {
    if let Some(tally) = work.memo::<Known>().0.get_mut(&person) {
        change(tally);
    }
}

/// Makes a person unknown again.
pub(super) fn forget(work: &mut Work<'_>, person: PersonId) {
    work.memo::<Known>().0.remove(&person);
}
