//! Purpose: which requests go wrong, and how.
//!
//! Invariant: the same plan and the same order of calls give the same faults.

use std::collections::HashMap;
use std::time::Duration;

use crate::random::Random;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 for the request's chat: until `retry_after_s` passed in clock time every send there is refused.
    ChatFlood {
        /// Seconds.
        retry_after_s: i64,
    },
    /// 429 for the whole bot until `retry_after_s` passed in clock time.
    BotFlood {
        /// Seconds.
        retry_after_s: i64,
    },
    /// This HTTP status (500, 502 …) without applying the request.
    ServerError(u16),
    /// This HTTP status after applying the request.
    ServerErrorAfter(u16),
    /// No answer for this real time, then the connection is closed; nothing was applied.
    TimeoutBefore(Duration),
    /// The same, but the request was applied at once.
    TimeoutAfter(Duration),
    /// The connection is closed; nothing was applied.
    CloseBefore,
    /// The request is applied and the connection closed without an answer.
    CloseAfter,
    /// The request is applied and the connection closed in the middle of the answer.
    CloseWithin,
    /// The connection is reset (TCP's RST); nothing was applied.
    ResetBefore,
    /// The request is applied and the connection reset without an answer.
    ResetAfter,
    /// The request is applied and answered rightly, this much real time later.
    Slow(Duration),
    /// The request is applied and answered with 200 and text that is no JSON.
    Garbage,
}

impl Fault {
    /// Whether the request is not applied.
    pub(super) fn is_before(&self) -> bool {
        match self {
            Self::ChatFlood { .. }
            | Self::BotFlood { .. }
            | Self::ServerError(_)
            | Self::TimeoutBefore(_)
            | Self::CloseBefore
            | Self::ResetBefore => true,
            Self::ServerErrorAfter(_)
            | Self::TimeoutAfter(_)
            | Self::CloseAfter
            | Self::CloseWithin
            | Self::ResetAfter
            | Self::Slow(_)
            | Self::Garbage => false,
        }
    }
}

/// When a rule strikes.
#[derive(Clone, Debug)]
pub enum Strike {
    /// At each matching call with this chance in a thousand.
    PerMille(u64),
    /// At these matching calls, counted from 1.
    Calls(Vec<u64>),
}

/// One rule: for a method (or `"*"`, all but getUpdates), when, and what.
#[derive(Clone, Debug)]
pub struct FaultRule {
    /// Method name, any case, or `"*"`.
    pub method: String,
    /// When it strikes.
    pub strike: Strike,
    /// What happens then.
    pub fault: Fault,
}

impl FaultRule {
    /// A rule for the calls of `method` with these numbers, counted from 1.
    #[must_use]
    pub fn on_calls(method: &str, calls: &[u64], fault: Fault) -> Self {
        Self { method: method.to_owned(), strike: Strike::Calls(calls.to_vec()), fault }
    }

    /// A rule that strikes calls of `method` with a chance of `per_mille` in a thousand.
    #[must_use]
    pub fn by_chance(method: &str, per_mille: u64, fault: Fault) -> Self {
        Self { method: method.to_owned(), strike: Strike::PerMille(per_mille), fault }
    }
}

/// Rules with the seed of their chances. The first rule that strikes wins; every matching rule counts the call.
#[derive(Clone, Debug, Default)]
pub struct FaultPlan {
    /// Seed of all chances.
    pub seed: u64,
    /// The rules, in order.
    pub rules: Vec<FaultRule>,
}

/// A plan being played.
pub(super) struct Faults {
    rules: Vec<FaultRule>,
    calls: HashMap<usize, u64>,
    random: Random,
}

impl Faults {
    pub(super) fn new(plan: FaultPlan) -> Self {
        Self { rules: plan.rules, calls: HashMap::new(), random: Random::seeded(plan.seed) }
    }

    /// Counts a call of `method` and says what goes wrong with it.
    pub(super) fn decide(&mut self, method: &str) -> Option<Fault> {
        let mut struck = None;
        for (index, rule) in self.rules.iter().enumerate() {
            let matches =
                rule.method.eq_ignore_ascii_case(method) || (rule.method == "*" && method != "getUpdates");
            if !matches {
                continue;
            }
            let count = self.calls.entry(index).or_insert(0);
            *count += 1;
            let strikes = match &rule.strike {
                Strike::PerMille(chance) => self.random.below(1_000) < *chance,
                Strike::Calls(calls) => calls.contains(count),
            };
            if strikes && struck.is_none() {
                struck = Some(rule.fault.clone());
            }
        }
        struck
    }
}
