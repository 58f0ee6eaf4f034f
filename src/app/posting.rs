//! Purpose: looking after the webhook while the bot runs.
//!
//! Invariant: a webhook that somebody took away or led elsewhere is set again; that the channel can't be asked changes
//! nothing.

use std::time::Duration;

use crate::channel::telegram::{Address, Telegram};
use crate::channel::{Posting, Posts};
use crate::clock::Clock;

/// How often the channel is asked where it posts to and how that goes.
const ASKED_EVERY: Duration = Duration::from_mins(5);

/// Asks again and again, notes what the channel says of its posts, and sets the webhook anew if it isn't the bot's any
/// more. Never ends by itself.
pub(super) async fn watch(
    channel: Telegram,
    address: Address,
    connections_max: u8,
    posting: Posting,
    clock: Clock,
) {
    let mut failed_at_s = None;
    loop {
        match channel.webhook_standing(&address).await {
            Ok(standing) => {
                posting.note(Posts { waiting: standing.waiting, failed_at_s: standing.failed_at_s });
                if standing.failed_at_s != failed_at_s {
                    failed_at_s = standing.failed_at_s;
                    let reason = standing.reason.unwrap_or_default();
                    tracing::warn!(reason, waiting = standing.waiting, "updates could not be posted");
                }
                if !standing.is_ours {
                    tracing::error!("the webhook leads elsewhere or is gone: setting it again");
                    if let Err(problem) = channel.set_webhook(&address, connections_max).await {
                        tracing::error!(%problem, "the webhook can't be set again yet");
                    }
                }
            }
            Err(problem) => tracing::warn!(%problem, "the channel doesn't tell how its posts go"),
        }
        clock.sleep(ASKED_EVERY).await;
    }
}
