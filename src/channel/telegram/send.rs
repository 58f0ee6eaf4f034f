//! Purpose: Telegram as a [`Channel`].
//!
//! Invariants: one thing is one request, nothing is retried. What is meant for one person is never left where all can
//! read it: should a server show a whisper to everybody, it is deleted at once and no other is sent that way.

use std::sync::Arc;
use std::time::Duration;

use reqwest::multipart::Form;
use serde::{Deserialize, Serialize};
use teloxide::payloads::{
    DeleteMessage, DeleteMessages, GetChatAdministrators, GetChatMember, LeaveChat, StopPoll,
};
use teloxide::requests::Payload;
use teloxide::types::ChatId;
use tokio::sync::watch;

use super::api::{Api, Failed, Reply};
use super::convert::{person, standing};
use super::errors::outcome;
use super::native::{self, MessageId};
use super::requests::{self, DeleteWhisper, Unsendable};
use super::wire::{ChatMember, Words};
use crate::channel::{
    Answer, Capabilities, Card, Channel, Contact, Destination, Member, Outgoing, SendOutcome, SenderKind,
};
use crate::clock::{Clock, MINUTE_MS, Millis, SECOND_MS, real_sleep};
use crate::ids::Native;

/// A mute that ends sooner than 30 s after Telegram hears of it lasts for ever.
const MUTE_LEAST_MS: i64 = 30 * SECOND_MS;
/// Messages deleted by one request at most.
const DELETE_MAX: usize = 100;
/// How often a whisper that everybody sees is tried to be deleted, and how long is waited in between.
const EXPOSED_TRIES: u32 = 5;
const EXPOSED_WAIT: Duration = Duration::from_secs(1);

/// A bot account on a Bot API server. Clones share connections and what was found out.
#[derive(Clone, Debug)]
pub struct Telegram {
    pub(super) api: Api,
    pub(super) clock: Clock,
    pub(super) request_max: Duration,
    /// False from the moment whispering turns out to be impossible.
    pub(super) whisper: Arc<watch::Sender<bool>>,
    pub(super) contact: Contact,
}

#[derive(Deserialize)]
struct SentMessage<'a> {
    message_id: i64,
    ephemeral_message_id: Option<i64>,
    #[serde(borrow)]
    poll: Option<SentPoll<'a>>,
}

#[derive(Deserialize)]
struct SentPoll<'a> {
    #[serde(borrow)]
    id: Words<'a>,
}

#[derive(Deserialize)]
struct Tally {
    options: Vec<Votes>,
}

#[derive(Deserialize)]
struct Votes {
    voter_count: u32,
}

impl From<Unsendable> for SendOutcome {
    fn from(Unsendable(reason): Unsendable) -> Self {
        Self::Content { reason }
    }
}

impl Channel for Telegram {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            whisper: self.whispers(),
            buttons: true,
            delete_others: true,
            mute: true,
            quiz_polls: true,
            text_units_max: 4_096,
            alert_units_max: 200,
        }
    }

    async fn send(&self, to: &Destination, what: &Outgoing) -> SendOutcome {
        self.attempt(to, what).await.unwrap_or_else(|refused| refused)
    }
}

pub(super) type Sent = Result<SendOutcome, SendOutcome>;

