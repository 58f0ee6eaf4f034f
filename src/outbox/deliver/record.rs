//! Purpose: the sender's transactions: taking over, and recording what ended together with what begins.
//!
//! Invariants: each transaction renews the lease first and writes nothing under a stale term. Whoever hears of an end
//! hears of it in the transaction that records it, and once: a row that is not open any more ends no second time,
//! even if an earlier commit's answer was lost. A feature that fails there is undone alone; the end is recorded all
//! the same.

mod learnt;

use std::collections::HashSet;
use std::sync::Arc;

use tracing::{error, warn};

use super::counters::{Counters, count};
use super::verdict::Verdict;
use super::{House, lease_name};
use crate::channel::Answer;
use crate::clock::Millis;
use crate::ids::OutboxId;
use crate::outbox::due::Due;
use crate::outbox::store::{self, Finish, Told, Written};
use crate::outbox::upkeep::{self, Recovered, Spent};
use crate::outbox::{About, End, Settle, Target};
use crate::process;
use crate::storage::lease::{self, Term};
use crate::storage::{Reply, Result};
use crate::work::{Attempt, Batch};

use learnt::Learnt;

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
    /// True if no feature hears of it, because what one staged can't be written.
    pub(super) is_mute: bool,
}

impl Page {
    pub(super) fn is_empty(&self) -> bool {
        self.ended.is_empty() && self.unreadable.is_empty() && self.marks.is_empty()
    }

    /// Takes all but the first end out.
    pub(super) fn all_but_the_first(&mut self) -> Self {
        Self {
            ended: self.ended.split_off(self.ended.len().min(1)),
            unreadable: std::mem::take(&mut self.unreadable),
            marks: std::mem::take(&mut self.marks),
            sweep: None,
            is_mute: false,
        }
    }

