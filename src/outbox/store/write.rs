//! Purpose: writing the outbox's rows, few or very many.
//!
//! Invariant: a key is written once per tenant. The numbers of what was written come back as one text: a row that comes back costs
//! the driver more than one that is written.

use std::collections::HashMap;

use super::json;
use crate::clock::Millis;
use crate::ids::{Native, OutboxId, TenantId};
use crate::outbox::{About, NewRow};
use crate::storage::{Arg, Result, Row, Statement, Tx};

/// More rows than this are many, see [`insert`]; so many stand in one statement.
const FEW_MAX: usize = 128;

/// The native id of a row's target, as SQL: read with the row, so that the sender needn't look for it.
macro_rules! native_of {
    () => {
        "CASE to_kind \
         WHEN 'group' THEN (SELECT native FROM groups \
             WHERE groups.id = outbox.to_id AND groups.tenant = outbox.tenant) \
         WHEN 'person' THEN (SELECT native FROM people \
             WHERE people.id = outbox.to_id AND people.tenant = outbox.tenant) END"
    };
}

/// A row that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its number.
    pub id: OutboxId,
    /// What was to be written.
    pub row: NewRow,
    /// When it was written.
    pub created_at: Millis,
    /// The native id of its target then; none for the bot, and for a target that the tenant doesn't have.
    pub native: Option<Native>,
}

/// What of a row is stored as text: what is sent, and what it is about.
pub type Texts = (String, Option<String>);

/// The texts of rows, for [`statements`].
pub fn texts(rows: &[NewRow]) -> Result<Vec<Texts>> {
    let mut texts: Vec<Texts> = Vec::with_capacity(rows.len());
    let mut before: Option<&NewRow> = None;
    for row in rows {
        // An announcement says the same to group after group.
        let same = before.replace(row).is_some_and(|before| before.what == row.what);
        let what = match texts.last() {
            Some((what, _)) if same => what.clone(),
            _ => json(&row.what)?,
        };
        texts.push((what, row.about.as_ref().map(json).transpose()?));
    }
    Ok(texts)
}

/// What writes rows, at most so many that [`are_many`] says no; [`written`] takes what the last of these returns: one text
/// about all rows that are new.
///
/// Either database has a way of its own to say which those are. SQLite, where nobody else writes meanwhile, counts its numbers
/// up and knows how many it has just written.
#[must_use]
pub fn statements<'a>(
    tenant: TenantId,
    rows: &'a [NewRow],
    texts: &'a [Texts],
    now: Millis,
    is_postgres: bool,
) -> Vec<Statement<'a>> {
    if rows.is_empty() {
        return Vec::new();
    }
    let args = args(tenant, rows, texts, now);
    if is_postgres {
        return vec![Statement::with_rows(HEAD_POSTGRES, WIDTH, args, TAIL_POSTGRES)];
    }
    vec![Statement::with_rows(HEAD_SQLITE, WIDTH, args, TAIL_SQLITE), Statement::new(NEW_SQLITE, &[])]
}

macro_rules! head {
    () => {
        "INSERT INTO outbox (tenant, dedup_key, to_kind, to_id, priority, payload, counts, about, share, not_before, \
         expires_at, created_at) VALUES"
    };
}

/// A line for each row: its number, its target's native id if there is one, its key.
macro_rules! lines {
    () => {
        concat!(
            "SELECT string_agg(id || '\t' || COALESCE(",
            native_of!(),
            ", '') || '\t' || dedup_key, '\n') FROM "
        )
    };
}

const WIDTH: usize = 12;
const HEAD_SQLITE: &str = head!();
const TAIL_SQLITE: &str = "ON CONFLICT (tenant, dedup_key) DO NOTHING";
const NEW_SQLITE: &str = concat!(
    lines!(),
    "(SELECT id, tenant, dedup_key, to_kind, to_id FROM outbox ORDER BY id DESC LIMIT changes()) AS outbox"
);
const HEAD_POSTGRES: &str = concat!("WITH outbox AS (", head!());
const TAIL_POSTGRES: &str = concat!(
    "ON CONFLICT (tenant, dedup_key) DO NOTHING RETURNING id, tenant, dedup_key, to_kind, to_id) ",
    lines!(),
    "outbox"
);

fn args<'a>(tenant: TenantId, rows: &'a [NewRow], texts: &'a [Texts], now: Millis) -> Vec<Arg<'a>> {
    let mut args: Vec<Arg<'_>> = Vec::with_capacity(rows.len() * WIDTH);
    for (row, (payload, about)) in rows.iter().zip(texts) {
        let (to_kind, to_id) = row.to.columns();
        args.extend([
            Arg::from(tenant),
            (&row.key).into(),
            to_kind.into(),
            to_id.into(),
            (row.priority as i64).into(),
            payload.into(),
            row.what.counts_as_message().into(),
            about.as_deref().into(),
            row.about.as_ref().and_then(About::share).into(),
            row.not_before.into(),
            row.expires_at.into(),
            now.into(),
        ]);
    }
    args
}

/// The rows that were written, in the order of ids: those whose key existed already are left out. `returned` is what the last
/// of [`statements`] gave.
pub fn written(rows: Vec<NewRow>, returned: &[Row], now: Millis) -> Result<Vec<Written>> {
    let mut known: HashMap<String, (OutboxId, Option<Native>)> = HashMap::with_capacity(rows.len());
    for row in returned {
        let lines: Option<String> = row.get(0)?;
        known.extend(lines.iter().flat_map(|lines| lines.split('\n')).filter_map(|line| {
            let mut parts = line.splitn(3, '\t');
            let (id, native, key) = (parts.next()?, parts.next()?, parts.next()?);
            let native = (!native.is_empty()).then(|| Native(native.to_owned()));
            Some((key.to_owned(), (OutboxId(id.parse().ok()?), native)))
        }));
    }
    // Of two rows with the same key only the first was written: removing the id leaves none for the second.
    let mut written: Vec<Written> = rows
        .into_iter()
        .filter_map(|row| {
            let (id, native) = known.remove(&row.key)?;
            Some(Written { id, row, created_at: now, native })
        })
        .collect();
    written.sort_unstable_by_key(|row| row.id);
    Ok(written)
}

/// True for more rows than [`statements`] are made for: [`insert`] takes them.
#[must_use]
pub fn are_many(rows: &[NewRow]) -> bool {
    rows.len() > FEW_MAX
}

/// Writes rows, any number of them; see [`written`].
pub async fn insert(tx: &mut Tx, tenant: TenantId, rows: Vec<NewRow>, now: Millis) -> Result<Vec<Written>> {
    let mut returned = Vec::new();
    // A stretch at a time: each text is prepared once and kept, one of all of them never comes again.
    for stretch in rows.chunks(FEW_MAX) {
        let texts = texts(stretch)?;
        let answers = tx.ask(statements(tenant, stretch, &texts, now, tx.is_postgres())).await?;
        returned.extend(answers.into_iter().last().unwrap_or_default());
    }
    written(rows, &returned, now)
}
