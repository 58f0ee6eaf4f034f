//! Purpose: the SQL of acts of moderation.

pub(super) mod albums;

use std::collections::HashMap;

use crate::clock::{DAY_MS, Millis};
use crate::ids::{ActId, GroupId, Native, PersonId};
use crate::storage::{Arg, Result, Row, Statement, Tx};
use crate::work::{Insert, Reading, Work};

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
    /// When staff looked at an appeal and left the act as it is.
    pub(super) left_at: Option<Millis>,
    /// The text of the message; empty once it is forgotten.
    pub(super) evidence: String,
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
        left_at: row.get(9)?,
        evidence: row.get(10)?,
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

/// An act on a message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OnMessage {
    id: ActId,
    rule: String,
    observed: bool,
    undone: bool,
}

/// The acts on messages, or albums, that were read or written in this transaction. Those of a message are there as a
/// whole or not at all.
#[derive(Debug, Default)]
struct KnownActs {
    on: HashMap<(GroupId, Native), Vec<OnMessage>>,
    /// The id of the latest act, once it is known.
    last: Option<ActId>,
}

const ACTS: Insert = Insert {
    head: "INSERT INTO acts (id, tenant, group_id, person, message, rule, action, matched, evidence, at) VALUES",
    width: 10,
    tail: "ON CONFLICT DO NOTHING",
};

/// Writes an act. None if this message was acted on by this rule before; one that was only observed, or whose act was
/// undone, is acted on anew.
pub(super) async fn insert(work: &mut Work<'_>, act: &NewAct<'_>) -> Result<Option<ActId>> {
    let earlier = on_message(work, act.group, act.message).await?;
    let id = match earlier.into_iter().find(|known| known.rule == act.rule) {
        Some(known) if !known.observed && !known.undone => return Ok(None),
        Some(known) => {
            work.write_staged().await?;
            renew(work, known.id, act).await?;
            known.id
        }
        None => stage(work, act).await?,
    };
    let observed = act.done == Done::Observed;
    if let Some(acts) = work.memo::<KnownActs>().on.get_mut(&(act.group, act.message.clone())) {
        acts.retain(|known| known.id != id);
        acts.push(OnMessage { id, rule: act.rule.to_owned(), observed, undone: false });
    }
    let warning = Warning { at: work.now, muted: act.done == Done::Muted };
    if matches!(act.done, Done::Warned | Done::Muted)
        && let Some(known) = work.memo::<Known>().0.get_mut(&(act.group, act.person))
    {
        known.push(warning);
    }
    Ok(Some(id))
}

/// Stages a new act, to be written with the others of the batch. Its id is taken here, because the notice's button
/// names it: later than any before it, which nobody can change while this transaction is the only one that writes,
/// and by the clock, so that the id of an act that is deleted one day is not given again.
async fn stage(work: &mut Work<'_>, act: &NewAct<'_>) -> Result<ActId> {
    /// Ids of one millisecond.
    const IDS_PER_MS: i64 = 1 << 10;
    if work.memo::<KnownActs>().last.is_none() {
        work.write_staged().await?;
        work.read_together(vec![last_reading()]).await?;
    }
    let last = work.memo::<KnownActs>().last.unwrap_or(ActId(0));
    let id = ActId(last.0.saturating_add(1).max(work.now.0.saturating_mul(IDS_PER_MS)));
    work.memo::<KnownActs>().last = Some(id);
    let values = vec![
        id.0.into(),
        work.tenant.0.into(),
        act.group.0.into(),
        act.person.0.into(),
        act.message.as_str().into(),
        act.rule.into(),
        act.done.word().into(),
        act.matched.into(),
        act.evidence.into(),
        work.now.0.into(),
    ];
    work.insert_later(&ACTS, values);
    Ok(id)
}

