//! Purpose: the SQL of acts of moderation.

use std::collections::HashMap;

use crate::clock::{DAY_MS, Millis};
use crate::ids::{ActId, GroupId, Native, PersonId};
use crate::storage::{Arg, Result, Row, Tx};
use crate::work::Work;

/// Message texts are kept as evidence this long (moderation.md); afterwards only the act is.
pub const EVIDENCE_KEPT_DAYS: i64 = 180;

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

/// A warning that counts, and whether it muted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Warning {
    pub(super) at: Millis,
    pub(super) muted: bool,
}

/// The warnings that were read or given in this transaction. Those of a pair are there as a whole or not at all.
#[derive(Debug, Default)]
struct Known(HashMap<(GroupId, PersonId), Vec<Warning>>);

/// Writes an act, as the last thing of a piece of work. None if this message was acted on by this rule before;
/// one that was only observed, or whose act was undone, is acted on anew.
pub(super) async fn insert(work: &mut Work<'_>, act: &NewAct<'_>) -> Result<Option<ActId>> {
    let (tenant, now) = (work.tenant, work.now);
    let rows = work
        .writing_last()
        .rows(
            "INSERT INTO acts (tenant, group_id, person, message, rule, action, matched, evidence, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (group_id, message, rule) DO UPDATE SET action = excluded.action,
                 matched = excluded.matched, evidence = excluded.evidence, at = excluded.at, appealed_at = NULL,
                 undone_at = NULL, undone_by = NULL
             WHERE acts.action = 'observed' OR acts.undone_at IS NOT NULL RETURNING id",
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
    let warning = Warning { at: now, muted: act.done == Done::Muted };
    if matches!(act.done, Done::Warned | Done::Muted)
        && !rows.is_empty()
        && let Some(known) = work.memo::<Known>().0.get_mut(&(act.group, act.person))
    {
        known.push(warning);
    }
    rows.first().map(|row| row.get(0)).transpose()
}

/// Reads the warnings of several people in their groups with one statement.
pub(super) async fn prefetch(
    work: &mut Work<'_>,
    pairs: &[(GroupId, PersonId)],
    since: Millis,
) -> Result<()> {
    let people: Vec<Arg<'_>> = pairs.iter().map(|(_, person)| Arg::from(*person)).collect();
    let sql = "SELECT group_id, person, at, action FROM acts WHERE at > $1 AND action IN ('warned', 'muted')
         AND undone_at IS NULL AND person IN";
    let rows = work.reading().rows_in(sql, &[since.into()], &people).await?;
    let mut found: HashMap<(GroupId, PersonId), Vec<Warning>> = HashMap::new();
    for row in &rows {
        let action: String = row.get(3)?;
        let warning = Warning { at: row.get(2)?, muted: action == Done::Muted.word() };
        found.entry((row.get(0)?, row.get(1)?)).or_default().push(warning);
    }
    let known = work.memo::<Known>();
    for pair in pairs {
        known.0.insert(*pair, found.remove(pair).unwrap_or_default());
    }
    Ok(())
}

/// The warnings the person got in the group since `since`, those that were undone left out.
pub(super) async fn warnings(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    since: Millis,
) -> Result<Vec<Warning>> {
    if !work.memo::<Known>().0.contains_key(&(group, person)) {
        prefetch(work, &[(group, person)], since).await?;
    }
    Ok(work.memo::<Known>().0.get(&(group, person)).cloned().unwrap_or_default())
}

/// True if the message, or the album, was acted on before and that was not undone.
pub(super) async fn was_acted_on(work: &mut Work<'_>, group: GroupId, message: &Native) -> Result<bool> {
    let sql = "SELECT 1 FROM acts WHERE group_id = $1 AND message = $2 AND action <> 'observed'
         AND undone_at IS NULL LIMIT 1";
    Ok(work.reading().one(sql, &[group.into(), message.into()]).await?.is_some())
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

/// The newest five acts in the group since `since` that were appealed against and not undone.
pub(super) async fn open_appeals(work: &mut Work<'_>, group: GroupId, since: Millis) -> Result<Vec<Act>> {
    let rows = work
        .reading()
        .rows(
            "SELECT id, group_id, person, rule, action, matched, at, appealed_at, undone_at FROM acts
             WHERE group_id = $1 AND at > $2 AND appealed_at IS NOT NULL AND undone_at IS NULL
             ORDER BY at DESC, id DESC LIMIT 5",
            &[group.into(), since.into()],
        )
        .await?;
    rows.iter().map(read_act).collect()
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
    work.memo::<Known>().0.clear();
    Ok(())
}

/// Something else was done than was meant to be.
pub(super) async fn set_done(work: &mut Work<'_>, id: ActId, done: Done) -> Result<()> {
    let sql = "UPDATE acts SET action = $1 WHERE id = $2";
    work.writing().await?.run(sql, &[done.word().into(), id.into()]).await?;
    work.memo::<Known>().0.clear();
    Ok(())
}

/// Forgets the texts of acts older than [`EVIDENCE_KEPT_DAYS`]; that there was an act stays. Returns how many.
pub async fn forget_evidence(tx: &mut Tx, now: Millis) -> Result<u64> {
    let before = now.plus_ms(-EVIDENCE_KEPT_DAYS * DAY_MS);
    let sql =
        "UPDATE acts SET matched = '', evidence = '' WHERE at < $1 AND (evidence <> '' OR matched <> '')";
    tx.run(sql, &[before.into()]).await
}
