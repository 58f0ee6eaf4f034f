//! Purpose: the world as the page shows it to one person.
//!
//! Invariant: text leaves here only as runs of plain text with style names, never as HTML; a person gets nothing
//! of a chat they are not in, and of a deleted message or another's ephemeral one nothing they couldn't have seen.

use serde_json::{Value, json};

use crate::clock::Millis;

use super::entities::Styled;
use super::ids::{CannotDo, ChatId, PersonId};
use super::media::{Media, MediaKind};
use super::message::{Content, Message};
use super::poll::Poll;
use super::population::{Chat, ChatKind};
use super::standing::Standing;
use super::world::World;

/// The page shows at most this many messages of a chat.
const MESSAGES_MAX: usize = 500;

impl World {
    /// Who is there, which chats exist, what time it is. `next` = the bot's next scheduled event.
    pub(super) fn page_world(&self, next: Option<Millis>) -> Value {
        let mut people: Vec<_> =
            self.people.values().filter(|person| !person.is_bot && person.id.0 > 1_000_000).collect();
        people.sort_by_key(|person| person.id);
        let people: Vec<Value> = people
            .into_iter()
            .map(|person| {
                let photo = person.photo.as_ref().map(|file| format!("/api/file/{file}"));
                json!({
                    "id": person.id.0, "name": person.full_name(), "role_hint": person.role_hint,
                    "language": person.language, "avatar": photo.unwrap_or_else(|| initials(&person.first_name)),
                })
            })
            .collect();
        let mut chats: Vec<&Chat> =
            self.chats.values().filter(|chat| chat.kind != ChatKind::Channel).collect();
        chats.sort_by_key(|chat| (chat.kind == ChatKind::Private, chat.id));
        let chats = chats.into_iter().filter(|chat| chat.migrated_to.is_none()).map(|chat| {
            let mut out = json!({
                "id": chat.id.0, "kind": chat.kind.word(), "title": chat.title, "members": self.page_members(chat),
            });
            if chat.kind == ChatKind::Private {
                out["with"] = json!(chat.id.0);
            } else {
                out["bot_status"] = json!(self.standing(chat.id, self.bot).unwrap_or(Standing::Left).word());
            }
            out
        });
        let mut out = json!({
            "now_ms": self.now().0, "zone": self.config.zone, "revision": self.revision,
            "bot": {"id": self.bot.0, "name": self.config.bot_name, "username": self.config.bot_username, "avatar": "🤖"},
            "people": people, "chats": chats.collect::<Vec<_>>(),
        });
        if let Some(next) = next {
            out["next_ms"] = json!(next.0);
        }
        out
    }

    fn page_members(&self, chat: &Chat) -> Vec<Value> {
        let now = self.now();
        let mut members: Vec<_> = chat.members.iter().collect();
        members.sort_by_key(|(person, _)| **person);
        members
            .into_iter()
            .map(|(person, member)| {
                json!({
                    "id": person.0, "status": member.standing.at(now).word(), "tag": member.tag,
                    "can_write": self.can_write(chat.id, *person),
                })
            })
            .collect()
    }

    /// One chat as one person sees it; only messages changed after revision `after`.
    pub(super) fn page_view(&self, person: PersonId, chat: ChatId, after: u64) -> Result<Value, CannotDo> {
        let Some(place) = self.chat(chat) else { return CannotDo::because("there is no such chat") };
        let private = place.kind == ChatKind::Private;
        if self.person(person).is_none() || (private && chat != person.private_chat()) {
            return CannotDo::because("this chat belongs to others");
        }
        let standing = self.standing(chat, person).unwrap_or(Standing::Left);
        let inside = private || standing.is_present();
        let title = if private { self.config.bot_name.as_str() } else { place.title.as_str() };
        let mut messages = Vec::new();
        if inside {
            let seen = place
                .messages()
                .filter(|message| message.revision > after && self.sees(person, chat, message));
            messages.extend(seen.filter_map(|message| self.page_message(place, person, message)));
            messages.drain(..messages.len().saturating_sub(MESSAGES_MAX));
        }
        let alerts: Vec<Value> = self
            .answers
            .iter()
            .filter(|answer| answer.person == person && !answer.dismissed)
            .filter(|answer| self.callbacks.get(&answer.callback).is_none_or(|press| press.chat == chat))
            .filter_map(|answer| {
                Some(json!({"id": answer.callback, "text": answer.text.as_ref()?, "alert": answer.alert}))
            })
            .collect();
        Ok(json!({
            "title": title, "kind": place.kind.word(), "members": self.page_members(place), "revision": self.revision,
            "me": {"status": if private { "member" } else { standing.word() }, "can_write": self.can_write(chat, person)},
            "messages": messages, "alerts": alerts,
        }))
    }