/// Makes an act that was only observed or was undone a new one.
async fn renew(work: &mut Work<'_>, id: ActId, act: &NewAct<'_>) -> Result<()> {
    let now = work.now;
    work.writing()
        .await?
        .run(
            "UPDATE acts SET action = $1, matched = $2, evidence = $3, at = $4, appealed_at = NULL, undone_at = NULL,
                 undone_by = NULL, left_at = NULL, left_by = NULL, left_why = NULL WHERE id = $5",
            &[act.done.word().into(), act.matched.into(), act.evidence.into(), now.into(), id.into()],
        )
        .await?;
    Ok(())
}

/// Asks for the latest act's id.
pub(super) fn last_reading() -> Reading<'static> {
    Reading::new(Statement::new("SELECT MAX(id) FROM acts", &[]), |work, rows| {
        let last = rows.first().map(|row| row.get::<Option<ActId>>(0)).transpose()?.flatten();
        work.memo::<KnownActs>().last = Some(last.unwrap_or(ActId(0)));
        Ok(())
    })
}

/// Asks for the acts on messages.
pub(super) fn acts_reading(messages: &[(GroupId, Native)]) -> Reading<'_> {
    let names = messages.iter().flat_map(|(group, message)| [Arg::from(message.as_str()), (*group).into()]);
    // Every group has messages with the same numbers: so both are looked up together.
    let statement = Statement::with_rows(
        "SELECT DISTINCT group_id, message, id, rule, action, undone_at FROM (VALUES",
        2,
        names.collect(),
        ") AS named CROSS JOIN acts WHERE message = named.column1 AND group_id = named.column2",
    );
    Reading::new(statement, move |work, rows| {
        let mut found: HashMap<(GroupId, Native), Vec<OnMessage>> = HashMap::new();
        for row in &rows {
            let action: String = row.get(4)?;
            let act = OnMessage {
                id: row.get(2)?,
                rule: row.get(3)?,
                observed: Done::of_word(&action) == Done::Observed,
                undone: row.get::<Option<Millis>>(5)?.is_some(),
            };
            found.entry((row.get(0)?, row.get(1)?)).or_default().push(act);
        }
        let known = work.memo::<KnownActs>();
        for message in messages {
            let acts = found.remove(message).unwrap_or_default();
            known.on.insert(message.clone(), acts);
        }
        Ok(())
    })
}

async fn on_message(work: &mut Work<'_>, group: GroupId, message: &Native) -> Result<Vec<OnMessage>> {
    let key = (group, message.clone());
    if let Some(acts) = work.memo::<KnownActs>().on.get(&key) {
        return Ok(acts.clone());
    }
    work.write_staged().await?;
    work.read_together(vec![acts_reading(std::slice::from_ref(&key))]).await?;
    Ok(work.memo::<KnownActs>().on.get(&key).cloned().unwrap_or_default())
}

/// Asks for the warnings of several people in their groups.
pub(super) fn warnings_reading(pairs: Vec<(GroupId, PersonId)>, since: Millis) -> Reading<'static> {
    let people = pairs.iter().map(|(_, person)| Arg::from(*person)).collect();
    let sql = "SELECT group_id, person, at, action FROM acts WHERE at > $1 AND action IN ('warned', 'muted')
         AND undone_at IS NULL AND person IN";
    Reading::new(Statement::with_list(sql, &[since.into()], people), move |work, rows| {
        let mut found: HashMap<(GroupId, PersonId), Vec<Warning>> = HashMap::new();
        for row in &rows {
            let action: String = row.get(3)?;
            let warning = Warning { at: row.get(2)?, muted: action == Done::Muted.word() };
            found.entry((row.get(0)?, row.get(1)?)).or_default().push(warning);
        }
        let known = work.memo::<Known>();
        for pair in pairs {
            known.0.insert(pair, found.remove(&pair).unwrap_or_default());
        }
        Ok(())
    })
}

/// The warnings the person got in the group since `since`, those that were undone left out.
pub(super) async fn warnings(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    since: Millis,
) -> Result<Vec<Warning>> {
    if !work.memo::<Known>().0.contains_key(&(group, person)) {
        work.write_staged().await?;
        work.read_together(vec![warnings_reading(vec![(group, person)], since)]).await?;
    }
    Ok(work.memo::<Known>().0.get(&(group, person)).cloned().unwrap_or_default())
}

