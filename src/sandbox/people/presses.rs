//! Purpose: pressing buttons, voting in polls, editing, deleting, reacting.
//!
//! Invariant: only what the person can see can be pressed, voted in or edited.

use serde_json::{Value, json};

use crate::clock::SECOND_MS;
use crate::sandbox::Sandbox;
use crate::sandbox::entities::Styled;
use crate::sandbox::ids::{CannotDo, ChatId, PersonId};
use crate::sandbox::message::{Content, Message};
use crate::sandbox::standing::Rights;
use crate::sandbox::world::World;

impl Sandbox {
    /// Presses the button with this label or `callback_data` under a message. Returns the callback's identifier;
    /// the answer is found with [`World::callback_answer`].
    pub fn presses(
        &self,
        person: PersonId,
        chat: ChatId,
        message: i64,
        button: &str,
    ) -> Result<String, CannotDo> {
        self.act(|world| world.press(person, chat, message, false, button))
    }

    /// The same under an ephemeral message, by its own number.
    pub fn presses_ephemeral(
        &self,
        person: PersonId,
        chat: ChatId,
        message: i64,
        button: &str,
    ) -> Result<String, CannotDo> {
        self.act(|world| world.press(person, chat, message, true, button))
    }

    /// Sends a press with arbitrary data, as a tampered client would: no check that such a button exists or that
    /// the person may see the message.
    #[must_use]
    pub fn presses_raw(&self, person: PersonId, chat: ChatId, message: i64, data: &str) -> String {
        self.act(|world| {
            let found = world.chat(chat).and_then(|place| place.message(message)).cloned();
            world.send_press(person, chat, message, found.as_ref(), data)
        })
    }

    /// Closes the box with the answer to a press.
    pub fn dismisses(&self, person: PersonId, callback: &str) {
        self.act(|world| {
            let answers = world.answers.iter_mut().rev();
            for answer in answers.filter(|answer| answer.person == person && answer.callback == callback) {
                answer.dismissed = true;
            }
            world.touch();
        });
    }

    /// Votes in a poll: indexes of the chosen options.
    pub fn votes(&self, person: PersonId, poll: &str, options: &[usize]) -> Result<(), CannotDo> {
        self.act(|world| world.vote(person, poll, options.to_vec()))
    }

    /// Takes a vote back.
    pub fn retracts_vote(&self, person: PersonId, poll: &str) -> Result<(), CannotDo> {
        self.act(|world| world.vote(person, poll, Vec::new()))
    }

    /// Edits the text or caption of an own message.
    pub fn edits(&self, person: PersonId, chat: ChatId, message: i64, text: &str) -> Result<(), CannotDo> {
        self.act(|world| world.edit_own(person, chat, message, text))
    }

    /// Deletes an own message, or anybody's as an administrator. The bot hears nothing of it.
    pub fn deletes(&self, person: PersonId, chat: ChatId, message: i64) -> Result<(), CannotDo> {
        self.act(|world| {
            let Some(found) = world.chat(chat).and_then(|place| place.message(message)) else {
                return CannotDo::because("there is no such message");
            };
            let staff = world.standing(chat, person).is_some_and(|standing| standing.has(Rights::DELETE));
            if found.from != person && !staff {
                return CannotDo::because("only own messages can be deleted");
            }
            let now = world.now();
            world.mark_deleted(chat, message, false, now);
            Ok(())
        })
    }

    /// Puts an emoji on a message, or takes it back with an empty one.
    pub fn reacts(&self, person: PersonId, chat: ChatId, message: i64, emoji: &str) -> Result<(), CannotDo> {
        self.act(|world| world.react(person, chat, message, emoji))
    }
}

impl World {
    fn press(
        &mut self,
        person: PersonId,
        chat: ChatId,
        id: i64,
        ephemeral: bool,
        button: &str,
    ) -> Result<String, CannotDo> {
        self.need_person(person)?;
        let Some(place) = self.chat(chat) else { return CannotDo::because("there is no such chat") };
        let found = if ephemeral { place.ephemeral(id) } else { place.message(id) };
        let Some(found) = found.filter(|message| self.sees(person, chat, message)) else {
            return CannotDo::because("there is no such message");
        };
        let pressed = found
            .buttons()
            .into_iter()
            .flatten()
            .find(|candidate| candidate.text == button || candidate.data.as_deref() == Some(button));
        let Some(data) = pressed.and_then(|pressed| pressed.data) else {
            return CannotDo::because(format!("there is no button \"{button}\" to press"));
        };
        let found = found.clone();
        Ok(self.send_press(person, chat, id, Some(&found), &data))
    }

