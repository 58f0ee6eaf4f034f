//! Purpose: what is taken from a message.

use serde_json::json;

use super::corpus::{GROUP, bot, event, group, message, parent, parts, said};
use crate::channel::{ChatKind, Event, PartKind, SenderKind};
use crate::clock::Millis;
use crate::i18n::Language;
use crate::ids::Native;

#[test]
fn a_plain_message_says_who_where_and_when() {
    let said = said(
        &json!({"text": "收到", "reply_to_message": message(&json!({"message_id": 4, "text": "通知"}))}),
    );
    assert_eq!((said.chat.id, said.chat.kind), (Native::from(GROUP), ChatKind::Group));
    assert_eq!(said.chat.title, "三年二班");
    assert_eq!(said.id, Native::from(5));
    assert_eq!(said.at, Millis(1_790_000_000_000));
    assert_eq!(said.sender.kind, SenderKind::Person);
    assert_eq!((said.sender.id.as_str(), said.sender.name.as_str()), ("11", "王 芳"));
    assert_eq!(said.sender.language, Some(Language::Chinese));
    assert_eq!((said.reply_to, said.reply_to_sender), (Some(Native::from(4)), Some(Native::from(11))));
    assert!(!said.edited && !said.ephemeral && said.topic.is_none() && said.album.is_none());
}

#[test]
fn an_edit_keeps_the_time_of_writing() {
    let Event::Message(edited) =
        event("edited_message", &message(&json!({"text": "改", "edit_date": 1_790_000_009})))
    else {
        panic!("no message")
    };
    assert!(edited.edited);
    assert_eq!(edited.at, Millis(1_790_000_000_000));
}

#[test]
fn a_chat_that_writes_is_told_by_ids_and_not_by_names() {
    let stand_in = json!({"id": 1_087_968_824, "is_bot": true, "first_name": "Group"});
    let own = said(&json!({"text": "a", "from": stand_in, "sender_chat": group()}));
    assert_eq!((own.sender.kind, own.sender.id), (SenderKind::AnonymousAdmin, Native::from(GROUP)));

    let other = json!({"id": -1_009, "type": "channel", "title": "三年二班"});
    let channel = said(
        &json!({"text": "a", "from": {"id": 136_817_688, "is_bot": true, "first_name": "Channel"}, "sender_chat": other}),
    );
    assert_eq!((channel.sender.kind, channel.sender.name.as_str()), (SenderKind::OtherChat, "三年二班"));

    let service = json!({"id": 777_000, "is_bot": false, "first_name": "Telegram"});
    let linked =
        said(&json!({"text": "a", "from": service, "sender_chat": other, "is_automatic_forward": true}));
    assert_eq!(linked.sender.kind, SenderKind::LinkedChannel);

    // The bare id, without the chat's mark, earns nothing.
    assert_eq!(said(&json!({"text": "a", "from": stand_in})).sender.kind, SenderKind::Bot);
    assert_eq!(said(&json!({"text": "a", "from": service})).sender.kind, SenderKind::Person);
}

#[test]
fn every_text_a_reader_sees_is_taken_in_reading_order() {
    let all = parts(&json!({
        "forward_origin": {"type": "channel", "date": 1, "chat": {"id": -9, "type": "channel", "title": "提分班"}, "message_id": 3, "author_signature": "小编"},
        "quote": {"text": "老师说", "position": 0},
        "caption": "看这里", "caption_entities": [{"type": "text_link", "offset": 0, "length": 3, "url": "https://x.example/"}],
        "document": {"file_id": "f", "file_unique_id": "u", "file_name": "收款码.png"},
        "via_bot": {"id": 4, "is_bot": true, "first_name": "Gif", "username": "gif"},
        "reply_markup": {"inline_keyboard": [[{"text": "领取", "url": "https://y.example/"}, {"text": "复制", "copy_text": {"text": "vx888"}}]]},
    }));
    let expected = [
        (PartKind::ForwardOrigin, "提分班 · 小编"),
        (PartKind::Other, "老师说"),
        (PartKind::Caption, "看这里"),
        (PartKind::LinkTarget, "https://x.example/"),
        (PartKind::FileName, "收款码.png"),
        (PartKind::Other, "gif"),
        (PartKind::ButtonLabel, "领取"),
        (PartKind::LinkTarget, "https://y.example/"),
        (PartKind::ButtonLabel, "复制"),
        (PartKind::Other, "vx888"),
    ];
    assert_eq!(all, expected.map(|(kind, text)| (kind, text.to_owned())));
}

#[test]
fn a_hidden_link_preview_is_a_link_target() {
    let all = parts(&json!({"text": "hi", "link_preview_options": {"url": "https://z.example/"}}));
    assert_eq!(all.last(), Some(&(PartKind::LinkTarget, "https://z.example/".to_owned())));
}

#[test]
fn a_poll_a_contact_and_a_place_are_text_to_check() {
    let poll = parts(
        &json!({"poll": {"id": "1", "question": "选谁", "options": [{"text": "甲"}, {"text": "乙"}], "explanation": "加V"}}),
    );
    let kinds: Vec<PartKind> = poll.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [PartKind::PollQuestion, PartKind::PollOption, PartKind::PollOption, PartKind::Other]);
    let contact =
        parts(&json!({"contact": {"phone_number": "138", "first_name": "李", "last_name": "老师"}}));
    assert_eq!(contact[0], (PartKind::ContactName, "李 老师".to_owned()));
    assert_eq!(contact[1], (PartKind::Other, "138".to_owned()));
    let place =
        parts(&json!({"venue": {"location": {}, "title": "补习", "address": "三楼"}, "location": {}}));
    assert_eq!(place.len(), 2);
    assert!(parts(&json!({"dice": {"emoji": "🎲", "value": 3}})).is_empty());
    assert!(parts(&json!({"photo": [{"file_id": "f"}]})).is_empty());
}