    /// `None` for service messages that are not worth a line.
    fn page_message(&self, chat: &Chat, person: PersonId, message: &Message) -> Option<Value> {
        let ephemeral = message.is_ephemeral();
        let key = format!("{}{}", if ephemeral { "e" } else { "" }, message.id);
        let mut out = json!({
            "key": key, "id": message.id, "ephemeral": ephemeral, "only_you": ephemeral,
            "from": self.page_sender(chat.id, message), "date_ms": message.date.0,
            "edited": message.edited.is_some(), "deleted": message.deleted.is_some(),
        });
        if let Some(origin) = &message.origin {
            out["forwarded"] = json!(forwarded_from(origin));
        }
        if let Some(reply) = message.reply_to.and_then(|id| chat.message(id)) {
            let text: String = reply.text().chars().take(120).collect();
            out["reply_to"] =
                json!({"id": reply.id, "name": self.page_sender(chat.id, reply)["name"], "text": text});
        }
        match &message.content {
            Content::Text(styled) => {
                out["text"] = json!(styled.text);
                out["runs"] = runs(styled);
            }
            Content::Media(media) => page_media(media, &mut out),
            Content::Poll(id) => {
                if let Some(poll) = self.poll(id) {
                    out["poll"] = page_poll(poll, person);
                }
            }
            Content::Contact(contact) => {
                let field = |name: &str| contact.get(name).and_then(Value::as_str).unwrap_or_default();
                out["runs"] = json!([{"t": format!("☎ {} {}", field("first_name"), field("phone_number")), "style": []}]);
            }
            Content::Location(place) => out["place"] = page_place(place, None),
            Content::Venue(venue) => out["place"] = page_place(&venue["location"], Some(venue)),
            Content::Service(fields) => out["service"] = self.page_service(fields, message.from)?,
        }
        if message.deleted.is_none() {
            out["buttons"] = page_buttons(message);
        }
        Some(out)
    }

    fn page_sender(&self, chat: ChatId, message: &Message) -> Value {
        let known = self.person(message.from);
        let name = match message.sender_chat.and_then(|sender| self.chat(sender)) {
            Some(sender) => sender.title.clone(),
            None => known.map_or_else(String::new, super::population::Person::full_name),
        };
        let is_bot = known.is_some_and(|person| person.is_bot);
        json!({"id": message.from.0, "name": name, "is_bot": is_bot, "tag": self.tag(chat, message.from)})
    }

    fn page_service(&self, fields: &serde_json::Map<String, Value>, actor: PersonId) -> Option<Value> {
        let name = |user: &Value| {
            let id = PersonId(user.get("id").and_then(Value::as_i64).unwrap_or(0));
            self.person(id).map_or_else(String::new, super::population::Person::full_name)
        };
        let is_actor = |user: &Value| user.get("id").and_then(Value::as_i64) == Some(actor.0);
        let by = self.person(actor).map_or_else(String::new, super::population::Person::full_name);
        if let Some(joined) = fields.get("new_chat_members").and_then(Value::as_array) {
            let who = joined.iter().map(name).collect::<Vec<_>>().join(", ");
            let kind = if joined.iter().any(is_actor) { "joined" } else { "added" };
            return Some(json!({"kind": kind, "who": who, "by": by}));
        }
        if let Some(left) = fields.get("left_chat_member") {
            let who = name(left);
            let kind = if is_actor(left) { "left" } else { "removed" };
            return Some(json!({"kind": kind, "who": who, "by": by}));
        }
        fields.contains_key("migrate_from_chat_id").then(|| json!({"kind": "migrated", "who": "", "by": by}))
    }
}

