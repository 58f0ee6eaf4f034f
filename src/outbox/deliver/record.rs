//! Purpose: the sender's transactions: taking over, and recording what ended together with what begins.
//!
//! Invariants: each transaction renews the lease first and writes nothing under a stale term. Whoever hears of an end
//! hears of it in the transaction that records it, and once: a row that is not open any more ends no second time,
//! even if an earlier commit's answer was lost. A feature that fails there is undone alone; the end is recorded all
//! the same.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tracing::{error, warn};

use super::counters::{Counters, count};
use super::verdict::Verdict;
use super::{House, LEASE_TTL, lease_name};
use crate::channel::Answer;
use crate::clock::Millis;
use crate::failure::Failure;
use crate::ids::{Address, OutboxId, TenantId};
use crate::outbox::due::Due;
use crate::outbox::store::{self, Again, Finish, Written};
use crate::outbox::upkeep::{self, Recovered};
use crate::outbox::{About, End, Settle, Target};
use crate::process;
use crate::storage::lease::{self, Term};
use crate::storage::{Result, Tx};
use crate::work::Batch;

/// Why a row was given up whose last try was made by this process.
const UNKNOWN_TWICE: &str =
    "nobody knows whether either of two tries arrived; the answer to the last was lost";

/// A row that was out, and what became of it.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) due: Arc<Due>,
    pub(super) verdict: Verdict,
    pub(super) at: Millis,
}

/// A row that is about to be sent, and when it was counted in the pace.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) due: Due,
    pub(super) counted: Millis,
}

/// What one transaction records.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) ended: Vec<Ended>,
    /// Rows that can't be understood, and why.
    pub(super) unreadable: Vec<(OutboxId, String)>,
    pub(super) marks: Vec<Mark>,
    /// Old rows are looked for after this one.
    pub(super) sweep: Option<OutboxId>,
}

impl Page {
    pub(super) fn is_empty(&self) -> bool {
        self.ended.is_empty() && self.unreadable.is_empty() && self.marks.is_empty()
    }

    /// Puts a page that was not recorded before a later one.
    pub(super) fn before(mut self, mut later: Self) -> Self {
        self.ended.append(&mut later.ended);
        self.unreadable.append(&mut later.unreadable);
        self.marks.append(&mut later.marks);
        self
    }
}

/// What came of a recording.
#[derive(Debug)]
pub(super) struct Recorded {
    /// The lease holds until then.
    pub(super) until: Millis,
    /// Rows that are marked and may be sent now.
    pub(super) begun: HashSet<OutboxId>,
    /// Rows that features staged.
    pub(super) written: Vec<Written>,
    /// Where the next sweep goes on, if this one did not reach the end.
    pub(super) swept: Option<OutboxId>,
}

/// What a new leader starts with.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) term: Term,
    pub(super) until: Millis,
    pub(super) now: Millis,
    pub(super) recovered: Recovered,
    pub(super) spent: Vec<(Target, Millis)>,
    pub(super) held: Vec<(Target, Millis)>,
}

/// Takes the lease if it is free, and deals with what an earlier sender left.
pub(super) async fn take_over<C, S: Settle>(house: &House<C, S>) -> Result<Option<Taken>> {
    let setting = house.setting();
    let (tenant, now) = (setting.tenant, house.clock.now());
    let name = lease_name(tenant);
    let standing = lease::standing(&mut house.database.read().await?, &name).await?;
    // Looked up outside of the write transaction, which may wait for nothing but the database.
    let gone = standing.map(|(holder, _)| holder).filter(|holder| process::is_gone(holder));
    let mut tx = house.database.write().await?;
    if let Some(gone) = gone {
        lease::release_for(&mut tx, &name, &gone).await?;
    }
    let Some(term) = lease::acquire(&mut tx, &name, &house.holder, now, LEASE_TTL).await? else {
        return Ok(None);
    };
    let recovered = upkeep::recover(&mut tx, tenant, now).await?;
    let spent = upkeep::spent(&mut tx, tenant, now).await?;
    let held = upkeep::held(&mut tx, tenant, now).await?;
    let mut batch = Batch::new(tx, setting, now);
    for (_, about) in &recovered.quarantined {
        settle(house.settle.as_ref(), &mut batch, about.as_ref(), &End::Quarantined).await?;
    }
    let (mut tx, rows) = batch.into_parts();
    store::insert(&mut tx, tenant, rows, now).await?;
    tx.commit().await?;
    report_recovered(&recovered, &house.counters);
    Ok(Some(Taken { term, until: now.plus(LEASE_TTL), now, recovered, spent, held }))
}

