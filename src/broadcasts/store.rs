//! Purpose: the SQL of broadcasts: what was decided, where each stands, and when it is looked at next.
//!
//! Invariant: a state changes only from the state the caller has seen.

pub(super) mod changes;
pub(super) mod digests;
pub(super) mod posts;
pub(super) mod receipts;
pub(super) mod reminders;
pub(super) mod runs;
pub(super) mod topics;

use super::draft::Draft;
use super::rules::State;
use crate::clock::Millis;
use crate::ids::{BroadcastId, PersonId};
use crate::storage::{Error, Result, Row};
use crate::work::Work;

/// A broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broadcast {
    /// Its row.
    pub id: BroadcastId,
    /// Who made it.
    pub author: PersonId,
    /// Where it stands.
    pub state: State,
    /// What was decided.
    pub draft: Draft,
    /// How often its contents were decided, from 1 on.
    pub version: i64,
    /// Who else said yes to it.
    pub approved_by: Option<PersonId>,
    /// Every occurrence up to here is decided.
    pub done_until: Millis,
    /// When the next occurrence is; while it waits for a yes, when one is too late.
    pub next_at: Option<Millis>,
}

fn read(row: &Row) -> Result<Broadcast> {
    let (state, draft): (String, String) = (row.get(2)?, row.get(3)?);
    Ok(Broadcast {
        id: row.get(0)?,
        author: row.get(1)?,
        state: State::of_word(&state),
        draft: serde_json::from_str(&draft).map_err(|error| Error::Sql(sqlx::Error::Decode(error.into())))?,
        version: row.get(4)?,
        approved_by: row.get(5)?,
        done_until: row.get(6)?,
        next_at: row.get(7)?,
    })
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Sql(sqlx::Error::Encode(error.into())))
}

/// Writes a new one in the state `draft`.
pub(super) async fn insert(work: &mut Work<'_>, author: PersonId, draft: Draft) -> Result<Broadcast> {
    let (tenant, now) = (work.tenant, work.now);
    let written = json(&draft)?;
    let row = work
        .writing()
        .await?
        .one(
            "INSERT INTO broadcasts (tenant, author, state, draft, version, done_until, created_at) \
             VALUES ($1, $2, 'draft', $3, 1, $4, $4) RETURNING id",
            &[tenant.into(), author.into(), (&written).into(), now.into()],
        )
        .await?
        .ok_or(Error::NoRow)?;
    Ok(Broadcast {
        id: row.get(0)?,
        author,
        state: State::Draft,
        draft,
        version: 1,
        approved_by: None,
        done_until: now,
        next_at: None,
    })
}

pub(super) async fn broadcast(work: &mut Work<'_>, id: BroadcastId) -> Result<Option<Broadcast>> {
    let tenant = work.tenant;
    let sql = "SELECT id, author, state, draft, version, approved_by, done_until, COALESCE(next_at, answer_until) \
               FROM broadcasts \
               WHERE tenant = $1 AND id = $2";
    work.reading().one(sql, &[tenant.into(), id.into()]).await?.as_ref().map(read).transpose()
}

/// Who made one, though it may not be readable.
pub(super) async fn author(work: &mut Work<'_>, id: BroadcastId) -> Result<Option<PersonId>> {
    let tenant = work.tenant;
    let sql = "SELECT author FROM broadcasts WHERE tenant = $1 AND id = $2";
    work.reading().one(sql, &[tenant.into(), id.into()]).await?.map(|row| row.get(0)).transpose()
}

/// When one was made, though it may not be readable.
pub(super) async fn created_at(work: &mut Work<'_>, id: BroadcastId) -> Result<Option<Millis>> {
    let tenant = work.tenant;
    let sql = "SELECT created_at FROM broadcasts WHERE tenant = $1 AND id = $2";
    work.reading().one(sql, &[tenant.into(), id.into()]).await?.map(|row| row.get(0)).transpose()
}

/// Of whose broadcasts something may still come, and how far they were read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page<'a> {
    /// Whose.
    pub(super) whose: Whose,
    /// Those whom the configuration names as staff, as `,1,2,`: they publish to groups they are not in.
    pub(super) staff: &'a str,
    /// So many were read before.
    pub(super) after: i64,
    /// Read at most.
    pub(super) count_max: i64,
}

