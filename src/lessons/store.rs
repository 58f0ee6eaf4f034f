//! Purpose: the SQL of schedules, pushes and lessons done.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::clock::Millis;
use crate::ids::{GroupId, Native, PushId};
use crate::storage::{Arg, Error, Result};
use crate::work::Work;

/// One lesson pushed to one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// Its row.
    pub id: PushId,
    /// Where.
    pub group: GroupId,
    /// Which lesson.
    pub lesson: String,
    /// When it was shown; before that, when it was planned.
    pub at: Millis,
}

/// Where a schedule stands. One met for the first time, or with another timing, starts at `now`.
pub(super) async fn done_until(work: &mut Work<'_>, name: &str, spec: &str) -> Result<Millis> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "SELECT spec, done_until FROM schedules WHERE tenant = $1 AND name = $2";
    if let Some(row) = work.reading().one(sql, &[tenant.into(), name.into()]).await?
        && row.get::<String>(0)? == spec
    {
        return row.get(1);
    }
    work.writing()
        .await?
        .run(
            "INSERT INTO schedules (tenant, name, spec, done_until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant, name) DO UPDATE SET spec = excluded.spec, done_until = excluded.done_until",
            &[tenant.into(), name.into(), spec.into(), now.into()],
        )
        .await?;
    Ok(now)
}

pub(super) async fn set_done_until(work: &mut Work<'_>, name: &str, until: Millis) -> Result<()> {
    let tenant = work.tenant;
    let sql = "UPDATE schedules SET done_until = $1 WHERE tenant = $2 AND name = $3 AND done_until < $1";
    work.writing().await?.run(sql, &[until.into(), tenant.into(), name.into()]).await?;
    Ok(())
}

/// Keeps how an occurrence ended, and when the staff are to be told of it. False if it had been dealt with before.
pub(super) async fn occurrence(
    work: &mut Work<'_>,
    schedule: &str,
    at: Millis,
    skipped: Option<&str>,
    tell_at: Option<Millis>,
) -> Result<bool> {
    let tenant = work.tenant;
    let outcome = if skipped.is_some() { "skipped" } else { "ran" };
    let new = work
        .writing()
        .await?
        .run(
            "INSERT INTO occurrences (tenant, schedule, at, outcome, reason, tell_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant, schedule, at) DO NOTHING",
            &[tenant.into(), schedule.into(), at.into(), outcome.into(), skipped.into(), tell_at.into()],
        )
        .await?;
    Ok(new > 0)
}

/// When the staff are to be told of skipped occurrences next; none if there is nothing to tell.
pub(super) async fn next_telling(work: &mut Work<'_>) -> Result<Option<Millis>> {
    let tenant = work.tenant;
    let sql = "SELECT MIN(tell_at) FROM occurrences WHERE tenant = $1 AND tell_at IS NOT NULL";
    work.reading().one(sql, &[tenant.into()]).await?.ok_or(Error::NoRow)?.get(0)
}

/// The skipped occurrences that have not been told yet: those of each schedule by its name, the earliest first.
pub(super) async fn skipped_to_tell(work: &mut Work<'_>) -> Result<BTreeMap<String, Vec<Millis>>> {
    let tenant = work.tenant;
    let sql = "SELECT schedule, at FROM occurrences WHERE tenant = $1 AND tell_at IS NOT NULL ORDER BY at";
    let mut skipped: BTreeMap<String, Vec<Millis>> = BTreeMap::new();
    for row in work.reading().rows(sql, &[tenant.into()]).await? {
        skipped.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(skipped)
}

/// Has the telling of them wait; none if they are told.
pub(super) async fn tell_again(work: &mut Work<'_>, at: Option<Millis>) -> Result<()> {
    let tenant = work.tenant;
    let sql = "UPDATE occurrences SET tell_at = $1 WHERE tenant = $2 AND tell_at IS NOT NULL";
    work.writing().await?.run(sql, &[at.into(), tenant.into()]).await?;
    Ok(())
}

/// How many lessons of a schedule each group has had.
pub(super) async fn positions(work: &mut Work<'_>, schedule: &str) -> Result<HashMap<GroupId, usize>> {
    let tenant = work.tenant;
    let sql = "SELECT group_id, COUNT(*) FROM pushes WHERE tenant = $1 AND schedule = $2 GROUP BY group_id";
    let rows = work.reading().rows(sql, &[tenant.into(), schedule.into()]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, usize::try_from(row.get::<i64>(1)?).unwrap_or(0)))).collect()
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

