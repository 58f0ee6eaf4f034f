//! Purpose: what can go wrong with the database, and whether trying again helps.
//!
//! Invariant: an error that would come again with the same transaction is never called passing, because what is
//! passing is tried again without end.

use sqlx::sqlite::SqliteError;

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is neither `sqlite:…` nor `postgres://…`.
    #[error("DATABASE_URL must start with sqlite: or postgres://")]
    UnknownKind,
    /// A newer version of the program has been here.
    #[error(
        "the database is at migration {found}, this program knows only {known}: run a newer homeroom, or restore a backup"
    )]
    Newer {
        /// The highest migration in the database.
        found: i64,
        /// The highest this program has.
        known: i64,
    },
    /// An older version of the program has been here last.
    #[error(
        "the database is at migration {found}, this program needs {known}: start it with homeroom run, or run homeroom migrate"
    )]
    Older {
        /// The highest migration in the database.
        found: i64,
        /// The highest this program has.
        known: i64,
    },
    /// There is no such database, or homeroom has never been in it.
    #[error(
        "there is no homeroom database at DATABASE_URL: check the address, or run homeroom migrate to make one"
    )]
    Absent,
    /// The address names nothing that could be opened.
    #[error("DATABASE_URL can't be read: {0}")]
    BadAddress(String),
    /// The server doesn't answer, or isn't ready for connections yet.
    #[error("the database can't be reached: {0}")]
    Unreachable(String),
    /// The server doesn't let this user in with this password.
    #[error("the database server refuses user or password: {0}")]
    Denied(String),
    /// The server has no database of that name.
    #[error("the database server has no such database: {0}")]
    NoSuchDatabase(String),
    /// SQLite can't use the file.
    #[error("the file can't be used as a database: {0}")]
    UnusableFile(String),
    /// A statement of this transaction failed before, and the failure was not undone by going back to a savepoint.
    #[error("an earlier statement of this transaction failed, so that it can only be rolled back")]
    Aborted,
    /// A migration did not run.
    #[error("migrating the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A statement gave no row where there must be one.
    #[error("a statement that must give a row gave none")]
    NoRow,
    /// Everything else.
    #[error("database: {0}")]
    Sql(#[from] sqlx::Error),
}

/// What storage functions return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// What kept a database from being opened.
    pub(super) fn of_opening(error: sqlx::Error) -> Self {
        let words = match &error {
            sqlx::Error::Database(said) => said.message().to_owned(),
            sqlx::Error::Configuration(said) => return Self::BadAddress(said.to_string()),
            // Without the driver's words before it.
            sqlx::Error::Io(said) => said.to_string(),
            other => other.to_string(),
        };
        let passes = Self::Sql(error);
        if let Self::Sql(sqlx::Error::Database(said)) = &passes {
            let code = said.code();
            let code = code.as_deref().unwrap_or_default();
            if said.try_downcast_ref::<SqliteError>().is_some() {
                if code.parse().is_ok_and(spoils_a_file) {
                    return Self::UnusableFile(words);
                }
            } else if code.starts_with("28") {
                return Self::Denied(words);
            } else if code == "3D000" {
                return Self::NoSuchDatabase(words);
            } else if passes.is_passing() {
                return Self::Unreachable(words);
            }
            return passes;
        }
        if passes.is_passing() { Self::Unreachable(words) } else { passes }
    }

    /// True if what a row holds can't be understood: only who needs that row is concerned, and the transaction goes on.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. }))
    }

    /// True if the same transaction may well succeed when it is run again from its start: a deadlock, a lock held too
    /// long, a lost connection, a server that is starting, no room on the disk.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Sql(sqlx::Error::Database(error)) => {
                let code = error.code();
                let code = code.as_deref().unwrap_or_default();
                if error.try_downcast_ref::<SqliteError>().is_some() {
                    code.parse().is_ok_and(passes_on_sqlite)
                } else {
                    passes_on_postgres(code)
                }
            }
            // A closed pool is not among them: it stays closed.
            Self::Sql(error) => {
                matches!(error, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed)
            }
            Self::Unreachable(_) => true,
            Self::UnknownKind
            | Self::Absent
            | Self::BadAddress(_)
            | Self::Denied(_)
            | Self::NoSuchDatabase(_)
            | Self::UnusableFile(_)
            | Self::Newer { .. }
            | Self::Older { .. }
            | Self::Aborted
            | Self::Migrate(_)
            | Self::NoRow => false,
        }
    }
}

/// Result codes: <https://www.sqlite.org/rescode.html>. The low byte is the primary code; what is above it says more
/// about the same.
fn passes_on_sqlite(code: u32) -> bool {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    const OUT_OF_MEMORY: u32 = 7;
    const INTERRUPTED: u32 = 9;
    const DISK_PROBLEM: u32 = 10;
    const DISK_FULL: u32 = 13;
    const CANT_OPEN: u32 = 14;
    const LOCK_PROTOCOL: u32 = 15;
    matches!(
        code & 0xff,
        BUSY | LOCKED | OUT_OF_MEMORY | INTERRUPTED | DISK_PROBLEM | DISK_FULL | CANT_OPEN | LOCK_PROTOCOL
    )
}

/// True for what the file or its folder is to blame for: no permission, only to be read, can't be opened, no database.
fn spoils_a_file(code: u32) -> bool {
    matches!(code & 0xff, 3 | 8 | 14 | 26)
}

/// Codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn passes_on_postgres(code: &str) -> bool {
    // Classes: no connection, too few resources (disk, memory, connections), trouble outside the server.
    let class = code.get(..2).unwrap_or_default();
    // A protocol violation is of the first class, but is a fault of the program.
    (matches!(class, "08" | "53" | "58") && code != "08P01")
        || matches!(
            code,
            // Serialisation failure, unknown completion, deadlock, lock not had in time.
            "40001" | "40003" | "40P01" | "55P03"
            // The session was ended for idling in a transaction, by an administrator, by a crash; starting up; for idling.
            | "25P03" | "57P01" | "57P02" | "57P03" | "57P05"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_for_sqlite_to_be_busy_is_passing() {
        // Busy; while recovering; with an old snapshot; timed out; locked; by a shared cache.
        for code in [5, 261, 517, 773, 6, 262] {
            assert!(passes_on_sqlite(code), "{code}");
        }
    }

    #[test]
    fn a_full_or_failing_disk_is_passing() {
        // Full; failing; failing while the write-ahead log is synchronised.
        for code in [13, 10, 1034] {
            assert!(passes_on_sqlite(code), "{code}");
        }
        assert!(passes_on_postgres("53100"));
        assert!(passes_on_postgres("58030"));
    }

    #[test]
    fn a_broken_rule_or_statement_is_not_passing() {
        // Error, corrupt, constraint, misuse, not a database.
        for code in [1, 11, 19, 787, 2067, 21, 26] {
            assert!(!passes_on_sqlite(code), "{code}");
        }
        for code in [
            "23505", "23503", "23514", "42P01", "42601", "25P02", "40002", "22021", "08P01", "XX000", "", "5",
        ] {
            assert!(!passes_on_postgres(code), "{code}");
        }
    }

    #[test]
    fn a_closed_pool_is_not_passing() {
        assert!(!Error::from(sqlx::Error::PoolClosed).is_passing());
        assert!(Error::from(sqlx::Error::PoolTimedOut).is_passing());
    }
}
