//! Purpose: the SQL of what has come into groups by itself.
//!
//! Invariant: a push counts once in a group.

use std::collections::{HashMap, HashSet};

use super::Push;
use crate::clock::{DAY_MS, Millis};
use crate::ids::GroupId;
use crate::storage::{Arg, Result, Tx};
use crate::work::Work;

/// Days that are over are kept for so long, for whoever wonders why something came in a digest.
const KEPT_DAYS: i64 = 30;

fn columns(push: Push) -> (&'static str, i64) {
    match push {
        Push::Announcement(run) => ("announcement", run.0),
        Push::Lesson(push) => ("lesson", push.0),
    }
}

pub(super) async fn count(work: &mut Work<'_>, day: i64, pushes: &[(GroupId, Push)]) -> Result<()> {
    let tenant = work.tenant;
    let args: Vec<Arg<'_>> = pushes
        .iter()
        .flat_map(|(group, push)| {
            let (kind, number) = columns(*push);
            [tenant.into(), (*group).into(), Arg::from(kind), number.into(), day.into()]
        })
        .collect();
    let head = "INSERT INTO burdens (tenant, group_id, kind, number, day) VALUES";
    let tail = "ON CONFLICT (group_id, kind, number) DO NOTHING";
    work.write_rows(head, 5, &args, tail).await
}

pub(super) async fn had(work: &mut Work<'_>, day: i64, groups: &[GroupId]) -> Result<HashMap<GroupId, u32>> {
    let (tenant, mut had) = (work.tenant, HashMap::new());
    let groups: Vec<Arg<'_>> = groups.iter().map(|group| (*group).into()).collect();
    // One text: of a broadcast to all groups, the rows would take longer to come than to be found.
    let sql = "SELECT string_agg(CAST(group_id AS TEXT), ',') FROM burdens \
               WHERE tenant = $1 AND day = $2 AND group_id IN";
    for row in work.reading().rows_in(sql, &[tenant.into(), day.into()], &groups).await? {
        let list: Option<String> = row.get(0)?;
        for group in list.iter().flat_map(|list| list.split(',')).filter_map(|id| id.parse().ok()) {
            *had.entry(GroupId(group)).or_default() += 1;
        }
    }
    Ok(had)
}

pub(super) async fn full(work: &mut Work<'_>, day: i64, limit: u32) -> Result<HashSet<GroupId>> {
    let tenant = work.tenant;
    let sql =
        "SELECT group_id FROM burdens WHERE tenant = $1 AND day = $2 GROUP BY group_id HAVING COUNT(*) >= $3";
    let rows = work.reading().rows(sql, &[tenant.into(), day.into(), i64::from(limit).into()]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Forgets days that are long over; returns how many rows went.
pub async fn forget(tx: &mut Tx, now: Millis) -> Result<u64> {
    let before = now.0.div_euclid(DAY_MS) - KEPT_DAYS;
    tx.run("DELETE FROM burdens WHERE day < $1", &[before.into()]).await
}
