//! Purpose: the SQL of acts of moderation.

use crate::clock::Millis;
use crate::ids::{ActId, GroupId, Native, PersonId};
use crate::storage::{Result, Row};
use crate::work::Work;

/// What was done about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// Nothing but this note.
    Observed,
    /// The message was deleted.
    Deleted,
    /// Deleted, and a warning counted.
    Warned,
    /// Deleted, and the author muted.
    Muted,
}

impl Done {
    fn word(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Deleted => "deleted",
            Self::Warned => "warned",
            Self::Muted => "muted",
        }
    }

    fn of_word(word: &str) -> Self {
        match word {
            "deleted" => Self::Deleted,
            "warned" => Self::Warned,
            "muted" => Self::Muted,
            _ => Self::Observed,
        }
    }
}

/// An act of moderation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Act {
    pub(super) id: ActId,
    pub(super) group: GroupId,
    pub(super) person: PersonId,
    pub(super) rule: String,
    pub(super) done: Done,
    pub(super) matched: String,
    pub(super) at: Millis,
    pub(super) appealed_at: Option<Millis>,
    pub(super) undone_at: Option<Millis>,
}

/// An act about to be written.
pub(super) struct NewAct<'a> {
    pub(super) group: GroupId,
    pub(super) person: PersonId,
    /// The message, or the album it belongs to.
    pub(super) message: &'a Native,
    pub(super) rule: &'a str,
    pub(super) done: Done,
    pub(super) matched: &'a str,
    pub(super) evidence: &'a str,
}

fn read_act(row: &Row) -> Result<Act> {
    let done: String = row.get(4)?;
    Ok(Act {
        id: row.get(0)?,
        group: row.get(1)?,
        person: row.get(2)?,
        rule: row.get(3)?,
        done: Done::of_word(&done),
        matched: row.get(5)?,
        at: row.get(6)?,
        appealed_at: row.get(7)?,
        undone_at: row.get(8)?,
    })
}

/// Writes an act. None if this message was acted on by this rule before.
pub(super) async fn insert(work: &mut Work<'_>, act: &NewAct<'_>) -> Result<Option<ActId>> {
    let (tenant, now) = (work.tenant, work.now);
    let rows = work
        .writing()
        .await?
        .rows(
            "INSERT INTO acts (tenant, group_id, person, message, rule, action, matched, evidence, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (group_id, message, rule) DO NOTHING RETURNING id",
            &[
                tenant.into(),
                act.group.into(),
                act.person.into(),
                act.message.into(),
                act.rule.into(),
                act.done.word().into(),
                act.matched.into(),
                act.evidence.into(),
                now.into(),
            ],
        )
        .await?;
    rows.first().map(|row| row.get(0)).transpose()
}

/// When the person was warned in the group since `since`, warnings that were undone left out.
pub(super) async fn warnings(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    since: Millis,
) -> Result<Vec<Millis>> {
    let rows = work
        .reading()
        .rows(
            "SELECT at FROM acts WHERE group_id = $1 AND person = $2 AND at > $3
             AND action IN ('warned', 'muted') AND undone_at IS NULL ORDER BY at",
            &[group.into(), person.into(), since.into()],
        )
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// True if the message, or the album, was acted on before and that was not undone.
pub(super) async fn was_acted_on(work: &mut Work<'_>, group: GroupId, message: &Native) -> Result<bool> {
    let sql = "SELECT 1 FROM acts WHERE group_id = $1 AND message = $2 AND action <> 'observed'
         AND undone_at IS NULL LIMIT 1";
    Ok(work.reading().one(sql, &[group.into(), message.into()]).await?.is_some())
}

/// True if the person was muted in the group since `since`.
pub(super) async fn was_muted(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    since: Millis,
) -> Result<bool> {
    let sql = "SELECT 1 FROM acts WHERE group_id = $1 AND person = $2 AND at > $3 AND action = 'muted'
         AND undone_at IS NULL LIMIT 1";
    Ok(work.reading().one(sql, &[group.into(), person.into(), since.into()]).await?.is_some())
}

pub(super) async fn act(work: &mut Work<'_>, id: ActId) -> Result<Option<Act>> {
    let tenant = work.tenant;
    let row = work
        .reading()
        .one(
            "SELECT id, group_id, person, rule, action, matched, at, appealed_at, undone_at FROM acts
             WHERE tenant = $1 AND id = $2",
            &[tenant.into(), id.into()],
        )
        .await?;
    row.as_ref().map(read_act).transpose()
}

/// The latest act about a message of this person in the group.
pub(super) async fn latest(work: &mut Work<'_>, group: GroupId, person: PersonId) -> Result<Option<Act>> {
    let row = work
        .reading()
        .one(
            "SELECT id, group_id, person, rule, action, matched, at, appealed_at, undone_at FROM acts
             WHERE group_id = $1 AND person = $2 AND action <> 'observed' ORDER BY at DESC, id DESC LIMIT 1",
            &[group.into(), person.into()],
        )
        .await?;
    row.as_ref().map(read_act).transpose()
}

pub(super) async fn set_appealed(work: &mut Work<'_>, id: ActId) -> Result<()> {
    let now = work.now;
    let sql = "UPDATE acts SET appealed_at = $1 WHERE id = $2 AND appealed_at IS NULL";
    work.writing().await?.run(sql, &[now.into(), id.into()]).await?;
    Ok(())
}

pub(super) async fn set_undone(work: &mut Work<'_>, id: ActId, by: PersonId) -> Result<()> {
    let now = work.now;
    let sql = "UPDATE acts SET undone_at = $1, undone_by = $2 WHERE id = $3 AND undone_at IS NULL";
    work.writing().await?.run(sql, &[now.into(), by.into(), id.into()]).await?;
    Ok(())
}
