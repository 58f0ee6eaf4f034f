//! Purpose: getting to know the account and the server before anything is sent.
//!
//! Invariant: whether the server can whisper is probed with a request that does nothing, because an older server
//! silently shows a whisper to everybody.

use std::sync::Arc;

use serde::Deserialize;
use teloxide::payloads::GetMe;
use tokio::sync::watch;

use super::api::{Api, Failed, Token};
use super::convert::full_name;
use super::requests::DeleteWhisper;
use super::send::Telegram;
use super::wire::Words;
use crate::channel::Contact;
use crate::clock::Clock;
use crate::config::Pace;
use crate::ids::Native;

/// The bot's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Its id.
    pub id: Native,
    /// Its user name, without `@`.
    pub username: String,
    /// The name shown.
    pub name: String,
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectProblem {
    /// The server doesn't know the token. Trying again won't help.
    #[error("Telegram does not know this token: ask @BotFather for the current one")]
    Token,
    /// The server can't be reached or doesn't answer sensibly. Trying again may help.
    #[error("the Bot API server can't be reached: {0}")]
    Unreachable(String),
    /// Telegram refuses the webhook's address. Trying again won't help.
    #[error("Telegram refuses the webhook's address: {0}")]
    Webhook(String),
}

#[derive(Deserialize)]
struct Account<'a> {
    id: i64,
    #[serde(borrow)]
    username: Option<Words<'a>>,
    #[serde(borrow)]
    first_name: Option<Words<'a>>,
    #[serde(borrow)]
    last_name: Option<Words<'a>>,
}

impl Telegram {
    /// Connects to the server at `base` (`https://api.telegram.org`): asks who the bot is and whether it can whisper.
    /// Two requests, each bounded by `pace.request_max`.
    pub async fn connect(
        base: &str,
        token: Token,
        pace: &Pace,
        clock: Clock,
    ) -> Result<(Self, Me), ConnectProblem> {
        let unreachable = |failed: Failed| ConnectProblem::Unreachable(failed.to_string());
        let api = Api::new(base, token).map_err(unreachable)?;
        let reply = api.call(&GetMe::new(), pace.request_max).await.map_err(|failed| match failed {
            Failed::Refused(refusal) if matches!(refusal.code, 401 | 404) => ConnectProblem::Token,
            other => unreachable(other),
        })?;
        let account = reply
            .result::<Account<'_>>()
            .ok_or_else(|| ConnectProblem::Unreachable("the answer to getMe can't be read".to_owned()))?;
        let probe =
            DeleteWhisper { chat_id: account.id, receiver_user_id: account.id, ephemeral_message_id: 1 };
        let whisper = match api.call(&probe, pace.request_max).await {
            Ok(_) => true,
            Err(Failed::Refused(refusal)) if refusal.code == 404 => false,
            // It knows the method and finds nothing to delete.
            Err(Failed::Refused(refusal)) if matches!(refusal.code, 400 | 403) => true,
            Err(other) => return Err(unreachable(other)),
        };
        let me = Me {
            id: account.id.into(),
            username: account.username.map(Words::into_string).unwrap_or_default(),
            name: full_name(account.first_name, account.last_name),
        };
        let whisper = Arc::new(watch::Sender::new(whisper));
        let contact = Contact::default();
        contact.note(clock.now());
        Ok((Self { api, clock, request_max: pace.request_max, whisper, contact }, me))
    }

    /// When the server last told who the bot is, answered a request for updates, or took the webhook's address.
    #[must_use]
    pub fn contact(&self) -> Contact {
        self.contact.clone()
    }

    /// True as long as a message can be shown to one member of a group only.
    #[must_use]
    pub fn whispers(&self) -> bool {
        *self.whisper.borrow()
    }

    /// Tells when [`Telegram::whispers`] changes.
    #[must_use]
    pub fn whispering(&self) -> watch::Receiver<bool> {
        self.whisper.subscribe()
    }
}
