//! Purpose: one batch of updates in one transaction.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::{Intake, store};
use crate::channel::{Event, Message, Parsed, RawUpdate};
use crate::failure::Outcome;
use crate::ids::{Native, UpdateId};
use crate::moderation::Suspects;
use crate::points;
use crate::roster;
use crate::router::{self, Prepared};
use crate::storage::Result;
use crate::work::{Attempt, Batch, Setting, Work, panic_words};

/// Batches up to this size are read where they are; larger ones on all cores.
const READ_HERE_MAX: usize = 16;

/// An update after reading: its number if it has one, and what it says or why it can't be read.
struct Read {
    update: Option<UpdateId>,
    what: std::result::Result<Prepared, String>,
}

/// Handles a batch and commits it.
pub(super) async fn handle(intake: &Intake, updates: &Arc<[RawUpdate]>) -> Result<()> {
    let setting = intake.setting.borrow().clone();
    let _storing = intake.wake.storing();
    let read = read_all(intake, &setting, updates).await;
    let now = intake.clock.now();
    let tx = intake.database.write().await?;
    let mut batch = Batch::new(tx, setting.clone(), now);
    let mut known = HashSet::new();
    let prefetched = AssertUnwindSafe(prefetch(&mut batch, &read, &mut known)).catch_unwind().await;
    // Reading ahead only saves statements; should it panic, the update that makes it do so is found when it is handled.
    // What was handled before must be known all the same.
    if let Ok(read_ahead) = prefetched {
        read_ahead?;
    } else {
        intake.counters.panicked.inc();
        let handled = store::handled(setting.tenant, &numbers(&read), &mut known);
        batch.work().read_together(vec![handled]).await?;
    }
    let mut marks = Vec::new();
    for (raw, read) in updates.iter().zip(&read) {
        let touched = match (&read.what, read.update) {
            (_, Some(update)) if known.contains(&update) => {
                intake.counters.repeated.inc();
                false
            }
            (Ok(prepared), Some(update)) => {
                let piece = async |work: &mut Work<'_>| router::handle(work, update, prepared).await;
                one(intake, &mut batch, update, &prepared.event, &raw.0, piece).await?
            }
            (Ok(_), None) => park_in(intake, &mut batch, None, "no update number", &raw.0).await?,
            (Err(reason), update) => park_in(intake, &mut batch, update, reason, &raw.0).await?,
        };
        if let (true, Some(update)) = (touched, read.update) {
            marks.push(update);
            known.insert(update);
        }
    }
    let mut work = batch.work();
    store::stage_marks(&mut work, &marks);
    work.keep().await?;
    let (tx, written) = batch.finish().await?;
    tx.commit().await?;
    intake.wake.hand(written);
    Ok(())
}

/// Handles one update by a piece of work. True if it left anything behind, so that its number must be remembered.
pub(super) async fn one(
    intake: &Intake,
    batch: &mut Batch,
    update: UpdateId,
    event: &Event,
    raw: &str,
    piece: impl AsyncFnOnce(&mut Work<'_>) -> Outcome<()>,
) -> Result<bool> {
    intake.counters.handled.inc();
    let handled = async |work: &mut Work<'_>| {
        piece(work).await?;
        Ok(work.touched())
    };
    match batch.attempt(handled).await? {
        Attempt::Kept(touched) => Ok(touched),
        Attempt::Refused(why) => {
            intake.counters.refused.inc();
            let told = batch.attempt(async |work| router::refuse(work, update, event, &why).await).await?;
            if let Attempt::Kept(()) = told {
                return Ok(true);
            }
            park_in(intake, batch, Some(update), "a refusal could not be told", raw).await
        }
        Attempt::Broken(error) => park_in(intake, batch, Some(update), &format!("{error:#}"), raw).await,
        Attempt::Panicked(words) => {
            park_in(intake, batch, Some(update), &format!("panic: {words}"), raw).await
        }
    }
}

async fn park_in(
    intake: &Intake,
    batch: &mut Batch,
    update: Option<UpdateId>,
    reason: &str,
    raw: &str,
) -> Result<bool> {
    intake.counters.parked.inc();
    // The reason may repeat words of the message, so it goes to the database and not to the log.
    tracing::warn!(update = update.map(|update| update.0), "update parked");
    let (tenant, now) = (batch.tenant(), batch.now());
    store::park(batch.tx(), tenant, update, reason, raw, now).await?;
    Ok(true)
}

