//! Purpose: whom the messages of a run are for, and the outbox's rows for them.
//!
//! Invariant: one transaction writes all of them.

use homeroom::channel::{Card, Outgoing};
use homeroom::clock::Clock;
use homeroom::ids::{Address, GroupId, TenantId};
use homeroom::outbox::{self, NewRow, Priority, Target};
use homeroom::storage::Database;

use crate::school::row_id;
use crate::workload;

/// How every announcement begins.
pub const ANNOUNCEMENT: &str = "【通知】";
/// Rows of one statement: the memory for a broadcast doesn't grow with its targets.
const ROWS_AT_ONCE: usize = 1_000;
const HOT_ROWS: usize = 40;
const OTHER_ROWS: usize = 600;
const BACKLOG_WATCHED: usize = 1_800;

/// Whom a broadcast is for.
#[derive(Clone, Copy, Debug)]
pub enum Audience {
    /// One message to each of so many groups.
    Groups(usize),
    /// 40 messages to one group, and behind them one to each of 600 others.
    HotChat,
    /// So many messages to all groups, an hour's worth and more, of which only the first minute is watched.
    Backlog(usize),
}

impl Audience {
    /// How many messages that are.
    pub fn len(self) -> usize {
        match self {
            Self::Groups(rows) | Self::Backlog(rows) => rows,
            Self::HotChat => HOT_ROWS + OTHER_ROWS,
        }
    }

    /// How many arrive before the run is over.
    pub fn awaited(self) -> usize {
        match self {
            Self::Groups(_) | Self::HotChat => self.len(),
            Self::Backlog(rows) => rows.min(BACKLOG_WATCHED),
        }
    }

    fn group(self, row: usize) -> usize {
        match self {
            Self::Groups(groups) => row % groups,
            Self::HotChat => row.saturating_sub(HOT_ROWS - 1),
            Self::Backlog(_) => row % super::GROUPS,
        }
    }
}

/// The group that has 40 messages.
pub fn hot_chat() -> i64 {
    workload::group_id(0)
}

/// Writes so many rows in one transaction.
pub async fn write(database: &Database, audience: Audience, rows: usize) -> anyhow::Result<()> {
    let now = Clock::system().now();
    let mut tx = database.write().await?;
    for first in (0..rows).step_by(ROWS_AT_ONCE) {
        let part = (first..rows.min(first + ROWS_AT_ONCE)).map(|row| {
            let group = GroupId(row_id(audience.group(row)));
            let words =
                format!("{ANNOUNCEMENT}明天下午三点开家长会，请准时到校，带上笔和本子。第 {row} 号。");
            NewRow {
                key: format!("bench/{row}"),
                to: Target::Chat(Address::Group(group)),
                priority: Priority::Announcement,
                what: Outgoing::Say { card: Card { body: words.into(), ..Card::default() } },
                about: None,
                not_before: now,
                expires_at: None,
            }
        });
        outbox::insert(&mut tx, TenantId(1), part.collect(), now).await?;
    }
    tx.commit().await?;
    Ok(())
}