fn report_recovered(recovered: &Recovered, counters: &Counters) {
    let (again, given_up) = (recovered.again.len(), recovered.quarantined.len());
    for (counter, rows) in [(&counters.uncertain, again + given_up), (&counters.quarantined, given_up)] {
        counter.inc_by(u64::try_from(rows).unwrap_or(0));
    }
    if again + given_up > 0 {
        warn!(again, quarantined = given_up, "messages were under way when the last sender ended");
    }
}

/// Records a page. None if another process has taken over: nothing is written then.
pub(super) async fn record<C, S: Settle>(
    house: &House<C, S>,
    term: &Term,
    page: &Page,
) -> Result<Option<Recorded>> {
    let setting = house.setting();
    let (tenant, now) = (setting.tenant, house.clock.now());
    let mut tx = house.database.write().await?;
    if !term.renew(&mut tx, now, LEASE_TTL).await? {
        return Ok(None);
    }
    let closed = close(&mut tx, page, now).await?;
    reopen(house.settle.as_ref(), &mut tx, tenant, page, now).await?;
    let mut batch = Batch::new(tx, setting, now);
    for ended in &page.ended {
        if let Verdict::End(end) = &ended.verdict
            && closed.contains(&ended.due.id)
        {
            settle(house.settle.as_ref(), &mut batch, ended.due.about.as_ref(), end).await?;
        }
    }
    let (mut tx, rows) = batch.into_parts();
    let written = store::insert(&mut tx, tenant, rows, now).await?;
    let marks: Vec<OutboxId> = page.marks.iter().map(|mark| mark.due.id).collect();
    let begun = store::begin(&mut tx, &marks).await?.into_iter().collect();
    let swept = match page.sweep {
        Some(after) => upkeep::sweep(&mut tx, tenant, after, now).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(Some(Recorded { until: now.plus(LEASE_TTL), begun, written, swept }))
}

/// Writes the ends; returns the rows that were open until now.
async fn close(tx: &mut Tx, page: &Page, now: Millis) -> Result<HashSet<OutboxId>> {
    let ends = page.ended.iter().filter_map(|ended| match &ended.verdict {
        Verdict::End(end) => Some(finish(&ended.due, end, ended.at)),
        _ => None,
    });
    let unreadable = page.unreadable.iter().map(|(id, reason)| Finish {
        id: *id,
        state: "failed",
        at: now,
        message: None,
        error: Some(reason),
        uncertain: 0,
    });
    let ends: Vec<Finish<'_>> = ends.chain(unreadable).collect();
    Ok(store::finish(tx, &ends).await?.into_iter().collect())
}

fn finish<'a>(due: &Due, end: &'a End, at: Millis) -> Finish<'a> {
    let finish =
        Finish { id: due.id, state: "failed", at, message: None, error: None, uncertain: due.uncertain };
    match end {
        End::Done(Answer::Sent { message, .. }) => Finish { state: "sent", message: Some(message), ..finish },
        End::Done(_) => Finish { state: "sent", ..finish },
        End::Gone(reason) | End::Forbidden(reason) | End::Failed(reason) => {
            Finish { error: Some(reason), ..finish }
        }
        End::Quarantined => {
            let uncertain = due.uncertain.saturating_add(1);
            Finish { state: "quarantined", uncertain, error: Some(UNKNOWN_TWICE), ..finish }
        }
        End::Expired => Finish { state: "expired", ..finish },
    }
}

