//! Purpose: how rows come into a sender's memory: handed over after their commit, or read from the database.
//!
//! Invariant: memory is bounded. At most [`READ_MAX`] rows are known before more are read, and at most [`KNOWN_MAX`]
//! before rows handed over are left to be read later; typical rows are 1 KB. A row is due in at most [`AHEAD_MS`]
//! when it is in memory, later ones stay in the database.

use tracing::{error, warn};

use crate::channel::Channel;
use crate::clock::{MINUTE_MS, Millis, SECOND_MS};
use crate::ids::{OutboxId, TenantId};
use crate::outbox::due::Due;
use crate::outbox::queue::Queue;
use crate::outbox::store::{self, Written};
use crate::outbox::{Priority, Settle};
use crate::storage::{Database, Result, Tx};

use super::House;

/// Rows known before more are read.
const READ_MAX: usize = 4_096;
/// Rows known before rows handed over are left in the database.
const KNOWN_MAX: usize = 4 * READ_MAX;
/// Beyond that there is room for so many that somebody waits for, or that protect a group.
const RESERVE: usize = 1_024;
/// These are at least as pressing as this.
const PRESSING: Priority = Priority::Answer;
/// Rows due in more than this stay in the database. Longer than the longest pause between tries, so that a row tried
/// again keeps its place also after a restart.
const AHEAD_MS: i64 = 6 * MINUTE_MS;
/// How often the database is looked into for rows that nobody hands over: other processes' rows, and rows for later.
const LOOK_SQLITE_MS: i64 = 5 * SECOND_MS;
/// The same where other processes are usual.
const LOOK_POSTGRES_MS: i64 = SECOND_MS;
/// While due rows wait in the database because memory has enough of them, a look is for new ones alone: reading 100,000
/// in their order takes a quarter of a second, in which no answer would go out. All are looked through this often, because
/// an operator may have released an old one.
const LOOK_AT_ALL_MS: i64 = MINUTE_MS;

/// True if a row due at `at` is kept in memory.
pub(super) fn is_near(at: Millis, now: Millis) -> bool {
    at <= now.plus_ms(AHEAD_MS)
}

/// What a sender knows of the rows it hasn't got yet.
#[derive(Debug)]
pub(super) struct Supply {
    /// Rows written by the sender's own transactions.
    pub(super) written: Vec<Written>,
    /// Rows that can't be sent, and why.
    pub(super) unreadable: Vec<(OutboxId, String)>,
    look_at: Millis,
    look_at_all: Millis,
    /// The youngest row there was at the last look, and until when rows had to be due for it.
    newest: OutboxId,
    looked_until: Millis,
    /// True if the database has due rows that are not in memory.
    more: bool,
    /// More rows are read when so few are left.
    low: usize,
    /// The highest id read from the database. One handed over late may have been read, sent and forgotten since.
    seen: OutboxId,
}

impl Supply {
    /// Looks into the database at once.
    pub(super) fn new(now: Millis) -> Self {
        Self {
            written: Vec::new(),
            unreadable: Vec::new(),
            look_at: now,
            look_at_all: now,
            newest: OutboxId(0),
            looked_until: now,
            more: false,
            low: 0,
            seen: OutboxId(0),
        }
    }

    /// When it has to look again.
    pub(super) fn look_at(&self) -> Millis {
        self.look_at
    }

    /// Fills the queue with what there is.
    pub(super) async fn fill<C: Channel, S: Settle>(&mut self, house: &House<C, S>, queue: &mut Queue) {
        let (tenant, now) = (house.setting.borrow().tenant, house.clock.now());
        let handed = house.wake.take();
        let mut rows = std::mem::take(&mut self.written);
        rows.extend(handed.rows);
        let mut look = handed.look;
        rows.retain(|row| {
            let is_new = row.id > self.seen;
            look |= !is_new && !queue.knows(row.id);
            is_new
        });
        self.accept(rows, queue, now);
        let all_wanted =
            if self.more { queue.len() <= self.low || now >= self.look_at_all } else { now >= self.look_at };
        if look || all_wanted {
            self.looked(house, now);
            self.look_at_all = now.plus_ms(LOOK_AT_ALL_MS);
            if let Err(error) = self.read(&house.database, tenant, queue, now).await {
                warn!(%error, "due rows can't be read");
                self.look_at = now.plus_ms(SECOND_MS);
                self.look_at_all = self.look_at;
            }
        } else if now >= self.look_at {
            self.looked(house, now);
            if let Err(error) = self.read_new(&house.database, tenant, queue, now).await {
                warn!(%error, "new rows can't be read");
                self.look_at = now.plus_ms(SECOND_MS);
            }
        }
    }

