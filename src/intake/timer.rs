//! Purpose: what happens by itself: schedules and broadcasts that come due, and forgetting what is old enough.
//!
//! Invariants: each feature's turn is one transaction, so a crash leaves an occurrence either done or due, and between two
//! of them everybody else may write. A feature that fails keeps no other from its turn.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tokio::sync::watch;

use super::store::{FORGOTTEN_MAX, forget_old};
use crate::broadcasts;
use crate::clock::{Clock, HOUR_MS, MINUTE_MS, Millis};
use crate::failure::{Failure, Outcome};
use crate::lessons;
use crate::outbox::Wake;
use crate::storage::Database;
use crate::work::{Batch, Setting, Work};

/// Even if nothing is due, a turn is taken this often: schedules may have been written by another process.
const TURN_MS_MAX: i64 = HOUR_MS;
/// After a turn that failed, the next is taken this much later.
const AGAIN_MS: i64 = MINUTE_MS;

/// What the timer works with.
#[derive(Debug)]
pub struct Timer {
    /// Where schedules stand.
    pub database: Database,
    /// Tenant, configuration, capabilities.
    pub setting: watch::Receiver<Setting>,
    /// The time.
    pub clock: Clock,
    /// Wakes the sender after a commit.
    pub wake: Wake,
    /// Is told when the next occurrence will be.
    pub next_due: watch::Sender<Option<Millis>>,
}

/// Carries out schedules until `stop`.
pub async fn run(timer: Timer, mut stop: watch::Receiver<bool>) {
    let Timer { database, mut setting, clock, wake, next_due } = timer;
    let mut forgotten_at = Millis(0);
    let alarm = setting.borrow().alarm.clone();
    loop {
        let now = clock.now();
        let current = setting.borrow().clone();
        let lessons = turn(&database, &current, now, &wake, async |work| lessons::run_due(work).await).await;
        let broadcasts =
            turn(&database, &current, now, &wake, async |work| broadcasts::run_due(work).await).await;
        let digests =
            turn(&database, &current, now, &wake, async |work| broadcasts::digest::run_due(work).await).await;
        let latest = Some(now.plus_ms(TURN_MS_MAX));
        let at = match (lessons, broadcasts, digests) {
            (Ok(lessons), Ok(broadcasts), Ok(digests)) => {
                let next = [lessons, broadcasts, digests].into_iter().flatten().min();
                next_due.send_replace(next);
                next.min(latest).or(latest)
            }
            (lessons, broadcasts, digests) => {
                for error in [lessons.err(), broadcasts.err(), digests.err()].into_iter().flatten() {
                    let error = format!("{error:#}");
                    tracing::error!(error, "schedules could not be carried out, trying again");
                }
                Some(now.plus_ms(AGAIN_MS))
            }
        };
        let at = at.unwrap_or(now);
        if now.since_ms(forgotten_at) >= HOUR_MS {
            forgotten_at = now;
            if let Err(error) = forget(&database, now).await {
                tracing::warn!(%error, "old rows could not be deleted, trying again in an hour");
            }
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = clock.sleep_until(at) => {}
            () = alarm.rung() => {}
            changed = setting.changed() => if changed.is_err() { return },
        }
    }
}

/// Lets one feature carry out what is due; returns when it will have something to do next.
async fn turn(
    database: &Database,
    setting: &Setting,
    now: Millis,
    wake: &Wake,
    run_due: impl AsyncFnOnce(&mut Work<'_>) -> Outcome<Option<Millis>>,
) -> anyhow::Result<Option<Millis>> {
    let mut batch = Batch::new(database.write().await?, setting.clone(), now);
    let mut work = batch.work();
    let next = match AssertUnwindSafe(run_due(&mut work)).catch_unwind().await {
        Ok(Ok(next)) => next,
        Ok(Err(Failure::Broken(error))) => return Err(error),
        Ok(Err(Failure::Refused(why))) => anyhow::bail!("refused: {}", why.key()),
        Err(_) => anyhow::bail!("a schedule panicked"),
    };
    work.keep().await?;
    let (tx, written) = batch.finish().await?;
    tx.commit().await?;
    wake.hand(written);
    Ok(next)
}

async fn forget(database: &Database, now: Millis) -> crate::storage::Result<()> {
    loop {
        let mut tx = database.write().await?;
        let gone = forget_old(&mut tx, now).await?;
        tx.commit().await?;
        tracing::debug!(rows = gone, "old rows deleted");
        if gone < FORGOTTEN_MAX.unsigned_abs() {
            return Ok(());
        }
    }
}
