//! Purpose: the sender's transactions: taking over, and recording what ended together with what begins.
//!
//! Invariants: each transaction renews the lease first and writes nothing under a stale term. Whoever hears of an end
//! hears of it in the transaction that records it, and once: a row that is not open any more ends no second time,
//! even if an earlier commit's answer was lost. A feature that fails there is undone alone; the end is recorded all
//! the same.

use std::collections::HashSet;
use std::sync::Arc;

use tracing::{error, warn};

use super::counters::{Counters, count};
use super::verdict::Verdict;
use super::{House, lease_name};
use crate::channel::Answer;
use crate::clock::Millis;
use crate::ids::{Address, GroupId, OutboxId, TenantId};
use crate::outbox::due::Due;
use crate::outbox::moves;
use crate::outbox::store::{self, Again, Finish, Written};
use crate::outbox::upkeep::{self, Recovered, Spent};
use crate::outbox::{About, End, Settle, Target};
use crate::process;
use crate::storage::lease::{self, Term};
use crate::storage::{Result, Tx};
use crate::work::{Attempt, Batch};

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
    let setting = house.setting();
    let (tenant, now) = (setting.tenant, house.clock.now());
    let mut tx = house.database.write().await?;
    let marks: Vec<OutboxId> = page.marks.iter().map(|mark| mark.due.id).collect();
    // Where something is otherwise than hoped, other rows may end with it: then rows are marked after that.
    let smooth = page.ended.iter().all(|ended| matches!(ended.verdict, Verdict::End(End::Done(_))));
    let mut statements = vec![term.renewal(now, house.lease()), store::finish(&closing(page, now))];
    if smooth {
        statements.push(store::begin(&marks));
    }
    let answers = tx.ask(statements).await?;
    let [renewed, closed, begun @ ..] = answers.as_slice() else { return Ok(None) };
    if renewed.is_empty() {
        return Ok(None);
    }
    let closed: HashSet<OutboxId> = store::ids(closed)?;
    let learnt = reopen(house.settle.as_ref(), &mut tx, tenant, page, &closed, now).await?;
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
    let begun = match begun.first() {
        Some(begun) => store::ids(begun)?,
        None => store::ids(tx.ask(vec![store::begin(&marks)]).await?.first().map_or(&[], Vec::as_slice))?,
    };
    let swept = match page.sweep {
        Some(after) => upkeep::sweep(&mut tx, tenant, after, now).await?,
        None => None,
    };
    tx.commit().await?;
    Ok(Some(Recorded { until: now.plus(house.lease()), begun, written, swept }))
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

/// What the ends of rows told of their targets.
#[derive(Debug, Default)]
struct Learnt {
    /// What else was for a group that is gone, and ended with it.
    given_up: Vec<(About, End)>,
    /// Groups that have a new native id.
    moved: Vec<GroupId>,
}

/// Writes what is tried again, and what was learnt on the way. `closed` are the rows that ended now.
async fn reopen<S: Settle>(
    settle: &S,
    tx: &mut Tx,
    tenant: TenantId,
    page: &Page,
    closed: &HashSet<OutboxId>,
    now: Millis,
) -> Result<Learnt> {
    let mut again = Vec::new();
    let mut learnt = Learnt::default();
    for Ended { due, verdict, .. } in &page.ended {
        let row = Again {
            id: due.id,
            not_before: due.not_before,
            attempts: due.attempts,
            uncertain: due.uncertain,
            error: None,
        };
        match verdict {
            // A row that had ended before is no news: the bot may have come back since.
            Verdict::End(End::Gone(reason)) if closed.contains(&due.id) => match due.to {
                Target::Chat(Address::Person(person)) => {
                    tx.savepoint().await?;
                    let done = settle.unreachable(tx, tenant, person).await;
                    learn(tx, done).await?;
                }
                Target::Chat(Address::Group(group)) => {
                    tx.savepoint().await?;
                    let done = settle.gone(tx, tenant, group).await;
                    if learn(tx, done).await? {
                        let abouts = moves::give_up(tx, tenant, due.to, reason, now).await?;
                        let end = End::Gone(reason.clone());
                        learnt.given_up.extend(abouts.into_iter().map(|about| (about, end.clone())));
                    }
                }
                Target::Bot => {}
            },
            Verdict::End(_) => {}
            Verdict::Again { not_before, attempts, uncertain, reason } => again.push(Again {
                not_before: *not_before,
                attempts: *attempts,
                uncertain: *uncertain,
                error: reason.as_deref(),
                ..row
            }),
            Verdict::Held { until } => again.push(Again { not_before: *until, ..row }),
            Verdict::Wait { until, scope } => {
                upkeep::hold(tx, tenant, due.to, *scope, *until).await?;
                again.push(Again { not_before: *until, ..row });
            }
            Verdict::Moved { to, attempts } => {
                if let Target::Chat(Address::Group(group)) = due.to {
                    tx.savepoint().await?;
                    let done = settle.moved(tx, tenant, group, to, now).await;
                    if learn(tx, done).await? {
                        learnt.moved.push(group);
                    }
                }
                // What is about messages of before the move was ended with it, and is open no more.
                again.push(Again { attempts: *attempts, ..row });
            }
        }
    }
    store::try_again(tx, &again).await?;
    Ok(learnt)
}

/// Ends the savepoint under which something was learnt. What failed for good is given up alone, so that the page can be
/// recorded all the same.
async fn learn<T: Default>(tx: &mut Tx, done: Result<T>) -> Result<T> {
    match done {
        Ok(learnt) => {
            tx.release_savepoint().await?;
            Ok(learnt)
        }
        Err(error) if error.is_passing() => Err(error),
        Err(error) => {
            error!(%error, "what the channel told of a target can't be recorded");
            tx.rollback_to_savepoint().await?;
            Ok(T::default())
        }
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
        Verdict::End(End::NotWhispered) | Verdict::Again { reason: None, .. } | Verdict::Held { .. } => {}
        Verdict::Moved { .. } => warn!(row, "a group has a new native id"),
    }
}
