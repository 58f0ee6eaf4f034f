//! Purpose: the outbox's rows: written, found when due, marked and ended.
//!
//! Invariants: a key is written once per tenant. A row is marked `sending` or ended only while it is open, that is
//! `ready` or `sending`, so doing either twice does it once. Marks and ends of many rows take few statements.
//!
//! Where rows are named by their ids, the tenant is written `+tenant`: SQLite would else rather go through all rows of
//! the tenant than look up the few.

mod write;

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::due::Due;
use super::{About, Priority, Target};
use crate::channel::{Destination, Outgoing};
use crate::clock::Millis;
use crate::ids::{Address, GroupId, Native, OutboxId, PersonId, TenantId};
use crate::storage::{Arg, Error, Result, Row, Statement, Tx};

pub use write::{Written, are_many, insert, statements, texts, written};

/// Rows of one chat that are read at a time, so that a chat with very many leaves room for others.
pub const CHAT_ROWS_MAX: i64 = 64;

impl Target {
    /// The two columns that name it.
    pub(super) fn columns(self) -> (&'static str, i64) {
        match self {
            Self::Chat(Address::Group(group)) => ("group", group.0),
            Self::Chat(Address::Person(person)) => ("person", person.0),
            Self::Bot => ("bot", 0),
        }
    }

    /// Reads the two columns at `index`.
    pub(super) fn read(row: &Row, index: usize) -> Result<Self> {
        let (kind, id): (String, i64) = (row.get(index)?, row.get(index + 1)?);
        Ok(match kind.as_str() {
            "group" => Self::Chat(Address::Group(GroupId(id))),
            "person" => Self::Chat(Address::Person(PersonId(id))),
            _ => Self::Bot,
        })
    }
}

pub(super) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Sql(sqlx::Error::Encode(error.into())))
}

pub(super) fn read_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::Sql(sqlx::Error::Decode(error.into())))
}

/// The rows found due.
#[derive(Debug, Default)]
pub struct Found {
    /// Their ids, the most pressing first.
    pub ids: Vec<OutboxId>,
    /// True if there may be more than these.
    pub more: bool,
}

/// Finds at most `rows_max` rows that are ready and due until `until`: by priority, then one row of each share
/// in turn (see [`Due::share`]), and no more than [`CHAT_ROWS_MAX`] of one chat.
pub async fn find(tx: &mut Tx, tenant: TenantId, until: Millis, rows_max: i64) -> Result<Found> {
    // The first condition on the state is the index's own, word for word; SQLite doesn't recognise it otherwise.
    let rows = tx
        .rows(
            "SELECT id, place FROM ( \
                 SELECT id, priority, \
                     row_number() OVER (PARTITION BY to_kind, to_id ORDER BY priority, id) AS place, \
                     row_number() OVER (PARTITION BY priority, share, \
                         CASE WHEN share IS NULL THEN created_at END ORDER BY id) AS turn \
                 FROM outbox WHERE tenant = $1 AND not_before <= $2 \
                     AND state IN ('ready', 'sending') AND state = 'ready') AS due \
             WHERE place <= $3 ORDER BY priority, turn, id LIMIT $4",
            &[tenant.into(), until.into(), CHAT_ROWS_MAX.into(), rows_max.into()],
        )
        .await?;
    let mut found = Found { ids: Vec::with_capacity(rows.len()), more: false };
    found.more = i64::try_from(rows.len()).is_ok_and(|count| count >= rows_max);
    for row in rows {
        found.ids.push(row.get(0)?);
        found.more |= row.get::<i64>(1)? >= CHAT_ROWS_MAX;
    }
    Ok(found)
}

/// The youngest row's id, of all tenants; zero if there is none.
pub async fn newest(tx: &mut Tx) -> Result<OutboxId> {
    match tx.one("SELECT COALESCE(MAX(id), 0) FROM outbox", &[]).await? {
        Some(row) => row.get(0),
        None => Ok(OutboxId(0)),
    }
}