/// Those of which something may still come, in the order of their next time; those without one come last. Of others those are
/// left out that can't be for a group the person administers: whoever publishes there has been in it, or looks after no group of
/// their own, or is of the school's staff. None behind the last page.
pub(super) async fn coming(
    work: &mut Work<'_>,
    person: PersonId,
    page: Page<'_>,
) -> Result<Option<Vec<Broadcast>>> {
    let tenant = work.tenant;
    let (is_own, is_any) = (page.whose == Whose::Own, page.whose == Whose::Others);
    let sql = "SELECT id, author, state, draft, version, approved_by, done_until, COALESCE(next_at, answer_until) \
               FROM broadcasts b \
               WHERE tenant = $1 AND state IN ('awaiting-approval', 'scheduled', 'sending', 'paused') \
                   AND (CASE WHEN author = $2 THEN 1 ELSE 0 END) = $3 \
                   AND ($3 = 1 OR $4 = 1 OR $5 LIKE '%,' || author || ',%' \
                       OR EXISTS (SELECT 1 FROM members m JOIN members o ON o.group_id = m.group_id \
                           WHERE m.person = $2 AND m.role IN ('owner', 'administrator') AND o.person = b.author) \
                       OR NOT EXISTS (SELECT 1 FROM members o \
                           WHERE o.person = b.author AND o.role IN ('owner', 'administrator'))) \
               ORDER BY CASE WHEN next_at IS NULL THEN 1 ELSE 0 END, next_at, id LIMIT $6 OFFSET $7";
    let (staff, count_max, after) = (page.staff, page.count_max, page.after);
    let args = [
        tenant.into(),
        person.into(),
        is_own.into(),
        is_any.into(),
        staff.into(),
        count_max.into(),
        after.into(),
    ];
    let rows = work.reading().rows(sql, &args).await?;
    Ok(if rows.is_empty() { None } else { Some(rows.iter().filter_map(readable).collect()) })
}

/// One that can't be read hides no other from those who look after them.
fn readable(row: &Row) -> Option<Broadcast> {
    match read(row) {
        Ok(broadcast) => Some(broadcast),
        Err(error) => {
            let broadcast = row.get::<BroadcastId>(0).map_or(0, |id| id.0);
            tracing::error!(broadcast, %error, "a broadcast can't be read");
            None
        }
    }
}

/// Whose broadcasts are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// A person's own.
    Own,
    /// Those of others that have gone to a group the person administers, or may come there.
    OthersInTheirGroups,
    /// Those of all others.
    Others,
}

/// Those that have gone out and of which nothing more comes, with when their last run began: not before `since`, the newest
/// first, `count_max` at most.
pub(super) async fn sent(
    work: &mut Work<'_>,
    person: PersonId,
    whose: Whose,
    since: Millis,
    count_max: i64,
) -> Result<Vec<(Broadcast, Millis)>> {
    let tenant = work.tenant;
    let (is_own, is_any) = (whose == Whose::Own, whose == Whose::Others);
    let sql = "SELECT b.id, b.author, b.state, b.draft, b.version, b.approved_by, b.done_until, b.next_at, \
                   MAX(r.start_at) FROM broadcasts b JOIN broadcast_runs r ON r.broadcast = b.id \
               WHERE b.tenant = $1 AND b.state = 'sent' AND r.state = 'sent' AND r.start_at >= $2 \
                   AND (CASE WHEN b.author = $4 THEN 1 ELSE 0 END) = $5 \
                   AND ($5 = 1 OR $6 = 1 OR EXISTS (SELECT 1 FROM members m \
                       JOIN broadcast_posts p ON p.to_id = m.group_id \
                       WHERE p.run = r.id AND p.to_kind = 'group' AND m.person = $4 \
                           AND m.role IN ('owner', 'administrator'))) \
               GROUP BY b.id ORDER BY MAX(r.start_at) DESC, b.id DESC LIMIT $3";
    let args = [tenant.into(), since.into(), count_max.into(), person.into(), is_own.into(), is_any.into()];
    let rows = work.reading().rows(sql, &args).await?;
    let known = rows.iter().filter_map(|row| readable(row).map(|broadcast| (broadcast, row)));
    known.map(|(broadcast, row)| Ok((broadcast, row.get(8)?))).collect()
}

