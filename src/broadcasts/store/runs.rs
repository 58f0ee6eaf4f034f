//! Purpose: the SQL of runs: one occurrence of a broadcast each.
//!
//! Invariant: an occurrence of a broadcast has one run.

use crate::clock::Millis;
use crate::ids::{BroadcastId, GroupId, PersonId, PostId, RunId};
use crate::storage::{Error, Result, Row};
use crate::work::Work;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Its time has not come.
    Waiting,
    /// Its rows are being written.
    Planning,
    /// Its rows are written and going out.
    Sending,
    /// Everything has ended.
    Sent,
    /// It was not made, for a reason.
    Skipped,
    /// It was given up before it began.
    Cancelled,
    /// It was taken back.
    Recalled,
}

impl RunState {
    const NAMED: [(&str, Self); 7] = [
        ("waiting", Self::Waiting),
        ("planning", Self::Planning),
        ("sending", Self::Sending),
        ("sent", Self::Sent),
        ("skipped", Self::Skipped),
        ("cancelled", Self::Cancelled),
        ("recalled", Self::Recalled),
    ];

    fn word(self) -> &'static str {
        Self::NAMED.iter().find(|(_, state)| *state == self).map_or("", |(word, _)| *word)
    }

    fn of_word(word: &str) -> Self {
        Self::NAMED.iter().find(|(known, _)| *known == word).map_or(Self::Cancelled, |(_, state)| *state)
    }
}

/// One occurrence of a broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its row.
    pub id: RunId,
    /// Of which broadcast.
    pub broadcast: BroadcastId,
    /// When it was planned for.
    pub occurrence: Millis,
    /// Where it stands.
    pub state: RunState,
    /// Not begun before this.
    pub start_at: Millis,
    /// Every group up to this one has its rows.
    pub planned_until: GroupId,
    /// Every person up to this one has their private copy; they come after the groups.
    pub people_until: PersonId,
    /// When the next stretch of a change or a recall is due; none if none is left.
    pub change_at: Option<Millis>,
    /// Up to this post that change or recall is carried out.
    pub changed_until: PostId,
    /// The newest version of the words of which every edit has ended.
    pub change_ended: i64,
}

fn read(row: &Row) -> Result<Run> {
    let state: String = row.get(3)?;
    Ok(Run {
        id: row.get(0)?,
        broadcast: row.get(1)?,
        occurrence: row.get(2)?,
        state: RunState::of_word(&state),
        start_at: row.get(4)?,
        planned_until: row.get(5)?,
        people_until: row.get(6)?,
        change_at: row.get(7)?,
        changed_until: row.get(8)?,
        change_ended: row.get(9)?,
    })
}

/// Keeps what becomes of an occurrence: it runs from `start_at` on, or is skipped for a reason. False if that was
/// decided before; one that was given up may be decided anew.
pub(in crate::broadcasts) async fn insert(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
    occurrence: Millis,
    start_at: Millis,
    skipped: Option<&str>,
) -> Result<bool> {
    let tenant = work.tenant;
    let state = if skipped.is_some() { RunState::Skipped } else { RunState::Waiting };
    let new = work
        .writing()
        .await?
        .run(
            "INSERT INTO broadcast_runs (tenant, broadcast, occurrence, state, reason, start_at, planned_until) \
             VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (broadcast, occurrence) DO UPDATE SET state = excluded.state, reason = excluded.reason, \
                 start_at = excluded.start_at, people_until = 0 WHERE broadcast_runs.state = 'cancelled'",
            &[
                tenant.into(),
                broadcast.into(),
                occurrence.into(),
                state.word().into(),
                skipped.into(),
                start_at.into(),
            ],
        )
        .await?;
    Ok(new == 1)
}

