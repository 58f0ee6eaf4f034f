//! Purpose: updates as Telegram sends them, one of each kind, for the tests.

use serde_json::{Value, json};

use crate::channel::telegram::parse;
use crate::channel::{Event, Message, Part, PartKind};

/// The group every message is in.
pub(super) const GROUP: i64 = -1_001_234_567_890;

pub(super) fn parent() -> Value {
    json!({"id": 11, "is_bot": false, "first_name": "王", "last_name": "芳", "language_code": "zh-hans"})
}

pub(super) fn bot() -> Value {
    json!({"id": 7, "is_bot": true, "first_name": "Homeroom", "username": "homeroom_bot"})
}

pub(super) fn group() -> Value {
    json!({"id": GROUP, "type": "supergroup", "title": "三年二班", "is_forum": false})
}

/// A message of a parent in the group with these fields beside.
pub(super) fn message(fields: &Value) -> Value {
    let mut message = json!({"message_id": 5, "date": 1_790_000_000, "chat": group(), "from": parent()});
    for (name, value) in fields.as_object().expect("fields are an object") {
        message[name] = value.clone();
    }
    message
}

/// The text of an update of this kind.
pub(super) fn update(kind: &str, body: &Value) -> String {
    format!("{{\"update_id\":900,\"{kind}\":{body}}}")
}

/// What the update says; panics if it can't be understood.
pub(super) fn event(kind: &str, body: &Value) -> Event {
    parse(&update(kind, body)).incoming.expect("a good update").event
}

/// The message with these fields.
pub(super) fn said(fields: &Value) -> Message {
    match event("message", &message(fields)) {
        Event::Message(message) => *message,
        other => panic!("no message: {other:?}"),
    }
}

/// The pieces of text of a message with these fields.
pub(super) fn parts(fields: &Value) -> Vec<(PartKind, String)> {
    said(fields).parts.into_iter().map(|Part { kind, text }| (kind, text)).collect()
}

fn member(status: &str) -> Value {
    json!({"status": status, "user": parent(), "until_date": 0})
}

/// One update of every kind that is converted.
pub(super) fn all() -> Vec<String> {
    let role = json!({
        "chat": group(), "from": parent(), "date": 1_790_000_000,
        "old_chat_member": member("left"), "new_chat_member": member("member"),
    });
    let poll = json!({
        "id": "5521", "question": "3 + 4 = ?", "options": [{"text": "7", "voter_count": 2, "persistent_id": "a"}],
        "total_voter_count": 2, "is_closed": true, "is_anonymous": false, "type": "quiz",
        "allows_multiple_answers": false,
    });
    let contents = [
        json!({"text": "加微信 \u{1f49b} abc", "entities": [{"type": "text_link", "offset": 0, "length": 3, "url": "https://a.example/"}]}),
        json!({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 8, "height": 6}], "caption": "缴费", "media_group_id": "77"}),
        json!({"document": {"file_id": "f", "file_unique_id": "u", "file_name": "成绩.xlsx"}}),
        json!({"contact": {"phone_number": "+861380000", "first_name": "李", "last_name": "老师"}}),
        json!({"poll": poll}),
        json!({"rich_message": {"blocks": [{"type": "paragraph", "text": ["加", {"type": "bold", "text": "微"}]}]}}),
        json!({"new_chat_members": [parent()]}),
        json!({"migrate_to_chat_id": -100_777}),
        json!({"text": "/balance", "message_id": 0, "ephemeral_message_id": 31, "receiver_user": bot()}),
        json!({"text": "b", "reply_markup": {"inline_keyboard": [[{"text": "领取", "url": "https://b.example/"}]]}}),
    ];
    let mut updates: Vec<String> =
        contents.iter().map(|fields| update("message", &message(fields))).collect();
    let private = json!({"id": 11, "type": "private", "first_name": "王"});
    let place = json!({"latitude": 39.9, "longitude": 116.4});
    let to_the_bot = [
        json!({"text": "春游 \u{1f49b}", "entities": [{"type": "bold", "offset": 0, "length": 2}, {"type": "text_link", "offset": 3, "length": 2, "url": "https://a.example/"}]}),
        json!({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 8, "height": 6, "file_size": 9}], "caption": "看", "caption_entities": [{"type": "spoiler", "offset": 0, "length": 1}], "has_media_spoiler": true}),
        json!({"poll": poll}),
        json!({"venue": {"location": place, "title": "科技馆", "address": "5号"}, "location": place}),
    ];
    updates.extend(to_the_bot.iter().map(|fields| {
        let mut message = message(fields);
        message["chat"] = private.clone();
        update("message", &message)
    }));
    updates.push(update("edited_message", &message(&json!({"text": "改", "edit_date": 1_790_000_009}))));
    updates.push(update("my_chat_member", &role));
    updates.push(update("chat_member", &role));
    updates.push(update("poll", &poll));
    updates.push(update("poll_answer", &json!({"poll_id": "5521", "user": parent(), "option_ids": [0]})));
    updates.push(update(
        "callback_query",
        &json!({"id": "9", "from": parent(), "chat_instance": "1", "data": "tok", "message": message(&json!({"text": "q"}))}),
    ));
    updates.push(update("channel_post", &message(&json!({"text": "x"}))));
    updates
}
