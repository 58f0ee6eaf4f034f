//! Purpose: the SQL of who has confirmed what, and who was reminded of it.
//!
//! Invariants: a person confirms one wording of a run once, whichever of its messages they press. What was confirmed of
//! earlier words is kept, and never counts for the words as they are.

use std::collections::{HashMap, HashSet};

use crate::clock::Millis;
use crate::ids::{GroupId, PersonId, RunId};
use crate::storage::{Arg, Error, Result, Row};
use crate::work::Work;

#[cfg(test)]
mod tests;

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

/// How far somebody has come with a wording of a run.
pub(in crate::broadcasts) async fn step(
    work: &mut Work<'_>,
    run: RunId,
    person: PersonId,
    version: i64,
) -> Result<Option<Step>> {
    let sql = "SELECT step FROM broadcast_receipts WHERE run = $1 AND person = $2 AND version = $3";
    let row = work.reading().one(sql, &[run.into(), person.into(), version.into()]).await?;
    row.map(|row| Ok(Step::of_word(&row.get::<String>(0)?))).transpose()
}

/// Whether somebody was asked for earlier words of a run, or has confirmed them.
pub(in crate::broadcasts) async fn knows_earlier(
    work: &mut Work<'_>,
    run: RunId,
    person: PersonId,
    version: i64,
) -> Result<bool> {
    let sql = "SELECT 1 FROM broadcast_receipts WHERE run = $1 AND person = $2 AND version < $3 LIMIT 1";
    Ok(work.reading().one(sql, &[run.into(), person.into(), version.into()]).await?.is_some())
}

/// Whether anybody has confirmed a run.
pub(in crate::broadcasts) async fn has_any(work: &mut Work<'_>, run: RunId) -> Result<bool> {
    let sql = "SELECT 1 FROM broadcast_receipts WHERE run = $1 AND step <> 'asked' LIMIT 1";
    Ok(work.reading().one(sql, &[run.into()]).await?.is_some())
}

/// Keeps how far somebody has come with a wording; what is signed or read stays so.
pub(in crate::broadcasts) async fn set(
    work: &mut Work<'_>,
    run: RunId,
    person: PersonId,
    version: i64,
    step: Step,
) -> Result<()> {
    let (tenant, now) = (work.tenant, work.now);
    work.writing()
        .await?
        .run(
            "INSERT INTO broadcast_receipts (tenant, run, person, version, step, at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (run, person, version) DO UPDATE SET step = excluded.step, at = excluded.at \
                 WHERE broadcast_receipts.step = 'asked'",
            &[tenant.into(), run.into(), person.into(), version.into(), step.word().into(), now.into()],
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
    /// Of which words.
    pub version: i64,
}

/// Everybody who has pressed the button under a run, those who have not signed yet included; the earliest first.
pub(in crate::broadcasts) async fn steps(work: &mut Work<'_>, run: RunId) -> Result<Vec<Receipt>> {
    let tenant = work.tenant;
    let sql = "SELECT person, step, at, version FROM broadcast_receipts WHERE tenant = $1 AND run = $2 ORDER BY at, person";
    let rows = work.reading().rows(sql, &[tenant.into(), run.into()]).await?;
    let read = |row: &Row| {
        let step = Step::of_word(&row.get::<String>(1)?);
        Ok(Receipt { person: row.get(0)?, step, at: row.get(2)?, version: row.get(3)? })
    };
    rows.iter().map(read).collect()
}

/// How far readers have come with a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub readers: i64,
    /// How many have read the words as they are, or were told what they would sign, and have not signed.
    pub read: i64,
    /// How many have signed the words as they are.
    pub signed: i64,
    /// How many have confirmed earlier words alone.
    pub earlier: i64,
}