impl Telegram {
    async fn attempt(&self, to: &Destination, what: &Outgoing) -> Sent {
        match what {
            Outgoing::AnswerPress { press, text, alert } => {
                self.ask(&requests::answer_press(press, text.as_deref(), *alert), what).await?;
                return done();
            }
            Outgoing::SetCommands { scope, language, commands } => {
                let menu = requests::menu(*scope, to, language.as_deref(), commands, self.whispers())?;
                self.ask(&menu, what).await?;
                return done();
            }
            _ => {}
        }
        let chat = requests::chat(&to.chat)?;
        match what {
            Outgoing::Say { card } => Ok(sent(&self.ask(&requests::message(chat, card)?, what).await?)),
            Outgoing::Whisper { to, card, .. } => self.whisper(chat, to, card, what).await,
            Outgoing::Quiz(quiz) => {
                // A server that knows whispers also takes ends that are far ahead.
                let quiz = requests::quiz(chat, quiz, self.clock.now(), self.whispers())?;
                Ok(sent(&self.ask(&quiz, what).await?))
            }
            Outgoing::CloseQuiz { message } => self.close_quiz(chat, message, what).await,
            Outgoing::Edit { message, card } => self.edit(chat, message, card, what).await,
            Outgoing::Delete { messages } => self.delete(chat, messages, what).await,
            Outgoing::Mute { person, until } => self.mute(chat, person, *until, what).await,
            Outgoing::Unmute { person } => {
                self.ask(&requests::restrict(chat, person, None)?, what).await?;
                done()
            }
            Outgoing::AskAdministrators => {
                let reply = self.ask(&GetChatAdministrators::new(ChatId(chat)), what).await?;
                let members =
                    reply.result::<Vec<ChatMember<'_>>>().ok_or_else(|| unreadable("administrators"))?;
                let members = members.into_iter().filter_map(member).collect();
                Ok(SendOutcome::Done(Answer::Administrators(members)))
            }
            Outgoing::AskMember { person } => {
                let user = requests::user(person)?;
                let reply = self.ask(&GetChatMember::new(ChatId(chat), user), what).await?;
                let found = reply
                    .result::<ChatMember<'_>>()
                    .and_then(member)
                    .ok_or_else(|| unreadable("a member"))?;
                Ok(SendOutcome::Done(Answer::Member(found)))
            }
            Outgoing::Post(post) => self.publish(chat, post, what).await,
            Outgoing::Amend { message, post } => self.amend(chat, message, post, what).await,
            Outgoing::Buttons { message, buttons } => self.buttons(chat, message, buttons, what).await,
            Outgoing::File { name, text, caption } => self.file(chat, (name, text), caption, what).await,
            Outgoing::Leave => {
                self.ask(&LeaveChat::new(ChatId(chat)), what).await?;
                done()
            }
            Outgoing::AnswerPress { .. } | Outgoing::SetCommands { .. } => done(),
        }
    }

    /// One request; what isn't a result is already an outcome.
    pub(super) async fn ask<P: Payload + Serialize + Sync>(
        &self,
        payload: &P,
        what: &Outgoing,
    ) -> Result<Reply, SendOutcome> {
        self.api.call(payload, self.request_max).await.map_err(|failed| outcome(failed, what))
    }

    /// As [`Self::ask`], for fields that several methods take.
    pub(super) async fn ask_named<F: Serialize + Sync>(
        &self,
        method: &str,
        fields: &F,
        what: &Outgoing,
    ) -> Result<Reply, SendOutcome> {
        self.api.call_named(method, fields, self.request_max).await.map_err(|failed| outcome(failed, what))
    }

    /// As [`Self::ask`], with a file.
    pub(super) async fn upload(
        &self,
        method: &str,
        form: Form,
        what: &Outgoing,
    ) -> Result<Reply, SendOutcome> {
        self.api.upload(method, form, self.request_max).await.map_err(|failed| outcome(failed, what))
    }

