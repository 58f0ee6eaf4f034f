//! Purpose: asking Telegram where it posts updates to and how that goes.
//!
//! Invariant: asking changes nothing.

use serde::Deserialize;
use teloxide::payloads::GetWebhookInfo;

use super::connect::ConnectProblem;
use super::send::Telegram;
use super::webhook::Address;
use super::wire::Words;

/// What Telegram says of the bot's webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// It posts to the address that was asked about.
    pub is_ours: bool,
    /// Updates that wait to be posted.
    pub waiting: i64,
    /// When a post failed last, in seconds since 1970.
    pub failed_at_s: Option<i64>,
    /// Why it did, in Telegram's words.
    pub reason: Option<String>,
}

#[derive(Deserialize)]
struct Info<'a> {
    #[serde(borrow)]
    url: Words<'a>,
    #[serde(default)]
    pending_update_count: i64,
    last_error_date: Option<i64>,
    #[serde(borrow)]
    last_error_message: Option<Words<'a>>,
}

impl Telegram {
    /// Asks how the webhook at `address` stands.
    ///
    /// # Errors
    /// [`ConnectProblem::Unreachable`] if Telegram doesn't tell.
    pub async fn webhook_standing(&self, address: &Address) -> Result<Standing, ConnectProblem> {
        let reply = self.api.call(&GetWebhookInfo::new(), self.request_max).await;
        let reply = reply.map_err(|failed| ConnectProblem::Unreachable(failed.to_string()))?;
        let info = reply.result::<Info<'_>>().ok_or_else(|| {
            ConnectProblem::Unreachable("the answer to getWebhookInfo can't be read".to_owned())
        })?;
        Ok(Standing {
            is_ours: info.url.into_string() == address.url,
            waiting: info.pending_update_count,
            failed_at_s: info.last_error_date,
            reason: info.last_error_message.map(Words::into_string),
        })
    }
}