    /// Puts a page that was not recorded before a later one.
    pub(super) fn before(mut self, mut later: Self) -> Self {
        self.ended.append(&mut later.ended);
        self.unreadable.append(&mut later.unreadable);
        self.marks.append(&mut later.marks);
        self.is_mute = false;
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
    pub(super) spent: Vec<Spent>,
    pub(super) held: Vec<(Target, Millis)>,
}

/// Takes the lease if it is free, and deals with what an earlier sender left. With `tells`, features hear of what is given up.
pub(super) async fn take_over<C, S: Settle>(house: &House<C, S>, tells: bool) -> Result<Option<Taken>> {
    let setting = house.setting();
    let (tenant, now) = (setting.tenant, house.clock.now());
    let name = lease_name(tenant);
    let standing = lease::standing(&mut house.database.read().await?, &name).await?;
    // Given back, a lease has run out long ago.
    let cut_short = standing.as_ref().is_some_and(|(_, until)| *until > Millis(0));
    // Looked up outside of the write transaction, which may wait for nothing but the database.
    let gone = standing.map(|(holder, _)| holder).filter(|holder| process::is_gone(holder));
    let mut tx = house.database.write().await?;
    if let Some(gone) = gone {
        lease::release_for(&mut tx, &name, &gone).await?;
    }
    let Some(term) = lease::acquire(&mut tx, &name, &house.holder, now, house.lease()).await? else {
        return Ok(None);
    };
    // In this order: what is found under way counts as of now, and is not to be counted as tried again once more.
    let mut spent = upkeep::spent(&mut tx, tenant, now).await?;
    if cut_short {
        spent.extend(upkeep::perhaps_spent(&mut tx, tenant, now).await?);
    }
    let recovered = upkeep::recover(&mut tx, tenant, now).await?;
    let held = upkeep::held(&mut tx, tenant, now).await?;
    let mut batch = Batch::new(tx, setting, now);
    for (_, about) in recovered.quarantined.iter().filter(|_| tells) {
        settle(house.settle.as_ref(), &mut batch, about.as_ref(), &End::Quarantined).await?;
    }
    let (tx, _) = batch.finish().await?;
    tx.commit().await?;
    report_recovered(&recovered, &house.counters);
    Ok(Some(Taken { term, until: now.plus(house.lease()), now, spent, held }))
}

fn report_recovered(recovered: &Recovered, counters: &Counters) {
    let (again, given_up) = (recovered.again, recovered.quarantined.len());
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
    // Nearly always all is as hoped, and the number of rows that changed says so.
    for told in [Told::HowMany, Told::Which] {
        match record_so(house, term, page, told).await? {
            Tried::Recorded(recorded) => return Ok(Some(recorded)),
            Tried::Lost => break,
            Tried::Otherwise => {}
        }
    }
    Ok(None)
}

/// What came of recording a page with [`Told::HowMany`] or [`Told::Which`].
enum Tried {
    Recorded(Recorded),
    /// Another process has taken over: nothing is written.
    Lost,
    /// Not all rows were open, and it must be known which were: nothing is written.
    Otherwise,
}

async fn record_so<C, S: Settle>(house: &House<C, S>, term: &Term, page: &Page, told: Told) -> Result<Tried> {
    let setting = house.setting();
    let (tenant, now) = (setting.tenant, house.clock.now());
    let mut tx = house.database.write().await?;
    let marks: Vec<OutboxId> = page.marks.iter().map(|mark| mark.due.id).collect();
    let ends = closing(page, now);
    // Where something is otherwise than hoped, other rows may end with it: then rows are marked after that.
    let smooth = page.ended.iter().all(|ended| matches!(ended.verdict, Verdict::End(End::Done(_))));
    let mut statements = vec![term.renewal(now, house.lease()), store::finish(&ends, told)];
    if smooth {
        statements.push(store::begin(&marks, told));
    }
    let answers = tx.ask_counting(statements).await?;
    let [renewed, closed, begun @ ..] = answers.as_slice() else { return Ok(Tried::Lost) };
    if renewed.rows.is_empty() {
        return Ok(Tried::Lost);
    }
    let ended = ends.iter().map(|end| end.id);
    let Some(closed) = changed(closed, ended, told)? else { return Ok(Tried::Otherwise) };
    let begun = match begun.first() {
        Some(begun) => match changed(begun, marks.iter().copied(), told)? {
            Some(begun) => Some(begun),
            None => return Ok(Tried::Otherwise),
        },
        None => None,
    };
    let learnt = learnt::reopen(house.settle.as_ref(), &mut tx, tenant, page, &closed, now).await?;
    let mut batch = Batch::new(tx, setting, now);
    let told = if page.is_mute { Learnt::default() } else { learnt };
    for (about, end) in &told.given_up {
        settle(house.settle.as_ref(), &mut batch, Some(about), end).await?;
    }
    for group in told.moved {
        let done = batch.attempt(async |work| {
            work.writing().await?;
            Ok(house.settle.after_move(work, group).await?)
        });
        log_failure(done.await?, None);
    }
    for ended in &page.ended {
        if let Verdict::End(end) = &ended.verdict
            && !page.is_mute
            && closed.contains(&ended.due.id)
        {
            match end {
                End::NotWhispered => unwhispered(house.settle.as_ref(), &mut batch, &ended.due).await?,
                _ => settle(house.settle.as_ref(), &mut batch, ended.due.about.as_ref(), end).await?,
            }
        }
    }
    let (mut tx, written) = batch.finish().await?;
    let begun = if let Some(begun) = begun {
        begun
    } else {
        let answers = tx.ask(vec![store::begin(&marks, Told::Which)]).await?;
        store::ids(answers.first().map_or(&[], Vec::as_slice))?
    };
    let swept = match page.sweep {
        Some(after) => upkeep::sweep(&mut tx, tenant, after, now).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(Tried::Recorded(Recorded { until: now.plus(house.lease()), begun, written, swept }))
}

/// Which of the `named` rows a statement changed. None if it wasn't told and they are not all.
fn changed(
    reply: &Reply,
    named: impl Iterator<Item = OutboxId>,
    told: Told,
) -> Result<Option<HashSet<OutboxId>>> {
    if told == Told::Which {
        return Ok(Some(store::ids(&reply.rows)?));
    }
    let named: HashSet<OutboxId> = named.collect();
    let all = u64::try_from(named.len()).is_ok_and(|count| count == reply.changed);
    Ok(all.then_some(named))
}

/// What has ended for good.
fn closing(page: &Page, now: Millis) -> Vec<Finish<'_>> {
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
    ends.chain(unreadable).collect()
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
        End::NotWhispered => Finish { error: Some("it can't be shown to one member only"), ..finish },
        End::Quarantined => {
            let uncertain = due.uncertain.saturating_add(1);
            Finish { state: "quarantined", uncertain, error: Some(UNKNOWN_TWICE), ..finish }
        }
        End::Expired => Finish { state: "expired", ..finish },
    }
}

/// Tells the feature a row was about how it ended, or that nobody knows yet, as a piece of work of its own.
async fn settle<S: Settle>(settle: &S, batch: &mut Batch, about: Option<&About>, end: &End) -> Result<()> {
    let Some(about) = about.filter(|about| settle.listens(about, end)) else { return Ok(()) };
    let done = batch.attempt(async |work| {
        // The savepoint is set before the feature begins: on PostgreSQL even a failed read would else end the transaction.
        work.writing().await?;
        settle.settle(work, about, end).await
    });
    log_failure(done.await?, Some(about));
    Ok(())
}

/// Lets another way be found for a refused whisper, likewise.
async fn unwhispered<S: Settle>(settle: &S, batch: &mut Batch, due: &Due) -> Result<()> {
    let done = batch.attempt(async |work| {
        work.writing().await?;
        settle.unwhispered(work, due).await
    });
    log_failure(done.await?, due.about.as_ref());
    Ok(())
}

/// Logs what a feature could not take in. It was undone; the end itself is recorded.
fn log_failure(attempt: Attempt<()>, about: Option<&About>) {
    if let Err(reason) = attempt.into_result() {
        error!(?about, reason, "the end of a message could not be settled");
    }
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
        Verdict::End(End::NotWhispered) | Verdict::Again { reason: None, .. } => {}
        Verdict::Moved { .. } => warn!(row, "a group has a new native id"),
    }
}