/// A file that a browser can show is a picture; everything else is a card to download it by.
fn page_media(media: &Media, out: &mut Value) {
    let url = format!("/api/file/{}", media.file);
    if matches!(media.kind, MediaKind::Photo | MediaKind::Sticker) {
        out["photo"] =
            json!({"url": url, "size": media.size, "kind": media.kind.word(), "covered": media.spoiler});
    } else {
        let name = media.name.clone().unwrap_or_default();
        out["document"] = json!({"url": url, "name": name, "size": media.size, "kind": media.kind.word()});
    }
    if let Some(album) = &media.album {
        out["album"] = json!(album);
    }
    out["caption"] = json!(media.caption.text);
    out["caption_runs"] = runs(&media.caption);
}

fn page_place(place: &Value, named: Option<&Value>) -> Value {
    let word = |name: &str| named.map_or(Value::Null, |venue| venue[name].clone());
    json!({
        "latitude": place["latitude"], "longitude": place["longitude"],
        "title": word("title"), "address": word("address"),
    })
}

/// The name of whom a message was forwarded from.
fn forwarded_from(origin: &Value) -> &str {
    let names = ["/sender_user/first_name", "/sender_chat/title", "/chat/title", "/sender_user_name"];
    names.iter().find_map(|place| origin.pointer(place)?.as_str()).unwrap_or_default()
}

/// A poll for one person: the right answer and its explanation only after they answered or it closed.
fn page_poll(poll: &Poll, person: PersonId) -> Value {
    let mine = poll.votes.get(&person).cloned().unwrap_or_default();
    let options = poll.options.iter().zip(&poll.counts);
    let options: Vec<Value> = options.map(|(text, votes)| json!({"text": text, "votes": votes})).collect();
    let open = !poll.closed && mine.is_empty();
    let mut out = json!({
        "id": poll.id, "question": poll.question.text, "options": options, "mine": mine, "closed": poll.closed,
        "total": poll.votes.len(), "quiz": poll.quiz, "multiple": poll.multiple, "can_retract": poll.revoting,
    });
    if poll.quiz && !open {
        out["correct"] = json!(poll.correct);
        if !poll.explanation.text.is_empty() {
            out["explanation"] = json!(poll.explanation.text);
        }
    }
    out
}

fn page_buttons(message: &Message) -> Value {
    let rows = message.buttons().into_iter().enumerate().map(|(row, buttons)| {
        let row = buttons.into_iter().enumerate().map(move |(column, button)| {
            json!({"text": button.text, "data_id": format!("{row}.{column}"), "url": button.url})
        });
        row.collect::<Vec<_>>()
    });
    json!(rows.collect::<Vec<_>>())
}

/// The letters of an avatar: one Chinese character or up to two initials.
fn initials(name: &str) -> String {
    name.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default()
}

/// Splits text at the edges of its entities: `[{t, style: […], url?}]`.
fn runs(styled: &Styled) -> Value {
    let number = |entity: &Value, name: &str| {
        entity.get(name).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok()).unwrap_or(0)
    };
    let spans: Vec<(usize, usize, &Value)> = styled
        .entities
        .iter()
        .map(|entity| (number(entity, "offset"), number(entity, "offset") + number(entity, "length"), entity))
        .collect();
    let units: Vec<u16> = styled.text.encode_utf16().collect();
    let mut edges: Vec<usize> = spans.iter().flat_map(|(start, end, _)| [*start, *end]).collect();
    edges.extend([0, units.len()]);
    edges.retain(|edge| *edge <= units.len());
    edges.sort_unstable();
    edges.dedup();
    let mut runs = Vec::new();
    for pair in edges.windows(2) {
        let [from, to] = *pair else { continue };
        let text = String::from_utf16_lossy(&units[from..to]);
        let mut style = Vec::new();
        let mut url = None;
        for (_, _, entity) in spans.iter().filter(|(start, end, _)| *start <= from && to <= *end) {
            match entity.get("type").and_then(Value::as_str).unwrap_or_default() {
                "text_link" => {
                    style.push("link");
                    url = entity.get("url").and_then(Value::as_str).map(str::to_owned);
                }
                "url" => {
                    style.push("link");
                    url = Some(if text.contains("://") { text.clone() } else { format!("https://{text}") });
                }
                "expandable_blockquote" => style.push("blockquote"),
                known => style.push(known),
            }
        }
        let mut run = json!({"t": text, "style": style});
        if let Some(url) = url {
            run["url"] = json!(url);
        }
        runs.push(run);
    }
    json!(runs)
}
