//! Purpose: presses of inline buttons and what the bot answered.
//!
//! Invariant: a press can be answered for 150 seconds of clock time, not longer.

use crate::clock::{Millis, SECOND_MS};

use super::ids::{ChatId, PersonId};
use super::world::World;

/// How long a callback query can be answered.
pub const CALLBACK_VALID_MS: i64 = 150 * SECOND_MS;
/// Presses remembered; the oldest are forgotten first.
const CALLBACKS_LIMIT: usize = 10_000;

/// A press that waits for its answer.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Who pressed.
    pub person: PersonId,
    /// Where.
    pub chat: ChatId,
    /// When.
    pub at: Millis,
    /// Whether the bot answered.
    pub answered: bool,
}

/// What a person saw after a press.
#[derive(Clone, Debug)]
pub struct CallbackAnswer {
    /// The press.
    pub callback: String,
    /// Who pressed.
    pub person: PersonId,
    /// The text, if the bot gave one.
    pub text: Option<String>,
    /// A box to dismiss instead of a short note.
    pub alert: bool,
    /// A link to open.
    pub url: Option<String>,
    /// When.
    pub at: Millis,
    /// Whether the person dismissed it.
    pub dismissed: bool,
}

impl World {
    /// Remembers a press and returns its identifier.
    pub(super) fn add_callback(&mut self, person: PersonId, chat: ChatId) -> String {
        let now = self.now();
        if self.callback_order.len() == CALLBACKS_LIMIT
            && let Some(oldest) = self.callback_order.pop_front()
        {
            self.callbacks.remove(&oldest);
        }
        let number = self.next_number();
        let id = format!("{}{number:09}", self.bot.0);
        self.callback_order.push_back(id.clone());
        self.callbacks.insert(id.clone(), Callback { person, chat, at: now, answered: false });
        self.touch();
        id
    }

    /// The answers a person got, oldest first.
    pub fn callback_answers(&self, person: PersonId) -> impl Iterator<Item = &CallbackAnswer> {
        self.answers.iter().filter(move |answer| answer.person == person)
    }

    /// The answer to one press.
    #[must_use]
    pub fn callback_answer(&self, callback: &str) -> Option<&CallbackAnswer> {
        self.answers.iter().rev().find(|answer| answer.callback == callback)
    }
}
