//! Purpose: a transaction on either database.

use std::borrow::Cow;

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{AssertSqlSafe, Either, Executor as _, SqlSafeStr, SqlStr, Transaction};

use super::row::{Inner, Row};
use super::statement::{Bound, Ready, Statement, joined};
use super::{Error, Result};
use crate::clock::Millis;
use crate::ids::{
    ActId, BroadcastId, DigestId, DisputeId, GroupId, Native, OutboxId, PersonId, PostId, PushId, QuizPostId,
    RunId, TenantId, UpdateId,
};

/// A value for a `$n` of a statement.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// A number, or no number.
    Int(Option<i64>),
    /// A text, or no text. U+0000, which PostgreSQL can't hold, is stored as U+FFFD, the sign for what can't be shown.
    Text(Option<&'a str>),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl From<i64> for Arg<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Arg<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Arg<'_> {
    fn from(value: bool) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl From<u32> for Arg<'_> {
    fn from(value: u32) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(value))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Some(value))
    }
}

impl<'a> From<Option<&'a str>> for Arg<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a Native> for Arg<'a> {
    fn from(value: &'a Native) -> Self {
        Self::Text(Some(value.as_str()))
    }
}

impl<'a> From<&'a [u8]> for Arg<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}

/// Ids and times are numbers.
macro_rules! numbers {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Arg<'_> {
            fn from(value: $kind) -> Self {
                Self::Int(Some(value.0))
            }
        }

        impl From<Option<$kind>> for Arg<'_> {
            fn from(value: Option<$kind>) -> Self {
                Self::Int(value.map(|value| value.0))
            }
        }
    )*};
}

numbers!(
    Millis,
    TenantId,
    PersonId,
    GroupId,
    OutboxId,
    PushId,
    QuizPostId,
    ActId,
    DisputeId,
    BroadcastId,
    DigestId,
    RunId,
    PostId,
    UpdateId
);

/// What a statement gave.
#[derive(Debug, Default)]
pub struct Reply {
    /// The rows it returned.
    pub rows: Vec<Row>,
    /// How many rows it wrote or removed. On PostgreSQL also how many a query returned.
    pub changed: u64,
}

impl FromIterator<Reply> for Reply {
    /// A long statement is several texts.
    fn from_iter<I: IntoIterator<Item = Reply>>(parts: I) -> Self {
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_default();
        parts.fold(first, |mut all, part| {
            all.rows.extend(part.rows);
            all.changed += part.changed;
            all
        })
    }
}

/// A transaction. Dropped without [`Tx::commit`], it is rolled back.
///
/// Once a statement has failed, nothing but [`Tx::rollback_to_savepoint`] is accepted: everything else, and the commit
/// above all, is [`Error::Aborted`]. PostgreSQL is like that, only that it answers a commit with a rollback and no
/// error; SQLite goes on, and after a full disk it goes on without any transaction. Neither may pass for success.
#[derive(Debug)]
pub struct Tx {
    side: Side,
    failed: bool,
}

#[derive(Debug)]
enum Side {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

pub(super) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Binds values; the two drivers' query types share no trait that could do it once.
macro_rules! bind_all {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Bound::Given(Arg::Int(value)) => query.bind(value),
                Bound::Given(Arg::Text(value)) => query.bind(value.map(storable)),
                Bound::Given(Arg::Bytes(value)) => query.bind(value.to_vec()),
                Bound::Made(value) => query.bind(value),
            };
        }
        query
    }};
}

fn sqlite_query<'q>(sql: SqlStr, values: Vec<Bound<'_>>) -> Query<'q, Sqlite, SqliteArguments> {
    bind_all!(sqlx::query::<Sqlite>(sql), values)
}

fn postgres_query<'q>(sql: SqlStr, values: Vec<Bound<'_>>) -> Query<'q, Postgres, PgArguments> {
    bind_all!(sqlx::query::<Postgres>(sql), values)
}

fn given<'a>(args: &[Arg<'a>]) -> Vec<Bound<'a>> {
    args.iter().map(|arg| Bound::Given(*arg)).collect()
}

impl Tx {
    pub(super) fn sqlite(inner: Transaction<'static, Sqlite>) -> Self {
        Self { side: Side::Sqlite(inner), failed: false }
    }

    pub(super) fn postgres(inner: Transaction<'static, Postgres>) -> Self {
        Self { side: Side::Postgres(inner), failed: false }
    }

