//! Purpose: what happens by itself: schedules and broadcasts that come due, telling that the calendar lacks a year, and
//! forgetting what is old enough.
//!
//! Invariants: the lessons that are due are one transaction, or several if there are many, and what is due of broadcasts is another,
//! so a crash leaves an occurrence done, under way or due, and between two of them everybody else may write. Within them each schedule and each duty
//! is undone alone: one that fails or panics keeps no other from its turn, and is tried again a minute later.

mod school_year;

use std::collections::HashMap;

use tokio::sync::watch;

use self::school_year::CalendarWatch;
use super::store::{FORGOTTEN_MAX, forget_old};
use crate::broadcasts;
use crate::clock::{Clock, HOUR_MS, MINUTE_MS, Millis, SECOND_MS};
use crate::lessons;
use crate::lessons::schedule::Schedule;
use crate::outbox::Wake;
use crate::staff_news;
use crate::storage::{Database, Result};
use crate::work::{Batch, Setting};

/// Even if nothing is due, a turn is taken this often.
const TURN_MS_MAX: i64 = HOUR_MS;
/// Between two turns it is looked this often for what other processes have published: their alarms don't ring here. A look
/// is one read, and keeps nobody from writing.
const LOOK_SQLITE_MS: i64 = 30 * SECOND_MS;
/// The same where other processes are usual.
const LOOK_POSTGRES_MS: i64 = 5 * SECOND_MS;
/// What failed is tried again so much later.
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
pub async fn run(mut timer: Timer, mut stop: watch::Receiver<bool>) {
    let mut forgotten_at = Millis(0);
    let mut put_off = PutOff::default();
    let today = timer.setting.borrow().config.school_time().today(timer.clock.now());
    let mut calendar = CalendarWatch::since(today);
    let alarm = timer.setting.borrow().alarm.clone();
    loop {
        let now = timer.clock.now();
        let setting = timer.setting.borrow_and_update().clone();
        let turn = Turn { database: &timer.database, setting: &setting, now, wake: &timer.wake };
        let latest = now.plus_ms(TURN_MS_MAX);
        calendar.look(&turn).await;
        let at = match (turn.lessons(&mut put_off).await, turn.broadcasts().await) {
            (Ok(lessons), Ok(broadcasts)) => {
                let next = earliest(lessons, broadcasts);
                timer.next_due.send_replace(next);
                next.map_or(latest, |next| next.min(latest))
            }
            (lessons, broadcasts) => {
                for error in [lessons.err(), broadcasts.err()].into_iter().flatten() {
                    tracing::error!(%error, "what is due could not be carried out, trying again");
                }
                now.plus_ms(AGAIN_MS)
            }
        };
        if now.since_ms(forgotten_at) >= HOUR_MS {
            forgotten_at = now;
            if let Err(error) = forget(&timer.database, now).await {
                tracing::warn!(%error, "old rows could not be deleted, trying again in an hour");
            }
        }
        // Counted from the turn itself, however long that took.
        let mut looked = now;
        loop {
            let look_at = looked.plus_ms(look_ms(&timer.database));
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = timer.clock.sleep_until(at.min(look_at)) => {}
                () = alarm.rung() => break,
                changed = timer.setting.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    break;
                }
            }
            looked = timer.clock.now();
            if looked >= at || turn.is_due_before(at).await {
                break;
            }
        }
    }
}

fn look_ms(database: &Database) -> i64 {
    match database {
        Database::Sqlite { .. } => LOOK_SQLITE_MS,
        Database::Postgres(_) => LOOK_POSTGRES_MS,
    }
}

/// What failed of lessons, and when it is tried again. A restart tries it at once.
#[derive(Debug, Default)]
pub(super) struct PutOff {
    /// Schedules by name.
    schedules: HashMap<String, Millis>,
    /// Telling of what was skipped.
    telling: Option<Millis>,
}

/// What is carried out and undone alone.
#[derive(Clone, Copy, Debug)]
enum Duty<'s> {
    Schedule(&'s Schedule),
    TellSkipped,
    Broadcast(broadcasts::Duty),
}

impl Duty<'_> {
    /// Logs why it was not carried out, by the name an operator knows it by.
    fn report(self, reason: &str) {
        match self {
            Self::Schedule(Schedule { name, .. }) => {
                tracing::error!(schedule = name, reason, "a schedule failed, trying again in a minute");
            }
            Self::TellSkipped => {
                tracing::error!(
                    reason,
                    "the staff can't be told of skipped lessons, trying again in a minute"
                );
            }
            Self::Broadcast(duty) => {
                tracing::error!(?duty, reason, "a broadcast failed, trying again in a minute");
            }
        }
    }
}

/// One turn of the timer.
pub(super) struct Turn<'t> {
    pub(super) database: &'t Database,
    pub(super) setting: &'t Setting,
    pub(super) now: Millis,
    pub(super) wake: &'t Wake,
}

