//! Purpose: a result row of either database, read by position.

use sqlx::Row as _;
use sqlx::error::UnexpectedNullError;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use super::{Error, Result};
use crate::clock::Millis;
use crate::ids::{
    ActId, BroadcastId, DigestId, DisputeId, GroupId, Native, OutboxId, PersonId, PostId, PushId, QuizPostId,
    RunId, TenantId, UpdateId,
};

/// One row of a result.
#[derive(Debug)]
pub struct Row(pub(super) Inner);

#[derive(Debug)]
pub(super) enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of the column at `index`, counted from 0.
    pub fn get<T: Column>(&self, index: usize) -> Result<T> {
        T::read(self, index)
    }
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// Reads the column at `index`.
    fn read(row: &Row, index: usize) -> Result<Self>;
}

/// Types that both drivers read themselves. SQLite's would read NULL as 0 or as an empty text if it weren't asked for an
/// `Option`.
macro_rules! plain {
    ($($kind:ty),*) => {$(
        impl Column for Option<$kind> {
            fn read(row: &Row, index: usize) -> Result<Self> {
                Ok(match &row.0 {
                    Inner::Sqlite(row) => row.try_get(index)?,
                    Inner::Postgres(row) => row.try_get(index)?,
                })
            }
        }

        impl Column for $kind {
            fn read(row: &Row, index: usize) -> Result<Self> {
                <Option<$kind> as Column>::read(row, index)?.ok_or_else(|| null_at(index))
            }
        }
    )*};
}

fn null_at(index: usize) -> Error {
    Error::Sql(sqlx::Error::ColumnDecode { index: index.to_string(), source: Box::new(UnexpectedNullError) })
}

plain!(i64, String, Vec<u8>);

/// Newtypes over one of those.
macro_rules! wrapped {
    ($($kind:ident),*) => {$(
        impl Column for $kind {
            fn read(row: &Row, index: usize) -> Result<Self> {
                Ok($kind(Column::read(row, index)?))
            }
        }

        impl Column for Option<$kind> {
            fn read(row: &Row, index: usize) -> Result<Self> {
                Ok(<Option<_> as Column>::read(row, index)?.map($kind))
            }
        }
    )*};
}

wrapped!(
    Millis,
    Native,
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

impl Column for bool {
    /// Truth is stored as 0 or 1, which both databases write alike.
    fn read(row: &Row, index: usize) -> Result<Self> {
        Ok(i64::read(row, index)? != 0)
    }
}

impl Column for u32 {
    /// A count; a stored value out of range reads as the nearest that fits.
    fn read(row: &Row, index: usize) -> Result<Self> {
        let value = i64::read(row, index)?;
        Ok(Self::try_from(value.max(0)).unwrap_or(Self::MAX))
    }
}
