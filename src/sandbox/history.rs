//! Purpose: the messages of one chat, found by number in constant time.
//!
//! Invariant: numbers are consecutive; at most `limit` messages are kept, the oldest are forgotten first.

use std::collections::VecDeque;

use super::message::Message;

pub(super) struct History {
    first: i64,
    messages: VecDeque<Message>,
    limit: usize,
}

impl History {
    pub(super) fn new(limit: usize) -> Self {
        Self { first: 1, messages: VecDeque::new(), limit: limit.max(1) }
    }

    /// Adds a message under the next number, which is returned.
    pub(super) fn push(&mut self, mut message: Message) -> i64 {
        if self.messages.len() == self.limit {
            self.messages.pop_front();
            self.first += 1;
        }
        let id = self.next_id();
        message.id = id;
        self.messages.push_back(message);
        id
    }

    fn next_id(&self) -> i64 {
        self.first.saturating_add_unsigned(self.messages.len() as u64)
    }

    fn index(&self, id: i64) -> Option<usize> {
        usize::try_from(id.checked_sub(self.first)?).ok()
    }

    pub(super) fn get(&self, id: i64) -> Option<&Message> {
        self.messages.get(self.index(id)?)
    }

    pub(super) fn get_mut(&mut self, id: i64) -> Option<&mut Message> {
        let index = self.index(id)?;
        self.messages.get_mut(index)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.iter()
    }
}