/// A run that is to be begun or whose planning is to go on; urgent ones would have begun at once, so the oldest first. Those
/// of which only private copies are left, where every group up to `all_groups` is planned, come after all others.
pub(in crate::broadcasts) async fn due(work: &mut Work<'_>, all_groups: GroupId) -> Result<Option<RunId>> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "SELECT id FROM broadcast_runs \
               WHERE tenant = $1 AND state IN ('waiting', 'planning') AND start_at <= $2 \
               ORDER BY CASE WHEN planned_until = $3 THEN 1 ELSE 0 END, start_at, id LIMIT 1";
    let row = work.reading().one(sql, &[tenant.into(), now.into(), all_groups.into()]).await?;
    row.map(|row| row.get(0)).transpose()
}

/// Has a run that is due wait.
pub(in crate::broadcasts) async fn put_off(work: &mut Work<'_>, run: RunId, until: Millis) -> Result<()> {
    let sql = "UPDATE broadcast_runs SET start_at = $1 WHERE id = $2 AND state IN ('waiting', 'planning')";
    work.writing().await?.run(sql, &[until.into(), run.into()]).await?;
    Ok(())
}

pub(in crate::broadcasts) async fn run(work: &mut Work<'_>, id: RunId) -> Result<Option<Run>> {
    let tenant = work.tenant;
    let sql = "SELECT id, broadcast, occurrence, state, start_at, planned_until, people_until, change_at, changed_until, \
                   change_ended FROM broadcast_runs \
               WHERE tenant = $1 AND id = $2";
    work.reading().one(sql, &[tenant.into(), id.into()]).await?.as_ref().map(read).transpose()
}

/// The runs of a broadcast that went out, go out or wait, newest first.
pub(in crate::broadcasts) async fn of_broadcast(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
) -> Result<Vec<Run>> {
    let tenant = work.tenant;
    let sql = "SELECT id, broadcast, occurrence, state, start_at, planned_until, people_until, change_at, changed_until, \
                   change_ended FROM broadcast_runs \
               WHERE tenant = $1 AND broadcast = $2 AND state NOT IN ('skipped', 'cancelled') \
               ORDER BY occurrence DESC, id DESC";
    work.reading().rows(sql, &[tenant.into(), broadcast.into()]).await?.iter().map(read).collect()
}

/// Moves a run on.
pub(in crate::broadcasts) async fn set(
    work: &mut Work<'_>,
    run: RunId,
    state: RunState,
    planned_until: GroupId,
) -> Result<()> {
    let sql = "UPDATE broadcast_runs SET state = $1, planned_until = $2 WHERE id = $3";
    work.writing().await?.run(sql, &[state.word().into(), planned_until.into(), run.into()]).await?;
    Ok(())
}

/// Moves a run on whose groups are all planned.
pub(in crate::broadcasts) async fn set_people(
    work: &mut Work<'_>,
    run: RunId,
    state: RunState,
    people_until: PersonId,
) -> Result<()> {
    let sql = "UPDATE broadcast_runs SET state = $1, people_until = $2 WHERE id = $3";
    work.writing().await?.run(sql, &[state.word().into(), people_until.into(), run.into()]).await?;
    Ok(())
}

/// Skips a run that has not begun, for a reason.
pub(in crate::broadcasts) async fn skip(work: &mut Work<'_>, run: RunId, reason: &str) -> Result<()> {
    let sql = "UPDATE broadcast_runs SET state = 'skipped', reason = $1 WHERE id = $2 AND state = 'waiting'";
    work.writing().await?.run(sql, &[reason.into(), run.into()]).await?;
    Ok(())
}

/// The reason of a run that was held by quiet hours or days without school until a newer one took its place.
pub(in crate::broadcasts) const HELD: &str = "held";

/// Skips the runs that still wait from before an occurrence, and has their author be told at `tell_at`. Those that are held are
/// skipped as such; the others would have begun, had the program not been off.
pub(in crate::broadcasts) async fn skip_waiting(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
    before: Millis,
    tell_at: Millis,
) -> Result<()> {
    let now = work.now;
    let sql = "UPDATE broadcast_runs SET state = 'skipped', tell_at = $1, \
                   reason = CASE WHEN start_at > $2 THEN 'held' ELSE 'superseded' END \
               WHERE broadcast = $3 AND occurrence < $4 AND state = 'waiting'";
    let args = [tell_at.into(), now.into(), broadcast.into(), before.into()];
    work.writing().await?.run(sql, &args).await?;
    Ok(())
}

