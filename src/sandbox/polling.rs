//! Purpose: getUpdates: confirms, waits, and hands out.
//!
//! Invariant: of several calls waiting at a time only the newest goes on, the others hear of a conflict.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::clock::timeout;

use super::Shared;
use super::load::LoadEvent;
use super::methods::{ApiError, Call};
use super::updates::batch;

const OTHER_POLL: &str =
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const WEBHOOK_ACTIVE: &str = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to \
                              delete the webhook first";

/// Plays getUpdates; the answer is the whole body.
pub(super) async fn get_updates(shared: &Arc<Shared>, call: &Call) -> Result<Bytes, ApiError> {
    let offset = call.int("offset").unwrap_or(0);
    let limit = usize::try_from(call.int("limit").unwrap_or(100)).unwrap_or(100).clamp(1, 100);
    let wait_s = u64::try_from(call.int("timeout").unwrap_or(0)).unwrap_or(0).min(50);
    let number = {
        let mut world = shared.world();
        if world.webhook.is_some() {
            return Err(ApiError::of(409, WEBHOOK_ACTIVE.to_owned()));
        }
        if call.get("allowed_updates").is_some() {
            let kinds = call.list("allowed_updates").iter().filter_map(Value::as_str).map(str::to_owned);
            world.updates.allow(kinds.collect());
        }
        world.updates.poll_number += 1;
        world.updates.poll_number
    };
    // Ends an older call that still waits, and tells what this offset confirms.
    shared.updates.notify_waiters();
    let waiting = wait_for_updates(shared, number, offset, limit);
    let found = tokio::select! {
        found = timeout(Duration::from_secs(wait_s), waiting) => found,
        () = shared.stopped() => return Err(ApiError::of(500, "Internal Server Error: restart".to_owned())),
    };
    found.unwrap_or_else(|_| Ok(Bytes::from_static(b"{\"ok\":true,\"result\":[]}")))
}

async fn wait_for_updates(
    shared: &Shared,
    number: u64,
    offset: i64,
    limit: usize,
) -> Result<Bytes, ApiError> {
    let mut first_look = true;
    loop {
        let mut woken = std::pin::pin!(shared.updates.notified());
        // Registered before looking, so that an update queued meanwhile isn't missed.
        woken.as_mut().enable();
        let (found, confirmed) = {
            let mut world = shared.world();
            if world.updates.poll_number != number {
                return Err(ApiError::of(409, OTHER_POLL.to_owned()));
            }
            if world.webhook.is_some() {
                return Err(ApiError::of(409, WEBHOOK_ACTIVE.to_owned()));
            }
            let now = world.now();
            let before = world.updates.pending();
            let found = world.updates.take(offset, limit, now);
            (found, world.updates.pending() != before)
        };
        if confirmed {
            shared.load_event(&LoadEvent::Confirmed { offset });
        }
        if let Some(first) = found.first() {
            shared.load_event(&LoadEvent::Delivered { first: first.id, count: found.len() });
            return Ok(Bytes::from(batch(&found)));
        }
        if confirmed || first_look {
            shared.changed.send_modify(|count| *count = count.wrapping_add(1));
        }
        first_look = false;
        woken.await;
    }
}
