//! Purpose: the simulated world: people, chats, messages, polls, what the bot did and what waits for it.
//!
//! Invariant: everything is found by its number in constant time; every list is bounded; all times are the
//! clock's.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, VecDeque};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::clock::{Clock, Millis, SECOND_MS};

use super::callback::{Callback, CallbackAnswer};
use super::config::SimConfig;
use super::files::FileStore;
use super::history::History;
use super::ids::{ANONYMOUS_ADMIN, CHANNEL_BOT, ChatId, PersonId, TELEGRAM};
use super::limits::Limits;
use super::message::{Content, Message};
use super::poll::Poll;
use super::population::{Chat, ChatKind, Member, Person, new_person};
use super::requests::RequestLog;
use super::standing::{Permissions, Rights, Standing};
use super::updates::UpdateQueue;
use super::webhook::Webhook;

/// A message the bot deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// The chat.
    pub chat: ChatId,
    /// The message; an ephemeral message's own number if `ephemeral`.
    pub message: i64,
    /// Whether it was an ephemeral message.
    pub ephemeral: bool,
    /// When.
    pub at: Millis,
}

/// The world. Read it inside [`Sandbox::read`](super::Sandbox::read) or a predicate of
/// [`Sandbox::until`](super::Sandbox::until).
pub struct World {
    pub(super) clock: Clock,
    pub(super) config: SimConfig,
    pub(super) bot: PersonId,
    pub(super) people: HashMap<PersonId, Person>,
    pub(super) chats: HashMap<ChatId, Chat>,
    pub(super) polls: HashMap<String, Poll>,
    poll_order: VecDeque<String>,
    /// Polls that close by themselves, the next one on top.
    pub(super) due_polls: BinaryHeap<Reverse<(Millis, String)>>,
    pub(super) callbacks: HashMap<String, Callback>,
    pub(super) callback_order: VecDeque<String>,
    pub(super) answers: VecDeque<CallbackAnswer>,
    pub(super) deletions: VecDeque<Deletion>,
    pub(super) files: FileStore,
    pub(super) updates: UpdateQueue,
    pub(super) webhook: Option<Webhook>,
    pub(super) limits: Limits,
    pub(super) log: RequestLog,
    pub(super) settings: HashMap<String, Value>,
    pub(super) revision: u64,
    next_number: i64,
    next_seq: u64,
}

impl World {
    pub(super) fn new(config: SimConfig, clock: Clock) -> Self {
        let bot = PersonId(config.bot_id());
        let mut people = HashMap::new();
        let known = [
            (bot, config.bot_name.as_str(), config.bot_username.as_str(), true),
            (ANONYMOUS_ADMIN, "Group", "GroupAnonymousBot", true),
            (CHANNEL_BOT, "Channel", "Channel_Bot", true),
            (TELEGRAM, "Telegram", "telegram", false),
        ];
        for (id, name, username, is_bot) in known {
            let mut person = new_person(id, name);
            person.username = Some(username.to_owned());
            person.is_bot = is_bot;
            people.insert(id, person);
        }
        Self {
            bot,
            people,
            chats: HashMap::new(),
            polls: HashMap::new(),
            poll_order: VecDeque::new(),
            due_polls: BinaryHeap::new(),
            callbacks: HashMap::new(),
            callback_order: VecDeque::new(),
            answers: VecDeque::new(),
            deletions: VecDeque::new(),
            files: FileStore::default(),
            updates: UpdateQueue::new(!config.fast_mode),
            webhook: None,
            limits: Limits::default(),
            log: RequestLog::new(config.request_log_limit),
            settings: HashMap::new(),
            revision: 0,
            next_number: 1,
            next_seq: 1,
            clock,
            config,
        }
    }

    /// The present time of the clock.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// The bot.
    #[must_use]
    pub fn bot(&self) -> PersonId {
        self.bot
    }