/// Finds at most `rows_max` of the rows that are ready and have become due since the last look: those younger than
/// `newest` was then, and those due after `looked_until` and until `until`; only those at least as pressing as `least`. Costs as
/// much as there are of these.
pub async fn find_new(
    tx: &mut Tx,
    tenant: TenantId,
    newest: OutboxId,
    (looked_until, until): (Millis, Millis),
    (least, rows_max): (Priority, i64),
) -> Result<Vec<OutboxId>> {
    // The sign before a column keeps it out of the choice of an index: younger rows are few, due ones may be many.
    let rows = tx
        .rows(
            "SELECT id, priority FROM outbox \
                 WHERE +tenant = $1 AND id > $2 AND +not_before <= $4 AND state = 'ready' AND priority <= $6 \
             UNION \
             SELECT id, priority FROM outbox WHERE tenant = $1 AND not_before > $3 AND not_before <= $4 \
                 AND state IN ('ready', 'sending') AND state = 'ready' AND priority <= $6 \
             ORDER BY 2, 1 LIMIT $5",
            &[
                tenant.into(),
                newest.into(),
                looked_until.into(),
                until.into(),
                rows_max.into(),
                (least as i64).into(),
            ],
        )
        .await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// A row read, or why it can't be understood.
pub type Read = std::result::Result<Due, (OutboxId, String)>;

/// Reads the rows of these ids that are still ready, with where they go.
pub async fn load(tx: &mut Tx, tenant: TenantId, ids: &[OutboxId]) -> Result<Vec<Read>> {
    let list: Vec<Arg<'_>> = ids.iter().map(|id| (*id).into()).collect();
    let rows = tx
        .rows_in(
            "SELECT o.id, o.to_kind, o.to_id, o.priority, o.payload, o.about, o.not_before, o.expires_at, \
                 o.created_at, o.attempts, o.uncertain, COALESCE(g.native, p.native) \
             FROM outbox o \
             LEFT JOIN groups g ON o.to_kind = 'group' AND g.id = o.to_id AND g.tenant = o.tenant \
             LEFT JOIN people p ON o.to_kind = 'person' AND p.id = o.to_id AND p.tenant = o.tenant \
             WHERE +o.tenant = $1 AND o.state = 'ready' AND o.id IN",
            &[tenant.into()],
            &list,
        )
        .await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Read> {
    let id: OutboxId = row.get(0)?;
    let to = Target::read(row, 1)?;
    let (payload, about): (String, Option<String>) = (row.get(4)?, row.get(5)?);
    let what: Outgoing = match serde_json::from_str(&payload) {
        Ok(what) => what,
        Err(error) => return Ok(Err((id, format!("its content can't be read: {error}")))),
    };
    let about: Option<About> = match about.as_deref().map(serde_json::from_str).transpose() {
        Ok(about) => about,
        Err(error) => return Ok(Err((id, format!("what it is about can't be read: {error}")))),
    };
    let Some(destination) = destination(to, row.get(11)?) else {
        return Ok(Err((id, "its target doesn't exist".to_owned())));
    };
    Ok(Ok(Due {
        id,
        to,
        destination,
        priority: Priority::of(row.get(3)?),
        what,
        about,
        not_before: row.get(6)?,
        expires_at: row.get(7)?,
        created_at: row.get(8)?,
        attempts: row.get(9)?,
        uncertain: row.get(10)?,
    }))
}

/// Where a target is. The bot itself is nowhere in particular.
pub(super) fn destination(to: Target, native: Option<Native>) -> Option<Destination> {
    let chat = match to {
        Target::Chat(_) => native?,
        Target::Bot => native.unwrap_or(Native(String::new())),
    };
    Some(Destination { chat, is_group: to.is_group() })
}

/// Which rows of these keys have, or may have, reached their reader: true if what came of it is known or will be, false
/// if an end was unknown.
pub async fn reached(tx: &mut Tx, tenant: TenantId, keys: &[String]) -> Result<HashMap<String, bool>> {
    let list: Vec<Arg<'_>> = keys.iter().map(Arg::from).collect();
    let sql = "SELECT dedup_key, uncertain FROM outbox
               WHERE tenant = $1 AND (state IN ('sending', 'sent') OR uncertain > 0) AND dedup_key IN";
    let rows = tx.rows_in(sql, &[tenant.into()], &list).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get::<i64>(1)? == 0))).collect()
}

/// Whether rows are named that changed, or only counted: naming them costs as much as changing them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Each is returned.
    Which,
    /// None is; [`crate::storage::Reply::changed`] says how many.
    HowMany,
}

