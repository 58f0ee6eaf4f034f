//! Purpose: a transaction on either database.

use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr, Transaction};

use super::row::{Inner, Row};
use super::{Error, Result};
use crate::clock::Millis;
use crate::ids::{ActId, GroupId, Native, OutboxId, PersonId, PushId, QuizPostId, TenantId, UpdateId};

/// Rows of one multi-row statement at most; with the widest table this stays under SQLite's 32,766 parameters.
const ROWS_MAX: usize = 128;

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

numbers!(Millis, TenantId, PersonId, GroupId, OutboxId, PushId, QuizPostId, ActId, UpdateId);

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

fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Binds arguments; the two drivers' query types share no trait that could do it once.
macro_rules! bind_all {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for arg in $args {
            query = match *arg {
                Arg::Int(value) => query.bind(value),
                Arg::Text(value) => query.bind(value.map(storable)),
                Arg::Bytes(value) => query.bind(value.to_vec()),
            };
        }
        query
    }};
}

fn sqlite_query<'q>(sql: SqlStr, args: &[Arg<'_>]) -> Query<'q, Sqlite, SqliteArguments> {
    bind_all!(sqlx::query::<Sqlite>(sql), args)
}

fn postgres_query<'q>(sql: SqlStr, args: &[Arg<'_>]) -> Query<'q, Postgres, PgArguments> {
    bind_all!(sqlx::query::<Postgres>(sql), args)
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
        self.run_sql(sql.into_sql_str(), args).await
    }

    async fn run_sql(&mut self, sql: SqlStr, args: &[Arg<'_>]) -> Result<u64> {
        self.check()?;
        let ended = match &mut self.side {
            Side::Sqlite(tx) => {
                sqlite_query(sql, args).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Side::Postgres(tx) => {
                postgres_query(sql, args).execute(&mut **tx).await.map(|done| done.rows_affected())
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

    /// Runs a query; returns all its rows.
    pub async fn rows(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        self.rows_sql(sql.into_sql_str(), args).await
    }

    async fn rows_sql(&mut self, sql: SqlStr, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        self.check()?;
        let ended = match &mut self.side {
            Side::Sqlite(tx) => sqlite_query(sql, args)
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(|row| Row(Inner::Sqlite(row))).collect()),
            Side::Postgres(tx) => postgres_query(sql, args)
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(|row| Row(Inner::Postgres(row))).collect()),
        };
        self.noted(ended)
    }

    /// Runs a query that gives at most one row.
    pub async fn one(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Option<Row>> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Runs a query whose text ends in a list: `… WHERE tenant = $1 AND native IN` is followed by the list's
    /// parameters in brackets. `fixed` are the arguments before the list. An empty list gives no rows without asking.
    pub async fn rows_in(
        &mut self,
        sql: &'static str,
        fixed: &[Arg<'_>],
        list: &[Arg<'_>],
    ) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for (sql, args) in in_lists(sql, fixed, list) {
            rows.extend(self.rows_sql(sql, &args).await?);
        }
        Ok(rows)
    }

    /// Runs a statement whose text ends in a list, as [`Tx::rows_in`] does; returns how many rows it changed.
    pub async fn run_in(&mut self, sql: &'static str, fixed: &[Arg<'_>], list: &[Arg<'_>]) -> Result<u64> {
        let mut changed = 0;
        for (sql, args) in in_lists(sql, fixed, list) {
            changed += self.run_sql(sql, &args).await?;
        }
        Ok(changed)
    }

    /// Inserts rows with few statements: `head` is `INSERT INTO t (a, b) VALUES`, `tail` what follows the rows (such as
    /// `ON CONFLICT DO NOTHING`), `width` the number of columns, `args` the values row after row. Returns the rows that
    /// a `RETURNING` in `tail` gives, in the order of insertion within each statement as the database returns them.
    /// Any statement around a list of values works, such as `UPDATE … FROM (VALUES` … `) AS named WHERE …`: both
    /// databases call the columns of such a list `column1`, `column2` and so on.
    pub async fn insert_rows(
        &mut self,
        head: &'static str,
        width: usize,
        args: &[Arg<'_>],
        tail: &'static str,
    ) -> Result<Vec<Row>> {
        let mut returned = Vec::new();
        let mut left = args;
        while !left.is_empty() && width > 0 {
            // Powers of two, so that few different statements are prepared.
            let waiting = (left.len() / width).max(1);
            let rows = (1 << waiting.ilog2()).min(ROWS_MAX);
            let (now, later) = left.split_at((rows * width).min(left.len()));
            left = later;
            let sql = insert_text(head, width, rows, tail, self.is_postgres());
            returned.extend(self.rows_sql(AssertSqlSafe(sql).into_sql_str(), now).await?);
        }
        Ok(returned)
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

/// The statement text and arguments for each stretch of a long list. A stretch is padded to a power of two with its
/// last value, so that few different statements are prepared.
fn in_lists<'a>(sql: &'static str, fixed: &[Arg<'a>], list: &[Arg<'a>]) -> Vec<(SqlStr, Vec<Arg<'a>>)> {
    list.chunks(ROWS_MAX)
        .map(|stretch| {
            let size = stretch.len().next_power_of_two();
            let mut args = fixed.to_vec();
            args.extend_from_slice(stretch);
            let filler = stretch.last().copied().unwrap_or(Arg::Int(None));
            args.resize(fixed.len() + size, filler);
            let places: Vec<String> = (1..=size).map(|place| format!("${}", fixed.len() + place)).collect();
            let text = format!("{sql} ({})", places.join(", "));
            (AssertSqlSafe(text).into_sql_str(), args)
        })
        .collect()
}

/// Places are numbered only where they must be: for each value of a statement SQLite's driver looks for its name, and
/// that search gets slower with each name there is. Hundreds of names cost more than the insert itself.
fn insert_text(head: &str, width: usize, rows: usize, tail: &str, numbered: bool) -> String {
    let mut text = String::with_capacity(head.len() + tail.len() + rows * width * 6);
    text.push_str(head);
    for row in 0..rows {
        text.push_str(if row == 0 { " (" } else { ", (" });
        for column in 1..=width {
            if column > 1 {
                text.push_str(", ");
            }
            if numbered {
                text.push('$');
                text.push_str(&(row * width + column).to_string());
            } else {
                text.push('?');
            }
        }
        text.push(')');
    }
    text.push(' ');
    text.push_str(tail);
    text
}
