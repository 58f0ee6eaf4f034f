//! Purpose: everything a person can send, put together step by step.
//!
//! Invariant: nothing happens before [`Speech::send`]; a message the person may not send is refused there.

use serde_json::{Value, json};

use crate::clock::SECOND_MS;
use crate::sandbox::Sandbox;
use crate::sandbox::entities::{utf16_len, with_entities};
use crate::sandbox::ids::{ANONYMOUS_ADMIN, CHANNEL_BOT, CannotDo, ChatId, PersonId, TELEGRAM};
use crate::sandbox::message::{Content, Message};
use crate::sandbox::population::ChatKind;
use crate::sandbox::standing::{Permissions, Rights};
use crate::sandbox::world::World;

use super::pieces::Piece;

/// As whom the message is written.
#[derive(Clone, Copy)]
enum Guise {
    Oneself,
    AnonymousAdmin,
    Channel(ChatId),
    LinkedChannel(ChatId),
}

/// A message being put together; see [`Sandbox::message`].
#[must_use = "nothing is sent before send()"]
pub struct Speech {
    sandbox: Sandbox,
    person: PersonId,
    chat: ChatId,
    pub(super) piece: Piece,
    text: String,
    entities: Vec<Value>,
    reply_to: Option<i64>,
    reply_to_ephemeral: Option<i64>,
    thread: Option<i64>,
    guise: Guise,
}

impl Sandbox {
    /// Starts a message of a person to a chat.
    pub fn message(&self, person: PersonId, chat: ChatId) -> Speech {
        Speech {
            sandbox: self.clone(),
            person,
            chat,
            piece: Piece::Text,
            text: String::new(),
            entities: Vec::new(),
            reply_to: None,
            reply_to_ephemeral: None,
            thread: None,
            guise: Guise::Oneself,
        }
    }

    /// Sends a plain text. Returns the message's number (for an ephemeral command its own kind of number).
    pub fn writes(&self, person: PersonId, chat: ChatId, text: &str) -> Result<i64, CannotDo> {
        self.message(person, chat).text(text).send()
    }

    /// Opens the private chat with the bot: `/start`, with the payload of a deep link if there is one.
    pub fn starts_bot(&self, person: PersonId, payload: Option<&str>) -> Result<i64, CannotDo> {
        let text = payload.map_or_else(|| "/start".to_owned(), |payload| format!("/start {payload}"));
        self.writes(person, person.private_chat(), &text)
    }

    /// Forwards a message to another chat; a poll stays the same poll.
    pub fn forwards(
        &self,
        person: PersonId,
        from: ChatId,
        message: i64,
        to: ChatId,
    ) -> Result<i64, CannotDo> {
        let mut speech = self.message(person, to);
        speech.piece = Piece::Forward(from, message);
        speech.send()
    }
}

impl Speech {
    /// The text, or the caption of a file.
    pub fn text(mut self, text: &str) -> Self {
        text.clone_into(&mut self.text);
        self
    }

    /// Entities (`MessageEntity` objects) besides those Telegram finds by itself.
    pub fn entities(mut self, entities: Vec<Value>) -> Self {
        self.entities = entities;
        self
    }

    /// Answers a message of the same chat.
    pub fn reply_to(mut self, message: i64) -> Self {
        self.reply_to = Some(message);
        self
    }

    /// Answers an ephemeral message; the answer is ephemeral too.
    pub fn reply_to_ephemeral(mut self, message: i64) -> Self {
        self.reply_to_ephemeral = Some(message);
        self
    }

    /// Writes in a topic.
    pub fn in_thread(mut self, thread: i64) -> Self {
        self.thread = Some(thread);
        self
    }

    /// Writes as the group, as an anonymous administrator does.
    pub fn as_anonymous_admin(mut self) -> Self {
        self.guise = Guise::AnonymousAdmin;
        self
    }

    /// Writes as a channel.
    pub fn as_channel(mut self, channel: ChatId) -> Self {
        self.guise = Guise::Channel(channel);
        self
    }

    /// A post of the linked channel, forwarded by Telegram itself.
    pub fn from_linked_channel(mut self, channel: ChatId) -> Self {
        self.guise = Guise::LinkedChannel(channel);
        self
    }

    /// Sends it. Returns the message's number; an ephemeral one's own kind of number.
    pub fn send(self) -> Result<i64, CannotDo> {
        let sandbox = self.sandbox.clone();
        sandbox.act(|world| world.speak(self))
    }
}

