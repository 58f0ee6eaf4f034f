//! Purpose: asking Telegram for updates.
//!
//! Invariant: an offset is sent only after everything below it is committed, because Telegram forgets what the offset
//! passes. Trouble with the network is waited out here; what a person must put right is reported.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use teloxide::payloads::DeleteWebhook;
use teloxide::requests::Payload;
use teloxide::types::True;

use super::api::{Failed, Refusal};
use super::convert::{parse, update_number};
use super::send::Telegram;
use crate::channel::{Batch, Parsed, RawUpdate, Receipt, Source, SourceProblem};
use crate::clock::real_sleep;
use crate::random::Random;

/// The kinds of updates that are asked for. What isn't named never comes, not even later.
pub(super) const ALLOWED_UPDATES: [&str; 7] =
    ["message", "edited_message", "callback_query", "poll", "poll_answer", "my_chat_member", "chat_member"];

/// The longest Telegram holds a request that has no updates yet.
const HOLD_MAX: Duration = Duration::from_secs(50);
/// How much longer than that an answer may take.
const HOLD_EXTRA: Duration = Duration::from_secs(15);
/// Updates in one answer at most.
const BATCH_MAX: u8 = 100;
/// Asked again for the same offset within half a second, Telegram gives only one update.
const AGAIN_AFTER: Duration = Duration::from_millis(600);
/// The first and the longest pause after trouble.
const PAUSE_MS: (u64, u64) = (200, 30_000);

/// Asks for updates. teloxide's own payload has an offset of 32 bits.
#[derive(Serialize)]
struct GetUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    limit: u8,
    timeout: u64,
    allowed_updates: [&'static str; 7],
}

impl Payload for GetUpdates {
    type Output = True;
    const NAME: &'static str = "getUpdates";
}

/// What a receipt tells the poller.
#[derive(Debug, Default)]
struct Progress {
    /// The first update that isn't committed; 0 asks for the oldest that Telegram has.
    offset: AtomicI64,
    /// The last batch was not committed.
    again: AtomicBool,
}

/// Updates by long polling. Only one may run for a bot.
#[derive(Debug)]
pub struct Poller {
    telegram: Telegram,
    random: Random,
    hold: Duration,
    progress: Arc<Progress>,
    failures: u32,
    /// Still to be waited before the next request; kept here so that a dropped call doesn't shorten it.
    pause: Option<Duration>,
}

impl Poller {
    /// Polls from `offset` on, or from the oldest update that Telegram has. A request without updates is held for
    /// `hold`, at most 50 s.
    #[must_use]
    pub fn new(telegram: Telegram, random: Random, offset: Option<i64>, hold: Duration) -> Self {
        let progress =
            Progress { offset: AtomicI64::new(offset.unwrap_or(0)), again: AtomicBool::new(false) };
        Self {
            telegram,
            random,
            hold: hold.min(HOLD_MAX),
            progress: Arc::new(progress),
            failures: 0,
            pause: None,
        }
    }

    /// Makes one request.
    async fn ask(&self) -> Result<Vec<RawUpdate>, Failed> {
        let offset = self.progress.offset.load(Ordering::Acquire);
        let request = GetUpdates {
            offset: (offset != 0).then_some(offset),
            limit: BATCH_MAX,
            timeout: self.hold.as_secs(),
            allowed_updates: ALLOWED_UPDATES,
        };
        let reply = self.telegram.api.call(&request, self.hold + HOLD_EXTRA).await?;
        let updates = reply
            .result::<Vec<&RawValue>>()
            .ok_or_else(|| Failed::Unknown("the result of getUpdates is no list".to_owned()))?;
        self.telegram.contact.note(self.telegram.clock.now());
        Ok(updates.into_iter().map(|update| RawUpdate(update.get().into())).collect())
    }

