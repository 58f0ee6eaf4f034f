//! Purpose: the SQL of who has confirmed what, and who was reminded of it.
//!
//! Invariant: a person confirms a run once, whichever of its messages they press.

use std::collections::HashSet;

use crate::clock::Millis;
use crate::ids::{PersonId, RunId};
use crate::storage::{Arg, Result, Row};
use crate::work::Work;

/// How far somebody has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Was told what they would sign.
    Asked,
    /// Has read it.
    Read,
    /// Has signed it.
    Signed,
}

impl Step {
    fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Read => "read",
            Self::Signed => "signed",
        }
    }

    fn of_word(word: &str) -> Self {
        match word {
            "signed" => Self::Signed,
            "read" => Self::Read,
            _ => Self::Asked,
        }
    }
}

pub(in crate::broadcasts) async fn step(
    work: &mut Work<'_>,
    run: RunId,
    person: PersonId,
) -> Result<Option<Step>> {
    let sql = "SELECT step FROM broadcast_receipts WHERE run = $1 AND person = $2";
    let row = work.reading().one(sql, &[run.into(), person.into()]).await?;
    row.map(|row| Ok(Step::of_word(&row.get::<String>(0)?))).transpose()
}

/// Whether anybody has confirmed a run.
pub(in crate::broadcasts) async fn has_any(work: &mut Work<'_>, run: RunId) -> Result<bool> {
    let sql = "SELECT 1 FROM broadcast_receipts WHERE run = $1 AND step <> 'asked' LIMIT 1";
    Ok(work.reading().one(sql, &[run.into()]).await?.is_some())
}

/// Keeps how far somebody has come; what is signed or read stays so.
pub(in crate::broadcasts) async fn set(
    work: &mut Work<'_>,
    run: RunId,
    person: PersonId,
    step: Step,
) -> Result<()> {
    let (tenant, now) = (work.tenant, work.now);
    work.writing()
        .await?
        .run(
            "INSERT INTO broadcast_receipts (tenant, run, person, step, at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (run, person) DO UPDATE SET step = excluded.step, at = excluded.at \
                 WHERE broadcast_receipts.step = 'asked'",
            &[tenant.into(), run.into(), person.into(), step.word().into(), now.into()],
        )
        .await?;
    Ok(())
}

/// How far somebody has come with a run, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Who.
    pub person: PersonId,
    /// How far.
    pub step: Step,
    /// Since when.
    pub at: Millis,
}

/// Everybody who has pressed the button under a run, those who have not signed yet included; the earliest first.
pub(in crate::broadcasts) async fn steps(work: &mut Work<'_>, run: RunId) -> Result<Vec<Receipt>> {
    let tenant = work.tenant;
    let sql =
        "SELECT person, step, at FROM broadcast_receipts WHERE tenant = $1 AND run = $2 ORDER BY at, person";
    let rows = work.reading().rows(sql, &[tenant.into(), run.into()]).await?;
    let read = |row: &Row| {
        Ok(Receipt { person: row.get(0)?, step: Step::of_word(&row.get::<String>(1)?), at: row.get(2)? })
    };
    rows.iter().map(read).collect()
}

/// Keeps that these people are reminded on this day; returns those who were reminded less than `times_max` times before,
/// each with how often they are now.
pub(in crate::broadcasts) async fn remind(
    work: &mut Work<'_>,
    run: RunId,
    people: &[PersonId],
    day: i64,
    times_max: i64,
) -> Result<Vec<(PersonId, i64)>> {
    let tenant = work.tenant;
    let sql = "SELECT person FROM broadcast_reminders \
               WHERE tenant = $1 AND run = $2 AND day = $3 AND times >= $4";
    let args = [tenant.into(), run.into(), day.into(), times_max.into()];
    let rows = work.reading().rows(sql, &args).await?;
    let enough = rows.iter().map(|row| row.get(0)).collect::<Result<HashSet<PersonId>>>()?;
    let args: Vec<Arg<'_>> = people
        .iter()
        .filter(|person| !enough.contains(person))
        .flat_map(|person| [tenant.into(), run.into(), (*person).into(), day.into()])
        .collect();
    let rows = work
        .writing()
        .await?
        .insert_rows(
            "INSERT INTO broadcast_reminders (tenant, run, person, day) VALUES",
            4,
            &args,
            "ON CONFLICT (run, person, day) DO UPDATE SET times = broadcast_reminders.times + 1 RETURNING person, times",
        )
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}