/// True if the message, or the album, was acted on before and that was not undone.
pub(super) async fn was_acted_on(work: &mut Work<'_>, group: GroupId, message: &Native) -> Result<bool> {
    Ok(on_message(work, group, message).await?.iter().any(|act| !act.observed && !act.undone))
}

pub(super) async fn act(work: &mut Work<'_>, id: ActId) -> Result<Option<Act>> {
    let tenant = work.tenant;
    work.write_staged().await?;
    let row = work
        .reading()
        .one(
            "SELECT id, group_id, person, rule, action, matched, at, appealed_at, undone_at, left_at, evidence FROM acts
             WHERE tenant = $1 AND id = $2",
            &[tenant.into(), id.into()],
        )
        .await?;
    row.as_ref().map(read_act).transpose()
}

/// The latest act about a message of this person in the group within one of two stretches, both ends included.
pub(super) async fn latest_near(
    work: &mut Work<'_>,
    group: GroupId,
    person: PersonId,
    [(from, until), (or_from, or_until)]: [(Millis, Millis); 2],
) -> Result<Option<Act>> {
    work.write_staged().await?;
    let args = [group.into(), person.into(), from.into(), until.into(), or_from.into(), or_until.into()];
    let row = work
        .reading()
        .one(
            "SELECT id, group_id, person, rule, action, matched, at, appealed_at, undone_at, left_at, evidence FROM acts
             WHERE group_id = $1 AND person = $2 AND action <> 'observed'
             AND (at BETWEEN $3 AND $4 OR at BETWEEN $5 AND $6) ORDER BY at DESC, id DESC LIMIT 1",
            &args,
        )
        .await?;
    row.as_ref().map(read_act).transpose()
}

/// The newest five acts in the group since `since` whose appeal waits for an answer.
pub(super) async fn open_appeals(work: &mut Work<'_>, group: GroupId, since: Millis) -> Result<Vec<Act>> {
    let rows = work
        .reading()
        .rows(
            "SELECT id, group_id, person, rule, action, matched, at, appealed_at, undone_at, left_at, evidence FROM acts
             WHERE group_id = $1 AND at > $2 AND appealed_at IS NOT NULL AND undone_at IS NULL AND left_at IS NULL
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
    forget(work);
    Ok(())
}

/// Staff leave an act as it is, with the word of why that locales have a sentence for, if they gave one.
pub(super) async fn set_left(work: &mut Work<'_>, id: ActId, by: PersonId, why: Option<&str>) -> Result<()> {
    let now = work.now;
    let sql = "UPDATE acts SET left_at = $1, left_by = $2, left_why = $3 WHERE id = $4 AND left_at IS NULL";
    work.writing().await?.run(sql, &[now.into(), by.into(), why.into(), id.into()]).await?;
    Ok(())
}

/// Something else was done than was meant to be.
pub(super) async fn set_done(work: &mut Work<'_>, id: ActId, done: Done) -> Result<()> {
    let sql = "UPDATE acts SET action = $1 WHERE id = $2";
    work.writing().await?.run(sql, &[done.word().into(), id.into()]).await?;
    forget(work);
    Ok(())
}

/// What was read of acts may be otherwise now.
fn forget(work: &mut Work<'_>) {
    work.memo::<Known>().0.clear();
    work.memo::<KnownActs>().on.clear();
}

/// Forgets the texts of acts older than [`EVIDENCE_KEPT_DAYS`], the oldest `count_max` of them; that there was an act stays.
/// Returns how many.
pub async fn forget_evidence(tx: &mut Tx, now: Millis, count_max: i64) -> Result<u64> {
    let before = now.plus_ms(-EVIDENCE_KEPT_DAYS * DAY_MS);
    // The condition is the index's own, so that acts that were forgotten are not looked at again.
    let sql = "UPDATE acts SET matched = '', evidence = '' WHERE id IN
         (SELECT id FROM acts WHERE (evidence <> '' OR matched <> '') AND at < $1 ORDER BY at LIMIT $2)";
    tx.run(sql, &[before.into(), count_max.into()]).await
}
