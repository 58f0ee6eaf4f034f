//! Purpose: topics of forums: opened, renamed, closed, opened again, deleted.
//!
//! Invariant: each change but a deletion leaves the service message that Telegram leaves, in the topic; a deletion takes the
//! topic without a word.

use serde_json::{Map, Value, json};

use crate::sandbox::Sandbox;
use crate::sandbox::ids::{CannotDo, ChatId, PersonId};
use crate::sandbox::message::Content;
use crate::sandbox::population::{ChatKind, Topic};
use crate::sandbox::standing::Rights;
use crate::sandbox::world::World;

impl Sandbox {
    /// Somebody opens a topic in a supergroup, which is a forum from then on. Returns its number.
    pub fn opens_topic(&self, person: PersonId, chat: ChatId, title: &str) -> Result<i64, CannotDo> {
        self.act(|world| {
            world.need_topics(person, chat)?;
            let fields = json!({"forum_topic_created": {"name": title, "icon_color": 7_322_096}});
            let topic = Topic { title: title.to_owned(), closed: false };
            Ok(world.topic_notice(chat, person, None, fields, topic))
        })
    }

    /// Somebody gives a topic another title.
    pub fn renames_topic(
        &self,
        person: PersonId,
        chat: ChatId,
        topic: i64,
        title: &str,
    ) -> Result<(), CannotDo> {
        let fields = json!({"forum_topic_edited": {"name": title}});
        self.changes_topic(person, chat, topic, fields, |topic| title.clone_into(&mut topic.title))
    }

    /// Somebody closes a topic: only those who manage topics may write there.
    pub fn closes_topic(&self, person: PersonId, chat: ChatId, topic: i64) -> Result<(), CannotDo> {
        self.changes_topic(person, chat, topic, json!({"forum_topic_closed": {}}), |topic| {
            topic.closed = true;
        })
    }

    /// Somebody opens a closed topic again.
    pub fn reopens_topic(&self, person: PersonId, chat: ChatId, topic: i64) -> Result<(), CannotDo> {
        let fields = json!({"forum_topic_reopened": {}});
        self.changes_topic(person, chat, topic, fields, |topic| topic.closed = false)
    }

    /// Somebody deletes a topic; Telegram tells no bot of it.
    pub fn deletes_topic(&self, person: PersonId, chat: ChatId, topic: i64) -> Result<(), CannotDo> {
        self.act(|world| {
            world.need_topics(person, chat)?;
            let place = world.chats.get_mut(&chat);
            if place.and_then(|place| place.topics.remove(&topic)).is_none() {
                return CannotDo::because("there is no such topic");
            }
            world.touch();
            Ok(())
        })
    }

    fn changes_topic(
        &self,
        person: PersonId,
        chat: ChatId,
        topic: i64,
        fields: Value,
        change: impl FnOnce(&mut Topic),
    ) -> Result<(), CannotDo> {
        self.act(|world| {
            world.need_topics(person, chat)?;
            let known = world.chat(chat).and_then(|place| place.topics.get(&topic)).cloned();
            let Some(mut changed) = known else { return CannotDo::because("there is no such topic") };
            change(&mut changed);
            world.topic_notice(chat, person, Some(topic), fields, changed);
            Ok(())
        })
    }
}

impl World {
    fn need_topics(&self, person: PersonId, chat: ChatId) -> Result<(), CannotDo> {
        self.need_present(chat, person)?;
        if self.chat(chat).is_none_or(|place| place.kind != ChatKind::Supergroup) {
            return CannotDo::because("only a supergroup can have topics");
        }
        if self.standing(chat, person).is_some_and(|standing| standing.has(Rights::TOPICS)) {
            return Ok(());
        }
        CannotDo::because("not allowed to manage topics")
    }

    /// The service message about a topic, in the topic; a new one has the message's number. Returns the topic's.
    fn topic_notice(
        &mut self,
        chat: ChatId,
        actor: PersonId,
        thread: Option<i64>,
        fields: Value,
        topic: Topic,
    ) -> i64 {
        let fields: Map<String, Value> = match fields {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        let draft = self.draft(actor, Content::Service(fields));
        let id = self.add_message(chat, draft);
        let thread = thread.unwrap_or(id);
        if let Some(place) = self.chats.get_mut(&chat) {
            place.topics.insert(thread, topic);
            if let Some(message) = place.history.get_mut(id) {
                message.thread = Some(thread);
            }
        }
        self.announce_message("message", chat, id, false);
        thread
    }
}