    fn send_press(
        &mut self,
        person: PersonId,
        chat: ChatId,
        id: i64,
        message: Option<&Message>,
        data: &str,
    ) -> String {
        let callback = self.add_callback(person, chat);
        let shown = match message {
            Some(message) => self.message_json(chat, message),
            None => json!({"chat": self.chat_json(chat), "message_id": id, "date": 0}),
        };
        let update = json!({
            "id": callback, "from": self.user_json(person), "message": shown,
            "chat_instance": format!("{}", chat.0.unsigned_abs()), "data": data,
        });
        self.announce("callback_query", chat.0, update);
        callback
    }

    /// Whether a person sees a message: they are in the chat, and an ephemeral one is theirs.
    pub(in crate::sandbox) fn sees(&self, person: PersonId, chat: ChatId, message: &Message) -> bool {
        let present = chat == person.private_chat()
            || self.standing(chat, person).is_some_and(crate::sandbox::standing::Standing::is_present);
        present && message.receiver.is_none_or(|receiver| receiver == person || message.from == person)
    }

    fn vote(&mut self, person: PersonId, id: &str, options: Vec<usize>) -> Result<(), CannotDo> {
        self.close_due_polls();
        self.need_person(person)?;
        let Some(poll) = self.poll(id) else { return CannotDo::because("there is no such poll") };
        if poll.members_only {
            self.need_present(poll.home.0, person)?;
        }
        let Some(poll) = self.polls.get_mut(id) else { return CannotDo::because("there is no such poll") };
        poll.vote(person, options)?;
        let (by_bot, anonymous) = (poll.by_bot, poll.anonymous);
        self.poll_changed(id);
        if !by_bot {
            return Ok(());
        }
        let Some(poll) = self.poll(id) else { return Ok(()) };
        let (answer, state) = (poll.answer_json(person, &self.user_json(person)), poll.json(true));
        if !anonymous {
            self.announce("poll_answer", person.0, answer);
        }
        self.announce("poll", 0, state);
        Ok(())
    }

    fn edit_own(&mut self, person: PersonId, chat: ChatId, id: i64, text: &str) -> Result<(), CannotDo> {
        let now = self.now();
        let found = self.chat(chat).and_then(|place| place.message(id));
        if found.is_none_or(|message| message.from != person) {
            return CannotDo::because("only own messages can be edited");
        }
        let styled = Styled::detected(text);
        let revision = self.touch();
        let message = self.chats.get_mut(&chat).and_then(|place| place.history.get_mut(id));
        let Some(message) = message else { return CannotDo::because("there is no such message") };
        match &mut message.content {
            Content::Text(old) => *old = styled,
            Content::Media(media) if media.kind.has_caption() => media.caption = styled,
            _ => return CannotDo::because("this message has no text"),
        }
        message.edited = Some(now);
        message.revision = revision;
        self.announce_message("edited_message", chat, id, false);
        Ok(())
    }

    fn react(&mut self, person: PersonId, chat: ChatId, id: i64, emoji: &str) -> Result<(), CannotDo> {
        self.need_present(chat, person)?;
        let now = self.now();
        let revision = self.touch();
        let message = self.chats.get_mut(&chat).and_then(|place| place.history.get_mut(id));
        let Some(message) = message else { return CannotDo::because("there is no such message") };
        let list = |message: &Message| -> Vec<Value> {
            let own = message.reactions.iter().filter(|(who, _)| *who == person);
            own.map(|(_, emoji)| json!({"type": "emoji", "emoji": emoji})).collect()
        };
        let old = list(message);
        message.reactions.retain(|(who, _)| *who != person);
        if !emoji.is_empty() {
            message.reactions.push((person, emoji.to_owned()));
        }
        message.revision = revision;
        let new = list(message);
        if self.bot_has(chat, Rights::NONE) {
            let update = json!({
                "chat": self.chat_json(chat), "message_id": id, "user": self.user_json(person),
                "date": now.0.div_euclid(SECOND_MS), "old_reaction": old, "new_reaction": new,
            });
            self.announce("message_reaction", chat.0, update);
        }
        Ok(())
    }
}
