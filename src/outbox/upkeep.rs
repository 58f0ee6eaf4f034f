//! Purpose: what a sender finds when it takes over, and what is thrown away.
//!
//! Invariants: a row found `sending` is tried at most once more, because it may have reached its reader. What was spent
//! of the pace in the last minute, and how long the channel asked to wait, are known again after a restart.

use super::due;
use super::pace::Cost;
use super::{About, Priority, Target};
use crate::channel::WaitScope;
use crate::clock::{DAY_MS, MINUTE_MS, Millis};
use crate::ids::{OutboxId, TenantId};
use crate::storage::{Arg, Result, Row, Tx};

/// How long ended answers are kept: long enough that no update still kept by the channel writes them again.
pub const ANSWERS_KEPT_MS: i64 = 2 * DAY_MS;
/// How long everything else is kept once it has ended, for reports.
pub const OTHERS_KEPT_MS: i64 = 365 * DAY_MS;
/// The longest window of the pace.
const SPENT_MS: i64 = MINUTE_MS;
/// Rows looked at by one sweep.
const SWEEP_ROWS: i64 = 2_000;

/// What became of the rows found `sending`.
#[derive(Debug, Default)]
pub struct Recovered {
    /// How many are tried once more.
    pub again: usize,
    /// Those not tried any more, and what they are about.
    pub quarantined: Vec<(OutboxId, Option<About>)>,
}

/// Deals with rows that an earlier sender had marked as being sent and whose end nobody knows.
pub async fn recover(tx: &mut Tx, tenant: TenantId, now: Millis) -> Result<Recovered> {
    let mut recovered = Recovered::default();
    let quarantined = tx
        .rows(
            "UPDATE outbox SET state = 'quarantined', uncertain = uncertain + 1, ended_at = $2, \
                 error = COALESCE(error || '; then ', '') || 'the program ended while it was being sent' \
             WHERE tenant = $1 AND state IN ('ready', 'sending') AND state = 'sending' AND uncertain >= 1 \
             RETURNING id, about",
            &[tenant.into(), now.into()],
        )
        .await?;
    for row in quarantined {
        let about: Option<String> = row.get(1)?;
        let about = about.and_then(|about| serde_json::from_str(&about).ok());
        recovered.quarantined.push((row.get(0)?, about));
    }
    let again = tx
        .rows(
            "UPDATE outbox SET state = 'ready', uncertain = uncertain + 1, not_before = $2, \
                 error = 'the program ended while it was being sent' \
             WHERE tenant = $1 AND state IN ('ready', 'sending') AND state = 'sending' \
             RETURNING id",
            &[tenant.into(), now.into()],
        )
        .await?;
    recovered.again = again.len();
    Ok(recovered)
}

/// What was spent of the pace: for whom, how much, when.
pub type Spent = (Target, Cost, Millis);

/// The messages of the last minute, oldest first: those sent, and those of which nobody knows whether they arrived.
/// What was under way when the last sender ended counts as of now.
pub async fn spent(tx: &mut Tx, tenant: TenantId, now: Millis) -> Result<Vec<Spent>> {
    let since = now.plus_ms(-SPENT_MS);
    // Only what was published may be several messages, and only its content tells.
    let mut rows = tx
        .rows(
            "SELECT to_kind, to_id, CASE WHEN payload LIKE '{\"do\":\"post\",%' THEN payload END, ended_at \
             FROM outbox WHERE tenant = $1 AND state = 'sent' AND counts = 1 AND ended_at > $2 ORDER BY ended_at",
            &[tenant.into(), since.into()],
        )
        .await?;
    // A row tried again has kept when it may next go, which is at least half of a pause after its end.
    let open = tx
        .rows(
            "SELECT to_kind, to_id, CASE WHEN payload LIKE '{\"do\":\"post\",%' THEN payload END, \
                 CASE WHEN state = 'sending' OR not_before > $2 THEN $2 ELSE not_before END \
             FROM outbox WHERE tenant = $1 AND state IN ('ready', 'sending') AND counts = 1 \
             AND (state = 'sending' OR (uncertain > 0 AND not_before > $3)) ORDER BY 4",
            &[tenant.into(), now.into(), since.into()],
        )
        .await?;
    rows.extend(open);
    rows.iter().map(|row| Ok((Target::read(row, 0)?, cost_of(row)?, row.get(3)?))).collect()
}