    async fn whisper(&self, chat: i64, to: &Native, card: &Card, what: &Outgoing) -> Sent {
        if !self.whispers() {
            return Ok(SendOutcome::NoWhisper);
        }
        let member = requests::person(to)?;
        let reply = self.ask(&requests::whisper(chat, to, card)?, what).await?;
        match reply.result::<SentMessage<'_>>() {
            None => Ok(SendOutcome::Done(Answer::Done)),
            Some(SentMessage { ephemeral_message_id: Some(number), .. }) => {
                let message = native::ephemeral(member, number);
                Ok(SendOutcome::Done(Answer::Sent { message, poll: None }))
            }
            Some(shown) => {
                self.whisper.send_replace(false);
                self.take_back(chat, shown.message_id).await;
                Ok(SendOutcome::NoWhisper)
            }
        }
    }

    /// Deletes what was shown to everybody by mistake. The one thing that is tried several times within a call, because
    /// every second counts.
    async fn take_back(&self, chat: i64, message: i64) {
        tracing::error!("the server shows whispers to everybody: deleting this one, no more are sent");
        let Ok(message) = i32::try_from(message) else { return };
        let request = DeleteMessage::new(ChatId(chat), teloxide::types::MessageId(message));
        for _ in 0..EXPOSED_TRIES {
            match self.api.call(&request, self.request_max).await {
                Ok(_) => return,
                Err(Failed::Refused(refusal)) if refusal.code == 400 => {
                    tracing::error!(reason = refusal.description, "the exposed whisper can't be deleted");
                    return;
                }
                Err(failed) => {
                    tracing::error!(%failed, "the exposed whisper is not deleted yet");
                    real_sleep(EXPOSED_WAIT).await;
                }
            }
        }
    }

    async fn edit(&self, chat: i64, message: &Native, card: &Card, what: &Outgoing) -> Sent {
        match requests::message_id(message)? {
            MessageId::Open(id) => self.ask(&requests::edit(chat, id, card)?, what).await?,
            MessageId::Ephemeral { member, number } => {
                let which = whispered(chat, member, number);
                self.ask(&requests::edit_whisper(which, card)?, what).await?
            }
        };
        done()
    }

    /// One request for all messages that everybody sees, and one for each that only one member does. A single message
    /// is deleted by the method that says why it can't be; the one for many skips silently.
    async fn delete(&self, chat: i64, messages: &[Native], what: &Outgoing) -> Sent {
        if messages.len() > DELETE_MAX {
            return Err(SendOutcome::Content { reason: format!("more than {DELETE_MAX} messages") });
        }
        let mut open = Vec::with_capacity(messages.len());
        for message in messages {
            match requests::message_id(message)? {
                MessageId::Open(id) => open.push(teloxide::types::MessageId(id)),
                MessageId::Ephemeral { member, number } => {
                    self.ask(&whispered(chat, member, number), what).await?;
                }
            }
        }
        match open.as_slice() {
            [] => {}
            [one] => drop(self.ask(&DeleteMessage::new(ChatId(chat), *one), what).await?),
            _ => drop(self.ask(&DeleteMessages::new(ChatId(chat), open), what).await?),
        }
        done()
    }

    async fn close_quiz(&self, chat: i64, message: &Native, what: &Outgoing) -> Sent {
        let MessageId::Open(id) = requests::message_id(message)? else {
            return Err(SendOutcome::Content { reason: "a whisper holds no quiz".to_owned() });
        };
        let request = StopPoll::new(ChatId(chat), teloxide::types::MessageId(id));
        let reply = self.ask(&request, what).await?;
        let tally = reply.result::<Tally>().ok_or_else(|| unreadable("a poll"))?;
        let votes = tally.options.into_iter().map(|option| option.voter_count).collect();
        Ok(SendOutcome::Done(Answer::Tally(votes)))
    }

    /// The end is kept so far ahead that even a request that takes its whole time arrives 30 s before it. More than 366
    /// days are for ever.
    async fn mute(&self, chat: i64, person: &Native, until: Millis, what: &Outgoing) -> Sent {
        let now = self.clock.now();
        if until <= now {
            return done();
        }
        let least = now
            .plus_ms(MUTE_LEAST_MS)
            .plus(self.request_max.min(Duration::from_millis(MINUTE_MS.unsigned_abs())));
        let until_s = until.max(least).0.saturating_add(SECOND_MS - 1).div_euclid(SECOND_MS);
        self.ask(&requests::restrict(chat, person, Some(until_s))?, what).await?;
        done()
    }
}

pub(super) fn whispered(chat: i64, member: i64, number: i64) -> DeleteWhisper {
    DeleteWhisper { chat_id: chat, receiver_user_id: member, ephemeral_message_id: number }
}

#[expect(clippy::unnecessary_wraps, reason = "it ends functions that can fail")]
pub(super) fn done() -> Sent {
    Ok(SendOutcome::Done(Answer::Done))
}

/// The server said "ok", so it surely happened, even if its answer can't be read.
pub(super) fn sent(reply: &Reply) -> SendOutcome {
    let Some(sent) = reply.result::<SentMessage<'_>>() else {
        tracing::warn!("a message was sent, but its id can't be read");
        return SendOutcome::Done(Answer::Done);
    };
    let poll = sent.poll.map(|poll| Native(poll.id.into_string()));
    SendOutcome::Done(Answer::Sent { message: sent.message_id.into(), poll })
}

/// An answer whose content was the purpose, and can't be read. All these requests repeat safely.
fn unreadable(what: &str) -> SendOutcome {
    SendOutcome::Uncertain { reason: format!("the answer is no description of {what}") }
}

fn member(member: ChatMember<'_>) -> Option<Member> {
    let (role, rights) = standing(&member)?;
    let sender = person(member.user);
    let is_bot = sender.kind == SenderKind::Bot;
    Some(Member { id: sender.id, name: sender.name, is_bot, role, rights })
}