/// Those whose next occurrence is to be decided, the longest due first, `count_max` at most.
pub(super) async fn due(work: &mut Work<'_>, count_max: i64) -> Result<Vec<BroadcastId>> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "SELECT id FROM (SELECT id, next_at AS at FROM broadcasts \
                   WHERE tenant = $1 AND next_at IS NOT NULL AND next_at <= $2 \
                   UNION ALL SELECT id, answer_until FROM broadcasts \
                   WHERE tenant = $1 AND answer_until IS NOT NULL AND answer_until <= $2) AS due \
               ORDER BY at, id LIMIT $3";
    let rows = work.reading().rows(sql, &[tenant.into(), now.into(), count_max.into()]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Has one whose occurrence is due wait. What is decided about it is not changed: that goes by `done_until`.
pub(super) async fn put_off(work: &mut Work<'_>, broadcast: BroadcastId, until: Millis) -> Result<()> {
    let now = work.now;
    for sql in [
        "UPDATE broadcasts SET next_at = $1 WHERE id = $2 AND next_at <= $3",
        "UPDATE broadcasts SET answer_until = $1 WHERE id = $2 AND answer_until <= $3",
    ] {
        work.writing().await?.run(sql, &[until.into(), broadcast.into(), now.into()]).await?;
    }
    Ok(())
}

/// Writes everything that can change, and the new state if it still stands where `seen` was.
///
/// # Errors
/// [`Error::NoRow`] if it doesn't.
pub(super) async fn update(work: &mut Work<'_>, seen: State, broadcast: &Broadcast) -> Result<()> {
    let written = json(&broadcast.draft)?;
    let waits = broadcast.state == State::AwaitingApproval;
    let (next_at, answer_until) = if waits { (None, broadcast.next_at) } else { (broadcast.next_at, None) };
    let changed = work
        .writing()
        .await?
        .run(
            "UPDATE broadcasts SET state = $1, draft = $2, version = $3, approved_by = $4, done_until = $5, \
                 next_at = $6, answer_until = $9 WHERE id = $7 AND state = $8",
            &[
                broadcast.state.word().into(),
                (&written).into(),
                broadcast.version.into(),
                broadcast.approved_by.into(),
                broadcast.done_until.into(),
                next_at.into(),
                broadcast.id.into(),
                seen.word().into(),
                answer_until.into(),
            ],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Error::NoRow) }
}

/// What `Finish` does to a broadcast, for one that can't be read: it doesn't stay on its way for good.
pub(super) async fn finish_unread(work: &mut Work<'_>, broadcast: BroadcastId) -> Result<()> {
    let sql = "UPDATE broadcasts SET state = CASE WHEN next_at IS NULL AND NOT EXISTS (SELECT 1 FROM broadcast_runs r \
                   WHERE r.broadcast = broadcasts.id AND r.state = 'waiting') THEN 'sent' ELSE 'scheduled' END \
               WHERE id = $1 AND state = 'sending' AND NOT EXISTS (SELECT 1 FROM broadcast_runs r \
                   WHERE r.broadcast = broadcasts.id AND r.state IN ('planning', 'sending'))";
    work.writing().await?.run(sql, &[broadcast.into()]).await?;
    Ok(())
}

/// When something is to be done next: decide an occurrence, go on planning or with a change, show a count, tell of what was missed.
pub(super) async fn next(work: &mut Work<'_>) -> Result<Option<Millis>> {
    let tenant = work.tenant;
    let sql = "SELECT MIN(at) FROM ( \
                   SELECT MIN(next_at) AS at FROM broadcasts WHERE tenant = $1 AND next_at IS NOT NULL \
                   UNION ALL SELECT MIN(answer_until) FROM broadcasts WHERE tenant = $1 AND answer_until IS NOT NULL \
                   UNION ALL SELECT MIN(start_at) FROM broadcast_runs \
                       WHERE tenant = $1 AND state IN ('waiting', 'planning') \
                   UNION ALL SELECT MIN(change_at) FROM broadcast_runs \
                       WHERE tenant = $1 AND change_at IS NOT NULL \
                   UNION ALL SELECT MIN(tell_at) FROM broadcast_runs WHERE tenant = $1 AND tell_at IS NOT NULL \
                   UNION ALL SELECT MIN(count_at) FROM broadcast_posts \
                       WHERE tenant = $1 AND count_at IS NOT NULL) AS times";
    work.reading().one(sql, &[tenant.into()]).await?.ok_or(Error::NoRow)?.get(0)
}
