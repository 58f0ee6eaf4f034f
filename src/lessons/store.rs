//! Purpose: the SQL of schedules, pushes and lessons done.

pub(super) mod pushes;

use std::collections::BTreeMap;

use crate::clock::Millis;
use crate::ids::GroupId;
use crate::storage::{Error, Result};
use crate::work::Work;

/// An occurrence that is being planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Which.
    pub(super) at: Millis,
    /// When its planning began.
    pub(super) began: Millis,
    /// Every group up to this one is planned.
    pub(super) planned_until: GroupId,
}

/// Where a schedule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Every occurrence up to here is decided.
    pub(super) done_until: Millis,
    /// The one that is not planned for all groups yet.
    pub(super) run: Option<Run>,
}

/// Where a schedule stands. One met for the first time, or with another timing, starts at `now`; a run that is being planned goes
/// on all the same.
pub(super) async fn standing(work: &mut Work<'_>, name: &str, spec: &str) -> Result<Standing> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "SELECT spec, done_until, run_at, run_began, planned_until FROM schedules \
               WHERE tenant = $1 AND name = $2";
    let mut run = None;
    if let Some(row) = work.reading().one(sql, &[tenant.into(), name.into()]).await? {
        let (at, began): (Option<Millis>, Option<Millis>) = (row.get(2)?, row.get(3)?);
        let planned_until = row.get(4)?;
        run = at.zip(began).map(|(at, began)| Run { at, began, planned_until });
        if row.get::<String>(0)? == spec {
            return Ok(Standing { done_until: row.get(1)?, run });
        }
    }
    work.writing()
        .await?
        .run(
            "INSERT INTO schedules (tenant, name, spec, done_until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant, name) DO UPDATE SET spec = excluded.spec, done_until = excluded.done_until",
            &[tenant.into(), name.into(), spec.into(), now.into()],
        )
        .await?;
    Ok(Standing { done_until: now, run })
}

pub(super) async fn set_done_until(work: &mut Work<'_>, name: &str, until: Millis) -> Result<()> {
    let tenant = work.tenant;
    let sql = "UPDATE schedules SET done_until = $1 WHERE tenant = $2 AND name = $3 AND done_until < $1";
    work.writing().await?.run(sql, &[until.into(), tenant.into(), name.into()]).await?;
    Ok(())
}

/// Keeps how far the planning of a run has come; none once it is over.
pub(super) async fn set_run(work: &mut Work<'_>, name: &str, run: Option<Run>) -> Result<()> {
    let tenant = work.tenant;
    let (at, began) = (run.map(|run| run.at), run.map(|run| run.began));
    let planned_until = run.map_or(GroupId(0), |run| run.planned_until);
    let sql = "UPDATE schedules SET run_at = $1, run_began = $2, planned_until = $3 WHERE tenant = $4 AND name = $5";
    let args = [at.into(), began.into(), planned_until.into(), tenant.into(), name.into()];
    work.writing().await?.run(sql, &args).await?;
    Ok(())
}

/// True if it is kept how an occurrence ended.
pub(super) async fn is_decided(work: &mut Work<'_>, schedule: &str, at: Millis) -> Result<bool> {
    let tenant = work.tenant;
    let sql = "SELECT 1 FROM occurrences WHERE tenant = $1 AND schedule = $2 AND at = $3";
    Ok(work.reading().one(sql, &[tenant.into(), schedule.into(), at.into()]).await?.is_some())
}

/// Keeps how an occurrence ended, and when the staff are to be told of it, unless it has been dealt with before.
pub(super) async fn occurrence(
    work: &mut Work<'_>,
    schedule: &str,
    at: Millis,
    skipped: Option<&str>,
    tell_at: Option<Millis>,
) -> Result<()> {
    let tenant = work.tenant;
    let outcome = if skipped.is_some() { "skipped" } else { "ran" };
    work.writing()
        .await?
        .run(
            "INSERT INTO occurrences (tenant, schedule, at, outcome, reason, tell_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant, schedule, at) DO NOTHING",
            &[tenant.into(), schedule.into(), at.into(), outcome.into(), skipped.into(), tell_at.into()],
        )
        .await?;
    Ok(())
}