    fn batch(&self, updates: Vec<RawUpdate>) -> Result<Batch, SourceProblem> {
        let last = updates.iter().filter_map(|update| update_number(&update.0)).max();
        let last = last.ok_or_else(|| SourceProblem::Strange("updates without a number".to_owned()))?;
        let progress = Arc::clone(&self.progress);
        let receipt = Receipt::new(move |committed| {
            if committed {
                // Not the highest so far: after a week without updates Telegram goes on with any number, also a lower
                // one. A batch is asked for only after the one before was settled, so the last receipt is the newest.
                progress.offset.store(last.saturating_add(1), Ordering::Release);
            } else {
                progress.again.store(true, Ordering::Release);
            }
        });
        Ok(Batch { updates, receipt })
    }

    /// Decides how long to pause, and whether a person must know.
    async fn trouble(&mut self, failed: Failed) -> Result<(), SourceProblem> {
        self.failures = self.failures.saturating_add(1);
        let mut pause = backoff(self.failures, &self.random);
        let problem = match failed {
            Failed::Refused(Refusal { code: 409, description, .. }) if description.contains("webhook") => {
                tracing::warn!("a webhook is set for this bot: removing it, no update is dropped");
                let request = DeleteWebhook { drop_pending_updates: Some(false) };
                if let Err(failed) = self.telegram.api.call(&request, self.telegram.request_max).await {
                    tracing::warn!(%failed, "the webhook can't be removed yet");
                }
                None
            }
            Failed::Refused(refusal) => match refusal.code {
                409 => Some(SourceProblem::Rival),
                401 | 404 => Some(SourceProblem::Refused(refusal.description)),
                429 => {
                    let asked = Duration::from_secs(refusal.retry_after.unwrap_or(1));
                    pause = asked.clamp(pause, Duration::from_hours(1));
                    None
                }
                500.. => None,
                _ => Some(SourceProblem::Strange(refusal.description)),
            },
            Failed::NotSent(reason) | Failed::Unknown(reason) => {
                let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
                tracing::warn!(reason, pause_ms, "no updates can be fetched");
                None
            }
        };
        self.pause = Some(pause);
        problem.map_or(Ok(()), Err)
    }
}

impl Source for Poller {
    fn parse(text: &str) -> Parsed {
        parse(text)
    }

    async fn next_batch(&mut self) -> Result<Batch, SourceProblem> {
        loop {
            if self.progress.again.swap(false, Ordering::AcqRel) {
                self.pause = Some(self.pause.unwrap_or_default().max(AGAIN_AFTER));
            }
            if let Some(pause) = self.pause {
                real_sleep(pause).await;
                self.pause = None;
            }
            match self.ask().await {
                Ok(updates) => {
                    self.failures = 0;
                    if !updates.is_empty() {
                        return self.batch(updates).inspect_err(|_| self.pause = Some(AGAIN_AFTER));
                    }
                }
                Err(failed) => self.trouble(failed).await?,
            }
        }
    }
}

/// The pause after so many failures in a row: doubling, at most 30 s, and anywhere in its upper half, so that many bots
/// don't come back at the same moment.
fn backoff(failures: u32, random: &Random) -> Duration {
    let doubled =
        PAUSE_MS.0.saturating_mul(1_u64.checked_shl(failures.saturating_sub(1)).unwrap_or(u64::MAX));
    let whole_ms = doubled.min(PAUSE_MS.1);
    Duration::from_millis(whole_ms / 2 + random.below(whole_ms / 2 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        let random = Random::seeded(1);
        for failures in [1, 2, 8, 63, 64, 65, u32::MAX] {
            let most_ms = 200_u64.saturating_mul(2_u64.saturating_pow(failures - 1)).min(30_000);
            for _ in 0..100 {
                let pause = backoff(failures, &random).as_millis();
                assert!(
                    pause >= u128::from(most_ms / 2) && pause <= u128::from(most_ms),
                    "{failures}: {pause}"
                );
            }
        }
    }
}