/// Parks an update that spoils its batch, in a transaction of its own.
pub(super) async fn park(intake: &Intake, raw: &str, reason: &str) -> Result<()> {
    intake.counters.parked.inc();
    let tenant = intake.setting.borrow().tenant;
    let update = catch_unwind(AssertUnwindSafe(|| (intake.parse)(raw).update)).unwrap_or(None);
    let mut tx = intake.database.write().await?;
    store::park(&mut tx, tenant, update, reason, raw, intake.clock.now()).await?;
    if let Some(update) = update {
        store::mark(&mut tx, tenant, update, intake.clock.now()).await?;
    }
    tx.commit().await
}

fn numbers(read: &[Read]) -> Vec<UpdateId> {
    read.iter().filter_map(|read| read.update).collect()
}

/// Reads what the updates of a batch are going to ask the database for, and which of them are `known`: in two goes, instead
/// of some statements for each update.
async fn prefetch(batch: &mut Batch, read: &[Read], known: &mut HashSet<UpdateId>) -> Result<()> {
    let mut groups: HashSet<&Native> = HashSet::new();
    let mut people: HashSet<&Native> = HashSet::new();
    let mut askers: HashSet<&Native> = HashSet::new();
    let mut suspects: Vec<&Message> = Vec::new();
    for prepared in read.iter().filter_map(|read| read.what.as_ref().ok()) {
        match &prepared.event {
            Event::Message(_) if prepared.is_mere_talk() => {}
            Event::Message(message) => {
                groups.insert(&message.chat.id);
                people.insert(&message.sender.id);
                if prepared.asked.is_some() {
                    askers.insert(&message.sender.id);
                } else {
                    suspects.push(message);
                }
            }
            Event::Press(press) => {
                groups.extend(press.chat.as_ref().map(|chat| &chat.id));
                people.insert(&press.sender.id);
            }
            Event::Vote(vote) => people.extend(vote.voter.as_ref().map(|voter| &voter.id)),
            _ => {}
        }
    }
    let mut work = batch.work();
    let mut first = vec![store::handled(work.tenant, &numbers(read), known)];
    first.extend(roster::readings(work.tenant, groups.into_iter().collect(), people.into_iter().collect()));
    work.read_together(first).await?;
    let askers = roster::known_people(&mut work, askers.into_iter());
    let suspects = Suspects::known(&mut work, &suspects);
    let mut second = points::readings(&mut work, &askers);
    second.extend(suspects.readings(&work));
    work.read_together(second).await?;
    work.keep().await
}

async fn read_all(intake: &Intake, setting: &Setting, updates: &Arc<[RawUpdate]>) -> Vec<Read> {
    if updates.len() <= READ_HERE_MAX {
        return updates.iter().map(|raw| read_one(intake.parse, setting, &intake.bot_name, &raw.0)).collect();
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = updates.len().div_ceil(cores);
    let tasks: Vec<_> = (0..updates.len())
        .step_by(share)
        .map(|start| {
            let (parse, setting, name) = (intake.parse, setting.clone(), intake.bot_name.clone());
            let updates = Arc::clone(updates);
            tokio::spawn(async move {
                let share = updates.iter().skip(start).take(share);
                share.map(|raw| read_one(parse, &setting, &name, &raw.0)).collect::<Vec<_>>()
            })
        })
        .collect();
    let mut read = Vec::with_capacity(updates.len());
    for task in tasks {
        match task.await {
            Ok(part) => read.extend(part),
            // Panics are caught inside. Should a task be gone all the same, the rest is read here: each text must stay
            // beside its own update.
            Err(_) => break,
        }
    }
    let unread = updates.iter().skip(read.len());
    read.extend(unread.map(|raw| read_one(intake.parse, setting, &intake.bot_name, &raw.0)));
    read
}

fn read_one(parse: fn(&str) -> Parsed, setting: &Setting, bot_name: &str, raw: &str) -> Read {
    let read = catch_unwind(AssertUnwindSafe(|| {
        let parsed = parse(raw);
        let what = parsed.incoming.map(|incoming| router::prepare(incoming, &setting.config, bot_name));
        Read { update: parsed.update, what: what.map_err(|bad| bad.to_string()) }
    }));
    read.unwrap_or_else(|panic| Read {
        update: None,
        what: Err(format!("panic: {}", panic_words(panic.as_ref()))),
    })
}