    fn looked<C: Channel, S: Settle>(&mut self, house: &House<C, S>, now: Millis) {
        self.look_at = now.plus_ms(match house.database {
            Database::Sqlite { .. } => LOOK_SQLITE_MS,
            Database::Postgres(_) => LOOK_POSTGRES_MS,
        });
    }

    /// Takes rows that were handed over.
    fn accept(&mut self, mut rows: Vec<Written>, queue: &mut Queue, now: Millis) {
        rows.retain(|row| is_near(row.row.not_before, now));
        for Written { id, row, created_at, native } in rows {
            let reserve = if row.priority <= PRESSING { RESERVE } else { 0 };
            if queue.len() >= KNOWN_MAX + reserve {
                self.more = true;
                self.low = READ_MAX / 2;
                continue;
            }
            let Some(destination) = store::destination(row.to, native) else {
                // Reading it from the database finds out that it has no target, and it fails for that.
                self.look_at = now;
                continue;
            };
            let due = Due {
                id,
                to: row.to,
                destination,
                priority: row.priority,
                what: row.what,
                about: row.about,
                not_before: row.not_before,
                expires_at: row.expires_at,
                created_at,
                attempts: 0,
                uncertain: 0,
            };
            queue.push(due, now);
        }
    }

    /// Reads due rows that are not in memory, the most pressing first.
    async fn read(
        &mut self,
        database: &Database,
        tenant: TenantId,
        queue: &mut Queue,
        now: Millis,
    ) -> Result<()> {
        let room = READ_MAX.saturating_sub(queue.len());
        if room == 0 {
            self.more = true;
            self.low = READ_MAX / 2;
            return self.read_new(database, tenant, queue, now).await;
        }
        let until = now.plus_ms(AHEAD_MS);
        let mut tx = database.read().await?;
        let rows_max = i64::try_from(READ_MAX).unwrap_or(i64::MAX);
        let newest = store::newest(&mut tx).await?;
        let found = store::find(&mut tx, tenant, until, rows_max).await?;
        let mut unknown = found.ids;
        self.seen = unknown.iter().copied().fold(self.seen, Ord::max);
        unknown.retain(|id| !queue.knows(*id));
        self.more = found.more || unknown.len() > room;
        unknown.truncate(room);
        self.load(&mut tx, tenant, &unknown, queue, now).await?;
        (self.newest, self.looked_until) = (newest, until);
        self.low = queue.len() / 2;
        Ok(())
    }

    /// Reads rows that have become due since the last look.
    async fn read_new(
        &mut self,
        database: &Database,
        tenant: TenantId,
        queue: &mut Queue,
        now: Millis,
    ) -> Result<()> {
        let room = KNOWN_MAX.saturating_sub(queue.len());
        let until = now.plus_ms(AHEAD_MS);
        let times = (self.looked_until, until);
        let mut tx = database.read().await?;
        let newest = store::newest(&mut tx).await?;
        // With no room left only what is pressing is looked for, and the rest again when there is.
        let pressing_room = (KNOWN_MAX + RESERVE).saturating_sub(queue.len());
        let (least, rows) = if room > 0 { (Priority::Digest, room) } else { (PRESSING, pressing_room) };
        let rows_max = i64::try_from(rows).unwrap_or(i64::MAX);
        let mut unknown = store::find_new(&mut tx, tenant, self.newest, times, (least, rows_max)).await?;
        self.more |= unknown.len() >= room;
        self.seen = unknown.iter().copied().fold(self.seen, Ord::max);
        unknown.retain(|id| !queue.knows(*id));
        self.load(&mut tx, tenant, &unknown, queue, now).await?;
        if room > 0 {
            (self.newest, self.looked_until) = (newest, until);
        }
        Ok(())
    }

    /// Puts rows into the queue. The queue forgets a row only after the commit of its end, and forgets none while this
    /// runs: so one that it doesn't know and that is ready here has not been sent.
    async fn load(
        &mut self,
        tx: &mut Tx,
        tenant: TenantId,
        ids: &[OutboxId],
        queue: &mut Queue,
        now: Millis,
    ) -> Result<()> {
        for row in store::load(tx, tenant, ids).await? {
            match row {
                Ok(due) => queue.push(due, now),
                Err((id, reason)) => {
                    error!(row = id.0, reason, "a row of the outbox can't be sent");
                    self.unreadable.push((id, reason));
                }
            }
        }
        Ok(())
    }
}