/// The lessons each group has had from a schedule from `from` until before `until`.
pub(super) async fn had_between(
    work: &mut Work<'_>,
    schedule: &str,
    from: Millis,
    until: Millis,
) -> Result<HashMap<GroupId, HashSet<String>>> {
    let tenant = work.tenant;
    let sql = "SELECT group_id, lesson FROM pushes \
               WHERE tenant = $1 AND schedule = $2 AND occurrence >= $3 AND occurrence < $4";
    let args = [tenant.into(), schedule.into(), from.into(), until.into()];
    let mut had: HashMap<GroupId, HashSet<String>> = HashMap::new();
    for row in work.reading().rows(sql, &args).await? {
        had.entry(row.get(0)?).or_default().insert(row.get(1)?);
    }
    Ok(had)
}

/// Writes a push for each group: (group, lesson). Returns the rows that are new.
pub(super) async fn insert_pushes(
    work: &mut Work<'_>,
    schedule: &str,
    occurrence: Millis,
    planned: &[(GroupId, &str)],
) -> Result<Vec<Push>> {
    let (tenant, now) = (work.tenant, work.now);
    let args: Vec<Arg<'_>> = planned
        .iter()
        .flat_map(|(group, lesson)| {
            [
                tenant.into(),
                (*group).into(),
                schedule.into(),
                occurrence.into(),
                Arg::from(*lesson),
                now.into(),
            ]
        })
        .collect();
    let rows = work
        .writing()
        .await?
        .insert_rows(
            "INSERT INTO pushes (tenant, group_id, schedule, occurrence, lesson, at) VALUES",
            6,
            &args,
            "ON CONFLICT (group_id, schedule, occurrence) DO NOTHING RETURNING id, group_id, lesson",
        )
        .await?;
    rows.iter()
        .map(|row| Ok(Push { id: row.get(0)?, group: row.get(1)?, lesson: row.get(2)?, at: now }))
        .collect()
}

pub(super) async fn push(work: &mut Work<'_>, id: PushId) -> Result<Option<Push>> {
    let tenant = work.tenant;
    let sql = "SELECT id, group_id, lesson, at FROM pushes WHERE tenant = $1 AND id = $2";
    let row = work.reading().one(sql, &[tenant.into(), id.into()]).await?;
    row.map(|row| Ok(Push { id: row.get(0)?, group: row.get(1)?, lesson: row.get(2)?, at: row.get(3)? }))
        .transpose()
}

pub(super) async fn set_shown(work: &mut Work<'_>, id: PushId, message: &Native) -> Result<()> {
    let now = work.now;
    let sql = "UPDATE pushes SET message = $1, at = $2 WHERE id = $3";
    work.writing().await?.run(sql, &[message.into(), now.into(), id.into()]).await?;
    Ok(())
}

/// The lessons whose cards these groups were shown, by their pushes, the earliest first.
pub(super) async fn shown_in(work: &mut Work<'_>, groups: &[GroupId]) -> Result<Vec<(PushId, String)>> {
    let tenant = work.tenant;
    let list: Vec<Arg<'_>> = groups.iter().map(|group| (*group).into()).collect();
    let sql = "SELECT id, lesson FROM pushes WHERE tenant = $1 AND message IS NOT NULL AND group_id IN";
    let rows = work.reading().rows_in(sql, &[tenant.into()], &list).await?;
    let mut shown = rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<Vec<_>>>()?;
    shown.sort_unstable();
    Ok(shown)
}