/// What a sender that was cut short may have spent without a trace: changes of messages are sent without a mark, one of
/// a chat at a time. They count as of now.
pub async fn perhaps_spent(tx: &mut Tx, tenant: TenantId, now: Millis) -> Result<Vec<Spent>> {
    let rows = tx
        .rows(
            "SELECT DISTINCT to_kind, to_id FROM outbox \
             WHERE tenant = $1 AND not_before <= $2 AND state IN ('ready', 'sending') AND state = 'ready' AND counts = 1 \
             AND (payload LIKE '{\"do\":\"edit\",%' OR payload LIKE '{\"do\":\"amend\",%' \
             OR payload LIKE '{\"do\":\"buttons\",%')",
            &[tenant.into(), now.into()],
        )
        .await?;
    rows.iter().map(|row| Ok((Target::read(row, 0)?, Cost::Messages(1), now))).collect()
}

fn cost_of(row: &Row) -> Result<Cost> {
    let what = row.get::<Option<String>>(2)?.and_then(|payload| serde_json::from_str(&payload).ok());
    Ok(what.as_ref().map_or(Cost::Messages(1), due::cost))
}

/// Remembers a wait the channel asked for.
pub async fn hold(tx: &mut Tx, tenant: TenantId, to: Target, scope: WaitScope, until: Millis) -> Result<()> {
    let to = if scope == WaitScope::Bot { Target::Bot } else { to };
    let (to_kind, to_id) = to.columns();
    tx.run(
        "INSERT INTO outbox_waits (tenant, to_kind, to_id, until) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant, to_kind, to_id) DO UPDATE SET until = excluded.until \
         WHERE outbox_waits.until < excluded.until",
        &[tenant.into(), to_kind.into(), to_id.into(), until.into()],
    )
    .await?;
    Ok(())
}

/// Forgets the waits that are over; returns the others.
pub async fn held(tx: &mut Tx, tenant: TenantId, now: Millis) -> Result<Vec<(Target, Millis)>> {
    tx.run("DELETE FROM outbox_waits WHERE tenant = $1 AND until <= $2", &[tenant.into(), now.into()])
        .await?;
    let rows =
        tx.rows("SELECT to_kind, to_id, until FROM outbox_waits WHERE tenant = $1", &[tenant.into()]).await?;
    rows.iter().map(|row| Ok((Target::read(row, 0)?, row.get(2)?))).collect()
}

/// Looks at the next rows after `after` and deletes those that ended long enough ago. Returns where to go on; none
/// at the end.
pub async fn sweep(tx: &mut Tx, tenant: TenantId, after: OutboxId, now: Millis) -> Result<Option<OutboxId>> {
    let last = tx
        .one(
            "SELECT MAX(id) FROM (SELECT id FROM outbox WHERE id > $1 ORDER BY id LIMIT $2) AS stretch",
            &[after.into(), SWEEP_ROWS.into()],
        )
        .await?;
    let Some(last) = last.map(|row| row.get::<Option<OutboxId>>(0)).transpose()?.flatten() else {
        return Ok(None);
    };
    let args: [Arg<'_>; 6] = [
        tenant.into(),
        after.into(),
        last.into(),
        (Priority::Answer as i64).into(),
        now.plus_ms(-ANSWERS_KEPT_MS).into(),
        now.plus_ms(-OTHERS_KEPT_MS).into(),
    ];
    // The plus: see `store`.
    tx.run(
        "DELETE FROM outbox WHERE +tenant = $1 AND id > $2 AND id <= $3 AND state NOT IN ('ready', 'sending') \
         AND (ended_at < $6 OR (priority <= $4 AND ended_at < $5))",
        &args,
    )
    .await?;
    Ok(Some(last))
}
