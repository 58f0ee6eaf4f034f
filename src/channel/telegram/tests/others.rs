//! Purpose: what is taken from updates that aren't messages.

use serde_json::{Value, json};

use super::corpus::{GROUP, event, group, message, parent, update};
use crate::channel::telegram::parse;
use crate::channel::{Event, Rights, Role};
use crate::clock::Millis;
use crate::ids::{Native, UpdateId};

#[test]
fn a_vote_names_its_voter_unless_a_chat_votes_or_nobody_is_named() {
    let vote = |body: Value| match event("poll_answer", &body) {
        Event::Vote(vote) => (vote.voter.map(|voter| voter.id), vote.options),
        other => panic!("no vote: {other:?}"),
    };
    assert_eq!(
        vote(json!({"poll_id": "5", "user": parent(), "option_ids": [2]})),
        (Some(Native::from(11)), vec![2])
    );
    assert_eq!(vote(json!({"poll_id": "5", "user": parent(), "option_ids": []})).1, Vec::<usize>::new());
    assert_eq!(
        vote(json!({"poll_id": "5", "voter_chat": group(), "user": parent(), "option_ids": [0]})).0,
        None
    );
    assert_eq!(vote(json!({"poll_id": "5", "option_ids": [0]})).0, None);
}

#[test]
fn a_poll_tells_question_options_and_whether_it_is_closed() {
    let poll =
        json!({"id": "5", "question": "q", "options": [{"text": "a", "voter_count": 1}], "is_closed": true});
    let expected = Event::Poll {
        poll: Native::from("5"),
        question: "q".to_owned(),
        options: vec!["a".to_owned()],
        closed: true,
    };
    assert_eq!(event("poll", &poll), expected);
}

#[test]
fn a_press_names_its_message_as_far_as_telegram_does() {
    let press = |message: Value| match event(
        "callback_query",
        &json!({"id": "81", "from": parent(), "chat_instance": "1", "data": "tok", "message": message}),
    ) {
        Event::Press(press) => {
            assert_eq!((press.id.as_str(), press.token.as_str()), ("81", "tok"));
            (press.chat.map(|chat| chat.id), press.message.map(|id| id.0))
        }
        other => panic!("no press: {other:?}"),
    };
    let here = Some(Native::from(GROUP));
    assert_eq!(press(message(&json!({"text": "q"}))), (here.clone(), Some("5".to_owned())));
    let old = json!({"chat": group(), "message_id": 6, "date": 0});
    assert_eq!(press(old), (here.clone(), Some("6".to_owned())));
    let hidden = json!({"chat": group(), "message_id": 0, "ephemeral_message_id": 9, "date": 5});
    assert_eq!(press(hidden), (here, Some("e11:9".to_owned())));
    assert_eq!(press(Value::Null), (None, None));
}

#[test]
fn a_standing_and_its_rights_follow_the_status() {
    let after = |member: Value| {
        let mut member = member;
        member["user"] = parent();
        let change = json!({
            "chat": group(), "from": parent(), "date": 1_790_000_000,
            "old_chat_member": {"status": "left", "user": parent()}, "new_chat_member": member,
        });
        match event("chat_member", &change) {
            Event::MemberRole(change) => {
                assert_eq!((change.before, change.at), (Role::Absent, Millis(1_790_000_000_000)));
                (change.after, change.rights)
            }
            other => panic!("no change: {other:?}"),
        }
    };
    let none = Rights::default();
    assert_eq!(after(json!({"status": "creator"})).0, Role::Owner);
    assert_eq!(
        after(json!({"status": "administrator", "can_delete_messages": true, "can_restrict_members": false})),
        (Role::Administrator, Rights { write: true, delete: true, ..none })
    );
    assert_eq!(after(json!({"status": "member"})), (Role::Member, Rights { write: true, ..none }));
    assert_eq!(
        after(json!({"status": "restricted", "is_member": true, "can_send_messages": false})),
        (Role::Restricted, none)
    );
    assert_eq!(after(json!({"status": "restricted", "is_member": false})).0, Role::Absent);
    assert_eq!(after(json!({"status": "kicked", "until_date": 0})).0, Role::Absent);
}

#[test]
fn the_bots_own_standing_is_told_apart_from_a_members() {
    let change = json!({
        "chat": group(), "from": parent(), "date": 1,
        "old_chat_member": {"status": "member", "user": parent()},
        "new_chat_member": {"status": "left", "user": parent()},
    });
    assert!(matches!(event("my_chat_member", &change), Event::BotRole(_)));
}

#[test]
fn what_nobody_acts_on_is_ignored_by_its_name() {
    for kind in ["channel_post", "message_reaction", "inline_query", "guest_message"] {
        assert_eq!(event(kind, &message(&json!({"text": "a"}))), Event::Ignored { kind });
    }
    assert_eq!(event("telepathy", &json!({})), Event::Ignored { kind: "unknown" });
    assert_eq!(
        parse("{\"update_id\":1}").incoming.map(|incoming| incoming.event),
        Ok(Event::Ignored { kind: "empty" })
    );
}

#[test]
fn a_new_field_beside_a_message_does_not_hide_the_message() {
    let text = format!("{{\"update_id\":3,\"trace\":{{}},\"message\":{}}}", message(&json!({"text": "a"})));
    assert!(matches!(parse(&text).incoming.map(|incoming| incoming.event), Ok(Event::Message(_))));
}

#[test]
fn a_bad_update_keeps_its_number_and_gives_no_word_away() {
    let secret = "王芳的电话";
    let wrong = [
        update("message", &message(&json!({"text": "a", "date": secret}))),
        update("message", &json!({"message_id": 1, "date": 1, "text": secret})),
        update("message", &message(&json!({"text": secret, "from": null}))),
        format!("{{\"update_id\":900,\"message\":{{\"text\":\"{secret}"),
        format!("{{\"message\":\"{secret}\", \"update_id\": 900}}"),
        format!("[{{\"update_id\": 900, \"{secret}"),
    ];
    for text in wrong {
        let parsed = parse(&text);
        assert_eq!(parsed.update, Some(UpdateId(900)), "{text}");
        let reason = parsed.incoming.expect_err("bad").reason;
        assert!(!reason.contains(secret), "{reason}");
    }
    for text in ["", "no", "[]", "{}", "{\"update_id\":\"x\"}", "{\"update_id\":99999999999999999999}"] {
        assert_eq!(parse(text).update, None, "{text}");
        assert!(parse(text).incoming.is_err(), "{text}");
    }
}