/// Has the author be told at `tell_at` of the runs that were missed after `after` and up to `until`.
pub(in crate::broadcasts) async fn note_missed(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
    after: Millis,
    until: Millis,
    tell_at: Millis,
) -> Result<()> {
    let sql = "UPDATE broadcast_runs SET tell_at = $1 WHERE broadcast = $2 AND occurrence > $3 AND occurrence <= $4 \
               AND state = 'skipped' AND reason IN ('late', 'superseded')";
    let args = [tell_at.into(), broadcast.into(), after.into(), until.into()];
    work.writing().await?.run(sql, &args).await?;
    Ok(())
}

/// The broadcasts of which missed runs are to be told now, the longest due first, `count_max` at most.
pub(in crate::broadcasts) async fn to_tell(work: &mut Work<'_>, count_max: i64) -> Result<Vec<BroadcastId>> {
    let (tenant, now) = (work.tenant, work.now);
    let sql = "SELECT broadcast FROM broadcast_runs WHERE tenant = $1 AND tell_at <= $2 \
               GROUP BY broadcast ORDER BY MIN(tell_at), broadcast LIMIT $3";
    let rows = work.reading().rows(sql, &[tenant.into(), now.into(), count_max.into()]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Takes the missed runs that have not been told yet, the earliest first: when each was to be, and why it was skipped.
pub(in crate::broadcasts) async fn take_missed(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
) -> Result<Vec<(Millis, String)>> {
    let tenant = work.tenant;
    let sql = "UPDATE broadcast_runs SET tell_at = NULL WHERE tenant = $1 AND broadcast = $2 AND tell_at IS NOT NULL \
               RETURNING occurrence, reason";
    let rows = work.writing().await?.rows(sql, &[tenant.into(), broadcast.into()]).await?;
    let mut missed = rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<Result<Vec<_>>>()?;
    missed.sort_unstable();
    Ok(missed)
}

/// Has the telling of what was missed wait.
pub(in crate::broadcasts) async fn put_off_telling(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
    until: Millis,
) -> Result<()> {
    let sql = "UPDATE broadcast_runs SET tell_at = $1 WHERE broadcast = $2 AND tell_at IS NOT NULL";
    work.writing().await?.run(sql, &[until.into(), broadcast.into()]).await?;
    Ok(())
}

/// Until when the run of a broadcast that has not begun is held; none if there is none.
pub(in crate::broadcasts) async fn waits_until(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
) -> Result<Option<Millis>> {
    let sql = "SELECT MIN(start_at) FROM broadcast_runs WHERE broadcast = $1 AND state = 'waiting'";
    work.reading().one(sql, &[broadcast.into()]).await?.ok_or(Error::NoRow)?.get(0)
}

/// The groups that one run has posts for and another has none.
pub(in crate::broadcasts) async fn groups_left_out(
    work: &mut Work<'_>,
    before: RunId,
    run: RunId,
) -> Result<Vec<GroupId>> {
    let sql = "SELECT DISTINCT to_id FROM broadcast_posts p WHERE run = $1 AND to_kind = 'group' \
               AND NOT EXISTS (SELECT 1 FROM broadcast_posts q WHERE q.run = $2 AND q.to_kind = 'group' \
                   AND q.to_id = p.to_id) ORDER BY to_id";
    let rows = work.reading().rows(sql, &[before.into(), run.into()]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Gives up what has not begun.
pub(in crate::broadcasts) async fn cancel_waiting(
    work: &mut Work<'_>,
    broadcast: BroadcastId,
) -> Result<u64> {
    let sql = "UPDATE broadcast_runs SET state = 'cancelled' WHERE broadcast = $1 AND state = 'waiting'";
    work.writing().await?.run(sql, &[broadcast.into()]).await
}
