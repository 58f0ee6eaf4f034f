//! Purpose: letting rows go, and their requests until they have ended.
//!
//! Invariant: a request begins neither before the time its pace was spent for nor with too little left of the lease.

use std::sync::Arc;

use tokio::task::{Id, JoinError};

use super::super::record::Mark;
use super::super::verdict::{Verdict, judge};
use super::{Answered, Flight, GRACE, Lead, UNRECORDED_MAX};
use crate::channel::{Channel, SendOutcome, WaitScope};
use crate::clock::{Millis, timeout};
use crate::outbox::due::Due;
use crate::outbox::queue::Pick;
use crate::outbox::{End, Settle, Target};

impl<C: Channel, S: Settle> Lead<C, S> {
    /// Lets go what may go. A quarter of the slots is kept for answers and what protects a group.
    pub(super) fn pick(&mut self) {
        let now = self.house.clock.now();
        let slots = if self.outage.is_on() { 1 } else { self.pace.in_flight_max.max(1) };
        self.pick_at = None;
        while self.may_begin() && self.page.ended.len() < UNRECORDED_MAX {
            let used = self.flights.len() + self.soon.len() + self.page.marks.len() + self.marks_in_writing;
            if used >= slots {
                return;
            }
            match self.queue.next(now, &mut self.pacer, used >= slots - slots / 4) {
                Pick::Send(due, at) if due.what.repeats_safely() => self.go_at(due, at, now),
                Pick::Send(due, at) => self.page.marks.push(Mark { due, counted: at }),
                Pick::Expired(due) => self.end(Arc::new(due), Verdict::End(End::Expired), now),
                Pick::Held(due, until) => self.end(Arc::new(due), Verdict::Held { until }, now),
                Pick::Later(at) => {
                    self.pick_at = at;
                    return;
                }
            }
        }
    }

    /// Lets a row go at its time.
    pub(super) fn go_at(&mut self, due: Due, at: Millis, now: Millis) {
        if at > now {
            self.soon.push((at, due));
        } else {
            self.pacer.begun(due.to, due.cost(), at, now);
            self.launch(due, now);
        }
    }

    /// Lets those go whose time has come; none if the lease or the program is about to end.
    pub(super) fn go(&mut self) {
        let now = self.house.clock.now();
        let may_begin = self.may_begin();
        for (at, due) in std::mem::take(&mut self.soon) {
            if may_begin {
                self.go_at(due, at, now);
            } else {
                let verdict = Verdict::unsent(&due);
                self.end(Arc::new(due), verdict, now);
            }
        }
    }

    fn launch(&mut self, due: Due, now: Millis) {
        let due = Arc::new(due);
        let (channel, sent) = (Arc::clone(&self.house.channel), Arc::clone(&due));
        let bound = self.pace.request_max + GRACE;
        let clock = self.house.clock.clone();
        let task = self.air.spawn(async move {
            let outcome = timeout(bound, channel.send(&sent.destination, &sent.what))
                .await
                .unwrap_or_else(|late| SendOutcome::Uncertain { reason: late.to_string() });
            (outcome, clock.now())
        });
        self.flights.insert(task.id(), Flight { due, begun: now });
    }

    pub(super) fn landed(&mut self, landed: std::result::Result<(Id, Answered), JoinError>) {
        let now = self.house.clock.now();
        let (id, (outcome, ended)) = match landed {
            Ok(landed) => landed,
            Err(error) => (error.id(), (SendOutcome::Uncertain { reason: error.to_string() }, now)),
        };
        let Some(Flight { due, begun }) = self.flights.remove(&id) else { return };
        self.pacer.ended(due.to, due.cost(), begun, ended);
        let dice = self.house.random.below(u64::MAX);
        let held = self.outage.note(&due, &outcome, dice, now);
        let mut verdict = judge(&due, outcome, self.pace.attempts_max, dice, now);
        if let Some(until) = held {
            self.pacer.resume_wait(Target::Bot, WaitScope::Bot, until, now);
            verdict = verdict.postponed(until);
        }
        if let Verdict::Wait { until, scope } = &mut verdict {
            *scope = self.pacer.wait(due.to, *scope, *until, now);
        }
        self.end(due, verdict, now);
    }
}
