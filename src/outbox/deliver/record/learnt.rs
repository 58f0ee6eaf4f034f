//! Purpose: what the ends of rows tell beyond themselves: rows to be tried again, waits, targets that are gone or have moved.
//!
//! Invariant: what can't be learnt for good is undone alone, so that the page is recorded all the same.

use std::collections::HashSet;

use tracing::error;

use super::{Ended, Page};
use crate::clock::Millis;
use crate::ids::{Address, GroupId, OutboxId, TenantId};
use crate::outbox::deliver::verdict::Verdict;
use crate::outbox::store::{self, Again};
use crate::outbox::{About, End, Settle, Target, moves, upkeep};
use crate::storage::{Result, Tx};

/// What the ends of rows told of their targets.
#[derive(Debug, Default)]
pub(super) struct Learnt {
    /// What else was for a group that is gone, and ended with it.
    pub(super) given_up: Vec<(About, End)>,
    /// Groups that have a new native id.
    pub(super) moved: Vec<GroupId>,
}

/// Writes what is tried again, and what was learnt on the way. `closed` are the rows that ended now.
pub(super) async fn reopen<S: Settle>(
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