/// Marks open rows as being sent; tells those that were open. A row marked already counts as open: the caller is
/// the only sender and knows what it is sending, so it is one whose mark was committed though the commit's answer was
/// lost.
#[must_use]
pub fn begin(ids: &[OutboxId], told: Told) -> Statement<'static> {
    Statement::with_rows(
        "UPDATE outbox SET state = 'sending' FROM (VALUES",
        1,
        ids.iter().map(|id| (*id).into()).collect(),
        of_open(told),
    )
}

/// What follows the rows of [`begin`] and [`finish`].
fn of_open(told: Told) -> &'static str {
    macro_rules! named {
        () => {
            ") AS named WHERE outbox.id = named.column1 AND outbox.state IN ('ready', 'sending')"
        };
    }
    match told {
        Told::Which => concat!(named!(), " RETURNING outbox.id"),
        Told::HowMany => named!(),
    }
}

/// The ids that [`begin`] or [`finish`] return.
pub fn ids<C: FromIterator<OutboxId>>(rows: &[Row]) -> Result<C> {
    rows.iter().map(|row| row.get(0)).collect()
}

/// How a row ended for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finish<'a> {
    /// The row.
    pub id: OutboxId,
    /// `sent`, `failed`, `quarantined` or `expired`.
    pub state: &'static str,
    /// When.
    pub at: Millis,
    /// The message that came of it.
    pub message: Option<&'a Native>,
    /// Why it was not done.
    pub error: Option<&'a str>,
    /// Tries of which nobody knows.
    pub uncertain: u32,
}

/// Ends open rows; tells those that were open.
#[must_use]
pub fn finish<'a>(ends: &[Finish<'a>], told: Told) -> Statement<'a> {
    let mut args: Vec<Arg<'_>> = Vec::with_capacity(ends.len() * 6);
    for end in ends {
        args.extend([
            Arg::from(end.id),
            end.state.into(),
            end.at.into(),
            end.message.map(Native::as_str).into(),
            end.error.into(),
            end.uncertain.into(),
        ]);
    }
    Statement::with_rows(
        "UPDATE outbox SET state = named.column2, ended_at = named.column3, message = named.column4, \
         error = named.column5, uncertain = named.column6 FROM (VALUES",
        6,
        args,
        of_open(told),
    )
}

/// How a row stands that is to be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Again<'a> {
    /// The row.
    pub id: OutboxId,
    /// Not before this.
    pub not_before: Millis,
    /// Tries that failed for a passing reason.
    pub attempts: u32,
    /// Tries of which nobody knows.
    pub uncertain: u32,
    /// Why the last one failed.
    pub error: Option<&'a str>,
}

/// Makes open rows ready again.
pub async fn try_again(tx: &mut Tx, rows: &[Again<'_>]) -> Result<()> {
    let mut args: Vec<Arg<'_>> = Vec::with_capacity(rows.len() * 5);
    for row in rows {
        args.extend([
            Arg::from(row.id),
            row.not_before.into(),
            row.attempts.into(),
            row.uncertain.into(),
            row.error.into(),
        ]);
    }
    tx.insert_rows(
        "UPDATE outbox SET state = 'ready', not_before = named.column2, attempts = named.column3, \
         uncertain = named.column4, error = named.column5 FROM (VALUES",
        5,
        &args,
        ") AS named WHERE outbox.id = named.column1 AND outbox.state IN ('ready', 'sending')",
    )
    .await?;
    Ok(())
}

/// Ends what is still to be done about messages of a group, see [`Outgoing::names_messages`].
pub async fn forget_messages(tx: &mut Tx, tenant: TenantId, group: GroupId, now: Millis) -> Result<()> {
    tx.run(
        "UPDATE outbox SET state = 'failed', ended_at = $3, error = 'its message stayed where the group was' \
         WHERE tenant = $1 AND to_kind = 'group' AND to_id = $2 AND state IN ('ready', 'sending') \
         AND (payload LIKE '{\"do\":\"edit\",%' OR payload LIKE '{\"do\":\"delete\",%' \
         OR payload LIKE '{\"do\":\"amend\",%' OR payload LIKE '{\"do\":\"buttons\",%' \
         OR payload LIKE '{\"do\":\"close-quiz\",%')",
        &[tenant.into(), group.into(), now.into()],
    )
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