    /// True on PostgreSQL. Only for what truly differs, such as taking work beside other processes.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self.side, Side::Postgres(_))
    }

    /// Runs a statement; returns how many rows it changed.
    pub async fn run(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<u64> {
        self.check()?;
        let (sql, values) = (sql.into_sql_str(), given(args));
        let ended = match &mut self.side {
            Side::Sqlite(tx) => {
                sqlite_query(sql, values).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Side::Postgres(tx) => {
                postgres_query(sql, values).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        };
        self.noted(ended)
    }

    fn check(&self) -> Result<()> {
        if self.failed { Err(Error::Aborted) } else { Ok(()) }
    }

    fn noted<T>(&mut self, ended: std::result::Result<T, sqlx::Error>) -> Result<T> {
        self.failed |= ended.is_err();
        Ok(ended?)
    }

    /// Runs several statements in order; returns the rows of each. On SQLite they go to its thread together, so that
    /// they cost hardly more waiting than one; a statement can't use what an earlier one returns, of course.
    pub async fn ask(&mut self, statements: Vec<Statement<'_>>) -> Result<Vec<Vec<Row>>> {
        Ok(self.ask_counting(statements).await?.into_iter().map(|reply| reply.rows).collect())
    }

    /// As [`Tx::ask`]; says also how many rows each statement changed. Where that is all there is to know, it saves the
    /// rows: one that comes back costs the driver more than one that is written.
    pub async fn ask_counting(&mut self, statements: Vec<Statement<'_>>) -> Result<Vec<Reply>> {
        self.check()?;
        let postgres = self.is_postgres();
        let mut ready = Vec::with_capacity(statements.len());
        let mut parts = Vec::with_capacity(statements.len());
        for statement in statements {
            let texts = statement.ready(postgres);
            parts.push(texts.len());
            ready.extend(texts);
        }
        let ended = match &mut self.side {
            Side::Sqlite(tx) => ask_sqlite(tx, ready).await,
            Side::Postgres(tx) => ask_postgres(tx, ready).await,
        };
        let mut found = self.noted(ended)?.into_iter();
        Ok(parts.into_iter().map(|texts| found.by_ref().take(texts).collect()).collect())
    }

    async fn ask_one(&mut self, statement: Statement<'_>) -> Result<Vec<Row>> {
        Ok(self.ask(vec![statement]).await?.pop().unwrap_or_default())
    }

    /// Runs a query; returns all its rows.
    pub async fn rows(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        self.ask_one(Statement::new(sql, args)).await
    }

    /// Runs a query that gives at most one row.
    pub async fn one(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Option<Row>> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Runs a query that ends in a list, see [`Statement::with_list`].
    pub async fn rows_in(
        &mut self,
        sql: &'static str,
        fixed: &[Arg<'_>],
        list: &[Arg<'_>],
    ) -> Result<Vec<Row>> {
        self.ask_one(Statement::with_list(sql, fixed, list.to_vec())).await
    }

    /// Runs a statement around rows, see [`Statement::with_rows`]. Returns the rows that a `RETURNING` in `tail` gives.
    pub async fn insert_rows(
        &mut self,
        head: &'static str,
        width: usize,
        args: &[Arg<'_>],
        tail: &'static str,
    ) -> Result<Vec<Row>> {
        self.ask_one(Statement::with_rows(head, width, args.to_vec(), tail)).await
    }

    /// How large the database is, free space in it included.
    pub async fn size_bytes(&mut self) -> Result<i64> {
        let sql = if self.is_postgres() {
            "SELECT pg_database_size(current_database())"
        } else {
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        };
        self.one(sql, &[]).await?.ok_or(Error::NoRow)?.get(0)
    }

    /// Sets a savepoint that [`Tx::rollback_to_savepoint`] goes back to.
    pub async fn savepoint(&mut self) -> Result<()> {
        self.run("SAVEPOINT step", &[]).await.map(|_| ())
    }

    /// Forgets the savepoint and keeps what was written since.
    pub async fn release_savepoint(&mut self) -> Result<()> {
        self.run("RELEASE SAVEPOINT step", &[]).await.map(|_| ())
    }

    /// Undoes everything since the savepoint, a failed statement too, and forgets the savepoint.
    pub async fn rollback_to_savepoint(&mut self) -> Result<()> {
        self.failed = false;
        self.run("ROLLBACK TO SAVEPOINT step", &[]).await?;
        self.release_savepoint().await
    }

    /// Makes everything lasting.
    ///
    /// # Errors
    /// [`Error::Aborted`] if a statement has failed: everything is rolled back.
    pub async fn commit(self) -> Result<()> {
        self.check()?;
        match self.side {
            Side::Sqlite(tx) => tx.commit().await?,
            Side::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// What each text gave.
async fn ask_sqlite(
    tx: &mut Transaction<'static, Sqlite>,
    mut ready: Vec<Ready<'_>>,
) -> std::result::Result<Vec<Reply>, sqlx::Error> {
    let count = ready.len();
    let (text, values) = match ready.len() {
        0 => return Ok(Vec::new()),
        1 => ready.pop().map(|only| (only.text, only.values)).unwrap_or_default(),
        _ => {
            let (text, values) = joined(ready);
            (Cow::Owned(text), values)
        }
    };
    let query = sqlite_query(AssertSqlSafe(text.into_owned()).into_sql_str(), values);
    let mut found = Vec::with_capacity(count);
    let mut rows = Vec::new();
    let mut results = (&mut **tx).fetch_many(query);
    while let Some(result) = results.try_next().await? {
        match result {
            Either::Right(row) => rows.push(Row(Inner::Sqlite(row))),
            Either::Left(done) => {
                found.push(Reply { rows: std::mem::take(&mut rows), changed: done.rows_affected() });
            }
        }
    }
    Ok(found)
}

/// What each text gave.
async fn ask_postgres(
    tx: &mut Transaction<'static, Postgres>,
    ready: Vec<Ready<'_>>,
) -> std::result::Result<Vec<Reply>, sqlx::Error> {
    let mut found = Vec::with_capacity(ready.len());
    for Ready { text, values, .. } in ready {
        let query = postgres_query(AssertSqlSafe(text.into_owned()).into_sql_str(), values);
        let mut reply = Reply::default();
        let mut results = (&mut **tx).fetch_many(query);
        while let Some(result) = results.try_next().await? {
            match result {
                Either::Right(row) => reply.rows.push(Row(Inner::Postgres(row))),
                Either::Left(done) => reply.changed += done.rows_affected(),
            }
        }
        found.push(reply);
    }
    Ok(found)
}