/// Writes what is tried again, and what was learnt on the way.
async fn reopen<S: Settle>(
    settle: &S,
    tx: &mut Tx,
    tenant: TenantId,
    page: &Page,
    now: Millis,
) -> Result<()> {
    let mut again = Vec::new();
    for Ended { due, verdict, .. } in &page.ended {
        let row = Again {
            id: due.id,
            not_before: due.not_before,
            attempts: due.attempts,
            uncertain: due.uncertain,
            error: None,
        };
        match verdict {
            Verdict::End(End::Gone(_)) => {
                if let Target::Chat(Address::Person(person)) = due.to {
                    settle.unreachable(tx, tenant, person).await?;
                }
            }
            Verdict::End(_) => {}
            Verdict::Again { not_before, attempts, uncertain, reason } => again.push(Again {
                not_before: *not_before,
                attempts: *attempts,
                uncertain: *uncertain,
                error: reason.as_deref(),
                ..row
            }),
            Verdict::Wait { until, scope } => {
                upkeep::hold(tx, tenant, due.to, *scope, *until).await?;
                again.push(Again { not_before: *until, ..row });
            }
            Verdict::Instead(what) => store::replace(tx, due.id, what).await?,
            Verdict::Moved { to, attempts } => {
                if let Target::Chat(Address::Group(group)) = due.to {
                    settle.moved(tx, tenant, group, to, now).await?;
                }
                // What is about messages of before the move was ended with it, and is open no more.
                again.push(Again { attempts: *attempts, ..row });
            }
        }
    }
    store::try_again(tx, &again).await
}

/// Tells the feature a row was about how it ended, or that nobody knows yet, as a piece of work of its own.
async fn settle<S: Settle>(settle: &S, batch: &mut Batch, about: Option<&About>, end: &End) -> Result<()> {
    let Some(about) = about else { return Ok(()) };
    let mut work = batch.work();
    // The savepoint is set before the feature begins: on PostgreSQL even a failed read would else end the transaction.
    work.writing().await?;
    match AssertUnwindSafe(settle.settle(&mut work, about, end)).catch_unwind().await {
        Ok(Ok(())) => return work.keep().await,
        Ok(Err(Failure::Broken(reason))) => {
            error!(?about, %reason, "the end of a message could not be settled");
        }
        Ok(Err(Failure::Refused(text))) => {
            error!(?about, key = text.key(), "the end of a message could not be settled");
        }
        Err(_) => error!(?about, "settling the end of a message panicked"),
    }
    work.undo().await
}

/// Counts and logs what became of a row.
pub(super) fn report(counters: &Counters, due: &Due, verdict: &Verdict) {
    let row = due.id.0;
    match verdict {
        Verdict::End(End::Done(_)) => count(&counters.sent),
        Verdict::End(End::Gone(reason) | End::Forbidden(reason) | End::Failed(reason)) => {
            count(&counters.failed);
            warn!(row, reason, "a row of the outbox failed");
        }
        Verdict::End(End::Quarantined) => {
            count(&counters.uncertain);
            count(&counters.quarantined);
            error!(
                row,
                "a message may have been sent twice, nobody knows; it waits for `homeroom outbox release` or `drop`"
            );
        }
        Verdict::End(End::Expired) => count(&counters.expired),
        Verdict::Wait { until, scope } => {
            count(&counters.waits);
            warn!(row, until_ms = until.0, ?scope, "the channel asks to wait");
        }
        Verdict::Again { uncertain, reason: Some(reason), .. } => {
            count(if *uncertain > due.uncertain { &counters.uncertain } else { &counters.retries });
            warn!(row, reason, "a row of the outbox is tried again");
        }
        Verdict::Again { reason: None, .. } | Verdict::Instead(_) => {}
        Verdict::Moved { .. } => warn!(row, "a group has a new native id"),
    }
}