/// Has the staff be told of an occurrence, unless they are to be anyway.
pub(super) async fn tell_of(work: &mut Work<'_>, schedule: &str, at: Millis, tell_at: Millis) -> Result<()> {
    let tenant = work.tenant;
    let sql = "UPDATE occurrences SET tell_at = COALESCE(tell_at, $1) WHERE tenant = $2 AND schedule = $3 AND at = $4";
    let args = [tell_at.into(), tenant.into(), schedule.into(), at.into()];
    work.writing().await?.run(sql, &args).await?;
    Ok(())
}

/// An occurrence that ran counts as skipped after all: nobody got its lessons.
pub(super) async fn skip_unsent(work: &mut Work<'_>, schedule: &str, at: Millis) -> Result<()> {
    let tenant = work.tenant;
    let sql = "UPDATE occurrences SET outcome = 'skipped', reason = $1 \
               WHERE tenant = $2 AND schedule = $3 AND at = $4 AND outcome = 'ran'";
    let args = [UNSENT.into(), tenant.into(), schedule.into(), at.into()];
    work.writing().await?.run(sql, &args).await?;
    Ok(())
}

/// When the staff are to be told of occurrences next; none if there is nothing to tell.
pub(super) async fn next_telling(work: &mut Work<'_>) -> Result<Option<Millis>> {
    let tenant = work.tenant;
    let sql = "SELECT MIN(tell_at) FROM occurrences WHERE tenant = $1 AND tell_at IS NOT NULL";
    work.reading().one(sql, &[tenant.into()]).await?.ok_or(Error::NoRow)?.get(0)
}

/// The reason of an occurrence that ran, of whose lessons none could be sent in time.
pub(super) const UNSENT: &str = "unsent";

/// Occurrences of schedules by their names, the earliest first.
pub(super) type Occurrences = BTreeMap<String, Vec<Millis>>;

/// The occurrences that the staff have not been told of: those that were skipped, and those that ran.
pub(super) async fn to_tell(work: &mut Work<'_>) -> Result<(Occurrences, Occurrences)> {
    let tenant = work.tenant;
    let sql = "SELECT schedule, at, outcome, reason FROM occurrences \
               WHERE tenant = $1 AND tell_at IS NOT NULL ORDER BY at";
    let (mut skipped, mut ran) = (Occurrences::new(), Occurrences::new());
    for row in work.reading().rows(sql, &[tenant.into()]).await? {
        let (outcome, reason): (String, Option<String>) = (row.get(2)?, row.get(3)?);
        let is_skipped = outcome == "skipped" && reason.as_deref() != Some(UNSENT);
        let of = if is_skipped { &mut skipped } else { &mut ran };
        of.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok((skipped, ran))
}

/// Has the telling of them wait; none if they are told.
pub(super) async fn tell_again(work: &mut Work<'_>, at: Option<Millis>) -> Result<()> {
    let tenant = work.tenant;
    let sql = "UPDATE occurrences SET tell_at = $1 WHERE tenant = $2 AND tell_at IS NOT NULL";
    work.writing().await?.run(sql, &[at.into(), tenant.into()]).await?;
    Ok(())
}

/// How many runs a schedule has made from `from` until before `until`.
pub(super) async fn runs_between(
    work: &mut Work<'_>,
    schedule: &str,
    from: Millis,
    until: Millis,
) -> Result<usize> {
    let tenant = work.tenant;
    let sql = "SELECT COUNT(*) FROM occurrences \
               WHERE tenant = $1 AND schedule = $2 AND at >= $3 AND at < $4 AND outcome = 'ran'";
    let args = [tenant.into(), schedule.into(), from.into(), until.into()];
    let row = work.reading().one(sql, &args).await?.ok_or(Error::NoRow)?;
    Ok(usize::try_from(row.get::<i64>(0)?).unwrap_or(0))
}