impl World {
    fn speak(&mut self, speech: Speech) -> Result<i64, CannotDo> {
        let Speech { person, chat, thread, reply_to, reply_to_ephemeral, guise, .. } = speech;
        self.check_may_write(&speech)?;
        let receiver = self.ephemeral_addressee(&speech)?;
        let mut origin = None;
        let styled = match with_entities(speech.text, &speech.entities) {
            Ok(styled) if utf16_len(&styled.text) <= 4096 => styled,
            Ok(_) => return CannotDo::because("the text is too long"),
            Err(problem) => return CannotDo::because(problem),
        };
        let content = match speech.piece {
            Piece::Forward(from, id) => {
                let source = self.chat(from).and_then(|place| place.message(id)).cloned();
                let Some(source) = source.filter(|source| self.sees(person, from, source)) else {
                    return CannotDo::because("there is no such message");
                };
                origin = Some(self.origin_json(&source));
                source.content
            }
            piece => self.content_of(piece, styled)?,
        };
        let mut draft = self.draft(person, content);
        draft.origin = origin;
        draft.thread = thread;
        draft.receiver = receiver;
        draft.reply_to =
            reply_to.filter(|id| self.chat(chat).is_some_and(|place| place.message(*id).is_some()));
        self.dress(&mut draft, chat, guise);
        let poll = match &draft.content {
            Content::Poll(id) => Some(id.clone()),
            _ => None,
        };
        let ephemeral = draft.is_ephemeral();
        debug_assert!(reply_to_ephemeral.is_none() || ephemeral);
        let id = self.add_message(chat, draft);
        if let Some(poll) = poll.and_then(|poll| self.polls.get_mut(&poll)).filter(|poll| poll.home.1 == 0) {
            poll.home = (chat, id);
        }
        self.announce_message("message", chat, id, ephemeral);
        Ok(id)
    }

    fn check_may_write(&mut self, speech: &Speech) -> Result<(), CannotDo> {
        let Speech { person, chat, guise, .. } = *speech;
        let known = self.need_person(person)?;
        if chat == person.private_chat() {
            if known.blocked {
                return CannotDo::because("the bot is blocked; unblock it first");
            }
            self.insert_chat(chat, ChatKind::Private, "");
            if let Some(known) = self.people.get_mut(&person) {
                known.started = true;
            }
            return Ok(());
        }
        let Some(place) = self.chat(chat).filter(|place| place.migrated_to.is_none() && place.is_group())
        else {
            return CannotDo::because("there is no such group");
        };
        if let Guise::Channel(channel) | Guise::LinkedChannel(channel) = guise {
            return if place.banned_senders.contains(&channel) {
                CannotDo::because("this channel may not write here")
            } else {
                Ok(())
            };
        }
        let usual = place.permissions;
        self.need_present(chat, person)?;
        let standing = self.standing(chat, person);
        if matches!(guise, Guise::AnonymousAdmin) && !standing.is_some_and(|s| s.has(Rights::NONE)) {
            return CannotDo::because("only administrators can write as the group");
        }
        let need = match &speech.piece {
            Piece::File(file) => file.kind.permission(),
            Piece::Poll { .. } => Permissions::POLLS,
            _ => Permissions::TEXT,
        };
        if standing.is_some_and(|standing| standing.permissions(usual).allow(need)) {
            Ok(())
        } else {
            CannotDo::because("not allowed to write in this group at present")
        }
    }

    /// The bot, if this message is an ephemeral one: a command set with `is_ephemeral`, or an answer to an
    /// ephemeral message.
    fn ephemeral_addressee(&self, speech: &Speech) -> Result<Option<PersonId>, CannotDo> {
        if let Some(id) = speech.reply_to_ephemeral {
            let answered = self.chat(speech.chat).and_then(|place| place.ephemeral(id));
            return match answered {
                Some(answered) if self.sees(speech.person, speech.chat, answered) => Ok(Some(self.bot)),
                _ => CannotDo::because("there is no such message"),
            };
        }
        let is_group = self.chat(speech.chat).is_some_and(crate::sandbox::population::Chat::is_group);
        let Some(command) = speech.text.strip_prefix('/').filter(|_| is_group) else { return Ok(None) };
        if !self.config.supports_ephemeral {
            return Ok(None);
        }
        let word = command.split_whitespace().next().unwrap_or_default();
        let (word, addressee) = word.split_once('@').unwrap_or((word, &self.config.bot_username));
        let flagged = self.commands_for(speech.person, speech.chat).iter().any(|known| {
            known.get("command").and_then(Value::as_str) == Some(word)
                && known.get("is_ephemeral").and_then(Value::as_bool) == Some(true)
        });
        Ok((flagged && addressee == self.config.bot_username).then_some(self.bot))
    }

    fn dress(&self, draft: &mut Message, chat: ChatId, guise: Guise) {
        match guise {
            Guise::Oneself => {}
            Guise::AnonymousAdmin => {
                draft.from = ANONYMOUS_ADMIN;
                draft.sender_chat = Some(chat);
            }
            Guise::Channel(channel) => {
                draft.from = CHANNEL_BOT;
                draft.sender_chat = Some(channel);
            }
            Guise::LinkedChannel(channel) => {
                draft.from = TELEGRAM;
                draft.sender_chat = Some(channel);
                draft.automatic = true;
                let date = draft.date.0.div_euclid(SECOND_MS);
                let chat = self.chat_json(channel);
                draft.origin = Some(json!({"type": "channel", "date": date, "chat": chat, "message_id": 1}));
            }
        }
    }
}