#[test]
fn content_of_a_later_version_does_not_slip_past() {
    let rich = parts(&json!({"rich_message": {"blocks": [
        {"type": "heading", "text": "通知"},
        {"type": "list", "items": [{"label": "1.", "blocks": [{"type": "paragraph", "text": ["加", {"type": "url", "text": "微信", "url": "https://w.example/"}]}]}]},
    ]}}));
    let words: Vec<&str> = rich.iter().map(|(_, text)| text.as_str()).collect();
    for word in ["通知", "1.", "加", "微信", "https://w.example/"] {
        assert!(words.contains(&word), "{word} is missing in {words:?}");
    }
    let list = parts(&json!({"checklist": {"title": "班费", "tasks": [{"id": 1, "text": "交50"}]}}));
    assert_eq!(list.len(), 2);
    let unheard_of = parts(&json!({"hologram": {"scene": [{"caption": "加薇"}]}}));
    assert_eq!(unheard_of, [(PartKind::Other, "加薇".to_owned())]);
    let added = parts(&json!({"poll_option_added": {"option_text": "丙"}}));
    assert_eq!(added, [(PartKind::Other, "丙".to_owned())]);
}

#[test]
fn words_from_unknown_content_are_bounded() {
    let many: Vec<_> = (0..1_000).map(|_| json!({"text": "x".repeat(1_000)})).collect();
    let all = parts(&json!({"hologram": many}));
    assert!(all.len() <= 200);
    assert!(all.iter().map(|(_, text)| text.len()).sum::<usize>() <= 65_536);
}

#[test]
fn a_notice_about_a_topic_tells_what_became_of_it() {
    let told = |fields: &serde_json::Value| {
        let mut notice = json!({"is_topic_message": true, "message_thread_id": 3});
        notice.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let said = said(&notice);
        assert_eq!(said.topic, Some(Native::from(3)));
        said.topic_change.map(|change| (change.title, change.closed))
    };
    let opened = json!({"forum_topic_created": {"name": "作业", "icon_color": 1}});
    assert_eq!(told(&opened), Some((Some("作业".to_owned()), Some(false))));
    // Who names a topic is looked at like whoever writes.
    assert_eq!(parts(&opened), [(PartKind::Other, "作业".to_owned())]);
    assert_eq!(
        told(&json!({"forum_topic_edited": {"name": "语文作业"}})),
        Some((Some("语文作业".to_owned()), None))
    );
    assert_eq!(told(&json!({"forum_topic_edited": {"icon_custom_emoji_id": "1"}})), Some((None, None)));
    assert_eq!(told(&json!({"forum_topic_closed": {}})), Some((None, Some(true))));
    assert_eq!(told(&json!({"forum_topic_reopened": {}})), Some((None, Some(false))));
    assert_eq!(told(&json!({"text": "a"})), None);
}

#[test]
fn a_topic_is_named_and_its_opening_is_no_answer() {
    let said = said(&json!({
        "text": "a", "is_topic_message": true, "message_thread_id": 3,
        "reply_to_message": message(&json!({"message_id": 3, "forum_topic_created": {"name": "作业", "icon_color": 1}})),
    }));
    assert_eq!((said.topic, said.reply_to), (Some(Native::from(3)), None));
    assert_eq!(said.topic_title.as_deref(), Some("作业"));
}

#[test]
fn an_ephemeral_command_is_marked_and_has_its_own_id() {
    let said = said(
        &json!({"text": "/balance", "message_id": 0, "ephemeral_message_id": 31, "receiver_user": bot()}),
    );
    assert!(said.ephemeral);
    assert_eq!(said.id.as_str(), "e11:31");
    let answer = message(&json!({
        "text": "谢谢", "message_id": 0, "ephemeral_message_id": 33, "receiver_user": bot(),
        "reply_to_message": {"message_id": 0, "ephemeral_message_id": 32, "date": 1, "chat": group(), "from": bot(), "receiver_user": parent()},
    }));
    let Event::Message(answer) = event("message", &answer) else { panic!("no message") };
    assert_eq!(answer.reply_to.as_ref().map(Native::as_str), Some("e11:32"));
    assert_eq!(answer.reply_to_sender.as_ref().map(Native::as_str), Some("7"));
}

#[test]
fn a_moved_group_is_reported_on_both_sides() {
    let moved = Event::Migrated { from: Native::from(GROUP), to: Native::from(-55) };
    assert_eq!(event("message", &message(&json!({"migrate_to_chat_id": -55}))), moved);
    let moved = Event::Migrated { from: Native::from(-44), to: Native::from(GROUP) };
    assert_eq!(event("message", &message(&json!({"migrate_from_chat_id": -44}))), moved);
}

#[test]
fn comings_and_goings_are_left_to_the_member_update() {
    for fields in [
        json!({"new_chat_members": [parent()], "new_chat_member": parent()}),
        json!({"left_chat_member": parent()}),
        json!({"new_chat_title": "新群"}),
    ] {
        assert_eq!(event("message", &message(&fields)), Event::Ignored { kind: "service" });
    }
}