impl Turn<'_> {
    /// Carries out the schedules that are due, and tells of what was skipped; returns when the next one will be.
    pub(super) async fn lessons(&self, put_off: &mut PutOff) -> Result<Option<Millis>> {
        put_off.schedules.retain(|_, until| *until > self.now);
        put_off.telling = put_off.telling.filter(|until| *until > self.now);
        let schedules = self.setting.config.schedules.iter();
        let mut due: Vec<Duty<'_>> = schedules
            .filter(|schedule| !put_off.schedules.contains_key(&schedule.name))
            .map(Duty::Schedule)
            .collect();
        if !self.setting.config.schedules.is_empty() && put_off.telling.is_none() {
            due.push(Duty::TellSkipped);
        }
        let (next, failed) = self.carry_out(&due).await?;
        for duty in failed {
            match duty {
                Duty::Schedule(schedule) => {
                    put_off.schedules.insert(schedule.name.clone(), self.again());
                }
                Duty::TellSkipped => put_off.telling = Some(self.again()),
                Duty::Broadcast(_) => {}
            }
        }
        let again = earliest(put_off.schedules.values().min().copied(), put_off.telling);
        Ok(earliest(next, again))
    }

    /// Carries out what is due of broadcasts; returns when there is something to do next: now, if anything was done.
    pub(super) async fn broadcasts(&self) -> Result<Option<Millis>> {
        let mut batch = self.batch().await?;
        let looked = batch.attempt(async |work| {
            let due = broadcasts::duties(work).await?;
            let next = if due.is_empty() { broadcasts::next(work).await? } else { Some(work.now) };
            Ok((due, next))
        });
        let looked = looked.await?.into_result();
        self.commit(batch).await?;
        let (due, next) = match looked {
            Ok(looked) => looked,
            Err(reason) => {
                tracing::error!(reason, "what is due of broadcasts can't be found, trying again in a minute");
                return Ok(Some(self.again()));
            }
        };
        let due: Vec<Duty<'_>> = due.into_iter().map(Duty::Broadcast).collect();
        self.carry_out(&due).await?;
        Ok(next)
    }

    /// Tells the staff what the calendar lacks.
    async fn tell_of_calendar(&self) -> Result<()> {
        let mut batch = self.batch().await?;
        let told = batch.attempt(async |work| staff_news::tell_of_calendar(work).await).await?;
        if let Err(reason) = told.into_result() {
            tracing::error!(reason, "the staff can't be told of the calendar, trying again in an hour");
        }
        self.commit(batch).await
    }

    /// Whether broadcasts have something to do before `at`, as the database has it now.
    async fn is_due_before(&self, at: Millis) -> bool {
        match self.look().await {
            Ok(next) => next.is_some_and(|next| next < at),
            Err(error) => {
                tracing::warn!(%error, "what other processes have published can't be looked for yet");
                false
            }
        }
    }

    async fn look(&self) -> anyhow::Result<Option<Millis>> {
        let mut batch = Batch::new(self.database.read().await?, self.setting.clone(), self.now);
        let looked = batch.attempt(async |work| broadcasts::next(work).await).await?;
        looked.into_result().map_err(anyhow::Error::msg)
    }

    fn again(&self) -> Millis {
        self.now.plus_ms(AGAIN_MS)
    }

    async fn batch(&self) -> Result<Batch> {
        Ok(Batch::new(self.database.write().await?, self.setting.clone(), self.now))
    }

    async fn commit(&self, batch: Batch) -> Result<()> {
        let (tx, written) = batch.finish().await?;
        tx.commit().await?;
        self.wake.hand(written);
        Ok(())
    }

    /// Carries out duties in one transaction; returns when the next will be, and those that failed. What is staged is
    /// written together at the end: should that fail, each is carried out in a transaction of its own.
    async fn carry_out<'s>(&self, due: &[Duty<'s>]) -> Result<(Option<Millis>, Vec<Duty<'s>>)> {
        if due.is_empty() {
            return Ok((None, Vec::new()));
        }
        match self.together(due).await {
            Err(error) if !error.is_passing() => {}
            ended => return ended,
        }
        let (mut next, mut failed) = (None, Vec::new());
        for duty in due {
            match self.together(&[*duty]).await {
                Ok((at, alone)) => {
                    next = earliest(next, at);
                    failed.extend(alone);
                }
                Err(error) if error.is_passing() => return Err(error),
                Err(error) => {
                    duty.report(&error.to_string());
                    let mut batch = self.batch().await?;
                    self.put_off(&mut batch, *duty).await?;
                    self.commit(batch).await?;
                    failed.push(*duty);
                }
            }
        }
        Ok((next, failed))
    }

    async fn together<'s>(&self, due: &[Duty<'s>]) -> Result<(Option<Millis>, Vec<Duty<'s>>)> {
        let mut batch = self.batch().await?;
        let (mut next, mut failed) = (None, Vec::new());
        for duty in due {
            let attempt = batch.attempt(async |work| {
                work.writing().await?;
                match duty {
                    Duty::Schedule(schedule) => lessons::run_due(work, schedule).await,
                    Duty::TellSkipped => lessons::tell_skipped(work).await,
                    Duty::Broadcast(duty) => broadcasts::carry_out(work, *duty).await.map(|()| None),
                }
            });
            match attempt.await?.into_result() {
                Ok(at) => next = earliest(next, at),
                Err(reason) => {
                    duty.report(&reason);
                    self.put_off(&mut batch, *duty).await?;
                    failed.push(*duty);
                }
            }
        }
        self.commit(batch).await?;
        Ok((next, failed))
    }

    /// Has a broadcast's duty that failed wait in its row. Those of lessons have none of their own: see [`PutOff`].
    async fn put_off(&self, batch: &mut Batch, duty: Duty<'_>) -> Result<()> {
        if let Duty::Broadcast(duty) = duty {
            let until = self.again();
            let attempt = batch.attempt(async |work| broadcasts::put_off(work, duty, until).await);
            if let Err(reason) = attempt.await?.into_result() {
                tracing::error!(?duty, reason, "a broadcast that failed could not be put off");
            }
        }
        Ok(())
    }
}

fn earliest(one: Option<Millis>, other: Option<Millis>) -> Option<Millis> {
    [one, other].into_iter().flatten().min()
}

async fn forget(database: &Database, now: Millis) -> Result<()> {
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

#[cfg(test)]
mod tests;