/// How far the readers of all groups that have something of a run have come with a wording: each person once, whoever looks after
/// a group left out there, and whoever has left it. Whoever has confirmed what nobody knows the arrival of is a reader too.
/// `needs` is what readers were asked for.
pub(in crate::broadcasts) async fn total(
    work: &mut Work<'_>,
    run: RunId,
    version: i64,
    needs: Step,
) -> Result<Tally> {
    let tenant = work.tenant;
    let sql = "SELECT COUNT(*), \
                   COUNT(CASE WHEN r.step <> 'signed' THEN 1 END), \
                   COUNT(CASE WHEN r.step = 'signed' THEN 1 END), \
                   COUNT(CASE WHEN (r.step IS NULL OR r.step <> $4) \
                       AND EXISTS (SELECT 1 FROM broadcast_receipts e WHERE e.run = $2 AND e.person = q.person \
                           AND e.version < $3 AND e.step = $4) THEN 1 END) \
               FROM (SELECT DISTINCT m.person FROM members m \
                   JOIN broadcast_posts p ON p.to_id = m.group_id AND p.to_kind = 'group' AND p.run = $2 \
                   WHERE m.tenant = $1 AND p.tenant = $1 AND m.role IN ('member', 'restricted') \
                       AND (p.state = 'sent' OR EXISTS (SELECT 1 FROM broadcast_receipts e \
                           WHERE e.run = $2 AND e.person = m.person))) AS q \
               LEFT JOIN broadcast_receipts r ON r.run = $2 AND r.person = q.person AND r.version = $3";
    let args = [tenant.into(), run.into(), version.into(), needs.word().into()];
    let row = work.reading().one(sql, &args).await?.ok_or(Error::NoRow)?;
    Ok(Tally { readers: row.get(0)?, read: row.get(1)?, signed: row.get(2)?, earlier: row.get(3)? })
}

/// How many readers have confirmed earlier words of a run, and not these: signed them, if `step` is that they signed.
pub(in crate::broadcasts) async fn count_earlier(
    work: &mut Work<'_>,
    run: RunId,
    version: i64,
    step: Step,
) -> Result<i64> {
    Ok(total(work, run, version, step).await?.earlier)
}

/// How far the readers of every group that has something of a run have come with a wording; one statement for all groups. `needs`
/// is what readers were asked for. With each, whether `actor` administers it.
pub(in crate::broadcasts) async fn tallies(
    work: &mut Work<'_>,
    run: RunId,
    version: i64,
    needs: Step,
    actor: PersonId,
) -> Result<HashMap<GroupId, (Tally, bool)>> {
    let tenant = work.tenant;
    let sql = "SELECT m.group_id, \
                   COUNT(CASE WHEN m.role IN ('member', 'restricted') THEN 1 END), \
                   COUNT(CASE WHEN m.role IN ('member', 'restricted') AND r.step <> 'signed' THEN 1 END), \
                   COUNT(CASE WHEN m.role IN ('member', 'restricted') AND r.step = 'signed' THEN 1 END), \
                   COUNT(CASE WHEN m.role IN ('member', 'restricted') AND (r.step IS NULL OR r.step <> $4) \
                       AND EXISTS (SELECT 1 FROM broadcast_receipts e WHERE e.run = $2 AND e.person = m.person \
                           AND e.version < $3 AND e.step = $4) THEN 1 END), \
                   COUNT(CASE WHEN m.person = $5 AND m.role IN ('owner', 'administrator') THEN 1 END) \
               FROM members m LEFT JOIN broadcast_receipts r ON r.run = $2 AND r.person = m.person AND r.version = $3 \
               WHERE m.tenant = $1 AND m.group_id IN (SELECT p.to_id FROM broadcast_posts p \
                   WHERE p.tenant = $1 AND p.run = $2 AND p.to_kind = 'group' AND p.state = 'sent') \
               GROUP BY m.group_id";
    let args = [tenant.into(), run.into(), version.into(), needs.word().into(), actor.into()];
    let rows = work.reading().rows(sql, &args).await?;
    let read = |row: &Row| {
        let is_administered = row.get::<i64>(5)? > 0;
        let (readers, read, signed, earlier) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        Ok((row.get(0)?, (Tally { readers, read, signed, earlier }, is_administered)))
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
