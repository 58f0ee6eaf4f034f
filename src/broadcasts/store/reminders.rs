//! Purpose: the SQL of who is to be reminded of a run, and who was.
//!
//! Invariant: only readers of groups that got it are, and nobody who has confirmed it as it is worded.

use crate::ids::{GroupId, PersonId, RunId};
use crate::storage::{Error, Result, Row};
use crate::work::Work;

/// Those who have not confirmed a run, have opened their private chat, and were reminded less than `times_max` times on this
/// day: each with one of their groups that got it, in the order of their numbers, `count_max` at most.
pub(in crate::broadcasts) async fn missing(
    work: &mut Work<'_>,
    (run, version): (RunId, i64),
    day: i64,
    times_max: i64,
    count_max: i64,
) -> Result<Vec<(PersonId, GroupId)>> {
    let tenant = work.tenant;
    let sql = "SELECT p.id, MIN(m.group_id) FROM broadcast_posts b JOIN members m ON m.group_id = b.to_id \
                   JOIN people p ON p.id = m.person \
               WHERE b.tenant = $1 AND b.run = $2 AND b.to_kind = 'group' AND b.state = 'sent' \
                   AND m.role IN ('member', 'restricted') AND p.private_chat = 'open' \
                   AND NOT EXISTS (SELECT 1 FROM broadcast_receipts r \
                       WHERE r.run = b.run AND r.person = p.id AND r.version = $6 AND r.step <> 'asked') \
                   AND NOT EXISTS (SELECT 1 FROM broadcast_reminders d \
                       WHERE d.run = b.run AND d.person = p.id AND d.day = $3 AND d.times >= $4) \
               GROUP BY p.id ORDER BY p.id LIMIT $5";
    let args = [tenant.into(), run.into(), day.into(), times_max.into(), count_max.into(), version.into()];
    let rows = work.reading().rows(sql, &args).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Who has not confirmed a run and isn't reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Others {
    /// Were reminded as often on this day as they may be.
    pub reminded: i64,
    /// Have not opened their private chat.
    pub unreachable: i64,
}

/// How many have not confirmed a run and can't be reminded on this day any more, or not at all.
pub(in crate::broadcasts) async fn others(
    work: &mut Work<'_>,
    (run, version): (RunId, i64),
    day: i64,
    times_max: i64,
) -> Result<Others> {
    let tenant = work.tenant;
    let sql = "SELECT COUNT(DISTINCT CASE WHEN p.private_chat = 'open' AND d.times >= $4 THEN p.id END), \
                   COUNT(DISTINCT CASE WHEN p.private_chat <> 'open' THEN p.id END) \
               FROM broadcast_posts b JOIN members m ON m.group_id = b.to_id JOIN people p ON p.id = m.person \
                   LEFT JOIN broadcast_reminders d ON d.run = b.run AND d.person = p.id AND d.day = $3 \
               WHERE b.tenant = $1 AND b.run = $2 AND b.to_kind = 'group' AND b.state = 'sent' \
                   AND m.role IN ('member', 'restricted') \
                   AND NOT EXISTS (SELECT 1 FROM broadcast_receipts r \
                       WHERE r.run = b.run AND r.person = p.id AND r.version = $5 AND r.step <> 'asked')";
    let args = [tenant.into(), run.into(), day.into(), times_max.into(), version.into()];
    let row = work.reading().one(sql, &args).await?.ok_or(Error::NoRow)?;
    Ok(Others { reminded: row.get(0)?, unreachable: row.get(1)? })
}

/// How often somebody was reminded of a run on a day, with those reminders that have not gone out yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Who.
    pub person: PersonId,
    /// The day, counted from 1970-01-01.
    pub day: i64,
    /// How often.
    pub times: i64,
}

fn read(row: &Row) -> Result<Given> {
    Ok(Given { person: row.get(0)?, day: row.get(1)?, times: row.get(2)? })
}

/// The reminders of a run to one person, from a day on.
pub(in crate::broadcasts) async fn given_to(
    work: &mut Work<'_>,
    run: RunId,
    person: PersonId,
    since: i64,
) -> Result<Vec<Given>> {
    let sql =
        "SELECT person, day, times FROM broadcast_reminders WHERE run = $1 AND person = $2 AND day >= $3";
    let rows = work.reading().rows(sql, &[run.into(), person.into(), since.into()]).await?;
    rows.iter().map(read).collect()
}

/// The reminders of a run, from a day on.
pub(in crate::broadcasts) async fn given(work: &mut Work<'_>, run: RunId, since: i64) -> Result<Vec<Given>> {
    let sql = "SELECT person, day, times FROM broadcast_reminders WHERE run = $1 AND day >= $2";
    let rows = work.reading().rows(sql, &[run.into(), since.into()]).await?;
    rows.iter().map(read).collect()
}