    /// Grows with every change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// A person.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id)
    }

    /// A chat.
    #[must_use]
    pub fn chat(&self, id: ChatId) -> Option<&Chat> {
        self.chats.get(&id)
    }

    /// A poll.
    #[must_use]
    pub fn poll(&self, id: &str) -> Option<&Poll> {
        self.polls.get(id)
    }

    /// What a person is in a chat at present; `None` if they never were in it.
    #[must_use]
    pub fn standing(&self, chat: ChatId, person: PersonId) -> Option<Standing> {
        let member = self.chats.get(&chat)?.members.get(&person)?;
        Some(member.standing.at(self.now()))
    }

    /// A member's visible tag.
    #[must_use]
    pub fn tag(&self, chat: ChatId, person: PersonId) -> Option<&str> {
        self.chats.get(&chat)?.members.get(&person)?.tag.as_deref()
    }

    /// Whether the bot administers the chat with these rights.
    #[must_use]
    pub fn bot_has(&self, chat: ChatId, rights: Rights) -> bool {
        self.standing(chat, self.bot).is_some_and(|standing| standing.has(rights))
    }

    pub(super) fn next_number(&mut self) -> i64 {
        self.next_number += 1;
        self.next_number
    }

    pub(super) fn touch(&mut self) -> u64 {
        self.revision += 1;
        self.revision
    }

    pub(super) fn insert_chat(&mut self, id: ChatId, kind: ChatKind, title: &str) -> &mut Chat {
        let limit = self.config.history_limit;
        self.chats.entry(id).or_insert_with(|| Chat {
            id,
            kind,
            title: title.to_owned(),
            members: HashMap::new(),
            permissions: Permissions::USUAL,
            migrated_to: None,
            pinned: None,
            join_requests: Vec::new(),
            banned_senders: Vec::new(),
            gone: false,
            topics: BTreeMap::new(),
            history: History::new(limit),
            ephemerals: History::new(limit),
        })
    }

    /// Adds a message and returns its number. The caller knows that the chat exists.
    pub(super) fn add_message(&mut self, chat: ChatId, mut message: Message) -> i64 {
        message.seq = self.next_seq;
        self.next_seq += 1;
        message.revision = self.touch();
        let Some(chat) = self.chats.get_mut(&chat) else { return 0 };
        if message.is_ephemeral() { chat.ephemerals.push(message) } else { chat.history.push(message) }
    }

    /// Keeps a poll; beyond the limit the oldest is forgotten.
    pub(super) fn add_poll(&mut self, poll: Poll) {
        if self.poll_order.len() >= self.config.trace_limit
            && let Some(oldest) = self.poll_order.pop_front()
        {
            self.polls.remove(&oldest);
        }
        self.poll_order.push_back(poll.id.clone());
        self.polls.insert(poll.id.clone(), poll);
    }

    /// A message with the present time and nothing but content.
    pub(super) fn draft(&self, from: PersonId, content: Content) -> Message {
        Message {
            id: 0,
            seq: 0,
            revision: 0,
            receiver: None,
            from,
            sender_chat: None,
            date: self.now(),
            edited: None,
            content,
            reply_to: None,
            thread: None,
            markup: None,
            origin: None,
            automatic: false,
            silent: false,
            deleted: None,
            reactions: Vec::new(),
        }
    }

    /// Queues an update for the bot if it asked for the kind. Returns its id.
    pub(super) fn announce(&mut self, kind: &str, lane: i64, object: Value) -> Option<i64> {
        if !self.updates.wants(kind) {
            return None;
        }
        let mut wrapped = Map::new();
        wrapped.insert(kind.to_owned(), object);
        let body = Bytes::from(Value::Object(wrapped).to_string());
        Some(self.updates.push(lane, body, self.now()))
    }

    /// Sets a standing and announces it: `my_chat_member` for the bot, else `chat_member` where the bot is
    /// administrator.
    pub(super) fn set_standing(&mut self, chat: ChatId, person: PersonId, actor: PersonId, new: Standing) {
        let now = self.now();
        let Some(place) = self.chats.get_mut(&chat) else { return };
        let member = place.members.entry(person).or_insert(Member { standing: Standing::Left, tag: None });
        let old = member.standing.at(now);
        member.standing = new;
        let tag = member.tag.clone();
        self.touch();
        if old == new {
            return;
        }
        let is_bot = person == self.bot;
        if !is_bot && !self.bot_has(chat, Rights::NONE) {
            return;
        }
        let user = self.user_json(person);
        let update = json!({
            "chat": self.chat_json(chat),
            "from": self.user_json(actor),
            "date": now.0.div_euclid(SECOND_MS),
            "old_chat_member": old.json(user.clone(), tag.as_deref()),
            "new_chat_member": new.json(user, tag.as_deref()),
        });
        self.announce(if is_bot { "my_chat_member" } else { "chat_member" }, chat.0, update);
    }

    /// A person as a `User` object.
    pub(super) fn user_json(&self, id: PersonId) -> Value {
        let Some(person) = self.people.get(&id) else {
            return json!({"id": id.0, "is_bot": false, "first_name": ""});
        };
        let mut user = json!({"id": id.0, "is_bot": person.is_bot, "first_name": person.first_name});
        let extra = [
            ("last_name", &person.last_name),
            ("username", &person.username),
            ("language_code", &person.language),
        ];
        for (name, value) in extra {
            if let Some(value) = value {
                user[name] = json!(value);
            }
        }
        user
    }

    /// A chat as a `Chat` object.
    pub(super) fn chat_json(&self, id: ChatId) -> Value {
        let Some(chat) = self.chats.get(&id) else { return json!({"id": id.0, "type": "private"}) };
        let mut out = json!({"id": id.0, "type": chat.kind.word()});
        if !chat.topics.is_empty() {
            out["is_forum"] = json!(true);
        }
        if chat.kind != ChatKind::Private {
            out["title"] = json!(chat.title);
        } else if let Some(person) = self.people.get(&PersonId(id.0)) {
            out["first_name"] = json!(person.first_name);
            if let Some(last) = &person.last_name {
                out["last_name"] = json!(last);
            }
            if let Some(username) = &person.username {
                out["username"] = json!(username);
            }
        }
        out
    }

    pub(super) fn note_deletion(&mut self, deletion: Deletion) {
        push_bounded(&mut self.deletions, deletion, self.config.trace_limit);
    }

    pub(super) fn note_answer(&mut self, answer: CallbackAnswer) {
        push_bounded(&mut self.answers, answer, self.config.trace_limit);
    }
}

fn push_bounded<T>(list: &mut VecDeque<T>, item: T, limit: usize) {
    if list.len() >= limit {
        list.pop_front();
    }
    list.push_back(item);
}
